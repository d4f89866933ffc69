"""`corr2d` beside its peers: kernels as networks have them, large ones, one small call, and two threads."""

import functools
import statistics
from collections.abc import Iterator

import numpy as np
import peers
from report import Cell
from timing import QUICK, SHARE, Runner, against, check, draw, race

from d2lconv import _kernels, corr2d

SMALL = (6, 8)  # the textbook's image
SIDES = (28, 128, 512) if QUICK else (28, 64, 128, 256, 512, 1024, 2048)
KERNELS = [(1, 2), *((k, k) for k in ((3, 5, 15) if QUICK else (2, 3, 5, 7, 9, 11, 13, 15)))]
FFT_FROM = 19  # the docstring of `corr2d` says that method="fft" is faster than the sum from kernels of this size on


def direct(X: np.ndarray, K: np.ndarray) -> Runner:
    """Return `corr2d` as the peers are: as a function that takes nothing."""
    return lambda: corr2d(X, K)


def cases(shapes: list[tuple[int, int]], dtype: type) -> Iterator[tuple[str, np.ndarray, np.ndarray, np.ndarray]]:
    """Yield each image with each kernel that fits it: what to call them, the two, and the right output."""
    for n_h, n_w in shapes:
        for k_h, k_w in KERNELS:
            if k_h <= n_h and k_w <= n_w:
                X, K = draw(n_h, n_w, dtype=dtype), draw(k_h, k_w, dtype=dtype)
                yield f"{n_h}×{n_w}, {k_h}×{k_w}", X, K, peers.windows(X.astype(float), K.astype(float))()


def beside_opencv() -> Iterator[Cell]:
    """Race the fastest filter that most people have, in both precisions."""
    squares = [(n, n) for n in SIDES]
    for dtype, accuracy, wanted, wanted_median in ((np.float32, 1e-5, 1.15, 1.45), (np.float64, 1e-12, 1.0, 1.6)):
        what, ratios = f"{dtype.__name__}, OpenCV", []
        for case, X, K, oracle in cases(squares, dtype):
            ours, theirs = direct(X, K), peers.opencv(X, K)
            check(ours(), oracle, accuracy, f"corr2d in {dtype.__name__} at {case}")
            check(theirs(), oracle, accuracy, f"OpenCV in {dtype.__name__} at {case}")
            cell = against(what, case, ours, theirs, wanted)
            ratios.append(cell.figure)
            yield cell
        yield Cell(f"{what}, in the median", "all cells", statistics.median(ratios), "times", wanted_median)


def beside_others() -> Iterator[Cell]:
    """Race everybody else."""
    rivals = {
        "PyTorch": peers.pytorch,
        "SciPy's correlate2d": peers.correlate2d,
        "SciPy's ndimage": peers.ndimage,
        "NumPy's windows": peers.windows,
    }
    for case, X, K, oracle in cases([SMALL, *((n, n) for n in SIDES)], np.float32):
        ours, n_h, k_h = direct(X, K), len(X), len(K)
        check(ours(), oracle, 1e-5, f"corr2d at {case}")
        for name, rival in rivals.items():
            if name != "PyTorch" and n_h > 512 and (k_h > 7 or n_h > 1024):
                continue  # seconds for each run, and a ratio no different
            theirs = rival(X, K)
            check(np.asarray(theirs()).squeeze(), oracle, 1e-4, f"{name} at {case}")
            yield against(f"float32, {name}", case, ours, theirs, 5 if n_h >= 256 else 1.7)


def small_calls() -> Iterator[Cell]:
    """Race a checked call on an image so small that the call is what takes the time, and see what checking takes of it.

    Checking is what is left when the compiled loop and the array for its output are taken off.
    """
    for case, X, K, oracle in cases([SMALL], np.float32):
        check(corr2d(X, K), oracle, 1e-5, f"corr2d at {case}")
        ours, theirs = direct(X, K), peers.opencv(X, K)
        yield against("a checked call on 6×8, OpenCV", case, ours, theirs, 1)
    X, K = draw(*SMALL), draw(1, 2)
    bare = _kernels._correlate_with(1, 2)
    runners = {"checked": direct(X, K), "bare": lambda: bare(X, K, np.empty((6, 7), np.float32))}
    checked, bare = race(runners, SHARE).values()
    least, median = (1e6 * (whole - part) for whole, part in zip(checked, bare, strict=True))
    yield Cell("what checking costs", "6×8, 1×2", least, "µs", 1, median, at_most=True)


def by_fourier() -> Iterator[Cell]:
    """Race `corr2d` by way of Fourier on large kernels: against the best of the others, and against its own sum."""
    for n in (256,) if QUICK else (256, 512, 1024):
        for k in (31, 63) if QUICK else (31, 47, 63, 101):
            X, K = draw(n, n), draw(k, k)
            ours = functools.partial(corr2d, X, K, method="fft")
            runners = {"d2lconv": ours, "OpenCV": peers.opencv(X, K), "SciPy": peers.fft(X, K)}
            case, oracle = f"{n}×{n}, {k}×{k}", peers.fft(X.astype(float), K.astype(float))()
            for name, run in runners.items():
                check(run(), oracle, 1e-5, f"{name} at {case}")
            ours, *theirs = race(runners, SHARE).values()
            least, median = (min(times) for times in zip(*theirs, strict=True))
            yield Cell("Fourier, better of two", case, least / ours.least, "times", 0.9, median / ours.median)
        X, K = draw(n, n), draw(FFT_FROM, FFT_FROM)
        ours, the_sum = functools.partial(corr2d, X, K, method="fft"), direct(X, K)
        check(the_sum(), peers.fft(X.astype(float), K.astype(float))(), 1e-5, "the sum over a large kernel")
        yield against("Fourier, the sum", f"{n}×{n}, from {FFT_FROM}×{FFT_FROM} on", ours, the_sum, 1)


def threads() -> Iterator[Cell]:
    """Race two threads against one."""
    for n in (1024,) if QUICK else (1024, 2048, 4096):
        for k in (3, 7, 15):
            X, K = draw(n, n), draw(k, k)
            runners = {f"{number}": functools.partial(corr2d, X, K, threads=number) for number in (1, 2)}
            check(runners["2"](), runners["1"](), 0, "corr2d with two threads")
            least, median = (one / two for one, two in zip(*race(runners, SHARE, wall=True).values(), strict=True))
            yield Cell("two threads, one", f"{n}×{n}, {k}×{k}", least, "times", 1.6, median)
