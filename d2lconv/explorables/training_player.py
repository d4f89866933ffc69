"""How a kernel is learned: gradient descent that runs in the page, from any start and at any learning rate."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from traitlets import Dict, Float, Int, observe, validate

from d2lconv._validate import Array, output_shape, real_number, whole_number
from d2lconv.explorables._cells import Cells, drawable, rows_for_page
from d2lconv.explorables._figure import Figure, between
from d2lconv.explorables._module import script
from d2lconv.explorables._room import HINT, LINE, ROW_GAP, control, heights, stage
from d2lconv.layers import Conv2D
from d2lconv.training import History, fit

MOST_EPOCHS = 200
LARGEST = 1e50  # magnitude, as in the page: it is squared, and squared again
TITLE, CURVE = 19.5, 150  # how high the page draws them


class TrainingPlayer(Figure):
    """
    Let a kernel descend: drag its start over the bowl of the loss, and slide the learning rate across the limit.

    The page takes the steps of `fit` for a layer without bias. Beside the loss by epoch it shows the learned kernel,
    and the prediction beside the target. A kernel of two weights has a picture of the bowl. A reader may also learn the
    same kernel from noise or from a plain image: `X` and `Y` follow.

    Parameters
    ----------
    X : array_like, shape (n_h, n_w)
        The image, at most 16 × 20.
    Y : array_like, shape (n_h - k_h + 1, n_w - k_w + 1)
        The target.
    weight : array_like, shape (k_h, k_w)
        The kernel to start from.
    lr : float
        The learning rate, above zero.
    epochs : int
        How many steps the run has, from 1 to 200.

    Attributes
    ----------
    X, Y, weight : ndarray, float64
        As above; assign others of the same shape to change them.
    lr : float
        The learning rate.
    epoch : int
        How many steps the kernel that is shown has taken.
    epochs : int
        How many steps the run has.

    Raises
    ------
    ValueError, TypeError
        If an array is no finite matrix, does not fit or has more cells than a page can draw, or a number makes no
        sense.

    Examples
    --------
    >>> from d2lconv import corr2d
    >>> from d2lconv.images import edge_image
    >>> X = edge_image()
    >>> player = TrainingPlayer(X, corr2d(X, [[1, -1]]), [[-1.2, 1.2]], lr=0.03)
    >>> player.epoch = 10
    >>> player.history.weight[player.epoch].round(2)
    array([[[[ 0.97, -0.97]]]])
    """

    _esm = script("training_player")

    X = Cells()
    Y = Cells()
    weight = Cells()
    lr = Float().tag(sync=True)
    epoch = Int().tag(sync=True)
    epochs = Int().tag(sync=True)
    _start = Dict().tag(sync=True)  # what "Reset" brings back

    def __init__(self, X: ArrayLike, Y: ArrayLike, weight: ArrayLike, lr: float, *, epochs: int = 30) -> None:
        X, Y, weight = _finite(X, "X"), _finite(Y, "Y"), _finite(weight, "weight")
        made = output_shape(X.shape, weight.shape)
        if Y.shape != made:
            raise ValueError(
                f"Y should have the shape of what the kernel makes of X, {made}, but its shape is {Y.shape}: "
                "pass a target such as corr2d(X, K)."
            )
        lr, epochs = real_number(lr, "lr", positive=True), whole_number(epochs, "epochs", most=MOST_EPOCHS)
        super().__init__(X=X, Y=Y, weight=weight, lr=lr, epochs=epochs)
        self._heights = heights(self._height)
        cells = {name: rows_for_page(getattr(self, name)) for name in ("X", "Y", "weight")}
        self._start = {**cells, "lr": lr, "epoch": 0, "epochs": epochs}

    @property
    def history(self) -> History:
        """The run that the page shows, as `fit` records it."""
        layer = Conv2D(self.weight.shape, weight=self.weight, bias=False)
        return fit(layer, self.X[None, None], self.Y[None, None], lr=self.lr, epochs=self.epochs)

    def _height(self, inner: float) -> float:
        pair, wide = self.weight.size == 2, inner >= 500
        words = 16 + LINE * (2 if pair and not wide else 1) + (HINT if wide else 2 * HINT)
        return self._descent(inner) + words + stage(self.Y.shape, self.weight.shape, self.Y.shape, inner, least=14)

    def _descent(self, inner: float) -> float:
        """Return the height of the bowl, the controls and the curve."""
        pair = self.weight.size == 2
        row = control(inner)
        thumb = 44 if row == 44 else 28  # how high the rate's range is
        sliders = 1 + 2 * pair
        wrapped = 54 if inner < 285 else 0  # the choice of an image is below the buttons
        side = sliders * (row + 4) + (30.5 + thumb) + (8 + row) + wrapped + TITLE + CURVE
        if not pair:
            return side
        beside = inner >= 628
        picture = TITLE + min(340, (inner - 28) / 2 if beside else inner) - 16
        return max(picture, side) if beside else picture + ROW_GAP + side

    @validate("X", "Y", "weight")
    def _keeps_its_shape(self, proposal: Any) -> Array:
        name, array = proposal["trait"].name, _finite(proposal["value"], proposal["trait"].name)
        if self._start and array.shape != np.shape(self._start[name]):
            raise ValueError(
                f"{name} should keep its shape, {np.shape(self._start[name])}, but came with {array.shape}: "
                "make another player."
            )
        return proposal["value"]  # type: ignore[no-any-return]

    @validate("lr")
    def _above_zero(self, proposal: Any) -> float:
        return real_number(proposal["value"], "lr", positive=True)

    @validate("epochs")
    def _some_steps(self, proposal: Any) -> int:
        return between(proposal["value"], 1, MOST_EPOCHS)

    @validate("epoch")
    def _within_the_run(self, proposal: Any) -> int:
        return between(proposal["value"], 0, self.epochs)

    @observe("epochs")
    def _stay_within_the_run(self, change: Any) -> None:
        self.epoch = self.epoch


def _finite(A: object, name: str) -> Array:
    array = drawable(A, name)
    if not (np.abs(array) <= LARGEST).all():  # as NaN is not, either
        worst = array.flat[np.abs(array).argmax()]
        raise ValueError(
            f"{name} should hold numbers up to {LARGEST:g}, whose squares are finite, but holds {worst:g}: "
            "scale it down, or replace NaN with np.nan_to_num first."
        )
    return array
