"""The valid cross-correlation by way of Fourier, where products take the place of sums: for who asks for it.

The image is cut into tiles that overlap by the kernel's size less one, so that a transform stays in the cache and
nothing grows with the image (overlap-save; W. Press et al., *Numerical Recipes*, 2007, section 13.1.1).
"""

import functools
import itertools
import math

import numpy as np

from d2lconv._backend import loops
from d2lconv._validate import Array


@functools.lru_cache(1024)
def tile_side(kernel_shape: tuple[int, int], output_shape: tuple[int, int]) -> int:
    """Return the side of the square tiles that take the fewest steps, of those with small factors, which are fast."""
    longest = max(kernel_shape)
    powers = itertools.product((1, 3, 5, 9, 15), range(3, longest.bit_length() + 5))
    sides = [odd << power for odd, power in powers if longest < odd << power <= max(16 * longest, 64)]
    return min(sides, key=lambda side: _steps(side, kernel_shape, output_shape))


def _steps(side: int, kernel_shape: tuple[int, int], output_shape: tuple[int, int]) -> float:
    """Return the N log₂ N of all tiles' transforms, and of the kernel's, which goes one way only."""
    tiles = math.prod(-(-n // (side - k + 1)) for n, k in zip(output_shape, kernel_shape, strict=True))
    return (tiles + 0.5) * side**2 * math.log2(side**2)


def correlate(X: Array, K: Array, Y: Array, side: int) -> None:
    """Write the valid cross-correlation of `X` with `K` into `Y`, tile by tile; all are of one float type."""
    rows, columns = side - K.shape[0] + 1, side - K.shape[1] + 1
    with np.errstate(over="ignore", invalid="ignore"):
        spectrum = np.conj(np.fft.rfft2(K, (side, side)))
        for i in range(0, Y.shape[0], rows):
            for j in range(0, Y.shape[1], columns):
                x, y = X[i : i + side, j : j + side], Y[i : i + rows, j : j + columns]
                y[:] = np.fft.irfft2(np.fft.rfft2(x, (side, side)) * spectrum, (side, side))[: y.shape[0], : y.shape[1]]
                if not np.isfinite(y).all():  # the transform spreads one NaN over the tile, the sum keeps it in place
                    _by_sum(x, K, y)


def _by_sum(X: Array, K: Array, Y: Array) -> None:
    exact = np.empty(Y.shape, Y.dtype)
    window = X[: Y.shape[0] + K.shape[0] - 1, : Y.shape[1] + K.shape[1] - 1]
    loops().correlate(np.ascontiguousarray(window), K, exact)
    Y[:] = exact
