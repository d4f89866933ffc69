"""Where the book's sources are, and how `make book` builds them."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
REPOSITORY = "https://git.example.org/someone/a-book"  # where the launch buttons of the built book lead
CHAPTERS = re.findall(r"chapters/([\w-]+)", (ROOT / "_toc.yml").read_text())


def build(output: Path) -> subprocess.CompletedProcess[str]:
    jupyter_book = [sys.executable, "-m", "jupyter", "book"]
    command = [*jupyter_book, "build", "-W", "-n", "--keep-going", "--path-output", output, ROOT]
    env = os.environ | {"BOOK_REPOSITORY": REPOSITORY}
    return subprocess.run(command, capture_output=True, text=True, cwd=output, env=env)
