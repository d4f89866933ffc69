"""One round of one course, for every test that asks about it."""

import io
import zipfile

import nbformat
import pytest
import yaml
from building import ROOT
from course import DOCKER, MASTERS, Round, commands, run_in_bash
from sharing import once
from submissions import everyone

ON_GRADESCOPE = {"flipped": {":sid": 1867}, "stderr": {":sid": None, ":email": "ada.lovelace@example.org"}}


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    (home / "bin").mkdir()
    docker = home / "bin" / "docker"
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    return home


@pytest.fixture(scope="session")
def handed_out(home, tmp_path_factory):
    """Return each notebook that `make assignment` makes."""

    def make(_):
        for name in MASTERS:
            made = run_in_bash(f"make assignment NAME={name} || exit", home)
            assert made.returncode == 0, made.stdout
        folder = ROOT / "_build" / "assignments"
        return {name: nbformat.read(folder / f"{name}.ipynb", as_version=4) for name in MASTERS}

    return once(tmp_path_factory, "handed-out", make)[1]


@pytest.fixture(scope="session")
def downloads(home, handed_out):
    """Hand in, and download: most from Canvas and, in an archive beside them, a few from Gradescope."""
    folder = home / "Downloads"
    folder.mkdir()
    owners = {}
    export = io.BytesIO()
    with zipfile.ZipFile(folder / "submissions.zip", "w") as canvas, zipfile.ZipFile(export, "w") as scope:
        for number, (student, notebook) in enumerate(everyone(handed_out["by-hand"]).items()):
            text = nbformat.writes(notebook) if notebook else "{not a notebook"
            name = "my-homework" if student == "renamer" else "by-hand"
            if student in ON_GRADESCOPE:
                owners[f"submission_{number}"] = {":submitters": [{":name": student} | ON_GRADESCOPE[student]]}
                scope.writestr(f"assignment_1_export/submission_{number}/{name}.ipynb", text)
            else:
                late, again = ("LATE_" if number % 2 else ""), ("-1" if number % 3 else "")
                canvas.writestr(f"{student}_{late}{number}_{number}_{name}{again}.ipynb", text)
        scope.writestr("assignment_1_export/submission_metadata.yml", yaml.safe_dump(owners))
        scope.close()
        canvas.writestr("assignment_1_export.zip", export.getvalue())
    return folder


@pytest.fixture(scope="session")
def graded(home, downloads):
    """Run the chapter's commands, in its order, in one shell."""
    ran = run_in_bash("\n".join(commands()), home)
    course = home / "course"
    failed = (home / "failed").read_text().splitlines() if (home / "failed").exists() else []
    assert (course / "seed.txt").exists(), ran.stdout[-3000:]
    return Round(course, ran.stdout, failed, (course / "seed.txt").read_text().strip())
