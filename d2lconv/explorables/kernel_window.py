"""The kernel's window on an image, with the arithmetic under it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from traitlets import Bool, Dict, Int, observe, validate

from d2lconv._validate import Array, output_shape, whole_number
from d2lconv.explorables._cells import Cells, drawable, rows_for_page
from d2lconv.explorables._figure import Figure, between
from d2lconv.explorables._module import script
from d2lconv.explorables._room import HINT, controls, heights, sentence, stage
from d2lconv.operators import corr2d

MOST_TERMS = 12  # that the page writes out


class KernelWindow(Figure):
    """
    Slide a kernel over an image by hand, and see every product and their sum.

    Its traits follow what a reader does in the page, and the page follows them: link a slider to `row`, or observe `X`.

    Parameters
    ----------
    X : array_like, shape (n_h, n_w)
        The image, at most 16 × 20.
    K : array_like, shape (k_h, k_w)
        The kernel, no larger than the image along either axis.
    row, col : int
        Where the window's upper left corner starts, counted from 0. A place outside the output becomes the nearest
        one inside.
    flip : bool
        Whether the kernel is flipped before it slides: strict convolution.

    Attributes
    ----------
    X, K : ndarray, float64
        The image and the kernel as edited; assign another array to change them.
    row, col : int
        Where the window is.
    flip : bool
        Whether the kernel is flipped before it slides.

    Raises
    ------
    ValueError, TypeError
        If `X` or `K` is no real matrix, does not fit, or has more cells than a page can draw.

    Examples
    --------
    >>> from d2lconv.images import arange_image
    >>> window = KernelWindow(arange_image(), [[0, 1], [2, 3]])
    >>> window.Y
    array([[19., 25.],
           [37., 43.]])
    >>> window.flip = True
    >>> window.Y[window.row, window.col]
    np.float64(5.0)
    """

    _esm = script("kernel_window")

    X = Cells()
    K = Cells()
    row = Int().tag(sync=True)
    col = Int().tag(sync=True)
    flip = Bool().tag(sync=True)
    _start = Dict().tag(sync=True)  # what "Reset" brings back

    def __init__(self, X: ArrayLike, K: ArrayLike, row: int = 0, col: int = 0, flip: bool = False) -> None:
        X, K = drawable(X, "X"), drawable(K, "K")
        output_shape(X.shape, K.shape)
        row, col = whole_number(row, "row", least=0), whole_number(col, "col", least=0)
        super().__init__(X=X, K=K, row=row, col=col, flip=flip)
        self._heights = heights(self._height)
        self._start = {"X": rows_for_page(X), "K": rows_for_page(K), "row": self.row, "col": self.col, "flip": flip}

    @property
    def Y(self) -> Array:
        """The output, shape (n_h - k_h + 1, n_w - k_w + 1)."""
        return corr2d(self.X, np.flip(self.K) if self.flip else self.K)

    def _height(self, inner: float) -> float:
        X, K = self.X[: len(self.K), : self.K.shape[1]].flat, self.K.flat
        terms = [f"{x:.4g}×{k:.4g} + " for x, k in zip(X, K, strict=True)][:MOST_TERMS]
        grids = stage(self.X.shape, self.K.shape, self.Y.shape, inner, least=24)
        wrapped = 54 if inner < 285 else 0  # the switch is below the buttons
        return grids + controls(2, inner, buttons=True) + wrapped + sentence(len("".join(terms)) + 4, inner) + HINT

    @validate("X", "K")
    def _fits(self, proposal: Any) -> Array:
        shapes = {"X": self.X.shape, "K": self.K.shape, proposal["trait"].name: proposal["value"].shape}
        output_shape(shapes["X"], shapes["K"])
        return proposal["value"]  # type: ignore[no-any-return]

    @validate("row", "col")
    def _inside(self, proposal: Any) -> int:
        axis = 0 if proposal["trait"].name == "row" else 1
        return between(proposal["value"], 0, self.X.shape[axis] - self.K.shape[axis])

    @observe("X", "K")
    def _stay_inside(self, change: Any) -> None:
        self.row, self.col = self.row, self.col
