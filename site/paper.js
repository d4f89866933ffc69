// Paper is white, so a page is printed in the colours of its light theme.
(() => {
	const root = document.documentElement;
	/** @type {string | undefined} */
	let theme;
	addEventListener("beforeprint", () => {
		theme ??= root.dataset.theme;
		root.dataset.theme = "light";
	});
	addEventListener("afterprint", () => {
		root.dataset.theme = theme;
		theme = undefined;
	});
})();
