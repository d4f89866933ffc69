"""Every page of the book is also a notebook, which reads like the page and runs away from the book."""

import builtins
import re

import nbformat
import pytest
from building import CHAPTERS, KERNEL, REPOSITORY, RUNNING, SOURCES
from ipykernel.ipkernel import IPythonKernel
from IPython.core.inputtransformer2 import TransformerManager
from nbclient import NotebookClient
from notebooks import installing
from pages import article, dead_links, page

CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(---\n.*?^---\n|(?::[^\n]*\n)*)(.*?)^```$", re.M | re.S)
HIDDEN = re.compile(r"hide-input|prediction|secret")
ASK = "# For a hint, remove the # from the next line, and run this cell.\n# "
NOT_WRITTEN = ".cell_output :not(figcaption *), .answers-kept *, .answer-strip *, .visually-hidden"  # by an author


def notebook(site, chapter):
    return nbformat.read(site / "_sources" / "chapters" / f"{chapter}.ipynb", as_version=4)


def text(notebook, kind):
    return [cell.source for cell in notebook.cells if cell.cell_type == kind]


def said(markdown):
    """Return what a reader sees of Markdown without formulas: words, and no sign that sets them apart."""
    shown = markdown.replace("<span>&#36;</span>", "$").replace("&lt;", "<").replace("&gt;", ">")
    return words(re.sub(r"\]\([^)]*\)|^ *> ?|\*\*|</?(details|summary)>", " ", shown, flags=re.M))


def words(text):
    return re.sub(r"[\s*`\\$\[\]]+|&amp;", "", text)


def seen(node):
    """Return the text of a node but for what is only heard."""
    heard = [part.get_text() for part in node.select(".visually-hidden")]
    return re.sub("|".join(map(re.escape, heard)), "", node.get_text())


def bare(tex):
    """Return a formula without what sets its lines apart, which the page and the notebook do each in their way."""
    return re.sub(r"\s|\\(begin|end)\{\w+\*?\}", "", tex)


def own(site, chapter, selector):
    """Return the elements of a page that its author wrote."""
    return article(site, chapter).select(f":is({selector}):not({NOT_WRITTEN})")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_download_menu_offers_the_notebook_of_a_page_that_runs_code(site, chapter):
    offered = [link["href"] for link in page(site, chapter).select("a.btn-download-notebook-button")]
    assert offered == ([f"../_sources/chapters/{chapter}.ipynb"] if chapter in RUNNING else [])


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_page_is_a_valid_notebook_that_holds_no_output(site, chapter):
    made = notebook(site, chapter)
    nbformat.validate(made)
    assert [cell for cell in made.cells if cell.get("outputs")] == []
    assert made.cells[0].source.startswith("# "), "its title is the first thing to see"


def test_a_notebook_says_of_its_kernel_what_the_kernel_will_say(site):
    made = notebook(site, "index").metadata
    assert made.language_info == IPythonKernel.language_info, "or JupyterLab would call it changed as soon as it opens"
    assert made.kernelspec == {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}


@pytest.mark.parametrize("chapter", RUNNING)
def test_a_notebook_holds_every_cell_that_the_page_shows_and_no_other(site, chapter):
    shown = [(options, code.strip()) for options, code in CELL.findall(SOURCES[chapter]) if "remove-" not in options]
    made = [cell for cell in notebook(site, chapter).cells if cell.cell_type == "code" and cell.id != "install"]
    asked = [ASK * ("Show a hint" in options) + code for options, code in shown]
    assert [cell.source for cell in made] == asked
    folded = [bool(HIDDEN.search(options)) for options, _ in shown]
    assert [cell.metadata.get("jupyter", {}).get("source_hidden", False) for cell in made] == folded


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_notebook_s_prose_is_plain_markdown_and_says_what_the_page_says(site, chapter):
    prose = "\n\n".join(text(notebook(site, chapter), "markdown"))
    assert re.findall(r"\{[\w:-]+\}`|^:::|^```\{", prose, re.M) == []
    told = "p, li, dt, h1, h2, h3, td, .caption-number, .admonition-title:not(.collapsed, .expanded)"
    for node in own(site, chapter, told):
        if not node.select_one("math, p, li"):
            assert words(seen(node).removesuffix("#")) in said(prose)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_notebook_holds_the_formulas_and_describes_the_pictures_of_its_page(site, chapter):
    prose = "\n\n".join(text(notebook(site, chapter), "markdown"))
    for tex in own(site, chapter, "annotation"):
        assert bare(tex.get_text()) in bare(prose)
    for image in article(site, chapter).select("img[alt]"):
        assert words(image["alt"]) in said(prose)


def test_links_lead_to_notebooks_and_to_cells_of_them(site):
    assert dead_links(site / "_sources" / "chapters") == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_notebook_has_the_links_of_its_page(site, chapter):
    links = own(site, chapter, "a.reference:not(.sets-figure)")
    prose = "\n\n".join(text(notebook(site, chapter), "markdown"))
    made = re.findall(r"(?<!\\)\[((?:[^\[\]]|\\[\[\]])*)\]\(", prose)
    assert [said(link) for link in made] == [words(seen(link)) for link in links]


@pytest.mark.parametrize("chapter", RUNNING)
def test_a_notebook_s_first_code_installs_what_it_imports(site, chapter):
    first = next(cell for cell in notebook(site, chapter).cells if cell.cell_type == "code")
    assert (first.id, first.metadata) == ("install", {"tags": ["install"]})
    others = " autograd" if chapter == "answers" else ""
    assert first.source.endswith(f"    %pip install -q git+{REPOSITORY}@notebooks{others}")


def run(cell, missing):
    """Run a cell where a package is missing, and return the magic commands that it gives."""

    def find(name, *how):
        if name == missing:
            raise ModuleNotFoundError(name)
        return builtins.__import__(name, *how)

    class Shell:
        def run_line_magic(self, name, line):
            given.append((name, line))

    given = []
    names = {"__builtins__": vars(builtins) | {"__import__": find}, "get_ipython": Shell}
    exec(TransformerManager().transform_cell(cell), names)
    return given


@pytest.mark.parametrize(
    ("branch", "line"),
    [
        ("notebooks", "install -q git+https://github.com/someone/a-book@notebooks autograd"),
        ("", "install -q git+https://github.com/someone/a-book autograd"),
    ],
)
def test_what_is_missing_is_installed_and_nothing_else(branch, line):
    cell = installing(
        ["import numpy as np, os", "from autograd import grad"], "https://github.com/someone/a-book", branch
    )
    assert run(cell, missing="nothing") == []
    assert run(cell, missing="d2lconv") == run(cell, missing="autograd") == [("pip", line)]


def test_where_no_address_is_known_a_notebook_says_what_to_do(capsys):
    cell = installing(["from autograd import grad"], "", "")
    assert run(cell, missing="d2lconv") == []
    assert "type `python -m pip install . autograd` in the book's folder" in capsys.readouterr().out
    assert run(cell, missing="nothing") == []
    assert capsys.readouterr().out == ""


# All but this one are run by tests/binder/test_binder.py every day, which asks the same of them.
BROWSED = "learning-a-kernel"
ELSEWHERE = [name if name == BROWSED else pytest.param(name, marks=pytest.mark.nightly) for name in RUNNING]


@pytest.mark.parametrize("chapter", ELSEWHERE)
def test_a_notebook_runs_from_top_to_bottom(site, chapter, tmp_path):
    ran = NotebookClient(notebook(site, chapter), timeout=120, resources={"metadata": {"path": tmp_path}}).execute()
    assert [out for cell in ran.cells for out in cell.get("outputs", []) if out.get("name") == "stderr"] == []
    assert [cell.outputs for cell in ran.cells if cell.id == "install"] == [[]]


def test_a_link_leads_to_where_a_place_is_now_though_its_own_page_did_not_change(small_book):
    small_book.write(index="# Page\n\nSee {ref}`there <place>`.\n\n```{toctree}\nother\n```\n")

    def link(other):
        small_book.write(other=other)
        assert small_book.build().returncode == 0
        return re.search(r"\[there\]\((.*?)\)", (small_book.html / "_sources" / "index.ipynb").read_text())[1]

    assert link("# Other\n\n## One\n\n(place)=\nHere.\n\n## Two\n") == "other.ipynb#cell-id=one"
    assert link("# Other\n\n## One\n\n## Two\n\n(place)=\nHere.\n") == "other.ipynb#cell-id=two"


def test_a_page_without_code_installs_nothing(site):
    assert "code" not in {cell.cell_type for cell in notebook(site, "references").cells}
    assert KERNEL not in SOURCES["references"]
