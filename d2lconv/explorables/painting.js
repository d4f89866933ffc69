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
	return (X[r]?.[c] ?? 0) > (black + white) / 2 ? black : white;
}

/**
 * The image with a straight line painted, as far as it lies inside.
 * @param {number[][]} X
 * @param {number} ink
 * @param {Place} from
 * @param {Place} to
 */
export function painted(X, ink, from, to) {
	const next = X.map((row) => [...row]);
	const ways = to.map((end, axis) => end - from[axis]);
	const steps = Math.max(1, ...ways.map(Math.abs));
	for (let t = 0; t <= steps; t++) {
		const [r, c] = ways.map((way, axis) => Math.round(from[axis] + (way * t) / steps));
		if (next[r]?.[c] !== undefined) next[r][c] = ink;
	}
	return next;
}
