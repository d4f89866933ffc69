"""What runs inside Python where a page of the book runs it: the reader's cells, and their functions for a figure.

The page's engine writes a request into a file, calls `serve`, and reads the answer from another. Either file holds a
line of JSON, and behind it the bytes of all arrays, float64: in the JSON, ``{"shape": [2, 3], "at": 0}`` is one of
them. What a run shows leaves it as it comes, through `screen`.
"""

import builtins
import json
import logging
import os
import sys
import time
import types
import warnings

import numpy as np
from cell import compiled, told, warned
from screen import SCREEN, STDERR, STDOUT

REQUEST, ANSWER = "/page/request", "/page/answer"
RECURSION = 1000  # calls in calls, from the start of each run
DEEPEST = 3000  # calls in calls that a cell may ask for: of many more, WebAssembly's stack overflows, and Python ends
NO_KEYBOARD = "A page has no keyboard for Python: write the value into the cell, in place of input()."

READER = types.ModuleType("__main__", doc=None)  # the namespace that all cells share
_operators = {}  # the functions that figures were made with, by a key that only the page knows


def run(code, name):
    """
    Run a cell, and show what it prints, its last expression and its pictures.

    Parameters
    ----------
    code : str
        The cell.
    name : str
        How a traceback names it.

    Returns
    -------
    ran : dict
        Whether nothing was raised (``ok``), which name a NameError was about (``missing``, where it was one), and which
        exercises `check.run` has judged, and whether each passed (``checks``).
    """
    sys.setrecursionlimit(RECURSION)
    sys.stdout, sys.stderr = STDOUT, STDERR
    vars(READER).pop("__warningregistry__", None)  # a warning is shown once a run, not once for good
    _judged().clear()
    SCREEN.open()
    ran = {"ok": True}
    for step in (lambda: _execute(*compiled(code, name)), _show_pictures):
        try:
            step()
        except BaseException as error:  # also SystemExit and its like: nothing that a cell raises ends Python
            SCREEN.show({"kind": "error", "text": told(error)})
            ran["ok"] = False
            if isinstance(error, NameError) and isinstance(error.name, str):
                ran["missing"] = error.name
    SCREEN.close()
    return ran | {"checks": dict(_judged())}


def apply(function, X, K):
    """
    Let a function of the reader's make an output of an image and a kernel.

    Parameters
    ----------
    function : str
        The name of a function, or the key of one that a figure was made with.
    X, K : ndarray
        The image and the kernel, of which the function gets copies.

    Returns
    -------
    output : ndarray or dict
        The output, float64; or ``said``, a sentence, where none came.
    """
    from d2lconv.check.driving import output_of

    called = _named(function)
    return _gone(function) if called is None else _or_said(output_of(called, X, K))


def train(function, X, Y, K, learning_rate, epochs):
    """
    Let a gradient of the reader's train a kernel.

    Parameters
    ----------
    function : str
        The name of a function of an image, a kernel and a target that gives the loss's gradient in the kernel.
    X, Y, K : ndarray
        The image, the target, and the kernel to start from.
    learning_rate : float
        What the gradient is multiplied by in each step.
    epochs : int
        How many steps are taken.

    Returns
    -------
    trained : dict
        The kernels after 0, 1, ... steps (``weights``, shape ``(epochs + 1, k_h, k_w)``); or ``said``, a sentence.
    """
    from d2lconv.check.driving import gradient_of

    gradient = _named(function)
    if gradient is None:
        return _gone(function)
    weights = np.empty((epochs + 1, *K.shape))
    weights[0] = K
    for t in range(epochs):
        step = gradient_of(gradient, X, weights[t], Y)
        if isinstance(step, str):
            return {"said": step}
        weights[t + 1] = weights[t] - learning_rate * step
    return {"weights": weights}


def serve():
    """Do what the request says, and write the answer."""
    outside = sys.modules["__main__"]
    sys.modules["__main__"] = READER  # where pickle, dataclasses and their like look for what a cell has defined
    try:
        request = _read()
        verb = {"run": run, "apply": apply, "train": train}[request["call"]]
        answer = _packed({"value": verb(*request["args"])})
    except BaseException as error:
        answer = _packed({"error": f"{type(error).__name__}: {error}"})
    finally:
        sys.modules["__main__"] = outside
        sys.stdout, sys.stderr = STDOUT, STDERR  # which a cell may have lost
    with open(ANSWER, "wb") as file:
        file.write(answer)


def _execute(body, last):
    exec(body, vars(READER))
    if last and (value := eval(last, vars(READER))) is not None:
        _show(value)


def _show(value):
    """Show a value as itself if it can be seen, else as Python writes it."""
    widgets, figures = sys.modules.get("anywidget"), sys.modules.get("matplotlib.figure")
    if widgets and isinstance(value, widgets.AnyWidget):
        SCREEN.show({"kind": "figure", "name": type(value).__name__, **value.saved(), **_operator(value)})
    elif figures and isinstance(value, figures.Figure):
        import pictures

        pictures.pyplot.close(value)  # it is shown once
        pictures.show_figure(value)
    else:
        SCREEN.show_value(value)


def _operator(widget):
    """Return the key of the function that a figure was made with, and its name."""
    if (function := getattr(widget, "operator", None)) is None:
        return {}
    from d2lconv.check.driving import name_of

    # The time is in it, so that a figure which outlives a Python that was stopped does not find another's function.
    key = f"{name_of(function)} {len(_operators)} {time.time_ns()}"
    _operators[key] = function
    return {"operator": key, "operator_name": name_of(function)}


def _show_pictures():
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot and pyplot.get_fignums():
        import pictures

        pictures.show()


def _judged():
    check = sys.modules.get("d2lconv.check")
    return check._passed if check else {}


def _named(function):
    return _operators.get(function, vars(READER).get(function))


def _gone(function):
    return {"said": f"{function.split()[0]} is gone with the Python that was stopped: run its cell again."}


def _or_said(result):
    return {"said": result} if isinstance(result, str) else result


def _read():
    with open(REQUEST, "rb") as file:
        line, data = file.readline(), file.read()

    def array_or_dict(found):
        if found.keys() != {"shape", "at"}:
            return found
        return np.frombuffer(data, "<f8", int(np.prod(found["shape"])), found["at"]).reshape(found["shape"])

    return json.loads(line, object_hook=array_or_dict)


def _packed(answer):
    arrays = []

    def place(value):
        if not isinstance(value, np.ndarray):
            raise TypeError(f"{type(value).__name__} is no JSON")
        at = sum(map(len, arrays))
        arrays.append(value.astype("<f8").tobytes())
        return {"shape": value.shape, "at": at}

    line = json.dumps(answer, default=place, allow_nan=False).encode()
    return b"\n".join([line, b"".join(arrays)])


def _input(prompt="", /):
    raise RuntimeError(NO_KEYBOARD)


def _display(*values):
    for value in values:
        _show(value)


def _furnish():
    """Give cells what a notebook gives them, and take away what a page has not."""
    vars(READER).update(__builtins__=builtins)
    builtins.input, builtins.display = _input, _display
    builtins.exit = builtins.quit = sys.exit  # theirs close what Python reads from
    limit = sys.setrecursionlimit
    sys.setrecursionlimit = lambda calls: limit(min(calls, DEEPEST))
    os.environ["MPLBACKEND"] = "module://pictures"
    warnings.showwarning = warned
    # What matplotlib says of parts that are not here, and that nothing here asks for.
    warnings.filterwarnings("ignore", "Unable to import Axes3D")
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)


_furnish()
