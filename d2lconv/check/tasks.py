"""The exercises that ask for code: what each is called with, its hints, and what is wrong with a wrong answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from d2lconv.check import counts, inputs, oracles, properties
from d2lconv.check.comparison import numbers_differ, outputs_differ
from d2lconv.check.inputs import Case, Draw


@dataclass(frozen=True)
class Task:
    """An exercise: `faults` says why what came back from a call is wrong, the likeliest reason first, or nothing."""

    signature: str  # without parentheses, the answer is an array
    hints: tuple[str, ...]
    cases: Callable[[Draw], Iterator[Case]]
    faults: Callable[..., list[str]]
    shape: Callable[..., tuple[int, ...]] | None = None  # of the output, where getting it right counts by itself
    pair: bool = False  # whether two arrays come back instead of one
    errors: tuple[tuple[str, str], ...] = ()  # words of an exception, and what to do about it


NO_SUM = ("setting an array element with a sequence", "One output is one number: did you forget .sum()?")
OVER_THE_IMAGE = ("IndexError", "Do your loops run over the image? Let them run over the output.")
EMPTY_SLICE = (",0).", "An empty slice, such as 0:-0, holds nothing.")

TASKS = {
    "output_shape": Task(
        "output_shape(input_shape, kernel_shape)",
        (
            "Take one axis alone. In which row does the window start first, and in which one last?",
            "From row 0 to row n - k: how many rows is that?",
            "Do the same for both axes, and return two whole numbers, rows first.",
        ),
        inputs.shapes,
        lambda shape, n, k: numbers_differ(shape, counts.output_shape(n, k), counts.output_shape_mistakes(n, k)),
    ),
    "corr2d": Task(
        "corr2d(X, K)",
        (
            "How many rows does the output have, and how many columns? Make it first, full of zeros.",
            "Two loops move the window: i over the rows of the output, j over its columns.",
            "The window at (i, j) is X[i : i + k_h, j : j + k_w]. Multiply it by K, element by element, and add up.",
        ),
        inputs.windows,
        lambda Y, X, K: outputs_differ(Y, oracles.corr2d(X, K), oracles.corr2d_mistakes(X, K), X.shape, K.shape),
        shape=lambda X, K: oracles.corr2d(X, K).shape,
        errors=(NO_SUM, OVER_THE_IMAGE),
    ),
    "same_size": Task(
        "same_size(X, K)",
        (
            "The output loses k - 1 rows or columns along each axis. How many zeros make up for them?",
            "Put half of the zeros on each side, so that every output keeps the place of the pixel in its middle.",
            "Make a larger array of zeros, copy X into its middle, and cross-correlate that. Height and width may need "
            "different frames.",
        ),
        inputs.odd_windows,
        lambda Y, X, K: outputs_differ(Y, oracles.same_size(X, K), oracles.same_size_mistakes(X, K)),
        shape=lambda X, K: X.shape,
        errors=(NO_SUM, EMPTY_SLICE),
    ),
    "edge": Task(
        "edge(v)",
        (
            "Which kernel takes a difference down a column, centred on its middle? Which one along a row?",
            "The slope along v is v[0] times the slope down, plus v[1] times the slope to the right.",
            "Only the direction of v counts, so divide v by its length first. And what does your difference over two "
            "pixels give where the slope is one per pixel?",
        ),
        inputs.directions,
        properties.edge_faults,
    ),
    "second_difference": Task(
        "second_difference",
        (
            "A second difference is the difference of two differences.",
            "Write x0, x1, x2 for three neighbours, take both differences, and subtract them.",
            "Collect what each of the three is multiplied by, as an array of one row: [[?, ?, ?]].",
        ),
        inputs.curves,
        properties.second_difference_faults,
    ),
    "blur": Task(
        "blur(size)",
        (
            "Each pixel is replaced by an average. What weights does an average have?",
            "None of them is negative, and they add up to one.",
            "Equal weights will do: how many are there?",
        ),
        inputs.blur_sizes,
        properties.blur_faults,
    ),
    "factor": Task(
        "factor(K)",
        (
            "If K is a column times a row, what do any two rows of K have in common?",
            "Every row of K is a multiple of the same row. Take one of them as the row; which multiples make the "
            "column?",
            "Take the row and the column that cross in one element of K, and divide one of the two by that element. "
            "It must not be zero: the largest in magnitude is a safe choice.",
        ),
        inputs.products,
        properties.factor_faults,
        pair=True,
    ),
    "conv2d": Task(
        "conv2d(X, K)",
        (
            "Everything is as in corr2d, except for the direction in which the kernel is read.",
            "Backward means backward along both axes.",
            "A slice with a step of -1 reads backward: K[::-1] does it for the rows.",
        ),
        inputs.windows,
        lambda Y, X, K: outputs_differ(Y, oracles.conv2d(X, K), oracles.conv2d_mistakes(X, K), X.shape, K.shape),
        shape=lambda X, K: oracles.corr2d(X, K).shape,
        errors=(NO_SUM, OVER_THE_IMAGE),
    ),
    "kernel_gradient": Task(
        "kernel_gradient(X, K, Y)",
        (
            "Start with the error: what the kernel predicts, minus Y.",
            "Each output depends on the weight K[a, b] through one pixel, X[i + a, j + b].",
            "Sum, over all outputs, twice the error times that pixel. You have seen such a sum before.",
        ),
        inputs.errors,
        lambda G, X, K, Y: outputs_differ(
            G, oracles.kernel_gradient(X, K, Y), oracles.kernel_gradient_mistakes(X, K, Y)
        ),
        errors=(NO_SUM,),
    ),
    "two_kernels": Task(
        "two_kernels",
        (
            "All rows of the image are equal, so the two pixels in each column of a window are equal. What is left of "
            "the sum?",
            "A column of the kernel counts only through the sum of its two weights.",
            "Write down any kernel. Then move something from one weight to the one below it.",
        ),
        inputs.equal_rows,
        properties.two_kernels_faults,
        pair=True,
    ),
    "matrix": Task(
        "matrix(K, input_shape)",
        (
            "One row per output, one column per pixel: how many are there?",
            "The output at (i, j) sees the pixel at (i + a, j + b), with the weight K[a, b].",
            "X.ravel() runs along the rows: the pixel at (i, j) is its element i * n_w + j. And the output at (i, j)?",
        ),
        inputs.spreads,
        lambda M, K, n: outputs_differ(M, oracles.matrix(K, n), oracles.matrix_mistakes(K, n)),
        shape=lambda K, n: oracles.matrix(K, n).shape,
    ),
    "input_gradient": Task(
        "input_gradient(X, K, Y)",
        (
            "A pixel changes every output whose window holds it. Which weight does it meet in each of them?",
            "The pixel at (i, j) meets the weight K[a, b] in the output at (i - a, j - b). Sum twice the error there "
            "times that weight, over all a and b for which there is such an output.",
            "The minus signs make it a strict convolution, of twice the error with K. Where the window has to reach "
            "over the border, frame the error with zeros: how many?",
        ),
        inputs.errors,
        lambda G, X, K, Y: outputs_differ(G, oracles.input_gradient(X, K, Y), oracles.input_gradient_mistakes(X, K, Y)),
        shape=lambda X, K, Y: X.shape,
        errors=(NO_SUM, EMPTY_SLICE),
    ),
    "receptive_field": Task(
        "receptive_field(kernel_sizes, strides)",
        (
            "Without any layer, an element sees one pixel: itself. What does the first layer add?",
            "A kernel of size k reaches k - 1 elements further than a single element does.",
            "After layers with strides, one step is as many pixels long as the product of their strides.",
        ),
        inputs.stacks,
        lambda r, k, s: numbers_differ(r, counts.receptive_field(k, s), counts.receptive_field_mistakes(k, s)),
    ),
}
