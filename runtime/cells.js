// Python in the page: each cell with a `data-cell` can be edited, run and stopped. The engine comes with the first press.
// The style, cells.css, is for the page's head: it keeps the bars' places free before this script is there.
import { barOf, make } from "./bar.js";
import { editor } from "./editor.js";
import { notebook } from "./notebook.js";
import { outputs } from "./outputs.js";
import { answers, pageOf, pass, remember } from "./passed.js";

/** @import { Ran } from "./engine.js" */
/** @typedef {ReturnType<typeof cellOf>} Cell */
/** @typedef {{ cell: Cell, group: object }} Turn what one press asks for ends at its first error */

const LONG = 10; // seconds after which a run may be one without an end

/** @type {typeof import("./engine.js") | undefined} */
let engine;
let unwanted = false; // whether a start was cancelled before the engine was there
/** @type {Turn[]} what was asked for and has not ended */
let line = [];
/** @type {Map<Cell, string>} what this Python has run */
const ran = new Map();

const live = make("div", { className: "cell-live", role: "status" });
/** @param {string} text for who does not see the page */
const announce = (text) => (live.textContent = text);

/** @type {Cell[]} */
const cells = [];
for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-cell]"))) cells.push(cellOf(place));
document.body.append(live);
const tellNotebook = notebook(() => new Map(cells.filter((cell) => cell.edited()).map((cell) => [cell.id, cell.code()])), announce);
remember();
addEventListener("storage", ({ key }) => {
	if (!key) return;
	cells.find((cell) => cell.key === key)?.recall();
	remember(key);
});

/** @param {HTMLElement} place */
function cellOf(place) {
	const id = String(place.dataset.cell);
	const key = `d2l-cell ${pageOf(location.pathname)} ${id}`;
	const input = /** @type {HTMLElement} */ (place.querySelector(".cell_input"));
	const section = place.closest("section");
	const asked = [...document.querySelectorAll(".exercise.admonition")].findLast((box) => box.compareDocumentPosition(place) & 4 && box.closest("section") === section);
	const name = asked?.querySelector(".caption-number")?.textContent.trim() ?? `Cell ${cells.length + 1}`;
	const bar = barOf(name, `keys-${id}`, press, reset);
	const { area, write } = editor(/** @type {HTMLElement} */ (input.querySelector("pre")), `keys-${id}`, changed, () => ask([cell]));
	input.after(bar.el);
	const given = area.value;
	answers(asked, given);
	const output = outputs(place);
	let shows = false; // whether an output of the reader's own stands here
	/** @type {import("./bar.js").Doing} */
	let doing = "rests";

	const edited = () => area.value !== given;
	/** @param {import("./bar.js").Doing} now */
	function become(now) {
		doing = now;
		bar.become(doing, edited() || shows);
	}
	/** Say what there is to say of a cell at rest. */
	const idle = () => doing === "rests" && bar.say(edited() ? "Your version" : "");

	function changed() {
		try {
			if (edited()) localStorage.setItem(key, area.value);
			else localStorage.removeItem(key);
		} catch {
			// it lasts as long as the page
		}
		become(doing);
		idle();
		tellNotebook();
	}
	/** Take what was kept on another day, or in another tab, unless the reader is writing here. */
	function recall() {
		try {
			const kept = localStorage.getItem(key) ?? given;
			if (kept === area.value || document.activeElement === area) return;
			write(kept);
		} catch {
			return;
		}
		become(doing);
		idle();
	}
	/** @param {import("./bar.js").Doing} seen what the cell did when its button was pressed */
	function press(seen) {
		if (seen === "rests") ask([cell]);
		else if (seen === "waits") leave("", (turn) => turn.cell === cell);
		else if (engine) engine.stop();
		else unwanted = true;
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
		const again = () => {
			write(mine);
			changed();
		};
		bar.say("The book’s version.", make("button", { type: "button", onclick: again }, "Bring back yours"));
	}

	const cell = {
		...{ id, key, name, place, bar, edited, become, idle, recall },
		output: { ...output, begin: () => ((shows = true), output.begin()) },
		code: () => area.value,
		above: () => cells.slice(0, cells.indexOf(cell)),
		/** Imports and other set-up, folded and without an output: run by itself before what needs it. */
		prepares: Boolean(place.querySelector(":scope > .fold-code")) && !place.querySelector(".cell_output"),
		/** Mark that Python has forgotten it. */
		lose() {
			if (!shows) return;
			place.dataset.lost = "";
			bar.say("Python no longer knows this: run it again.");
		},
	};
	recall();
	return cell;
}

/**
 * Let cells run, one after the other, when all that was asked before has ended.
 * @param {Cell[]} chosen
 */
function ask(chosen) {
	const group = {};
	const resting = line.length === 0;
	for (const cell of chosen) {
		if (line.some((turn) => turn.cell === cell)) continue;
		line.push({ cell, group });
		cell.become("waits");
		cell.bar.say("Waits for the cell before it.");
	}
	if (resting) work();
}

async function work() {
	while (line.length) {
		const { cell, group } = line[0];
		const ok = await run(cell);
		if (!ok) leave(`Not run: there is an error in ${cell.name}.`, (turn) => turn.group === group);
		line.shift();
	}
}

/**
 * Let some no longer wait.
 * @param {string} text what is said in their place
 * @param {(turn: Turn) => boolean} [which]
 */
function leave(text, which = () => true) {
	const gone = line.filter((turn, place) => place > 0 && which(turn));
	line = line.filter((turn) => !gone.includes(turn));
	for (const { cell } of gone) {
		cell.become("rests");
		if (text) cell.bar.say(text);
		else cell.idle();
	}
}

/**
 * Run a cell, and say whether it came to its end without an error.
 * @param {Cell} cell
 */
async function run(cell) {
	cell.become("loads");
	cell.bar.say("Starting Python …");
	try {
		engine ??= await import("./engine.js").catch(() => {
			throw new Error("Python could not be fetched. Check the connection, and reload the page: what you wrote is kept.");
		});
		if (unwanted) throw new engine.Stopped();
		let told = false;
		await engine.start((loaded, total) => {
			cell.bar.progress(loaded, total);
			if (!told) announce(`Python is being fetched: ${Math.round(total / 1e6)} MB, once.`);
			told = true;
		});
	} catch (error) {
		unwanted = false;
		return failed(cell, /** @type {Error} */ (error));
	}
	cell.become("runs");
	cell.bar.say("Running …");
	const began = Date.now();
	const clock = setInterval(() => {
		const seconds = Math.floor((Date.now() - began) / 1000);
		if (seconds < LONG) return;
		const text = `Still running after ${seconds} s. A loop may never end: Stop ends it.`;
		cell.bar.say(text);
		if (seconds === LONG) announce(text);
	}, 1000);
	let here = true;
	try {
		for (const one of [...cell.above().filter((other) => other.prepares && !ran.has(other)), cell]) {
			const code = one.code();
			one.output.begin();
			const result = await engine.run(code, one.name, (part) => here && one.output.show(part));
			tell(one, code, result);
			if (result.ok) continue;
			if (one !== cell) notRun(cell, one);
			return false;
		}
		return true;
	} catch (error) {
		return stopped(cell, /** @type {Error} */ (error));
	} finally {
		here = false;
		clearInterval(clock);
	}
}

/**
 * Say that a cell could not run, because what prepares it has an error.
 * @param {Cell} cell
 * @param {Cell} first
 */
function notRun(cell, first) {
	first.place.querySelector("details")?.setAttribute("open", "");
	cell.become("rests");
	cell.bar.say(`Not run: there is an error in ${first.name}, above.`);
}

/**
 * Say what came of a run.
 * @param {Cell} cell
 * @param {string} code
 * @param {Ran} result
 */
function tell(cell, code, { ok, missing, checks }) {
	const text = cell.output.end();
	delete cell.place.dataset.lost;
	cell.become("rests");
	if (ok) ran.set(cell, code);
	const before = cells.filter((other) => other !== cell && ran.has(other)).map((other) => String(ran.get(other)));
	const names = Object.keys(checks);
	for (const name of names) if (checks[name]) pass(name, [...before, code]);
	const first = cell.above().filter((other) => !ran.has(other));
	if (!ok) {
		announce(`Error: ${text?.split("\n").pop()}`);
		if (missing && first.some((other) => other.code().match(/[\p{L}_][\p{L}\p{N}_]*/gu)?.includes(missing))) {
			cell.bar.say(`“${missing}” is not defined yet. Cells above may define it.`, offer(cell, [...cell.above(), cell]));
		} else cell.idle();
	} else if (names.length && names.every((name) => checks[name])) {
		cell.bar.say("", make("span", { className: "cell-passed" }, "Passed"));
		announce(`Passed. ${text}`);
	} else if (text === null) {
		cell.bar.say("Done: nothing to show.");
		announce("Done: nothing to show.");
	} else {
		cell.idle();
		announce(`Done. ${text.slice(0, 200)}`);
	}
}

/**
 * @param {Cell} cell
 * @param {Cell[]} chosen
 */
function offer(cell, chosen) {
	const onclick = () => {
		cell.bar.focus();
		ask(chosen);
	};
	return make("button", { type: "button", onclick }, "Run all above");
}

/**
 * Say that Python did not start.
 * @param {Cell} cell
 * @param {Error} error
 */
function failed(cell, error) {
	cell.become("rests");
	const cancelled = engine && error instanceof engine.Stopped;
	const text = cancelled ? "Cancelled." : error.message;
	const link = cancelled ? null : document.querySelector('.bd-sidebar-primary a[href$="run-it-yourself.html"]')?.cloneNode(true);
	cell.bar.say(text, ...(link ? [link] : []));
	announce(text);
	leave("Not run: Python did not start.");
	return false;
}

/**
 * Say that Python was stopped, or broke down, and what that means for other cells.
 * @param {Cell} cell
 * @param {Error} error
 */
function stopped(cell, error) {
	cell.become("rests");
	ran.clear();
	for (const other of cells) if (other !== cell) other.lose();
	leave("Not run: Python was stopped.");
	const own = error instanceof /** @type {typeof import("./engine.js")} */ (engine).Stopped;
	const text = own ? "Stopped. Python begins anew: what earlier cells defined is gone. Run them again." : error.message;
	cell.bar.say(text, ...(cell.above().length ? [offer(cell, cell.above())] : []));
	announce(text);
	if (own) engine?.start(() => {}).catch(() => {}); // the next press need not wait for it
	return false;
}
