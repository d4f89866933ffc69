"""Questions that take an answer: what is right, which mistake it was, and what is no answer at all."""

import numpy as np
import pytest

from d2lconv.explorables import Prediction
from d2lconv.images import photo

SAYS = {6: "The sum of the weights.", 24: "All four sums together."}


def test_an_answer_is_right_or_a_mistake_that_was_foreseen_or_another_one():
    question = Prediction("sum", 6, SAYS, "Add up the weights.")
    assert (question.right, question.verdict) == (None, "")
    for given, right, verdict in [
        (6, True, "The sum of the weights."),
        (6.0 + 1e-9, True, "The sum of the weights."),
        (24, False, "All four sums together."),
        (-3, False, "Add up the weights."),
    ]:
        question.given = given
        assert (question.right, question.verdict) == (right, verdict)


def test_choices_keep_their_order():
    says = {"up": "No.", "level": "No.", "down": "Yes."}
    question = Prediction("speed", "down", says)
    assert [said["value"] for said in question.get_state()["_question"]["says"]] == list(says)
    question.given = "up"
    assert question.right is False
    with pytest.raises(ValueError, match=r"one of \['up', 'level', 'down'\], but is 'sideways'"):
        question.given = "sideways"


def test_cells_are_right_in_any_order():
    question = Prediction("cells", ((0, 1), (0, 5)), {((0, 1), (0, 5)): "There.", (): "None?"}, cells=(1, 7))
    question.given = [(0, 5), (0, 1)]
    assert question.right
    question.given = []
    assert question.verdict == "None?"
    with pytest.raises(ValueError, match=r"within \(1, 7\), but holds \(1, 0\)"):
        question.given = [(1, 0)]


def test_a_point_is_in_the_first_region_that_holds_it():
    inner, outer = (10, 10, 5, 5), (0, 0, 50, 50)
    question = Prediction("point", inner, {inner: "Here.", outer: "Near."}, "Far.", picture=photo())
    for place, right, verdict in [((10, 14), True, "Here."), ((15, 10), False, "Near."), ((50, 0), False, "Far.")]:
        question.given = place
        assert (question.right, question.verdict) == (right, verdict)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("two words", 6, SAYS), "letters, digits and hyphens"),
        (("sum", 7, SAYS), "the right answer, 7.0, too"),
        (("sum", 6, {6: "Yes.", "six": "No."}), "should be a number"),
        (("sum", "six", {"six": "Yes.", 6: "No."}), "should be a text"),
    ],
)
def test_a_question_that_cannot_be_judged_is_refused(arguments, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        Prediction(*arguments)


@pytest.mark.parametrize(
    ("answer", "options", "sentence"),
    [
        (((0, 0),), {"cells": (3, 40)}, "which fingers can press"),
        (((0, 9),), {"cells": (3, 3)}, "count rows and columns from 0"),
        ((1, 2, 3), {"picture": photo()}, r"should be \(row, col, height, width\)"),
        ((0, 0, 9, 9), {"picture": 300 * photo()}, "divide it by 255"),
    ],
)
def test_places_outside_what_is_drawn_are_refused(answer, options, sentence):
    with pytest.raises((ValueError, TypeError), match=sentence):
        Prediction("places", answer, {answer: "Yes."}, **options)


def test_an_answer_of_another_kind_is_refused_and_leaves_what_was_given():
    question = Prediction("sum", 6, SAYS)
    question.given = 24
    for wrong in ("six", [1], np.nan, True):
        with pytest.raises((ValueError, TypeError)):
            question.given = wrong
    assert question.given == 24
