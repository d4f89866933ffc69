"""The right answers that are whole numbers, and the mistakes that readers make in counting."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from d2lconv._validate import Array
from d2lconv.check.oracles import Mistakes, Shape


def output_shape(input_shape: Shape, kernel_shape: Shape) -> Array:
    """Count the positions of the window along each axis."""
    return np.array([n - k + 1 for n, k in zip(input_shape, kernel_shape, strict=True)])


def output_shape_mistakes(input_shape: Shape, kernel_shape: Shape) -> Mistakes:
    """Yield what goes wrong in counting positions."""
    n, k = np.array(input_shape), np.array(kernel_shape)
    yield "Off by one: a window as large as the image still has one position, and you count none.", n - k
    yield "Off by one: a window as large as the image has one position, not two.", n - k + 2
    yield "Height and width are exchanged: rows come first.", (n - k + 1)[::-1]
    yield "You subtract a width from a height: each axis of the output has to do with that axis alone.", n - k[::-1] + 1
    yield "Your output is as large as the image: the window must stay inside it, so it cannot start everywhere.", n
    yield "You let the window hang over the border of the image: it must stay inside.", n + k - 1
    yield "The sign is wrong: the larger the kernel, the smaller the output.", k - n + 1
    yield "You lay the windows side by side: they overlap, because the window moves by one pixel.", n // k
    yield "That is the total number of outputs: return their rows and their columns.", np.prod(n - k + 1)


def receptive_field(kernel_sizes: Sequence[int], strides: Sequence[int]) -> Array:
    """Walk from one output back to the input."""
    field = 1
    for k, s in zip(reversed(kernel_sizes), reversed(strides), strict=True):
        field = (field - 1) * s + k
    return np.array(field)


def receptive_field_mistakes(kernel_sizes: Sequence[int], strides: Sequence[int]) -> Mistakes:
    """Yield what goes wrong in adding up a stack."""
    k, s = np.array(kernel_sizes), np.array(strides)
    right = receptive_field(kernel_sizes, strides)
    yield "Off by one: without any layer, an element sees one pixel, itself.", right - 1
    yield "Off by one: the first pixel is counted twice.", right + 1
    yield (
        "You add up whole kernels: neighbouring windows overlap, so a layer adds less than its size.",
        k.sum(),
    )
    yield "You multiply the kernel sizes: with a stride of one, each layer adds to the field.", k.prod()
    ignored = "You leave the strides out: after a stride of s, neighbouring elements lie s times as many pixels apart."
    yield ignored, 1 + (k - 1).sum()
    own = "You count a layer's own stride: its window lies on its input, so only earlier layers' strides stretch it."
    yield own, 1 + ((k - 1) * np.cumprod(s)).sum()
    alone = "You stretch a window by its own layer's stride: the strides of all layers before it do that, multiplied."
    yield alone, 1 + ((k - 1) * s).sum()
    after = np.append(np.cumprod(s[::-1])[::-1][1:], 1)
    yield (
        "You go through the layers the wrong way: the strides of earlier layers stretch a window.",
        1 + ((k - 1) * after).sum(),
    )
