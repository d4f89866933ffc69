// Painting an image black and white.
import { extremes } from "./colours.js";

/** @import { Place } from "./grid.js" */

/**
 * Black for a cell that is nearer to white, white for any other.
 * @param {number[][]} X
 * @param {Place} cell
 */
export function opposite(X, [r, c]) {
	const [black, white] = extremes(X);
	return X[r][c] > (black + white) / 2 ? black : white;
}

/**
 * The image with a straight line painted, as far as it lies inside.
 * @param {number[][]} X
 * @param {number} ink
 * @param {Place} from
 * @param {Place} to
 */
export function painted(X, ink, [r, c], [y, x]) {
	const next = X.map((row) => [...row]);
	const steps = Math.max(Math.abs(y - r), Math.abs(x - c)) || 1;
	for (let t = 0; t <= steps; t++) {
		const row = next[Math.round(r + ((y - r) * t) / steps)] ?? [];
		const col = Math.round(c + ((x - c) * t) / steps);
		if (col in row) row[col] = ink;
	}
	return next;
}
