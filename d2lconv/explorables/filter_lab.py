"""Kernels on a real photograph: named, typed, or cut out of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from traitlets import Bool, Dict, Int, List, TraitType, Unicode, observe, validate

from d2lconv import filters
from d2lconv._validate import Array, real_array, real_number
from d2lconv.explorables._cells import Cells
from d2lconv.explorables._figure import between
from d2lconv.explorables._module import script
from d2lconv.explorables._operator import Operated
from d2lconv.explorables._pixels import LARGEST, Photograph, photograph, photograph_for_page
from d2lconv.explorables._room import CAPTION, HINT, LINE, ROW_GAP, controls, heights, note

KERNELS = ("edge", "second difference", "box blur", "Gaussian blur", "sharpen", "Gabor", "identity")
TYPED, CUT = "typed", "cut"  # kernels of the reader's own, and windows of the photograph
SHOWN = ("kernel", "angle", "size", "typed", "cut", "subtract_mean")  # what says which kernel is shown
SMALLEST = 3
KEY = 58.5  # below a map: the legend and what its scale is


def _weights(kernel: object, name: str) -> Array:
    array = real_array(kernel, name, 2).astype(np.float64)
    if max(array.shape) > LARGEST:
        raise ValueError(
            f"{name} should be at most {LARGEST} weights high and wide, but its shape is {array.shape}: "
            "pass a smaller one."
        )
    if not np.isfinite(array).all():
        raise ValueError(f"{name} should hold finite weights, but holds NaN or infinity: use np.nan_to_num first.")
    return array


class Weights(Cells):
    """A kernel that was typed, 15 × 15 at most."""

    def validate(self, obj: object, value: object) -> Array:
        """Return `value` as an array that nobody writes to: a change in place would not reach the page."""
        array = _weights(value, str(self.name))
        array.flags.writeable = False
        return array


class Angle(TraitType[float, Any]):
    """A direction, in degrees from 0 to less than 360."""

    def validate(self, obj: Any, value: Any) -> float:
        """Return `value` without its whole turns."""
        return real_number(value, str(self.name)) % 360


class FilterLab(Operated):
    """
    Pick a kernel for a photograph or type one, turn it, widen it, and see its feature map and every product in it.

    A reader may also look at a photograph of their own. It stays in their browser: `image`, and what is computed here,
    never have it.

    Parameters
    ----------
    image : array_like, shape (n_h, n_w)
        The photograph, from 0 (black) to 1 (white): at least 15 pixels high and wide, at most 384 × 384 in all.
    kernel : str or array_like, shape (k_h, k_w)
        ``"edge"``, ``"second difference"``, ``"box blur"``, ``"Gaussian blur"``, ``"sharpen"``, ``"Gabor"``,
        ``"identity"``, or a kernel of your own, at most 15 × 15. ``"typed"`` is the one in `typed`, ``"cut"`` is the
        window around `cut`.
    angle : float
        The direction that an edge or Gabor kernel responds to, in degrees counter-clockwise from "to the right". A
        second difference takes the nearer axis.
    size : int
        Height and width of a blur, sharpen, Gabor or identity kernel, or of a window that is cut out, in pixels: 3 to
        15, odd.
    operator : callable, optional
        A function of your own that computes the feature map, wherever Python runs: a notebook. It gets copies of the
        photograph, as the page has it, in whole steps of 1/255, and of the kernel that the figure shows. A loop in
        Python takes a moment for each kernel: pass a smaller photograph, such as ``image[::2, ::2]``. See also
        `KernelWindow`.

    Attributes
    ----------
    image : ndarray, float64
        The photograph.
    kernel : str
        One of the names above; assign to it to change the figure.
    typed : ndarray, float64
        The kernel that ``"typed"`` stands for.
    cut : list of int
        Row and column of the pixel under the middle of the window that ``"cut"`` stands for, counted from 0.
    subtract_mean : bool
        Whether that window's mean is subtracted, so that what is merely bright does not count as alike.
    angle, size, operator
        As above.
    row, col : int
        Where the window's upper left corner is, counted from 0.
    other : dict
        While two kernels are compared, the one that is not shown, and its ``name``, ``"A"`` or ``"B"``.

    Raises
    ------
    ValueError, TypeError
        If `image` is no photograph as described, or `kernel` neither one of the names nor a matrix as described, or
        `operator` cannot be called.

    Examples
    --------
    >>> from d2lconv.images import photo
    >>> lab = FilterLab(photo(), kernel="box blur", size=3)
    >>> lab.K.sum().round(12)
    np.float64(1.0)
    >>> FilterLab(photo(), kernel=[[1, -1]]).K
    array([[ 1., -1.]])

    A function of one's own makes the feature map, here one without signs:

    >>> from d2lconv import corr2d
    >>> lab = FilterLab(photo(), operator=lambda X, K: np.abs(corr2d(X, K)))
    """

    _esm = script("filter_lab")

    image = Photograph(np.zeros((LARGEST, LARGEST))).tag(sync=True, to_json=photograph_for_page)
    kernel = Unicode().tag(sync=True)
    angle = Angle(0.0).tag(sync=True)
    size = Int().tag(sync=True)
    typed = Weights()
    cut = List(Int()).tag(sync=True)
    subtract_mean = Bool(True).tag(sync=True)
    other = Dict().tag(sync=True)
    row = Int().tag(sync=True)
    col = Int().tag(sync=True)

    def __init__(
        self,
        image: ArrayLike,
        kernel: str | ArrayLike = "edge",
        angle: float = 0.0,
        size: int = 7,
        *,
        operator: Callable[[Array, Array], ArrayLike] | None = None,
    ) -> None:
        image = photograph(image)
        row, col = image.shape[0] // 3, image.shape[1] // 3
        name, typed = (kernel, _identity(3)) if isinstance(kernel, str) else (TYPED, _weights(kernel, "kernel"))
        super().__init__(
            image=image,
            kernel=name,
            typed=typed,
            angle=angle,
            size=size,
            row=row,
            col=col,
            cut=[row, col],
            operator=operator,
        )
        self._heights = heights(self._height)

    def _height(self, inner: float) -> float:
        n_h, n_w = self.image.shape
        pictures = CAPTION + n_h * min(1.5, (inner - 12) / 2 / n_w, 256 / n_h) + KEY
        loupe = CAPTION + min(190, (inner + 8) / 3)
        words = 16 + LINE + note(self._output, inner) + HINT
        more = 8 + (46.5 if inner < 446 else 32.5)
        return float(pictures + ROW_GAP + loupe + words + controls(5, inner) + more)

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
            case "typed":
                return self.typed.copy()
            case "cut":
                return self._window()
            case _:
                return _identity(self.size)

    def _window(self) -> Array:
        top, left = (
            between(at - self.size // 2, 0, n - self.size) for at, n in zip(self.cut, self.image.shape, strict=True)
        )
        window = _in_bytes(self.image[top : top + self.size, left : left + self.size])
        return window - window.mean() if self.subtract_mean else window

    def _shown(self) -> tuple[Array, Array]:
        return _in_bytes(self.image), self.K

    @validate("kernel")
    def _is_named(self, proposal: Any) -> str:
        if proposal["value"] not in (*KERNELS, TYPED, CUT):
            raise ValueError(
                f"kernel should be one of {', '.join(KERNELS)}, but came as {proposal['value']!r}: pass such a name, "
                "or assign a matrix to typed and pass 'typed'."
            )
        return str(proposal["value"])

    @validate("cut")
    def _is_a_pixel(self, proposal: Any) -> list[int]:
        if len(proposal["value"]) != 2:
            raise ValueError(f"cut should be a row and a column, but came as {proposal['value']!r}: pass [row, col].")
        return [between(at, 0, n - 1) for at, n in zip(proposal["value"], self.image.shape, strict=True)]

    @validate("other")
    def _is_a_kernel(self, proposal: Any) -> dict[str, Any]:
        other = proposal["value"]
        if other and (other.get("name") not in ("A", "B") or other.get("kernel") not in (*KERNELS, TYPED, CUT)):
            raise ValueError(
                f"other should be empty, or a kernel named A or B, but came as {other!r}: "
                "pass {} or, for instance, {'name': 'A', 'kernel': 'edge', 'angle': 30}."
            )
        return dict(other)

    @validate("size")
    def _odd_and_in_range(self, proposal: Any) -> int:
        return between(proposal["value"] // 2 * 2 + 1, SMALLEST, LARGEST)

    @validate("row", "col")
    def _inside(self, proposal: Any) -> int:
        axis = 0 if proposal["trait"].name == "row" else 1
        return between(proposal["value"], 0, self.image.shape[axis] - self.K.shape[axis])

    @observe("operator", "image", *SHOWN)
    def _compute(self, change: Any) -> None:
        self._ask(*SHOWN)

    @observe("image", "kernel", "angle", "size", "typed")
    def _stay_inside(self, change: Any) -> None:
        self.row, self.col, self.cut = self.row, self.col, self.cut


def _in_bytes(image: Array) -> Array:
    """Return a photograph, or a window of it, as the page has it."""
    pixels: Array = np.round(255 * image) / 255
    return pixels


def _identity(size: int) -> Array:
    K = np.zeros((size, size))
    K[size // 2, size // 2] = 1
    return K
