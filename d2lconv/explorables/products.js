// The products of a window and their sum, written out.
import { make } from "./controls.js";
import { show } from "./numbers.js";

const MOST_TERMS = 12;

/** @typedef {number[][]} Terms pairs of a pixel and a weight */

/** @param {number} v */
const factor = (v) => (v < 0 ? `(${show(v)})` : show(v));

/**
 * What a sweep has come to, in a place that is kept for all of it.
 * @param {Terms} terms
 * @param {number} gone how many steps it has gone in this window: one for each product, and one for the sum
 * @param {string} total
 */
export function written(terms, gone, total) {
	/**
	 * @param {number} step
	 * @param {(string | Node)[]} parts
	 */
	const after = (step, ...parts) => make("span", { class: step < gone ? "" : "d2l-later" }, ...parts);
	const spans = terms.slice(0, MOST_TERMS).map(([x, k], i) => after(i, `${i ? " + " : ""}${factor(x)}×${factor(k)}`));
	const more = terms.length - MOST_TERMS;
	if (more > 0) spans.push(after(MOST_TERMS, ` + … (${more} more)`));
	return [...spans, after(terms.length, " = ", make("strong", {}, total))];
}

/**
 * The same, as it is said.
 * @param {Terms} terms
 * @param {number} gone
 * @param {string} total
 */
export function spoken(terms, gone, total) {
	const products = terms.slice(0, Math.min(gone, MOST_TERMS)).map(([x, k]) => show(x * k));
	return `Products ${products.join(", ")}.${gone > terms.length ? ` Sum ${total}.` : ""}`;
}
