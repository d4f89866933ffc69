// A grid of cells: numbers on tinted ground, a frame over them, one stop for the Tab key.
import { css, inkOn } from "./colours.js";
import { make, part, setAttributes } from "./controls.js";
import { inside, shape, show } from "./numbers.js";

/** @import { Shade } from "./colours.js" */
/** @import { Matrix } from "./numbers.js" */
/** @typedef {[row: number, col: number]} Place */
/** @typedef {HTMLElement & { at: Place, target: HTMLElement }} Cell `target` has the focus: the cell itself, or its input */
/** @typedef {ReturnType<typeof grid>} Grid */

const SMALLEST_TYPE = 11;
const pen = document.createElement("canvas").getContext("2d");

/**
 * How wide the widest of some texts is, in heights of the figures' type.
 * @param {string[]} texts
 */
function widest(texts) {
	if (!pen) return 0;
	pen.font = "100px system-ui, sans-serif";
	return Math.max(...texts.map((text) => pen.measureText(text).width)) / 100;
}

/** @type {Record<string, Place>} */
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * A frame around `h` by `w` cells.
 * @param {number} r
 * @param {number} c
 * @param {number} h
 * @param {number} w
 */
export const framed = (r, c, h, w) => ({ style: `--r:${r};--c:${c};--h:${h};--w:${w}` });

/** @param {Event} event */
const cellOf = ({ target }) => /** @type {Cell | null} */ (/** @type {Element} */ (target).closest(".d2l-cell"));

/**
 * A grid for matrices of the shape that `M` has.
 * @param {string} name
 * @param {Matrix} M
 * @param {object} options
 * @param {(r: number, c: number) => string} [options.field] the label of a cell that can be edited; one without is padding
 * @param {(r: number, c: number, input: HTMLInputElement) => void} [options.edit] called with what is typed
 * @param {(cell: Place | null) => void} [options.hover] called with the cell that has the pointer or the focus
 * @param {(cell: Place) => void} [options.press] called with the cell that is pressed, or gone to by an arrow key
 * @param {number[]} [options.room] for how many rows and columns it keeps room
 */
export function grid(name, M, { field, edit, hover, press, room = [M.length, M[0].length] } = {}) {
	const [frame, ghost] = [part("frame"), part("frame d2l-ghost")];
	const active = field || press;
	/**
	 * @param {number} r
	 * @param {number} c
	 * @returns {Cell}
	 */
	const cellAt = (r, c) => {
		const label = field?.(r, c);
		const padding = label === "";
		const role = !field && (press ? "gridcell" : "cell");
		const cell = make("span", { class: padding ? "d2l-cell d2l-padding" : "d2l-cell", role, "aria-hidden": padding });
		const input = label && make("input", { "aria-label": label, autocomplete: "off", spellcheck: "false" });
		if (input) cell.append(setAttributes(input, { oninput: () => edit?.(r, c, input), onfocus: () => input.select() }));
		const target = input || cell;
		if (input || press) target.tabIndex = -1;
		return Object.assign(cell, { at: /** @type {Place} */ ([r, c]), target });
	};
	const cells = M.map((row, r) => Array.from(row, (_, c) => cellAt(r, c)));
	/** @param {Cell[]} cells */
	const row = (cells) => make("div", { class: "d2l-row", role: !field && "row" }, ...cells);
	const role = field ? "group" : press ? "grid" : "table";
	const body = make("div", { class: "d2l-body", role, "aria-label": name }, ...cells.map(row), frame, ghost);

	let stop = cells.flat().find(({ target }) => target.hasAttribute("tabindex")) ?? cells[0][0];
	/**
	 * @param {number} r
	 * @param {number} c
	 */
	const tabStop = (r, c) => {
		stop.target.tabIndex = -1;
		stop = cells[r][c];
		stop.target.tabIndex = 0;
	};
	/** @param {Event} event */
	const over = (event) => hover?.(cellOf(event)?.at ?? null);
	const away = () => hover?.(null);
	if (active) {
		tabStop(...stop.at);
		setAttributes(body, {
			onpointerover: over,
			onpointerleave: away,
			onfocusout: away,
			onfocusin(event) {
				tabStop(.../** @type {Cell} */ (cellOf(event)).at);
				over(event);
			},
			onclick(event) {
				const cell = cellOf(event);
				if (cell) press?.(cell.at);
			},
			onkeydown(event) {
				const [down, right] = ARROWS[event.key] ?? [0, 0];
				const { selectionStart, selectionEnd, value } = /** @type {HTMLInputElement} */ (event.target);
				const stays = () => Number(selectionEnd) - Number(selectionStart) < value.length && (right > 0 ? selectionStart !== value.length : selectionEnd);
				const caret = field && right && stays(); // it moves in the number, to its end
				if (!(down || right) || caret || event.ctrlKey || event.metaKey || event.altKey) return;
				event.preventDefault();
				const [r, c] = inside(M, stop.at[0] + down, stop.at[1] + right);
				cells[r][c].target.focus();
				press?.([r, c]);
			},
		});
	}

	/** @type {{ M: Matrix, shade: Shade, digits: number }} */
	let shown;
	let side = 40; // how large a cell is, in pixels
	let filled = Infinity; // how many cells have their number, in reading order

	/** Write the numbers with as many digits as fit; where two do not, signs stand for them. */
	function paint() {
		if (!shown) return;
		const { M, shade } = shown;
		let { digits } = shown;
		const largestType = () => (side - 4) / widest(M.flatMap((row) => Array.from(row, (v) => show(v, digits))));
		while (digits > 2 && largestType() < SMALLEST_TYPE) digits--;
		const numbers = field || largestType() >= SMALLEST_TYPE;
		const type = Math.max(SMALLEST_TYPE, Math.min(0.36 * side, largestType()));
		el.setAttribute("style", `--cell:${side}px;--rows:${room[0]};--columns:${room[1]};--type:${numbers ? type : SMALLEST_TYPE}`);
		body.classList.toggle("d2l-tinted", !numbers);
		body.classList.toggle("d2l-tight", largestType() < SMALLEST_TYPE);
		body.classList.toggle("d2l-roomy", side >= 36);
		for (const [i, cell] of cells.flat().entries()) {
			const v = i < filled ? M[cell.at[0]][cell.at[1]] : 0;
			const text = i < filled ? show(v, digits) : "";
			const input = /** @type {HTMLInputElement} */ (cell.target);
			if (cell === cell.target) cell.textContent = numbers ? text : side < 12 ? "" : v > 0 ? "+" : v < 0 ? "−" : "";
			else if (input !== document.activeElement) setAttributes(Object.assign(input, { value: text }), { "aria-invalid": "false", "aria-describedby": "" });
			if (!field) cell.ariaLabel = numbers ? null : text;
			const [light, dark] = [false, true].map((dark) => shade(v, dark));
			const style = `--ground:light-dark(${css(light)},${css(dark)});--ink:light-dark(${inkOn(light)},${inkOn(dark)})`;
			setAttributes(cell, { style }).classList.toggle("d2l-nan", isNaN(v));
		}
	}

	const el = make("figure", { class: "d2l-grid" }, make("figcaption", {}, `${name} ${shape(M)}`), body);
	return {
		el,
		body,
		cells,
		columns: room[1],
		tabStop,
		/**
		 * Show the numbers of `M` on their shades, with so many digits at most.
		 * @param {Matrix} M
		 * @param {Shade} shade
		 */
		values(M, shade, digits = 4) {
			shown = { M, shade, digits };
			paint();
		},
		/**
		 * Leave the cells empty that follow the first `count`.
		 * @param {number} count
		 */
		fill(count) {
			if (filled !== (filled = count)) paint();
		},
		/** @param {number} pixels */
		size(pixels) {
			side = pixels;
			paint();
		},
		/** @param {Parameters<typeof framed>} place */
		frame: (...place) => setAttributes(frame, framed(...place)),
		/**
		 * Frame the cells that a press would choose, or none.
		 * @param {Parameters<typeof framed> | null} place
		 */
		preview: (place) => preview(ghost, place),
		/**
		 * Mark the cells for which `test` holds, and count them.
		 * @param {(r: number, c: number) => boolean} test
		 */
		mark: (test) => cells.flat().filter((cell) => cell.classList.toggle("d2l-reached", test(...cell.at))).length,
	};
}

/**
 * Mark a field whose text is no number, or unmark it; return the sentence about it.
 * @param {HTMLInputElement} field
 * @param {boolean} wrong
 * @param {Element} hint where the sentence will be
 * @param {number} kept what holds instead
 */
export function mistyped(field, wrong, hint, kept) {
	setAttributes(field, { "aria-invalid": String(wrong), "aria-describedby": wrong ? hint.id : "" });
	return `“${field.value}” is not a number, so ${field.ariaLabel?.toLowerCase()} stays ${show(kept)}. Type one such as −0.5.`;
}

/**
 * @param {HTMLElement} ghost
 * @param {Parameters<typeof framed> | null} place
 */
export function preview(ghost, place) {
	if (place) setAttributes(ghost, framed(...place));
	else ghost.removeAttribute("style");
}

/**
 * Let a kernel stand between two grids or, where that makes their cells tiny, below them; where even the two grids
 * side by side have cells below `least` pixels, the first has a row of its own, or each has.
 * @param {HTMLElement} stage
 * @param {Grid[]} grids
 * @param {number} least
 */
export function arrange(stage, [first, kernel, second], least) {
	const width = stage.clientWidth || 600; // JupyterLab gives room later
	/**
	 * @param {number} gaps
	 * @param {Grid[]} grids
	 */
	const fit = (gaps, ...grids) => {
		const columns = grids.reduce((sum, { columns }) => sum + Math.max(columns, 2.7), 0);
		return Math.floor(Math.min(46, Math.max(8, (width - 2 - gaps) / columns)));
	};
	/** @type {[string, number, number][]} arrangements, with the side that cells would have and the least that will do */
	const choices = [
		["row", fit(88, first, kernel, second), 30],
		["pair", fit(12, first, second), least],
		["rows", fit(60, kernel, second), 18],
		["column", fit(0, second), 0],
	];
	const [layout, two] = choices.find(([_, side, enough]) => side >= enough) ?? choices[3];
	const one = layout === "rows" || layout === "column" ? fit(0, first) : two;
	stage.dataset.layout = layout;
	first.size(one);
	kernel.size(two);
	second.size(two);
}
