"""Stacked layers: as deep and as wide as can be drawn, and a unit that is there."""

import pytest
from traitlets import TraitError

from d2lconv import receptive_field
from d2lconv.explorables import ReceptiveField


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


@pytest.mark.parametrize("sizes", [[], [12], [7, 7, 7], [2] * 7, [0], 3, [2.5], ["2"], [(1, 3)]])
def test_a_stack_that_cannot_be_drawn_is_refused(sizes):
    with pytest.raises((ValueError, TypeError), match="kernel_sizes should"):
        ReceptiveField(sizes)


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


def test_strides_follow_the_layers_and_a_new_layer_moves_by_one():
    figure = ReceptiveField([2, 2], strides=[2, 1])
    figure.layers = 3
    assert figure.strides == [2, 1, 1]
    figure.kernel_sizes = [3]
    assert figure.strides == [2]
    figure.strides = [3]
    assert (figure.layers, figure.row) == (1, 1), "13 elements make 4 units"


@pytest.mark.parametrize(("strides", "deepest", "widest"), [([1, 1], 6, 7), ([2, 1], 6, 5), ([3, 3], 2, 4)])
def test_strides_leave_room_for_fewer_layers_and_smaller_kernels(strides, deepest, widest):
    figure = ReceptiveField([3, 2], strides)
    figure.layers = 99
    assert figure.layers == deepest
    figure.kernel_sizes, figure.strides = [3, 2], strides
    figure.kernel_size = 99
    assert figure.kernel_size == widest
    assert receptive_field(figure.kernel_sizes, figure.strides)[0] <= 13


@pytest.mark.parametrize("strides", [[1], [1, 2, 1], [0, 1], [4, 1], [1.5, 1], ["2", 1], 2])
def test_strides_that_cannot_be_drawn_are_refused(strides):
    with pytest.raises((ValueError, TypeError), match="strides should"):
        ReceptiveField([3, 3], strides)
    figure = ReceptiveField([3, 3])
    with pytest.raises((ValueError, TypeError, TraitError)):
        figure.strides = strides
    assert figure.strides == [1, 1]


def test_strides_that_see_beyond_the_input_are_refused_with_what_they_see():
    with pytest.raises(ValueError, match=r"\[5, 5\] with strides \[3, 1\] sees 17 × 17"):
        ReceptiveField([5, 5], [3, 1])


def test_a_page_sets_a_whole_stack_at_once():
    figure = ReceptiveField([3, 3])
    figure.set_state(
        {"kernel_sizes": [2, 2, 2], "strides": [2, 2, 2], "layers": 3, "kernel_size": 2, "layer": 3, "row": 0}
    )
    assert (figure.kernel_sizes, figure.strides, figure.layers) == ([2, 2, 2], [2, 2, 2], 3)
    with pytest.raises(TraitError, match="sees 17 × 17"):
        figure.set_state({"kernel_sizes": [5, 5], "strides": [3, 1], "layers": 2})
    assert (figure.kernel_sizes, figure.strides, figure.layers) == ([2, 2, 2], [2, 2, 2], 3)


def test_a_unit_stays_inside_a_layer_that_moves_far():
    figure = ReceptiveField([2, 2], strides=[3, 1])
    figure.layer, figure.row = 1, 99
    assert figure.row == 3
