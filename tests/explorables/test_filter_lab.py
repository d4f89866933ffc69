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
