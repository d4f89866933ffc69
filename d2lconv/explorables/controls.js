// Native controls with labels, one polite live line, and what all figures need from a page.

/** Set attributes; keys that start with "on" are listeners, and `false` leaves an attribute out. */
export function set(element, attributes) {
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== false) element.setAttribute(key, value);
  }
  return element;
}
const maker = (namespace) => (tag, attributes = {}, ...children) => {
  const element = set(document.createElementNS(namespace, tag), attributes);
  element.append(...children);
  return element;
};
export const make = maker("http://www.w3.org/1999/xhtml");
export const draw = maker("http://www.w3.org/2000/svg");

/**
 * Put a figure's parts on the page.
 * @param {(() => void)[]} undo what ends its timers and its listening
 * @returns {() => void} what takes it off the page again
 */
export function mount(el, label, parts, undo) {
  const root = make("section", { class: "d2l", "aria-label": label }, ...parts);
  el.append(root);
  return () => [...undo, () => root.remove()].forEach((stop) => stop());
}

/** Write several traits of a model, then send them. */
export function put(model, values) {
  for (const [name, value] of Object.entries(values)) model.set(name, value);
  model.save_changes();
}

/** Call `react` when one of the traits changes. @returns {() => void} what undoes it */
export function listen(model, traits, react) {
  for (const trait of traits) model.on(`change:${trait}`, react);
  return () => traits.forEach((trait) => model.off(`change:${trait}`, react));
}

/**
 * A labelled range with its reading beside it.
 * @param {string} label
 * @param {(value: number) => void} moved
 */
export function slider(label, moved) {
  const input = make("input", { type: "range", oninput: () => moved(Number(input.value)) });
  const reading = make("span", { class: "d2l-reading", "aria-hidden": "true" });
  const el = make("div", { class: "d2l-control" }, make("label", {}, make("span", {}, label), input), reading);
  return {
    el,
    /** `text` is what is read in place of the bare number, and `spoken` what is heard. */
    set({ value, min, max, step = 1, text = String(value), spoken = text, disabled = false }) {
      Object.assign(input, { min, max, step, disabled, value });
      input.setAttribute("aria-valuetext", spoken);
      reading.textContent = text;
    },
  };
}

/** A labelled list of `[value, text]` pairs. */
export function select(label, options, picked) {
  const input = make("select", { onchange: () => picked(input.value) });
  for (const [value, text] of options) input.append(make("option", { value }, text));
  return { el: make("div", { class: "d2l-control" }, make("label", {}, make("span", {}, label), input)), input };
}

export function checkbox(label, turned) {
  const input = make("input", { type: "checkbox", onchange: () => turned(input.checked) });
  return { el: make("label", { class: "d2l-check" }, input, label), input };
}

export const button = (label, pressed) => make("button", { type: "button", onclick: pressed }, label);

/**
 * A button that calls `step` again and again, until it returns false.
 * @param {(first: boolean) => boolean} step `first` is true for the step that starts a run
 */
export function player(step) {
  let timer = 0;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    el.textContent = "Play";
  };
  const el = button("Play", () => {
    if (timer) return stop();
    el.textContent = "Pause";
    timer = setInterval(() => step(false) || stop(), calm ? 1500 : 600);
    step(true);
  });
  return { el, stop, playing: () => timer > 0 };
}

/** A line for screen readers. It waits for a pause, so that neither a dragged slider nor a playing figure floods it. */
export function speaker() {
  let timer = 0;
  const el = make("p", { class: "d2l-heard", "aria-live": "polite" });
  return {
    el,
    say(text, playing = false) {
      clearTimeout(timer);
      timer = setTimeout(() => (el.textContent = text), playing ? 2500 : 350);
    },
    stop: () => clearTimeout(timer),
  };
}

/** Call `repaint` when the page turns dark or light. @returns {() => void} what undoes it */
export function onTheme(repaint) {
  const observer = new MutationObserver(repaint);
  const attributeFilter = ["data-theme", "data-jp-theme-light", "class", "theme"];
  for (const node of [document.documentElement, document.body]) observer.observe(node, { attributeFilter });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", repaint);
  return () => {
    observer.disconnect();
    system.removeEventListener("change", repaint);
  };
}
