"""The cross-correlation of two arrays, its strict twin, and both as one matrix product."""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import numpy as np
from numpy.typing import ArrayLike

from d2lconv._validate import Array, common_float, output_array, output_shape, real_array, size_pair, whole_number

LEAST_SHARED = 2**22  # multiply-adds; less is done before a second thread has begun


def corr2d(X: ArrayLike, K: ArrayLike, *, out: Array | None = None, threads: int = 1) -> Array:
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
    out : ndarray, shape (n_h - k_h + 1, n_w - k_w + 1), optional
        Where to write the result, of the dtype below and apart from `X` and `K` in memory. It is returned.
    threads : int
        How many threads may share the rows of a large image. Small ones are left to one.

    Returns
    -------
    Y : ndarray, shape (n_h - k_h + 1, n_w - k_w + 1)
        float32 where `X` and `K` both are, else float64. NaN and infinity reach only the outputs that see them.

    Raises
    ------
    ValueError
        If an array is not two-dimensional or is empty, the kernel is larger than the image, or `out` has another
        shape, is read-only, or shares memory with an input.
    TypeError
        If an array holds anything but real numbers, or is masked, or `out` is no array of the result's dtype.

    See Also
    --------
    conv2d : the strict convolution, which flips the kernel first.

    Notes
    -----
    Where it is faster, from kernels of some 31 × 31 up, the sum is taken by Fourier transform: then rounding errors
    are relative to the largest numbers in the neighbourhood, not to the output's own size.

    References
    ----------
    A. Zhang et al., *Dive into Deep Learning*, section 7.2.1.

    Examples
    --------
    >>> corr2d([[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[0, 1], [2, 3]])
    array([[19., 25.],
           [37., 43.]])
    """
    X, K = common_float(real_array(X, "X", 2), real_array(K, "K", 2))
    shape = output_shape(X.shape, K.shape)
    if out is None:
        Y = np.empty(shape, X.dtype)
    else:
        output_array(out, shape, X.dtype, X=X, K=K)
        Y = out if out.flags.c_contiguous else np.empty(shape, X.dtype)
    if type(threads) is not int or threads < 1:
        threads = whole_number(threads, "threads")
    if K.size * Y.size < LEAST_SHARED:
        kernels().correlate(*K.shape)(X, K, Y)
    else:
        _correlate_large(X, K, Y, threads)
    if out is None or out is Y:
        return Y
    out[:] = Y
    return out


def _correlate_large(X: Array, K: Array, Y: Array, threads: int) -> None:
    """Correlate where a Fourier transform and more threads may be worth the time that it takes to begin with them."""
    from d2lconv import _fourier

    correlate: Callable[..., None] = _fourier.correlate
    if not _fourier.is_faster(K.shape, Y.shape):
        correlate = kernels().correlate(*K.shape)
    edges = [len(Y) * thread // threads for thread in range(threads + 1)]
    first, *others = [
        (X[top : bottom + len(K) - 1], K, Y[top:bottom]) for top, bottom in itertools.pairwise(edges) if top < bottom
    ]
    jobs = [_pool(threads - 1, os.getpid()).submit(correlate, *part) for part in others]
    correlate(*first)
    for job in jobs:
        job.result()


@functools.cache
def _pool(workers: int, process: int) -> ThreadPoolExecutor:
    """Return the threads of a process, kept for its next call: a fork has none of its parent's."""
    return ThreadPoolExecutor(workers, "d2lconv")


def conv2d(X: ArrayLike, K: ArrayLike, *, out: Array | None = None, threads: int = 1) -> Array:
    r"""
    Convolve an image with a kernel in the strict, mathematical sense: flip the kernel both ways, then correlate.

    .. math:: Y_{i,j} = \sum_{a=0}^{k_h-1} \sum_{b=0}^{k_w-1} X_{i+a,\,j+b}\, K_{k_h-1-a,\,k_w-1-b}

    Parameters
    ----------
    X : array_like, shape (n_h, n_w)
        The image.
    K : array_like, shape (k_h, k_w)
        The kernel, no larger than the image along either axis.
    out, threads
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
    return corr2d(X, K[::-1, ::-1], out=out, threads=threads)


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
        As `corr2d` does, and where `input_shape` is not two positive whole numbers.

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
    M = np.zeros((y_h, y_w, n_h, n_w), K.dtype)
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
        As `corr2d` does, and where `kernel_size` is not one or two positive whole numbers.

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
    output_shape(X.shape, (k_h, k_w))
    windows = np.lib.stride_tricks.sliding_window_view(X, (k_h, k_w))
    return np.array(windows, order="C").reshape(-1, k_h * k_w)


@functools.cache
def kernels() -> ModuleType:
    """Return the compiled loops; numba takes longer to load than all the rest, so only the first call loads it."""
    from d2lconv import _kernels

    return _kernels
