"""What Binder makes of the branch of notebooks, without Docker: repo2docker names the steps, we take them."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import repo2docker
from repo2docker.app import Repo2Docker

# Of the packages that Binder's own image holds, those that a reader meets.
BASE = "jupyterlab notebook jupyter_server jupyterlab_server ipykernel ipywidgets jupyterlab_widgets widgetsnbextension"


@dataclass
class Image:
    """A home with the branch in it, an environment, and how Binder starts what it is asked for."""

    home: Path
    python: Path
    env: dict[str, str]
    start: list[str]

    def loops(self) -> set[str]:
        """Return the names of all the compiled loops that numba has kept."""
        return {path.name for path in self.home.rglob("*.nbc")}

    def complete(self) -> list[str]:
        """Compile for each kind of CPU that the image is for and this machine can run, and return which these are."""
        folder = self.home / ".binder"
        (folder / "every-level").rename(folder / "levels")
        subprocess.run([folder / "postBuild"], cwd=self.home, env=self.env, check=True)
        return subprocess.run([folder / "levels"], capture_output=True, text=True, check=True).stdout.split()


def make_image(branch: Path, folder: Path) -> Image:
    """Take the steps that repo2docker would take, in its order; each has to succeed."""
    home, venv = shutil.copytree(branch, folder / "home"), folder / "venv"
    compile_for_this_machine_alone(home / ".binder")
    with contextlib.chdir(home):
        plan = build_pack()
        assemble = [script for user, script in plan.get_assemble_scripts() if user != "root"]
        steps = [*assemble, *(f"./{script}" for script in plan.get_post_build_scripts())]
        start, base = plan.get_start_script(), base_packages(plan.python_version)
    env = {"PATH": f"{venv / 'bin'}:{os.environ['PATH']}", "HOME": str(home), "REPO_DIR": str(home)}
    env |= dict.fromkeys(["NB_PYTHON_PREFIX", "KERNEL_PYTHON_PREFIX"], str(venv)) | {"NB_USER": "jovyan"}
    env |= {"PIP_COMPILE": "0"}  # to compile what nobody imports takes a third of the time that pip does
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    for step in [f"pip install -q {base}", *steps]:
        done = subprocess.run(["bash", "-c", step], cwd=home, env=outside() | env, capture_output=True, text=True)
        assert done.returncode == 0, f"{step}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
    return Image(home, venv / "bin" / "python", env, [os.path.expandvars(start.replace("${REPO_DIR}", str(home)))])


def compile_for_this_machine_alone(folder: Path) -> None:
    """Let `postBuild` see one kind of CPU, which `start` will choose; `Image.complete` sees to the others, at night."""
    every, levels = folder / "every-level", folder / "levels"
    levels.rename(every)
    levels.write_text(f'#!/bin/sh\n"{every}" | head -n 1\n')
    levels.chmod(0o755)


def build_pack():
    """Let repo2docker choose how it builds the folder we are in. What none of its packs knows, Binder refuses."""
    app = Repo2Docker()
    for pack in app.buildpacks:
        plan = pack(base_image=app.base_image)
        plan.platform = "linux/amd64"
        if plan.detect():
            return plan
    raise AssertionError("no build pack of repo2docker fits the files in .binder/")


def base_packages(python: str) -> str:
    """Return what pip installs to have the Jupyter of Binder's own image, from the list that repo2docker locks."""
    lock = Path(repo2docker.__file__).parent / f"buildpacks/conda/environment.py-{python}-linux-64.lock"
    versions = dict(re.findall(r"/([\w.-]+?)-(\d[^-/]*)-[^-/]+$", lock.read_text(), re.M))
    return " ".join(f"{name}=={versions[name]}" for name in BASE.split())


def outside() -> dict[str, str]:
    """Return how pip reaches the network here; of whoever runs the tests, an image knows nothing else."""
    known = ("PIP_", "SSL_", "REQUESTS_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
    return {name: value for name, value in os.environ.items() if name.upper().startswith(known)}
