import itertools

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from d2lconv import Conv2D, receptive_field

PAIRS = st.tuples(st.integers(1, 4), st.integers(1, 4))


def test_two_layers_of_2_by_2_kernels_see_nine_elements():
    assert receptive_field([2, 2]) == (3, 3)


def test_no_layer_sees_one_element():
    assert receptive_field([]) == (1, 1)
    assert receptive_field([], strides=[]) == (1, 1)


@given(st.lists(st.tuples(PAIRS, PAIRS), max_size=4))
@settings(max_examples=60)
def test_the_field_holds_just_the_inputs_that_reach_the_output(layers):
    sizes, strides = [size for size, _ in layers], [stride for _, stride in layers]
    seen = naive.inputs_seen(sizes, strides)
    assert receptive_field(sizes, strides) == (max(i for i, _ in seen) + 1, max(j for _, j in seen) + 1)


@given(st.lists(PAIRS, max_size=5))
def test_strides_are_one_unless_they_are_given(sizes):
    assert receptive_field(sizes) == receptive_field(sizes, [1] * len(sizes))
    seen = naive.inputs_seen(sizes, [(1, 1)] * len(sizes))
    assert np.prod(receptive_field(sizes)) == len(seen)  # without strides the field has no holes


@given(st.lists(PAIRS, max_size=5), st.randoms())
def test_without_strides_the_order_of_the_layers_makes_no_difference(sizes, random):
    shuffled = random.sample(sizes, len(sizes))
    assert receptive_field(shuffled) == receptive_field(sizes)


def test_a_stride_widens_only_what_the_later_layers_see():
    assert receptive_field([3, 3], strides=[2, 1]) == (7, 7)
    assert receptive_field([3, 3], strides=[1, 2]) == (5, 5)


def test_gradients_reach_just_the_receptive_field():
    sizes = [(2, 2), (1, 2), (3, 2)]
    layers = [Conv2D(size, weight=np.ones(size)) for size in sizes]
    Y = np.ones((1, 1, 8, 9))
    for layer in layers:
        Y = layer(Y)
    dY = np.zeros_like(Y)
    dY[0, 0, 1, 2] = 1
    for layer in reversed(layers):
        dY = layer.backward(dY)
    rows, columns = np.nonzero(dY[0, 0])
    assert (rows.min(), columns.min()) == (1, 2)
    assert receptive_field(sizes) == (np.ptp(rows) + 1, np.ptp(columns) + 1)
    assert len(rows) == np.prod(receptive_field(sizes))


@pytest.mark.parametrize("kernel_sizes", [[3, 5], (3, 5), np.array([3, 5]), [(3, 3), [5, 5]]])
def test_any_sequence_of_sizes_will_do(kernel_sizes):
    assert receptive_field(kernel_sizes) == (7, 7)


def test_an_iterator_of_sizes_will_do_too():
    assert receptive_field(iter([3, 5]), strides=iter([2, 1])) == (11, 11)


def test_many_layers_are_fine_and_endless_ones_are_refused():
    assert receptive_field([3] * 10_000) == (20_001, 20_001)
    for endless in ([3] * 10_001, itertools.repeat(3)):
        with pytest.raises(ValueError, match=r"kernel_sizes should hold at most 10000 entries, .* but holds more"):
            receptive_field(endless)
