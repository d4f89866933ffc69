"""The still figures as a browser draws them: on the page's paper, in true colours, with digits that can be read."""

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

PAPER = {"light": (255, 255, 255), "dark": (18, 18, 18)}


@pytest.fixture
def open_still(new_page, address):
    def open_still(chapter, name, **options):
        page = new_page(**options)
        page.goto(f"{address}/chapters/{chapter}.html")
        if options.get("java_script_enabled", True):
            page.get_by_role("checkbox", name="Cover answers").uncheck()
        still = page.locator(f"figure#{name} img")
        still.scroll_into_view_if_needed()
        expect(still).to_have_js_property("complete", True)
        return page, still

    return open_still


def pixels(still):
    return np.asarray(Image.open(io.BytesIO(still.screenshot())).convert("RGB")).astype(int)


def share(drawn, color, within=3):
    """Return which part of a picture has a colour, or nearly."""
    return (np.abs(drawn - color).max(axis=2) <= within).mean()


@pytest.mark.parametrize("asked", ["light", "dark"])
@pytest.mark.parametrize("system", ["light", "dark"])
def test_a_still_has_the_paper_of_the_theme_that_the_reader_chose(open_still, system, asked):
    page, still = open_still("edge-detection", "fig-edges", color_scheme=system)
    page.evaluate(f"document.documentElement.dataset.theme = '{asked}'")
    drawn = pixels(still)
    assert tuple(drawn[2, 2]) == PAPER[asked]
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb({}, {}, {})".format(*PAPER[asked])


@pytest.mark.parametrize("system", ["light", "dark"])
def test_without_scripts_the_page_is_light_and_so_is_a_still(open_still, system):
    _, still = open_still("edge-detection", "fig-edges", color_scheme=system, java_script_enabled=False)
    assert tuple(pixels(still)[2, 2]) == PAPER["light"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_white_is_white_black_is_black_and_signs_have_their_hues_in_either_theme(open_still, scheme):
    _, still = open_still("edge-detection", "fig-edges", color_scheme=scheme)
    drawn = pixels(still)
    for color, least in {(255, 255, 255): 0.3, (0, 0, 0): 0.1, (43, 108, 176): 0.02, (192, 86, 33): 0.02}.items():
        assert share(drawn, color) > least, color


def test_a_photograph_has_the_same_greys_in_either_theme(open_still):
    greys = {}
    for scheme in PAPER:
        _, still = open_still("summary", "fig-uses", color_scheme=scheme)
        drawn = pixels(still)
        height, width, _ = drawn.shape
        greys[scheme] = drawn[height // 6 : height // 3, width // 6 : width // 3]
    assert np.abs(greys["light"] - greys["dark"]).max() <= 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_still_is_printed_on_white_with_dark_ink(open_still, scheme):
    page, still = open_still("convolutional-layers", "fig-by-hand", color_scheme=scheme)
    page.emulate_media(media="print")
    drawn = pixels(still)
    assert tuple(drawn[2, 2]) == PAPER["light"]
    assert share(drawn, (36, 41, 47), within=30) > 0.005


@pytest.mark.parametrize("width", [1280, 390])
def test_a_still_s_place_has_its_shape_before_it_has_come(new_page, address, width):
    page = new_page(width=width)
    boxes = "(stills) => stills.map((still) => [still.clientWidth, still.clientHeight])"
    page.goto(f"{address}/chapters/edge-detection.html", wait_until="networkidle")
    come = page.locator("figure img").evaluate_all(boxes)
    shapes = page.locator("figure img").evaluate_all("all => all.map((img) => img.naturalWidth / img.naturalHeight)")
    assert [width / height for width, height in come] == pytest.approx(shapes, rel=0.02)
    page.route("**/*.svg", lambda route: route.fulfill(body=""))
    page.goto("about:blank")
    page.goto(f"{address}/chapters/edge-detection.html", wait_until="domcontentloaded")
    kept = page.locator("figure img").evaluate_all(boxes)
    assert np.ravel(kept) == pytest.approx(np.ravel(come), abs=2)
