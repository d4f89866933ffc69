import copy

import naive
import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from d2lconv import Conv2D, conv2d, corr2d


@st.composite
def layer_and_batch(draw):
    """Draw a layer of whole numbers, a batch for it, and the sizes' own seed; sums of such numbers are exact."""
    n, c_in, c_out = (draw(st.integers(1, 3)) for _ in range(3))
    k_h, k_w = draw(st.sampled_from([(1, 1), (1, 2), (2, 2), (3, 2)]))
    n_h, n_w = k_h + draw(st.integers(0, 3)), k_w + draw(st.integers(0, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    weight = rng.integers(-9, 10, (c_out, c_in, k_h, k_w)).astype(float)
    layer = Conv2D((k_h, k_w), c_in, c_out, bias=draw(st.booleans()), flip=draw(st.booleans()), weight=weight)
    if layer.bias is not None:
        layer.bias = rng.integers(-9, 10, c_out)
    return layer, rng.integers(-9, 10, (n, c_in, n_h, n_w)).astype(float)


@given(layer_and_batch())
def test_the_layer_sums_correlations_over_channels_and_adds_the_bias(drawn):
    layer, X = drawn
    assert_array_equal(layer(X), naive.layer(X, layer.weight, layer.bias, flip=layer.flip))


@given(layer_and_batch(), st.integers(0, 2**32))
@settings(max_examples=30)
def test_backward_gives_the_derivatives_of_the_squared_error(drawn, seed):
    layer, X = drawn
    Y_hat = layer(X)
    Y = np.random.default_rng(seed).integers(-9, 10, Y_hat.shape)
    dX = layer.backward(2 * (Y_hat - Y))

    def loss(X=X, weight=layer.weight, bias=layer.bias):
        return np.sum((naive.layer(X, weight, bias, flip=layer.flip) - Y) ** 2)

    # Whole numbers, and halves in between: all sums are exact, on either side.
    assert_array_equal(dX, naive.gradient(lambda A: loss(X=A), X))
    assert_array_equal(layer.grad_weight, naive.gradient(lambda A: loss(weight=A), layer.weight))
    if layer.bias is None:
        assert layer.grad_bias is None
    else:
        assert_array_equal(layer.grad_bias, naive.gradient(lambda A: loss(bias=A), layer.bias))


def test_the_gradients_of_one_channel_are_correlations_themselves():
    rng = np.random.default_rng(2)
    X, K, dY = (rng.integers(-9, 10, size) * 1.0 for size in ((5, 6), (3, 2), (3, 5)))
    layer = Conv2D((3, 2), weight=K)
    layer(X[None, None])
    dX = layer.backward(dY[None, None])
    assert_array_equal(dX[0, 0], scipy.signal.convolve2d(dY, K, mode="full"))
    assert_array_equal(layer.grad_weight[0, 0], scipy.signal.correlate2d(X, dY, mode="valid"))
    assert_array_equal(layer.grad_bias, [dY.sum()])


def test_a_flipped_layer_is_the_strict_convolution_both_ways():
    rng = np.random.default_rng(3)
    X, K, dY = (rng.integers(-9, 10, size) * 1.0 for size in ((5, 6), (3, 2), (3, 5)))
    layer = Conv2D((3, 2), weight=K, flip=True)
    assert_array_equal(layer(X[None, None])[0, 0], scipy.signal.convolve2d(X, K, mode="valid"))
    assert_array_equal(layer(X[None, None])[0, 0], conv2d(X, K))
    dX = layer.backward(dY[None, None])
    assert_array_equal(dX[0, 0], scipy.signal.correlate2d(dY, K, mode="full"))
    assert_array_equal(layer.grad_weight[0, 0], scipy.signal.correlate2d(X, dY, mode="valid")[::-1, ::-1])


def test_backward_parameters_is_backward_without_the_input():
    rng = np.random.default_rng(4)
    X, dY = rng.normal(size=(2, 2, 4, 4)), rng.normal(size=(2, 3, 3, 3))
    layer = Conv2D(2, 2, 3, rng=0)
    layer(X)
    layer.backward(dY)
    grad_weight, grad_bias = layer.grad_weight, layer.grad_bias
    layer.backward_parameters(dY)
    assert_array_equal(layer.grad_weight, grad_weight)
    assert_array_equal(layer.grad_bias, grad_bias)


def test_each_backward_starts_afresh_and_speaks_of_the_last_call():
    layer = Conv2D((1, 2), weight=[[1, -1]])
    layer(np.full((1, 1, 1, 2), 100))
    layer([[[[1, 2, 3]]]])
    for _ in range(2):
        layer.backward([[[[1, 10]]]])
        assert_array_equal(layer.grad_weight, [[[[21, 32]]]])
        assert_array_equal(layer.grad_bias, [11])


def test_a_refused_batch_leaves_the_layer_as_it_was():
    layer = Conv2D((1, 2), weight=[[1, -1]], bias=False)
    layer([[[[1, 2, 3]]]])
    with pytest.raises(ValueError, match="its width is 2"):
        layer([[[[1]]]])
    assert_array_equal(layer.backward([[[[1, 10]]]]), [[[[1, 9, -10]]]])


@pytest.mark.parametrize("flip", [False, True])
def test_float32_in_gives_float32_out(flip):
    layer = Conv2D(2, weight=np.eye(2, dtype=np.float32), flip=flip)
    X = np.arange(9, dtype=np.float32).reshape(1, 1, 3, 3)
    Y = layer(X)
    dX = layer.backward(Y)
    for A in (layer.weight, layer.bias, Y, dX, layer.grad_weight, layer.grad_bias):
        assert A.dtype == np.float32
    assert_array_equal(Y[0, 0], [[4, 6], [10, 12]])
    assert layer(X.astype(np.float64)).dtype == np.float64
    assert Conv2D(2, rng=0)(X).dtype == np.float64


def test_whole_numbers_and_lists_compute_in_float64():
    layer = Conv2D((1, 2), weight=np.array([[1, -1]], np.int8))
    assert layer.weight.dtype == layer.bias.dtype == np.float64
    assert_array_equal(layer(np.array([[[[0, 255, 1]]]], np.uint8)), [[[[-255, 254]]]])


@pytest.mark.parametrize(
    "layout",
    [
        np.asfortranarray,
        lambda A: A[::-1, :, ::-1, ::-1].copy()[::-1, :, ::-1, ::-1],
        lambda A: np.ascontiguousarray(np.moveaxis(A, 1, -1)).transpose(0, 3, 1, 2),  # channels last in memory
        lambda A: A.astype(">f8"),
        lambda A: np.frombuffer(A.tobytes()).reshape(A.shape),  # read-only
    ],
    ids=["Fortran", "negative strides", "channels last", "big-endian", "read-only"],
)
def test_the_layout_in_memory_makes_no_difference(layout):
    rng = np.random.default_rng(5)
    X, weight = rng.integers(-9, 9, (2, 3, 4, 4)) * 1.0, rng.integers(-9, 9, (2, 3, 2, 2)) * 1.0
    dY = rng.integers(-9, 9, (2, 2, 3, 3)) * 1.0
    plain, laid_out = Conv2D(2, 3, 2, weight=weight), Conv2D(2, 3, 2, weight=layout(weight))
    assert_array_equal(laid_out(layout(X)), plain(X))
    assert_array_equal(laid_out.backward(layout(dY)), plain.backward(dY))
    assert_array_equal(laid_out.grad_weight, plain.grad_weight)


@pytest.mark.parametrize("flip", [False, True])
def test_what_comes_in_is_neither_written_to_nor_handed_back(flip):
    X, weight, bias, dY = np.ones((1, 1, 3, 3)), np.eye(2)[None, None], np.ones(1), np.ones((1, 1, 2, 2))
    layer = Conv2D(2, weight=weight, flip=flip)
    layer.bias = bias
    Y = layer(X)
    dX = layer.backward(dY)
    for A in (Y, dX, layer.weight, layer.bias, layer.grad_weight, layer.grad_bias):
        A[...] = 7
    assert_array_equal(X, np.ones((1, 1, 3, 3)))
    assert_array_equal(weight, np.eye(2)[None, None])
    assert_array_equal(bias, np.ones(1))
    assert_array_equal(dY, np.ones((1, 1, 2, 2)))


def test_a_kernel_of_one_pixel_hands_back_new_arrays_too():
    X = np.ones((1, 1, 2, 2))
    layer = Conv2D(1, weight=[[1]], bias=False)
    Y = layer(X)
    assert not np.shares_memory(Y, X)
    assert not np.shares_memory(layer.backward(Y), Y)


def test_nan_touches_only_the_windows_that_hold_it():
    X = np.zeros((2, 1, 3, 4))
    X[1, 0, 0, 3] = np.nan
    Y = Conv2D(2, weight=np.ones((2, 2)))(X)
    assert_array_equal(np.argwhere(np.isnan(Y)), [[1, 0, 0, 2]])


def test_a_bare_kernel_will_do_for_one_channel():
    assert_array_equal(Conv2D((1, 2), weight=[[1, -1]]).weight, [[[[1, -1]]]])
    layer = Conv2D((1, 2), rng=0)
    layer.weight = [[3, 4]]
    assert_array_equal(layer.weight, [[[[3, 4]]]])
    assert layer.weight.dtype == np.float64


@pytest.mark.parametrize("shape", [(), (2,), (2, 1), (1, 3), (1, 1, 2), (1, 2, 1, 2), (2, 1, 1, 2), (1, 1, 2, 1)])
def test_a_weight_of_another_shape_is_refused_at_any_time(shape):
    with pytest.raises(ValueError, match=r"weight should have the shape \(1, 1, 1, 2\)"):
        Conv2D((1, 2), weight=np.ones(shape))
    layer = Conv2D((1, 2), weight=[[1, -1]])
    with pytest.raises(ValueError, match=r"weight should have the shape \(1, 1, 1, 2\)"):
        layer.weight = np.ones(shape)
    assert_array_equal(layer.weight, [[[[1, -1]]]])


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 1)])
def test_a_bias_of_another_shape_is_refused(shape):
    layer = Conv2D(1, 1, 2)
    with pytest.raises(ValueError, match="bias should"):
        layer.bias = np.ones(shape)
    assert_array_equal(layer.bias, [0, 0])


def test_a_bias_can_be_taken_away_and_given_back():
    layer = Conv2D(1, 1, 2, weight=np.ones((2, 1, 1, 1)))
    layer.bias = None
    assert_array_equal(layer([[[[5]]]]), [[[[5]], [[5]]]])
    layer.backward(np.ones((1, 2, 1, 1)))
    assert layer.grad_bias is None
    layer.bias = [1, 2]
    assert_array_equal(layer([[[[5]]]]), [[[[6]], [[7]]]])
    layer.backward(np.ones((1, 2, 1, 1)))
    assert_array_equal(layer.grad_bias, [1, 1])


def test_the_same_seed_draws_the_same_weights():
    drawn = Conv2D(3, 2, 2, rng=7).weight
    assert_array_equal(drawn, Conv2D(3, 2, 2, rng=7).weight)
    assert_array_equal(drawn, Conv2D(3, 2, 2, rng=np.random.default_rng(7)).weight)
    assert not np.array_equal(drawn, Conv2D(3, 2, 2, rng=8).weight)
    assert not np.array_equal(Conv2D(3).weight, Conv2D(3).weight)


@pytest.mark.parametrize(("kernel_size", "c_in", "c_out"), [((3, 5), 20, 30), ((1, 2), 300, 1), ((4, 4), 1, 90)])
def test_first_weights_fill_glorots_interval(kernel_size, c_in, c_out):
    taps = kernel_size[0] * kernel_size[1]
    limit = np.sqrt(6 / (c_in * taps + c_out * taps))
    weight = Conv2D(kernel_size, c_in, c_out, rng=0).weight
    assert weight.shape == (c_out, c_in, *kernel_size)
    assert np.abs(weight).max() <= limit
    assert weight.max() > 0.95 * limit
    assert weight.min() < -0.95 * limit


def test_a_new_layer_has_no_bias_to_speak_of_and_no_gradient():
    layer = Conv2D((2, 3), 4, 5, rng=0)
    assert_array_equal(layer.bias, np.zeros(5))
    assert_array_equal(layer.grad_weight, np.zeros((5, 4, 2, 3)))
    assert_array_equal(layer.grad_bias, np.zeros(5))
    bare = Conv2D((2, 3), 4, 5, bias=False, rng=0)
    assert bare.bias is None
    assert bare.grad_bias is None


def test_what_is_done_to_a_weights_or_biass_shape_is_not_done_to_the_layers():
    layer = Conv2D((1, 2), 1, 2, weight=np.ones((2, 1, 1, 2)))
    layer.weight.shape = (4,)
    layer.bias.shape = (2, 1)
    with pytest.raises(ValueError, match="resize"):
        layer.bias.resize(5)
    assert layer.weight.shape == (2, 1, 1, 2)
    assert layer.bias.shape == (2,)
    assert_array_equal(layer([[[[3, 4]]]]), [[[[7]], [[7]]]])


def test_numbers_can_be_set_in_place():
    layer = Conv2D((1, 2), weight=[[1, -1]])
    layer.weight[..., 0] = 5
    layer.weight += 1
    layer.bias += 3
    assert_array_equal(layer([[[[1, 10]]]]), [[[[9]]]])


def test_flipping_can_be_turned_on_and_off_and_nothing_else():
    layer = Conv2D((1, 2), weight=[[1, -1]])
    layer.flip = np.True_
    assert layer.flip is True
    assert_array_equal(layer([[[[1, 10]]]]), [[[[9]]]])
    with pytest.raises(TypeError, match="flip should be True or False, but came as 'no'"):
        layer.flip = "no"
    assert layer.flip is True


@pytest.mark.parametrize("k_w", [24, 31, 40])
def test_wide_kernels_carry_gradients_back_too(k_w):
    rng = np.random.default_rng(0)
    X, W = rng.integers(-9, 10, (2, 2, 3, 50)) * 1.0, rng.integers(-9, 10, (3, 2, 2, k_w)) * 1.0
    layer = Conv2D((2, k_w), 2, 3, weight=W)
    Y = layer(X)
    assert_array_equal(Y, naive.layer(X, W))
    dX = layer.backward(Y)
    full = [
        [sum(scipy.signal.convolve2d(y, k) for y, k in zip(out, W[:, c], strict=True)) for c in (0, 1)] for out in Y
    ]
    assert_array_equal(dX, full)


def test_a_truth_value_of_numpys_is_one_too():
    layer = Conv2D(1, bias=np.False_, flip=np.True_)
    assert layer.bias is None
    assert layer.flip is True


def test_the_repr_makes_the_same_layer_again():
    for layer in (Conv2D(3), Conv2D((1, 2), 3, 4, bias=False, flip=True)):
        again = eval(repr(layer))
        assert repr(again) == repr(layer)
        assert again.weight.shape == layer.weight.shape
    assert repr(Conv2D((1, 2), 3, 4, bias=False, flip=True)) == "Conv2D((1, 2), 3, 4, bias=False, flip=True)"


def test_a_copy_of_a_layer_learns_on_its_own():
    layer = Conv2D((1, 2), weight=[[1, -1]])
    other = copy.deepcopy(layer)
    other.weight += 1
    assert_array_equal(layer.weight, [[[[1, -1]]]])


def test_one_image_and_one_channel_are_plain_correlation():
    X, K = np.arange(20.0).reshape(4, 5), np.array([[1.0, 2], [3, 4]])
    assert_array_equal(Conv2D(2, weight=K, bias=False)(X[None, None])[0, 0], corr2d(X, K))
