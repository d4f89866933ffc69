// A grid of cells: numbers on tinted ground, a frame over them, one stop for the Tab key.
import { make, resized, set } from "./controls.js";
import { inside, largest, shape, show } from "./numbers.js";

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** A frame around `h` by `w` cells. */
export const framed = (r, c, h, w) => ({ style: `--r:${r};--c:${c};--h:${h};--w:${w}` });

/**
 * A grid for matrices of the shape that `M` has.
 * `field(r, c)` labels cells that can be edited, `edit(r, c, input)` hears what is typed, and `point([r, c] | null)`
 * which cell has the pointer or the focus.
 */
export function grid(name, M, { field, edit, point } = {}) {
	const frame = make("div", { class: "d2l-frame" });
	const cells = M.map((row, r) =>
		Array.from(row, (_, c) => {
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
		/** `most` has the strongest tint; with no digits, signs stand for the numbers. */
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
		/** Mark the cells for which `test(r, c)` holds, and count them. */
		mark: (test) => cells.flat().filter((cell) => cell.classList.toggle("d2l-reached", test(...cell.at))).length,
	};
}

/** Let grids stand side by side or, where that makes their cells tiny, below each other. */
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
