// A loupe: the pixels under the kernel, its weights, which can be typed, and their products.
import { grey, signed } from "./colours.js";
import { part, sign } from "./controls.js";
import { grid } from "./grid.js";
import { largest, shape } from "./numbers.js";
import { map } from "./recipes.js";

/** @import { Grid } from "./grid.js" */

const MOST_ROOM = 190;
const NARROWER = 26; // where room is short: brightness has shorter numbers than weights

/** @param {(r: number, c: number, input: HTMLInputElement) => void} edit called with what is typed */
export function loupe(edit) {
	const el = part("loupe");
	/** @type {Grid[]} */
	let grids = [];
	let shown = "";
	let room = MOST_ROOM;

	/** Each in a square of its own, so that nothing beside or below moves with the kernel. */
	function fit() {
		grids.forEach(({ el, cells, size }, i) => {
			const side = i || room === MOST_ROOM ? room : room - NARROWER;
			size(side / Math.max(cells.length, cells[0].length, 3));
			el.style.width = `${side}px`;
		});
		el.style.setProperty("--room", `${room}px`);
		if (grids[0].body.matches(".d2l-tinted")) grids[0].cells.flat().forEach((cell) => cell.replaceChildren()); // no pixel has a sign
	}

	return {
		el,
		/** @param {number} width */
		size(width) {
			room = Math.min(MOST_ROOM, (width - 18 + NARROWER) / 3);
			fit();
		},
		/**
		 * @param {number[][]} P the patch of the photograph
		 * @param {number[][]} K
		 */
		show(P, K) {
			if (shown !== shape(K)) {
				shown = shape(K);
				/** @type {(r: number, c: number) => string} */
				const field = (r, c) => `Kernel row ${r + 1} column ${c + 1}`;
				grids = [grid("Patch", P), grid("Kernel", K, { field, edit }), grid("Products", K)];
				el.replaceChildren(grids[0].el, sign("×"), grids[1].el, sign("="), grids[2].el);
			}
			const shade = signed(largest(K)); // also of the products: no pixel is brighter than 1
			const cell = room / Math.max(K.length, K[0].length);
			const decimals = cell > 29 && cell < 44 ? 2 : 12; // so that they fit
			/** @param {number} v */
			const rounded = (v) => +v.toFixed(decimals);
			grids[0].values(P, grey, 3);
			grids[1].values(map(K, rounded), shade, 3);
			grids[2].values(map(K, (k, a, b) => rounded(k * P[a][b])), shade, 3);
			for (const { at: [r, c], dataset } of grids[1].cells.flat()) dataset.sign = cell < 12 || !K[r][c] ? "" : K[r][c] < 0 ? "−" : "+";
			fit();
		},
	};
}
