"""The branch of notebooks holds what its buttons open and what runs it, and is handed over without loss."""

import os
import subprocess
from urllib.parse import parse_qs, urlsplit

import pytest
from building import CHAPTERS, ROOT, RUNNING
from pages import page


def git(folder, *arguments):
    return subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True, text=True).stdout


def files(folder):
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def test_the_branch_holds_the_notebooks_the_package_and_what_runs_them(branch):
    tops = {name.partition("/")[0] for name in files(branch)}
    pinned = {"pyproject.toml", "requirements-notebooks.txt"}
    assert tops == {"notebooks", "d2lconv", ".binder", "README.md", "LICENSE"} | pinned
    assert {name.name for name in (branch / "notebooks").iterdir()} == {f"{name}.ipynb" for name in CHAPTERS}
    package = {name for name in files(ROOT / "d2lconv") if "__pycache__" not in name}
    assert set(files(branch / "d2lconv")) == package


def test_the_branch_installs_nothing_that_only_builds_the_book(branch):
    pins = (branch / "requirements-notebooks.txt").read_text()
    assert "numba==" in pins
    assert not {"jupyter-book", "sphinx", "jupytext", "nbgrader"} & {line.partition("==")[0] for line in pins.split()}


@pytest.mark.parametrize("chapter", RUNNING)
def test_each_button_opens_a_notebook_of_the_branch(site, branch, chapter):
    binder, colab = (link["href"] for link in page(site, chapter).select("a.btn-launch"))
    assert parse_qs(urlsplit(binder).query)["urlpath"] == [f"lab/tree/notebooks/{chapter}.ipynb"]
    assert urlsplit(colab).path.endswith(f"/blob/notebooks/notebooks/{chapter}.ipynb")
    assert (branch / "notebooks" / f"{chapter}.ipynb").exists()


@pytest.fixture
def publish(branch, tmp_path):
    """Publish a folder to an empty repository as somebody whom only this clone knows, and say what it printed."""
    remote, clone = tmp_path / "remote.git", tmp_path / "clone"
    git(tmp_path, "init", "-q", "--bare", remote)
    git(tmp_path, "init", "-q", clone)
    git(clone, "config", "user.name", "Someone")
    git(clone, "config", "user.email", "someone@example.org")
    git(clone, "commit", "-q", "--allow-empty", "-m", "one")
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {"HOME": str(tmp_path)}

    def publish(folder=branch, name="notebooks"):
        command = [ROOT / ".ci" / "publish-notebooks", folder, "../remote.git", name]
        done = subprocess.run(command, cwd=clone, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return remote, publish


def test_what_is_published_is_what_was_built_and_can_be_run(branch, publish, tmp_path):
    remote, publish = publish
    publish()
    clone = tmp_path / "another"
    git(tmp_path, "clone", "-q", "--branch", "notebooks", remote, clone)
    held = {name: path for name, path in files(clone).items() if not name.startswith(".git/")}
    assert {name: path.read_bytes() for name, path in held.items()} == {
        name: path.read_bytes() for name, path in files(branch).items()
    }
    assert all(os.access(clone / ".binder" / name, os.X_OK) for name in ("postBuild", "start", "levels"))


def test_a_new_edition_follows_the_old_one_and_the_same_one_is_no_news(publish, branch, tmp_path):
    remote, publish = publish
    publish()
    assert "already" in publish()
    newer = tmp_path / "newer"
    (newer / "notebooks").mkdir(parents=True)
    (newer / "notebooks" / "index.ipynb").write_text("{}")
    publish(newer)
    assert len(git(remote, "log", "--format=%h", "notebooks").split()) == 2
    assert git(remote, "ls-tree", "-r", "--name-only", "notebooks").split() == ["notebooks/index.ipynb"]


@pytest.fixture
def lab(tmp_path):
    """A copy of the Makefile in a folder with a built book, where JupyterLab is only named: run `make lab`."""
    house = tmp_path / "house"
    built = house / "_build" / "html" / "_sources" / "chapters"
    built.mkdir(parents=True)
    (house / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    for name in (".binder/README.md", "d2lconv/it", "LICENSE", "pyproject.toml", "requirements-notebooks.txt"):
        (house / name).parent.mkdir(exist_ok=True)
        (house / name).touch()

    def lab(**sources):
        for name, source in sources.items():
            (built / f"{name}.ipynb").write_text(source)
        make = ["make", "-s", "--old-file=book", "--old-file=.venv/dev.stamp", "lab", "PY=echo"]
        done = subprocess.run(make, cwd=house, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return house / "_build" / "lab", done.stdout

    return lab


def test_make_lab_brings_what_is_new_and_keeps_what_somebody_has_changed(lab):
    folder, said = lab(index="first", mine="first", other="first")
    assert "-m jupyter lab _build/lab/index.ipynb" in said
    (folder / "mine.ipynb").write_text("my own work")
    folder, said = lab(index="second", mine="second", other="first")
    assert {path.stem: path.read_text() for path in folder.iterdir()} == {
        "index": "second",
        "mine": "my own work",
        "other": "first",
    }
    assert "Left as you have changed it: _build/lab/mine.ipynb" in said
    (folder / "mine.ipynb").rename(folder / "kept.ipynb")
    folder, said = lab(index="second", mine="second", other="first")
    assert (folder / "mine.ipynb").read_text() == "second"
    assert "Left" not in said


def test_make_clean_leaves_what_somebody_may_have_worked_in():
    asked = subprocess.run(["make", "-n", "clean"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    removed = next(line for line in asked.splitlines() if line.startswith("rm ")).split()
    assert "_build/notebooks" in removed
    assert [path for path in removed if "lab" in path] == []
