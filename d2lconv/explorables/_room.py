"""How high a figure will be, so that a page can keep its place free and nothing jumps when it is drawn.

The numbers are those of the style sheets and of the scripts; a test compares them with what a browser draws.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

# Heights are worked out at these widths, and a page takes those between from the two nearest. They are close, because
# an arrangement that no longer fits gives way to a much higher one.
WIDTHS = [*range(256, 480, 8), *range(480, 912, 16)]

FRAME = 64  # a figure's margin, border and padding, above and below
CAPTION, LINE, HINT = 23.5, 25.5, 39  # a grid's caption, a line of a sum, the two lines of a hint
LEGEND = 35.5  # the key below a feature map
ROW_GAP = 8  # between the rows of a stage

Shape = tuple[int, ...]


def heights(height: Callable[[float], float], frame: int = FRAME, sides: int = 34) -> list[tuple[int, int]]:
    """Return widths of a figure, each with its height there; `height` takes the width inside the figure's padding."""
    return [(width, round(frame + height(width - sides))) for width in WIDTHS]


def control(inner: float) -> int:
    """Return the height of a slider, a choice or a button: what is as narrow as a phone is used with fingers."""
    return 44 if inner < 446 else 32


def controls(count: int, inner: float, buttons: bool = False) -> float:
    """Return the height of so many sliders or choices, with a row of buttons or without."""
    row = control(inner)
    rows = math.ceil(count / max(1, int((inner + 28) // 298)))
    return 10 + rows * row + (rows - 1) * 4 + buttons * (8 + row)


def sentence(characters: int, inner: float) -> float:
    """Return the height of a sum or another sentence of its size."""
    return 16 + LINE * math.ceil(9.5 * characters / inner)


def note(output: dict[str, Any], inner: float) -> float:
    """Return the height of what is said below a sum about the output of an operator, if there is one."""
    if not output:
        return 0
    return 22.5 * math.ceil(8 * len(output.get("said", f"{output['name']} gives 0.123456 here, too.")) / inner)


def formula(sizes: int, inner: float) -> float:
    """Return the height of a formula with letters that can be pressed, and of the two sizes below it."""
    return 8 + control(inner) + (20 if 7 * sizes + 13 < inner else 40)


def stage(first: Shape, kernel: Shape, second: Shape, inner: float, least: float) -> float:
    """Return the height of two grids and a kernel, in the arrangement that `arrange` in ``grid.js`` gives them."""

    def fit(gaps: float, *grids: Shape) -> int:
        return int(min(46, max(8, (inner - 2 - gaps) / sum(max(columns, 2.7) for _, columns in grids))))

    one, two = fit(88, first, kernel, second), fit(12, first, second)
    if one >= 30:
        return CAPTION + one * max(first[0], kernel[0], second[0])
    if two >= least:
        return CAPTION + two * max(first[0], second[0]) + ROW_GAP + CAPTION + two * kernel[0]
    above = CAPTION + fit(0, first) * first[0] + ROW_GAP + CAPTION
    if (two := fit(60, kernel, second)) >= 18:
        return above + two * max(kernel[0], second[0])
    two = fit(0, second)
    return above + two * kernel[0] + ROW_GAP + CAPTION + two * second[0]
