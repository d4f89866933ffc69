// Matrices are arrays of rows: how they are correlated, written and read.

/**
 * Valid cross-correlation: slide `K` over `X` and sum the products under it.
 * @param {ArrayLike<number>[]} X
 * @param {ArrayLike<number>[]} K no larger than `X`
 * @returns {Float64Array[]}
 */
export function corr2d(X, K) {
	const width = X[0].length - K[0].length + 1;
	return Array.from({ length: X.length - K.length + 1 }, (_, i) => {
		const y = new Float64Array(width);
		for (let a = 0; a < K.length; a++) {
			const x = X[i + a];
			for (let b = 0; b < K[a].length; b++) {
				const k = K[a][b];
				for (let j = 0; j < width; j++) y[j] += x[j + b] * k;
			}
		}
		return y;
	});
}

export const flipped = (K) => K.map((row) => [...row].reverse()).reverse();

/** JSON has no NaN and no infinity: they travel as words. */
export const decode = (rows) => rows.map((row) => row.map(Number));
export const encode = (rows) => rows.map((row) => Array.from(row, (v) => (isFinite(v) ? v : String(v))));

/** The largest finite magnitude in `M`, or 1 where all are zero. */
export const largest = (M) => Math.max(...M.flatMap((row) => Array.from(row, (v) => (isFinite(v) ? Math.abs(v) : 0)))) || 1;

export const shape = (M) => `${M.length} × ${M[0].length}`;

/** Write at most `digits` significant digits, with a real minus sign. */
export function show(v, digits = 4) {
	const size = Math.abs(v);
	const whole = Number.isInteger(v) && size < 1e6;
	const text = whole ? String(v) : size >= 1e5 || size < 1e-4 ? v.toExponential(1) : String(+v.toPrecision(digits));
	return text.replace("Infinity", "∞").replace(/(\.0)?e\+?/, "e").replaceAll("-", "−");
}

/** Read what somebody typed: undefined where it is no number. */
export function parse(text) {
	const typed = text.trim().replaceAll("−", "-").replace(",", ".");
	if (/^nan$/i.test(typed)) return NaN;
	return typed === "" || isNaN(typed) ? undefined : Number(typed);
}

/** The value nearest to `v` between 0 and `last`; the place in `M` nearest to a row and a column. */
export const clamp = (v, last) => Math.min(Math.max(v, 0), last);
export const inside = (M, row, col) => [clamp(row, M.length - 1), clamp(col, M[0].length - 1)];
