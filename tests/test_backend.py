"""With numba or without it, the same results: the compiled loops and NumPy's in their place."""

import os
import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from d2lconv import _kernels, _windows

RNG = np.random.default_rng(0)


def whole(*shape):
    """Draw whole numbers so small that all their sums are exact, in any order."""
    return RNG.integers(-9, 10, shape).astype(np.float64)


def both(name, *inputs, outputs):
    """Run the function of that name from either module, each on room of its own for what it writes."""
    written = []
    for module in (_kernels, _windows):
        room = [A.copy() if isinstance(A, np.ndarray) else A for A in outputs]
        getattr(module, name)(*inputs, *room)
        written.append(room)
    return zip(*written, strict=True)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kernel_size", [(1, 1), (1, 2), (3, 2), (6, 5), (2, 17)])
def test_the_sums_are_the_same(kernel_size, dtype):
    X, K = whole(9, 23).astype(dtype), whole(*kernel_size).astype(dtype)
    Y = np.empty(np.subtract(X.shape, K.shape) + 1, dtype)
    for compiled, plain in both("correlate", X, K, outputs=[Y]):
        assert_array_equal(compiled, plain)


@pytest.mark.parametrize("kernel_size", [(1, 2), (3, 2), (2, 17)])
@pytest.mark.parametrize("channels", [(1, 1), (2, 3), (3, 2)])
def test_the_sums_of_a_layer_are_the_same(kernel_size, channels):
    X, W, B = whole(2, channels[1], 6, 19), whole(*channels, *kernel_size), whole(channels[0])
    dY = whole(2, channels[0], *np.subtract(X.shape[2:], kernel_size) + 1)
    for compiled, plain in both("correlate_channels", X, W, B, outputs=[dY]):
        assert_array_equal(compiled, plain)
    for compiled, plain in both("weight_gradient", X, dY, outputs=[W]):
        assert_array_equal(compiled, plain)


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_steps_of_a_training_are_the_same(dtype, bias):
    X, Y = RNG.integers(-2, 3, (2, 1, 4, 5)).astype(dtype), RNG.integers(-2, 3, (2, 1, 3, 4)).astype(dtype)
    W, B = RNG.integers(-2, 3, (3, 2, 2)).astype(dtype), np.full(3, 2.0, dtype)
    lr = 2.0**-5  # a step of a power of two leaves every sum exact for two steps
    trained = list(both("descend", X, Y, lr, outputs=[W, B, bias, np.zeros((2, 2)), np.zeros(1), np.zeros(3)]))
    for compiled, plain in trained:
        assert_array_equal(compiled, plain)
    (B, _), (loss, _) = trained[1], trained[-1]
    assert len(set(B)) == (3 if bias else 1)
    assert len(set(loss)) == 3


def test_nan_touches_only_the_windows_that_hold_it():
    X = whole(5, 6)
    X[0, 0] = np.nan
    Y = np.empty((4, 5))
    _windows.correlate(X, np.ones((2, 2)), Y)
    assert_array_equal(np.argwhere(np.isnan(Y)), [[0, 0]])


USE = """
import sys
import numpy as np
from d2lconv import Conv2D, _backend, check, corr2d, fit, max_stable_lr
from d2lconv.images import arange_image, edge_image

print(*corr2d(arange_image(), [[0, 1], [2, 3]]).ravel())
X = edge_image()[None, None]
layer = Conv2D((1, 2), weight=[[-1.16919647, 1.21028642]], bias=False)
print(*(f"{loss:.5g}" for loss in fit(layer, X, corr2d(X[0, 0], [[1, -1]])[None, None]).loss[1::2]))
deep = Conv2D(2, 2, 3, rng=0)
print(deep.backward(deep(np.ones((1, 2, 4, 4)))).shape)
check.run("second_difference", [[1, -2, 1]])
print(_backend.loops().__name__)
"""
SAID = """\
19.0 25.0 37.0 43.0
23.584 3.9607 0.66611 0.11241 0.019129
(1, 2, 4, 4)
Right: second_difference passes all of its 4 checks.
d2lconv._windows
"""


def use(first, **settings):
    command = [sys.executable, "-c", first + USE]
    return subprocess.run(command, env=os.environ | settings, capture_output=True, text=True)


def test_where_there_is_no_numba_everything_works_without_a_word():
    used = use("import sys; sys.modules['numba'] = None\n")
    assert used.stderr == ""
    assert used.stdout == SAID


def test_where_numba_does_not_work_it_says_so_once_and_everything_works(tmp_path):
    (tmp_path / "numba.py").write_text('raise ImportError("Numba needs an older NumPy")')
    used = use(f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n")
    assert used.stderr.count("slower, because numba fails: Numba needs an older NumPy") == 1
    assert used.stdout == SAID
