// A grid of cells: numbers on tinted ground, a frame that moves over them, one stop for the Tab key.
import { make, resized, set } from "./controls.js";
import { clamp, largest, show } from "./numbers.js";

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** The style that puts a frame around `h` by `w` cells from row `r`, column `c`. */
export const framed = (r, c, h, w) => ({ style: `--r:${r};--c:${c};--h:${h};--w:${w}` });

/**
 * @param {string} name
 * @param {[number, number]} shape
 * @param {{ field?: (r: number, c: number) => string, edit?: (r: number, c: number, input: HTMLInputElement) => void,
 *   point?: (cell: [number, number] | null) => void }} use
 *   `field` labels editable cells and `edit` hears what is typed; `point` hears which cell has the pointer or the focus
 */
export function grid(name, [rows, cols], { field, edit, point } = {}) {
	const caption = make("figcaption", {}, name);
	const frame = make("div", { class: "d2l-frame" });
	const cells = Array.from({ length: rows }, (_, r) =>
		Array.from({ length: cols }, (_, c) => {
			const cell = make("span", { class: "d2l-cell", role: !field && (point ? "gridcell" : "cell") });
			const target = field ? make("input", { "aria-label": field(r, c), autocomplete: "off", spellcheck: "false" }) : cell;
			if (field) cell.append(set(target, { oninput: () => edit(r, c, target), onfocus: () => target.select() }));
			if (field || point) target.tabIndex = -1;
			return Object.assign(cell, { at: [r, c], target });
		}),
	);
	const row = (cells) => make("div", { class: "d2l-row", role: !field && "row" }, ...cells);
	const role = field ? "group" : point ? "grid" : "table";
	const body = make("div", { class: "d2l-body", role, "aria-label": name }, ...cells.map(row), frame);

	let stop = cells[0][0];
	const tabStop = (r, c) => {
		stop.target.tabIndex = -1;
		stop = cells[r][c];
		stop.target.tabIndex = 0;
	};
	const hover = ({ target }) => point?.(target.closest(".d2l-cell")?.at ?? null);
	const away = () => point?.(null);
	if (field || point) {
		tabStop(0, 0);
		set(body, {
			onpointerover: hover,
			onpointerleave: away,
			onfocusout: away,
			onfocusin(event) {
				tabStop(...event.target.closest(".d2l-cell").at);
				hover(event);
			},
			onkeydown(event) {
				const [down, right] = ARROWS[event.key] ?? [0, 0];
				const { selectionStart, selectionEnd, value } = event.target;
				const caret = field && right && selectionEnd - selectionStart < value.length; // it moves within the number
				if (!(down || right) || caret || event.ctrlKey || event.metaKey || event.altKey) return;
				event.preventDefault();
				cells[clamp(stop.at[0] + down, rows - 1)][clamp(stop.at[1] + right, cols - 1)].target.focus();
			},
		});
	}

	return {
		el: make("figure", { class: "d2l-grid" }, caption, body),
		body,
		cells,
		cols,
		tabStop,
		caption: (text) => (caption.textContent = text),
		/** Write `M` into the cells; `most` has the strongest tint. With no digits, signs stand for the numbers. */
		values(M, most = largest(M), digits = 4) {
			for (const cell of cells.flat()) {
				const v = M[cell.at[0]][cell.at[1]];
				const text = digits ? show(v, digits) : v > 0 ? "+" : v < 0 ? "−" : "";
				if (!field) cell.textContent = text;
				else if (cell.target !== document.activeElement) cell.target.value = text;
				const style = `--t:${Math.min(1, Math.abs(v) / most) || 0};--shrink:${Math.min(1, 4 / text.length)}`;
				set(cell, { style, "data-sign": isNaN(v) ? "nan" : v < 0 ? "minus" : "plus" });
			}
		},
		frame: (...place) => set(frame, framed(...place)),
		/** Mark the cells for which `test(r, c)` holds. @returns {number} how many */
		mark: (test) => cells.flat().filter((cell) => cell.classList.toggle("d2l-reached", test(...cell.at))).length,
	};
}

/** Size the cells so that the grids of a row stand side by side, or, where that makes them tiny, below each other. */
export function sizeCells(row, grids) {
	return resized(row, () => {
		const widths = grids().map(({ cols }) => Math.max(cols, 2.7));
		const beside = (row.clientWidth - 44 * (widths.length - 1)) / widths.reduce((a, b) => a + b);
		const stacked = beside < 30;
		const cell = stacked ? (row.clientWidth - 2) / Math.max(...widths) : beside;
		row.classList.toggle("d2l-stacked", stacked);
		row.style.setProperty("--cell", `${Math.floor(Math.min(46, Math.max(14, cell)))}px`);
	});
}
