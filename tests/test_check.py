"""The checks name each mistake, grade it as it deserves, and survive whatever they are handed.

The answers below are what readers write; each comes with words from the sentence that it should be told.
"""

import _thread
import functools
import re
import subprocess
import sys
import threading
import time
import types

import nbclient
import nbformat
import numba
import numpy as np
import pytest
import scipy.ndimage
import scipy.signal
from naive import corr2d, gradient

import d2lconv
from d2lconv import check
from d2lconv.check import borrowing, oracles
from d2lconv.check.running import GRACE, LIMIT


def strict(X, K):
    return corr2d(X, K[::-1, ::-1])


def shape(input_shape, kernel_shape):
    return input_shape[0] - kernel_shape[0] + 1, input_shape[1] - kernel_shape[1] + 1


def matrix(K, input_shape):
    columns = [
        corr2d(np.eye(1, np.prod(input_shape), n).reshape(input_shape), K).ravel() for n in range(np.prod(input_shape))
    ]
    return np.array(columns).T


def slope(X, K, Y):
    return corr2d(X, 2 * (corr2d(X, K) - Y))


def edge(v):
    down, right = v / np.hypot(*v)
    return np.array([[0, down, 0], [right, 0, -right], [0, -down, 0]]) / 2


def sobel(v):
    S = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) / 8
    return (v[0] * S.T + v[1] * S) / np.hypot(*v)


def box(size):
    return np.ones((size, size)) / size**2


def bell(size):
    row = np.exp(-((np.arange(size) - (size - 1) / 2) ** 2) / size)
    return np.outer(row, row) / row.sum() ** 2


def field(kernel_sizes, strides):
    size = step = 1
    for k, s in zip(kernel_sizes, strides, strict=True):
        size, step = size + (k - 1) * step, step * s
    return size


RIGHT = {
    "corr2d": [
        corr2d,
        lambda X, K: corr2d(X, K).tolist(),
        lambda X, K: corr2d(X, K).astype(np.float32),
        lambda X, K: np.einsum("ijab,ab->ij", np.lib.stride_tricks.sliding_window_view(X, K.shape), K),
    ],
    "output_shape": [shape, lambda n, k: list(shape(n, k)), lambda n, k: np.array(shape(n, k))],
    "matrix": [matrix],
    "kernel_gradient": [
        slope,
        lambda X, K, Y: gradient(lambda W: ((corr2d(X, W) - Y) ** 2).sum(), K),
    ],
    "edge": [edge, sobel],
    "second_difference": [[[1, -2, 1]], np.array([[1.0, -2.0, 1.0]])],
    "blur": [box, bell],
    "conv2d": [strict, lambda X, K: corr2d(X, np.rot90(K, 2))],
    "receptive_field": [field, lambda k, s: np.int64(field(k, s))],
}


def like(name):
    """Return the textbook's answer, to be spoiled."""
    return RIGHT[name][0]


def spoiled(name, spoil):
    return lambda *args: spoil(like(name)(*args))


def left_empty(Y):
    Y = Y.copy()
    Y[-1], Y[:, -1] = 0, 0
    return Y


def square_kernel_only(X, K):
    k = len(K)
    return np.array(
        [[(X[i : i + k, j : j + k] * K).sum() for j in range(X.shape[1] - k + 1)] for i in range(X.shape[0] - k + 1)]
    )


def square_image_only(X, K):
    Y = np.zeros(shape(X.shape, K.shape))
    for i in range(len(Y)):
        for j in range(len(Y)):
            Y[i, j] = (X[i : i + K.shape[0], j : j + K.shape[1]] * K).sum()
    return Y


def like_the_input(X, K):
    Y = np.zeros(shape(X.shape, K.shape), X.dtype)
    Y[...] = corr2d(X, K)
    return Y


def four_loops(X, K):
    Y = np.zeros((X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1))
    for i, j in np.ndindex(Y.shape):
        for a, b in np.ndindex(K.shape):
            Y[i, j] += X[i + a, j + b] * K[a, b]
    return Y


def writes(X, K):
    Y = corr2d(X, K)
    K *= 2
    return Y


def normalises_in_place(v):
    v /= np.hypot(*v)
    return edge(v)


def forgets(X, K):
    corr2d(X, K)


def padded(X, K):
    k_h, k_w = K.shape
    return np.pad(X, ((k_h - 1, k_h - 1), (k_w - 1, k_w - 1)))


def jumps_the_rows(K, input_shape):
    M = matrix(K, input_shape)
    return np.array([np.roll(M[0], n) for n in range(len(M))])


def lays_it_flat(K, input_shape):
    M = np.zeros_like(matrix(K, input_shape))
    for row, taps in enumerate(matrix(np.ones(K.shape), input_shape)):
        start = taps.argmax()
        M[row, start : start + K.size] = K.ravel()[: M.shape[1] - start]
    return M


def too_wide(K, input_shape):
    M = np.zeros_like(matrix(K, input_shape))
    y_h, y_w = shape(input_shape, K.shape)
    for i, j, a, b in np.ndindex(y_h, y_w, *K.shape):
        M[i * y_w + j, (i + a) * input_shape[0] + j + b] = K[a, b]
    return M


def off_centre(v):
    down, right = v / np.hypot(*v)
    return np.array([[down + right, -right], [-down, 0.0]])


# exercise, what it gets, words of the sentence, the answer
WRONG = {
    "flipped": ("corr2d", 1 / 7, "is flipped", strict),
    "flipped left to right": ("corr2d", 1 / 7, "one axis only", lambda X, K: corr2d(X, K[:, ::-1])),
    "transposed": ("corr2d", 0, "transposed", spoiled("corr2d", np.transpose)),
    "one row and column short": ("corr2d", 0, "Off by one", spoiled("corr2d", lambda Y: Y[:-1, :-1])),
    "one row and column long": ("corr2d", 0, "Off by one", spoiled("corr2d", lambda Y: np.pad(Y, ((0, 1), (0, 1))))),
    "the last ones left empty": ("corr2d", 1 / 7, "never filled", spoiled("corr2d", left_empty)),
    "begun too late": ("corr2d", 0, "too far down", spoiled("corr2d", lambda Y: Y[1:, 1:])),
    "sign": ("corr2d", 1 / 7, "sign", spoiled("corr2d", np.negative)),
    "mean": ("corr2d", 1 / 7, "mean", lambda X, K: corr2d(X, K) / K.size),
    "as large as the image": (
        "corr2d",
        0,
        "as large as the image",
        lambda X, K: corr2d(padded(X, K), K)[: len(X), : X.shape[1]],
    ),
    "over the border": ("corr2d", 0, "over its border", lambda X, K: corr2d(padded(X, K), K)),
    "no sum": ("corr2d", 0, "4 axes", lambda X, K: np.lib.stride_tricks.sliding_window_view(X, K.shape) * K),
    "one number": ("corr2d", 0, "single number", lambda X, K: (X[: len(K), : K.shape[1]] * K).sum()),
    "whole numbers": ("corr2d", 1 / 7, "dtype int", spoiled("corr2d", lambda Y: Y.astype(int))),
    "half precision": ("corr2d", 1 / 7, "dtype float16", spoiled("corr2d", lambda Y: Y.astype(np.float16))),
    "the input's dtype": ("corr2d", 6 / 7, "dtype int64", like_the_input),
    "square kernels": ("corr2d", 3 / 7, "square kernels only", square_kernel_only),
    "square images": ("corr2d", 3 / 7, "square images and kernels only", square_image_only),
    "writes into the kernel": ("corr2d", 6 / 7, "writes into its input K", writes),
    "a constant": ("corr2d", 0, "should be", lambda X, K: np.full((2, 9), 19.0)),
    "zeros": ("corr2d", 1 / 7, "numbers are not", spoiled("corr2d", np.zeros_like)),
    "text": ("corr2d", 0, "real numbers", lambda X, K: "19, 25, 37, 43"),
    "nested lists of unequal length": ("corr2d", 0, "real numbers", lambda X, K: [[1], [2, 3]]),
    "nothing": ("corr2d", 0, "Nothing came back", forgets),
    "nothing for one kernel": (
        "corr2d",
        6 / 7 - 1 / 7,
        "end it with `return`",
        lambda X, K: None if K.size == 1 else corr2d(X, K),
    ),
    "an error": ("corr2d", 0, "IndexError", lambda X, K: X[len(X), 0]),
    "no end of calls": ("corr2d", 0, "calls itself", lambda X, K: endless(X, K)),
    "leaves the notebook": ("corr2d", 0, "SystemExit", lambda X, K: sys.exit()),
    "too few arguments": ("corr2d", 0, "2 arguments", lambda X: X),
    "called already": ("corr2d", 0, "hand over the function itself", np.eye(2)),
    "not flipped": ("conv2d", 1 / 7, "not flipped", corr2d),
    "flipped top to bottom": ("conv2d", 1 / 7, "one axis only", lambda X, K: corr2d(X, K[::-1])),
    "kernel transposed": ("conv2d", 0, "kernel is transposed", lambda X, K: strict(X, K.T)),
    "no last position": ("output_shape", 0, "Off by one", lambda n, k: (n[0] - k[0], n[1] - k[1])),
    "no loss": ("output_shape", 0, "as large as the image", lambda n, k: n),
    "exchanged": ("output_shape", 1 / 3, "exchanged", spoiled("output_shape", lambda s: s[::-1])),
    "tiles": ("output_shape", 0, "side by side", lambda n, k: (n[0] // k[0], n[1] // k[1])),
    "the whole count": ("output_shape", 0, "rows and their columns", spoiled("output_shape", np.prod)),
    "floats": ("output_shape", 0, "dtype", spoiled("output_shape", lambda s: (s[0] / 1, s[1] / 1))),
    "words": ("output_shape", 0, "whole number for each axis", lambda n, k: "6, 7"),
    "three numbers": ("output_shape", 0, "2 whole numbers", spoiled("output_shape", lambda s: (*s, 1))),
    "no factor": ("kernel_gradient", 0, "factor of 2", spoiled("kernel_gradient", lambda G: G / 2)),
    "uphill": ("kernel_gradient", 0, "sign", spoiled("kernel_gradient", np.negative)),
    "gradient flipped": ("kernel_gradient", 0, "flipped", spoiled("kernel_gradient", lambda G: G[::-1, ::-1])),
    "gradient of the mean": ("kernel_gradient", 0, "mean squared", lambda X, K, Y: slope(X, K, Y) / Y.size),
    "the target": ("kernel_gradient", 0, "with the target", lambda X, K, Y: corr2d(X, 2 * Y)),
    "the error": ("kernel_gradient", 0, "the error itself", lambda X, K, Y: 2 * (corr2d(X, K) - Y)),
    "the image's": (
        "kernel_gradient",
        0,
        "gradient for the image",
        lambda X, K, Y: strict(padded(2 * (corr2d(X, K) - Y), K), K),
    ),
    "matrix transposed": ("matrix", 0, "transposed", spoiled("matrix", np.transpose)),
    "matrix of the convolution": ("matrix", 1 / 6, "flipped", lambda K, n: matrix(K[::-1, ::-1], n)),
    "over the end of a row": ("matrix", 1 / 3, "over the end of a row", jumps_the_rows),
    "kernel laid flat": ("matrix", 1 / 3, "side by side", lays_it_flat),
    "height for width": ("matrix", 1 / 2, "square images only", too_wide),
    "brightens": ("edge", 0, "sign", spoiled("edge", np.negative)),
    "rows for columns": ("edge", 0, "exchanged", lambda v: edge(v[::-1])),
    "along the edge": ("edge", 0, "edges along v", lambda v: edge(np.array([v[1], -v[0]]))),
    "too strong": ("edge", 0, "not normalised: on a slope", lambda v: 8 * edge(v)),
    "length counts": ("edge", 3 / 4, "divide v by its length", lambda v: edge(v) * np.hypot(*v)),
    "off centre": ("edge", 0, "not centred", off_centre),
    "not of zero sum": ("edge", 0, "sum to 9", lambda v: np.ones((3, 3))),
    "no weights": ("edge", 0, "All weights are zero", lambda v: np.zeros((3, 3))),
    "one direction for all": ("edge", 0, "exchanged", lambda v: edge(np.array([1.0, 0.0]))),
    "another direction": ("edge", 0, "another direction", lambda v: edge(v + np.array([0.3, -0.8]))),
    "an even answer": ("edge", 0, "no answer at all", lambda v: np.array([[1.0, -2.0, 1.0]])),
    "a direction, not a kernel": ("edge", 0, "two axes", lambda v: v),
    "divided by zero": ("edge", 0, "infinite", lambda v: np.full((3, 3), np.inf)),
    "normalised in place": ("edge", 3 / 4, "writes into its input v", normalises_in_place),
    "a flat kernel": ("second_difference", 0, "[[...]]", [1, -2, 1]),
    "a column": ("second_difference", 0, "one row", [[1], [-2], [1]]),
    "upside down": ("second_difference", 1 / 2, "sign", [[-1, 2, -1]]),
    "a first difference": ("second_difference", 1 / 4, "first difference", [[1, -1]]),
    "twice as strong": ("second_difference", 1 / 2, "says 4", [[2, -4, 2]]),
    "too long": ("second_difference", 3 / 4, "with fewer", [[0, 1, -2, 1, 0]]),
    "three rows": ("second_difference", 3 / 4, "more than one row", np.outer([0, 1, 0], [1, -2, 1])),
    "no answer to curves": ("second_difference", 1 / 2, "curve gets no answer", [[1, -1, 0, -1, 1], [-1, 1, 0, 1, -1]]),
    "an average": ("second_difference", 0, "sum to 3", [[1, 1, 1]]),
    "a function": ("second_difference", 0, "an array", lambda: [[1, -2, 1]]),
    "dots": ("second_difference", 0, "Nothing came back", ...),
    "a sum": ("blur", 0, "brightens", lambda n: np.ones((n, n))),
    "too faint": ("blur", 0, "darkens", lambda n: box(n) / 2),
    "negative": ("blur", 0, "negative", lambda n: -box(n)),
    "to one side": ("blur", 0, "not centred", lambda n: np.tri(n) / np.tri(n).sum()),
    "a row": ("blur", 0, "asked for", lambda n: np.ones((1, n)) / n),
    "nothing but the middle": (
        "blur",
        1 / 2,
        "as it is",
        lambda n: np.outer(*[np.eye(1, n, n // 2)[0]] * 2) if n % 2 else box(n),
    ),
    "the middle row": (
        "blur",
        1 / 2,
        "leaves rows",
        lambda n: np.outer(np.eye(1, n, n // 2), box(n).sum(0)) if n % 2 else box(n),
    ),
    "an overlap too much": ("receptive_field", 1 / 2, "add the whole kernels", lambda k, s: sum(k)),
    "a product": ("receptive_field", 1 / 2, "multiply", lambda k, s: int(np.prod(k))),
    "without itself": ("receptive_field", 0, "Off by one", lambda k, s: field(k, s) - 1),
    "no strides": ("receptive_field", 3 / 4, "leave the strides out", lambda k, s: field(k, [1] * len(k))),
    "its own stride": ("receptive_field", 3 / 4, "own stride", lambda k, s: 1 + sum((np.array(k) - 1) * np.cumprod(s))),
    "backward": ("receptive_field", 3 / 4, "wrong way", lambda k, s: field(k[::-1], s[::-1])),
    "a pair": ("receptive_field", 0, "one whole number", lambda k, s: (field(k, s), field(k, s))),
    "something else": ("receptive_field", 0, "count is wrong", lambda k, s: 1000),
}


def endless(X, K):
    return endless(X, K)


@pytest.fixture(params=range(3))
def any_seed(request, monkeypatch):
    monkeypatch.setenv("D2LCONV_SEED", f"a secret, number {request.param}")


@pytest.mark.parametrize(("name", "answer"), [(name, answer) for name, answers in RIGHT.items() for answer in answers])
def test_a_right_answer_passes_whatever_the_seed(any_seed, capsys, name, answer):
    assert check.score(name, answer) == 1
    check.run(name, answer)
    assert capsys.readouterr().out.startswith("Right")


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_is_named(any_seed, capsys, mistake):
    name, _, words, answer = WRONG[mistake]
    check.run(name, answer)
    told = capsys.readouterr().out
    assert words in told
    assert f'For a hint: check.hint("{name}")' in told


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_costs_what_it_deserves(any_seed, mistake):
    name, worth, _, answer = WRONG[mistake]
    assert check.score(name, answer) == pytest.approx(worth)


def test_every_exercise_has_right_answers_and_wrong_ones():
    assert list(RIGHT) == check.names()
    assert {name for name, *_ in WRONG.values()} == set(RIGHT)


def test_an_answer_that_only_stumbles_over_a_rare_dtype_is_told_where(capsys):
    def stumbles(X, K):
        if X.dtype == np.float32:
            raise ValueError("too single")
        return corr2d(X, K)

    check.run("corr2d", stumbles)
    told = capsys.readouterr().out
    assert "in line" in told
    assert 'raise ValueError("too single")' in told
    assert "(float32)" in told


PATIENCE = 20  # seconds, far less than what is waited for below; how long a busy machine takes is not for a test to say


def test_a_reader_waits_for_two_seconds_at_most():
    assert LIMIT + GRACE < 2


# Each keeps the interpreter busy in a way of its own, or would sleep for longer than anybody waits.
def spins(X, K):
    while True:
        pass


def catches(X, K):
    while True:
        try:  # noqa: SIM105
            corr2d(X, K)
        except Exception:
            pass


def catches_everything(X, K):
    while True:
        try:  # noqa: SIM105
            corr2d(X, K)
        except:  # noqa: E722
            pass


def multiplies(X, K):
    while True:
        np.ones((300, 300)) @ np.ones((300, 300))


def chatters(X, K):
    while True:
        print(X)


def sleeps(X, K):
    time.sleep(100)


def asks(X, K):
    threading.Event().wait()


@pytest.mark.parametrize("answer", [spins, catches, catches_everything, multiplies, chatters])
def test_an_endless_loop_is_stopped_and_reported(capfd, answer):
    before, start = threading.active_count(), time.monotonic()
    check.run("corr2d", answer)
    assert time.monotonic() - start < PATIENCE
    out, err = capfd.readouterr()
    assert out.startswith("Stopped: after 1.4 seconds")
    time.sleep(0.1)
    assert threading.active_count() == before, "nothing goes on behind the reader's back"
    assert err == ""


@pytest.mark.parametrize("answer", [sleeps, asks])
def test_an_answer_that_cannot_be_woken_is_left_behind(capfd, answer):
    start = time.monotonic()
    assert check.score("corr2d", answer) == 0
    assert time.monotonic() - start < PATIENCE
    assert check.score("corr2d", corr2d) == 1
    assert capfd.readouterr() == ("", "")


def test_an_answer_that_wakes_up_too_late_says_nothing_any_more(capfd):
    def wakes(X, K):
        time.sleep(2)
        print("good morning")
        raise ValueError

    before = threading.active_count()
    assert check.score("corr2d", wakes) == 0
    time.sleep(0.5)
    assert threading.active_count() == before
    assert capfd.readouterr() == ("", "")


def test_what_was_right_before_the_time_was_up_counts():
    def dawdles(X, K):
        if K.shape[0] != K.shape[1]:
            spins(X, K)
        return corr2d(X, K)

    assert check.score("corr2d", dawdles) == pytest.approx(3 / 7)


def test_a_reader_who_interrupts_the_kernel_gets_it_back():
    before, start = threading.active_count(), time.monotonic()
    threading.Timer(0.3, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        check.run("corr2d", spins)
    assert time.monotonic() - start < PATIENCE
    time.sleep(0.1)
    assert threading.active_count() == before


def test_a_traced_program_goes_on_while_an_answer_sleeps():
    code = """
import sys, time
from d2lconv import check
sys.settrace(lambda *_: None)
print(check.score("corr2d", lambda X, K: time.sleep(30)), check.score("output_shape", lambda n, k: n))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20)
    assert (run.stdout, run.stderr) == ("0.0 0.0\n", "")


def test_the_switch_interval_is_given_back():
    before = sys.getswitchinterval()
    check.score("corr2d", spins)
    assert sys.getswitchinterval() == before


book, package = d2lconv.corr2d, d2lconv
shelf = types.SimpleNamespace(signal=scipy.signal)
tools = {"slide": scipy.signal.correlate2d}


class Callable:
    def __init__(self, function):
        self.function = function

    def __call__(self, X, K):
        return self.function(X, K)

    def method(self, X, K):
        return self.function(X, K)


class Plain:
    def __call__(self, X, K):
        return book(X, K)


def closes_over(function):
    def answer(X, K):
        return function(X, K)

    return answer


def imports(X, K):
    from scipy.signal import correlate2d

    return correlate2d(X, K, mode="valid")


def looks_for_it(X, K):
    library = __import__("sci" + "py.ndimage").ndimage
    Y = library.correlate(X.astype(float), K, origin=[-(k // 2) for k in K.shape], mode="constant")
    return Y[: X.shape[0] - K.shape[0] + 1, : X.shape[1] - K.shape[1] + 1]


def helper(X, K):
    return package.corr2d(X, K)


def same_code(function):
    copy = types.FunctionType(function.__code__, {**function.__globals__, "__name__": "mine"})
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


BORROWED = {
    "the book's own, renamed": ("d2lconv.corr2d", book),
    "in a lambda": ("d2lconv", lambda X, K: package.corr2d(X, K)),
    "in a helper": ("d2lconv", lambda X, K: helper(X, K)),
    "in a default": ("d2lconv", lambda X, K, slide=book: slide(X, K)),
    "in a keyword": ("d2lconv", functools.partial(lambda X, K, slide: slide(X, K), slide=book)),
    "in a closure": ("d2lconv", closes_over(book)),
    "in a nested function": ("d2lconv", lambda X, K: (lambda: book(X, K))()),
    "in a partial": ("scipy.signal", functools.partial(scipy.signal.correlate2d, mode="valid")),
    "in a wrapper": ("d2lconv", functools.wraps(book)(lambda X, K: corr2d(X, K))),
    "in an object": ("d2lconv", Callable(book)),
    "in an object's class": ("d2lconv", Plain()),
    "in a method": ("d2lconv", Callable(book).method),
    "the layer": ("d2lconv", lambda X, K: package.Conv2D(K.shape, bias=False, weight=K)(X[None, None])[0, 0]),
    "imported inside": ("scipy.signal", imports),
    "on a shelf": ("scipy.signal", lambda X, K: shelf.signal.correlate2d(X, K, mode="valid")),
    "in a box of tools": ("scipy.signal", lambda X, K: tools["slide"](X, K, mode="valid")),
    "by another name": ("scipy", looks_for_it),
    "its code in another function": ("d2lconv.corr2d", same_code(book)),
    "the oracle of the check": ("d2lconv.corr2d", oracles.corr2d),
    "the compiled loops": ("d2lconv", lambda X, K: sys.modules["d2lconv._kernels"].correlate(*K.shape)),
}


@pytest.mark.parametrize("way", BORROWED)
def test_a_borrowed_answer_is_refused_kindly_and_by_name(capsys, way):
    lender, answer = BORROWED[way]
    book(np.eye(3), np.eye(2))  # so that the compiled loops are there to be found
    check.run("corr2d", answer)
    told = capsys.readouterr().out
    assert told.startswith(f"Your answer leans on {lender}")
    assert "yours to write" in told
    assert check.score("corr2d", answer) == 0


def test_a_compiled_function_of_a_library_is_known_by_its_module(monkeypatch):
    monkeypatch.setattr(borrowing, "LENDERS", {"numpy", "itertools"})
    assert borrowing.maker(np.frompyfunc(len, 1, 1).at) == "numpy.at"
    assert borrowing.maker(np.array) == "numpy.array"
    assert borrowing.maker(np.eye(2).sum) == "numpy.sum"
    assert borrowing.maker(len) == ""


def test_a_running_function_is_known_by_its_module_too():
    twins = oracles.corr2d_twins(np.eye(3), np.eye(2))
    assert borrowing.maker(twins.gi_frame) == "d2lconv.corr2d_twins"
    assert borrowing.maker(sys._getframe()) == ""


def test_own_helpers_and_numpy_are_welcome_next_to_an_unused_import():
    from scipy.signal import correlate2d  # noqa: F401

    windows = np.lib.stride_tricks.sliding_window_view

    def answer(X, K):
        return np.tensordot(windows(X, K.shape), K)

    assert check.score("corr2d", answer) == 1


def test_an_answer_for_the_compiler_is_not_kept_waiting_for_it():
    assert check.score("corr2d", numba.njit(four_loops)) == 1


def test_a_name_that_has_no_value_yet_harms_nobody():
    def answer(X, K):
        return corr2d(X, K) if len(X) else later

    assert check.score("corr2d", answer) == 1
    later = None


def test_what_an_answer_prints_and_warns_of_is_kept_away(capfd, recwarn):
    def talks(X, K):
        print("hello")
        print("oh", file=sys.stderr)
        np.float64(1) / np.float64(0)
        return corr2d(X, K)

    assert check.score("corr2d", talks) == 1
    assert capfd.readouterr() == ("", "")
    assert list(recwarn) == []


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300, -1e300, 10**400, 1j, b"?", object(), [], {}, np.ma.masked])
@pytest.mark.parametrize("name", check.names())
def test_strange_values_are_wrong_and_nothing_else(capfd, recwarn, name, value):
    answer = value if name == "second_difference" else lambda *_: value
    assert check.score(name, answer) < 0.5
    check.run(name, answer)
    out, err = capfd.readouterr()
    assert out.startswith("Not yet") or out.startswith("Nothing")
    assert err == ""
    assert list(recwarn) == []


class Hostile:
    def __getattr__(self, name):
        raise RuntimeError("leave me alone")

    def __array__(self, *_, **__):
        raise RuntimeError("leave me alone")

    def __call__(self, X, K):
        return self


STRANGE = {
    "an object that raises": Hostile(),
    "its class": Hostile,
    "a function that returns it": lambda *_: Hostile(),
    "a built-in": print,
    "a sum": np.sum,
    "type": type,
    "a number": 3,
    "a name": "corr2d",
    "None": None,
    "dots": ...,
}


@pytest.mark.parametrize("name", check.names())
@pytest.mark.parametrize("kind", STRANGE)
def test_a_check_never_raises(capfd, name, kind):
    answer = STRANGE[kind]
    check.run(name, answer)
    assert 0 <= check.score(name, answer) < 0.5
    out, err = capfd.readouterr()
    assert len(out) > 20
    assert err == ""


def test_an_answer_cannot_reach_the_inputs_that_it_is_held_against():
    def blanks(X, K):
        Y = corr2d(X, K)
        for A in (X, K, X.base, K.base):
            if A is not None:
                A[...] = 0
        return Y

    assert check.score("corr2d", blanks) == pytest.approx(6 / 7)
    assert check.score("corr2d", corr2d) == 1


def test_an_answer_that_leaves_something_hostile_in_its_inputs_is_told_so(capfd):
    class Unequal:
        def __eq__(self, other):
            raise RuntimeError("leave me alone")

    def plants(kernel_sizes, strides):
        kernel_sizes[0] = Unequal()
        return 1

    check.run("receptive_field", plants)
    out, err = capfd.readouterr()
    assert "left in its inputs" in out
    assert err == ""
    assert check.score("receptive_field", plants) == 0


def test_an_answer_that_reuses_its_output_is_held_to_what_it_returned_each_time():
    room = np.zeros((30, 30))

    def reuses(X, K):
        Y = room[: X.shape[0] - K.shape[0] + 1, : X.shape[1] - K.shape[1] + 1]
        Y[...] = corr2d(X, K)
        return Y

    assert check.score("corr2d", reuses) == 1


def seen(seed, monkeypatch):
    """Return the images that an answer gets to see under a seed."""
    images = []

    def looks(X, K):
        images.append(X.tolist())
        return corr2d(X, K)

    monkeypatch.setenv("D2LCONV_SEED", seed) if seed else monkeypatch.delenv("D2LCONV_SEED", raising=False)
    assert check.score("corr2d", looks) == 1
    return images


def test_the_seed_of_a_grader_draws_other_inputs_and_the_same_each_time(monkeypatch):
    reader, grader = seen("", monkeypatch), seen("a secret", monkeypatch)
    assert reader == seen("", monkeypatch) == seen("0", monkeypatch)
    assert grader == seen("a secret", monkeypatch)
    assert not any(image in reader for image in grader)


def test_what_a_reader_is_told_holds_no_seed_and_no_solution(capsys, monkeypatch):
    monkeypatch.setenv("D2LCONV_SEED", "a-secret-42")
    for name, _, _, answer in WRONG.values():
        check.run(name, answer)
    assert "secret" not in capsys.readouterr().out


def test_inputs_have_every_shape_dtype_and_layout_that_readers_meet(monkeypatch):
    met = []
    check.score("corr2d", lambda X, K: met.append((X, K)) or corr2d(X, K))
    assert {X.dtype.kind + str(X.itemsize) for X, _ in met} == {"f8", "f4", "i8"}
    assert any(not X.flags.c_contiguous and not X.flags.f_contiguous for X, _ in met)
    assert any(X.shape == K.shape for X, K in met)
    assert any(K.shape == (1, 1) for _, K in met)
    assert any(X.shape[0] != X.shape[1] and K.shape[0] != K.shape[1] for X, K in met)


def test_hints_come_one_by_one_and_begin_again(capsys, monkeypatch):
    monkeypatch.setattr(check, "_given", {})
    for name in check.names():
        check.hint(name)
        first = capsys.readouterr().out
        count = int(re.match(r"Hint \d of (\d): ", first)[1])
        rest = []
        for _ in range(count):
            check.hint(name)
            rest.append(capsys.readouterr().out)
        assert len({first, *rest}) == count >= 3
        assert first == rest[-1]


@pytest.mark.parametrize("use", [check.hint, lambda name: check.run(name, corr2d)])
def test_an_unknown_name_is_answered_with_the_nearest(capsys, use):
    use("cor2d")
    told = capsys.readouterr().out
    assert 'Did you mean "corr2d"?' in told
    assert "receptive_field" in told


def test_a_grader_who_asks_for_an_unknown_exercise_is_told():
    with pytest.raises(ValueError, match="no exercise named 'xyz'"):
        check.score("xyz", corr2d)
    with pytest.raises(ValueError, match="no exercise named None"):
        check.score(None, corr2d)


def test_a_score_is_a_plain_number_that_a_grading_cell_may_end_on():
    share = check.score("corr2d", square_kernel_only)
    assert type(share) is float
    assert float(repr(2 * share)) == 6 / 7


def test_the_check_knows_nothing_of_the_package_but_its_validation():
    code = (
        "import sys, d2lconv; sys.modules['d2lconv.operators'] = None; from d2lconv import check; print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "d2lconv.check" in run.stdout.split()
    assert not {"numba", "scipy", "matplotlib"} & set(run.stdout.split())


def test_a_notebook_that_never_checks_never_loads_the_check():
    run = subprocess.run(
        [sys.executable, "-c", "import sys, d2lconv; print(*sys.modules)"], capture_output=True, text=True
    )
    assert "d2lconv" in run.stdout.split()
    assert "d2lconv.check" not in run.stdout.split()


def test_in_a_notebook_the_kernel_stays_usable_and_the_readers_own_line_is_shown():
    cells = [
        "from d2lconv import check\nimport numpy as np",
        "def corr2d(X, K):\n    while True:\n        print('x')",
        "check.run('corr2d', corr2d)",
        "def corr2d(X, K):\n    print('listening')\n    return X[99]",
        "check.run('corr2d', corr2d); print('still here')",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(notebook, timeout=30).execute()
    stopped, told = (notebook.cells[n].outputs for n in (2, 4))
    assert [output.name for output in (*stopped, *told)] == ["stdout", "stdout"]
    assert stopped[0].text.startswith("Stopped")
    assert "in line 3, `return X[99]`: IndexError" in told[0].text
    assert told[0].text.endswith("still here\n")
