"""From what came back to a verdict: which parts of an exercise are right."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from d2lconv.check.advice import sentence
from d2lconv.check.borrowing import borrowed
from d2lconv.check.inputs import Case
from d2lconv.check.running import BORROWED, Outcome, call, refusal
from d2lconv.check.task import Task
from d2lconv.check.tasks import TASKS

SHAPE, INPUTS = "the shape of the output", "inputs left as they are"


@dataclass
class Verdict:
    """Which parts of an exercise an answer passes, and what to tell who wrote it: nothing if all is right."""

    parts: dict[str, bool]
    sentence: str = ""

    @property
    def share(self) -> float:
        """The share of the parts that it passes."""
        return sum(self.parts.values()) / len(self.parts)

    def told(self, name: str) -> str:
        """Say it all, of the exercise of that name."""
        passed, count = sum(self.parts.values()), len(self.parts)
        if not self.sentence:
            return f"Right: {name} passes all of its {count} checks."
        return f"{self.sentence}\n{passed} of {count} checks pass."


def draw(name: str, seed: str) -> list[Case]:
    """Draw what an exercise is tried on."""
    digest = hashlib.sha256(f"{seed} {name}".encode()).digest()
    return list(TASKS[name].cases(np.random.default_rng(list(digest))))


def judge(name: str, answer: object, seed: str) -> Verdict:
    """Try an answer, here and now, on inputs drawn from a seed."""
    task, cases = TASKS[name], draw(name, seed)
    count, is_function = len(cases[0].args), "(" in task.signature
    refused = refusal(answer, task.signature, count)
    if is_function and not refused and (lender := borrowed(answer)):
        refused = BORROWED.format(lender)
    function = answer if is_function else lambda *_: answer
    outcomes = [] if refused else [call(function, case.args, task.pair) for case in cases]
    return verdict(task, cases, outcomes, refused)


def verdict(task: Task, cases: Sequence[Case], outcomes: Sequence[Outcome], refused: str = "") -> Verdict:
    """Compare what came of each call with what should have; `refused` says why there was none."""
    if refused:
        return Verdict(dict.fromkeys(_parts(task, cases), False), refused)
    with warnings.catch_warnings(), np.errstate(all="ignore"):  # what came back may overflow where it is compared
        warnings.simplefilter("ignore")
        return _compared(task, cases, outcomes)


def _parts(task: Task, cases: Sequence[Case]) -> list[str]:
    """List what counts by itself: what the cases are drawn for, and for some exercises the shape or the inputs."""
    parts = [case.part for case in cases]
    if task.shape:
        parts.append(SHAPE)
    if any(isinstance(arg, np.ndarray | list) for arg in cases[0].args):
        parts.append(INPUTS)
    return list(dict.fromkeys(parts))


def _compared(task: Task, cases: Sequence[Case], outcomes: Sequence[Outcome]) -> Verdict:
    faults = [_faults(task, case, outcome) for case, outcome in zip(cases, outcomes, strict=True)]
    parts = dict.fromkeys(_parts(task, cases), True)
    for case, outcome, found in zip(cases, outcomes, faults, strict=True):
        parts[case.part] &= not found
        if task.shape:
            parts[SHAPE] &= isinstance(outcome.value, np.ndarray) and outcome.value.shape == task.shape(*case.args)
    if INPUTS in parts:  # a function that does nothing leaves them as they are, too, and earns nothing by it
        parts[INPUTS] = parts[cases[0].part] and not any(outcome.wrote for outcome in outcomes)
    return Verdict(parts, sentence(task, cases, outcomes, faults, parts))


def _faults(task: Task, case: Case, outcome: Outcome) -> list[str]:
    if outcome.error:
        advice = [f" {sentence}" for words, sentence in task.errors if words in outcome.error]
        return [outcome.error + "".join(advice)]
    if outcome.value is None:
        return [f"Nothing came back from `{task.signature}`: end it with `return` and the result."]
    return task.faults(outcome.value, *case.args)
