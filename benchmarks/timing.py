"""Fair races: every runner in one process, in turn, many times, after its result was found right."""

import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Runner = Callable[[], Any]


class Seconds(NamedTuple):
    """How long one run took: at best, and in the middle."""

    least: float
    median: float


def race(runners: dict[str, Runner], seconds: float, *, fewest: int = 5, most: int = 400) -> dict[str, Seconds]:
    """Run them in turn until each has had its share of the time; a slow one at least `fewest` times.

    Before each time is taken a runner runs once untimed: a peer's long turn leaves nothing of it in the cache.
    """
    repeats, taken = {}, {name: [] for name in runners}
    for name, run in runners.items():
        run()  # it may have to compile
        once = clock(run, 1)
        repeats[name] = max(1, int(2e-4 / once))  # what is too quick for the clock runs several times
    running = list(runners)
    while running:
        for name in list(running):
            runners[name]()
            taken[name].append(clock(runners[name], repeats[name]))
            count = len(taken[name])
            if count >= most or (count >= fewest and sum(taken[name]) * repeats[name] > seconds):
                running.remove(name)
    return {name: Seconds(min(times), statistics.median(times)) for name, times in taken.items()}


def clock(run: Runner, repeats: int) -> float:
    """Return the seconds of one run, as the mean of several."""
    start = time.perf_counter()
    for _ in range(repeats):
        run()
    return (time.perf_counter() - start) / repeats


def check(result: Any, oracle: Any, accuracy: float, what: str) -> None:
    """Stop the benchmark if a result is wrong: a fast wrong answer has no speed."""
    result, oracle = np.asarray(result, np.float64), np.asarray(oracle, np.float64)
    error = np.abs(result - oracle).max() / max(np.abs(oracle).max(), 1e-300)
    if result.shape != oracle.shape or not error <= accuracy:
        raise SystemExit(f"{what} is wrong: its relative error is {error:.1e}, and {accuracy:.0e} is allowed.")
