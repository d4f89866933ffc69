"""From what came back to a verdict: which parts are right, and the one sentence that helps most."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from d2lconv._validate import Array
from d2lconv.check.running import LIMIT, Outcome, Report, call_all
from d2lconv.check.tasks import IMAGES, KERNELS, SQUARE, Case, Task

SHAPE, INPUTS = "the shape of the output", "inputs left as they are"


@dataclass
class Verdict:
    """Which parts of an exercise an answer passes, and what to tell who wrote it: nothing if all is right."""

    parts: dict[str, bool]
    sentence: str = ""


def judge(task: Task, answer: object, rng: np.random.Generator) -> Verdict:
    """Try an answer on inputs drawn from `rng`."""
    cases = list(task.cases(rng))
    report = call_all(answer, task.signature, [case.args for case in cases])
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return _verdict(task, cases, report)


def _verdict(task: Task, cases: Sequence[Case], report: Report) -> Verdict:
    tried = list(zip(cases, report.outcomes, strict=False))
    faults = [_faults(task, case, outcome) for case, outcome in tried]
    wrong = {case.part for (case, _), found in zip(tried, faults, strict=True) if found}
    wrong |= {case.part for case in cases[len(tried) :]}
    parts = {case.part: case.part not in wrong for case in cases}
    if task.shape:
        parts[SHAPE] = len(tried) == len(cases) and all(
            outcome.value is not None and outcome.value.shape == task.shape(*case.args) for case, outcome in tried
        )
    if any(isinstance(arg, np.ndarray | list) for arg in cases[0].args):
        parts[INPUTS] = parts[cases[0].part] and not any(outcome.wrote for _, outcome in tried)
    if report.refusal or report.lender:
        parts = dict.fromkeys(parts, False)
    return Verdict(parts, _sentence(task, cases, report, faults, parts))


def _faults(task: Task, case: Case, outcome: Outcome) -> list[str]:
    if outcome.error:
        return [outcome.error]
    if outcome.value is None:
        return [f"Nothing came back from `{task.signature}`: end it with `return` and the result."]
    return task.faults(outcome.value, *case.args)


def _sentence(
    task: Task, cases: Sequence[Case], report: Report, faults: list[list[str]], parts: dict[str, bool]
) -> str:
    name = task.signature.partition("(")[0]
    if report.refusal:
        return report.refusal
    if report.lender:
        return f"Your answer leans on {report.lender}. It is sure to be right, but this exercise is yours to write."
    if report.late:
        where = _place(task, cases[min(len(faults), len(cases) - 1)])
        return f"Stopped: after {LIMIT} seconds it was still running, {where}. Is there a loop that never ends?"
    if len(faults) < len(cases):
        where = _place(task, cases[len(faults)])
        return f"Not yet: what `{name}` left in its inputs could not be looked at, {where}. Leave them as they are."
    failing = [(case, found) for case, found in zip(cases, faults, strict=True) if found]
    if failing and all(outcome.value is None and not outcome.error for outcome in report.outcomes):
        return f"Nothing came back yet: write the body of `{name}`, and end it with `return` and the result."
    if failing:
        return f"Not yet: {_reason(task, failing, len(cases), parts)}"
    wrote = sorted({n for outcome in report.outcomes for n in outcome.wrote})
    if wrote:
        return (
            f"Not yet: The numbers are right, but `{name}` writes into its input {_parameters(task)[wrote[0]]}: "
            "whoever calls it will need that unchanged, so work on a copy."
        )
    return ""


def _reason(task: Task, failing: list[tuple[Case, list[str]]], count: int, parts: dict[str, bool]) -> str:
    """Choose the reason that explains all that is wrong, or else the first."""
    case, found = failing[0]
    place = f"({_place(task, case)[0].upper()}{_place(task, case)[1:]}.)"
    if parts.get(SQUARE):
        only = "kernels" if parts.get(IMAGES) else "images"
        if not parts.get(KERNELS, True):
            other = "kernels" if parts.get(IMAGES, True) else "images and kernels"
            return (
                f"It works for square {other} only: is a height used somewhere in place of a width, or the other way "
                f"round? {found[0]} {place}"
            )
        if not parts.get(IMAGES, True):
            return f"It works for square {only} only: is a height used in place of a width? {found[0]} {place}"
    shared = [reason for reason in found if all(reason in other for _, other in failing)]
    if shared and len(failing) == count:
        return shared[0]
    return f"{(shared or found)[0]} {place}"


def _place(task: Task, case: Case) -> str:
    """Say with which arguments that was."""
    if "(" not in task.signature:
        return f"for {case.part}"
    named = zip(_parameters(task), case.args, strict=True)
    return f"with {' and '.join(f'{name} {_described(arg)}' for name, arg in named)}"


def _parameters(task: Task) -> list[str]:
    return task.signature.partition("(")[2].rstrip(")").split(", ")


def _described(arg: object) -> str:
    if not isinstance(arg, np.ndarray):
        return f"= {arg}"
    A: Array = arg
    if A.ndim == 1:
        return f"= ({', '.join(f'{number:.3g}' for number in A)})"
    return f"of {A.shape[0]} × {A.shape[1]}" + ("" if A.dtype == np.float64 else f" ({A.dtype})")
