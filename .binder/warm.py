"""Run the code of every notebook once, so that numba keeps all the loops that they compile."""

import contextlib
import io
from pathlib import Path

import matplotlib
import nbformat

matplotlib.use("agg")  # nobody looks at the figures
for path in sorted(Path("notebooks").glob("*.ipynb")):
    names = {"__name__": "__main__"}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and "install" not in cell.metadata.get("tags", []):
            with contextlib.redirect_stdout(io.StringIO()):
                exec(cell.source, names)
