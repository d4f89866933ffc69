"""What the moving figures cost a reader on this machine: bytes, and milliseconds in a real browser.

Run it with `make bench`, which builds the book first. It opens the built site in the browser that the tests use, and
writes figures.json beside itself.
"""

import json
import statistics
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
ROOT = HERE.parent
SITE = ROOT / "_build" / "html"
sys.path.append(str(ROOT / "tests"))

from chrome import launch, served  # noqa: E402  the path above leads there

from d2lconv.explorables._module import without_comments  # noqa: E402

# When the page was read, and when its first figure, which the reader has at once before the eyes, had a slider to move.
USABLE = """
addEventListener("DOMContentLoaded", () => {
  window.read = performance.now();
  document.querySelector("script[type$='widget-view+json']").parentElement.scrollIntoView({ behavior: "instant" });
});
new MutationObserver((_, observer) => {
  if (!document.querySelector(".d2l input[type=range]")) return;
  window.usable = performance.now();
  observer.disconnect();
}).observe(document, { childList: true, subtree: true });
"""

# From a slider's event to the end of the frame's layout: what the reader waits for, less the screen.
REPAINT = """
(figure) => {
  const slider = figure.querySelector("input[type=range]:not(:disabled)");
  const [from, to] = [Number(slider.value), Number(slider.value) + Number(slider.step)];
  const times = [];
  for (let move = 0; move < 40; move++) {
    slider.value = move % 2 ? from : to;
    const before = performance.now();
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    figure.getBoundingClientRect();
    times.push(performance.now() - before);
  }
  return times;
}
"""


def open_chapter(browser, address, chapter):
    """Open a chapter at its first figure; return the page."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(USABLE)
    page.goto(f"{address}/chapters/{chapter}.html")
    page.locator(".d2l").first.wait_for()
    return page


def repaint(page, figure):
    """Return the median and the slowest of many repaints, in milliseconds."""
    times = page.evaluate(REPAINT, figure.element_handle())
    return {"median": round(statistics.median(times), 2), "slowest": round(max(times), 2)}


def main() -> None:
    """Measure, print, and write the figures down."""
    modules = [file.read_text("utf-8") for file in (ROOT / "d2lconv" / "explorables").glob("*.js")]
    hosts = [(ROOT / "site" / name).read_text("utf-8") for name in ("room.js", "host.js")]
    scripts = [*hosts, *map(without_comments, modules)]
    embed = max((SITE / "chapters").glob("*.html"), key=lambda page: page.stat().st_size)
    with sync_playwright() as playwright, served(SITE) as address:
        browser = launch(playwright.chromium)
        waits = []
        for _ in range(5):
            page = open_chapter(browser, address, "index")
            waits.append(page.evaluate("window.usable - window.read"))
        lab = page.locator(".d2l")
        page.get_by_role("combobox", name="Kernel").select_option("Gaussian blur")
        page.get_by_role("slider", name="Size").fill("5")
        smooth = repaint(page, lab)
        window = open_chapter(browser, address, "cross-correlation")
        moved = repaint(window, window.locator(".d2l"))
        browser.close()
    figures = {
        "scripts, bytes": sum(len(script.encode()) for script in scripts),
        "largest page, bytes, embedded state and all": embed.stat().st_size,
        "from the page being read to its first figure being usable, ms, median of 5": round(statistics.median(waits)),
        "KernelWindow, one move of a slider, ms": moved,
        "FilterLab, 256 × 256 pixels, blurs of 5 × 5 and 7 × 7, ms": smooth,
    }
    (HERE / "figures.json").write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")
    for name, figure in figures.items():
        print(f"{name}: {figure}")


if __name__ == "__main__":
    main()
