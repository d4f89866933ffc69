"""What Python in the page costs a reader: seconds from a press to what it shows, megabytes, and memory.

Run it with `make bench`, which makes the site first. It serves the site on this machine, opens a page in the browser
that the tests use, and measures in the page, from the press on: with an empty cache, with the browser's own, on a line
of 20 Mbit/s, and while figures ask for what a reader's functions give. It writes runtime.json beside itself: medians.
"""

import json
import statistics
import sys
from pathlib import Path

import psutil
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
SITE = HERE.parent / "_build" / "site"
sys.path.append(str(HERE.parent / "tests"))

from chrome import launch, served  # noqa: E402  the path above leads to it

VISITS = 5
CHECK = 'from d2lconv import check\ncheck.run("output_shape", lambda image, kernel: image)'
# Write a cell, press its button, and return the seconds until it rests again.
RUN = """async (code) => {
  const cell = document.querySelectorAll("[data-cell]")[1];
  const [area, bar] = [cell.querySelector("textarea"), cell.querySelector(".cell-bar")];
  area.value = code;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  const began = performance.now();
  cell.querySelector(".cell-run").click();
  while (bar.dataset.doing !== "rests") await new Promise(requestAnimationFrame);
  return (performance.now() - began) / 1000;
}"""
STOP = """async () => {
  const { run, start, stop } = await import("/_static/python/engine.js");
  run("while True: pass", "cell", () => {}).catch(() => {});
  await new Promise((then) => setTimeout(then, 200));
  const began = performance.now();
  stop();
  await start();
  await run("print(42)", "cell", () => {});
  return (performance.now() - began) / 1000;
}"""
FUNCTIONS = """
import numpy as np

def loops(X, K):
    k_h, k_w = K.shape
    Y = np.zeros((X.shape[0] - k_h + 1, X.shape[1] - k_w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + k_h, j : j + k_w] * K).sum()
    return Y

def windows(X, K):
    return np.einsum("ijab,ab->ij", np.lib.stride_tricks.sliding_window_view(X, K.shape), K)
"""
APPLY = """async ([name, n]) => {
  const { call } = await import("/_static/python/engine.js");
  const random = (n) => ({ shape: [n, n], bytes: Float64Array.from({ length: n * n }, Math.random) });
  const began = performance.now();
  await call("apply", name, random(n), random(7));
  return (performance.now() - began) / 1000;
}"""


def memory() -> float:
    """Return the megabytes of the largest process that draws a page."""
    drawing = [child for child in psutil.Process().children(recursive=True) if "--type=renderer" in child.cmdline()]
    return max(child.memory_info().rss for child in drawing) / 1e6


def visit(page, address):
    """Open a page, and wait until it has come to rest."""
    page.goto(f"{address}/chapters/exercises.html")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)


def measure(browser, address) -> dict[str, list[float]]:
    """Measure all of it once, in a browser that knows nothing yet."""
    context = browser.new_context()
    page = context.new_page()
    visit(page, address)
    before = memory()
    found = {"press to first output, nothing kept": page.evaluate(RUN, "print(6 * 7)")}
    found["first check after that"] = page.evaluate(RUN, CHECK)
    page.evaluate(RUN, FUNCTIONS)
    page.evaluate(APPLY, ["windows", 64])  # what it imports
    found["256 x 256 by NumPy, 7 x 7"] = min(page.evaluate(APPLY, ["windows", 256]) for _ in range(3))
    found["64 x 64 by loops, 7 x 7"] = min(page.evaluate(APPLY, ["loops", 64]) for _ in range(3))
    found["256 x 256 by loops, 7 x 7"] = page.evaluate(APPLY, ["loops", 256])
    found["memory, MB"] = memory() - before
    found["stop to the next output"] = page.evaluate(STOP)
    visit(page, address)
    found["press to first output, kept by the browser"] = page.evaluate(RUN, "print(6 * 7)")
    context.close()
    return found


def slow(browser, address) -> float:
    """Return the seconds from a press to the first output on a line of 20 Mbit/s."""
    context = browser.new_context()
    page = context.new_page()
    visit(page, address)
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    limits = {"offline": False, "latency": 40, "downloadThroughput": 20e6 / 8, "uploadThroughput": 2e6 / 8}
    tools.send("Network.emulateNetworkConditions", limits)
    seconds = page.evaluate(RUN, "print(6 * 7)")
    context.close()
    return seconds


def main() -> None:
    """Measure, print, and write the figures down."""
    sizes = json.loads((SITE / "_static" / "python" / "downloads.json").read_text())["sizes"]
    with sync_playwright() as playwright, served(SITE) as address:
        browser = launch(playwright.chromium)
        all_found = [measure(browser, address) for _ in range(VISITS)]
        figures = {name: statistics.median(found[name] for found in all_found) for name in all_found[0]}
        figures["press to first output, 20 Mbit/s"] = slow(browser, address)
        browser.close()
    figures["downloads, MB"] = sum(sizes) / 1e6
    figures = {name: round(value, 3) for name, value in figures.items()}
    (HERE / "runtime.json").write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
