"""With a live kernel, in JupyterLab: what moves in the page moves in Python, and the other way round."""

import json
import os
import sys
import time

import nbformat
import pytest
from lab import open_document, run_cell, serving
from playwright.sync_api import expect

CELLS = [
    """
    import json
    import ipywidgets
    from IPython.display import display
    from d2lconv import corr2d
    from d2lconv.explorables import FilterLab, KernelWindow, Prediction, ReceptiveField, TrainingPlayer
    from d2lconv.images import arange_image, edge_image, photo

    X = edge_image()
    figures = dict(
        window=KernelWindow(arange_image(), [[0, 1], [2, 3]]),
        player=TrainingPlayer(X, corr2d(X, [[1, -1]]), [[-1.2, 1.2]], lr=0.03, epochs=10),
        field=ReceptiveField([2, 2]),
        lab=FilterLab(photo()[:64, :64]),
        question=Prediction("sum", 6, {6: "The sum of the weights.", 24: "All sums together."}),
    )

    def note(change):
        value = change.new.tolist() if hasattr(change.new, "tolist") else change.new
        with open("changes.jsonl", "a") as file:
            print(json.dumps([change.name, value]), file=file)

    for figure in figures.values():
        figure.observe(note, "row col flip X K epoch weight layers kernel_sizes size kernel given".split())
    linked = ipywidgets.IntSlider(description="linked", max=1)
    ipywidgets.jslink((linked, "value"), (figures["window"], "row"))
    display(linked, *figures.values())
    """,
    """
    figures["window"].row, figures["window"].col = 0, 1
    figures["window"].X = arange_image() + 1
    figures["player"].epoch, figures["player"].lr = 7, 0.01
    figures["field"].layers = 4
    figures["lab"].kernel = "box blur"
    figures["question"].given = 6
    """,
]


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """JupyterLab on a notebook whose first cell has run; the notebook's page, and the folder it writes to."""
    folder = tmp_path_factory.mktemp("lab")
    cells = [nbformat.v4.new_code_cell("\n".join(line[4:] for line in cell.strip("\n").splitlines())) for cell in CELLS]
    python = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=python), folder / "figures.ipynb")
    env = os.environ | {"JUPYTER_CONFIG_DIR": str(folder / "config")}  # no settings of whoever runs the tests
    with serving([sys.executable, "-m", "jupyterlab"], folder, folder / "server.log", env) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 3000})
        assert open_document(page, f"{address}lab/tree/figures.ipynb?reset") == "NotebookPanel"
        run_cell(page, 0)
        page.locator(".d2l").nth(4).wait_for(timeout=60_000)
        yield page, folder / "changes.jsonl"


def has_heard(changes, expected):
    for _ in range(40):
        if changes.exists() and expected in [json.loads(line) for line in changes.read_text().splitlines()]:
            return True
        time.sleep(0.25)
    return False


def slider(page, name, nth=0):
    return page.locator(".d2l").get_by_role("slider", name=name, exact=True).nth(nth)


def test_what_a_reader_moves_changes_the_trait_in_python(lab):
    page, changes = lab
    slider(page, "Row").press("End")
    assert has_heard(changes, ["row", 1])
    slider(page, "Epoch").press("End")
    assert has_heard(changes, ["epoch", 10])
    slider(page, "Left weight").fill("0.5")
    assert has_heard(changes, ["weight", [[0.5, 1.2]]])
    slider(page, "Kernel size").press("ArrowRight")
    assert has_heard(changes, ["kernel_sizes", [3, 3]])
    page.get_by_role("combobox", name="Kernel").select_option("Gabor")
    assert has_heard(changes, ["kernel", "Gabor"])
    page.get_by_role("textbox", name="Kernel row 1 column 1").fill("0.5")
    assert has_heard(changes, ["K", [[0.5, 1], [2, 3]]])
    page.get_by_label("Your answer").fill("24")
    page.get_by_role("button", name="Commit").click()
    assert has_heard(changes, ["given", 24])
    expect(page.get_by_role("status").filter(has_text="All sums")).to_be_visible()
    page.get_by_role("button", name="Reset").first.click()
    assert has_heard(changes, ["K", [[0, 1], [2, 3]]])


def test_a_linked_slider_moves_the_window(lab):
    page, changes = lab
    handle = page.locator(".widget-slider .noUi-handle")
    handle.press("ArrowRight")
    expect(slider(page, "Row")).to_have_value("2")
    assert has_heard(changes, ["row", 1])


def test_a_trait_set_in_python_moves_the_figure(lab):
    page, _ = lab
    run_cell(page, 1)
    expect(page.locator(".d2l-sum").first).to_have_text("2×0 + 3×1 + 5×2 + 6×3 = 31", timeout=20_000)
    expect(slider(page, "Column")).to_have_value("2")
    expect(slider(page, "Epoch")).to_have_value("7")
    expect(slider(page, "Learning rate")).to_have_attribute("aria-valuetext", "0.0100, 30 % of the limit")
    expect(page.locator(".d2l-map")).to_have_count(5)
    expect(page.get_by_role("combobox", name="Kernel")).to_have_value("box blur")
    expect(page.locator(".d2l-verdict")).to_contain_text("Right, 6.")


def test_the_figures_follow_jupyterlab_s_theme(lab):
    page, _ = lab
    figure = page.locator(".d2l").first
    assert figure.evaluate("(e) => getComputedStyle(e).colorScheme") == "light"
    page.evaluate("window.jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' })")
    expect(figure).to_have_css("color-scheme", "dark")
