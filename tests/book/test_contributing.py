"""What CONTRIBUTING.md tells to do is done, word for word, in a copy of the sources: then it works."""

import doctest
import os
import re
import shutil
import subprocess
import sys

import pytest
import test_pages
from building import ROOT, SmallBook
from pages import article, outputs, page

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
COPIED = ("d2lconv", "chapters", "site", "_toc.yml", "_toc.student.yml", "deno.json")
FENCED = r"\n\n(?P<fence>`{3,})\w+\n(?P<block>.*?)^(?P=fence)$"
STEP = re.compile(
    r"^(?:New file|Into) (?P<files>`[^`]+`(?: and `[^`]+`)*)"
    r"(?:, (?P<how>below|at its end|with the head of)(?: `(?P<line>[^`]+)`)?)?[^:]*:" + FENCED,
    re.MULTILINE | re.DOTALL,
)


def recipe(thing):
    (found,) = re.findall(rf"^## How to add {thing}\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    return found


def take(step, folder):
    """Write a new file, or put lines into one that is there already."""
    for name in re.findall("`([^`]+)`", step["files"]):
        path, how, line, block = folder / name, *step.group("how", "line", "block")
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        assert bool(text) == (how in ("below", "at its end")), f"{name} is to be new, or to be there"
        if how == "below":
            assert f"\n{line}\n" in text, f"{name} has no line {line!r}"
            text = text.replace(f"\n{line}\n", f"\n{line}\n{block}", 1)
        elif how == "at its end":
            text += f"\n\n{block}"
        elif how == "with the head of":
            text = "---".join((folder / line).read_text(encoding="utf-8").split("---")[:2]) + f"---\n\n{block}"
        else:
            text = block
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def followed(tmp_path):
    """Follow a recipe in a copy of the sources, and return where that is."""

    def followed(thing):
        for name in COPIED:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, tmp_path / name)
        steps = list(STEP.finditer(recipe(thing)))
        blocks = re.findall("^```+(?!pycon)[a-z]+$", recipe(thing), re.MULTILINE)
        assert len(steps) == len(blocks) > 0, "each block says where it goes"
        for step in steps:
            take(step, tmp_path)
        return tmp_path

    return followed


def run(folder, *command):
    """Run Python in a copy of the sources, with its package in place of ours, and return what it prints."""
    env = os.environ | {"PYTHONPATH": str(folder), "PYTHONUTF8": "1", "NO_COLOR": "1"}
    ran = subprocess.run([sys.executable, *command], cwd=folder, env=env, capture_output=True, encoding="utf-8")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.mark.parametrize("thing", ["a chapter", "an exercise", "a figure"])
def test_a_recipe_can_be_read_in_a_minute(thing):
    prose = re.sub(FENCED, "", recipe(thing), flags=re.MULTILINE | re.DOTALL)
    assert len([line for line in prose.splitlines() if line]) <= 10


def test_a_new_chapter_is_in_the_contents_and_its_page_is_built(followed, tmp_path_factory):
    folder = followed("a chapter")
    for toc in ("_toc.yml", "_toc.student.yml"):
        assert "- file: chapters/speed\n      - file: chapters/padding\n" in (folder / toc).read_text(encoding="utf-8")
    book = SmallBook(tmp_path_factory.mktemp("book"))
    (book.folder / "chapters").mkdir()
    chapters = {"chapters/padding": (folder / "chapters" / "padding.md").read_text(encoding="utf-8")}
    book.write(
        index="# Book\n\n```{toctree}\n:glob:\nchapters/*\n```\n", **chapters, **{"chapters/exercises": "# Next\n"}
    )
    built = book.build()
    assert built.returncode == 0, built.stderr
    assert outputs(book.html, "padding") == ["(3, 3)\n"]
    assert page(book.html, "padding").select("a.btn-download-notebook-button")
    test_pages.test_a_chapter_says_what_it_teaches_asks_before_it_shows_and_leads_on(book.html, "padding")
    assert article(book.html, "padding").h1.get_text().startswith("Padding")


def test_a_new_exercise_knows_the_right_answer_and_names_a_mistake(followed):
    folder = followed("an exercise")
    (session,) = re.findall(r"^```pycon\n(.*?)^```$", recipe("an exercise"), re.MULTILINE | re.DOTALL)
    examples = doctest.DocTestParser().get_examples(session)
    promised = "".join(example.want for example in examples)
    assert "Right: " in promised
    assert "Not yet: " in promised
    assert run(folder, "-c", "".join(example.source for example in examples)) == promised
    stub = re.search(r"^def pad\(X, p\):\n.*?^check\.run\(.*?\)$", recipe("an exercise"), re.MULTILINE | re.DOTALL)[0]
    assert run(folder, "-c", f"from d2lconv import check\n{stub}").startswith("Nothing came back yet")
    assert stub in (folder / "chapters" / "exercises.md").read_text(encoding="utf-8")


PAGE = """
import json
from ipywidgets.embed import dependency_state, escape_script
from d2lconv.explorables import OutputSize

figure = OutputSize()
kind = "application/vnd.jupyter.widget-{}+json"
state = escape_script(json.dumps({"state": dependency_state([figure], drop_defaults=False)}))
print('<!doctype html><meta charset="utf-8"><title>Figure</title><script defer src="site/host.js"></script><body>')
print(f'<script type="{kind.format("state")}">{state}</script>')
print(f'<script type="{kind.format("view")}">{json.dumps({"model_id": figure.model_id})}</script>')
"""


def test_a_new_figure_is_typed_and_moves_in_a_page(followed, browser):
    folder = followed("a figure")
    run(folder, "-m", "deno", "lint")
    run(folder, "-m", "deno", "check")
    (folder / "page.html").write_text(run(folder, "-c", PAGE), encoding="utf-8")
    with browser.new_page() as view:
        view.goto((folder / "page.html").as_uri())
        view.get_by_role("slider", name="Kernel size").press("ArrowRight")
        assert view.locator(".d2l-sum").inner_text() == "8 − 4 + 1 = 5"
