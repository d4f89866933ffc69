"""Named kernels on a real photograph."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from traitlets import Int, TraitType, Unicode, observe, validate

from d2lconv import filters
from d2lconv._validate import Array, real_array, real_number
from d2lconv.explorables._figure import Figure, between
from d2lconv.explorables._module import script
from d2lconv.explorables._room import CAPTION, LEGEND, ROW_GAP, controls, heights, sentence

KERNELS = ("edge", "second difference", "box blur", "Gaussian blur", "sharpen", "Gabor", "identity")
SMALLEST, LARGEST = 3, 15
MOST_PIXELS = 384 * 384


def _photograph(image: object) -> Array:
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


def _to_page(image: Array, widget: object) -> dict[str, Any]:
    return {"shape": image.shape, "bytes": np.round(255 * image).astype(np.uint8).tobytes()}


class Photograph(TraitType[Array, Any]):
    """Brightness from 0 to 1, which a page draws as pixels."""

    def validate(self, obj: object, value: object) -> Array:
        """Return `value` as an array of its own."""
        return _photograph(value)


class Angle(TraitType[float, Any]):
    """A direction, in degrees from 0 to less than 360."""

    def validate(self, obj: Any, value: Any) -> float:
        """Return `value` without its whole turns."""
        return real_number(value, str(self.name)) % 360


class FilterLab(Figure):
    """
    Pick a kernel for a photograph, turn it, widen it, and see its feature map.

    Parameters
    ----------
    image : array_like, shape (n_h, n_w)
        The photograph, from 0 (black) to 1 (white): at least 15 pixels high and wide, at most 384 × 384 in all.
    kernel : str
        ``"edge"``, ``"second difference"``, ``"box blur"``, ``"Gaussian blur"``, ``"sharpen"``, ``"Gabor"`` or
        ``"identity"``.
    angle : float
        The direction that an edge or Gabor kernel responds to, in degrees counter-clockwise from "to the right". A
        second difference takes the nearer axis.
    size : int
        Height and width of a blur, sharpen, Gabor or identity kernel, in pixels: 3 to 15, odd.

    Attributes
    ----------
    image : ndarray, float64
        The photograph.
    kernel, angle, size
        As above; assign to them to move the figure.
    row, col : int
        Where the window's upper left corner is, counted from 0.

    Raises
    ------
    ValueError, TypeError
        If `image` is no photograph as described, or `kernel` is none of the names.

    Examples
    --------
    >>> from d2lconv.images import photo
    >>> lab = FilterLab(photo(), kernel="box blur", size=3)
    >>> lab.K.sum().round(12)
    np.float64(1.0)
    """

    _esm = script("filter_lab")

    image = Photograph(np.zeros((LARGEST, LARGEST))).tag(sync=True, to_json=_to_page)
    kernel = Unicode().tag(sync=True)
    angle = Angle(0.0).tag(sync=True)
    size = Int().tag(sync=True)
    row = Int().tag(sync=True)
    col = Int().tag(sync=True)

    def __init__(self, image: ArrayLike, kernel: str = "edge", angle: float = 0.0, size: int = 7) -> None:
        image = _photograph(image)
        row, col = image.shape[0] // 3, image.shape[1] // 3
        super().__init__(image=image, kernel=kernel, angle=angle, size=size, row=row, col=col)
        self._heights = heights(self._height)

    def _height(self, inner: float) -> float:
        (n_h, n_w), (k_h, k_w) = self.image.shape, self.K.shape
        beside = inner > 600
        pixel = min(1.5, (inner - 270 if beside else inner - 12) / 2 / n_w)
        pictures = CAPTION + n_h * pixel + (LEGEND if beside else max(0, LEGEND - (k_h - 1) * pixel))
        kernel = CAPTION + min(50, 150 / max(k_h, k_w)) * k_h
        grids = max(pictures, kernel) if beside else pictures + ROW_GAP + kernel
        return float(grids + controls(5, inner) + sentence(42, inner))

    @property
    def K(self) -> Array:
        """The kernel as the figure shows it, made by `d2lconv.filters`."""
        theta = np.deg2rad(self.angle)
        match self.kernel:
            case "edge":
                return filters.edge((-np.sin(theta), np.cos(theta)))
            case "second difference":
                # The nearest axis, and halfway the next one, as in the page; `round` would take the even one.
                return filters.finite_difference(2, axis=0 if np.floor(self.angle / 90 + 0.5) % 2 else 1)
            case "box blur":
                return filters.box_blur(self.size)
            case "Gaussian blur":
                return filters.gaussian_blur(self.size, self.size / 6)
            case "sharpen":  # the image, and once more what a blur takes from it
                return 2 * _identity(self.size) - filters.gaussian_blur(self.size, self.size / 6)
            case "Gabor":
                return filters.gabor(self.size, self.size / 1.5, self.angle)
            case _:
                return _identity(self.size)

    @validate("kernel")
    def _is_named(self, proposal: Any) -> str:
        if proposal["value"] not in KERNELS:
            raise ValueError(
                f"kernel should be one of {', '.join(KERNELS)}, but came as {proposal['value']!r}: pass such a name."
            )
        return str(proposal["value"])

    @validate("size")
    def _odd_and_in_range(self, proposal: Any) -> int:
        return between(proposal["value"] // 2 * 2 + 1, SMALLEST, LARGEST)

    @validate("row", "col")
    def _inside(self, proposal: Any) -> int:
        axis = 0 if proposal["trait"].name == "row" else 1
        return between(proposal["value"], 0, self.image.shape[axis] - self.K.shape[axis])

    @observe("image", "kernel", "angle", "size")
    def _stay_inside(self, change: Any) -> None:
        self.row, self.col = self.row, self.col


def _identity(size: int) -> Array:
    K = np.zeros((size, size))
    K[size // 2, size // 2] = 1
    return K
