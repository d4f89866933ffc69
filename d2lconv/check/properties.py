"""Exercises with more than one right answer: a kernel is right if it does what was asked."""

from __future__ import annotations

import numpy as np

from d2lconv._validate import Array
from d2lconv.check.comparison import NOT_NUMBERS

CURVES = ("even patches", "even slopes", "curves", "no longer than needed")

UNEVEN = "An even patch should get no answer, but your weights sum to {total:.3g}: make them sum to zero."
SILENT = "All weights are zero: such a kernel answers to nothing."


def edge_faults(K: Array, v: Array) -> list[str]:
    """Say why a kernel is not one that measures the slope against `v`: positive where the image darkens along it."""
    if fault := _not_a_kernel(K):
        return fault
    if abs(K.sum()) > 1e-6:
        return [UNEVEN.format(total=K.sum())]
    i, j = np.indices(K.shape)
    answer = np.array([(K * i).sum(), (K * j).sum()])  # to a slope of one per pixel, going down or to the right
    length = float(np.hypot(*v))
    want, size = -v / length, float(np.hypot(*answer))
    if np.allclose(answer, want, atol=1e-6):
        if np.allclose(K, -K[::-1, ::-1], atol=1e-6):
            return []
        return [
            "The kernel is not centred: the two differences should be taken around one and the same pixel, the middle "
            "of the window, so that the kernel turns into its negative when it is turned by half a turn."
        ]
    if size < 1e-9:
        return ["A slope along v gets no answer at all: which weights lie on either side of the middle?"]
    found = []
    for sentence, mistaken in (
        ("The sign is wrong: your kernel is positive where the image brightens along v, as a derivative is.", -want),
        ("Rows and columns are exchanged: v[0] points down, v[1] to the right.", want[::-1]),
        ("Rows and columns are exchanged: v[0] points down, v[1] to the right. And the sign is wrong.", -want[::-1]),
        ("Your kernel answers to edges along v: it should answer to those across it.", want[::-1] * [1, -1]),
        ("Your kernel answers to edges along v: it should answer to those across it.", want[::-1] * [-1, 1]),
    ):
        if np.allclose(answer / size, mistaken, atol=1e-6):
            found.append(sentence)
    if np.allclose(answer / size, want, atol=1e-6):
        found.append(
            "The kernel is not normalised: on a slope of one per pixel along v it should answer with -1, and yours "
            f"answers with {-size:.3g}."
        )
        if abs(size / length - 1) < 1e-6:
            found.insert(0, "The kernel is not normalised: only the direction of v counts, so divide v by its length.")
    return found or ["Your kernel answers most to edges across another direction than v."]


def second_difference_faults(K: Array, part: str, c0: float, c1: float, c2: float) -> list[str]:
    """Say why a kernel does not take a second derivative along a row; the three numbers scale what it meets."""
    if K.ndim == 1:
        return ["Your kernel is a list of numbers: a kernel has two axes, so write it as one row, [[...]]."]
    if fault := _not_a_kernel(K):
        return fault
    if len(K) > 1 and K.shape[1] == 1:
        return ["Your kernel runs down a column: write it as one row."]
    met = _response(K, (c0, c1, c2)[: CURVES.index(part) + 1])
    if part == CURVES[3]:
        return _too_long(K) or _curvature_faults(met / c2)
    if part == CURVES[2]:
        return _curvature_faults(met / c2)
    if abs(met) < 1e-6:
        return []
    if part == CURVES[0]:
        return [UNEVEN.format(total=K.sum())]
    slope = "An even slope should get no answer, because it does not bend, but your kernel answers to it"
    return [f"{slope}: that is a first difference. Take the difference of two such differences."]


def _response(K: Array, coefficients: tuple[float, ...]) -> float:
    """Correlate a kernel with a row whose brightness is a polynomial of the column."""
    j = np.arange(K.shape[1])
    return float(sum((K * c * j**n).sum() for n, c in enumerate(coefficients)))


def _curvature_faults(size: float) -> list[str]:
    if abs(size - 2) < 1e-6:
        return []
    if abs(size + 2) < 1e-6:
        return ["The sign is wrong: x squared bends upward, so its second derivative is positive."]
    if abs(size) < 1e-6:
        return ["A curve gets no answer: which kernel tells the middle from its two neighbours?"]
    return [
        f"The kernel is not normalised: the second derivative of x squared is 2, and yours says {size:.3g}. "
        "Are its outer taps ones?"
    ]


def _too_long(K: Array) -> list[str]:
    if K.shape[0] > 1:
        return ["Your kernel has more than one row: one is enough for a derivative along a row."]
    if K.size > 3:
        return [f"Your kernel has {K.size} taps: it can be done with fewer."]
    return []


def blur_faults(K: Array, size: int) -> list[str]:
    """Say why a kernel of `size` × `size` is not an average around the middle of its window."""
    if fault := _not_a_kernel(K):
        return fault
    if K.shape != (size, size):
        return [f"Your kernel is {K.shape[0]} × {K.shape[1]}, and {size} × {size} was asked for."]
    total = float(K.sum())
    if (K < -1e-9).any():
        return ["Some of your weights are negative: they subtract, and an average only adds."]
    if abs(total - 1) > 1e-6:
        effect = "brightens" if total > 1 else "darkens"
        return [
            f"The kernel is not normalised: your weights sum to {total:.3g}, which {effect} the image. Make it one."
        ]
    if not np.allclose(K, K[::-1, ::-1], atol=1e-6):
        return ["The kernel is not centred: it moves the image, since it weighs one side more than the other."]
    if (K**2).sum() > 0.98:
        return ["One weight holds nearly everything: this kernel hands the image on as it is."]
    if K.max(axis=0).min() <= 0 or K.max(axis=1).min() <= 0:
        return ["Your kernel leaves rows or columns of its window out: it should reach all the way to the border."]
    return []


def _not_a_kernel(K: Array) -> list[str]:
    if K.dtype.kind not in "fiub":
        return [NOT_NUMBERS]
    if K.ndim != 2:
        axes = f"{K.ndim} {'axis' if K.ndim == 1 else 'axes'}" if K.ndim else "no axes: it is a single number"
        return [f"A kernel has two axes, rows and columns, and yours has {axes}."]
    if not np.isfinite(K).all():
        return ["Some of your weights are infinite or not a number: is something divided by zero?"]
    return [] if K.any() else [SILENT]
