"""The edition for students holds nothing of the answers, in whichever file one looks."""

import gzip
import html
import io
import json
import re
import shutil
import subprocess
import zipfile
import zlib
from pathlib import Path

import pytest
import yaml
from building import REPOSITORY, ROOT, build, gather
from pages import article, dead_links, outputs, page
from publish import publish

WORD = re.compile(r"\w+(?:\.\d+)?")


def plain(text):
    """Return the words of a text, so that line breaks and markup no longer matter."""
    return " ".join(WORD.findall(text.lower()))


def strings(node):
    """Return every string of a notebook's JSON: each source and each output in one piece."""
    if isinstance(node, dict):
        return " ".join(strings(value) for value in node.values())
    if isinstance(node, list):
        return ("" if all(isinstance(item, str) for item in node) else " ").join(map(strings, node))
    return str(node)


def unpacked(name, content):
    """Return what a reader gets out of a file: archives and the inventory opened, tags and escapes gone."""
    if name.endswith("objects.inv"):
        *head, body = content.split(b"\n", 4)
        content = b"\n".join([*head, zlib.decompress(body)])
    elif name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return " ".join(unpacked(inner, archive.read(inner)) for inner in archive.namelist())
    text = content.decode("utf-8", "ignore")
    if name.endswith(".ipynb"):
        return strings(json.loads(text))
    if name.endswith(".html"):
        return html.unescape(text + " " + re.sub(r"<[^>]*>", "", text))
    return re.sub(r"\\n|\\u[0-9a-f]{4}", " ", text)


def files(site):
    return [path for path in sorted(site.rglob("*")) if path.is_file()]


@pytest.fixture(scope="module")
def student(first_build, tmp_path_factory):
    """Build the student edition as `make` does, with the chapters that the full edition has executed already."""
    executed, _ = first_build
    output = tmp_path_factory.mktemp("student")
    shutil.copytree(executed / "_build" / ".jupyter_cache", output / "_build" / ".jupyter_cache")
    built = build(output, "_toc.student.yml")
    assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
    assert "WARNING" not in built.stdout + built.stderr
    return output / "_build" / "html"


@pytest.fixture(scope="module")
def branch(student, tmp_path_factory):
    return gather(student.parents[1], tmp_path_factory.mktemp("branch") / "student-notebooks", "student")


@pytest.fixture(scope="module")
def secrets(site):
    """Everything that the answers say, draw, run or print, as a reader of the full edition finds it."""
    text = article(site, "answers")
    prose = [block.get_text() for block in text.select("p, li, figcaption, h2, h3")]
    prose += [image["alt"] for image in text.select("img")]
    sentences = [sentence for block in prose for sentence in re.split(r"(?<=[.?!:;])\s", block)]
    cells = [cell.get_text() for cell in text.select(".cell_input pre")]
    printed = outputs(site, "answers")
    numbers = re.findall(r"(?<![\w.])\d+\.\d{3,}", " ".join(printed))
    return {
        "sentence": {plain(sentence) for sentence in sentences if len(plain(sentence).split()) >= 6},
        "cell": {plain(cell) for cell in cells if len(plain(cell).split()) >= 8},
        "output": {plain(text) for text in printed if len(plain(text).split()) >= 12},
        "number": {number for number in numbers if number.strip("0.")},
    }


@pytest.fixture(scope="module")
def labels(site):
    named = article(site, "answers").select(".solution[id], figure[id], div.math[id]")
    return {node["id"] for node in named} - {""}


def found(site, secrets, unless=None):
    """Return each secret that stands anywhere in a site, with the first file that tells it."""
    told = {}
    for path in files(site):
        if unless in path.relative_to(site).parts:
            continue
        words = f" {plain(unpacked(path.name, path.read_bytes()))} "
        told |= {secret: path.name for secret in secrets if f" {secret} " in words and secret not in told}
    return told


@pytest.mark.parametrize("kind", ["sentence", "cell", "output"])
def test_nothing_that_the_answers_say_is_in_any_file_for_students(site, student, secrets, kind):
    assert len(secrets[kind]) >= 5
    assert set(found(site, secrets[kind])) == secrets[kind], "the search misses what the full edition does hold"
    assert found(student, secrets[kind]) == {}


def test_no_number_that_an_answer_comes_to_is_handed_out(site, student, secrets):
    theme = "_static"  # scripts, styles and fonts, which are full of numbers
    assert len(secrets["number"]) >= 5
    assert set(found(site, secrets["number"], unless=theme)) == secrets["number"]
    assert found(student, secrets["number"], unless=theme) == {}


def test_no_label_file_name_or_picture_of_the_answers_is_handed_out(site, student, labels):
    assert len(labels) >= 9

    def telling(tree):
        texts = {path: unpacked(path.name, path.read_bytes()) for path in files(tree)}
        return {label for label in labels for text in texts.values() if label in text}

    assert telling(site) == labels
    assert telling(student) == set()
    assert [path for path in files(student) if "answers" in path.name] == []
    drawn = {image["src"].rpartition("/")[2] for image in article(site, "answers").select("img")}
    assert drawn
    assert [path for path in files(student) if path.name in drawn] == []


@pytest.mark.parametrize("kind", ["sentence", "cell", "output", "number"])
def test_neither_the_students_notebooks_nor_the_package_beside_them_tell_an_answer(branch, secrets, kind):
    assert "exercises.ipynb" in {path.name for path in files(branch)}
    assert [path for path in files(branch) if "answers" in path.name] == []
    assert found(branch, secrets[kind]) == {}


def test_a_student_s_page_does_not_lead_to_the_branch_or_the_repository_with_the_answers(site, student):
    def leading(tree):
        return {path.name for path in files(tree) if REPOSITORY.encode() in path.read_bytes()}

    assert {"exercises.html", "exercises.ipynb"} <= leading(site)
    assert leading(student) == set()


def index(site):
    return json.loads((site / "searchindex.js").read_text().removeprefix("Search.setIndex(").removesuffix(")"))


def pages_of(index, word):
    """Return the pages that hold a word, in their text or in a heading."""
    found = [index[kind].get(word, []) for kind in ("terms", "titleterms")]
    return {page for where in found for page in (where if isinstance(where, list) else [where])}


def test_the_search_finds_no_word_that_only_the_answers_use(site, student):
    full = index(site)
    answers = full["docnames"].index("chapters/answers")
    used = {word: pages_of(full, word) for word in full["terms"].keys() | full["titleterms"].keys()}
    # Not what figures and exercises are numbered with: that differs between the editions, and tells nothing.
    alone = {word for word, where in used.items() if where == {answers} and not word.isdigit()}
    assert len(alone) > 20
    ours = index(student)
    assert "chapters/answers" not in ours["docnames"]
    assert alone & (ours["terms"].keys() | ours["titleterms"].keys()) == set()


def test_every_other_chapter_is_there_and_no_link_dangles(site, student):
    names = {path.name for path in (site / "chapters").glob("*.html")}
    assert {path.name for path in (student / "chapters").glob("*.html")} == names - {"answers.html"}
    for path in (student / "chapters").glob("*.html"):
        links = [link["href"] for link in page(student, path.stem).select("a.internal[href], a.reference[href]")]
        local = [link.partition("#")[0] for link in links if "://" not in link and not link.startswith("#")]
        assert [link for link in local if not (path.parent / link).exists()] == []
    notebooks = student / "_sources" / "chapters"
    assert {path.stem for path in notebooks.glob("*.ipynb")} == {path.stem for path in (student / "chapters").iterdir()}
    assert dead_links(notebooks) == []


def chapters_of(toc):
    return [
        chapter["file"] for part in yaml.safe_load((ROOT / toc).read_text())["parts"] for chapter in part["chapters"]
    ]


def test_the_two_tables_of_contents_differ_by_the_answers_alone():
    full = chapters_of("_toc.yml")
    assert chapters_of("_toc.student.yml") == [chapter for chapter in full if chapter != "chapters/answers"]


def test_make_builds_each_edition_into_a_folder_of_its_own():
    def commands(*arguments):
        return subprocess.run(["make", "-n", "book", *arguments], cwd=ROOT, capture_output=True, text=True)

    student, full = commands("EDITION=student").stdout, commands().stdout
    assert "--toc _toc.student.yml --path-output _build/student " in student
    assert "rm -rf _build/student/_build/html" in student, "nothing of an earlier build may stay"
    assert "--toc _toc.yml --path-output . " in full
    assert "_toc.student.yml" not in full
    assert "--path-output _build/student" not in full
    wrong = commands("EDITION=students")
    assert wrong.returncode != 0
    assert "EDITION should be full or student, not 'students'" in wrong.stderr


def test_what_is_published_for_students_runs_in_the_page_and_brings_no_answer_with_it(
    student, secrets, downloads, tmp_path
):
    publish(student, tmp_path / "site", downloads)
    pages = {path.stem: page(tmp_path / "site", path.stem) for path in (tmp_path / "site" / "chapters").glob("*.html")}
    assert len(pages["exercises"].select("[data-cell]")) == len(page(student, "exercises").select("div.cell"))
    (brought,) = (tmp_path / "site" / "_static" / "python").glob("files-*.bin")
    words = f" {plain(unpacked('all that Python reads', gzip.decompress(brought.read_bytes())))} "
    assert plain(Path(ROOT, "d2lconv", "receptive.py").read_text(encoding="utf-8")) in words, (
        "the search sees the files"
    )
    assert [
        secret for kind in ("sentence", "cell", "output") for secret in secrets[kind] if f" {secret} " in words
    ] == []
