// The kernel's window on an image: move it, sweep it, edit or paint the cells, flip the kernel, read the arithmetic.
import { brightness, signed } from "./colours.js";
import { button, calm, counter, make, mount, newId, part, player, pointed, put, setAttributes, sign, slider, speaker } from "./controls.js";
import { formula } from "./formula.js";
import { arrange, grid, mistyped } from "./grid.js";
import { clamp, corr2d, decode, encode, flipped, inside, largest, padded, parse, show, sizes } from "./numbers.js";
import { operated } from "./operator.js";
import { opposite, painted } from "./painting.js";
import { spoken, written } from "./products.js";

/** @import { View } from "./controls.js" */
/** @import { Cell, Grid, Place } from "./grid.js" */
/** @import { Matrix, Rows } from "./numbers.js" */
/** @typedef {{ X: Rows, K: Rows, row: number, col: number, flip: boolean, padding: number, stride: number }} State */
/** @typedef {State & { _start: State, _sliders: string[] }} Traits */

const HELP = "Drag the window, press an output, or type into a cell.";
const PAINTING = "Press or drag over input cells, or press space on one: black turns white, and white black.";
const [MOST_PADDING, MOST_STRIDE] = [3, 4];

/** @param {Place} place */
const named = ([r, c]) => `row ${r + 1} column ${c + 1}`;

/**
 * Whether rows are a matrix: a link may have put anything there.
 * @param {Rows} rows
 */
const isMatrix = (rows) => rows?.[0]?.length > 0 && rows.every?.((row) => Array.isArray(row) && row.length === rows[0].length);

/** @param {View<Traits>} view */
function render({ model, el }) {
	/** @type {number[][]} the image */
	let X;
	/** @type {number[][]} the image with its padding */
	let P;
	/** @type {number[][]} the kernel */
	let K;
	/** @type {number[][]} the kernel as it slides: flipped, or K itself */
	let W;
	/** @type {Float64Array[]} the output */
	let Y;
	/** @type {ReturnType<typeof operated>} the output of a function in Python, or the same */
	let made;
	let /** @type {Grid} */ input, /** @type {Grid} */ kernel, /** @type {Grid} */ output;
	// Padding and stride.
	let [p, s] = [0, 1];
	// The largest padding that the slider offers.
	let most = 0;
	// The steps that a sweep has gone: in each window one for each product, and one for the sum.
	let swept = 0;
	// Whether it is the sweep that moves the window now.
	let sweeping = false;

	const stage = part("stage");
	const symbols = formula();
	const sum = part("sum");
	const hint = make("p", { class: "d2l-hint", id: newId() });
	const live = speaker();
	/**
	 * A whole number, whatever a link has put there.
	 * @param {"row" | "col" | "padding" | "stride"} trait
	 * @param {number} most
	 */
	const whole = (trait, most) => clamp(Math.floor(Number(model.get(trait))) || 0, most);
	/** @returns {Place} */
	const here = () => [whole("row", Y.length - 1), whole("col", Y[0].length - 1)];
	/** @param {Place} at */
	const byHand = (...at) => {
		end();
		const [row, col] = inside(Y, ...at);
		put(model, { row, col });
	};
	const row = counter("Row", model, "row");
	const col = counter("Column", model, "col");
	const asked = model.get("_sliders");
	/** @type {Record<string, ReturnType<typeof slider>>} */
	const sliders = {
		padding: slider("Padding", (padding) => put(model, { padding })),
		stride: slider("Stride", (stride) => put(model, { stride })),
	};
	/** @type {HTMLInputElement} */
	const flip = make("input", { type: "checkbox", onchange: () => put(model, { flip: flip.checked }) });
	/** @type {HTMLInputElement} whether a press on the input paints; else it moves the window or goes to the cell */
	const brush = make("input", { type: "checkbox", onchange: mode });
	const play = player(() => sweep(true));

	function mode() {
		input.body.classList.toggle("d2l-painting", brush.checked);
		tell();
	}

	function tell(text = brush.checked ? PAINTING : HELP, wrong = false) {
		hint.textContent = text;
		hint.classList.toggle("d2l-wrong", wrong);
	}

	/** Draw the grids anew: shapes or names have changed. */
	function build() {
		end();
		// Where traits do not go together, another one will follow.
		if (!read()) return;
		// There is room for all that the sliders may ask for, so that nothing moves below the grids.
		const frame = 2 * (asked.includes("padding") ? most : p);
		const room = sizes(X).map((n) => n + frame);
		input = grid(p ? "Padded input" : "Input", P, {
			field: (r, c) => (X[r - p]?.[c - p] === undefined ? "" : `Input ${named([r - p, c - p])}`),
			edit: (r, c, field) => edit("X", r - p, c - p, field),
			hover: reach,
			room,
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
		output = grid("Output", Y, {
			hover: ahead,
			press: (at) => byHand(...at),
			room: sizes(K).map((k, axis) => Math.floor((room[axis] - k) / (asked.includes("stride") ? 1 : s)) + 1),
		});
		kernel.el.classList.add("d2l-kernel");
		stage.replaceChildren(input.el, sign("⋆"), kernel.el, sign("="), output.el);
		drag(input.body);
		mode();
		write();
		fit();
	}

	const fit = () => arrange(stage, [input, kernel, output], 24);

	/** Read the traits, if they go together. */
	function read() {
		const [x, k] = [model.get("X"), model.get("K")];
		if (!isMatrix(x) || !isMatrix(k)) return false;
		const least = Math.ceil(Math.max(0, ...sizes(k).map((size, axis) => size - sizes(x)[axis])) / 2);
		if (least > MOST_PADDING) return false;
		p = Math.max(least, whole("padding", MOST_PADDING));
		// A wider frame adds outputs that see nothing but zeros.
		most = Math.max(most, p, Math.min(MOST_PADDING, Math.max(...sizes(k))));
		s = whole("stride", MOST_STRIDE) || 1;
		X = decode(x);
		P = padded(X, p);
		K = decode(k);
		W = model.get("flip") ? flipped(K) : K;
		Y = corr2d(P, W, s);
		made = operated(model, P, W, Y);
		return true;
	}

	function write() {
		input.values(P, brightness(X));
		kernel.values(W, signed(largest(W)));
		const M = made.Y ?? Y;
		output.values(M, signed(largest(M)));
		output.el.classList.toggle("d2l-stale", !!made.stale);
		flip.checked = W !== K;
		sliders.padding.update({ value: p, max: most });
		sliders.stride.update({ value: s, min: 1, max: MOST_STRIDE });
		symbols.update([X, K, Y].map(sizes), p, s, W !== K, !asked.length && !p && s === 1);
		move();
	}

	function move() {
		const [r, c] = here();
		const [top, left] = [r * s, c * s];
		row.moveTo(r, Y.length);
		col.moveTo(c, Y[0].length);
		input.frame(top, left, W.length, W[0].length);
		output.frame(r, c, 1, 1);
		output.tabStop(r, c);
		const terms = W.flatMap((taps, a) => taps.map((k, b) => [P[top + a][left + b], k]));
		const steps = terms.length + 1;
		const gone = swept ? swept - steps * (r * Y[0].length + c) : steps;
		output.fill(!made.Y ? 0 : swept ? Math.floor(swept / steps) : Infinity);
		for (const { at, dataset, classList } of input.cells.flat()) {
			const [a, b] = [at[0] - top, at[1] - left];
			const k = W[a]?.[b];
			const t = k === undefined ? -1 : a * W[0].length + b;
			classList.toggle("d2l-now", t === gone - 1);
			if (t < 0) delete dataset.tap;
			else dataset.tap = swept && t < gone ? `=${show(P[at[0]][at[1]] * k, 3)}` : `×${show(k, 3)}`;
		}
		kernel.cells.flat().forEach(({ classList }, t) => classList.toggle("d2l-now", t === gone - 1));
		const total = show(Y[r][c], 6);
		const note = made.note(r, c, 6);
		sum.replaceChildren(...written(terms, gone, total), note);
		live.say(`${W === K ? "" : "Kernel flipped. "}Row ${r + 1}, column ${c + 1}. ${spoken(terms, gone, total)} ${note.textContent}`, play.playing());
	}

	/** Go a step further in the sweep: a product, the sum, or both at once. Say how long to look at it, in ms. */
	function sweep(fast = false) {
		const steps = W.length * W[0].length + 1;
		const windows = Y.length * Y[0].length;
		const at = Math.floor(swept / steps);
		const slow = !calm() && (!fast || at < 2);
		swept = slow ? swept + 1 : (at + 1) * steps;
		const [row, col] = [Math.floor(at / Y[0].length), at % Y[0].length];
		sweeping = true;
		put(model, { row, col });
		sweeping = false;
		move();
		const more = swept % steps;
		if (slow && !more) {
			const cell = output.cells[row][col];
			const [from, to] = [input.cells[row * s][col * s], cell].map((element) => element.getBoundingClientRect());
			cell.animate([{ translate: `${from.x - to.x}px ${from.y - to.y}px`, scale: `${W[0].length} ${W.length}` }, {}], 450);
		}
		if (swept === steps * windows) swept = 0;
		return swept && (slow ? (more ? 1800 / steps / (at + 1) : 700) : clamp(10000 / windows, 400));
	}

	/** End a sweep: all of the output is there again. */
	function end() {
		play.stop();
		if (!swept) return;
		swept = 0;
		move();
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
		const next = (trait === "X" ? X : K).map((row) => [...row]);
		const sentence = mistyped(field, wrong, hint, next[r][c]);
		if (wrong) {
			tell(sentence, true);
			// Another field that was mistyped before is right again.
			write();
			return live.say(hint.textContent);
		}
		tell();
		next[r][c] = value;
		put(model, { [trait]: encode(next) });
	}

	/**
	 * Show where a press on an output would take the window.
	 * @param {Place | null} cell
	 */
	function ahead(cell) {
		input.preview(cell && [cell[0] * s, cell[1] * s, W.length, W[0].length]);
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
		const count = output.mark((r, c) => cell !== null && under(cell[0], r * s, W.length) && under(cell[1], c * s, W[0].length));
		if (hint.classList.contains("d2l-wrong")) return;
		const [r, c] = cell?.map((at) => at - p) ?? [];
		tell(X[r]?.[c] === undefined || brush.checked ? undefined : `Outputs that input row ${r + 1}, column ${c + 1} reaches: ${count}.`);
	}

	/**
	 * Let the window be dragged, or cells be painted; a press without a move goes to the field.
	 * @param {HTMLElement} body
	 */
	function drag(body) {
		/**
		 * @param {number[]} spot
		 * @returns {Place}
		 */
		const cellAt = ([down, right]) => [Math.floor(down * P.length) - p, Math.floor(right * P[0].length) - p];
		/** @type {Place} */
		// Where the window was when it was grabbed.
		let origin;
		/** @type {Place} */
		// Where the brush was.
		let last;
		let ink = 0;
		/** @param {Place} to */
		const paint = (to, first = false) => {
			if (first) [ink, last] = [opposite(X, to), to];
			else if (String(to) === String(last)) return;
			put(model, { X: encode(painted(X, ink, last, to)) });
			last = to;
		};
		pointed(body, {
			grabs({ target }) {
				origin = here();
				return brush.checked || /** @type {Element} */ (target).closest("[data-tap]");
			},
			begin(spot) {
				if (brush.checked) paint(cellAt(spot), true);
				return brush.checked;
			},
			drag(spot, from) {
				if (brush.checked) return paint(cellAt(spot));
				/** @type {HTMLElement | null} */ (body.querySelector(":focus"))?.blur();
				const [[r, c], [down, right]] = [cellAt(spot), cellAt(from)];
				byHand(origin[0] + Math.round((r - down) / s), origin[1] + Math.round((c - right) / s));
			},
		});
		setAttributes(body, {
			/** @param {DragEvent} event */
			// Else the browser drags the cell's text.
			ondragstart: (event) => event.preventDefault(),
			/** @param {KeyboardEvent} event */
			onkeydown(event) {
				if (!brush.checked || event.key !== " ") return;
				event.preventDefault();
				const field = /** @type {HTMLInputElement} */ (event.target);
				const [r, c] = /** @type {Cell} */ (field.parentElement).at;
				paint([r - p, c - p], true);
				// A field with the focus keeps what was typed.
				field.value = show(ink);
			},
		});
	}

	function edited() {
		const before = String([X, K].map(sizes));
		end();
		// Where traits do not go together, another one will follow.
		if (!read()) return;
		if (String([X, K].map(sizes)) === before) write();
		else build();
	}

	if (!read()) put(model, model.get("_start"));
	build();
	const step = button("Step", () => {
		play.stop();
		sweep();
	});
	const reset = button("Reset", () => {
		put(model, model.get("_start"));
		build();
	});
	const switches = [make("label", {}, flip, "Flip kernel"), make("label", {}, brush, "Paint")];
	const buttons = part("buttons", play, step, reset, ...switches);
	const controls = part("controls", row, col, ...asked.map((name) => sliders[name]));
	// What grows is last, so that no button moves.
	const parts = [stage, controls, buttons, symbols, sum, hint, live];
	const moved = () => {
		// A sweep draws when both are set.
		if (sweeping) return;
		end();
		move();
	};
	const reactions = { "X K _output": edited, "flip padding stride": build, "row col": moved };
	return mount({ model, el }, "A kernel's window on an image", parts, reactions, fit, [play.stop, live.stop]);
}

export default { render };
