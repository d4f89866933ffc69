// How a kernel was learned: the loss curve, the kernel at every epoch, and the prediction beside the target.
import { draw, listen, make, mount, player, put, select, set, slider, speaker } from "./controls.js";
import { grid, sizeCells } from "./grid.js";
import { clamp, corr2d, decode, flipped, largest, show } from "./numbers.js";

const HEIGHT = 190;
const LEFT = 46;
const FLOOR = 1e-16; // a loss of zero has no logarithm

function render({ model, el }) {
  const runs = model.get("_runs");
  const X = decode(model.get("X"));
  const Y = decode(model.get("Y"));
  const startOf = ({ weight, bias }) => `${weight[0].map((row) => row.map((w) => show(w, 3)).join(", ")).join("; ")}${bias ? `, bias ${show(bias[0], 3)}` : ""}`;
  const starts = [...new Set(runs.map(startOf))];
  let run, epoch, rates; // the run shown, its epoch, and the runs from the same start in order of learning rate

  const plot = draw("svg", { role: "img", height: HEIGHT, width: "100%", class: "d2l-plot" });
  const title = make("p", { class: "d2l-hint" }, "Loss at every epoch (thin: the other learning rates)");
  const sum = make("p", { class: "d2l-sum" });
  const hint = make("p", { class: "d2l-hint" });
  const heard = speaker();
  const kernel = grid("Learned kernel", runs[0].weight[0].length, runs[0].weight[0][0].length);
  const prediction = grid("Prediction", Y.length, Y[0].length);
  const target = grid("Target", Y.length, Y[0].length);
  const stage = make("div", { class: "d2l-stage" }, kernel.el, prediction.el, target.el);
  const size = sizeCells(stage, () => [kernel, prediction, target]);
  kernel.caption("Learned kernel");
  prediction.caption("Prediction");
  target.caption("Target");
  target.values(Y);

  const move = (values) => put(model, values);
  const epochs = slider("Epoch", (epoch) => {
    play.stop();
    move({ epoch });
  });
  const rate = slider("Learning rate", (index) => move({ run: runs.indexOf(rates[index]) }));
  const start = select("Start", starts.map((text) => [text, text]), (text) => {
    const same = runs.filter((other) => startOf(other) === text);
    const nearest = same.reduce((a, b) => (Math.abs(b.lr - run.lr) < Math.abs(a.lr - run.lr) ? b : a));
    move({ run: runs.indexOf(nearest) });
  });
  const play = player((first) => {
    const last = epoch === run.loss.length - 1;
    if (last && !first) return false;
    move({ epoch: last ? 0 : epoch + 1 });
    return true;
  });

  /** How a learning rate stands to the largest stable one, in words. */
  function relation({ lr, limit }) {
    if (limit === null) return "";
    const ratio = lr / Number(limit);
    if (Math.abs(ratio - 1) < 1e-6) return `exactly the stable limit ${show(limit)}, where the error neither grows nor fades along one direction`;
    const verdict = ratio > 1 ? "so the error grows with every epoch" : "so the error fades";
    return `${show(100 * ratio, 3)} % of the stable limit ${show(limit)}, ${verdict}`;
  }

  /** Another run, or another width: draw the curves anew. */
  function curves() {
    run = runs[clamp(model.get("run"), runs.length - 1)];
    rates = runs.filter((other) => startOf(other) === startOf(run)).sort((a, b) => a.lr - b.lr);
    const logs = rates.map(({ loss }) => loss.map((l) => Math.log10(Math.max(Number(l), FLOOR))).filter(Number.isFinite));
    const low = Math.floor(Math.min(...logs.flat()));
    const high = Math.max(low + 1, Math.ceil(Math.max(...logs.flat())));
    const last = Math.max(...rates.map(({ loss }) => loss.length)) - 1 || 1;
    const width = plot.clientWidth || 600;
    const x = (t) => LEFT + (t / last) * (width - LEFT - 10);
    const y = (log) => 14 + ((high - log) / (high - low)) * (HEIGHT - 48);
    plot.replaceChildren();
    const text = (x, y, anchor, words) => plot.append(draw("text", { x, y, "text-anchor": anchor }, words));
    const every = Math.ceil((high - low) / 5);
    for (let tick = low; tick <= high; tick += every) {
      plot.append(draw("path", { d: `M${LEFT} ${y(tick)}H${width}`, class: "d2l-rule" }));
      text(LEFT - 6, y(tick) + 4, "end", show(10 ** tick, 1));
    }
    text(LEFT, HEIGHT - 4, "start", "epoch 0");
    text(width - 2, HEIGHT - 4, "end", String(last));
    const order = [...rates.filter((other) => other !== run), run];
    for (const other of order) {
      const points = logs[rates.indexOf(other)].map((log, t) => `${x(t)},${y(log)}`);
      plot.append(draw("polyline", { points: points.join(" "), class: other === run ? "d2l-curve" : "d2l-other" }));
    }
    const marker = plot.appendChild(draw("circle", { r: 6, class: "d2l-marker" }));
    const line = plot.appendChild(draw("path", { class: "d2l-cone" }));
    curves.mark = (t) => {
      const log = Math.log10(Math.max(Number(run.loss[t]), FLOOR));
      set(line, { d: `M${x(t)} 6V${HEIGHT - 24}` });
      set(marker, { cx: x(t), cy: Number.isFinite(log) ? y(log) : -99 });
    };
    curves.at = (px) => Math.round(((px - LEFT) / (width - LEFT - 10)) * last);
    update();
  }

  /** Another epoch of the same run. */
  function update() {
    epoch = clamp(model.get("epoch"), run.loss.length - 1);
    const weight = decode(run.weight[epoch]);
    const bias = run.bias ? Number(run.bias[epoch]) : 0;
    const loss = Number(run.loss[epoch]);
    kernel.values(weight, largest(weight), 3);
    prediction.values(corr2d(X, run.flip ? flipped(weight) : weight).map((row) => row.map((v) => v + bias)), largest(Y), 2);
    curves.mark(epoch);
    epochs.set({ value: epoch, min: 0, max: run.loss.length - 1 });
    const words = relation(run);
    rate.set({ value: rates.indexOf(run), min: 0, max: rates.length - 1, text: show(run.lr, 3), spoken: [show(run.lr, 3), words].filter(Boolean).join(": ") });
    start.input.value = startOf(run);
    const numbers = weight.flat().map((w) => show(w, 6)).join(", ");
    const brief = weight.flat().length < 5 ? `, kernel [${numbers}]` : "";
    sum.replaceChildren(`Epoch ${epoch}: loss `, make("strong", {}, show(loss, 6)), brief);
    const notes = [words && `Learning rate ${show(run.lr, 3)} is ${words}.`, run.bias && `The bias is ${show(bias, 3)}.`, run.flip && "The layer flips its kernel."];
    hint.textContent = notes.filter(Boolean).join(" ");
    set(plot, { "aria-label": `Loss curve at learning rate ${show(run.lr, 3)}: ${show(Number(run.loss[0]))} at epoch 0, ${show(Number(run.loss.at(-1)))} at epoch ${run.loss.length - 1}` });
    heard.say(`Epoch ${epoch}, loss ${show(loss, 6)}${brief}.`, play.playing());
  }

  for (const on of ["pointerdown", "pointermove"]) plot.addEventListener(on, (event) => {
    if (!event.buttons) return;
    play.stop();
    move({ epoch: clamp(curves.at(event.clientX - plot.getBoundingClientRect().left), run.loss.length - 1) });
  });
  const controls = make("div", { class: "d2l-controls" }, epochs.el, rate.el);
  if (starts.length > 1) controls.append(start.el);
  const observer = new ResizeObserver(curves);
  const unmount = mount(el, "How the kernel is learned", [title, plot, stage, sum, hint, controls, make("div", { class: "d2l-buttons" }, play.el), heard.el], [
    listen(model, ["run"], curves),
    listen(model, ["epoch"], update),
    ...[play, heard, size].map(({ stop }) => stop),
    () => observer.disconnect(),
  ]);
  observer.observe(plot);
  size.fit();
  curves();
  return unmount;
}

export default { render };
