// Python in the page: each cell with a `data-cell` can be edited, run and stopped. The engine comes with the first press.
// The style, cells.css, is for the page's head: it keeps the bars' places free before this script is there.
import { make } from "./bar.js";
import { cellOf } from "./cell.js";
import { notebook } from "./notebook.js";
import { answers, pageOf, pass, remember } from "./passed.js";

/** @import { Ran } from "./engine.js" */
/** @import { Doing } from "./bar.js" */
/** @import { Cell } from "./cell.js" */
/** @typedef {{ cell: Cell, group: object }} Turn what one press asks for ends at its first error */

const LONG = 10; // seconds after which a run may be one without an end

/** @type {typeof import("./engine.js") | undefined} */
let engine;
let unwanted = false; // whether a start was cancelled before the engine was there
/** @type {Promise<void> | undefined} the start of the Python that has run cells: another one knows nothing of them */
let python;
/** @type {Turn[]} what was asked for and has not ended */
let line = [];
/** @type {Map<Cell, string>} what this Python has run */
const ran = new Map();

const live = document.body.appendChild(make("div", { className: "cell-live", role: "status" }));
/** @param {string} text for who does not see the page */
const announce = (text) => (live.textContent = text);

const page = pageOf(location.pathname);
/** @type {Cell[]} */
const cells = [];
const tellNotebook = notebook(() => new Map(cells.filter((cell) => cell.differs()).map((cell) => [cell.id, cell.code()])), announce);
const boxes = [...document.querySelectorAll(".exercise.admonition")];
for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-cell]"))) {
	const section = place.closest("section");
	const asked = boxes.findLast((box) => box.compareDocumentPosition(place) & 4 && box.closest("section") === section);
	const name = asked?.querySelector(".caption-number")?.textContent.trim() ?? `Cell ${cells.length + 1}`;
	/** @type {Cell} */
	const cell = cellOf(place, page, name, (doing) => press(cell, doing), tellNotebook);
	cells.push(cell);
	if (asked) answers(asked, cell.given);
}
tellNotebook();
/** Figures of the page may show what a function gives that has passed. */
const figures = () => import("./figures.js").catch(() => {});
if (remember()) figures();
addEventListener("pageshow", ({ persisted }) => persisted && cells.forEach((cell) => cell.recall())); // kept while another was read
addEventListener("storage", ({ key }) => {
	if (!key) return; // all was deleted there: here it stays
	cells.find((cell) => cell.key === key)?.recall();
	remember();
});

/** @param {Cell} cell */
const above = (cell) => cells.slice(0, cells.indexOf(cell));

/**
 * @param {Cell} cell
 * @param {Doing} doing what it did when its button was pressed
 */
function press(cell, doing) {
	if (doing === "rests") ask([cell]);
	else if (doing === "waits") leave("", (turn) => turn.cell === cell);
	else if (engine) engine.stop();
	else unwanted = true;
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
		if (line[0].cell !== cell) cell.say(`Waits for ${line[0].cell.name}.`);
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
		if (text) cell.say(text);
		else cell.idle();
	}
}

/**
 * Run a cell, and say whether it came to its end without an error.
 * @param {Cell} cell
 */
async function run(cell) {
	cell.become("loads");
	cell.say("Starting Python …");
	try {
		engine ??= await import("./engine.js").catch(() => {
			throw new Error("Python could not be fetched. Check the connection, and reload the page: what you wrote is kept.");
		});
		if (unwanted) throw new engine.Stopped();
		let told = false;
		const begun = engine.start((loaded, total) => {
			cell.progress(loaded, total);
			if (!told) announce(`Python comes into this page: ${Math.round(total / 1e6)} MB, from the network once.`);
			told = true;
		});
		await begun;
		if (python && python !== begun) forget();
		python = begun;
	} catch (error) {
		unwanted = false;
		return failed(cell, /** @type {Error} */ (error));
	}
	cell.become("runs");
	cell.say("Running …");
	let seconds = 0;
	const clock = setInterval(() => {
		if (!engine?.working().startsWith("run ")) return cell.say("Waits for a figure. Stop ends that, too.");
		if (++seconds < LONG) return seconds === 1 && cell.say("Running …");
		const text = `Still running after ${seconds} s. A loop may never end: Stop ends it.`;
		cell.say(text);
		if (seconds === LONG) announce(text);
	}, 1000);
	let here = true;
	try {
		const used = names(cell);
		const prepares = above(cell).filter((other) => other.prepares && !ran.has(other) && !names(other).isDisjointFrom(used));
		for (const one of [...prepares, cell]) {
			const code = one.code();
			one.begin();
			const result = await engine.run(code, one.name, (part) => here && one.show(part));
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
 * The words of a cell's code.
 * @param {Cell} cell
 * @returns {Set<string>}
 */
const names = (cell) => new Set(cell.code().match(/[\p{L}_][\p{L}\p{N}_]*/gu));

/**
 * Say that a cell could not run, because what prepares it has an error.
 * @param {Cell} cell
 * @param {Cell} first
 */
function notRun(cell, first) {
	first.place.querySelector("details")?.setAttribute("open", "");
	cell.become("rests");
	cell.say(`Not run: there is an error in ${first.name}, above.`);
}

/**
 * Say what came of a run.
 * @param {Cell} cell
 * @param {string} code
 * @param {Ran} result
 */
function tell(cell, code, { ok, missing, checks }) {
	const text = cell.end();
	if (ok) ran.set(cell, code);
	const before = cells.filter((other) => other !== cell && ran.has(other)).map((other) => String(ran.get(other)));
	const judged = Object.keys(checks);
	for (const name of judged.filter((name) => checks[name])) {
		pass(name, [...before, code]);
		figures().then(() => document.dispatchEvent(new CustomEvent("d2l-passed", { detail: name })));
	}
	const first = above(cell).filter((other) => !ran.has(other));
	const wrong = judged.some((name) => !checks[name]);
	if (wrong) missing = text?.match(/NameError: name '(\w+)'/)?.[1];
	if (!ok || (wrong && missing)) {
		announce(`Error: ${text?.split("\n").pop()}`);
		if (missing && first.some((other) => names(other).has(missing))) {
			cell.say("", make("code", {}, missing), "is not defined yet. Cells above may define it.", offer(cell, [...above(cell), cell]));
		} else cell.idle();
	} else if (judged.length && judged.every((name) => checks[name])) {
		cell.say("", make("span", { className: "cell-passed" }, "Passed"));
		announce(`Passed. ${text}`);
	} else if (text === null) {
		cell.say("Done: nothing to show.");
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
		cell.focus();
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
	cell.say(text, ...(link ? [link] : []));
	announce(text);
	leave("Not run: Python did not start.");
	return false;
}

/** What cells have defined is gone, by a stop of theirs or of a figure's. */
function forget() {
	ran.clear();
	for (const cell of cells) cell.lose();
}

/**
 * Say that Python was stopped, or broke down, and what that means for other cells.
 * @param {Cell} cell
 * @param {Error} error
 */
function stopped(cell, error) {
	cell.become("rests");
	const { start, Stopped } = /** @type {typeof import("./engine.js")} */ (engine);
	const begun = start(); // the next press need not wait for it
	begun.catch(() => {});
	if (begun === python) {
		cell.say(error.message); // Python itself goes on
		return false;
	}
	leave("Not run: Python was stopped.");
	forget();
	python = undefined;
	const own = error instanceof Stopped;
	const text = own ? "Stopped. Python begins anew: what earlier cells defined is gone. Run them again." : error.message;
	cell.say(text, ...(above(cell).length ? [offer(cell, above(cell))] : []));
	announce(text);
	return false;
}
