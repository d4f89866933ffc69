// What is still wrong with a kernel, named from the outputs alone.
import { corr2d, flipped, largest, show } from "./numbers.js";

/** @import { Matrix } from "./numbers.js" */

/** @param {Matrix} M */
const vector = (M) => M.flatMap((row) => Array.from(row));

/**
 * Whether two outputs are the same, but for the rounding of their sums.
 * @param {Matrix} A
 * @param {Matrix} B
 */
export const agree = (A, B, most = largest(B)) => {
	const wanted = vector(B);
	return vector(A).every((v, i) => Math.abs(v - wanted[i]) <= 1e-9 * most);
};

/**
 * The number that makes `B` into `A`: undefined where there is none.
 * @param {Matrix} A
 * @param {Matrix} B
 */
function factor(A, B) {
	const i = vector(B).findIndex((v) => Math.abs(v) === largest(B));
	const times = vector(A)[i] / vector(B)[i]; // NaN where B is zero
	return times && agree(A, B.map((row) => Array.from(row, (v) => v * times))) ? times : undefined;
}

/** @param {number[][]} K */
const sum = (K) => vector(K).reduce((a, b) => a + b, 0);

/**
 * The kernel with its weights moved by a row or a column, if none falls off.
 * @param {number[][]} K
 * @param {number} down
 * @param {number} right
 */
function moved(K, down, right) {
	const next = K.map((row, r) => row.map((_, c) => K[r - down]?.[c - right] ?? 0));
	return next.flat().filter(Boolean).length === K.flat().filter(Boolean).length ? next : undefined;
}

/**
 * Other places for the same weights, each with what would bring them there.
 * @param {number[][]} K
 * @returns {[words: string, K: number[][] | undefined][]}
 */
const rearranged = (K) => [
	["move them one column to the left", moved(K, 0, -1)],
	["move them one column to the right", moved(K, 0, 1)],
	["move them one row up", moved(K, -1, 0)],
	["move them one row down", moved(K, 1, 0)],
	["give the kernel half a turn", flipped(K)],
	["exchange its rows and columns", K.length === K[0].length ? K.map((_, r) => K.map((row) => row[r])) : undefined],
];

/**
 * Say where the wanted output tells what the weights add up to: where the image is flat.
 * @param {number[][]} X
 * @param {number[][]} K
 * @param {number[][]} W
 */
function flat(X, K, W) {
	for (const [r, row] of W.entries()) {
		for (const [c, wanted] of row.entries()) {
			const window = X.slice(r, r + K.length).flatMap((row) => row.slice(c, c + K[0].length));
			const [v] = window;
			if (window.some((other) => other !== v) || agree([[v * sum(K)]], [[wanted]])) continue;
			const place = `For row ${r + 1}, column ${c + 1} of the output the whole window is ${show(v)}, and ${show(wanted)} is wanted`;
			return v ? `${place}: the weights should sum to ${show(wanted / v)}, not to ${show(sum(K))}.` : `${place}. What do weights make of zeros?`;
		}
	}
	return undefined;
}

/**
 * Name what is wrong with kernel `K`, which should make `W` of image `X`: undefined where nothing is.
 * @param {number[][]} X
 * @param {number[][]} K
 * @param {number[][]} W
 */
export function mistake(X, K, W) {
	const Y = corr2d(X, K);
	if (agree(Y, W)) return undefined;
	if (!K.flat().some(Boolean)) return "A kernel of zeros makes zeros. Type a weight into one of its cells.";
	const times = factor(Y, W);
	if (times === -1) return "Your output is the wanted one with the other sign: change the sign of each weight.";
	const total = sum(K);
	if (times) return `Your output is ${show(times)} times the wanted one: divide each weight by ${show(times)}${total ? `, so that they sum to ${show(total / times)}` : ""}.`;
	for (const [words, other] of rearranged(K)) {
		if (other && agree(corr2d(X, other), W)) return `These are the right weights in the wrong places: ${words}.`;
	}
	const missing = W.map((row, r) => row.map((v, c) => v - Y[r][c]));
	for (const [a, row] of K.entries()) {
		for (const b of row.keys()) {
			// The share of one weight in the output is a part of the image.
			const more = factor(missing, W.map((row, r) => row.map((_, c) => X[r + a][c + b])));
			if (more) return `One weight is still wrong, in row ${a + 1}, column ${b + 1} of the kernel: it is too ${more > 0 ? "small" : "large"}.`;
		}
	}
	const places = W.flatMap((row, r) => row.flatMap((v, c) => (agree([[Y[r][c]]], [[v]]) ? [] : [[r, c]])));
	const [r, c] = places[0];
	return flat(X, K, W) ?? `The first output that differs, in row ${r + 1}, column ${c + 1}, is ${show(Y[r][c])} and should be ${show(W[r][c])}.`;
}
