"""Look whether a name that an answer uses belongs to a library that would do the exercise for it.

This is advice, and easily evaded: what an answer copies, takes out of a list or looks up while it runs is not seen.
"""

from __future__ import annotations

import contextlib
import dis
import functools
import inspect
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

from d2lconv.check.running import LIBRARIES, is_the_readers, silence


def borrowed(answer: object) -> str:
    """Name the first thing from a library that `answer` is, wraps or names, itself or in a helper; or nothing."""
    try:
        with silence():
            return next(filter(None, map(_library_name, _reached(answer))), "")
    except KeyboardInterrupt:
        raise
    except BaseException:  # it does not let itself be looked at
        return ""


def _reached(answer: object) -> Iterator[object]:
    found = [answer]
    for thing in found:  # grows on the way
        yield thing
        found += [part for part in _inside(thing) if not any(part is other for other in found)]


def _library_name(thing: Any) -> str:
    if isinstance(thing, ModuleType):
        return thing.__name__ if _package(thing.__name__) in LIBRARIES else ""
    if isinstance(thing, FunctionType):
        module = thing.__globals__.get("__name__")
    else:
        module = getattr(thing, "__module__", None) or type(thing).__module__
    package = _package(str(module))
    return f"{getattr(thing, '__name__', type(thing).__name__)} from {package}" if package in LIBRARIES else ""


def _inside(thing: Any) -> Iterator[object]:
    """Yield what a wrapper wraps, and what the closures, global names and imports of a reader's function stand for."""
    yield thing.func if isinstance(thing, functools.partial) else inspect.getattr_static(thing, "__wrapped__", None)
    if not (isinstance(thing, FunctionType) and is_the_readers(thing.__globals__)):
        return
    for cell in thing.__closure__ or ():
        with contextlib.suppress(ValueError):  # a name that has no value yet
            yield cell.cell_contents
    for step in _steps(thing.__code__):
        if step.opname == "IMPORT_NAME":
            yield ModuleType(step.argval)
        elif step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield thing.__globals__.get(step.argval)


def _steps(code: CodeType) -> Iterator[dis.Instruction]:
    yield from dis.get_instructions(code)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _steps(constant)


def _package(module: str) -> str:
    return module.partition(".")[0]
