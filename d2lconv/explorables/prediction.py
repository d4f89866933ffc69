"""A question that takes an answer before the text gives it."""

from __future__ import annotations

import numbers
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from traitlets import Any as Anything
from traitlets import Bool, Dict, Unicode, validate

from d2lconv._validate import real_number, size_pair
from d2lconv.explorables._figure import Figure
from d2lconv.explorables._module import script
from d2lconv.explorables._pixels import photograph, photograph_for_page
from d2lconv.explorables._room import control, heights

CLOSE = 1e-6  # of a number's size: what counts as the same number
PICTURE = 270  # how wide the page draws one, at most
MOST_CELLS = 12  # along a side, to be pressed with a finger


class Prediction(Figure):
    """
    Commit to an answer, and be told whether it is right or which mistake it was.

    Parameters
    ----------
    name : str
        What the answer is kept under, in letters, digits and hyphens; no other question of a site has it.
    answer : float, str or tuple
        The right answer: a number; one of the choices; the places ``((row, col), ...)`` of cells, counted from 0; or
        the region ``(row, col, height, width)`` of a picture, in pixels. It has to be among what `says` holds.
    says : mapping
        By each foreseen answer, the right one among them, the sentence that is said about it. Where answers are words,
        these are the choices, in their order. Of regions the first one that holds the point counts.
    otherwise : str
        What is said about an answer that nobody foresaw.
    unit : str
        What a number counts; it stands behind the field.
    cells : (int, int), optional
        Height and width of a grid whose cells are to be picked, at most 12 each.
    picture : array_like, optional
        A photograph from 0 to 1 on which a point is to be set.

    Attributes
    ----------
    given : float, str, list or None
        What the reader committed to: a number, a choice, the places of cells, or one place; None before.
    shown : bool
        Whether the reader gave up and asked for the answer.

    Raises
    ------
    ValueError, TypeError
        If the answer is not among what `says` holds, or something is no answer to this kind of question.

    Examples
    --------
    >>> question = Prediction("sum", 6, {6: "1 + 2 + 3.", 24: "That is four times as much."}, "Add up the weights.")
    >>> question.given = 24
    >>> question.right
    False
    >>> question.verdict
    'That is four times as much.'
    """

    _esm = script("prediction")

    name = Unicode().tag(sync=True)
    given = Anything(None).tag(sync=True)
    shown = Bool(False).tag(sync=True)
    _question = Dict().tag(sync=True)

    def __init__(
        self,
        name: str,
        answer: float | str | Sequence[Any],
        says: Mapping[Any, str],
        otherwise: str = "",
        *,
        unit: str = "",
        cells: tuple[int, int] | None = None,
        picture: ArrayLike | None = None,
    ) -> None:
        if not (isinstance(name, str) and re.fullmatch(r"[\w-]+", name)):
            raise ValueError(
                f"name should be made of letters, digits and hyphens, but is {name!r}: such as 'two-edges'."
            )
        kind = "choice" if isinstance(answer, str) else "number"
        question: dict[str, Any] = {"otherwise": otherwise, "unit": unit}
        if cells:
            kind, question["cells"] = "cells", _grid(cells)
        elif picture is not None:
            kind, question["picture"] = "point", photograph_for_page(photograph(picture))
        question["kind"] = kind
        says = {_foreseen(kind, value, question): sentence for value, sentence in says.items()}
        answer = _foreseen(kind, answer, question)
        if answer not in says:
            raise ValueError(
                f"says should hold a sentence about the right answer, {answer!r}, too, but has none: add it."
            )
        question["says"] = [{"value": value, "text": text, "right": value == answer} for value, text in says.items()]
        super().__init__(name=name, _question=question)
        self._heights = heights(self._height, frame=10, sides=0)

    def _height(self, inner: float) -> float:
        question = self._question
        button = control(inner)
        match question["kind"]:
            case "choice":
                return len(question["says"]) * (button + 6) + 2 + button
            case "cells":
                return question["cells"][0] * button + 8 + button  # type: ignore[no-any-return]
            case "point":
                height, width = question["picture"]["shape"]
                return height / width * min(PICTURE, inner) + 16 + 3 * button  # type: ignore[no-any-return]
        beside = inner > 412 + 8 * len(question["unit"])  # the field and its buttons stand in one line
        return button if beside else 2 * button + 8

    @property
    def right(self) -> bool | None:
        """Whether what was given is right; None where nothing was."""
        said = self._said()
        return None if self.given is None else bool(said and said["right"])

    @property
    def verdict(self) -> str:
        """The sentence about what was given; empty where nothing was."""
        said = self._said()
        return "" if self.given is None else said["text"] if said else self._question["otherwise"]

    def _said(self) -> dict[str, Any] | None:
        kind, given = self._question["kind"], self.given
        return next(
            (one for one in self._question["says"] if given is not None and _meets(kind, given, one["value"])), None
        )

    @validate("given")
    def _an_answer(self, proposal: Any) -> Any:
        given, kind = proposal["value"], self._question["kind"]
        if given is None:
            return None
        if kind == "number":
            return real_number(given, "given")
        if kind == "choice":
            choices = [said["value"] for said in self._question["says"]]
            if given not in choices:
                raise ValueError(f"given should be one of {choices}, but is {given!r}: pass one of them.")
            return given
        places = _places(given if kind == "cells" else [given], "given", self._shape())
        return sorted(map(list, places)) if kind == "cells" else list(places[0])

    def _shape(self) -> Sequence[int]:
        question = self._question
        return question["cells"] if "cells" in question else question["picture"]["shape"]  # type: ignore[no-any-return]


def _grid(cells: tuple[int, int]) -> tuple[int, int]:
    shape = size_pair(cells, "cells")
    if max(shape) > MOST_CELLS:
        raise ValueError(
            f"cells should be at most {MOST_CELLS} high and wide, which fingers can press, but is {shape}: "
            "ask about a part of it."
        )
    return shape


def _foreseen(kind: str, value: Any, question: dict[str, Any]) -> Any:
    """Return an answer that the author foresaw, as the page compares it."""
    if kind == "choice":
        if not isinstance(value, str):
            raise TypeError(f"A choice should be a text, but one is {value!r}: write it in words.")
        return value
    if kind == "number":
        return real_number(value, "An answer")
    if kind == "cells":
        return tuple(sorted(_places(value, "An answer", question["cells"])))
    region = np.asarray(value)
    if region.shape != (4,) or region.dtype.kind not in "iu":
        raise TypeError(f"A region should be (row, col, height, width), four whole numbers, but one is {value!r}.")
    return tuple(region.tolist())


def _places(value: Any, name: str, shape: Sequence[int]) -> list[tuple[int, int]]:
    try:
        places = [(int(row), int(col)) for row, col in value]
    except (TypeError, ValueError):
        raise TypeError(f"{name} should hold places, (row, col) each, but is {value!r}: count from 0.") from None
    for place in places:
        if not all(0 <= at < most for at, most in zip(place, shape, strict=True)):
            raise ValueError(
                f"{name} should lie within {tuple(shape)}, but holds {place}: count rows and columns from 0."
            )
    return places


def _meets(kind: str, given: Any, value: Any) -> bool:
    if kind == "number":
        return isinstance(given, numbers.Real) and bool(abs(given - value) <= CLOSE * max(abs(value), 1))
    if kind == "cells":
        return list(map(tuple, given)) == list(map(tuple, value))
    if kind == "point":
        row, col, height, width = value
        return bool(row <= given[0] < row + height and col <= given[1] < col + width)
    return bool(given == value)
