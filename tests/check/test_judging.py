"""Of all that is wrong with an answer, it is told the one thing that helps most, and keeps the points for the rest."""

import numpy as np
import pytest
from naive import corr2d

from d2lconv import check
from d2lconv.check.tasks import TASKS


def padded(X, K):
    k_h, k_w = K.shape
    return np.pad(X, ((k_h - 1, k_h - 1), (k_w - 1, k_w - 1)))


def square_kernels(X, K):
    k = len(K)
    rows, columns = X.shape[0] - k + 1, X.shape[1] - k + 1
    return np.array([[(X[i : i + k, j : j + k] * K).sum() for j in range(columns)] for i in range(rows)])


def square_kernels_in_any_image(X, K):
    Y = np.zeros((X.shape[0] - len(K) + 1, X.shape[1] - len(K) + 1))
    right = corr2d(X, K)
    rows, columns = min(len(Y), len(right)), min(Y.shape[1], right.shape[1])
    Y[:rows, :columns] = right[:rows, :columns]
    return Y


def square_images(X, K):
    Y = corr2d(X, K)
    return Y if X.shape[0] == X.shape[1] else Y[: min(Y.shape), : min(Y.shape)]


def square_outputs(X, K):
    Y = corr2d(X, K)
    return Y[: min(Y.shape), : min(Y.shape)]


def gradient_of_square_kernels(X, K, Y):
    G = corr2d(X, 2 * (corr2d(X, K) - Y))
    return np.resize(G, (K.shape[1], K.shape[1]))


def like_the_input(X, K):
    return corr2d(X, K).astype(X.dtype)


def writes(X, K):
    Y = corr2d(X, K)
    K *= 2
    return Y


def writes_into_both(X, K):
    Y = corr2d(X, K)
    K[...], X[...] = 0, 0
    return Y


def normalises_in_place(v):
    v /= np.hypot(*v)
    return np.array([[0, v[0], 0], [v[1], 0, -v[1]], [0, -v[0], 0]]) / 2


def reverses(kernel_sizes, strides):
    kernel_sizes.reverse()
    strides.reverse()
    size = 1
    for k, s in zip(kernel_sizes, strides, strict=True):
        size = (size - 1) * s + k
    return size


def correlates_into_x(X, K):
    """Keep the size, and fill the output into the image: what is read later has been written before."""
    p_h, p_w = K.shape[0] // 2, K.shape[1] // 2
    Z = np.pad(X, ((p_h, p_h), (p_w, p_w)))
    for i, j in np.ndindex(X.shape):
        Z[p_h : p_h + len(X), p_w : p_w + X.shape[1]] = X
        X[i, j] = (Z[i : i + K.shape[0], j : j + K.shape[1]] * K).sum()
    return X


def empties(X, K):
    k_h, k_w = K.shape
    Z = np.zeros((X.shape[0] + k_h - 1, X.shape[1] + k_w - 1))
    Z[k_h // 2 : -(k_h // 2), k_w // 2 : -(k_w // 2)] = X
    return corr2d(Z, K)


def loops(product, over=lambda X, Y: Y):
    """Return an answer that loops over the output, or over something else."""

    def answer(X, K):
        Y = np.zeros((X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1))
        for i in range(over(X, Y).shape[0]):
            for j in range(over(X, Y).shape[1]):
                Y[i, j] = product(X[i : i + K.shape[0], j : j + K.shape[1]], K)
        return Y

    return answer


def summed(window, K):
    return (window * K).sum()


def forgets(X, K):
    corr2d(X, K)


def forgets_the_smallest(X, K):
    return None if K.size == 1 else corr2d(X, K)


def raises_beyond_squares(X, K):
    if K.shape[0] != K.shape[1] or X.shape[0] != X.shape[1]:
        raise ValueError
    return corr2d(X, K)


# exercise, what it gets, words of the sentence, the answer
WRONG = {
    "square kernels": ("corr2d", 3 / 7, "It works for square kernels only: ", square_kernels_in_any_image),
    "square kernels, by slices": ("corr2d", 3 / 7, "It works for square kernels only: ", square_kernels),
    "square images": ("corr2d", 4 / 7, "It works for square images only: ", square_images),
    "square outputs": ("corr2d", 3 / 7, "It works for square images and kernels only: ", square_outputs),
    "square gradients": ("kernel_gradient", 2 / 4, "It works for square kernels only: ", gradient_of_square_kernels),
    "errors beyond squares": ("corr2d", 2 / 7, "or the other way round? It raised an error in", raises_beyond_squares),
    "as large as the image": (
        "corr2d",
        0,
        "Not yet: Your output is as large as the image",
        lambda X, K: corr2d(padded(X, K), K)[: len(X), : X.shape[1]],
    ),
    "over the border": ("corr2d", 0, "over its border", lambda X, K: corr2d(padded(X, K), K)),
    "one row and column short": ("corr2d", 0, "too small", lambda X, K: corr2d(X, K)[:-1, :-1]),
    "one row and column long": ("corr2d", 0, "too large", lambda X, K: np.pad(corr2d(X, K), ((0, 1), (0, 1)))),
    "no sum": ("corr2d", 0, "4 axes", lambda X, K: np.lib.stride_tricks.sliding_window_view(X, K.shape) * K),
    "one number": ("corr2d", 0, "single number", lambda X, K: (X[: len(K), : K.shape[1]] * K).sum()),
    "a constant": ("corr2d", 0, "and it should be", lambda X, K: np.full((2, 9), 19.0)),
    "zeros": ("corr2d", 1 / 7, "numbers are not", lambda X, K: np.zeros_like(corr2d(X, K))),
    "text": ("corr2d", 0, "Not yet: What came back does not hold real numbers", lambda X, K: "19, 25, 37, 43"),
    "complex": ("corr2d", 1 / 7, "does not hold real numbers", lambda X, K: corr2d(X, K) * 1j),
    "lists of unequal length": ("corr2d", 0, "real numbers", lambda X, K: [[1], [2, 3]]),
    "whole numbers": ("corr2d", 1 / 7, "dtype int", lambda X, K: corr2d(X, K).astype(int)),
    "half precision": ("corr2d", 1 / 7, "dtype float16", lambda X, K: corr2d(X, K).astype(np.float16)),
    "the input's dtype": ("corr2d", 6 / 7, "dtype int64", like_the_input),
    "products without a sum": ("corr2d", 0, "one number: did you forget .sum()?", loops(lambda A, K: A * K)),
    "matrix products": ("corr2d", 0, "one number: did you forget .sum()?", loops(lambda A, K: A @ K)),
    "products without a sum, flipped": ("conv2d", 0, "forget .sum()?", loops(lambda A, K: A * K[::-1, ::-1])),
    "loops over the image": (
        "corr2d",
        0,
        "Do your loops run over the image? Let them run",
        loops(summed, lambda X, Y: X),
    ),
    "an empty slice": ("same_size", 1 / 2, "An empty slice, such as 0:-0, holds nothing. (With X of", empties),
    "an error": ("corr2d", 0, "Not yet: It raised an error in line", lambda X, K: X[len(X), 0]),
    "nothing": ("corr2d", 0, "Nothing came back yet: write the body of `corr2d`", forgets),
    "nothing for one kernel": ("corr2d", 5 / 7, "from `corr2d(X, K)`: end it with `return`", forgets_the_smallest),
    "writes into the kernel": ("corr2d", 6 / 7, "`corr2d` writes into its input K:", writes),
    "writes into both": ("corr2d", 6 / 7, "`corr2d` writes into its input X:", writes_into_both),
    "writes while it reads": (
        "same_size",
        1 / 6,
        "`same_size` writes into its input X, and what it reads there afterwards is changed: work on a copy.\n",
        correlates_into_x,
    ),
    "normalised in place": ("edge", 3 / 4, "`edge` writes into its input v:", normalises_in_place),
    "reverses its lists": ("receptive_field", 3 / 4, "writes into its input kernel_sizes:", reverses),
    "floats": ("output_shape", 0, "The dtype", lambda n, k: ((n[0] - k[0] + 1) / 1, (n[1] - k[1] + 1) / 1)),
    "something else": ("receptive_field", 0, "The count is wrong", lambda k, s: 1000),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_is_named_and_costs_what_it_deserves(fails, mistake):
    fails(*WRONG[mistake])


def last_line(name, answer, capsys):
    check.run(name, answer)
    return capsys.readouterr().out.splitlines()[-1]


def test_the_reader_is_told_how_many_checks_pass(capsys):
    assert last_line("corr2d", writes, capsys) == '6 of 7 checks pass. For a hint: check.hint("corr2d")'
    assert last_line("corr2d", forgets, capsys) == '0 of 7 checks pass. For a hint: check.hint("corr2d")'
    assert last_line("edge", None, capsys) == '0 of 4 checks pass. For a hint: check.hint("edge")'
    assert last_line("output_shape", None, capsys) == '0 of 3 checks pass. For a hint: check.hint("output_shape")'


def first_line(name, answer, capsys):
    check.run(name, answer)
    return capsys.readouterr().out.splitlines()[0]


def test_a_mistake_is_told_with_the_arguments_that_it_first_shows_with(capsys):
    told = first_line("corr2d", lambda X, K: corr2d(X, K) * (X.dtype != np.float32), capsys)
    assert told.endswith(" (With X of 6 × 5 (float32) and K of 3 × 2 (float32).)")
    told = first_line("output_shape", lambda n, k: (n[0] - k[0] + 1, n[1] - k[1] + 1 - (n == k)), capsys)
    assert told.endswith(" (With input_shape = (4, 6) and kernel_shape = (4, 6).)")
    told = first_line("edge", lambda v: np.eye(2) if v[0] else np.array([[0.5, 0, -0.5]]), capsys)
    assert told.endswith(" (With v = (1, 0).)")
    assert first_line("second_difference", [[2, -4, 2]], capsys).endswith(" (Check: curves.)")


def test_square_kernels_are_spoken_of_only_where_no_others_work(judged):
    assert "It works for" not in judged("same_size", empties)[0]


def test_loops_are_not_blamed_on_the_image_where_the_output_is_as_large(capsys):
    def beyond(X, K):
        return X[len(X)]

    assert "loops" not in first_line("same_size", beyond, capsys)


def test_a_mistake_that_shows_with_all_arguments_is_told_without_them(capsys):
    told = first_line("corr2d", lambda X, K: -corr2d(X, K), capsys)
    assert told == "Not yet: The sign is wrong: every number has the right magnitude and the opposite sign."


def test_the_reason_that_explains_every_failure_comes_before_a_likelier_one(capsys):
    # With a kernel of 2 × 2, which is tried first, this output is also as large as the image.
    told = first_line("corr2d", lambda X, K: np.pad(corr2d(X, K), ((0, 1), (0, 1))), capsys)
    assert told == (
        "Not yet: Off by one: your output is a row or a column too large. Count the positions where the window fits, "
        "the first and the last included."
    )


def test_an_answer_that_stumbles_over_one_dtype_is_told_where(capsys):
    def stumbles(X, K):
        if X.dtype == np.float32:
            raise ValueError("too single")
        return corr2d(X, K)

    told = first_line("corr2d", stumbles, capsys)
    assert 'raise ValueError("too single")' in told
    assert told.endswith("ValueError: too single. (With X of 6 × 5 (float32) and K of 3 × 2 (float32).)")


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300, -1e300, 10**400, 1j, b"?", object(), [], {}, np.ma.masked])
@pytest.mark.parametrize("name", check.names())
def test_strange_values_are_wrong_and_nothing_else(capfd, recwarn, name, value):
    answer = (lambda *_: value) if "(" in TASKS[name].signature else value
    assert check.score(name, answer) < 0.5
    check.run(name, answer)
    out, err = capfd.readouterr()
    assert out.startswith(("Not yet", "Nothing"))
    assert err == ""
    assert list(recwarn) == []


def test_a_verdict_does_not_depend_on_what_numpy_does_about_an_overflow():
    with np.errstate(all="raise"):
        assert check.score("blur", lambda size: np.full((size, size), 1e308)) == 0
        assert check.score("corr2d", lambda X, K: corr2d(X, K) * 1e308) == pytest.approx(1 / 7)
