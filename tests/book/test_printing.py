"""What a cell prints is shown as it printed it, in however many pieces the kernel sent it."""

from myst_nb.core.utils import coalesce_streams
from nbformat.v4 import new_output
from printing import in_one_piece


def shown(*pieces):
    outputs = [new_output("stream", name="stdout", text=piece) for piece in pieces]
    return [output["text"] for output in in_one_piece(coalesce_streams)(outputs)]


def test_a_line_that_comes_in_pieces_stays_one_line():
    assert shown("5 layers", " see ", "(11, 11)", "\n6 layers\n") == ["5 layers see (11, 11)\n6 layers\n"]


def test_a_table_between_two_lines_stays_between_them():
    table = new_output("display_data", data={"text/plain": "table"})
    before, after = (new_output("stream", name="stdout", text=text) for text in ("before\n", "after\n"))
    kinds = [output["output_type"] for output in in_one_piece(list)([before, table, after])]
    assert kinds == ["stream", "display_data", "stream"]


def test_warnings_are_not_mixed_into_what_is_printed():
    out, err = new_output("stream", name="stdout", text="3"), new_output("stream", name="stderr", text="careful\n")
    assert [output["name"] for output in in_one_piece(list)([out, err])] == ["stdout", "stderr"]


def test_the_notebook_itself_is_left_alone():
    pieces = [new_output("stream", name="stdout", text=text) for text in ("a", "b")]
    in_one_piece(coalesce_streams)(pieces)
    assert [piece["text"] for piece in pieces] == ["a", "b"]
