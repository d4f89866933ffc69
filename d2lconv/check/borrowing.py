"""Find out whether an answer leans on a library that does the exercise for it.

Two looks are taken: at what a function names, before it is called, and at what it calls, while it runs. Neither sees
through everything: a copy of the book's code that was typed or pasted in is an answer like any other, and so is what a
library computes that is not on the list, or what was computed elsewhere and stored.
"""

from __future__ import annotations

import dis
import functools
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FrameType, FunctionType, MethodType, ModuleType
from typing import Any

LENDERS = {
    *("d2lconv", "scipy", "cv2", "torch", "torchvision", "tensorflow", "keras", "jax", "jaxlib", "flax"),
    *("skimage", "sklearn", "cupy", "cupyx", "mxnet", "PIL", "kornia", "astropy", "autograd"),
}
_TRUSTED = {*sys.stdlib_module_names, "numpy", "numba"} - {"__main__"}  # nothing of interest to look for inside
_HOME = str(Path(__file__).parents[1])


def borrowed(answer: object) -> str:
    """Name the library's function that `answer` is, wraps or mentions; empty where there is none."""
    seen: set[int] = set()
    waiting = [answer]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if lender := maker(thing):
            return lender
        waiting.extend(_mentioned(thing))
    return ""


def maker(thing: object) -> str:
    """Name `thing` with its module if it, or the frame that it is, belongs to a lender; empty where it does not."""
    if isinstance(thing, FrameType):
        if thing.f_code.co_filename.startswith(_HOME):
            return f"d2lconv.{thing.f_code.co_name}"
        return _if_lent(thing.f_globals.get("__name__"), thing.f_code.co_name)
    if isinstance(thing, ModuleType):
        return _if_lent(thing.__name__, "")
    if isinstance(thing, FunctionType) and thing.__code__.co_filename.startswith(_HOME):
        return f"d2lconv.{thing.__name__}"
    if isinstance(thing, BuiltinFunctionType):
        owner = thing.__self__ if isinstance(thing.__self__, type | ModuleType) else type(thing.__self__)
        lent = _if_lent(getattr(owner, "__module__", None) or getattr(owner, "__name__", None), thing.__name__)
        return lent or _if_lent(thing.__module__, thing.__name__)
    own = thing if isinstance(thing, type) or hasattr(thing, "__name__") else type(thing)
    return _if_lent(getattr(thing, "__module__", None), getattr(own, "__name__", ""))


def _if_lent(module: object, name: str) -> str:
    if not isinstance(module, str) or module.partition(".")[0] not in LENDERS:
        return ""
    return f"{module.partition('._')[0]}.{name}".rstrip(".")


def _mentioned(thing: Any) -> Iterator[object]:
    """Yield what a callable is made of: what it wraps, and what its code names."""
    if isinstance(thing, functools.partial):
        yield from (thing.func, *thing.args, *thing.keywords.values())
    elif isinstance(thing, MethodType):
        yield from (thing.__func__, thing.__self__)
    elif isinstance(thing, FunctionType):
        if (thing.__module__ or "").partition(".")[0] not in _TRUSTED:
            yield from _named(thing)
    elif not isinstance(thing, type | ModuleType) and isinstance(
        call := inspect.getattr_static(type(thing), "__call__", None), FunctionType
    ):
        yield from (call, *getattr(thing, "__dict__", {}).values())
    if wrapped := inspect.getattr_static(thing, "__wrapped__", None):
        yield wrapped


def _named(function: FunctionType) -> Iterator[object]:
    """Yield the values of the globals, closures and defaults that a function uses, and the modules it names."""
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # a name that has no value yet
            continue
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()
    for code in _codes(function.__code__):
        for step in dis.get_instructions(code):
            if step.opname in ("LOAD_GLOBAL", "LOAD_NAME") and step.argval in function.__globals__:
                yield function.__globals__[step.argval]
            elif step.opname == "IMPORT_NAME":
                yield ModuleType(step.argval)
            elif isinstance(step.argval, str) and step.argval in sys.modules:  # to be imported or looked up by its name
                yield sys.modules[step.argval]


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)
