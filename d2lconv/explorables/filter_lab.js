// Named kernels on a photograph: pick one, turn it, widen it, compare the pictures.
import { capital, counter, make, mount, part, pointed, put, resized, select, setAttributes, sign, slider, speaker } from "./controls.js";
import { framed, grid } from "./grid.js";
import { corr2d, inside, largest, shape, show } from "./numbers.js";

/** @import { Child, View } from "./controls.js" */
/** @typedef {{ shape: [number, number], bytes: DataView }} Photograph one byte per pixel */
/** @typedef {{ image: Photograph, kernel: string, angle: number, size: number, row: number, col: number }} Traits */
/** @typedef {{ make: (size: number, theta: number) => number[][], step?: number, sized?: boolean }} Recipe */

/** @param {number[][]} K */
const total = (K) => K.flat().reduce((sum, k) => sum + k, 0);

/**
 * A kernel whose entries depend on the offsets from its middle.
 * @param {number} size
 * @param {(y: number, x: number) => number} entry
 */
const centred = (size, entry) => {
	const offsets = Array.from({ length: size }, (_, i) => i - (size - 1) / 2);
	return offsets.map((y) => offsets.map((x) => entry(y, x)));
};

/**
 * @param {number[][]} K
 * @param {(k: number, a: number, b: number) => number} act
 */
const map = (K, act) => K.map((row, a) => row.map((k, b) => act(k, a, b)));

/**
 * @param {number} size
 * @param {number} sigma
 */
const bell = (size, sigma) => centred(size, (y, x) => Math.exp(-(y * y + x * x) / (2 * sigma * sigma)));

/** @param {number} size */
const identity = (size) => centred(size, (y, x) => (y || x ? 0 : 1));

/** @param {number} size */
function gaussian(size) {
	const K = bell(size, size / 6);
	return map(K, (k) => k / total(K));
}

/**
 * @param {number} size
 * @param {number} theta
 */
function gabor(size, theta) {
	const wavelength = size / 1.5;
	const B = bell(size, wavelength / 2);
	const waves = centred(size, (y, x) => Math.cos((2 * Math.PI * (x * Math.cos(theta) - y * Math.sin(theta))) / wavelength));
	const even = total(map(B, (k, a, b) => k * waves[a][b])) / total(B);
	const K = map(B, (k, a, b) => k * (waves[a][b] - even));
	const strength = total(map(K, Math.abs));
	return map(K, (k) => k / strength);
}

/**
 * A difference along the angle, averaged across it.
 * @param {number} _ its size, which does not change
 * @param {number} theta
 */
const edge = (_, theta) =>
	centred(3, (y, x) => (-Math.cos(theta) * x * (2 - Math.abs(y)) + Math.sin(theta) * y * (2 - Math.abs(x))) / 8);

/**
 * How each is made, as in `d2lconv.filters`; the step of its angle; whether it has a size.
 * @type {Record<string, Recipe>}
 */
const KERNELS = {
	edge: { make: edge, step: 5 },
	"second difference": { make: (_, theta) => (theta ? [[1], [-2], [1]] : [[1, -2, 1]]), step: 90 },
	"box blur": { make: (size) => centred(size, () => 1 / size ** 2), sized: true },
	"Gaussian blur": { make: gaussian, sized: true },
	sharpen: { make: (size) => map(gaussian(size), (k, a, b) => 2 * identity(size)[a][b] - k), sized: true },
	Gabor: { make: gabor, step: 5, sized: true },
	identity: { make: identity, sized: true },
};

/**
 * A matrix drawn as pixels.
 * @param {string} name
 * @param {(r: number, c: number) => void} point called with the pixel under the pointer
 * @param {Child[]} more what stands below it
 */
function picture(name, point, ...more) {
	const canvas = make("canvas", { role: "img", "aria-label": name });
	const frame = make("div", { class: "d2l-frame" });
	pointed(canvas, (down, right) => point(Math.floor(down * canvas.height), Math.floor(right * canvas.width)));
	return {
		el: make("figure", { class: "d2l-grid" }, make("figcaption", {}, name), part("body", canvas, frame), ...more),
		/** @param {Parameters<typeof framed>} place */
		frame: (...place) => setAttributes(frame, framed(...place)),
		/**
		 * @param {(Float32Array | Float64Array)[]} M
		 * @param {string} label
		 * @param {(v: number, data: Uint8ClampedArray, at: number) => void} shade writes the colour of one number
		 */
		paint(M, label, shade) {
			const [height, width] = [M.length, M[0].length];
			setAttributes(canvas, { height, width, style: `width:calc(var(--cell)*${width})`, "aria-label": `${label}, ${height} by ${width} pixels` });
			const image = new ImageData(width, height);
			image.data.fill(255);
			M.forEach((row, i) => row.forEach((v, j) => shade(v, image.data, 4 * (i * width + j))));
			canvas.getContext("2d")?.putImageData(image, 0, 0);
		},
	};
}

/** @param {View<Traits>} view */
function render({ model, el }) {
	let /** @type {Float32Array[]} */ X, /** @type {number[][]} */ K, /** @type {Float64Array[]} */ Y;
	/**
	 * @param {number} r
	 * @param {number} c
	 */
	const place = (r, c) => {
		const [row, col] = inside(Y, r, c);
		put(model, { row, col });
	};
	const bar = part("bar");
	const ends = part("ends");
	/** @param {string[]} marks */
	const marked = (...marks) => marks.map((text) => make("span", {}, text));
	const photo = picture("Photograph", (r, c) => place(r - (K.length >> 1), c - (K[0].length >> 1)));
	const answer = picture("Feature map", place, bar, ends);
	const middle = make("div");
	const stage = part("stage", photo, sign("⋆"), middle, sign("="), answer);
	const sum = part("sum");
	const live = speaker();
	const choice = select("Kernel", Object.keys(KERNELS).map((name) => [name, capital(name)]), (kernel) => put(model, { kernel }));
	const angle = slider("Angle", (angle) => put(model, { angle }));
	const size = slider("Size", (size) => put(model, { size }));
	const row = counter("Row", model, "row");
	const col = counter("Column", model, "col");

	function load() {
		const { shape: [height, width], bytes } = model.get("image");
		/** @param {number} i */
		const row = (i) => new Float32Array(new Uint8Array(bytes.buffer, bytes.byteOffset + i * width, width)).map((v) => v / 255);
		X = Array.from({ length: height }, (_, i) => row(i));
		photo.paint(X, "The photograph", (v, data, at) => data.fill(255 * v, at, at + 3));
		filter();
	}

	function filter() {
		const recipe = KERNELS[model.get("kernel")];
		const { step } = recipe;
		const taps = model.get("size");
		const turned = step === 90 ? 90 * (Math.round(model.get("angle") / 90) % 2) : model.get("angle");
		K = recipe.make(taps, (turned * Math.PI) / 180);
		Y = corr2d(X, K);
		choice.input.value = model.get("kernel");
		angle.update({ value: turned, max: step === 90 ? 90 : 355, step: step ?? 5, text: step ? `${turned}°` : "none", disabled: !step });
		size.update({ value: taps, min: 3, max: 15, step: 2, text: shape(K), disabled: !recipe.sized });
		const kernel = grid("Kernel", K);
		kernel.values(map(K, (k) => +k.toFixed(12)), largest(K), K.length > 5 ? 0 : 3);
		kernel.el.style.setProperty("--cell", `${Math.min(40, 120 / Math.max(K.length, K[0].length))}px`);
		middle.replaceChildren(kernel.el);
		colour();
		move();
	}

	/** What keeps brightness is grey; differences have a sign, and zero in the middle. */
	function colour() {
		if (!bar.isConnected) return; // the first resizing brings the colours
		const grey = Math.abs(total(K) - 1) < 1e-9;
		const squares = Y.reduce((sum, row) => row.reduce((sum, v) => sum + v * v, sum), 0);
		const end = 3 * Math.sqrt(squares / (Y.length * Y[0].length)) || 1;
		bar.classList.toggle("d2l-grey", grey);
		ends.replaceChildren(...(grey ? marked("0 black", "1 white") : marked(`≤ ${show(-end, 2)}`, "0", `≥ ${show(end, 2)}`)));
		const scale = (getComputedStyle(bar).backgroundImage.match(/\d+/g) ?? []).map(Number); // low, middle, high: 3 channels each
		answer.paint(Y, `Feature map of the ${model.get("kernel")} kernel`, (v, data, at) => {
			const s = grey ? 2 * v - 1 : v / end;
			const t = Math.min(1, Math.abs(s));
			const to = s < 0 ? 0 : 6;
			for (let i = 0; i < 3; i++) data[at + i] = scale[3 + i] + t * (scale[to + i] - scale[3 + i]);
		});
	}

	function move() {
		const [r, c] = inside(Y, model.get("row"), model.get("col"));
		photo.frame(r, c, K.length, K[0].length);
		answer.frame(r, c, 1, 1);
		row.moveTo(r, Y.length);
		col.moveTo(c, Y[0].length);
		sum.replaceChildren(`Row ${r + 1}, column ${c + 1}: ${K.flat().length} products, sum `, make("strong", {}, show(Y[r][c], 3)));
		live.say(`${model.get("kernel")} kernel, ${K.length} by ${K[0].length}. ${sum.textContent}.`);
	}

	setAttributes(bar, { ontransitionend: colour }); // its colour changes when the page turns dark or light
	const resizing = resized(stage, () => {
		const beside = stage.clientWidth > 600;
		stage.classList.toggle("d2l-stacked", !beside);
		const room = beside ? (stage.clientWidth - 240) / 2 : stage.clientWidth;
		stage.style.setProperty("--cell", `${Math.min(1.5, room / X[0].length)}px`);
		if (!ends.firstChild) colour();
	});
	const parts = [stage, sum, part("controls", choice, angle, size, row, col), live];
	const reactions = { image: load, "kernel angle size": filter, "row col": move };
	const unmount = mount({ model, el }, "Kernels on a photograph", parts, reactions, [live.stop, resizing]);
	load();
	return unmount;
}

export default { render };
