"""A page with figures that functions drive, before an engine that is none, and what there is on it."""

import json
import shutil
from pathlib import Path

from d2lconv import corr2d
from d2lconv.explorables import FilterLab, KernelWindow, TrainingPlayer
from d2lconv.explorables._module import without_comments
from d2lconv.images import arange_image, edge_image, photo

RUNTIME = Path(__file__).parents[1] / "runtime"
FAKE = Path(__file__).with_name("browser") / "fake_engine.js"
K = [[0, 1], [2, 3]]
CODES = ["import numpy as np", "def corr2d(X, K): ..."]
PASSED = "for (const name of {names}) localStorage.setItem(`d2l-passed ${{name}}`, JSON.stringify({passed}));"
HALF = """(X, K) => ({ shape: [2, 2], bytes: Float64Array.of(19, 25, 0, 0) })"""


def opener(workbench, open_figures):
    """Return what opens a page with figures on which functions have passed."""
    folder, _ = workbench
    python = folder / "python"
    python.mkdir(exist_ok=True)
    for name in ("figures.js", "driving.js", "outputs_of.js", "training_of.js"):
        (python / name).write_text(without_comments((RUNTIME / name).read_text("utf-8")), "utf-8")
    shutil.copy(RUNTIME / "figures.css", python)
    shutil.copy(FAKE, python / "engine.js")

    def open_driven(*figures, passed=("corr2d", "kernel_gradient"), fake="{}", **options):
        told = PASSED.format(
            names=json.dumps(passed), passed=json.dumps({"page": "chapters/exercises", "codes": CODES})
        )
        head = "<style>html[data-theme=dark] { color: #ddd }</style>"
        head += f"<script>{told} globalThis.fake = {fake}</script><script type=module src=python/figures.js></script>"
        return open_figures(*figures, head=head, **options)

    return open_driven


def window():
    return KernelWindow(arange_image(), K)


def lab(**options):
    return FilterLab(photo(), **options)


def player():
    X = edge_image()
    return TrainingPlayer(X, corr2d(X, [[1, -1]]), [[-1.2, 1.2]], lr=0.03)


def note(page):
    return page.locator(".d2l-note")


def outputs(page):
    return page.get_by_role("gridcell")


def slider(page, name):
    return page.get_by_role("slider", name=name, exact=True)


def switch(page):
    return page.get_by_role("checkbox", name="by your")


def told(page):
    return page.locator(".driving-told")


def asked(page):
    return page.evaluate("fake.asked")


def applied(page):
    """Return the heights of the images that the function was called with."""
    heights = [int(told.split()[2].split(",")[0]) for told in asked(page) if told.startswith("apply")]
    return [height for height in heights if height > 3]  # the first call, to warm up, has one window


def pixel(page, row, col):
    """Return the colour of a place in the feature map, with its opacity."""
    return page.locator("canvas").nth(1).evaluate(COLOUR, [row, col])


def seen(page, row, col):
    """Return how much there is to see at a place of the feature map: 0 where nothing has come."""
    return pixel(page, row, col)[3]


def compute(page):
    return page.get_by_role("button", name="Compute all of it")


def stop(page):
    return page.get_by_role("button", name="Stop")


# From a copy: a browser warns of a canvas that is read again and again.
COLOUR = """(map, [row, col]) => {
  const copy = new OffscreenCanvas(1, 1).getContext("2d");
  copy.drawImage(map, -col, -row);
  return [...copy.getImageData(0, 0, 1, 1).data];
}"""
