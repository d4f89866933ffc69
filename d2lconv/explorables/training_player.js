// How a kernel is learned: a descent from any start at any rate, with its loss, kernel, and prediction beside target.
import { plane } from "./bowl.js";
import { signed } from "./colours.js";
import { button, make, mount, newId, part, player, put, select, setAttributes, slider, speaker } from "./controls.js";
import { curve } from "./curve.js";
import { bowl, descend, state } from "./descent.js";
import { arrange, grid } from "./grid.js";
import { clamp, corr2d, largest, last, show } from "./numbers.js";

/** @import { Axis, Bowl, State } from "./descent.js" */
/** @import { View } from "./controls.js" */
/**
 * `_start` is what the figure began with: "Reset" brings it back, and it stands in for what cannot be drawn.
 * @typedef {object} Traits
 * @property {number[][]} X
 * @property {number[][]} Y
 * @property {number[][]} weight
 * @property {number} lr
 * @property {number} epoch
 * @property {number} epochs
 * @property {Omit<Traits, "_start" | "_operator" | "_output">} _start
 * @property {((...shown: any[]) => any) | undefined} _operator where Python is in the page: what follows the reader's gradient
 * @property {object} _output what changes when it has an answer
 */

/** @type {Record<string, [first: string, second: string]>} the names of two weights, by the kernel's height */
const NAMES = { 1: ["Left weight", "Right weight"], 2: ["Upper weight", "Lower weight"] };

// Other images to learn the same kernel from: a round bowl, and a valley.
/** @type {Record<string, (() => number) | undefined>} */
const IMAGES = { noise: () => Math.round(8 * Math.random() - 4) / 4, plain: () => 1 };

/**
 * What a step does to the error along an axis.
 * @param {Axis} axis
 * @param {number} lr
 */
function fate({ curvature }, lr) {
	const factor = Math.round(1e9 * (1 - lr * curvature)) / 1e9; // exactly −1 at the limit
	const size = Math.abs(factor);
	const change = size === 0 ? "is gone" : size < 1 ? "shrinks" : size > 1 ? "grows" : "stays as large";
	const turn = factor < 0 ? `overshoots, changes sign and ${change}` : change;
	return `by ${show(factor, 3)}: it ${curvature ? turn : "stays, for the data say nothing about it"}`;
}

/**
 * A direction, with 1 as its largest entry.
 * @param {Axis} axis
 */
function named({ direction }) {
	const longest = direction.reduce((a, b) => (Math.abs(b) > Math.abs(a) + 1e-9 ? b : a));
	return `[${direction.map((d) => show(Math.round((1e3 * d) / longest) / 1e3 || 0)).join(", ")}]`;
}

/**
 * Whether a value is a number as another is, or a matrix of its shape.
 * @param {any} value
 * @param {any} model
 * @returns {boolean}
 */
const alike = (value, model) =>
	Array.isArray(model)
		? Array.isArray(value) && value.length === model.length && model.every((item, i) => alike(value[i], item))
		: Number.isFinite(value) && Math.abs(value) <= 1e50; // it will be squared, and squared again

/** @param {View<Traits>} view */
function render({ model, el }) {
	const given = model.get("_start");
	/**
	 * A trait, if a link or another view has brought nothing else in its place.
	 * @template {keyof typeof given} Name
	 * @param {Name} name
	 */
	const read = (name) => (alike(model.get(name), given[name]) ? model.get(name) : given[name]);
	const names = given.weight.flat().length === 2 ? NAMES[given.weight.length] : undefined;

	let /** @type {number[][]} */ X, /** @type {number[][]} */ Y, /** @type {Bowl} */ shape, /** @type {State[]} */ run;
	let lr = given.lr;
	let epoch = 0;
	let note = ""; // about kernels that a function of the reader's has led to
	let reach = NaN; // how far the picture of the bowl goes from the goal

	const end = () => run.length - 1;
	/** @param {number[]} weights */
	const move = (weights) => {
		const [a, b] = weights;
		put(model, { weight: given.weight.length === 1 ? [[a, b]] : [[a], [b]] });
	};
	/** @param {number} w a weight set by hand */
	const short = (w) => Number(w.toPrecision(3));
	const picture = names && plane(names, (weights) => move(weights.map(short)));
	const starts = (names ?? []).map((name, i) =>
		slider(name, (value) => move(run[0].weight.flat().map((w, j) => (i === j ? short(value) : w)))),
	);
	const rate = slider("Learning rate", (share) => put(model, { lr: (share / 100) * shape.limit }));
	const epochs = slider("Epoch", (epoch) => put(model, { epoch }));
	const play = player((first) => {
		const next = epoch < end() ? epoch + 1 : 0;
		if (next || first) put(model, { epoch: next });
		return next > 0 || first;
	});
	const reset = button("Reset", () => {
		play.stop();
		put(model, given);
		solve();
	});
	// The limit is a mark on the range, which is easy to hit.
	const mark = make("datalist", { id: newId() }, make("option", { value: 100 }));
	setAttributes(/** @type {Element} */ (rate.el.querySelector("input")), { list: mark.id });
	rate.el.classList.add("d2l-rate");
	rate.el.append(mark);

	// The same kernel makes the target from another image, and the rate keeps its share of the limit.
	const image = select("Image", ["given", ...Object.keys(IMAGES)].map((kind) => [kind, kind]), (kind) => {
		const pixel = IMAGES[kind];
		const share = lr / shape.limit;
		const { goal } = bowl(given.X, given.Y, given.weight);
		const K = given.weight.map((row, a) => row.map((_, b) => goal[a * row.length + b]));
		const X = pixel ? given.X.map((row) => row.map(pixel)) : given.X;
		const Y = pixel ? corr2d(X, K).map((row) => Array.from(row, (v) => +v.toFixed(6))) : given.Y;
		put(model, { X, Y });
		put(model, { lr: share * shape.limit || given.lr });
	});

	const losses = curve();
	const sum = part("sum");
	const hint = part("hint d2l-factors");
	const live = speaker();
	const kernel = grid("Learned kernel", given.weight);
	const prediction = grid("Prediction", given.Y);
	const target = grid("Target", given.Y);
	kernel.el.classList.add("d2l-kernel");

	/** Another image or target: another bowl. */
	function solve() {
		[X, Y] = [read("X"), read("Y")];
		shape = bowl(X, Y, given.weight);
		reach = NaN;
		target.values(Y, signed(largest(Y)));
		image.input.value = String(X) === String(given.X) ? "given" : new Set(X.flat()).size > 1 ? "noise" : "plain";
		descent();
	}

	/** Another start or rate. The picture reaches as far as the start, and no less than before: nothing jumps in a drag. */
	function descent() {
		const weight = read("weight");
		lr = Math.max(read("lr"), Number.MIN_VALUE);
		train(weight, 1 + clamp(Math.round(read("epochs")) - 1, 199));
		/** @param {number[][]} weight */
		const far = (weight) => Math.max(...weight.flat().map((w, i) => Math.abs(w - shape.goal[i])));
		if (far(weight) <= 1.01 * reach) return chart();
		reach = Math.max(1.2 * far(weight), 1.2 * far(given.weight), largest([shape.goal]) / 2);
		fit();
	}

	/**
	 * Take the page's own steps or, where a reader's gradient takes them in the page's Python, those.
	 * @param {number[][]} weight
	 * @param {number} epochs
	 */
	function train(weight, epochs) {
		run = descend(X, Y, weight, lr, epochs);
		/** @type {{ kernels?: number[][][], said: string } | undefined} */
		const theirs = model.get("_operator")?.(X, Y, weight, lr, epochs);
		stage.classList.toggle("d2l-stale", Boolean(theirs && !theirs.kernels));
		note = theirs?.said ?? "";
		if (!theirs?.kernels) return;
		const right = run.map(({ weight }) => weight);
		run = theirs.kernels.map((weight) => state(X, Y, weight));
		const apart = right.findIndex((weight, t) => weight.flat().some((w, i) => !(Math.abs(w - run[t].weight.flat()[i]) <= 1e-5 * largest(weight))));
		if (apart >= 0) note += ` It leaves the path of the page's own gradient at epoch ${apart}.`;
	}

	/** What one step does to the error along the axes of the bowl. */
	function factors() {
		const [steep, shallow] = [shape.axes[0], last(shape.axes)];
		const round = steep.curvature - shallow.curvature <= 1e-9 * steep.curvature; // or a kernel of one weight
		const [least, most] = names ? [named(shallow), named(steep)] : ["the shallowest axis", "the steepest"];
		const ways = round ? fate(steep, lr) : `along ${least} ${fate(shallow, lr)}. Along ${most} ${fate(steep, lr)}`;
		return `Each step multiplies the error ${ways}.`;
	}

	function chart() {
		picture?.descend(run);
		losses.plot(run.map(({ loss }) => loss));
		const { limit, goal } = shape;
		const share = Math.round((1e6 * lr) / limit) / 1e4; // exactly 100 at the limit
		const disabled = limit === Infinity;
		const text = `${lr.toPrecision(3)}${disabled ? "" : `, ${show(share)} % of the limit`}`;
		rate.update({ value: share, min: 5, max: 120, step: 0.5, text, disabled });
		starts.forEach(({ update }, i) => {
			const value = run[0].weight.flat()[i];
			update({ value, min: goal[i] - reach, max: goal[i] + reach, step: "any", text: show(value, 3) });
		});
		step();
	}

	function step() {
		epoch = clamp(Math.round(read("epoch")), end());
		const { weight, made, loss } = run[epoch];
		picture?.mark(epoch);
		losses.mark(epoch);
		kernel.values(weight, signed(largest(weight)), 3);
		// The target's shades, so that the two can be compared, and no decimals that do not count beside its numbers.
		const decimals = clamp(2 - Math.floor(Math.log10(largest(Y))), 100);
		prediction.values(made.map((row) => Array.from(row, (v) => +v.toFixed(decimals))), signed(largest(Y)), 2);
		epochs.update({ value: epoch, max: end() });
		const brief = names && isFinite(loss) ? `, kernel [${weight.flat().map((w) => show(w, 6)).join(", ")}]` : "";
		sum.replaceChildren(`Epoch ${epoch}: loss `, make("strong", {}, show(loss, 6)), brief);
		const told = `${sum.textContent}. ${note}`;
		sum.append(part("note", note));
		const words = factors();
		const news = words === hint.textContent ? "" : words;
		hint.textContent = words;
		live.say(`${told} ${news}`, play.playing());
	}

	const stage = part("stage", kernel, prediction, target);
	setAttributes(epochs.el, { oninput: play.stop });
	const controls = part("controls", ...starts, rate, epochs);
	// The controls are next to the bowl and the curve, which have to be in sight while they move.
	const side = part("side", controls, part("buttons", play, reset, image), losses);
	const parts = [part("descent", ...(picture ? [picture] : []), side), sum, hint, stage, live];
	function fit() {
		arrange(stage, [prediction, kernel, target], 14);
		picture?.survey(shape, reach);
		chart();
	}
	const reactions = { "X Y": solve, "weight lr epochs _output": descent, epoch: step };
	// The first survey needs the figure on the page, where it has a width.
	return mount({ model, el }, "How the kernel is learned", parts, reactions, () => (run ? fit() : solve()), [play.stop, live.stop]);
}

export default { render };
