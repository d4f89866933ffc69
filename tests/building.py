"""Where the book's sources are, and how `make book` builds them."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
REPOSITORY = "https://github.com/someone/a-book"  # where the launch buttons of the built book lead
CHAPTERS = re.findall(r"chapters/([\w-]+)", (ROOT / "_toc.yml").read_text())
SOURCES = {name: (ROOT / "chapters" / f"{name}.md").read_text(encoding="utf-8") for name in CHAPTERS}
RUNNING = [name for name, source in SOURCES.items() if "{code-cell}" in source]

UNTRACKED = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text().split()]


def copy_sources(folder: Path) -> Path:
    """Copy what the repository holds into a new folder, and nothing that was made from it."""
    return shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".git", *UNTRACKED))


def build(output: Path, toc: str = "_toc.yml") -> subprocess.CompletedProcess[str]:
    jupyter_book = [sys.executable, "-m", "jupyter", "book"]
    command = [*jupyter_book, "build", "-W", "-n", "--keep-going", "--toc", ROOT / toc, "--path-output", output, ROOT]
    env = os.environ | {"BOOK_REPOSITORY": REPOSITORY, "BOOK_BRANCH": "notebooks"}
    return subprocess.run(command, capture_output=True, text=True, cwd=output, env=env)


def gather(output: Path, branch: Path, edition: str = "full") -> Path:
    """Make the branch of notebooks of a built book, as `make notebooks` does."""
    make = ["make", "-s", "--old-file=book", "notebooks", f"EDITION={edition}", f"OUTPUT={output}", f"BRANCH={branch}"]
    subprocess.run(make, cwd=ROOT, check=True, capture_output=True)
    return branch


KERNEL = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n"  # at the top of a page that runs code


@dataclass
class SmallBook:
    """A book of a few pages with this one's theme and extensions, in a folder that belongs to no repository."""

    folder: Path

    def write(self, **pages: str) -> None:
        config = yaml.safe_load((ROOT / "_config.yml").read_text())
        theme = {"launch_buttons": config["sphinx"]["config"]["html_theme_options"]["launch_buttons"]}
        (self.folder / "conf.py").write_text(
            f"import sys; sys.path.insert(0, {str(ROOT / 'extensions')!r})\n"
            "extensions = ['myst_nb', 'repository', 'notebooks', 'figures', 'predictions']\n"
            "numfig, exclude_patterns = True, ['_build']\n"
            f"myst_enable_extensions = {config['parse']['myst_enable_extensions']}\n"
            f"html_theme, html_theme_options = 'sphinx_book_theme', {theme}\n"
        )
        for name, text in pages.items():
            (self.folder / f"{name}.md").write_text(text, encoding="utf-8")

    @property
    def html(self) -> Path:
        return self.folder / "_build" / "html"

    def build(self) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "sphinx", "-W", "-q", self.folder, self.html]
        services = ("BOOK_", "GITHUB_", "CI_")
        env = {name: value for name, value in os.environ.items() if not name.startswith(services)}
        return subprocess.run(command, capture_output=True, text=True, env=env)
