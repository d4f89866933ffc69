"""Grade one submission with nbgrader, and write what Gradescope shows: for each exercise, points and the verdict."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat

COURSE = Path(__file__).parent
AUTOGRADER = COURSE.parents[1]
NAME = next(path.name for path in (COURSE / "source").iterdir())


def main():
    """Grade what lies in `submission`, and write `results/results.json`."""
    came = [path for path in (AUTOGRADER / "submission").glob("*.ipynb") if not path.is_symlink()]  # to our own files
    results = {"score": 0, "output": f"Hand in one notebook, {NAME}.ipynb: {len(came)} came."}
    if len(came) == 1:
        try:
            notebook = nbformat.read(came[0], as_version=4)
        except Exception:  # it is not JSON, or not a notebook
            results["output"] = f"{came[0].name} is damaged: download it again from where you wrote it."
        else:
            results = {"tests": list(tests(graded(notebook)))}
    (AUTOGRADER / "results" / "results.json").write_text(json.dumps(results), encoding="utf-8")


def graded(notebook):
    """Return the cells of a notebook after nbgrader has graded it."""
    about = AUTOGRADER / "submission_metadata.json"
    student = str(json.loads(about.read_text())["id"]) if about.exists() else "student"  # each draws other inputs
    folder = COURSE / "submitted" / student / NAME
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / f"{NAME}.ipynb")
    command = [sys.executable, "-m", "nbgrader", "autograde", NAME, "--force", f"--student={student}"]
    env = os.environ | {"D2LCONV_SEED": (COURSE / "seed.txt").read_text().strip()}
    subprocess.run([*command, f"--Judge.numpy={AUTOGRADER / 'child'}"], cwd=COURSE, env=env, check=True)
    return nbformat.read(COURSE / "autograded" / student / NAME / f"{NAME}.ipynb", as_version=4).cells


def tests(cells):
    """Yield what is to be said of each check, and of the errors above it."""
    errors = []
    for cell in cells:
        outputs = cell.get("outputs", [])
        errors += [output.evalue for output in outputs if output.output_type == "error"]
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("grade") and outputs and outputs[-1].output_type == "execute_result":
            score, most = float(outputs[-1].data["text/plain"]), marks["points"]
            told = {"output": "\n".join([*errors, outputs[0].text]), "status": "passed" if score == most else "failed"}
            yield {"name": marks["grade_id"].removeprefix("test-"), "score": score, "max_score": most} | told
            errors = []


if __name__ == "__main__":
    main()
