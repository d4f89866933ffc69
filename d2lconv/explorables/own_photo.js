// A photograph of the reader's own, by file, paste or drop: decoded here, drawn here, and sent nowhere.
import { button, make, part, setAttributes } from "./controls.js";

const [MOST, LEAST] = [256, 15]; // pixels along the longer side, and along the shorter

/**
 * The picture in a file as brightness from 0 to 1; throws where there is none.
 * @param {File} file
 */
async function decoded(file) {
	const bitmap = await createImageBitmap(file);
	const scale = Math.min(1, MOST / Math.max(bitmap.width, bitmap.height));
	const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(scale * side)));
	const pen = /** @type {CanvasRenderingContext2D} */ (make("canvas", { width, height }).getContext("2d"));
	pen.fillStyle = "#fff"; // below what is transparent
	pen.fillRect(0, 0, width, height);
	pen.imageSmoothingQuality = "high";
	pen.drawImage(bitmap, 0, 0, width, height);
	const { data } = pen.getImageData(0, 0, width, height);
	/** @param {number} i */
	const luminance = (i) => (0.2126 * data[i] + 0.7152 * data[i + 1] + 0.0722 * data[i + 2]) / 255;
	return Array.from({ length: height }, (_, r) => Float32Array.from({ length: width }, (_, c) => luminance(4 * (r * width + c))));
}

/** @type {Element | null} the figure that was used last: a picture that is pasted is for it */
let used = null;

/**
 * @param {HTMLElement} figure where one can be dropped
 * @param {(X: Float32Array[] | null) => void} took called with the photograph, or with null for the first one again
 * @param {(text: string) => void} refuse called with the sentence about a file that is none
 */
export function ownPhoto(figure, took, refuse) {
	/** @param {File | undefined} file */
	async function read(file) {
		if (!file) return;
		const name = `“${file.name}”`;
		try {
			const X = await decoded(file);
			if (Math.min(X.length, X[0].length) < LEAST) return refuse(`${name} is too narrow: pick one that is at least ${LEAST} pixels high and wide when its longer side has ${MOST}.`);
			took(X);
			back.disabled = false;
		} catch {
			refuse(`${name} is no picture that this browser can read: pick a JPEG, PNG or WebP file.`);
		}
	}
	/** @type {HTMLInputElement} */
	const input = make("input", {
		type: "file",
		accept: "image/*",
		onchange() {
			read(input.files?.[0]);
			input.value = ""; // the same file may be picked again
		},
	});
	const back = button("Use the first photograph again", () => {
		took(null);
		back.disabled = true;
		input.focus();
	});
	back.disabled = true;
	const use = () => (used = figure);
	setAttributes(figure, {
		onpointerdown: use,
		onfocusin: use,
		ondragover: (event) => event.preventDefault(),
		ondrop(event) {
			event.preventDefault();
			read(event.dataTransfer?.files[0]);
		},
	});
	/** @param {ClipboardEvent} event */
	const paste = ({ clipboardData }) => used === figure && read(clipboardData?.files[0]);
	document.addEventListener("paste", paste);
	const el = part("own", make("label", {}, "Your own photograph", input), back, make("p", { class: "d2l-hint" }, "Or paste one, or drop one here. It stays on this device: nothing is sent."));
	return { el, stop: () => document.removeEventListener("paste", paste) };
}
