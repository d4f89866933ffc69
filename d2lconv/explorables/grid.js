// A grid of cells: numbers on tinted ground, a frame that moves over them, one stop for the Tab key.
import { make } from "./controls.js";
import { clamp, largest, show } from "./numbers.js";

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -99], End: [0, 99] };

/**
 * @param {string} name
 * @param {number} rows
 * @param {number} cols
 * @param {{ field?: (r: number, c: number) => string, edit?: (r: number, c: number, input: HTMLInputElement) => void,
 *   point?: (cell: [number, number] | null) => void }} use
 *   `field` labels editable cells and `edit` hears what is typed; `point` hears which cell has the pointer or the focus
 */
export function grid(name, rows, cols, { field, edit, point } = {}) {
  const role = field ? "group" : point ? "grid" : "table";
  const caption = make("figcaption", {});
  const frame = make("div", { class: "d2l-frame", hidden: "" });
  const body = make("div", { class: "d2l-body", role, "aria-label": name });
  const el = make("figure", { class: "d2l-grid" }, caption, body);

  const cells = Array.from({ length: rows }, (_, r) =>
    Array.from({ length: cols }, (_, c) => {
      if (!field) return make("span", { class: "d2l-cell", role: point ? "gridcell" : "cell", tabindex: point ? -1 : false });
      const input = make("input", { "aria-label": field(r, c), autocomplete: "off", spellcheck: "false", tabindex: -1 });
      input.addEventListener("input", () => edit(r, c, input));
      input.addEventListener("focus", () => input.select());
      return make("span", { class: "d2l-cell" }, input);
    }),
  );
  for (const row of cells) body.append(make("div", { class: "d2l-row", role: field ? false : "row" }, ...row));
  body.append(frame);

  const target = (r, c) => cells[r][c].querySelector("input") ?? cells[r][c];
  const find = (node) => {
    const cell = node.closest(".d2l-cell");
    const r = cells.findIndex((row) => row.includes(cell));
    return r < 0 ? null : [r, cells[r].indexOf(cell)];
  };
  let stop = [0, 0];
  const tabStop = (r, c) => {
    target(...stop).tabIndex = -1;
    stop = [r, c];
    target(r, c).tabIndex = 0;
  };

  if (field || point) {
    tabStop(0, 0);
    body.addEventListener("focusin", (event) => {
      const cell = find(event.target);
      if (!cell) return;
      tabStop(...cell);
      point?.(cell);
    });
    body.addEventListener("keydown", (event) => {
      const arrow = ARROWS[event.key];
      if (!arrow || event.ctrlKey || event.metaKey || event.altKey) return;
      if (field && !leaves(event.target, event.key)) return;
      event.preventDefault();
      target(clamp(stop[0] + arrow[0], rows - 1), clamp(stop[1] + arrow[1], cols - 1)).focus();
    });
    body.addEventListener("pointerover", (event) => point?.(find(event.target)));
    for (const away of ["pointerleave", "focusout"]) body.addEventListener(away, () => point?.(null));
  }

  return {
    el,
    body,
    cells,
    cols,
    tabStop,
    caption: (text) => (caption.textContent = text),
    /** Write `M` into the cells; `most` has the strongest tint. Without room for digits, a sign stands for each number. */
    values(M, most = largest(M), digits = 4) {
      cells.forEach((row, r) =>
        row.forEach((cell, c) => {
          const v = M[r][c];
          const text = digits ? show(v, digits) : v > 0 ? "+" : v < 0 ? "−" : "";
          const input = cell.querySelector("input");
          if (!input) cell.textContent = text;
          else if (input !== document.activeElement) input.value = text;
          cell.dataset.sign = Number.isNaN(v) ? "nan" : v < 0 ? "minus" : "plus";
          cell.style.setProperty("--t", Math.min(1, Math.abs(v) / most) || 0);
          cell.style.setProperty("--shrink", Math.min(1, 4 / Math.max(1, text.length)));
        }),
      );
    },
    /** Put the frame around `h` by `w` cells from row `r`, column `c`. */
    frame(r, c, h, w) {
      frame.hidden = false;
      for (const [key, value] of Object.entries({ "--r": r, "--c": c, "--h": h, "--w": w })) frame.style.setProperty(key, value);
    },
    /** Mark the cells for which `test(r, c)` holds. */
    mark: (test) => cells.forEach((row, r) => row.forEach((cell, c) => cell.classList.toggle("d2l-reached", test(r, c)))),
    /** The cell under a pointer, whether or not an element has captured it. */
    at({ clientX, clientY }) {
      const box = body.getBoundingClientRect();
      return [
        clamp(Math.floor(((clientY - box.top) / box.height) * rows), rows - 1),
        clamp(Math.floor(((clientX - box.left) / box.width) * cols), cols - 1),
      ];
    },
  };
}

/** Whether a key should leave a field: up and down always, along the row from the end of its text. */
function leaves(input, key) {
  const { selectionStart, selectionEnd, value } = input;
  if (key === "ArrowUp" || key === "ArrowDown" || (selectionStart === 0 && selectionEnd === value.length)) return !/Home|End/.test(key);
  return selectionStart === selectionEnd && ((key === "ArrowLeft" && !selectionEnd) || (key === "ArrowRight" && selectionStart === value.length));
}

/**
 * Size the cells so that the grids of a row stand side by side, or, where that makes them tiny, below each other.
 * @param {HTMLElement} row
 * @param {() => { cols: number }[]} grids
 * @returns {{ fit: () => void, stop: () => void }}
 */
export function sizeCells(row, grids) {
  const fit = () => {
    const widths = grids().map((grid) => Math.max(grid.cols, 2.7));
    const beside = (row.clientWidth - 44 * (widths.length - 1)) / widths.reduce((a, b) => a + b);
    const stacked = beside < 30;
    const cell = stacked ? (row.clientWidth - 2) / Math.max(...widths) : beside;
    row.classList.toggle("d2l-stacked", stacked);
    row.style.setProperty("--cell", `${Math.floor(Math.min(46, Math.max(14, cell)))}px`);
  };
  const observer = new ResizeObserver(fit);
  observer.observe(row);
  return { fit, stop: () => observer.disconnect() };
}
