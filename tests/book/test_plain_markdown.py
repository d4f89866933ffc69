"""Whatever a page holds has a form in plain Markdown, or the build fails and names it."""

import pickle
import shutil
from base64 import b64decode
from pathlib import Path

import nbformat
import pytest
from building import KERNEL, ROOT, SmallBook
from docutils import nodes
from matplotlib import pyplot
from pages import dead_links
from plain_markdown import Prose
from sphinx.errors import ExtensionError

HERE = Path(__file__).parent
CONF = """
extensions += ['sphinx_design', 'sphinx_exercise', 'sphinxcontrib.bibtex', 'author_year', 'formulas']
bibtex_bibfiles, bibtex_default_style, bibtex_reference_style = ['references.bib'], 'author_year', 'author_year'
html_math_renderer = 'mathml'
myst_url_schemes = {'https': None, 'figure': {'url': '#{{path}}?{{query}}'}}
"""

KINDS = ["reftype", "nb_element", "design_component"]  # of references, cells and blocks


def read(book):
    return nbformat.read(book.html / "_sources" / "index.ipynb", as_version=4)


def shown(cell):
    """Return what a cell says, below a line with its name and what it is."""
    folded = "folded " * cell.metadata.get("jupyter", {}).get("source_hidden", False)
    return f"%% {cell.id}{f': {folded}code' * (cell.cell_type == 'code')}\n{cell.source}"


def constructs(folder):
    """Return the kinds of nodes that pages are made of; what cells put out is no notebook's concern."""
    pages = [pickle.loads(path.read_bytes()) for path in folder.rglob("*.doctree")]
    for bundle in [node for page in pages for node in page.findall(nodes.container) if "mime_type" in node]:
        bundle.clear()
    found = [node for page in pages for node in page.findall(nodes.Element) if "mime_type" not in node]
    kinds = {(type(node).__name__, *(node.get(name, "") for name in KINDS)) for node in found}
    return kinds | {tag for node in found for tag in node.get("cell_metadata", {}).get("tags", [])}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    made = SmallBook(tmp_path_factory.mktemp("everything"))
    made.write(
        index=KERNEL + (HERE / "everything.md").read_text(encoding="utf-8"),
        other="# Other\n\n(place)=\n## A place\n\nBack to {doc}`index`.\n",
    )
    pyplot.imsave(made.folder / "dot.png", [[0.5]])
    shutil.copy(ROOT / "chapters" / "references.bib", made.folder)
    with (made.folder / "conf.py").open("a") as conf:
        conf.write(CONF)
    built = made.build()
    assert built.returncode == 0, built.stderr
    return made


def test_all_that_a_page_may_hold_becomes_plain_markdown(book):
    made = "\n\n".join(map(shown, read(book).cells)).replace("\xa0", " ")
    assert made == (HERE / "everything.plain.md").read_text(encoding="utf-8").rstrip()


def test_the_page_of_this_test_holds_whatever_the_book_holds(site, book):
    used = constructs(site.parent / ".doctrees")
    assert len(used) > 40
    assert used - constructs(book.html / ".doctrees") == set()


def test_a_picture_comes_with_its_cell_and_links_lead_somewhere(book):
    (attached,) = [cell.attachments for cell in read(book).cells if "attachments" in cell]
    assert b64decode(attached["dot.png"]["image/png"]) == (book.folder / "dot.png").read_bytes()
    assert dead_links(book.html / "_sources") == []


@pytest.mark.parametrize(
    ("text", "kind", "line"),
    [("One.[^a]\n\n[^a]: Two.", "footnote_reference", 3), ("One.\n\n![A dot](dot.svg)", "image", 5)],
)
def test_what_has_no_form_fails_the_build_which_names_it(small_book, text, kind, line):
    small_book.write(index=f"# Page\n\n{text}\n")
    (small_book.folder / "dot.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    built = small_book.build()
    assert built.returncode != 0
    assert f"index.md:{line}: a notebook has no form for `{kind}`" in built.stderr


CELL, TERM = nodes.entry("", nodes.paragraph("", "a")), nodes.term("", "a")


@pytest.mark.parametrize(
    ("node", "kind"),
    [
        (nodes.raw("", "<kbd>x</kbd>", format="html"), "raw"),
        (nodes.paragraph("", "", nodes.subscript("", "2")), "subscript"),
        (nodes.figure("", nodes.image(uri="dot.png", candidates={})), "figure"),
        (nodes.container("", design_component="card", is_div=True), "container"),
        (nodes.table("", nodes.title("", "One")), "title"),
        (nodes.table("", nodes.tgroup("", nodes.thead("", nodes.row("", CELL), nodes.row("", CELL)))), "thead"),
        (nodes.table("", nodes.tgroup("", nodes.thead("", nodes.row("", nodes.entry("", morecols=1))))), "entry"),
        (
            nodes.definition_list("", nodes.definition_list_item("", nodes.term("", "a"), nodes.classifier("", "b"))),
            "classifier",
        ),
    ],
)
def test_nothing_is_left_out_or_flattened_without_a_word(node, kind):
    prose = Prose(leads=lambda link: "", number=lambda node: "")
    with pytest.raises(ExtensionError, match=f"no form for `{kind}`"):
        prose.block(nodes.section("", node))
