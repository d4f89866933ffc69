"""What `make assignment` hands out: no solution, a fair start, and questions that their own solutions answer."""

import re
import subprocess

import jupytext
import nbformat
import pytest
from building import ROOT, SOURCES
from course import MASTERS
from nbclient import NotebookClient

SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.S)


def master(name):
    return jupytext.read(ROOT / "assignments" / f"{name}.md")


def run(notebook):
    """Run a notebook as a student's browser does, stopping at the first error; return what its last lines came to."""
    ran = NotebookClient(nbformat.from_dict(notebook), timeout=60, kernel_name="python3").execute()
    checks = [cell for cell in ran.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    results = [output for cell in checks for output in cell.outputs if output.output_type == "execute_result"]
    return [float(result.data["text/plain"]) for result in results]


def points(notebook):
    marked = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    return [mark["points"] for mark in marked if mark.get("grade")]


@pytest.mark.parametrize("name", MASTERS)
def test_no_line_of_a_solution_is_handed_out(handed_out, name):
    text = "\n".join(cell.source for cell in handed_out[name].cells)
    solutions = "".join(SOLUTION.findall((ROOT / "assignments" / f"{name}.md").read_text(encoding="utf-8")))
    lines = {line.strip() for line in solutions.splitlines()} - {""}
    assert len(lines) >= 3
    assert [line for line in lines if line in text] == []
    assert "SOLUTION" not in nbformat.writes(handed_out[name])
    assert [cell for cell in handed_out[name].cells if cell.get("outputs")] == []


@pytest.mark.parametrize("name", MASTERS)
def test_the_solutions_get_every_point(name):
    notebook = master(name)
    assert run(notebook) == points(notebook)


@pytest.mark.parametrize("name", MASTERS)
def test_what_is_handed_out_runs_from_top_to_bottom_and_earns_nothing(handed_out, name):
    assert run(handed_out[name]) == [0.0] * len(points(handed_out[name]))


@pytest.mark.parametrize("name", MASTERS)
def test_what_is_handed_out_needs_nothing_but_what_the_book_installs(handed_out, name):
    code = "\n".join(cell.source for cell in handed_out[name].cells if cell.cell_type == "code")
    assert set(re.findall(r"^(?:import|from) (\w+)", code, re.M)) <= {"numpy", "d2lconv"}
    assert handed_out[name].metadata.kernelspec.name == "python3"


@pytest.mark.parametrize("name", MASTERS)
def test_each_check_follows_the_answer_it_is_for(name):
    # nbgrader puts a deleted check back behind the answer before it, and fails where there is none.
    marks = [cell.metadata["nbgrader"] for cell in master(name).cells if "nbgrader" in cell.metadata]
    answers, checks = marks[::2], marks[1::2]
    assert [mark["solution"] for mark in answers] == [True] * len(marks[::2])
    assert [check["grade_id"] for check in checks] == [f"test-{answer['grade_id']}" for answer in answers]


@pytest.mark.parametrize("name", MASTERS)
def test_each_says_how_long_it_takes_what_it_presupposes_and_what_usually_goes_wrong(handed_out, name):
    text = "\n\n".join(cell.source for cell in handed_out[name].cells if cell.cell_type == "markdown")
    plan, chapters = re.search(
        r"\*Plan for (.*?)\.\* You need .*?, and from the book the chapters (.*?)\.", text, re.S
    ).groups()
    titles = [re.search(r"^# (.*)$", source, re.M)[1] for source in SOURCES.values()]
    asked = re.findall(r"\*(.*?)\*", chapters)
    assert len(asked) >= 2
    assert set(asked) <= set(titles)
    assert len(re.findall(r"^- ", text.partition("What most often costs points here:")[2], re.M)) >= 4
    chapter = SOURCES["for-instructors"]
    assert re.search(rf"^\| `{name}` \|.*\| {plan} \|$", chapter, re.M)


def test_make_says_which_assignments_there_are():
    made = subprocess.run(["make", "assignment", "NAME=by-foot"], cwd=ROOT, capture_output=True, text=True)
    assert made.returncode != 0
    assert f"NAME should be one of: {' '.join(MASTERS)}" in made.stdout
