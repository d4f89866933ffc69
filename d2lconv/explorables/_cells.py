"""Arrays small enough to be drawn as cells, and how they travel to a page."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
from traitlets import TraitType

from d2lconv._validate import Array, real_array

MOST_ROWS, MOST_COLUMNS = 16, 20


def drawable(A: object, name: str) -> Array:
    """Return `A` as a float64 array of its own, no larger than a page can draw as cells."""
    array = real_array(A, name, 2)
    if array.shape[0] > MOST_ROWS or array.shape[1] > MOST_COLUMNS:
        raise ValueError(
            f"{name} should have at most {MOST_ROWS} rows and {MOST_COLUMNS} columns, which a page can draw as cells, "
            f"but its shape is {array.shape}: pass a crop, {name}[:{MOST_ROWS}, :{MOST_COLUMNS}], or use FilterLab, "
            "which draws pixels."
        )
    return array.astype(np.float64)


def plain(value: float) -> float | str:
    """Return a number as JSON can hold it: NaN and infinity as the words that JavaScript has for them."""
    value = float(value)
    return value if math.isfinite(value) else json.dumps(value)


def rows_for_page(array: Array, widget: object = None) -> list[list[float | str]]:
    """Return a matrix as rows that JSON can hold."""
    return [[plain(value) for value in row] for row in array]


def _from_page(rows: Any, widget: object) -> Any:
    try:
        return [[float(value) for value in row] for row in rows]
    except (TypeError, ValueError):
        return rows  # no matrix: `drawable` says so in a sentence


class Cells(TraitType[Array, Any]):
    """A float64 array that a page draws as cells, `MOST_ROWS` by `MOST_COLUMNS` at most."""

    def __init__(self) -> None:
        super().__init__(np.zeros((1, 1)))
        self.tag(sync=True, to_json=rows_for_page, from_json=_from_page)

    def validate(self, obj: object, value: object) -> Array:
        """Return `value` as an array that nobody writes to: a change in place would not reach the page."""
        array = drawable(value, str(self.name))
        array.flags.writeable = False
        return array
