"""What a change lets `make book` do again, and what it leaves alone."""

import os
import shutil
import subprocess
import sys

import pytest
from building import copy_sources

PAGES = [
    "_build/html/index.html",
    "_build/.doctrees/environment.pickle",
    "_build/student/_build/html/index.html",
]
EXECUTED = ["_build/.jupyter_cache/global.db", "_build/student/_build/.jupyter_cache/global.db"]
SOMEBODY_S = ["_build/assignments/by-hand.ipynb", "_build/course/gradebook.db"]


@pytest.fixture
def house(tmp_path):
    """The book's sources, and beside them what was made from them: newer than they are, and empty."""
    house = copy_sources(tmp_path / "house")
    for name in [*PAGES, *EXECUTED, *SOMEBODY_S]:
        (house / name).parent.mkdir(parents=True, exist_ok=True)
        (house / name).touch()
    settle(house)
    return house


def settle(house):
    """Say that everything has been made, and installed, after the last change."""
    for stamp in (".venv/book.stamp", "_build/executed.stamp", "_build/pages.stamp"):
        (house / stamp).parent.mkdir(exist_ok=True)
        (house / stamp).touch()


def make(house, *arguments):
    env = os.environ | {"PYTHONPATH": str(house), "BOOK_REPOSITORY": "", "MAKEFLAGS": ""}
    made = subprocess.run(
        ["make", *arguments, f"PY={sys.executable}"], cwd=house, env=env, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stdout[-3000:] + made.stderr[-3000:]
    return made.stdout + made.stderr


def append(house, name, text="\n"):
    with (house / name).open("a", encoding="utf-8") as file:
        file.write(text)


def left(house):
    return [name for name in [*PAGES, *EXECUTED, *SOMEBODY_S] if (house / name).exists()]


def test_where_nothing_has_changed_nothing_is_made_again(house):
    make(house, "_build/pages.stamp")
    assert left(house) == [*PAGES, *EXECUTED, *SOMEBODY_S]


@pytest.mark.parametrize(
    "name", ["d2lconv/operators.py", "d2lconv/check/tasks.py", "d2lconv/explorables/_module.py", "requirements.txt"]
)
def test_a_change_in_the_package_lets_the_chapters_run_again(house, name):
    append(house, name)
    make(house, "_build/pages.stamp")
    assert left(house) == SOMEBODY_S


@pytest.mark.parametrize(
    "name",
    [
        "d2lconv/explorables/grid.js",
        "d2lconv/explorables/explorables.css",
        "site/book.css",
        "site/host.js",
        "extensions/notebooks.py",
    ],
)
def test_a_change_in_what_pages_are_made_with_writes_pages_anew_and_runs_no_chapter(house, name):
    append(house, name)
    make(house, "_build/pages.stamp")
    assert left(house) == [*EXECUTED, *SOMEBODY_S]


def test_cleaning_up_leaves_what_no_build_has_made_and_says_so(house):
    assert "_build/assignments _build/course" in make(house, "clean")
    assert left(house) == SOMEBODY_S
    shutil.rmtree(house / "_build")
    make(house, "clean")
    assert not (house / "_build").exists()


def test_a_changed_script_and_style_reach_the_pages_though_no_chapter_runs(first_build, site, tmp_path):
    house = copy_sources(tmp_path / "house")
    shutil.copytree(first_build[0] / "_build", house / "_build")
    settle(house)
    append(house, "d2lconv/explorables/numbers.js", 'const news = "of the script";\n')
    append(house, "d2lconv/explorables/explorables.css", ".news-of-the-style {}\n")
    append(house, "site/book.css", ".news-of-the-page {}\n")
    said = make(house, "book")
    assert "Executing" not in said
    pages = {page.stem: page.read_text("utf-8") for page in (house / "_build" / "html" / "chapters").glob("*.html")}
    assert "news-of-the-page" in (house / "_build" / "html" / "_static" / "book.css").read_text()
    embedding = {name for name, text in pages.items() if "kernel_window.KernelWindow" in text}
    assert embedding
    assert {name for name in embedding if "of the script" in pages[name]} == embedding
    assert {name for name in embedding if "news-of-the-style" in pages[name]} == embedding
