// Pairs of an image and an output, for each of which a kernel is to be found.
import { brightness, signed } from "./colours.js";
import { button, make, mount, newId, part, put, setAttributes, sign, speaker } from "./controls.js";
import { grid } from "./grid.js";
import { agree, mistake } from "./mistakes.js";
import { clamp, corr2d, largest, parse, shape } from "./numbers.js";

/** @import { View } from "./controls.js" */
/** @import { Grid } from "./grid.js" */
/** @typedef {{ name: string, title: string, X: number[][], Y: number[][], possible: boolean, because: string }} Puzzle */
/** @typedef {{ _puzzles: Puzzle[], puzzle: number, kernels: Record<string, number[][]>, solved: string[] }} Traits */

/**
 * A number or a fraction, such as 1/4: undefined where it is none.
 * @param {string} text
 */
function typed(text) {
	const [over, under = 1, ...more] = text.split("/").map(parse);
	const value = Number(over) / under;
	return isFinite(value) && !more.length ? value : undefined;
}

/**
 * How large cells are, and how high the stage is: four grids in a row or, on a narrow page, in two, where the kernel's
 * cells are larger, for fingers.
 * @param {Puzzle} puzzle
 * @param {number} width
 */
function room({ X, Y }, width) {
	const [x, y] = [X[0].length, Y[0].length];
	const k = Math.max(x - y + 1, 2.7); // a caption is as wide as so many cells
	/**
	 * @param {number} most
	 * @param {number} room
	 * @param {number} columns
	 */
	const fit = (most, room, columns) => Math.floor(Math.min(most, room / columns));
	const row = fit(38, width - 112, x + k + 2 * Math.max(y, 2.7));
	if (row >= 26) return { side: row, tap: row, height: 23.5 + row * X.length };
	const side = Math.min(fit(38, width - 44, Math.max(x + k, 2 * y)), Math.max(24, fit(38, width - 44 - 44 * k, x)));
	const tap = Math.max(side, fit(44, width - 44 - side * x, k));
	return { side, tap, height: 55 + Math.max(side * X.length, tap * (X.length - Y.length + 1)) + side * Y.length };
}

/**
 * A kernel that was kept for a puzzle, or zeros where nothing of use was.
 * @param {Puzzle} puzzle
 * @param {any} kept
 * @returns {number[][]}
 */
function kernelOf({ X, Y }, kept) {
	const rows = Array.from({ length: X.length - Y.length + 1 }, (_, r) =>
		Array.from({ length: X[0].length - Y[0].length + 1 }, (_, c) => kept?.[r]?.[c]),
	);
	return rows.flat().every(Number.isFinite) ? rows : rows.map((row) => row.map(() => 0));
}

/** @param {View<Traits>} view */
function render({ model, el }) {
	const puzzles = model.get("_puzzles");
	const title = make("p", { class: "d2l-title" });
	const stage = part("stage d2l-pairs");
	const verdict = setAttributes(part("sum"), { id: newId() });
	const live = speaker();
	/** @type {Puzzle} */
	let puzzle;
	/** @type {number[][]} the reader's kernel */
	let K;
	/** @type {Grid[]} image, kernel, output and what is wanted */
	let grids = [];

	const choices = puzzles.map((_, i) => button("", () => put(model, { puzzle: i })));
	const hint = button("Hint", () => tell((!said() && mistake(puzzle.X, K, puzzle.Y)) || praise()));
	const none = button("No kernel does this", () => {
		if (!puzzle.possible) return settle(null);
		tell(`There is one: a kernel of ${shape(K)} makes every wanted output. Keep looking.`);
	});
	const next = button("Next", () => put(model, { puzzle: (place() + 1) % puzzles.length }));

	const place = () => clamp(Math.trunc(Number(model.get("puzzle"))) || 0, puzzles.length - 1);
	const praise = () => `✓ Solved. ${puzzle.because}`;
	/** @param {string} name */
	const isSolved = (name) => [model.get("solved")].flat().includes(name);
	/** Whether a reader has said, rightly, that no kernel solves this one. */
	const said = () => !puzzle.possible && isSolved(puzzle.name);
	/** @param {string} text */
	function tell(text) {
		verdict.textContent = text;
		live.say(text);
	}

	/** Draw the grids anew, for another puzzle. */
	function build() {
		puzzle = puzzles[place()];
		const { X, Y } = puzzle;
		K = kernelOf(puzzle, model.get("kernels")?.[puzzle.name]);
		/**
		 * @param {number} r
		 * @param {number} c
		 */
		const field = (r, c) => `Kernel row ${r + 1} column ${c + 1}`;
		grids = [grid("Image", X), grid("Kernel", K, { field, edit }), grid("Your output", Y), grid("Wanted", Y)];
		const [image, kernel, output, wanted] = grids.map(({ el }) => el);
		stage.replaceChildren(part("pair", image, sign("⋆"), kernel), part("pair", sign("="), output, wanted));
		write();
		live.say(`${title.textContent}. ${verdict.textContent}`);
		fit();
	}

	/** Show the kernel, what it makes of the image, and what is solved. */
	function write() {
		const { X, Y: W, name } = puzzle;
		const Y = corr2d(X, K);
		const shade = signed(largest(W));
		[X, K, Y, W].forEach((M, i) => grids[i].values(M, [brightness(X), signed(largest(K)), shade, shade][i], 3));
		const wrong = grids[2].mark((r, c) => !agree([[Y[r][c]]], [[W[r][c]]], largest(W)));
		if (!wrong && !isSolved(name)) settle(K);
		tell(!wrong || said() ? praise() : `${wrong} of ${W.flat().length} outputs differ (outlined).`);
		title.textContent = `${place() + 1}. ${puzzle.title}`;
		choices.forEach((choice, i) => {
			const { name, title } = puzzles[i];
			const tick = isSolved(name);
			choice.textContent = `${i + 1}${tick ? " ✓" : ""}`;
			setAttributes(choice, { "aria-label": `${i + 1}${tick ? ", solved" : ""}: ${title}`, "aria-current": String(i === place()) });
		});
	}

	/**
	 * @param {number} r
	 * @param {number} c
	 * @param {HTMLInputElement} input
	 */
	function edit(r, c, input) {
		const value = typed(input.value);
		setAttributes(input, { "aria-invalid": String(value === undefined), "aria-describedby": verdict.id });
		if (value === undefined) return tell(`“${input.value}” is not a number. Type one such as −0.5 or 1/4.`);
		const rows = K.map((row, i) => row.map((k, j) => (i === r && j === c ? value : k)));
		put(model, { kernels: { ...model.get("kernels"), [puzzle.name]: rows } });
		if (!isSolved(puzzle.name)) answer(rows, false);
	}

	function typedElsewhere() {
		K = kernelOf(puzzle, model.get("kernels")?.[puzzle.name]);
		write();
	}

	/** @param {number[][] | null} given the kernel that solves the puzzle, or none where there is none */
	function settle(given) {
		put(model, { solved: puzzles.map(({ name }) => name).filter((name) => name === puzzle.name || isSolved(name)) });
		answer(given, true);
	}

	/**
	 * Tell the page, which may keep it for the next visit.
	 * @param {number[][] | null} given
	 * @param {boolean} right
	 */
	const answer = (given, right) => send("d2l-answer", { name: puzzle.name, given: JSON.stringify(given), right });
	/**
	 * @param {string} event
	 * @param {object} detail
	 */
	const send = (event, detail) => verdict.parentElement?.dispatchEvent(new CustomEvent(event, { bubbles: true, detail }));

	/** Ask the page for what it has kept of each puzzle; what a link says goes first. */
	function ask() {
		const kernels = { ...model.get("kernels") };
		const solved = puzzles.map(({ name }) => name).filter(isSolved);
		for (const asked of puzzles) {
			const { name, X, Y, possible } = asked;
			if (kernels[name] || isSolved(name)) continue;
			/** @param {{ given: string }} kept */
			const take = ({ given }) => {
				let kept;
				try {
					kept = JSON.parse(given);
				} catch {
					return; // it is not what this figure has given
				}
				const K = kernelOf(asked, kept);
				if (kept) kernels[name] = K;
				if (kept ? agree(corr2d(X, K), Y) : !possible) solved.push(name);
			};
			send("d2l-ask", { name, take });
		}
		put(model, { solved, kernels }); // in this order, or a kernel that solves one would be news
	}

	function fit() {
		const width = stage.clientWidth || 600; // JupyterLab gives room later
		const { side, tap } = room(puzzle, width);
		grids.forEach((grid, i) => grid.size(i === 1 ? tap : side));
		stage.style.minHeight = `${Math.max(...puzzles.map((puzzle) => room(puzzle, width).height))}px`; // no button moves
	}

	build();
	const numbers = setAttributes(part("choices", ...choices), { role: "group", "aria-label": "Puzzles" });
	const parts = [numbers, title, stage, part("buttons", hint, none, next), verdict, live];
	const stop = mount({ model, el }, "Find the kernel", parts, { puzzle: build, kernels: typedElsewhere, solved: write }, fit, [live.stop]);
	ask();
	return stop;
}

export default { render };
