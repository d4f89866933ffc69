"""A page's launch button leads to whoever's book this is, and to nobody where that is not known."""

import subprocess
from urllib.parse import parse_qs, urlsplit

import pytest
from building import KERNEL, ROOT
from pages import parse
from repository import binder_link, find, jupyterhub_link, web_address

PUBLIC = "https://github.com/someone/a-book"
GIT = ["git", "-c", "user.name=Someone", "-c", "user.email=someone@example.org", "-c", "init.defaultBranch=main"]


def run(folder, *arguments):
    asked = subprocess.run([*GIT, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return asked.stdout.strip()


@pytest.fixture
def clone(tmp_path):
    """A clone whose `origin` holds the branches main and feature/wide; the remote's address is then made public."""
    remote, clone = tmp_path / "remote", tmp_path / "clone"
    remote.mkdir()
    run(remote, "init", "-q")
    run(remote, "commit", "-q", "--allow-empty", "-m", "one")
    run(remote, "branch", "feature/wide")
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


def test_the_branch_that_is_checked_out_is_launched(clone):
    assert find(clone, {}) == (PUBLIC, "main")
    run(clone, "checkout", "-q", "feature/wide")
    assert find(clone, {}) == (PUBLIC, "feature/wide")


def test_a_branch_that_nobody_else_has_gives_way_to_the_default_branch(clone):
    run(clone, "checkout", "-q", "-b", "mine")
    assert find(clone, {}) == (PUBLIC, "HEAD")


def test_a_detached_head_launches_its_commit_if_others_have_it(clone):
    run(clone, "checkout", "-q", "--detach")
    assert find(clone, {}) == (PUBLIC, run(clone, "rev-parse", "HEAD"))
    run(clone, "commit", "-q", "--allow-empty", "-m", "mine alone")
    assert find(clone, {}) == (PUBLIC, "HEAD")


def test_where_there_is_no_remote_there_is_no_address(clone, tmp_path):
    assert find(tmp_path, {}) == ("", "HEAD")
    run(clone, "remote", "set-url", "origin", str(tmp_path / "remote"))
    assert find(clone, {}) == ("", "HEAD")
    run(clone, "remote", "remove", "origin")
    assert find(clone, {}) == ("", "HEAD")


def test_a_book_inside_another_project_s_repository_has_no_address(clone):
    (clone / "book").mkdir()
    assert find(clone / "book", {}) == ("", "HEAD")


ACTIONS = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "fork/book"}
PUSH = ACTIONS | {"GITHUB_REF": "refs/heads/wide", "GITHUB_REF_NAME": "wide"}
PULL = ACTIONS | {"GITHUB_REF": "refs/pull/12/merge", "GITHUB_REF_NAME": "12/merge"}
LAB = {"CI_PROJECT_URL": "https://gitlab.com/group/book", "CI_COMMIT_REF_NAME": "wide"}


@pytest.mark.parametrize(
    ("env", "found"),
    {
        "a push on GitHub": (PUSH, ("https://github.com/fork/book", "wide")),
        "a pull request": (PULL | {"GITHUB_BASE_REF": "develop"}, ("https://github.com/fork/book", "develop")),
        "its merge ref alone": (PULL, ("https://github.com/fork/book", "HEAD")),
        "GitHub at work": (
            PUSH | {"GITHUB_SERVER_URL": "https://git.example.org"},
            ("https://git.example.org/fork/book", "wide"),
        ),
        "a push on GitLab": (LAB, ("https://gitlab.com/group/book", "wide")),
        "a merge request": (
            LAB | {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"},
            ("https://gitlab.com/group/book", "main"),
        ),
        "a name given": (PUSH | {"BOOK_REPOSITORY": "git@gitlab.com:a/b.git"}, ("https://gitlab.com/a/b", "HEAD")),
        "a branch given": (PUSH | {"BOOK_BRANCH": "autumn"}, ("https://github.com/fork/book", "autumn")),
        "a name given as nothing": (PUSH | {"BOOK_REPOSITORY": ""}, ("https://github.com/fork/book", "wide")),
    }.values(),
)
def test_what_a_service_says_comes_before_what_git_says(clone, env, found):
    assert find(clone, env) == found


def test_what_the_configuration_says_comes_before_the_service():
    assert find(ROOT, PUSH, ("https://gitlab.com/a/b", "spring")) == ("https://gitlab.com/a/b", "spring")


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
    link = binder_link("https://mybinder.org/", address, "main", "chapters/speed.md")
    assert link == f"https://mybinder.org/v2/{where}/main?urlpath=lab/tree/chapters/speed.md"


def test_a_jupyterhub_fetches_the_branch_and_finds_the_default_one_by_itself():
    link = jupyterhub_link("https://hub.example.org", PUBLIC, "feature/wide", "chapters/speed.md")
    assert link.startswith("https://hub.example.org/hub/user-redirect/git-pull?")
    asked = parse_qs(urlsplit(link).query)
    assert asked == {"repo": [PUBLIC], "branch": ["feature/wide"], "urlpath": ["lab/tree/a-book/chapters/speed.md"]}
    for ref in ("HEAD", "0" * 40):
        assert "branch" not in jupyterhub_link("https://hub.example.org", PUBLIC, ref, "chapters/speed.md")


def links(book, page):
    parse.cache_clear()
    return [link["href"] for link in parse(book.html / f"{page}.html").select("a.btn-launch")]


def test_the_buttons_come_and_move_with_the_remote(small_book):
    run(small_book.folder, "init", "-q")
    small_book.write(index=KERNEL + "# Runs\n\n```{toctree}\nstill\n```\n", still="# Stands still\n")

    assert small_book.build().returncode == 0
    assert "mybinder" not in (small_book.html / "index.html").read_text()
    for remote, where in {
        "https://token@github.com/fork/book.git": "gh/fork/book",
        "git@git.example.org:maths/book.git": "git/https%3A%2F%2Fgit.example.org%2Fmaths%2Fbook",
    }.items():
        run(small_book.folder, "remote", "add", "origin", remote)
        assert small_book.build().returncode == 0
        assert links(small_book, "index") == [f"https://mybinder.org/v2/{where}/HEAD?urlpath=lab/tree/index.md"]
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
    assert links(small_book, "index") == [jupyterhub_link("https://hub.example.org", book, "autumn", "index.md")]
