// What a function of the reader's makes of a figure's image and kernel. Most people write loops, which take their time on
// a photograph: the part around the window comes first, and tells how long all of it takes.

/** @import { Numbers } from "./engine.js" */
/** @import { Desk, Kind } from "./driving.js" */
/** @typedef {{ said?: string, shape?: number[], bytes?: DataView }} Given what it gave, or a sentence about why it gave none */
/** @typedef {{ X: Numbers, K: Numbers, all?: boolean }} Question */

const PART = 64; // how many pixels a part has along a side
const SLOW = 2000; // ms: what takes longer begins only when the reader says so
const SOON = 150; // ms: nobody minds
const REST = 300; // ms: so long a slider rests before what is not there soon begins
const KEPT = 4; // answers, among them both kernels that are compared

const NOT_YET = { _operator: "" }; // a trait that never has this value: the answer is to another question

/**
 * @param {ArrayLike<number>[]} rows
 * @returns {Numbers}
 */
export function numbers(rows) {
	const shape = [rows.length, rows[0].length];
	const bytes = new Float64Array(shape[0] * shape[1]);
	rows.forEach((row, i) => bytes.set(row, i * shape[1]));
	return { shape, bytes };
}

/**
 * @param {Numbers} a
 * @param {Numbers} b
 */
const equal = (a, b) => String(a.shape) === String(b.shape) && a.bytes.every((v, i) => Object.is(v, b.bytes[i]));

/**
 * @param {Question} a
 * @param {Question | undefined} b
 */
const same = (a, b) => b && equal(a.K, b.K) && equal(a.X, b.X);

/** @param {Question} question */
const shapeOf = ({ X, K }) => X.shape.map((n, axis) => n - K.shape[axis] + 1);

/** @param {Question} question */
const products = ({ X, K }) => shapeOf({ X, K }).reduce((all, n) => all * n, K.bytes.length);

/** @param {number} ms */
function spoken(ms) {
	const seconds = Math.round(ms / 1000);
	return seconds < 90 ? `about ${seconds} s` : `about ${Math.round(seconds / 60)} minutes`;
}

/**
 * @param {Desk} desk
 * @returns {Kind}
 */
export function outputs({ model, title, local, ask, reply, again, say }) {
	/** @type {(Question & { given: Given })[]} the newest answers */
	let known = [];
	/** @type {Question & { bytes: Float64Array, spots: [top: number, left: number, height: number, width: number][] } | undefined} */
	let part; // the parts of one answer, and where they are
	/** @type {Question} what the figure shows */
	let current;
	let pace = NaN; // ms for a product, by the last answer of this Python
	let offered = false; // whether the reader is asked to decide
	let given = local ? undefined : model.get("_output"); // by Python, when the cell ran

	/** @returns {[row: number, col: number]} the window's place */
	const place = () => [model.get("row") | 0, model.get("col") | 0];
	const covered = () => {
		const [row, col] = place();
		return part?.spots.some(([top, left, height, width]) => row >= top && row < top + height && col >= left && col < left + width);
	};

	/**
	 * @param {Given} given
	 * @param {boolean} [current] whether it is of what the figure shows
	 */
	const output = (given, current = true) => ({
		...given,
		name: title,
		of: current ? {} : NOT_YET,
		unseen: [`${title} has not come here yet.`],
	});

	/**
	 * @param {ArrayLike<number>[]} X
	 * @param {ArrayLike<number>[]} K
	 */
	function operator(X, K) {
		current = { X: numbers(X), K: numbers(K) };
		if (given?.of && Object.keys(given.of).every((trait) => String(given.of[trait]) === String(model.get(trait)))) known = [{ ...current, given }];
		given = undefined;
		const found = known.find((answer) => same(current, answer));
		if (found) {
			if (offered) say("");
			offered = false;
			return output(found.given);
		}
		const begun = local && part && same(current, part) ? part : undefined;
		if (!begun || !covered()) ask(current);
		const view = begun && { shape: shapeOf(current), bytes: new DataView(begun.bytes.buffer) };
		return output(view ?? known[0]?.given ?? {}, Boolean(view && covered()));
	}

	/**
	 * @param {Question} question
	 * @param {string} [text] what is said while it is computed
	 * @returns {Promise<Given>}
	 */
	async function apply(question, text) {
		const began = performance.now();
		const { said, shape, bytes } = await reply("apply", [question.X, question.K], text);
		pace = (performance.now() - began) / products(question);
		if (said) return { said };
		const wanted = shapeOf(question);
		if (String(shape) !== String(wanted)) return { said: `${title} gave ${shape.join(" × ")} numbers, not ${wanted.join(" × ")}.` };
		return { shape, bytes: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
	}

	/**
	 * @param {Question} question
	 * @param {Given} given
	 */
	function keep({ X, K }, given) {
		known = [{ X, K, given }, ...known].slice(0, KEPT);
		part = undefined;
		again();
	}

	/**
	 * Compute the outputs around the window, and say whether there are any.
	 * @param {Question} question
	 */
	async function begin({ X, K }) {
		const [rows, cols] = shapeOf({ X, K });
		const [height, width] = X.shape.map((n) => Math.min(n, PART));
		const [top, left] = place().map((at, axis) => {
			const middle = at + (K.shape[axis] >> 1) - (PART >> 1);
			return Math.max(0, Math.min(middle, X.shape[axis] - [height, width][axis]));
		});
		const cut = Array.from({ length: height }, (_, i) => X.bytes.subarray((top + i) * X.shape[1] + left).subarray(0, width));
		// The first call imports what it needs, and tells nothing about the time that others take.
		if (isNaN(pace)) await apply({ X: K, K });
		const { said, shape: [high, wide] = [], bytes } = await apply({ X: numbers(cut), K });
		if (said) return keep({ X, K }, { said });
		const all = part && same({ X, K }, part) ? part : (part = { X, K, bytes: new Float64Array(rows * cols).fill(NaN), spots: [] });
		for (let i = 0; i < high; i++) {
			for (let j = 0; j < wide; j++) all.bytes[(top + i) * cols + left + j] = Number(bytes?.getFloat64(8 * (i * wide + j), true));
		}
		all.spots.push([top, left, high, wide]);
		if (local) again();
		return true;
	}

	/**
	 * @param {Question} question
	 * @param {string} before what is said first
	 */
	function offer(question, before = "") {
		offered = true;
		say(`${before}${title} takes ${spoken(products(question) * pace)} for all of it.`, "Compute all of it", () => {
			offered = false;
			ask({ ...current, all: true });
		});
	}

	/** @param {Question} question */
	async function answer(question) {
		const newest = () => same(question, current);
		if (!newest() || known.some((answer) => same(question, answer))) return;
		const size = products(question);
		if (question.all) return keep(question, await apply(question, `${title} is at work on all of it: ${spoken(size * pace)}.`));
		if (question.X.shape.some((n) => n > PART) && !(size * pace < SOON)) {
			if (!(await begin(question))) return;
			if (size * pace > SLOW) return newest() && offer(question);
			if (size * pace > SOON) await new Promise((resolve) => setTimeout(resolve, REST));
			if (!newest()) return;
		}
		keep(question, await apply(question));
	}

	return {
		operator,
		answer,
		offer,
		begun: () => (pace = NaN),
		moved: () => local && part && same(current, part) && !covered() && again(),
		forget() {
			known = [];
			part = undefined;
		},
	};
}
