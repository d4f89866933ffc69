"""Run a notebook in the image it lies in, from top to bottom and without a browser; print what it complained of.

Python of the image runs this file: it may import what Binder installs, and nothing else.
"""

import json
import sys

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

PEAK = "import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)"


def run(path: str) -> dict[str, object]:
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(new_code_cell(PEAK))
    folder = {"metadata": {"path": path.rpartition("/")[0]}}
    ran = NotebookClient(notebook, timeout=120, allow_errors=True, resources=folder).execute()
    *outputs, (_, peak) = [(cell, output) for cell in ran.cells for output in cell.get("outputs", [])]
    complaints = [out.get("text") or out["traceback"] for cell, out in outputs if complains(cell, out)]
    return {"complaints": complaints, "peak": int(peak["text"])}


def complains(cell, output) -> bool:
    """Say whether something went wrong: an error, a warning, or a package that had to be installed."""
    return output.output_type == "error" or output.get("name") == "stderr" or cell.id == "install"


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1])))
