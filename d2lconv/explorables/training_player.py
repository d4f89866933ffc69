"""How a layer learned its kernel, epoch by epoch and at several learning rates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from traitlets import Int, List, observe, validate

from d2lconv._validate import Array, output_shape
from d2lconv.explorables._cells import Cells, drawable, plain
from d2lconv.explorables._figure import Figure, between
from d2lconv.explorables._module import script
from d2lconv.explorables._room import HINT, controls, heights, sentence, stage
from d2lconv.training import History, max_stable_lr

CURVE = 202  # how high the page draws it, with what stays free below


class TrainingPlayer(Figure):
    """
    Play what `fit` recorded: the loss, the learned kernel, and the prediction beside the target.

    Parameters
    ----------
    histories : sequence of History
        Runs on one image with one channel, at most 16 × 20, and one target. They may differ in learning rate, in where
        they start and in how many epochs they last.

    Attributes
    ----------
    run : int
        Which of `histories` is shown, counted from 0.
    epoch : int
        How many updates the shown kernel has had.

    Raises
    ------
    ValueError, TypeError
        If `histories` is empty or holds anything else, or the runs have not one image and target in common.

    Examples
    --------
    >>> from d2lconv import Conv2D, corr2d, fit
    >>> from d2lconv.images import edge_image
    >>> X = edge_image()
    >>> Y = corr2d(X, [[1, -1]])
    >>> rates = [0.01, 0.03, 0.04]
    >>> runs = [fit(Conv2D((1, 2), rng=0, bias=False), X[None, None], Y[None, None], lr=lr) for lr in rates]
    >>> player = TrainingPlayer(runs)
    >>> player.run, player.epoch = 1, 10
    """

    _esm = script("training_player")

    X = Cells()
    Y = Cells()
    run = Int().tag(sync=True)
    epoch = Int().tag(sync=True)
    _runs: List[Any] = List().tag(sync=True)

    def __init__(self, histories: Sequence[History]) -> None:
        histories = [histories] if isinstance(histories, History) else list(histories)
        if not histories:
            raise ValueError("histories should hold at least one run, but is empty: pass what fit returned, [history].")
        for history in histories:
            if not isinstance(history, History):
                raise TypeError(
                    f"histories should hold what fit returns, but one is {type(history).__name__}: "
                    "pass a list of History."
                )
            _check_one_channel(history)
            if not (np.array_equal(history.X, histories[0].X) and np.array_equal(history.Y, histories[0].Y)):
                raise ValueError(
                    "histories should share one image and one target, but they differ: make one player for each pair."
                )
        X, Y = histories[0].X[0, 0], histories[0].Y[0, 0]
        super().__init__(
            X=drawable(X, "X"), Y=drawable(Y, "Y"), _runs=[_run_for_page(history) for history in histories]
        )
        self._heights = heights(self._height)

    def _height(self, inner: float) -> float:
        title = 19.5 if inner > 310 else HINT
        starts = {str((run["weight"][0], run["bias"] and run["bias"][0])) for run in self._runs}
        K = np.shape(self._runs[0]["weight"][0])
        words = 45 if np.prod(K) < 5 else 24
        above = title + CURVE + controls(2 + (len(starts) > 1), inner, buttons=True) + sentence(words, inner) + HINT
        return above + stage(self.Y.shape, K, self.Y.shape, inner, least=14)

    @validate("run")
    def _one_of_the_runs(self, proposal: Any) -> int:
        return between(proposal["value"], 0, len(self._runs) - 1)

    @validate("epoch")
    def _within_the_run(self, proposal: Any) -> int:
        return between(proposal["value"], 0, len(self._runs[self.run]["loss"]) - 1)

    @observe("run")
    def _stay_within_the_run(self, change: Any) -> None:
        self.epoch = self.epoch

    @validate("X", "Y")
    def _as_the_runs_had_it(self, proposal: Any) -> Array:
        shapes = {"X": self.X.shape, "Y": self.Y.shape, proposal["trait"].name: proposal["value"].shape}
        made = output_shape(shapes["X"], np.shape(self._runs[0]["weight"][0]))
        if shapes["Y"] != made:
            raise ValueError(
                f"Y should have the shape of what the layer makes of X, {made}, but its shape is {shapes['Y']}: "
                "train on the new image, and make another player."
            )
        return proposal["value"]  # type: ignore[no-any-return]


def _check_one_channel(history: History) -> None:
    for array, name in ((history.X, "X"), (history.Y, "Y")):
        if array.shape[:2] != (1, 1):
            raise ValueError(
                f"A history's {name} should be one image with one channel, (1, 1, height, width), but its shape is "
                f"{array.shape}: train a layer with one channel on one image."
            )


def _run_for_page(history: History) -> dict[str, Any]:
    X, kernels = history.X[0, 0], history.weight[:, 0, 0]
    stable = history.bias is None and np.isfinite(X).all()  # a bias would add a direction that max_stable_lr leaves out
    return {
        "lr": history.lr,
        "limit": plain(max_stable_lr(X, kernels.shape[1:])) if stable else None,
        "flip": history.flip,
        "loss": [_rounded(loss) for loss in history.loss],
        "weight": [[[_rounded(weight) for weight in row] for row in kernel] for kernel in kernels],
        "bias": [_rounded(bias) for bias in history.bias[:, 0]] if history.bias is not None else None,
    }


def _rounded(value: float) -> float | str:
    return plain(float(f"{value:.7g}"))  # a page shows fewer digits, and carries every run
