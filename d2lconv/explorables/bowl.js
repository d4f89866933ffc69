// The bowl of the loss over the plane of two weights, seen from above: level lines, axes, a descent, a start to drag.
import { draw, make, part, setAttributes } from "./controls.js";
import { excess } from "./descent.js";
import { clamp, show } from "./numbers.js";

/** @import { Bowl, State } from "./descent.js" */
/** @typedef {number[]} Point two weights, or a place in pixels: to the right first */

const [LEFT_EDGE, TOP_EDGE, BELOW] = [52, 2, 38]; // room for the ticks and names of the two weights
const FAR = 1e6; // pixels: no point beyond is drawn

/**
 * @param {[right: string, up: string]} names of the two weights
 * @param {(weights: Point) => void} moved called while the start is dragged
 */
export function plane([right, up], moved) {
	let /** @type {Bowl} */ shown, /** @type {Point[]} */ path, /** @type {number} */ side, /** @type {number} */ reach;
	let grip = [0, 0]; // from the pointer that holds the start to the start
	let start = [0, 0];

	const land = draw("g");
	const line = draw("polyline", { class: "d2l-path" });
	const dots = draw("path", { class: "d2l-steps" });
	const marker = draw("circle", { r: 6, class: "d2l-marker" });
	const note = draw("text", { class: "d2l-halo", "text-anchor": "middle" });
	const name = draw("text", { class: "d2l-halo", "text-anchor": "middle" }, "start");
	const view = draw("svg", { x: LEFT_EDGE, y: TOP_EDGE, class: "d2l-view" }, land, line, dots, name, marker, note);
	const scale = draw("g");
	const svg = draw("svg", { role: "img" }, view, scale);
	const handle = make("span", {
		class: "d2l-handle",
		title: "Drag the start",
		onpointerdown(event) {
			if (event.button) return;
			handle.setPointerCapture(event.pointerId);
			grip = [start[0] - event.clientX, start[1] - event.clientY];
		},
		onpointermove(event) {
			if (!handle.hasPointerCapture(event.pointerId)) return;
			moved(weightsAt([event.clientX + grip[0], event.clientY + grip[1]]));
		},
	});
	const chart = part("chart", svg, handle);

	/** @param {Point} weights */
	const place = ([x, y]) => [x - shown.goal[0], shown.goal[1] - y].map((away) => (away / reach + 1) * (side / 2));
	/** @param {Point} place */
	const weightsAt = (place) => {
		const [x, y] = place.map((pixels) => (clamp(pixels, side) / side * 2 - 1) * reach);
		return [shown.goal[0] + x, shown.goal[1] - y];
	};

	/** Draw what does not change with the descent. */
	function survey() {
		const { axes, goal, least } = shown;
		const [steep, shallow] = axes;
		const [x, y] = place(goal);
		/** @type {(...element: Parameters<typeof draw>) => void} */
		const add = (...element) => void land.append(draw(...element));
		land.replaceChildren();
		scale.replaceChildren();
		// Each level is four times the one inside it, so that its ellipse is twice as large. One without end is very long.
		const highest = Math.max(excess(shown, [reach, reach]), excess(shown, [reach, -reach]));
		/** @param {number} level */
		const across = (level) => (Math.sqrt((2 * level) / steep.curvature) / reach) * (side / 2);
		const levels = Array.from({ length: 7 }, (_, i) => 4 ** (Math.floor(Math.log(highest) / Math.log(4)) - i));
		const lines = levels.filter((level) => across(level) > 4);
		const angle = (-180 / Math.PI) * Math.atan2(steep.direction[1], steep.direction[0]);
		for (const level of lines) {
			const long = Math.min(1e4, across(level) * Math.sqrt(steep.curvature / shallow.curvature));
			const transform = `translate(${x} ${y}) rotate(${angle})`;
			add("ellipse", { rx: across(level), ry: long, transform, class: "d2l-level" });
		}
		for (const { direction } of axes) {
			const [dx, dy] = direction.map((d) => 2 * side * d);
			add("path", { d: `M${x - dx} ${y + dy}L${x + dx} ${y - dy}`, class: "d2l-axis" });
		}
		// Each level's loss stands above the goal or, where the bowl is flat that way, to the right of it.
		const rises = excess(shown, [0, 1]) > 1e-3 * excess(shown, [1, 0]);
		const heights = lines.map((level) => Math.sqrt(level / excess(shown, rises ? [0, 1] : [1, 0])) * (side / 2 / reach));
		lines.forEach((level, i) => {
			if (heights[i] < 20) return;
			const at = rises ? { x, y: y - heights[i] + 4 } : { x: x + heights[i], y: y + 4 };
			add("text", { ...at, class: "d2l-halo", "text-anchor": "middle" }, show(least + level, 3));
		});
		add("path", { d: `M${x - 7} ${y}h14M${x} ${y - 7}v14`, class: "d2l-goal" });
		add("text", { x: x + 10, y: y + 16, class: "d2l-halo" }, "goal");

		/** @type {(...element: Parameters<typeof draw>) => void} */
		const rule = (...element) => void scale.append(draw(...element));
		const bottom = TOP_EDGE + side;
		rule("rect", { x: LEFT_EDGE, y: TOP_EDGE, width: side, height: side, class: "d2l-edge" });
		const unit = 10 ** Math.floor(Math.log10(reach));
		const step = reach / unit > 4 ? 2 * unit : reach / unit < 1.5 ? unit / 2 : unit;
		/** @param {number} middle */
		const ticks = (middle) => {
			const first = Math.ceil((middle - reach) / step);
			const count = Math.floor((middle + reach) / step) - first + 1;
			return Array.from({ length: count }, (_, i) => (first + i) * step);
		};
		for (const tick of ticks(goal[0])) {
			const at = LEFT_EDGE + place([tick, 0])[0];
			rule("path", { d: `M${at} ${bottom}v4` });
			rule("text", { x: at, y: bottom + 17, "text-anchor": "middle" }, show(tick, 3));
		}
		for (const tick of ticks(goal[1])) {
			const at = TOP_EDGE + place([0, tick])[1];
			rule("path", { d: `M${LEFT_EDGE} ${at}h-4` });
			rule("text", { x: LEFT_EDGE - 7, y: at + 4, "text-anchor": "end" }, show(tick, 3));
		}
		const middle = side / 2;
		rule("text", { x: LEFT_EDGE + middle, y: bottom + 34, "text-anchor": "middle" }, right);
		rule("text", { transform: `translate(12 ${middle}) rotate(-90)`, "text-anchor": "middle" }, up);
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
			survey();
		},
		/** @param {State[]} run */
		descend(run) {
			path = run.map(({ weight }) => place(weight.flat()));
			start = path[0];
			const near = path.slice(0, path.findIndex((at) => !(Math.max(...at.map(Math.abs)) < FAR)) >>> 0);
			setAttributes(line, { points: near.join(" ") });
			setAttributes(dots, { d: near.map((at) => `M${at}h0`).join("") });
			handle.style.translate = `${LEFT_EDGE + start[0]}px ${TOP_EDGE + start[1]}px`;
			setAttributes(name, { x: start[0], y: start[1] + (start[1] > side - 30 ? -16 : 26) });
			const left = path.findIndex((at) => !at.every((pixels) => pixels >= 0 && pixels <= side));
			note.textContent = left < 0 ? "" : `leaves the picture at epoch ${left}`;
			const told = `Level lines of the loss over ${right.toLowerCase()} and ${up.toLowerCase()}, and the path of the descent`;
			setAttributes(svg, { "aria-label": left < 0 ? told : `${told}, which ${note.textContent}` });
		},
		/** @param {number} epoch */
		mark(epoch) {
			const [cx, cy] = path[epoch].map((pixels) => (Math.abs(pixels) < FAR ? pixels : -99));
			setAttributes(marker, { cx, cy });
		},
	};
}
