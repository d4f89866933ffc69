import numpy as np
import pytest
import scipy.signal
from bounds import assert_within, of_correlation
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from naive import corr2d as corr2d_by_loops
from numpy.testing import assert_array_equal

from d2lconv import Conv2D, conv2d, corr2d, corr2d_matrix, operators, unfold
from d2lconv._validate import common_float, real_array
from d2lconv.images import arange_image

KERNEL_SHAPES = [(1, 1), (1, 2), (2, 2), (3, 2)]  # few, for each new one is compiled
WHOLE = st.integers(-100, 100).map(float)  # whole numbers this small have exact sums, in any order
REAL = st.floats(-100, 100)


def image(shape, elements=WHOLE):
    return arrays(np.float64, shape, elements=elements)


@st.composite
def image_and_kernel(draw, elements=WHOLE):
    k_h, k_w = draw(st.sampled_from(KERNEL_SHAPES))
    n_h, n_w = k_h + draw(st.integers(0, 5)), k_w + draw(st.integers(0, 9))
    return draw(image((n_h, n_w), elements)), draw(image((k_h, k_w), elements))


def unaligned(A):
    B = np.zeros(A.nbytes + 1, np.uint8)[1:].view(A.dtype).reshape(A.shape)
    B[...] = A
    return B


def read_only(A):
    A = A.copy()
    A.flags.writeable = False
    return A


def field_of_a_record(A):
    records = np.zeros(A.shape, [("flag", np.uint8), ("value", A.dtype)])
    records["value"] = A
    return records["value"]


# Each lays the same numbers out in memory in another way.
LAYOUTS = {
    "C": np.ascontiguousarray,
    "Fortran": np.asfortranarray,
    "negative strides": lambda A: A[::-1, ::-1].copy()[::-1, ::-1],
    "every other pixel": lambda A: A.repeat(2, axis=0).repeat(3, axis=1)[::2, ::3],
    "read-only": read_only,
    "big-endian": lambda A: A.astype(A.dtype.newbyteorder(">")),
    "unaligned": unaligned,
    "field of a record": field_of_a_record,
    "matrix": lambda A: A.view(np.matrix),
    "nested lists": lambda A: A.tolist(),
}


def test_the_first_figure_says_19_25_37_43():
    assert_array_equal(corr2d(arange_image(), [[0, 1], [2, 3]]), [[19, 25], [37, 43]])


@given(image_and_kernel())
def test_correlation_is_the_textbook_loop(pair):
    X, K = pair
    assert_array_equal(corr2d(X, K), corr2d_by_loops(X, K))


@given(image_and_kernel(REAL))
def test_correlation_agrees_with_scipy(pair):
    X, K = pair
    # Both are sums of the same products, so each is within the bound of the exact one.
    assert_within(corr2d(X, K), scipy.signal.correlate2d(X, K, mode="valid"), 2 * of_correlation(X, K))


@given(image_and_kernel(REAL))
def test_convolution_agrees_with_scipy(pair):
    X, K = pair
    expected = scipy.signal.convolve2d(X, K, mode="valid")
    assert_within(conv2d(X, K), expected, 2 * of_correlation(X, K[::-1, ::-1]))


@given(image_and_kernel(REAL))
def test_single_precision_is_as_near_as_its_rounding_allows(pair):
    X, K = (A.astype(np.float32) for A in pair)
    exact = corr2d_by_loops(X.astype(float), K.astype(float))
    assert_within(corr2d(X, K), exact, of_correlation(X, K, np.float32) + of_correlation(X, K))


@given(image_and_kernel())
def test_flipping_the_kernel_turns_one_into_the_other(pair):
    X, K = pair
    assert_array_equal(conv2d(X, K), corr2d(X, K[::-1, ::-1]))
    assert_array_equal(conv2d(X, K[::-1, ::-1]), corr2d(X, K))


def test_a_large_image_is_no_different():
    rng = np.random.default_rng(0)
    X, K = rng.integers(-9, 9, (61, 83)), rng.integers(-9, 9, (3, 2))
    assert_array_equal(corr2d(X, K), scipy.signal.correlate2d(X, K, mode="valid"))


@pytest.mark.parametrize(("n_h", "n_w"), [(1, 1), (3, 2), (1, 7), (7, 1)])
def test_a_kernel_as_large_as_the_image_gives_one_number(n_h, n_w):
    X = np.arange(1.0, n_h * n_w + 1).reshape(n_h, n_w)
    assert_array_equal(corr2d(X, X), [[(X * X).sum()]])


@given(image_and_kernel(), WHOLE, WHOLE, st.data())
def test_correlation_is_linear_in_image_and_in_kernel(pair, r, s, data):
    X, K = pair
    X2, K2 = data.draw(image(X.shape)), data.draw(image(K.shape))
    assert_array_equal(corr2d(r * X + s * X2, K), r * corr2d(X, K) + s * corr2d(X2, K))
    assert_array_equal(corr2d(X, r * K + s * K2), r * corr2d(X, K) + s * corr2d(X, K2))


@given(image_and_kernel(), st.data())
def test_shifting_the_image_shifts_the_output(pair, data):
    X, K = pair
    Y = corr2d(X, K)
    i, j = data.draw(st.integers(0, Y.shape[0] - 1)), data.draw(st.integers(0, Y.shape[1] - 1))
    assert_array_equal(corr2d(X[i:, j:], K), Y[i:, j:])


@given(image_and_kernel())
def test_mirroring_image_and_kernel_mirrors_the_output(pair):
    X, K = pair
    assert_array_equal(corr2d(X[::-1], K[::-1]), corr2d(X, K)[::-1])
    assert_array_equal(corr2d(X[:, ::-1], K[:, ::-1]), corr2d(X, K)[:, ::-1])


def test_two_correlations_in_a_row_are_one_with_a_larger_kernel():
    rng = np.random.default_rng(1)
    X, K1, K2 = rng.integers(-9, 9, (7, 8)), rng.integers(-9, 9, (2, 2)), rng.integers(-9, 9, (1, 2))
    assert_array_equal(corr2d(corr2d(X, K1), K2), corr2d(X, scipy.signal.convolve2d(K1, K2)))


@pytest.mark.parametrize("of_X", LAYOUTS)
@pytest.mark.parametrize("of_K", LAYOUTS)
@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_the_layout_in_memory_makes_no_difference(of_X, of_K):
    X, K = np.arange(30.0).reshape(5, 6) ** 2, np.array([[1.0, -2], [3, 5], [7, -4]])
    Y = corr2d(LAYOUTS[of_X](X), LAYOUTS[of_K](K))
    assert type(Y) is np.ndarray
    assert Y.dtype.isnative
    assert_array_equal(Y, corr2d_by_loops(X, K))
    assert_array_equal(conv2d(LAYOUTS[of_X](X), LAYOUTS[of_K](K)), corr2d_by_loops(X, K[::-1, ::-1]))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_the_compiled_loops_meet_only_rows_in_order(layout):
    for dtype in (np.float64, np.float32):
        for A in common_float(real_array(LAYOUTS[layout](np.arange(30, dtype=dtype).reshape(5, 6)), "X", 2)):
            assert A.flags.c_contiguous
            assert A.dtype.isnative


def test_a_broadcast_pixel_is_an_even_image():
    assert_array_equal(corr2d(np.broadcast_to(3.0, (4, 5)), np.broadcast_to(2.0, (2, 2))), np.full((3, 4), 24.0))


SINGLE = [np.dtype(np.float32), np.dtype(">f4"), np.dtype("<f4")]
OTHERS = [np.dtype(t) for t in ["?", "b", "B", "h", "H", "i", "I", "l", "L", "e", "d", "g", ">f8", ">i2"]]


@pytest.mark.parametrize("of_X", SINGLE, ids=str)
@pytest.mark.parametrize("of_K", SINGLE, ids=str)
def test_float32_stays_float32(of_X, of_K):
    Y = corr2d(np.ones((3, 3), of_X), np.ones((2, 2), of_K))
    assert Y.dtype == np.float32
    assert_array_equal(Y, np.full((2, 2), 4))


@pytest.mark.parametrize("dtype", OTHERS, ids=str)
def test_every_other_real_dtype_computes_in_float64(dtype):
    X, K = np.array([[1, 0, 1], [0, 1, 1], [1, 1, 0]], dtype), np.array([[1, 0], [1, 1]], dtype)
    for image_dtype, kernel_dtype in [(dtype, dtype), (dtype, np.float32), (np.float32, dtype)]:
        Y = corr2d(X.astype(image_dtype), K.astype(kernel_dtype))
        assert Y.dtype == np.float64
        assert_array_equal(Y, [[2, 2], [2, 2]])


def test_bytes_do_not_wrap_around():
    assert_array_equal(corr2d(np.full((2, 2), 255, np.uint8), np.full((2, 2), 255, np.uint8)), [[4 * 255**2]])
    assert_array_equal(corr2d(np.array([[200, 100]], np.uint8), np.array([[-1, 1]], np.int8)), [[-100]])


def test_halves_do_not_overflow():
    assert_array_equal(corr2d(np.full((2, 2), 60000, np.float16), np.ones((2, 2), np.float16)), [[4 * 60000]])


@given(image_and_kernel(), st.sampled_from([np.nan, np.inf, -np.inf]), st.data())
def test_nan_and_infinity_touch_only_the_windows_that_hold_them(pair, value, data):
    X, K = pair
    i, j = data.draw(st.integers(0, X.shape[0] - 1)), data.draw(st.integers(0, X.shape[1] - 1))
    marked = X.copy()
    marked[i, j] = value
    with np.errstate(invalid="ignore"):
        Y = corr2d(marked, K)
        assert_array_equal(Y, corr2d_by_loops(marked, K))
    holds = unfold(~np.isfinite(marked), K.shape).any(axis=1).reshape(Y.shape)
    assert not np.isfinite(Y[holds]).any()
    assert_array_equal(Y[~holds], corr2d(X, K)[~holds])


def test_opposite_infinities_in_one_window_make_nan():
    with np.errstate(invalid="ignore"):
        assert_array_equal(corr2d([[np.inf, 1, 1, -np.inf, np.inf]], [[1, 1]]), [[np.inf, 2, -np.inf, np.nan]])


@pytest.mark.parametrize(
    "call",
    [
        lambda A: corr2d(A, A[:2, :2]),
        lambda A: corr2d(A[::-1, ::2], A[:1, :1]),
        lambda A: conv2d(A, A),
        lambda A: corr2d_matrix(A, A.shape),
        lambda A: corr2d_matrix(A[:1, :1], (2, 2)),
        lambda A: unfold(A, 1),
        lambda A: unfold(A, A.shape),
        lambda A: unfold(A, (1, A.shape[1])),
        lambda A: unfold(A, (A.shape[0], 1)),
        lambda A: unfold(A[:1], (1, 1)),
        lambda A: unfold(A[:, :1], (1, 1)),
    ],
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_what_comes_in_is_neither_written_to_nor_handed_back(call, dtype):
    A = np.arange(12, dtype=dtype).reshape(3, 4)
    before = A.copy()
    result = call(A)
    assert_array_equal(A, before)
    assert not np.shares_memory(result, A)
    result[...] = -1
    assert_array_equal(A, before)


@given(image_and_kernel())
def test_the_matrix_of_a_kernel_correlates(pair):
    X, K = pair
    Y = corr2d(X, K)
    M = corr2d_matrix(K, X.shape)
    assert M.shape == (Y.size, X.size)
    assert_array_equal(M @ X.ravel(), Y.ravel())


@given(image_and_kernel())
def test_the_rows_of_unfold_are_the_windows_in_reading_order(pair):
    X, K = pair
    (k_h, k_w), Y = K.shape, corr2d(X, K)
    U = unfold(X, K.shape)
    assert U.shape == (Y.size, K.size)
    assert_array_equal(U @ K.ravel(), Y.ravel())
    windows = [X[i : i + k_h, j : j + k_w].ravel() for i in range(Y.shape[0]) for j in range(Y.shape[1])]
    assert_array_equal(U, windows)


def test_one_number_makes_a_square_window():
    assert_array_equal(unfold(np.eye(4), 2), unfold(np.eye(4), (2, 2)))
    for size in (np.int8(2), np.array(2), np.array([2, 2]), [2, 2]):
        assert_array_equal(unfold(np.eye(4), size), unfold(np.eye(4), (2, 2)))


def test_the_matrix_repeats_one_pattern_along_its_diagonals():
    K = np.array([[1.0, 2], [3, 4]])
    M = corr2d_matrix(K, (3, 4)).reshape(2, 3, 3, 4)  # output row and column, input row and column
    for i, j, p, q in np.ndindex(M.shape):
        a, b = p - i, q - j
        assert M[i, j, p, q] == (K[a, b] if 0 <= a < 2 and 0 <= b < 2 else 0)


def test_the_matrix_carries_gradients_back_by_its_transpose():
    K, dY = np.array([[1.0, -2], [3, 5]]), np.arange(6.0).reshape(2, 3)
    dX = corr2d_matrix(K, (3, 4)).T @ dY.ravel()
    assert_array_equal(dX.reshape(3, 4), scipy.signal.convolve2d(dY, K, mode="full"))


def test_matrix_and_windows_keep_float32():
    assert corr2d_matrix(np.ones((2, 2), np.float32), (3, 3)).dtype == np.float32
    assert unfold(np.ones((3, 3), np.float32), 2).dtype == np.float32
    assert corr2d_matrix(np.ones((2, 2), np.uint8), (3, 3)).dtype == np.float64
    assert unfold(np.ones((3, 3), np.uint8), 2).dtype == np.float64


# One kernel for each way in which the loops are unrolled: whole, whole in two pieces, by rows, by rows in strips.
UNROLLED = [(5, 5), (12, 2), (6, 7), (2, 17), (3, 40)]


@pytest.mark.parametrize("kernel_size", UNROLLED)
@pytest.mark.parametrize("rows", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_way_of_unrolling_the_loops_gives_the_same_sums(kernel_size, rows, dtype):
    (k_h, k_w), rng = kernel_size, np.random.default_rng(0)
    X = rng.integers(-9, 10, (k_h + rows - 1, k_w + 19)).astype(dtype)
    K = rng.integers(-9, 10, kernel_size).astype(dtype)
    assert np.array_equal(corr2d(X, K), corr2d_by_loops(X, K))
    layer = Conv2D(kernel_size, bias=False, weight=K)
    assert np.array_equal(layer(X[None, None])[0, 0], corr2d_by_loops(X, K))
    two = Conv2D(kernel_size, 2, 3, weight=np.stack([[K, -K], [2 * K, K], [0 * K, K]]))
    two.bias = [1, 2, 3]
    Y = two(np.stack([X, X[::-1]])[None])[0]
    assert np.array_equal(Y[1], corr2d_by_loops(2 * X + X[::-1], K) + 2)
    assert np.array_equal(Y[2], corr2d_by_loops(X[::-1], K) + 3)


@pytest.mark.parametrize("kernel_size", UNROLLED)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("threads", [1, 2, 3, 7])
@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_neither_threads_nor_layout_change_a_single_bit(kernel_size, dtype, threads, monkeypatch):
    monkeypatch.setattr(operators, "LEAST_SHARED", 0)
    rng = np.random.default_rng(0)
    X, K = rng.normal(size=(17, 61)).astype(dtype), rng.normal(size=kernel_size).astype(dtype)
    Y = corr2d(X, K)
    for layout in LAYOUTS.values():
        A, B = layout(X), layout(K)
        if np.asarray(A).dtype.itemsize == X.itemsize:  # a nested list has no single precision
            assert_array_equal(corr2d(A, B, threads=threads), Y)


@pytest.mark.parametrize("kernel_size", [(3, 3), (20, 20), (41, 37)])
def test_whole_numbers_stay_whole_and_zeros_stay_zero(kernel_size):
    rng = np.random.default_rng(0)
    X, K = rng.integers(0, 2**40, (70, 80)), rng.integers(-3, 4, kernel_size)
    X[:45] = 0
    Y = corr2d(X, K)
    exact = scipy.signal.correlate(X, K, mode="valid", method="direct")  # in whole numbers of 64 bits
    assert_array_equal(Y, exact)
    assert not Y[: 46 - kernel_size[0]].any()


@pytest.mark.parametrize("method", ["auto", "FFT", None, 1, ["fft"]])
@pytest.mark.parametrize("operator", [corr2d, conv2d])
def test_a_method_that_there_is_not_is_refused(operator, method):
    with pytest.raises(ValueError, match=r'method should be "direct" or "fft", but came as .*: pass one of the two'):
        operator(np.eye(3), np.eye(2), method=method)
