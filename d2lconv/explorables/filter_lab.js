// Kernels on a photograph: pick, turn, widen, type or cut one out, look at it under the loupe, compare two.
import { grey, signed } from "./colours.js";
import { button, capital, make, mount, part, put, select, setAttributes, slider, speaker } from "./controls.js";
import { corr2d, inside, largest, parse, shape, show } from "./numbers.js";
import { loupe } from "./loupe.js";
import { ownPhoto } from "./own_photo.js";
import { picture } from "./picture.js";
import { corner, KERNELS, kernelOf, nameOf, oddSize, resized, total, turned, upright } from "./recipes.js";

/** @import { View } from "./controls.js" */
/** @import { Place } from "./grid.js" */
/** @import { Choice } from "./recipes.js" */
/** @typedef {{ shape: [number, number], bytes: DataView }} Photograph one byte per pixel */
/** @typedef {Choice & { image: Photograph, row: number, col: number, other: Partial<Choice> & { name?: string } }} Traits */

/** @type {(keyof Choice)[]} */
const CHOICE = ["kernel", "angle", "size", "typed", "cut", "subtract_mean"];
const HELP = "Press a place in the photograph or in the map, or type into the kernel.";
const PEAKS = 3;

/** What keeps brightness is an image, from black to white; anything else has a sign. */
const keepsBrightness = (/** @type {number[][]} */ K) => Math.abs(total(K) - 1) < 1e-9;

/** @param {Photograph} photograph */
function unpacked({ shape: [height, width], bytes }) {
	/** @param {number} i */
	const row = (i) => new Float32Array(new Uint8Array(bytes.buffer, bytes.byteOffset + i * width, width)).map((v) => v / 255);
	return Array.from({ length: height }, (_, i) => row(i));
}

/**
 * Where the outputs are largest, the windows apart from each other.
 * @param {Float64Array[]} Y
 * @param {number} size of a window
 */
function peaks(Y, size) {
	/** @type {Place[]} */
	const found = [];
	while (found.length < PEAKS) {
		let best = -Infinity, /** @type {Place | undefined} */ at;
		Y.forEach((row, r) => row.forEach((y, c) => {
			if (y > best && found.every(([i, j]) => Math.abs(i - r) >= size || Math.abs(j - c) >= size)) [best, at] = [y, [r, c]];
		}));
		if (!at) break;
		found.push(at);
	}
	return found;
}

/** @param {View<Traits>} view */
function render({ model, el }) {
	let /** @type {Float32Array[]} */ X, /** @type {number[][]} */ K, /** @type {Float64Array[]} */ Y;
	/** @type {{ row: number, col: number, cut: Place } | null} places on a photograph of the reader's own, which stays here */
	let own = null;
	/** @type {Place} the pixel under the kernel's middle: it stays where it is while the kernel changes */
	let spot;
	let limit = 1; // the magnitude of the deepest colours
	let scaled = ""; // the kinds of kernels that it is for
	let held = false; // several traits are being changed

	/**
	 * @template {keyof Traits} Name
	 * @param {Name} name
	 * @returns {Traits[Name]}
	 */
	const read = (name) => (own && name in own ? /** @type {Partial<Traits>} */ (own)[name] : null) ?? model.get(name);
	/** @returns {Choice} */
	const chosen = () => ({ .../** @type {Choice} */ (Object.fromEntries(CHOICE.map((name) => [name, read(name)]))), kernel: nameOf(read("kernel")) });
	/** @returns {{ name: string, choice: Choice } | null} the kernel that is not shown, while two are compared */
	const other = () => {
		const { name, ...rest } = model.get("other") ?? {};
		return name === "A" || name === "B" ? { name, choice: { ...chosen(), ...rest } } : null;
	};
	/** @param {Partial<Traits>} change */
	const store = (change) => {
		held = true;
		if (own) {
			const { row = own.row, col = own.col, cut = own.cut, ...rest } = change;
			own = { row, col, cut };
			put(model, rest);
		} else put(model, change);
		held = false;
	};
	/** @returns {Place} */
	const half = () => [K.length >> 1, K[0].length >> 1];
	/** @param {Place} middle */
	const under = ([r, c]) => inside(Y, r - half()[0], c - half()[1]);
	/** @param {Partial<Traits>} change */
	const go = (change) => {
		store(change);
		move();
	};
	/** @param {Place} middle */
	const place = (middle) => {
		const [row, col] = under(middle);
		go({ row, col });
	};
	/** @param {Partial<Traits>} change */
	const pick = (change) => {
		const kept = spot;
		store(change);
		correlate();
		const [row, col] = under(kept);
		store({ row, col });
		write();
		spot = kept; // even where a large kernel has to keep off the edge
	};
	/** @param {Place | null} middle */
	const ahead = (middle) => {
		const at = middle && under(middle);
		photo.preview(at && [...at, K.length, K[0].length]);
		answer.preview(at && [...at, 1, 1]);
	};
	/** @param {Place} at the upper left corner of a window, which is the output's place */
	const middleOf = ([r, c]) => /** @type {Place} */ ([r + half()[0], c + half()[1]]);

	const where = part("ends d2l-middle");
	const flips = part("ends d2l-middle");
	const bar = part("bar");
	const ends = part("ends");
	const holds = part("ends d2l-middle");
	const photo = picture("Photograph", ahead, place, where, flips);
	const answer = picture("Feature map", (at) => ahead(at && middleOf(at)), (at) => place(middleOf(at)), bar, ends, holds);
	const glass = loupe(edit);
	const sum = part("sum");
	const hint = make("p", { class: "d2l-hint", id: `d2l-${Math.random().toString(36).slice(2)}` });
	const live = speaker();
	const names = Object.keys(KERNELS).map((name) => /** @type {[string, string]} */ ([name, capital(name)]));
	const choice = select("Kernel", [...names, ["typed", "Your own"], ["cut", "Cut from the photograph"]], (kernel) => (kernel === "cut" ? find() : pick({ kernel })));
	const angle = slider("Angle", (angle) => pick({ angle }));
	const size = slider("Size", (size) => pick(model.get("kernel") === "typed" ? { typed: resized(K, size) } : { size }));
	const row = slider("Row", (row) => go({ row: row - 1 }));
	const col = slider("Column", (col) => go({ col: col - 1 }));

	const find = () => pick({ kernel: "cut", cut: spot });
	/** @type {HTMLInputElement} */
	const mean = make("input", { type: "checkbox", onchange: () => pick({ subtract_mean: mean.checked }) });
	/** @type {HTMLInputElement} */
	const compare = make("input", { type: "checkbox", onchange: () => pick({ other: compare.checked ? { name: "A", ...chosen() } : {} }) });
	const sides = ["A", "B"].map((name) => /** @type {HTMLInputElement} */ (make("input", { type: "radio", name: hint.id, value: name, onchange: flip })));
	flips.append(...sides.map((side) => make("label", {}, side, side.value)));
	const lab = part("lab");
	const mine = ownPhoto(lab, (mine) => {
		own = mine && { row: Math.floor(mine.length / 3), col: Math.floor(mine[0].length / 3), cut: [0, 0] };
		load(mine);
		fit();
	}, (text) => tell(text, true));

	/** Show the other one of two kernels that are compared. */
	function flip() {
		const hidden = other();
		if (hidden) pick({ ...hidden.choice, other: { name: hidden.name === "A" ? "B" : "A", ...chosen() } });
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
		const right = value !== undefined && isFinite(value);
		setAttributes(field, { "aria-invalid": String(!right), "aria-describedby": right ? "" : hint.id });
		if (!right) return tell(`“${field.value}” is not a number, so ${field.ariaLabel?.toLowerCase()} stays ${show(K[r][c], 3)}. Type one such as −0.5.`, true);
		const typed = K.map((row) => row.map((k) => +k.toFixed(12)));
		typed[r][c] = value;
		pick({ kernel: "typed", typed });
	}

	/** @param {Float32Array[] | null} mine a photograph of the reader's own */
	function load(mine) {
		X = mine ?? unpacked(model.get("image"));
		photo.paint(X, "The photograph", grey);
		scaled = "";
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
		// One colour means one number until another kind of kernel is picked, or another weight typed.
		const hidden = other();
		/** @param {Choice} choice */
		const kind = ({ kernel, typed, ...rest }) => (kernel === "typed" ? JSON.stringify(typed) : kernel === "cut" ? JSON.stringify(rest) : kernel);
		const kinds = String([...new Set([chosen(), hidden?.choice ?? chosen()].map(kind))].sort());
		if (kinds === scaled) return;
		scaled = kinds;
		/**
		 * @param {number[][]} K
		 * @param {Float64Array[]} Y
		 */
		const strength = (K, Y) => (keepsBrightness(K) ? 0 : largest(Y));
		const K2 = hidden && kernelOf(hidden.choice, X);
		limit = Math.max(strength(K, Y), K2 ? strength(K2, corr2d(X, K2)) : 0) || 1;
	}

	function write() {
		const { kernel, angle: degrees, size: n, cut, subtract_mean } = chosen();
		const { step, sized } = KERNELS[kernel] ?? { sized: true };
		const value = step === 90 ? 90 * Number(upright(turned(degrees))) : turned(degrees);
		choice.input.value = kernel;
		angle.update({ value, max: step === 90 ? 90 : 355, step: step ?? 5, text: step ? `${+value.toFixed(2)}°` : "none", disabled: !step });
		size.update({ value: kernel === "typed" ? K.length : oddSize(n), min: 3, max: 15, step: 2, text: shape(K), disabled: !sized });
		mean.checked = subtract_mean !== false;
		const hidden = other();
		compare.checked = Boolean(hidden);
		where.hidden = Boolean(hidden);
		flips.hidden = !hidden;
		for (const side of sides) side.checked = side.value !== hidden?.name;
		const found = kernel === "cut" ? peaks(Y, K.length) : [];
		photo.mark(found.map((at) => [...at, K.length, K.length]));
		answer.mark(found.map((at) => [...at, 1, 1]));
		tell(found.length ? strongest(found, corner(X, cut, K.length, K.length)) : HELP);
		colour();
		move();
	}

	/**
	 * @param {Place[]} places
	 * @param {Place} itself where the kernel was cut out
	 */
	function strongest(places, itself) {
		const listed = places.map((at, i) => `${i + 1} row ${at[0] + 1}, column ${at[1] + 1}${String(at) === String(itself) ? " (the window itself)" : ""}`);
		/** @param {Place} at */
		const value = ([r, c]) => show(Y[r][c], 3);
		return `Strongest, ${value(places[0])}: ${listed.join("; ")}. The window itself: ${value(itself)}.`;
	}

	function colour() {
		if (!bar.isConnected) return; // whether the page is dark is not known yet
		const image = keepsBrightness(K);
		const kernel = nameOf(read("kernel"));
		bar.classList.toggle("d2l-grey", image);
		ends.replaceChildren(...(image ? ["0 black", "1 white"] : [show(-limit, 2), "0", show(limit, 2)]).map((text) => make("span", {}, text)));
		holds.textContent = image ? "brightness" : other() ? "one scale for A and B" : KERNELS[kernel]?.step ? "one scale for all angles" : "scale of this kernel";
		answer.paint(Y, `Feature map of the ${kernel} kernel`, image ? grey : signed(limit), image ? 0 : -limit);
	}

	function move() {
		if (held) return;
		const [r, c] = inside(Y, read("row") | 0, read("col") | 0);
		spot = middleOf([r, c]);
		photo.frame(r, c, K.length, K[0].length);
		answer.frame(r, c, 1, 1);
		row.update({ value: r + 1, min: 1, max: Y.length, text: `${r + 1} of ${Y.length}` });
		col.update({ value: c + 1, min: 1, max: Y[0].length, text: `${c + 1} of ${Y[0].length}` });
		where.textContent = `row ${r + 1}, column ${c + 1}`;
		glass.show(X.slice(r, r + K.length).map((x) => Array.from(x.subarray(c, c + K[0].length))), K.map((row) => row.map((k) => +k.toFixed(12))));
		const count = K.length * K[0].length;
		sum.replaceChildren(count > 1 ? `${count} products, sum ` : "1 product, ", make("strong", {}, show(Y[r][c], 3)));
		const hidden = other();
		const side = hidden ? `${hidden.name === "A" ? "B" : "A"}: ` : "";
		live.say(`${side}${nameOf(read("kernel"))} kernel, ${K.length} by ${K[0].length}. Row ${r + 1}, column ${c + 1}: ${sum.textContent}. ${hint.textContent === HELP ? "" : hint.textContent}`);
	}

	function fit() {
		const width = lab.clientWidth || 600; // JupyterLab gives room later
		const [height, across] = model.get("image").shape;
		const room = (width - 12) / 2;
		const high = Math.min(1.5, room / across, 256 / height) * height; // also of a photograph of the reader's own
		for (const { size } of [photo, answer]) size(Math.min(room / X[0].length, high / X.length));
		pictures.style.setProperty("--high", `${high}px`);
		glass.size(width);
		if (!ends.firstChild) colour();
	}

	const pictures = part("pictures", photo, answer);
	const more = make("details", {}, make("summary", {}, "More: find, compare, your own photo"),
		part("buttons", button("Find this window", find), make("label", {}, mean, "with its mean subtracted")),
		part("buttons", make("label", {}, compare, "Compare two kernels: keep this one as A, and choose B")),
		mine);
	lab.append(pictures, glass.el, sum, hint, part("controls", choice, angle, size, row, col), more);
	load(null);
	setAttributes(bar, { ontransitionend: colour }); // the page has turned dark or light
	const print = matchMedia("print"); // paper is light
	print.addEventListener("change", colour);
	const reactions = { image: () => own || load(null), "kernel angle size typed cut subtract_mean other": update, "row col": move };
	const stops = [live.stop, mine.stop, () => print.removeEventListener("change", colour)];
	return mount({ model, el }, "Kernels on a photograph", [lab, live], reactions, fit, stops);
}

export default { render };
