"""The cross-correlation of two arrays, its strict twin, and both as one matrix product."""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from d2lconv._backend import loops
from d2lconv._validate import (
    Array,
    affordable,
    common_float,
    image_and_kernel,
    output_array,
    output_shape,
    real_array,
    size_pair,
    whole_number,
)

LEAST_SHARED = 2**22  # multiply-adds; less is done before a second thread has begun
METHODS = ("direct", "fft")
MOST_THREADS = 8 * (os.cpu_count() or 1)


def corr2d(
    X: ArrayLike,
    K: ArrayLike,
    *,
    method: Literal["direct", "fft"] = "direct",
    out: Array | None = None,
    threads: int = 1,
) -> Array:
    r"""
    Slide a kernel over an image and sum the products under it.

    .. math:: Y_{i,j} = \sum_{a=0}^{k_h-1} \sum_{b=0}^{k_w-1} X_{i+a,\,j+b}\, K_{a,b}

    This is the valid cross-correlation: the window stays inside the image.

    Parameters
    ----------
    X : array_like, shape (n_h, n_w)
        The image, of any real dtype and memory layout.
    K : array_like, shape (k_h, k_w)
        The kernel, no larger than the image along either axis.
    method : {"direct", "fft"}
        ``"direct"`` is the sum above. ``"fft"`` goes by way of Fourier: faster for large kernels, and less exact.
    out : ndarray, shape (n_h - k_h + 1, n_w - k_w + 1), optional
        Where to write the result, of the dtype below and apart from `X` and `K` in memory. It is returned.
    threads : int
        How many threads may share the rows of a large image, up to eight per processor. Small images are left to one.

    Returns
    -------
    Y : ndarray, shape (n_h - k_h + 1, n_w - k_w + 1)
        float32 where `X` and `K` both are, else float64. NaN and infinity reach only the outputs that see them.

    Raises
    ------
    ValueError
        If an array is not two-dimensional or is empty, the kernel is larger than the image, `method` or `threads` is
        none of the above, or `out` has another shape, is read-only, or shares memory with an input.
    TypeError
        If an array holds anything but real numbers, or is masked, or `out` is no array of the result's dtype.

    See Also
    --------
    conv2d : the strict convolution, which flips the kernel first.

    Notes
    -----
    The direct sum adds up each row of the kernel, and then the rows, with the same rounding whatever `threads` is and
    however the arrays lie in memory. Its error at an output is at most about :math:`k_h k_w u` times the sum of the
    products' absolute values there, where :math:`u` is :math:`2^{-53}`, or :math:`2^{-24}` in single precision [2]_. So
    whole numbers stay whole as long as every partial sum fits the dtype, and a window of zeros gives zero.

    ``"fft"`` transforms the rows, which mixes all the pixels of a row, or of a thousand of them. Its error at *every*
    output in the row is a few :math:`u` times the root of the summed squares of those pixels times the kernel's [3]_:
    beside something bright, what is dark gets few right digits or none, zeros do not stay zero, and whole numbers
    become fractions. It is the faster way from about 19 × 19 on.

    References
    ----------
    .. [1] A. Zhang et al., *Dive into Deep Learning*, section 7.2.1.
    .. [2] N. J. Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd edition, 2002, section 3.1.
    .. [3] The same, section 24.1.

    Examples
    --------
    >>> corr2d([[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[0, 1], [2, 3]])
    array([[19., 25.],
           [37., 43.]])
    """
    given = X, K  # what `out` must lie apart from: below, either may become a copy
    X, K, shape = image_and_kernel(X, K)
    if out is None:
        Y = np.empty(shape, X.dtype)
    else:
        output_array(out, shape, X.dtype, X=np.asarray(given[0]), K=np.asarray(given[1]))
        Y = out if out.flags.c_contiguous else np.empty(shape, X.dtype)
    if method not in METHODS:
        raise ValueError(f'method should be "direct" or "fft", but came as {method!r}: pass one of the two.')
    if threads != 1 or type(threads) is not int:
        threads = whole_number(threads, "threads", most=MOST_THREADS)
    if method == "fft":
        from d2lconv import _fourier

        _share_rows(_fourier.correlate, X, K, Y, threads, _fourier.ROWS)
    elif threads == 1 or K.size * Y.size < LEAST_SHARED:
        loops().correlate(X, K, Y)
    else:
        _share_rows(loops().correlate, X, K, Y, threads)
    if out is None or out is Y:
        return Y
    out[:] = Y
    return out


def _share_rows(correlate: Callable[..., None], X: Array, K: Array, Y: Array, threads: int, rows: int = 1) -> None:
    """Correlate in so many threads. Each writes its own rows of the output, a multiple of `rows` but for the last."""
    bands = -(-len(Y) // rows)
    edges = [min(len(Y), bands * thread // threads * rows) for thread in range(threads + 1)]
    first, *others = [
        (X[top : bottom + len(K) - 1], K, Y[top:bottom]) for top, bottom in itertools.pairwise(edges) if top < bottom
    ]
    jobs = [_pool(os.getpid()).submit(correlate, *part) for part in others]
    correlate(*first)
    for job in jobs:
        job.result()


@functools.lru_cache(1)
def _pool(process: int) -> ThreadPoolExecutor:
    """Return the one pool of a process; it starts a thread when none of those that it has is free."""
    return ThreadPoolExecutor(MOST_THREADS, "d2lconv")


def conv2d(
    X: ArrayLike,
    K: ArrayLike,
    *,
    method: Literal["direct", "fft"] = "direct",
    out: Array | None = None,
    threads: int = 1,
) -> Array:
    r"""
    Convolve an image with a kernel in the strict, mathematical sense: flip the kernel both ways, then correlate.

    .. math:: Y_{i,j} = \sum_{a=0}^{k_h-1} \sum_{b=0}^{k_w-1} X_{i+a,\,j+b}\, K_{k_h-1-a,\,k_w-1-b}

    Parameters
    ----------
    X : array_like, shape (n_h, n_w)
        The image.
    K : array_like, shape (k_h, k_w)
        The kernel, no larger than the image along either axis.
    method, out, threads
        As `corr2d` takes them.

    Returns
    -------
    Y : ndarray, shape (n_h - k_h + 1, n_w - k_w + 1)
        ``corr2d(X, K[::-1, ::-1])``, with the same dtypes.

    Raises
    ------
    ValueError, TypeError
        As `corr2d` does.

    References
    ----------
    A. Zhang et al., *Dive into Deep Learning*, section 7.2.5.

    Examples
    --------
    >>> conv2d([[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[0, 1], [2, 3]])
    array([[ 5., 11.],
           [23., 29.]])
    """
    K = real_array(K, "K", 2)
    return corr2d(X, K[::-1, ::-1], method=method, out=out, threads=threads)


def corr2d_matrix(K: ArrayLike, input_shape: tuple[int, int]) -> Array:
    """
    Write the correlation with a kernel as one matrix.

    Parameters
    ----------
    K : array_like, shape (k_h, k_w)
        The kernel.
    input_shape : (int, int)
        The height and width of the images it will meet, in pixels.

    Returns
    -------
    M : ndarray, shape ((n_h - k_h + 1) * (n_w - k_w + 1), n_h * n_w)
        The doubly blocked Toeplitz matrix for which ``M @ X.ravel()`` equals ``corr2d(X, K).ravel()``. It is dense:
        its size grows with the square of the number of pixels.

    Raises
    ------
    ValueError, TypeError
        As `corr2d` does, and where `input_shape` is not two positive whole numbers, or the matrix would not fit.

    References
    ----------
    V. Dumoulin and F. Visin, *A guide to convolution arithmetic for deep learning*, 2016, section 4.1.

    Examples
    --------
    >>> corr2d_matrix([[1, -1]], (2, 3))
    array([[ 1., -1.,  0.,  0.,  0.,  0.],
           [ 0.,  1., -1.,  0.,  0.,  0.],
           [ 0.,  0.,  0.,  1., -1.,  0.],
           [ 0.,  0.,  0.,  0.,  1., -1.]])
    """
    (K,) = common_float(real_array(K, "K", 2))
    n_h, n_w = size_pair(input_shape, "input_shape")
    y_h, y_w = output_shape((n_h, n_w), K.shape)
    M = np.zeros(affordable((y_h, y_w, n_h, n_w), "The matrix"), K.dtype)
    i, j = np.ogrid[:y_h, :y_w]
    for (a, b), tap in np.ndenumerate(K):
        M[i, j, i + a, j + b] = tap
    return M.reshape(y_h * y_w, n_h * n_w)


def unfold(X: ArrayLike, kernel_size: int | tuple[int, int]) -> Array:
    """
    Lay out every window of an image as a row.

    Parameters
    ----------
    X : array_like, shape (n_h, n_w)
        The image.
    kernel_size : int or (int, int)
        The height and width of the window, in pixels; one number makes it square.

    Returns
    -------
    U : ndarray, shape ((n_h - k_h + 1) * (n_w - k_w + 1), k_h * k_w)
        A copy, one window a row in reading order: ``U @ K.ravel()`` equals ``corr2d(X, K).ravel()``.

    Raises
    ------
    ValueError, TypeError
        As `corr2d` does, and where `kernel_size` is not one or two positive whole numbers, or `U` would not fit.

    References
    ----------
    K. Chellapilla, S. Puri and P. Simard, *High performance convolutional neural networks for document processing*,
    2006.

    Examples
    --------
    >>> unfold([[0, 1, 2], [3, 4, 5], [6, 7, 8]], 2)
    array([[0., 1., 3., 4.],
           [1., 2., 4., 5.],
           [3., 4., 6., 7.],
           [4., 5., 7., 8.]])
    """
    (X,) = common_float(real_array(X, "X", 2))
    k_h, k_w = size_pair(kernel_size, "kernel_size")
    affordable((*output_shape(X.shape, (k_h, k_w)), k_h, k_w), "The windows of X together")
    windows = np.lib.stride_tricks.sliding_window_view(X, (k_h, k_w))
    return np.array(windows, order="C").reshape(-1, k_h * k_w)
