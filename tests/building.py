"""Where the book's sources are, and how `make book` builds them."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHAPTERS = re.findall(r"chapters/([\w-]+)", (ROOT / "_toc.yml").read_text())


def build(output: Path, toc: str = "_toc.yml") -> subprocess.CompletedProcess[str]:
    jupyter_book = [sys.executable, "-m", "jupyter", "book"]
    command = [*jupyter_book, "build", "-W", "-n", "--keep-going", "--toc", ROOT / toc, "--path-output", output, ROOT]
    return subprocess.run(command, capture_output=True, text=True, cwd=output)
