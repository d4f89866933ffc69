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
    """
    import numpy as np

    def corr2d(X, K):
        n_h, n_w = X.shape
        k_h, k_w = K.shape
        Y = np.zeros((n_h - k_h + 1, n_w - k_w + 1))
        for i in range(n_h - k_h + 1):
            for j in range(n_w - k_w + 1):
                Y[i, j] = (X[i : i + k_h, j : j + k_w] * K).sum()
        with open("calls.txt", "a") as file:
            print(X.shape, K.shape, file=file)
        return Y

    mine = KernelWindow(arange_image(), [[0, 1], [2, 3]], operator=corr2d)
    slow = FilterLab(photo(), operator=corr2d)
    display(mine, slow)
    """,
    """
    def halved(X, K):
        return corr2d(X, K) / 2

    def unfinished(X, K):
        Y = np.zeros((1, 1))
        Y[1, 1] = X[1, 1]
        return Y

    mine.operator = halved
    """,
    """
    mine.operator = unfinished
    """,
    """
    mine.operator = corr2d
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


@pytest.fixture(scope="module")
def driven(lab):
    """The figures that the textbook's loop drives: a window, and a photograph of 256 × 256; and the lines it leaves."""
    page, changes = lab
    run_cell(page, 2)
    figures = page.locator(".jp-OutputArea").nth(2).locator(".d2l")
    figures.nth(1).wait_for(timeout=60_000)
    return figures.first, figures.nth(1), changes.with_name("calls.txt")


def note(figure):
    return figure.locator(".d2l-note")


def outputs(figure):
    return figure.get_by_role("gridcell")


def test_a_loop_that_somebody_has_just_written_moves_the_window(driven):
    window, _, _ = driven
    expect(note(window)).to_have_text("corr2d gives 19 here, too.")
    window.get_by_role("textbox", name="Kernel row 1 column 1").fill("5")
    expect(outputs(window)).to_have_text(["19", "30", "52", "63"])
    outputs(window).nth(3).click()
    expect(note(window)).to_have_text("corr2d gives 63 here, too.")
    window.get_by_role("checkbox", name="Flip kernel").check()
    expect(outputs(window)).to_have_text(["25", "36", "58", "69"])
    window.get_by_role("button", name="Reset").click()
    expect(note(window)).to_have_text("corr2d gives 19 here, too.")


def test_another_function_takes_over_and_one_that_is_mended_recovers(lab, driven):
    page, _ = lab
    window, _, _ = driven
    run_cell(page, 3)
    expect(note(window)).to_have_text("halved gives 9.5 here.")
    run_cell(page, 4)
    expect(note(window)).to_contain_text(
        "unfinished: It raised an error in line 6, `Y[1, 1] = X[1, 1]`: IndexError: index 1"
    )
    expect(outputs(window)).to_have_text([""] * 4)
    run_cell(page, 5)
    expect(note(window)).to_have_text("corr2d gives 19 here, too.")
    expect(outputs(window)).to_have_text(["19", "25", "37", "43"])


def test_a_slow_loop_is_asked_for_the_newest_kernel_and_not_for_all(driven):
    _, photograph, calls = driven
    expect(note(photograph)).to_contain_text("corr2d gives ", timeout=20_000)
    before = len(calls.read_text().splitlines())
    angle = photograph.get_by_role("slider", name="Angle")
    for _ in range(60):
        angle.press("ArrowRight")
    expect(angle).to_have_attribute("aria-valuetext", "300°")
    expect(note(photograph)).to_contain_text("here, too.", timeout=20_000)
    asked = len(calls.read_text().splitlines()) - before
    assert 1 <= asked <= 30  # of 60 kernels; it was 5 here, where the loop takes a fifth of a second


def test_the_figures_follow_jupyterlab_s_theme(lab):
    page, _ = lab
    figure = page.locator(".d2l").first
    assert figure.evaluate("(e) => getComputedStyle(e).colorScheme") == "light"
    page.evaluate("window.jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' })")
    expect(figure).to_have_css("color-scheme", "dark")
