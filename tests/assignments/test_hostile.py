"""Who wants the marks without the work gets what the rest deserves, reaches nothing, and breaks no round."""

import contextlib
import getpass
import html
import os
import shutil
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from building import ROOT
from course import ENGINE, commands, exported, python_for_anybody, run_in_bash
from hostile import GREEDY, REACHING, everyone

REST = 11  # points for the three answers beside `corr2d`, which all of them have right
ALL = 18
AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0  # without a container, root has another user run the answers
WALLED = AS_ROOT or ENGINE
DESERVED = dict.fromkeys([*GREEDY, *(REACHING if WALLED else ()), "rich", "early"], REST)
DESERVED |= {"right": ALL, "scripted": ALL, "chatterbox": ALL}
DESERVED |= {"liar": REST + 1, "objects": REST + 1}  # the shape of their outputs is right
TOLD = {
    "scorer": "Your output is as large as the image",
    "oracle": "uses d2lconv.check.oracles.corr2d, which does the work for you",
    "liar": "numbers are not; the first is at (0, 0)",
    "objects": "does not hold real numbers",
    "pickler": "does not hold real numbers",
    "gigabyte": "An array of 16384 × 8192 came back: no right answer is as large.",
    "million": "An array of 1000 × 1000 came back",
    "memory": "MemoryError",
    "stubborn": "Stopped: it was still running after",
    "leaves": "Stopped: its process ended",
    "exits": "SystemExit",
    "sunk": "It calls itself without end (RecursionError)",
}


@dataclass
class Attacked:
    course: Path
    before: dict
    output: str
    returncode: int
    seed: str
    calls: list

    def feedback(self, student):
        return html.unescape((self.course / "feedback" / student / "by-hand" / "by-hand.html").read_text("utf-8"))


def files(course):
    """Return what lies in a course, but for what grading itself writes."""
    made = ("autograded", "feedback", "gradebook.db", "__pycache__", ".nbgrader.log")
    kept = [path for path in course.rglob("*") if path.is_file() and path.relative_to(course).parts[0] not in made]
    return {str(path.relative_to(course)): path.read_bytes() for path in kept}


@contextlib.contextmanager
def somebody_listens():
    """Open a port, and note who calls."""
    calls = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        closing = threading.Event()

        def listen():
            while not closing.is_set():
                with contextlib.suppress(TimeoutError):
                    calls.append(server.accept())

        listener = threading.Thread(target=listen)
        listener.start()
        yield server.getsockname()[1], calls
        closing.set()
        listener.join()


def nbgrader(course, seed, *what):
    folder = Path(sys.executable).parent
    path = os.pathsep.join([str(folder), str(Path(shutil.which(ENGINE)).parent)]) if ENGINE else str(folder)
    env = os.environ | {"HOME": str(course.parent), "D2LCONV_SEED": seed, "PATH": path}
    return subprocess.run([folder / "nbgrader", *what], cwd=course, env=env, capture_output=True, text=True)


@pytest.fixture(scope="module")
def attacked(handed_out, tmp_path_factory):
    """Grade all of them in a course without a container."""
    home = tmp_path_factory.mktemp("attacked")
    course, seed = home / "course", "9f2c51d0e8b34a77"
    set_up = next(command for command in commands() if "generate_assignment" in command)
    set_up = "\n".join(line for line in set_up.splitlines() if not line.startswith("docker"))
    made = run_in_bash(set_up, home)
    assert (course / "gradebook.db").exists(), made.stdout
    (course / "seed.txt").write_text(seed)
    with somebody_listens() as (port, calls):
        # Who kills this process id ends the tests; who is kept out does not.
        places = {"course": course, "mark": home / "mark", "port": port, "pid": os.getpid()}
        for student, notebook in everyone(handed_out["by-hand"], WALLED, **places).items():
            folder = course / "submitted" / student / "by-hand"
            folder.mkdir(parents=True)
            nbformat.write(notebook, folder / "by-hand.ipynb")
        before = files(course)
        judge = [f"--Judge.python={python_for_anybody()}", "--Judge.seconds=3", "--Judge.cell_seconds=3"]
        ran = nbgrader(course, seed, "autograde", "by-hand", *judge)
        for back in (["generate_feedback", "by-hand"], ["export", "--to", "grades.csv"]):
            assert nbgrader(course, seed, *back).returncode == 0
    return Attacked(course, before, ran.stdout + ran.stderr, ran.returncode, seed, calls)


def test_the_round_goes_through_to_its_end(attacked):
    assert attacked.returncode == 0, attacked.output[-3000:]
    assert "error processing" not in attacked.output


@pytest.fixture(scope="module")
def grades(attacked):
    return exported(attacked.course)


def test_there_are_enough_of_them(grades):
    assert set(grades) == set(DESERVED)
    assert len(GREEDY) >= 15


@pytest.mark.parametrize("student", DESERVED)
def test_each_gets_what_the_work_deserves(attacked, grades, student):
    assert float(grades[student]["max_score"]) == ALL
    assert float(grades[student]["score"]) == DESERVED[student], attacked.feedback(student)[-3000:]


@pytest.mark.parametrize("student", TOLD)
def test_each_is_told_what_was_wrong(attacked, student):
    assert TOLD[student] in attacked.feedback(student)


def test_none_reaches_anything(attacked):
    after = files(attacked.course)
    after.pop("grades.csv")
    assert after == attacked.before
    assert not (attacked.course.parent / "mark").exists()
    assert attacked.calls == []
    for student in REACHING if WALLED else ():
        page = attacked.feedback(student)
        assert "kept out:" in page or "Stopped: its process ended" in page
    assert not WALLED or "found" not in attacked.feedback("climber").partition("kept out:")[2]


def test_feedback_holds_no_seed_no_solution_and_no_script(attacked):
    pages = {
        path.parts[-3]: html.unescape(path.read_text("utf-8")) for path in attacked.course.glob("feedback/*/*/*.html")
    }
    assert set(pages) == set(DESERVED)
    assert [student for student, page in pages.items() if attacked.seed in page] == []
    assert [student for student, page in pages.items() if "BEGIN SOLUTION" in page] == []
    source = (attacked.course / "feedback" / "scripted" / "by-hand" / "by-hand.html").read_text("utf-8")
    assert "&lt;script&gt;alert('grade')" in source
    assert "<img src" not in source


def test_no_page_is_longer_than_a_person_reads(attacked):
    sizes = [path.stat().st_size for path in attacked.course.glob("autograded/*/*/*.ipynb")]
    assert max(sizes) < 60_000  # 10 000 characters of what was printed, and the notebook itself


def test_what_is_missing_without_a_container_is_said_and_the_chapter_says_the_same(attacked):
    said = [line for line in attacked.output.splitlines() if line.startswith("No container: ")]
    assert len(said) == (0 if ENGINE else 1)
    chapter = (ROOT / "chapters" / "for-instructors.md").read_text(encoding="utf-8")
    paragraph = next(text for text in chapter.split("\n\n") if text.startswith("> No container: "))
    quoted = paragraph.replace("\n> ", " ").removeprefix("> ")
    for sentence in said:
        user = "nobody" if AS_ROOT else getpass.getuser()
        assert sentence.replace(f" {user}", " …") == quoted
