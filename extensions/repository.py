"""Find out where the book's repository is, and let every page that runs code launch from there.

A fork's pages lead to the fork, and where no address is known they lead nowhere. The theme has launch buttons too, but
they want a repository that is written down, which a fork would inherit, and for a host that is neither github.com nor
gitlab.com they make a link that no BinderHub can read.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from sphinx.application import Sphinx
from sphinx.config import Config

DEFAULT = "HEAD"  # what git, BinderHub and pip call the default branch, whatever its name

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


def find(folder: Path, env: Mapping[str, str], configured: tuple[str, str] = ("", "")) -> tuple[str, str]:
    """Return the repository's address, empty if unknown, and which branch, tag or commit of it to launch."""
    for remote, ref in ((env.get("BOOK_REPOSITORY", ""), ""), configured, github(env), gitlab(env), origin(folder)):
        if address := web_address(remote):
            return address, env.get("BOOK_BRANCH") or ref or DEFAULT
    return "", DEFAULT


def github(env: Mapping[str, str]) -> tuple[str, str]:
    """Read what GitHub Actions says. A pull request's ref goes away: its pages launch its target."""
    ref = env.get("GITHUB_BASE_REF") or re.sub(r"\d+/merge", "", env.get("GITHUB_REF_NAME", ""))
    return f"{env.get('GITHUB_SERVER_URL', '')}/{env.get('GITHUB_REPOSITORY', '')}", ref


def gitlab(env: Mapping[str, str]) -> tuple[str, str]:
    """Read what GitLab CI says. A merge request's branch may be of another repository, so its target is launched."""
    ref = env.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME") or env.get("CI_COMMIT_REF_NAME", "")
    return env.get("CI_PROJECT_URL", ""), ref


def origin(folder: Path) -> tuple[str, str]:
    """Ask git for the branch if `origin` has it too, or for a detached commit that it has; else leave it open."""
    if git(folder, "rev-parse", "--show-prefix"):
        return "", ""  # the repository around this folder is another project's
    remote = git(folder, "remote", "get-url", "origin")
    branch = git(folder, "symbolic-ref", "--short", "HEAD")
    if branch:
        known = git(folder, "rev-parse", "--verify", f"refs/remotes/origin/{branch}")
        return remote, branch if known else ""
    held = git(folder, "branch", "--remotes", "--list", "origin/*", "--contains", "HEAD")
    return remote, git(folder, "rev-parse", "HEAD") if held else ""


def git(folder: Path, *arguments: str) -> str:
    """Return what git answers in `folder`; empty if there is no git, no repository or no such thing."""
    try:
        asked = subprocess.run(["git", "-C", folder, *arguments], capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout.strip() if asked.returncode == 0 else ""


def binder_link(hub: str, address: str, ref: str, page: str) -> str:
    """Return the address at which a BinderHub opens a page of the repository in JupyterLab."""
    host, _, name = address.removeprefix("https://").partition("/")
    match host, name.count("/"):
        case "github.com", 1:
            where = f"gh/{name}"
        case "gitlab.com", _:
            where = f"gl/{quote(name, safe='')}"
        case _:
            where = f"git/{quote(address, safe='')}"
    return f"{hub.rstrip('/')}/v2/{where}/{quote(ref)}?urlpath=lab/tree/{page}"


def jupyterhub_link(hub: str, address: str, ref: str, page: str) -> str:
    """Return the address at which nbgitpuller, on a JupyterHub, fetches the repository and opens a page of it."""
    folder = address.rpartition("/")[2]
    asked = {"repo": address, "branch": ref, "urlpath": f"lab/tree/{folder}/{page}"}
    if ref == DEFAULT or re.fullmatch("[0-9a-f]{40}", ref):  # it knows branches and tags, and finds the default one
        del asked["branch"]
    return f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{urlencode(asked, safe='/')}"


def settle(app: Sphinx, config: Config) -> None:
    """Take the theme's settings over, and write down what they and the surroundings say."""
    options = config.html_theme_options
    configured = options.pop("repository_url", ""), options.pop("repository_branch", "")
    hubs = options.pop("launch_buttons", {})
    config.launch_from = find(Path(app.srcdir), os.environ, configured)
    config.launch_hubs = {"Binder": hubs.get("binderhub_url", ""), "JupyterHub": hubs.get("jupyterhub_url", "")}


def add_buttons(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Put a link to the repository at the head of each page, and a button for each hub where the page runs code."""
    address, ref = app.config.launch_from
    if not address or "header_buttons" not in context:
        return
    source = {"text": "", "tooltip": "Repository of this book", "icon": "fas fa-code-branch", "label": "repository"}
    context["header_buttons"].append({"type": "link", "url": address} | source)
    if "kernelspec" not in app.env.metadata.get(page, {}):
        return
    source = Path(app.env.doc2path(page)).relative_to(app.srcdir).as_posix()
    links = {"Binder": binder_link, "JupyterHub": jupyterhub_link}
    context["header_buttons"][:0] = [
        {
            "type": "link",
            "url": links[name](hub, address, ref, source),
            "text": name,
            "tooltip": f"Run this chapter on {name}",
            "icon": "fas fa-rocket",
            "label": "launch",
        }
        for name, hub in app.config.launch_hubs.items()
        if hub
    ]


def setup(app: Sphinx) -> dict[str, bool]:
    """Let the pages be written anew when the repository has moved."""
    app.add_config_value("launch_from", ("", DEFAULT), "html")
    app.add_config_value("launch_hubs", {}, "html")
    app.connect("config-inited", settle)
    app.connect("html-page-context", add_buttons, priority=600)  # after the theme's own
    return {"parallel_read_safe": True, "parallel_write_safe": True}
