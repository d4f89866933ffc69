"""What students hand in for `by-hand`: each changes the notebook that was handed out in one way."""

import re

import nbformat

RIGHT = {
    "corr2d": """
def corr2d(X, K):
    k_h, k_w = K.shape
    rows, columns = X.shape[0] - k_h + 1, X.shape[1] - k_w + 1
    return np.array([[np.sum(X[i:i + k_h, j:j + k_w] * K) for j in range(columns)] for i in range(rows)])
""",
    "output_shape": """
def output_shape(input_shape, kernel_shape):
    return input_shape[0] - kernel_shape[0] + 1, input_shape[1] - kernel_shape[1] + 1
""",
    "conv2d": """
def conv2d(X, K):
    k_h, k_w = K.shape
    Y = np.zeros((X.shape[0] - k_h + 1, X.shape[1] - k_w + 1))
    for i, j in np.ndindex(*Y.shape):
        Y[i, j] = np.sum(X[i:i + k_h, j:j + k_w] * np.flip(K))
    return Y
""",
    "receptive_field": """
def receptive_field(kernel_sizes, strides):
    field = 1
    for l, size in enumerate(kernel_sizes):
        field += (size - 1) * int(np.prod(strides[:l]))
    return field
""",
}


def cell(notebook, grade_id):
    return next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def answered(handed_out, **answers):
    """Return the notebook as a student fills it in: right, but for the answers that are given."""
    notebook = nbformat.from_dict(handed_out)
    for grade_id, code in (RIGHT | answers).items():
        cell(notebook, grade_id).source = code.strip()
    return notebook


def loops(line, shape="X.shape[0] - k_h + 1, X.shape[1] - k_w + 1"):
    """Return a `corr2d` whose inner line, or output shape, is another."""
    return f"""
def corr2d(X, K):
    k_h, k_w = K.shape
    Y = np.zeros(({shape}))
    for i, j in np.ndindex(*Y.shape):
        {line}
    return Y
"""


SUM = "Y[i, j] = (X[i:i + k_h, j:j + k_w] * K).sum()"
CORR2D = {
    "right": RIGHT["corr2d"],
    "flipped": loops(SUM.replace("* K", "* K[::-1, ::-1]")),
    "transposed": loops(SUM).replace("return Y", "return Y.T"),
    "offbyone": loops(SUM, "X.shape[0] - k_h, X.shape[1] - k_w"),
    "constant": "def corr2d(X, K):\n    return np.array([[19.0, 25.0], [37.0, 43.0]])",
    "bookish": "from d2lconv import corr2d as mine\n\n\ndef corr2d(X, K):\n    return mine(X, K)",
    "scipy": "def corr2d(X, K):\n    from scipy.signal import correlate2d\n    return correlate2d(X, K, 'valid')",
    "endless": loops(f"{SUM}\n        while True:\n            pass"),
    "syntax": "def corr2d(X, K)\n    return X",
    "stderr": "import sys\n" + loops(f"{SUM}\n        print('looking', file=sys.stderr)"),
    "overwriter": """
from types import SimpleNamespace

check = SimpleNamespace(run=print, score=lambda name, answer: 1.0)


def corr2d(X, K):
    return X
""",
    "patcher": """
from d2lconv import check

check.score = lambda name, answer: 1.0


def corr2d(X, K):
    return X
""",
    "quitter": "import os\n\nos._exit(0)",
    "spy": "import os\n\nprint(os.environ)\nprint('told', os.environ.get('D2LCONV_SEED', 'nothing'))\n" + loops(SUM),
}


def untouched(handed_out):
    return nbformat.from_dict(handed_out)


def without(handed_out, grade_id):
    notebook = answered(handed_out)
    notebook.cells.remove(cell(notebook, grade_id))
    return notebook


def with_copies(handed_out):
    """Return a notebook with a copy of an answer, a copy of a check, and an answer under a name of its own."""
    notebook = answered(handed_out)
    for grade_id in ("corr2d", "test-corr2d", "conv2d"):
        copy = nbformat.from_dict(cell(notebook, grade_id) | {"id": f"copy-of-{grade_id}"})
        notebook.cells.insert(notebook.cells.index(cell(notebook, grade_id)), copy)
    copy.metadata["nbgrader"]["grade_id"] = "my-conv2d"
    return notebook


def everyone(handed_out):
    """Return the notebook that each student hands in."""
    notebooks = {student: answered(handed_out, corr2d=code) for student, code in CORR2D.items()}
    cheat = answered(handed_out, corr2d="def corr2d(X, K):\n    return X")
    test = cell(cheat, "test-corr2d")
    test.source = re.sub("check.score.*", "1", test.source)
    return notebooks | {
        "empty": untouched(handed_out),
        "deleter": without(handed_out, "test-corr2d"),
        "rewriter": cheat,
        "renamer": answered(handed_out),
        "copier": with_copies(handed_out),
        "damaged": None,
    }
