"""Tell search engines, and whoever is sent a link, what a page is about; and lead back who follows a broken one.

Canonical addresses, pictures of links and the site map need to know where the site will be. `BOOK_URL` says so, or the
service that publishes it; where nobody does, they are left out.
"""

import os
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

PICTURE = "_static/card.png"
SEARCH = "Find a word in the text, the captions and the code of this book."

LOST = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="description" content="There is nothing at this address.">
<link rel="icon" href="data:image/svg+xml,{icon}">
<title>Page not found — {title}</title>
<style>
:root {{ color-scheme: light dark; font: 1.1rem/1.6 system-ui, sans-serif }}
body {{ max-width: 34rem; margin: 15vh auto; padding: 0 1rem }}
svg {{ width: 6rem; height: 6rem }}
</style>
</head>
<body>
<main>
{logo}
<h1>Page not found</h1>
<p>The window has slid off the image: there is nothing at this address.</p>
<p><a href="{base}{first}">Go to the first page of <cite>{title}</cite></a></p>
</main>
<script>
// Where nobody said at which address the site would be, look for it above this one.
(async (known) => {{
  const steps = location.pathname.split("/");
  while (!known && steps.length > 1) {{
    steps.pop();
    const page = `${{steps.join("/")}}/{first}`;
    const found = await fetch(page, {{ method: "HEAD" }}).catch(() => ({{}}));
    if (found.ok) {{
      document.querySelector("a").href = page;
      break;
    }}
  }}
}})({known} || location.protocol === "file:");
</script>
</body>
</html>
"""


def find(env: Mapping[str, str]) -> str:
    """Return the address at which the site will be, with a slash at its end; empty if nobody says."""
    address = env.get("BOOK_URL") or github_pages(env) or env.get("CI_PAGES_URL", "")
    return f"{address.rstrip('/')}/" if address else ""


def github_pages(env: Mapping[str, str]) -> str:
    """Return where GitHub publishes the site of the repository whose workflow this is."""
    owner, _, name = env.get("GITHUB_REPOSITORY", "").lower().partition("/")
    if env.get("GITHUB_SERVER_URL") != "https://github.com" or not name:
        return ""
    host = f"{owner}.github.io"
    return f"https://{host}/" if name == host else f"https://{host}/{name}/"


def settle(app: Sphinx, config: Config) -> None:
    """Tell Sphinx the address; it writes canonical ones itself."""
    config.html_baseurl = config.html_baseurl or find(os.environ)


def describe(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Write what a page is about, as its first lines (the front matter) say."""
    about = SEARCH if page == "search" else app.env.metadata.get(page, {}).get("description", "")
    if not about:
        return
    context["metatags"] = f'{context.get("metatags", "")}<meta name="description" content="{escape(about)}">\n'
    if page == "search":
        return  # nobody sends a link to it
    tags = {"og:type": "article", "og:site_name": app.config.html_title, "og:title": context["title"]}
    tags["og:description"] = about
    if base := app.config.html_baseurl:
        tags |= {
            "og:url": context["pageurl"],
            "og:image": urljoin(base, PICTURE),
            "og:image:alt": app.config.html_title,
        }
    lines = [f'<meta property="{name}" content="{escape(text)}">' for name, text in tags.items()]
    lines += ['<meta name="twitter:card" content="summary_large_image">'] if base else []
    context["metatags"] += "\n".join(lines)


def sitemap(app: Sphinx) -> str:
    """Return the list of the book's pages that search engines ask for."""
    pages = [app.builder.get_target_uri(page) for page in sorted(app.env.found_docs)]
    lines = [f"<url><loc>{escape(urljoin(app.config.html_baseurl, page))}</loc></url>" for page in pages]
    head = '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return "\n".join([head, *lines, "</urlset>\n"])


def lost(app: Sphinx) -> str:
    """Return the page for who follows a broken link: it needs no other file, so it works at any depth."""
    base = app.config.html_baseurl
    logo = Path(app.srcdir, app.config.html_logo).read_text(encoding="utf-8") if app.config.html_logo else ""
    return LOST.format(
        title=escape(app.config.html_title),
        logo=logo,
        icon=quote(logo),
        first=app.builder.get_target_uri(app.config.root_doc),
        base=urlsplit(base).path or "/",
        known="true" if base else "false",
    )


def publish(app: Sphinx, error: Exception | None) -> None:
    """Write the page for broken links, and the site map where the address is known."""
    if error or app.builder.format != "html":
        return
    Path(app.outdir, "404.html").write_text(lost(app), encoding="utf-8")
    if app.config.html_baseurl:
        Path(app.outdir, "sitemap.xml").write_text(sitemap(app), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Find the address first, and write the files last."""
    app.connect("config-inited", settle)
    app.connect("html-page-context", describe)
    app.connect("build-finished", publish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
