"""A notebook that is judged outside gets what `check.run` says inside, and what surrounds its answers does no harm."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jupytext
import pytest
from building import ROOT
from course import ENGINE, MASTERS, python_for_anybody
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from d2lconv import check

spec = importlib.util.spec_from_file_location("judge", ROOT / "assignments" / "judge.py")
judge = importlib.util.module_from_spec(spec)
spec.loader.exec_module(judge)

SEED = "a secret of many characters"
LOOPS = """
def corr2d(X, K):
    k_h, k_w = K.shape
    Y = np.zeros((X.shape[0] - k_h + 1, X.shape[1] - k_w + 1))
    for i, j in np.ndindex(Y.shape):
        Y[i, j] = (X[i : i + k_h, j : j + k_w] * {K}).sum()
    return Y
"""
RIGHT = LOOPS.format(K="K")
ANSWERS = {  # an exercise and an answer
    "right": ("corr2d", RIGHT),
    "flipped": ("corr2d", LOOPS.format(K="K[::-1, ::-1]")),
    "writes": ("corr2d", RIGHT.replace("k_h, k_w", "X *= 1 if X.dtype == int else 2.0\n    k_h, k_w")),
    "raises": ("corr2d", RIGHT.replace("(X[", "(X[0, 0, 0 + ")),
    "returns nothing": ("corr2d", "def corr2d(X, K):\n    pass"),
    "unwritten": ("corr2d", "corr2d = ..."),
    "one argument": ("corr2d", "def corr2d(X):\n    return X"),
    "no function": ("corr2d", "corr2d = np.eye(3)"),
    "words": ("corr2d", "def corr2d(X, K):\n    return [['a', 'b']]"),
    "other layouts": ("corr2d", RIGHT.replace("    k_h", "    X = X if X.flags.c_contiguous else -X\n    k_h", 1)),
    "a list": ("second_difference", "second_difference = [1, -2, 1]"),
    "an array": ("second_difference", "second_difference = np.array([[1, -2, 1]])"),
    "no array": ("second_difference", "def second_difference():\n    return [[1, -2, 1]]"),
    "a pair": ("factor", "def factor(K):\n    i, j = divmod(abs(K).argmax(), K.shape[1])\n"
               "    return K[:, [j]], K[[i]] / K[i, j]"),
    "half a pair": ("factor", "def factor(K):\n    return K[:, [0]]"),
    "lists": ("receptive_field", "def receptive_field(kernel_sizes, strides):\n    kernel_sizes.pop()\n    return 3"),
    "tuples": ("output_shape", "def output_shape(n, k):\n    return n[0] - k[0] + 1, n[1] - k[1] + 1"),
}  # fmt: skip


def graded(*sources, ask=("corr2d",), student="ada", **limits):
    """Return the cells of a notebook with these cells, and after them the checks of some exercises."""
    cells = [new_code_cell("import numpy as np"), *map(new_code_cell, sources), new_markdown_cell("Checks.")]
    for name in ask:
        cells.append(new_code_cell(f'check.run("{name}", {name})\n7 * check.score("{name}", {name})'))
        cells[-1].metadata["nbgrader"] = {"grade": True, "solution": False, "points": 7, "grade_id": f"test-{name}"}
    limits = {"python": str(python_for_anybody())} | limits
    return judge.Judge(**limits).preprocess(new_notebook(cells=cells), {"nbgrader": {"student": student}})[0].cells


def points(cell):
    return float(cell.outputs[-1].data["text/plain"])


@pytest.fixture(autouse=True)
def seed_and_engine(monkeypatch):
    monkeypatch.setenv("D2LCONV_SEED", SEED)
    monkeypatch.setattr(judge, "_engine", lambda user: ENGINE)


@pytest.mark.parametrize("kind", ANSWERS)
def test_the_verdict_and_the_points_are_those_of_the_check(kind, monkeypatch, capsys):
    name, source = ANSWERS[kind]
    cell = graded(source, ask=[name])[-1]
    monkeypatch.setenv("D2LCONV_SEED", f"{SEED} ada")
    space = {"__name__": "__main__"}
    exec(f"import numpy as np\n{source}", space)
    check.run(name, space[name])
    inside = capsys.readouterr().out.replace(f' For a hint: check.hint("{name}")', "").splitlines()
    outside = re.sub(r" in line \d+, `.*`(?=: )", "", cell.outputs[0].text)  # known where the cell is
    assert outside.startswith(inside[0])
    assert inside[-1] in cell.outputs[0].text
    assert points(cell) == pytest.approx(7 * check.score(name, space[name]), abs=1e-4)


def graded_master(name, answers):
    """Return, for each question of an assignment, its check, where some are answered otherwise than the master does."""
    notebook = jupytext.read(ROOT / "assignments" / f"{name}.md")
    for cell in notebook.cells:
        question = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(question, cell.source)
    judge.Judge(python=str(python_for_anybody())).preprocess(notebook, {"nbgrader": {"student": "ada"}})
    return {cell.metadata["nbgrader"]["grade_id"]: cell for cell in notebook.cells if "nbgrader" in cell.metadata}


@pytest.mark.parametrize("name", MASTERS)
def test_the_solutions_of_each_assignment_get_every_point(name):
    checks = [cell for cell in graded_master(name, {}).values() if cell.metadata["nbgrader"]["grade"]]
    assert len(checks) >= 2
    assert [points(cell) for cell in checks] == [cell.metadata["nbgrader"]["points"] for cell in checks]


TYPICAL = {  # of an assignment, a wrong answer to each question, and words of what its author is told
    "what-the-data-can-tell": {
        "rank": ("def rank(X, kernel_shape):\n    return min(windows(X, kernel_shape).shape)", "it is a bound"),
        "unseen": ("def unseen(X, kernel_shape):\n    return np.linalg.svd(windows(X, kernel_shape))[2][:, -1]\\\n"
                   "        .reshape(kernel_shape)", "its directions are its rows"),
        "seen": ("def seen(X, K):\n    return K", "That is the whole kernel"),
        "weight_errors": ("def weight_errors(X, kernel_shape, sigma):\n    lengths = np.linalg.norm(windows(X, "
                          "kernel_shape), axis=0)\n    return sigma / lengths.reshape(kernel_shape)",
                          "if all the other weights were known"),
    },
    "receptive-fields-and-depth": {
        "one_kernel": ("def one_kernel(A, B):\n    A = np.pad(A, [(k - 1, k - 1) for k in B.shape])\n"
                       "    return np.einsum('ijab,ab->ij', np.lib.stride_tricks.sliding_window_view(A, B.shape), B)",
                       "One of your kernels is flipped"),
        "pixels_seen": ("def pixels_seen(index, kernel_sizes, strides):\n"
                        "    return index, index + sum(kernel_sizes) - len(kernel_sizes)", "leave all strides out"),
        "spread": ("def spread(kernel_sizes):\n    return sum(((k * k - 1) / 12) ** 0.5 for k in kernel_sizes)",
                   "You add the spreads"),
        "either_sign": ("either_sign = [[[1, -1], [1, -1]], [[-1, 1], [-1, 1]]]", "zero where the image darkens"),
    },
}  # fmt: skip


@pytest.mark.parametrize("name", TYPICAL)
def test_what_is_typically_wrong_costs_points_and_is_named(name):
    checks = graded_master(name, {question: code for question, (code, _) in TYPICAL[name].items()})
    for question, (_, words) in TYPICAL[name].items():
        check = checks[f"test-{question}"]
        assert words in check.outputs[0].text
        assert points(check) < check.metadata["nbgrader"]["points"]
    assert {question for question in checks if f"test-{question}" in checks} == set(TYPICAL[name])


AROUND = {
    "drawing": """
from d2lconv import corr2d as theirs, plots
plots.use_style()
plots.panels(1)[1].plot(theirs(1, 2))
""",
    "another library": """
import scipy.signal, matplotlib.pyplot as plt, torch
plt.imshow(scipy.signal.convolve([1], [2]))
""",
    "what comes of it": """
from d2lconv import images, corr2d as f
Y = f(images.photo(), np.eye(2))
print(Y.shape)
""",
    "a small image": """
from d2lconv import images
assert images.arange_image()[2, 0] == 6
assert images.edge_image()[5].tolist() == [1, 1, 0, 0, 0, 0, 1, 1]
assert images.diagonal_image()[0, 5] == 1
""",
    "magics": "%matplotlib inline\n%time x = 3\n!echo hello",
    "a helper that is not here": "import my_own_helpers",
}


@pytest.mark.parametrize("kind", AROUND)
def test_what_cannot_run_here_costs_nothing_of_what_follows_in_its_cell(kind):
    cells = graded(f"{AROUND[kind]}\n{RIGHT}")
    assert points(cells[-1]) == 7
    assert [output for output in cells[1].outputs if output.output_type == "error"] == []


@pytest.mark.parametrize("first", ["%%time\n", "from numba import njit\n\n\n@njit(cache=True)"])
def test_an_answer_that_is_timed_or_compiled_is_an_answer(first):
    assert points(graded(first + RIGHT)[-1]) == 7


def test_a_failing_cell_shows_its_error_and_the_next_one_runs():
    cells = graded("print('before')\n1 / 0\nprint('after')", RIGHT)
    said, error = cells[1].outputs
    assert said.text == "before\n"
    assert error.evalue == "It raised an error in line 2, `1 / 0`: ZeroDivisionError: division by zero."
    assert points(cells[-1]) == 7


@pytest.mark.parametrize("ending", ["while True:\n    pass", "import os\nos._exit(3)"])
def test_a_cell_that_ends_the_process_costs_what_it_defined_and_nothing_else(ending):
    cells = graded(
        RIGHT, f"def output_shape(n, k):\n    return n\n\n{ending}", ask=["corr2d", "output_shape"], cell_seconds=1
    )
    assert [points(cell) for cell in cells[-2:]] == [7, 0]
    assert cells[2].outputs[0].evalue.startswith("Stopped: ")


def test_a_submission_has_an_end_even_if_each_of_its_cells_stays_below_its_limit():
    cells = graded(*["import time\ntime.sleep(0.9)"] * 5, RIGHT, cell_seconds=1, total_seconds=2.5)
    assert cells[5].outputs[0].evalue.startswith("Stopped: it was still running")
    assert points(cells[-1]) == 0


def test_a_check_that_asks_for_no_exercise_gives_no_points():
    for name in ("no_exercise", "corr2d"):
        cells = graded(RIGHT, ask=[name])
        assert points(cells[-1]) == (7 if name == "corr2d" else 0)


def test_other_students_are_asked_with_other_inputs_and_one_with_the_same_again(monkeypatch):
    asked, draw = [], judge.judging.draw
    monkeypatch.setattr(judge.judging, "draw", lambda name, seed: asked.append(seed) or draw(name, seed))
    for student in ("ada", "emmy", "ada"):
        graded(RIGHT, student=student)
    assert asked == [f"{SEED} ada", f"{SEED} emmy", f"{SEED} ada"]


def test_nothing_is_graded_where_nothing_starts(monkeypatch):
    monkeypatch.setattr(judge, "_engine", lambda user: "")
    with pytest.raises(RuntimeError, match="Nothing can be graded, because this does not start: "):
        graded(RIGHT, numpy="/nowhere")


def test_a_python_that_cannot_be_run_is_named_with_what_to_do(monkeypatch):
    monkeypatch.setattr(judge, "_engine", lambda user: "")
    with pytest.raises(RuntimeError, match=r"does not start: /nowhere/python .*add --Judge.python="):
        graded(RIGHT, python="/nowhere/python")


def test_without_the_judge_nbgrader_runs_nothing(tmp_path):
    shutil.copy(ROOT / "assignments" / "nbgrader_config.py", tmp_path)
    env = os.environ | {"D2LCONV_SEED": SEED}
    command = [Path(sys.executable).with_name("nbgrader"), "autograde", "by-hand"]
    ran = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert ran.returncode != 0
    assert "nbgrader_config.py cannot be read, so nothing is done: No module named 'judge'" in ran.stderr
