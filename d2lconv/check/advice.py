"""Of all that is wrong with an answer, the one sentence that helps most."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from d2lconv._validate import Array
from d2lconv.check.inputs import IMAGES, KERNELS, SQUARE, Case
from d2lconv.check.running import Outcome
from d2lconv.check.task import Task


def sentence(
    task: Task, cases: Sequence[Case], outcomes: Sequence[Outcome], faults: list[list[str]], parts: dict[str, bool]
) -> str:
    """Say what is wrong, or nothing if all is right."""
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
