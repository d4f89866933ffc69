"""What a reader sees of the Python in their page."""

import base64
import re
from itertools import pairwise

import numpy as np
import pytest
from building import SOURCES

from d2lconv import images

NAMES = re.findall(r'^check\.run\("(\w+)", \1\)$', SOURCES["exercises"], re.M)
CELLS = re.findall(r"^```\{code-cell\} ipython3\n(?:---\n.*?^---\n)?(.*?)^```$", SOURCES["answers"], re.M | re.S)
# Of the answers' page: what it imports, and each check with the cell before it, which holds the answer.
ANSWERS = [CELLS[0]] + [cell for pair in pairwise(CELLS) if "check.run(" in pair[1] for cell in pair]

CORR2D = """import numpy as np

def corr2d(X, K):
    Y = np.zeros((X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + K.shape[0], j : j + K.shape[1]] * K).sum()
    return Y
"""


def test_each_exercise_that_is_answered_as_the_book_answers_it_passes(page):
    assert len(NAMES) == 16
    checks = {}
    for cell in ANSWERS:
        checks |= page.run(cell)["checks"]
    assert checks == dict.fromkeys(NAMES, True)


def test_a_stub_and_a_wrong_answer_are_told_so_and_do_not_pass(page):
    ran = page.run("from d2lconv import check\ndef corr2d(X, K):\n    ...\n\ncheck.run('corr2d', corr2d)")
    assert ran == {"ok": True, "checks": {"corr2d": False}}
    assert page.parts[0]["text"].startswith("Nothing came back yet: write the body of `corr2d`")
    ran = page.run("def corr2d(X, K):\n    return 1 / 0\n\ncheck.run('corr2d', corr2d)")
    assert ran["checks"] == {"corr2d": False}
    assert "It raised an error in line 2, `return 1 / 0`: ZeroDivisionError" in page.parts[0]["text"]
    (told,) = page.shows("import d2lconv\ncheck.run('corr2d', lambda X, K: d2lconv.corr2d(X, K))")
    assert told.startswith("Your answer uses d2lconv, which does the work for you")
    assert page.run("check.names()")["checks"] == {}


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("", []),
        ("# nothing yet", []),
        ("x = 3", []),
        ("x = 3\nx", ["3"]),
        ("None", []),
        ("1; 2", ["2"]),
        ("'é ü'", ["'é ü'"]),
        ("3;", []),
        ("(3\n);  # seen by nobody", []),
        ("'a;b' # ;", ["'a;b'"]),
        ("print('a')\r\nif True:\r\n\tprint('b')\r\n'c'", ["a\n", "b\n", "'c'"]),
        ("import sys\nprint('out')\nprint('err', file=sys.stderr)\n4", ["out\n", "err\n", "4"]),
        ("display(1, None)\n2", ["1", "None", "2"]),
        ("if __name__ == '__main__':\n    print('yes')", ["yes\n"]),
        ("%matplotlib inline\n5", ["5"]),
        ("from __future__ import annotations", []),
        ("def f(x: whatever): ...\nf.__annotations__", ["{'x': 'whatever'}"]),
        ("print = list = 3\nprint", ["3"]),
        ("del print, list\nlist('ab')", ["['a', 'b']"]),
        ("kept = sys.stdout\nsys.stdout = None", []),
        ("kept.write('still ')\nprint('here')", ["still here\n"]),
        ("import inspect\ndef g():\n    pass  # yet\ninspect.getsource(g)", [repr("def g():\n    pass  # yet\n")]),
        ("from dataclasses import *\n@dataclass\nclass P:\n    a: 'int' = 1\nP()", ["P(a=1)"]),
        ("import pickle\npickle.loads(pickle.dumps(P(2)))", ["P(a=2)"]),
    ],
)
def test_a_cell_shows_what_a_notebook_would_show(page, code, shown):
    assert page.shows(code) == shown
    assert [part["kind"] for part in page.parts if part["kind"] == "error"] == []


ERRORS = {
    "a name that nobody gave": (
        "def f(n):\n    return n + missing_one\n\nf(3)",
        'File "<cell>", line 4\n  f(3)\nFile "<cell>", line 2, in f\n  return n + missing_one\n',
        r"NameError: name 'missing_one' is not defined",
    ),
    "a mistake that a library finds": (
        "import numpy as np\nnp.reshape(np.arange(6), (4, 4))",
        'File "<cell>", line 2\n  np.reshape(np.arange(6), (4, 4))\n',
        "ValueError: cannot reshape array of size 6 into shape (4,4)",
    ),
    "no Python": (
        "x = 1\ndef f(:\n    pass",
        'File "<cell>", line 2\n  def f(:\n        ^\n',
        "SyntaxError: invalid syntax",
    ),
    "a return too many": ("return 5", 'File "<cell>", line 1\n  return 5\n', "SyntaxError: 'return' outside function"),
    "a notebook's command": (
        "x = 1\n%pip install autograd",
        'File "<cell>", line 2\n  %pip install autograd\n  ^\n',
        "SyntaxError: this line is a command to a notebook, and works nowhere else: take it out",
    ),
    "a shell's command": ("!ls", "!ls", "take it out"),
    "a question": ("int?", "int?", "take it out"),
    "a question to the keyboard": (
        "input('How many? ')",
        "line 1",
        "A page has no keyboard for Python",
    ),
    "a package that is not there": (
        "import ipywidgets",
        "line 1",
        "A page has NumPy, matplotlib and most of Python's own",
    ),
    "the end": ("exit()", "line 1", "SystemExit\nThis ended the cell. Python goes on."),
    "an interrupt": ("raise KeyboardInterrupt", "line 1", "KeyboardInterrupt"),
    "a note": ("e = ValueError('no')\ne.add_note('Try 3.')\nraise e", "line 3\n  raise e\n", "ValueError: no\nTry 3."),
    "far too many calls": (
        "import sys\nsys.setrecursionlimit(10**6)\ndef f(n):\n    return f(n - 1)\nf(1)",
        "… 29",
        "RecursionError",
    ),
    "no end of calls": (
        "def f(n):\n    return f(n - 1)\nf(1)",
        "calls more …",
        "RecursionError: maximum recursion depth exceeded",
    ),
}


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_tells_the_readers_own_lines_and_ends_nothing(page, error):
    code, lines, last = ERRORS[error]
    page.run("import sys\nkept = 41")
    assert not page.run(code)["ok"]
    (part,) = page.parts
    assert part["kind"] == "error"
    assert lines in part["text"]
    assert last in part["text"].rpartition("\n  ")[2]
    assert part["text"].count("File ") <= 8
    assert not re.search(r"page\.py|cell\.py|site-packages", part["text"])
    assert page.shows("kept + 1") == ["42"]


def test_a_run_says_which_name_is_missing(page):
    assert page.run("def f():\n    return from_above\n")["ok"]
    assert page.run("f()") == {"ok": False, "missing": "from_above", "checks": {}}
    assert page.run("1 / 0") == {"ok": False, "checks": {}}


def test_a_function_is_told_by_the_lines_that_it_had_when_its_cell_ran(page):
    page.run("def f():\n    return 1 / 0")
    page.run("def other():\n    return 'nothing wrong'")
    assert "  return 1 / 0\n" in page.shows("f()")[0]


def test_a_warning_is_told_once_a_run_and_in_which_line(page):
    code = "import numpy as np\nfor i in range(3):\n    x = np.ones(1) / 0\n"
    told = "<cell>, line 3: RuntimeWarning: divide by zero encountered in divide\n"
    assert page.shows(code) == page.shows(code) == [told]
    assert page.parts[0]["stream"] == "stderr"


def test_what_prints_without_end_is_cut_short_and_told_so(page):
    shown = page.shows("for i in range(200_000):\n    print('again', i)\ni")
    printed = "".join(shown[:-1])
    assert 50_000 <= len(printed) <= 50_100
    assert printed.endswith("The rest of what this cell prints is left out.\n")
    assert len(shown) < 60
    assert shown[-1] == "199999"
    shown = page.shows("for i in range(1000):\n    display(i)")
    assert len(shown) == 101
    assert page.shows("'x' * 20_000")[0].endswith("\n… 10,002 characters more are left out.")
    assert page.shows("print('a new run')") == ["a new run\n"]


def test_a_print_before_a_long_computation_does_not_wait_for_its_end(page):
    assert page.shows("print('begun')\nsum(range(10))\nprint('done')") == ["begun\n", "done\n"]


def test_a_cell_shows_its_pictures_each_once_and_in_the_books_look(page):
    page.run("import matplotlib.pyplot as plt\nplt.rcdefaults()")
    assert page.shows("plt.plot([1, 2])\nplt.show()\nprint('after')\nplt.plot([2, 1]);") == [
        "image",
        "after\n",
        "image",
    ]
    assert "prefers-color-scheme" not in page.parts[0]["svg"], "black ink stays on white paper"
    page.run("from d2lconv import images, plots\nplots.use_style()")
    drawn = "figure, (ax,) = plots.panels(1)\nplots.picture(ax, images.edge_image(), 'edges')\nfigure"
    assert page.shows(drawn) == ["image"]
    svg = page.parts[0]["svg"]
    assert "currentColor" in svg
    assert "prefers-color-scheme: dark" in svg
    assert page.shows("plots.plt.get_fignums()") == ["[]"]
    assert page.shows("plt.plot([1])\n1 / 0")[1:] == ["image"], "what was drawn before an error"
    assert "Expected" in page.shows("plt.title('$\\\\frac{$');")[0]


@pytest.fixture
def figures(page):
    page.run("import numpy as np\nfrom d2lconv import images\nfrom d2lconv.explorables import *")
    page.run(CORR2D)


@pytest.mark.parametrize(
    "code",
    [
        "KernelWindow(images.arange_image(), [[0, 1], [2, 3]])",
        "FilterLab(images.photo(), kernel='Gabor')",
        "TrainingPlayer(images.edge_image(), np.zeros((6, 7)), [[1, -1]], lr=0.03)",
        "ReceptiveField([3, 3])",
        "KernelPuzzle([{'name': 'a', 'title': 'b', 'because': 'c', 'X': [[1, 0]], 'K': [[1]]}])",
        "Prediction('where', (2, 3, 9, 9), {(2, 3, 9, 9): 'Yes.'}, picture=images.photo())",
    ],
)
def test_a_moving_figure_comes_with_the_state_that_a_built_page_embeds(page, figures, code):
    from d2lconv import explorables

    assert page.shows(code) == ["figure"]
    part = page.parts[0]
    made = eval(code, {"np": np, "images": images, **vars(explorables)})
    assert part["name"] == type(made).__name__
    state = part["state"]
    for buffer in part["buffers"]:
        *path, last = buffer["path"]
        place = state
        for step in path:
            place = place[step]
        place[last] = base64.b64decode(buffer["data"])
    embedded = made.get_state()
    traits = {name for kind in type(made).__mro__ if kind.__module__.startswith("d2lconv") for name in vars(kind)}
    assert state.keys() == {"_anywidget_id", *(traits & embedded.keys())}
    assert plain(state) == plain({name: embedded[name] for name in state})


def plain(value):
    """Return a state with lists for tuples, as JSON has them."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list | tuple) else value


def test_the_page_asks_for_what_a_figure_s_function_gives(page, figures):
    page.run("calls = []\ndef mine(X, K):\n    calls.append(K)\n    return corr2d(X, K)")
    assert page.shows("KernelWindow(np.eye(3), [[1, -1]], operator=mine)") == ["figure"]
    (part,) = page.parts
    assert part["operator_name"] == "mine"
    assert page.shows("del mine\ncalls") == ["[]"], "nobody waits for a photograph's loop"
    Y = page.call("apply", part["operator"], np.eye(3), np.array([[1, -1]]))
    np.testing.assert_array_equal(Y, [[1, 0], [-1, 1], [0, -1]])


def test_a_function_gets_and_gives_arrays_to_the_last_bit(page):
    page.run("def same(X, K):\n    print('unseen')\n    Y = X.T.copy().T\n    X[:] = 7\n    return Y[:, ::-1][:, ::-1]")
    X = np.array([[0.1, -0.0, np.nan], [np.inf, -np.inf, 5e-324]]).T[:, ::-1]
    Y = page.call("apply", "same", X, np.ones((1, 1)))
    np.testing.assert_array_equal(Y, X)
    assert np.signbit(Y[1, 1]) == np.signbit(X[1, 1])
    assert page.parts == []
    page.run("def whole(X, K):\n    return X.astype(int)")
    assert page.call("apply", "whole", np.eye(3), np.ones((1, 1))).tolist() == np.eye(3).tolist()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return X", "f: Your output is as large as the image"),
        ("pass", "Nothing came back from f: let it return its output."),
        ("return X[9, 9]", "f: It raised an error in line 2, `return X[9, 9]`: IndexError"),
        ("raise SystemExit", "f: It raised an error in line 2"),
    ],
)
def test_what_a_function_does_wrong_is_said_in_a_sentence(page, body, said):
    page.run(f"def f(X, K, *_):\n    {body}")
    assert page.call("apply", "f", np.eye(4), np.ones((2, 2)))["said"].startswith(said)
    assert "said" in page.call("train", "f", np.eye(4), np.ones((3, 3)), np.ones((2, 2)), 0.1, 3)


def test_a_function_that_is_gone_is_missed_by_its_name(page):
    said = "corr2d_of_old is gone with the Python that was stopped: run its cell again."
    assert page.call("apply", "corr2d_of_old", np.eye(2), np.eye(2)) == {"said": said}
    assert page.call("apply", "corr2d_of_old 3 123", np.eye(2), np.eye(2)) == {"said": said}
    assert page.call("train", "corr2d_of_old", np.eye(2), np.eye(2), np.eye(2), 0.1, 1) == {"said": said}


def test_a_readers_gradient_trains_as_the_book_does(page):
    from d2lconv import Conv2D, corr2d, fit

    page.run(CORR2D + "\ndef kernel_gradient(X, K, Y):\n    return corr2d(X, 2 * (corr2d(X, K) - Y))")
    X, K = images.edge_image(), np.array([[-1.2, 1.2]])
    Y = corr2d(X, [[1, -1]])
    weights = page.call("train", "kernel_gradient", X, Y, K, 0.03, 10)["weights"]
    book = fit(Conv2D(K.shape, weight=K, bias=False), X[None, None], Y[None, None], lr=0.03)
    # Ten steps at a rate below the limit, each of which keeps the rounding of some dozens of products and sums.
    np.testing.assert_allclose(weights, book.weight[:, 0, 0], rtol=0, atol=1e-12)
    weights = page.call("train", "kernel_gradient", X, Y, K, 1e150, 5)["weights"]
    assert not np.isfinite(weights[-1]).any(), "a rate that is far too large is no error"
