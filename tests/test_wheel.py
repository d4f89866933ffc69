"""What `pip install .` gives: a package that works where there is no folder of the book."""

import os
import shutil
import subprocess
import sys

import pytest
from building import ROOT

USE = """
import sys
sys.path.insert(0, {site!r})
import d2lconv
from d2lconv import corr2d
from d2lconv.explorables import FilterLab, KernelWindow, ReceptiveField, TrainingPlayer
from d2lconv.images import arange_image, photo

assert d2lconv.__file__.startswith({site!r}), d2lconv.__file__
assert corr2d(arange_image(), [[0, 1], [2, 3]]).tolist() == [[19, 25], [37, 43]]
window, field = KernelWindow(arange_image(), [[0, 1], [2, 3]]), ReceptiveField([2, 2])
for figure in [window, field, TrainingPlayer(arange_image(), arange_image(), [[0]], lr=0.01), FilterLab(photo())]:
    assert "export default" in figure._esm and ".d2l" in figure._css, type(figure)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The package, made into a wheel and installed into a folder of its own, with no network."""
    folder = tmp_path_factory.mktemp("wheel")
    source, site = folder / "source", folder / "site"
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        source.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "d2lconv", source / "d2lconv", ignore=shutil.ignore_patterns("__pycache__"))
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    offline = ["--no-deps", "--no-index"]
    subprocess.run([*pip, "wheel", *offline, "--no-build-isolation", "-w", folder, source], check=True)
    subprocess.run([*pip, "install", *offline, "--target", site, *folder.glob("*.whl")], check=True)
    return site


def test_the_wheel_holds_every_file_of_the_package(installed):
    ours = {
        path.relative_to(ROOT)
        for path in (ROOT / "d2lconv").rglob("*")
        if path.suffix in (".py", ".js", ".css", ".typed")
    }
    assert {path for path in ours if not (installed / path).exists()} == set()


def test_the_installed_package_works_and_its_figures_with_it(installed, tmp_path):
    command = [sys.executable, "-I", "-W", "error::UserWarning", "-c", USE.format(site=str(installed))]
    interpreted = os.environ | {"NUMBA_DISABLE_JIT": "1"}  # all is there or not, compiled or not
    used = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=interpreted)
    assert used.returncode == 0, used.stderr
