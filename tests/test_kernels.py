"""What the compiled loops promise beyond their sums: to be kept, to be up to date, and to keep NaN in its place."""

import os
import pickle
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from bounds import assert_within, gamma
from naive import corr2d as corr2d_by_loops
from numpy.testing import assert_array_equal

import d2lconv
from d2lconv import Conv2D, corr2d

PACKAGE = Path(d2lconv.__file__).parent
SESSION = """
from d2lconv import _kernels, corr2d
print(*corr2d([[0, 1, 2], [3, 4, 5], [6, 7, 8]], [[0, 1], [2, 3]]).ravel())
kept = _kernels._correlate_with(2, 2).stats
print(sum(kept.cache_hits.values()), "from", kept.cache_path)
"""
RESULT = "19.0 25.0 37.0 43.0"


def session(cwd=None, **settings):
    command = [sys.executable, "-c", SESSION]
    run = subprocess.run(command, cwd=cwd, env=os.environ | settings, capture_output=True, text=True)
    assert run.stderr == ""
    assert run.returncode == 0
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


def plus_one(x):
    return x + 1


@pytest.fixture
def compiled_anew(tmp_path, monkeypatch):
    """Compile a small function as the first call of a process does, and tell how often it was found on disk."""
    import numba

    from d2lconv._compiler import keep

    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))

    def compile_it():
        loop = keep(numba.njit(plus_one))
        assert loop(1.0) == 2.0
        return sum(loop.stats.cache_hits.values())

    return compile_it


DAMAGE = {
    "emptied": lambda path: path.write_bytes(b""),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "overwritten": lambda path: path.write_bytes(b"not what numba wrote"),
    "another type": lambda path: path.write_bytes(pickle.dumps(None)),
    "deleted": lambda path: path.unlink(),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.compiled
@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("kind", ["nbi", "nbc"])
def test_a_damaged_file_costs_one_compilation(tmp_path, compiled_anew, kind, damage):
    compiled_anew()
    (path,) = tmp_path.rglob(f"*.{kind}")
    DAMAGE[damage](path)
    assert compiled_anew() == 0
    assert compiled_anew() == (1 if damage != "a folder" else 0)  # which numba does not replace


@pytest.mark.compiled
@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files to play a full disk with")
def test_a_full_disk_costs_a_compilation_and_no_exception(compiled_anew):
    import resource

    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, unlimited[1]))
    try:
        assert compiled_anew() == 0
        assert compiled_anew() == 0
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    assert compiled_anew() == 0
    assert compiled_anew() == 1


@pytest.mark.compiled
def test_the_next_process_sees_a_change_in_any_compiled_loop(tmp_path):
    package = tmp_path / "d2lconv"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    settings = {"PYTHONPATH": str(tmp_path), "NUMBA_CACHE_DIR": str(tmp_path / "kept"), "PYTHONDONTWRITEBYTECODE": "1"}
    assert session(tmp_path, **settings)[0] == RESULT
    for path in package.rglob("*.py"):  # every loop that numba compiles is somewhere here
        source = path.read_text()
        changed = source.replace("+= X[i +", "+= 2 * X[i +")
        if changed != source:
            path.write_text(changed)
    assert session(tmp_path, **settings)[0] == "38.0 50.0 74.0 86.0"


def test_all_that_numba_compiles_is_in_one_file():
    # Numba takes what it kept for up to date as long as the file of the function itself has not changed.
    compiling = [path.name for path in PACKAGE.rglob("*.py") if "njit" in path.read_text("utf-8")]
    assert compiling == ["_kernels.py"]


FORK = """
import os, signal, threading, time
from d2lconv import _kernels, corr2d
from numba.core.compiler_lock import global_compiler_lock
corr2d([[1.0]], [[1.0]])
compiling = threading.Event()

def compile_for_a_while():  # as a thread does that meets a new shape
    with global_compiler_lock:
        compiling.set()
        time.sleep(0.3)

thread = threading.Thread(target=compile_for_a_while)
thread.start()
compiling.wait()
child = os.fork()
if child == 0:
    signal.alarm(60)  # a child that hangs is ended by it
    os._exit(0 if corr2d([[0, 1, 2], [3, 4, 5]], [[0, 1, 2], [3, 4, 5]])[0, 0] == 55 else 1)
thread.join()
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.compiled
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_that_was_forked_while_its_parent_compiled_can_compile(tmp_path):
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORK]
    forked = subprocess.run(
        command, env=os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}, capture_output=True, text=True
    )
    assert forked.stdout == "0\n", forked.stderr


@pytest.mark.compiled
@pytest.mark.parametrize("kernel_size", [(23, 2), (3, 40)])
def test_an_image_may_be_larger_than_a_band(kernel_size, monkeypatch):
    from d2lconv import _kernels

    monkeypatch.setattr(_kernels, "BAND", 50)
    rng = np.random.default_rng(0)
    X, K = rng.integers(-9, 10, (35, 61)).astype(float), rng.integers(-9, 10, kernel_size).astype(float)
    assert_array_equal(corr2d(X, K), corr2d_by_loops(X, K))  # whole numbers


@pytest.mark.compiled
@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="about names of x86's instructions")
@pytest.mark.parametrize(("features", "count"), [("", 16), ("+avx,+avx2,+fma", 16), ("+avx2,+avx512f", 32)])
def test_the_registers_are_those_of_the_processor_that_is_compiled_for(features, count, monkeypatch):
    import numba

    from d2lconv._compiler import vector_registers

    monkeypatch.setattr(numba.config, "CPU_FEATURES", features)
    assert vector_registers() == count


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_pixel_that_is_not_finite_spoils_only_the_taps_that_met_it(value):
    rng = np.random.default_rng(0)
    layer = Conv2D((2, 3), 2, 3, rng=0)
    X, dY = rng.normal(size=(2, 2, 5, 6)), rng.normal(size=(2, 3, 4, 4))
    layer(X)
    layer.backward_parameters(dY)
    clean, clean_X = layer.grad_weight, X.copy()
    X[1, 0, 0, 0] = value  # a corner, which only the first tap of the first channel meets
    layer(X)
    layer.backward_parameters(dY)
    assert not np.isfinite(layer.grad_weight[:, 0, 0, 0]).any()
    met = np.zeros(clean.shape, bool)
    met[:, 0, 0, 0] = True
    # Either way of summing is within the bound of the exact sums.
    bound = 2 * gamma(dY[:, 0].size) * np.einsum("ncabij,noij->ocab", np.abs(windows(clean_X, (4, 4))), np.abs(dY))
    assert_within(layer.grad_weight[~met], clean[~met], bound[~met])


@pytest.mark.parametrize("channels", [1, 2, 3])
@pytest.mark.parametrize("kernel_size", [(1, 1), (1, 2), (1, 3), (2, 2), (5, 1), (2, 3), (3, 3)])
def test_an_infinite_pixel_and_its_like_give_the_gradient_that_each_tap_met(channels, kernel_size):
    rng = np.random.default_rng(0)
    layer = Conv2D(kernel_size, 2, channels, rng=0)
    X = rng.integers(-9, 10, (2, 2, 6, 7)).astype(float)
    dY = rng.integers(-9, 10, layer(X).shape).astype(float)
    layer.backward_parameters(dY)
    clean = layer.grad_weight
    exact = np.einsum("ncabij,noij->ocab", windows(X, dY.shape[2:]), dY)
    assert_array_equal(clean, exact)  # whole numbers
    X[0, 0, 3, 3] = np.inf  # in the middle, where nearly every tap meets it
    layer(X)
    layer.backward_parameters(dY)
    assert_array_equal(layer.grad_weight[:, 1], exact[:, 1])


def windows(X, size):
    return np.lib.stride_tricks.sliding_window_view(X, size, axis=(2, 3))


@pytest.mark.parametrize("n_w", [4, 700, 3000])
def test_a_layer_may_be_wider_than_a_block(n_w):
    rng = np.random.default_rng(0)
    X, W = rng.integers(-9, 10, (1, 2, 7, n_w)).astype(float), rng.integers(-9, 10, (3, 2, 2, 3)).astype(float)
    met = np.lib.stride_tricks.sliding_window_view(X[0], (2, 3), axis=(1, 2))
    Y = Conv2D((2, 3), 2, 3, weight=W, bias=False)(X)
    assert_array_equal(Y[0], np.einsum("cijab,ocab->oij", met, W))  # whole numbers
