"""Pairs of an image and an output, for each of which a kernel is to be found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from traitlets import Dict, Int, List, validate

from d2lconv._validate import output_shape
from d2lconv.explorables._cells import drawable
from d2lconv.explorables._figure import Figure, between
from d2lconv.explorables._module import script
from d2lconv.explorables._room import CAPTION, ROW_GAP, control, heights, sentence
from d2lconv.operators import corr2d, unfold

TITLE = 32.5  # a puzzle's title, one line

WORDS = ("name", "title", "because")


def _for_page(puzzle: Mapping[str, Any]) -> dict[str, Any]:
    """Return a puzzle as JSON can hold it, or say what is wrong with it."""
    name = puzzle.get("name", "a puzzle")
    if set(puzzle) - {"K", "Y"} != {*WORDS, "X"} or ("K" in puzzle) == ("Y" in puzzle):
        raise ValueError(
            f"A puzzle should have name, title, X, because, and K, the kernel, or Y where no kernel makes the output, "
            f"but {name} has {', '.join(puzzle)}: see KernelPuzzle's docstring."
        )
    for word in WORDS:
        if not isinstance(puzzle[word], str) or not puzzle[word]:
            raise TypeError(f"{word} should be a text, but came as {puzzle[word]!r}: write one.")
    X = drawable(puzzle["X"], f"X of {name}")
    possible = "K" in puzzle
    if possible:
        K = drawable(puzzle["K"], f"K of {name}")
        output_shape(X.shape, K.shape)
        Y = corr2d(X, K)
    else:
        Y = drawable(puzzle["Y"], f"Y of {name}")
        _impossible(X, Y, name)
    for array in (X, Y):
        if not np.isfinite(array).all():
            raise ValueError(f"X, K and Y of {name} should be finite: a reader cannot match NaN or infinity.")
    words = {word: puzzle[word] for word in WORDS}
    return {**words, "X": X.tolist(), "Y": Y.tolist(), "possible": possible}


def _impossible(X: Any, Y: Any, name: str) -> None:
    """Say so where a kernel does make `Y` of `X`."""
    k_h, k_w = (n - m + 1 for n, m in zip(X.shape, Y.shape, strict=True))
    if k_h < 1 or k_w < 1:
        raise ValueError(
            f"Y of {name} should be no larger than X, but their shapes are {Y.shape} and {X.shape}: crop Y."
        )
    U = unfold(X, (k_h, k_w))
    K = np.linalg.lstsq(U, Y.ravel(), rcond=None)[0]
    if np.allclose(U @ K, Y.ravel(), atol=1e-9 * np.abs(Y).max()):
        made = np.round(K.reshape(k_h, k_w), 6).tolist()
        raise ValueError(f"No kernel should make Y of {name}, but {made} does: pass it as K, or another Y.")


class KernelPuzzle(Figure):
    """
    Find the kernel between an image and an output, puzzle by puzzle.

    A reader types weights until their output is the wanted one. A hint names what is still wrong.

    Parameters
    ----------
    puzzles : sequence of dict
        Each with a ``name`` that stays the same when the text changes, a ``title``, an image ``X``, a sentence
        ``because`` that says what solves it and why, and either the kernel ``K``, whose valid cross-correlation with
        `X` is wanted, or an output ``Y`` that no kernel makes: then that is the answer. Any kernel that makes the
        wanted output is right.

    Attributes
    ----------
    puzzle : int
        Which puzzle is shown, counted from 0.
    kernels : dict
        By name, the reader's kernel so far, a list of rows.
    solved : list of str
        The names of the puzzles that are solved.

    Raises
    ------
    ValueError, TypeError
        If a puzzle lacks something or has more, two have one name, or a kernel makes a ``Y`` that none should.

    Examples
    --------
    >>> figure = KernelPuzzle([{"name": "edge", "title": "Find the edge", "X": [[1, 1, 0, 0]], "K": [[1, -1]],
    ...                         "because": "Neighbours that are alike cancel each other."}])
    >>> figure.kernels = {"edge": [[0, 1]]}
    >>> figure.solved
    []
    """

    _esm = script("kernel_puzzle")

    _puzzles: List[Any] = List().tag(sync=True)
    puzzle = Int().tag(sync=True)
    kernels: Dict[Any, Any] = Dict().tag(sync=True)
    solved: List[Any] = List().tag(sync=True)

    def __init__(self, puzzles: Sequence[Mapping[str, Any]]) -> None:
        checked = [_for_page(puzzle) for puzzle in puzzles]
        names = [puzzle["name"] for puzzle in checked]
        if not names or len(set(names)) < len(names):
            raise ValueError(f"puzzles should hold one or more, each with a name of its own, but came with {names}.")
        super().__init__(_puzzles=checked)
        self._heights = heights(self._height)

    def _height(self, inner: float) -> float:
        button = control(inner)
        rows = -(-len(self._puzzles) // int((inner + 6) // 50))
        choices = 8 + rows * (button + 6) - 6
        stage = max(_stage(puzzle, inner) for puzzle in self._puzzles)
        wrapped = button + 10 if inner < 297 else 0
        return (
            choices
            + TITLE
            + stage
            + 8
            + button
            + wrapped
            + sentence(len("6 of 16 outputs differ (outlined)") - 3, inner)
        )

    def _shapes(self) -> dict[str, tuple[int, int]]:
        return {p["name"]: _kernel_shape(p) for p in self._puzzles}

    @validate("puzzle")
    def _one_of_them(self, proposal: Any) -> int:
        return between(proposal["value"], 0, len(self._puzzles) - 1)

    @validate("kernels")
    def _of_their_shapes(self, proposal: Any) -> dict[str, list[list[float]]]:
        shapes = self._shapes()
        kernels = {}
        for name, rows in proposal["value"].items():
            K = drawable(rows, f"kernel {name}")
            if shapes.get(name) != K.shape or not np.isfinite(K).all():
                raise ValueError(
                    f"kernels should hold finite numbers by puzzle, of the shapes {shapes}, but {name} came as {rows}."
                )
            kernels[name] = K.tolist()
        return kernels

    @validate("solved")
    def _names(self, proposal: Any) -> list[str]:
        names = [puzzle["name"] for puzzle in self._puzzles]
        if strange := [name for name in proposal["value"] if name not in names]:
            raise ValueError(f"solved should hold names of puzzles, {names}, but holds {strange}.")
        return [name for name in names if name in proposal["value"]]


def _kernel_shape(puzzle: dict[str, Any]) -> tuple[int, int]:
    X, Y = puzzle["X"], puzzle["Y"]
    return len(X) - len(Y) + 1, len(X[0]) - len(Y[0]) + 1


def _stage(puzzle: dict[str, Any], inner: float) -> float:
    """Return the height of four grids in a row or in two, as ``kernel_puzzle.js`` arranges them."""

    def fit(most: int, room: float, columns: float) -> int:
        return int(min(most, room / columns))

    X, Y = puzzle["X"], puzzle["Y"]
    x, y, (k_h, k_w) = len(X[0]), len(Y[0]), _kernel_shape(puzzle)
    k = max(k_w, 2.7)
    if (row := fit(38, inner - 112, x + k + 2 * max(y, 2.7))) >= 26:
        return CAPTION + row * len(X)
    side = min(fit(38, inner - 44, max(x + k, 2 * y)), max(24, fit(38, inner - 44 - 44 * k, x)))
    tap = max(side, fit(44, inner - 44 - side * x, k))
    return 2 * CAPTION + ROW_GAP + max(side * len(X), tap * k_h) + side * len(Y)
