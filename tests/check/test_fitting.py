"""What is learned from data: any way to the right numbers passes, and each mistake is named and costs its share."""

import numpy as np
import pytest

from d2lconv import check
from d2lconv.check import fitting


def windows(X, shape):
    return np.lib.stride_tricks.sliding_window_view(X, shape).reshape(-1, shape[0] * shape[1])


def middles(A, size, start=None):
    start = size // 2 if start is None else start
    return A[start : start + len(A) - size + 1, start : start + A.shape[1] - size + 1]


def fitted(X, Y, size):
    return np.linalg.lstsq(windows(X, (size, size)), Y.ravel())[0].reshape(size, size)


def denoiser(noisy, clean, size):
    return fitted(noisy, middles(clean, size), size)


def by_normal_equations(noisy, clean, size):
    U = windows(noisy, (size, size))
    return np.linalg.solve(U.T @ U, U.T @ middles(clean, size).ravel()).reshape(size, size)


def by_descent(noisy, clean, size, steps=800):
    U, y = windows(noisy, (size, size)), middles(clean, size).ravel()
    k, rate = np.zeros(size * size), 1 / np.linalg.eigvalsh(2 * U.T @ U)[-1]
    for _ in range(steps):
        k -= rate * 2 * U.T @ (U @ k - y)
    return k.reshape(size, size)


def empty_for_one_weight(noisy, clean, size):
    p = size // 2
    return fitted(noisy, clean[p:-p, p:-p], size)


def rank(X, shape):
    return int(np.linalg.matrix_rank(windows(X, shape)))


def unseen(X, shape):
    return np.linalg.svd(windows(X, shape))[2][-1].reshape(shape)


def slightly_seen(X, shape):
    K = unseen(X, shape) + 1e-4
    return K / np.linalg.norm(K)


def seen(X, K):
    U = windows(X, K.shape)
    return (np.linalg.pinv(U) @ U @ K.ravel()).reshape(K.shape)


def seen_by_steps(X, K):
    U = windows(X, K.shape)
    V = np.linalg.svd(U)[2][: np.linalg.matrix_rank(U)]
    return (V.T @ V @ K.ravel()).reshape(K.shape)


def weight_errors(X, shape, sigma):
    return sigma * np.linalg.norm(np.linalg.pinv(windows(X, shape)), axis=1).reshape(shape)


def by_the_inverse(X, shape, sigma):
    U = windows(X, shape)
    return (sigma * np.diag(np.linalg.inv(U.T @ U)) ** 0.5).reshape(shape)


def as_if_alone(X, shape, sigma):
    return sigma / np.linalg.norm(windows(X, shape), axis=0).reshape(shape)


RIGHT = {
    "best_rate": [lambda a, b: 2 / (a + b), lambda a, b: np.float32(1 / ((a + b) / 2))],
    "denoiser": [denoiser, by_normal_equations, by_descent],
    "rank": [rank, lambda X, shape: np.count_nonzero(np.linalg.svd(windows(X, shape))[1] > 1e-9)],
    "unseen": [unseen, lambda X, shape: -unseen(X, shape), lambda X, shape: unseen(X, shape).tolist()],
    "seen": [seen, seen_by_steps],
    "weight_errors": [weight_errors, by_the_inverse],
}

# exercise, what it gets, words of the sentence, the answer
WRONG = {
    "the limit": ("best_rate", 0, "That is the limit", lambda a, b: 2 / b),
    "for the steep axis": ("best_rate", 1 / 3, "too short along the shallow one", lambda a, b: 1 / b),
    "for the shallow axis": ("best_rate", 1 / 3, "Is it stable", lambda a, b: 1 / a),
    "a mean of rates": ("best_rate", 1 / 3, "mean of the best rates", lambda a, b: (1 / a + 1 / b) / 2),
    "a sum of curvatures": ("best_rate", 0, "a factor of 2 is missing", lambda a, b: 1 / (a + b)),
    "a geometric mean": ("best_rate", 1 / 3, "geometric mean", lambda a, b: (a * b) ** -0.5),
    "the book's rate": ("best_rate", 1 / 3, "for the curvatures 8 and 64: write it for any", lambda a, b: 1 / 36),
    "ninety per cent": ("best_rate", 0, "90 % of the limit", lambda a, b: 1.8 / b),
    "the factor": ("best_rate", 0, "return the rate", lambda a, b: (b - a) / (b + a)),
    "with momentum": ("best_rate", 1 / 3, "with momentum", lambda a, b: 4 / (a**0.5 + b**0.5) ** 2),
    "twice the rate": ("best_rate", 0, "and it should be", lambda a, b: 4 / (a + b)),
    "both rates": ("best_rate", 0, "Return one number", lambda a, b: [1 / a, 1 / b]),
    "clean to noisy": ("denoiser", 0, "have changed places", lambda n, c, k: denoiser(c, n, k)),
    "noisy to noisy": ("denoiser", 0, "which it sees already", lambda n, c, k: denoiser(n, n, k)),
    "the noise": ("denoiser", 0, "predicts the noise", lambda n, c, k: denoiser(n, n - c, k)),
    "denoiser, flipped": ("denoiser", 1 / 4, "is flipped", lambda n, c, k: denoiser(n, c, k)[::-1, ::-1]),
    "denoiser, rows flipped": ("denoiser", 1 / 4, "one axis only", lambda n, c, k: denoiser(n, c, k)[::-1]),
    "denoiser, columns flipped": ("denoiser", 1 / 4, "one axis only", lambda n, c, k: denoiser(n, c, k)[:, ::-1]),
    "denoiser, transposed": ("denoiser", 1 / 4, "is transposed", lambda n, c, k: denoiser(n, c, k).T),
    "the first pixel": ("denoiser", 1 / 4, "the first pixel of", lambda n, c, k: fitted(n, middles(c, k, 0), k)),
    "the last pixel": ("denoiser", 1 / 4, "the last pixel of", lambda n, c, k: fitted(n, middles(c, k, k - 1), k)),
    "an average": ("denoiser", 0, "costs a little", lambda n, c, k: denoiser(n, c, k) / denoiser(n, c, k).sum()),
    "denoiser, flat": ("denoiser", 0, "stand in one line", lambda n, c, k: denoiser(n, c, k).ravel()),
    "a box": ("denoiser", 0, "The mean squared error of your kernel is", lambda n, c, k: np.ones((k, k)) / k**2),
    "begun to descend": ("denoiser", 0, "and the least is", lambda n, c, k: by_descent(n, c, k, 1) / 2),
    "a little too strong": ("denoiser", 0, "and the least is", lambda n, c, k: 1.01 * denoiser(n, c, k)),
    "an empty slice": ("denoiser", 3 / 4, "An empty slice, 0:-0, holds none.", empty_for_one_weight),
    "what is not seen": ("rank", 0, "does not see", lambda X, shape: shape[0] * shape[1] - rank(X, shape)),
    "all weights": ("rank", 2 / 5, "the number of weights", lambda X, shape: shape[0] * shape[1]),
    "all windows": ("rank", 1 / 5, "number of windows", lambda X, shape: len(windows(X, shape))),
    "the smaller": ("rank", 3 / 5, "it is a bound", lambda X, shape: min(windows(X, shape).shape)),
    "the image's own": ("rank", 0, "rank of the image itself", lambda X, shape: np.linalg.matrix_rank(X)),
    "the loudest": ("unseen", 0, "sees best", lambda X, shape: np.linalg.svd(windows(X, shape))[2][0].reshape(shape)),
    "a column of directions": (
        "unseen",
        0,
        "its directions are its rows",
        lambda X, shape: np.linalg.svd(windows(X, shape))[2][:, -1].reshape(shape),
    ),
    "directions that are seen": (
        "unseen",
        3 / 4,
        "unless full_matrices is true",
        lambda X, shape: np.linalg.svd(windows(X, shape), full_matrices=False)[2][-1].reshape(shape),
    ),
    "no kernel at all": ("unseen", 0, "All weights are zero", lambda X, shape: np.zeros(shape)),
    "too long a kernel": ("unseen", 0, "divide by it", lambda X, shape: 2 * unseen(X, shape)),
    "unseen, flat": ("unseen", 0, "stand in one line", lambda X, shape: unseen(X, shape).ravel()),
    "unseen, another shape": ("unseen", 0, "was asked for", lambda X, shape: np.eye(2) / 2**0.5),
    "a box, seen": ("unseen", 0, "The image sees", lambda X, shape: np.ones(shape) / np.prod(shape) ** 0.5),
    "hardly seen": ("unseen", 0, "an output is", slightly_seen),
    "the other part": ("seen", 1 / 5, "does not see", lambda X, K: K - seen(X, K)),
    "the whole kernel": ("seen", 1 / 5, "the whole kernel", lambda X, K: K),
    "seen, flat": ("seen", 0, "stand in one line", lambda X, K: seen(X, K).ravel()),
    "not undone": (
        "seen",
        1 / 5,
        "too much",
        lambda X, K: (windows(X, K.shape).T @ windows(X, K.shape) @ K.ravel()).reshape(K.shape),
    ),
    "an output": (
        "seen",
        0,
        "asks for a kernel",
        lambda X, K: (windows(X, K.shape) @ K.ravel()).reshape(X.shape[0] - K.shape[0] + 1, -1),
    ),
    "variances": ("weight_errors", 0, "take their roots", lambda *args: weight_errors(*args) ** 2),
    "no noise": ("weight_errors", 0, "leave the noise out", lambda X, shape, s: weight_errors(X, shape, 1)),
    "noise squared": ("weight_errors", 0, "the square of sigma", lambda X, shape, s: weight_errors(X, shape, s * s)),
    "errors, flat": ("weight_errors", 0, "stand in one line", lambda *args: weight_errors(*args).ravel()),
    "one error": ("weight_errors", 0, "for the whole kernel", lambda *args: np.linalg.norm(weight_errors(*args))),
    "as if alone": ("weight_errors", 0, "if all the other weights were known", as_if_alone),
    "counted twice": (
        "weight_errors",
        0,
        "has counted them already",
        lambda X, shape, s: weight_errors(X, shape, s) / len(windows(X, shape)) ** 0.5,
    ),
}


@pytest.mark.parametrize(("name", "answer"), [(name, answer) for name, answers in RIGHT.items() for answer in answers])
def test_a_right_answer_passes(passes, name, answer):
    passes(name, answer)


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_is_named_and_costs_what_it_deserves(fails, mistake):
    fails(*WRONG[mistake])


def test_the_best_rate_shrinks_the_slower_axis_most():
    for smallest, largest in ((8, 64), (1, 1), (0.5, 30)):
        rates = np.linspace(0, 2 / largest, 4001)
        slower = np.maximum(abs(1 - rates * smallest), abs(1 - rates * largest))
        assert fitting.best_rate(smallest, largest) == pytest.approx(rates[slower.argmin()], abs=rates[1])


def test_no_kernel_near_the_learned_one_denoises_better():
    rng = np.random.default_rng(0)
    clean = rng.normal(size=(12, 15))
    noisy = clean + rng.normal(size=clean.shape)
    K = fitting.denoiser(noisy, clean, 3)

    def error(K):
        return ((windows(noisy, (3, 3)) @ K.ravel() - middles(clean, 3).ravel()) ** 2).sum()

    for _ in range(50):
        assert error(K + 0.01 * rng.normal(size=(3, 3))) > error(K)


def test_errors_of_weights_are_those_that_drawn_noise_makes():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(8, 9)) + 2
    U = windows(X, (2, 3))
    fits = np.linalg.pinv(U) @ (0.3 * rng.normal(size=(len(U), 4000)))
    measured = fits.std(axis=1).reshape(2, 3)
    # 4000 draws leave a relative error of 1 / sqrt(8000), some 1.1 %; five times that is allowed.
    np.testing.assert_allclose(fitting.weight_errors(X, (2, 3), 0.3), measured, rtol=0.056)


def test_each_exercise_is_answered_wrongly_and_each_mistake_that_is_known_is_made_here(capsys):
    rng = np.random.default_rng(0)
    X, K = rng.normal(size=(8, 8)), rng.normal(size=(3, 3))
    known = [
        *fitting.best_rate_mistakes(2.0, 7.0),
        *fitting._denoiser_mistakes(X, rng.normal(size=(8, 8)), 3),
        *fitting.rank_mistakes(X, (3, 3)),
        *fitting._loud(X, (3, 3)),
        *fitting.seen_mistakes(X, K),
        *fitting.weight_errors_mistakes(X, (3, 3), 0.5),
    ]
    for name, _, _, answer in WRONG.values():
        check.run(name, answer)
    told = capsys.readouterr().out
    assert {sentence for sentence, _ in known if sentence not in told} == set()
    assert {name for name, *_ in WRONG.values()} == set(RIGHT)
