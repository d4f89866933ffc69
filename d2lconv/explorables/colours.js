// What a number looks like: grey in an image; in a kernel or an output blue below zero and orange above.
import { clamp } from "./numbers.js";

/** @typedef {number[]} Colour red, green and blue, from 0 to 255 */
/** @typedef {(v: number, dark: boolean) => Colour} Shade */
/** @import { Matrix } from "./numbers.js" */

// The light hues are those of the still figures; on a dark page lighter ones keep their distance from its paper.
const LIGHT = { zero: [255, 255, 255], minus: [43, 108, 176], plus: [192, 86, 33] };
const DARK = { zero: [21, 24, 29], minus: [99, 179, 237], plus: [237, 137, 54] };

/**
 * The shades of a kernel or an output; `limit` is the magnitude of the deepest.
 * @param {number} limit
 * @returns {Shade}
 */
export const signed = (limit) => (v, dark) => {
	const { zero, minus, plus } = dark ? DARK : LIGHT;
	const to = v < 0 ? minus : plus;
	const t = Math.min(1, Math.abs(v) / limit) || 0;
	return zero.map((from, i) => from + t * (to[i] - from));
};

/** @type {Shade} the shades of brightness, from 0 to 1 */
export const grey = (v) => Array(3).fill(255 * (isNaN(v) ? 1 : clamp(v, 1)));

/**
 * What is black and what white in an image: 0 and 1 or, where numbers go beyond them, its least and its greatest.
 * @param {Matrix} X
 */
export function extremes(X) {
	const finite = X.flatMap((row) => Array.from(row)).filter(isFinite);
	const [low, high] = [Math.min(...finite), Math.max(...finite)];
	return low < 0 || high > 1 ? [low, high > low ? high : low + 1] : [0, 1];
}

/**
 * @param {Matrix} X
 * @returns {Shade}
 */
export function brightness(X) {
	const [black, white] = extremes(X);
	return (v, dark) => grey((v - black) / (white - black), dark);
}

/** @param {Colour} colour */
export const css = (colour) => `rgb(${colour.map(Math.round).join()})`;

/**
 * Black or white, whichever reads better on a ground.
 * @param {Colour} ground
 */
export function inkOn(ground) {
	const [r, g, b] = ground.map((c) => (c / 255 > 0.04045 ? ((c / 255 + 0.055) / 1.055) ** 2.4 : c / 255 / 12.92));
	return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
}
