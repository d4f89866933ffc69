import re
from fractions import Fraction

import numpy as np
import pytest
from refusals import BATCH, NOT_A_BATCH, NOT_A_POSITIVE_NUMBER, NOT_A_SIZE, NOT_AN_IMAGE, I

from d2lconv import Conv2D, conv2d, corr2d, corr2d_matrix, fit, max_stable_lr, receptive_field, unfold
from d2lconv.filters import box_blur, edge, finite_difference, gabor, gaussian_blur

K = np.ones((2, 2))
TARGET = np.ones((2, 1, 3, 3))


def with_name(name, call, values):
    """Pair one argument of one function with every value it cannot take; the sentence is to hold its name."""
    return [
        pytest.param(lambda value=value: call(value), error, [name, *words], id=f"{name}={str(value)[:20]!r}")
        for value, error, words in values
    ]


def cases(*rows):
    return [pytest.param(*row, id=", ".join(row[2])[:50]) for row in rows]


def refuses(call, error, words):
    with pytest.raises(error) as caught:
        call()
    sentence = str(caught.value)
    for word in words:
        assert word in sentence
    # What was expected, what came, what to do.
    assert re.fullmatch(r".+ should .+, but .+: .+\.", sentence, re.S), sentence


def called(layer, X=BATCH):
    layer(X)
    return layer


TOO_LARGE = cases(
    (lambda: corr2d(I, np.ones((5, 2))), ValueError, ["fit inside", "height is 5", "height is 4", "np.pad"]),
    (lambda: corr2d(I, np.ones((2, 6))), ValueError, ["fit inside", "width is 6", "width is 4", "np.pad"]),
    (lambda: conv2d(I, np.ones((5, 2))), ValueError, ["height is 5", "height is 4"]),
    (lambda: corr2d_matrix(K, (1, 4)), ValueError, ["height is 2", "height is 1"]),
    (lambda: corr2d_matrix(K, (4, 1)), ValueError, ["width is 2", "width is 1"]),
    (lambda: unfold(I, (1, 5)), ValueError, ["width is 5", "width is 4"]),
    (lambda: Conv2D((1, 5))(BATCH), ValueError, ["width is 5", "width is 4"]),
    (lambda: Conv2D(5)(BATCH), ValueError, ["height is 5", "height is 4"]),
    (lambda: fit(Conv2D(5), BATCH, TARGET), ValueError, ["height is 5", "height is 4"]),
    (lambda: max_stable_lr(I, (5, 1)), ValueError, ["height is 5", "height is 4"]),
)


@pytest.mark.parametrize(("call", "error", "words"), TOO_LARGE)
def test_a_kernel_larger_than_the_image_is_refused_by_its_axis(call, error, words):
    refuses(call, error, words)


OPERATORS = [
    *with_name("X", lambda X: corr2d(X, K), NOT_AN_IMAGE),
    *with_name("K", lambda K: corr2d(I, K), NOT_AN_IMAGE),
    *with_name("X", lambda X: conv2d(X, K), NOT_AN_IMAGE),
    *with_name("K", lambda K: conv2d(I, K), NOT_AN_IMAGE),
    *with_name("K", lambda K: corr2d_matrix(K, (4, 4)), NOT_AN_IMAGE),
    *with_name("X", lambda X: unfold(X, 2), NOT_AN_IMAGE),
    *with_name("input_shape", lambda shape: corr2d_matrix(K, shape), NOT_A_SIZE),
    *with_name("kernel_size", lambda size: unfold(I, size), NOT_A_SIZE),
]


@pytest.mark.parametrize(("call", "error", "words"), OPERATORS)
def test_the_operators_say_what_they_cannot_read(call, error, words):
    refuses(call, error, words)


NOT_TRUE_OR_FALSE = [
    ([0.5], TypeError, ["True or False", "came as [0.5]"]),
    (np.ones(2), TypeError, ["True or False", "array([1., 1.])"]),
    (0.5, TypeError, ["True or False", "came as 0.5"]),
    ("no", TypeError, ["True or False", "came as 'no'"]),
    (None, TypeError, ["True or False", "came as None"]),
]

LAYER = [
    *with_name("bias", lambda bias: Conv2D(2, bias=bias), NOT_TRUE_OR_FALSE),
    *with_name("flip", lambda flip: Conv2D(2, flip=flip), NOT_TRUE_OR_FALSE),
    *with_name("kernel_size", lambda size: Conv2D(size), NOT_A_SIZE),
    *with_name("in_channels", lambda n: Conv2D(2, n), [row for row in NOT_A_SIZE if np.ndim(row[0]) == 0]),
    *with_name("out_channels", lambda n: Conv2D(2, 1, n), [row for row in NOT_A_SIZE if np.ndim(row[0]) == 0]),
    *with_name(
        "weight",
        lambda weight: Conv2D(2, weight=weight),
        [row for row in NOT_AN_IMAGE if row[1] is TypeError and row[0] is not None],
    ),
    *with_name("weight", lambda weight: Conv2D(2, weight=weight), [([[1, 2], [3]], ValueError, ["rectangular"])]),
    *with_name("X", lambda X: Conv2D(2)(X), NOT_A_BATCH),
    *with_name("dY", lambda dY: called(Conv2D(2)).backward(dY), NOT_A_BATCH),
    *with_name("dY", lambda dY: called(Conv2D(2)).backward_parameters(dY), NOT_A_BATCH),
    *cases(
        (lambda: Conv2D(2, weight=np.ones((3, 3))), ValueError, ["weight", "(1, 1, 2, 2)", "every pair of channels"]),
        (lambda: Conv2D(2, 2, weight=np.ones((1, 1, 2, 2))), ValueError, ["(1, 2, 2, 2)", "is (1, 1, 2, 2)"]),
        (lambda: Conv2D(2, weight=[[1, 2]]), ValueError, ["weight", "(1, 1, 2, 2)", "its shape is (1, 2)"]),
        (lambda: setattr(Conv2D(2), "bias", [1, 2]), ValueError, ["bias", "(1,)", "(2,)", "every output channel"]),
        (lambda: setattr(Conv2D(2), "bias", 1), ValueError, ["bias", "one-dimensional", "shape is ()"]),
        (lambda: setattr(Conv2D(2), "bias", ["a"]), TypeError, ["bias", "real numbers"]),
        (
            lambda: Conv2D(2)(np.ones((1, 3, 4, 4))),
            ValueError,
            ["the layer, 1,", "has 3", "in_channels"],
        ),
        (
            lambda: Conv2D(2, 3)(np.ones((1, 4, 4, 3))),
            ValueError,
            ["the layer, 3,", "has 4", "second axis"],
        ),
        (lambda: Conv2D(2).backward(TARGET), ValueError, ["backward", "seen no X", "call layer(X) first"]),
        (lambda: Conv2D(2).backward_parameters(TARGET), ValueError, ["backward", "seen no X"]),
        (lambda: called(Conv2D(2)).backward(BATCH), ValueError, ["dY", "(2, 1, 3, 3)", "is (2, 1, 4, 4)"]),
        (lambda: called(Conv2D(2)).backward(TARGET[:1]), ValueError, ["dY", "(2, 1, 3, 3)", "is (1, 1, 3, 3)"]),
        (lambda: called(Conv2D(2, 1, 3)).backward(TARGET), ValueError, ["dY", "(2, 3, 3, 3)", "is (2, 1, 3, 3)"]),
    ),
]


@pytest.mark.parametrize(("call", "error", "words"), LAYER)
def test_the_layer_says_what_it_cannot_read(call, error, words):
    refuses(call, error, words)


TRAINING = [
    *with_name("X", lambda X: fit(Conv2D(2), X, TARGET), NOT_A_BATCH),
    *with_name("Y", lambda Y: fit(Conv2D(2), BATCH, Y), NOT_A_BATCH),
    *with_name("lr", lambda lr: fit(Conv2D(2), BATCH, TARGET, lr=lr), NOT_A_POSITIVE_NUMBER),
    *with_name("kernel_size", lambda size: max_stable_lr(I, size), NOT_A_SIZE),
    *with_name("X", lambda X: max_stable_lr(X, 2), [row for row in NOT_A_BATCH if row[0] is not I]),
    *with_name("X", lambda X: max_stable_lr(X, 1), NOT_AN_IMAGE[5:]),
    *with_name("progress", lambda on: fit(Conv2D(2), BATCH, TARGET, progress=on), NOT_TRUE_OR_FALSE),
    *with_name("epochs", lambda n: fit(Conv2D(2), BATCH, TARGET, epochs=n), [(-1, ValueError, ["0 or more", "-1"])]),
    *with_name(
        "epochs",
        lambda n: fit(Conv2D(2), BATCH, TARGET, epochs=n),
        [row for row in NOT_A_SIZE if np.ndim(row[0]) == 0 and row[1] is TypeError],
    ),
    *cases(
        (lambda: fit("layer", BATCH, TARGET), TypeError, ["layer", "Conv2D", "came as str", "Conv2D(kernel_size)"]),
        (lambda: fit(Conv2D, BATCH, TARGET), TypeError, ["layer", "Conv2D", "came as type"]),
        (lambda: fit(Conv2D(2, 3), BATCH, TARGET), ValueError, ["channels", "has 1"]),
        (lambda: fit(Conv2D(2), BATCH, BATCH), ValueError, ["Y", "(2, 1, 3, 3)", "is (2, 1, 4, 4)", "kernel's size"]),
        (lambda: fit(Conv2D(2), BATCH, TARGET[:1]), ValueError, ["Y", "(2, 1, 3, 3)", "is (1, 1, 3, 3)"]),
        (lambda: fit(Conv2D(2, 1, 2), BATCH, TARGET), ValueError, ["Y", "(2, 2, 3, 3)", "is (2, 1, 3, 3)"]),
        (lambda: fit(Conv2D(2), BATCH, np.ones((1, 1, 1, 1))), ValueError, ["Y", "is (1, 1, 1, 1)"]),
        (lambda: max_stable_lr(np.nan * I, 2), ValueError, ["X", "finite", "NaN or infinity", "np.nan_to_num"]),
        (lambda: max_stable_lr([[1, np.inf]], 1), ValueError, ["X", "finite", "np.nan_to_num"]),
    ),
]


@pytest.mark.parametrize(("call", "error", "words"), TRAINING)
def test_training_says_what_it_cannot_read(call, error, words):
    refuses(call, error, words)


@pytest.mark.parametrize("half", [0.5, np.float16(0.5), np.float32(0.5), np.longdouble(0.5), Fraction(1, 2)])
def test_any_real_number_will_do_for_a_rate_or_a_length(half):
    assert fit(Conv2D(2), BATCH, TARGET, lr=half, epochs=0).lr == 0.5
    assert (gaussian_blur(3, half) == gaussian_blur(3, 0.5)).all()
    assert (gabor(9, np.int8(4), sigma=10 * half) == gabor(9, 4, sigma=5)).all()


def test_training_that_is_refused_leaves_the_layer_untrained():
    layer = Conv2D(2, weight=K)
    for options in ({"lr": -1}, {"epochs": 1.5}, {"Y": BATCH}):
        with pytest.raises((ValueError, TypeError)):
            fit(layer, **({"X": BATCH, "Y": TARGET} | options))
    assert (layer.weight == K).all()


NO_DIRECTION = [
    ((0, 0), ValueError, ["two finite numbers", "not both zero", "(0, 0)", "(0, 1) for right"]),
    ((1, 2, 3), ValueError, ["two finite numbers", "(1, 2, 3)"]),
    ((1,), ValueError, ["two finite numbers"]),
    ((np.nan, 1), ValueError, ["two finite numbers", "nan"]),
    ((np.inf, 1), ValueError, ["two finite numbers", "inf"]),
    (5, ValueError, ["one-dimensional, a list of numbers", "shape is ()"]),
    ([[1, 2]], ValueError, ["one-dimensional", "(1, 2)"]),
    ([], ValueError, ["at least one number"]),
    ((1j, 1), TypeError, ["real numbers", "complex"]),
    ("up", TypeError, ["real numbers", "<U2"]),
    (None, TypeError, ["real numbers"]),
]
NO_AXIS = [
    (2, ValueError, ["0 (down)", "1 (along a row)", "came as 2"]),
    (-1, ValueError, ["0 or more", "came as -1"]),
    *((axis, TypeError, ["whole number", repr(axis)]) for axis in (None, "0", 1.0, True, [0], I[0])),
]
ONE_SIZE = [row for row in NOT_A_SIZE if np.ndim(row[0]) == 0]

FILTERS = [
    *with_name("direction", edge, NO_DIRECTION),
    *with_name("order", finite_difference, ONE_SIZE),
    *with_name("axis", lambda axis: finite_difference(1, axis), NO_AXIS),
    *with_name("size", box_blur, NOT_A_SIZE),
    *with_name("size", lambda size: gaussian_blur(size, 1), NOT_A_SIZE),
    *with_name("size", lambda size: gabor(size, 4), NOT_A_SIZE),
    *with_name("sigma", lambda sigma: gaussian_blur(3, sigma), NOT_A_POSITIVE_NUMBER),
    *with_name(
        "sigma", lambda sigma: gabor(9, 4, sigma=sigma), [row for row in NOT_A_POSITIVE_NUMBER if row[0] is not None]
    ),
    *with_name("wavelength", lambda wavelength: gabor(9, wavelength), NOT_A_POSITIVE_NUMBER),
    *with_name("angle", lambda angle: gabor(9, 4, angle), NOT_A_POSITIVE_NUMBER[2:]),
    *cases(
        (lambda: gabor(1, 4), ValueError, ["size", "grating", "1 pixels", "at least one wavelength"]),
        (lambda: gabor((9, 1), 4), ValueError, ["size", "grating", "at least one wavelength"]),
        (lambda: gabor(9, 1), ValueError, ["wavelength 1 ", "a wavelength of 2 pixels or more"]),
        (lambda: gabor(9, 4, sigma=0.02), ValueError, ["sigma 0.02", "a sigma near half of it"]),
        (lambda: gabor(8, 4, sigma=1e-300), ValueError, ["sigma 1e-300", "a sigma near half of it"]),
    ),
]


@pytest.mark.filterwarnings("error")  # the sentence comes alone, without numpy's asides
@pytest.mark.parametrize(("call", "error", "words"), FILTERS)
def test_the_filters_say_what_they_cannot_read(call, error, words):
    refuses(call, error, words)


HUGE = 10**9


def nested(levels):
    deep = [1.0]
    for _ in range(levels):
        deep = [deep]
    return deep


def holding_itself():
    images = [1.0]
    images.append(images)
    return images


TOO_MUCH = cases(
    (lambda: finite_difference(57), ValueError, ["order", "at most 56", "came as 57"]),
    (lambda: finite_difference(HUGE), ValueError, ["order", "at most 56"]),
    (
        lambda: box_blur(HUGE),
        ValueError,
        ["kernel", "at most 268435456 numbers", "18 digits"],
    ),
    (lambda: gaussian_blur(HUGE, 1), ValueError, ["kernel", "at most", "smaller sizes"]),
    (lambda: gabor((1, 2**28 + 1), 4), ValueError, ["kernel", "at most", "268435457"]),
    (lambda: Conv2D(10**6), ValueError, ["weight", "at most", "1000000000000"]),
    (lambda: Conv2D(1, HUGE, HUGE), ValueError, ["weight", "at most", "more than 18 digits"]),
    (lambda: Conv2D(10**5000), ValueError, ["weight", "more than 18 digits"]),
    (lambda: Conv2D(-(10**5000)), ValueError, ["kernel_size", "1 or more", "more than 18 digits"]),
    (lambda: corr2d_matrix(K, (10**4, 10**4)), ValueError, ["matrix", "at most", "smaller sizes"]),
    (lambda: unfold(np.ones((5000, 5000)), 20), ValueError, ["windows of X", "at most", "smaller sizes"]),
    (lambda: fit(Conv2D(2), BATCH, TARGET, epochs=10**12), ValueError, ["history", "at most", "smaller sizes"]),
    (lambda: max_stable_lr(np.ones((200, 200)), 150), ValueError, ["Hessian", "at most", "smaller sizes"]),
    (lambda: corr2d(nested(40), K), ValueError, ["X", "nested more than 32 deep"]),
    (lambda: corr2d(nested(10**5), K), ValueError, ["X", "nested more than 32 deep"]),
    (lambda: corr2d(holding_itself(), K), ValueError, ["X", "rectangular"]),
)


@pytest.mark.parametrize(("call", "error", "words"), TOO_MUCH)
def test_what_would_not_fit_is_refused_at_once(call, error, words):
    refuses(call, error, words)


NO_SEED = [
    (-1, ValueError, ["0 or more", "came as -1"]),
    *((seed, TypeError, ["whole number", repr(seed)]) for seed in (0.5, "seed", [1, 2], True)),
]


@pytest.mark.parametrize(("call", "error", "words"), with_name("rng", lambda rng: Conv2D(2, rng=rng), NO_SEED))
def test_the_layer_says_what_is_no_seed(call, error, words):
    refuses(call, error, words)


NO_LIST = [
    (None, TypeError, ["one entry per layer", "came as None"]),
    (3, TypeError, ["one entry per layer", "came as 3", "pass a list"]),
    (2.5, TypeError, ["one entry per layer", "came as 2.5"]),
    (np.int64(3), TypeError, ["one entry per layer", "3", "pass a list"]),
    (np.array(3), TypeError, ["one entry per layer", "3", "pass a list"]),
]

RECEPTIVE = [
    *with_name("kernel_sizes", lambda size: receptive_field([3, size]), NOT_A_SIZE),
    *with_name("strides", lambda stride: receptive_field([3, 3], [1, stride]), NOT_A_SIZE),
    *with_name("kernel_sizes", receptive_field, NO_LIST),
    *with_name("strides", lambda strides: receptive_field([3, 3], strides), NO_LIST[1:]),
    *cases(
        (lambda: receptive_field([3, 3], [1]), ValueError, ["strides", "one stride per layer, 2 in all", "holds 1"]),
        (lambda: receptive_field([3], [1, 1]), ValueError, ["strides", "1 in all", "holds 2", "leave it out"]),
    ),
]


@pytest.mark.parametrize(("call", "error", "words"), RECEPTIVE)
def test_the_receptive_field_says_what_it_cannot_read(call, error, words):
    refuses(call, error, words)
