// The kernels that a gradient of the reader's leads to, from a figure's start at its rate.
import { numbers } from "./outputs_of.js";

/** @import { Desk, Kind } from "./driving.js" */
/** @typedef {{ key: string, X: number[][], Y: number[][], weight: number[][], lr: number, epochs: number }} Question */

/**
 * @param {Desk} desk
 * @returns {Kind}
 */
export function training({ title, ask, reply, again }) {
	/** @type {{ key: string, kernels?: number[][][], said?: string } | undefined} the newest answer */
	let known;
	let current = "";

	return {
		/**
		 * @param {number[][]} X
		 * @param {number[][]} Y
		 * @param {number[][]} weight
		 * @param {number} lr
		 * @param {number} epochs
		 */
		operator(X, Y, weight, lr, epochs) {
			current = JSON.stringify([X, Y, weight, lr, epochs]);
			if (known?.key === current) return known;
			ask({ key: current, X, Y, weight, lr, epochs });
			return { said: `${title} has not come here yet.` };
		},
		/** @param {Question} question */
		async answer({ key, X, Y, weight, lr, epochs }) {
			if (key !== current || key === known?.key) return;
			const { said, weights } = await reply("train", [numbers(X), numbers(Y), numbers(weight), lr, epochs]);
			const [height, width] = [weight.length, weight[0].length];
			/** @param {number} from */
			const row = (from) => [...weights.bytes.subarray(from, from + width)];
			/**
			 * @param {unknown} _
			 * @param {number} t
			 */
			const kernel = (_, t) => Array.from({ length: height }, (_, a) => row((t * height + a) * width));
			known = said ? { key, said } : { key, said: `Trained by ${title[0].toLowerCase()}${title.slice(1)}.`, kernels: Array.from({ length: epochs + 1 }, kernel) };
			again();
		},
		forget: () => (known = undefined),
		moved() {},
	};
}
