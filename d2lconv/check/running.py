"""Call an answer on copies of its inputs, in silence, and note what came of it.

The answer runs where it is called, in this process and this thread, for as long as it takes: whoever has waited long
enough for an endless loop interrupts it. `KeyboardInterrupt` passes through, and whatever else is raised is put into a
sentence. Grading sends this text to a process of its own (assignments/judge.py): it needs NumPy and nothing else.
"""

from __future__ import annotations

import base64
import contextlib
import inspect
import io
import re
import sys
import traceback
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from d2lconv._validate import Array

LIBRARIES = {
    *("d2lconv", "scipy", "cv2", "torch", "torchvision", "tensorflow", "keras", "jax", "jaxlib", "flax"),
    *("skimage", "sklearn", "cupy", "cupyx", "mxnet", "PIL", "kornia", "astropy", "autograd"),
}
BORROWED = "Your answer uses {}, which does the work for you: write it yourself, with NumPy alone."
_INSTALLED = {*LIBRARIES, *sys.stdlib_module_names, "numpy", "numba"}


@dataclass
class Outcome:
    """What came of one call."""

    value: Array | tuple[Array, Array] | None = None  # a copy of what it returned; None where nothing came
    error: str = ""  # the exception that it raised, in a sentence
    wrote: tuple[int, ...] = ()  # which of its arguments it changed


def call(answer: Any, args: Sequence[Any], pair: bool = False) -> Outcome:
    """Call `answer` once, on copies of `args`; a `pair` of arrays may come back, or one."""
    given, outcome = [fresh(arg) for arg in args], Outcome()
    try:
        with silence():
            # What numba would compile anew for each dtype runs as the Python that it is.
            result = getattr(answer, "py_func", answer)(*given)
            outcome.value = _two_snapshots(result) if pair else _snapshot(result)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # also SystemExit and its like: no answer should end the reader's session
        with silence():
            outcome.error = told(error)
    outcome.wrote = tuple(n for n, arg in enumerate(args) if _changed(given[n], arg))
    return outcome


def refusal(answer: object, signature: str, count: int) -> str:
    """Say why `answer` is not worth a call with `count` arguments, or nothing.

    A `signature` without parentheses is that of an array.
    """
    name = signature.partition("(")[0]
    is_array = name == signature
    if answer is None or answer is ...:
        return f"Nothing came back yet: write {'the array ' * is_array}`{signature}`, and pass it to the check."
    if callable(answer) == is_array:
        if is_array:
            return f"`{name}` should be an array, but a function came: pass the array itself."
        return (
            f"`{name}` should be a function, but an object of type {type(answer).__name__} came: pass the function "
            f'itself, check.run("{name}", {name}), without calling it.'
        )
    if not is_array and not _takes(answer, count):
        return (
            f"`{name}` is called with {count} argument{'s' * (count > 1)}, as `{signature}`, but yours does not take "
            f"{'them' if count > 1 else 'it'}: compare the first line of your function."
        )
    return ""


def _takes(function: Any, count: int) -> bool:
    """Say whether a function takes so many arguments, or does not tell."""
    try:
        with silence():
            inspect.signature(function).bind(*range(count))
    except TypeError:
        return False
    except KeyboardInterrupt:
        raise
    except BaseException:  # a built-in function may not tell; what else is wrong will show when it is called
        return True
    return True


def is_the_readers(module: dict[str, Any]) -> bool:
    """Say, by its name, whether a module with these globals is more likely the reader's own than an installed one."""
    return str(module.get("__name__")).partition(".")[0] not in _INSTALLED


def fresh(arg: Any) -> Any:
    """Copy an argument in its dtype and layout, so that nobody who writes into it reaches the original."""
    if not isinstance(arg, np.ndarray):
        return list(arg) if isinstance(arg, list) else arg
    if arg.flags.forc:
        return arg.copy(order="K")
    return _spread(arg)


def pack(value: Any) -> Any:
    """Make JSON of an argument or a result: of an array its dtype, shape, layout and bytes, if it holds numbers."""
    if isinstance(value, tuple | list):
        return {type(value).__name__: [pack(part) for part in value]}
    if not isinstance(value, np.ndarray):
        return value
    if value.dtype.kind not in "fiub":
        return {"shape": value.shape}
    A = value.astype(float) if value.dtype.itemsize > 8 else value
    layout = "C" if A.flags.c_contiguous else "F" if A.flags.f_contiguous else "gaps"
    data = base64.b64encode(A.tobytes("F" if layout == "F" else "C")).decode()
    return {"shape": A.shape, "dtype": A.dtype.str, "layout": layout, "data": data}


def unpack(value: Any) -> Any:
    """Undo `pack`; what it never makes is a KeyError, a TypeError or a ValueError."""
    if not isinstance(value, dict):
        return value
    if "tuple" in value or "list" in value:
        return tuple(map(unpack, value["tuple"])) if "tuple" in value else list(map(unpack, value["list"]))
    if "dtype" not in value:
        return np.broadcast_to(np.array(None), value["shape"])
    if not re.fullmatch("[<>|][fiub][1248]", value["dtype"]):
        raise ValueError("no numbers")
    A = np.frombuffer(base64.b64decode(value["data"]), value["dtype"])
    A = A.reshape(value["shape"], order="F" if value["layout"] == "F" else "C")
    return _spread(A) if value["layout"] == "gaps" else A


def _spread(A: Array) -> Array:
    """Copy an array, with gaps between its elements."""
    return A.repeat(2, axis=0).repeat(2, axis=1)[::2, ::2]


def _snapshot(value: object) -> Array | None:
    """Copy what came back into an array; of what holds no numbers, only the shape is kept."""
    if value is None or value is ...:
        return None
    try:
        A: Array = np.array(value)
    except Exception:
        return np.array(None)
    return A if A.dtype.kind in "fiub" else np.full(A.shape, None)


def _two_snapshots(value: object) -> Array | tuple[Array, Array] | None:
    """Copy two arrays that came back together, whatever their shapes; anything else as `_snapshot` does."""
    if isinstance(value, tuple | list) and len(value) == 2:
        first, second = map(_snapshot, value)
        if first is not None and second is not None:
            return first, second
    return _snapshot(value)


def _changed(given: Any, arg: Any) -> bool:
    """Say whether the copy that was given away differs from the argument it was made of."""
    if isinstance(arg, np.ndarray):
        return not np.array_equal(given, arg)
    if isinstance(arg, list):  # the types first: what an answer has put there may not bear to be compared
        return len(given) != len(arg) or any(type(a) is not type(b) or a != b for a, b in zip(given, arg, strict=True))
    return False


def told(error: BaseException) -> str:
    """Say in a sentence what was raised, and in which line of the reader's."""
    if isinstance(error, RecursionError):
        return "It calls itself without end (RecursionError): what should make it stop?"
    lines = traceback.format_exception_only(error)  # with where it is wrong, if it is a SyntaxError, and with its notes
    what = " ".join(next(line for line in lines if not line.startswith(" ")).split())[:300]
    own = [step for step in traceback.walk_tb(error.__traceback__) if is_the_readers(step[0].f_globals)]
    last = traceback.StackSummary.extract(iter(own[-1:]))
    where = f" in line {last[0].lineno}, `{last[0].line}`" if last and last[0].line else ""
    return f"It raised an error{where}: {what.rstrip('.')}."


class _Nowhere(io.TextIOBase):
    """A file that drops what is written to it."""

    def write(self, text: str) -> int:
        return len(text)


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Drop what is printed and warned of, and give back the reader's settings as they were."""
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        contextlib.redirect_stdout(_Nowhere()),
        contextlib.redirect_stderr(_Nowhere()),
    ):
        warnings.simplefilter("ignore")
        yield
