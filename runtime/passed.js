// Exercises that have passed their check: kept in the browser, and marked on the page and in the tables of contents.

/** @typedef {{ page: string, codes: string[], of: number }} Passed `of`: how many exercises its page has */

const KEY = "d2l-passed ";
/** @type {Map<string, Passed>} by the name of the exercise */
const passed = new Map();
/** @type {Map<string, Element>} where each exercise of this page is asked */
const boxes = new Map();

/**
 * A page's name in what is kept, whatever the folder in which the book lies.
 * @param {string} path
 */
export const pageOf = (path) => (path.match(/chapters\/.*$/)?.[0] ?? path).replace(/\.html$/, "");

/**
 * Tell where the exercise is asked that a cell answers.
 * @param {Element} box
 * @param {string} code
 */
export function answers(box, code) {
	const name = code.match(/check\.run\(\s*["'](\w+)/)?.[1];
	if (name) boxes.set(name, box);
}

/** Read what is kept, and say whether anything is. */
export function remember() {
	/** @type {string[]} */
	let keys = [];
	try {
		keys = Object.keys(localStorage).filter((key) => key.startsWith(KEY));
	} catch {
		// nothing is kept here
	}
	for (const key of keys) {
		try {
			const kept = JSON.parse(String(localStorage.getItem(key)));
			if (kept.page && kept.codes) passed.set(key.slice(KEY.length), kept);
		} catch {
			// not ours
		}
	}
	mark();
	return passed.size > 0;
}

/**
 * @param {string} name
 * @param {string[]} codes
 */
export function pass(name, codes) {
	const told = { page: pageOf(location.pathname), codes, of: boxes.size };
	passed.set(name, told);
	try {
		localStorage.setItem(KEY + name, JSON.stringify(told));
	} catch {
		// it lasts as long as the page
	}
	mark();
}

/**
 * @param {Element | null | undefined} where
 * @param {string} text
 */
const say = (where, text) => where?.append(Object.assign(document.createElement("span"), { className: "passed", textContent: text }));

function mark() {
	for (const old of document.querySelectorAll(".passed")) old.remove();
	/** @type {Map<string, [done: number, of: number]>} by section */
	const sections = new Map();
	for (const [name, box] of boxes) {
		const id = box.closest("section[id]")?.id ?? "";
		const [done, of] = sections.get(id) ?? [0, 0];
		sections.set(id, [done + Number(passed.has(name)), of + 1]);
		if (passed.has(name)) say(box.querySelector(".admonition-title"), "Passed");
	}
	for (const [id, [done, of]] of sections) {
		if (done) say(document.querySelector(`.bd-toc-nav a[href="#${id}"]`), `${done} of ${of} passed`);
	}
	for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".bd-sidebar-primary a.reference"))) {
		const done = [...passed.values()].filter(({ page }) => page === pageOf(link.pathname));
		if (done.length) say(link, `${done.length} of ${Math.max(...done.map(({ of }) => of))} passed`);
	}
}
