"""A built page, read the way a reader does: its text, and what its cells print."""

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
