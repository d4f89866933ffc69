// The page as a notebook that holds what the reader wrote.

/**
 * @param {() => Map<string, string>} edits the sources that the reader changed, by the id of their cells
 * @param {(text: string) => void} say
 * @returns {() => void} to be called when there may be other edits
 */
export function notebook(edits, say) {
	/** @type {HTMLAnchorElement | null} */
	const link = document.querySelector("a.btn-download-notebook-button");
	if (!link) return () => {};
	const words = link.querySelector(".btn__text-container") ?? link;
	const plain = words.textContent;
	const line = Object.assign(document.createElement("p"), { className: "cell-notebook", hidden: true, textContent: "You have changed code on this page. " });
	const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Download as notebook with your changes" });
	line.append(button);
	document.querySelector("article")?.append(line);

	let asBefore = false; // whether the link does what it did without this script
	/** @param {Event} event */
	async function download(event) {
		if (asBefore || !edits().size || !link) return;
		event.preventDefault();
		try {
			const { cells, ...rest } = await (await fetch(link.href)).json();
			for (const cell of cells) cell.source = edits().get(cell.id) ?? cell.source;
			const href = URL.createObjectURL(new Blob([JSON.stringify({ cells, ...rest }, null, 1)], { type: "application/x-ipynb+json" }));
			Object.assign(document.createElement("a"), { href, download: link.pathname.split("/").pop() }).click();
			setTimeout(() => URL.revokeObjectURL(href), 60_000);
			say("The notebook holds your changes.");
		} catch {
			asBefore = true;
			link.click();
			asBefore = false;
			say("This is the notebook without your changes: they could not be put into it.");
		}
	}
	link.addEventListener("click", download);
	button.addEventListener("click", download);
	return () => {
		line.hidden = !edits().size;
		words.textContent = edits().size ? `${plain.trim()} with your changes` : plain;
	};
}
