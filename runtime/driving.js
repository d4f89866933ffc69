// Lets a figure show what a function of the reader's gives, in the page's Python: one question at a time, always the newest.
import { Stopped, call, run, start, stop, working } from "./engine.js";
import { outputs } from "./outputs_of.js";
import { training } from "./training_of.js";

/** @typedef {import("../d2lconv/explorables/controls.js").Model<Record<string, any>>} Model */
/** @typedef {{ name: string, box: HTMLInputElement }} Exercise a function that has passed its check, and the switch */
/** @typedef {{ operator: string }} Made a function that a cell gave its figure, by the key under which Python keeps it */
/**
 * What answers the questions of one kind of figure.
 * @typedef {object} Kind
 * @property {(...shown: any[]) => object | undefined} operator what the figure asks: it says at once what is known
 * @property {(question: any) => Promise<unknown>} answer
 * @property {() => void} moved the window has another place
 * @property {() => void} [begun] Python has begun anew
 * @property {() => void} forget what the function gave before it was changed
 * @property {(question: any, before: string) => void} [offer] let the reader decide whether to wait
 */
/**
 * What such an answer needs.
 * @typedef {object} Desk
 * @property {Model} model
 * @property {string} title what sentences that begin with the function call it
 * @property {boolean} local whether an output depends on its window alone, as is checked
 * @property {(question: any) => void} ask
 * @property {(verb: string, args: any[], text?: string) => Promise<any>} reply what Python says
 * @property {() => void} again let the figure ask again, for there is an answer
 * @property {(text: string, label?: string, pressed?: () => void) => void} say
 */

const STOPPED = "Stopped. Python begins anew: cells have to run again.";
const LATE = 1000; // ms: what takes longer says so, and can be stopped

/** @type {Set<() => void>} what to do when a function has passed again */
const renewals = new Set();
/** @type {Map<string, Promise<void>>} which Python knows which function: another has begun where `start` promises another */
const known = new Map();
document.addEventListener("d2l-passed", (event) => {
	known.delete(/** @type {CustomEvent<string>} */ (event).detail);
	renewals.forEach((renew) => renew());
});

/**
 * The line below a figure: what is going on, how far it is, and a button.
 * @param {HTMLElement} line
 * @param {HTMLInputElement} [box] where the focus goes when the button goes
 */
function teller(line, box) {
	const said = Object.assign(document.createElement("span"), { role: "status" });
	const bar = Object.assign(document.createElement("progress"), { hidden: true, ariaLabel: "Python on its way" });
	const button = Object.assign(document.createElement("button"), { type: "button", hidden: true });
	let act = () => {};
	// The second click of a double click would meet another button.
	button.addEventListener("click", ({ detail }) => detail > 1 || act());
	line.replaceChildren(said, bar, button);
	return {
		/**
		 * @param {string} text
		 * @param {string} [label] of the button
		 * @param {() => void} [pressed]
		 */
		say(text, label = "", pressed = () => {}) {
			const focused = document.activeElement === button;
			if (said.textContent !== text) said.textContent = text;
			button.textContent = label;
			button.hidden = !label;
			bar.hidden = true;
			act = pressed;
			if (focused && !label) box?.focus();
		},
		/**
		 * @param {number} value
		 * @param {number} max
		 */
		progress: (value, max) => Object.assign(bar, { max, value, hidden: false }),
	};
}

/** @param {string} name */
const global = (name) => `_your_${name}`;

/**
 * What tells Python the function that has passed: apart from what this page's cells make, which may have its name.
 * @param {string} name
 */
function definition(name) {
	let codes;
	try {
		({ codes } = JSON.parse(String(localStorage.getItem(`d2l-passed ${name}`))));
	} catch {
		return `${global(name)} = ${name}`; // nothing is kept here: it has passed on this page
	}
	return `_yours = {"__name__": "__main__"}
for _code in ${JSON.stringify(codes)}:
    try:
        exec(_code, _yours)
    except Exception:
        pass
${global(name)} = _yours["${name}"]`;
}

/**
 * Let Python know the function that has passed; false if it does already.
 * @param {string} name
 */
async function introduce(name) {
	const python = start();
	if (known.get(name) === python) return false;
	known.set(name, python);
	const { ok } = await run(definition(name), name, () => {});
	if (ok) return true;
	known.delete(name);
	throw new Error(`Your ${name} was not found: run its cell in the exercises once more.`);
}

/**
 * Let a figure show what a function gives.
 * @param {Model} model
 * @param {string} title what sentences that begin with the function call it
 * @param {HTMLElement} line
 * @param {Exercise | Made} by
 * @returns {() => void} what ends it
 */
export function drive(model, title, line, by) {
	const { name, box, operator } = /** @type {Partial<Exercise & Made>} */ (by);
	const { say, progress } = teller(line, box);
	const key = operator ?? global(String(name));
	let [over, busy, fresh] = [false, false, true];
	/** @type {any} the newest question, if nobody works on it yet */
	let next;
	/** @type {any} the one that Python works on */
	let now;

	/** Whether Python works for this figure, or for another with the same function. */
	const mine = () => working().endsWith(` ${key}`) || working() === `run ${name}`;

	/**
	 * Wait for Python; where that takes long, say so.
	 * @template Value
	 * @param {Promise<Value>} answer
	 * @param {string} text
	 * @param {number} [ms] how long nothing is said
	 */
	async function patiently(answer, text, ms = LATE) {
		let late = false;
		/** @type {ReturnType<typeof setTimeout>} */
		let timer;
		const tell = () => {
			late = true;
			if (mine()) return say(text, "Stop", stop);
			say(`${title} waits for a cell.`);
			timer = setTimeout(tell, 300);
		};
		timer = setTimeout(tell, ms);
		try {
			const value = await answer;
			if (late) say("");
			return value;
		} finally {
			clearTimeout(timer);
		}
	}

	/** Start Python, if it is not there; what that takes is shown. */
	async function begun() {
		let shown = false;
		/** @param {string} text */
		const show = (text) => {
			shown = true;
			say(text, "Cancel", stop);
		};
		const timer = setTimeout(show, LATE, "Python is starting.");
		const python = start((loaded, total) => {
			clearTimeout(timer);
			show(`Python comes into this page: ${Math.round(total / 1e6)} MB, from the network once.`);
			progress(loaded, total);
		});
		await python.finally(() => clearTimeout(timer));
		if (shown) say("");
	}

	/** @param {any} question */
	async function ask(question) {
		next = question;
		if (busy) return;
		busy = true;
		try {
			await begun();
			while (next && !over) {
				[now, next, fresh] = [next, undefined, true];
				if (name && (await patiently(introduce(name), `${title} is on its way.`))) kind.begun?.();
				await kind.answer(now);
				if (!fresh) renew();
			}
		} catch (error) {
			const question = now;
			now = next = undefined;
			if (!over) failed(/** @type {Error} */ (error), question);
		}
		now = undefined;
		busy = false;
	}

	/**
	 * @param {Error} error
	 * @param {any} question
	 */
	function failed(error, question) {
		const stopped = error instanceof Stopped;
		if (stopped && question?.all) return kind.offer?.(question, `${STOPPED} `);
		end();
		if (box) box.checked = false;
		say(stopped ? (question ? STOPPED : "Cancelled.") : error.message);
		if (!operator) return;
		const output = { ...model.get("_output"), of: { _operator: "" }, unseen: [`Run the cell again to see what ${title} gives.`] };
		model.set("_operator", () => output);
		model.set("_output", { ...model.get("_output") });
	}

	const again = () => over || model.set("_output", { ...model.get("_output") });
	/** @type {Kind} */
	const kind = (model.get("weight") ? training : outputs)({
		model,
		title,
		local: !operator,
		ask,
		reply: (verb, args, text) => patiently(call(verb, key, ...args), text ?? `${title} is still at work.`, text ? 0 : LATE),
		again,
		say,
	});
	const renew = () => {
		if (!line.isConnected) return end(); // the cell that made the figure has run again
		fresh = false; // what is computed now is to be computed again
		kind.forget();
		again();
	};

	function end() {
		if (now?.all && mine()) stop();
		over = true;
		renewals.delete(renew);
		model.off("change:row change:col", kind.moved);
		model.set("_operator", undefined);
		model.set("_output", { ...model.get("_output") });
		say("");
	}

	renewals.add(renew);
	model.on("change:row change:col", kind.moved);
	model.set("_operator", kind.operator);
	again();
	return end;
}
