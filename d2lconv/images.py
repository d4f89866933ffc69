"""The small images of the text, and one photograph.

Each call makes a new float64 array, so that changing one changes nothing else. 0 is black, 1 is white.
"""

from __future__ import annotations

import numpy as np

from d2lconv._validate import Array


def arange_image() -> Array:
    """
    Make the 3 × 3 image of the first figure: the numbers 0 to 8 in reading order.

    Returns
    -------
    X : ndarray, shape (3, 3), float64

    Examples
    --------
    >>> arange_image()
    array([[0., 1., 2.],
           [3., 4., 5.],
           [6., 7., 8.]])
    """
    return np.arange(9.0).reshape(3, 3)


def edge_image() -> Array:
    """
    Make the 6 × 8 image with two vertical edges: white, four black columns, white.

    Returns
    -------
    X : ndarray, shape (6, 8), float64

    Examples
    --------
    >>> edge_image()[0]
    array([1., 1., 0., 0., 0., 0., 1., 1.])
    """
    X = np.ones((6, 8))
    X[:, 2:6] = 0
    return X


def diagonal_image() -> Array:
    """
    Make the 6 × 6 image of exercise 1: both diagonals white on black.

    It is its own transpose, and its own mirror image.

    Returns
    -------
    X : ndarray, shape (6, 6), float64

    Examples
    --------
    >>> diagonal_image()[:2]
    array([[1., 0., 0., 0., 0., 1.],
           [0., 1., 0., 0., 1., 0.]])
    """
    return np.maximum(np.eye(6), np.eye(6)[::-1])


def photo() -> Array:
    """
    Load a photograph: Grace Hopper in uniform, which matplotlib ships for its examples.

    Returns
    -------
    X : ndarray, shape (256, 256), float64
        Her head and shoulders, at half the original's size: the luminance (ITU-R BT.601) of each 2 × 2 block of pixels,
        averaged, from 0 (black) to 1 (white).

    Examples
    --------
    >>> photo().shape
    (256, 256)
    """
    from matplotlib import cbook  # imported here: the other images do not need it
    from PIL import Image

    path = cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)
    luminance = np.asarray(Image.open(path)) / 255 @ [0.299, 0.587, 0.114]
    height, width = luminance.shape
    halved: Array = luminance.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))
    return halved[:256]
