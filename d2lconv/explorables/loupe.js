// A loupe: the pixels under the kernel, its weights, which can be typed, and their products.
import { grey, signed } from "./colours.js";
import { part, setAttributes, sign } from "./controls.js";
import { grid } from "./grid.js";
import { largest, shape, show } from "./numbers.js";
import { map } from "./recipes.js";

/** @import { Grid } from "./grid.js" */

const MOST_ROOM = 190;
const SMALLEST_SIGN = 15;
// By so much the patch is smaller where room is short: brightness has shorter numbers than weights.
const NARROWER = 26;

/** @param {(r: number, c: number, input: HTMLInputElement) => void} edit called with what is typed */
export function loupe(edit) {
	const el = part("loupe");
	/** @type {Grid[]} */
	let grids = [];
	/** @type {number[][]} */
	let P;
	/** @type {number[][]} */
	let K;
	let fixed = false;
	let shown = "";
	let room = MOST_ROOM;

	function write() {
		// The products have the kernel's scale, because no pixel is brighter than 1.
		const shade = signed(largest(K));
		const cell = room / Math.max(K.length, K[0].length, 3);
		// Where cells are small, two decimals fit; where they are tiny, nothing does, and measuring digits takes time.
		const decimals = cell > 29 && cell < 44 ? 2 : 12;
		const digits = cell < 20 ? 2 : 3;
		/** @param {number} v */
		const rounded = (v) => +v.toFixed(decimals);
		grids[0].values(P, grey, digits);
		grids[1].values(map(K, rounded), shade, digits);
		grids[2].values(map(K, (k, a, b) => rounded(k * P[a][b])), shade, digits);
		for (const { at: [r, c], dataset, target } of grids[1].cells.flat()) {
			dataset.sign = K[r][c] < 0 ? "−" : K[r][c] > 0 ? "+" : "";
			Object.assign(target, { readOnly: fixed });
		}
	}

	/** Each in a square of its own, so that nothing beside or below moves with the kernel. */
	function fit() {
		grids.forEach(({ el, cells, size }, i) => {
			const side = i || room === MOST_ROOM ? room : room - NARROWER;
			const cell = side / Math.max(cells.length, cells[0].length, 3);
			size(cell);
			el.style.width = `${side}px`;
			el.classList.toggle("d2l-shades", !i || cell < SMALLEST_SIGN);
		});
		el.style.setProperty("--room", `${room}px`);
	}

	return {
		el,
		/** @param {number} width */
		size(width) {
			room = Math.min(MOST_ROOM, (width - 18 + NARROWER) / 3);
			if (!K) return;
			write();
			fit();
		},
		/**
		 * @param {number[][]} patch of the photograph
		 * @param {number[][]} kernel of the same shape
		 * @param {boolean} still whether nobody may type into it
		 */
		show(patch, kernel, still) {
			[P, K, fixed] = [patch, kernel, still];
			if (shown !== shape(K)) {
				shown = shape(K);
				/** @type {(r: number, c: number) => string} */
				const field = (r, c) => `Weight row ${r + 1} column ${c + 1}`;
				grids = [grid("Patch", P), grid("Kernel", K, { field, edit }), grid("Products", K)];
				/** @param {{ target: any }} event */
				const onfocusin = ({ target }) => {
					const [r, c] = target.closest(".d2l-cell").at;
					// What is typed over has all its digits.
					target.value = show(K[r][c]);
					target.select();
				};
				setAttributes(grids[1].body, { onfocusin });
				el.replaceChildren(grids[0].el, sign("×"), grids[1].el, sign("="), grids[2].el);
				fit();
			}
			write();
		},
	};
}
