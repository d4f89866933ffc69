// The formula of the output, with letters that can be pressed, and the sizes that the output follows from.
import { button, make, part, setAttributes } from "./controls.js";

/** @import { Matrix } from "./numbers.js" */

/** Pointing at a letter lights its cells, as the style sheet has it; a press keeps them lit. */
export function formula() {
	/** @param {string} name */
	const symbol = (name) => {
		const el = button("", () => (el.ariaPressed = String(el.ariaPressed === "false")));
		/** @param {string} at */
		const write = (at) => {
			setAttributes(el, { "aria-label": `${name}[${at}]` }).replaceChildren(make("i", {}, name.slice(-1)), make("sub", {}, at));
		};
		return { el: setAttributes(el, { "data-symbol": name, "aria-pressed": "false" }), write };
	};
	const [Y, X, K] = ["Output Y", "Input X", "Kernel K"].map(symbol);
	const size = part("size");
	Y.write("i, j");
	return {
		el: part("formula", Y, "=", make("span", {}, "Σ", make("sub", {}, "a, b")), X, K, size),
		/**
		 * @param {Matrix[]} matrices the image without its padding, the kernel and the output
		 * @param {number} p
		 * @param {number} s
		 * @param {boolean} flip
		 * @param {boolean} plain whether this is no place to speak of padding and stride
		 */
		update([image, kernel, output], p, s, flip, plain) {
			/**
			 * @param {string} i
			 * @param {string} a
			 */
			const pixel = (i, a) => `${s > 1 ? s : ""}${i}+${a}${p ? `−${p}` : ""}`;
			/**
			 * @param {string} a
			 * @param {number} k
			 */
			const tap = (a, k) => (flip ? `${k - 1 || ""}−${a}` : a);
			X.write(`${pixel("i", "a")}, ${pixel("j", "b")}`);
			K.write(`${tap("a", kernel.length)}, ${tap("b", kernel[0].length)}`);
			/**
			 * @param {string} name
			 * @param {number} n
			 * @param {number} k
			 * @param {number} y
			 */
			const along = (name, n, k, y) => make("span", {}, `${name} ${plain ? `${n} − ${k}` : `⌊(${n} + 2·${p} − ${k}) / ${s}⌋`} + 1 = ${y}`);
			const height = along("Output height", image.length, kernel.length, output.length);
			size.replaceChildren(height, ", ", along("width", image[0].length, kernel[0].length, output[0].length));
		},
	};
}
