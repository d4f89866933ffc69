// The kernels of a photograph: picked by name, as `d2lconv.filters` makes them, typed, or cut out of it.
import { clamp } from "./numbers.js";

/** @import { Matrix } from "./numbers.js" */
/** @import { Place } from "./grid.js" */
/** @typedef {{ make: (size: number, angle: number) => number[][], step?: number, sized?: boolean }} Recipe */
/**
 * All that says which kernel is meant; `cut` is the pixel under the middle of the window that is cut out.
 * @typedef {{ kernel: string, angle: number, size: number, typed: number[][], cut: Place, subtract_mean: boolean }} Choice
 */

/** @param {Matrix} K */
const total = (K) => K.reduce((sum, row) => sum + Array.from(row).reduce((a, b) => a + b), 0);

/** What keeps brightness is an image, from black to white; anything else has a sign. */
export const keepsBrightness = (/** @type {Matrix} */ K) => Math.abs(total(K) - 1) < 1e-9;

/**
 * A kernel whose entries depend on the offsets from its middle.
 * @param {number} size
 * @param {(y: number, x: number) => number} entry
 */
const centred = (size, entry) => {
	const offsets = Array.from({ length: size }, (_, i) => i - (size - 1) / 2);
	return offsets.map((y) => offsets.map((x) => entry(y, x)));
};

/**
 * @param {number[][]} K
 * @param {(k: number, a: number, b: number) => number} act
 */
export const map = (K, act) => K.map((row, a) => row.map((k, b) => act(k, a, b)));

/**
 * @param {number} size
 * @param {number} sigma
 */
const bell = (size, sigma) => centred(size, (y, x) => Math.exp(-(y * y + x * x) / (2 * sigma * sigma)));

/** @param {number} size */
const identity = (size) => centred(size, (y, x) => (y || x ? 0 : 1));

/** @param {number} size */
function gaussian(size) {
	const K = bell(size, size / 6);
	return map(K, (k) => k / total(K));
}

/**
 * @param {number} size
 * @param {number} angle in degrees
 */
function gabor(size, angle) {
	const theta = (angle * Math.PI) / 180;
	const wavelength = size / 1.5;
	const B = bell(size, wavelength / 2);
	const waves = centred(size, (y, x) => Math.cos((2 * Math.PI * (x * Math.cos(theta) - y * Math.sin(theta))) / wavelength));
	const even = total(map(B, (k, a, b) => k * waves[a][b])) / total(B);
	const K = map(B, (k, a, b) => k * (waves[a][b] - even));
	const strength = total(map(K, Math.abs));
	return map(K, (k) => k / strength);
}

/**
 * A difference along the angle, averaged across it.
 * @param {number} _ its size, which does not change
 * @param {number} angle in degrees
 */
function edge(_, angle) {
	const theta = (angle * Math.PI) / 180;
	return centred(3, (y, x) => (-Math.cos(theta) * x * (2 - Math.abs(y)) + Math.sin(theta) * y * (2 - Math.abs(x))) / 8);
}

/**
 * Whether the axis nearest to an angle runs down, by the formula that `FilterLab` has; halfway is the next one.
 * @param {number} angle in degrees, from 0
 */
export const upright = (angle) => Math.floor(angle / 90 + 0.5) % 2 === 1;

/**
 * How each is made, as in `d2lconv.filters`; the step of its angle; whether it has a size.
 * @type {Record<string, Recipe>}
 */
export const KERNELS = {
	edge: { make: edge, step: 5 },
	"second difference": { make: (_, angle) => (upright(angle) ? [[1], [-2], [1]] : [[1, -2, 1]]), step: 90 },
	"box blur": { make: (size) => centred(size, () => 1 / size ** 2), sized: true },
	"Gaussian blur": { make: gaussian, sized: true },
	sharpen: { make: (size) => map(gaussian(size), (k, a, b) => 2 * identity(size)[a][b] - k), sized: true },
	Gabor: { make: gabor, step: 5, sized: true },
	identity: { make: identity, sized: true },
};

const LARGEST = 15;

// What a link restores may be anything, and each becomes the nearest that makes sense.
/** @param {number} size */
export const oddSize = (size) => 3 + 2 * clamp((size >> 1) - 1, 6);

/** @param {number} angle */
export const turned = (angle) => ((angle % 360) + 360) % 360 || 0;

/**
 * @param {number[][]} rows
 * @returns {number[][]}
 */
function weights(rows) {
	/** @param {unknown} list */
	const short = (list) => Array.isArray(list) && list.length > 0 && list.length <= LARGEST;
	const whole = short(rows) && rows.every((row) => short(row) && row.length === rows[0].length && row.every(Number.isFinite));
	return whole ? rows : identity(3);
}

/** @param {string} kernel */
export const nameOf = (kernel) => (Object.hasOwn(KERNELS, kernel) || kernel === "typed" || kernel === "cut" ? kernel : "edge");

/**
 * @param {Choice} choice
 * @param {Matrix} X the photograph
 * @returns {number[][]}
 */
export function kernelOf({ kernel, angle, size, typed, cut, subtract_mean }, X) {
	if (kernel === "typed") return weights(typed);
	const n = oddSize(size);
	if (kernel !== "cut") return KERNELS[nameOf(kernel)].make(n, turned(angle));
	/** @type {(middle: number, length: number) => number} */
	const from = (middle, length) => clamp(middle - (n >> 1) || 0, length - n);
	const [top, left] = [from(cut?.[0], X.length), from(cut?.[1], X[0].length)];
	const K = X.slice(top, top + n).map((row) => Array.from(row).slice(left, left + n));
	const mean = subtract_mean === false ? 0 : total(K) / n ** 2;
	return map(K, (x) => x - mean);
}

/**
 * The kernel with zeros around it, or without its outer weights.
 * @param {number[][]} K
 * @param {number} size
 */
export function resized(K, size) {
	const [down, right] = [(size - K.length) >> 1, (size - K[0].length) >> 1];
	return centred(size, () => 0).map((row, i) => row.map((zero, j) => K[i - down]?.[j - right] ?? zero));
}
