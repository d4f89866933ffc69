"""Races are fair: told here with a clock that only the runners move."""

from types import SimpleNamespace

import numpy as np
import pytest
import timing


@pytest.fixture
def track(monkeypatch):
    """Return a track whose runners take as long as they are told to, all of them slower where it says so.

    Another program may take a share of each run: it counts on the wall, and not on the processor.
    """
    track = SimpleNamespace(now=0.0, used=0.0, log=[], slower=lambda now: 1, stolen=lambda name: 0)

    def runner(name, seconds):
        def run():
            track.log.append(name)
            own = seconds * track.slower(track.now)
            track.used += own
            track.now += own + track.stolen(name)

        return run

    track.runner = runner
    clocks = SimpleNamespace(perf_counter=lambda: track.now, process_time=lambda: track.used)
    monkeypatch.setattr(timing, "time", clocks)
    return track


def test_each_timed_run_follows_an_untimed_one_of_its_own(track):
    timing.race({"a": track.runner("a", 1), "b": track.runner("b", 10)}, 1, fewest=3)
    assert track.log[8:] == 3 * ["a", "a", "b", "b"]


def test_the_slow_are_timed_as_often_as_the_quick(track):
    timing.race({"quick": track.runner("quick", 1), "slow": track.runner("slow", 50)}, 500)
    assert track.log.count("quick") == track.log.count("slow") > 2 * 7


def test_a_race_takes_the_time_it_is_given(track):
    timing.race({"a": track.runner("a", 1), "b": track.runner("b", 1)}, 100, most=10**6)
    assert track.now == pytest.approx(2 * 100 + 8, abs=4)  # with the eight runs before it, to within a round


def test_what_is_too_quick_for_the_clock_is_timed_in_bunches(track):
    times = timing.race({"a": track.runner("a", 1e-6)}, 1, fewest=1, most=1)
    assert len(track.log) == pytest.approx(4 + 1 + 200, abs=1)
    assert times["a"].least == pytest.approx(1e-6)


@pytest.mark.parametrize("disturbed", [(0, 300), (100, 10**9), (0, 10**9)])
def test_a_machine_that_is_slow_for_a_while_is_slow_for_everybody(track, disturbed):
    track.slower = lambda now: 3 if disturbed[0] <= now < disturbed[1] else 1
    a, b = timing.race({"a": track.runner("a", 1), "b": track.runner("b", 2)}, 300).values()
    assert b.least == 2 * a.least
    assert b.median == 2 * a.median


def test_time_that_another_program_took_is_counted_on_the_wall_only(track):
    track.stolen = lambda name: 5 if name == "b" else 0
    runners = {"a": track.runner("a", 1), "b": track.runner("b", 2)}
    a, b = timing.race(runners, 100).values()
    assert (a.least, b.least) == (1, 2)
    a, b = timing.race(runners, 100, wall=True).values()
    assert (a.least, b.least) == (1, 7)


def test_a_ratio_says_how_many_times_as_fast_ours_is(track):
    cell = timing.against("float32, OpenCV", "6×8", track.runner("ours", 1), track.runner("theirs", 3), 1.15)
    assert (cell.figure, cell.median, cell.wanted) == (3, 3, 1.15)


@pytest.mark.parametrize("result", [[1, 2.1], [1, np.nan], [1, 2, 3], [[1, 2]]])
def test_a_wrong_result_stops_the_benchmark(result):
    with pytest.raises(SystemExit, match="corr2d is wrong"):
        timing.check(result, [1, 2], 1e-2, "corr2d")


def test_a_right_result_may_be_off_by_what_is_allowed():
    timing.check([1, 2.01], [1, 2], 1e-2, "corr2d")  # 0.01 of 2 is half of it
