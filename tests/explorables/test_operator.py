"""A reader's own function in a figure: what it gets, when it is called, and what is said of what it gives."""

import re

import numpy as np
import pytest

from d2lconv import corr2d
from d2lconv.explorables import FilterLab, KernelWindow
from d2lconv.images import arange_image, photo

K = np.array([[0.0, 1.0], [2.0, 3.0]])


@pytest.fixture
def calls():
    return []


@pytest.fixture
def operator(calls):
    def noted(X, K):
        calls.append((X.copy(), K.copy()))
        return corr2d(X, K)

    return noted


def window(operator, **options):
    return KernelWindow(arange_image(), K, operator=operator, **options)


def said(figure):
    return figure._output["said"]


def test_it_gets_the_image_with_its_padding_and_the_kernel_as_the_figure_shows_them(operator, calls):
    figure = window(operator, padding=1)
    np.testing.assert_array_equal(calls[-1][0], np.pad(arange_image(), 1))
    np.testing.assert_array_equal(calls[-1][1], K)
    figure.flip = True
    np.testing.assert_array_equal(calls[-1][1], K[::-1, ::-1])
    lab = FilterLab(photo(), operator=operator)
    np.testing.assert_array_equal(calls[-1][0], np.round(255 * photo()) / 255)
    np.testing.assert_array_equal(calls[-1][1], lab.K)


def test_its_output_is_the_figure_s():
    figure = window(lambda X, K: [[1, 2], [3, np.nan]])
    np.testing.assert_array_equal(figure.Y, [[1, 2], [3, np.nan]])
    assert figure.Y.dtype == np.float64
    assert figure._output["shape"] == (2, 2)
    assert np.frombuffer(figure._output["bytes"], "<f8")[1] == 2


def test_what_it_writes_into_what_it_gets_stays_there():
    def careless(X, K):
        X[:], K[:] = 7, 7
        return np.zeros((2, 2))

    X = arange_image()
    figure = KernelWindow(X, K, operator=careless)
    lab = FilterLab(photo(), operator=careless)
    np.testing.assert_array_equal(X, arange_image())
    np.testing.assert_array_equal(figure.X, X)
    np.testing.assert_array_equal(figure.K, K)
    np.testing.assert_array_equal(lab.image, photo())


def test_it_is_called_once_for_each_change_that_matters(operator, calls):
    figure = window(operator)
    assert len(calls) == 1
    figure.row = figure.col = 1
    figure.K = K.copy()
    assert len(calls) == 1
    figure.padding = 1
    assert len(calls) == 2
    with figure.hold_trait_notifications():
        figure.K, figure.X = np.ones((5, 5)), np.ones((6, 6))
    assert len(calls) == 3
    figure.set_state({"X": np.eye(7).tolist(), "K": [[1]], "flip": True, "padding": 2})
    assert len(calls) == 4
    np.testing.assert_array_equal(calls[-1][0], np.pad(np.eye(7), 2))


def test_in_a_lab_it_is_called_for_another_kernel_or_photograph_and_for_nothing_else(operator, calls):
    lab = FilterLab(photo(), operator=operator)
    lab.row, lab.cut, lab.size = 3, [9, 9], 5  # an edge kernel has no size
    assert len(calls) == 1
    lab.angle = 30
    lab.set_state({"kernel": "cut", "cut": [30, 40], "angle": 60})
    assert len(calls) == 3
    lab.image = photo()[:100]
    assert len(calls) == 4
    assert calls[-1][0].shape == (100, 256)


@pytest.mark.parametrize("figure", [lambda f: window(f, padding=1), lambda f: FilterLab(photo(), operator=f)])
def test_a_page_is_told_for_what_the_output_is(figure, operator):
    figure = figure(operator)
    for changes in [{"K": np.eye(2), "padding": 0}, {"cut": [9, 9], "size": 5}, {"kernel": "Gabor", "angle": 30}]:
        for name in changes.keys() & figure.traits().keys():
            setattr(figure, name, changes[name])
        of = figure._output["of"]
        assert of == figure.get_state(of)
    assert set(of) in ({"X", "K", "padding", "flip"}, {"kernel", "angle", "size", "typed", "cut", "subtract_mean"})


def fails(X, K):
    return X[0, 0] / K[9, 9]


def quits(X, K):
    raise SystemExit


@pytest.mark.parametrize(
    ("operator", "sentence"),
    [
        (
            fails,
            "fails: It raised an error in line .*, `return X.0, 0. / K.9, 9.`: IndexError: index 9 is out of bounds",
        ),
        (quits, "quits: It raised an error in line .*: SystemExit"),
        (lambda X: X, r"operator: It raised an error: TypeError: .*takes 1 positional argument but 2 were given\."),
        (lambda X, K: ..., "Nothing came back from operator: let it return its output."),
        (lambda X, K: X, "operator: Your output is as large as the image: keep only the positions"),
        (lambda X, K: np.zeros((2, 3)), "operator: Off by one: your output is a row or a column too large."),
        (lambda X, K: np.zeros((5, 2)), "operator: Your output is 5 × 2, and it should be 2 × 2."),
        (lambda X, K: 4.0, "operator: A single number came back: return an array"),
        (lambda X, K: [["a", "b"], ["c", "d"]], "operator: What came back does not hold real numbers"),
        (lambda X, K: np.ones((2, 2)) * 1j, "operator: What came back does not hold real numbers"),
        (lambda X, K: [[1], [2, 3]], "operator: What came back does not hold real numbers"),
    ],
)
def test_what_goes_wrong_is_said_in_a_sentence(operator, sentence):
    figure = window(operator)
    assert re.match(sentence, said(figure)), said(figure)
    assert figure.Y is None
    assert "bytes" not in figure._output


def test_a_function_that_is_mended_and_assigned_takes_over():
    figure = window(fails)
    figure.operator = corr2d
    np.testing.assert_array_equal(figure.Y, corr2d(arange_image(), K))
    assert "said" not in figure._output
    figure.operator = None
    np.testing.assert_array_equal(figure.Y, corr2d(arange_image(), K))
    assert figure._output == {}


def test_whoever_has_waited_long_enough_may_interrupt_it():
    def endless(X, K):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        window(endless)
    figure = window(corr2d)
    with pytest.raises(KeyboardInterrupt):
        figure.operator = endless
    assert said(figure) == "endless was interrupted."
    figure.operator = corr2d
    assert "said" not in figure._output


def test_what_is_compiled_runs_compiled():
    def loops(X, K):
        return np.zeros((2, 2))

    loops.py_func = fails  # as numba keeps what it has compiled
    assert window(loops).Y.tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize("figure", [window, lambda operator: FilterLab(photo(), operator=operator)])
def test_what_cannot_be_called_is_refused(figure):
    sentence = (
        "operator should be a function of an image and a kernel, but an object of type .* came: pass the function"
    )
    with pytest.raises(TypeError, match=sentence):
        figure(corr2d(arange_image(), K))
    lab = figure(corr2d)
    with pytest.raises(TypeError, match=sentence):
        lab.operator = "corr2d"
    assert lab.operator is corr2d


@pytest.mark.parametrize("stride", [1, 2])
def test_its_window_moves_by_one(stride):
    with pytest.raises(ValueError, match="stride should be left out where an operator computes the outputs"):
        window(corr2d, stride=stride)
    figure = window(corr2d)
    with pytest.raises(ValueError, match="stride should be left out"):
        figure.stride = 2
    figure = window(None, stride=stride)
    with pytest.raises(ValueError, match="stride should be left out"):
        figure.operator = corr2d
