"""The figures' Python side: what they accept, what they keep in range, what they carry."""

import gzip
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from traitlets import TraitError

from d2lconv import Conv2D, conv2d, corr2d, fit, receptive_field
from d2lconv.explorables import FilterLab, KernelWindow, ReceptiveField, TrainingPlayer
from d2lconv.explorables._module import without_comments
from d2lconv.images import arange_image, edge_image, photo

K = np.array([[0.0, 1.0], [2.0, 3.0]])


def history(lr=0.01, epochs=3, X=None, **options):
    X = edge_image() if X is None else X
    layer = Conv2D((1, 2), rng=0, **options)
    return fit(layer, X[None, None], corr2d(X, [[1, -1]])[None, None], lr=lr, epochs=epochs)


def test_a_window_has_the_output_of_its_traits():
    window = KernelWindow(arange_image(), K)
    np.testing.assert_array_equal(window.Y, corr2d(arange_image(), K))
    window.flip = True
    np.testing.assert_array_equal(window.Y, conv2d(arange_image(), K))


def test_a_window_leaves_the_caller_s_arrays_alone():
    X = arange_image()
    window = KernelWindow(X, K)
    X[0, 0] = 9
    assert window.X[0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        window.X[0, 0] = 1


def test_a_window_stays_inside_the_output():
    window = KernelWindow(edge_image(), K, row=99, col=2)
    assert (window.row, window.col) == (4, 2)
    window.row = -3
    assert window.row == 0
    window.col = 6
    window.X = arange_image()
    assert (window.row, window.col) == (0, 1)


@pytest.mark.parametrize(
    ("X", "K", "sentence"),
    [
        (np.zeros((2, 3, 4)), K, "pass one channel at a time"),
        (np.zeros((500, 500)), K, r"pass a crop, X\[:16, :20\], or use FilterLab"),
        (np.zeros((3, 3)), np.zeros((4, 1)), "its height is 4 and the image's height is 3"),
        (np.zeros((17, 20)), K, "at most 16 rows"),
        (np.zeros((0, 3)), K, "at least one number"),
        (np.zeros(3), K, "for a row"),
    ],
)
def test_a_window_says_what_to_pass_instead(X, K, sentence):
    with pytest.raises(ValueError, match=sentence):
        KernelWindow(X, K)


def test_a_trait_refuses_what_the_constructor_refuses():
    window = KernelWindow(arange_image(), K)
    with pytest.raises(ValueError, match="use a smaller kernel"):
        window.K = np.ones((4, 4))
    with pytest.raises(ValueError, match="two-dimensional"):
        window.X = [1, 2]
    np.testing.assert_array_equal(window.K, K)


def test_image_and_kernel_change_together():
    window = KernelWindow(arange_image(), K)
    with window.hold_trait_notifications():
        window.K, window.X = np.ones((5, 5)), np.ones((6, 6))
    assert window.Y.shape == (2, 2)


def test_nan_and_infinity_travel_as_words():
    window = KernelWindow([[np.nan, np.inf, -np.inf, 0.1]], [[1]])
    assert window.get_state()["X"] == [["NaN", "Infinity", "-Infinity", 0.1]]
    window.set_state({"X": [["NaN", 2, "Infinity", "-Infinity"]]})
    np.testing.assert_array_equal(window.X, [[np.nan, 2, np.inf, -np.inf]])


def test_layers_and_kernel_sizes_follow_one_another():
    figure = ReceptiveField([2, 3])
    assert (figure.layers, figure.kernel_size) == (2, 3)
    figure.layers = 4
    assert figure.kernel_sizes == [2, 3, 3, 3]
    figure.kernel_size = 2
    assert figure.kernel_sizes == [2, 2, 2, 2]
    figure.layers = 1
    assert figure.kernel_sizes == [2]
    figure.kernel_sizes = [3, 5]
    assert (figure.layers, figure.kernel_size, figure.layer) == (2, 5, 2)


def test_a_stack_stays_within_what_can_be_drawn():
    figure = ReceptiveField([3])
    figure.layers = 99
    assert figure.kernel_sizes == [3] * 6
    figure.kernel_size = 99
    assert figure.kernel_sizes == [3] * 6
    figure.kernel_size = 0
    assert figure.kernel_sizes == [1] * 6


@pytest.mark.parametrize(("sizes", "deeper"), [([7, 5, 2], [7, 5, 2, 2]), ([1, 1, 7], [1, 1, 7, 7]), ([7, 7], [7, 7])])
def test_mixed_kernels_go_as_deep_as_there_is_room(sizes, deeper):
    figure = ReceptiveField(sizes)
    figure.layers = 99
    assert figure.kernel_sizes == deeper
    figure.kernel_size = 6
    assert receptive_field(figure.kernel_sizes)[0] <= 13


@pytest.mark.parametrize("sizes", [[], [8], [7, 7, 7], [2] * 7, [0], 3, [2.5], ["2"]])
def test_a_stack_that_cannot_be_drawn_is_refused(sizes):
    with pytest.raises((ValueError, TypeError), match="kernel_sizes should"):
        ReceptiveField(sizes)


def test_a_player_stays_within_its_runs():
    player = TrainingPlayer([history(epochs=3), history(lr=0.02, epochs=5)])
    player.run, player.epoch = 9, 9
    assert (player.run, player.epoch) == (1, 5)


def test_a_player_takes_one_history_as_well():
    assert len(TrainingPlayer(history()).get_state()["_runs"]) == 1


def test_a_player_knows_the_stable_limit_of_a_layer_without_bias():
    runs = TrainingPlayer([history(bias=False), history(bias=True)]).get_state()["_runs"]
    assert runs[0]["limit"] == pytest.approx(1 / 30)
    assert runs[1]["limit"] is None


def batch():
    X = np.ones((2, 1, 4, 4))
    return fit(Conv2D((1, 2)), X, np.ones((2, 1, 4, 3)), epochs=1)


@pytest.mark.parametrize(
    ("histories", "sentence"),
    [
        (lambda: [], "at least one run"),
        (lambda: [history(), 3], "one is int"),
        (lambda: [history(), history(X=np.ones((6, 8)))], "share one image"),
        (lambda: [batch()], r"\(1, 1, height, width\), but its shape is \(2, 1, 4, 4\)"),
        (lambda: [history(X=photo())], "at most 16 rows"),
    ],
)
def test_a_player_says_which_runs_it_can_show(histories, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        TrainingPlayer(histories())


@pytest.mark.parametrize(
    ("image", "sentence"),
    [
        (np.zeros((3, 20, 20)), "one channel at a time"),
        (np.zeros((10, 100)), "use KernelWindow"),
        (np.zeros((500, 500)), r"image\[::2, ::2\]"),
        (np.full((20, 20), 255), "divide it by 255"),
        (np.full((20, 20), np.nan), "np.nan_to_num"),
    ],
)
def test_a_lab_says_what_a_photograph_is(image, sentence):
    with pytest.raises(ValueError, match=sentence):
        FilterLab(image)


def test_a_lab_keeps_its_settings_in_range():
    lab = FilterLab(photo())
    lab.size = 99
    assert lab.size == 15
    lab.size = 8
    assert lab.size == 9
    lab.row = 999
    assert lab.row == 253
    with pytest.raises(ValueError, match="box blur"):
        lab.kernel = "blurr"
    assert lab.kernel == "edge"


def test_a_lab_carries_its_photograph_as_bytes():
    sent = FilterLab(photo()).get_state()["image"]
    assert sent["shape"] == (256, 256)
    assert len(sent["bytes"]) == 256 * 256


@pytest.mark.parametrize("angle", [np.nan, np.inf, -np.inf])
def test_a_lab_refuses_an_angle_that_is_none(angle):
    lab = FilterLab(photo(), angle=30)
    with pytest.raises(ValueError, match="angle should be finite"):
        lab.angle = angle
    assert lab.angle == 30
    with pytest.raises(ValueError, match="angle should be finite"):
        FilterLab(photo(), angle=angle)


@pytest.mark.parametrize(("angle", "kept"), [(360, 0), (-90, 270), (725, 5), (1e300, 1e300 % 360)])
def test_whole_turns_leave_a_direction_as_it_is(angle, kept):
    assert FilterLab(photo(), angle=angle).angle == kept


@pytest.mark.parametrize("angle", [45, 135, 225, 315])
def test_halfway_between_two_axes_a_second_difference_takes_the_next(angle):
    across = (angle + 45) // 90 % 2 == 0
    assert FilterLab(photo(), "second difference", angle).K.shape == ((1, 3) if across else (3, 1))


def test_a_lab_s_window_stays_inside_what_it_is_given():
    lab = FilterLab(photo(), kernel="box blur", size=3)
    lab.row = lab.col = 10**30
    assert (lab.row, lab.col) == (253, 253)
    lab.size = 15
    assert (lab.row, lab.col) == (241, 241)
    lab.image = photo()[:20, :30]
    assert (lab.row, lab.col) == (5, 15)
    lab.size = 10**30
    assert lab.size == 15


@pytest.mark.parametrize("wanted", [-1, 10**30])
def test_a_stack_points_at_a_unit_that_it_has(wanted):
    figure = ReceptiveField([3, 3])
    figure.layer = wanted
    assert figure.layer == (0 if wanted < 0 else 2)
    figure.row = figure.col = wanted
    assert figure.row == figure.col == (0 if wanted < 0 else 8)
    figure.layers = wanted
    figure.kernel_size = wanted
    assert receptive_field(figure.kernel_sizes)[0] <= 13


def test_a_unit_stays_inside_a_smaller_layer():
    figure = ReceptiveField([3, 3])
    figure.layer, figure.row = 0, 12
    figure.layer = 2
    assert figure.row == 8


def test_a_player_s_epoch_is_one_of_the_run_that_is_shown():
    player = TrainingPlayer([history(epochs=3), history(lr=0.02, epochs=5)])
    player.epoch = 10
    assert player.epoch == 3
    player.run, player.epoch = 1, 5
    player.run = 0
    assert player.epoch == 3
    player.run = player.epoch = 10**30
    assert (player.run, player.epoch) == (1, 5)


@pytest.mark.parametrize("trait", ["X", "Y"])
def test_a_player_refuses_images_of_another_shape_than_its_runs_had(trait):
    player = TrainingPlayer(history())
    before = getattr(player, trait)
    with pytest.raises(ValueError, match=r"what the layer makes of X, .* but its shape is"):
        setattr(player, trait, np.ones((3, 5)))
    assert getattr(player, trait) is before
    player.Y = player.Y + 1
    assert player.Y.max() == 2


FIGURES = {
    "window": lambda: KernelWindow(arange_image(), K, row=1),
    "lab": lambda: FilterLab(photo(), angle=30),
    "stack": lambda: ReceptiveField([3, 3]),
    "player": lambda: TrainingPlayer(history()),
}


@pytest.mark.parametrize(
    ("figure", "state"),
    [
        ("window", {"row": 0, "K": [[1, 2, 3, 4]]}),
        ("window", {"row": 0, "X": [[1, 2], [3]]}),
        ("window", {"row": 0, "X": 3}),
        ("window", {"row": 10**30, "X": [["what"]]}),
        ("window", {"row": 0, "col": "what"}),
        ("lab", {"row": 0, "kernel": "blurr"}),
        ("lab", {"row": 0, "angle": float("nan")}),
        ("lab", {"row": 0, "image": {"shape": [1, 1]}}),
        ("stack", {"row": 0, "kernel_sizes": [7, 7, 7]}),
        ("player", {"epoch": 2, "Y": [[1, 2]]}),
    ],
)
def test_a_bad_value_from_a_page_takes_nothing_with_it(figure, state):
    figure = FIGURES[figure]()
    heard = []
    figure.observe(heard.append, list(state))
    before = {name: getattr(figure, name) for name in state}
    with pytest.raises((ValueError, TypeError, TraitError), match=r"\w+ .*\w+"):
        figure.set_state(state)
    assert all(np.array_equal(getattr(figure, name), before[name]) for name in state)
    assert heard == []


def test_a_page_hears_what_holds_instead_of_a_value_that_was_refused(monkeypatch):
    window = KernelWindow(arange_image(), K)
    sent = []
    monkeypatch.setattr(window, "send_state", lambda key=None: sent.append(key))
    with pytest.raises(ValueError, match="should fit inside the image"):
        window.set_state({"K": np.ones((4, 4)).tolist()})
    assert sent == [["K"]]


def test_traits_that_are_held_together_are_refused_together():
    window = KernelWindow(arange_image(), K)
    with pytest.raises(ValueError, match="use a smaller kernel"), window.hold_trait_notifications():
        window.row, window.K = 1, np.ones((4, 4))
    assert window.row == 0
    np.testing.assert_array_equal(window.K, K)


FIGURE_CLASSES = [FilterLab, KernelWindow, ReceptiveField, TrainingPlayer]


@pytest.mark.parametrize("figure", FIGURE_CLASSES)
def test_each_script_is_one_module_without_imports(figure):
    lines = figure._esm.splitlines()
    assert not [line for line in lines if line.startswith("import ")]
    assert [line for line in lines if line.startswith("export ")] == ["export default { render };"]


HOST = Path(__file__).parents[1] / "site" / "host.js"


def test_the_scripts_travel_with_the_package():
    names = {file.name for file in files("d2lconv.explorables").iterdir() if file.name.endswith((".js", ".css"))}
    assert {"controls.js", "explorables.css", "numbers.js", "training_player.js"} < names


# What a reader waits for is what the line carries, and servers compress: comments and long names cost next to nothing.
def test_all_figures_of_a_page_take_twenty_kilobytes_of_compressed_script():
    scripts = [HOST.read_text("utf-8"), *(figure._esm for figure in FIGURE_CLASSES)]
    assert len(gzip.compress("".join(scripts).encode())) <= 20 * 1024


COMMENTED = """\
// What this module is for.
/** @typedef {number[]} Row */

/**
 * Double a row.
 * @param {Row} row
 */
export function doubled(row) {
	// why it is so
	const size = /** @type {number} */ (row.length); // "as long as before"
	/** @type {Row} */ (row).reverse();
	/** @type {Row} */
	const pair = [size, "http://www.w3.org/2000/svg"];
	return pair;
}
"""


def test_comments_stay_on_disk():
    assert without_comments(COMMENTED).strip() == (
        "export function doubled(row) {\n"
        '\tconst size = (row.length); // "as long as before"\n'
        "\t(row).reverse();\n"
        '\tconst pair = [size, "http://www.w3.org/2000/svg"];\n'
        "\treturn pair;\n"
        "}"
    )
