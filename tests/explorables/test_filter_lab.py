"""Kernels on a photograph: what a photograph is, and settings that stay in range."""

import numpy as np
import pytest

from d2lconv.explorables import FilterLab
from d2lconv.images import photo


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


def test_a_kernel_may_be_a_matrix_and_typed_is_what_a_reader_types():
    K = np.array([[0.0, 1.0], [2.0, -3.0], [0.5, 0.0]])
    lab = FilterLab(photo(), kernel=K)
    assert lab.kernel == "typed"
    np.testing.assert_array_equal(lab.K, K)
    lab.row = 999
    assert lab.row == 256 - 3
    lab.typed = np.ones((15, 15))
    assert (lab.row, lab.K.shape) == (241, (15, 15))
    lab.kernel = "edge"
    np.testing.assert_array_equal(lab.typed, np.ones((15, 15)))
    lab.K[:] = 0  # a copy
    assert FilterLab(photo(), kernel=[[2]]).K.tolist() == [[2]]


@pytest.mark.parametrize(
    ("kernel", "sentence"),
    [
        (np.ones((16, 3)), "kernel should be at most 15 weights high and wide"),
        ([1, 2, 3], r"kernel should be two-dimensional"),
        ([[1, np.nan]], "kernel should hold finite weights"),
        ([[1, 2], [3]], "rectangular"),
        ("blurr", "assign a matrix to typed"),
    ],
)
def test_a_kernel_that_is_none_is_refused(kernel, sentence):
    with pytest.raises(ValueError, match=sentence):
        FilterLab(photo(), kernel=kernel)
    lab = FilterLab(photo())
    if not isinstance(kernel, str):
        with pytest.raises(ValueError, match=sentence.replace("kernel", "typed")):
            lab.typed = kernel
    np.testing.assert_array_equal(lab.typed, [[0, 0, 0], [0, 1, 0], [0, 0, 0]])


def test_a_window_that_is_cut_out_stays_inside_the_photograph_and_may_keep_its_mean():
    lab = FilterLab(photo(), kernel="cut", size=5)
    lab.cut = [-7, 10**30]
    assert lab.cut == [0, 255]
    X = np.round(255 * lab.image) / 255
    np.testing.assert_allclose(lab.K, X[:5, -5:] - X[:5, -5:].mean(), atol=1e-15)
    lab.subtract_mean = False
    np.testing.assert_array_equal(lab.K, X[:5, -5:])
    with pytest.raises(ValueError, match="a row and a column"):
        lab.cut = [1]


def test_the_kernel_beside_which_another_is_compared_has_a_name():
    lab = FilterLab(photo())
    lab.other = {"name": "A", "kernel": "Gabor", "angle": 30}
    for other in ({"name": "C", "kernel": "Gabor"}, {"name": "A", "kernel": "blurr"}):
        with pytest.raises(ValueError, match="a kernel named A or B"):
            lab.other = other
    assert lab.other["kernel"] == "Gabor"
    lab.other = {}
