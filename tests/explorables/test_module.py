"""The scripts and the style that a figure carries: one text each, and no byte that only its authors need."""

import gzip
import re
from importlib.resources import files
from pathlib import Path

import pytest

from d2lconv.explorables import FilterLab, KernelPuzzle, KernelWindow, ReceptiveField, TrainingPlayer
from d2lconv.explorables._module import _UNREAD, style, without_comments

FIGURE_CLASSES = [FilterLab, KernelPuzzle, KernelWindow, ReceptiveField, TrainingPlayer]


@pytest.mark.parametrize("figure", FIGURE_CLASSES)
def test_each_script_is_one_module_without_imports(figure):
    lines = figure._esm.splitlines()
    assert not [line for line in lines if line.startswith("import ")]
    assert [line for line in lines if line.startswith("export ")] == ["export default{render};"]


SITE = Path(__file__).parents[2] / "site"
SCRIPTS = [*Path(str(files("d2lconv.explorables"))).glob("*.js"), *SITE.glob("*.js")]


def test_the_scripts_travel_with_the_package():
    names = {file.name for file in files("d2lconv.explorables").iterdir() if file.name.endswith((".js", ".css"))}
    assert {"controls.js", "controls.css", "explorables.css", "numbers.js", "training_player.js"} < names


# What a reader waits for is what the line carries, and servers compress: comments and long names cost next to nothing.
@pytest.mark.parametrize("figure", FIGURE_CLASSES)
def test_a_page_of_one_kind_of_figure_takes_at_most_sixteen_kilobytes_of_compressed_script(figure):
    ours = [(SITE / name).read_text("utf-8") for name in ("room.js", "host.js")]
    assert len(gzip.compress("".join([*ours, figure._esm]).encode())) <= 16 * 1024


COMMENTED = """\
// What this module is for.
/** @typedef {number[]} Row */

/**
 * Double a row.
 * @param {Row} row
 */
export function doubled(row) {
	// why it is so
	const size = /** @type {number} */ (row.length); // "as long as before"
	/** @type {Row} */ (row).reverse();
	/** @type {Row} */
	const pair = [size, "http://www.w3.org/2000/svg"];
	return pair;
}
"""


def test_comments_and_layout_stay_on_disk():
    assert without_comments(COMMENTED).strip() == (
        "export function doubled(row){"
        "const size = (row.length);(row).reverse();"
        'const pair = [size, "http://www.w3.org/2000/svg"];return pair;}'
    )


def texts(script):
    """Return all that stands in quotes, the values in templates left out."""
    inside, said = [], ""
    for before, character in zip(" " + script, script, strict=False):
        innermost = inside[-1] if inside else "{"
        if innermost == "{":
            if character in "\"'`{":
                inside.append(character)
            elif character == "}":
                inside.pop()
        elif character == innermost and before != "\\":
            inside.pop()
        elif innermost == "`" and before + character == "${":
            inside.append("{")
        else:
            said += character
    return said


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_what_a_reader_reads_keeps_its_spaces(path):
    spaced = _UNREAD.sub("", path.read_text("utf-8")).replace('": {', '":{')  # as in JSON, which nobody reads
    assert texts(without_comments(spaced)) == texts(spaced)


def test_every_style_sheet_is_part_of_the_style_and_its_comments_are_not():
    carried = style()
    assert "/*" not in carried
    for sheet in Path(files("d2lconv.explorables")).glob("*.css"):
        rules = re.findall(r"^\.d2l[^{]*\{", sheet.read_text("utf-8"), re.MULTILINE)
        assert len(rules) > 3
        assert [rule for rule in rules if rule not in carried] == []
