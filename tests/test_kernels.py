"""What the compiled loops promise beyond their sums: to be kept, and to keep NaN in its place."""

import os
import subprocess
import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose

from d2lconv import Conv2D, _kernels

SESSION = """
from d2lconv import _kernels, corr2d
print(*corr2d([[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[0, 1], [2, 3]]).ravel())
kept = _kernels.correlate(2, 2).stats
print(sum(kept.cache_hits.values()), "from", kept.cache_path)
"""
RESULT = "19.0 25.0 37.0 43.0"


def session(**settings):
    run = subprocess.run(
        [sys.executable, "-c", SESSION], env=os.environ | settings, capture_output=True, text=True, check=True
    )
    assert run.stderr == ""
    return run.stdout.splitlines()


@pytest.mark.compiled
def test_the_second_process_finds_what_the_first_has_compiled(tmp_path):
    first, second = (session(NUMBA_CACHE_DIR=str(tmp_path)) for _ in range(2))
    assert first[0] == second[0] == RESULT
    assert first[1].startswith(f"0 from {tmp_path}")
    assert second[1].startswith(f"1 from {tmp_path}")


@pytest.mark.compiled
def test_where_nothing_can_be_kept_it_compiles_in_memory():
    # This one locator looks only for a folder that no setting names, so there is none to write to.
    nowhere = {"NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator", "NUMBA_CACHE_DIR": ""}
    assert session(**nowhere) == [RESULT, "0 from None"]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_pixel_that_is_not_finite_spoils_only_the_taps_that_met_it(value):
    rng = np.random.default_rng(0)
    layer = Conv2D((2, 3), 2, 3, rng=0)
    X, dY = rng.normal(size=(2, 2, 5, 6)), rng.normal(size=(2, 3, 4, 4))
    layer(X)
    layer.backward_parameters(dY)
    clean = layer.grad_weight
    X[1, 0, 0, 0] = value  # a corner, which only the first tap of the first channel meets
    layer(X)
    layer.backward_parameters(dY)
    assert not np.isfinite(layer.grad_weight[:, 0, 0, 0]).any()
    met = np.zeros(clean.shape, bool)
    met[:, 0, 0, 0] = True
    assert_allclose(layer.grad_weight[~met], clean[~met])


def test_both_ways_to_the_gradient_agree_for_every_number_of_taps_and_channels():
    rng = np.random.default_rng(0)
    for channels in (1, 2, 3):
        for kernel_size in [(1, 1), (1, 2), (1, 3), (2, 2), (5, 1), (2, 3), (3, 3)]:
            X = rng.normal(size=(2, 2, 6, 7))
            dY = rng.normal(size=(2, channels, 7 - kernel_size[0], 8 - kernel_size[1]))
            dW, by_tap = np.empty((2, channels, 2, *kernel_size))
            _kernels.weight_gradient(X, dY, dW)
            _kernels.weight_gradient_by_tap(X, dY, by_tap)
            assert_allclose(dW, by_tap, atol=1e-12)


@pytest.mark.parametrize("n_w", [4, 700, 3000])
def test_a_layer_may_be_wider_than_a_block(n_w):
    rng = np.random.default_rng(0)
    X, W = rng.integers(-9, 10, (1, 2, 7, n_w)).astype(float), rng.integers(-9, 10, (3, 2, 2, 3)).astype(float)
    windows = np.lib.stride_tricks.sliding_window_view(X[0], (2, 3), axis=(1, 2))
    Y = Conv2D((2, 3), 2, 3, weight=W, bias=False)(X)
    assert_allclose(Y[0], np.einsum("cijab,ocab->oij", windows, W))
