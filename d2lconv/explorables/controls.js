// Labelled native controls, a live line, and what every figure needs of its page.

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
	element.append(...children.map((child) => child.el ?? child));
	return element;
};
export const make = maker("http://www.w3.org/1999/xhtml");
export const draw = maker("http://www.w3.org/2000/svg");

export const part = (name, ...children) => make("div", { class: `d2l-${name}` }, ...children);

export const sign = (text) => make("span", { class: "d2l-sign", "aria-hidden": "true" }, text);

export const capital = (text) => text[0].toUpperCase() + text.slice(1);

export function put(model, values) {
	for (const [trait, value] of Object.entries(values)) model.set(trait, value);
	model.save_changes();
}

/**
 * Put a figure on the page, and call `reactions["a b"]` when its trait a or b changes.
 * @returns {() => void} what calls `stops` and takes it off the page again
 */
export function mount({ model, el }, label, parts, reactions, stops) {
	// JupyterLab takes the arrow keys, unless the element with the focus tells it not to.
	const onfocusin = ({ target }) => set(target, { "data-lm-suppress-shortcuts": "true" });
	const root = make("div", { class: "d2l", role: "group", "aria-label": label, onfocusin }, ...parts);
	el.append(root);
	const listening = Object.entries(reactions).map(([traits, react]) => [traits.replace(/\w+/g, "change:$&"), () => react()]);
	for (const [events, react] of listening) model.on(events, react);
	return () => {
		for (const [events, react] of listening) model.off(events, react);
		for (const stop of stops) stop();
		root.remove();
	};
}

const field = (label, ...inputs) => part("control", make("label", {}, make("span", {}, label), inputs[0]), ...inputs.slice(1));

/** A labelled range with its reading beside it. */
export function slider(label, moved) {
	const input = make("input", { type: "range", oninput: () => moved(Number(input.value)) });
	const reading = make("span", { class: "d2l-reading", "aria-hidden": "true" });
	return {
		el: field(label, input, reading),
		/** `text` is what is read in place of the bare number, and `spoken` what is heard. */
		set({ value, min = 0, max, step = 1, text = String(value), spoken = text, disabled = false }) {
			Object.assign(input, { min, max, step, disabled, value });
			input.setAttribute("aria-valuetext", spoken);
			reading.textContent = text;
		},
	};
}

/** A range for a trait that is counted from 0 and read from 1. */
export function counter(label, model, trait) {
	const { el, set } = slider(label, (value) => put(model, { [trait]: value - 1 }));
	return { el, set: (at, n) => set({ value: at + 1, min: 1, max: n, text: `${at + 1} of ${n}` }) };
}

export function select(label, options, picked) {
	const input = make("select", { onchange: () => picked(input.value) });
	for (const value of options) input.append(make("option", { value }, capital(value)));
	return { el: field(label, input), input };
}

export const button = (label, onclick) => make("button", { type: "button", onclick }, label);

/** A button that calls `step(first)` again and again until it returns false. */
export function player(step) {
	let timer = 0;
	const delay = matchMedia("(prefers-reduced-motion: reduce)").matches ? 1500 : 600;
	const stop = () => {
		clearInterval(timer);
		timer = 0;
		el.textContent = "Play";
	};
	const el = button("Play", () => {
		if (timer) return stop();
		el.textContent = "Pause";
		timer = setInterval(() => step(false) || stop(), delay);
		step(true);
	});
	return { el, stop, playing: () => timer > 0 };
}

/** A line for screen readers, which waits for a pause, or playing floods it. */
export function speaker() {
	let timer = 0;
	const el = make("p", { class: "d2l-heard", "aria-live": "polite" });
	const stop = () => clearTimeout(timer);
	const say = (text, playing) => {
		stop();
		timer = setTimeout(() => (el.textContent = text), playing ? 2500 : 350);
	};
	return { el, say, stop };
}

/** Hear where a pointer is, as fractions of an element's height and width. */
export function pointed(element, hear) {
	const moved = (event) => {
		const { top, left, height, width } = element.getBoundingClientRect();
		hear((event.clientY - top) / height, (event.clientX - left) / width, event);
	};
	return set(element, { onpointerdown: moved, onpointermove: moved });
}

/** Call `fit` for every size that an element gets. @returns {() => void} what ends it */
export function resized(element, fit) {
	const observer = new ResizeObserver(() => fit());
	observer.observe(element);
	return () => observer.disconnect();
}
