"""State from a page: where a value is refused, nothing changes, and the page hears what holds."""

import numpy as np
import pytest
from traitlets import TraitError

from d2lconv import corr2d
from d2lconv.explorables import FilterLab, KernelWindow, ReceptiveField, TrainingPlayer
from d2lconv.images import arange_image, edge_image, photo

K = np.array([[0.0, 1.0], [2.0, 3.0]])


def player():
    return TrainingPlayer(edge_image(), corr2d(edge_image(), [[1, -1]]), [[-1.2, 1.2]], lr=0.03)


FIGURES = {
    "window": lambda: KernelWindow(arange_image(), K, row=1),
    "lab": lambda: FilterLab(photo(), angle=30),
    "stack": lambda: ReceptiveField([3, 3]),
    "player": player,
}


@pytest.mark.parametrize(
    ("figure", "state"),
    [
        ("window", {"row": 0, "K": [[1, 2, 3, 4]]}),
        ("window", {"row": 0, "X": [[1, 2], [3]]}),
        ("window", {"row": 0, "X": 3}),
        ("window", {"row": 10**30, "X": [["what"]]}),
        ("window", {"row": 0, "col": "what"}),
        ("lab", {"row": 0, "kernel": "blurr"}),
        ("lab", {"row": 0, "angle": float("nan")}),
        ("lab", {"row": 0, "image": {"shape": [1, 1]}}),
        ("stack", {"row": 0, "kernel_sizes": [7, 7, 7]}),
        ("player", {"epoch": 2, "Y": [[1, 2]]}),
        ("player", {"epoch": 2, "weight": [["NaN", 1]]}),
        ("player", {"epoch": 2, "lr": 0}),
        ("player", {"weight": [[1, 1]], "lr": "fast"}),
    ],
)
def test_a_bad_value_from_a_page_takes_nothing_with_it(figure, state):
    figure = FIGURES[figure]()
    heard = []
    figure.observe(heard.append, list(state))
    before = {name: getattr(figure, name) for name in state}
    with pytest.raises((ValueError, TypeError, TraitError), match=r"\w+ .*\w+"):
        figure.set_state(state)
    assert all(np.array_equal(getattr(figure, name), before[name]) for name in state)
    assert heard == []


def test_a_page_hears_what_holds_instead_of_a_value_that_was_refused(monkeypatch):
    window = KernelWindow(arange_image(), K)
    sent = []
    monkeypatch.setattr(window, "send_state", lambda key=None: sent.append(key))
    with pytest.raises(ValueError, match="should fit inside the image"):
        window.set_state({"K": np.ones((4, 4)).tolist()})
    assert sent == [["K"]]


def test_traits_that_are_held_together_are_refused_together():
    window = KernelWindow(arange_image(), K)
    with pytest.raises(ValueError, match="use a smaller kernel"), window.hold_trait_notifications():
        window.row, window.K = 1, np.ones((4, 4))
    assert window.row == 0
    np.testing.assert_array_equal(window.K, K)
