// A grid of cells: numbers on tinted ground, a frame over them, one stop for the Tab key.
import { make, resized, setAttributes } from "./controls.js";
import { inside, largest, shape, show } from "./numbers.js";

/** @import { Matrix } from "./numbers.js" */
/** @typedef {[row: number, col: number]} Place */
/** @typedef {HTMLElement & { at: Place, target: HTMLElement }} Cell `target` has the focus: the cell itself, or its input */
/** @typedef {ReturnType<typeof grid>} Grid */

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
 * @param {(r: number, c: number) => string} [options.field] the label of a cell that can be edited
 * @param {(r: number, c: number, input: HTMLInputElement) => void} [options.edit] called with what is typed
 * @param {(cell: Place | null) => void} [options.point] called with the cell that has the pointer or the focus
 */
export function grid(name, M, { field, edit, point } = {}) {
	const frame = make("div", { class: "d2l-frame" });
	/**
	 * @param {number} r
	 * @param {number} c
	 * @returns {Cell}
	 */
	const cellAt = (r, c) => {
		const cell = make("span", { class: "d2l-cell", role: !field && (point ? "gridcell" : "cell") });
		const input = field && make("input", { "aria-label": field(r, c), autocomplete: "off", spellcheck: "false" });
		if (input) cell.append(setAttributes(input, { oninput: () => edit?.(r, c, input), onfocus: () => input.select() }));
		const target = input ?? cell;
		if (field || point) target.tabIndex = -1;
		return Object.assign(cell, { at: /** @type {Place} */ ([r, c]), target });
	};
	const cells = M.map((row, r) => Array.from(row, (_, c) => cellAt(r, c)));
	/** @param {Cell[]} cells */
	const row = (cells) => make("div", { class: "d2l-row", role: !field && "row" }, ...cells);
	const role = field ? "group" : point ? "grid" : "table";
	const body = make("div", { class: "d2l-body", role, "aria-label": name }, ...cells.map(row), frame);

	let stop = cells[0][0];
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
	const hover = (event) => point?.(cellOf(event)?.at ?? null);
	const away = () => point?.(null);
	if (field || point) {
		tabStop(0, 0);
		setAttributes(body, {
			onpointerover: hover,
			onpointerleave: away,
			onfocusout: away,
			onfocusin(event) {
				tabStop(.../** @type {Cell} */ (cellOf(event)).at);
				hover(event);
			},
			onkeydown(event) {
				const [down, right] = ARROWS[event.key] ?? [0, 0];
				const { selectionStart, selectionEnd, value } = /** @type {HTMLInputElement} */ (event.target);
				const caret = field && right && Number(selectionEnd) - Number(selectionStart) < value.length; // it moves in the number
				if (!(down || right) || caret || event.ctrlKey || event.metaKey || event.altKey) return;
				event.preventDefault();
				const [r, c] = inside(M, stop.at[0] + down, stop.at[1] + right);
				cells[r][c].target.focus();
			},
		});
	}

	return {
		el: make("figure", { class: "d2l-grid" }, make("figcaption", {}, `${name} ${shape(M)}`), body),
		body,
		cells,
		tabStop,
		/**
		 * `most` has the strongest tint; with no digits, signs stand for the numbers.
		 * @param {Matrix} M
		 */
		values(M, most = largest(M), digits = 4) {
			for (const cell of cells.flat()) {
				const v = M[cell.at[0]][cell.at[1]];
				const text = digits ? show(v, digits) : v > 0 ? "+" : v < 0 ? "−" : "";
				if (!field) cell.textContent = text;
				else if (cell.target !== document.activeElement) /** @type {HTMLInputElement} */ (cell.target).value = text;
				const style = `--t:${Math.min(1, Math.abs(v) / most) || 0};--shrink:${Math.min(1, 4 / text.length)}`;
				setAttributes(cell, { style, "data-sign": isNaN(v) ? "nan" : v < 0 ? "minus" : "plus" });
			}
		},
		/** @param {Parameters<typeof framed>} place */
		frame: (...place) => setAttributes(frame, framed(...place)),
		/**
		 * Mark the cells for which `test` holds, and count them.
		 * @param {(r: number, c: number) => boolean} test
		 */
		mark: (test) => cells.flat().filter((cell) => cell.classList.toggle("d2l-reached", test(...cell.at))).length,
	};
}

/**
 * Let grids stand side by side or, where that makes their cells tiny, below each other.
 * @param {HTMLElement} row
 * @param {() => Grid[]} grids
 */
export function sizeCells(row, grids) {
	return resized(row, () => {
		const widths = grids().map(({ cells }) => Math.max(cells[0].length, 2.7));
		const beside = (row.clientWidth - 44 * (widths.length - 1)) / widths.reduce((a, b) => a + b);
		const stacked = beside < 30;
		const cell = stacked ? (row.clientWidth - 2) / Math.max(...widths) : beside;
		row.classList.toggle("d2l-stacked", stacked);
		row.style.setProperty("--cell", `${Math.floor(Math.min(46, Math.max(14, cell)))}px`);
	});
}
