import functools
import math
import warnings

import numpy as np
import pytest
import scipy.signal
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from d2lconv.filters import box_blur, edge, finite_difference, gabor, gaussian_blur
from d2lconv.images import edge_image

corr2d = functools.partial(scipy.signal.correlate2d, mode="valid")
conv2d = functools.partial(scipy.signal.convolve2d, mode="valid")

NOT_TINY = st.floats(-1e6, 1e6).filter(lambda v: abs(v) > 1e-3)
ROWS, COLUMNS = np.mgrid[:5.0, :6.0]


def unit(angle):
    """Return (down, right) for an angle counter-clockwise from "to the right", in degrees."""
    return -math.sin(math.radians(angle)), math.cos(math.radians(angle))


@given(NOT_TINY, NOT_TINY)
def test_an_edge_kernel_answers_a_slope_with_minus_the_slope_along_its_direction(v1, v2):
    down, right = np.array([v1, v2]) / math.hypot(v1, v2)
    ramp = 3 * ROWS - 7 * COLUMNS + 2
    assert_allclose(corr2d(ramp, edge((v1, v2))), np.full((3, 4), -(3 * down - 7 * right)), atol=1e-12)


@given(NOT_TINY, NOT_TINY)
def test_an_edge_kernel_is_steered_by_two(v1, v2):
    down, right = np.array([v1, v2]) / math.hypot(v1, v2)
    K = edge((v1, v2))
    assert_allclose(K, down * edge((1, 0)) + right * edge((0, 1)), atol=1e-15)
    assert_allclose(edge((-v1, -v2)), -K, atol=1e-15)
    assert_allclose(K[::-1, ::-1], -K, atol=1e-15)  # so convolution and correlation differ by a sign
    assert abs(K.sum()) < 1e-15


@pytest.mark.parametrize("length", [5e-324, 1e-300, 0.1, 7, 1e300])
def test_only_the_direction_of_an_edge_counts(length):
    assert_allclose(edge((0, length)), edge((0, 1)))
    assert_allclose(edge((length, length)), edge((1, 1)))
    assert np.isfinite(edge((length, -1e308))).all()


def test_an_edge_kernel_sees_the_edge_it_points_across_and_no_other():
    X = edge_image()
    across, along = corr2d(X, edge((0, 1))), corr2d(X, edge((1, 0)))
    assert_array_equal(np.sign(across), np.tile([1.0, 1, 0, 0, -1, -1], (4, 1)))  # darkens, then brightens
    assert_array_equal(along, np.zeros((4, 6)))
    assert_array_equal(edge((0, 1)).T, edge((1, 0)))


def test_a_slanted_step_answers_most_to_its_own_direction():
    for angle in range(0, 360, 30):
        down, right = unit(angle)
        X = (down * (ROWS - 2) + right * (COLUMNS - 2.5) < 0).astype(float)  # darkens along the direction
        answers = {other: corr2d(X, edge(unit(other))).sum() for other in range(0, 360, 30)}
        assert max(answers, key=answers.get) == angle
        assert min(answers, key=answers.get) == (angle + 180) % 360


@pytest.mark.parametrize("order", range(1, 7))
@pytest.mark.parametrize("axis", [0, 1])
def test_a_difference_of_order_d_ends_polynomials_below_d_and_counts_the_d_th(order, axis):
    t = np.arange(-3.0, 6.0)
    K = finite_difference(order, axis)

    def answer(power):
        X = np.broadcast_to(t**power, (2, 9))
        return corr2d(X if axis == 1 else X.T, K)

    for power in range(order):
        assert_array_equal(answer(power), np.zeros_like(answer(power)))
    assert_array_equal(answer(order), np.full_like(answer(order), (-1) ** order * math.factorial(order)))


@pytest.mark.parametrize("order", [1, 2, 3, 10, 56])
def test_a_difference_of_order_d_has_the_binomials_on_d_plus_one_taps(order):
    taps = [(-1) ** b * math.comb(order, b) for b in range(order + 1)]
    assert_array_equal(finite_difference(order), [taps])
    assert_array_equal(finite_difference(order, axis=0), np.array([taps]).T)


def test_the_first_difference_is_the_sources_edge_detector():
    assert_array_equal(finite_difference(1), [[1, -1]])
    assert_array_equal(corr2d(edge_image(), finite_difference(1))[0], [0, 1, 0, 0, 0, -1, 0])


def test_differences_of_differences_are_higher_differences():
    X = np.random.default_rng(0).integers(-9, 9, (1, 8))
    twice = corr2d(corr2d(X, finite_difference(1)), finite_difference(2))
    assert_array_equal(twice, corr2d(X, finite_difference(3)))


@pytest.mark.parametrize("size", [1, 2, 3, (1, 4), (5, 2)])
def test_a_box_blur_takes_the_mean_of_each_window(size):
    k_h, k_w = np.broadcast_to(size, 2)
    K = box_blur(size)
    assert K.shape == (k_h, k_w)
    assert K.sum() == pytest.approx(1)
    X = np.random.default_rng(1).normal(size=(6, 5))
    means = [[X[i : i + k_h, j : j + k_w].mean() for j in range(6 - k_w)] for i in range(7 - k_h)]
    assert_allclose(corr2d(X, K), means)


@pytest.mark.parametrize("K", [box_blur(2), box_blur((1, 3)), gaussian_blur(3, 0.8), gaussian_blur((2, 1), 5)])
def test_a_blur_leaves_an_even_image_even(K):
    n_h, n_w = 5 - K.shape[0], 5 - K.shape[1]
    assert_allclose(corr2d(np.full((4, 4), 0.3), K), np.full((n_h, n_w), 0.3))


@given(st.sampled_from([(1, 1), (3, 3), (4, 4), (2, 5), (7, 3)]), st.floats(0.05, 50))
def test_a_gaussian_is_a_bell_of_weights_that_sum_to_one(size, sigma):
    K = gaussian_blur(size, sigma)
    assert K.shape == size
    assert K.sum() == pytest.approx(1)
    assert (K >= 0).all()
    assert_allclose(K, K[::-1], rtol=1e-12)
    assert_allclose(K, K[:, ::-1], rtol=1e-12)
    assert_allclose(K, np.outer(K.sum(axis=1), K.sum(axis=0)), atol=1e-15)  # separable
    middle = [slice((k - 1) // 2, k // 2 + 1) for k in size]  # one or two pixels along each axis
    assert_allclose(K[tuple(middle)], K.max())
    assert (np.diff(K[: (size[0] + 1) // 2], axis=0) >= 0).all()
    assert (np.diff(K[:, : (size[1] + 1) // 2], axis=1) >= 0).all()


def test_sigma_is_the_standard_deviation_in_pixels():
    K = gaussian_blur((1, 41), sigma=2.5)
    x = np.arange(41) - 20
    assert (K * x**2).sum() == pytest.approx(2.5**2)
    assert_allclose(np.log(K[0, 20] / K[0, 15]), 25 / (2 * 2.5**2))


def test_blurring_twice_adds_the_variances():
    twice = scipy.signal.convolve2d(gaussian_blur((1, 31), 3), gaussian_blur((1, 31), 4))
    assert_allclose(twice, gaussian_blur((1, 61), 5), atol=1e-4)


def test_a_wide_bell_is_a_box():
    assert_allclose(gaussian_blur((3, 4), sigma=1e8), box_blur((3, 4)))


@pytest.mark.parametrize("sigma", [1e-3, 1e-170, 5e-324])
def test_a_gaussian_narrows_to_its_middle(sigma):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_array_equal(gaussian_blur(3, sigma), [[0, 0, 0], [0, 1, 0], [0, 0, 0]])
        assert_array_equal(gaussian_blur((1, 4), sigma), [[0, 0.5, 0.5, 0]])


GABORS = [(9, 4, 0), (9, 4, 30), ((7, 12), 5, 77), (8, 3, 135), (15, 6, -20)]


@pytest.mark.parametrize(("size", "wavelength", "angle"), GABORS)
def test_a_gabor_is_balanced_and_even(size, wavelength, angle):
    K = gabor(size, wavelength, angle)
    assert K.shape == tuple(np.broadcast_to(size, 2))
    assert abs(K.sum()) < 1e-12
    assert np.abs(K).sum() == pytest.approx(1)
    assert_allclose(K, K[::-1, ::-1], atol=1e-15)
    assert_allclose(gabor(size, wavelength, angle + 180), K, atol=1e-15)
    X = np.random.default_rng(2).normal(size=(16, 16))
    assert_allclose(conv2d(X, K), corr2d(X, K))  # even, so flipping changes nothing


@pytest.mark.parametrize(("size", "wavelength", "angle"), GABORS)
def test_a_gabor_gives_no_answer_to_an_even_patch(size, wavelength, angle):
    assert_allclose(corr2d(np.full((16, 16), 200.0), gabor(size, wavelength, angle)), 0, atol=1e-11)


def grating(wavelength, angle):
    down, right = unit(angle)
    rows, columns = np.mgrid[:24, :24]
    return np.cos(2 * np.pi * (down * rows + right * columns) / wavelength)


@pytest.mark.parametrize("angle", range(0, 180, 30))
def test_a_gabor_answers_most_to_a_grating_at_its_own_angle(angle):
    K = gabor(13, 5, angle)
    answers = {other: np.abs(corr2d(grating(5, other), K)).max() for other in range(0, 180, 30)}
    assert max(answers, key=answers.get) == angle
    assert answers[angle] > 3 * answers[(angle + 90) % 180]


def test_a_gabor_answers_most_to_its_own_wavelength():
    K = gabor(21, 6, sigma=5)
    answers = {wavelength: np.abs(corr2d(grating(wavelength, 0), K)).max() for wavelength in (3, 4, 6, 9, 12)}
    assert max(answers, key=answers.get) == 6


def test_the_angle_turns_counter_clockwise_from_to_the_right():
    upright, lying = gabor(9, 4), gabor(9, 4, angle=90)
    assert_allclose(lying, upright.T, atol=1e-15)
    assert (upright[2:7, 4] > 0).all()  # the middle bar stands
    assert (upright[2:7, 2] < 0).all()
    rising = gabor(9, 4 * math.sqrt(2) / 2, angle=45)
    assert rising[3, 5] < 0 < rising[5, 5]  # the grating runs up to the right, its bars down to the right
    assert_allclose(gabor(9, 4, angle=-45), gabor(9, 4, angle=45)[::-1], atol=1e-15)


def test_sigma_is_how_far_a_gabor_reaches():
    assert_array_equal(gabor(9, 4), gabor(9, 4, sigma=2))
    narrow, wide = (np.abs(gabor((1, 41), 4, sigma=sigma)) for sigma in (1.5, 6))
    assert narrow[0, :12].sum() < 1e-3 < 0.05 < wide[0, :12].sum()


def test_every_kernel_is_float64_and_new_at_each_call():
    for make in (
        lambda: edge((0, 1)),
        lambda: finite_difference(2),
        lambda: box_blur(2),
        lambda: gaussian_blur(3, 1),
        lambda: gabor(9, 4),
    ):
        K, before = make(), make()
        assert K.dtype == np.float64
        K[...] = 7
        assert_array_equal(make(), before)


def test_a_direction_is_not_written_to():
    direction = np.array([3.0, 4.0])
    edge(direction)
    assert_array_equal(direction, [3, 4])
