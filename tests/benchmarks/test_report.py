"""What was measured on one kind of processor is kept, told as its own, and never as everybody's."""

import pytest
import report
from building import ROOT
from report import Cell, Result

ABOUT = {
    "processor": "AMD EPYC",
    "microarchitecture": "znver4",
    "cores": 2,
    "instruction set": "AVX-512",
    "vector bits": 512,
    "vector registers": 32,
    "held": False,
    "peers": {"OpenCV": "AVX-512", "oneDNN": "AVX-512"},
    "versions": {"python": "3.11.7"},
}
HELD = ABOUT | {"instruction set": "AVX2", "vector bits": 256, "vector registers": 16, "held": True}
SLOW = Cell("float32, OpenCV", "64×64, 5×5", 0.89, "times", 1.15, 0.9)
MIDDLING = Cell("float32, OpenCV", "64×64, 7×7", 1.5, "times", 1.15, 1.5)
FAST = Cell("float32, OpenCV", "512×512, 3×3", 4.5, "times", 1.15, 4.4)
QUICK_TO_CHECK = Cell("what checking costs", "6×8, 1×2", 0.8, "µs", 1, 0.9, at_most=True)
AVX_512 = Result("amd-epyc-znver4-avx512", ABOUT, [SLOW, MIDDLING, FAST, QUICK_TO_CHECK])
AVX2 = Result("amd-epyc-znver4-held-to-avx2", HELD, [MIDDLING, FAST])


def contents(folder):
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def rows(results):
    return [[part.strip() for part in line.strip("|").split("|")] for line in report.table(results)]


def test_a_quick_run_leaves_a_full_result_alone(tmp_path):
    report.write(AVX_512, tmp_path, quick=False)
    before = contents(tmp_path)
    report.write(AVX_512._replace(cells=[FAST]), tmp_path, quick=True)
    assert contents(tmp_path) == before


def test_a_full_run_keeps_the_results_of_other_kinds(tmp_path):
    report.write(AVX_512, tmp_path, quick=False)
    report.write(AVX2, tmp_path, quick=False)
    assert report.read(tmp_path) == [AVX_512, AVX2]


def test_a_full_run_takes_the_place_of_the_last_one_on_its_kind(tmp_path):
    report.write(AVX_512, tmp_path, quick=False)
    faster = AVX_512._replace(cells=[FAST])
    report.write(faster, tmp_path, quick=False)
    assert report.read(tmp_path) == [faster]


def test_table_and_picture_are_made_of_all_results_on_file(tmp_path):
    for result in (AVX_512, AVX2):
        report.write(result, tmp_path, quick=False)
    assert (tmp_path / "results.md").read_text("utf-8") == report.page([AVX_512, AVX2])
    assert (tmp_path / "results.svg").stat().st_size


def test_the_table_in_this_house_is_made_of_the_results_in_it():
    folder = ROOT / "benchmarks"
    assert (folder / "results.md").read_text("utf-8") == report.page(report.read(folder))


@pytest.mark.parametrize(
    ("figure", "at_most", "short"), [(0.99, False, True), (1, False, False), (1, True, False), (1.01, True, True)]
)
def test_a_figure_falls_short_on_the_wrong_side_of_what_is_wanted(figure, at_most, short):
    assert report.falls_short(Cell("what", "case", figure, "s", 1, at_most=at_most)) is short


def test_what_falls_short_is_named_with_its_figure_and_what_is_wanted():
    words = "float32, OpenCV: 64×64, 5×5: 0.89 times (wanted: at least 1.15)"
    assert report.summary(AVX_512.cells) == f"1 of 4 figures fall short:\n  {words}"
    assert f"## What falls short on {AVX_512.kind}\n\n- {words}\n" in report.page([AVX_512, AVX2])
    assert report.summary(AVX2.cells) == "No figure falls short."


def test_the_table_has_a_row_for_each_thing_and_a_column_for_each_kind():
    head, _, *body = rows([AVX_512, AVX2])
    assert head == ["what", "sizes", "wanted", AVX_512.kind, AVX2.kind]
    sizes = "64×64, 5×5 … 512×512, 3×3"
    assert body == [
        ["float32, OpenCV", sizes, "at least 1.15 times", "0.89, median 1.5; **1 of 3 short**", "1.5, median 3"],
        ["what checking costs", "6×8, 1×2", "at most 1 µs", "0.8", "not measured"],
    ]


def test_sizes_of_which_more_is_wanted_have_a_row_of_their_own():
    more = FAST._replace(wanted=5)
    _, _, *body = rows([AVX2._replace(cells=[MIDDLING, more])])
    assert body == [
        ["float32, OpenCV", "64×64, 7×7", "at least 1.15 times", "1.5"],
        ["float32, OpenCV", "512×512, 3×3", "at least 5 times", "4.5; **short**"],
    ]


def test_the_worst_of_what_should_be_small_is_the_largest():
    slow_to_check = QUICK_TO_CHECK._replace(case="6×8, 3×3", figure=1.2)
    _, _, row = rows([AVX2._replace(cells=[QUICK_TO_CHECK, slow_to_check])])
    assert row[-1] == "1.2, median 1; **1 of 2 short**"


def test_a_processor_that_was_held_to_avx2_is_not_told_as_one_that_has_no_more():
    assert "A processor with AVX-512 on which everybody was held to AVX2" in report.told(AVX2)
    assert "held" not in report.told(AVX_512)


def test_a_peer_that_was_not_held_with_us_is_named():
    followed = HELD | {"peers": {"OpenCV": "AVX2", "oneDNN": "AVX2"}}
    assert "All say that they followed." in report.told(AVX2._replace(about=followed))
    deaf = HELD | {"peers": {"OpenCV": "AVX2", "oneDNN": "AVX-512", "MKL": "does not say"}}
    assert "Not known to have followed: oneDNN (AVX-512), MKL (does not say)." in report.told(AVX2._replace(about=deaf))
