"""Exercises with more than one right answer: one is right if it does what was asked."""

from __future__ import annotations

import numpy as np

from d2lconv._validate import Array
from d2lconv.check.comparison import NOT_NUMBERS, agree
from d2lconv.check.inputs import CURVES, PAIRS
from d2lconv.check.oracles import corr2d

UNIFORM = "Your weights sum to {total:.8g}, but a uniform patch should give zero: make them sum to zero."
SILENT = "All weights are zero: the output of such a kernel is zero everywhere."
NOT_FINITE = "Some of your numbers are infinite or not a number: is something divided by zero?"


def edge_faults(K: Array, v: Array) -> list[str]:
    """Say why a kernel is not one that measures the slope against `v`: positive where the image darkens along it."""
    if fault := not_a_kernel(K):
        return fault
    if abs(K.sum()) > 1e-6:
        return [UNIFORM.format(total=K.sum())]
    i, j = np.indices(K.shape)
    answer = np.array([(K * i).sum(), (K * j).sum()])  # to a slope of one per pixel, going down or to the right
    length = float(np.hypot(*v))
    want, size = -v / length, float(np.hypot(*answer))
    if np.allclose(answer, want, atol=1e-6):
        if np.allclose(K, -K[::-1, ::-1], atol=1e-6):
            return []
        return [
            "The kernel is not centred: take both differences around the same pixel, the middle of the window, so that "
            "half a turn changes only the kernel's sign."
        ]
    if size < 1e-9:
        return ["The output is zero on a slope along v: which weights should stand on either side of the middle?"]
    found = []
    for sentence, mistaken in (
        ("The sign is wrong: your kernel is positive where the image brightens along v, as the derivative is.", -want),
        ("Rows and columns are exchanged: v[0] points down, v[1] to the right.", want[::-1]),
        ("Rows and columns are exchanged: v[0] points down, v[1] to the right. And the sign is wrong.", -want[::-1]),
        ("Your kernel finds edges that run along v: it should find those across it.", want[::-1] * [1, -1]),
        ("Your kernel finds edges that run along v: it should find those across it.", want[::-1] * [-1, 1]),
    ):
        if np.allclose(answer / size, mistaken, atol=1e-6):
            found.append(sentence)
    if np.allclose(answer / size, want, atol=1e-6):
        found.append(
            "The kernel is not normalised: on a slope of one per pixel along v the output should be -1, and yours is "
            f"{-size:.8g}."
        )
        if abs(size / length - 1) < 1e-6:
            found.insert(0, "The kernel is not normalised: only the direction of v counts, so divide v by its length.")
    return found or ["Your kernel responds most strongly to edges across some other direction than v."]


def second_difference_faults(K: Array, part: str, c0: float, c1: float, c2: float) -> list[str]:
    """Say why a kernel does not take a second derivative along a row; the three numbers scale what it meets."""
    if K.ndim == 1:
        return ["Your kernel is a list of numbers: a kernel has two axes, so write it as one row, [[...]]."]
    if fault := not_a_kernel(K):
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
        return [UNIFORM.format(total=K.sum())]
    return [
        "The output should be zero on a constant slope, which does not bend, but yours is not: that is a first "
        "difference. Take the difference of two such differences."
    ]


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
        return ["The output is zero on a curve, too: which kernel compares a pixel with both of its neighbours?"]
    return [
        f"The kernel is not normalised: the second derivative of x squared is 2, and yours gives {size:.8g}. "
        "Are its outer weights ones?"
    ]


def _too_long(K: Array) -> list[str]:
    if K.shape[0] > 1:
        return ["Your kernel has more than one row: one is enough for a derivative along a row."]
    if K.size > 3:
        return [f"Your kernel has {K.size} weights: fewer will do."]
    return []


def blur_faults(K: Array, size: int) -> list[str]:
    """Say why a kernel of `size` × `size` is not an average around the middle of its window."""
    if fault := not_a_kernel(K):
        return fault
    if K.shape != (size, size):
        return [f"Your kernel is {K.shape[0]} × {K.shape[1]}, and {size} × {size} was asked for."]
    total = float(K.sum())
    if (K < -1e-9).any():
        return ["Some of your weights are negative: they subtract, but an average only adds."]
    if abs(total - 1) > 1e-6:
        effect = "brightens" if total > 1 else "darkens"
        return [
            f"The kernel is not normalised: your weights sum to {total:.8g}, which {effect} the image. "
            "Make the sum one."
        ]
    if not np.allclose(K, K[::-1, ::-1], atol=1e-6):
        return ["The kernel is not centred: it shifts the image, because it weighs one side more than the other."]
    if (K**2).sum() > 0.98:
        return ["One weight holds nearly everything: this kernel leaves the image almost as it is."]
    if K.max(axis=0).min() <= 0 or K.max(axis=1).min() <= 0:
        return ["Some rows or columns of your kernel are zero: it should reach the border of its window on all sides."]
    return []


def two_kernels_faults(kernels: Array | tuple[Array, Array], part: str, row: tuple[int, ...]) -> list[str]:
    """Say why two kernels are not different ones with the same output on an image whose rows are all `row`."""
    if isinstance(kernels, tuple):
        first, second = kernels
        if first.shape != second.shape:
            return [f"Your kernels have the shapes {first.shape} and {second.shape}: both should be (2, 2)."]
        kernels = np.array(kernels)
    if kernels.dtype.kind not in "fiub":
        return [NOT_NUMBERS]
    if kernels.shape == (2, 2):
        return ["That is one kernel: write down two, as [first, second]."]
    if kernels.shape != (2, 2, 2):
        return [f"Two kernels of 2 × 2 make an array of the shape (2, 2, 2), and yours has the shape {kernels.shape}."]
    if not np.isfinite(kernels).all():
        return [NOT_FINITE]
    first, second = kernels.astype(np.float64)
    limit = 1e-6 * abs(kernels).max()
    if part != PAIRS[0] and np.allclose(first, second, rtol=0, atol=limit):
        return ["Your two kernels are the same: nothing could tell them apart."]
    image = np.tile(row, (6, 1)).astype(np.float64)
    ours, theirs = corr2d(image, first), corr2d(image, second)
    if part in PAIRS[:2] or np.allclose(ours, theirs, rtol=0, atol=limit * image.max()):
        return []
    found = [sentence for sentence, is_so in _failed_disguises(first, second, limit) if is_so]
    column = int(abs(ours - theirs)[0].argmax())
    at = f"in column {column} one gives {ours[0, column]:.8g} and the other {theirs[0, column]:.8g}"
    return [*found, f"The outputs differ: {at}."]


def _failed_disguises(first: Array, second: Array, limit: float) -> list[tuple[str, bool]]:
    """List what makes two kernels alike, and not alike enough."""

    def close(A: Array, B: Array) -> bool:
        return np.allclose(A, B, rtol=0, atol=2 * limit)

    return [
        (
            "One kernel is a multiple of the other, and so is its output.",
            np.linalg.matrix_rank([first.ravel(), second.ravel()], tol=limit) < 2,
        ),
        (
            "One kernel is the other reversed from left to right: the two see an edge from opposite sides.",
            close(first, second[:, ::-1]),
        ),
        (
            "One kernel is the other transposed, but this image is not its own transpose.",
            close(first, second.T),
        ),
        (
            "Your kernels agree in the sum of each row. But the pixels that are always equal lie one below the other, "
            "so look at the columns of the kernels.",
            close(first.sum(axis=1), second.sum(axis=1)),
        ),
        (
            "Your kernels have the same sum of all weights: they agree where the image is uniform, but not at its "
            "edges.",
            close(first.sum(), second.sum()),
        ),
    ]


def factor_faults(value: Array | tuple[Array, Array], K: Array) -> list[str]:
    """Say why two arrays are not a column and a row whose product is `K`."""
    if not isinstance(value, tuple):
        return ["Return two arrays, the column first: end with `return column, row`."]
    if any(A.dtype.kind not in "fiub" for A in value):
        return [NOT_NUMBERS]
    column, row = value
    if not (np.isfinite(column).all() and np.isfinite(row).all()):
        return [f"Some of your numbers are infinite or not a number{_likely_cause(K)}"]
    k_h, k_w = K.shape
    could_be_exchanged = (column.size, row.size) == (k_w, k_h)  # of two long ones, not even the product is made
    if could_be_exchanged and agree(np.outer(row, column), K) and not agree(np.outer(column, row), K):
        return ["Column and row are exchanged: return the column first."]
    for name, A, shape in (("column", column, (k_h, 1)), ("row", row, (1, k_w))):
        if A.shape == (A.size,) and A.size == max(shape):
            index = "K[:, [j]]" if name == "column" else "K[[i]]"
            return [f"Your {name} has the shape {A.shape}: give it two axes, as in {index}."]
        if A.shape != shape:
            return [f"The {name} has the shape {A.shape}: for this kernel it should be {shape}."]
    return _product_faults(np.outer(column, row), K)


def _likely_cause(K: Array) -> str:
    """Say what about `K` may have made a number infinite or not a number."""
    if (K == 0).any():
        largest = "" if K.max() > 0 else " Its largest weight is one of them."
        return f": did you divide by zero? This kernel holds zeros.{largest}"
    if abs(K.sum()) < 1e-9:
        return ": did you divide by zero? The weights of this kernel sum to zero."
    return ": did you take the root of a negative weight?" if (K < 0).any() else "."


def _product_faults(product: Array, K: Array) -> list[str]:
    if agree(product, K):
        return []
    if not product.any():
        return ["Column times row is zero everywhere: did you take a row or a column of K that holds only zeros?"]
    ratio = float((product * K).sum() / (K * K).sum())
    if agree(product, ratio * K):
        return [_scale_fault(ratio, K)]
    if agree(abs(product), abs(K)):
        return ["Every magnitude is right, but some signs are not: a norm or an absolute value has lost them."]
    i, j = np.unravel_index(int(abs(product - K).argmax()), K.shape)
    return [f"Column times row is not K: at ({i}, {j}) it gives {product[i, j]:.6g}, and K holds {K[i, j]:.6g}."]


def _scale_fault(ratio: float, K: Array) -> str:
    """Say what is wrong where column times row is `ratio` times `K`."""
    if abs(ratio + 1) < 1e-6:
        return "The sign is wrong: column times row is -K."
    scales = np.append(K[K != 0], np.linalg.norm(K))
    times = f"column times row is {ratio:.6g} times K"
    if np.isclose(abs(ratio), abs(scales), rtol=1e-5).any():
        return f"The scale is wrong: {times}. Both factors carry the scale, so divide one of them by it."
    if np.isclose(abs(ratio), 1 / abs(scales), rtol=1e-5).any():
        return f"The scale is wrong: {times}. Neither factor carries the scale, so give it to one of them."
    return f"The scale is wrong: {times}."


def not_a_kernel(K: Array) -> list[str]:
    """Say why an array cannot be a kernel that does anything."""
    if K.dtype.kind not in "fiub":
        return [NOT_NUMBERS]
    if K.ndim != 2:
        axes = f"{K.ndim} {'axis' if K.ndim == 1 else 'axes'}" if K.ndim else "no axes: it is a single number"
        return [f"A kernel has two axes, rows and columns, and yours has {axes}."]
    if not np.isfinite(K).all():
        return [NOT_FINITE]
    return [] if K.any() else [SILENT]
