// Keeps the place of each figure free as soon as a browser comes to it, so that nothing moves when the figure is drawn.
// It runs in the head, because a page is painted before all of it has come.
(() => {
	/**
	 * How high a figure will be, from the heights that it has at some widths; a guess, if it does not say.
	 * @param {[width: number, height: number][]} heights in the order of their widths
	 * @param {number} width
	 */
	function room(heights, width) {
		if (!heights.length) return 400;
		const next = heights.findIndex(([at]) => at >= width);
		const [[from, low], [to, high]] = [heights[Math.max(0, next - 1)], heights[next < 0 ? heights.length - 1 : next]];
		return next < 0 ? high : from === to ? low : low + ((high - low) * (width - from)) / (to - from);
	}

	function keep() {
		/** @type {NodeListOf<HTMLElement>} */
		const views = document.querySelectorAll("script[data-heights]:not(:has(+ .figure-place))");
		for (const view of views) {
			const place = document.createElement("div");
			place.className = "figure-place";
			view.after(place);
			const link = view.dataset.figure?.startsWith("Prediction") ? 0 : matchMedia("(pointer: coarse)").matches ? 32 : 16; // below the figure
			place.style.minHeight = `${room(JSON.parse(String(view.dataset.heights)), place.clientWidth) + link}px`;
		}
	}

	const arriving = new MutationObserver(keep);
	arriving.observe(document, { childList: true, subtree: true });
	addEventListener("DOMContentLoaded", () => arriving.disconnect());
})();
