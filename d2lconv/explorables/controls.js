// Labelled native controls, a live line, and what every figure needs of its page.

/**
 * A widget's state, as anywidget hands it to `render`: a name that is no trait is an error.
 * @template Traits
 * @typedef {object} Model
 * @property {<Name extends keyof Traits>(name: Name) => Traits[Name]} get
 * @property {<Name extends keyof Traits>(name: Name, value: Traits[Name]) => void} set
 * @property {() => void} save_changes
 * @property {(events: string, call: () => void) => void} on
 * @property {(events: string, call: () => void) => void} off
 */
/**
 * What `render` gets: a model, and the element to draw in.
 * @template Traits
 * @typedef {{ model: Model<Traits>, el: HTMLElement }} View
 */
/** @typedef {{ [Name in keyof GlobalEventHandlersEventMap as `on${Name}`]?: (event: GlobalEventHandlersEventMap[Name]) => unknown }} Listeners */
/** @typedef {Listeners & Record<string, string | number | boolean | ((event: never) => unknown)>} Attributes */
/** @typedef {Node | string | { el: Element }} Child an element, a text, or a part that has an element */
/**
 * @template Elements
 * @typedef {<Tag extends keyof Elements>(tag: Tag, attributes?: Attributes, ...children: Child[]) => Elements[Tag]} Maker
 */

/**
 * Set attributes; keys that start with "on" are listeners, and `false` leaves an attribute out.
 * @template {Element} Some
 * @param {Some} element
 * @param {Attributes} attributes
 */
export function setAttributes(element, attributes) {
	for (const [key, value] of Object.entries(attributes)) {
		if (typeof value === "function") element.addEventListener(key.slice(2), /** @type {EventListener} */ (value));
		else if (value !== false) element.setAttribute(key, String(value));
	}
	return element;
}

/**
 * @param {string} namespace
 * @returns {(tag: string, attributes?: Attributes, ...children: Child[]) => any}
 */
const maker = (namespace) => (tag, attributes = {}, ...children) => {
	const element = setAttributes(document.createElementNS(namespace, tag), attributes);
	element.append(...children.map((child) => (typeof child === "object" && "el" in child ? child.el : child)));
	return element;
};

/** @type {Maker<HTMLElementTagNameMap>} */
export const make = maker("http://www.w3.org/1999/xhtml");

/** @type {Maker<SVGElementTagNameMap>} */
export const draw = maker("http://www.w3.org/2000/svg");

/** An id that nothing else on the page has. */
export const newId = () => `d2l-${Math.random().toString(36).slice(2)}`;

/**
 * @param {string} name
 * @param {Child[]} children
 */
export const part = (name, ...children) => make("div", { class: `d2l-${name}` }, ...children);

/** @param {string} text */
export const sign = (text) => make("span", { class: "d2l-sign", "aria-hidden": "true" }, text);

/** @param {string} text */
export const capital = (text) => text[0].toUpperCase() + text.slice(1);

/**
 * Change some traits at once.
 * @template Traits
 * @param {Model<Traits>} model
 * @param {Partial<Traits>} values
 */
export function put(model, values) {
	for (const trait in values) model.set(trait, /** @type {Traits[typeof trait]} */ (values[trait]));
	model.save_changes();
}

/**
 * Put a figure on the page, and call `reactions["a b"]` when its trait a or b changes.
 * @template Traits
 * @param {View<Traits>} view
 * @param {string} label
 * @param {Child[]} parts
 * @param {Record<string, () => void>} reactions
 * @param {() => void} fit called at once, and for every width that the figure gets
 * @param {(() => void)[]} stops what else ends when the figure goes
 * @returns {() => void} what takes it off the page again
 */
export function mount({ model, el }, label, parts, reactions, fit, stops) {
	// JupyterLab takes the arrow keys, unless the element with the focus tells it not to.
	/** @param {FocusEvent} event */
	const onfocusin = ({ target }) => setAttributes(/** @type {Element} */ (target), { "data-lm-suppress-shortcuts": "true" });
	const root = make("div", { class: "d2l", role: "group", "aria-label": label, onfocusin }, ...parts);
	el.append(root);
	/** @type {[string, () => void][]} */
	const listening = Object.entries(reactions).map(([traits, react]) => [traits.replace(/\w+/g, "change:$&"), () => react()]);
	for (const [events, react] of listening) model.on(events, react);
	fit(); // without waiting for the observer, because paper does not wait
	let width = root.clientWidth;
	const observer = new ResizeObserver(() => {
		if (width === (width = root.clientWidth)) return;
		fit();
	});
	observer.observe(root);
	return () => {
		observer.disconnect();
		for (const [events, react] of listening) model.off(events, react);
		for (const stop of stops) stop();
		root.remove();
	};
}

/**
 * @param {string} label
 * @param {Element} input
 * @param {Element[]} more what stands beside the label
 */
const field = (label, input, ...more) => part("control", make("label", {}, make("span", {}, label), input), ...more);

/**
 * A labelled range with its reading beside it.
 * @param {string} label
 * @param {(value: number) => void} moved
 */
export function slider(label, moved) {
	/** @type {HTMLInputElement} */
	const input = make("input", { type: "range", oninput: () => moved(Number(input.value)) });
	const reading = make("span", { class: "d2l-reading", "aria-hidden": "true" });
	return {
		el: field(label, input, reading),
		/**
		 * `text` stands beside the range, and a screen reader says `spoken`.
		 * @param {{ value: number, min?: number, max: number, step?: number | "any", text?: string, spoken?: string, disabled?: boolean }} state
		 */
		update({ value, min = 0, max, step = 1, text = String(value), spoken = text, disabled = false }) {
			Object.assign(input, { min, max, step, disabled, value });
			input.setAttribute("aria-valuetext", spoken);
			reading.textContent = text;
		},
	};
}

/**
 * A range for a row or a column: the trait counts from 0, the reader from 1.
 * @template {{ row: number, col: number }} Traits
 * @param {string} label
 * @param {Model<Traits>} model
 * @param {"row" | "col"} trait
 */
export function counter(label, model, trait) {
	const { el, update } = slider(label, (value) => put(model, /** @type {Partial<Traits>} */ ({ [trait]: value - 1 })));
	/**
	 * @param {number} at
	 * @param {number} n
	 */
	const moveTo = (at, n) => update({ value: at + 1, min: 1, max: n, text: `${at + 1} of ${n}` });
	return { el, moveTo };
}

/**
 * @param {string} label
 * @param {[value: string, text: string][]} options
 * @param {(value: string) => void} picked
 */
export function select(label, options, picked) {
	/** @type {HTMLSelectElement} */
	const input = make("select", { onchange: () => picked(input.value) });
	for (const [value, text] of options) input.append(make("option", { value }, text));
	return { el: field(label, input), input };
}

/**
 * @param {string} label
 * @param {() => void} onclick
 */
export const button = (label, onclick) => make("button", { type: "button", onclick }, label);

/** Whether the reader has asked for less motion. */
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * A button that calls `step(first)` again and again until it returns false; a number is the pause until the next, in ms.
 * @param {(first: boolean) => boolean | number} step
 */
export function player(step) {
	let timer = 0;
	const stop = () => {
		clearTimeout(timer);
		timer = 0;
		el.textContent = "Play";
	};
	const el = button("Play", () => {
		if (timer) return stop();
		el.textContent = "Pause";
		/** @param {boolean} first */
		const go = (first) => {
			const pause = step(first);
			if (!pause) return stop();
			timer = setTimeout(go, calm() ? 1500 : pause === true ? 600 : pause, false);
		};
		timer = setTimeout(go, 0, true);
	});
	return { el, stop, playing: () => timer > 0 };
}

/** A line for screen readers; it waits for a pause, so that a playing figure does not flood it. */
export function speaker() {
	let timer = 0;
	const el = make("p", { class: "d2l-live", "aria-live": "polite" });
	const stop = () => clearTimeout(timer);
	/** @param {string} text */
	const say = (text, playing = false) => {
		stop();
		timer = setTimeout(() => (el.textContent = text), playing ? 2500 : 350);
	};
	return { el, say, stop };
}

/** @typedef {[down: number, right: number]} Spot a place, as fractions of an element's height and width */

/**
 * Tell where a pointer hovers, presses or drags. A finger that moves up or down scrolls the page, wherever it begins;
 * one that sets out sideways drags.
 * @template {Element} Some
 * @param {Some} element
 * @param {object} acts
 * @param {(spot: Spot | null) => void} [acts.hover]
 * @param {(spot: Spot) => void} [acts.press]
 * @param {(spot: Spot, from: Spot) => void} acts.drag
 * @param {(event: PointerEvent) => unknown} [acts.grabs] whether a press may become a drag
 * @param {(spot: Spot) => boolean} [acts.begin] called with such a press; returns whether it is a drag before it moves
 */
export function pointed(element, { hover, press, drag, grabs = () => true, begin = () => false }) {
	/** @type {PointerEvent | null} */
	let held = null;
	let dragging = false;
	/**
	 * @param {MouseEvent} event
	 * @returns {Spot}
	 */
	const spot = (event) => {
		const { top, left, height, width } = element.getBoundingClientRect();
		return [(event.clientY - top) / height, (event.clientX - left) / width];
	};
	const release = () => (held = null);
	return setAttributes(element, {
		onpointerdown(event) {
			held = event.button === 0 && grabs(event) ? event : null;
			dragging = held !== null && begin(spot(event));
		},
		onpointermove(event) {
			const finger = event.pointerType === "touch";
			if (!held) return finger || hover?.(spot(event));
			const [x, y] = [Math.abs(event.clientX - held.clientX), Math.abs(event.clientY - held.clientY)];
			if (!dragging && !(finger ? x > 8 && x > y : x > 3 || y > 3)) return;
			element.setPointerCapture(event.pointerId);
			dragging = true;
			drag(spot(event), spot(held));
		},
		onpointerup: release,
		onpointercancel: release,
		onpointerleave: () => hover?.(null),
		onclick: (event) => dragging || press?.(spot(event)),
	});
}
