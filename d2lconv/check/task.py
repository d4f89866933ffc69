"""What there is to know about an exercise that asks for code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from d2lconv.check.inputs import Case, Draw


@dataclass(frozen=True)
class Task:
    """An exercise: `faults` says why what came back from a call is wrong, the likeliest reason first, or nothing."""

    signature: str  # without parentheses, the answer is an array
    hints: tuple[str, ...]
    cases: Callable[[Draw], Iterator[Case]]
    faults: Callable[..., list[str]]
    shape: Callable[..., tuple[int, ...]] | None = None  # of the output, where getting it right counts by itself
    pair: bool = False  # whether two arrays come back instead of one
    errors: tuple[tuple[str, str], ...] = ()  # words of an exception, and what to do about it
