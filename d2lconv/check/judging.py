"""From what came back to a verdict: which parts are right, and the one sentence that helps most."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from d2lconv._validate import Array
from d2lconv.check.borrowing import borrowed
from d2lconv.check.inputs import IMAGES, KERNELS, SQUARE, Case
from d2lconv.check.running import BORROWED, Outcome, call, refusal
from d2lconv.check.tasks import TASKS, Task

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
    return Verdict(parts, _sentence(task, cases, outcomes, faults, parts))


def _faults(task: Task, case: Case, outcome: Outcome) -> list[str]:
    if outcome.error:
        advice = [f" {sentence}" for words, sentence in task.errors if words in outcome.error]
        return [outcome.error + "".join(advice)]
    if outcome.value is None:
        return [f"Nothing came back from `{task.signature}`: end it with `return` and the result."]
    return task.faults(outcome.value, *case.args)


def _sentence(
    task: Task, cases: Sequence[Case], outcomes: Sequence[Outcome], faults: list[list[str]], parts: dict[str, bool]
) -> str:
    name = task.signature.partition("(")[0]
    failing = [(case, found) for case, found in zip(cases, faults, strict=True) if found]
    if failing and all(outcome.value is None and not outcome.error for outcome in outcomes):
        return f"Nothing came back yet: write the body of `{name}`, and end it with `return` and the result."
    wrote = [n for outcome in outcomes for n in outcome.wrote]
    if failing:
        if all(outcome.wrote and not outcome.error for outcome, found in zip(outcomes, faults, strict=True) if found):
            return (
                f"Not yet: `{name}` writes into its input {_parameters(task)[min(wrote)]}, and what it reads there "
                "afterwards is changed: work on a copy."
            )
        return f"Not yet: {_reason(task, failing, cases, parts)}"
    if wrote:
        return (
            f"Not yet: The numbers are right, but `{name}` writes into its input {_parameters(task)[min(wrote)]}: "
            "its caller may still need that unchanged, so work on a copy."
        )
    return ""


def _reason(task: Task, failing: list[tuple[Case, list[str]]], cases: Sequence[Case], parts: dict[str, bool]) -> str:
    """Choose the reason that explains all that is wrong, or else the first."""
    case, found = failing[0]
    shared = [reason for reason in found if all(reason in other for _, other in failing)]
    if shared and len(failing) == len(cases):
        return shared[0]
    reason = f"{(shared or found)[0]} ({_place(task, case)}.)"
    if parts.get(SQUARE):
        passing = {case.part for case in cases if not any(case is other for other, _ in failing)}
        failed = {"images": IMAGES, "kernels": KERNELS}
        only = " and ".join(what for what, part in failed.items() if part in parts and part not in passing)
        if only:
            return (
                f"It works for square {only} only: is a height used somewhere in place of a width, or the other way "
                f"round? {reason}"
            )
    return reason


def _place(task: Task, case: Case) -> str:
    """Say with which arguments that was."""
    if "(" not in task.signature:
        return f"Check: {case.part}"
    named = zip(_parameters(task), case.args, strict=True)
    return f"With {' and '.join(f'{name} {_described(arg)}' for name, arg in named)}"


def _parameters(task: Task) -> list[str]:
    return task.signature.partition("(")[2].rstrip(")").split(", ")


def _described(arg: object) -> str:
    if not isinstance(arg, np.ndarray):
        return f"= {arg}"
    A: Array = arg
    if A.ndim == 1:
        return f"= ({', '.join(f'{number:.3g}' for number in A)})"
    return f"of {A.shape[0]} × {A.shape[1]}" + ("" if A.dtype == np.float64 else f" ({A.dtype})")
