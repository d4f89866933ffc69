// Figures and what a reader writes: where a function has passed its check, figures offer to show what it gives; and what
// a cell that ran in the page has made is drawn as the page's own figures are.

/** @import { Figure } from "./engine.js" */
/** @typedef {import("../d2lconv/explorables/controls.js").Model<Record<string, any>>} Model */
/** @typedef {HTMLElement & { model?: Model }} Place the element that a figure is drawn in, by site/host.js */
/** @typedef {{ states: Record<string, object>, view: (id: string, place: Element) => void }} Host */

/** @type {Record<string, { fits: RegExp, verb: string }>} which figures show what a function gives, and what they say of it */
const KINDS = {
	corr2d: { fits: /\.(KernelWindow|FilterLab)$/, verb: "Computed" },
	kernel_gradient: { fits: /\.TrainingPlayer$/, verb: "Trained" },
};

/** @type {Set<string>} the functions that have passed */
const passed = new Set();

/** @type {MutationObserver} a figure is drawn when a reader comes near it */
const drawn = new MutationObserver((changes) => changes.forEach(({ target }) => offer(/** @type {Place} */ (target))));

/**
 * Whether a function's outputs are those of a figure.
 * @param {string} name
 * @param {Model} model
 */
function fits(name, model) {
	const written = model.get("_output")?.name ?? name;
	const strides = model.get("stride") > 1 || model.get("_sliders")?.includes("stride");
	return KINDS[name].fits.test(model.get("_anywidget_id")) && written === name && !strides && !model.get("_operator");
}

/** @param {string} classes */
const line = (classes) => Object.assign(document.createElement("p"), { className: `copy-link ${classes}` });

/**
 * Offer a figure the function that fits it.
 * @param {Place} el
 */
function offer(el) {
	const { model } = el;
	// The page's own figures have a link below them, which comes last; those of cells have none.
	const ready = el.querySelector(el.parentElement?.id ? ".copy-link" : ".d2l");
	const name = model && ready && [...passed].find((name) => fits(name, model));
	if (!name || el.querySelector(".driving")) return;
	style();
	const label = document.createElement("label");
	const box = Object.assign(document.createElement("input"), { type: "checkbox" });
	label.append(box, `${KINDS[name].verb} by your ${name}`);
	const beside = el.querySelector(".copy-link") ?? el.appendChild(line(""));
	const told = line("driving-told");
	beside.classList.add("driving");
	beside.prepend(label);
	beside.after(told);
	/** @type {(() => void) | undefined} */
	let end;
	box.addEventListener("change", async () => {
		end?.();
		end = undefined;
		if (!box.checked) return;
		try {
			const { drive } = await import("./driving.js");
			if (box.checked) end = drive(model, `Your ${name}`, told, { name, box });
		} catch {
			box.checked = false;
			told.textContent = `Your ${name} cannot run: a part of this site did not arrive. Reload the page to try again.`;
		}
	});
}

/** Let the page have the style of what is offered. */
function style() {
	const { href } = new URL("./figures.css", import.meta.url);
	if (document.querySelector(`link[href="${href}"]`)) return;
	document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
}

/** Offer what has passed to the figures of the page. */
function look() {
	for (const name in KINDS) {
		try {
			if (localStorage.getItem(`d2l-passed ${name}`)) passed.add(name);
		} catch {
			// nothing is kept here: it lasts as long as the page
		}
	}
	if (!passed.size) return;
	for (const el of document.querySelectorAll("[data-figure]")) {
		offer(/** @type {Place} */ (el));
		drawn.observe(el, { childList: true });
	}
}

document.addEventListener("d2l-passed", (event) => {
	const { detail } = /** @type {CustomEvent<string>} */ (event);
	if (KINDS[detail]) passed.add(detail);
	look();
});
addEventListener("storage", look); // it has passed in another tab
addEventListener("DOMContentLoaded", look); // when there are figures
look();

/** @returns {Promise<Host>} site/host.js, which only pages with figures have from the start */
async function host() {
	const page = /** @type {Document & { figures?: Host }} */ (document);
	if (!page.figures) {
		const script = Object.assign(document.createElement("script"), { src: new URL("../host.js", import.meta.url).href });
		await new Promise((resolve, reject) => {
			script.onload = resolve;
			script.onerror = () => reject(new Error("a part of this site did not arrive"));
			document.head.append(script);
		});
	}
	return /** @type {Host} */ (page.figures);
}

let made = 0;

/**
 * Draw a figure that a cell has made; where it has a function of the reader's, that goes on computing its outputs.
 * @param {Figure} part
 * @param {Element} place
 */
export async function showFigure({ name, state, buffers, operator, operator_name: title = "operator" }, place) {
	const { states, view } = await host();
	const id = `made-${++made}`;
	states[id] = { model_module: "anywidget", state: { ...state, _anywidget_id: `.${name}` }, buffers };
	view(id, place);
	const el = /** @type {Place} */ (place.lastElementChild);
	if (!operator) return look();
	style();
	const told = place.appendChild(line("driving-told"));
	const { drive } = await import("./driving.js");
	const begin = () => el.model && (waiting.disconnect(), drive(el.model, title, told, { operator }));
	const waiting = new MutationObserver(begin);
	waiting.observe(el, { childList: true });
	begin();
}
