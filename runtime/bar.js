// The bar below a cell: what can be pressed, and what is said.

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Partial<HTMLElementTagNameMap[Tag]>} [traits]
 * @param {(string | Node)[]} inside
 */
export function make(tag, traits = {}, ...inside) {
	const made = Object.assign(document.createElement(tag), traits);
	made.append(...inside);
	return made;
}

/** @param {number} bytes */
const mega = (bytes) => Math.round(bytes / 1e6);
const LABELS = { rests: "Run", waits: "Cancel", loads: "Cancel", runs: "Stop" };
/** @typedef {keyof typeof LABELS} Doing what a cell does */

/**
 * @param {string} name what the cell is called
 * @param {string} id of the sentence about keys
 * @param {(doing: Doing) => void} press
 * @param {() => void} reset
 */
export function barOf(name, id, press, reset) {
	/** @type {Doing} */
	let doing = "rests";
	const main = make("button", { type: "button", className: "cell-run" }, LABELS.rests);
	const back = make("button", { type: "button", hidden: true, onclick: reset }, "Reset cell");
	const bytes = make("progress", { hidden: true, ariaLabel: "Python, in megabytes" });
	const said = make("span", { className: "cell-said" });
	const keys = make("span", { className: "cell-keys", id }, "Ctrl-Enter runs, Tab indents; Escape, then Tab leaves.");
	const el = make("footer", { className: "cell-bar", role: "group", ariaLabel: name }, main, back, bytes, said, keys);
	// A key held down, or the second half of a double click, would stop what the first press has begun.
	main.addEventListener("keydown", (event) => event.repeat && event.preventDefault());
	main.addEventListener("click", ({ detail }) => detail < 2 && press(doing));

	/**
	 * @param {string} text
	 * @param {(string | Node)[]} more
	 */
	function say(text, ...more) {
		if (said.contains(document.activeElement)) main.focus(); // what was pressed goes
		bytes.hidden = true;
		said.replaceChildren(...[text, ...more].filter(Boolean).flatMap((part) => [part, " "]));
	}
	return {
		el,
		say,
		doing: () => doing,
		focus: () => main.focus(),
		/**
		 * @param {Doing} now
		 * @param {boolean} own whether there is anything of the reader's in the cell
		 */
		become(now, own) {
			doing = el.dataset.doing = now;
			main.textContent = LABELS[now];
			back.hidden = now !== "rests" || !own;
		},
		/**
		 * @param {number} loaded
		 * @param {number} total
		 */
		progress(loaded, total) {
			const [now, all] = [mega(loaded), mega(total)];
			if (loaded >= total) return say("Starting Python …");
			say(`Python comes into this page: ${all} MB, from the network once.`, make("span", { className: "cell-bytes" }, `${now} of ${all} MB`));
			Object.assign(bytes, { hidden: false, max: total, value: loaded });
			bytes.setAttribute("aria-valuetext", `${now} of ${all} MB`);
		},
	};
}
