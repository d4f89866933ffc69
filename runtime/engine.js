// Python in the page, behind four verbs: start, run, call, stop. Whatever takes its place needs these and no more.
/**
 * What a cell shows, in the order in which it comes.
 * @typedef {{ kind: "text", stream: "stdout" | "stderr", text: string } | { kind: "value" | "error", text: string } | { kind: "image", svg: string } | Figure} Part
 * @typedef {{ kind: "figure", name: string, state: Record<string, any>, buffers: { path: (string | number)[], data: string }[], operator?: string, operator_name?: string }} Figure
 * @typedef {{ ok: boolean, missing?: string, checks: Record<string, boolean> }} Ran what came of a run
 * @typedef {{ shape: number[], bytes: Float64Array }} Numbers an array, as it travels to Python and back
 * @typedef {{ resolve: (value: any) => void, reject: (error: Error) => void, show?: (part: Part) => void }} Waiting
 */

export class Stopped extends Error {}

// A module with one `try_table`, which Python is made of: browsers have it since 2024 and 2025.
const TRY_TABLE = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 0, 31, 64, 0, 11, 11];
const ELSEWHERE = "Open the chapter as a notebook instead.";

/** @type {Worker | undefined} */
let worker;
/** @type {Promise<void> | undefined} */
let ready;
/** @type {object | undefined} what the first thread has fetched */
let kept;
/** @type {Map<number, Waiting>} what has been asked and not been answered */
const waiting = new Map();
let count = 0;
let work = ""; // what Python is at
let spoiled = false; // whether a download went wrong
/** @type {(error: Error) => void} */
let giveUp = () => {};
/** @type {Promise<unknown>} the end of the line */
let line = Promise.resolve();

/** Say why there can be no Python here, or nothing. */
function obstacle() {
	if (location.protocol === "file:") {
		return "Python cannot come into a page that was opened from disk: run `make site`, serve its folder, or read the book on its website.";
	}
	if (!(globalThis.WebAssembly && globalThis.DecompressionStream && WebAssembly.validate(Uint8Array.from(TRY_TABLE)))) {
		return `Python cannot run in this browser: it needs WebAssembly with exceptions, as Chrome 137, Firefox 131, Safari 18.4 and newer ones have. ${ELSEWHERE}`;
	}
	const { deviceMemory = 8 } = /** @type {{ deviceMemory?: number }} */ (navigator);
	return deviceMemory < 1 ? `Python takes 350 MB of memory, which this device can hardly spare. ${ELSEWHERE}` : "";
}

/**
 * @param {{ failed: string, memory: boolean }} what
 * @param {boolean} started
 */
function told({ failed, memory }, started) {
	if (/CompileError.*(unsafe-eval|Content Security)/s.test(failed)) {
		return `This site's policy on content does not let Python run: it needs the word 'wasm-unsafe-eval'. ${ELSEWHERE}`;
	}
	if (memory && !started) return `This browser has too little memory for Python, which takes 350 MB. Close other tabs, or ${ELSEWHERE.toLowerCase()}`;
	if (/exit with exit code/.test(failed)) return "That ended Python. It begins anew.";
	if (!started) return `Python did not arrive whole (${failed}). Check the connection, and press again.`;
	return "Python has broken down, most likely because a function calls itself too deeply, or an array is too large. It begins anew.";
}

/**
 * Fetch and start Python; while it is there, or on its way, the same promise again.
 * @param {(loaded: number, total: number) => void} [progress] called with bytes
 * @returns {Promise<void>}
 */
export function start(progress = () => {}) {
	const why = obstacle();
	if (why) return Promise.reject(new Error(why));
	ready ??= new Promise((resolve, reject) => {
		let started = false;
		const thread = (worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" }));
		giveUp = (error) => {
			thread.terminate();
			work = "";
			ready = worker = undefined;
			reject(error);
			for (const { reject } of waiting.values()) reject(error);
			waiting.clear();
		};
		thread.onerror = (event) => {
			event.preventDefault();
			giveUp(new Error(told({ failed: event.message ?? "its thread did not load", memory: false }, started)));
		};
		thread.onmessage = ({ data }) => {
			if (worker !== thread) return;
			if (data.progress) return progress(data.progress[0], data.progress[1]);
			if (data.failed) {
				spoiled = !started;
				return giveUp(new Error(told(data, started)));
			}
			if (data.ready) {
				started = true;
				kept = data.ready;
				return resolve();
			}
			const asked = waiting.get(data.asked);
			if (data.part) return asked?.show?.(data.part);
			const { value, error } = unpacked(data.answer);
			waiting.delete(data.asked);
			work = "";
			return error === undefined ? asked?.resolve(value) : asked?.reject(new Error(error));
		};
		thread.postMessage({ start: true, kept, again: spoiled });
	});
	return ready;
}

/** End Python at once: whoever waits is told, and what was defined is lost. The next start takes a second. */
export const stop = () => giveUp(new Stopped("Python was stopped."));

/** What Python is at: the verb and the name of a run or a function; nothing, where it waits for us. */
export const working = () => work;

/**
 * Run a cell, when all that was asked before has been answered.
 * @param {string} code
 * @param {string} name what an error calls the cell
 * @param {(part: Part) => void} show
 * @returns {Promise<Ran>}
 */
export const run = (code, name, show) => ask(`run ${name}`, "run", [code, name], show);

/**
 * Call a function of `python/page.py`.
 * @param {string} name
 * @param {...any} args JSON, in which `Numbers` are arrays
 * @returns {Promise<any>} its result, of the same kinds
 */
export const call = (name, ...args) => ask(`${name} ${args[0]}`, name, args);

/**
 * @param {string} told what `working` says of it
 * @param {string} name
 * @param {any[]} args
 * @param {(part: Part) => void} [show]
 */
function ask(told, name, args, show) {
	const started = start();
	const thread = worker;
	const turn = line.then(async () => {
		await started;
		if (worker !== thread) throw new Stopped("Python was stopped.");
		const asked = ++count;
		work = told;
		return new Promise((resolve, reject) => {
			waiting.set(asked, { resolve, reject, show });
			thread?.postMessage({ asked, request: packed({ call: name, args }) });
		});
	});
	line = turn.catch(() => {});
	return turn;
}

/**
 * A line of JSON, and behind it the bytes of all arrays in it.
 * @param {object} message
 */
function packed(message) {
	/** @type {Float64Array[]} */
	const arrays = [];
	let at = 0;
	const text = JSON.stringify(message, (_, value) => {
		if (!(value?.bytes instanceof Float64Array)) return value;
		arrays.push(value.bytes);
		at += value.bytes.byteLength;
		return { shape: value.shape, at: at - value.bytes.byteLength };
	});
	const head = new TextEncoder().encode(`${text}\n`);
	const whole = new Uint8Array(head.length + at);
	whole.set(head);
	at = head.length;
	for (const { buffer, byteOffset, byteLength } of arrays) {
		whole.set(new Uint8Array(buffer, byteOffset, byteLength), at);
		at += byteLength;
	}
	return whole;
}

/** @param {Uint8Array} answer what `packed` makes, from Python */
function unpacked(answer) {
	const begin = answer.indexOf(10) + 1;
	return JSON.parse(new TextDecoder().decode(answer.subarray(0, begin)), (_, value) => {
		if (!(Array.isArray(value?.shape) && "at" in value)) return value;
		const size = value.shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1);
		return { shape: value.shape, bytes: new Float64Array(answer.slice(begin + value.at, begin + value.at + 8 * size).buffer) };
	});
}
