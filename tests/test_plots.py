"""The still figures: what a reader can tell from them, on a screen of any colour."""

import base64
import io
import re

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from d2lconv import plots


@pytest.fixture
def ax():
    with plt.rc_context():
        matplotlib.rcdefaults()  # whatever style an earlier test has set
        figure, (ax,) = plots.panels(1)
        yield ax
        plt.close(figure)


def written(ax):
    return [text.get_text() for text in ax.texts]


def luminance(color):
    """Return the relative luminance of a colour, as WCAG 2.1 defines it."""
    rgb = np.array(matplotlib.colors.to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def test_a_small_grid_carries_its_numbers(ax):
    plots.signed(ax, [[1, -1]], "kernel")
    assert written(ax) == ["1", "−1"]
    assert ax.get_title() == "kernel"


def test_a_zero_has_no_sign(ax):
    plots.signed(ax, [[-0.0, 1.0]], "kernel")
    assert written(ax) == ["0", "1"]


def test_a_photograph_carries_none(ax):
    plots.picture(ax, np.zeros((32, 32)), "photograph")
    assert written(ax) == []


def test_zero_is_white_and_the_signs_are_equally_far_from_it(ax):
    plots.signed(ax, [[3.0, -1.0]], "feature map")
    assert ax.images[0].get_clim() == (-3, 3)
    assert np.allclose(plots.SIGNED(0.5)[:3], 1, atol=0.01)


def test_a_large_feature_map_says_what_its_colours_mean(ax):
    plots.signed(ax, np.linspace(-2, 2, 100).reshape(10, 10), "feature map")
    scale = ax.figure.axes[-1]
    assert [label.get_text() for label in scale.get_xticklabels()] == ["−2", "0", "2"]


@pytest.mark.parametrize(("limit", "ends"), [(0.468, "0.47"), (43.2, "43"), (165.9, "166")])
def test_the_scale_of_a_feature_map_ends_in_a_short_plain_number(ax, limit, ends):
    plots.signed(ax, np.full((9, 9), limit), "map")
    (bar,) = [each for each in ax.figure.axes if each is not ax]
    assert [label.get_text() for label in bar.get_xticklabels()] == [f"−{ends}", "0", ends]


def test_a_feature_map_of_zeros_is_drawn_too(ax):
    plots.signed(ax, np.zeros((2, 2)), "silence")
    assert ax.images[0].get_clim() == (-1, 1)


def contrast(one, other):
    """Return the contrast of two colours, as WCAG 2.1 defines it."""
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("value", np.linspace(-1, 1, 41))
def test_every_number_can_be_read_on_its_colour(ax, value):
    plots.signed(ax, [[value]], "cell", limit=1)
    assert contrast(plots.SIGNED((value + 1) / 2), ax.texts[0].get_color()) >= 4.5


@pytest.mark.parametrize("grey", np.linspace(0, 1, 41))
def test_every_number_can_be_read_on_its_grey(ax, grey):
    plots.picture(ax, [[grey]], "pixel")
    assert contrast(str(grey), ax.texts[0].get_color()) >= 4.5


def test_the_window_is_marked_where_it_stands():
    figure = plots.window(np.arange(9).reshape(3, 3), [[0, 1], [2, 3]], [[19, 25], [37, 43]], row=1, col=0)
    marks = [ax.patches[-1].get_bbox().bounds for ax in figure.axes]
    assert marks == [(-0.5, 0.5, 2, 2), (-0.5, -0.5, 2, 2), (-0.5, 0.5, 1, 1)]
    assert written(figure.axes[2]) == ["19", "25", "37", "43"]
    plt.close(figure)


def test_the_window_s_input_is_grey_and_its_kernel_and_output_are_signed():
    figure = plots.window([[0, 4], [8, 2]], [[-3, 1]], [[4], [-22]])
    image, kernel, output = (ax.images[0] for ax in figure.axes)
    assert [tuple(image.to_rgba(value)[:3]) for value in (0, 8)] == [(0, 0, 0), (1, 1, 1)]
    assert [signed.get_clim() for signed in (kernel, output)] == [(-3, 3), (-22, 22)]
    assert {signed.cmap.name for signed in (kernel, output)} == {"signed"}
    plt.close(figure)


LIGHT, DARK = ("#ffffff", plots.INK), ("#121212", "#ced6dd")


@pytest.mark.parametrize(("paper", "ink"), [LIGHT, DARK])
def test_a_figure_has_paper_and_ink_for_both_themes(ax, paper, ink):
    drawn = plots.svg(ax.figure)
    assert f"svg {{ background: {paper}; color: {ink} }}" in drawn
    assert contrast(paper, ink) >= 7


def test_titles_and_axes_take_the_colour_of_the_page_but_data_keep_theirs():
    with plt.rc_context():
        plots.use_style()
        figure, (ax,) = plots.panels(1)
        plots.signed(ax, [[1, -1]], "kernel")
        ax.set(xlabel="pixels", xticks=[0, 1])
        drawn = plots.svg(figure)
    plt.close(figure)
    assert plots.INK not in drawn.replace(f"color: {plots.INK} }}", "")
    used = set(re.findall(r"(?:fill|stroke): (\S+?)[;\"]", drawn))
    assert used == {"currentColor", "none", "#ffffff"}, "white digits on a deep colour stay white"


def test_a_picture_keeps_its_pixels_in_fewer_bytes(ax):
    X = np.random.default_rng(0).random((80, 90))
    ax.imshow(X, cmap=plots.SIGNED, vmin=0, vmax=1, interpolation="none")
    (embedded,) = re.findall(r'base64,([^"]+)', plots.svg(ax.figure))
    content = base64.b64decode(embedded)
    pixels = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
    assert (pixels == plots.SIGNED(X, bytes=True)[..., :3]).all()
    assert len(content) < 1.2 * X.size


def test_a_logarithmic_axis_counts_in_plain_numbers(ax):
    plots.losses(ax, {"run": [100, 1e-6]})
    plots.svg(ax.figure)
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert {"1", "0.01"} <= set(labels)


@pytest.mark.parametrize("paper", [LIGHT[0], DARK[0]])
@pytest.mark.parametrize("line", plots.LINES)
def test_every_line_can_be_seen_on_either_paper(paper, line):
    assert contrast(paper, line) >= 3


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_phone_leaves_the_digits_eleven_pixels_high(count):
    figure, _ = plots.panels(count)
    inch, column, margins = 96, 342, 0.1
    shrunk = min(1, column / (inch * (figure.get_figwidth() + 2 * margins)))
    assert shrunk * plots.FONT * inch / 72 >= 11
    plt.close(figure)


def test_a_channel_shows_its_kernel_and_leaves_the_map_alone(ax):
    Y = np.ones((64, 64))
    plots.channel(ax, Y, -np.ones((8, 8)), spacing=8)
    drawn = ax.images[0].get_array()
    assert (drawn[:8, :8] < 0).all()
    assert (drawn[8:] > 0).all()
    assert (Y == 1).all()


def test_samples_stand_as_far_apart_as_they_should(ax):
    plots.channel(ax, np.ones((64, 64)), np.ones((8, 8)), spacing=16)
    columns = np.unique(ax.lines[0].get_xdata())
    assert (np.diff(columns) == 16).all()


def test_losses_fall_on_a_logarithmic_axis_with_names_and_units(ax):
    plots.losses(ax, {"slow": [4, 2, 1], "fast": [4, 1, 0.25]})
    assert ax.get_yscale() == "log"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("updates made", "summed squared error")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["slow", "fast"]
    assert len({line.get_marker() for line in ax.lines}) == 2, "colour alone does not tell the runs apart"


def test_more_runs_than_markers_are_all_drawn(ax):
    plots.losses(ax, {f"run {number}": [2, 1] for number in range(9)})
    assert len(ax.lines) == 9


def test_a_list_of_colours_is_no_image(ax):
    with pytest.raises(ValueError, match="X should be two-dimensional"):
        plots.picture(ax, np.zeros((4, 4, 3)), "colours")


def test_a_kernel_of_fractions_is_drawn_into_a_map_of_whole_numbers(ax):
    plots.channel(ax, 10 * np.eye(8, dtype=int), [[0.4, -0.2], [0.0, 0.1]], spacing=2)
    drawn = ax.images[0].get_array()
    assert np.allclose(drawn[:2, :2] / drawn[0, 0], [[1, -0.5], [0, 0.25]])


@pytest.mark.parametrize("A", [[[np.nan, np.inf]], [[np.nan]], [[-np.inf, 2.0]]])
def test_what_is_not_finite_has_no_say_in_the_colours(ax, A):
    plots.signed(ax, A, "feature map")
    assert ax.images[0].get_clim() in [(-1, 1), (-2, 2)]


REFUSED = {
    "count should be 1 or more": lambda ax: plots.panels(0),
    "count should be at most 12": lambda ax: plots.panels(10**6),
    "height should be above zero": lambda ax: plots.panels(1, height=-1),
    "limit should be above zero": lambda ax: plots.signed(ax, np.eye(2), "kernel", limit=0),
    "spacing should be 1 or more": lambda ax: plots.channel(ax, np.eye(9), np.eye(3), spacing=0),
    "The kernel should fit inside the image": lambda ax: plots.channel(ax, np.eye(2), np.eye(3), spacing=1),
    r"Y should have the shape of the output, \(2, 2\)": lambda ax: plots.window(np.eye(3), np.eye(2), np.eye(3)),
    "row should be at most 1": lambda ax: plots.window(np.eye(3), np.eye(2), np.eye(2), row=2),
    "col should be 0 or more": lambda ax: plots.window(np.eye(3), np.eye(2), np.eye(2), col=-1),
    "one run should be one-dimensional": lambda ax: plots.losses(ax, {"one run": [[1.0]]}),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_a_still_figure_says_what_it_cannot_draw(ax, sentence):
    with pytest.raises(ValueError, match=sentence):
        REFUSED[sentence](ax)
