// The loss by epoch, on a logarithmic axis.
import { draw, part, setAttributes } from "./controls.js";
import { last, show } from "./numbers.js";

const HEIGHT = 150;
const LEFT = 46;

/** @param {number} loss */
const log = (loss) => Math.log10(Math.max(loss, 1e-16)); // a loss of zero has no logarithm

export function curve() {
	/** @type {number[]} */
	let losses = [];
	/** @type {(t: number) => number} */
	let x;
	/** @type {(log: number) => number} */
	let y;
	const now = draw("path", { class: "d2l-cone" });
	const marker = draw("circle", { r: 4, class: "d2l-marker" });
	const svg = draw("svg", { role: "img", height: HEIGHT, width: "100%", class: "d2l-plot" });
	return {
		el: part("curve-box", part("hint", "Loss by epoch"), svg),
		/** @param {number[]} run the loss at each epoch */
		plot(run) {
			losses = run;
			const logs = losses.map(log).filter(isFinite);
			const low = Math.floor(Math.min(...logs));
			const high = Math.max(low + 1, Math.ceil(Math.max(...logs)));
			const width = (svg.clientWidth || 300) - LEFT - 10;
			x = (t) => LEFT + (t / (losses.length - 1)) * width;
			y = (log) => 10 + ((high - log) / (high - low)) * (HEIGHT - 44);
			svg.replaceChildren();
			/** @type {(...element: Parameters<typeof draw>) => SVGElement} */
			const add = (...element) => svg.appendChild(draw(...element));
			for (let tick = low; tick <= high; tick += Math.ceil((high - low) / 4)) {
				add("path", { d: `M${LEFT} ${y(tick)}h${width}` });
				add("text", { x: LEFT - 6, y: y(tick) + 4, "text-anchor": "end" }, show(10 ** tick, 1));
			}
			add("text", { x: LEFT, y: HEIGHT - 4 }, "epoch 0");
			add("text", { x: x(losses.length - 1), y: HEIGHT - 4, "text-anchor": "middle" }, String(losses.length - 1));
			add("polyline", { points: logs.map((log, t) => [x(t), y(log)]).join(" "), class: "d2l-curve" });
			svg.append(now, marker);
			setAttributes(svg, { "aria-label": `Loss by epoch, from ${show(losses[0])} to ${show(last(losses))}` });
		},
		/** @param {number} epoch */
		mark(epoch) {
			const height = y(log(losses[epoch]));
			setAttributes(now, { d: `M${x(epoch)} 4V${HEIGHT - 22}` });
			setAttributes(marker, { cx: x(epoch), cy: isFinite(height) ? height : -99 });
		},
	};
}
