"""How nbgrader runs a course with these assignments. Copy this folder, and start nbgrader inside the copy."""

import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
try:
    import yaml
    from judge import Judge
    from nbconvert.preprocessors.sanitize import SanitizeHTML
    from nbgrader.api import Gradebook
    from nbgrader.converters import Autograde, GenerateFeedback
    from nbgrader.plugins import FileNameCollectorPlugin
    from nbgrader.preprocessors import NbGraderPreprocessor, OverwriteCells
except Exception as error:  # nbgrader would go on without this file, and run what students wrote in its own way
    sys.exit(f"nbgrader_config.py cannot be read, so nothing is done: {error}")

c = get_config()  # noqa: F821 - nbgrader puts it there


class Downloads(FileNameCollectorPlugin):
    """Read from the name of a downloaded file whose it is, and which notebook.

    Canvas writes both into the name, `adalovelace_LATE_7_42_by-hand-1.ipynb`. Gradescope makes a folder for each
    submission, `submission_7/by-hand.ipynb`, and says in `submission_metadata.yml` whose it is.
    """

    CANVAS = re.compile(r"(?P<student>[^_]+)_(LATE_)?\d+_\d+_(?P<notebook>.+)")
    AGAIN = re.compile(r"(-\d+| ?\(\d+\))$")  # a second version of the same file

    def collect(self, submitted_file):
        """Return the student and the notebook, or None for what is no submission."""
        path = Path(submitted_file)
        if path.suffix != ".ipynb":
            return None
        folder, owner = path.parent, self.CANVAS.fullmatch(path.stem)
        if owner:
            student, notebook = owner["student"], owner["notebook"]
        elif (owners := folder.parent / "submission_metadata.yml").exists():
            who = yaml.safe_load(owners.read_text(encoding="utf-8"))[folder.name][":submitters"][0]
            student, notebook = str(who.get(":sid") or who[":email"]), path.stem
        else:
            self.log.warning("Skipped, since its name does not tell whose it is: %s", path)
            return None
        return {"student_id": re.sub(r"[^\w.@-]", "-", student), "file_id": self.AGAIN.sub("", notebook)}


class UnmarkUnknownCells(NbGraderPreprocessor):
    """Treat a copied cell, or one with an invented name, as the ordinary cell that it is.

    nbgrader itself only removes the name of such a cell, and then fails where it puts deleted cells back and needs it.
    """

    def preprocess(self, notebook, resources):
        """Remove nbgrader's marks from each cell whose name the gradebook does not know."""
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            known = {cell.name for cell in gradebook.find_notebook(about["notebook"], about["assignment"]).source_cells}
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") not in known:
                cell.metadata.pop("nbgrader", None)
        return notebook, resources


c.CourseDirectory.course_id = "convolutions"
c.CourseDirectory.ignore.extend(["*.py", "*.so", "*.pyd"])  # handed in beside a notebook, they could replace a module
c.ClearSolutions.code_stub = {"python": "# your answer"}
c.OverwriteCells.add_missing_cells = True  # a deleted check would otherwise count for nothing, unseen
sanitize = Autograde.sanitize_preprocessors.default()
sanitize.insert(sanitize.index(OverwriteCells), UnmarkUnknownCells)
c.Autograde.sanitize_preprocessors = sanitize
_, *later = Autograde.autograde_preprocessors.default()  # the first would run the notebooks here
c.Autograde.autograde_preprocessors = [Judge, *later]
c.GenerateFeedback.preprocessors = [SanitizeHTML, *GenerateFeedback.preprocessors.default()]
c.SanitizeHTML.enabled = True  # scripts in what students wrote do not run where feedback is read
c.ZipCollectApp.collector_plugin = Downloads

if "autograde" in sys.argv and len(seed := os.environ.get("D2LCONV_SEED", "")) < 16:
    sys.exit(
        "D2LCONV_SEED should hold a secret seed of 16 characters or more, which nobody guesses, but holds "
        f"{len(seed)}: export D2LCONV_SEED=$(openssl rand -hex 16)"
    )
