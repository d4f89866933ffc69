"""Hold what came back beside the right answer, and say what is different."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from d2lconv._validate import Array

NOT_NUMBERS = "What came back does not hold real numbers: return a NumPy array of floats."
DTYPE = (
    "The dtype is wrong: your output has dtype {dtype}, which cannot hold these numbers. Make it with np.zeros(shape), "
    "which holds floats whatever the dtype of the input."
)


def agree(A: Array, B: Array) -> bool:
    """Say whether two arrays have one shape and, up to rounding in single precision, the same numbers."""
    return A.shape == B.shape and bool(_close(A, B).all())


def _close(A: Array, B: Array) -> Array:
    return np.isclose(A, B, rtol=0, atol=1e-5 * np.abs(B).max(initial=0))


def outputs_differ(
    value: Array,
    want: Array,
    mistakes: Iterable[tuple[str, Array]],
    image: tuple[int, ...] = (),
    kernel: tuple[int, ...] = (),
) -> list[str]:
    """Say why an output is not the one that is wanted, the likeliest reason first."""
    if value.dtype.kind not in "fiub":
        return [NOT_NUMBERS]
    if agree(value, want):
        return []
    found = [sentence for sentence, result in mistakes if agree(value, result)]
    if value.shape != want.shape:
        return found + _shapes_differ(value.shape, want.shape, image, kernel)
    if value.dtype.itemsize < 4 or (value.dtype.kind != "f" and not np.array_equal(want, np.round(want))):
        found.insert(0, DTYPE.format(dtype=value.dtype))
    wrong = ~_close(value, want)
    first = tuple(int(n) for n in np.argwhere(wrong)[0])
    where = f"The shape is right, and {int(wrong.sum())} of {want.size} numbers are not; the first is at {first}."
    return [*found, where]


def _shapes_differ(
    got: tuple[int, ...], want: tuple[int, ...], image: tuple[int, ...], kernel: tuple[int, ...]
) -> list[str]:
    if len(got) == 0:
        return ["A single number came back: return an array with one number per position."]
    if len(got) != 2:
        axes = f"{len(got)} {'axis' if len(got) == 1 else 'axes'}"
        return [f"Your output has {axes}, and it should have two: are the products summed?"]
    found = []
    if got == image:
        found.append(
            "Your output is as large as the image: keep only the positions where the whole kernel lies inside it."
        )
    if kernel and got == tuple(n + k - 1 for n, k in zip(image, kernel, strict=True)):
        found.append("Your output is larger than the image: the window must not hang over its border.")
    if got == want[::-1]:
        found.append("The height and the width of your output are exchanged.")
    off = [g - w for g, w in zip(got, want, strict=True)]
    if max(map(abs, off)) == 1:
        size = "large" if max(off) == 1 else "small"
        found.append(
            f"Off by one: your output is a row or a column too {size}. Count the positions where the window fits, the "
            "first and the last included."
        )
    return [*found, f"Your output is {_times(got)}, and it should be {_times(want)}."]


def numbers_differ(value: Array, want: Array, mistakes: Iterable[tuple[str, Array]]) -> list[str]:
    """Say why some whole numbers are not the ones that are wanted, the likeliest reason first."""
    if value.dtype.kind not in "fiu":
        return ["Return one whole number per axis." if want.ndim else "Return one whole number."]
    found = [sentence for sentence, result in mistakes if agree(value, np.asarray(result))]
    if value.shape != want.shape:
        expected = f"{want.size} whole numbers" if want.ndim else "one whole number"
        return [*found, f"Return {expected}: yours has the shape {value.shape}."]
    if not agree(value, want):
        return [*found, "The count is wrong: draw a small case on paper and count."]
    if value.dtype.kind == "f":
        return ["The dtype is wrong: a count is a whole number, an int. Divide with // where you have to divide."]
    return []


def number_differs(value: Array, want: float, mistakes: Iterable[tuple[str, float]]) -> list[str]:
    """Say why a number is not the one that is wanted, the likeliest reason first."""
    if value.dtype.kind not in "fiu" or value.ndim:
        return ["Return one number."]
    if agree(value, np.asarray(want)):
        return []
    found = [sentence for sentence, result in mistakes if agree(value, np.asarray(result))]
    return [*found, f"Yours is {value:.6g}, and it should be {want:.6g}."]


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))
