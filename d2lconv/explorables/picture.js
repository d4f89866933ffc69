// A matrix drawn as pixels, with a frame, a preview and marks over it.
import { make, part, pointed, setAttributes } from "./controls.js";
import { framed, preview } from "./grid.js";
import { clamp } from "./numbers.js";

/** @import { Shade } from "./colours.js" */
/** @import { Child } from "./controls.js" */
/** @import { Place } from "./grid.js" */
/** @typedef {{ shape: [number, number], bytes: DataView }} Photograph one byte per pixel */

const PEAKS = 3;
// A scale has eight steps for each of a byte's, so that a byte's shades are exact.
const STEPS = 2040;

/**
 * Where the few largest values are, their windows apart from each other.
 * @param {Float64Array[]} Y
 * @param {number} size of a window
 */
export function peaks(Y, size) {
	/** @type {Place[]} */
	const found = [];
	for (let n = 0; n < PEAKS; n++) {
		let best = -Infinity;
		/** @type {Place[]} */
		let at = [];
		Y.forEach((row, r) => row.forEach((y, c) => {
			if (!(y > best) || found.some(([i, j]) => Math.max(Math.abs(i - r), Math.abs(j - c)) < size)) return;
			best = y;
			at = [[r, c]];
		}));
		found.push(...at);
	}
	return found;
}

/** @param {Photograph} photograph */
export function unpacked({ shape: [height, width], bytes }) {
	/** @param {number} i */
	const row = (i) => new Float32Array(new Uint8Array(bytes.buffer, bytes.byteOffset + i * width, width)).map((v) => v / 255);
	return Array.from({ length: height }, (_, i) => row(i));
}

/**
 * @param {string} name
 * @param {(place: Place | null) => void} hover called with the pixel under the pointer
 * @param {(place: Place) => void} press called with the pixel that is pressed, or reached by a drag
 * @param {Child[]} more what stands below it
 */
export function picture(name, hover, press, ...more) {
	const canvas = make("canvas", { role: "img", "aria-label": name });
	const [frame, ghost, marks] = [part("frame"), part("frame d2l-ghost"), part("marks")];
	/**
	 * @param {number[]} spot
	 * @returns {Place}
	 */
	const pixel = ([down, right]) => [Math.floor(down * canvas.height), Math.floor(right * canvas.width)];
	pointed(canvas, {
		hover: (spot) => hover(spot && pixel(spot)),
		press: (spot) => press(pixel(spot)),
		drag: (spot) => press(pixel(spot)),
	});
	const el = make("figure", { class: "d2l-grid" }, make("figcaption", {}, name), part("body", canvas, frame, marks, ghost), ...more);
	return {
		el,
		/** @param {Parameters<typeof framed>} place */
		frame: (...place) => setAttributes(frame, framed(...place)),
		/** @param {Parameters<typeof framed> | null} place */
		preview: (place) => preview(ghost, place),
		/** @param {Parameters<typeof framed>[]} places numbered in their order */
		mark: (places) => marks.replaceChildren(...places.map((place, i) => setAttributes(part("frame d2l-mark", make("b", {}, String(i + 1))), framed(...place)))),
		/** @param {number} pixels how large one number is drawn */
		size(pixels) {
			el.style.setProperty("--cell", `${pixels}px`);
		},
		/**
		 * @param {(Float32Array | Float64Array)[]} M
		 * @param {string} label
		 * @param {Shade} shade
		 * @param {number} low the number that has the first shade of the scale; that with the last is 1, or as far above zero
		 */
		paint(M, label, shade, low = 0) {
			const dark = getComputedStyle(canvas).colorScheme === "dark";
			const [height, width] = [M.length, M[0].length];
			setAttributes(canvas, { height, width, style: `width:calc(var(--cell)*${width})`, "aria-label": `${label}, ${height} by ${width} pixels` });
			const step = (low ? -2 * low : 1) / STEPS;
			const shades = new Uint8ClampedArray(4 * STEPS + 4);
			for (let i = 0; i <= STEPS; i++) shades.set([...shade(low + i * step, dark), 255], 4 * i);
			const palette = new Uint32Array(shades.buffer);
			const colours = new Uint32Array(height * width);
			for (let i = 0; i < height; i++) {
				for (let j = 0; j < width; j++) colours[i * width + j] = palette[clamp(Math.round((M[i][j] - low) / step), STEPS)];
			}
			canvas.getContext("2d")?.putImageData(new ImageData(new Uint8ClampedArray(colours.buffer), width), 0, 0);
		},
	};
}
