"""How fast d2lconv is beside its peers on this machine, and where that falls short of what we want.

Run it with `make bench`, or `make bench QUICK=1` for a look in two minutes. It checks each result before it times it,
and writes results.json, results.md and results.svg beside itself.
"""

import functools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import peers
import report
import torch
from numba import njit
from timing import check, race

from d2lconv import Conv2D, _kernels, corr2d, fit
from d2lconv.images import edge_image
from d2lconv.layers import _input_gradient

QUICK = "--quick" in sys.argv
SHARE = 0.05 if QUICK else 0.3  # seconds for each runner of a race
RNG = np.random.default_rng(0)


class Cell(NamedTuple):
    """One figure, and what we want it to be: at least `wanted`, or at most."""

    what: str
    case: str
    figure: float
    unit: str
    wanted: float
    median: float | None = None  # the same figure from median times
    at_most: bool = False


def draw(*shape: int, dtype: type = np.float32) -> np.ndarray:
    """Return random numbers, as many of them below zero as above."""
    return RNG.normal(size=shape).astype(dtype)


def against(what: str, case: str, ours, theirs, wanted: float) -> Cell:
    """Compare two runners' times: the figure says how many times as fast ours is."""
    times = race({"ours": ours, "theirs": theirs}, SHARE)
    least, median = (theirs / ours for ours, theirs in zip(*times.values(), strict=True))
    return Cell(what, case, least, "times", wanted, median)


def correlations() -> Iterator[Cell]:
    """Race `corr2d` on kernels as networks have them."""
    sizes = [(6, 8), (64, 64), (512, 512)] if QUICK else [(6, 8), (28, 28), *((2**p, 2**p) for p in (6, 8, 9, 10, 11))]
    kernel_sizes = (
        [(1, 2), (3, 3), (7, 7), (15, 15)] if QUICK else [(1, 2), *((k, k) for k in (2, 3, 5, 7, 11, 13, 15))]
    )
    rivals = {peers.pytorch: (4, 12), peers.correlate2d: (4, 15), peers.ndimage: (4, 15), peers.windows: (4, 15)}
    ratios = []
    for n_h, n_w in sizes:
        for k_h, k_w in kernel_sizes:
            if k_h > n_h or k_w > n_w:
                continue
            case, small = f"{n_h}×{n_w}, {k_h}×{k_w}", k_h <= 5 and n_h <= 512
            X, K = draw(n_h, n_w), draw(k_h, k_w)
            oracle = peers.windows(X.astype(float), K.astype(float))
            ours = functools.partial(corr2d, X, K)
            check(ours(), oracle, 1e-5, f"corr2d at {case}")
            check(peers.opencv(X, K), oracle, 1e-5, f"OpenCV at {case}")
            cell = against("float32, OpenCV", case, ours, lambda X=X, K=K: peers.opencv(X, K), 2 if small else 1.2)
            ratios.append(cell.figure)
            yield cell
            for rival, (anywhere, large) in rivals.items():
                if rival is not peers.pytorch and n_h > 512 and (k_h > 7 or n_h > 1024):
                    continue  # seconds for each run, and a ratio no different
                check(rival(X, K), oracle, 1e-4, f"{rival.__name__} at {case}")
                wanted = large if n_h >= 256 else anywhere
                yield against(
                    f"float32, {rival.__name__}", case, ours, lambda X=X, K=K, rival=rival: rival(X, K), wanted
                )
            X, K = X.astype(float), K.astype(float)
            check(corr2d(X, K), oracle, 1e-12, f"corr2d in float64 at {case}")
            yield against(
                "float64, OpenCV", case, lambda X=X, K=K: corr2d(X, K), lambda X=X, K=K: peers.opencv(X, K), 1.1
            )
    yield Cell("float32, OpenCV", "median of the cells", statistics.median(ratios), "times", 1.5)


def large_kernels() -> Iterator[Cell]:
    """Race `corr2d` by way of Fourier, on kernels for which that may pay."""
    for n in (512,) if QUICK else (256, 512, 1024, 2048):
        for k in (31, 63) if QUICK else (31, 47, 63, 101):
            X, K = draw(n, n), draw(k, k)
            case, oracle = f"{n}×{n}, {k}×{k}", corr2d(X.astype(float), K.astype(float))
            runners = {rival.__name__: functools.partial(rival, X, K) for rival in (peers.opencv, peers.fft)}
            runners = {"ours": functools.partial(corr2d, X, K, method="fft")} | runners
            for rival, run in runners.items():
                check(run(), oracle, 1e-5, f"{rival} at {case}")
            times = race(runners, SHARE)
            ours, *theirs = times.values()
            least, median = (min(column) for column in zip(*theirs, strict=True))
            yield Cell("Fourier, better of two", case, least / ours.least, "times", 0.9, median / ours.median)


def calls() -> Iterator[Cell]:
    """Time what `corr2d` adds to the compiled loops."""
    X, K = draw(6, 8), draw(1, 2)
    bare, Y = _kernels._correlate_with(1, 2), np.empty((6, 7), np.float32)
    times = race({"ours": lambda: corr2d(X, K), "bare": lambda: bare(X, K, Y)}, SHARE)
    least, median = (1e6 * (ours - bare) for ours, bare in zip(*times.values(), strict=True))
    yield Cell("what checking costs", "6×8, 1×2", least, "µs", 1.5, median, at_most=True)


def gradients() -> Iterator[Cell]:
    """Race the two halves of going backward through one channel."""
    for n in (64, 512) if QUICK else (64, 128, 256, 512, 1024):
        for k in (3, 7) if QUICK else (2, 3, 5, 7, 11, 15):
            case, X, K, dY = f"{n}×{n}, {k}×{k}", draw(1, 1, n, n), draw(1, 1, k, k), draw(1, 1, n - k + 1, n - k + 1)
            tensors = [torch.from_numpy(A) for A in (X, K, dY)]

            def theirs(tensors=tensors):
                return torch.nn.grad.conv2d_weight(tensors[0], tensors[1].shape, tensors[2])

            def theirs_for_input(tensors=tensors):
                return torch.nn.grad.conv2d_input(tensors[0].shape, tensors[1], tensors[2])

            dK = np.empty_like(K)
            ours = functools.partial(_kernels.weight_gradient, X, dY, dK)
            ours()
            check(dK[0, 0], peers.windows(X[0, 0].astype(float), dY[0, 0].astype(float)), 1e-4, f"dK at {case}")
            yield against("gradient for the kernel, PyTorch", case, ours, theirs, 6)
            ours = functools.partial(_input_gradient, dY, K)
            check(ours(), theirs_for_input(), 1e-4, f"dX at {case}")
            yield against("gradient for the input, PyTorch", case, ours, theirs_for_input, 6)


def layers() -> Iterator[Cell]:
    """Race a layer over batches and channels, forward and backward."""
    for shape, c_out, k, wanted in [
        ((8, 1, 28, 28), 6, 5, 3),
        ((1, 3, 224, 224), 16, 3, 1.2),
        ((8, 16, 32, 32), 32, 3, 0.9),
        ((16, 64, 28, 28), 64, 3, 0.75),
    ]:
        layer, X = Conv2D(k, shape[1], c_out, weight=draw(c_out, shape[1], k, k)), draw(*shape)
        tensors = [torch.from_numpy(A).requires_grad_() for A in (X, layer.weight, layer.bias)]
        dY = draw(*layer(X).shape)

        def ours(layer=layer, X=X, dY=dY):
            layer(X)
            return layer.backward(dY)

        def theirs(tensors=tensors, dY=dY):
            return torch.autograd.grad(peers.conv2d(*tensors), tensors, torch.from_numpy(dY))

        for mine, other in zip((ours(), layer.grad_weight, layer.grad_bias), theirs(), strict=True):
            check(mine, other, 1e-4, f"the layer on {shape}")
        yield against("Conv2D there and back, PyTorch", f"{shape}→{c_out} {k}×{k}", ours, theirs, wanted)


def wide_layers() -> Iterator[Cell]:
    """Look for a cliff between kernels whose rows are swept at once and wider ones, which are cut into strips."""
    X = draw(4, 8, 64, 96)
    layers = {k_w: Conv2D((3, k_w), 8, 8, weight=draw(8, 8, 3, k_w)) for k_w in (15, 24, 31)}
    times = race({f"{k_w}": functools.partial(layer, X) for k_w, layer in layers.items()}, SHARE)
    speeds = {k_w: 2 * layers[k_w](X).size * 8 * 3 * k_w / times[f"{k_w}"].least for k_w in layers}
    for k_w in (24, 31):
        yield Cell("Conv2D per tap, beside 15 taps", f"3×{k_w}", speeds[k_w] / speeds[15], "times", 1)


def trainings() -> Iterator[Cell]:
    """Race whole trainings, histories included."""
    X = edge_image()[None, None].astype(np.float32)
    kernel = np.array([[-1.1, 1.2]], np.float32)
    small = X, corr2d(X[0, 0], np.array([[1, -1]], np.float32))[None, None], kernel, 0.03
    X, true = draw(1, 1, 512, 512), draw(7, 7)
    large = X, corr2d(X[0, 0], true)[None, None], np.zeros_like(true), 1e-7
    for (X, Y, first, lr), epochs, wanted in [(small, 10, 50), (small, 100, 100), (large, 20, 10)]:

        def ours(X=X, Y=Y, first=first, lr=lr, epochs=epochs):
            return fit(Conv2D(first.shape, weight=first, bias=False), X, Y, lr=lr, epochs=epochs)

        def theirs(X=X, Y=Y, first=first, lr=lr, epochs=epochs):
            return peers.train(X, Y, first, lr, epochs)

        case = f"{X.shape[2]}×{X.shape[3]}, {epochs} epochs"
        check(ours().weight[:, 0, 0], np.array(theirs()[1])[:, 0, 0], 1e-4, f"fit at {case}")
        yield against("fit, PyTorch", case, ours, theirs, wanted)


def threads() -> Iterator[Cell]:
    """Race two threads against one."""
    for n in (512, 2048) if QUICK else (512, 1024, 2048, 4096):
        for k in (3, 7, 15):
            X, K = draw(n, n), draw(k, k)
            check(corr2d(X, K, threads=2), corr2d(X, K), 1e-6, "corr2d with two threads")
            one, two = (functools.partial(corr2d, X, K, threads=number) for number in (1, 2))
            yield against("two threads, one", f"{n}×{n}, {k}×{k}", two, one, 1.6)


@njit(fastmath={"contract"})
def multiply_add(x, rounds):
    """Do nothing but arithmetic, in registers."""
    half = np.float32(0.5)
    for _ in range(rounds):
        for j in range(256):
            s = x[j]
            for _ in range(32):
                s = s * half + half
            x[j] = s


def peak() -> Iterator[Cell]:
    """Compare `corr2d` to the most that one processor can multiply and add."""
    x, rounds = np.ones(256, np.float32), 200
    for k in range(7, 16, 2):
        X, K = draw(512, 512), draw(k, k)
        times = race({"ours": functools.partial(corr2d, X, K), "peak": lambda: multiply_add(x, rounds)}, SHARE)
        work = 2 * k * k * (513 - k) ** 2, 2 * 32 * 256 * rounds
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
    for k_h in (1, 5, 16) if QUICK else range(1, 17):
        for k_w in range(1, 17):
            X, K, Y = draw(128, 272), draw(k_h, k_w), np.empty((129 - k_h, 273 - k_w), np.float32)
            ours = functools.partial(_kernels.correlate, X, K, Y)
            times = race({"ours": ours, "plain": lambda X=X, K=K, Y=Y: tap_by_tap(X, K, Y)}, 0.01)
            yield Cell(
                "floor: the plain loop", f"{k_h}×{k_w}", times["plain"].least / times["ours"].least, "times", 0.9
            )


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


def processes() -> Iterator[Cell]:
    """Measure what only a process of its own can show: memory, and the first call."""
    if sys.platform == "linux":  # other systems tell it elsewhere
        share = float(subprocess.check_output([sys.executable, "-c", MEMORY]))
        yield Cell("peak memory with out=", "8192×8192, of input and output", 100 * share, "%", 105, at_most=True)
    warm, cold = [], []
    for _ in range(3 if QUICK else 7):
        with tempfile.TemporaryDirectory() as folder:
            for times in (cold, warm):
                start = time.perf_counter()
                subprocess.run([sys.executable, "-c", FIRST], env=os.environ | {"NUMBA_CACHE_DIR": folder}, check=True)
                times.append(time.perf_counter() - start)
    for name, times, wanted in (("warm", warm, 0.9), ("cold", cold, 1.6)):
        yield Cell(
            "first result of a process",
            f"{name} cache",
            min(times),
            "s",
            wanted,
            statistics.median(times),
            at_most=True,
        )


def main() -> None:
    """Measure everything, and write it down."""
    cells = []
    for part in (
        correlations,
        large_kernels,
        calls,
        gradients,
        layers,
        wide_layers,
        trainings,
        threads,
        peak,
        floors,
        processes,
    ):
        for cell in part():
            cells.append(cell)
            print(report.line(cell), flush=True)
    report.write(cells, quick=QUICK)


if __name__ == "__main__":
    main()
