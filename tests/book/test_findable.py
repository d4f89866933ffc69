"""Who looks for the book finds it, sees what a page is about before opening it, and is led back from a broken link."""

import re
import struct
from xml.etree import ElementTree

import pytest
from building import CHAPTERS, REPOSITORY, ROOT
from findable import find
from pages import page, parse

ADDRESS = "https://books.example.org/convolutions/"
ACTIONS = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "Someone/a-book"}
DESCRIBED = "---\ndescription: Sums & windows.\n---\n# A page\n"


@pytest.mark.parametrize(
    ("env", "address"),
    {
        "told": ({"BOOK_URL": "https://books.example.org/convolutions"}, ADDRESS),
        "told, with a slash": ({"BOOK_URL": ADDRESS}, ADDRESS),
        "told, whoever builds it": (ACTIONS | {"BOOK_URL": ADDRESS}, ADDRESS),
        "a workflow of GitHub": (ACTIONS, "https://someone.github.io/a-book/"),
        "the site of a user": (
            ACTIONS | {"GITHUB_REPOSITORY": "someone/someone.github.io"},
            "https://someone.github.io/",
        ),
        "a GitHub of one's own": (ACTIONS | {"GITHUB_SERVER_URL": "https://git.example.org"}, ""),
        "a pipeline of GitLab": (
            {"CI_PAGES_URL": "https://someone.gitlab.io/a-book"},
            "https://someone.gitlab.io/a-book/",
        ),
        "nobody says": ({}, ""),
    }.values(),
)
def test_the_address_is_what_we_are_told_or_what_the_publishing_service_says(env, address):
    assert find(env) == address


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_page_says_in_a_sentence_what_it_is_about(site, chapter):
    described = page(site, chapter).select("meta[name=description]")
    assert [60 <= len(tag["content"]) <= 160 for tag in described] == [True]
    shared = page(site, chapter).select_one("meta[property='og:description']")
    assert shared["content"] == described[0]["content"]


def test_no_two_pages_are_described_alike(site):
    told = [page(site, chapter).select_one("meta[name=description]")["content"] for chapter in CHAPTERS]
    assert len(set(told)) == len(told)


@pytest.fixture
def published(small_book):
    """Build a small book for an address, or for none, and return its folder."""

    def publish(address):
        small_book.write(index=DESCRIBED)
        with (small_book.folder / "conf.py").open("a") as conf:
            conf.write(f"extensions.append('findable')\nhtml_baseurl, html_title = {address!r}, 'A book'\n")
        built = small_book.build()
        assert built.returncode == 0, built.stderr
        return small_book.html

    return publish


def test_where_the_address_is_known_a_page_names_its_own_and_a_picture(published):
    head = parse(published(ADDRESS) / "index.html").head
    assert head.select_one("link[rel=canonical]")["href"] == f"{ADDRESS}index.html"
    shared = {tag["property"]: tag["content"] for tag in head.select("meta[property^='og:']")}
    assert shared["og:title"] == "A page"
    assert shared["og:description"] == "Sums & windows."
    assert shared["og:url"] == f"{ADDRESS}index.html"
    assert shared["og:image"] == f"{ADDRESS}_static/card.png"


def test_where_no_address_is_known_none_is_made_up(published):
    html = published("")
    head = parse(html / "index.html").head
    assert head.select("link[rel=canonical], meta[property='og:image'], meta[property='og:url']") == []
    assert head.select_one("meta[name=description]")["content"] == "Sums & windows."
    assert not (html / "sitemap.xml").exists()


def test_the_site_map_lists_the_pages_of_the_book(published):
    listed = ElementTree.parse(published(ADDRESS) / "sitemap.xml").getroot()
    assert [url.findtext("{*}loc") for url in listed] == [f"{ADDRESS}index.html"]


def test_the_picture_of_links_is_as_large_as_services_ask(site):
    head = (site / "_static" / "card.png").read_bytes()[:24]
    assert struct.unpack(">II", head[16:24]) == (1200, 630)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_page_has_an_icon_a_logo_and_a_way_to_the_repository(site, chapter):
    built = page(site, chapter)
    assert built.select_one("link[rel=icon]")["href"].endswith("_static/logo.svg")
    assert built.select_one(".navbar-brand img")["src"].endswith("_static/logo.svg")
    assert [link["href"] for link in built.select("a.btn-repository")] == [REPOSITORY]


def test_the_logo_is_an_icon_of_a_few_bytes(site):
    logo = (ROOT / "site" / "logo.svg").read_text(encoding="utf-8")
    assert len(logo) < 1000
    assert re.search(r'aria-label="[^"]+"', logo)
