"""A built page, read the way a reader does: its text, and what its cells print."""

import json
import re
from functools import cache

from bs4 import BeautifulSoup

NUMBER = re.compile(r"(?<![\w.])[-−]?\d+\.?\d*(?:e[+-]?\d+)?")


@cache
def parse(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def page(site, chapter):
    return parse(site / "chapters" / f"{chapter}.html")


def article(site, chapter):
    return page(site, chapter).select_one("article.bd-article")


def outputs(site, chapter):
    """Return what each cell of a chapter printed or returned, one string a block."""
    return [block.get_text() for block in article(site, chapter).select(".cell_output pre")]


def numbers(text):
    """Return the numbers in a text, in order."""
    return [float(found.replace("−", "-")) for found in NUMBER.findall(text)]


def dead_links(folder):
    """Return the links of a folder's notebooks that lead to no notebook of it, to no cell, or to no attachment."""
    books = {path.name: json.loads(path.read_text(encoding="utf-8"))["cells"] for path in folder.glob("*.ipynb")}
    places = set(books) | {f"{name}#cell-id={cell['id']}" for name in books for cell in books[name]}
    dead = []
    for name, cells in books.items():
        for cell in [cell for cell in cells if cell["cell_type"] == "markdown"]:
            known = places | {f"attachment:{picture}" for picture in cell.get("attachments", ())}
            links = re.findall(r"\]\((?!\w+://|mailto:)(.*?)\)", "".join(cell["source"]))
            dead += [(name, link) for link in links if (name + link if link[0] == "#" else link) not in known]
    return dead
