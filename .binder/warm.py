"""Run the code of every chapter once, so that numba keeps all the loops that they compile."""

import contextlib
import io
from pathlib import Path

import jupytext
import matplotlib

matplotlib.use("agg")  # nobody looks at the figures
for chapter in sorted(Path("chapters").glob("*.md")):
    names = {"__name__": "__main__"}
    for cell in jupytext.read(chapter, fmt="md:myst").cells:
        if cell.cell_type == "code" and "remove-cell" not in cell.metadata.get("tags", []):
            with contextlib.redirect_stdout(io.StringIO()):
                exec(cell.source, names)
