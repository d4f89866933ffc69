"""Call an answer on copies of its inputs, in silence, and note what came of it.

The answer runs where it is called, in this process and this thread, for as long as it takes: whoever has waited long
enough for an endless loop interrupts it. `KeyboardInterrupt` passes through, and whatever else is raised is put into a
sentence.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import traceback
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from d2lconv._validate import Array
from d2lconv.check.borrowing import borrowed, is_the_readers


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
        with _silence():
            # What numba would compile anew for each dtype runs as the Python that it is.
            result = getattr(answer, "py_func", answer)(*given)
            outcome.value = _two_snapshots(result) if pair else _snapshot(result)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # also SystemExit and its like: no answer should end the reader's session
        with _silence():
            outcome.error = _told(error)
    outcome.wrote = tuple(n for n, arg in enumerate(args) if _changed(given[n], arg))
    return outcome


def refusal(answer: object, signature: str, count: int) -> str:
    """Say why `answer` is not worth a call with `count` arguments, or nothing.

    A `signature` without parentheses is that of an array.
    """
    try:
        with _silence():
            if "(" in signature:
                return _function_refusal(answer, signature, count)
            return _array_refusal(answer, signature)
    except KeyboardInterrupt:
        raise
    except BaseException:  # it does not let itself be looked at; what is wrong with it will show when it is called
        return ""


def _function_refusal(answer: object, signature: str, count: int) -> str:
    name = signature.partition("(")[0]
    if answer is None or answer is ...:
        return f"Nothing came back yet: write `{signature}`, and pass it to the check."
    if not callable(answer):
        return (
            f"`{name}` should be a function, but an object of type {type(answer).__name__} came: pass the function "
            f'itself, check.run("{name}", {name}), without calling it.'
        )
    try:
        inspect.signature(answer).bind(*range(count))
    except TypeError:
        return (
            f"`{name}` is called with {count} argument{'s' * (count > 1)}, as `{signature}`, but yours does not take "
            f"{'them' if count > 1 else 'it'}: compare the first line of your function."
        )
    except ValueError:  # some built-in functions do not tell what they take
        pass
    if used := borrowed(answer):
        return f"Your answer uses {used}, which does the work for you: write it yourself, with NumPy alone."
    return ""


def _array_refusal(answer: object, name: str) -> str:
    if answer is None or answer is ...:
        return f"Nothing came back yet: write the array `{name}`, and pass it to the check."
    if callable(answer):
        return f"`{name}` should be an array, but a function came: pass the array itself."
    return ""


def fresh(arg: Any) -> Any:
    """Copy an argument in its dtype and layout, so that nobody who writes into it reaches the original."""
    if not isinstance(arg, np.ndarray):
        return list(arg) if isinstance(arg, list) else arg
    if arg.flags.forc:
        return arg.copy(order="K")
    return arg.repeat(2, axis=0).repeat(2, axis=1)[::2, ::2]  # again with gaps between the elements


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


def _told(error: BaseException) -> str:
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
def _silence() -> Iterator[None]:
    """Drop what is printed and warned of, and give back the reader's settings as they were."""
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        contextlib.redirect_stdout(_Nowhere()),
        contextlib.redirect_stderr(_Nowhere()),
    ):
        warnings.simplefilter("ignore")
        yield
