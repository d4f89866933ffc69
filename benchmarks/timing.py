"""Fair races: every runner in one process, in turn, equally often, after its result was found right."""

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from report import Cell

Runner = Callable[[], Any]

QUICK = "--quick" in sys.argv
SHARE = 0.05 if QUICK else 0.3  # seconds for each runner of a race
RNG = np.random.default_rng(0)


class Seconds(NamedTuple):
    """How long one run took: at best, and in the middle."""

    least: float
    median: float


def draw(*shape: int, dtype: type = np.float32) -> np.ndarray:
    """Return random numbers, as many of them below zero as above."""
    return RNG.normal(size=shape).astype(dtype)


def against(what: str, case: str, ours: Runner, theirs: Runner, wanted: float, seconds: float = SHARE) -> Cell:
    """Compare two runners' times: the figure says how many times as fast ours is."""
    mine, other = race({"ours": ours, "theirs": theirs}, seconds).values()
    return Cell(what, case, other.least / mine.least, "times", wanted, other.median / mine.median)


def race(
    runners: dict[str, Runner], seconds: float, *, fewest: int = 7, most: int = 400, wall: bool = False
) -> dict[str, Seconds]:
    """Time the runners in turn, round by round, until each has had its seconds: so many rounds at least and at most.

    Before each time is taken a runner runs once untimed: another's long turn leaves nothing of it in the cache. All are
    timed equally often, or the least of many times would flatter the one that has more of them; and side by side, so
    that what slows the machine down for a while does so for everybody. What counts is the processor's time: a run that
    lasts longer is interrupted more often by other programs, whose time is not its own. Only where two threads are to
    save time it is that of the clock on the wall.
    """
    watch = time.perf_counter if wall else time.process_time
    repeats = {name: enough(run) for name, run in runners.items()}
    taken: dict[str, list[float]] = {name: [] for name in runners}
    end = time.perf_counter() + seconds * len(runners)
    for turn in range(most):
        if turn >= fewest and time.perf_counter() > end:
            break
        for name, run in runners.items():
            run()
            taken[name].append(clock(run, repeats[name], watch))
    return {name: Seconds(min(times), statistics.median(times)) for name, times in taken.items()}


def enough(run: Runner) -> int:
    """Return how often a run fits into 200 µs, beside which reading the clock takes no time."""
    run()  # it may have to compile
    return max(1, int(2e-4 / min(clock(run, 1, time.perf_counter) for _ in range(3))))


def clock(run: Runner, repeats: int, watch: Callable[[], float]) -> float:
    """Return the seconds of one run, as the mean of several."""
    start = watch()
    for _ in range(repeats):
        run()
    return (watch() - start) / repeats


def check(result: Any, oracle: Any, accuracy: float, what: str) -> None:
    """Stop the benchmark if a result is wrong: a fast wrong answer has no speed."""
    result, oracle = np.asarray(result, np.float64), np.asarray(oracle, np.float64)
    if result.shape != oracle.shape:
        raise SystemExit(f"{what} is wrong: its shape is {result.shape}, and should be {oracle.shape}.")
    error = np.abs(result - oracle).max() / max(np.abs(oracle).max(), 1e-300)
    if not error <= accuracy:
        raise SystemExit(f"{what} is wrong: its relative error is {error:.1e}, and {accuracy:.0e} is allowed.")
