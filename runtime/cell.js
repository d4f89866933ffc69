// One cell: its code, which can be edited and is kept in the browser, the bar below it, and what it shows.
import { barOf, make } from "./bar.js";
import { editor } from "./editor.js";
import { outputs } from "./outputs.js";

/** @import { Doing } from "./bar.js" */
/** @typedef {ReturnType<typeof cellOf>} Cell */

/**
 * @param {HTMLElement} place
 * @param {string} page by which the browser keeps what is written
 * @param {string} name what the cell is called
 * @param {(doing: Doing) => void} press called with what the cell did when its button was pressed
 * @param {() => void} edited called when the code is another
 */
export function cellOf(place, page, name, press, edited) {
	const id = String(place.dataset.cell);
	const key = `d2l-cell ${page} ${place.dataset.key}`;
	const input = /** @type {HTMLElement} */ (place.querySelector(".cell_input"));
	const bar = barOf(name, `keys-${id}`, press, reset);
	const { area, write } = editor(/** @type {HTMLElement} */ (input.querySelector("pre")), `keys-${id}`, changed, () => bar.doing() === "rests" && press("rests"));
	input.append(bar.el);
	const given = area.value;
	const output = outputs(place);
	let shows = false; // whether what the cell shows is the reader's own

	const differs = () => area.value !== given;
	/** @param {Doing} doing */
	const become = (doing) => {
		bar.become(doing, differs() || shows);
		place.toggleAttribute("data-before", differs() && !shows);
	};
	/** Say what there is to say of a cell at rest. */
	const idle = () => bar.doing() === "rests" && bar.say(differs() ? `Your version${shows ? "" : ", not run yet"}` : "");

	function changed() {
		let full = false;
		try {
			if (differs()) localStorage.setItem(key, area.value);
			else localStorage.removeItem(key);
		} catch (error) {
			full = /** @type {Error} */ (error).name === "QuotaExceededError"; // else it lasts as long as the page
		}
		become(bar.doing());
		idle();
		if (full) bar.say("Your browser has no room to keep this: download the notebook with your changes.");
		edited();
	}
	function recall() {
		try {
			const kept = localStorage.getItem(key) ?? given;
			if (kept === area.value || (document.activeElement === area && document.hasFocus())) return;
			write(kept);
		} catch {
			return;
		}
		become(bar.doing());
		idle();
	}
	function reset() {
		const mine = area.value;
		output.reset();
		shows = false;
		delete place.dataset.lost;
		write(given);
		changed();
		bar.focus();
		if (mine === given) return;
		const onclick = () => {
			write(mine);
			changed();
		};
		bar.say("The book’s version.", make("button", { type: "button", onclick }, "Bring back yours"));
	}
	recall();

	return {
		...{ id, key, name, given, place, become, idle, differs },
		/** Take what was kept on another day, or in another tab, unless the reader is writing here. */
		recall,
		...{ say: bar.say, focus: bar.focus, progress: bar.progress, show: output.show },
		code: () => area.value,
		begin() {
			shows = true;
			output.begin();
		},
		/** End a run, and return what there is to read; null where there is nothing. */
		end() {
			delete place.dataset.lost;
			become("rests");
			return output.end();
		},
		/** Imports and other set-up, folded and without an output: what stands below runs it first. */
		prepares: Boolean(place.querySelector(":scope > .fold-code")) && !place.querySelector(".cell_output"),
		/** Mark that Python has forgotten it. */
		lose() {
			if (!shows || bar.doing() !== "rests") return;
			place.dataset.lost = "";
			bar.say("Python no longer knows this: run it again.");
		},
	};
}
