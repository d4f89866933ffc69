"""Find out where the book's notebooks are, and let every page that runs code launch from there.

Notebooks stand on a branch of their own (`make notebooks`): `notebooks`, or `student-notebooks` for the edition without
answers. A fork's pages lead to the fork, and where no such branch is known they lead nowhere. The theme has launch
buttons too, but they want a repository that is written down, which a fork would inherit, and for a host that is neither
github.com nor gitlab.com they make a link that no BinderHub can read.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, urlencode

from sphinx.application import Sphinx
from sphinx.config import Config

PUBLISHED = "notebooks"  # the branch that .github/workflows/book.yml pushes to
STUDENT = "student-notebooks"

HOST = r"[\w-]+(?:\.[\w-]+)*\.[a-z][\w-]*"  # with a dot: neither `localhost` nor somebody's abbreviation
PATH = r"/*(?P<path>[^?#\s]+?)(?:\.git)?/*"
URL = re.compile(
    rf"(?P<scheme>https?|ssh|git|git\+ssh)://(?:[^/]*@)?(?P<host>{HOST})(?P<port>:\d+)?/{PATH}(?:[?#].*)?", re.I
)
SCP = re.compile(rf"(?:[^/:]*@)?(?P<host>{HOST}):(?!//){PATH}", re.I)


def web_address(remote: str) -> str:
    """Return where a browser finds what git fetches from `remote`, without names and tokens; empty if nowhere."""
    if url := URL.fullmatch(remote.strip()):
        web = url["scheme"].lower() in ("http", "https")  # another scheme's port says nothing about the web
        scheme, port = (url["scheme"].lower(), url["port"] or "") if web else ("https", "")
        return f"{scheme}://{url['host']}{port}/{url['path']}"
    scp = SCP.fullmatch(remote.strip())
    return f"https://{scp['host']}/{scp['path']}" if scp else ""


def find(
    folder: Path, env: Mapping[str, str], configured: tuple[str, str] = ("", ""), branch: str = PUBLISHED
) -> tuple[str, str]:
    """Return the repository's address and the branch that holds the notebooks there; each is empty if unknown."""
    url, named = configured
    for remote, known in (
        (env.get("BOOK_REPOSITORY", ""), ""),
        (url, ""),
        github(env, branch),
        (env.get("CI_PROJECT_URL", ""), ""),  # as GitLab says it
        origin(folder, branch),
    ):
        if address := web_address(remote):
            return address, env.get("BOOK_BRANCH") or named or known
    return "", ""


def github(env: Mapping[str, str], branch: str) -> tuple[str, str]:
    """Read what GitHub Actions says; our workflow there pushes one branch, even before it is there."""
    remote = f"{env.get('GITHUB_SERVER_URL', '')}/{env.get('GITHUB_REPOSITORY', '')}"
    return remote, branch if branch == PUBLISHED else ""


def origin(folder: Path, branch: str) -> tuple[str, str]:
    """Ask git where `origin` is, and whether it had the branch when it was last looked at."""
    if git(folder, "rev-parse", "--show-prefix"):
        return "", ""  # the repository around this folder is another project's
    known = git(folder, "rev-parse", "--verify", f"refs/remotes/origin/{branch}")
    return git(folder, "remote", "get-url", "origin"), branch if known else ""


def git(folder: Path, *arguments: str) -> str:
    """Return what git answers in `folder`; empty if there is no git, no repository or no such thing."""
    try:
        asked = subprocess.run(["git", "-C", folder, *arguments], capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout.strip() if asked.returncode == 0 else ""


def binder_link(hub: str, address: str, branch: str, notebook: str) -> str:
    """Return the address at which a BinderHub opens a notebook of the repository in JupyterLab."""
    host, _, name = address.removeprefix("https://").partition("/")
    match host, name.count("/"):
        case "github.com", 1:
            where = f"gh/{name}"
        case "gitlab.com", _:
            where = f"gl/{quote(name, safe='')}"
        case _:
            where = f"git/{quote(address, safe='')}"
    return f"{hub.rstrip('/')}/v2/{where}/{quote(branch, safe='')}?urlpath=lab/tree/{notebook}"


def jupyterhub_link(hub: str, address: str, branch: str, notebook: str) -> str:
    """Return the address at which nbgitpuller, on a JupyterHub, fetches the branch and opens a notebook of it."""
    folder = address.rpartition("/")[2]
    asked = {"repo": address, "branch": branch, "urlpath": f"lab/tree/{folder}/{notebook}"}
    return f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{urlencode(asked, safe='/')}"


def colab_link(hub: str, address: str, branch: str, notebook: str) -> str:
    """Return the address at which Colab opens a notebook; empty where it cannot, as it reads GitHub alone."""
    name = address.removeprefix("https://github.com/")
    if name == address or name.count("/") != 1:
        return ""
    return f"{hub.rstrip('/')}/github/{name}/blob/{quote(branch, safe='')}/{notebook}"


LINKS = {
    "Binder": ("binderhub_url", binder_link),
    "Colab": ("colab_url", colab_link),
    "JupyterHub": ("jupyterhub_url", jupyterhub_link),
}


def settle(app: Sphinx, config: Config) -> None:
    """Take the theme's settings over, and write down what they and the surroundings say."""
    options = config.html_theme_options
    configured = options.pop("repository_url", ""), options.pop("repository_branch", "")
    config.launch_hubs = options.pop("launch_buttons", {})
    student = Path(getattr(config, "external_toc_path", "")).name == "_toc.student.yml"
    address, branch = find(Path(app.srcdir), os.environ, configured, STUDENT if student else PUBLISHED)
    # The repository holds the answers, and so does that branch: students are led to one without them, or nowhere.
    config.launch_from = ("", "") if student and branch in ("", PUBLISHED) else (address, branch)


def add_buttons(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Put a link to the repository at the head of each page, and a button for each hub where the page runs code."""
    address, branch = app.config.launch_from
    if not address or "header_buttons" not in context:
        return
    source = {"text": "", "tooltip": "Repository of this book", "icon": "fas fa-code-branch", "label": "repository"}
    context["header_buttons"].append({"type": "link", "url": address} | source)
    if not branch or "kernelspec" not in app.env.metadata.get(page, {}):
        return
    notebook = f"notebooks/{PurePosixPath(page).name}.ipynb"
    links = {
        name: link(hub, address, branch, notebook)
        for name, (setting, link) in LINKS.items()
        if (hub := app.config.launch_hubs.get(setting))
    }
    context["header_buttons"][:0] = [
        {
            "type": "link",
            "url": url,
            "text": name,
            "tooltip": f"Run this chapter on {name}",
            "icon": "fas fa-rocket",
            "label": "launch",
        }
        for name, url in links.items()
        if url
    ]


def setup(app: Sphinx) -> dict[str, bool]:
    """Let the pages be written anew when the repository has moved."""
    app.add_config_value("launch_from", ("", ""), "html")
    app.add_config_value("launch_hubs", {}, "html")
    app.connect("config-inited", settle)
    app.connect("html-page-context", add_buttons, priority=600)  # after the theme's own
    return {"parallel_read_safe": True, "parallel_write_safe": True}
