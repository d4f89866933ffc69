// A stack of layers: what a unit sees of those before it, and reaches in those after it.
import { capital, counter, draw, mount, part, pointed, put, setAttributes, slider, speaker } from "./controls.js";
import { clamp, last } from "./numbers.js";

/** @import { View } from "./controls.js" */
/** @typedef {{ kernel_sizes: number[], layers: number, kernel_size: number, layer: number, row: number, col: number }} Traits */
/** @typedef {{ x: number, y: number, width: number, height: number }} Box */
/** @typedef {{ el: SVGGElement, x: number, y: number, field: SVGRectElement, extent: SVGTSpanElement }} FeatureMap */

const [INPUT, MOST_LAYERS, LARGEST_KERNEL] = [13, 6, 7];
// The stage is as high for one layer as for six, so that the sliders below it stay where they are.
const ROW = { height: 304, gap: 36, largest: 20 }; // maps side by side
const COLUMN = { height: 440, gap: 18, largest: 13 }; // maps below each other

/** @param {number} m */
const nameOf = (m) => (m ? `layer ${m}` : "input");

/** @param {View<Traits>} view */
function render({ model, el }) {
	const svg = draw("svg", { role: "img" });
	const stage = part("stage", svg);
	const sum = part("sum");
	const live = speaker();
	/**
	 * @param {string} label
	 * @param {"layers" | "kernel_size" | "layer"} trait
	 */
	const control = (label, trait) => slider(label, (value) => put(model, { [trait]: value }));
	const layers = control("Layers", "layers");
	const width = control("Kernel size", "kernel_size");
	const layer = control("Unit in layer", "layer");
	const row = counter("Row", model, "row");
	const col = counter("Column", model, "col");
	/** @type {number[]} the kernels' sizes */
	let sizes;
	/** @type {number[]} each map's height and width */
	let n;
	let beside = true; // whether the maps stand in a row
	let cell = 0; // how large an element is drawn
	let /** @type {FeatureMap[]} */ maps, /** @type {SVGPathElement[]} */ cones;

	/** Draw the maps, in a row or, on a narrow page, in a column. */
	function stack() {
		sizes = model.get("kernel_sizes");
		n = sizes.reduce((n, k) => [...n, last(n) - k + 1], [INPUT]);
		const total = n.reduce((a, b) => a + b);
		const room = stage.clientWidth || 600; // JupyterLab gives room later
		beside = room >= 600;
		const { height, gap, largest } = beside ? ROW : COLUMN;
		const length = (beside ? room : height) - 12 - gap * sizes.length;
		cell = Math.min(largest, length / total, (room - 128) / INPUT);
		const used = total * cell + gap * sizes.length;
		setAttributes(svg, { width: beside ? used + 2 : INPUT * cell + 126, height });
		let along = beside ? 1 : (height - used) / 2;
		maps = n.map((size, m) => {
			const side = size * cell;
			const across = (INPUT * cell - side) / 2;
			const [x, y] = beside ? [along, (height - side) / 2] : [across + 1, along];
			along += side + gap;
			const lines = Array.from({ length: size + 1 }, (_, i) => `M${i * cell} 0v${side}M0 ${i * cell}h${side}`);
			const text = beside ? { x: side / 2, y: -8, "text-anchor": "middle" } : { x: side + 12, y: side / 2 + 4, "text-anchor": "start" };
			const crowded = beside && m > 0 && side / 2 + gap + (n[m - 1] * cell) / 2 < 54;
			const label = draw("tspan", {}, crowded ? String(m) : capital(nameOf(m)));
			const extent = draw("tspan", beside ? { x: side / 2, y: side + 17 } : { dx: 8 });
			const words = draw("text", text, label, extent);
			const [field, ahead] = [draw("rect"), draw("rect", { class: "d2l-ahead" })];
			/** @param {number[]} spot */
			const unit = (spot) => spot.map((part) => clamp(Math.floor(part * size), size - 1));
			/** @param {number[]} spot */
			const press = (spot) => {
				const [row, col] = unit(spot);
				put(model, { layer: m, row, col });
			};
			const ground = pointed(draw("rect", { width: side, height: side }), {
				hover(spot) {
					const [row, col] = spot ? unit(spot) : [0, 0];
					setAttributes(ahead, { x: col * cell, y: row * cell, width: spot ? cell : 0, height: spot ? cell : 0 });
				},
				press,
				drag: press,
			});
			const parts = [ground, draw("path", { d: lines.join("") }), field, ahead, words];
			return { el: draw("g", { class: "d2l-map", transform: `translate(${x} ${y})` }, ...parts), x, y, field, extent };
		});
		cones = sizes.map(() => draw("path", { class: "d2l-cone" }));
		svg.replaceChildren(...maps.map((map) => map.el), ...cones);
		point();
	}

	function point() {
		const at = clamp(model.get("layer"), sizes.length);
		const place = [model.get("row"), model.get("col")].map((i) => clamp(i, n[at] - 1));
		/** @type {string[]} */
		const said = [];
		// A layer is k − 1 smaller than the one before: so far does a field extend.
		const boxes = maps.map(({ x, y, field, extent }, m) => {
			const grown = n[m] - n[at];
			const [top, left] = place.map((i) => Math.max(0, i + Math.min(0, grown)));
			const [h, w] = place.map((i, axis) => Math.min(n[m] - 1, i + Math.max(0, grown)) - [top, left][axis] + 1);
			const box = { x: left * cell, y: top * cell, width: w * cell, height: h * cell };
			setAttributes(field, { ...box, class: m === at ? "d2l-unit" : m < at ? "d2l-field" : "d2l-reach" });
			extent.textContent = m === at ? "unit" : `${h} × ${w}`;
			if (m !== at) said.push(`${m < at ? "sees" : "reaches"} ${h} × ${w} of ${nameOf(m)}`);
			return { ...box, x: x + box.x, y: y + box.y };
		});
		/**
		 * The two ends of a box's near side, or of its far side.
		 * @param {Box} box
		 * @param {0 | 1} far
		 */
		const edge = ({ x, y, width, height }, far) =>
			beside ? [[x + far * width, y], [x + far * width, y + height]] : [[x, y + far * height], [x + width, y + far * height]];
		cones.forEach((cone, m) => {
			const to = edge(boxes[m + 1], 0);
			setAttributes(cone, { d: m < at ? edge(boxes[m], 1).map((from, i) => `M${from}L${to[i]}`).join("") : "" });
		});

		const k = last(sizes);
		layers.update({ value: sizes.length, min: 1, max: deepest() });
		width.update({ value: k, min: 1, max: Math.max(k, widest()), text: `${k} × ${k}` });
		layer.update({ value: at, max: sizes.length, text: nameOf(at) });
		row.moveTo(place[0], n[at]);
		col.moveTo(place[1], n[at]);
		const added = sizes.slice(0, at).map((size) => ` + (${size} − 1)`).join("");
		sum.textContent = `${capital(nameOf(at))} sees 1${added}${at ? ` = ${INPUT - n[at] + 1}` : ""} rows and columns of the input`;
		const label = `The unit in ${nameOf(at)}, row ${place[0] + 1}, column ${place[1] + 1} ${said.join(", ")}.`;
		setAttributes(svg, { "aria-label": label });
		live.say(label);
	}

	/** @param {number[]} sizes */
	function resize(sizes) {
		const layers = sizes.length;
		const middle = (INPUT - 1 - sizes.reduce((sum, k) => sum + k - 1, 0)) >> 1;
		put(model, { kernel_sizes: sizes, layers, kernel_size: last(sizes), layer: layers, row: middle, col: middle });
	}
	// The last layer must keep at least one unit.
	const deepest = () => Math.min(MOST_LAYERS, sizes.length + Math.floor((last(n) - 1) / Math.max(1, last(sizes) - 1)));
	const widest = () => Math.min(LARGEST_KERNEL, 1 + Math.floor((INPUT - 1) / sizes.length));
	function deepen() {
		const length = clamp(model.get("layers") - 1, deepest() - 1) + 1;
		if (length !== sizes.length) resize(Array.from({ length }, (_, m) => sizes[m] ?? last(sizes)));
	}
	function widen() {
		const k = model.get("kernel_size");
		if (k !== last(sizes)) resize(sizes.map(() => clamp(k - 1, widest() - 1) + 1));
	}

	const parts = [stage, part("controls", layers, width, layer, row, col), sum, live];
	const reactions = { kernel_sizes: stack, layers: deepen, kernel_size: widen, "layer row col": point };
	return mount({ model, el }, "Receptive fields", parts, reactions, stack, [live.stop]);
}

export default { render };
