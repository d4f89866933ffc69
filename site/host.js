// Runs the book's figures on a page without a kernel. Jupyter's standard embed holds every widget's script, style and
// traits; here each one gets a model that keeps its traits in the page. A classic script, so that it works from disk.
(() => {
  const TYPE = "application/vnd.jupyter.widget-";
  const LIVE =
    "This control runs Python, so it needs a live kernel: open the page with the launch button at its top, " +
    "in Binder or JupyterLab, or on your own machine with “make lab” (see the README).";

  const states = {};
  const models = new Map();
  const modules = new Map();
  const styles = new Set();

  /** Put a widget's binary traits back where they were taken from. */
  function restore({ state, buffers = [] }) {
    for (const { path, data } of buffers) {
      const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
      const last = path.at(-1);
      path.slice(0, -1).reduce((node, key) => node[key], state)[last] = new DataView(bytes.buffer);
    }
    return state;
  }

  /** A model as anywidget has it, with nobody at the other end. Every view of a widget shares one. */
  function modelOf(id) {
    if (models.has(id)) return models.get(id);
    const state = restore(states[id]);
    const listeners = new Map();
    const heard = (name) => listeners.get(name) ?? listeners.set(name, new Set()).get(name);
    const model = {
      get: (name) => state[name],
      set(name, value) {
        const changes = Object.entries(typeof name === "object" ? name : { [name]: value });
        const changed = changes.filter(([key, next]) => !Object.is(state[key], next));
        for (const [key, next] of changed) state[key] = next;
        for (const [key, next] of changed) for (const call of [...heard(`change:${key}`)]) call(model, next);
        if (changed.length) for (const call of [...heard("change")]) call(model);
      },
      save_changes() {},
      send() {},
      on: (names, call) => names.split(" ").forEach((name) => heard(name).add(call)),
      off(names, call) {
        for (const name of names?.split(" ") ?? listeners.keys()) call ? heard(name).delete(call) : heard(name).clear();
      },
    };
    models.set(id, model);
    return model;
  }

  /** A widget's module, loaded and initialized once, however many views it has. */
  function moduleOf(id, model) {
    if (modules.has(id)) return modules.get(id);
    const url = URL.createObjectURL(new Blob([model.get("_esm")], { type: "text/javascript" }));
    const loaded = import(url).then(async ({ default: widget }) => {
      URL.revokeObjectURL(url);
      const module = typeof widget === "function" ? await widget() : widget;
      await module.initialize?.({ model });
      return module;
    });
    modules.set(id, loaded);
    return loaded;
  }

  function addStyle(css) {
    if (!css || styles.has(css)) return;
    styles.add(css);
    document.head.append(Object.assign(document.createElement("style"), { textContent: css }));
  }

  function say(place, text) {
    const note = Object.assign(document.createElement("p"), { textContent: text });
    note.setAttribute("role", "note");
    note.style.cssText = "border-left: 3px solid; padding: 0.2em 0.8em; margin: 1em 0;";
    place.replaceChildren(note);
  }

  async function show(id, place) {
    try {
      const model = modelOf(id);
      addStyle(model.get("_css"));
      const module = await moduleOf(id, model);
      await module.render({ model, el: place });
    } catch (error) {
      say(place, `This figure could not be drawn (${error.message}). Reload the page to try again.`);
    }
    place.style.minHeight = "";
  }

  const isFigure = (id) => states[id]?.model_module === "anywidget";

  /** The figures in a view: itself, or those inside a box. */
  function figuresIn(id) {
    if (isFigure(id)) return [id];
    const children = states[id]?.state.children ?? [];
    return children.flatMap((child) => figuresIn(child.replace("IPY_MODEL_", "")));
  }

  // Work starts only near what the reader sees; until then the figure's place is kept free.
  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        show(target.dataset.figure, target);
      }
    },
    { rootMargin: "400px" },
  );

  function start() {
    for (const script of document.querySelectorAll(`script[type="${TYPE}state+json"]`)) {
      Object.assign(states, JSON.parse(script.textContent).state);
    }
    for (const script of document.querySelectorAll(`script[type="${TYPE}view+json"]`)) {
      const { model_id: id } = JSON.parse(script.textContent);
      const place = script.parentNode.insertBefore(document.createElement("div"), script.nextSibling);
      if (!isFigure(id)) say(place.appendChild(document.createElement("div")), LIVE);
      for (const figure of figuresIn(id)) {
        const figurePlace = place.appendChild(document.createElement("div"));
        figurePlace.dataset.figure = figure;
        figurePlace.style.minHeight = "24rem";
        near.observe(figurePlace);
      }
    }
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
