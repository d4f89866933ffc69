"""What a function of the reader's gives to a figure: an array of the shape that it draws, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from d2lconv._validate import Array, output_shape
from d2lconv.check.comparison import outputs_differ
from d2lconv.check.running import call


def name_of(function: object) -> str:
    """Return a function's name, if it has one that can be written."""
    name = str(getattr(function, "__name__", ""))
    return name if name.isidentifier() else "operator"


def output_of(function: Any, X: Array, K: Array) -> Array | str:
    """Call a correlation on copies of an image and a kernel: its output in float64, or why there is none."""
    return _result(function, (X, K), output_shape(X.shape, K.shape), X.shape, K.shape)


def gradient_of(function: Any, X: Array, K: Array, Y: Array) -> Array | str:
    """Call a kernel's gradient on copies of an image, a kernel and a target: what it gives, or why that is none."""
    return _result(function, (X, K, Y), K.shape)


def _result(function: Any, args: Sequence[Array], shape: tuple[int, ...], *seen: tuple[int, ...]) -> Array | str:
    name = name_of(function)
    outcome = call(lambda *args: function(*args), args)  # what numba has compiled runs compiled
    value = outcome.value
    if outcome.error:
        return f"{name}: {outcome.error}"
    if value is None:
        return f"Nothing came back from {name}: let it return its output."
    if isinstance(value, tuple) or value.shape != shape or value.dtype.kind not in "fiub":
        (said, *_) = outputs_differ(np.asarray(value), np.zeros(shape), (), *seen)
        return f"{name}: {said}"
    return value.astype("<f8")
