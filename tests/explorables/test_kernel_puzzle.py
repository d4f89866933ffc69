"""Puzzles: what one is made of, and that the answer is what it says."""

import re
from pathlib import Path

import numpy as np
import pytest
from traitlets import TraitError

from d2lconv.explorables import KernelPuzzle
from d2lconv.operators import unfold

CHAPTER = Path(__file__).parents[2] / "chapters" / "find-the-kernel.md"
EDGE = {"name": "edge", "title": "Find the edge", "X": [[1, 1, 0, 0]], "K": [[1, -1]], "because": "Alike cancel."}
MIRROR = {"name": "mirror", "title": "Mirror it", "X": [[0, 0, 1]], "Y": [[1, 0, 0]], "because": "Not everywhere."}


def test_a_puzzle_asks_for_what_its_kernel_makes():
    edge, mirror = KernelPuzzle([EDGE, MIRROR])._puzzles
    assert edge["Y"] == [[0, 1, 0]]
    assert edge["possible"]
    assert mirror["Y"] == [[1, 0, 0]]
    assert not mirror["possible"]
    assert "K" not in edge, "nobody should find it in the page's source"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"K": [[1, 2, 3, 4, 5]]}, "should fit inside the image"),
        ({"K": [[np.nan, 1]]}, "should be finite"),
        ({"Y": [[1, 2]]}, "K, the kernel, or Y"),
        ({"colour": "red"}, "see KernelPuzzle"),
        ({"title": 3}, "title should be a text"),
        ({"X": np.zeros((40, 40))}, "16 rows and 20 columns"),
    ],
)
def test_a_puzzle_that_makes_no_sense_is_refused(change, complaint):
    with pytest.raises((ValueError, TypeError), match=complaint):
        KernelPuzzle([{**EDGE, **change}])


def test_an_output_that_a_kernel_makes_is_not_called_impossible():
    with pytest.raises(ValueError, match=r"No kernel should make Y of mirror, but \[\[2.0\]\] does"):
        KernelPuzzle([{**MIRROR, "Y": [[0, 0, 2]]}])
    with pytest.raises(ValueError, match="no larger than X"):
        KernelPuzzle([{**MIRROR, "Y": [[0, 0, 2, 1]]}])


@pytest.mark.parametrize("puzzles", [[], [EDGE, EDGE]])
def test_each_puzzle_has_a_name_of_its_own(puzzles):
    with pytest.raises(ValueError, match="one or more, each with a name of its own"):
        KernelPuzzle(puzzles)


@pytest.mark.parametrize(
    "state",
    [
        {"kernels": {"edge": [[1, 2, 3]]}},
        {"kernels": {"edge": "what"}},
        {"kernels": {"nobody": [[1, 2]]}},
        {"kernels": {"edge": [[1, float("nan")]]}},
        {"solved": ["nobody"]},
        {"puzzle": "what"},
    ],
)
def test_a_bad_value_from_a_page_changes_nothing(state):
    figure = KernelPuzzle([EDGE, MIRROR])
    figure.set_state({"kernels": {"edge": [[1, 0]]}, "solved": ["mirror"], "puzzle": 1})
    with pytest.raises((TraitError, ValueError, TypeError)):
        figure.set_state({"puzzle": 0, **state})
    assert (figure.kernels, figure.solved, figure.puzzle) == ({"edge": [[1, 0]]}, ["mirror"], 1)


def test_there_is_always_a_puzzle_to_show():
    figure = KernelPuzzle([EDGE, MIRROR])
    for wanted, shown in [(99, 1), (-1, 0)]:
        figure.puzzle = wanted
        assert figure.puzzle == shown


@pytest.fixture(scope="module")
def chapter():
    """The puzzles of the chapter, from its cells."""
    names = {}
    for cell in re.findall(
        r"```\{code-cell\} ipython3\n(?:---\n.*?---\n|:tags.*?\n\n)?(.*?)```", CHAPTER.read_text("utf-8"), re.S
    ):
        exec(cell, names)
    return names["puzzles"]


def test_the_chapter_has_twelve_puzzles_and_one_that_no_kernel_solves(chapter):
    assert len(KernelPuzzle(chapter)._puzzles) == 12
    assert [puzzle["name"] for puzzle in chapter if "K" not in puzzle] == ["mirror"]


def test_each_image_of_the_chapter_determines_its_kernel(chapter):
    for puzzle in chapter:
        if "K" in puzzle:
            K = np.array(puzzle["K"])
            assert np.linalg.matrix_rank(unfold(puzzle["X"], K.shape)) == K.size, puzzle["name"]


def test_no_title_wraps_on_a_phone(chapter):
    assert max(len(puzzle["title"]) for puzzle in chapter) <= 32
