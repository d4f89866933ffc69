// The code of a cell as a textbox. A <textarea> whose letters are transparent lies over the page's own coloured code, in
// the same place of a grid: neither measures the other, and the browser's caret, selection and undo are what they are.

const WORDS = {
	k: "as assert break class continue def del elif else except finally for global if lambda nonlocal pass raise return try while with yield",
	kn: "from import",
	ow: "and in is not or",
	kc: "False None True",
	bp: "self",
	ne: "AttributeError Exception IndexError KeyError NameError RuntimeError TypeError ValueError ZeroDivisionError",
	nb: "abs all any bool dict divmod enumerate filter float getattr hasattr help int isinstance iter len list map max min next print range repr reversed round set slice sorted str sum super tuple type zip",
};
/** @type {Map<string, string>} the class that Pygments gives a word */
const KINDS = new Map(Object.entries(WORDS).flatMap(([kind, words]) => words.split(" ").map((word) => [word, kind])));
/** @type {Record<string, string>} and the class of a name that stands after one */
const NAMED = { def: "nf", class: "nc" };
const TOKEN =
	/(?<c1>#.*)|(?<s2>\b[bfru]{1,2}(?=["'])|"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)|(?<mf>\b\d[\d_]*(?:\.[\d_]*(?:e[-+]?\d+)?|e[-+]?\d+))|(?<mi>\b\d[\d_]*)|(?<nd>^\s*@[\w.]+)|(?<n>[\p{L}_][\p{L}\p{N}_]*)|(?<o>[-+*/%@=!&|^~.<>]+)|(?<p>[()[\]{},:;]+)/gimu;

/** @param {string} text */
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/**
 * Python as HTML, in the classes that the page's own colours are for.
 * @param {string} code
 */
export function coloured(code) {
	let [html, at, before] = ["", 0, ""];
	for (const { 0: text, index, groups = {} } of code.matchAll(TOKEN)) {
		const [kind = ""] = Object.keys(groups).filter((kind) => groups[kind] !== undefined);
		const word = NAMED[before] ?? (before === "." ? "n" : (KINDS.get(text) ?? "n"));
		// What stands in the braces of an f-string is code.
		const inside = kind === "s2" && /^r?fr?$/i.test(before) ? text.split(/(\{[^{}]+\})/).map((piece, i) => (i % 2 ? `<span class="n">${coloured(piece)}</span>` : escaped(piece))).join("") : escaped(text);
		html += `${escaped(code.slice(at, index))}<span class="${kind === "n" ? word : kind}">${inside}</span>`;
		[at, before] = [index + text.length, text];
	}
	return html + escaped(code.slice(at));
}

// Who came by Tab goes on by Tab, and nobody edits what they only pass.
let tabbed = false;
addEventListener("keydown", ({ key }) => (tabbed = key === "Tab"), true);
addEventListener("pointerdown", () => (tabbed = false), true);

/**
 * Let the code of a page be edited.
 * @param {HTMLElement} pre
 * @param {string} keys the id of the sentence about keys
 * @param {() => void} changed
 * @param {() => void} run
 */
export function editor(pre, keys, changed, run) {
	const code = document.createElement("span");
	code.ariaHidden = "true"; // the textbox says the same
	code.append(...pre.childNodes);
	const area = document.createElement("textarea");
	area.value = code.textContent.replace(/\n$/, "");
	area.ariaLabel = "Code";
	for (const [name, value] of Object.entries({ "aria-describedby": keys, autocapitalize: "off", autocomplete: "off", autocorrect: "off", spellcheck: "false", translate: "no", wrap: "off", rows: "1", cols: "1" })) {
		area.setAttribute(name, value);
	}
	pre.append(code, area);

	const paint = () => (code.innerHTML = `${coloured(area.value)}\n`);
	/**
	 * Put text in place of what stands from one place to another, so that it can be undone.
	 * @param {number} from
	 * @param {number} to
	 * @param {string} text
	 */
	function put(from, to, text) {
		area.setSelectionRange(from, to);
		document.execCommand(text ? "insertText" : "delete", false, text);
	}
	/** @param {boolean} back */
	function indent(back) {
		const { value, selectionStart, selectionEnd } = area;
		if (!back && selectionStart === selectionEnd) return put(selectionStart, selectionEnd, " ".repeat(4));
		const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
		const end = value.indexOf("\n", Math.max(selectionStart, selectionEnd - 1));
		const to = end < 0 ? value.length : end;
		const lines = value.slice(from, to);
		const moved = back ? lines.replace(/^[ ]{1,4}/gm, "") : lines.replace(/^(?=.)/gm, " ".repeat(4));
		if (moved === lines) return;
		const first = moved.split("\n", 1)[0].length - lines.split("\n", 1)[0].length;
		put(from, to, moved);
		area.setSelectionRange(Math.max(from, selectionStart + first), Math.max(from, selectionEnd + moved.length - lines.length));
	}
	function newLine() {
		const { value, selectionStart, selectionEnd } = area;
		const line = value.slice(value.lastIndexOf("\n", selectionStart - 1) + 1, selectionStart);
		const turn = /:\s*(#.*)?$/.test(line) ? 4 : /^\s*(return|pass|break|continue|raise)\b/.test(line) ? -4 : 0;
		const depth = /** @type {RegExpMatchArray} */ (line.match(/^\s*/))[0].length;
		put(selectionStart, selectionEnd, `\n${" ".repeat(Math.max(0, depth + turn))}`);
	}
	/** Take away a level of the indentation that the caret stands in; false where it stands in none. */
	function outdent() {
		const { value, selectionStart, selectionEnd } = area;
		const depth = selectionStart - value.lastIndexOf("\n", selectionStart - 1) - 1;
		if (selectionStart !== selectionEnd || depth < 2 || value.slice(selectionStart - depth, selectionStart).trim()) return false;
		put(selectionStart - (((depth - 1) % 4) + 1), selectionStart, "");
		return true;
	}

	let leaving = false;
	area.addEventListener("focus", () => (leaving = tabbed));
	area.addEventListener("pointerdown", () => (leaving = false));
	area.addEventListener("keydown", (event) => {
		const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
		if (event.isComposing || key === "Shift") return;
		if (key === "Tab" && !leaving && !ctrlKey && !metaKey && !altKey) {
			event.preventDefault();
			indent(shiftKey);
		} else if (key === "Enter" && (ctrlKey || metaKey || shiftKey)) {
			event.preventDefault();
			if (!event.repeat) run();
		} else if (key === "Enter") {
			event.preventDefault();
			newLine();
		} else if (key === "Backspace" && !ctrlKey && !metaKey && !altKey && outdent()) event.preventDefault();
		leaving = key === "Escape" || (leaving && key === "Tab");
	});
	area.addEventListener("input", () => {
		paint();
		changed();
	});
	return {
		area,
		/** @param {string} text which nobody typed */
		write(text) {
			area.value = text;
			paint();
		},
	};
}
