"""A page's launch buttons lead to whoever's book this is, and to nobody where that is not known."""

import subprocess
from urllib.parse import parse_qs, urlsplit

import pytest
from building import KERNEL, ROOT
from pages import parse
from repository import STUDENT, binder_link, colab_link, find, jupyterhub_link, web_address

PUBLIC = "https://github.com/someone/a-book"
GIT = ["git", "-c", "user.name=Someone", "-c", "user.email=someone@example.org", "-c", "init.defaultBranch=main"]


def run(folder, *arguments):
    asked = subprocess.run([*GIT, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return asked.stdout.strip()


@pytest.fixture
def clone(tmp_path):
    """A clone whose `origin` has no branch of notebooks; the remote's address is then made public."""
    remote, clone = tmp_path / "remote", tmp_path / "clone"
    remote.mkdir()
    run(remote, "init", "-q")
    run(remote, "commit", "-q", "--allow-empty", "-m", "one")
    run(tmp_path, "clone", "-q", str(remote), str(clone))
    run(clone, "remote", "set-url", "origin", "git@github.com:someone/a-book.git")
    return clone


@pytest.mark.parametrize(
    ("remote", "address"),
    {
        "https": ("https://github.com/someone/a-book.git", PUBLIC),
        "https without .git": ("https://github.com/someone/a-book/", PUBLIC),
        "a name with a dot": ("https://github.com/someone/a.book.git", "https://github.com/someone/a.book"),
        "a user's name": ("https://someone@github.com/someone/a-book", PUBLIC),
        "a token": ("https://x-access-token:ghs_Abc123@github.com/someone/a-book.git", PUBLIC),
        "a token with an @": ("https://someone:p@ss@github.com/someone/a-book.git", PUBLIC),
        "a token in the query": ("https://github.com/someone/a-book.git?private_token=Abc123", PUBLIC),
        "ssh": ("ssh://git@github.com/someone/a-book.git", PUBLIC),
        "ssh with a port": ("ssh://git@ssh.github.com:443/someone/a-book.git", "https://ssh.github.com/someone/a-book"),
        "scp": ("git@github.com:someone/a-book.git", PUBLIC),
        "scp, a number for a name": ("git@github.com:1234/a-book.git", "https://github.com/1234/a-book"),
        "git": ("git://github.com/someone/a-book.git", PUBLIC),
        "a group's subgroup": ("git@gitlab.com:group/sub/book.git", "https://gitlab.com/group/sub/book"),
        "a host of one's own": ("git@git.example.org:maths/book.git", "https://git.example.org/maths/book"),
        "its port": ("https://git.example.org:8443/maths/book.git", "https://git.example.org:8443/maths/book"),
        "a folder": ("/srv/git/book.git", ""),
        "a folder nearby": ("../book.git", ""),
        "a folder's URL": ("file:///srv/git/book.git", ""),
        "a folder of Windows": (r"C:\books\book.git", ""),
        "a folder of Windows, with slashes": ("C:/books/book.git", ""),
        "this machine": ("http://localhost:3000/someone/a-book.git", ""),
        "this machine's number": ("http://token@127.0.0.1:3000/someone/a-book.git", ""),
        "somebody's abbreviation": ("work:someone/a-book.git", ""),
        "a host without a path": ("https://github.com/", ""),
        "nothing": ("", ""),
    }.values(),
)
def test_every_spelling_of_a_remote_has_one_address_or_none(remote, address):
    assert web_address(remote) == address


def publish(clone, *branches):
    """Let the clone know of branches that its `origin` has."""
    for branch in branches:
        run(clone, "update-ref", f"refs/remotes/origin/{branch}", "HEAD")


def test_a_clone_launches_the_branch_of_notebooks_that_its_origin_has(clone):
    assert find(clone, {}) == (PUBLIC, "")
    publish(clone, "notebooks")
    assert find(clone, {}) == (PUBLIC, "notebooks")
    assert find(clone, {}, branch=STUDENT) == (PUBLIC, "")
    publish(clone, STUDENT)
    assert find(clone, {}, branch=STUDENT) == (PUBLIC, STUDENT)


def test_where_there_is_no_remote_there_is_no_address(clone, tmp_path):
    assert find(tmp_path, {}) == ("", "")
    run(clone, "remote", "set-url", "origin", str(tmp_path / "remote"))
    assert find(clone, {}) == ("", "")
    run(clone, "remote", "remove", "origin")
    assert find(clone, {}) == ("", "")


def test_a_book_inside_another_project_s_repository_has_no_address(clone):
    publish(clone, "notebooks")
    (clone / "book").mkdir()
    assert find(clone / "book", {}) == ("", "")


ACTIONS = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "fork/book"}
LAB = {"CI_PROJECT_URL": "https://gitlab.com/group/book"}


@pytest.mark.parametrize(
    ("env", "found"),
    {
        "GitHub": (ACTIONS, ("https://github.com/fork/book", "notebooks")),
        "GitHub at work": (
            ACTIONS | {"GITHUB_SERVER_URL": "https://git.example.org"},
            ("https://git.example.org/fork/book", "notebooks"),
        ),
        "GitLab, where nobody publishes": (LAB, ("https://gitlab.com/group/book", "")),
        "GitLab, and a branch given": (LAB | {"BOOK_BRANCH": "autumn"}, ("https://gitlab.com/group/book", "autumn")),
        "a repository given": (ACTIONS | {"BOOK_REPOSITORY": "git@gitlab.com:a/b.git"}, ("https://gitlab.com/a/b", "")),
        "a branch given": (ACTIONS | {"BOOK_BRANCH": "autumn"}, ("https://github.com/fork/book", "autumn")),
        "nothing given": (
            ACTIONS | {"BOOK_REPOSITORY": "", "BOOK_BRANCH": ""},
            ("https://github.com/fork/book", "notebooks"),
        ),
    }.values(),
)
def test_what_a_service_says_comes_before_what_git_says(clone, env, found):
    assert find(clone, env) == found


def test_what_the_configuration_says_comes_before_the_service():
    assert find(ROOT, ACTIONS, ("https://gitlab.com/a/b", "spring")) == ("https://gitlab.com/a/b", "spring")
    assert find(ROOT, ACTIONS, ("", "spring")) == ("https://github.com/fork/book", "spring")


def test_no_service_is_trusted_to_have_a_branch_without_the_answers():
    assert find(ROOT, ACTIONS, branch=STUDENT) == ("https://github.com/fork/book", "")
    assert find(ROOT, ACTIONS | {"BOOK_BRANCH": "exam"}, branch=STUDENT) == ("https://github.com/fork/book", "exam")


@pytest.mark.parametrize(
    ("address", "where"),
    [
        (PUBLIC, "gh/someone/a-book"),
        ("https://gitlab.com/group/book", "gl/group%2Fbook"),
        ("https://gitlab.com/group/sub/book", "gl/group%2Fsub%2Fbook"),
        ("https://git.example.org/maths/book", "git/https%3A%2F%2Fgit.example.org%2Fmaths%2Fbook"),
    ],
)
def test_a_binderhub_reads_every_host(address, where):
    link = binder_link("https://mybinder.org/", address, "books/autumn", "notebooks/speed.ipynb")
    assert link == f"https://mybinder.org/v2/{where}/books%2Fautumn?urlpath=lab/tree/notebooks/speed.ipynb"


def test_a_jupyterhub_fetches_the_branch():
    link = jupyterhub_link("https://hub.example.org", PUBLIC, "books/autumn", "notebooks/speed.ipynb")
    assert link.startswith("https://hub.example.org/hub/user-redirect/git-pull?")
    opened = "lab/tree/a-book/notebooks/speed.ipynb"
    assert parse_qs(urlsplit(link).query) == {"repo": [PUBLIC], "branch": ["books/autumn"], "urlpath": [opened]}


def test_colab_reads_github_alone():
    colab = "https://colab.research.google.com"
    link = colab_link(f"{colab}/", PUBLIC, "notebooks", "notebooks/speed.ipynb")
    assert link == f"{colab}/github/someone/a-book/blob/notebooks/notebooks/speed.ipynb"
    for address in (
        "https://gitlab.com/someone/a-book",
        "https://git.example.org/github.com/a",
        "http://github.com/a/b",
    ):
        assert colab_link(colab, address, "notebooks", "notebooks/speed.ipynb") == ""


def links(book, page):
    parse.cache_clear()
    return [link["href"] for link in parse(book.html / f"{page}.html").select("a.btn-launch")]


def test_the_buttons_come_and_move_with_the_remote(small_book):
    run(small_book.folder, "init", "-q")
    run(small_book.folder, "commit", "-q", "--allow-empty", "-m", "one")
    small_book.write(index=KERNEL + "# Runs\n\n```{toctree}\nstill\n```\n", still="# Stands still\n")

    assert small_book.build().returncode == 0
    assert "mybinder" not in (small_book.html / "index.html").read_text()
    for remote, places in {
        "https://token@github.com/fork/book.git": [
            "https://mybinder.org/v2/gh/fork/book/notebooks?urlpath=lab/tree/notebooks/index.ipynb",
            "https://colab.research.google.com/github/fork/book/blob/notebooks/notebooks/index.ipynb",
        ],
        "git@git.example.org:maths/book.git": [
            "https://mybinder.org/v2/git/https%3A%2F%2Fgit.example.org%2Fmaths%2Fbook/notebooks"
            "?urlpath=lab/tree/notebooks/index.ipynb"
        ],
    }.items():
        run(small_book.folder, "remote", "add", "origin", remote)
        assert small_book.build().returncode == 0
        assert links(small_book, "index") == [], "the branch of notebooks is not known to be there"
        publish(small_book.folder, "notebooks")
        assert small_book.build().returncode == 0
        assert links(small_book, "index") == places
        assert links(small_book, "still") == []
        run(small_book.folder, "remote", "remove", "origin")


HUB = """
html_theme_options = {
    "repository_url": "https://git.example.org/maths/book",
    "repository_branch": "autumn",
    "launch_buttons": {"binderhub_url": "", "jupyterhub_url": "https://hub.example.org"},
}
"""


def test_three_settings_lead_the_buttons_to_a_hub_of_one_s_own(small_book):
    small_book.write(index=KERNEL + "# Runs\n")
    with (small_book.folder / "conf.py").open("a") as config:
        config.write(HUB)
    assert small_book.build().returncode == 0
    book = "https://git.example.org/maths/book"
    link = jupyterhub_link("https://hub.example.org", book, "autumn", "notebooks/index.ipynb")
    assert links(small_book, "index") == [link]
