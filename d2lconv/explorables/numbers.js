// Arrays are arrays of rows: `X[i][j]`. How they are correlated, written and read.

/**
 * Valid cross-correlation: slide `K` over `X` and sum the products under it.
 * @param {ArrayLike<number>[]} X
 * @param {ArrayLike<number>[]} K no larger than `X`
 * @returns {Float64Array[]} `X.length - K.length + 1` rows
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

/** @param {ArrayLike<number>[]} K @returns {number[][]} `K` turned by half a turn */
export const flipped = (K) => Array.from(K, (row) => Array.from(row).reverse()).reverse();

/** Numbers from the kernel: NaN and infinity come as words, which JSON has no numbers for. */
export const decode = (rows) => rows.map((row) => row.map(Number));

/** The same, the other way round. */
export const encode = (rows) => rows.map((row) => Array.from(row, (v) => (Number.isFinite(v) ? v : String(v))));

/** @param {ArrayLike<number>[]} M @returns {number} the largest finite magnitude in `M`, or 1 where all are zero */
export const largest = (M) => Math.max(...M.map((row) => Math.max(...Array.from(row, (v) => (Number.isFinite(v) ? Math.abs(v) : 0))))) || 1;

/**
 * Write a number as short as `digits` significant ones allow, with a real minus sign.
 * @param {number} v
 */
export function show(v, digits = 4) {
  const size = Math.abs(v);
  const exact = Number.isInteger(v) && size < 1e6;
  const text = exact ? String(v) : size >= 1e5 || (size > 0 && size < 1e-4) ? v.toExponential(1) : String(+v.toPrecision(digits));
  return text.replace("Infinity", "∞").replace(/(\.0)?e\+?/, "e").replaceAll("-", "−");
}

/** @param {string} text what somebody typed @returns {number | undefined} undefined where it is no number */
export function parse(text) {
  const typed = text.trim().replaceAll("−", "-").replace(",", ".").replace("∞", "Infinity");
  if (/^nan$/i.test(typed)) return NaN;
  return typed === "" || Number.isNaN(Number(typed)) ? undefined : Number(typed);
}

/** @param {number} v @returns {number} `v`, or the nearer end of the range from 0 to `last` */
export const clamp = (v, last) => Math.min(Math.max(v, 0), last);
