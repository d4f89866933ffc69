"""The questions of the assignments that the book does not ask."""

from __future__ import annotations

from d2lconv.check import fitting, inputs, stacks
from d2lconv.check.comparison import number_differs, numbers_differ, outputs_differ
from d2lconv.check.task import Task

ASSIGNED = {
    "rank": Task(
        "rank(X, kernel_shape)",
        (
            "Write each window of the image as one row of a matrix.",
            "Some rows are sums of others, or multiples of them. How many are not?",
            "np.linalg.matrix_rank counts them; return a plain whole number.",
        ),
        inputs.any_image,
        lambda n, X, shape: numbers_differ(n, fitting.rank(X, shape), fitting.rank_mistakes(X, shape)),
    ),
    "unseen": Task(
        "unseen(X, kernel_shape)",
        (
            "With the windows as the rows of a matrix U, you look for a vector v that is not zero, with U @ v = 0.",
            "np.linalg.svd orders the directions of such vectors by how loud they are in U.",
            "The rows of the third array are the directions, and the last one is the faintest. Give it the kernel's "
            "shape.",
        ),
        inputs.hidden_kernels,
        fitting.unseen_faults,
    ),
    "seen": Task(
        "seen(X, K)",
        (
            "The smallest kernel has no part that the image does not see, because such a part would only add to it.",
            "Let Y be the output of K. Among all kernels with that output you look for the least sum of squares.",
            "np.linalg.lstsq finds it, if several fit; or multiply by np.linalg.pinv of the windows.",
        ),
        inputs.images_and_kernels,
        lambda part, X, K: outputs_differ(part, fitting.seen(X, K), fitting.seen_mistakes(X, K)),
        shape=lambda X, K: K.shape,
    ),
    "weight_errors": Task(
        "weight_errors(X, kernel_shape, sigma)",
        (
            "The fitted kernel is a matrix times the outputs: which matrix?",
            "Each row of that matrix makes one weight. Noise of spread sigma comes out with sigma times the length of "
            "the row.",
            "The matrix is the pseudoinverse of the windows. Or take the diagonal of the inverse of U.T @ U: what is "
            "there to do to it?",
        ),
        inputs.noisy_outputs,
        lambda E, X, shape, sigma: outputs_differ(
            E, fitting.weight_errors(X, shape, sigma), fitting.weight_errors_mistakes(X, shape, sigma)
        ),
    ),
    "one_kernel": Task(
        "one_kernel(A, B)",
        (
            "What does the stack make of an image with a single white pixel?",
            "The weight A[a, b] meets B[c, d] at the pixel a + c rows down and b + d columns to the right.",
            "Start with zeros, of A's height plus B's, less one. For each weight of A, add that weight times B at its "
            "place.",
        ),
        inputs.two_layers,
        lambda K, A, B: outputs_differ(K, stacks.one_kernel(A, B), stacks.one_kernel_mistakes(A, B)),
        shape=lambda A, B: stacks.one_kernel(A, B).shape,
    ),
    "pixels_seen": Task(
        "pixels_seen(index, kernel_sizes, strides)",
        (
            "Take one layer with the stride s. Which elements of its input does the window of element i hold?",
            "From i * s to i * s + k - 1. Do the same again one layer below, for the first of these and for the last.",
            "Go from the last layer to the first: first = first * s, last = last * s + k - 1.",
        ),
        inputs.places,
        lambda ends, i, k, s: numbers_differ(ends, stacks.pixels_seen(i, k, s), stacks.pixels_seen_mistakes(i, k, s)),
    ),
    "spread": Task(
        "spread(kernel_sizes)",
        (
            "In a layer a path steps to one of k neighbouring pixels, each as often as the others. What is the "
            "variance of such a step?",
            "The steps of a path are independent of each other. What adds up, their spreads or their variances?",
            "The variance of a whole number from 1 to k is (k * k - 1) / 12.",
        ),
        inputs.plain_stacks,
        lambda sigma, k: number_differs(sigma, stacks.spread(k), stacks.spread_mistakes(k)),
    ),
    "either_sign": Task(
        "either_sign",
        (
            "Which kernel of 2 × 2 is positive where the image darkens to the right, and zero where it is plain?",
            "Its negative finds the other sign. What do the two give at edges that lie?",
            "One kernel can be positive where the image darkens to the right and also where it darkens downward: "
            "compare two pixels that lie on a diagonal.",
        ),
        inputs.contrasts,
        stacks.either_sign_faults,
    ),
}
