/**
 * The switch that shows or hides all code, on every page of the site. It runs in the head, so that a page is painted as
 * the reader wants it, and nothing moves afterwards. Without it, cells are
 * folded as the page has it, and can be opened one by one.
 */
(() => {
	const KEY = "d2l-code";
	const root = document.documentElement;

	/** What the reader chose: "shown", "hidden", or nothing, which leaves each page as it was written. */
	function chosen() {
		try {
			return localStorage.getItem(KEY) ?? "";
		} catch {
			return root.dataset.code ?? ""; // no memory here: the choice lasts as long as the page
		}
	}

	/** @param {string} choice */
	function remember(choice) {
		root.dataset.code = choice;
		try {
			localStorage.setItem(KEY, choice);
		} catch {
			// as above
		}
	}

	function press() {
		for (const button of document.querySelectorAll(".code-switch button")) {
			button.setAttribute("aria-pressed", String(button.getAttribute("data-code") === root.dataset.code));
		}
	}

	function fold() {
		for (const details of document.querySelectorAll(".fold-code")) {
			details.toggleAttribute("open", root.dataset.code === "shown");
		}
	}

	root.dataset.code = chosen();
	if (root.dataset.code) {
		const arriving = new MutationObserver(() => (press(), fold()));
		arriving.observe(root, { childList: true, subtree: true });
		addEventListener("DOMContentLoaded", () => arriving.disconnect());
	}

	addEventListener("click", ({ target }) => {
		const button = target instanceof Element && target.closest(".code-switch button");
		if (!button) return;
		const choice = button.getAttribute("data-code") ?? "";
		remember(choice === root.dataset.code ? "" : choice);
		press();
		fold();
	});

	// A page that the browser kept while another was read.
	addEventListener("pageshow", ({ persisted }) => {
		if (!persisted || chosen() === root.dataset.code) return;
		root.dataset.code = chosen();
		press();
		fold();
	});
})();
