// A stack of layers: what the unit pointed at sees of those before it, and reaches in those after it.
import { draw, listen, make, mount, put, set, slider, speaker } from "./controls.js";
import { clamp } from "./numbers.js";

const INPUT = 13;
const MOST_LAYERS = 6;
const LARGEST_KERNEL = 7;
const GAP = 30;
const nameOf = (m) => (m ? `layer ${m}` : "input");

function render({ model, el }) {
  const svg = draw("svg", { role: "img" });
  const stage = make("div", { class: "d2l-stage" }, svg);
  const sum = make("p", { class: "d2l-sum" });
  const heard = speaker();
  const control = (label, trait, from = 0) => slider(label, (value) => put(model, { [trait]: value - from }));
  const layers = control("Layers", "layers");
  const width = control("Kernel size", "kernel_size");
  const layer = control("Unit in layer", "layer");
  const row = control("Row", "row", 1);
  const col = control("Column", "col", 1);
  let sizes, n, beside, cell, maps, cones; // kernel sizes; each map's height and width; how they are drawn

  /** Draw the maps, in a row or, on a narrow page, in a column. */
  function stack() {
    sizes = model.get("kernel_sizes");
    n = sizes.reduce((n, k) => [...n, n.at(-1) - k + 1], [INPUT]);
    const total = n.reduce((a, b) => a + b);
    cell = Math.min(20, (stage.clientWidth - GAP * sizes.length - 2) / total);
    beside = cell >= 8;
    if (!beside) cell = Math.min(13, (stage.clientWidth - 100) / INPUT);
    const [length, breadth] = [total * cell + GAP * sizes.length + 2, INPUT * cell];
    set(svg, beside ? { width: length, height: breadth + 44 } : { width: breadth + 90, height: length });
    svg.replaceChildren();
    let along = 1;
    maps = n.map((size, m) => {
      const side = size * cell;
      const across = (breadth - side) / 2;
      const [x, y] = beside ? [along, across + 22] : [across + 1, along];
      along += side + GAP;
      const text = beside ? { x: side / 2, "text-anchor": "middle" } : { x: side + 12 };
      const label = draw("text", { ...text, y: beside ? -8 : side / 2 - 4 }, nameOf(m).replace(/^./, (first) => first.toUpperCase()));
      const extent = draw("text", { ...text, y: beside ? side + 17 : side / 2 + 14 });
      const lines = Array.from({ length: size + 1 }, (_, i) => `M${i * cell} 0v${side}M0 ${i * cell}h${side}`);
      const field = draw("rect");
      const point = (event) => {
        const box = ground.getBoundingClientRect();
        const index = (offset) => clamp(Math.floor(offset / cell), size - 1);
        put(model, { layer: m, row: index(event.clientY - box.top), col: index(event.clientX - box.left) });
      };
      const ground = draw("rect", { width: side, height: side, onpointermove: point, onpointerdown: point });
      svg.append(draw("g", { class: "d2l-map", transform: `translate(${x} ${y})` }, ground, draw("path", { d: lines.join("") }), field, label, extent));
      return { x, y, field, extent };
    });
    cones = sizes.map(() => svg.appendChild(draw("path", { class: "d2l-cone" })));
    point();
  }

  function point() {
    const at = clamp(model.get("layer"), sizes.length);
    const place = ["row", "col"].map((trait) => clamp(model.get(trait), n[at] - 1));
    const said = [];
    // A layer is k − 1 smaller than the one before it, so the maps' sizes alone say how far a field extends.
    const boxes = maps.map(({ x, y, field, extent }, m) => {
      const grown = n[m] - n[at];
      const [top, left] = place.map((i) => Math.max(0, i + Math.min(0, grown)));
      const [bottom, right] = place.map((i) => Math.min(n[m] - 1, i + Math.max(0, grown)));
      const text = `${bottom - top + 1} × ${right - left + 1}`;
      const box = { x: left * cell, y: top * cell, width: (right - left + 1) * cell, height: (bottom - top + 1) * cell };
      set(field, { ...box, class: m === at ? "d2l-unit" : m < at ? "d2l-field" : "d2l-reach" });
      extent.textContent = m === at ? "the unit" : text;
      if (m !== at) said.push(`${m < at ? "sees" : "reaches"} ${text} of ${nameOf(m)}`);
      return { ...box, x: x + box.x, y: y + box.y };
    });
    const side = ({ x, y, width, height }, far) =>
      beside ? [x + far * width, y, x + far * width, y + height] : [x, y + far * height, x + width, y + far * height];
    cones.forEach((cone, m) => {
      const [a, b, c, d] = side(boxes[m], 1);
      const [e, f, g, h] = side(boxes[m + 1], 0);
      set(cone, { d: m < at ? `M${a} ${b}L${e} ${f}M${c} ${d}L${g} ${h}` : "" });
    });

    const [k, L] = [sizes.at(-1), sizes.length];
    layers.set({ value: L, min: 1, max: deepest() });
    const text = sizes.every((size) => size === k) ? `${k} × ${k}` : sizes.join(", ");
    width.set({ value: k, min: 1, max: widest(), text });
    layer.set({ value: at, min: 0, max: L, text: nameOf(at) });
    row.set({ value: place[0] + 1, min: 1, max: n[at] });
    col.set({ value: place[1] + 1, min: 1, max: n[at] });
    const added = sizes.slice(0, at).map((size) => ` + (${size} − 1)`);
    sum.textContent = `${at ? `Layer ${at}` : "Input"} sees 1${added.join("")}${at ? ` = ${INPUT - n[at] + 1}` : ""} rows and columns of the input`;
    set(svg, { "aria-label": `The unit in ${nameOf(at)}, row ${place[0] + 1}, column ${place[1] + 1} ${said.join(", ")}.` });
    heard.say(svg.getAttribute("aria-label"));
  }

  function resize(sizes) {
    const middle = (INPUT - sizes.reduce((sum, k) => sum + k - 1, 0) - 1) >> 1;
    const L = sizes.length;
    put(model, { kernel_sizes: sizes, layers: L, kernel_size: sizes.at(-1), layer: L, row: middle, col: middle });
  }
  // The last layer must keep at least one unit.
  const deepest = () => Math.max(sizes.length, Math.min(MOST_LAYERS, Math.floor((INPUT - 1) / (sizes.at(-1) - 1))));
  const widest = () => Math.max(sizes.at(-1), Math.min(LARGEST_KERNEL, 1 + Math.floor((INPUT - 1) / sizes.length)));
  function deepen() {
    const length = clamp(model.get("layers") - 1, deepest() - 1) + 1;
    if (length !== sizes.length) resize(Array.from({ length }, (_, m) => sizes[m] ?? sizes.at(-1)));
  }
  function widen() {
    const k = clamp(model.get("kernel_size") - 1, widest() - 1) + 1;
    if (k !== sizes.at(-1)) resize(sizes.map(() => k));
  }

  const controls = [layers, width, layer, row, col].map((control) => control.el);
  const observer = new ResizeObserver(stack);
  const unmount = mount(el, "Receptive fields", [stage, sum, make("div", { class: "d2l-controls" }, ...controls), heard.el], [
    listen(model, ["kernel_sizes"], stack),
    listen(model, ["layers"], deepen),
    listen(model, ["kernel_size"], widen),
    listen(model, ["layer", "row", "col"], point),
    heard.stop,
    () => observer.disconnect(),
  ]);
  observer.observe(stage);
  stack();
  return unmount;
}

export default { render };
