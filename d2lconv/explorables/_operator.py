"""A figure's outputs from a function of the reader's own, which a live kernel calls."""

from __future__ import annotations

from typing import Any

import numpy as np
from traitlets import Dict, TraitType

from d2lconv._validate import Array, output_shape
from d2lconv.check.comparison import outputs_differ
from d2lconv.check.running import call
from d2lconv.explorables._figure import Figure


class Operator(TraitType[Any, Any]):
    """A function of an image and a kernel, or None."""

    def validate(self, obj: object, value: object) -> object:
        """Return `value`, if it can be called."""
        if value is not None and not callable(value):
            raise TypeError(
                "operator should be a function of an image and a kernel, but an object of type "
                f"{type(value).__name__} came: pass the function itself, operator=corr2d, without calling it."
            )
        return value


class Operated(Figure):
    """
    A figure whose outputs `operator` computes, where it has one.

    A page cannot call it, so it is called here, as soon as what the figure shows has changed. The page sends one change
    at a time and waits for the end of what that sets off: of the changes that come meanwhile, only the last is sent.
    """

    operator = Operator(allow_none=True)
    _output = Dict().tag(sync=True)  # what came of it, and for which traits: empty without an operator
    _asked: object = None  # the operator, the image and the kernel that it came of

    def _shown(self) -> tuple[Array, Array]:
        """Return the image and the kernel that the figure shows."""
        raise NotImplementedError

    def _ask(self, *traits: str) -> None:
        """Compute the output of what the figure shows, by the values that `traits` have."""
        if self.operator is None:
            self._asked, self._output = None, {}
            return
        X, K = self._shown()
        told = {**words(self.operator), "of": self.get_state(traits)}
        # Several traits may have changed at once, or none that matters to image and kernel.
        asked = (self.operator, X.shape, X.tobytes(), K.shape, K.tobytes())
        try:
            answer = self._output if asked == self._asked else answer_of(self.operator, X, K)
        except KeyboardInterrupt:
            self._asked, self._output = None, {**told, "said": f"{told['name']} was interrupted."}
            raise
        self._asked, self._output = asked, {**answer, **told}

    def _given(self) -> Array | None:
        """Return what the operator gave, or None where that was no output."""
        if "shape" not in self._output:
            return None
        return np.frombuffer(self._output["bytes"], "<f8").reshape(self._output["shape"])


def words(operator: Any) -> dict[str, Any]:
    """Return an operator's name, and what a page says where it cannot call it."""
    name = getattr(operator, "__name__", "")
    name = name if name.isidentifier() else "operator"
    unseen = f"{name} has not run on this yet: it runs in a live notebook."
    private = f"{name} runs in Python, to which no photograph of your own is sent."
    return {"name": name, "unseen": [unseen, private]}


def answer_of(operator: Any, X: Array, K: Array) -> dict[str, Any]:
    """Call `operator` on copies of an image and a kernel, and tell a page what came of it."""
    name = words(operator)["name"]
    shape = output_shape(X.shape, K.shape)
    outcome = call(lambda X, K: operator(X, K), (X, K))  # what numba has compiled runs compiled
    Y = outcome.value
    if outcome.error:
        return {"said": f"{name}: {outcome.error}"}
    if Y is None:
        return {"said": f"Nothing came back from {name}: let it return its output."}
    if isinstance(Y, tuple) or Y.shape != shape or Y.dtype.kind not in "fiub":
        (said, *_) = outputs_differ(np.asarray(Y), np.zeros(shape), (), X.shape, K.shape)
        return {"said": f"{name}: {said}"}
    return {"shape": shape, "bytes": Y.astype("<f8").tobytes()}
