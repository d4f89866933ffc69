"""What can be learned from data, by NumPy's own linear algebra, and the mistakes that readers make with it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from d2lconv._validate import Array
from d2lconv.check.comparison import agree, outputs_differ
from d2lconv.check.oracles import FLIPPED_ONCE, Mistakes, Shape, corr2d
from d2lconv.check.properties import not_a_kernel

FLAT = "Your weights stand in one line: give them the shape of the kernel."
TURNED = "Your kernel is transposed: each window should be written out row by row, and so should the kernel."


def _windows(X: Array, shape: Shape) -> Array:
    return np.lib.stride_tricks.sliding_window_view(X, shape).reshape(-1, shape[0] * shape[1])


def best_rate(smallest: float, largest: float) -> float:
    """Shrink the errors along both axes alike."""
    return 2 / (smallest + largest)


def best_rate_mistakes(smallest: float, largest: float) -> Iterator[tuple[str, float]]:
    """Yield what goes wrong in choosing a rate."""
    kappa = largest / smallest
    yield "That is the limit: at this rate the error along the steep axis no longer shrinks at all.", 2 / largest
    yield (
        "At this rate a step ends at the goal along the steep axis, and is too short along the shallow one: a larger "
        "rate serves both.",
        1 / largest,
    )
    yield (
        "At this rate a step ends at the goal along the shallow axis. Is it stable along the steep one?",
        1 / smallest,
    )
    yield (
        "That is the mean of the best rates for each axis alone. It is the factors 1 - rate * curvature that the two "
        "axes should share, and not the rates.",
        (1 / smallest + 1 / largest) / 2,
    )
    yield (
        "You take the two curvatures together, and not their mean: a factor of 2 is missing.",
        1 / (smallest + largest),
    )
    yield (
        "Between the two curvatures you take the geometric mean: which one do two equal factors ask for?",
        (smallest * largest) ** -0.5,
    )
    yield "That is the best rate for the curvatures 8 and 64: write it for any two.", 1 / 36
    yield "That is 90 % of the limit, a good rate where only the largest curvature is known.", 1.8 / largest
    yield "That is the factor by which a step shrinks the error: return the rate.", (kappa - 1) / (kappa + 1)
    yield "That is the best rate with momentum: here there is none.", 4 / (smallest**0.5 + largest**0.5) ** 2


def denoiser(noisy: Array, clean: Array, size: int) -> Array:
    """Predict the middle of each window from the window."""
    return _fit(noisy, _inside(clean, size, size // 2), size)


def _inside(A: Array, size: int, start: int) -> Array:
    """Take one pixel per window: the one in its row and column `start`."""
    return A[start : start + len(A) - size + 1, start : start + A.shape[1] - size + 1]


def _fit(X: Array, Y: Array, size: int) -> Array:
    K: Array = np.linalg.lstsq(_windows(X, (size, size)), Y.ravel(), rcond=None)[0].reshape(size, size)
    return K


def _denoiser_mistakes(noisy: Array, clean: Array, size: int) -> Mistakes:
    p, K = size // 2, denoiser(noisy, clean, size)
    yield FLAT, K.ravel()
    yield (
        "Noisy and clean have changed places: yours makes the noisy image out of the clean one.",
        _fit(clean, _inside(noisy, size, p), size),
    )
    yield (
        "Your kernel predicts the noisy pixel in the middle of the window, which it sees already: predict the clean "
        "one.",
        _fit(noisy, _inside(noisy, size, p), size),
    )
    yield (
        "Your kernel predicts the noise, and the exercise asks for the clean image.",
        _fit(noisy, _inside(noisy - clean, size, p), size),
    )
    yield (
        "Your kernel is flipped: the weight K[a, b] belongs to the pixel in row a and column b of a window.",
        (K[::-1, ::-1]),
    )
    yield from ((FLIPPED_ONCE, once) for once in (K[::-1], K[:, ::-1]))
    yield TURNED, K.T
    for start, corner in ((0, "first"), (size - 1, "last")):
        yield (
            f"Your kernel predicts the {corner} pixel of each window, in a corner: predict the one in its middle.",
            _fit(noisy, _inside(clean, size, start), size),
        )
    yield "You make the weights sum to one: that is for an average, and costs a little here.", K / K.sum()


def denoiser_faults(K: Array, noisy: Array, clean: Array, size: int) -> list[str]:
    """Say why a kernel is not the one that makes the clean image out of the noisy one with the least error."""
    want = denoiser(noisy, clean, size)
    if K.shape != want.shape or K.dtype.kind not in "fiub" or not np.isfinite(K).all():
        return outputs_differ(K, want, _denoiser_mistakes(noisy, clean, size))
    if np.allclose(K, want, rtol=0, atol=1e-3 * abs(want).max()):  # also what descended nearly all the way
        return []
    *found, _ = outputs_differ(K, want, _denoiser_mistakes(noisy, clean, size))
    middle = _inside(clean, size, size // 2)
    ours, least = (((corr2d(noisy, kernel) - middle) ** 2).mean() for kernel in (K, want))
    return [*found, f"The mean squared error of your kernel is {ours:.6g}, and the least is {least:.6g}."]


def rank(X: Array, kernel_shape: Shape) -> Array:
    """Count the windows that are not mixtures of others."""
    return np.array(np.linalg.matrix_rank(_windows(X, kernel_shape), tol=1e-6))


def rank_mistakes(X: Array, kernel_shape: Shape) -> Mistakes:
    """Yield what goes wrong in counting what an image sees."""
    U = _windows(X, kernel_shape)
    right = rank(X, kernel_shape)
    yield "That is the number of directions which the image does not see.", U.shape[1] - right
    yield "That is the number of windows: some may be mixtures of others.", np.array(len(U))
    yield (
        "That is the smaller of two numbers, of windows and of weights: it is a bound, which only an image of many "
        "kinds of windows reaches.",
        np.array(min(U.shape)),
    )
    yield "That is the number of weights: an image may see less than all of them.", np.array(U.shape[1])
    yield (
        "That is the rank of the image itself: take that of its windows, one in each row of a matrix.",
        np.array(np.linalg.matrix_rank(X)),
    )


def seen(X: Array, K: Array) -> Array:
    """Take of a kernel what can be mixed from windows."""
    U = _windows(X, (K.shape[0], K.shape[1]))
    part: Array = np.linalg.lstsq(U, U @ K.ravel(), rcond=1e-9)[0].reshape(K.shape)
    return part


def seen_mistakes(X: Array, K: Array) -> Mistakes:
    """Yield what goes wrong in splitting a kernel."""
    U, part = _windows(X, (K.shape[0], K.shape[1])), seen(X, K)
    yield "That is the part which the image does not see.", K - part
    yield "That is the whole kernel: take off what the image does not see.", K
    yield FLAT, part.ravel()
    yield "That is what the kernel makes of the image: the exercise asks for a kernel.", corr2d(X, K)
    yield (
        "Mixing the windows by what the kernel gives in them is not enough: directions that are loud get too much. Let "
        "np.linalg.pinv or np.linalg.lstsq undo the loudness.",
        (U.T @ U @ K.ravel()).reshape(K.shape),
    )


def unseen_faults(K: Array, X: Array, kernel_shape: Shape) -> list[str]:
    """Say why a kernel is not one of length one that gives zero in every window."""
    k_h, k_w = kernel_shape
    if K.shape == (k_h * k_w,):
        return [FLAT]
    if fault := not_a_kernel(K):
        return fault
    if K.shape != kernel_shape:
        return [f"Your kernel is {K.shape[0]} × {K.shape[1]}, and {k_h} × {k_w} was asked for."]
    length = float(np.linalg.norm(K))
    if abs(length - 1) > 1e-6:
        return [f"The length of your kernel is {length:.6g}, the root of the sum of its squares: divide by it."]
    most = abs(corr2d(X, K)).max()
    if most < 1e-6 * abs(X).max():
        return []
    found = [sentence for sentence, v in _loud(X, kernel_shape) if agree(v, K.ravel()) or agree(-v, K.ravel())]
    return [*found, f"The image sees your kernel: an output is {most:.3g} in size, and each should be zero."]


def _loud(X: Array, kernel_shape: Shape) -> Mistakes:
    U = _windows(X, kernel_shape)
    V = np.linalg.svd(U)[2]
    yield "That is the direction which the image sees best: singular values fall, so look at the other end.", V[0]
    yield "You take a column of the third array that svd returns: its directions are its rows.", V[:, -1]
    yield (
        "With fewer windows than weights, svd gives only the directions which the image sees, unless full_matrices is "
        "true.",
        np.linalg.svd(U, full_matrices=False)[2][-1],
    )


def weight_errors(X: Array, kernel_shape: Shape, sigma: float) -> Array:
    """Say how far each weight is typically off that was fitted to noisy outputs."""
    U = _windows(X, kernel_shape)
    errors: Array = sigma * np.sqrt(np.diag(np.linalg.inv(U.T @ U))).reshape(kernel_shape)
    return errors


def weight_errors_mistakes(X: Array, kernel_shape: Shape, sigma: float) -> Mistakes:
    """Yield what goes wrong in carrying noise over to weights."""
    U, right = _windows(X, kernel_shape), weight_errors(X, kernel_shape, sigma)
    yield "These are variances: take their roots.", right**2
    yield "You leave the noise out: multiply by sigma.", right / sigma
    yield "You multiply by the square of sigma: the root makes it sigma.", right * sigma
    yield FLAT, right.ravel()
    yield "That is one error for the whole kernel: return one for each weight.", np.sqrt((right**2).sum())
    alone = sigma / np.sqrt((U**2).sum(axis=0)).reshape(kernel_shape)
    yield (
        "So small an error would be left if all the other weights were known. They are not: invert the whole matrix, "
        "and then take its diagonal.",
        alone,
    )
    yield "More windows do lower the error, but the inverse has counted them already.", right / len(U) ** 0.5
