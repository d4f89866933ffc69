"""The valid cross-correlation by way of Fourier, where products take the place of sums: faster for large kernels.

The image is cut into tiles that overlap by the kernel's size less one, so that a transform stays in the cache and
nothing grows with the image (overlap-save; W. Press et al., *Numerical Recipes*, 2007, section 13.1.1).
"""

import functools
import itertools
import math

import numpy as np

from d2lconv import _kernels
from d2lconv._validate import Array

COST = 20  # what one of a transform's N log₂ N steps takes, in multiply-adds of the direct sum; measured


def is_faster(kernel_shape: tuple[int, int], output_shape: tuple[int, int]) -> bool:
    """Say whether the transforms take less time than the direct sum."""
    if max(kernel_shape) <= _kernels.WIDEST_ROW:
        return False
    side = tile_side(kernel_shape, output_shape)
    return _steps(side, kernel_shape, output_shape) * COST < math.prod(kernel_shape) * math.prod(output_shape)


@functools.lru_cache(1024)
def tile_side(kernel_shape: tuple[int, int], output_shape: tuple[int, int]) -> int:
    """Return the side of the tiles that take the fewest steps, of those with small factors, which transform fast."""
    longest = max(kernel_shape)
    powers = itertools.product((1, 3, 5, 9, 15), range(5, longest.bit_length() + 4))
    sides = [odd << power for odd, power in powers if longest < odd << power <= 16 * longest]
    return min(sides, key=lambda side: _steps(side, kernel_shape, output_shape))


def _steps(side: int, kernel_shape: tuple[int, int], output_shape: tuple[int, int]) -> float:
    """Return the N log₂ N of all tiles' transforms, and of the kernel's, which goes one way only."""
    tiles = math.prod(-(-n // (side - k + 1)) for n, k in zip(output_shape, kernel_shape, strict=True))
    return (tiles + 0.5) * side**2 * math.log2(side**2)


def correlate(X: Array, K: Array, Y: Array) -> None:
    """Write the valid cross-correlation of `X` with `K` into `Y`; all are C-contiguous and of one float type."""
    side = tile_side(K.shape, Y.shape)
    rows, columns = side - K.shape[0] + 1, side - K.shape[1] + 1
    spectrum = np.conj(np.fft.rfft2(K, (side, side)))
    with np.errstate(over="ignore", invalid="ignore"):
        for i in range(0, Y.shape[0], rows):
            for j in range(0, Y.shape[1], columns):
                x, y = X[i : i + side, j : j + side], Y[i : i + rows, j : j + columns]
                y[:] = np.fft.irfft2(np.fft.rfft2(x, (side, side)) * spectrum, (side, side))[: y.shape[0], : y.shape[1]]
                if not np.isfinite(y).all():  # the transform spreads one NaN over the tile, the sum keeps it in place
                    exact = np.empty(y.shape, y.dtype)
                    _kernels.correlate(*K.shape)(np.ascontiguousarray(x), K, exact)
                    y[:] = exact
