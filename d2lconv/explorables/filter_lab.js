// Kernels on a photograph: pick, turn, widen, type or cut one out, look at it under the loupe, compare two.
import { grey, signed } from "./colours.js";
import { button, capital, counter, make, mount, newId, part, put, select, setAttributes, slider, speaker } from "./controls.js";
import { mistyped } from "./grid.js";
import { corr2d, inside, largest, parse, shape, show } from "./numbers.js";
import { loupe } from "./loupe.js";
import { operated } from "./operator.js";
import { ownPhoto } from "./own_photo.js";
import { peaks, picture, unpacked } from "./picture.js";
import { KERNELS, kernelOf, keepsBrightness, nameOf, oddSize, resized, turned, upright } from "./recipes.js";

/** @import { Model, View } from "./controls.js" */
/** @import { Place } from "./grid.js" */
/** @import { Choice } from "./recipes.js" */
/** @import { Photograph } from "./picture.js" */
/** @typedef {Choice & { image: Photograph, row: number, col: number, other: Partial<Choice> & { name?: string } }} Traits */

const HELP = "Press a place in either picture, or type into the kernel.";

/** @param {View<Traits>} view */
function render({ model, el }) {
	let /** @type {Float32Array[]} */ X, /** @type {number[][]} */ K, /** @type {Float64Array[]} */ Y;
	let /** @type {ReturnType<typeof operated>} */ made;
	/** @type {Place} the pixel under the kernel's middle: it stays where it is while the kernel changes */
	let spot;
	// The magnitude of the deepest colours, and the kinds of kernels that it is for.
	let [limit, scaled] = [1, ""];
	// Whether several traits are being changed, and whether a photograph of the reader's own is shown: nothing about that
	// leaves the page.
	let [held, own] = [false, false];
	/** @type {Model<Traits>} */
	const seat = { ...model, set: (name, value) => model.set(name, value), save_changes: () => own || model.save_changes() };
	/** @returns {Choice} */
	const chosen = () => ({
		kernel: nameOf(model.get("kernel")),
		angle: model.get("angle"),
		size: model.get("size"),
		typed: model.get("typed"),
		cut: model.get("cut"),
		subtract_mean: model.get("subtract_mean"),
	});
	/** @returns {{ name: string, choice: Choice } | null} the kernel that is not shown, while two are compared */
	const hidden = () => {
		const { name, ...rest } = model.get("other") ?? {};
		return name ? { name, choice: { ...chosen(), ...rest } } : null;
	};
	/** @returns {Place} */
	const half = () => [K.length >> 1, K[0].length >> 1];
	/** @param {Place} middle */
	const under = ([r, c]) => inside(Y, r - half()[0], c - half()[1]);
	/** @param {Place} at the upper left corner of a window, which is the output's place */
	const middleOf = ([r, c]) => /** @type {Place} */ ([r + half()[0], c + half()[1]]);
	/** @param {Place} middle */
	const place = (middle) => {
		const [row, col] = under(middle);
		put(seat, { row, col });
	};
	/** @param {Partial<Traits>} change */
	const pick = (change) => {
		const kept = spot;
		held = true;
		put(seat, change);
		correlate();
		place(kept);
		held = false;
		write();
		// It is kept even where a large kernel has to keep off the edge.
		spot = kept;
	};
	/** @param {Place | null} middle */
	const ahead = (middle) => {
		const at = middle && under(middle);
		photo.preview(at && [...at, K.length, K[0].length]);
		answer.preview(at && [...at, 1, 1]);
	};

	const [flips, bar, ends, kept] = [part("ends d2l-middle"), part("bar"), part("ends"), part("ends d2l-middle")];
	const photo = picture("Photograph", ahead, place, flips);
	const answer = picture("Feature map", (at) => ahead(at && middleOf(at)), (at) => place(middleOf(at)), bar, ends, kept);
	const glass = loupe(edit);
	const sum = part("sum");
	const hint = make("p", { class: "d2l-hint", id: newId() });
	const live = speaker();
	const find = () => pick({ kernel: "cut", cut: spot });
	const named = Object.keys(KERNELS).map((name) => /** @type {[string, string]} */ ([name, capital(name)]));
	const choice = select("Kernel", [...named, ["typed", "Your own"], ["cut", "Cut from the photo"]], (kernel) => (kernel === "cut" ? find() : pick({ kernel })));
	const angle = slider("Angle", (angle) => pick({ angle }));
	const size = slider("Size", (size) => pick(model.get("kernel") === "typed" ? { typed: resized(K, size) } : { size }));
	const row = counter("Row", seat, "row");
	const col = counter("Column", seat, "col");
	/**
	 * @param {string} type
	 * @param {() => void} onchange
	 */
	const box = (type, onchange) => /** @type {HTMLInputElement} */ (make("input", { type, name: hint.id, onchange }));
	const mean = box("checkbox", () => pick({ subtract_mean: mean.checked }));
	const compare = box("checkbox", () => pick({ other: compare.checked ? { name: "A", ...chosen() } : {} }));
	const sides = ["A", "B"].map((side) => Object.assign(box("radio", flip), { value: side }));
	setAttributes(flips, { role: "radiogroup", "aria-label": "Kernel shown" });
	flips.append(...sides.map((side) => make("label", {}, side, side.value)));
	const lab = part("lab");
	const mine = ownPhoto(lab, load, (text) => tell(text, true));

	/** Show the other one of two kernels that are compared. */
	function flip() {
		const now = hidden();
		if (now) pick({ ...now.choice, other: { name: now.name === "A" ? "B" : "A", ...chosen() } });
	}

	/** @param {string} text */
	function tell(text, wrong = false) {
		hint.textContent = text;
		hint.classList.toggle("d2l-wrong", wrong);
		if (wrong) live.say(text);
	}

	/**
	 * @param {number} r
	 * @param {number} c
	 * @param {HTMLInputElement} field
	 */
	function edit(r, c, field) {
		const value = parse(field.value);
		const wrong = value === undefined || !isFinite(value);
		const sentence = mistyped(field, wrong, hint, K[r][c]);
		if (wrong) return tell(sentence, true);
		const typed = K.map((row) => [...row]);
		typed[r][c] = value;
		pick({ kernel: "typed", typed });
	}

	/** @param {Float32Array[]} [mine] a photograph of the reader's own */
	function load(mine) {
		own = Boolean(mine);
		X = mine ?? unpacked(model.get("image"));
		photo.paint(X, "The photograph", grey);
		scaled = "";
		fit();
		update();
	}

	function update() {
		if (held) return;
		correlate();
		write();
	}

	function correlate() {
		K = kernelOf(chosen(), X);
		Y = corr2d(X, K);
		made = operated(model, X, K, Y, own);
		// One colour means one number until another kind of kernel is picked, another weight typed or window cut out.
		const choices = [chosen(), hidden()?.choice ?? chosen()];
		const kinds = choices.map((choice) => (KERNELS[choice.kernel] ? choice.kernel : JSON.stringify(choice)));
		if (scaled === (scaled = String([...new Set(kinds)].sort()))) return;
		const kernels = choices.map((choice) => kernelOf(choice, X)).filter((K) => !keepsBrightness(K));
		limit = Math.max(...kernels.map((K) => largest(corr2d(X, K))));
	}

	function write() {
		const { kernel, angle: degrees, size: n, subtract_mean } = chosen();
		const { step, sized } = KERNELS[kernel] ?? { sized: true };
		const value = step === 90 ? 90 * Number(upright(turned(degrees))) : turned(degrees);
		choice.input.value = kernel;
		angle.update({ value, max: step === 90 ? 90 : 355, step: step ?? 5, text: step ? `${+value.toFixed(2)}°` : "none", disabled: !step });
		size.update({ value: kernel === "typed" ? K.length : oddSize(n), min: 3, max: 15, step: 2, text: shape(K), disabled: !sized });
		mean.checked = subtract_mean !== false;
		const name = hidden()?.name;
		compare.checked = !(flips.hidden = !name);
		for (const side of sides) side.checked = side.value !== name;
		const found = kernel === "cut" ? peaks(Y, K.length) : [];
		photo.mark(found.map(([r, c]) => [r, c, K.length, K.length]));
		answer.mark(found.map(([r, c]) => [r, c, 1, 1]));
		const listed = found.map(([r, c], i) => `${i + 1} row ${r + 1}, column ${c + 1}`);
		tell(found.length ? `Strongest, ${show(Y[found[0][0]][found[0][1]], 3)}: ${listed.join("; ")}.` : HELP);
		colour();
		move();
	}

	function colour() {
		// Before that, nobody knows whether the page is dark.
		if (!bar.isConnected) return;
		const image = keepsBrightness(K);
		const kernel = nameOf(model.get("kernel"));
		bar.classList.toggle("d2l-grey", image);
		ends.replaceChildren(...(image ? ["0 black", "1 white"] : [show(-limit, 2), "0", show(limit, 2)]).map((text) => make("span", {}, text)));
		kept.textContent = image ? "brightness" : `scale for ${hidden() ? "A and B" : KERNELS[kernel]?.step ? "all angles" : "this kernel"}`;
		answer.el.classList.toggle("d2l-stale", !!made.stale);
		answer.paint(made.Y ?? Y.map((row) => row.map(() => NaN)), `Feature map of the ${kernel} kernel`, image ? grey : signed(limit), image ? 0 : -limit);
	}

	function move() {
		if (held) return;
		const kernel = nameOf(model.get("kernel"));
		const [r, c] = inside(Y, model.get("row") | 0, model.get("col") | 0);
		spot = middleOf([r, c]);
		photo.frame(r, c, K.length, K[0].length);
		answer.frame(r, c, 1, 1);
		row.moveTo(r, Y.length);
		col.moveTo(c, Y[0].length);
		// What is cut out of a photograph of the reader's own is not to be typed over: that would keep its pixels in the model.
		glass.show(X.slice(r, r + K.length).map((x) => [...x.slice(c, c + K[0].length)]), K, own && kernel === "cut");
		sum.replaceChildren(`${K.flat().length} products, sum `, make("strong", {}, show(Y[r][c], 3)), ". ", made.note(r, c, 3));
		const found = hint.textContent === HELP ? "" : hint.textContent;
		live.say(`${kernel} kernel, ${K.length} by ${K[0].length}. Row ${r + 1}, column ${c + 1}. ${sum.textContent} ${found}`);
	}

	function fit() {
		// JupyterLab gives room later.
		const width = lab.clientWidth || 600;
		const [height, across] = model.get("image").shape;
		const room = (width - 12) / 2;
		// A photograph of the reader's own gets the place of the first.
		const high = Math.min(1.5, room / across, 256 / height) * height;
		for (const { size } of [photo, answer]) size(Math.min(room / X[0].length, high / X.length));
		pictures.style.setProperty("--high", `${high}px`);
		glass.size(width);
		if (Y && !ends.firstChild) colour();
	}

	const pictures = part("pictures", photo, answer);
	const rows = [
		part("buttons", button("Find this window", find), make("label", {}, mean, "with its mean subtracted")),
		part("buttons", make("label", {}, compare, "Compare two kernels: keep this one as A, and choose B")),
		mine,
	];
	const more = make("details", {}, make("summary", {}, "Find, compare, your own photo"), ...rows);
	lab.append(pictures, glass.el, sum, hint, part("controls", choice, angle, size, row, col), more);
	load();
	// The map is painted anew when the page turns dark or light, and for paper, which is light.
	setAttributes(bar, { ontransitionend: colour });
	const print = matchMedia("print");
	print.addEventListener("change", colour);
	const reactions = { image: () => own || load(), "kernel angle size typed cut subtract_mean other _output": update, "row col": move };
	const stops = [live.stop, mine.stop, () => print.removeEventListener("change", colour)];
	return mount({ model, el }, "Kernels on a photograph", [lab, live], reactions, fit, stops);
}

export default { render };
