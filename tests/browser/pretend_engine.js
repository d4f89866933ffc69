// In the place of runtime/engine.js: a Python of six kinds of lines, which takes as long as a test wants.

/** @typedef {import("../../runtime/engine.js").Part} Part */

export class Stopped extends Error {}

/** @type {{ holds: boolean, fails: string, log: string[], goOn?: () => void }} what a test sets, and what it looks at */
const wanted = Object.assign({ holds: false, fails: "", log: [] }, Reflect.get(globalThis, "engine"));
Reflect.set(globalThis, "engine", wanted);

/** @param {number} ms */
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
/** @type {Promise<void> | undefined} */
let ready;
/** @type {Set<(error: Error) => void>} */
const waiting = new Set();
let defined = new Set(["check"]);

/** @param {(loaded: number, total: number) => void} [progress] */
export function start(progress = () => {}) {
	ready ??= new Promise((resolve, reject) => {
		waiting.add(reject);
		arrive(progress).then(resolve, reject);
	});
	return ready;
}

/** @param {(loaded: number, total: number) => void} progress */
async function arrive(progress) {
	wanted.log.push("start");
	progress(12e6, 28e6);
	await (wanted.holds ? new Promise(() => {}) : wait(5));
	progress(28e6, 28e6);
	if (!wanted.fails) return;
	ready = undefined;
	throw new Error(wanted.fails);
}

let work = "";
export const working = () => work;

export function stop() {
	work = "";
	ready = undefined;
	defined = new Set(["check"]);
	for (const reject of waiting) reject(new Stopped("Python was stopped."));
	waiting.clear();
}

/**
 * @param {string} code
 * @param {string} name
 * @param {(part: Part) => void} show
 */
export async function run(code, name, show) {
	await start();
	wanted.log.push(code);
	return new Promise((resolve, reject) => {
		waiting.add(reject);
		work = `run ${name}`;
		lines(code, name, show).then(resolve);
	});
}

/** @type {(code: string, name: string, show: (part: Part) => void) => Promise<import("../../runtime/engine.js").Ran>} */
async function lines(code, name, show) {
	/** @type {Record<string, boolean>} */
	const checks = {};
	for (const line of code.split("\n")) {
		const [, print] = line.match(/^print\("(.*)"\)/) ?? [];
		const [, makes] = line.match(/^(?:import \w+ as )?(\w+)(?= =|$)/) ?? [];
		const [, exercise, answer] = line.match(/check\.run\("(\w+)", (\w+)\)/) ?? [];
		const [missing] = (line.match(/^\s*[a-z]\w*$/) ?? []).filter((word) => !defined.has(word));
		await wait(Number(line.match(/sleep\((\d+)\)/)?.[1] ?? 1));
		if (print) show({ kind: "text", stream: "stdout", text: `${print}\n` });
		else if (line.startsWith("while True")) await new Promise((never) => (wanted.goOn = () => never(show({ kind: "text", stream: "stdout", text: "late\n" }))));
		else if (exercise) {
			checks[exercise] = answer === "right";
			show({ kind: "text", stream: "stdout", text: checks[exercise] ? "Right.\n" : "Not yet.\n" });
		} else if (line.startsWith("plot")) show({ kind: "image", svg: '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"/>' });
		else if (missing) {
			show({ kind: "error", text: `${name}, line 1\n    ${missing}\nNameError: name '${missing}' is not defined` });
			return { ok: false, missing, checks };
		} else if (/^\w+$/.test(line)) show({ kind: "value", text: `the value of ${line}` });
		if (makes) defined.add(makes);
	}
	return { ok: true, checks };
}
