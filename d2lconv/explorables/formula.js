// The formula of the output, with letters that can be pressed, and the sizes that the output follows from.
import { button, make, part } from "./controls.js";

/** Pointing at a letter lights its cells, as the style sheet has it; a press keeps them lit. */
export function formula() {
	const symbols = ["Output Y", "Input X", "Kernel K"].map((name) => {
		const el = button("", () => (el.ariaPressed = String(el.ariaPressed === "false")));
		el.ariaPressed = "false";
		/** @param {string} at */
		const write = (at) => {
			el.ariaLabel = `${name}[${at}]`;
			el.replaceChildren(make("i", {}, name.slice(-1)), make("sub", {}, at));
		};
		return { el, write };
	});
	const [Y, X, K] = symbols;
	const size = part("size");
	return {
		el: part("formula", Y, "=", make("span", {}, "Σ", make("sub", {}, "a, b")), X, K, size),
		/**
		 * @param {number[][]} sizes of the image without its padding, of the kernel and of the output
		 * @param {number} p
		 * @param {number} s
		 * @param {boolean} flip
		 * @param {boolean} plain whether padding and stride are not spoken of
		 */
		update([n, k, y], p, s, flip, plain) {
			const times = s > 1 ? s : "";
			const less = p ? `−${p}` : "";
			const [a, b] = ["a", "b"].map((tap, axis) => (flip ? `${k[axis] - 1 || ""}−${tap}` : tap));
			const places = ["i, j", `${times}i+a${less}, ${times}j+b${less}`, `${a}, ${b}`];
			symbols.forEach(({ write }, i) => write(places[i]));
			const counts = ["Y: height", "width"].map((name, axis) => {
				const room = plain ? `${n[axis]} − ${k[axis]}` : `⌊(${n[axis]}+2·${p}−${k[axis]})/${s}⌋`;
				return make("span", {}, `${name} ${room} + 1 = ${y[axis]}`);
			});
			size.replaceChildren(...counts);
		},
	};
}
