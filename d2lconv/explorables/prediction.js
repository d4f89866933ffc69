// A question that takes an answer before the text gives it, and says which mistake it was.
import { grey } from "./colours.js";
import { button, make, mount, newId, part, put, setAttributes, slider } from "./controls.js";
import { inside, parse, show, sizes } from "./numbers.js";
import { picture, unpacked } from "./picture.js";

/** @import { View } from "./controls.js" */
/** @import { Photograph } from "./picture.js" */
/** @typedef {[row: number, col: number]} Spot */
/** @typedef {{ value: any, text: string, right: boolean }} Said what is said about an answer that was foreseen */
/**
 * @typedef {object} Question
 * @property {"number" | "choice" | "cells" | "point"} kind
 * @property {Said[]} says
 * @property {string} otherwise what is said about any other answer
 * @property {string} unit
 * @property {[number, number]} [cells]
 * @property {Photograph} [picture]
 */
/** @typedef {{ name: string, given: any, shown: boolean, _question: Question }} Traits */
/**
 * How a kind of question is answered: the parts to do it with, what they say now (undefined where nothing yet), how an
 * answer is put into them, and how it is told in words.
 * @typedef {{ parts: Node[], read: () => any, write: (given: any) => void, told: (given: any) => string, ask: string }} Field
 */

/**
 * Whether an answer is one that was foreseen, by the rules that `Prediction` has in Python.
 * @param {string} kind
 * @param {any} given
 * @param {any} value
 */
export function meets(kind, given, value) {
	if (kind === "number") return Math.abs(given - value) <= 1e-6 * Math.max(Math.abs(value), 1);
	if (kind === "cells") return String(given) === String(value);
	if (kind === "choice") return given === value;
	const [row, col, height, width] = value;
	return row <= given[0] && given[0] < row + height && col <= given[1] && given[1] < col + width;
}

/** @param {Spot[]} places */
const list = (places) => places.map(([r, c]) => `row ${r + 1} column ${c + 1}`).join(", ") || "none";

/** @type {Record<string, (question: Question) => Field>} */
const FIELDS = {
	number({ unit }) {
		const input = make("input", { type: "text", inputmode: "decimal", autocomplete: "off", size: 8 });
		return {
			parts: [make("label", {}, "Your answer", input, unit)],
			read: () => parse(input.value),
			write: (given) => (input.value = show(given, 12)),
			told: (given) => show(given, 6),
			ask: "Type a number first.",
		};
	},
	choice({ says }) {
		const name = newId();
		const inputs = says.map(({ value }) => make("input", { type: "radio", name, value }));
		return {
			parts: says.map(({ value }, i) => make("label", {}, inputs[i], make("span", {}, value))),
			read: () => inputs.find((input) => input.checked)?.value,
			write: (given) => inputs.forEach((input) => (input.checked = input.value === given)),
			told: (given) => `“${given}”`,
			ask: "Choose one first.",
		};
	},
	cells({ cells = [1, 1] }) {
		const [height, width] = cells;
		const places = Array.from({ length: height * width }, (_, i) => /** @type {Spot} */ ([Math.floor(i / width), i % width]));
		/** @param {Spot[]} places */
		const told = (places) => (height > 1 ? list(places) : list(places).replaceAll("row 1 ", ""));
		const inputs = places.map((place) => make("input", { type: "checkbox", "aria-label": told([place]) }));
		return {
			parts: [setAttributes(part("picks", ...inputs), { style: `--columns:${width}` })],
			read: () => (inputs.some((input) => input.checked) ? places.filter((_, i) => inputs[i].checked) : undefined),
			write: (given) => inputs.forEach((input, i) => (input.checked = given.map(String).includes(String(places[i])))),
			told,
			ask: "Pick some cells first.",
		};
	},
	point({ picture: photograph }) {
		const X = unpacked(/** @type {Photograph} */ (photograph));
		/** @type {Spot | undefined} */
		let at;
		const shown = picture("Picture", () => {}, (place) => shown.el.closest("fieldset")?.disabled || write(place));
		const middle = () => at ?? sizes(X).map((n) => n >> 1);
		const sliders = ["Row", "Column"].map((label, axis) => slider(label, (value) => write(middle().map((i, other) => (other === axis ? value - 1 : i)))));
		/** @param {number[]} place */
		const write = ([r, c]) => {
			at = inside(X, r, c);
			shown.frame(at[0] - 4, at[1] - 4, 9, 9);
			tell();
		};
		const tell = () =>
			sliders.forEach(({ update }, axis) => update({ value: middle()[axis] + 1, min: 1, max: sizes(X)[axis], text: at ? undefined : "–" }));
		shown.paint(X, "The picture to point at", grey);
		shown.size(270 / X[0].length);
		tell();
		return {
			parts: [shown.el, ...sliders.map(({ el }) => el)],
			read: () => at,
			write,
			told: (given) => list([given]),
			ask: "Press a point first.",
		};
	},
};

/** @param {View<Traits>} view */
function render({ model, el }) {
	const question = model.get("_question");
	const { kind, says, otherwise } = question;
	const field = FIELDS[kind](question);
	const verdict = make("p", { class: "d2l-verdict", role: "status" });
	const right = says.find((said) => said.right);
	const inputs = make("fieldset", { class: `d2l-${kind}` }, make("legend", { class: "d2l-live" }, "Your prediction"), ...field.parts);
	const commit = make("button", { type: "submit" }, "Commit");
	const buttons = part("buttons", commit, button("Show me", () => put(model, { shown: true })));
	/** @param {SubmitEvent} event */
	const onsubmit = (event) => {
		event.preventDefault();
		const given = field.read();
		if (given === undefined) verdict.textContent = field.ask;
		else put(model, { given });
	};
	const form = make("form", { onsubmit }, inputs, buttons);

	/** The right answer, as one would give it: of a region its middle. */
	function answer() {
		const value = right?.value;
		return kind === "point" ? [value[0] + (value[2] >> 1), value[1] + (value[3] >> 1)] : value;
	}
	/** @param {any} given */
	const about = (given) => says.find(({ value }) => meets(kind, given, value)) ?? { text: otherwise, right: false };

	/** Say what there is to say, and let the page know. */
	function judge() {
		const [given, shown] = [model.get("given"), model.get("shown")];
		const done = given !== null || shown;
		inputs.disabled = done;
		buttons.hidden = done;
		if (!done) return;
		const said = given === null ? right : about(given);
		const told = given ?? answer();
		field.write(told);
		const head = given === null ? "It is" : said?.right ? "Right," : "Not";
		verdict.replaceChildren(make("strong", {}, `${head} ${given && kind === "cells" ? "these" : field.told(told)}.`), ` ${said?.text ?? ""}`);
		if (given !== null) verdict.dataset.right = String(said?.right);
		tell("d2l-answer", { name: model.get("name"), given, shown, right: given !== null && said?.right });
	}
	/**
	 * The site keeps answers on the reader's device, and uncovers what was covered until then.
	 * @param {string} type
	 * @param {object} detail
	 */
	const tell = (type, detail) => el.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));

	const stop = mount({ model, el }, "Your prediction", [form, verdict], { "given shown": judge }, () => {}, []);
	el.querySelector(".d2l")?.classList.add("d2l-prediction");
	/** @param {Partial<Traits>} kept what was answered on another day, perhaps to another question of this name */
	const take = (kept) => {
		try {
			put(model, kept);
		} catch {
			put(model, { given: null, shown: false });
		}
	};
	if (model.get("given") === null && !model.get("shown")) tell("d2l-ask", { name: model.get("name"), take });
	judge();
	return stop;
}

export default { render };
