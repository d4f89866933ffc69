"""The valid cross-correlation by way of Fourier, where products take the place of sums: faster for large kernels.

The image is cut into tiles that overlap by the kernel's size less one, so that a transform stays in the cache and
nothing grows with the image (overlap-save; W. Press et al., *Numerical Recipes*, 2007, section 13.1.1).
"""

import math

import numpy as np

from d2lconv import _kernels
from d2lconv._validate import Array

SMALLEST_TILE = 256  # pixels along a side
COST = 20  # what one of a transform's N log₂ N steps takes, in multiply-adds of the direct sum; measured


def is_faster(kernel_shape: tuple[int, int], output_shape: tuple[int, int]) -> bool:
    """Say whether the transforms take less time than the direct sum."""
    if max(kernel_shape) <= _kernels.WIDEST_ROW:
        return False
    pixels = tile_side(kernel_shape) ** 2
    tiles = math.prod(-(-n // s) for n, s in zip(output_shape, steps(kernel_shape), strict=True))
    return COST * (tiles + 0.5) * pixels * math.log2(pixels) < math.prod(kernel_shape) * math.prod(output_shape)


def tile_side(kernel_shape: tuple[int, int]) -> int:
    """Return the side of the tiles: a power of two, which transforms fast, and at least four kernels."""
    return max(SMALLEST_TILE, 1 << (4 * max(kernel_shape) - 1).bit_length())


def steps(kernel_shape: tuple[int, int]) -> tuple[int, int]:
    """Return how many rows and columns of the output a tile yields."""
    side = tile_side(kernel_shape)
    return side - kernel_shape[0] + 1, side - kernel_shape[1] + 1


def correlate(X: Array, K: Array, Y: Array) -> None:
    """Write the valid cross-correlation of `X` with `K` into `Y`; all are C-contiguous and of one float type."""
    side = tile_side(K.shape)
    rows, columns = steps(K.shape)
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
