"""How much of the input an element of a deep layer can see."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from d2lconv._validate import size_pair

MOST_LAYERS = 10_000


def receptive_field(
    kernel_sizes: Sequence[int | tuple[int, int]], strides: Sequence[int | tuple[int, int]] | None = None
) -> tuple[int, int]:
    r"""
    Compute the receptive field of one element behind a stack of layers.

    .. math:: r = 1 + \sum_{l=1}^{L} (k_l - 1) \prod_{i=1}^{l-1} s_i \quad \text{along each axis}

    Parameters
    ----------
    kernel_sizes : sequence of int or (int, int)
        The kernels' sizes, from the layer next to the input to the last; one number makes a kernel square. At most
        10,000 layers.
    strides : sequence of int or (int, int), optional
        How far each layer's window moves from one output to the next, in elements; 1 everywhere if left out.

    Returns
    -------
    size : (int, int)
        Height and width of the field in the input, in elements. It may exceed the input itself.

    Raises
    ------
    ValueError, TypeError
        If a size or stride is not one or two positive whole numbers, there are too many layers, or there is not one
        stride per layer.

    References
    ----------
    A. Araujo, W. Norris and J. Sim, *Computing receptive fields of convolutional neural networks*, Distill, 2019.

    Examples
    --------
    Two layers of 2 × 2 kernels see nine elements of the input:

    >>> receptive_field([2, 2])
    (3, 3)
    >>> receptive_field([(1, 3), 3], strides=[2, 1])
    (5, 7)
    """
    sizes = _pairs(kernel_sizes, "kernel_sizes")
    steps = [(1, 1)] * len(sizes) if strides is None else _pairs(strides, "strides")
    if len(steps) != len(sizes):
        raise ValueError(
            f"strides should hold one stride per layer, {len(sizes)} in all, but holds {len(steps)}: "
            "leave it out for strides of 1."
        )
    height = width = jump_h = jump_w = 1
    for (k_h, k_w), (s_h, s_w) in zip(sizes, steps, strict=True):
        height += (k_h - 1) * jump_h
        width += (k_w - 1) * jump_w
        jump_h *= s_h
        jump_w *= s_w
    return height, width


def _pairs(sizes: Sequence[int | tuple[int, int]], name: str) -> list[tuple[int, int]]:
    try:
        entries = list(itertools.islice(sizes, MOST_LAYERS + 1))  # an iterator may have no end
    except TypeError:
        raise TypeError(
            f"{name} should hold one entry per layer, but came as {sizes!r}: pass a list, such as [3, 3]."
        ) from None
    if len(entries) > MOST_LAYERS:
        raise ValueError(
            f"{name} should hold at most {MOST_LAYERS} entries, one per layer, but holds more: pass fewer."
        )
    return [size_pair(size, name) for size in entries]
