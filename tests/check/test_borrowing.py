"""A library that would do the exercise is found by the names that an answer uses, and honest loops are not accused."""

import functools
import importlib.util

import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
from naive import corr2d
from scipy.signal import correlate2d

import d2lconv
from d2lconv import check
from d2lconv.check import oracles
from d2lconv.check.borrowing import LIBRARIES, borrowed

book, package = d2lconv.corr2d, d2lconv
layer = d2lconv.Conv2D((2, 2))


def helper(X, K):
    return package.corr2d(X, K)


def helped_twice(X, K):
    return helper(X, K)


@functools.lru_cache
def remembered(X, K):
    return helper(X, K)


def later(X, K):
    return later(X, K) if X is None else book(X, K)


def closes_over(function):
    def answer(X, K):
        return function(X, K)

    return answer


def imports(X, K):
    from scipy.signal import correlate2d

    return correlate2d(X, K, mode="valid")


def imports_all(X, K):
    import torch.nn.functional as F

    return F.conv2d(X, K)


def has_a_class(X, K):
    class Mine:
        slide = correlate2d

    return Mine.slide(X, K)


BORROWED = {
    "the book's own, renamed": ("corr2d from d2lconv", book),
    "a class of the book": ("Conv2D from d2lconv", d2lconv.Conv2D),
    "a layer": ("Conv2D from d2lconv", lambda X, K: layer(X)),
    "a module": ("d2lconv", lambda X, K: package.corr2d(X, K)),
    "a part of a module": ("scipy", lambda X, K: scipy.ndimage.correlate(X, K)),
    "a function, by its name": ("correlate2d from scipy", lambda X, K: correlate2d(X, K, mode="valid")),
    "a compiled function": ("correlate from scipy", scipy.ndimage._nd_image.correlate),
    "in a helper": ("d2lconv", lambda X, K: helper(X, K)),
    "in a helper of a helper": ("d2lconv", helped_twice),
    "in a helper that remembers": ("d2lconv", lambda X, K: remembered(X, K)),
    "beside its own name": ("corr2d from d2lconv", later),
    "in a closure": ("corr2d from d2lconv", closes_over(book)),
    "in a closure's helper": ("d2lconv", closes_over(closes_over(helper))),
    "in a nested function": ("corr2d from d2lconv", lambda X, K: (lambda: book(X, K))()),
    "in a comprehension": ("corr2d from d2lconv", lambda X, K: [book(x, K) for x in X]),
    "in a class": ("correlate2d from scipy", has_a_class),
    "in a partial": ("correlate2d from scipy", functools.partial(correlate2d, mode="valid")),
    "in a wrapper": ("corr2d from d2lconv", functools.wraps(book)(lambda X, K: corr2d(X, K))),
    "imported inside": ("scipy.signal", imports),
    "imported inside, renamed": ("torch.nn.functional", imports_all),
    "the answer of the check": ("corr2d from d2lconv", oracles.corr2d),
}


@pytest.mark.parametrize("way", BORROWED)
def test_what_is_borrowed_is_named_kindly_and_earns_nothing(capsys, way):
    name, answer = BORROWED[way]
    check.run("corr2d", answer)
    told = capsys.readouterr().out
    assert told.startswith(
        f"Your answer uses {name}, which does the work for you: write it yourself, with NumPy alone.\n"
    )
    assert check.score("corr2d", answer) == 0


def uses_an_attribute_of_that_name(X, K):
    class Tools:
        book = staticmethod(corr2d)

    return Tools.book(X, K)


def has_a_variable_of_that_name(X, K):
    book = corr2d
    return book(X, K)


def stores_a_name(X, K):
    windows = np.lib.stride_tricks.sliding_window_view
    return np.tensordot(windows(X, K.shape), K)


HONEST = [corr2d, uses_an_attribute_of_that_name, has_a_variable_of_that_name, stores_a_name, closes_over(corr2d)]


@pytest.mark.parametrize("answer", HONEST)
def test_own_helpers_and_numpy_are_welcome_beside_an_unused_import(answer):
    assert borrowed(answer) == ""
    assert check.score("corr2d", answer) == 1


LOOPS = """
import numpy as np

def corr2d(X, K):
    Y = np.zeros((X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1))
    for i, j in np.ndindex(Y.shape):
        Y[i, j] = (X[i : i + K.shape[0], j : j + K.shape[1]] * K).sum()
    return Y
"""


@pytest.mark.parametrize("name", ["d2lconv-homework", "d2lconv_homework", "scipy_and_me", "torchlight"])
def test_a_file_whose_name_begins_like_a_librarys_is_not_accused(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    (folder / f"{name}.py").write_text(LOOPS)
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    homework = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(homework)
    assert check.score("corr2d", homework.corr2d) == 1


def test_a_folder_beside_the_package_is_not_accused():
    scope = {"__name__": "__main__"}
    path = d2lconv.__path__[0] + "-homework/loops.py"
    exec(compile(LOOPS, path, "exec"), scope)
    assert check.score("corr2d", scope["corr2d"]) == 1


def test_code_without_a_module_is_judged_like_any_other():
    scope = {}
    exec(LOOPS, scope)
    assert "__name__" not in scope
    assert check.score("corr2d", scope["corr2d"]) == 1


def test_a_name_that_has_no_value_yet_harms_nobody():
    def answer(X, K):
        return corr2d(X, K) if len(X) else unknown + later  # noqa: F821

    assert check.score("corr2d", answer) == 1
    later = None


def test_an_object_that_answers_to_every_name_is_looked_at_once():
    class Endless:
        def __getattr__(self, name):
            return Endless()

        def __call__(self, X, K):
            return corr2d(X, K)

    assert borrowed(Endless()) == ""


COMMON = [
    *("d2lconv", "scipy", "cv2", "torch", "torchvision", "tensorflow", "keras", "jax", "jaxlib", "flax", "skimage"),
    *("sklearn", "cupy", "cupyx", "mxnet", "PIL", "kornia", "astropy", "autograd"),
]


@pytest.mark.parametrize("library", COMMON)
def test_each_library_is_known_by_the_first_part_of_its_name(library):
    scope = {}
    exec(f"def answer(X, K):\n    import {library}.tools\n", scope)
    assert borrowed(scope["answer"]) == f"{library}.tools"


def test_numpy_and_what_python_brings_are_not_looked_into():
    assert not {"numpy", "numba", "math", "itertools"} & LIBRARIES
    assert borrowed(np.tensordot) == borrowed(functools.reduce) == borrowed(functools.wraps) == ""
