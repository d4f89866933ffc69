"""How soon a page stands on a phone with a slow line, and how much it loads: seconds, bytes and layout shift.

Run it with `make bench`, which builds the book first. It serves the built site compressed, opens it in the browser that
the tests use, with an empty cache, a phone's screen, a processor slowed four times and a slow line (the browser's own
throttling), and writes page.json beside itself: medians of several visits.
"""

import functools
import gzip
import http.server
import json
import statistics
import sys
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
SITE = HERE.parent / "_build" / "html"
sys.path.append(str(HERE.parent / "tests"))

from chrome import launch  # noqa: E402  the path above leads to it

PAGES = ("index", "cross-correlation", "edge-detection", "learning-a-kernel")
LINES = {"slow 3G": (400, 400), "1.6 Mbit/s": (1600, 150)}  # kbit/s, and milliseconds that each answer takes to come
VISITS = 5
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}

# The reader goes to the first figure as soon as the text can be read; usable is a figure that has a control.
WATCH = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) window.shift += value;
}).observe({ type: "layout-shift", buffered: true });
addEventListener("DOMContentLoaded", () => {
  document.querySelector("script[type$='widget-view+json']")?.parentElement.scrollIntoView({ behavior: "instant" });
});
new MutationObserver((_, observer) => {
  if (!document.querySelector(".d2l :is(input, button, select)")) return;
  window.usable = performance.now();
  observer.disconnect();
}).observe(document, { childList: true, subtree: true });
"""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
# Scripts that had come before the first paint, compressed as they were sent.
SCRIPTS = """
(paint) => performance.getEntriesByType("resource")
  .filter(({ name, responseEnd }) => new URL(name).pathname.endsWith(".js") && responseEnd < paint)
  .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
"""


class Compressed(http.server.SimpleHTTPRequestHandler):
    """Serves files as a real server does: compressed, over connections that stay open."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send a file, or say that there is none."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            return self.send_error(404)
        body = packed(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *message: object) -> None:
        """Say nothing."""


@functools.cache
def packed(path: Path) -> bytes:
    """Return a file compressed."""
    return gzip.compress(path.read_bytes(), 6)


def visit(browser, url, line=None):
    """Open a page with an empty cache; return what the reader waits for, and what was loaded, fonts and all."""
    context = browser.new_context(**PHONE)
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    loaded = []
    tools.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    if line:
        rate, latency = line
        limits = {"downloadThroughput": rate * 125, "uploadThroughput": rate * 125, "latency": latency}
        tools.send("Network.emulateNetworkConditions", {"offline": False, **limits})
        tools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script(WATCH)
    page.goto(url, wait_until="load", timeout=120_000)
    page.wait_for_function("window.usable || !document.querySelector('script[type$=\"widget-view+json\"]')")
    page.evaluate("document.fonts.ready")
    paint = page.evaluate(PAINT)
    found = {
        "first paint, s": paint / 1000,
        "first figure usable, s": page.evaluate("window.usable ?? 0") / 1000,
        "script before the first paint, KB": page.evaluate(SCRIPTS, paint) / 1000,
        "all bytes, KB": sum(loaded) / 1000,
        "layout shift": page.evaluate("window.shift"),
    }
    context.close()
    return found


def median(visits):
    """Return the median of each figure over several visits."""
    return {name: round(statistics.median(found[name] for found in visits), 3) for name in visits[0]}


def main() -> None:
    """Measure, print, and write the figures down."""
    handler = functools.partial(Compressed, directory=str(SITE))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    figures = {}
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        for name in PAGES:
            url = f"http://127.0.0.1:{server.server_port}/chapters/{name}.html"
            visit(browser, url)  # compresses what will be served
            for line, limits in LINES.items():
                figures[f"{name}, {line}"] = median([visit(browser, url, limits) for _ in range(VISITS)])
        browser.close()
    (HERE / "page.json").write_text(json.dumps(figures, indent=2) + "\n")
    for name, found in figures.items():
        print(f"{name}: {found}")


if __name__ == "__main__":
    main()
