"""Pages for a real browser that have no kernel, no network and nothing to hide in the console."""

import contextlib
import functools
import json
import shutil
from pathlib import Path

import cells
import pytest
from chrome import served
from figures import measure, refresh
from ipywidgets.embed import dependency_state, escape_script

from d2lconv.explorables import KernelWindow
from d2lconv.explorables._module import script
from d2lconv.images import arange_image, edge_image

SITE = Path(__file__).parents[2] / "site"
LOUD = ("error", "warning")
MIME = "application/vnd.jupyter.widget-"


@pytest.fixture(scope="session")
def address(site):
    """Where the built book is served."""
    with served(site) as address:
        yield address


@pytest.fixture(scope="session")
def workbench(tmp_path_factory):
    """A folder for pages of our own, and the address at which 127.0.0.1 serves it."""
    folder = tmp_path_factory.mktemp("workbench")
    for name in ("host.js", "room.js"):
        shutil.copy(SITE / name, folder)
    (folder / "favicon.ico").touch()
    with served(folder) as address:
        yield folder, address


@pytest.fixture(scope="session")
def watched(browser):
    """Open blank pages, and write down what they ask of another host and what they say in the console."""
    return functools.partial(watch, browser)


@contextlib.contextmanager
def watch(browser):
    contexts, complaints = [], []

    def guard(route):
        url = route.request.url
        if url.startswith(("http://127.0.0.1:", "file:", "blob:", "data:")):
            return route.continue_()
        complaints.append(f"request to {url}")
        return route.abort()

    def new_page(width=1280, height=900, **options):
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.route("**/*", guard)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: message.type in LOUD and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
        return page

    yield new_page, complaints
    for context in contexts:
        context.close()


@pytest.fixture
def new_page(watched):
    """Open a blank page; whatever it asks of another host, or says in the console, fails the test at its end."""
    with watched() as (new_page, complaints):
        yield new_page
    assert complaints == []


@pytest.fixture(scope="module")
def open_module(watched):
    """Open a blank page whose scripts see the functions of a figure's module, and of those that it imports."""
    with watched() as (new_page, complaints):

        def open_module(name):
            page = new_page()
            page.add_script_tag(content=script(name).replace("export default", "window.module ="))
            return page

        yield open_module
    assert complaints == []


@pytest.fixture
def open_figures(workbench, new_page):
    """Write a page that embeds some widgets as a built chapter does, and open it."""
    folder, address = workbench

    def open_figures(*widgets, scheme="http", theme="light", head="", **options):
        path = folder / "page.html"
        path.write_text(static_page(widgets, theme, head), "utf-8")
        page = new_page(**options)
        page.goto(f"{address}/page.html" if scheme == "http" else path.as_uri())
        page.locator("main div > *:not(script, div)").first.wait_for()  # a figure, or a note in its place
        return page

    return open_figures


def static_page(widgets, theme, head):
    models = dependency_state(widgets, drop_defaults=False)
    state = {"version_major": 2, "version_minor": 0, "state": models}
    refresh(state)  # as in a page of the book, each module stands there once
    views = [{"version_major": 2, "version_minor": 0, "model_id": widget.model_id} for widget in widgets]
    scripts = "\n".join(f'<div><script type="{MIME}view+json">{json.dumps(view)}</script></div>' for view in views)
    scripts = measure(models, scripts)  # and a figure's height where the figure will be
    return f"""<!doctype html>
<html lang="en" data-theme="{theme}">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Figures</title>
<style>
body {{ max-width: 760px; margin: 0 auto; padding: 12px }}
html[data-theme=dark] {{ background: #121212 }}
</style>
{head}
<script src="room.js"></script>
<script defer src="host.js"></script>
<script type="{MIME}state+json">{escape_script(json.dumps(state))}</script>
</head>
<body><main><h1>Figures</h1>
{scripts}
</main></body></html>"""


@pytest.fixture(scope="module")
def bench(workbench):
    """Where pages are served whose cells run, with a pretended Python behind them."""
    return cells.publish(*workbench)


@pytest.fixture
def open_page(bench, new_page):
    """Open such a page."""
    return functools.partial(cells.opened, bench, new_page)


@pytest.fixture
def small():
    return KernelWindow(arange_image(), [[0, 1], [2, 3]])


@pytest.fixture
def edges():
    return KernelWindow(edge_image(), [[1, -1]])
