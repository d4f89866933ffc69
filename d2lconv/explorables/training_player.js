// How a kernel is learned: loss, kernel, and prediction beside target, at every epoch.
import { signed } from "./colours.js";
import { draw, make, mount, part, player, put, select, setAttributes, slider, speaker } from "./controls.js";
import { arrange, grid } from "./grid.js";
import { clamp, corr2d, decode, flipped, largest, last, show } from "./numbers.js";

/** @import { View } from "./controls.js" */
/** @import { Rows } from "./numbers.js" */
/**
 * What `fit` recorded, entry by epoch; `limit` is the largest stable learning rate, where it is known.
 * @typedef {object} Run
 * @property {number} lr
 * @property {number | string | null} limit
 * @property {boolean} flip
 * @property {(number | string)[]} loss
 * @property {Rows[]} weight
 * @property {(number | string)[] | null} bias
 */
/** @typedef {{ _runs: Run[], X: Rows, Y: Rows, run: number, epoch: number }} Traits */

const HEIGHT = 190;
const LEFT = 46;

/** @param {number | string} loss */
const log = (loss) => Math.log10(Math.max(Number(loss), 1e-16)); // a loss of zero has no logarithm

/**
 * Where a run starts, in full: runs share a start only if all of these digits agree.
 * @param {Run} run
 */
const startOf = ({ weight, bias }) => [...weight[0].flat(), ...(bias?.slice(0, 1) ?? [])].join();

/** @param {string} start */
const labelOf = (start) => start.split(",").map((w) => show(+w, 3)).join(", ");

/** @param {View<Traits>} view */
function render({ model, el }) {
	const runs = model.get("_runs");
	let X = decode(model.get("X"));
	let Y = decode(model.get("Y"));
	const starts = [...new Set(runs.map(startOf))];
	/** @param {string} start */
	const from = (start) => runs.filter((other) => startOf(other) === start).sort((a, b) => a.lr - b.lr);
	let run = runs[0]; // the one that is shown
	let epoch = 0;
	let rates = runs; // the runs that share its start, by learning rate
	/** @type {(epoch: number) => number} */
	let x;
	/** @type {(log: number) => number} */
	let y;
	let /** @type {SVGElement} */ line, /** @type {SVGElement} */ marker;

	const plot = draw("svg", { role: "img", height: HEIGHT, width: "100%", class: "d2l-plot" });
	const sum = part("sum");
	const hint = part("hint");
	const live = speaker();
	const kernel = grid("Learned kernel", decode(runs[0].weight[0]));
	const prediction = grid("Prediction", Y);
	const target = grid("Target", Y);
	kernel.el.classList.add("d2l-kernel");

	const end = () => run.loss.length - 1;
	const epochs = slider("Epoch", (epoch) => put(model, { epoch }));
	const rate = slider("Learning rate", (index) => put(model, { run: runs.indexOf(rates[index]) }));
	const start = select("Start", starts.map((start) => [start, labelOf(start)]), (start) => {
		const nearest = from(start).reduce((a, b) => (Math.abs(b.lr - run.lr) < Math.abs(a.lr - run.lr) ? b : a));
		put(model, { run: runs.indexOf(nearest) });
	});
	const play = player((first) => {
		const next = epoch < end() ? epoch + 1 : 0;
		if (next || first) put(model, { epoch: next });
		return next > 0 || first;
	});

	/**
	 * How a learning rate stands to the largest stable one.
	 * @param {Run} run
	 */
	function relation({ lr, limit }) {
		const part = Math.round((1e6 * lr) / Number(limit)) / 1e4; // exactly 100 at the limit
		const verdict = part > 100 ? "the error grows" : part < 100 ? "the error fades" : "some of the error stays";
		return limit === null ? "" : `${show(part, 3)} % of the stable limit ${show(+limit)}, so ${verdict}`;
	}

	/** Another run, or another width: draw the curves anew. */
	function curves() {
		run = runs[clamp(model.get("run"), runs.length - 1)];
		rates = from(startOf(run));
		const logs = rates.map(({ loss }) => loss.map(log).filter(isFinite));
		const low = Math.floor(Math.min(...logs.flat()));
		const high = Math.max(low + 1, Math.ceil(Math.max(...logs.flat())));
		const longest = Math.max(1, ...rates.map(({ loss }) => loss.length - 1));
		const width = (plot.clientWidth || 600) - LEFT - 10;
		x = (t) => LEFT + (t / longest) * width;
		y = (log) => 14 + ((high - log) / (high - low)) * (HEIGHT - 48);
		plot.replaceChildren();
		/** @type {(...element: Parameters<typeof draw>) => SVGElement} */
		const add = (...element) => plot.appendChild(draw(...element));
		for (let tick = low; tick <= high; tick += Math.ceil((high - low) / 5)) {
			add("path", { d: `M${LEFT} ${y(tick)}h${width}` });
			add("text", { x: LEFT - 6, y: y(tick) + 4, "text-anchor": "end" }, show(10 ** tick, 1));
		}
		add("text", { x: LEFT, y: HEIGHT - 4 }, "epoch 0");
		add("text", { x: x(longest), y: HEIGHT - 4, "text-anchor": "middle" }, String(longest));
		const points = logs.map((logs) => logs.map((log, t) => [x(t), y(log)]).join(" "));
		for (const other of points) add("polyline", { points: other, class: "d2l-other" });
		add("polyline", { points: points[rates.indexOf(run)], class: "d2l-curve" });
		line = add("path", { class: "d2l-cone" });
		marker = add("circle", { r: 4, class: "d2l-marker" });
		update();
	}

	function update() {
		epoch = clamp(model.get("epoch"), end());
		const weight = decode(run.weight[epoch]);
		const bias = Number(run.bias?.[epoch] ?? 0);
		const loss = show(Number(run.loss[epoch]), 6);
		const lr = show(run.lr, 3);
		kernel.values(weight, signed(largest(weight)), 3);
		const made = corr2d(X, run.flip ? flipped(weight) : weight).map((row) => row.map((v) => v + bias));
		// The target's shades, so that the two can be compared, and no decimals that do not count beside its numbers.
		const decimals = clamp(2 - Math.floor(Math.log10(largest(Y))), 100);
		prediction.values(made.map((row) => row.map((v) => +v.toFixed(decimals))), signed(largest(Y)), 2);
		target.values(Y, signed(largest(Y)));
		setAttributes(line, { d: `M${x(epoch)} 6V${HEIGHT - 24}` });
		const height = y(log(run.loss[epoch]));
		setAttributes(marker, { cx: x(epoch), cy: isFinite(height) ? height : -99 });
		const words = relation(run);
		epochs.update({ value: epoch, max: end() });
		rate.update({ value: rates.indexOf(run), max: rates.length - 1, text: lr, spoken: words ? `${lr}: ${words}` : lr });
		start.input.value = startOf(run);
		const entries = weight.flat().map((w) => show(w, 6));
		const brief = entries.length < 5 ? `, kernel [${entries.join(", ")}]` : "";
		sum.replaceChildren(`Epoch ${epoch}: loss `, make("strong", {}, loss), brief);
		const notes = [run.bias && `The bias is ${show(bias, 3)}.`, run.flip && "The layer flips its kernel."];
		hint.textContent = [words && `Learning rate ${lr} is ${words}.`, ...notes].filter(Boolean).join(" ");
		setAttributes(plot, { "aria-label": `Loss at learning rate ${lr}, from ${show(+run.loss[0])} to ${show(+last(run.loss))}` });
		live.say(`Epoch ${epoch}, loss ${loss}${brief}.`, play.playing());
	}

	function exchange() {
		[X, Y] = [decode(model.get("X")), decode(model.get("Y"))];
		update();
	}

	const stage = part("stage", kernel, prediction, target);
	setAttributes(epochs.el, { oninput: play.stop });
	const controls = part("controls", epochs, rate, ...(starts.length > 1 ? [start] : []));
	const title = part("hint", "Loss by epoch (thin: other learning rates)");
	// The sliders are next to the curve, which has to be in sight while they move.
	const parts = [title, plot, controls, part("buttons", play), sum, hint, stage, live];
	function fit() {
		arrange(stage, [prediction, kernel, target], 14);
		curves();
	}
	const reactions = { run: curves, epoch: update, "X Y": exchange };
	return mount({ model, el }, "How the kernel is learned", parts, reactions, fit, [play.stop, live.stop]);
}

export default { render };
