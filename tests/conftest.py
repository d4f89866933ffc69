"""What every test may ask for: the book, built once from nothing, and a real browser."""

import os
import signal
from collections import defaultdict

import pytest
from building import SmallBook, build
from chrome import launch
from downloads import make
from hypothesis import settings
from playwright.sync_api import expect, sync_playwright
from publish import publish
from sharing import once

# The first image that meets a kernel of a new shape waits for the compiler, so no single example has a deadline.
settings.register_profile("compiled", deadline=None)
settings.load_profile("compiled")

# A shell lets what it runs in the background ignore Control-C, which some tests send to themselves.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The first of them builds the book; the next two have no need of it, and nobody waits.
LONGEST = [
    "test_site",
    "test_python",
    "test_round",
    "test_operators",
    "test_binder",
    "test_filter_lab",
    "test_predictions",
]
LONGEST += ["test_rebuilding", "test_kernel_window", "test_layers", "test_hostile", "test_training", "test_kernels"]


def pytest_collection_modifyitems(items):
    """Begin with the files that take longest, so that no process is left alone with one of them at the end."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: [*LONGEST, item.path.stem].index(item.path.stem))


def pytest_terminal_summary(terminalreporter):
    """Tell what the image for Binder weighs, in whichever process it was made."""
    weights = defaultdict(dict)
    for report in terminalreporter.getreports("passed"):
        for kind, sizes in report.user_properties:
            weights[kind] |= sizes
    for kind, sizes in weights.items():
        largest = sorted(sizes, key=sizes.get, reverse=True)[:8]
        told = ", ".join(f"{name} {sizes[name] / 1e6:.0f}" for name in largest)
        terminalreporter.write_line(f"{kind}, in MB: {sum(sizes.values()) / 1e6:.0f} together; the largest: {told}")


@pytest.fixture(scope="session")
def first_build(tmp_path_factory):
    return once(tmp_path_factory, "book", build)


@pytest.fixture(scope="session")
def site(first_build):
    output, built = first_build
    assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
    return output / "_build" / "html"


@pytest.fixture(scope="session")
def downloads(tmp_path_factory):
    """A folder for what `make site` takes long to make, and all editions share."""
    return once(tmp_path_factory, "downloads", make)[0]


@pytest.fixture(scope="session")
def published(site, downloads, tmp_path_factory):
    """The site as `make site` makes it."""
    folder, _ = once(tmp_path_factory, "published", lambda folder: publish(site, folder / "site", downloads))
    return folder / "site"


@pytest.fixture
def small_book(tmp_path):
    return SmallBook(tmp_path)


@pytest.fixture(scope="session")
def browser():
    expect.set_options(timeout=15_000)  # a machine that does something else besides is no failure
    with sync_playwright() as playwright:
        found = launch(playwright.chromium)
        yield found
        found.close()
