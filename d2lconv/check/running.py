"""Run somebody else's function: on copies, in silence, and never for longer than the limit.

The calls run in a thread of their own. If they are not done in time, `SystemExit` is raised inside that thread, again
and again until one gets through: `except Exception` does not hold it, a bare `except` not for long, and it works on
every platform, in a notebook too. A thread that cannot be reached, because it sleeps or waits in compiled code, is left
behind; it ends when it wakes up. Only one thing cannot be stopped from within the process: a single built-in call that
never lets go of the interpreter, such as ``sum(range(10**12))``. For that, graders of strangers' code set a time-out.
"""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import inspect
import os
import sys
import sysconfig
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from d2lconv._validate import Array
from d2lconv.check.borrowing import borrowed, maker

LIMIT = 1.4  # seconds for all calls together; with the grace it stays below the two seconds that a reader may wait
GRACE = 0.4  # seconds in which a function that runs too long may be stopped

_LIBRARIES = (str(Path(np.__file__).parent), sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"))


@dataclass
class Outcome:
    """What came of one call."""

    value: Array | None = None  # a copy of what it returned, as an array; None where nothing came
    error: str = ""  # the exception that it raised, in a sentence
    wrote: list[int] = field(default_factory=list)  # which of its arguments it changed


@dataclass
class Report:
    """What came of all calls."""

    outcomes: list[Outcome] = field(default_factory=list)
    refusal: str = ""  # why the answer could not be called at all
    lender: str = ""  # the library's function that it leaned on
    late: bool = False  # whether the time was up before the calls were done


def call_all(answer: object, signature: str, calls: Sequence[tuple[Any, ...]]) -> Report:
    """Call `answer` once for each tuple of arguments, and report what came of it within the limit.

    A `signature` without parentheses is that of an array: it is looked at, not called.
    """
    report, working = Report(), threading.Lock()
    working.acquire()

    def work() -> None:
        try:
            with contextlib.suppress(SystemExit, Exception):  # what an answer leaves in its inputs may still raise
                _call_all(answer, signature, calls, report)
        finally:
            working.release()

    with open(os.devnull, "w") as nowhere, _silence(nowhere):
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        in_time = False
        try:
            in_time = working.acquire(timeout=LIMIT)
        finally:  # also when somebody interrupts the kernel
            if not in_time:
                report.late = True
                _stop(thread.ident or 0, working)
    # A thread that was left behind may wake up later: what it finds then is not for this report.
    return dataclasses.replace(report, outcomes=list(report.outcomes))


def _call_all(answer: object, signature: str, calls: Sequence[tuple[Any, ...]], report: Report) -> None:
    with contextlib.suppress(Exception):  # what numba would compile anew for each dtype runs as the Python that it is
        answer = getattr(answer, "py_func", answer)
    is_function = "(" in signature
    report.refusal = _refusal(answer, signature, len(calls[0])) if is_function else _array_refusal(answer, signature)
    if report.refusal:
        return
    with contextlib.suppress(Exception):  # an object may refuse to be looked into
        report.lender = borrowed(answer) if is_function else ""
    for args in calls:
        if report.lender or report.late:
            return
        given, outcome = tuple(map(_fresh, args)), Outcome()
        try:
            outcome.value = _snapshot(_watched(answer, given, report) if callable(answer) else answer)
        except BaseException as error:  # whatever a reader's function raises, even SystemExit, is told and not raised
            if report.late:
                return
            outcome.error = _told(error)
        outcome.wrote = [n for n, (A, B) in enumerate(zip(given, args, strict=True)) if _differ(A, B)]
        report.outcomes.append(outcome)


def _refusal(answer: object, signature: str, count: int) -> str:
    """Say why `answer` cannot be called with that many arguments, or nothing."""
    name = signature.partition("(")[0]
    if answer is None or answer is ...:
        return f"Nothing came back yet: write `{signature}`, and hand it over."
    if not callable(answer):
        return (
            f"`{name}` should be a function, but something of the type {type(answer).__name__} came: hand over the "
            f'function itself, check.run("{name}", {name}), without calling it.'
        )
    try:
        inspect.signature(answer).bind(*range(count))
    except TypeError:
        return (
            f"`{name}` is called with {count} argument{'s' * (count > 1)}, as `{signature}`, and yours cannot be: "
            "compare the first line of your function."
        )
    except Exception:  # it does not tell what it takes, as some built-in functions do not
        pass
    return ""


def _array_refusal(answer: object, name: str) -> str:
    """Say why `answer` is not worth a look as an array, or nothing."""
    if answer is None or answer is ...:
        return f"Nothing came back yet: write the array `{name}`, and hand it over."
    if callable(answer):
        return f"`{name}` should be an array, but a function came: hand over the array itself."
    return ""


def _watched(answer: Callable[..., object], given: tuple[Any, ...], report: Report) -> object:
    """Call the answer, and note the first library it calls that would do the exercise for it."""

    def note(frame: FrameType, event: str, arg: object) -> None:
        if report.late:  # it was left behind, and has woken up
            raise SystemExit
        if not report.lender and event in ("call", "c_call"):
            report.lender = maker(frame if event == "call" else arg)

    sys.setprofile(note)
    try:
        return answer(*given)
    finally:
        sys.setprofile(None)


def _fresh(arg: Any) -> Any:
    """Copy an argument, with gaps between its elements where it has some, so that nobody can reach the original."""
    if not isinstance(arg, np.ndarray):
        return list(arg) if isinstance(arg, list) else arg
    if arg.flags.c_contiguous:
        return arg.copy()
    copy = np.empty([2 * n for n in arg.shape], arg.dtype)[::2, ::2]
    copy[...] = arg
    return copy


def _snapshot(value: object) -> Array | None:
    """Copy what came back into an array; what cannot be one has the dtype object."""
    if value is None or value is ...:
        return None
    try:
        return np.array(value)
    except Exception:
        return np.array(None)


def _differ(A: object, B: object) -> bool:
    if isinstance(A, np.ndarray) and isinstance(B, np.ndarray):
        return A.shape != B.shape or not np.array_equal(A, B)
    return A != B


def _told(error: BaseException) -> str:
    """Say in a sentence what was raised, and in which line of the reader's."""
    if isinstance(error, RecursionError):
        return "It calls itself without an end (RecursionError): what should make it stop?"
    what = traceback.format_exception_only(error)[-1].strip()[:300]
    steps = [step for step in traceback.extract_tb(error.__traceback__)[2:] if not step.filename.startswith(_LIBRARIES)]
    where = f" in line {steps[-1].lineno}, `{steps[-1].line}`" if steps and steps[-1].line else ""
    return f"It raised an error{where}: {what.rstrip('.')}."


@contextlib.contextmanager
def _silence(nowhere: Any) -> Any:
    """Send away what is printed and warned of: a grader takes any word on stderr for a failure."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        warnings.simplefilter("ignore")
        yield


def _stop(ident: int, working: threading.Lock) -> None:
    """Raise `SystemExit`, on which a thread ends without a word, in a thread until it ends or the grace does."""
    raise_in, thread, end = ctypes.pythonapi.PyThreadState_SetAsyncExc, ctypes.c_ulong(ident), time.monotonic() + GRACE
    here, leave = ctypes.c_ulong(threading.get_ident()), ctypes.py_object(SystemExit)
    # Turns so short that the next exception arrives while a bare `except` is still busy with the last.
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    while time.monotonic() < end and not working.acquire(timeout=1e-5):
        raise_in(thread, leave)
    sys.setswitchinterval(interval)
    # While an exception waits to be raised in any thread, Python 3.11 gets stuck wherever a traced or profiled thread
    # calls a Python function (hence none is called above). Once it has raised one, it sees that nothing waits any more.
    raise_in(thread, None)
    try:
        raise_in(here, leave)
        for _ in range(1000):
            pass
    except SystemExit:
        pass
