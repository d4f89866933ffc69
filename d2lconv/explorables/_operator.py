"""A figure's outputs from a function of the reader's own, which a live kernel calls."""

from __future__ import annotations

from typing import Any

import numpy as np
from traitlets import Dict, TraitType

from d2lconv._validate import Array
from d2lconv.check.driving import name_of, output_of
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
    Where Python runs in the page itself, the page asks, and `calls_python` is False.
    """

    operator = Operator(allow_none=True)
    _output = Dict().tag(sync=True)  # what came of it, and for which traits: empty without an operator
    _asked: object = None  # the operator, the image and the kernel that it came of

    def _shown(self) -> tuple[Array, Array]:
        """Return the image and the kernel that the figure shows."""
        raise NotImplementedError

    def _ask(self, *traits: str) -> None:
        """Compute the output of what the figure shows, by the values that `traits` have."""
        if self.operator is None or not getattr(self, "calls_python", True):
            self._asked, self._output = None, {}
            return
        X, K = self._shown()
        told = {**words(self.operator), "of": self.get_state(traits)}
        # Several traits may have changed at once, or none that matters to image and kernel.
        asked = (self.operator, X.shape, X.tobytes(), K.shape, K.tobytes())
        try:
            answer = self._output if asked == self._asked else _answer(output_of(self.operator, X, K))
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
    name = name_of(operator)
    unseen = f"{name} has not run on this yet: it runs in a live notebook."
    private = f"{name} runs in Python, to which no photograph of your own is sent."
    return {"name": name, "unseen": [unseen, private]}


def _answer(output: Array | str) -> dict[str, Any]:
    """Tell a page what came of a call."""
    return {"said": output} if isinstance(output, str) else {"shape": output.shape, "bytes": output.tobytes()}
