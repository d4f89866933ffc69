// The kernel's window on an image: move it, edit the cells, flip the kernel, read the arithmetic.
import { brightness, signed } from "./colours.js";
import { button, counter, make, mount, part, player, pointed, put, setAttributes, sign, speaker } from "./controls.js";
import { arrange, grid } from "./grid.js";
import { corr2d, decode, encode, flipped, inside, largest, parse, shape, show } from "./numbers.js";

/** @import { View } from "./controls.js" */
/** @import { Grid, Place } from "./grid.js" */
/** @import { Rows } from "./numbers.js" */
/** @typedef {{ X: Rows, K: Rows, row: number, col: number, flip: boolean, _start: Partial<Traits> }} Traits */

const HELP = "Drag the window, press an output, or type into a cell.";
const MOST_TERMS = 12;

/** @param {Place} place */
const named = ([r, c]) => `row ${r + 1} column ${c + 1}`;

/** @param {View<Traits>} view */
function render({ model, el }) {
	/** @type {number[][]} the image */
	let X;
	/** @type {number[][]} the kernel */
	let K;
	/** @type {number[][]} the kernel as it slides: flipped, or K itself */
	let W;
	/** @type {Float64Array[]} the output */
	let Y;
	let /** @type {Grid} */ input, /** @type {Grid} */ kernel, /** @type {Grid} */ output;

	const stage = part("stage");
	const sum = part("sum");
	const hint = make("p", { class: "d2l-hint", id: `d2l-${Math.random().toString(36).slice(2)}` });
	const live = speaker();
	/**
	 * @param {number} r
	 * @param {number} c
	 */
	const place = (r, c) => {
		const [row, col] = inside(Y, r, c);
		put(model, { row, col });
	};
	/** @param {Place} at */
	const byHand = (...at) => {
		play.stop();
		place(...at);
	};
	const row = counter("Row", model, "row");
	const col = counter("Column", model, "col");
	/** @type {HTMLInputElement} */
	const flip = make("input", { type: "checkbox", onchange: () => put(model, { flip: flip.checked }) });
	const play = player((first) => {
		const next = model.get("row") * Y[0].length + model.get("col") + 1;
		const last = next === Y.length * Y[0].length;
		if (!last || first) place(last ? 0 : Math.floor(next / Y[0].length), last ? 0 : next % Y[0].length);
		return !last || first;
	});
	const reset = button("Reset", () => {
		play.stop();
		put(model, model.get("_start"));
		build();
	});

	/** @param {string} text */
	function tell(text, wrong = false) {
		hint.textContent = text;
		hint.classList.toggle("d2l-wrong", wrong);
	}

	/** Draw the grids anew: shapes or names have changed. */
	function build() {
		read();
		input = grid("Input", X, {
			field: (...at) => `Input ${named(at)}`,
			edit: (r, c, field) => edit("X", r, c, field),
			hover: reach,
		});
		// A flipped kernel shows each number where it is, by the name of the entry that it edits.
		/**
		 * @param {number} r
		 * @param {number} c
		 * @returns {Place}
		 */
		const entry = (r, c) => (W === K ? [r, c] : [K.length - 1 - r, K[0].length - 1 - c]);
		kernel = grid(W === K ? "Kernel" : "Flipped kernel", K, {
			field: (...at) => `Kernel ${named(entry(...at))}`,
			edit: (r, c, field) => edit("K", ...entry(r, c), field),
		});
		output = grid("Output", Y, { hover: ahead, press: (at) => byHand(...at) });
		kernel.el.classList.add("d2l-kernel");
		stage.replaceChildren(input.el, sign("⋆"), kernel.el, sign("="), output.el);
		drag(input.body);
		tell(HELP);
		write();
		fit();
	}

	const fit = () => arrange(stage, [input, kernel, output], 24);

	function read() {
		X = decode(model.get("X"));
		K = decode(model.get("K"));
		W = model.get("flip") ? flipped(K) : K;
		Y = corr2d(X, W);
	}

	function write() {
		input.values(X, brightness(X));
		kernel.values(W, signed(largest(W)));
		output.values(Y, signed(largest(Y)));
		flip.checked = W !== K;
		move();
	}

	function move() {
		const [r, c] = inside(Y, model.get("row"), model.get("col"));
		row.moveTo(r, Y.length);
		col.moveTo(c, Y[0].length);
		input.frame(r, c, W.length, W[0].length);
		output.frame(r, c, 1, 1);
		output.tabStop(r, c);
		for (const cell of input.cells.flat()) {
			const tap = W[cell.at[0] - r]?.[cell.at[1] - c];
			if (tap === undefined) delete cell.dataset.tap;
			else cell.dataset.tap = `×${show(tap, 3)}`;
		}
		const terms = W.flatMap((taps, a) => taps.map((k, b) => [X[r + a][c + b], k]));
		/** @param {number} v */
		const factor = (v) => (v < 0 ? `(${show(v)})` : show(v));
		const shown = terms.slice(0, MOST_TERMS);
		const sums = shown.map(([x, k]) => `${factor(x)}×${factor(k)}`);
		if (shown.length < terms.length) sums.push(`… (${terms.length - MOST_TERMS} more)`);
		const total = show(Y[r][c], 6);
		sum.replaceChildren(`${sums.join(" + ")} = `, make("strong", {}, total));
		const products = shown.map(([x, k]) => show(x * k)).join(", ");
		const turned = W === K ? "" : "Kernel flipped. ";
		live.say(`${turned}Row ${r + 1}, column ${c + 1}. Products ${products}. Sum ${total}.`, play.playing());
	}

	/**
	 * @param {"X" | "K"} trait
	 * @param {number} r
	 * @param {number} c
	 * @param {HTMLInputElement} field
	 */
	function edit(trait, r, c, field) {
		const value = parse(field.value);
		const wrong = value === undefined;
		setAttributes(field, { "aria-invalid": String(wrong), "aria-describedby": wrong ? hint.id : "" });
		const next = (trait === "X" ? X : K).map((row) => [...row]);
		const name = field.ariaLabel?.toLowerCase();
		tell(wrong ? `“${field.value}” is not a number, so ${name} stays ${show(next[r][c])}. Type one such as −0.5.` : HELP, wrong);
		if (wrong) {
			write(); // another field that was mistyped before is right again
			return live.say(hint.textContent);
		}
		next[r][c] = value;
		put(model, { [trait]: encode(next) });
	}

	/**
	 * Show where a press on an output would take the window.
	 * @param {Place | null} cell
	 */
	function ahead(cell) {
		input.preview(cell && [...cell, W.length, W[0].length]);
		output.preview(cell && [...cell, 1, 1]);
	}

	/**
	 * Show the outputs whose window holds an input cell.
	 * @param {Place | null} cell
	 */
	function reach(cell) {
		/**
		 * @param {number} at
		 * @param {number} top
		 * @param {number} size
		 */
		const under = (at, top, size) => top <= at && at < top + size;
		const count = output.mark((r, c) => cell !== null && under(cell[0], r, W.length) && under(cell[1], c, W[0].length));
		if (hint.classList.contains("d2l-wrong")) return;
		tell(cell ? `Outputs that input row ${cell[0] + 1}, column ${cell[1] + 1} reaches: ${count}.` : HELP);
	}

	/**
	 * Let the window be dragged; a press without a move goes to the field.
	 * @param {HTMLElement} body
	 */
	function drag(body) {
		/** @param {number[]} spot */
		const cellAt = ([down, right]) => [Math.floor(down * X.length), Math.floor(right * X[0].length)];
		let origin = [0, 0]; // where the window was when it was grabbed
		pointed(body, {
			grabs(event) {
				origin = [model.get("row"), model.get("col")];
				return /** @type {Element} */ (event.target).closest("[data-tap]");
			},
			drag(spot, from) {
				/** @type {HTMLElement | null} */ (body.querySelector(":focus"))?.blur();
				const [[r, c], [down, right]] = [cellAt(spot), cellAt(from)];
				byHand(origin[0] + r - down, origin[1] + c - right);
			},
		});
		/** @param {DragEvent} event */
		const ondragstart = (event) => event.preventDefault(); // else the browser drags the cell's text
		setAttributes(body, { ondragstart });
	}

	function edited() {
		const [x, k] = [model.get("X"), model.get("K")];
		if (k.length > x.length || k[0].length > x[0].length) return; // the other one follows
		if (shape(x) !== shape(X) || shape(k) !== shape(K)) return build();
		read();
		write();
	}

	build();
	const buttons = part("buttons", play, reset, make("label", { class: "d2l-check" }, flip, "Flip kernel"));
	const controls = setAttributes(part("controls", row, col), { oninput: play.stop });
	const parts = [stage, controls, buttons, sum, hint, live]; // what grows is last, so that no button moves
	const reactions = { "X K": edited, flip: build, "row col": move };
	return mount({ model, el }, "A kernel's window on an image", parts, reactions, fit, [play.stop, live.stop]);
}

export default { render };
