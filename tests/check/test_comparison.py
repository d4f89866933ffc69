"""Beside the right answer, what came back is agreed with or told apart."""

import numpy as np
import pytest

from d2lconv.check.comparison import DTYPE, NOT_NUMBERS, agree, numbers_differ, outputs_differ

IMAGE, KERNEL = (5, 8), (2, 3)
WANT = np.arange(24.0).reshape(4, 6) - 7.5
MISTAKES = [("It is negative.", -WANT), ("It is short.", WANT[1:])]


def reasons(value):
    return outputs_differ(np.asarray(value), WANT, MISTAKES, IMAGE, KERNEL)


def test_arrays_agree_up_to_rounding_in_single_precision():
    assert agree(WANT, WANT)
    assert agree(WANT.astype(np.float32) * np.float32(1 + 1e-6), WANT)
    assert agree(WANT + 1.5e-4, WANT)
    assert not agree(WANT + 1.6e-4, WANT), "a hundred-thousandth of the largest number, 15.5, is allowed"
    assert not agree(WANT * np.nan, WANT)


def test_arrays_of_other_shapes_do_not_agree_even_where_they_would_broadcast():
    assert not agree(np.ones((1, 3)), np.ones((2, 3)))
    assert not agree(np.ones(()), np.ones((2, 3)))


def test_empty_arrays_and_zeros_agree_with_their_like():
    assert agree(np.zeros((0, 3)), np.zeros((0, 3)))
    assert agree(np.zeros(3), np.zeros(3))
    assert not agree(np.full(3, 1e-300), np.zeros(3))


def test_the_right_output_needs_no_reason():
    assert reasons(WANT) == []
    assert reasons(WANT.astype(np.float32)) == []


@pytest.mark.parametrize("value", ["19", ["a", "b"], 1j * WANT, np.full(WANT.shape, None)])
def test_what_holds_no_real_numbers_is_told_so(value):
    assert reasons(value) == [NOT_NUMBERS]


def test_a_mistake_that_agrees_is_the_first_reason():
    assert reasons(-WANT)[0] == "It is negative."
    assert reasons(WANT[1:])[0] == "It is short."


def test_wrong_numbers_are_counted_and_the_first_is_located():
    value = WANT.copy()
    value[1, 4], value[3, 0] = 99, np.nan
    assert reasons(value) == ["The shape is right, and 2 of 24 numbers are not; the first is at (1, 4)."]


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.int8, np.float16, np.bool_])
def test_a_dtype_that_cannot_hold_the_numbers_is_the_first_reason(dtype):
    value = (WANT + 1 / 64).astype(dtype)
    assert reasons(value)[0] == DTYPE.format(dtype=np.dtype(dtype))


def test_a_dtype_that_could_hold_the_numbers_is_not_to_blame():
    whole = np.round(WANT)
    wrong = outputs_differ(whole.astype(np.int32) + 1, whole, [], IMAGE, KERNEL)
    assert wrong == ["The shape is right, and 24 of 24 numbers are not; the first is at (0, 0)."]
    assert "dtype" not in reasons(WANT.astype(np.float32) + 1)[0]


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        ((), "A single number came back: return an array with one number per position."),
        ((24,), "Your output has 1 axis, and it should have two: are the products summed?"),
        ((4, 6, 2, 3), "Your output has 4 axes, and it should have two: are the products summed?"),
        (IMAGE, "Your output is as large as the image: keep only the positions where the whole kernel lies inside it."),
        ((6, 10), "Your output is larger than the image: the window must not hang over its border."),
        ((6, 4), "The height and the width of your output are exchanged."),
        ((5, 6), "Off by one: your output is a row or a column too large. Count the positions where the window fits, "),
        ((4, 7), "Off by one: your output is a row or a column too large."),
        ((3, 6), "Off by one: your output is a row or a column too small."),
        ((3, 5), "Off by one: your output is a row or a column too small."),
        ((2, 6), "Your output is 2 × 6, and it should be 4 × 6."),
        ((2, 7), "Your output is 2 × 7, and it should be 4 × 6."),
    ],
)
def test_a_wrong_shape_is_explained(shape, sentence):
    assert reasons(np.ones(shape))[0].startswith(sentence)


def test_a_wrong_shape_of_two_axes_is_named_in_the_end():
    assert reasons(np.ones(IMAGE))[-1] == "Your output is 5 × 8, and it should be 4 × 6."


def test_without_image_and_kernel_no_shape_is_compared_with_theirs():
    assert outputs_differ(np.ones((2, 9)), WANT, []) == ["Your output is 2 × 9, and it should be 4 × 6."]


def counted(value, want=(4, 6)):
    return numbers_differ(np.asarray(value), np.asarray(want), [("One too many.", np.asarray(want) + 1)])


def test_the_right_numbers_need_no_reason():
    assert counted((4, 6)) == counted(np.array([4, 6], np.uint8)) == counted(7, 7) == []


@pytest.mark.parametrize(
    ("value", "want", "found"),
    [
        ("4, 6", (4, 6), ["Return one whole number per axis."]),
        ((True, False), (4, 6), ["Return one whole number per axis."]),
        ("7", 7, ["Return one whole number."]),
        ((4, 6, 1), (4, 6), ["Return 2 whole numbers: yours has the shape (3,)."]),
        ((7, 7), 7, ["Return one whole number: yours has the shape (2,)."]),
        ((5, 7), (4, 6), ["One too many.", "The count is wrong: draw a small case on paper and count."]),
        (9, 7, ["The count is wrong: draw a small case on paper and count."]),
        (
            (4.0, 6.0),
            (4, 6),
            ["The dtype is wrong: a count is a whole number, an int. Divide with // where you have to divide."],
        ),
    ],
)
def test_wrong_numbers_are_explained(value, want, found):
    assert counted(value, want) == found
