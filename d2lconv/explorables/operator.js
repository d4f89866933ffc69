// What a function of the reader's own, in Python, gave for what a figure shows.
import { part } from "./controls.js";
import { largest, show, sizes } from "./numbers.js";

/** @import { Model } from "./controls.js" */
/**
 * What it gave, or a sentence about why that is no output; for which traits; and what to say where these are others now,
 * or where the photograph is the reader's own.
 * @typedef {{ name: string, of: object, said?: string, unseen: string[], shape?: number[], bytes: DataView }} Output
 */

/**
 * The outputs to show, whether they are of something else than what is shown, and what to say about one of them.
 * Where there is no such function, they are the page's own, and nothing is said.
 * @param {Model<any>} model
 * @param {Float64Array[]} own
 * @param {boolean} [elsewhere] whether Python does not have what is shown
 */
export function operated(model, own, elsewhere = false) {
	/** @type {Output} */
	const { name, of, said, unseen, shape, bytes } = model.get("_output") ?? {};
	if (!name) return { Y: own, stale: false, note: () => part("note") };
	const Y = String(shape) === String(sizes(own)) ? own.map((row, i) => row.map((_, j) => bytes.getFloat64(8 * (i * row.length + j), true))) : undefined;
	const close = 1e-5 * largest(own);
	const stale = elsewhere || !(Y || said) || Object.entries(of).some(([trait, value]) => String(value) !== String(model.get(trait)));
	return {
		Y,
		stale,
		/**
		 * @param {number} r
		 * @param {number} c
		 * @param {number} digits
		 */
		note(r, c, digits) {
			const [y, sum] = [Y?.[r][c] ?? NaN, own[r][c]];
			const same = Object.is(y, sum) || Math.abs(y - sum) <= close;
			return part(stale || same ? "note" : "note d2l-wrong", stale ? unseen[+elsewhere] : said ?? `${name} gives ${show(y, digits)} here${same ? ", too" : ""}.`);
		},
	};
}
