// A stack of layers along one axis: how large each is, which elements lead to a unit, and by how many paths.
import { clamp, last } from "./numbers.js";

/** @typedef {[first: number, last: number]} Span elements that lie side by side; none, where the last is before the first */
/**
 * A stack: each layer's kernel size and stride, and how many elements the input and each layer have.
 * @typedef {{ sizes: number[], strides: number[], n: number[] }} Stack
 */

export const [INPUT, MOST_LAYERS, LARGEST_KERNEL, LARGEST_STRIDE] = [13, 6, 11, 3];

/**
 * The whole number nearest to `v` from 1 to `most`.
 * @param {unknown} v
 * @param {number} most
 */
export const natural = (v, most) => clamp(Math.trunc(Number(v)) || 1, most) || 1;

/**
 * The stack of the layers that fit on the input. What is no list, or holds no numbers, becomes a stack all the same.
 * @param {unknown} sizes
 * @param {unknown} strides one a layer; a layer that has none moves by 1
 * @returns {Stack}
 */
export function stacked(sizes, strides) {
	/** @param {unknown} list */
	const items = (list) => (Array.isArray(list) ? list.slice(0, MOST_LAYERS) : []);
	const steps = items(strides);
	/** @type {Stack} */
	const stack = { sizes: [], strides: [], n: [INPUT] };
	for (const [m, size] of items(sizes).entries()) {
		const [k, s] = [natural(size, LARGEST_KERNEL), natural(steps[m], LARGEST_STRIDE)];
		if (k > last(stack.n)) break;
		stack.sizes.push(k);
		stack.strides.push(s);
		stack.n.push(Math.floor((last(stack.n) - k) / s) + 1);
	}
	return stack.sizes.length ? stack : stacked([2], []);
}

/**
 * For each layer, and one after the last: how far apart in the input the windows of neighbouring units begin.
 * @param {number[]} strides
 */
export const jumps = (strides) => strides.reduce((jumps, s) => [...jumps, last(jumps) * s], [1]);

/**
 * How many elements of the input a unit of the last layer sees along one axis.
 * @param {number[]} sizes
 * @param {number[]} strides where one is missing, it is 1
 */
export const seen = (sizes, strides) => {
	const jump = jumps(sizes.map((_, l) => strides[l] ?? 1));
	return sizes.reduce((r, k, l) => r + (k - 1) * jump[l], 1);
};

/**
 * For the input and each layer up to layer `at`: the number of paths from each element of a unit's field to that unit, and
 * how far the field moves when the unit moves by one. In two dimensions the numbers of both axes multiply.
 * @param {Stack} stack
 * @param {number} at
 */
export function paths({ sizes, strides }, at) {
	const fields = [{ counts: [1], jump: 1 }];
	for (let m = at - 1; m >= 0; m--) {
		const { counts, jump } = fields[0];
		const before = Array((counts.length - 1) * strides[m] + sizes[m]).fill(0);
		counts.forEach((count, i) => {
			for (let a = 0; a < sizes[m]; a++) before[i * strides[m] + a] += count;
		});
		fields.unshift({ counts: before, jump: jump * strides[m] });
	}
	return fields;
}

/**
 * The units of the next layer, which has `n`, that elements reach.
 * @param {Span} span
 * @param {number} k
 * @param {number} s
 * @param {number} n
 * @returns {Span}
 */
export const reached = ([low, high], k, s, n) => [Math.max(0, Math.ceil((low - k + 1) / s)), Math.min(n - 1, Math.floor(high / s))];
