"""Kernels that have a name: differences, edges, blurs and Gabor's.

All are written for the cross-correlation, `corr2d`: what you see is what slides over the image, unflipped.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from d2lconv._validate import Array, affordable, real_array, real_number, size_pair, whole_number

CENTRAL_DIFFERENCE = np.array([1.0, 0.0, -1.0]) / 2
TRIANGLE = np.array([1.0, 2.0, 1.0]) / 4
MOST_ORDER = 56  # the binomials of 57 are no longer whole numbers that float64 holds


def edge(direction: ArrayLike) -> Array:
    r"""
    Make a 3 × 3 kernel that responds to edges across a direction.

    It takes a central difference along `direction` and a short average across it: Sobel's kernel, turned by any angle.
    For a unit vector that is ``v1 * edge((1, 0)) + v2 * edge((0, 1))``. Like the source's ``[1, -1]``, it is positive
    where the image darkens along `direction`, and on an even slope it gives minus the slope.

    Parameters
    ----------
    direction : array_like, shape (2,)
        The vector (v1, v2): rows first, so (1, 0) points down and (0, 1) to the right. Only its direction counts.

    Returns
    -------
    K : ndarray, shape (3, 3), float64

    Raises
    ------
    ValueError, TypeError
        If `direction` is not two finite real numbers, or both are zero.

    References
    ----------
    A. Zhang et al., *Dive into Deep Learning*, section 7.2, exercise 2.1. W. T. Freeman and E. H. Adelson, *The design
    and use of steerable filters*, 1991.

    Examples
    --------
    >>> 8 * edge((0, 1))
    array([[ 1.,  0., -1.],
           [ 2.,  0., -2.],
           [ 1.,  0., -1.]])
    """
    v = real_array(direction, "direction", 1).astype(np.float64)
    if v.shape != (2,) or not np.isfinite(v).all() or not v.any():
        raise ValueError(
            f"direction should be two finite numbers (down, right), not both zero, but came as {direction!r}: "
            "pass (1, 0) for down or (0, 1) for right."
        )
    v /= np.abs(v).max()  # before the norm, so that neither huge nor tiny numbers overflow it
    down, right = v / np.hypot(*v)
    K: Array = down * np.outer(CENTRAL_DIFFERENCE, TRIANGLE) + right * np.outer(TRIANGLE, CENTRAL_DIFFERENCE)
    return K


def finite_difference(order: int, axis: int = 1) -> Array:
    r"""
    Make the shortest kernel that takes a derivative of some order.

    Correlated ``order - 1`` times with ``[1, -1]``, the kernel ``[1, -1]`` grows to the coefficients
    :math:`(-1)^b \binom{d}{b}`. Like the source's, it estimates :math:`(-1)^d` times the derivative of order :math:`d`.

    Parameters
    ----------
    order : int
        The order of the derivative, 1 to 56; beyond, float64 does not hold the coefficients.
    axis : int
        1 for differences along a row, 0 for differences down a column.

    Returns
    -------
    K : ndarray, shape (1, order + 1) or (order + 1, 1), float64
        A derivative of order `order` needs ``order + 1`` taps, and they suffice.

    Raises
    ------
    ValueError, TypeError
        If `order` is not a whole number from 1 to 56 or `axis` is neither 0 nor 1.

    References
    ----------
    A. Zhang et al., *Dive into Deep Learning*, section 7.2, exercises 2.2 and 2.4.

    Examples
    --------
    >>> finite_difference(1)
    array([[ 1., -1.]])
    >>> finite_difference(2, axis=0)
    array([[ 1.],
           [-2.],
           [ 1.]])
    """
    order = whole_number(order, "order", most=MOST_ORDER)
    if whole_number(axis, "axis", least=0) > 1:
        raise ValueError(f"axis should be 0 (down) or 1 (along a row), but came as {axis!r}: an image has no other.")
    taps = np.ones(1)
    for _ in range(order):
        taps = np.convolve(taps, [1.0, -1.0])
    return taps[None, :] if axis == 1 else taps[:, None]


def box_blur(size: int | tuple[int, int]) -> Array:
    """
    Make a kernel that replaces each pixel by the mean of its window.

    Parameters
    ----------
    size : int or (int, int)
        Height and width of the window, in pixels.

    Returns
    -------
    K : ndarray, shape (k_h, k_w), float64
        Equal weights that sum to 1.

    Raises
    ------
    ValueError, TypeError
        If `size` is not one or two positive whole numbers, or the kernel would not fit into memory.

    References
    ----------
    A. Zhang et al., *Dive into Deep Learning*, section 7.2, exercise 2.3.

    Examples
    --------
    >>> box_blur(2)
    array([[0.25, 0.25],
           [0.25, 0.25]])
    """
    k_h, k_w = _kernel_shape(size)
    return np.full((k_h, k_w), 1 / (k_h * k_w))


def gaussian_blur(size: int | tuple[int, int], sigma: float) -> Array:
    r"""
    Make a kernel that averages with weights that fall off like a bell.

    .. math:: K_{a,b} \propto \exp\bigl(-(y_a^2 + x_b^2) / 2\sigma^2\bigr)

    Parameters
    ----------
    size : int or (int, int)
        Height and width of the window, in pixels; about ``6 * sigma`` holds all that matters.
    sigma : float
        The bell's standard deviation, in pixels.

    Returns
    -------
    K : ndarray, shape (k_h, k_w), float64
        Weights that sum to 1, largest in the middle.

    Raises
    ------
    ValueError, TypeError
        If `size` is not one or two positive whole numbers, `sigma` is not above zero, or the kernel would not fit into
        memory.

    References
    ----------
    R. Szeliski, *Computer Vision: Algorithms and Applications*, 2nd edition, 2022, section 3.2.

    Examples
    --------
    >>> gaussian_blur((1, 3), sigma=1).round(3)
    array([[0.274, 0.452, 0.274]])
    """
    y, x = _centred_grid(_kernel_shape(size))
    sigma = real_number(sigma, "sigma", positive=True)
    squares = y**2 + x**2
    # Shifted by the peak before sigma divides them, so that a tiny sigma leaves the middle, not 0 / 0.
    with np.errstate(over="ignore"):
        bell: Array = np.exp(-(squares - squares.min()) / sigma / sigma / 2)
    bell /= bell.sum()
    return bell


def gabor(size: int | tuple[int, int], wavelength: float, angle: float = 0.0, sigma: float | None = None) -> Array:
    r"""
    Make an even-symmetric Gabor kernel: a cosine grating under a round bell, the model of a simple cell in the cortex.

    .. math:: K_{a,b} \propto \bigl(\cos(2\pi u / \lambda) - c\bigr)\, e^{-(x^2 + y^2) / 2\sigma^2},
              \qquad u = x \cos\theta - y \sin\theta

    Parameters
    ----------
    size : int or (int, int)
        Height and width of the window, in pixels.
    wavelength : float
        The length of one period of the grating, in pixels.
    angle : float
        Where the grating runs to, in degrees counter-clockwise from "to the right": 0 has vertical bars.
    sigma : float, optional
        The bell's standard deviation, in pixels; ``wavelength / 2`` if left out: one bar with a flank on each side.

    Returns
    -------
    K : ndarray, shape (k_h, k_w), float64
        It sums to 0, so an even patch gives no response, and its absolute values sum to 1.

    Raises
    ------
    ValueError, TypeError
        If a size is not a positive whole number, a length is not above zero, or the window is too small for a grating.

    References
    ----------
    J. G. Daugman, *Uncertainty relation for resolution in space, spatial frequency, and orientation optimized by
    two-dimensional visual cortical filters*, 1985. D. J. Field, *Relations between the statistics of natural images and
    the response properties of cortical cells*, 1987.

    Examples
    --------
    >>> K = gabor(9, wavelength=4)
    >>> K.shape, K[4, 4] > 0, K[4, 6] < 0
    ((9, 9), np.True_, np.True_)
    """
    y, x = _centred_grid(_kernel_shape(size))
    wavelength = real_number(wavelength, "wavelength", positive=True)
    theta = np.deg2rad(real_number(angle, "angle"))
    sigma = wavelength / 2 if sigma is None else sigma
    bell = gaussian_blur(size, sigma)
    grating = np.cos(2 * np.pi * (x * np.cos(theta) - y * np.sin(theta)) / wavelength)
    balanced: Array = bell * (grating - (bell * grating).sum())
    total = np.abs(balanced).sum()
    if not total > 1e-12:
        raise ValueError(
            f"size, wavelength and sigma should leave some of the grating, but {size!r} pixels of wavelength "
            f"{wavelength:g} under a bell of sigma {sigma:g} come out even: pass a size of at least one wavelength, "
            "a wavelength of 2 pixels or more and a sigma near half of it."
        )
    balanced /= total
    return balanced


def _kernel_shape(size: object) -> tuple[int, int]:
    return affordable(size_pair(size, "size"), "The kernel")


def _centred_grid(shape: tuple[int, int]) -> tuple[Array, Array]:
    """Return row and column offsets from the window's middle, in pixels."""
    k_h, k_w = shape
    return np.arange(k_h)[:, None] - (k_h - 1) / 2, np.arange(k_w)[None, :] - (k_w - 1) / 2
