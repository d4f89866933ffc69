// A stack of layers: what a unit sees of those before it, by how many paths, and reaches in those after it.
import { button, capital, counter, draw, make, mount, part, pointed, put, setAttributes, slider, speaker } from "./controls.js";
import { heatOf } from "./heat.js";
import { clamp, last } from "./numbers.js";
import { INPUT, jumps, LARGEST_KERNEL, LARGEST_STRIDE, MOST_LAYERS, natural, paths, reached, seen, stacked } from "./paths.js";

/** @import { View } from "./controls.js" */
/** @import { Spot } from "./controls.js" */
/** @import { Span, Stack } from "./paths.js" */
/** @typedef {{ kernel_sizes: number[], strides: number[], layers: number, kernel_size: number, layer: number, row: number, col: number }} Traits */
/** @typedef {{ x: number, y: number, width: number, height: number }} Box */
/** @typedef {{ el: SVGGElement, x: number, y: number, heat: SVGGElement, field: SVGRectElement, extent: SVGTSpanElement }} FeatureMap */

// The stage is as high for one layer as for six, so that the controls below it stay where they are.
const ROW = { height: 304, gap: 36, largest: 20 }; // maps side by side
const COLUMN = { height: 440, gap: 18, largest: 15 }; // maps below each other

/** @type {[words: string, kernel_sizes: number[]][]} stacks to compare, each a press away from the others */
const PRESETS = [
	["Two 2 × 2", [2, 2]],
	["Five 3 × 3", [3, 3, 3, 3, 3]],
	["One 11 × 11", [11]],
];

/** @param {number} m */
const nameOf = (m) => (m ? `layer ${m}` : "the input");
/**
 * @param {number} count
 * @param {string} thing
 */
const counted = (count, thing) => `${count} ${thing}${count === 1 ? "" : "s"}`;

/** @param {View<Traits>} view */
function render({ model, el }) {
	const svg = draw("svg", { role: "img" });
	const stage = part("stage", svg);
	const legend = make("p", { class: "d2l-hint d2l-paths" });
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
	const presets = PRESETS.map(([words, sizes]) => button(words, () => restack(sizes)));
	const steps = Array.from({ length: MOST_LAYERS }, (_, m) => {
		/** @type {HTMLSelectElement} */
		const step = make("select", {
			"aria-label": `Stride of layer ${m + 1}`,
			onchange: () => restack(S.sizes, replaced(m, Number(step.value))),
		});
		for (let s = 1; s <= LARGEST_STRIDE; s++) step.append(make("option", { value: s }, String(s)));
		return step;
	});
	const chosen = part("steps");
	/** @type {Stack} */
	let S;
	let beside = true; // whether the maps stand in a row
	let cell = 0; // how large an element is drawn
	let /** @type {FeatureMap[]} */ maps, /** @type {SVGPathElement[]} */ cones;

	/** Draw the maps, in a row or, on a narrow page, in a column. */
	function stack() {
		S = stacked(model.get("kernel_sizes"), model.get("strides"));
		const { n } = S;
		const total = n.reduce((a, b) => a + b);
		const room = stage.clientWidth || 600; // JupyterLab gives room later
		beside = room >= 600;
		const { height, gap, largest } = beside ? ROW : COLUMN;
		const gaps = gap * (n.length - 1);
		const length = (beside ? room : height) - 12 - gaps;
		cell = Math.min(largest, length / total, (room - 128) / INPUT);
		const used = total * cell + gaps;
		setAttributes(svg, { width: beside ? used + 2 : INPUT * cell + 126, height });
		let along = beside ? 1 : (height - used) / 2;
		maps = n.map((size, m) => {
			const side = size * cell;
			const across = (INPUT * cell - side) / 2;
			const place = beside ? [along, (height - side) / 2] : [across + 1, along];
			along += side + gap;
			return mapOf(m, place);
		});
		cones = S.sizes.map(() => draw("path", { class: "d2l-cone" }));
		svg.replaceChildren(...maps.map((map) => map.el), ...cones);
		point();
	}

	/**
	 * @param {number} m
	 * @param {number[]} place
	 * @returns {FeatureMap}
	 */
	function mapOf(m, [x, y]) {
		const size = S.n[m];
		const side = size * cell;
		const lines = Array.from({ length: size + 1 }, (_, i) => `M${i * cell} 0v${side}M0 ${i * cell}h${side}`);
		const text = beside ? { x: side / 2, y: -8, "text-anchor": "middle" } : { x: side + 12, y: side / 2 + 4, "text-anchor": "start" };
		const crowded = beside && m > 0 && side / 2 + ROW.gap + (S.n[m - 1] * cell) / 2 < 54;
		const label = draw("tspan", {}, `${crowded ? "" : m ? "Layer " : "Input"}${m || ""}`);
		const extent = draw("tspan", beside ? { x: side / 2, y: side + 17 } : { dx: 8 });
		const words = draw("text", text, label, extent);
		const heat = draw("g", { class: "d2l-heat" });
		const field = draw("rect");
		const ahead = draw("rect", { class: "d2l-ahead" });
		/** @param {Spot} spot */
		const unit = (spot) => spot.map((part) => clamp(Math.floor(part * size), size - 1));
		/** @param {Spot} spot */
		const press = (spot) => {
			const [row, col] = unit(spot);
			put(model, { layer: m, row, col });
		};
		const ground = pointed(draw("rect", { width: side, height: side }), {
			hover(spot) {
				const [row, col] = spot ? unit(spot) : [0, 0];
				setAttributes(ahead, { x: col * cell, y: row * cell, width: spot ? cell : 0, height: spot ? cell : 0 });
				explain(spot && [m, row, col]);
			},
			press,
			drag: press,
		});
		const parts = [ground, heat, draw("path", { d: lines.join("") }), field, ahead, words];
		return { el: draw("g", { class: "d2l-map", transform: `translate(${x} ${y})` }, ...parts), x, y, heat, field, extent };
	}

	/** The unit's layer and its place there. */
	function unit() {
		const at = natural(model.get("layer") + 1, S.n.length) - 1;
		const place = [model.get("row"), model.get("col")].map((i) => natural(i + 1, S.n[at]) - 1);
		return { at, place };
	}

	function point() {
		const { n, sizes, strides } = S;
		const { at, place } = unit();
		const fields = paths(S, at);
		/** @type {string[]} */
		const said = [];
		/** @type {Span[]} */
		let ahead = place.map((i) => [i, i]);
		const boxes = maps.map(({ x, y, heat, field, extent }, m) => {
			const { counts, jump } = fields[m] ?? { counts: [], jump: 0 };
			if (m > at) ahead = ahead.map((span) => reached(span, sizes[m - 1], strides[m - 1], n[m]));
			const spans = m > at ? ahead : place.map((i) => [i * jump, i * jump + counts.length - 1]);
			const [[top, h], [left, w]] = spans.map(([low, high]) => [low, high - low + 1]);
			const some = h > 0 && w > 0; // windows that move far pass over elements, and reach none at the far edge
			const box = { x: left * cell, y: top * cell, width: some ? w * cell : 0, height: some ? h * cell : 0 };
			setAttributes(field, { ...box, class: m === at ? "d2l-unit" : m < at ? "d2l-field" : "d2l-reach" });
			setAttributes(heat, { transform: `translate(${box.x} ${box.y})` }).replaceChildren(...(m < at ? heatOf(counts, cell) : []));
			const size = some ? `${h} × ${w}` : "none";
			extent.textContent = m === at ? "unit" : size;
			if (m < at) said.push(`sees ${size} of ${nameOf(m)} by up to ${counted(Math.max(...counts) ** 2, "path")}`);
			if (m > at) said.push(`reaches ${size} of ${nameOf(m)}`);
			return { ...box, x: x + box.x, y: y + box.y };
		});
		connect(boxes, at);
		const label = `The unit in ${nameOf(at)}, row ${place[0] + 1}, column ${place[1] + 1} ${said.join(", ")}.`;
		setAttributes(svg, { "aria-label": label });
		live.say(label);
		explain(null);
		tell(at, place);
	}

	/**
	 * Draw the lines between the fields.
	 * @param {Box[]} boxes
	 * @param {number} at
	 */
	function connect(boxes, at) {
		cones.forEach((cone, m) => {
			const [near, far] = [boxes[m], boxes[m + 1]];
			/** @param {0 | 1} end one of the two lines */
			const line = (end) =>
				beside
					? `M${near.x + near.width} ${near.y + end * near.height}L${far.x} ${far.y + end * far.height}`
					: `M${near.x + end * near.width} ${near.y + near.height}L${far.x + end * far.width} ${far.y}`;
			setAttributes(cone, { d: m < at ? line(0) + line(1) : "" });
		});
	}

	/**
	 * Say how many paths lead from an element to the unit, or what the shades mean.
	 * @param {number[] | null} element its layer and its place there
	 */
	function explain(element) {
		const { at, place } = unit();
		const fields = paths(S, at);
		const most = Math.max(...fields[0].counts) ** 2;
		let words = "Press an element of a later layer to see its field.";
		if (at) words = "One path leads from each shaded element to the unit.";
		if (most > 1) words = `Shades are numbers of paths to the unit: 1 to ${most} in the input.`;
		if (element && element[0] < at) {
			const [m, ...spot] = element;
			const { counts, jump } = fields[m];
			const [down, across] = spot.map((i, axis) => counts[i - place[axis] * jump] ?? 0);
			words = `${capital(nameOf(m))}, row ${spot[0] + 1}, column ${spot[1] + 1}: ${counted(down * across, "path")} to the unit.`;
		}
		legend.textContent = words;
	}

	/**
	 * Move the controls, and write the size of the unit's field as a sum.
	 * @param {number} at
	 * @param {number[]} place
	 */
	function tell(at, place) {
		const { sizes, strides, n } = S;
		const k = last(sizes);
		layers.update({ value: sizes.length, min: 1, max: deepest() });
		width.update({ value: k, min: 1, max: Math.max(k, widest()), text: `${k} × ${k}` });
		layer.update({ value: at, max: sizes.length, text: nameOf(at) });
		row.moveTo(place[0], n[at]);
		col.moveTo(place[1], n[at]);
		const plain = last(jumps(strides)) === 1; // so are the presets
		presets.forEach((preset, i) => setAttributes(preset, { "aria-pressed": String(plain && String(sizes) === String(PRESETS[i][1])) }));
		steps.forEach((step, m) => {
			if (m >= sizes.length) return step.remove();
			if (!step.isConnected) chosen.append(step); // one that stays keeps the focus
			step.value = String(strides[m]);
			// The layers after a wider stride see further, but no further than the input.
			for (const option of step.options) option.disabled = !fits(sizes, replaced(m, Number(option.value)));
		});
		const before = sizes.slice(0, at);
		const [field, jump] = [seen(before, strides), jumps(strides)];
		const weights = before.reduce((sum, k) => sum + k * k, 0);
		const terms = before.map((k, l) => ` + (${k}\u00a0−\u00a01)${jump[l] > 1 ? `\u00a0·\u00a0${jump[l]}` : ""}`);
		const words = `A unit of layer ${at} sees ${field} × ${field} of the input with ${counted(weights, "weight")}`;
		sum.replaceChildren(make("strong", {}, at ? words : "An element of the input sees itself"), make("br"), at ? `${field} = 1${terms.join("")}` : "");
	}

	/**
	 * @param {number[]} kernel_sizes
	 * @param {number[]} [strides]
	 */
	function restack(kernel_sizes, strides = []) {
		const { sizes, strides: steps, n } = stacked(kernel_sizes, strides);
		const [layers, middle] = [sizes.length, (last(n) - 1) >> 1];
		put(model, { kernel_sizes: sizes, strides: steps, layers, kernel_size: last(sizes), layer: layers, row: middle, col: middle });
	}
	/**
	 * The strides, with another one for layer `m` + 1.
	 * @param {number} m
	 * @param {number} stride
	 */
	const replaced = (m, stride) => S.strides.map((s, l) => (l === m ? stride : s));
	// The last layer must keep at least one unit.
	const fits = (/** @type {number[]} */ sizes, strides = S.strides) => seen(sizes, strides) <= INPUT;
	/**
	 * @param {number} most
	 * @param {(count: number) => number[]} sizes
	 */
	const largest = (most, sizes) => {
		while (!fits(sizes(most))) most--;
		return most;
	};
	const deep = (/** @type {number} */ length) => Array.from({ length }, (_, m) => S.sizes[m] ?? last(S.sizes));
	const wide = (/** @type {number} */ k) => S.sizes.map(() => k);
	const deepest = () => largest(MOST_LAYERS, deep);
	const widest = () => largest(LARGEST_KERNEL, wide);
	function deepen() {
		const length = natural(model.get("layers"), deepest());
		if (length !== S.sizes.length) restack(deep(length), S.strides);
	}
	function widen() {
		const k = model.get("kernel_size");
		if (k !== last(S.sizes)) restack(wide(natural(k, widest())), S.strides);
	}

	const strides = part("control d2l-strides", make("span", {}, "Strides"), chosen);
	const compared = setAttributes(part("buttons d2l-presets", ...presets), { role: "group", "aria-label": "Stacks to compare" });
	const parts = [stage, legend, compared, part("controls", layers, width, layer, strides, row, col), sum, live];
	const reactions = { "kernel_sizes strides": stack, layers: deepen, kernel_size: widen, "layer row col": point };
	return mount({ model, el }, "Receptive fields", parts, reactions, stack, [live.stop]);
}

export default { render };
