"""The page's arithmetic is that of the textbook's loops, as the package's is."""

import math

import numpy as np
import pytest
from naive import corr2d

from d2lconv.explorables._cells import rows_for_page


@pytest.fixture(scope="module")
def in_page(open_module):
    """Evaluate JavaScript that sees the figures' own functions."""
    return open_module("numbers").evaluate


def test_correlation_agrees_with_python_on_random_images(in_page):
    rng = np.random.default_rng(7)
    cases = []
    for _ in range(300):
        n_h, n_w = rng.integers(1, 13, size=2)
        k_h, k_w = rng.integers(1, n_h + 1), rng.integers(1, n_w + 1)
        X, K = rng.normal(size=(n_h, n_w)), rng.normal(size=(k_h, k_w))
        X[rng.random(X.shape) < 0.03] = rng.choice([np.nan, np.inf, -np.inf])
        cases.append((X, K))
    pairs = [[rows_for_page(X), rows_for_page(K)] for X, K in cases]
    results = in_page("(pairs) => pairs.map(([X, K]) => encode(corr2d(decode(X), decode(K))))", pairs)
    assert len(results) == 300
    for (X, K), rows in zip(cases, results, strict=True):
        with np.errstate(invalid="ignore"):
            expected = corr2d(X, K)
        np.testing.assert_allclose(np.array(rows, dtype=float), expected, rtol=1e-12, atol=1e-12)


def test_padding_and_stride_agree_with_python_on_random_images(in_page):
    rng = np.random.default_rng(11)
    cases = []
    for _ in range(100):
        padding, stride = map(int, rng.integers([0, 1], [3, 4]))
        X, K = rng.normal(size=rng.integers(3, 9, size=2)), rng.normal(size=rng.integers(1, 4, size=2))
        cases.append((X, K, padding, stride))
    results = in_page(
        "(cases) => cases.map(([X, K, padding, stride]) => encode(corr2d(padded(X, padding), K, stride)))",
        [[X.tolist(), K.tolist(), padding, stride] for X, K, padding, stride in cases],
    )
    for (X, K, padding, stride), rows in zip(cases, results, strict=True):
        expected = corr2d(np.pad(X, padding), K)[::stride, ::stride]
        np.testing.assert_allclose(rows, expected, rtol=1e-12, atol=1e-12)


def test_flipping_turns_both_axes(in_page):
    K = np.arange(6.0).reshape(2, 3)
    assert in_page("(K) => flipped(K)", K.tolist()) == K[::-1, ::-1].tolist()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (19, "19"),
        (-0.5, "−0.5"),
        (0, "0"),
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.3333"),
        (-1.5e12, "−1.5e12"),
        (2e-9, "2e−9"),
    ],
)
def test_numbers_are_written_short_and_with_a_real_minus(in_page, value, text):
    assert in_page("(v) => show(v)", value) == text


@pytest.mark.parametrize(
    ("text", "value"), [("2", 2), (" -0.5 ", -0.5), ("−3", -3), ("0,25", 0.25), ("1e3", 1000), ("NaN", math.nan)]
)
def test_typed_numbers_are_understood(in_page, text, value):
    assert in_page("(text) => parse(text)", text) == pytest.approx(value, nan_ok=True)


@pytest.mark.parametrize("text", ["", "  ", "abc", "1 2", "--1", "1,2,3"])
def test_other_text_is_no_number(in_page, text):
    assert in_page("(text) => parse(text) === undefined", text)
