// The kernel's window on an image: move it, edit the cells, flip the kernel, and read the arithmetic.
import { button, checkbox, listen, make, mount, player, put, slider, speaker } from "./controls.js";
import { grid, sizeCells } from "./grid.js";
import { clamp, corr2d, decode, encode, flipped, parse, show } from "./numbers.js";

const HELP = "Drag the window, point at an output cell, or type another number into a cell.";
const MOST_TERMS = 12;

function render({ model, el }) {
  let X, K, W, Y; // the image, the kernel, the kernel as it slides, the output
  let input, kernel, output;

  const stage = make("div", { class: "d2l-stage" });
  const sum = make("p", { class: "d2l-sum" });
  const hint = make("p", { class: "d2l-hint", id: `d2l-${Math.random().toString(36).slice(2)}` });
  const heard = speaker();
  const place = (row, col) => put(model, { row: clamp(row, Y.length - 1), col: clamp(col, Y[0].length - 1) });
  const byHand = (act) => (...what) => {
    play.stop();
    act(...what);
  };
  const row = slider("Row", byHand((value) => place(value - 1, model.get("col"))));
  const col = slider("Column", byHand((value) => place(model.get("row"), value - 1)));
  const flip = checkbox("Flip kernel", (flip) => put(model, { flip }));
  const play = player((first) => {
    const next = model.get("row") * Y[0].length + model.get("col") + 1;
    const last = next === Y.length * Y[0].length;
    if (last && !first) return false;
    place(last ? 0 : Math.floor(next / Y[0].length), last ? 0 : next % Y[0].length);
    return true;
  });
  const reset = button("Reset", byHand(() => {
    put(model, model.get("_start"));
    build();
  }));

  /** Draw the three grids anew: their shapes, or the fields' text, are not what they were. */
  function build() {
    X = decode(model.get("X"));
    K = decode(model.get("K"));
    const [kH, kW] = [K.length, K[0].length];
    const [rows, cols] = [X.length - kH + 1, X[0].length - kW + 1];
    input = grid("Input", X.length, X[0].length, {
      field: (r, c) => `Input row ${r + 1} column ${c + 1}`,
      edit: (r, c, field) => edit("X", r, c, field),
      point: reach,
    });
    // A flipped kernel shows each number where it now is; the field keeps the name of the entry that it edits.
    const entry = (r, c) => (model.get("flip") ? [kH - 1 - r, kW - 1 - c] : [r, c]);
    kernel = grid("Kernel", kH, kW, {
      field: (r, c) => entry(r, c).reduce((r, c) => `Kernel row ${r + 1} column ${c + 1}`),
      edit: (r, c, field) => edit("K", ...entry(r, c), field),
    });
    output = grid("Output", rows, cols, { point: (cell) => cell && byHand(place)(...cell) });
    input.caption(`Input ${X.length} × ${X[0].length}`);
    kernel.caption(`${model.get("flip") ? "Flipped kernel" : "Kernel"} ${kH} × ${kW}`);
    output.caption(`Output ${rows} × ${cols}`);
    const sign = (text) => make("span", { class: "d2l-sign", "aria-hidden": "true" }, text);
    stage.replaceChildren(input.el, sign("⋆"), kernel.el, sign("="), output.el);
    dragged(input);
    hint.textContent = HELP;
    hint.classList.remove("d2l-wrong");
    size.fit();
    calculate();
  }

  /** New numbers in the same cells. */
  function calculate() {
    X = decode(model.get("X"));
    K = decode(model.get("K"));
    W = model.get("flip") ? flipped(K) : K;
    Y = corr2d(X, W);
    input.values(X);
    kernel.values(W);
    output.values(Y);
    flip.input.checked = model.get("flip");
    move();
  }

  /** The window somewhere else. */
  function move() {
    const r = clamp(model.get("row"), Y.length - 1);
    const c = clamp(model.get("col"), Y[0].length - 1);
    row.set({ value: r + 1, min: 1, max: Y.length, text: `${r + 1} of ${Y.length}` });
    col.set({ value: c + 1, min: 1, max: Y[0].length, text: `${c + 1} of ${Y[0].length}` });
    input.frame(r, c, W.length, W[0].length);
    output.frame(r, c, 1, 1);
    output.tabStop(r, c);
    input.cells.forEach((cells, i) =>
      cells.forEach((cell, j) => {
        const tap = W[i - r]?.[j - c];
        if (tap === undefined) delete cell.dataset.tap;
        else cell.dataset.tap = `×${show(tap, 3)}`;
      }),
    );
    const terms = W.flatMap((taps, a) => Array.from(taps, (k, b) => [X[r + a][c + b], k]));
    const factor = (v) => (v < 0 ? `(${show(v)})` : show(v));
    const shown = terms.slice(0, MOST_TERMS).map(([x, k]) => `${factor(x)}×${factor(k)}`);
    if (terms.length > MOST_TERMS) shown.push(`… (${terms.length - MOST_TERMS} more)`);
    sum.replaceChildren(`${shown.join(" + ")} = `, make("strong", {}, show(Y[r][c], 6)));
    const products = terms.slice(0, MOST_TERMS).map(([x, k]) => show(x * k)).join(", ");
    const turned = model.get("flip") ? "Kernel flipped. " : "";
    heard.say(`${turned}Row ${r + 1}, column ${c + 1}. Products ${products}. Sum ${show(Y[r][c], 6)}.`, play.playing());
  }

  function edit(trait, r, c, field) {
    const value = parse(field.value);
    const wrong = value === undefined;
    field.setAttribute("aria-invalid", wrong);
    field.setAttribute("aria-describedby", wrong ? hint.id : "");
    const rows = trait === "X" ? X : K;
    hint.classList.toggle("d2l-wrong", wrong);
    hint.textContent = wrong
      ? `“${field.value}” is not a number, so ${field.getAttribute("aria-label").toLowerCase()} stays ${show(rows[r][c])}. Type one such as 2 or −0.5.`
      : HELP;
    if (wrong) return heard.say(hint.textContent);
    const next = rows.map((row) => [...row]);
    next[r][c] = value;
    put(model, { [trait]: encode(next) });
  }

  /** Show which outputs an input cell has a part in: those whose window holds it. */
  function reach(cell) {
    const within = (r, c) => cell && r <= cell[0] && cell[0] < r + W.length && c <= cell[1] && cell[1] < c + W[0].length;
    output.mark(within);
    if (hint.classList.contains("d2l-wrong")) return;
    const count = Y.reduce((n, y, r) => n + y.reduce((m, _, c) => m + (within(r, c) ? 1 : 0), 0), 0);
    hint.textContent = cell ? `Input row ${cell[0] + 1}, column ${cell[1] + 1} reaches ${count} output${count === 1 ? "" : "s"}.` : HELP;
  }

  /** Let the window be dragged; a press that does not move still goes to the field under it. */
  function dragged({ body, at }) {
    let held = null;
    body.addEventListener("pointerdown", (event) => {
      if (event.target.closest("[data-tap]")) held = { from: at(event), row: model.get("row"), col: model.get("col") };
    });
    body.addEventListener("pointermove", (event) => {
      if (!held) return;
      const [r, c] = at(event);
      if (r === held.from[0] && c === held.from[1] && !body.hasPointerCapture(event.pointerId)) return;
      body.setPointerCapture(event.pointerId);
      body.querySelector(":focus")?.blur();
      byHand(place)(held.row + r - held.from[0], held.col + c - held.from[1]);
    });
    body.addEventListener("dragstart", (event) => event.preventDefault()); // else the browser drags the text instead
    for (const end of ["pointerup", "pointercancel"]) body.addEventListener(end, () => (held = null));
  }

  const size = sizeCells(stage, () => [input, kernel, output]);
  const reshaped = () => {
    const [x, k] = [model.get("X"), model.get("K")];
    const same = x.length === X.length && x[0].length === X[0].length && k.length === K.length && k[0].length === K[0].length;
    if (same) calculate();
    else if (k.length <= x.length && k[0].length <= x[0].length) build(); // else the other half is still on its way
  };
  const buttons = make("div", { class: "d2l-buttons" }, play.el, reset, flip.el);
  const sliders = make("div", { class: "d2l-controls" }, row.el, col.el);
  const unmount = mount(el, "A kernel's window on an image", [stage, sum, hint, sliders, buttons, heard.el], [
    listen(model, ["X", "K"], reshaped),
    listen(model, ["flip"], build),
    listen(model, ["row", "col"], move),
    ...[play, heard, size].map(({ stop }) => stop),
  ]);
  build();
  return unmount;
}

export default { render };
