"""The kernel's window on an image, with the arithmetic under it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from traitlets import Bool, Dict, Int, List, observe, validate

from d2lconv._validate import Array, output_shape, whole_number
from d2lconv.explorables._cells import Cells, drawable, rows_for_page
from d2lconv.explorables._figure import between
from d2lconv.explorables._module import script
from d2lconv.explorables._operator import Operated
from d2lconv.explorables._room import HINT, controls, formula, heights, note, sentence, stage
from d2lconv.operators import corr2d

MOST_TERMS = 12  # that the page writes out
MOST_PADDING, MOST_STRIDE = 3, 4


class KernelWindow(Operated):
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
        Where the window starts, as the place of its output, counted from 0. A place outside the output becomes the
        nearest one inside.
    flip : bool
        Whether the kernel is flipped before it slides: strict convolution.
    padding : int, optional
        How many rows and columns of zeros lie around the image, at most 3. Without it there are none; with it, 0 too,
        the figure has a slider "Padding".
    stride : int, optional
        How many rows or columns the window moves at a time, at most 4. Without it one; with it, the figure has a slider
        "Stride".
    operator : callable, optional
        A function of your own that computes the outputs, wherever Python runs: a notebook. It gets copies of the image
        with its padding and of the kernel, both as the figure shows them, so the flipped kernel where "Flip kernel" is
        ticked; its window moves by one, so `stride` has no place beside it. The figure holds what comes back beside its
        own sums, and says so where an output differs, has another shape, or does not come at all. What the function
        prints is dropped, as in `d2lconv.check`.

    Attributes
    ----------
    X, K : ndarray, float64
        The image and the kernel as edited; assign another array to change them.
    row, col : int
        Where the window is, as the place of its output.
    flip : bool
        Whether the kernel is flipped before it slides.
    padding, stride : int
        The zeros around the image, and the window's step.
    operator : callable or None
        As above; assign another function, or one that was mended, to see what that gives.

    Raises
    ------
    ValueError, TypeError
        If `X` or `K` is no real matrix, does not fit, or has more cells than a page can draw, or `padding` or `stride`
        is no whole number in its range, or `operator` cannot be called, or comes with a stride.

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
    >>> KernelWindow(arange_image(), [[0, 1], [2, 3]], padding=1, stride=2).Y
    array([[ 0.,  8.],
           [21., 43.]])

    A function of one's own moves the window, here one that takes the greatest product instead of the sum:

    >>> def greatest(X, K):
    ...     Y = np.zeros((X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1))
    ...     for i, j in np.ndindex(Y.shape):
    ...         Y[i, j] = (X[i : i + K.shape[0], j : j + K.shape[1]] * K).max()
    ...     return Y
    >>> KernelWindow(arange_image(), [[0, 1], [2, 3]], operator=greatest).Y
    array([[12., 15.],
           [21., 24.]])
    """

    _esm = script("kernel_window")

    X = Cells()
    K = Cells()
    row = Int().tag(sync=True)
    col = Int().tag(sync=True)
    flip = Bool().tag(sync=True)
    padding = Int(0).tag(sync=True)
    stride = Int(1).tag(sync=True)
    _start = Dict().tag(sync=True)  # what "Reset" brings back
    _sliders: List[Any] = List().tag(sync=True)  # which of padding and stride a reader may change

    def __init__(
        self,
        X: ArrayLike,
        K: ArrayLike,
        row: int = 0,
        col: int = 0,
        flip: bool = False,
        *,
        padding: int | None = None,
        stride: int | None = None,
        operator: Callable[[Array, Array], ArrayLike] | None = None,
    ) -> None:
        X, K = drawable(X, "X"), drawable(K, "K")
        sliders = [name for name, value in (("padding", padding), ("stride", stride)) if value is not None]
        step = {"padding": _padding(padding or 0), "stride": _stride(1 if stride is None else stride)}
        _output_shape(X.shape, K.shape, step["padding"], step["stride"])
        row, col = whole_number(row, "row", least=0), whole_number(col, "col", least=0)
        super().__init__(X=X, K=K, row=row, col=col, flip=flip, operator=operator, _sliders=sliders, **step)
        self._heights = heights(self._height)
        place = {"row": self.row, "col": self.col, "flip": flip}
        self._start = {"X": rows_for_page(X), "K": rows_for_page(K), **place, **step}

    @property
    def Y(self) -> Array | None:
        """
        The output, shape ``((n_h + 2p - k_h) // s + 1, (n_w + 2p - k_w) // s + 1)`` for padding p, stride s.

        It is what `operator` gave, if there is one; None where that is no output.
        """
        return corr2d(*self._shown())[:: self.stride, :: self.stride] if self.operator is None else self._given()

    def _shown(self) -> tuple[Array, Array]:
        return np.pad(self.X, self.padding), np.flip(self.K) if self.flip else self.K

    def _height(self, inner: float) -> float:
        X, K = self.X[: len(self.K), : self.K.shape[1]].flat, self.K.flat
        terms = [f"{x:.4g}×{k:.4g} + " for x, k in zip(X, K, strict=False)][:MOST_TERMS]
        # There is room for all that the sliders may ask for.
        most = max(self.padding, min(MOST_PADDING, max(self.K.shape)))
        p = most if "padding" in self._sliders else self.padding
        s = 1 if "stride" in self._sliders else self.stride
        n_h, n_w = self.X.shape
        output = _output_shape(self.X.shape, self.K.shape, p, s)
        grids = stage((n_h + 2 * p, n_w + 2 * p), self.K.shape, output, inner, least=24)
        sliders = controls(2 + len(self._sliders), inner, buttons=True)
        wrapped = 54 if inner < 440 else 0  # the switches are below the buttons
        plain = not self._sliders and p == 0 and s == 1
        sizes = formula(42 if plain else 62, inner)
        words = sentence(len("".join(terms)) + 4, inner) + note(self._output, inner) + HINT
        return grids + sliders + wrapped + sizes + words

    @validate("X", "K", "padding", "stride", "operator")
    def _fits(self, proposal: Any) -> Any:
        name, value = proposal["trait"].name, proposal["value"]
        if name in ("padding", "stride"):
            value = _padding(value) if name == "padding" else _stride(value)
        traits = ("X", "K", "padding", "stride", "operator")
        now = {trait: getattr(self, trait) for trait in traits} | {name: value}
        if now["operator"] is not None and (now["stride"] > 1 or "stride" in self._sliders):
            raise ValueError(
                "stride should be left out where an operator computes the outputs, because its window moves by one: "
                "pass one of the two."
            )
        _output_shape(now["X"].shape, now["K"].shape, now["padding"], now["stride"])
        return value

    @validate("row", "col")
    def _inside(self, proposal: Any) -> int:
        axis = 0 if proposal["trait"].name == "row" else 1
        shape = _output_shape(self.X.shape, self.K.shape, self.padding, self.stride)
        return between(proposal["value"], 0, shape[axis] - 1)

    @observe("X", "K", "padding", "flip", "operator")
    def _compute(self, change: Any) -> None:
        self._ask("X", "K", "padding", "flip")

    @observe("X", "K", "padding", "stride")
    def _stay_inside(self, change: Any) -> None:
        self.row, self.col = self.row, self.col


def _padding(value: object) -> int:
    return whole_number(value, "padding", least=0, most=MOST_PADDING)


def _stride(value: object) -> int:
    return whole_number(value, "stride", most=MOST_STRIDE)


def _output_shape(image: tuple[int, ...], kernel: tuple[int, ...], padding: int, stride: int) -> tuple[int, int]:
    n_h, n_w = (n + 2 * padding for n in image)
    h, w = output_shape((n_h, n_w), kernel)
    return (h - 1) // stride + 1, (w - 1) // stride + 1
