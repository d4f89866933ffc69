// Named kernels on a photograph: pick one, turn it, widen it, compare the pictures.
import { grey, signed } from "./colours.js";
import { capital, counter, make, mount, part, pointed, put, select, setAttributes, sign, slider, speaker } from "./controls.js";
import { framed, grid, preview } from "./grid.js";
import { corr2d, inside, largest, shape, show } from "./numbers.js";

/** @import { Shade } from "./colours.js" */
/** @import { Child, View } from "./controls.js" */
/** @import { Place } from "./grid.js" */
/** @typedef {{ shape: [number, number], bytes: DataView }} Photograph one byte per pixel */
/** @typedef {{ image: Photograph, kernel: string, angle: number, size: number, row: number, col: number }} Traits */
/** @typedef {{ make: (size: number, angle: number) => number[][], step?: number, sized?: boolean }} Recipe */

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
 * @param {number} angle in degrees
 */
function gabor(size, angle) {
	const theta = (angle * Math.PI) / 180;
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
 * @param {number} angle in degrees
 */
function edge(_, angle) {
	const theta = (angle * Math.PI) / 180;
	return centred(3, (y, x) => (-Math.cos(theta) * x * (2 - Math.abs(y)) + Math.sin(theta) * y * (2 - Math.abs(x))) / 8);
}

/**
 * Whether the axis nearest to an angle runs down, by the formula that `FilterLab` has; halfway is the next one.
 * @param {number} angle in degrees, from 0
 */
const upright = (angle) => Math.floor(angle / 90 + 0.5) % 2 === 1;

/**
 * How each is made, as in `d2lconv.filters`; the step of its angle; whether it has a size.
 * @type {Record<string, Recipe>}
 */
const KERNELS = {
	edge: { make: edge, step: 5 },
	"second difference": { make: (_, angle) => (upright(angle) ? [[1], [-2], [1]] : [[1, -2, 1]]), step: 90 },
	"box blur": { make: (size) => centred(size, () => 1 / size ** 2), sized: true },
	"Gaussian blur": { make: gaussian, sized: true },
	sharpen: { make: (size) => map(gaussian(size), (k, a, b) => 2 * identity(size)[a][b] - k), sized: true },
	Gabor: { make: gabor, step: 5, sized: true },
	identity: { make: identity, sized: true },
};

/**
 * A matrix drawn as pixels.
 * @param {string} name
 * @param {(place: Place | null) => void} hover called with the pixel under the pointer
 * @param {(place: Place) => void} press called with the pixel that is pressed, or reached by a drag
 * @param {Child[]} more what stands below it
 */
function picture(name, hover, press, ...more) {
	const canvas = make("canvas", { role: "img", "aria-label": name });
	const [frame, ghost] = [part("frame"), part("frame d2l-ghost")];
	/**
	 * @param {number[]} spot
	 * @returns {Place}
	 */
	const pixel = ([down, right]) => [Math.floor(down * canvas.height), Math.floor(right * canvas.width)];
	pointed(canvas, {
		hover: (spot) => hover(spot && pixel(spot)),
		press: (spot) => press(pixel(spot)),
		drag: (spot) => press(pixel(spot)),
	});
	const el = make("figure", { class: "d2l-grid" }, make("figcaption", {}, name), part("body", canvas, frame, ghost), ...more);
	return {
		el,
		/** @param {Parameters<typeof framed>} place */
		frame: (...place) => setAttributes(frame, framed(...place)),
		/** @param {Parameters<typeof framed> | null} place */
		preview: (place) => preview(ghost, place),
		/** @param {number} pixels how large one number is drawn */
		size(pixels) {
			el.style.setProperty("--cell", `${pixels}px`);
		},
		/**
		 * @param {(Float32Array | Float64Array)[]} M
		 * @param {string} label
		 * @param {Shade} shade
		 */
		paint(M, label, shade) {
			const dark = getComputedStyle(canvas).colorScheme === "dark";
			const [height, width] = [M.length, M[0].length];
			setAttributes(canvas, { height, width, style: `width:calc(var(--cell)*${width})`, "aria-label": `${label}, ${height} by ${width} pixels` });
			const image = new ImageData(width, height);
			M.forEach((row, i) => row.forEach((v, j) => image.data.set([...shade(v, dark), 255], 4 * (i * width + j))));
			canvas.getContext("2d")?.putImageData(image, 0, 0);
		},
	};
}

/** @param {View<Traits>} view */
function render({ model, el }) {
	let /** @type {Float32Array[]} */ X, /** @type {number[][]} */ K, /** @type {Float64Array[]} */ Y;
	/** @type {Place} the pixel under the kernel's middle: it stays where it is while the kernel changes */
	let spot;
	let limit = 1; // the magnitude of the deepest colours
	/** @returns {Place} */
	const half = () => [K.length >> 1, K[0].length >> 1];
	/** @param {Place} middle */
	const corner = ([r, c]) => inside(Y, r - half()[0], c - half()[1]);
	/** @param {Place} middle */
	const place = (middle) => {
		const [row, col] = corner(middle);
		put(model, { row, col });
	};
	/** @param {Partial<Traits>} change */
	const pick = (change) => {
		const kept = spot;
		put(model, change);
		place(kept);
		spot = kept; // even where a large kernel has to keep off the edge
	};
	/** @param {Place | null} middle */
	const ahead = (middle) => {
		const at = middle && corner(middle);
		photo.preview(at && [...at, K.length, K[0].length]);
		answer.preview(at && [...at, 1, 1]);
	};
	/** @param {Place} at the upper left corner of a window, which is the output's place */
	const middleOf = ([r, c]) => /** @type {Place} */ ([r + half()[0], c + half()[1]]);
	const bar = part("bar");
	const ends = part("ends");
	const photo = picture("Photograph", ahead, place);
	const answer = picture("Feature map", (at) => ahead(at && middleOf(at)), (at) => place(middleOf(at)), bar, ends);
	const middle = part("kernel");
	const stage = part("stage", photo, sign("⋆"), middle, sign("="), answer);
	const sum = part("sum");
	const live = speaker();
	const choice = select("Kernel", Object.keys(KERNELS).map((name) => [name, capital(name)]), (kernel) => pick({ kernel }));
	const angle = slider("Angle", (angle) => pick({ angle }));
	const size = slider("Size", (size) => pick({ size }));
	const row = counter("Row", model, "row");
	const col = counter("Column", model, "col");

	function load() {
		const { shape: [height, width], bytes } = model.get("image");
		/** @param {number} i */
		const row = (i) => new Float32Array(new Uint8Array(bytes.buffer, bytes.byteOffset + i * width, width)).map((v) => v / 255);
		X = Array.from({ length: height }, (_, i) => row(i));
		photo.paint(X, "The photograph", grey);
		filter();
	}

	function filter() {
		correlate();
		limit = largest(Y); // it stays while the angle turns, so that one colour means one number
		write();
	}

	function turn() {
		correlate();
		write();
	}

	const recipe = () => KERNELS[model.get("kernel")];
	const angleNow = () => ((model.get("angle") % 360) + 360) % 360;

	function correlate() {
		K = recipe().make(model.get("size"), angleNow());
		Y = corr2d(X, K);
	}

	function write() {
		const { step, sized } = recipe();
		const turned = step === 90 ? 90 * Number(upright(angleNow())) : angleNow();
		choice.input.value = model.get("kernel");
		angle.update({ value: turned, max: step === 90 ? 90 : 355, step: step ?? 5, text: step ? `${+turned.toFixed(2)}°` : "none", disabled: !step });
		size.update({ value: model.get("size"), min: 3, max: 15, step: 2, text: shape(K), disabled: !sized });
		const kernel = grid("Kernel", K);
		kernel.size(Math.min(50, 150 / Math.max(K.length, K[0].length)));
		kernel.values(map(K, (k) => +k.toFixed(12)), signed(largest(K)), 3);
		middle.replaceChildren(kernel.el);
		colour();
		move();
	}

	/** What keeps brightness is an image, from black to white; anything else has a sign. */
	function colour() {
		if (!bar.isConnected) return; // whether the page is dark is not known yet
		const image = Math.abs(total(K) - 1) < 1e-9;
		bar.classList.toggle("d2l-grey", image);
		ends.replaceChildren(...(image ? ["0 black", "1 white"] : [show(-limit, 2), "0", show(limit, 2)]).map((text) => make("span", {}, text)));
		answer.paint(Y, `Feature map of the ${model.get("kernel")} kernel`, image ? grey : signed(limit));
	}

	function move() {
		const [r, c] = inside(Y, model.get("row"), model.get("col"));
		spot = middleOf([r, c]);
		photo.frame(r, c, K.length, K[0].length);
		answer.frame(r, c, 1, 1);
		row.moveTo(r, Y.length);
		col.moveTo(c, Y[0].length);
		sum.replaceChildren(`Row ${r + 1}, column ${c + 1}: ${K.flat().length} products, sum `, make("strong", {}, show(Y[r][c], 3)));
		live.say(`${model.get("kernel")} kernel, ${K.length} by ${K[0].length}. ${sum.textContent}.`);
	}

	function fit() {
		const width = stage.clientWidth || 600; // JupyterLab gives room later
		stage.dataset.layout = width > 600 ? "row" : "pair";
		const room = width > 600 ? (width - 270) / 2 : (width - 12) / 2;
		for (const { size } of [photo, answer]) size(Math.min(1.5, room / X[0].length));
		if (!ends.firstChild) colour();
	}

	load();
	setAttributes(bar, { ontransitionend: colour }); // the page has turned dark or light
	const print = matchMedia("print"); // paper is light
	print.addEventListener("change", colour);
	const parts = [stage, part("controls", choice, angle, size, row, col), sum, live];
	const reactions = { image: load, "kernel size": filter, angle: turn, "row col": move };
	const stops = [live.stop, () => print.removeEventListener("change", colour)];
	return mount({ model, el }, "Kernels on a photograph", parts, reactions, fit, stops);
}

export default { render };
