"""Each exercise is tried on inputs of every kind that readers meet, drawn anew for each seed."""

import numpy as np
import pytest

from d2lconv import images
from d2lconv.check.tasks import TASKS


def cases(name, seed=0):
    return list(TASKS[name].cases(np.random.default_rng(seed)))


def parts(name):
    return list(dict.fromkeys(case.part for case in cases(name)))


seeds = pytest.mark.parametrize("seed", range(5))


@pytest.mark.parametrize("name", TASKS)
def test_each_exercise_has_three_hints_and_names_the_arguments_it_is_called_with(name):
    task = TASKS[name]
    assert len(set(task.hints)) == 3
    assert task.signature.partition("(")[0] == name
    if "(" in task.signature:
        arguments = task.signature.partition("(")[2].count(",") + 1
        assert {len(case.args) for case in cases(name)} == {arguments}


@pytest.mark.parametrize("name", TASKS)
def test_another_seed_draws_other_inputs_and_the_same_seed_the_same(name):
    def drawn(seed):
        return [[np.asarray(arg).tolist() for arg in case.args] for case in cases(name, seed)]

    assert drawn(3) == drawn(3)
    assert len({str(drawn(seed)) for seed in range(5)}) > 1


@pytest.mark.parametrize("name", ["corr2d", "conv2d"])
@seeds
def test_images_and_kernels_have_every_shape_dtype_and_layout(name, seed):
    drawn = cases(name, seed)
    of = {part: [case.args for case in drawn if case.part == part] for part in parts(name)}
    assert {X.dtype.str + K.dtype.str for X, K in (case.args for case in drawn)} == {"<f8<f8", "<f4<f4", "<i8<f8"}
    assert all(X.shape[0] == X.shape[1] and K.shape[0] == K.shape[1] for X, K in of["square images and kernels"])
    assert all(X.shape[0] != X.shape[1] and K.shape[0] == K.shape[1] for X, K in of["images of any shape"])
    assert all(X.shape[0] == X.shape[1] and K.shape[0] != K.shape[1] for X, K in of["kernels of any shape"])
    assert [(X.shape == K.shape, K.size) for X, K in of["the largest and the smallest kernel"]] == [
        (True, 12),
        (False, 1),
    ]
    assert any(not X.flags.forc and not K.flags.c_contiguous for X, K in of["arrays of any dtype and layout"])
    assert [(X.shape, K.shape) for X, K in of["images of any shape"]] == [((4, 7), (2, 2)), ((7, 5), (2, 2))]
    assert [K.shape for _, K in of["kernels of any shape"]] == [(2, 4), (3, 1), (1, 2)]
    for X, K in (case.args for case in drawn):
        assert all(k <= n for n, k in zip(X.shape, K.shape, strict=True))
        assert abs(X).max() <= 50
        np.testing.assert_array_equal(X, X.astype(np.float32), "single precision holds them")
        if K.size > 1:
            assert (K.astype(np.float16) != K).any() or (K * 16 % 1 == 0).all()


@seeds
def test_shapes_are_square_and_not_and_the_kernel_fits(seed):
    drawn = [(case.part, *case.args) for case in cases("output_shape", seed)]
    assert [part for part, n, k in drawn if n[0] == n[1] and k[0] == k[1]] == ["square images and kernels"] * 3
    assert all(n[0] != n[1] and k[0] != k[1] for part, n, k in drawn if part.startswith("images"))
    assert [k for part, n, k in drawn[-3:]] == [(4, 6), (1, 1), (3, 6)]
    assert all(k[0] <= n[0] and k[1] <= n[1] for _, n, k in drawn)
    assert all(type(size) is int for _, *shapes in drawn for shape in shapes for size in shape)


@seeds
def test_kernels_that_keep_the_size_are_odd_and_of_many_shapes(seed):
    drawn = [(case.part, *case.args) for case in cases("same_size", seed)]
    assert all(k % 2 for _, _, K in drawn for k in K.shape)
    assert all(k <= n for _, X, K in drawn for n, k in zip(X.shape, K.shape, strict=True))
    assert [K.shape for part, X, K in drawn if part.startswith("square")] == [(3, 3), (5, 5)]
    assert [X.shape for part, X, K in drawn if part.startswith("images")] == [(4, 7), (7, 5)]
    assert [K.shape for part, X, K in drawn if part.startswith("kernels")] == [(5, 3), (3, 1), (1, 5)]
    assert [(X.shape, K.shape) for _, X, K in drawn[-2:]] == [((3, 5), (3, 5)), ((3, 5), (1, 1))]


@seeds
def test_a_kernel_to_factor_is_a_product_and_zeros_are_where_they_hurt(seed):
    drawn = [(case.part, *case.args) for case in cases("factor", seed)]
    of = {part: [K for other, K in drawn if other == part] for part, _ in drawn}
    assert [np.linalg.matrix_rank(K) for _, K in drawn] == [1] * len(drawn)
    assert [K.shape for K in of["kernels of many shapes"]] == [(3, 3), (2, 4), (5, 3)]
    assert [K.shape for K in of["a single row or column"]] == [(1, 4), (3, 1), (1, 1)]
    *zeros, negative = of["zeros in a row or column"]
    assert [(K[0, 0], K[-1, -1]).index(0) for K in zeros] == [0, 0, 1]
    assert negative.max() == 0, "its largest weight is no weight to divide by"
    assert [K.sum() for K in of["weights that sum to zero"]] == [0, 0]
    assert all(K.all() for part, K in drawn if not part.startswith("zeros"))


def test_a_mean_of_zero_meets_only_who_is_to_meet_it():
    for seed in range(200):
        others = [case for case in cases("factor", seed) if case.part != "weights that sum to zero"]
        assert all(case.args[0].sum() for case in others), seed


@seeds
def test_two_kernels_meet_the_edge_image_and_another_row(seed):
    *edge, (part, row) = [case.args for case in cases("two_kernels", seed)]
    assert [row for _, row in edge] == [tuple(images.edge_image()[0])] * 3
    assert len(set(row)) > 2
    assert part == "any image whose rows are equal"


@seeds
@pytest.mark.parametrize("name", ["kernel_gradient", "input_gradient"])
def test_a_target_is_as_large_as_the_output(name, seed):
    for case in cases(name, seed):
        X, K, Y = case.args
        assert Y.shape == (X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)
    assert [(case.args[0].shape, case.args[1].shape) for case in cases(name, seed)] == [
        ((5, 5), (2, 2)),
        ((6, 6), (3, 3)),
        ((4, 7), (2, 3)),
        ((7, 5), (3, 1)),
        ((6, 6), (1, 4)),
        ((3, 4), (3, 4)),
        ((4, 5), (1, 1)),
    ]


@seeds
def test_a_kernel_is_spread_over_images_of_every_shape(seed):
    shapes = [(case.part, case.args[0].shape, case.args[1]) for case in cases("matrix", seed)]
    assert shapes == [
        ("square images and kernels", (2, 2), (4, 4)),
        ("square images and kernels", (3, 3), (5, 5)),
        ("images of any shape", (2, 2), (3, 5)),
        ("images of any shape", (2, 2), (5, 4)),
        ("kernels of any shape", (2, 3), (5, 5)),
        ("kernels of any shape", (3, 1), (5, 5)),
        ("the largest and the smallest kernel", (2, 3), (2, 3)),
        ("the largest and the smallest kernel", (1, 1), (3, 4)),
    ]


@seeds
def test_stacks_have_one_layer_and_several_and_strides_that_count(seed):
    drawn = [(case.part, *case.args) for case in cases("receptive_field", seed)]
    assert [len(k) for _, k, _ in drawn] == [len(s) for _, _, s in drawn] == [1] * 3 + [3] * 3 + [4] * 3
    assert [s for part, _, s in drawn if part != "layers with strides"] == [[1]] * 3 + [[1, 1, 1]] * 3
    assert [s[:2] for part, _, s in drawn if part == "layers with strides"] == [[3, 2]] * 3
    assert {1, 2, 3} >= {size for _, _, s in drawn for size in s}
    assert {2, 3, 4, 5, 6} >= {size for _, k, _ in drawn for size in k}
    assert all(type(size) is int for _, *lists in drawn for sizes in lists for size in sizes)


@seeds
def test_directions_lie_in_every_quadrant_and_some_have_another_length(seed):
    drawn = [(case.part, *case.args) for case in cases("edge", seed)]
    assert [v.tolist() for part, v in drawn if part.startswith("down")] == [[1, 0], [0, 1]]
    slanted = [v for part, v in drawn if part == "slanted directions"]
    assert {(v[0] > 0, v[1] > 0) for v in slanted} == {(True, True), (False, True), (False, False), (True, False)}
    lengths = [np.hypot(*v) for _, v in drawn]
    assert lengths == pytest.approx([1] * 6 + [0.5, 3])
    assert all(abs(v).min() > 0.25 for v in slanted)


@seeds
def test_sizes_are_odd_and_even_small_and_larger(seed):
    drawn = [(case.part, case.args[0]) for case in cases("blur", seed)]
    assert [(part, size % 2, size > 3) for part, size in drawn] == [
        ("odd sizes", 1, False),
        ("odd sizes", 1, True),
        ("even sizes", 0, False),
        ("even sizes", 0, True),
    ]
    assert all(size < 10 for _, size in drawn)


@seeds
def test_curves_are_met_with_each_coefficient(seed):
    drawn = [case.args for case in cases("second_difference", seed)]
    assert [part for part, *_ in drawn] == ["uniform patches", "constant slopes", "curves", "no longer than needed"]
    assert all(1 <= c <= 9 and c % 1 for _, *coefficients in drawn for c in coefficients)
    assert all(len(coefficients) == 3 for _, *coefficients in drawn)


def sees(X, kernel_shape):
    windows = np.lib.stride_tricks.sliding_window_view(X, kernel_shape).reshape(-1, np.prod(kernel_shape))
    return np.linalg.matrix_rank(windows)


@seeds
def test_curvatures_are_far_apart_and_equal_and_those_of_the_book(seed):
    drawn = [(case.part, *case.args) for case in cases("best_rate", seed)]
    assert all(largest > 2.9 * smallest for part, smallest, largest in drawn[:3])
    assert drawn[3] == ("the bowl of the book", 8, 64)
    assert drawn[4][1] == drawn[4][2]


@seeds
def test_a_clean_image_is_smooth_and_its_windows_determine_the_kernel(seed):
    drawn = [(case.part, *case.args) for case in cases("denoiser", seed)]
    assert [size for *_, size in drawn] == [3, 5, 3, 5, 1]
    for part, noisy, clean, size in drawn:
        assert noisy.shape == clean.shape
        assert (clean.shape[0] == clean.shape[1]) == part.startswith("square")
        assert sees(noisy, (size, size)) == size * size
        assert abs(np.diff(clean)).mean() < abs(np.diff(noisy)).mean()


@seeds
def test_rectangles_lie_apart_from_the_border_bright_and_dark(seed):
    for case in cases("corners", seed):
        (X,) = case.args
        inner = X[0, 0] != X
        rows, columns = inner.any(axis=1), inner.any(axis=0)
        assert (inner == np.outer(rows, columns)).all()
        for side in (rows, columns):
            assert not side[:3].any()
            assert not side[-3:].any()
            assert side.sum() >= 3
        assert (X[inner][0] > X[0, 0]) == case.part.startswith("bright")


@seeds
@pytest.mark.parametrize("name", ["unseen", "seen"])
def test_images_with_a_hidden_kernel_see_something_but_not_all(name, seed):
    for case in cases(name, seed):
        X, what = case.args
        shape = what if name == "unseen" else what.shape
        assert 0 < sees(X, shape) < np.prod(shape)


@seeds
def test_a_rank_is_asked_of_images_that_see_all_and_of_some_that_do_not(seed):
    for case in cases("rank", seed):
        X, shape = case.args
        assert (sees(X, shape) == np.prod(shape)) == (case.part == "images that see every kernel")
        if sees(X, shape) == np.prod(shape):
            assert np.linalg.matrix_rank(X) != sees(X, shape), "the rank of the image itself should not do"


@seeds
def test_noise_is_carried_over_to_weights_that_can_be_found(seed):
    for case in cases("weight_errors", seed):
        X, shape, sigma = case.args
        assert sees(X, shape) == np.prod(shape)
        assert sigma > 1.9


@seeds
def test_layers_are_as_they_are_said_to_be(seed):
    assert [(case.args[0].shape, case.args[1].shape) for case in cases("one_kernel", seed)] == [
        ((2, 2), (2, 2)),
        ((3, 3), (3, 3)),
        ((3, 3), (2, 2)),
        ((2, 2), (4, 4)),
        ((1, 3), (2, 2)),
        ((3, 2), (1, 4)),
    ]
    assert [len(set(sizes)) for (sizes,) in (case.args for case in cases("spread", seed))] == [1, 1, 1, 1, 4, 4]
    places = [(case.part, *case.args) for case in cases("pixels_seen", seed)]
    assert [index > 1 for _, index, _, _ in places] == [True] * 6 + [False]
    assert [max(strides) > 1 for *_, strides in places] == [False] * 3 + [True] * 4
    for case in cases("either_sign", seed):
        _, dark, bright = case.args
        assert 0 < dark < bright - 0.09
        assert bright <= 1


def test_numbers_have_more_digits_than_half_precision_holds():
    X = cases("corr2d")[0].args[0]
    assert (X.astype(np.float16) != X).any() or (X % 1 != 0).any()
