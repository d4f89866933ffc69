"""What `speed.py` measured: a file for each kind of processor, one table and one picture of them all.

`.venv/bin/python benchmarks/report.py` draws table and picture anew where only their words or lines have changed.
"""

import json
import math
import statistics
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib.pyplot as plt

HERE = Path(__file__).parent
INTRODUCTION = """# Speed beside the peers

Written by `make bench`, which measures one kind of processor: its figures say nothing about another. Ratios say how
many times as fast d2lconv is: each takes the least of many times that the processor spent, in turn, in one process and
one thread. Where many sizes were measured, the table has the worst and the median, and how many fall short of what is
wanted.
"""
PICTURE = """
![Every ratio as a dot on a logarithmic axis, a row for each peer and a colour for each kind of processor, with the
median as a bar: what lies to the right of the line at 1 is faster than the peer.](results.svg)
"""


class Cell(NamedTuple):
    """One figure, and what we want it to be: at least `wanted`, or at most."""

    what: str
    case: str
    figure: float
    unit: str
    wanted: float
    median: float | None = None  # the same figure from median times
    at_most: bool = False


class Result(NamedTuple):
    """A full run on one kind of processor: `about` says which, what the peers were held to, and the versions."""

    kind: str
    about: dict[str, Any]
    cells: list[Cell]


def falls_short(cell: Cell) -> bool:
    """Say whether a figure, from the least times, is not what we want."""
    return cell.figure > cell.wanted if cell.at_most else cell.figure < cell.wanted


def line(cell: Cell) -> str:
    """Return a cell as one line."""
    return f"{cell.what}: {cell.case}: {cell.figure:.3g} {cell.unit} (wanted: {bound(cell)} {cell.wanted:g})"


def bound(cell: Cell) -> str:
    """Say on which side of what we want a figure should be."""
    return "at most" if cell.at_most else "at least"


def summary(cells: list[Cell]) -> str:
    """Name every figure that falls short."""
    short = [line(cell) for cell in cells if falls_short(cell)]
    if not short:
        return "No figure falls short."
    return "\n  ".join([f"{len(short)} of {len(cells)} figures fall short:", *short])


def write(result: Result, folder: Path = HERE, *, quick: bool) -> None:
    """Keep a full run in the place of the last one on this kind of processor, beside those on others; no quick one."""
    if quick:
        return
    (folder / "results").mkdir(exist_ok=True)
    rows = ",\n".join("  " + json.dumps(cell._asdict(), ensure_ascii=False) for cell in result.cells)
    text = f'{{"about": {json.dumps(result.about, indent=2, ensure_ascii=False)},\n"cells": [\n{rows}\n]}}\n'
    (folder / "results" / f"{result.kind}.json").write_text(text, encoding="utf-8")
    draw(folder)


def draw(folder: Path = HERE) -> None:
    """Draw table and picture anew, from all results on file."""
    results = read(folder)
    (folder / "results.md").write_text(page(results), encoding="utf-8")
    if results:
        picture(results, folder / "results.svg")


def rounded(cell: Cell) -> Cell:
    """Keep three significant digits: the machine's noise is larger than the fourth."""
    median = None if cell.median is None else float(f"{cell.median:.3g}")
    return cell._replace(figure=float(f"{cell.figure:.3g}"), median=median)


def read(folder: Path = HERE) -> list[Result]:
    """Return all full runs on file."""
    results = []
    for file in sorted((folder / "results").glob("*.json")):
        found = json.loads(file.read_text(encoding="utf-8"))
        results.append(Result(file.stem, found["about"], [Cell(**cell) for cell in found["cells"]]))
    return results


def page(results: list[Result]) -> str:
    """Return Markdown: the table, its picture, which processors these are, and what falls short on each."""
    if not results:
        return f"{INTRODUCTION}\nNo full run is on file.\n"
    parts = [INTRODUCTION, "\n".join(table(results)), PICTURE]
    parts += ["## The processors", "\n".join(f"- {told(result)}" for result in results)]
    for result in results:
        short = [line(cell) for cell in result.cells if falls_short(cell)]
        parts += [f"## What falls short on {result.kind}", "\n".join(f"- {cell}" for cell in short) or "Nothing."]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def table(results: list[Result]) -> list[str]:
    """Return the lines of a table: a row for all sizes of which the same is wanted, a column for each kind."""
    lines = [f"| {' | '.join(['what', 'sizes', 'wanted', *(result.kind for result in results)])} |"]
    lines.append(f"| {' | '.join(['---'] * (3 + len(results)))} |")
    for what, wanted in dict.fromkeys((cell.what, cell.wanted) for result in results for cell in result.cells):
        same = [[cell for cell in result.cells if (cell.what, cell.wanted) == (what, wanted)] for result in results]
        cases = list(dict.fromkeys(cell.case for cells in same for cell in cells))
        one = next(cell for cells in same for cell in cells)
        row = [what, " … ".join(dict.fromkeys((cases[0], cases[-1]))), f"{bound(one)} {wanted:g} {one.unit}"]
        lines.append(f"| {' | '.join([*row, *map(entry, same)])} |")
    return lines


def entry(cells: list[Cell]) -> str:
    """Return what one kind of processor has in one row: the worst, the median, and how many fall short."""
    if not cells:
        return "not measured"
    figures, short = [cell.figure for cell in cells], sum(map(falls_short, cells))
    if len(cells) == 1:
        return f"{figures[0]:.3g}{'; **short**' * short}"
    worst = max(figures) if cells[0].at_most else min(figures)
    counted = f"; **{short} of {len(cells)} short**" if short else ""
    return f"{worst:.3g}, median {statistics.median(figures):.3g}{counted}"


def told(result: Result) -> str:
    """Say in words which kind of processor it is, and who used which of its vectors."""
    about = result.about
    vectors = f"{about['instruction set']}, {about['vector registers']} registers of {about['vector bits']} bits"
    peers = ", ".join(f"{peer} {used}" for peer, used in about["peers"].items())
    versions = ", ".join(f"{package} {version}" for package, version in about["versions"].items())
    words = f"**{result.kind}**: {about['processor']} ({about['microarchitecture']}), {about['cores']} cores. "
    if about["held"]:
        others = [f"{peer} ({used})" for peer, used in about["peers"].items() if used != about["instruction set"]]
        words += "A processor with AVX-512 on which everybody was held to AVX2: a real one with AVX2 counts more. "
        words += f"Not known to have followed: {', '.join(others)}. " if others else "All say that they followed. "
    return f"{words}Compiled for {vectors}. Peers' vectors, as they say themselves: {peers}. {versions}."


def picture(results: list[Result], file: Path) -> None:
    """Draw every ratio as a dot, one row for each peer, one colour for each kind of processor."""
    names = list(dict.fromkeys(cell.what for result in results for cell in result.cells if cell.unit == "times"))
    figure, ax = plt.subplots(figsize=(8, 0.34 * len(names) + 1.4), layout="constrained")
    for number, result in enumerate(results):
        for row, name in enumerate(names):
            ratios = [cell.figure for cell in result.cells if cell.what == name]
            height = [row + 0.6 * (number + 0.5) / len(results) - 0.3] * len(ratios)
            ax.plot(ratios, height, "o", markersize=4, alpha=0.35, color=f"C{number}", markeredgewidth=0)
            if ratios:
                ax.plot(statistics.median(ratios), height[0], "|", markersize=9, color="black")
        ax.plot([], [], "o", color=f"C{number}", label=result.kind)
    ax.axvline(1, color="gray", linewidth=1)
    ax.set(xscale="log", xlabel="times as fast as the peer; the bar is the median")
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    top = max((cell.figure for result in results for cell in result.cells if cell.unit == "times"), default=1)
    ax.set_xticks([10.0**power for power in range(-1, math.ceil(math.log10(top)) + 1)])
    figure.legend(loc="outside lower center", frameon=False)
    figure.savefig(file, metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    draw()
