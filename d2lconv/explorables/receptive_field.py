"""What a unit of a deep layer sees of every layer before it, and by how many paths."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

from traitlets import Int, List, observe, validate

from d2lconv._validate import whole_number
from d2lconv.explorables._figure import Figure, between
from d2lconv.explorables._module import script
from d2lconv.explorables._room import controls, heights, sentence
from d2lconv.receptive import receptive_field

INPUT = 13  # the input's height and width: room for six layers of 3 × 3
MOST_LAYERS, LARGEST_KERNEL, LARGEST_STRIDE = 6, 11, 3


def _with_room(kernel_sizes: Sequence[int], strides: Sequence[int] | None) -> tuple[list[int], list[int]]:
    field, _ = receptive_field(kernel_sizes, strides)
    sizes = [whole_number(size, "kernel_sizes") for size in kernel_sizes]
    steps = [whole_number(step, "strides", most=LARGEST_STRIDE) for step in strides or [1] * len(sizes)]
    if not 1 <= len(sizes) <= MOST_LAYERS or max(sizes) > LARGEST_KERNEL or field > INPUT:
        moved = f" with strides {steps}" if set(steps) - {1} else ""
        raise ValueError(
            f"kernel_sizes should be 1 to {MOST_LAYERS} layers of kernels up to {LARGEST_KERNEL} that together see at "
            f"most {INPUT} × {INPUT} elements, the input that the figure draws, but {sizes}{moved} sees {field} × "
            f"{field}: drop a layer, or call receptive_field, which has no such limit."
        )
    return sizes, steps


def _jumps(strides: Sequence[int]) -> list[int]:
    """Return how far apart in the input the windows of neighbouring units begin, for each layer and one after it."""
    return [*itertools.accumulate(strides, initial=1, func=lambda jump, stride: jump * stride)]


class ReceptiveField(Figure):
    """
    Press a unit of a stack of layers, and see its field in each layer before it, and its reach in each one after.

    A field's shades are numbers of paths: by how many ways an element leads to the unit.

    Parameters
    ----------
    kernel_sizes : sequence of int
        The square kernels' sizes, from the layer next to the input to the last. Together they may see 13 × 13 elements,
        the input that the figure draws.
    strides : sequence of int, optional
        How far each layer's window moves from one output to the next, 1 to 3 elements; 1 everywhere if left out.

    Attributes
    ----------
    kernel_sizes : list of int
        The kernels' sizes, one a layer.
    strides : list of int
        The strides, one a layer; a new layer has stride 1.
    layers : int
        How many layers there are, 1 to 6; a new one has the last one's kernel size.
    kernel_size : int
        The last layer's kernel size, 1 to 11; setting it sets every layer's.
    layer, row, col : int
        The unit pointed at: its layer (0 is the input) and its place in it, counted from 0.

    Raises
    ------
    ValueError, TypeError
        If a size or a stride is no positive whole number, or the figure has no room for the layers.

    Examples
    --------
    >>> figure = ReceptiveField([2, 2], strides=[2, 1])
    >>> figure.layer
    2
    >>> figure.layers = 4
    >>> figure.kernel_sizes, figure.strides
    ([2, 2, 2, 2], [2, 1, 1, 1])
    """

    _esm = script("receptive_field")

    kernel_sizes: List[Any] = List().tag(sync=True)
    strides: List[Any] = List().tag(sync=True)
    layers = Int().tag(sync=True)
    kernel_size = Int().tag(sync=True)
    layer = Int().tag(sync=True)
    row = Int().tag(sync=True)
    col = Int().tag(sync=True)

    def __init__(self, kernel_sizes: Sequence[int], strides: Sequence[int] | None = None) -> None:
        sizes, steps = _with_room(kernel_sizes, strides)
        super().__init__(kernel_sizes=sizes, strides=steps)
        self._heights = heights(self._height)

    def _height(self, inner: float) -> float:
        beside, phone = inner >= 600, inner < 446
        stage = 304 + 19.5 if beside else 440 + 39
        words = len("A unit of layer 1 sees 1 × 1 of the input with 10 weights: 1 = 1") + 10 * self.layers
        buttons, strides = 52 if phone else 40, 22.5 if phone else 0
        return stage + buttons + controls(6, inner) + strides + sentence(words, inner)

    def _n(self, layer: int) -> int:
        """Return how many elements a layer has along one axis."""
        n = INPUT
        for size, stride in zip(self.kernel_sizes[:layer], self.strides, strict=False):
            n = (n - size) // stride + 1
        return n

    def _padded(self, count: int) -> list[int]:
        """Return the strides of so many layers, where a new one moves by 1."""
        return [*self.strides, *[1] * count][:count]

    @validate("kernel_sizes")
    def _has_room(self, proposal: Any) -> list[int]:
        return _with_room(proposal["value"], self._padded(len(proposal["value"])))[0]

    @validate("strides")
    def _leave_room(self, proposal: Any) -> list[int]:
        return _with_room(self.kernel_sizes, proposal["value"])[1]

    @validate("layers")
    def _as_deep_as_fits(self, proposal: Any) -> int:
        room = INPUT - receptive_field(self.kernel_sizes, self.strides)[0]
        most = len(self.kernel_sizes) + room // max(1, (self.kernel_sizes[-1] - 1) * math.prod(self.strides))
        return between(proposal["value"], 1, min(MOST_LAYERS, most))

    @validate("kernel_size")
    def _as_wide_as_fits(self, proposal: Any) -> int:
        if proposal["value"] == self.kernel_sizes[-1]:
            return int(proposal["value"])
        return between(proposal["value"], 1, min(LARGEST_KERNEL, 1 + (INPUT - 1) // sum(_jumps(self.strides)[:-1])))

    @validate("layer")
    def _one_of_the_layers(self, proposal: Any) -> int:
        return between(proposal["value"], 0, len(self.kernel_sizes))

    @validate("row", "col")
    def _inside(self, proposal: Any) -> int:
        return between(proposal["value"], 0, self._n(self.layer) - 1)

    @observe("layer")
    def _stay_inside(self, change: Any) -> None:
        self.row, self.col = self.row, self.col

    @observe("layers")
    def _stack(self, change: Any) -> None:
        added = self.layers - len(self.kernel_sizes)
        if added:
            self.kernel_sizes = self.kernel_sizes[: self.layers] + self.kernel_sizes[-1:] * added

    @observe("kernel_size")
    def _widen(self, change: Any) -> None:
        if self.kernel_size != self.kernel_sizes[-1]:
            self.kernel_sizes = [self.kernel_size] * len(self.kernel_sizes)

    @observe("kernel_sizes", "strides")
    def _point_at_the_last(self, change: Any) -> None:
        self.strides = self._padded(len(self.kernel_sizes))
        self.layers, self.kernel_size = len(self.kernel_sizes), self.kernel_sizes[-1]
        self.layer = self.layers
        self.row = self.col = (self._n(self.layer) - 1) // 2
