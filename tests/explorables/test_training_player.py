"""Recorded runs: which can be shown, and which epoch of them."""

import numpy as np
import pytest

from d2lconv import Conv2D, corr2d, fit
from d2lconv.explorables import TrainingPlayer
from d2lconv.images import edge_image, photo


def history(lr=0.01, epochs=3, X=None, **options):
    X = edge_image() if X is None else X
    layer = Conv2D((1, 2), rng=0, **options)
    return fit(layer, X[None, None], corr2d(X, [[1, -1]])[None, None], lr=lr, epochs=epochs)


def test_a_player_stays_within_its_runs():
    player = TrainingPlayer([history(epochs=3), history(lr=0.02, epochs=5)])
    player.run, player.epoch = 9, 9
    assert (player.run, player.epoch) == (1, 5)


def test_a_player_takes_one_history_as_well():
    assert len(TrainingPlayer(history()).get_state()["_runs"]) == 1


def test_a_player_knows_the_stable_limit_of_a_layer_without_bias():
    runs = TrainingPlayer([history(bias=False), history(bias=True)]).get_state()["_runs"]
    assert runs[0]["limit"] == pytest.approx(1 / 30)
    assert runs[1]["limit"] is None


def batch():
    X = np.ones((2, 1, 4, 4))
    return fit(Conv2D((1, 2)), X, np.ones((2, 1, 4, 3)), epochs=1)


@pytest.mark.parametrize(
    ("histories", "sentence"),
    [
        (lambda: [], "at least one run"),
        (lambda: [history(), 3], "one is int"),
        (lambda: [history(), history(X=np.ones((6, 8)))], "share one image"),
        (lambda: [batch()], r"\(1, 1, height, width\), but its shape is \(2, 1, 4, 4\)"),
        (lambda: [history(X=photo())], "at most 16 rows"),
    ],
)
def test_a_player_says_which_runs_it_can_show(histories, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        TrainingPlayer(histories())


def test_a_player_s_epoch_is_one_of_the_run_that_is_shown():
    player = TrainingPlayer([history(epochs=3), history(lr=0.02, epochs=5)])
    player.epoch = 10
    assert player.epoch == 3
    player.run, player.epoch = 1, 5
    player.run = 0
    assert player.epoch == 3
    player.run = player.epoch = 10**30
    assert (player.run, player.epoch) == (1, 5)


@pytest.mark.parametrize("trait", ["X", "Y"])
def test_a_player_refuses_images_of_another_shape_than_its_runs_had(trait):
    player = TrainingPlayer(history())
    before = getattr(player, trait)
    with pytest.raises(ValueError, match=r"what the layer makes of X, .* but its shape is"):
        setattr(player, trait, np.ones((3, 5)))
    assert getattr(player, trait) is before
    player.Y = player.Y + 1
    assert player.Y.max() == 2
