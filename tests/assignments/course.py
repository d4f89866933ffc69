"""A real course: the commands of the chapter For Instructors, and what is left when they have run."""

import csv
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy
from building import ROOT

# Set it to docker or podman, where the image is built, to have what is judged run in real containers.
ENGINE = os.environ.get("D2LCONV_ENGINE", "")

MASTERS = [path.stem for path in sorted((ROOT / "assignments").glob("*.md"))]

# Where there is no container the same program runs beside it: what is tested is that it grades, and what it is told.
DOCKER = f"""\
#!/usr/bin/env bash
said="$*"
echo "${{said//$'\\n'/ }}" >> "$HOME/docker.log"
[[ $1 == run ]] || exit 0
while [[ $1 != d2lconv-child ]]; do shift; done
exec env -i OPENBLAS_NUM_THREADS=1 "{sys.executable}" "$3" "$4" "{Path(numpy.__file__).parents[1]}"
"""


@dataclass
class Round:
    """A course after the chapter's last command."""

    course: Path
    output: str
    failed: list[str]  # the commands that did not end with 0
    seed: str

    def feedback(self, student):
        return (self.course / "feedback" / student / "by-hand" / "by-hand.html").read_text(encoding="utf-8")


def exported(course):
    """Return each student's line of the table of grades."""
    with (course / "grades.csv").open(newline="") as table:
        return {row["student_id"]: row for row in csv.DictReader(table)}


def python_for_anybody():
    """Return a Python that another user may run, of the same version as this one."""
    here = Path(sys.executable).resolve()
    if all(folder.stat().st_mode & 0o001 for folder in here.parents):
        return here
    return shutil.which(f"python{sys.version_info.major}.{sys.version_info.minor}", path="/usr/local/bin:/usr/bin")


def commands():
    chapter = (ROOT / "chapters" / "for-instructors.md").read_text(encoding="utf-8")
    return re.findall(r"^```bash\n(.*?)^```$", chapter, re.M | re.S)


def run_in_bash(script, home):
    path = os.pathsep.join([str(home / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    script = f'trap \'echo "$BASH_COMMAND" >> "$HOME/failed"\' ERR\n{script}'
    kept = {name: value for name, value in os.environ.items() if name != "D2LCONV_SEED"}
    return subprocess.run(
        ["bash", "-c", script],
        cwd=ROOT,
        env=kept | {"HOME": str(home), "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
