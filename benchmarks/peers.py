"""What d2lconv is measured against: each peer's own way to say the same thing, one thread each.

A peer takes an image and a kernel, and returns what is then timed: what can be prepared once for many images of one
size, such as where to cut, or is not that peer's work, such as making tensors of arrays, is prepared.

NumPy's linear algebra reads its number of threads when it is loaded: `make bench` sets OPENBLAS_NUM_THREADS. Peers
choose their code by what the processor has; `make bench AVX2=1` sets the variables that make them overlook AVX-512, and
`vectors` asks whether they understood. SciPy's loops and transforms do not choose: they are compiled once, for what
every x86-64 processor has.
"""

import functools
import os
import re
import subprocess
import sys
from collections.abc import Callable

import cv2
import numpy as np
import scipy.ndimage
import scipy.signal
import torch
from torch.nn.functional import conv2d

Array = np.ndarray
Runner = Callable[[], Array | torch.Tensor]
cv2.setNumThreads(1)
torch.set_num_threads(1)


def inside(X: Array, K: Array) -> tuple[slice, ...]:
    """Say which outputs of a peer that pads the image come from windows inside it."""
    return tuple(slice(k // 2, k // 2 + n - k + 1) for n, k in zip(X.shape, K.shape, strict=True))


def opencv(X: Array, K: Array) -> Runner:
    """Filter; OpenCV pads the image, so its output is cut."""
    valid = inside(X, K)
    return lambda: cv2.filter2D(X, -1, K)[valid]


def pytorch(X: Array, K: Array) -> Runner:
    """Convolve tensors; where none of them asks for a gradient, nothing is recorded for one."""
    return functools.partial(conv2d, torch.from_numpy(X)[None, None], torch.from_numpy(K)[None, None])


def correlate2d(X: Array, K: Array) -> Runner:
    """Take scipy.signal's sum."""
    return functools.partial(scipy.signal.correlate2d, X, K, mode="valid")


def ndimage(X: Array, K: Array) -> Runner:
    """Take scipy.ndimage's sum, cut as OpenCV's is."""
    valid = inside(X, K)
    return lambda: scipy.ndimage.correlate(X, K, mode="constant")[valid]


def windows(X: Array, K: Array) -> Runner:
    """Sum over a view of all windows, in NumPy."""
    return lambda: np.einsum("ijab,ab->ij", np.lib.stride_tricks.sliding_window_view(X, K.shape), K)


def fft(X: Array, K: Array) -> Runner:
    """Convolve by scipy's Fourier transform."""
    return functools.partial(scipy.signal.fftconvolve, X, K[::-1, ::-1], mode="valid")


# PyTorch has oneDNN convolve and MKL multiply matrices. Only their logs say which vectors they use.
LOGGED = """
import torch
torch.nn.functional.conv2d(torch.ones(8, 16, 32, 32), torch.ones(32, 16, 3, 3))
torch.ones(64, 64) @ torch.ones(64, 64)
"""


def vectors() -> dict[str, str]:
    """Return the widest vectors that each peer says it uses: what a variable asks of it, it may not have heard."""
    env = os.environ | {"ONEDNN_VERBOSE": "1", "MKL_VERBOSE": "1"}
    log = subprocess.check_output([sys.executable, "-c", LOGGED], env=env, text=True)
    isa, enabled = re.search(r"isa:(.*)", log), re.search(r"^MKL_VERBOSE.* for (.*) enabled", log, re.MULTILINE)
    # A question mark is at what is switched off, or what the processor does not have.
    used = [name for name in cv2.getCPUFeaturesLine().split() if not name.endswith("?")]
    told = {
        "OpenCV": used[-1],
        "IPP in OpenCV": cv2.ipp.getIppVersion(),
        "PyTorch": torch.backends.cpu.get_cpu_capability(),
        "oneDNN in PyTorch": isa[1] if isa else "does not say",
        "MKL in PyTorch": enabled[1] if enabled else "does not say",  # on AMD's processors it never does
        "NumPy": np.show_config("dicts")["SIMD Extensions"]["found"][-1],
    }
    return {peer: shortly(name) for peer, name in told.items()}


def shortly(name: str) -> str:
    """Return the common name of the widest vectors: each peer has one of its own."""
    common = {"AVX-512": r"512|X86_V4", "AVX2": r"AVX2|Extensions 2|X86_V3"}
    return next((short for short, pattern in common.items() if re.search(pattern, name)), name)


def train(X: Array, Y: Array, kernel: Array, lr: float, epochs: int) -> tuple[list[float], list[Array]]:
    """Train as the textbook's PyTorch edition does, and keep every loss and kernel as `fit` does."""
    layer = torch.nn.Conv2d(1, 1, kernel.shape, bias=False)
    layer.weight.data = torch.tensor(kernel[None, None])
    X, Y = torch.from_numpy(X), torch.from_numpy(Y)
    losses, kernels = [], []
    for epoch in range(epochs + 1):
        loss = ((layer(X) - Y) ** 2).sum()
        losses.append(loss.item())
        kernels.append(layer.weight.detach().numpy().copy())
        if epoch < epochs:
            layer.zero_grad()
            loss.backward()
            layer.weight.data[:] -= lr * layer.weight.grad
    return losses, kernels
