// What a function of the reader's own, in Python, gives for what a figure shows.
import { part } from "./controls.js";
import { largest, show, sizes } from "./numbers.js";

/** @import { Model } from "./controls.js" */
/** @import { Matrix } from "./numbers.js" */
/**
 * What it gave, or a sentence about why that is no output; for which traits; and what to say where these are others now,
 * or where the photograph is the reader's own. A page that Python runs in has an `_operator`, which is asked first.
 * @typedef {{ name: string, of: Record<string, unknown>, said?: string, unseen: string[], shape?: number[], bytes: DataView }} Output
 */

/**
 * The outputs to show, why they are not of what is shown (false where they are), and what to say about one of them.
 * Where there is no such function, they are the page's own, and nothing is said.
 * @param {Model<any>} model
 * @param {Matrix} X
 * @param {Matrix} K
 * @param {Float64Array[]} own
 * @param {boolean} [away] whether a notebook's Python does not have what is shown
 */
export function operated(model, X, K, own, away) {
	/** @type {Output} */
	const { name, of, said, unseen, shape, bytes } = model.get("_operator")?.(X, K) ?? model.get("_output") ?? {};
	if (!name) return { Y: own, stale: false, note: () => part("note") };
	let at = -8;
	const Y = String(shape) === String(sizes(own)) ? own.map((row) => row.map(() => bytes.getFloat64((at += 8), true))) : undefined;
	const close = 1e-5 * largest(own);
	const other = !(Y || said) || Object.keys(of).some((trait) => String(of[trait]) !== String(model.get(trait)));
	const stale = (away && unseen[1]) || (other && unseen[0]);
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
			return part(stale || same ? "note" : "note d2l-wrong", stale || (said ?? `${name} gives ${show(y, digits)} here${same ? ", too" : ""}.`));
		},
	};
}
