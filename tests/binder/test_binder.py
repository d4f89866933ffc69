"""What a tinkerer meets behind the launch button: the page as a notebook, with every figure and control alive."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from building import CHAPTERS, RUNNING
from lab import open_document, ready, serving
from pages import page as built_page
from playwright.sync_api import expect

OPENED = "learning-a-kernel"  # it has a figure, and a slider that calls Python
BROWSED = [name if name == OPENED else pytest.param(name, marks=pytest.mark.nightly) for name in RUNNING]
RUN = Path(__file__).with_name("run_notebook.py")

RECOMPILED = "a chapter compiled what .binder/warm.py should have compiled when the image was made"

# Off-screen cells stay in the page, so that a test can look at all of them.
SETTINGS = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}

PROGRESS = """
() => {
  const cells = [...window.jupyterapp.shell.currentWidget.content.model.cells].filter(({ type }) => type === "code");
  const outputs = cells.flatMap((cell) => cell.outputs.toJSON());
  return {
    left: cells.filter((cell) => cell.executionCount === null).length,
    errors: outputs.filter((o) => o.output_type === "error" || o.name === "stderr").map((o) => o.text ?? o.traceback),
  };
}
"""

ASK = """
async (code) => {
  const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
  const future = kernel.requestExecute({ code, store_history: false });
  let said = "";
  future.onIOPub = ({ content }) => (said += content.text ?? content.evalue ?? "");
  await future.done;
  return said;
}
"""

WIDGETS = """
import json, resource
from ipywidgets.widgets.widget import _instances
print(json.dumps({
    "states": {key: (type(w).__module__, hash(repr(w.get_state()))) for key, w in _instances.items()},
    "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
}))
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("settings")
    (folder / "labconfig").mkdir()
    (folder / "labconfig" / "default_setting_overrides.json").write_text(json.dumps(SETTINGS))
    return folder


@pytest.fixture(scope="module")
def lab(image, settings):
    """The image, started as Binder starts it: under an address of the user's own."""
    command, log = [*image.start, "jupyter-lab"], image.home.parent / "lab.log"
    kept = image.loops()
    env = image.env | {"JUPYTER_CONFIG_PATH": str(settings)}
    with serving(command, image.home, log, env, "/user/someone/") as address:
        yield address
    assert kept
    assert image.loops() == kept, RECOMPILED


@pytest.fixture(scope="module")
def page(browser):
    """One page for all, so that the browser keeps the scripts of JupyterLab."""
    page = browser.new_page(viewport={"width": 1280, "height": 1600})
    yield page
    page.close()


def launched(site, chapter):
    """Return the path at which a chapter's button opens the image on Binder."""
    (link,) = [link["href"] for link in built_page(site, chapter).select("a.btn-launch") if "mybinder" in link["href"]]
    return parse_qs(urlsplit(link).query)["urlpath"][0]


def ask(page):
    return json.loads(page.evaluate(ASK, WIDGETS))


AT_THE_END = "slider => Number(slider.value ?? slider.ariaValueNow) === Number(slider.max ?? slider.ariaValueMax)"


def changed(page, press, count):
    """Press something, and wait until Python has `count` widgets that are not as they were.

    Return the modules they come from.
    """
    before = ask(page)["states"]
    press()
    for _ in range(40):
        changed = [module for name, (module, state) in ask(page)["states"].items() if before[name][1] != state]
        if len(changed) >= count:
            break
        time.sleep(0.1)
    return changed


def move(slider):
    """Move a slider from one end to the other."""
    slider.press("Home" if slider.evaluate(AT_THE_END) else "End")


def use(figure):
    """Ask a question for its answer or a puzzle for the next one, and move any other figure's first slider."""
    pressed = figure.get_by_role("button", name=re.compile("^(Show me|Next)$"))
    if pressed.count():
        pressed.click()
    else:
        move(figure.locator("input[type=range]:enabled").first)


def from_the_book(modules):
    return [module for module in modules if module.startswith("d2lconv")]


def test_repo2docker_accepts_the_branch(branch):
    options = ["--no-build", "--Repo2Docker.default_buildpack=None", "--user-id=1000", "--user-name=jovyan"]
    command = [sys.executable, "-m", "repo2docker", *options, branch]
    checked = subprocess.run(command, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr[-2000:]


def test_every_page_that_runs_code_can_be_launched_and_no_other(site):
    launching = [chapter for chapter in CHAPTERS if built_page(site, chapter).select("a.btn-launch")]
    assert launching == RUNNING


def test_the_packages_of_the_image_are_no_burden(image, record_property):
    folders = list(image.python.parents[1].glob("lib/*/site-packages/*"))
    sizes = {folder.name: sum(file.stat().st_size for file in [folder, *folder.rglob("*")]) for folder in folders}
    record_property("Binder, packages", sizes)
    assert 400e6 < sum(sizes.values()) < 700e6  # Binder adds a sixth: the bytecode that we leave out


@pytest.mark.nightly
def test_each_kind_of_processor_has_loops_of_its_own(image):
    kept = image.loops()
    kinds = image.complete()
    assert len(image.loops()) == len(kinds) * len(kept)


@pytest.mark.parametrize("chapter", [name for name in RUNNING if name != OPENED])
def test_a_chapter_runs_in_the_image_and_finds_its_loops_compiled(image, chapter, record_property):
    kept = image.loops()
    command = [*image.start, "python", RUN, image.home / "notebooks" / f"{chapter}.ipynb"]
    ran = subprocess.run(command, cwd=image.home, env=image.env, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-2000:]
    told = json.loads(ran.stdout)
    assert told["complaints"] == []
    record_property("Binder, memory of the kernel", {chapter: told["peak"]})
    assert told["peak"] < 1e9
    assert kept
    assert image.loops() == kept, RECOMPILED


@pytest.mark.parametrize("chapter", BROWSED)
def test_a_chapter_runs_and_its_figures_move_python(site, lab, page, chapter, record_property):
    assert open_document(page, f"{lab}{launched(site, chapter)}?reset") == "NotebookPanel"
    ready(page)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(f"() => (({{ left, errors }}) => !left || errors.length)(({PROGRESS})())", timeout=90_000)
    assert page.evaluate(PROGRESS) == {"left": 0, "errors": []}

    figures, controls = page.locator(".d2l"), page.locator(".widget-slider .noUi-handle")
    expect(figures).to_have_count(
        len(from_the_book(module for module, _ in ask(page)["states"].values())), timeout=20_000
    )
    for figure in figures.all():
        assert len(from_the_book(changed(page, partial(use, figure), 1))) == 1
    for control in controls.all():
        assert len(changed(page, partial(move, control), 2)) >= 2  # the control, and what it controls

    peak = ask(page)["peak"]
    record_property("Binder, memory of the kernel", {chapter: peak})
    assert peak < 1e9
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")


def test_a_notebook_opens_in_notebook_7(lab, page):
    assert open_document(page, f"{lab}notebooks/notebooks/edge-detection.ipynb") == "NotebookPanel"


def test_a_double_click_opens_a_notebook_where_nothing_was_set(branch, page, tmp_path):
    env = os.environ | {"JUPYTER_CONFIG_DIR": str(tmp_path), "JUPYTER_PLATFORM_DIRS": "1"}
    notebooks = shutil.copytree(branch / "notebooks", tmp_path / "notebooks")  # JupyterLab puts checkpoints there
    with serving([sys.executable, "-m", "jupyterlab"], notebooks, tmp_path / "lab.log", env) as address:
        page.goto(f"{address}lab?reset")
        page.get_by_role("listitem").filter(has_text="edge-detection.ipynb").dblclick(timeout=60_000)
        page.locator(".jp-NotebookPanel").wait_for(timeout=60_000)
        ready(page)
        listed = page.locator(".jp-DirListing-item .jp-DirListing-itemName").all_text_contents()
    assert sorted(listed) == sorted(f"{name}.ipynb" for name in CHAPTERS)
