// A photograph of the reader's own, by file, paste or drop: decoded here, drawn here, and sent nowhere.
import { button, make, part, setAttributes } from "./controls.js";

// How many pixels there are at most along the longer side, and at least along the shorter.
const [MOST, LEAST] = [256, 15];

/**
 * The picture in a file as brightness from 0 to 1, which throws where there is none.
 * @param {File} file
 */
async function decoded(file) {
	const bitmap = await createImageBitmap(file);
	const scale = Math.min(1, MOST / Math.max(bitmap.width, bitmap.height));
	const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.round(scale * side));
	if (Math.min(width, height) < LEAST) throw file;
	const pen = /** @type {CanvasRenderingContext2D} */ (make("canvas", { width, height }).getContext("2d"));
	// White is below what is transparent.
	pen.fillStyle = "#fff";
	pen.fillRect(0, 0, width, height);
	pen.imageSmoothingQuality = "high";
	pen.drawImage(bitmap, 0, 0, width, height);
	const { data } = pen.getImageData(0, 0, width, height);
	/** @param {number} i */
	const luminance = (i) => (0.2126 * data[i] + 0.7152 * data[i + 1] + 0.0722 * data[i + 2]) / 255;
	return Array.from({ length: height }, (_, r) => Float32Array.from({ length: width }, (_, c) => luminance(4 * (r * width + c))));
}

/**
 * @param {HTMLElement} figure where one can be dropped, or pasted while it has the pointer or the focus
 * @param {(X?: Float32Array[]) => void} took called with the photograph, or without one to use the first again
 * @param {(text: string) => void} refuse called with the sentence about a file that is none
 */
export function ownPhoto(figure, took, refuse) {
	/** @param {DataTransfer | HTMLInputElement | null} from */
	async function read(from) {
		const file = from?.files?.[0];
		if (!file) return;
		try {
			took(await decoded(file));
		} catch {
			refuse(`“${file.name}” is no picture that this browser can read, or far too narrow: pick a JPEG or PNG file.`);
		}
	}
	/** @type {HTMLInputElement} */
	const input = make("input", {
		type: "file",
		accept: "image/*",
		onchange: () => read(input),
	});
	const back = button("Use the first photograph again", () => {
		took();
		input.value = "";
	});
	setAttributes(figure, {
		ondragover: (event) => event.preventDefault(),
		ondrop(event) {
			event.preventDefault();
			read(event.dataTransfer);
		},
	});
	/** @param {ClipboardEvent} event */
	const paste = ({ clipboardData }) => figure.matches(":hover,:focus-within") && read(clipboardData);
	document.addEventListener("paste", paste);
	const line = make("p", { class: "d2l-hint" }, "Or paste or drop one. It stays on this device: nothing is sent.");
	const el = part("own", make("label", {}, "Your own photograph", input), back, line);
	return { el, stop: () => document.removeEventListener("paste", paste) };
}
