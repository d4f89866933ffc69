"""Run a notebook's cells and answer calls on them: a line of JSON in, a line of JSON out. No right answer is in here.

judge.py sends this text to a new process, in which running.py is loaded already, and NumPy.
"""

import ast
import builtins
import contextlib
import io
import json
import linecache
import os
import sys
import types
from importlib.machinery import ModuleSpec

import numpy as np

from d2lconv.check.running import BORROWED, LIBRARIES, Outcome, call, pack, refusal, told, unpack

MOST = 2**20  # bytes of a result
ABSENT = LIBRARIES | {"numba", "matplotlib", "ipywidgets", "IPython", "pandas", "tqdm"}
SILENT = ("d2lconv.check.run", "d2lconv.check.hint", "d2lconv.plots", "matplotlib", "ipywidgets", "IPython")
THERE = {  # what an answer may lean on all the same
    "d2lconv.check.score": lambda name, answer: 0.0,
    "d2lconv.images.arange_image": lambda: np.arange(9.0).reshape(3, 3),
    "d2lconv.images.edge_image": lambda: np.repeat([[1.0, 0.0, 1.0]], 6, axis=0).repeat((2, 4, 2), axis=1),
    "d2lconv.images.diagonal_image": lambda: np.maximum(np.eye(6), np.eye(6)[::-1]),
    **dict.fromkeys(("numba.njit", "numba.jit"), lambda *to, **_: to[0] if to and callable(to[0]) else lambda f: f),
    "numba.prange": range,
    "tqdm.tqdm": lambda items, **_: items,
}
used = []  # what is absent, and was used since the last call began


class NotHere(Exception):
    """A library was used that is not there while grading."""


class StandIn(types.ModuleType):
    """A module, or a name in one, that can be imported and handed on, and not used."""

    __path__ = ()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        name = f"{self.__name__}.{name}"
        return THERE.get(name) or StandIn(name)

    def _use(self, *args, **kwargs):
        if self.__name__.startswith(SILENT):  # can be called, and does nothing
            return self
        used.append(self.__name__)
        raise NotHere(self.__name__)

    __call__ = __array__ = __iter__ = __getitem__ = __enter__ = __mro_entries__ = _use


finder = types.SimpleNamespace(
    find_spec=lambda name, *_: ModuleSpec(name, finder, is_package=True) if name.partition(".")[0] in ABSENT else None,
    create_module=lambda spec: StandIn(spec.name),
    exec_module=lambda module: None,
)


def run(source, name):
    """Run a cell; leave out, in silence, the statements that cannot do without what is absent."""
    linecache.cache[name] = len(source), None, source.splitlines(True), name  # so that errors can show a line
    words, fault, left_out = io.StringIO(), "", False
    with contextlib.redirect_stdout(words), contextlib.redirect_stderr(words):
        try:
            for statement in ast.parse(source).body:
                try:
                    exec(compile(ast.Module([statement], []), name, "exec"), space)
                except (NotHere, ImportError, NameError) as error:
                    if isinstance(error, NameError) and not left_out:
                        raise
                    left_out = True
        except BaseException as error:
            fault = told(error)
    return {"words": words.getvalue()[:10_000], "error": fault}


def called(name, args, signature, pair):
    """Call a function; or, where an array is asked for, give what the name stands for."""
    if why := refusal(space.get(name), signature, len(args["tuple"])):
        return {"refusal": why}
    large = []
    used.clear()

    def answer(*given):
        value = space[name](*given) if "(" in signature else space[name]
        if getattr(value, "nbytes", 0) > MOST:  # before it is copied
            large.append(np.shape(value))
        return None if large else value

    outcome = call(answer, unpack(args), pair)
    values = outcome.value if isinstance(outcome.value, tuple) else [outcome.value]
    large += [A.shape for A in values if A is not None and A.nbytes > MOST]
    if large:
        outcome = Outcome(error=f"An array of {' × '.join(map(str, large[0]))} came back: no right answer is as large.")
    elif used and (outcome.error or values[0] is None or values[0].dtype == object):
        return {"refusal": BORROWED.format(used[-1])}
    return {"error": outcome.error, "wrote": outcome.wrote, "value": pack(outcome.value)}


with contextlib.suppress(Exception):  # a network of its own, in which nobody is: where Linux lets us
    import ctypes

    ctypes.CDLL(None).unshare(0x10000000 | 0x40000000)  # CLONE_NEWUSER, CLONE_NEWNET

with contextlib.suppress(ImportError):  # there are no such limits on Windows
    import resource

    for limit, most in ("AS", 2**30), ("FSIZE", 0), ("NPROC", 0), ("CORE", 0), ("NOFILE", 32):
        with contextlib.suppress(AttributeError, ValueError, OSError):  # each as far as the system has it
            resource.setrlimit(getattr(resource, f"RLIMIT_{limit}"), (most, most))

sys.meta_path.insert(0, finder)
space = {"__name__": "__main__", "__builtins__": builtins, "display": print}
space["get_ipython"] = lambda: StandIn("IPython.shell")
questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", 0)
for stream in range(3):  # what prints past Python's own streams must not get among the answers
    os.dup2(os.open(os.devnull, os.O_RDWR), stream)
answers.write(b"[0, {}]\n")
for line in questions:
    number, do, *what = json.loads(line)
    answers.write(json.dumps([number, {"run": run, "call": called}[do](*what)]).encode() + b"\n")
