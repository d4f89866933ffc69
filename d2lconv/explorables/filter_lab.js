// Named kernels on a photograph: pick one, turn it, widen it, and compare the two pictures point by point.
import { listen, make, mount, onTheme, put, select, set, slider, speaker } from "./controls.js";
import { grid } from "./grid.js";
import { clamp, corr2d, largest, show } from "./numbers.js";

const rectangle = (h, w, entry) => Array.from({ length: h }, (_, a) => Array.from({ length: w }, (_, b) => entry(a, b)));
const total = (K) => K.flat().reduce((sum, k) => sum + k, 0);
/** A `size` × `size` kernel of an entry that depends on the offsets from its middle. */
const centred = (size, entry) => rectangle(size, size, (a, b) => entry(a - (size - 1) / 2, b - (size - 1) / 2));
const scaled = (K, by) => K.map((row) => row.map((k) => k * by));
const bell = (size, sigma) => centred(size, (y, x) => Math.exp(-(y * y + x * x) / (2 * sigma * sigma)));
const identity = (size) => centred(size, (y, x) => (y || x ? 0 : 1));

function gaussian(size) {
  const K = bell(size, size / 6);
  return scaled(K, 1 / total(K));
}

function gabor(size, theta) {
  const wavelength = size / 1.5;
  const B = bell(size, wavelength / 2);
  const K = centred(size, (y, x) => Math.cos((2 * Math.PI * (x * Math.cos(theta) - y * Math.sin(theta))) / wavelength));
  const grating = K.map((row, a) => row.map((k, b) => k * B[a][b]));
  const even = total(grating) / total(B);
  const balanced = grating.map((row, a) => row.map((k, b) => k - even * B[a][b]));
  return scaled(balanced, 1 / balanced.flat().reduce((sum, k) => sum + Math.abs(k), 0));
}

function edge(size, theta) {
  const [difference, average] = [[0.5, 0, -0.5], [0.25, 0.5, 0.25]];
  return rectangle(3, 3, (a, b) => Math.cos(theta) * average[a] * difference[b] - Math.sin(theta) * difference[a] * average[b]);
}

/** Each kernel: how it is made, and which of "Angle" and "Size" it follows. The same as `d2lconv.filters`. */
const KERNELS = {
  edge: { make: edge, angle: 5 },
  "second difference": { make: (_, theta) => (Math.round((2 * theta) / Math.PI) % 2 ? [[1], [-2], [1]] : [[1, -2, 1]]), angle: 90 },
  "box blur": { make: (size) => centred(size, () => 1 / size ** 2), size: true },
  "Gaussian blur": { make: gaussian, size: true },
  sharpen: { make: (size) => gaussian(size).map((row, a) => row.map((k, b) => 2 * identity(size)[a][b] - k)), size: true },
  Gabor: { make: gabor, angle: 5, size: true },
  identity: { make: identity, size: true },
};

function picture(name, point) {
  const canvas = make("canvas", { role: "img" });
  const frame = make("div", { class: "d2l-frame" });
  const caption = make("figcaption", {}, name);
  const el = make("figure", { class: "d2l-grid" }, caption, make("div", { class: "d2l-body" }, canvas, frame));
  for (const on of ["pointerdown", "pointermove"]) canvas.addEventListener(on, ({ clientX, clientY }) => {
    const box = canvas.getBoundingClientRect();
    point(Math.floor(((clientY - box.top) / box.height) * canvas.height), Math.floor(((clientX - box.left) / box.width) * canvas.width));
  });
  return {
    el,
    label: (text) => set(canvas, { "aria-label": text }),
    frame: (r, c, h, w) => Object.entries({ r, c, h, w }).forEach(([key, value]) => frame.style.setProperty(`--${key}`, value)),
    /** Draw rows of numbers; `shade` writes one's red, green and blue. */
    paint(M, shade) {
      [canvas.height, canvas.width] = [M.length, M[0].length];
      canvas.style.width = `calc(var(--cell) * ${canvas.width})`;
      const image = new ImageData(canvas.width, canvas.height);
      image.data.fill(255);
      M.forEach((row, i) => row.forEach((v, j) => shade(v, image.data, 4 * (i * row.length + j))));
      canvas.getContext("2d").putImageData(image, 0, 0);
    },
  };
}

function render({ model, el }) {
  let X, K, Y, kernel;
  const place = (row, col) => put(model, { row: clamp(row, Y.length - 1), col: clamp(col, Y[0].length - 1) });
  const photo = picture("Photograph", (r, c) => place(r - (K.length >> 1), c - (K[0].length >> 1)));
  const map = picture("Feature map", place);
  const window_ = make("div");
  const bar = make("div", { class: "d2l-bar" });
  const ends = make("div", { class: "d2l-ends" });
  map.el.append(bar, ends);
  const sign = (text) => make("span", { class: "d2l-sign", "aria-hidden": "true" }, text);
  const stage = make("div", { class: "d2l-stage" }, photo.el, sign("⋆"), window_, sign("="), map.el);
  const sum = make("p", { class: "d2l-sum" });
  const heard = speaker();
  const choice = select("Kernel", Object.keys(KERNELS).map((name) => [name, name.replace(/^./, (first) => first.toUpperCase())]), (kernel) => put(model, { kernel }));
  const angle = slider("Angle", (angle) => put(model, { angle }));
  const size = slider("Size", (size) => put(model, { size }));
  const row = slider("Row", (value) => place(value - 1, model.get("col")));
  const col = slider("Column", (value) => place(model.get("row"), value - 1));

  function load() {
    const { shape, bytes } = model.get("image");
    X = Array.from({ length: shape[0] }, (_, i) => Float32Array.from({ length: shape[1] }, (_, j) => bytes.getUint8(i * shape[1] + j) / 255));
    photo.paint(X, (v, data, at) => data.fill(255 * v, at, at + 3));
    photo.label("The photograph");
    filter();
  }

  function filter() {
    const name = model.get("kernel");
    const recipe = KERNELS[name];
    const [degrees, taps] = [model.get("angle"), model.get("size")];
    K = recipe.make(taps, (degrees * Math.PI) / 180);
    Y = corr2d(X, K);
    choice.input.value = name;
    const turned = recipe.angle === 90 ? 90 * (Math.round(degrees / 90) % 2) : degrees;
    angle.set({ value: turned, min: 0, max: recipe.angle === 90 ? 90 : 355, step: recipe.angle ?? 5, text: recipe.angle ? `${turned}°` : "none", disabled: !recipe.angle });
    size.set({ value: taps, min: 3, max: 15, step: 2, text: `${K.length} × ${K[0].length}`, disabled: !recipe.size });
    kernel = grid("Kernel", K.length, K[0].length);
    kernel.caption(`Kernel ${K.length} × ${K[0].length}`);
    kernel.values(K, largest(K), K.length > 5 ? 0 : 3);
    kernel.el.style.setProperty("--cell", `${Math.min(40, 120 / Math.max(K.length, K[0].length))}px`);
    window_.replaceChildren(kernel.el);
    colour();
    move();
  }

  /** Kernels that keep brightness give a picture in grey; differences have a sign, and zero in the middle of the scale. */
  function colour() {
    const grey = Math.abs(total(K) - 1) < 1e-9;
    const squares = Y.reduce((sum, row) => row.reduce((sum, v) => sum + v * v, sum), 0);
    const end = 3 * Math.sqrt(squares / (Y.length * Y[0].length)) || 1;
    bar.classList.toggle("d2l-grey", grey);
    ends.replaceChildren(...(grey ? ["0 black", "1 white"] : [`≤ ${show(-end, 2)}`, "0", `≥ ${show(end, 2)}`]).map((text) => make("span", {}, text)));
    const [r0, g0, b0, r1, g1, b1, r2, g2, b2] = getComputedStyle(bar).backgroundImage.match(/\d+/g).map(Number);
    map.paint(Y, (v, data, at) => {
      const s = grey ? 2 * v - 1 : v / end;
      const t = Math.min(1, Math.abs(s));
      data[at] = r1 + t * ((s < 0 ? r0 : r2) - r1);
      data[at + 1] = g1 + t * ((s < 0 ? g0 : g2) - g1);
      data[at + 2] = b1 + t * ((s < 0 ? b0 : b2) - b1);
    });
  }

  function move() {
    const r = clamp(model.get("row"), Y.length - 1);
    const c = clamp(model.get("col"), Y[0].length - 1);
    photo.frame(r, c, K.length, K[0].length);
    map.frame(r, c, 1, 1);
    row.set({ value: r + 1, min: 1, max: Y.length });
    col.set({ value: c + 1, min: 1, max: Y[0].length });
    const value = show(Y[r][c], 3);
    sum.replaceChildren(`Row ${r + 1}, column ${c + 1}: ${K.length * K[0].length} products, sum `, make("strong", {}, value));
    map.label(`Feature map of the ${model.get("kernel")} kernel, ${Y.length} by ${Y[0].length}`);
    heard.say(`${model.get("kernel")} kernel, ${K.length} by ${K[0].length}. ${sum.textContent}.`);
  }

  const observer = new ResizeObserver(() => {
    const beside = stage.clientWidth > 600;
    stage.classList.toggle("d2l-stacked", !beside);
    const room = beside ? (stage.clientWidth - 215) / 2 : stage.clientWidth;
    stage.style.setProperty("--cell", `${Math.min(1.5, room / X[0].length)}px`);
  });
  const controls = make("div", { class: "d2l-controls" }, ...[choice, angle, size, row, col].map((control) => control.el));
  const unmount = mount(el, "Kernels on a photograph", [stage, sum, controls, heard.el], [
    listen(model, ["image"], load),
    listen(model, ["kernel", "angle", "size"], filter),
    listen(model, ["row", "col"], move),
    onTheme(colour),
    heard.stop,
    () => observer.disconnect(),
  ]);
  load();
  observer.observe(stage);
  return unmount;
}

export default { render };
