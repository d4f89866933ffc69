"""The figures of `speed.py` as a file for machines, a table and a picture."""

import json
import math
import os
import platform
import statistics
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

import matplotlib.pyplot as plt

HERE = Path(__file__).parent
PACKAGES = ("numpy", "numba", "opencv-python-headless", "torch", "scipy")


def falls_short(cell) -> bool:
    """Say whether a figure, from the least times, is not what we want."""
    return cell.figure > cell.wanted if cell.at_most else cell.figure < cell.wanted


def line(cell) -> str:
    """Return a cell as one line."""
    bound = f"{'at most' if cell.at_most else 'at least'} {cell.wanted:g}"
    return f"{cell.what}: {cell.case}: {cell.figure:.2f} {cell.unit} ({bound}){' FALLS SHORT' * falls_short(cell)}"


def machine() -> str:
    """Name the processor, where the system tells it."""
    info = Path("/proc/cpuinfo")
    names = (
        [row.split(": ")[1] for row in info.read_text().splitlines() if row.startswith("model name")]
        if info.exists()
        else []
    )
    return f"{names[0] if names else platform.processor() or platform.machine()}, {os.cpu_count()} cores"


def write(cells: list, *, quick: bool) -> None:
    """Write results.json, results.md and results.svg, and print what falls short."""
    about = {
        "machine": machine(),
        "python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
        "mode": "quick" if quick else "full",
    }
    figures = [cell._asdict() | {"figure": rounded(cell.figure), "median": rounded(cell.median)} for cell in cells]
    rows = ",\n".join("  " + json.dumps(figure, ensure_ascii=False) for figure in figures)
    (HERE / "results.json").write_text(f'{{"about": {json.dumps(about)},\n"cells": [\n{rows}\n]}}\n')
    (HERE / "results.md").write_text(table(cells, about))
    picture(cells)
    short = [cell for cell in cells if falls_short(cell)]
    print(f"\n{len(short)} of {len(cells)} figures fall short:" if short else "\nNo figure falls short.")
    for cell in short:
        print(" ", line(cell))


def rounded(figure: float | None) -> float | None:
    """Return three significant digits: the machine's noise is larger than the fourth."""
    return None if figure is None else float(f"{figure:.3g}")


def table(cells: list, about: dict[str, str]) -> str:
    """Return Markdown with one row for everything that was measured in one way."""
    lines = [
        "# Speed beside the peers",
        "",
        "Written by `make bench`. Ratios say how many times as fast d2lconv is, from the least of many times, taken in",
        "turn in one process, with one thread each.",
        "",
        ", ".join(f"{name} {value}" if name != "machine" else value for name, value in about.items()) + ".",
        "",
        "| what | least | median | most | unit | wanted | fall short |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for what, group in groupby(sorted(cells, key=lambda cell: cell.what), key=lambda cell: cell.what):
        group = list(group)
        figures = [cell.figure for cell in group]
        wants = sorted({cell.wanted for cell in group})
        bound = "≤" if group[0].at_most else "≥"
        short = [cell.case for cell in group if falls_short(cell)]
        spread = " | ".join(f"{f(figures):.3g}" for f in (min, statistics.median, max))
        named = "; ".join(short[:4]) + (f" and {len(short) - 4} more" if len(short) > 4 else "")
        lines.append(
            f"| {what} | {spread} | {group[0].unit} | {bound} {', '.join(f'{w:g}' for w in wants)} "
            f"| {f'{len(short)} of {len(group)}: {named}' if short else 'none'} |"
        )
    return "\n".join(lines) + "\n"


def picture(cells: list) -> None:
    """Draw every ratio as a dot, one row for each peer."""
    ratios = [cell for cell in cells if cell.unit == "times"]
    names = list(dict.fromkeys(cell.what for cell in ratios))
    figure, ax = plt.subplots(figsize=(8, 0.34 * len(names) + 1), layout="constrained")
    for row, name in enumerate(names):
        figures = [cell.figure for cell in ratios if cell.what == name]
        ax.plot(figures, [row] * len(figures), "o", alpha=0.35, color="#0072b2", markeredgewidth=0)
        ax.plot(statistics.median(figures), row, "|", markersize=14, color="black")
    ax.axvline(1, color="gray", linewidth=1)
    ax.set_xscale("log")
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    top = math.ceil(math.log10(max(cell.figure for cell in ratios)))
    ax.set_xticks([10.0**power for power in range(-1, top + 1)])
    ax.set_xlabel("times as fast as the peer; the bar is the median")
    figure.savefig(HERE / "results.svg", metadata={"Date": None})
