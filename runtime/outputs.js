// What a cell shows when it runs, dressed as the book's own outputs are. What the book shows there waits behind it.

/** @import { Part } from "./engine.js" */

const LONG = 2000;
const CLASSES = { stdout: "stream", stderr: "stderr", value: "text_plain", error: "traceback" };

/**
 * @param {string} classes
 * @param {Node[]} parts
 */
const box = (classes, ...parts) => {
	const made = Object.assign(document.createElement("div"), { className: classes });
	made.append(...parts);
	return made;
};

/** @param {Element} cell */
export function outputs(cell) {
	const given = cell.querySelector(".cell_output");
	const fold = given?.closest("details");
	const place = box("cell_output docutils container");
	let fresh = false; // whether what is shown belongs to this run

	/** @param {boolean} own */
	function showOwn(own) {
		given?.toggleAttribute("hidden", own);
		if (fold) fold.open = own;
		if (!own) place.remove();
		else if (given) given.after(place);
		else cell.append(place);
	}
	/** What was there makes room when the first of the new has come, so that nothing jumps up and down. */
	function clear() {
		if (fresh) return;
		fresh = true;
		place.replaceChildren();
		showOwn(true);
	}
	/**
	 * @param {"stdout" | "stderr" | "value" | "error"} kind
	 * @param {string} text
	 */
	function write(kind, text) {
		const last = place.lastElementChild;
		const grows = kind.startsWith("std") && last?.classList.contains(CLASSES[kind]);
		const pre = (grows && last?.querySelector("pre")) || document.createElement("pre");
		if (kind === "error") {
			const [, trace, said] = /** @type {RegExpMatchArray} */ (text.trimEnd().match(/^([^]*\n|)(.*)$/));
			pre.append(trace, Object.assign(document.createElement("strong"), { textContent: said }));
		} else if (text.includes("\r")) {
			// Back to the start of the line, as a bar of progress goes.
			pre.textContent = (pre.textContent + text).replaceAll("\r\n", "\n").replace(/[^\n]*\r(?=[^\n])/g, "");
		} else pre.append(text);
		if (pre.textContent.length > LONG) pre.tabIndex = 0; // it scrolls
		if (!grows) place.append(box(`output ${CLASSES[kind]} highlight-myst-ansi notranslate`, box("highlight", pre)));
	}

	return {
		begin: () => (fresh = false),
		/** @param {Part} part */
		show(part) {
			clear();
			if (part.kind === "text") write(part.stream, part.text);
			else if (part.kind === "image") {
				const src = `data:image/svg+xml,${encodeURIComponent(part.svg)}`;
				place.append(box("output", Object.assign(new Image(), { alt: "Picture drawn by this cell", src })));
			} else if (part.kind === "figure") {
				const figure = place.appendChild(box("output"));
				import("./figures.js")
					.then(({ showFigure }) => showFigure(part, figure))
					.catch(({ message }) => (figure.textContent = `This figure could not be drawn (${message}).`));
			} else write(part.kind, part.text);
		},
		/** Say what there is to read once the run is over; null where there is nothing. */
		end() {
			clear();
			return place.hasChildNodes() ? place.textContent.trim() : null;
		},
		reset: () => showOwn(false),
	};
}
