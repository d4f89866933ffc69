/**
 * Predictions: what gives an answer away stays covered until the reader has committed to one, and what they answered is
 * kept on their device. It runs in the head, so that nothing is seen before it is covered. Without it nothing is.
 */
(() => {
	/** @typedef {{ given?: unknown, shown?: boolean, right?: boolean }} Answer */
	/** @typedef {{ asked: Record<string, string[]>, before: string, title: string, questions: Record<string, string> }} Told */
	const root = document.documentElement;
	const key = `d2l-answers ${new URL(root.dataset.content_root ?? "./", location.href).pathname}`;
	/** @type {{ lifted?: boolean, answers: Record<string, Answer> }} */
	let memory = { answers: {} };
	let keeps = true; // whether this browser lets a page keep something
	try {
		memory = { answers: {}, ...JSON.parse(localStorage.getItem(key) ?? "{}") };
	} catch {
		keeps = false;
	}

	function keep() {
		try {
			localStorage.setItem(key, JSON.stringify(memory));
		} catch {
			keeps = false;
		}
	}

	/**
	 * @template {Element} Kind
	 * @param {string} selector
	 * @returns {Kind[]}
	 */
	const all = (selector) => [.../** @type {NodeListOf<Kind>} */ (document.querySelectorAll(selector))];
	/** @param {Element} block */
	const nameOf = (block) => block.id.replace("covered-", "");
	/** @param {string} name */
	const committed = (name) => (memory.answers[name]?.given ?? null) !== null;
	/** @param {string} name */
	const settled = (name) => committed(name) || Boolean(memory.answers[name]?.shown);

	// Where a search of the browser's can open what is hidden, that is how it is hidden; elsewhere it is but invisible.
	const searchable = "onbeforematch" in root;
	/** @type {Map<Element, number>} the width at which a covered block was measured */
	const measured = new Map();
	const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => cover(target)));

	/**
	 * Cover a block at its own height, or at its new one.
	 * @param {Element} block
	 */
	function cover(block) {
		const inner = /** @type {HTMLElement} */ (block.lastElementChild);
		const width = block.clientWidth;
		if (!searchable || block.classList.contains("open") || measured.get(block) === width) return;
		measured.set(block, width);
		inner.hidden = false;
		inner.style.height = "";
		inner.style.height = `${inner.offsetHeight}px`;
		inner.setAttribute("hidden", "until-found");
		sizes.observe(block);
	}

	/** @param {Element} block which may still wait for what stands in it */
	function open(block) {
		block.classList.add("open");
		if (!measured.delete(block)) return; // it has not been covered
		const inner = /** @type {HTMLElement} */ (block.lastElementChild);
		sizes.unobserve(block);
		inner.hidden = false;
		inner.style.height = "";
	}

	/** Open what has been answered, and cover the rest. */
	function arrange() {
		root.dataset.covers = memory.lifted ? "off" : "on";
		for (const block of all(".answer")) {
			if (memory.lifted || settled(nameOf(block))) open(block);
			else if (document.readyState !== "loading") cover(block);
		}
	}

	/** @returns {Told} */
	const told = () => JSON.parse(document.getElementById("predictions")?.textContent ?? '{"asked": {}, "questions": {}}');

	/** Mark the chapters whose questions are all answered. */
	function mark() {
		const { asked } = told();
		for (const link of /** @type {HTMLAnchorElement[]} */ (all(".bd-sidebar-primary a.reference.internal"))) {
			const names = asked[link.pathname.split("/").pop()?.replace(/\.html$/, "") ?? ""] ?? [];
			link.classList.toggle("done", names.length > 0 && names.every(settled));
		}
	}

	/** Begin a chapter with links to what went wrong in the one before. */
	function lookBack() {
		const { questions, before, title } = told();
		const wrong = Object.keys(questions).filter((name) => committed(name) && !memory.answers[name].right);
		const goals = document.querySelector("article .admonition.goals");
		if (!wrong.length || !goals) return;
		const aside = Object.assign(document.createElement("aside"), { className: "look-back" });
		aside.setAttribute("aria-label", "Before you go on");
		const list = document.createElement("ul");
		for (const name of wrong) {
			const link = Object.assign(document.createElement("a"), { href: `${before}.html#predict-${name}`, textContent: questions[name] });
			list.appendChild(document.createElement("li")).append(link);
		}
		aside.append(`Before you go on: in ${title} you expected something else.`, list);
		goals.before(aside);
	}

	/** Show the switch and the line below it as things are; each may still be on its way. */
	function describe() {
		for (const box of /** @type {HTMLInputElement[]} */ (all(".answers-kept input"))) box.checked = !memory.lifted;
		if (keeps) return;
		for (const { firstChild } of all(".answers-kept p")) {
			if (firstChild instanceof Text) firstChild.data = "This browser keeps nothing: what you answer is forgotten with the page. ";
		}
	}

	let looked = false;
	const arriving = new MutationObserver(() => {
		arrange();
		describe();
		if (!looked && document.querySelector("article .admonition.goals")) {
			looked = true;
			lookBack();
		}
	});
	arrange(); // before there is anything to see
	arriving.observe(root, { childList: true, subtree: true });
	addEventListener("DOMContentLoaded", () => {
		arriving.disconnect();
		arrange();
		describe();
		mark();
		uncoverTarget();
	});

	/** An address that leads under a strip lifts it. */
	function uncoverTarget() {
		const block = document.getElementById(decodeURIComponent(location.hash.slice(1).split("?")[0]))?.closest(".answer");
		if (block) open(block);
	}
	addEventListener("hashchange", uncoverTarget);
	document.addEventListener("beforematch", ({ target }) => {
		const block = target instanceof Element && target.closest(".answer");
		if (block) open(block);
	});

	document.addEventListener("click", ({ target }) => {
		if (!(target instanceof HTMLButtonElement)) return;
		if (target.closest(".code-switch")) setTimeout(() => (measured.clear(), arrange())); // once code.js has folded what is covered, too
		const block = target.closest(".answer");
		if (block) {
			open(block);
			const inner = /** @type {HTMLElement} */ (block.lastElementChild);
			inner.tabIndex = -1;
			inner.focus(); // where the reader is now, because the button is gone
		}
		if (target.closest(".answers-kept")) {
			memory = { answers: {} };
			keep();
			location.reload();
		}
	});
	document.addEventListener("change", ({ target }) => {
		if (!(target instanceof HTMLInputElement && target.closest(".answers-kept"))) return;
		memory.lifted = !target.checked;
		keep();
		for (const block of all(".answer.open")) block.classList.remove("open");
		arrange();
	});

	// What the figures ask, and what they are told (`Prediction`, `KernelPuzzle`).
	document.addEventListener("d2l-ask", (event) => {
		const { name, take } = /** @type {CustomEvent} */ (event).detail;
		const { given = null, shown = false } = memory.answers[name] ?? {};
		if (settled(name)) take({ given, shown });
	});
	document.addEventListener("d2l-answer", (event) => {
		const { name, ...answer } = /** @type {CustomEvent} */ (event).detail;
		memory.answers[name] = answer;
		keep();
		const block = document.getElementById(`covered-${name}`);
		if (block) open(block);
		describe();
		mark();
	});
})();
