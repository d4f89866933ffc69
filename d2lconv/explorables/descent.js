// Gradient descent on the summed squared error of a kernel, and the bowl that it descends.
import { corr2d } from "./numbers.js";

/** @import { Matrix } from "./numbers.js" */
/** @typedef {{ weight: number[][], made: Matrix, loss: number }} State the kernel after some steps, its output and loss */
/** @typedef {{ curvature: number, direction: number[] }} Axis an eigenvalue of the Hessian, and its eigenvector of length 1 */
/** @typedef {{ axes: Axis[], goal: number[], least: number, limit: number }} Bowl the steepest axis comes first */

/**
 * A kernel's output and loss.
 * @param {Matrix} X
 * @param {Matrix} Y
 * @param {number[][]} weight
 */
export function state(X, Y, weight) {
	const made = corr2d(X, weight);
	const error = made.map((row, i) => row.map((v, j) => v - Y[i][j]));
	const loss = error.reduce((sum, row) => row.reduce((sum, e) => sum + e * e, sum), 0);
	return { weight, made, error, loss: isNaN(loss) ? Infinity : loss }; // it is NaN where weights are too large to add
}

/**
 * The states before the first step and after each one.
 * @param {Matrix} X
 * @param {Matrix} Y
 * @param {number[][]} weight where the descent starts
 * @param {number} lr
 * @param {number} epochs
 */
export function descend(X, Y, weight, lr, epochs) {
	/** @type {State[]} */
	const run = [];
	for (let t = 0; t <= epochs; t++) {
		const now = state(X, Y, weight);
		run.push(now);
		const met = corr2d(X, now.error); // each tap collects the error at all outputs, times the pixel that it met there
		weight = weight.map((row, a) => row.map((w, b) => w - lr * 2 * met[a][b]));
	}
	return run;
}

/**
 * @param {ArrayLike<number>} u
 * @param {ArrayLike<number>} v
 */
export function dot(u, v) {
	let sum = 0;
	for (let i = 0; i < u.length; i++) sum += u[i] * v[i];
	return sum;
}

/**
 * Turn two rows, as if they were the coordinates of points.
 * @param {number[][]} M
 * @param {number} p
 * @param {number} q
 * @param {number} t the angle's tangent
 */
function turn(M, p, q, t) {
	const cos = 1 / Math.hypot(1, t);
	const [u, v] = [M[p], M[q]];
	M[p] = u.map((x, i) => cos * (x - t * v[i]));
	M[q] = u.map((x, i) => cos * (t * x + v[i]));
}

/**
 * The loss over all kernels of one shape, a quadratic function with the Hessian H = 2 UᵀU, where the columns of U hold
 * the pixels that each tap meets. Pairs of columns are turned until all are perpendicular (one-sided Jacobi), because
 * then they lie along the axes. Along an axis without curvature the data say nothing; there the goal has no part.
 * @param {Matrix} X
 * @param {Matrix} Y
 * @param {Matrix} weight a kernel of the shape
 * @returns {Bowl}
 */
export function bowl(X, Y, weight) {
	const taps = weight.flatMap((row, a) => Array.from(row, (_, b) => [a, b]));
	const columns = taps.map(([a, b]) => Y.flatMap((row, i) => Array.from(row, (_, j) => X[i + a][j + b])));
	const directions = taps.map((_, p) => taps.map((_, q) => Number(p === q)));
	const all = columns.reduce((sum, u) => sum + dot(u, u), 0);
	for (let turned = true, sweep = 0; turned && sweep < 30; sweep++) {
		turned = false;
		for (let q = 1; q < taps.length; q++) {
			for (let p = 0; p < q; p++) {
				const [u, v] = [columns[p], columns[q]];
				const [a, b, d] = [dot(u, u), dot(u, v), dot(v, v)];
				if (!(Math.abs(b) > 1e-16 * all && Math.abs(b) > 1e-15 * Math.sqrt(a * d))) continue;
				const slant = (d - a) / (2 * b);
				const t = (slant < 0 ? -1 : 1) / (Math.abs(slant) + Math.hypot(1, slant));
				turn(columns, p, q, t);
				turn(directions, p, q, t);
				turned = true;
			}
		}
	}
	const y = Y.flatMap((row) => Array.from(row));
	const axes = columns.map((u, p) => {
		const size = dot(u, u) > 1e-12 * all ? dot(u, u) : 0;
		return { curvature: 2 * size, direction: directions[p], at: size && dot(u, y) / size };
	});
	axes.sort((a, b) => b.curvature - a.curvature);
	const goal = taps.map((_, i) => axes.reduce((sum, { direction, at }) => sum + at * direction[i], 0));
	const least = axes.reduce((rest, { curvature, at }) => rest - (curvature / 2) * at * at, dot(y, y));
	return { axes, goal, least, limit: 2 / axes[0].curvature };
}

/**
 * How much larger the loss is than at the goal.
 * @param {Bowl} bowl
 * @param {number[]} away how far from the goal, by weight
 */
export const excess = ({ axes }, away) =>
	axes.reduce((sum, { curvature, direction }) => sum + (curvature / 2) * dot(direction, away) ** 2, 0);
