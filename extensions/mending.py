"""Mend, in every built page, what the theme and the extensions write wrongly.

Where they do so lies deep inside their templates, so each finished page is read once, mended and written again. A page
that was mended by an earlier build may come here again, so nothing is mended twice.
"""

from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path

from bs4 import BeautifulSoup
from sphinx.application import Sphinx

FRONT_DOOR = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="0; url={first}">
<link rel="icon" href="_static/logo.svg">
<title>{title}</title>
</head>
<body><p><a href="{first}">{title}</a></p></body>
</html>
"""

# What the search shows of a page leaves the TeX of its formulas out; from disk it shows titles, as no page can be read.
SEARCH = {
    '[".headerlink", "script", "style"]': '[".headerlink", "annotation", "script", "style"]',
    "else if (showSearchSummary)": 'else if (showSearchSummary && location.protocol !== "file:")',
}


def landmarks(page: BeautifulSoup) -> None:
    """Let a screen reader find its way: the theme's sidebar is no landmark, and references have roles of the past."""
    for sidebar in page.select(".bd-sidebar-primary"):
        sidebar["role"], sidebar["aria-label"] = "complementary", "Book"
    for node in page.select(".citation-list[role], [role=doc-biblioentry]"):
        del node["role"]


def one_of_each(page: BeautifulSoup) -> None:
    """Keep an id for its first owner (each exercise brings the same one), and one viewport."""
    met = set()
    for node in page.select("[id]"):
        if node["id"] in met:
            del node["id"]
        met.add(node.get("id"))
    for again in page.select("meta[name=viewport]")[1:]:
        again.decompose()


def one_title(page: BeautifulSoup) -> None:
    """Call the front page by the book's name once: it bears the same name."""
    name, _, book = page.title.get_text().partition(" — ")
    if name == book:
        page.title.string = name


def colours(page: BeautifulSoup) -> None:
    """Begin in light or dark: the theme finds out which only after the first paint, and without scripts never."""
    if page.html.get("data-theme") == "auto":
        page.html["data-theme"] = "light"
        asked = 'matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"'
        script = page.find("script", string=lambda text: text and "dataset.theme" in text)
        script.string = script.string.replace('getItem("theme") || "auto"', f'getItem("theme") || ({asked})')


def links(page: BeautifulSoup) -> None:
    """Begin a link with its first word: an answer's title begins it with a space, which is underlined then."""
    for link in page.select(".solution .admonition-title a"):
        first = link.find(string=True)
        if first and first.startswith(" "):
            link.insert_before(" ")
            first.replace_with(first.lstrip())


def formulas(page: BeautifulSoup) -> None:
    """Say how large signs are where all versions of MathML allow it: the newest alone has it on every element."""
    for node in page.select("mrow[scriptlevel]"):
        node.name = "mstyle"
    for node in page.select("mtable[scriptlevel]"):
        del node["scriptlevel"]


def font(page: BeautifulSoup) -> None:
    """Fetch the formulas' font with the page: one that comes later breaks lines anew. From disk, browsers forbid it."""
    sheet = page.select_one("link[rel=stylesheet]")
    if page.select_one("math") and sheet:
        folder = sheet["href"].partition("_static/")[0]
        link = f'<link rel="preload" as="font" crossorigin href="{folder}_static/fonts/formulas.woff2">'
        script = page.new_tag("script")
        script.string = f"location.protocol === 'file:' || document.head.insertAdjacentHTML('beforeend', '{link}');"
        page.select_one("meta[charset]").insert_after(script)


def rewrite(app: Sphinx, changes: Iterable[Callable[[BeautifulSoup], None]]) -> None:
    """Read each page of the site, let each function change it, and write it where something changed."""
    for path in Path(app.outdir).rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        page = BeautifulSoup(text, "html.parser")
        for change in changes:
            change(page)
        if str(page) != text:
            path.write_text(str(page), encoding="utf-8")


def mend(app: Sphinx, error: Exception | None) -> None:
    """Mend the pages that were built, if the build went well, and the page that leads to the first of them."""
    if error or app.builder.format != "html":
        return
    for template in Path(app.outdir, "_static").glob("*.html"):  # the theme's, with holes to fill
        template.unlink()
    search = Path(app.outdir, "_static", "searchtools.js")
    script = search.read_text(encoding="utf-8")
    for found, better in SEARCH.items():
        script = script.replace(found, better)
    search.write_text(script, encoding="utf-8")
    first = f"{app.config.root_doc}.html"
    if first != "index.html":
        door = FRONT_DOOR.format(first=first, title=escape(app.config.html_title))
        Path(app.outdir, "index.html").write_text(door, encoding="utf-8")
    rewrite(app, [landmarks, one_of_each, one_title, colours, links, formulas, font])


def setup(app: Sphinx) -> dict[str, bool]:
    """Ask Sphinx to call `mend` at the end of a build."""
    app.connect("build-finished", mend, priority=600)  # after the table of contents has written a front door of its own
    return {"parallel_read_safe": True, "parallel_write_safe": True}
