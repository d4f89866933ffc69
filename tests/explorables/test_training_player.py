"""A descent that runs in the page: which can be shown, and which epoch of it."""

import numpy as np
import pytest

from d2lconv import Conv2D, corr2d, fit
from d2lconv.explorables import TrainingPlayer
from d2lconv.images import edge_image, photo

X = edge_image()
Y = corr2d(X, [[1, -1]])
START = [[-1.2, 1.2]]


@pytest.fixture
def player():
    return TrainingPlayer(X, Y, START, lr=0.03, epochs=5)


def test_a_player_s_history_is_the_run_that_fit_records(player):
    layer = Conv2D((1, 2), weight=START, bias=False)
    history = fit(layer, X[None, None], Y[None, None], lr=0.03, epochs=5)
    np.testing.assert_array_equal(player.history.weight, history.weight)
    np.testing.assert_array_equal(player.history.loss, history.loss)


def test_a_player_stays_within_its_run(player):
    player.epoch = 9
    assert player.epoch == 5
    player.epochs = 3
    assert player.epoch == 3
    player.epochs = player.epoch = 10**30
    assert (player.epoch, player.epochs) == (200, 200)
    player.epochs = -1
    assert (player.epoch, player.epochs) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"X": photo()}, "at most 16 rows"),
        (
            {"X": [[1, np.nan]], "Y": [[1]]},
            "X should hold numbers up to 1e[+]50, whose squares are finite, but holds nan",
        ),
        ({"Y": Y[:, 1:]}, r"what the kernel makes of X, \(6, 7\), but its shape is \(6, 6\)"),
        ({"weight": np.ones((7, 1))}, "should fit inside the image, but its height is 7"),
        ({"weight": [[np.inf, 1]]}, "weight should hold numbers up to"),
        ({"X": 1e51 * X}, "X should hold numbers up to .* but holds 1e[+]51: scale it down"),
        ({"weight": [1, 2]}, "weight should be two-dimensional"),
        ({"lr": 0}, "lr should be above zero"),
        ({"lr": "fast"}, "lr should be a number"),
        ({"epochs": 0}, "epochs should be 1 or more"),
        ({"epochs": 201}, "epochs should be at most 200"),
    ],
)
def test_a_player_says_what_it_can_show(arguments, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        TrainingPlayer(**{"X": X, "Y": Y, "weight": START, "lr": 0.03, **arguments})


@pytest.mark.parametrize(
    ("trait", "value", "sentence"),
    [
        ("X", np.ones((6, 9)), r"X should keep its shape, \(6, 8\), but came with \(6, 9\)"),
        ("Y", np.ones((3, 5)), "Y should keep its shape"),
        ("weight", [[1, 2, 3]], "weight should keep its shape"),
        ("weight", [[1, np.nan]], "weight should hold numbers up to"),
        ("lr", -1, "lr should be above zero"),
        ("lr", np.nan, "lr should be above zero and finite"),
    ],
)
def test_a_player_refuses_what_it_cannot_show_and_stays_as_it_was(player, trait, value, sentence):
    before = getattr(player, trait)
    with pytest.raises(ValueError, match=sentence):
        setattr(player, trait, value)
    assert getattr(player, trait) is before


def test_a_player_takes_another_problem_of_the_same_shape(player):
    with player.hold_trait_notifications():
        player.X, player.Y, player.weight, player.lr = 1 - X, -Y, [[0, 0]], 0.01
    assert player.history.loss[-1] < player.history.loss[0]


def test_a_player_keeps_no_array_of_its_caller():
    image = X.copy()
    player = TrainingPlayer(image, Y, START, lr=0.03)
    image[:] = 7
    np.testing.assert_array_equal(player.X, X)
