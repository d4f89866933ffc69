// Runs the figures of a page without a kernel, from the page's embed. A classic, deferred script, to work from disk.
(() => {
	/** @typedef {{ path: (string | number)[], data: string }} Buffer */
	/** @typedef {{ model_module: string, state: Record<string, any>, buffers?: Buffer[] }} Saved one widget in the embed */
	/** @typedef {import("../d2lconv/explorables/controls.js").Model<Record<string, any>> & { send: () => void }} Model */
	/** @typedef {(model: Model, value: unknown) => void} Call */

	/** @param {"state" | "view"} type */
	const scripts = (type) => [...document.querySelectorAll(`script[type="application/vnd.jupyter.widget-${type}+json"]`)];
	/** @param {Element} script */
	const read = (script) => JSON.parse(script.textContent);
	const embeds = scripts("state").map(read);
	/** @type {Record<string, Saved>} */
	const states = Object.assign({}, ...embeds.map(({ state }) => state));

	// A page holds each module and the style once: a figure names those that it is made of, in their order.
	/** @type {Record<string, string>} */
	const modules = Object.assign({}, ...embeds.map(({ modules }) => modules));
	for (const { state } of Object.values(states)) {
		for (const kind of ["_esm", "_css"]) {
			if (Array.isArray(state[kind])) state[kind] = state[kind].map((name) => modules[name]).join("\n");
		}
	}

	/**
	 * Make each key's value once, when it is first asked for.
	 * @template Value
	 * @param {(key: string) => Value} make
	 * @param {Map<string, Value>} made
	 */
	const once = (make, made = new Map()) => (/** @type {string} */ key) =>
		made.get(key) ?? /** @type {Value} */ (made.set(key, make(key)).get(key));

	/** What the author gave a widget: a link holds what a reader has changed since. */
	const given = once((id) => ({ ...states[id].state }));

	/** @param {string} id */
	const changes = (id) => Object.keys(given(id)).filter((trait) => states[id].state[trait] !== given(id)[trait]);

	/** A model as anywidget has it, one for all views of a widget. */
	const modelOf = once((id) => {
		const { state, buffers = [] } = states[id];
		given(id);
		for (const { path, data } of buffers) {
			const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
			/** @type {any} */
			const node = path.slice(0, -1).reduce((/** @type {any} */ node, key) => node[key], state);
			node[path[path.length - 1]] = new DataView(bytes.buffer);
		}
		const callsOf = once(() => /** @type {Set<Call>} */ (new Set()));
		/**
		 * @param {string} names
		 * @param {(calls: Set<Call>) => void} act
		 */
		const each = (names, act) => names.split(" ").forEach((name) => act(callsOf(name)));
		/** @type {Model} */
		const model = {
			get: (name) => state[name],
			set(name, value) {
				if (Object.is(state[name], value)) return;
				state[name] = value;
				for (const call of [...callsOf(`change:${name}`), ...callsOf("change")]) call(model, value);
			},
			save_changes() {},
			send() {},
			on: (names, call) => each(names, (calls) => calls.add(call)),
			off: (names, call) => each(names, (calls) => (call ? calls.delete(call) : calls.clear())),
		};
		return model;
	});

	/** @typedef {{ render: (view: { model: Model, el: HTMLElement }) => unknown }} Module */
	/** @type {Map<string, Module>} the modules that have arrived */
	const arrived = new Map();

	/** A script, run once for all widgets that have it. */
	const imported = once((/** @type {string} */ script) => import(URL.createObjectURL(new Blob([script], { type: "text/javascript" }))));

	/** A widget's module, initialized once for all views. */
	const moduleOf = once(async (id) => {
		const model = modelOf(id);
		const { default: widget } = await imported(model.get("_esm"));
		const module = typeof widget === "function" ? await widget() : widget;
		await module.initialize?.({ model });
		arrived.set(id, module);
	});

	const styled = once((css) => document.head.appendChild(Object.assign(document.createElement("style"), { textContent: css })));

	/**
	 * @param {HTMLElement} el
	 * @param {(string | Node)[]} parts
	 */
	function say(el, ...parts) {
		el.innerHTML = '<p role="note" style="border-left: 3px solid; padding: 0.2em 0.8em"></p>';
		el.firstElementChild?.append(...parts);
	}

	/** @param {HTMLElement} el */
	function sayLive(el) {
		const link = document.querySelector('a[href$="run-it-yourself.html"]')?.cloneNode(true);
		say(el, "This control needs a live kernel: open this chapter as a notebook. ", link ?? "");
	}

	/** @type {Set<HTMLElement>} the places of figures that are not drawn yet */
	const waiting = new Set();

	/**
	 * Draw a figure, at once where its module has arrived.
	 * @param {HTMLElement} el
	 */
	async function show(el) {
		if (!waiting.delete(el)) return;
		near.unobserve(el);
		const id = String(el.dataset.figure);
		try {
			if (!arrived.has(id)) await moduleOf(id);
			const model = (/** @type {any} */ (el).model = modelOf(id)); // for scripts that a page may have besides
			styled(model.get("_css") ?? "");
			try {
				await arrived.get(id)?.render({ model, el });
			} catch {
				Object.assign(states[id].state, given(id)); // what a link said cannot be drawn
				el.replaceChildren();
				await arrived.get(id)?.render({ model, el });
			}
			offerLink(el, id);
		} catch (error) {
			say(el, `This figure could not be drawn (${/** @type {Error} */ (error).message}). Reload to try again.`);
		}
		if (el.parentElement) el.parentElement.style.minHeight = ""; // which room.js has kept free
	}

	// Work starts only near what the reader sees; until then a figure's place is kept free.
	const near = new IntersectionObserver(
		(entries) => entries.forEach(({ isIntersecting, target }) => isIntersecting && show(/** @type {HTMLElement} */ (target))),
		{ rootMargin: "400px" },
	);

	// Paper shows all of a page, and does not wait for a module: once the page has come to rest, they are fetched.
	const showAll = () => waiting.forEach(show);
	addEventListener("beforeprint", showAll);
	matchMedia("print").addEventListener("change", showAll);
	addEventListener("load", () => setTimeout(() => waiting.forEach(({ dataset }) => moduleOf(String(dataset.figure)).catch(() => {})), 1000));

	// A link such as #KernelWindow-1?row=2 sets a figure: in a sentence, or copied from below the figure.

	/**
	 * Set what a link says, and return its figure's place; null where it says nothing about a figure of this page.
	 * @param {string} hash
	 */
	function follow(hash) {
		const [, name, query] = /^#([A-Z]\w*-\d+)\?(.*)$/.exec(hash) ?? [];
		const place = name ? document.getElementById(name) : null;
		if (!place) return null;
		const id = String(/** @type {HTMLElement} */ (place.querySelector("[data-figure]")).dataset.figure);
		const model = modelOf(id);
		for (const [trait, text] of new URLSearchParams(query)) {
			if (!(trait in given(id)) || /^_|^layout$/.test(trait)) continue;
			try {
				model.set(trait, JSON.parse(text));
			} catch {
				model.set(trait, given(id)[trait]); // a link that was cut short, or written by hand
			}
		}
		return place;
	}

	/**
	 * Offer a link to the figure as it is then, without any picture that it holds.
	 * @param {HTMLElement} el
	 * @param {string} id
	 */
	function offerLink(el, id) {
		const name = el.parentElement?.id;
		if (!name || name.startsWith("Prediction")) return;
		const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Copy link" });
		const line = Object.assign(document.createElement("p"), { className: "copy-link" });
		const said = Object.assign(document.createElement("span"), { role: "status" });
		line.append(said, button);
		el.append(line);
		button.addEventListener("click", async () => {
			const { state } = states[id];
			const told = changes(id).filter((trait) => !trait.startsWith("_") && !state[trait]?.bytes);
			const query = new URLSearchParams(told.map((trait) => [trait, JSON.stringify(state[trait])]));
			history.replaceState(null, "", `#${name}?${query}`);
			await navigator.clipboard?.writeText(location.href).then(
				() => (said.textContent = "Copied. "),
				() => (said.textContent = "See the address bar. "),
			);
			setTimeout(() => (said.textContent = ""), 3000);
		});
	}

	document.addEventListener("click", (event) => {
		const link = event.target instanceof Element && event.target.closest('a[href^="#"]');
		const place = link && follow(String(link.getAttribute("href")));
		if (!place) return;
		event.preventDefault();
		place.scrollIntoView({ block: "nearest" });
	});

	// Who came for a heading stays there while what is above it finds its size, until they move on themselves.
	/** @type {HTMLElement | null} */
	let heading;
	const settling = new ResizeObserver(() => heading?.scrollIntoView({ behavior: "instant" }));
	const letGo = () => settling.disconnect();
	const settle = () => {
		letGo();
		heading = follow(location.hash) ?? document.getElementById(decodeURIComponent(location.hash.slice(1)));
		if (heading) settling.observe(document.body);
	};
	for (const move of ["wheel", "pointerdown", "keydown"]) addEventListener(move, letGo, { passive: true });
	addEventListener("hashchange", settle);

	/**
	 * Let a figure wait to be drawn, or say what it needs; a box may hold more of both.
	 * @param {string} id
	 * @param {Element} place
	 */
	function view(id, place, inBox = false) {
		const { model_module: module, state } = states[id] ?? {};
		const el = place.appendChild(document.createElement("div"));
		if (module === "anywidget") {
			el.dataset.figure = id;
			Object.assign(el.style, { display: "flow-root", minHeight: "inherit" }); // margins count, and all that is kept free
			waiting.add(el);
			return near.observe(el);
		}
		if (!inBox) sayLive(el);
		for (const child of state?.children ?? []) view(child.replace("IPY_MODEL_", ""), place, true);
	}

	// A cell that ran in the page has made a figure.
	Object.assign(document, { figures: { states, view } });

	for (const script of scripts("view")) {
		const kept = script.nextElementSibling;
		const place = kept?.matches(".figure-place") ? kept : document.createElement("div");
		place.id = script.getAttribute("data-figure") ?? "";
		script.after(place);
		view(read(script).model_id, place);
	}

	const [arrival] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
	if (arrival?.type === "navigate") settle(); // else the browser knows where the reader was
})();
