"""What an answer is tried on: each call's arguments, drawn from a seed, and the part of the exercise that it tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from d2lconv._validate import Array
from d2lconv.check.oracles import Shape, corr2d

Draw = np.random.Generator

SQUARE, IMAGES, KERNELS = "square images and kernels", "images of any shape", "kernels of any shape"
EXTREMES = "the largest and the smallest kernel"
ANY_ARRAY = "arrays of any dtype and layout"
CURVES = ("uniform patches", "constant slopes", "curves", "no longer than needed")
PAIRS = ("two kernels of 2 × 2", "kernels that differ", "the edge image", "any image whose rows are equal")

STRIPES = "stripes along an axis"
SIGNS = ("edges that stand", "edges that lie", "no more kernels than needed")


@dataclass(frozen=True)
class Case:
    """One call: its arguments, and the part of the exercise that it tests."""

    part: str
    args: tuple[Any, ...]


def array(rng: Draw, *shape: int) -> Array:
    """Draw sixteenths, with more digits than half precision holds, and no more than single precision does."""
    return rng.integers(-800, 801, shape) / 16


def windows(rng: Draw) -> Iterator[Case]:
    """Draw images and kernels of many shapes, dtypes and layouts."""
    yield from _many_shapes(rng, (2, 3), (2, 4), ((2, 4), (3, 1), (1, 2)), (3, 4))
    whole = rng.integers(0, 9, (5, 6))
    yield Case(ANY_ARRAY, (whole, array(rng, 2, 3)))
    yield Case(ANY_ARRAY, (array(rng, 6, 5).astype(np.float32), array(rng, 3, 2).astype(np.float32)))
    yield Case(ANY_ARRAY, (array(rng, 12, 14)[::2, ::2], array(rng, 3, 2).T))


def odd_windows(rng: Draw) -> Iterator[Case]:
    """Draw images, and kernels whose heights and widths are odd."""
    yield from _many_shapes(rng, (3, 5), (1, 4), ((5, 3), (3, 1), (1, 5)), (3, 5))


def _many_shapes(rng: Draw, sides: Shape, spare: Shape, oblong: tuple[Shape, ...], largest: Shape) -> Iterator[Case]:
    """Draw square kernels of two sizes, in images that are larger, oblong ones, and one as large as its image."""
    for k in sides:
        n = k + int(rng.integers(*spare))
        yield Case(SQUARE, (array(rng, n, n), array(rng, k, k)))
    for n_h, n_w in ((4, 7), (7, 5)):
        yield Case(IMAGES, (array(rng, n_h, n_w), array(rng, sides[0], sides[0])))
    for k_h, k_w in oblong:
        n = int(rng.integers(6, 9))
        yield Case(KERNELS, (array(rng, n, n), array(rng, k_h, k_w)))
    for k_h, k_w in (largest, (1, 1)):
        yield Case(EXTREMES, (array(rng, *largest), array(rng, k_h, k_w)))


def shapes(rng: Draw) -> Iterator[Case]:
    """Draw shapes of images, and of kernels that fit into them."""
    for _ in range(3):
        n, k = int(rng.integers(7, 12)), int(rng.integers(2, 5))
        yield Case(SQUARE, ((n, n), (k, k)))
    for _ in range(3):
        (n_h, n_w), (k_h, k_w) = rng.permutation(range(6, 13))[:2].tolist(), rng.permutation(range(2, 6))[:2].tolist()
        yield Case("images and kernels of many shapes", ((n_h, n_w), (k_h, k_w)))
    for k_h, k_w in ((4, 6), (1, 1), (3, 6)):
        yield Case(EXTREMES, ((4, 6), (k_h, k_w)))


def errors(rng: Draw) -> Iterator[Case]:
    """Draw images, kernels, and targets as large as the output."""
    sizes = {
        SQUARE: ((5, 5, 2, 2), (6, 6, 3, 3)),
        KERNELS: ((4, 7, 2, 3), (7, 5, 3, 1), (6, 6, 1, 4)),
        EXTREMES: ((3, 4, 3, 4), (4, 5, 1, 1)),
    }
    for part, drawn in sizes.items():
        for n_h, n_w, k_h, k_w in drawn:
            yield Case(part, (array(rng, n_h, n_w), array(rng, k_h, k_w), array(rng, n_h - k_h + 1, n_w - k_w + 1)))


def spreads(rng: Draw) -> Iterator[Case]:
    """Draw kernels, and shapes of images that they spread over."""
    yield Case(SQUARE, (array(rng, 2, 2), (4, 4)))
    yield Case(SQUARE, (array(rng, 3, 3), (5, 5)))
    yield Case(IMAGES, (array(rng, 2, 2), (3, 5)))
    yield Case(IMAGES, (array(rng, 2, 2), (5, 4)))
    yield Case(KERNELS, (array(rng, 2, 3), (5, 5)))
    yield Case(KERNELS, (array(rng, 3, 1), (5, 5)))
    yield Case(EXTREMES, (array(rng, 2, 3), (2, 3)))
    yield Case(EXTREMES, (array(rng, 1, 1), (3, 4)))


def stacks(rng: Draw) -> Iterator[Case]:
    """Draw the kernel sizes and the strides of a few layers."""
    for part, depth, stride in (("one layer", 1, 1), ("layers of stride one", 3, 1), ("layers with strides", 4, 3)):
        for _ in range(3):
            sizes, strides = rng.integers(2, 7, depth), rng.integers(1, stride + 1, depth)
            if stride > 1:
                strides[:2] = stride, 2  # a stack in which no stride counts would test nothing
            yield Case(part, (sizes.tolist(), strides.tolist()))


def directions(rng: Draw) -> Iterator[Case]:
    """Draw vectors in every quadrant, some of them longer or shorter than one."""
    for v in ((1.0, 0.0), (0.0, 1.0)):
        yield Case("down and to the right", (np.array(v),))
    for corner in (0.3, 1.9, 3.5, 5.1):
        angle = corner + rng.uniform(0, 0.9)
        yield Case("slanted directions", (np.array([np.cos(angle), np.sin(angle)]),))
    for length in (0.5, 3.0):
        angle = rng.uniform(0.2, 1.3)
        yield Case("vectors of any length", (length * np.array([np.cos(angle), np.sin(angle)]),))


def blur_sizes(rng: Draw) -> Iterator[Case]:
    """Draw odd and even sizes."""
    yield from (Case("odd sizes", (size,)) for size in (3, 2 * int(rng.integers(2, 5)) + 1))
    yield from (Case("even sizes", (size,)) for size in (2, 2 * int(rng.integers(2, 5))))


def curves(rng: Draw) -> Iterator[Case]:
    """Draw the coefficients of a parabola."""
    for part in CURVES:  # no whole numbers: some first differences would fit them by chance
        yield Case(part, (part, *rng.uniform(1, 9, 3)))


def equal_rows(rng: Draw) -> Iterator[Case]:
    """Draw a row of an image whose rows are all equal: the edge image's, and in the end any other."""
    for part in PAIRS[:3]:
        yield Case(part, (part, (1, 1, 0, 0, 0, 0, 1, 1)))
    yield Case(PAIRS[3], (PAIRS[3], tuple(rng.integers(1, 60, 8).tolist())))


def products(rng: Draw) -> Iterator[Case]:
    """Draw a column times a row: of many shapes, and where zeros or a sum of zero get in the way of a division."""
    for k_h, k_w in ((3, 3), (2, 4), (5, 3)):
        yield Case("kernels of many shapes", (np.outer(_nonzero(rng, k_h), _nonzero(rng, k_w)),))
    first, last, nowhere = (1, 0), (0, 1), (0, 0)
    for rows, columns in ((first, nowhere), (nowhere, first), (last, last)):
        column, row = np.pad(_nonzero(rng, 2), rows), np.pad(_nonzero(rng, 3), columns)
        yield Case("zeros in a row or column", (np.outer(column, row),))
    yield Case("zeros in a row or column", (0 - abs(np.outer(column, row)),))  # the largest weight is a zero
    a, b = rng.integers(1, 30, 2) / 8
    sobel = np.outer(_nonzero(rng, 4), [a, b, -a - b])
    yield from (Case("weights that sum to zero", (K,)) for K in (sobel, -sobel.T))
    for k_h, k_w in ((1, 4), (3, 1), (1, 1)):
        yield Case("a single row or column", (np.outer(_nonzero(rng, k_h), _nonzero(rng, k_w)),))


def curvatures(rng: Draw) -> Iterator[Case]:
    """Draw the smallest and the largest curvature of a bowl."""
    for _ in range(3):
        smallest = float(rng.uniform(0.5, 12))
        yield Case("any two curvatures", (smallest, smallest * float(rng.uniform(3, 40))))
    yield Case("the bowl of the book", (8.0, 64.0))
    round_bowl = float(rng.uniform(0.5, 12))
    yield Case("a round bowl", (round_bowl, round_bowl))


def noisy_and_clean(rng: Draw) -> Iterator[Case]:
    """Draw images whose neighbouring pixels are alike, the same under noise, and sizes of kernels."""
    sizes = {
        SQUARE: ((14, 14, 3), (16, 16, 5)),
        IMAGES: ((12, 17, 3), (18, 13, 5)),
        "the smallest kernel": ((9, 12, 1),),
    }
    for part, drawn in sizes.items():
        for n_h, n_w, size in drawn:
            clean = corr2d(rng.normal(size=(n_h + 2, n_w + 2)), np.ones((3, 3))) / 3
            yield Case(part, (clean + 0.7 * rng.normal(size=clean.shape), clean, size))


def rectangles(rng: Draw) -> Iterator[Case]:
    """Draw rectangles of any size, brightness and place, never near the border."""
    for part in ("bright rectangles on a dark ground", "dark rectangles on a bright ground"):
        for n_h, n_w in ((12, 12), (11, 15), (16, 12)):
            top, left = rng.integers(3, 5, 2)
            bottom, right = rng.integers(3, 5, 2)
            dark, bright = np.sort(rng.choice(17, 2, replace=False)) / 16
            X = np.full((n_h, n_w), dark)
            X[top : n_h - bottom, left : n_w - right] = bright
            yield Case(part, (X if part.startswith("bright") else dark + bright - X,))


def hidden_kernels(rng: Draw) -> Iterator[Case]:
    """Draw images that do not see every kernel of some shape."""
    for n_h, n_w, k_h, k_w in ((7, 8, 3, 3), (8, 7, 2, 3)):
        row, column, slanted = (rng.integers(1, 60, n) / 16 for n in (n_w, n_h, n_h + n_w))
        yield Case(STRIPES, (np.tile(row, (n_h, 1)), (k_h, k_w)))
        yield Case(STRIPES, (np.tile(column, (n_w, 1)).T, (k_h, k_w)))
        yield Case("slanted stripes", (slanted[np.add.outer(np.arange(n_h), np.arange(n_w))], (k_h, k_w)))
    yield Case("fewer windows than weights", (array(rng, 4, 5), (3, 3)))


def any_image(rng: Draw) -> Iterator[Case]:
    """Draw images that see every kernel of some shape, and images that do not."""
    for n_h, n_w, k_h, k_w in ((8, 9, 3, 3), (7, 10, 2, 4)):
        yield Case("images that see every kernel", (array(rng, n_h, n_w), (k_h, k_w)))
    yield from hidden_kernels(rng)


def images_and_kernels(rng: Draw) -> Iterator[Case]:
    """Draw kernels, and images that see a part of them."""
    for case in hidden_kernels(rng):
        X, shape = case.args
        yield Case(case.part, (X, array(rng, *shape)))


def noisy_outputs(rng: Draw) -> Iterator[Case]:
    """Draw images that see every kernel of some shape, and how far each output is off."""
    shapes = {SQUARE: ((8, 8, 2, 2), (9, 9, 3, 3)), KERNELS: ((9, 9, 1, 3), (8, 8, 3, 2)), IMAGES: ((7, 11, 2, 2),)}
    for part, drawn in shapes.items():
        for n_h, n_w, k_h, k_w in drawn:
            X = corr2d(array(rng, n_h + 1, n_w + 1), np.ones((2, 2)))  # so that neighbouring weights share their errors
            yield Case(part, (X, (k_h, k_w), float(rng.uniform(2, 9))))


def two_layers(rng: Draw) -> Iterator[Case]:
    """Draw the kernels of two layers."""
    shapes = {
        "square kernels of one size": ((2, 2, 2, 2), (3, 3, 3, 3)),
        "square kernels of two sizes": ((3, 3, 2, 2), (2, 2, 4, 4)),
        "kernels of any shape": ((1, 3, 2, 2), (3, 2, 1, 4)),
    }
    for part, drawn in shapes.items():
        for a_h, a_w, b_h, b_w in drawn:
            yield Case(part, (array(rng, a_h, a_w), array(rng, b_h, b_w)))


def places(rng: Draw) -> Iterator[Case]:
    """Draw an element of the last layer, and the stack beneath it."""
    for case in stacks(rng):
        if len(case.args[0]) > 1:
            yield Case(case.part, (int(rng.integers(2, 9)), *case.args))
    yield Case("the very first element", (0, [3, 2, 4], [2, 3, 1]))


def plain_stacks(rng: Draw) -> Iterator[Case]:
    """Draw the kernel sizes of layers without strides."""
    for part, depth in (("one layer", 1), ("many layers of one size", 0), ("layers of many sizes", 4)):
        for _ in range(2):
            sizes = rng.permutation(np.arange(2, 8))[:depth].tolist()
            yield Case(part, (sizes or [int(rng.integers(3, 6))] * int(rng.integers(6, 12)),))


def contrasts(rng: Draw) -> Iterator[Case]:
    """Draw a brightness, and a larger one."""
    for part in SIGNS:
        dark = float(rng.uniform(0.1, 0.5))
        yield Case(part, (part, dark, dark + float(rng.uniform(0.1, 0.5))))


def _nonzero(rng: Draw, size: int) -> Array:
    """Draw eighths of either sign, none of them zero, nor their sum."""
    A: Array = rng.choice([-1, 1], size) * rng.integers(2, 60, size) / 8
    return A if A.sum() else _nonzero(rng, size)
