"""The archive for Gradescope, in the folders that its harness lays out: unpacked, set up, run per submission."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import nbformat
import numpy
import pytest
from building import ROOT
from course import python_for_anybody, run_in_bash
from hostile import GREEDY, REACHING
from submissions import answered

AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0

# What setup.sh asks of the machine is noted, and what it would fetch is taken from here.
APT = '#!/bin/sh\necho "apt-get $*" >> "$HOME/log"\n'
PYTHON = f"""#!/bin/sh
[ "$2" = venv ] || exec "{sys.executable}" "$@"
mkdir -p "$3/bin"
printf '#!/bin/sh\\nexec "{sys.executable}" "$@"\\n' > "$3/bin/python"
cp "$HOME/bin/pip" "$3/bin/pip"
chmod +x "$3/bin/python"
"""
PIP = f"""#!/bin/sh
echo "pip $*" >> "$HOME/log"
for word in "$@"; do
  case $word in *.txt|./*) [ -e "$word" ] || exit 3 ;; esac
done
if [ "$3" = --target ]; then
  mkdir -p "$4" && cp -R "{Path(numpy.__file__).parent}"* "$4"
fi
"""


@pytest.fixture(scope="module")
def autograder(handed_out, tmp_path_factory):
    """Make the archive, unpack it, and set it up, in a folder that other users may enter."""
    home = tmp_path_factory.mktemp("home")
    (home / "bin").mkdir()
    for name, script in (("apt-get", APT), ("python3", PYTHON), ("pip", PIP)):
        (home / "bin" / name).write_text(script)
        (home / "bin" / name).chmod(0o755)
    made = run_in_bash("make autograder NAME=by-hand || exit", home)
    assert made.returncode == 0, made.stdout
    with tempfile.TemporaryDirectory() as folder:
        autograder = Path(folder)
        autograder.chmod(0o755)
        with zipfile.ZipFile(ROOT / "_build" / "assignments" / "by-hand-gradescope.zip") as archive:
            archive.extractall(autograder / "source")
        set_up = run_in_bash(f"bash {autograder}/source/setup.sh || exit", home)
        assert set_up.returncode == 0, set_up.stdout
        shutil.copy(autograder / "source" / "run_autograder", autograder)
        # The Python of a developer may lie where only they can enter; Gradescope's does not.
        with (autograder / "source" / "course" / "nbgrader_config.py").open("a") as config:
            config.write(f"c.Judge.python = {str(python_for_anybody())!r}\n")
        yield autograder, (home / "log").read_text()


def hand_in(autograder, number, **files):
    """Return what a student is shown who hands in these files."""
    for name in ("submission", "results"):
        shutil.rmtree(autograder / name, ignore_errors=True)
        (autograder / name).mkdir()
    for name, text in files.items():
        (autograder / "submission" / f"{name}.ipynb").write_text(text, encoding="utf-8")
    (autograder / "submission_metadata.json").write_text(json.dumps({"id": number, "users": []}))
    env = {name: value for name, value in os.environ.items() if name != "D2LCONV_SEED"}
    ran = subprocess.run(["bash", autograder / "run_autograder"], env=env, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return json.loads((autograder / "results" / "results.json").read_text())


def text(handed_out, corr2d):
    return nbformat.writes(answered(handed_out["by-hand"], corr2d=corr2d))


def scores(results):
    return {test["name"]: test["score"] for test in results["tests"]}


EVERYTHING = {"corr2d": 7, "output_shape": 3, "conv2d": 4, "receptive_field": 4}


def test_it_is_set_up_with_what_grading_needs_and_the_child_with_numpy_alone(autograder):
    folder, log = autograder
    assert "apt-get install -y -qq python3-venv" in log
    assert "pip install -q -r book/requirements-grading.txt" in log
    assert f"pip install -q --target ../child numpy=={numpy.__version__}" in log
    assert {path.name.partition(".")[0].partition("-")[0] for path in (folder / "child").iterdir()} == {"numpy"}
    assert [
        path for path in (folder / "source").iterdir() if path.stat().st_mode & 0o077 and path.name != "grading"
    ] == []
    assert (folder / "source").stat().st_mode & 0o077 == 0


def test_a_right_answer_gets_a_test_per_exercise_with_all_points_and_a_sentence(autograder, handed_out):
    notebook = nbformat.writes(answered(handed_out["by-hand"]))
    results = hand_in(autograder[0], 1, **{"by-hand": notebook})
    assert scores(results) == EVERYTHING
    assert [test["score"] for test in results["tests"]] == [test["max_score"] for test in results["tests"]]
    assert {test["status"] for test in results["tests"]} == {"passed"}
    assert results["tests"][0]["output"].startswith("Right: corr2d passes all of its 7 checks.\nright: square images")


def test_a_wrong_answer_is_told_its_mistake_whatever_the_file_is_called(autograder, handed_out):
    source = answered(handed_out["by-hand"]).cells[0]
    assert source.cell_type == "markdown"
    results = hand_in(autograder[0], 2, homework=text(handed_out, "1 / 0\n"))
    first = results["tests"][0]
    assert (first["score"], first["status"]) == (0, "failed")
    assert first["output"].startswith("It raised an error in line 1, `1 / 0`: ZeroDivisionError")
    assert "Nothing came back yet: write `corr2d(X, K)`" in first["output"]
    assert scores(results) == EVERYTHING | {"corr2d": 0}


def test_what_is_no_notebook_is_said_to_be_none(autograder):
    assert hand_in(autograder[0], 3) == {"score": 0, "output": "Hand in one notebook, by-hand.ipynb: 0 came."}
    assert "2 came" in hand_in(autograder[0], 4, one="{}", two="{}")["output"]
    assert "by-hand.ipynb is damaged" in hand_in(autograder[0], 5, **{"by-hand": "{not a notebook"})["output"]


def test_a_link_to_the_solutions_is_not_followed(autograder):
    folder, _ = autograder
    hand_in(folder, 6)
    (folder / "submission" / "by-hand.ipynb").symlink_to("../source/course/source/by-hand/by-hand.ipynb")
    subprocess.run(["bash", folder / "run_autograder"], check=True)
    assert json.loads((folder / "results" / "results.json").read_text())["score"] == 0


ATTACKS = ["leaves", *(["climber"] if AS_ROOT else [])]


@pytest.mark.parametrize("attack", ATTACKS)
def test_who_attacks_it_gets_no_points_for_it_and_writes_no_results(autograder, handed_out, attack):
    folder, _ = autograder
    places = {"course": folder / "source" / "course", "mark": folder / "results" / "results.json", "pid": os.getpid()}
    code = GREEDY[attack] if attack in GREEDY else REACHING[attack].format(**places, port=0)
    results = hand_in(folder, 7, **{"by-hand": text(handed_out, code)})
    assert scores(results) == EVERYTHING | {"corr2d": 0}
    seed = (folder / "source" / "course" / "seed.txt").read_text().strip()
    assert len(seed) == 32
    assert seed not in json.dumps(results)
