"""What the machine itself allows: its multiply-add peak, no cliffs, memory, and the first call of a process."""

import functools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

import numpy as np
from numba import njit
from report import Cell
from timing import QUICK, SHARE, against, check, draw, race

from d2lconv import _kernels, corr2d

STEPS = 16


@njit(fastmath={"contract"})
def multiply_add(x, rounds):
    """Do nothing but arithmetic, in registers: in chains that do not wait for each other.

    There are four at a time, and they are short, so that the processor begins the next four while these come to their
    end: with 32 steps each, sixteen registers reach four fifths of this.
    """
    half = np.float32(0.5)
    for _ in range(rounds):
        for j in range(64):
            p, q, r, s = x[j], x[j + 64], x[j + 128], x[j + 192]
            for _ in range(STEPS):
                p = p * half + half
                q = q * half + half
                r = r * half + half
                s = s * half + half
            x[j], x[j + 64], x[j + 128], x[j + 192] = p, q, r, s


def peak() -> Iterator[Cell]:
    """Compare `corr2d` to the most that one core can multiply and add."""
    x, rounds = np.ones(256, np.float32), 200
    for k in range(7, 16, 2):
        X, K = draw(512, 512), draw(k, k)
        times = race({"ours": functools.partial(corr2d, X, K), "peak": lambda: multiply_add(x, rounds)}, SHARE)
        work = 2 * k * k * (513 - k) ** 2, 2 * STEPS * x.size * rounds
        least, median = (100 * work[0] / ours / (work[1] / top) for ours, top in zip(*times.values(), strict=True))
        yield Cell("share of the multiply-add peak", f"512×512, {k}×{k}", least, "%", 60, median)


@njit(nogil=True, fastmath={"contract"})
def tap_by_tap(X, K, Y):
    """Correlate with no shape known to the compiler, and so with no cliff to fall off."""
    for i in range(Y.shape[0]):
        y = Y[i]
        y[:] = 0
        for a in range(K.shape[0]):
            for b in range(K.shape[1]):
                x, tap = X[i + a, b:], K[a, b]
                for j in range(len(y)):
                    y[j] += x[j] * tap


def floors() -> Iterator[Cell]:
    """Look for cliffs: no size of kernel may be slower than the plain loop."""
    square = [(k_h, k_w) for k_h in ((1, 5, 16) if QUICK else range(1, 17)) for k_w in range(1, 17)]
    for k_h, k_w in [*square, *((3, k_w) for k_w in (17, 24, 31, 33, 48, 65))]:
        X, K, Y = draw(128, 272), draw(k_h, k_w), np.empty((129 - k_h, 273 - k_w), np.float32)
        plainly = np.empty_like(Y)
        ours = functools.partial(_kernels.correlate, X, K, Y)
        plain = functools.partial(tap_by_tap, X, K, plainly)
        ours()
        plain()
        check(Y, plainly, 1e-5, f"the loop for {k_h}×{k_w}")
        yield against("floor: the plain loop", f"{k_h}×{k_w}", ours, plain, 1, seconds=0.01)


MEMORY = """
import numpy as np
from d2lconv import corr2d

def peak():
    with open("/proc/self/status") as status:
        return 1024 * next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

K = np.ones((7, 7), np.float32)
corr2d(np.ones((64, 64), np.float32), K)
before = peak()
X, Y = np.ones((8192, 8192), np.float32), np.empty((8186, 8186), np.float32)
corr2d(X, K, out=Y)
print((peak() - before) / (X.nbytes + Y.nbytes))
"""
FIRST = "from d2lconv import corr2d; corr2d([[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[0, 1], [2, 3]])"


def memory() -> Iterator[Cell]:
    """Measure the memory of a correlation into `out`, in a process of its own."""
    if sys.platform == "linux":  # other systems tell it elsewhere
        share = float(subprocess.check_output([sys.executable, "-c", MEMORY]))
        yield Cell("peak memory with out=", "8192×8192, of input and output", 100 * share, "%", 105, at_most=True)


def first_calls() -> Iterator[Cell]:
    """Time the first result of a process, from its start to its end: with machine code to read, and with none yet."""
    warm, cold = [], []
    for _ in range(3 if QUICK else 7):
        with tempfile.TemporaryDirectory() as folder:
            for times in (cold, warm):
                start = time.perf_counter()
                subprocess.run([sys.executable, "-c", FIRST], env=os.environ | {"NUMBA_CACHE_DIR": folder}, check=True)
                times.append(time.perf_counter() - start)
    for name, times, wanted in (("warm", warm, 0.9), ("cold", cold, 1.6)):
        least, median = min(times), statistics.median(times)
        yield Cell("first result of a process", f"{name} cache", least, "s", wanted, median, at_most=True)
