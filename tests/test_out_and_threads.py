"""Where `corr2d` and `conv2d` write, and who helps them."""

import os
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from naive import corr2d as corr2d_by_loops
from numpy.testing import assert_array_equal

from d2lconv import conv2d, corr2d, operators

X = np.arange(48.0).reshape(6, 8)
K = np.array([[1.0, -2.0], [3.0, 4.0]])


@pytest.fixture
def share_all_work(monkeypatch):
    """Let threads share even the smallest image."""
    monkeypatch.setattr(operators, "LEAST_SHARED", 0)


@pytest.mark.parametrize(("operator", "taps"), [(corr2d, K), (conv2d, K[::-1, ::-1])])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_result_is_written_where_asked(operator, taps, dtype):
    out = np.full((5, 7), np.nan, dtype)
    assert operator(X.astype(dtype), K.astype(dtype), out=out) is out
    assert_array_equal(out, corr2d_by_loops(X, taps))


@pytest.mark.parametrize("room", [np.empty((7, 5)).T, np.empty((10, 14))[::2, ::2], np.empty((5, 9))[::-1, 2:]])
def test_any_part_of_an_array_can_take_the_result(room):
    assert corr2d(X, K, out=room) is room
    assert_array_equal(room, corr2d_by_loops(X, K))


def test_the_rest_of_that_array_stays_as_it_was():
    whole = np.full((7, 9), 8.0)
    corr2d(X, K, out=whole[1:6, 1:8])
    assert_array_equal(whole[1:6, 1:8], corr2d_by_loops(X, K))
    whole[1:6, 1:8] = 8
    assert (whole == 8).all()


SHARED = np.zeros(100)


@pytest.mark.parametrize(
    ("out", "error", "words"),
    [
        (np.empty((6, 8)), ValueError, ["result's shape, (5, 7)", "(6, 8)", "np.empty((5, 7), np.float64)"]),
        (np.empty(35), ValueError, ["(5, 7)", "(35,)"]),
        (np.empty((5, 7), np.float32), TypeError, ["float64", "came as float32", "np.empty((5, 7), np.float64)"]),
        (np.empty((5, 7), ">f8"), TypeError, ["float64", "came as >f8"]),
        (np.empty((5, 7), int), TypeError, ["float64", "came as int64"]),
        ([[0.0] * 7] * 5, TypeError, ["plain array", "came as list"]),
        (np.ma.zeros((5, 7)), TypeError, ["plain array"]),
        (np.broadcast_to(0.0, (5, 7)), ValueError, ["writable", "read-only", "out.copy()"]),
        (SHARED[40:75].reshape(5, 7), ValueError, ["apart from X", "another array"]),
        (SHARED[60:95].reshape(5, 7), ValueError, ["apart from K", "another array"]),
    ],
)
def test_what_cannot_take_the_result_is_refused_and_left_alone(out, error, words):
    image, kernel = SHARED[:48].reshape(6, 8), SHARED[90:94].reshape(2, 2)
    image[:], kernel[:] = X, K
    before = np.array(out)
    with pytest.raises(error) as caught:
        corr2d(image, kernel, out=out)
    for word in words:
        assert word in str(caught.value)
    assert_array_equal(out, before)


W = np.arange(64.0).reshape(8, 8)


@pytest.mark.parametrize(
    ("operator", "image", "kernel", "out", "name"),
    [
        (conv2d, lambda: W, lambda: K.copy(), lambda X, K: K, "K"),
        (conv2d, lambda: np.eye(3), lambda: K.copy(), lambda X, K: K[::-1], "K"),
        (corr2d, lambda: W.copy().T, lambda: K, lambda X, K: X.T[:7, :7], "X"),
        (corr2d, lambda: W.copy()[::-1], lambda: K, lambda X, K: X[:7, :7], "X"),
        (corr2d, lambda: W.astype(np.float32), lambda: K, lambda X, K: X.view(np.float64).T, "X"),
        (corr2d, lambda: W.astype(int), lambda: K, lambda X, K: X.view(np.float64)[:7, 1:], "X"),
        (corr2d, lambda: W.copy().view(np.matrix), lambda: K, lambda X, K: X.view(np.ndarray)[1:, 1:], "X"),
        (corr2d, lambda: np.eye(3), lambda: W.astype(">f8")[:2, :2], lambda X, K: K.view(np.float64), "K"),
    ],
)
@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_what_was_passed_is_not_written_to_even_where_it_is_converted_first(operator, image, kernel, out, name):
    X, K = image(), kernel()
    target = out(X, K)
    X_before, K_before = np.array(X), np.array(K)
    shape = tuple(np.subtract(X.shape, K.shape) + 1)
    with pytest.raises(ValueError, match=f"out should lie apart from {name}" if target.shape == shape else "shape"):
        operator(X, K, out=target)
    assert_array_equal(X, X_before)
    assert_array_equal(K, K_before)


def test_neighbours_in_one_buffer_lie_apart():
    buffer = np.zeros((6, 16))
    buffer[:, ::2] = X
    corr2d(buffer[:, ::2], K, out=buffer[:5, 1:14:2])
    assert_array_equal(buffer[:5, 1:14:2], corr2d_by_loops(X, K))
    assert_array_equal(buffer[:, ::2], X)


@pytest.mark.usefixtures("share_all_work")
@given(st.integers(1, 8), st.integers(1, 6), st.sampled_from([(1, 1), (1, 2), (3, 2)]), st.booleans())
def test_any_number_of_threads_gives_the_same_sums(threads, rows, kernel_size, turned):
    rng = np.random.default_rng(rows)
    image = rng.integers(-9, 10, (rows + kernel_size[0] - 1, 9)).astype(float)
    kernel = rng.integers(-9, 10, kernel_size).astype(float)
    laid_out = np.asfortranarray(image) if turned else image
    assert_array_equal(corr2d(laid_out, kernel, threads=threads), corr2d_by_loops(image, kernel))


@pytest.mark.compiled
def test_threads_share_a_large_image_without_being_told_how_large():
    image = np.random.default_rng(0).integers(-9, 10, (700, 900)).astype(np.float32)
    kernel = np.arange(-12, 13, dtype=np.float32).reshape(5, 5)
    assert_array_equal(corr2d(image, kernel, threads=3), corr2d(image, kernel))


THREADS = [
    (0, ValueError),
    (-1, ValueError),
    (1.5, TypeError),
    (True, TypeError),
    (10**6, ValueError),
    (2**70, ValueError),
]


@pytest.mark.parametrize("operator", [corr2d, conv2d])
@pytest.mark.parametrize(("threads", "error"), THREADS)
def test_a_number_of_threads_that_makes_no_sense_is_refused(operator, threads, error):
    with pytest.raises(error, match="threads should be"):
        operator(X, K, threads=threads)


@pytest.mark.usefixtures("share_all_work")
def test_the_threads_of_one_call_serve_the_next():
    corr2d(X, K, threads=operators.MOST_THREADS)
    known = set(threading.enumerate())
    for threads in (2, 5, 3, 8, operators.MOST_THREADS):
        corr2d(X, K, threads=threads)
    assert set(threading.enumerate()) == known
    assert sum(thread.name.startswith("d2lconv") for thread in known) < operators.MOST_THREADS


@pytest.mark.usefixtures("share_all_work")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own():
    corr2d(X, K, threads=2)
    child = os.fork()
    if child == 0:  # a thread that died with the fork would never answer, and the alarm would end the child
        import signal

        signal.alarm(20)
        os._exit(0 if (corr2d(X, K, threads=2) == corr2d(X, K)).all() else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
