"""What a caller may pass, and the sentence that says so when it is something else."""

from __future__ import annotations

import math
import numbers
import operator
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Shape = TypeVar("Shape", bound=tuple[int, ...])
SINGLE, DOUBLE = np.dtype(np.float32), np.dtype(np.float64)  # NumPy keeps one object for each, in native byte order

MOST_NUMBERS = 2**28  # in one array: 2 GiB in double precision
MOST_LEVELS = 32  # of nested lists; NumPy stops at 64, with a sentence about rows of different lengths

_MEANING = {
    1: "one-dimensional, a list of numbers",
    2: "two-dimensional, (height, width)",
    4: "four-dimensional, (batch, channels, height, width)",
}


def real_array(A: object, name: str, ndim: int) -> Array:
    """Return `A` as a non-empty real array of `ndim` dimensions, without a copy where it is one already."""
    if type(A) is np.ndarray and A.ndim == ndim and A.size and A.dtype.kind in "fiub":
        return A  # nothing to convert and nothing to say
    array = real_values(A, name)
    if array.ndim != ndim:
        raise ValueError(
            f"{name} should be {_MEANING[ndim]}, but its shape is {array.shape}: {_reshape_hint(name, array, ndim)}."
        )
    if array.size == 0:
        raise ValueError(
            f"{name} should hold at least one number, but its shape is {array.shape}: check the slice it is."
        )
    return array


def real_values(A: object, name: str) -> Array:
    """Return `A` as a real array of whatever shape it has."""
    if _levels(A) > MOST_LEVELS:
        raise ValueError(f"{name} should be an array, but is a list nested more than {MOST_LEVELS} deep: flatten it.")
    if _is_masked(A):
        raise TypeError(
            f"{name} should be a plain array, but it is masked and a window has no way to skip a pixel: "
            f"fill the gaps first, for instance with {name}.filled(0)."
        )
    try:
        array = np.asarray(A)
    except ValueError:
        raise ValueError(
            f"{name} should be rectangular, but its rows differ in length: make every row equally long."
        ) from None
    if array.dtype.kind not in "fiub":
        hint = f"pass {name}.real or abs({name})" if array.dtype.kind == "c" else "convert it to float first"
        raise TypeError(f"{name} should hold real numbers, but its dtype is {array.dtype}: {hint}.")
    return array


def image_and_kernel(X: object, K: object) -> tuple[Array, Array, tuple[int, int]]:
    """Return an image and a kernel C-contiguous in one float dtype, and the shape of their valid correlation."""
    if (  # nothing to convert and nothing to say: a call on a small image should not wait for the rest
        type(X) is type(K) is np.ndarray
        and ((dtype := X.dtype) is SINGLE or dtype is DOUBLE)
        and dtype is K.dtype
        and X.ndim == K.ndim == 2
        and X.flags.c_contiguous
        and K.flags.c_contiguous
    ):
        (n_h, n_w), (k_h, k_w) = X.shape, K.shape
        if n_h >= k_h > 0 and n_w >= k_w > 0:
            return X, K, (n_h - k_h + 1, n_w - k_w + 1)
    X, K = real_array(X, "X", 2), real_array(K, "K", 2)
    shape = output_shape(X.shape, K.shape)
    X, K = common_float(X, K)
    return X, K, shape


def common_float(*arrays: Array) -> tuple[Array, ...]:
    """Return the arrays C-contiguous in one dtype: float32 where every one is, else float64."""
    for A in arrays:  # no comprehension: it takes as long as a step of a small training
        if not ((A.dtype is SINGLE or A.dtype is DOUBLE) and A.dtype is arrays[0].dtype and A.flags.c_contiguous):
            break
    else:
        return arrays
    dtype = np.float32 if all(A.dtype.char == "f" for A in arrays) else np.float64  # "f" in any byte order
    return tuple(np.ascontiguousarray(A, dtype) for A in arrays)


def output_array(out: object, shape: tuple[int, ...], dtype: np.dtype[Any], **inputs: Array) -> Array:
    """Return `out`, or say why it cannot take a result of this shape and dtype, or would change an input."""
    if type(out) is not np.ndarray or out.dtype != dtype:
        came = out.dtype if isinstance(out, np.ndarray) else type(out).__name__
        raise TypeError(
            f"out should be a plain array of {dtype}, the result's dtype, but came as {came}: "
            f"make it with np.empty({shape}, np.{dtype})."
        )
    if out.shape != shape:
        raise ValueError(
            f"out should have the result's shape, {shape}, but its shape is {out.shape}: "
            f"make it with np.empty({shape}, np.{dtype})."
        )
    if not out.flags.writeable:
        raise ValueError("out should be writable, but is read-only: pass a copy, out.copy().")
    for name, A in inputs.items():
        if np.shares_memory(out, A):
            raise ValueError(
                f"out should lie apart from {name}, but they share memory, and {name} would be written over: "
                "pass another array."
            )
    return out


def size_pair(size: object, name: str) -> tuple[int, int]:
    """Return a height and a width from one whole number or from two."""
    if isinstance(size, np.ndarray):
        size = size.tolist()  # a plain number, if it has no dimensions
    pair = size if isinstance(size, tuple | list) else (size, size)
    if len(pair) != 2:
        raise ValueError(f"{name} should be one whole number or two, but came as {size!r}: pass (height, width).")
    return whole_number(pair[0], name), whole_number(pair[1], name)


def whole_number(value: object, name: str, least: int = 1, most: int | None = None) -> int:
    """Return `value` as an int from `least` to `most`."""
    try:
        if isinstance(value, bool | np.bool_):
            raise TypeError
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(
            f"{name} should be a whole number, but came as {value!r}: pass an int, {least} or more."
        ) from None
    if number < least:
        raise ValueError(f"{name} should be {least} or more, but came as {_told(number)}: pass a larger one.")
    if most is not None and number > most:
        raise ValueError(f"{name} should be at most {most}, but came as {_told(number)}: pass a smaller one.")
    return number


def real_number(value: object, name: str, *, positive: bool = False) -> float:
    """Return `value` as a finite float, above zero where `positive` is asked for."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name} should be a number, but came as {value!r}: pass a float.")
    try:
        number = float(value)
    except OverflowError:  # an int with more than 308 digits
        number = math.inf
    if not math.isfinite(number) or (positive and number <= 0):
        wanted = "above zero and finite" if positive else "finite"
        raise ValueError(f"{name} should be {wanted}, but came as {number}: pass another.")
    return number


def true_or_false(value: object, name: str) -> bool:
    """Return `value` as a bool, but only if it is one: anything has a truth value."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} should be True or False, but came as {value!r}: pass one of the two.")
    return bool(value)


def affordable(shape: Shape, name: str) -> Shape:
    """Return a shape that an array may have, or say how large it would be."""
    count = math.prod(shape)
    if count > MOST_NUMBERS:
        raise ValueError(
            f"{name} should hold at most {MOST_NUMBERS} numbers, 2 GiB in double precision, but would hold "
            f"{_told(count)}: pass smaller sizes."
        )
    return shape


def generator(rng: object) -> np.random.Generator:
    """Return the generator that `rng` is or seeds; without one, a generator that nobody can foresee."""
    if isinstance(rng, np.random.Generator):
        return rng
    return np.random.default_rng(None if rng is None else whole_number(rng, "rng", least=0))


def output_shape(input_shape: tuple[int, ...], kernel_shape: tuple[int, ...]) -> tuple[int, int]:
    """Return the shape of a valid correlation, ``(n_h - k_h + 1, n_w - k_w + 1)``."""
    (n_h, n_w), (k_h, k_w) = input_shape, kernel_shape
    if k_h > n_h or k_w > n_w:
        axis, k, n = ("height", k_h, n_h) if k_h > n_h else ("width", k_w, n_w)
        raise ValueError(
            f"The kernel should fit inside the image, but its {axis} is {k} and the image's {axis} is {n}: "
            "use a smaller kernel, or pad the image with np.pad first."
        )
    return n_h - k_h + 1, n_w - k_w + 1


def _told(number: int) -> str:
    """Write a number out, unless nobody could read it."""
    return str(number) if abs(number) < 10**18 else "a number of more than 18 digits"


def _levels(A: object) -> int:
    """Count how deep a list is nested, as far as it matters: a list may hold itself."""
    levels = 0
    while isinstance(A, list | tuple) and A and levels <= MOST_LEVELS:
        A, levels = A[0], levels + 1
    return levels


def _is_masked(A: object, levels: int = 4) -> bool:
    """Say whether `A` is a masked array or a list that holds one, of which np.asarray would drop the mask."""
    if isinstance(A, np.ma.MaskedArray):
        return True
    return levels > 0 and isinstance(A, list | tuple) and any(_is_masked(a, levels - 1) for a in A)


def _reshape_hint(name: str, array: Array, ndim: int) -> str:
    if ndim == 4 and array.ndim == 2:
        return f"pass {name}[None, None] for one image with one channel"
    if ndim == 4 and array.ndim == 3:
        return f"pass {name}[None] for one image with channels first, {name}[:, None] for a batch with one channel"
    if ndim == 2 and array.ndim == 1:
        return f"pass {name}[None, :] for a row, {name}[:, None] for a column"
    if ndim == 2 and array.ndim == 3:
        return f"pass one channel at a time, such as {name}[..., 0], or use Conv2D, which takes channels"
    if ndim == 2 and array.ndim == 4:
        return f"pass one image and channel, such as {name}[0, 0], or use Conv2D, which takes batches"
    return "reshape it"
