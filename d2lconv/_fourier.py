"""The valid cross-correlation by way of Fourier, where products take the place of sums: for who asks for it.

Only rows are transformed. Down the image the sum over the kernel's rows stays a sum, at each frequency for itself: for
kernels of up to a hundred rows that takes fewer steps than a second transform would. The image is cut into tiles that
overlap by the kernel's size less one, so that nothing grows with it (overlap-save; W. Press et al., *Numerical
Recipes*, 2007, section 13.1.1).
"""

import functools

import numpy as np

from d2lconv._backend import loops
from d2lconv._validate import Array

ROWS = 128  # of the output, at a time: with what they need they stay in the second cache
LONGEST = 1024  # numbers in a transform, unless the kernel is wider than half of that
FAST = sorted(odd << power for odd in (1, 3, 5, 9, 15) for power in range(3, 40))  # small factors make it quick


@functools.lru_cache(1024)
def transform_size(n_w: int, k_w: int) -> int:
    """Return how many numbers a transform takes: a whole row of the image and what pads it, or a part of a long row."""
    return next(size for size in FAST if size >= min(n_w, max(LONGEST, 2 * k_w)))


def correlate(X: Array, K: Array, Y: Array) -> None:
    """Write the valid cross-correlation of `X` with `K` into `Y`, tile by tile; all are of one float type."""
    k_h, k_w = K.shape
    size = transform_size(X.shape[1], k_w)
    columns = size - k_w + 1
    with np.errstate(over="ignore", invalid="ignore"):
        G = np.conj(np.fft.rfft(K, size))
        for i in range(0, Y.shape[0], ROWS):
            for j in range(0, Y.shape[1], columns):
                y = Y[i : i + ROWS, j : j + columns]
                x = X[i : i + len(y) + k_h - 1, j : j + size]
                H = np.empty((len(y), G.shape[1]), G.dtype)
                loops().correlate_down(np.fft.rfft(x, size), G, H)
                y[:] = np.fft.irfft(H, size)[:, : y.shape[1]]
                if not np.isfinite(y).all():  # the transform spreads one NaN over its row, the sum keeps it in place
                    _by_sum(x[:, : y.shape[1] + k_w - 1], K, y)


def _by_sum(X: Array, K: Array, Y: Array) -> None:
    exact = np.empty(Y.shape, Y.dtype)
    loops().correlate(np.ascontiguousarray(X), K, exact)
    Y[:] = exact
