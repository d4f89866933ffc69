"""The window on an image: what it accepts, what it keeps in range, what travels to a page."""

import numpy as np
import pytest

from d2lconv import conv2d, corr2d
from d2lconv.explorables import KernelWindow
from d2lconv.images import arange_image, edge_image

K = np.array([[0.0, 1.0], [2.0, 3.0]])


def test_a_window_has_the_output_of_its_traits():
    window = KernelWindow(arange_image(), K)
    np.testing.assert_array_equal(window.Y, corr2d(arange_image(), K))
    window.flip = True
    np.testing.assert_array_equal(window.Y, conv2d(arange_image(), K))


def test_a_window_leaves_the_caller_s_arrays_alone():
    X = arange_image()
    window = KernelWindow(X, K)
    X[0, 0] = 9
    assert window.X[0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        window.X[0, 0] = 1


def test_a_window_stays_inside_the_output():
    window = KernelWindow(edge_image(), K, row=99, col=2)
    assert (window.row, window.col) == (4, 2)
    window.row = -3
    assert window.row == 0
    window.col = 6
    window.X = arange_image()
    assert (window.row, window.col) == (0, 1)


@pytest.mark.parametrize(
    ("X", "K", "sentence"),
    [
        (np.zeros((2, 3, 4)), K, "pass one channel at a time"),
        (np.zeros((500, 500)), K, r"pass a crop, X\[:16, :20\], or use FilterLab"),
        (np.zeros((3, 3)), np.zeros((4, 1)), "its height is 4 and the image's height is 3"),
        (np.zeros((17, 20)), K, "at most 16 rows"),
        (np.zeros((0, 3)), K, "at least one number"),
        (np.zeros(3), K, "for a row"),
    ],
)
def test_a_window_says_what_to_pass_instead(X, K, sentence):
    with pytest.raises(ValueError, match=sentence):
        KernelWindow(X, K)


def test_a_trait_refuses_what_the_constructor_refuses():
    window = KernelWindow(arange_image(), K)
    with pytest.raises(ValueError, match="use a smaller kernel"):
        window.K = np.ones((4, 4))
    with pytest.raises(ValueError, match="two-dimensional"):
        window.X = [1, 2]
    np.testing.assert_array_equal(window.K, K)


def test_image_and_kernel_change_together():
    window = KernelWindow(arange_image(), K)
    with window.hold_trait_notifications():
        window.K, window.X = np.ones((5, 5)), np.ones((6, 6))
    assert window.Y.shape == (2, 2)


def test_nan_and_infinity_travel_as_words():
    window = KernelWindow([[np.nan, np.inf, -np.inf, 0.1]], [[1]])
    assert window.get_state()["X"] == [["NaN", "Infinity", "-Infinity", 0.1]]
    window.set_state({"X": [["NaN", 2, "Infinity", "-Infinity"]]})
    np.testing.assert_array_equal(window.X, [[np.nan, 2, np.inf, -np.inf]])


@pytest.mark.parametrize("padding", [0, 1, 3])
@pytest.mark.parametrize("stride", [1, 2, 4])
def test_padding_and_stride_are_those_of_the_textbook(padding, stride):
    X = edge_image() + np.arange(8)
    window = KernelWindow(X, K, padding=padding, stride=stride)
    Y = window.Y
    assert Y.shape == tuple((n + 2 * padding - 2) // stride + 1 for n in X.shape)
    padded = np.pad(X, padding)
    for i, j in np.ndindex(Y.shape):
        top, left = i * stride, j * stride
        assert Y[i, j] == (padded[top : top + 2, left : left + 2] * K).sum()


def test_padding_lets_a_kernel_hang_over_the_edge_and_cannot_be_taken_from_it():
    window = KernelWindow(arange_image(), np.ones((5, 5)), padding=1)
    assert window.Y.tolist() == [[36]]
    with pytest.raises(ValueError, match="should fit inside the image"):
        window.padding = 0
    assert window.padding == 1


def test_the_window_stays_inside_when_padding_or_stride_takes_outputs_away():
    window = KernelWindow(arange_image(), K, row=3, col=2, padding=1)
    assert (window.row, window.col) == (3, 2)
    window.stride = 2
    assert (window.row, window.col) == (1, 1)
    window.padding = 0
    assert (window.row, window.col) == (0, 0)


@pytest.mark.parametrize(
    ("argument", "error", "sentence"),
    [
        ({"padding": 4}, ValueError, "padding should be at most 3, but came as 4"),
        ({"padding": -1}, ValueError, "padding should be 0 or more"),
        ({"padding": 0.5}, TypeError, "padding should be a whole number, but came as 0.5"),
        ({"stride": 0}, ValueError, "stride should be 1 or more"),
        ({"stride": 5}, ValueError, "stride should be at most 4"),
        ({"stride": True}, TypeError, "stride should be a whole number, but came as True"),
    ],
)
def test_padding_and_stride_are_small_whole_numbers(argument, error, sentence):
    with pytest.raises(error, match=sentence):
        KernelWindow(arange_image(), K, **argument)
    window = KernelWindow(arange_image(), K)
    with pytest.raises(Exception, match=next(iter(argument))):
        setattr(window, *next(iter(argument.items())))
    assert (window.padding, window.stride) == (0, 1)
