// The bowl of the loss over the plane of two weights, seen from above: level lines, axes, a descent, a start to drag.
import { draw, make, part, setAttributes } from "./controls.js";
import { excess } from "./descent.js";
import { clamp, show } from "./numbers.js";

/** @import { Bowl, State } from "./descent.js" */
/** @typedef {number[]} Point two weights, or a place in pixels: to the right first */

const [LEFT_EDGE, TOP_EDGE, BELOW] = [52, 2, 38]; // room for the ticks and names of the two weights
const ORIGIN = `translate(${LEFT_EDGE} ${TOP_EDGE})`;
const FAR = 1e6; // pixels: no point beyond is drawn
const LEVELS = 6;

/**
 * @param {string[]} names of the weight that grows to the right, and of the one that grows upwards
 * @param {(weights: Point) => void} moved called while the start is dragged
 */
export function plane([right, up], moved) {
	let /** @type {Bowl} */ shown, /** @type {Point[]} */ seen, /** @type {number} */ side, /** @type {number} */ reach;
	let grip = [0, 0]; // from the pointer that holds the start to the start

	/** @param {string} text */
	const halo = (text = "", x = 0, y = 0) => draw("text", { x, y, class: "d2l-halo" }, text);
	const land = draw("g");
	const line = draw("polyline", { class: "d2l-path" });
	const dots = draw("path", { class: "d2l-steps" });
	const marker = draw("circle", { r: 6, class: "d2l-marker" });
	const [start, note] = [halo("start"), halo()];
	const view = draw("svg", { x: LEFT_EDGE, y: TOP_EDGE, class: "d2l-view" }, land, line, dots, start, marker, note);
	const scale = draw("g", { transform: ORIGIN });
	const svg = draw("svg", { role: "img" }, view, scale);
	const handle = make("span", {
		class: "d2l-handle",
		onpointerdown(event) {
			if (event.button) return;
			handle.setPointerCapture(event.pointerId);
			grip = [seen[0][0] - event.clientX, seen[0][1] - event.clientY];
		},
		onpointermove(event) {
			if (!handle.hasPointerCapture(event.pointerId)) return;
			/** @param {number} pixels */
			const away = (pixels) => ((2 * clamp(pixels, side)) / side - 1) * reach;
			moved([shown.goal[0] + away(event.clientX + grip[0]), shown.goal[1] - away(event.clientY + grip[1])]);
		},
	});
	const chart = part("chart", svg, handle);

	/** @param {Point} weights */
	const place = ([x, y]) => [x - shown.goal[0], shown.goal[1] - y].map((away) => (away / reach + 1) * (side / 2));

	/** Draw the level lines with their losses, the axes, and the goal. */
	function drawLand() {
		const { axes, least } = shown;
		const [steep, shallow] = axes;
		const middle = side / 2; // where the goal is
		// Each level is four times the one inside it, so that its ellipse is twice as large. One without end is very long.
		const highest = Math.max(excess(shown, [reach, reach]), excess(shown, [reach, -reach]));
		const levels = Array.from({ length: highest && LEVELS }, (_, i) => 4 ** (Math.floor(Math.log2(highest) / 2) - i));
		/**
		 * How far a level is from the goal in a direction in which the loss is `rise` at a distance of 1.
		 * @param {number} level
		 * @param {number} rise
		 */
		const radius = (level, rise) => Math.min(1e4, (Math.sqrt(level / rise) / reach) * middle);
		const transform = `translate(${middle} ${middle}) rotate(${(-180 / Math.PI) * Math.atan2(steep.direction[1], steep.direction[0])})`;
		const ellipses = levels.map((level) => {
			const [rx, ry] = [steep, shallow].map(({ curvature }) => radius(level, curvature / 2));
			return draw("ellipse", { rx, ry, transform, class: "d2l-level" });
		});
		const lines = axes.map(({ direction: [x, y] }) => {
			const d = `M${middle - x * 2 * side} ${middle + y * 2 * side}l${x * 4 * side} ${-y * 4 * side}`;
			return draw("path", { d, class: "d2l-axis" });
		});
		const losses = levels.map((level) => {
			const above = radius(level, excess(shown, [0, 1]));
			return above > 20 ? halo(show(least + level, 3), middle, middle - above + 4) : "";
		});
		const cross = draw("path", { d: `M${middle - 7} ${middle}h14m-7-7v14`, class: "d2l-goal" });
		land.replaceChildren(...ellipses, ...lines, ...losses, cross, halo("goal", middle + 24, middle + 16));
	}

	/** Draw the ticks and the names of the two weights. */
	function drawScale() {
		scale.replaceChildren(draw("rect", { width: side, height: side, class: "d2l-edge" }));
		const unit = 10 ** Math.floor(Math.log10(reach));
		const step = reach > 4 * unit ? 2 * unit : unit;
		shown.goal.forEach((middle, axis) => {
			for (let n = Math.ceil((middle - reach) / step); n * step <= middle + reach; n++) {
				const at = place([n * step, n * step])[axis];
				const spot = axis ? { x: -7, y: at + 4, class: "d2l-end" } : { x: at, y: side + 17, class: "" };
				const d = axis ? `M0 ${at}h-4` : `M${at} ${side}v4`;
				scale.append(draw("path", { d }), draw("text", spot, show(n * step, 3)));
			}
		});
		scale.append(
			draw("text", { x: side / 2, y: side + 34 }, right),
			draw("text", { transform: `translate(-40 ${side / 2}) rotate(-90)` }, up),
		);
	}

	return {
		el: part("bowl", part("hint", "Loss: each line 4 times the one inside"), chart),
		/**
		 * Draw a bowl as far as `far` from its goal, in the room that there is.
		 * @param {Bowl} bowl
		 * @param {number} far
		 */
		survey(bowl, far) {
			[shown, reach, side] = [bowl, far, (chart.clientWidth || 320) - LEFT_EDGE - 4];
			setAttributes(svg, { width: LEFT_EDGE + side + 4, height: TOP_EDGE + side + BELOW });
			setAttributes(view, { width: side, height: side });
			setAttributes(note, { x: side / 2, y: side - 8 });
			drawLand();
			drawScale();
		},
		/** @param {State[]} run */
		descend(run) {
			const path = run.map(({ weight }) => place(weight.flat()));
			seen = path.filter((at) => at.every((pixels) => Math.abs(pixels) < FAR)); // who is beyond does not come back
			const [x, y] = seen[0];
			setAttributes(line, { points: seen.join(" ") });
			setAttributes(dots, { d: seen.map((at) => `M${at}h0`).join("") });
			setAttributes(start, { x, y: y + (y > side - 30 ? -16 : 26) });
			handle.style.translate = `${LEFT_EDGE + x}px ${TOP_EDGE + y}px`;
			const left = path.findIndex((at) => !at.every((pixels) => pixels > -2 && pixels < side + 2));
			note.textContent = left < 0 ? "" : `leaves the picture at epoch ${left}`;
			const told = `Level lines of the loss over ${right.toLowerCase()} and ${up.toLowerCase()}, and the path of the descent`;
			setAttributes(svg, { "aria-label": left < 0 ? told : `${told}, which ${note.textContent}` });
		},
		/** @param {number} epoch */
		mark(epoch) {
			const [cx, cy] = seen[epoch] ?? [-99, -99];
			setAttributes(marker, { cx, cy });
		},
	};
}
