"""Photographs that are drawn as pixels, and how they travel to a page."""

from __future__ import annotations

from typing import Any

import numpy as np
from traitlets import TraitType

from d2lconv._validate import Array, real_array

LARGEST = 15  # kernel, along an axis, that is laid on a photograph
MOST_PIXELS = 384 * 384


def photograph(image: object) -> Array:
    """Return `image` as float64, if it runs from 0 to 1, has room for a kernel, and is small enough for a page."""
    array = real_array(image, "image", 2).astype(np.float64)
    if min(array.shape) < LARGEST:
        raise ValueError(
            f"image should be at least {LARGEST} pixels high and wide, the largest kernel's size, but its shape is "
            f"{array.shape}: use KernelWindow, which draws small images as cells."
        )
    if array.size > MOST_PIXELS:
        raise ValueError(
            f"image should have at most {MOST_PIXELS} pixels, which travel with the page, but its shape is "
            f"{array.shape}: pass a crop, or image[::2, ::2]."
        )
    if not (array.min() >= 0 and array.max() <= 1):
        raise ValueError(
            f"image should run from 0 (black) to 1 (white), but runs from {array.min():g} to {array.max():g}: "
            "divide it by 255, or use np.nan_to_num and np.clip first."
        )
    return array


def photograph_for_page(image: Array, widget: object = None) -> dict[str, Any]:
    """Return a photograph as a page takes it: one byte per pixel."""
    return {"shape": image.shape, "bytes": np.round(255 * image).astype(np.uint8).tobytes()}


class Photograph(TraitType[Array, Any]):
    """Brightness from 0 to 1, which a page draws as pixels."""

    def validate(self, obj: object, value: object) -> Array:
        """Return `value` as an array of its own."""
        return photograph(value)
