// Matrices are arrays of rows: how they are correlated, written and read.

/** @typedef {ArrayLike<number>[]} Matrix */
/** @typedef {(number | string)[][]} Rows a matrix as JSON holds it: NaN and the infinities are words */

/**
 * Valid cross-correlation: slide `K` over `X`, `stride` elements at a time, and sum the products under it.
 * @param {Matrix} X
 * @param {Matrix} K no larger than `X`
 * @returns {Float64Array[]}
 */
export function corr2d(X, K, stride = 1) {
	/**
	 * @param {number} n
	 * @param {number} k
	 */
	const stops = (n, k) => Math.floor((n - k) / stride) + 1;
	return Array.from({ length: stops(X.length, K.length) }, (_, i) => {
		const y = new Float64Array(stops(X[0].length, K[0].length));
		for (let a = 0; a < K.length; a++) {
			const x = X[i * stride + a];
			for (let b = 0; b < K[a].length; b++) {
				const k = K[a][b];
				for (let j = 0; j < y.length; j++) y[j] += x[j * stride + b] * k;
			}
		}
		return y;
	});
}

/**
 * The image with a frame of zeros.
 * @param {number[][]} X
 * @param {number} padding how wide the frame is
 */
export function padded(X, padding) {
	const frame = Array(padding).fill(0);
	/** @returns {number[][]} */
	const blank = () => frame.map(() => Array(X[0].length + 2 * padding).fill(0));
	return [...blank(), ...X.map((row) => [...frame, ...row, ...frame]), ...blank()];
}

/**
 * The kernel with its rows and its columns in reverse.
 * @param {number[][]} K
 */
export const flipped = (K) => K.map((row) => [...row].reverse()).reverse();

/** @param {Rows} rows */
export const decode = (rows) => rows.map((row) => row.map(Number));

/**
 * @param {Matrix} M
 * @returns {Rows}
 */
export const encode = (M) => M.map((row) => Array.from(row, (v) => (isFinite(v) ? v : String(v))));

/**
 * The largest finite magnitude in `M`, or 1 where all are zero.
 * @param {Matrix} M
 */
export const largest = (M) => Math.max(...M.flatMap((row) => Array.from(row, (v) => (isFinite(v) ? Math.abs(v) : 0)))) || 1;

/**
 * How high and how wide a matrix is.
 * @param {ArrayLike<unknown>[]} M
 */
export const sizes = (M) => [M.length, M[0].length];

/** @param {ArrayLike<unknown>[]} M */
export const shape = (M) => sizes(M).join(" × ");

/**
 * Write at most `digits` significant digits, with a real minus sign.
 * @param {number} v
 */
export function show(v, digits = 4) {
	const size = Math.abs(v);
	const whole = Number.isInteger(v) && size < 1e6;
	const text = whole ? String(v) : size >= 1e5 || size < 1e-4 ? v.toExponential(1) : String(+v.toPrecision(digits));
	return text.replace("Infinity", "∞").replace(/(\.0)?e\+?/, "e").replaceAll("-", "−");
}

/**
 * Read a number that somebody typed: undefined where it is none.
 * @param {string} text
 */
export function parse(text) {
	const typed = text.trim().replaceAll("−", "-").replace(",", ".");
	if (/^nan$/i.test(typed)) return NaN;
	const value = typed === "" ? NaN : Number(typed);
	return isNaN(value) ? undefined : value;
}

/**
 * The last item of a list that is not empty.
 * @template Item
 * @param {Item[]} items
 */
export const last = (items) => items[items.length - 1];

/**
 * The value nearest to `v` between 0 and `last`.
 * @param {number} v
 * @param {number} last
 */
export const clamp = (v, last) => Math.min(Math.max(v, 0), last);

/**
 * The place in `M` nearest to a row and a column.
 * @param {Matrix} M
 * @param {number} row
 * @param {number} col
 * @returns {[row: number, col: number]}
 */
export const inside = (M, row, col) => [clamp(row, M.length - 1), clamp(col, M[0].length - 1)];
