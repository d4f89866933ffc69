// The thread in which the page's Python runs: it fetches Python, starts it, and answers one request after the other.
// Python is CPython for WASI, in one WebAssembly module that holds an interpreter already started; it reads and writes
// files in memory. Ending this thread is what stops a loop that never ends.
// @ts-types="./wasi.d.ts"
import { ConsoleStdout, File, OpenFile, PreopenDirectory, WASI } from "./wasi/index.js";

/** @typedef {{ module: WebAssembly.Module, files: ArrayBuffer }} Kept what a second thread need not fetch again */
/** @typedef {{ memory: WebAssembly.Memory, host_alloc: (n: number) => number, turn: (at: number, n: number) => number }} Exports */

// The interpreter was started elsewhere, and remembers where an archive lay from which it imported: ours is another.
const BEGIN = `import sys, zipimport
zipimport._zip_directory_cache.clear()
sys.path_importer_cache.clear()
import page`;
const SERVE = "page.serve()";

/** A folder that Python may write to: the library says that nobody has a right to anything in it. */
class Folder extends PreopenDirectory {
	/** @override */
	fd_fdstat_get() {
		const got = super.fd_fdstat_get();
		got.fdstat.fs_rights_base = got.fdstat.fs_rights_inherited = (1n << 30n) - 1n;
		return got;
	}
}

/** @type {Map<string, File>} the folder of requests and answers */
const desk = new Map();
/** @type {(code: string) => void} */
let evaluate;
let asked = 0; // the request that is being answered

/** @param {string} line what Python writes: a part of what a cell shows */
function tell(line) {
	if (!line) return; // each part begins a line
	/** @type {object} what comes from below Python, or was written past it */
	let part = { kind: "text", stream: "stdout", text: `${line}\n` };
	try {
		const told = JSON.parse(line);
		if (told?.kind) part = told;
	} catch {
		// no part
	}
	postMessage({ asked, part });
}

/**
 * Fetch both downloads at once, and tell how much of them has come.
 * @param {boolean} again whether what the browser has kept of them may be spoiled
 * @returns {Promise<Kept>}
 */
async function fetched(again) {
	/** @type {{ python: string, files: string, sizes: number[] }} the names of both, and their bytes */
	const { python, files, sizes } = await (await got("downloads.json", "no-cache")).json();
	const total = sizes[0] + sizes[1];
	let loaded = 0;
	/** @param {string} address */
	async function unpacked(address) {
		const response = await got(address, again ? "reload" : "force-cache"); // its name changes whenever its content does
		const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body).getReader();
		let next = reader.read();
		const counted = new ReadableStream({
			async pull(out) {
				const { value } = await next;
				if (!value) return out.close();
				loaded += value.length;
				postMessage({ progress: [loaded, total] });
				out.enqueue(value);
				next = reader.read();
			},
		});
		const { value: [first, second] = [] } = await next;
		const packed = first === 0x1f && second === 0x8b; // some servers say that it is, and then the browser has unpacked it
		const headers = { "Content-Type": "application/wasm" };
		return new Response(packed ? counted.pipeThrough(new DecompressionStream("gzip")) : counted, { headers });
	}
	const [module, bytes] = await Promise.all([
		unpacked(python).then((response) => WebAssembly.compileStreaming(response)),
		unpacked(files).then((response) => response.arrayBuffer()),
	]);
	return { module, files: bytes };
}

/**
 * @param {string} name of a file beside this one
 * @param {RequestCache} cache
 */
async function got(name, cache) {
	const response = await fetch(new URL(name, import.meta.url), { cache });
	if (!response.ok) throw new Error(`${response.status} for ${name}`);
	return response;
}

/**
 * The folders of a container, by their paths: a line of JSON says where each file begins and how long it is.
 * @param {ArrayBuffer} container
 */
function folders(container) {
	const bytes = new Uint8Array(container);
	const begin = bytes.indexOf(10) + 1;
	/** @type {[path: string, at: number, size: number][]} */
	const listed = JSON.parse(new TextDecoder().decode(bytes.subarray(0, begin)));
	/** @type {Map<string, Map<string, File>>} */
	const found = new Map();
	for (const [path, at, size] of listed) {
		const cut = path.lastIndexOf("/");
		const folder = path.slice(0, cut);
		if (!found.has(folder)) found.set(folder, new Map());
		found.get(folder)?.set(path.slice(cut + 1), new File(bytes.subarray(begin + at, begin + at + size), { readonly: true }));
	}
	return found;
}

/** @param {Kept} kept */
async function begin({ module, files }) {
	const out = () => ConsoleStdout.lineBuffered(tell);
	const lib = [...folders(files)].map(([path, contents]) => new Folder(path, contents));
	const empty = ["/tmp"].map((path) => new Folder(path, new Map()));
	const dev = new Folder("/dev", new Map([["null", new File([])]]));
	const all = [new OpenFile(new File([])), out(), out(), ...lib, ...empty, dev, new Folder("/page", desk)];
	const settings = ["HOME=/tmp", "TMPDIR=/tmp", "MPLCONFIGDIR=/tmp", "MPLBACKEND=svg", "NO_COLOR=1", "PYTHONTZPATH="];
	const wasi = new WASI(["/usr/local/bin/python.wasm"], settings, all, { debug: false });
	const sleep = wasi.wasiImport.poll_oneoff;
	/** @type {(at: number, to: number, count: number) => number} the library looks for the flags four bytes too early */
	wasi.wasiImport.poll_oneoff = (at, to, count) => {
		const view = new DataView(memory.buffer);
		view.setUint16(at + 36, view.getUint16(at + 40, true), true);
		return /** @type {any} */ (sleep).call(wasi, at, to, count);
	};
	const instance = await WebAssembly.instantiate(module, {
		wasi_snapshot_preview1: wasi.wasiImport,
		host: { call: () => -1 }, // nothing of the page is within Python's reach
	});
	wasi.inst = /** @type {any} */ (instance);
	const { memory, host_alloc, turn } = /** @type {Exports} */ (/** @type {unknown} */ (instance.exports));
	evaluate = (code) => {
		const text = new TextEncoder().encode(code);
		const at = host_alloc(text.length) >>> 0;
		new Uint8Array(memory.buffer).set(text, at);
		if (turn(at, text.length)) throw new Error("Python did not answer");
	};
	evaluate(BEGIN);
}

/** @param {Uint8Array} request */
function answered(request) {
	desk.set("request", new File(request));
	desk.delete("answer");
	evaluate(SERVE);
	return /** @type {File} */ (desk.get("answer")).data;
}

onmessage = async ({ data }) => {
	try {
		if (data.start) {
			const kept = data.kept ?? (await fetched(data.again));
			await begin(kept);
			postMessage({ ready: kept });
		} else {
			asked = data.asked;
			postMessage({ asked, answer: answered(data.request) });
		}
	} catch (error) {
		postMessage({ failed: String(error), memory: error instanceof RangeError });
	}
};
