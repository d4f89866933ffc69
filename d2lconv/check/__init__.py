"""Instant checks of the exercises: advice in the reader's cell, and points in the grader's.

Inputs are drawn from a seed: 0 for a reader, and whatever the environment variable ``D2LCONV_SEED`` holds for a grader.
"""

from __future__ import annotations

import difflib
import os

from d2lconv.check.judging import Verdict, judge
from d2lconv.check.tasks import TASKS

__all__ = ["hint", "names", "run", "score"]

_given: dict[str, int] = {}  # how many hints each exercise has given so far
_passed: dict[str, bool] = {}  # whether the last answer that `run` was given is right, for whoever marks exercises


def names() -> list[str]:
    """
    List the exercises that can be checked: those of the book in its order, then those of the assignments alone.

    Returns
    -------
    names : list of str

    Examples
    --------
    >>> names()[:3]
    ['output_shape', 'corr2d', 'same_size']
    """
    return list(TASKS)


def run(name: str, answer: object) -> None:
    """
    Try an answer and print what came of it: that it is right, or which mistake was made.

    The answer runs here and now, on copies of its inputs, and what it prints is dropped. There is no time limit:
    interrupt a loop that never ends. That interrupt is all that it raises; you are told of any other exception.

    Parameters
    ----------
    name : str
        The exercise, one of `names()`.
    answer : object
        The function or the array that was asked for.

    Examples
    --------
    >>> run("second_difference", [[1], [-2], [1]])
    Not yet: Your kernel runs down a column: write it as one row.
    0 of 4 checks pass. For a hint: check.hint("second_difference")
    """
    if unknown := _unknown(name):
        print(unknown)
        return
    verdict = _judge(name, answer)
    _passed[name] = not verdict.sentence
    print(verdict.told(name) + f' For a hint: check.hint("{name}")' * bool(verdict.sentence))


def score(name: str, answer: object) -> float:
    """
    Grade an answer, in silence: the share of an exercise's checks that it passes.

    Parameters
    ----------
    name : str
        The exercise, one of `names()`.
    answer : object
        What `run` takes.

    Returns
    -------
    share : float
        From 0 to 1. An answer that uses a library for what the exercise asks gets 0.

    Raises
    ------
    ValueError
        If there is no exercise of that name.

    Examples
    --------
    >>> score("second_difference", [[1, -1]])
    0.25
    """
    if unknown := _unknown(name):
        raise ValueError(unknown)
    return _judge(name, answer).share


def hint(name: str) -> None:
    """
    Print the next hint of an exercise; after the last one, begin again.

    Parameters
    ----------
    name : str
        The exercise, one of `names()`.

    Examples
    --------
    >>> hint("blur")
    Hint 1 of 3: Each pixel is replaced by an average. What weights does an average have?
    """
    if unknown := _unknown(name):
        print(unknown)
        return
    hints = TASKS[name].hints
    turn = _given.get(name, 0) % len(hints)
    _given[name] = turn + 1
    print(f"Hint {turn + 1} of {len(hints)}: {hints[turn]}")


def _unknown(name: object) -> str:
    if isinstance(name, str) and name in TASKS:
        return ""
    near = difflib.get_close_matches(str(name), TASKS, 1)
    meant = f' Did you mean "{near[0]}"?' if near else ""
    return f"There is no exercise named {name!r}.{meant} The exercises are: {', '.join(TASKS)}."


def _judge(name: str, answer: object) -> Verdict:
    return judge(name, answer, os.environ.get("D2LCONV_SEED", "0"))
