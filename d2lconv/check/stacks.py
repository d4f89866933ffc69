"""What layers on layers see and do, with and without a bend between them, and the mistakes that readers make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from d2lconv._validate import Array
from d2lconv.check.comparison import NOT_NUMBERS
from d2lconv.check.counts import receptive_field
from d2lconv.check.inputs import SIGNS
from d2lconv.check.oracles import Mistakes, conv2d, corr2d
from d2lconv.check.properties import NOT_FINITE, SILENT


def one_kernel(A: Array, B: Array) -> Array:
    """Lay two layers together: their full convolution."""
    return conv2d(_framed(A, B), B)


def _framed(A: Array, B: Array) -> Array:
    return np.pad(A, [(k - 1, k - 1) for k in B.shape])


def one_kernel_mistakes(A: Array, B: Array) -> Mistakes:
    """Yield what goes wrong in making one kernel of two."""
    one = one_kernel(A, B)
    turned = (
        "One of your kernels is flipped: two cross-correlations in a row are one with the full *convolution* of their "
        "kernels."
    )
    yield turned, corr2d(_framed(A, B), B)
    yield turned, corr2d(_framed(B, A), A)
    yield "Your kernel is flipped: that is for two strict convolutions seen as one cross-correlation.", one[::-1, ::-1]
    yield "Your kernel is transposed.", one.T
    if A.shape == B.shape:
        yield "You add the kernels: that is for layers side by side, and these are on top of each other.", A + B
        yield "You multiply weight by weight: each weight of one kernel meets each weight of the other.", A * B
        yield "You multiply matrices, and a layer does not.", A @ B
    yield (
        "Your kernel has lost its border: frame one of the two with zeros before the other slides over it.",
        one[B.shape[0] - 1 : A.shape[0], B.shape[1] - 1 : A.shape[1]],
    )


def pixels_seen(index: int, kernel_sizes: Sequence[int], strides: Sequence[int]) -> Array:
    """Find the first and the last pixel, along an axis, that an element sees."""
    first = index * int(np.prod(strides))
    return np.array([first, first + int(receptive_field(kernel_sizes, strides)) - 1])


def pixels_seen_mistakes(index: int, kernel_sizes: Sequence[int], strides: Sequence[int]) -> Mistakes:
    """Yield what goes wrong in finding where an element looks."""
    first, last = pixels_seen(index, kernel_sizes, strides)
    field = int(receptive_field(kernel_sizes, strides))
    yield "Off by one: your last pixel is the first one that is not seen.", np.array([first, last + 1])
    yield "Return the last pixel, and not how many there are.", np.array([first, field])
    yield "Return the first pixel and the last one, and not only how many there are.", np.array(field)
    stepped = (
        "Neighbouring elements of the last layer lie as many pixels apart as all strides multiplied, the last too."
    )
    for apart in (1, strides[0], strides[-1], int(np.prod(strides[:-1]))):
        yield stepped, np.array([index * apart, index * apart + field - 1])
    unstretched = 1 + sum(k - 1 for k in kernel_sizes)
    yield (
        "You leave the strides out of the receptive field: they stretch the windows of later layers.",
        np.array([first, first + unstretched - 1]),
    )
    yield (
        "You leave all strides out: they move elements apart, and stretch the windows of later layers.",
        np.array([index, index + unstretched - 1]),
    )
    yield (
        "You put the field around the element: a window begins at its element, and reaches down or to the right.",
        np.array([first - field // 2, first + field // 2]),
    )
    backward = int(receptive_field(kernel_sizes[::-1], strides[::-1]))
    yield "You go through the layers the wrong way.", np.array([first, first + backward - 1])


def spread(kernel_sizes: Sequence[int]) -> float:
    """Add the variances of the steps, and take the root."""
    return float(np.sqrt(sum((k**2 - 1) / 12 for k in kernel_sizes)))


def spread_mistakes(kernel_sizes: Sequence[int]) -> Iterator[tuple[str, float]]:
    """Yield what goes wrong in measuring how wide a field really is."""
    k = np.array(kernel_sizes)
    field = float(1 + (k - 1).sum())
    yield "That is the variance: take its root.", float(((k**2 - 1) / 12).sum())
    yield (
        "You add the spreads of the layers: their steps partly cancel, and it is variances that add up.",
        float(np.sqrt((k**2 - 1) / 12).sum()),
    )
    yield "That is the receptive field: how wide is the hill of paths inside it?", field
    yield "That is how far the farthest path leads: most paths end nearer.", (field - 1) / 2
    yield (
        "So it would be if every pixel of the field had equally many paths: those in the middle have more.",
        float(np.sqrt((field**2 - 1) / 12)),
    )
    yield (
        "A step lands on one of k pixels, not anywhere in an interval: its variance is a little less than k * k / 12.",
        float(np.sqrt((k**2 / 12).sum())),
    )
    yield (
        "That is the mean of the layers' variances, and its root: the variances add up.",
        float(np.sqrt(((k**2 - 1) / 12).mean())),
    )


def either_sign_faults(K: Array, part: str, dark: float, bright: float) -> list[str]:
    """Say why kernels with ReLUs, added up, do not find edges of either sign between two brightnesses."""
    if K.dtype.kind not in "fiub":
        return [NOT_NUMBERS]
    if K.shape == (2, 2):
        return ["That is one kernel. Behind a ReLU it can answer to one sign only: write down more, as [first, ...]."]
    if K.ndim != 3 or K.shape[1:] != (2, 2):
        return [f"Kernels of 2 × 2 make an array of the shape (n, 2, 2), and yours has the shape {K.shape}."]
    if not np.isfinite(K).all():
        return [NOT_FINITE]
    if not K.any():
        return [SILENT]

    def silent(*window: float) -> bool:
        answer = np.maximum((K * np.reshape(window, (2, 2))).sum(axis=(1, 2)), 0).sum()
        return bool(answer < 1e-6 * abs(K).max())

    if not (silent(*[dark] * 4) and silent(*[bright] * 4)):
        return ["Your sum is positive on a plain patch: make the weights of each kernel sum to zero."]
    d, b = dark, bright
    edges = {
        SIGNS[0]: {"darkens to the right": (b, d, b, d), "brightens to the right": (d, b, d, b)},
        SIGNS[1]: {"darkens downward": (b, b, d, d), "brightens downward": (d, d, b, b)},
    }
    asked = edges.get(part, edges[SIGNS[0]] | edges[SIGNS[1]])
    if missed := [what for what, window in asked.items() if silent(*window)]:
        return [f"Your sum is zero where the image {' and where it '.join(missed)}."]
    if part == SIGNS[2] and len(K) > 2:
        return [f"You use {len(K)} kernels, and fewer will do: can one kernel answer to edges that stand and that lie?"]
    return []


def corners_faults(Y: Array, X: Array) -> list[str]:
    """Say why a map is not positive at each corner of a rectangle, and zero wherever a window holds none."""
    if Y.dtype.kind not in "fiub":
        return [NOT_NUMBERS]
    if Y.ndim != 2:
        return [f"A map has two axes, rows and columns, and yours has the shape {Y.shape}."]
    d_h, d_w = (n - m for n, m in zip(X.shape, Y.shape, strict=True))
    if min(d_h, d_w) < 1 or max(d_h, d_w) > 5:
        rows = "keep the positions where both windows lie inside the image, and make the windows small"
        return [f"Your map is {Y.shape[0]} × {Y.shape[1]}, for an image of {X.shape[0]} × {X.shape[1]}: {rows}."]
    if not np.isfinite(Y).all():
        return [NOT_FINITE]
    zero = 1e-9
    if (abs(Y) < zero).all():
        return ["Your map is zero everywhere."]
    plain, standing, lying = _places(X, d_h + 1, d_w + 1)
    loud = abs(Y) > zero
    if (loud & plain).any():
        return ["Your map is not zero where the image is plain: do the weights of both kernels sum to zero?"]
    if (loud & standing).any() and (loud & lying).any():
        return [
            "Your map is not zero along edges. There one of your two outputs is zero and the other is not, so do not "
            "add them: what is large only if both are?"
        ]
    if (loud & (standing | lying)).any():
        which = "stand" if (loud & standing).any() else "lie"
        return [f"Your map is not zero along edges that {which}: does it use both kernels?"]
    around = [Y[max(0, i - d_h + 1) : i + 1, max(0, j - d_w + 1) : j + 1] for i, j in _corners(X)]
    if negative := sum((patch < -zero).any() for patch in around):
        return [
            f"Your map is negative at {negative} of the four corners: it depends on the signs of the two outputs, and "
            "these should not count."
        ]
    if missed := sum((patch < zero).all() for patch in around):
        return [
            f"Your map is zero at {missed} of the four corners. At a corner three pixels are alike and one is not: "
            "whichever it is, both windows have to hold it."
        ]
    return []


def _places(X: Array, k_h: int, k_w: int) -> tuple[Array, Array, Array]:
    """Say of each window whether it is plain, and whether it holds nothing but an edge that stands, or lies."""
    windows = np.lib.stride_tricks.sliding_window_view(X, (k_h, k_w))
    rows_alike = (windows == windows[:, :, :1]).all(axis=(2, 3))
    columns_alike = (windows == windows[..., :1]).all(axis=(2, 3))
    plain = rows_alike & columns_alike
    return plain, rows_alike & ~plain, columns_alike & ~plain


def _corners(X: Array) -> list[tuple[int, int]]:
    """Find where a window of two by two holds a corner."""
    plain, standing, lying = _places(X, 2, 2)
    return [(int(i), int(j)) for i, j in np.argwhere(~(plain | standing | lying))]
