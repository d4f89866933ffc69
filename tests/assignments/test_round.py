"""A whole round: each submission gets the score it deserves, or is reported by name."""

import html
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from building import ROOT
from course import MASTERS, commands, exported, run_in_bash

REST = 11  # points for the three answers beside `corr2d`, which everybody but two has right
DESERVED = {
    "right": REST + 7,
    "ada.lovelace@example.org": REST + 7,  # printed to stderr, and handed in on Gradescope
    "deleter": REST + 7,
    "spy": REST + 7,
    "copier": REST + 7,
    "transposed": REST,
    "offbyone": REST,
    "constant": REST,
    "bookish": REST,
    "scipy": REST,
    "endless": REST,
    "syntax": REST,
    "overwriter": REST,
    "rewriter": REST,
    "patcher": REST,
    "quitter": REST,
    "empty": 0,
}
TOLD = {
    "1867": "Your kernel is flipped",
    "transposed": "Your output is transposed",
    "offbyone": "Off by one",
    "bookish": "uses d2lconv.corr2d, which does the work for you",
    "scipy": "uses scipy.signal.correlate2d, which does the work for you",
    "endless": "Stopped: it was still running after 5 seconds",
    "quitter": "Stopped: its process ended",
    "spy": "told nothing",
    "syntax": "SyntaxError",
    "right": "Right: corr2d passes all of its",
}
REPORTED = {
    "renamer": "handed in my-homework.ipynb instead of by-hand.ipynb",
    "damaged": "not graded, because the notebook is damaged",
    "quitter": "corr2d did not run to its end: Stopped: its process ended",
    "deleter": "test-corr2d was deleted, and put back",
    "syntax": "corr2d did not run to its end: It raised an error: SyntaxError",
    "endless": "a cell did not run to its end: Stopped: it was still running after 5 seconds",
}
NOT_GRADED = ["damaged", "renamer"]


@pytest.fixture(scope="module")
def grades(graded):
    return exported(graded.course)


def test_every_command_of_the_chapter_runs_and_grading_alone_complains(graded):
    assert len(graded.failed) == 1, graded.output[-3000:]
    assert "nbgrader autograde by-hand" in graded.failed[0]


def test_grading_goes_on_to_the_end_and_lists_those_it_could_not_grade(graded):
    listed = re.findall(r"error processing assignment 'by-hand' for student '(\w+)'", graded.output)
    assert listed == NOT_GRADED


def test_each_submission_has_a_container_with_nothing_in_it_and_no_way_out(graded):
    log = (graded.course.parent / "docker.log").read_text()
    runs = [line for line in log.splitlines() if line.startswith("run ")]
    names = [re.search(r"--name (\S+)", line)[1] for line in runs]
    assert len(runs) >= len(DESERVED)
    for line in runs:
        command, _, program = line.partition(" d2lconv-child ")
        words = {"--network=none", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--rm"}
        words |= {"--user=65534:65534", "--memory=1g", "--memory-swap=1g", "--pids-limit=32"}
        assert words <= set(command.split())
        assert re.search(r"-v\b|volume|mount|privileged\b(?<!new-privileged)|D2LCONV_SEED", command) is None
        assert program.startswith("python -ISc ")
    assert graded.seed not in log, "what stands on a command line is seen by everyone on the machine"
    assert set(re.findall(r"^rm -f (\S+)$", log, re.M)) == set(names), (
        "a container outlives the command that started it"
    )


def test_the_image_holds_the_numpy_that_grades():
    image = (ROOT / "assignments" / "Dockerfile").read_text()
    assert re.search(r"numpy==\S+", image)[0] in (ROOT / "requirements-grading.txt").read_text()
    assert re.findall(r"^(?:COPY|ADD|VOLUME) ", image, re.M) == []
    assert "USER 65534:65534" in image


@pytest.mark.parametrize(("student", "score"), DESERVED.items(), ids=DESERVED)
def test_each_submission_gets_the_score_it_deserves(grades, student, score):
    assert float(grades[student]["score"]) == score
    assert float(grades[student]["max_score"]) == REST + 7


def test_half_an_answer_earns_part_of_the_points(grades):
    assert REST < float(grades["1867"]["score"]) < REST + 7


def test_each_student_has_a_line_in_the_table(graded, grades):
    assert set(grades) == {folder.name for folder in (graded.course / "submitted").iterdir()}
    assert len(grades) == len(DESERVED) + 1 + len(NOT_GRADED)  # and the half-right one


@pytest.mark.parametrize(("student", "sentence"), TOLD.items(), ids=TOLD)
def test_feedback_names_the_mistake(graded, student, sentence):
    assert sentence in html.unescape(graded.feedback(student))


@pytest.mark.parametrize(("student", "remark"), REPORTED.items(), ids=REPORTED)
def test_what_wants_a_look_is_reported_by_name(graded, student, remark):
    lines = [line for line in graded.output.splitlines() if line.startswith(f"{student}: ")]
    assert any(remark in line for line in lines), lines


def test_nobody_else_is_reported(graded, grades):
    reported = re.findall(r"^(\S+): ", graded.output, re.M)
    assert set(reported) & set(grades) == set(REPORTED)


def test_feedback_holds_no_seed_and_no_solution(graded):
    pages = {path: html.unescape(path.read_text(encoding="utf-8")) for path in graded.course.glob("feedback/**/*.html")}
    assert len(pages) == len(DESERVED) + 1
    assert [path for path, text in pages.items() if graded.seed in text] == []
    master = (ROOT / "assignments" / "by-hand.md").read_text(encoding="utf-8")
    solutions = re.findall(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", master, re.S)
    words = [" ".join(re.findall(r"\w+", solution)) for solution in solutions]
    plain = {path: " ".join(re.findall(r"\w+", re.sub(r"<[^>]*>", "", text))) for path, text in pages.items()}
    assert [(path, word) for path, text in plain.items() for word in words if word in text] == []


def test_grading_without_a_seed_is_refused(graded):
    without = {name: value for name, value in os.environ.items() if name != "D2LCONV_SEED"}
    nbgrader = Path(sys.executable).with_name("nbgrader")
    for seed in ({}, {"D2LCONV_SEED": "7"}):
        ran = subprocess.run(
            [nbgrader, "autograde", "by-hand"], cwd=graded.course, env=without | seed, capture_output=True, text=True
        )
        assert ran.returncode != 0
        assert "D2LCONV_SEED should hold a secret seed of 16 characters or more" in ran.stderr


def test_the_chapter_names_each_assignment_and_shows_each_step():
    script = "\n".join(commands())
    steps = [
        "make assignment",
        "generate_assignment",
        "zip_collect",
        "autograde",
        "generate_feedback",
        "nbgrader export",
    ]
    positions = [script.index(step) for step in steps]
    assert positions == sorted(positions)
    chapter = (ROOT / "chapters" / "for-instructors.md").read_text(encoding="utf-8")
    assert [name for name in MASTERS if f"| `{name}` |" not in chapter] == []


def test_a_module_handed_in_beside_the_notebook_is_left_behind(graded, tmp_path):
    course = shutil.copytree(graded.course, tmp_path / "course")
    handed_in = course / "submitted" / "shadow" / "by-hand"
    shutil.copytree(course / "submitted" / "overwriter" / "by-hand", handed_in)
    (handed_in / "d2lconv.py").write_text("class check:\n    run = print\n    score = lambda *_: 1.0\n")
    run_in_bash(
        f"cd '{course}' && D2LCONV_SEED={graded.seed} nbgrader autograde by-hand --student=shadow", graded.course.parent
    )
    assert [path.name for path in (course / "autograded" / "shadow" / "by-hand").iterdir()] == ["by-hand.ipynb"]
