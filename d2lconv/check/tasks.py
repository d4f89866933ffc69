"""The exercises that ask for code: what each is called with, its hints, and what is wrong with a wrong answer."""

from __future__ import annotations

from d2lconv.check import counts, fitting, inputs, oracles, properties, stacks
from d2lconv.check.assigned import ASSIGNED
from d2lconv.check.comparison import number_differs, numbers_differ, outputs_differ
from d2lconv.check.task import Task

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
    "best_rate": Task(
        "best_rate(smallest, largest)",
        (
            "After a step at the rate r, what is left of the error along an axis with the curvature c?",
            "A step multiplies it by 1 - r * c. For which r are the two factors equally large in size?",
            "At the best rate one factor is positive and the other negative: set 1 - r * smallest equal to "
            "r * largest - 1.",
        ),
        inputs.curvatures,
        lambda rate, *ends: number_differs(rate, fitting.best_rate(*ends), fitting.best_rate_mistakes(*ends)),
    ),
    "denoiser": Task(
        "denoiser(noisy, clean, size)",
        (
            "Write each window of the noisy image as a row. Which pixel of the clean image should that row predict?",
            "A window that starts at (i, j) has its middle at (i + size // 2, j + size // 2).",
            "The rows make a matrix, and their pixels a vector: np.linalg.lstsq finds the weights with the least "
            "squared error, as one vector.",
        ),
        inputs.noisy_and_clean,
        fitting.denoiser_faults,
        errors=(("LinAlgError", "Are there as many pixels to predict as windows? An empty slice, 0:-0, holds none."),),
    ),
    "corners": Task(
        "corners(X)",
        (
            "Which kernel answers to standing edges only, and which one to lying edges only?",
            "At a corner both kernels answer, on an edge only one of them. What is large only if two numbers are?",
            "The signs differ from corner to corner, so make both outputs positive first. And look where your two "
            "windows lie: each should hold all four pixels around a corner.",
        ),
        inputs.rectangles,
        stacks.corners_faults,
        errors=(("could not be broadcast", "Make your two kernels equally large, so that their outputs are, too."),),
    ),
    **ASSIGNED,
}
