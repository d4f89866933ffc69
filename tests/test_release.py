"""The version has one home, and what is said of a release agrees."""

import re
import subprocess
import sys

import yaml
from building import ROOT

import d2lconv

CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
READ = """
import sys
sys.modules["numpy"] = None  # where a package is built, nothing that it needs is installed
from setuptools.config.pyprojecttoml import read_configuration
print(read_configuration("pyproject.toml")["project"]["version"])
"""


def test_the_version_is_read_from_the_package_without_importing_it():
    read = subprocess.run([sys.executable, "-c", READ], cwd=ROOT, check=True, capture_output=True, text=True)
    assert read.stdout.strip() == d2lconv.__version__


def test_the_citation_names_the_release_that_the_changelog_tells_of_last():
    version, date = re.search(r"^## (\d[\w.]*) - (\d{4}-\d{2}-\d{2})$", CHANGELOG, re.MULTILINE).groups()
    assert (CITATION["version"], CITATION["date-released"]) == (version, date)
    assert version == d2lconv.__version__


def test_the_changelog_keeps_a_place_for_what_comes_next():
    titles = re.findall(r"^## (.*)$", CHANGELOG, re.MULTILINE)
    assert titles[0] == "Unreleased"
    dates = [title.partition(" - ")[2] for title in titles[1:]]
    assert dates == sorted(dates, reverse=True)


def test_the_book_is_cited_by_the_name_of_its_authors_together():
    assert [author["name"] for author in CITATION["authors"]] == ["The authors of Convolutions for Images"]
