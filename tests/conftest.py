"""What every test may ask for: the book, built once from nothing, and a real browser."""

import pytest
from building import SmallBook, build
from chrome import launch
from hypothesis import settings
from playwright.sync_api import sync_playwright

# The first image that meets a kernel of a new shape waits for the compiler, so no single example has a deadline.
settings.register_profile("compiled", deadline=None)
settings.load_profile("compiled")


@pytest.fixture(scope="session")
def first_build(tmp_path_factory):
    output = tmp_path_factory.mktemp("book")
    return output, build(output)


@pytest.fixture(scope="session")
def site(first_build):
    output, built = first_build
    assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
    return output / "_build" / "html"


@pytest.fixture
def small_book(tmp_path):
    return SmallBook(tmp_path)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        found = launch(playwright.chromium)
        yield found
        found.close()
