"""Every page of the book, as it was built: links, figures, cells, and how a chapter is made."""

import re
import shutil
from statistics import median
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from building import CHAPTERS, ROOT, build
from pages import article, outputs, page, parse

CELL = re.compile(r"^```\{code-cell\}.*?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OPTIONS = re.compile(r"\A(---\n(.*\n)*?---\n|(:.*\n)+)")
UNSHOWN = ("[prediction]", "[secret]")  # tags of cells whose code stays out of the page
AROUND = ("index", "run-it-yourself", "exercises", "answers", "for-instructors", "about-the-source", "references")
TAUGHT = [name for name in CHAPTERS if name not in AROUND]


def cells(chapter, *unseen):
    """Return the code of each cell that a reader can see, but for those with a tag of `unseen`, without its options."""
    text = (ROOT / "chapters" / f"{chapter}.md").read_text(encoding="utf-8")
    seen = [cell for cell in CELL.findall(text) if not any(tag in cell for tag in ("remove-cell", *unseen))]
    return [OPTIONS.sub("", cell).strip() for cell in seen]


def test_the_book_builds_from_nothing_without_a_warning(first_build):
    _, built = first_build
    assert built.returncode == 0, built.stderr[-3000:]
    assert "WARNING" not in built.stdout + built.stderr


def test_a_second_build_executes_nothing_and_warns_of_nothing(first_build, site, tmp_path):
    output, _ = first_build
    again = build(shutil.copytree(output, tmp_path / "book"))  # a copy: others look at the pages meanwhile
    assert again.returncode == 0, again.stderr[-3000:]
    assert "WARNING" not in again.stdout + again.stderr
    assert "Executing" not in again.stdout + again.stderr


def test_every_chapter_of_the_table_of_contents_is_a_page(site):
    assert [name for name in CHAPTERS if not (site / "chapters" / f"{name}.html").exists()] == []


def test_the_front_door_is_a_page_that_leads_to_the_first(site):
    door = parse(site / "index.html")
    assert "chapters/index.html" in door.select_one("meta[http-equiv=refresh]")["content"]
    assert door.a["href"] == "chapters/index.html"
    assert (site / "index.html").read_text().startswith("<!DOCTYPE html>")
    assert door.html["lang"] == "en"


def html(site):
    """Return every page of the site, by its address."""
    return {path.relative_to(site).as_posix(): parse(path) for path in site.rglob("*.html")}


def test_every_page_has_one_title_of_its_own(site):
    titles = [page.title.get_text() for page in html(site).values()]
    assert [
        title for title in titles if not title.strip() or len(set(title.split(" — "))) < len(title.split(" — "))
    ] == []
    repeated = sorted(title for title in set(titles) if titles.count(title) > 1)
    assert repeated == ["Convolutions for Images"], "the front door bears the name of the page it leads to"


def test_no_page_is_empty(site):
    said = {address: page.body.select_one("article, main, body > p").get_text() for address, page in html(site).items()}
    assert [address for address, text in said.items() if len(text.split()) < 3 and address != "search.html"] == []


def test_a_link_begins_with_a_word(site):
    first = {link.get_text()[:1] for page in html(site).values() for link in page.select(".admonition-title a")}
    assert first == {"E"}, "of Exercise"


def test_no_id_is_given_twice(site):
    for address, found in html(site).items():
        ids = [node["id"] for node in found.select("[id]")]
        assert sorted(name for name in set(ids) if ids.count(name) > 1) == [], address


def test_every_page_says_once_how_wide_it_is(site):
    assert [address for address, page in html(site).items() if len(page.select("meta[name=viewport]")) != 1] == []


def test_templates_that_are_no_pages_are_not_published(site):
    assert list((site / "_static").rglob("*.html")) == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_internal_link_and_anchor_resolves(site, chapter):
    here = site / "chapters" / f"{chapter}.html"
    broken = []
    for link in page(site, chapter).select("a[href]"):
        parts = urlsplit(link["href"])
        if parts.scheme or "sets-figure" in link.get("class", ()):
            continue
        target = (here.parent / unquote(parts.path)).resolve() if parts.path else here
        anchor = unquote(parts.fragment)
        if not target.exists() or (anchor and target.suffix == ".html" and not parse(target).find(id=anchor)):
            broken.append(link["href"])
    assert broken == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_figure_says_in_words_what_it_shows(site, chapter):
    figures = article(site, chapter).select("img")
    assert [img["src"] for img in figures if len(img.get("alt", "")) < 40 or "_images" in img["alt"]] == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_figure_has_a_number_and_a_caption(site, chapter):
    figures = article(site, chapter).select(".cell_output img")
    assert [img["src"] for img in figures if not img.find_parent("figure").select_one(".caption-number")] == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_number_in_the_prose_shows_how_python_stores_it(site, chapter):
    glued = [number.get_text() for number in article(site, chapter).select(".pasted-text")]
    assert [number for number in glued if not re.fullmatch(r"-?[\d.]+(e[+-]\d+)?", number)] == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_cell_prints_an_error_by_accident(site, chapter):
    assert [text for text in outputs(site, chapter) if "Traceback" in text or "Warning" in text] == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_cell_is_longer_than_a_reader_can_hold(chapter):
    assert [cell for cell in cells(chapter, *UNSHOWN) if len(cell.splitlines()) > 25] == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_line_of_code_is_wider_than_the_column(chapter):
    assert [line for cell in cells(chapter, *UNSHOWN) for line in cell.splitlines() if len(line) > 76] == []


def test_cells_are_short_and_hold_one_idea():
    lengths = [len(cell.splitlines()) for chapter in CHAPTERS for cell in cells(chapter, "hide-input", *UNSHOWN)]
    assert median(lengths) <= 3


@pytest.mark.parametrize("chapter", TAUGHT)
def test_a_chapter_says_what_it_teaches_asks_before_it_shows_and_leads_on(site, chapter):
    text = article(site, chapter)
    first = text.h1.find_next("div", class_="admonition")
    assert "goals" in first["class"], "the goals come first"
    assert text.select(".admonition.predict .cell_output"), "a prediction is asked for before a result"
    last = text.select("section > p")[-1].get_text()
    assert last.startswith("Next:"), "the last paragraph leads on"


@pytest.mark.parametrize("chapter", TAUGHT)
def test_a_chapter_imports_in_one_cell(chapter):
    # but for what only a notebook has: there, the first cell would not run in the page
    importing = [cell for cell in cells(chapter) if re.search(r"^(import (?!ipywidgets)|from )", cell, re.M)]
    assert importing == cells(chapter)[:1]
    assert "ipywidgets" not in importing[0]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_page_is_light_with_all_that_its_figures_embed(site, chapter):
    assert (site / "chapters" / f"{chapter}.html").stat().st_size < 500_000


def test_every_work_in_the_list_of_references_is_cited(site):
    keys = re.findall(r"^@\w+\{([\w.]+),", (ROOT / "chapters" / "references.bib").read_text(), re.M)
    cited = " ".join((ROOT / "chapters" / f"{name}.md").read_text(encoding="utf-8") for name in CHAPTERS)
    assert [key for key in keys if key not in cited] == []


def test_the_configuration_is_of_the_book_that_jupyter_book_1_reads():
    assert yaml.safe_load((ROOT / "_toc.yml").read_text())["format"] == "jb-book"
