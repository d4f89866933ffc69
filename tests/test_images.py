import numpy as np
import pytest
from matplotlib import cbook, image
from numpy.testing import assert_allclose, assert_array_equal

from d2lconv.images import arange_image, diagonal_image, edge_image, photo


def test_the_first_image_counts_from_0_to_8():
    assert_array_equal(arange_image(), [[0, 1, 2], [3, 4, 5], [6, 7, 8]])


def test_the_edge_image_is_black_between_two_white_bands():
    assert_array_equal(edge_image(), [[1, 1, 0, 0, 0, 0, 1, 1]] * 6)


def test_the_diagonal_image_is_two_white_diagonals():
    X = diagonal_image()
    assert_array_equal(X, X.T)
    assert_array_equal(X, X[::-1])
    assert_array_equal(np.diag(X), np.ones(6))
    assert X.sum() == 12


def test_the_photograph_is_the_upper_part_of_matplotlibs_at_half_size():
    X = photo()
    assert X.shape == (256, 256)
    assert 0 <= X.min() < 0.1
    assert 0.9 < X.max() <= 1
    red, green, blue = np.moveaxis(image.imread(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)), -1, 0)
    luminance = (0.299 * red + 0.587 * green + 0.114 * blue) / 255
    for i, j in [(0, 0), (100, 30), (255, 255)]:
        assert X[i, j] == pytest.approx(luminance[2 * i : 2 * i + 2, 2 * j : 2 * j + 2].mean())
    assert_allclose(X.mean(), luminance[:512].mean())


@pytest.mark.parametrize("make", [arange_image, edge_image, diagonal_image, photo])
def test_changing_an_image_changes_no_other(make):
    X, before = make(), make()
    assert X.dtype == np.float64
    X[...] = 7
    assert_array_equal(make(), before)
