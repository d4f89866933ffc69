"""What a unit of a deep layer sees of every layer before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from traitlets import Int, List, observe, validate

from d2lconv._validate import whole_number
from d2lconv.explorables._figure import Figure, between
from d2lconv.explorables._module import script
from d2lconv.explorables._room import controls, heights, sentence
from d2lconv.receptive import receptive_field

INPUT = 13  # the input's height and width: room for six layers of 3 × 3
MOST_LAYERS, LARGEST_KERNEL = 6, 7


def _sizes_with_room(kernel_sizes: Sequence[int]) -> list[int]:
    field, _ = receptive_field(kernel_sizes)
    sizes = [whole_number(size, "kernel_sizes") for size in kernel_sizes]
    if not 1 <= len(sizes) <= MOST_LAYERS or max(sizes) > LARGEST_KERNEL or field > INPUT:
        raise ValueError(
            f"kernel_sizes should be 1 to {MOST_LAYERS} layers of kernels up to {LARGEST_KERNEL} that together see at "
            f"most {INPUT} × {INPUT} elements, the input that the figure draws, but {sizes} sees {field} × {field}: "
            "drop a layer, or call receptive_field, which has no such limit."
        )
    return sizes


def _field(kernel_sizes: list[int]) -> int:
    return receptive_field(kernel_sizes)[0] if kernel_sizes else 1


class ReceptiveField(Figure):
    """
    Press a unit of a stack of layers, and see its field in each layer before it, and its reach in each one after.

    Parameters
    ----------
    kernel_sizes : sequence of int
        The square kernels' sizes, from the layer next to the input to the last. Together they may see 13 × 13 elements,
        the input that the figure draws.

    Attributes
    ----------
    kernel_sizes : list of int
        The kernels' sizes, one a layer.
    layers : int
        How many layers there are, 1 to 6; a new one has the last one's kernel size.
    kernel_size : int
        The last layer's kernel size, 1 to 7; setting it sets every layer's.
    layer, row, col : int
        The unit pointed at: its layer (0 is the input) and its place in it, counted from 0.

    Raises
    ------
    ValueError, TypeError
        If a size is no positive whole number, or the figure has no room for the layers.

    Examples
    --------
    >>> figure = ReceptiveField([2, 2])
    >>> figure.layer
    2
    >>> figure.layers = 4
    >>> figure.kernel_sizes
    [2, 2, 2, 2]
    """

    _esm = script("receptive_field")

    kernel_sizes: List[Any] = List().tag(sync=True)
    layers = Int().tag(sync=True)
    kernel_size = Int().tag(sync=True)
    layer = Int().tag(sync=True)
    row = Int().tag(sync=True)
    col = Int().tag(sync=True)

    def __init__(self, kernel_sizes: Sequence[int]) -> None:
        super().__init__(kernel_sizes=_sizes_with_room(kernel_sizes))
        self._heights = heights(self._height)

    def _height(self, inner: float) -> float:
        words = len("Layer 1 sees 1 = 1 rows and columns of the input") + 10 * self.layers
        return (304 if inner >= 600 else 440) + controls(5, inner) + sentence(words, inner)

    @validate("kernel_sizes")
    def _has_room(self, proposal: Any) -> list[int]:
        return _sizes_with_room(proposal["value"])

    @validate("layers")
    def _as_deep_as_fits(self, proposal: Any) -> int:
        room = INPUT - receptive_field(self.kernel_sizes)[0]
        most = len(self.kernel_sizes) + room // max(1, self.kernel_sizes[-1] - 1)
        return between(proposal["value"], 1, min(MOST_LAYERS, most))

    @validate("kernel_size")
    def _as_wide_as_fits(self, proposal: Any) -> int:
        if proposal["value"] == self.kernel_sizes[-1]:
            return int(proposal["value"])
        return between(proposal["value"], 1, min(LARGEST_KERNEL, 1 + (INPUT - 1) // len(self.kernel_sizes)))

    @validate("layer")
    def _one_of_the_layers(self, proposal: Any) -> int:
        return between(proposal["value"], 0, len(self.kernel_sizes))

    @validate("row", "col")
    def _inside(self, proposal: Any) -> int:
        return between(proposal["value"], 0, INPUT - _field(self.kernel_sizes[: self.layer]))

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

    @observe("kernel_sizes")
    def _point_at_the_last(self, change: Any) -> None:
        self.layers, self.kernel_size = len(self.kernel_sizes), self.kernel_sizes[-1]
        self.layer = self.layers
        self.row = self.col = (INPUT - receptive_field(self.kernel_sizes)[0]) // 2
