"""Mend, in every built page, what keeps a screen reader from finding its way.

The theme draws its sidebar outside every landmark, and the reference list comes with roles that no longer exist. Both
are written deep inside their templates, so the finished pages are mended, one small replacement each.
"""

from pathlib import Path

from sphinx.application import Sphinx

MENDED = {
    '<div class="bd-sidebar-primary': '<div role="complementary" aria-label="Book" class="bd-sidebar-primary',
    ' role="list" class="citation-list"': ' class="citation-list"',
    ' role="doc-biblioentry"': "",
}


def mend(app: Sphinx, error: Exception | None) -> None:
    """Rewrite the pages that were built, if the build went well."""
    if error or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        page = mended = path.read_text(encoding="utf-8")
        for found, better in MENDED.items():
            mended = mended.replace(found, better)
        if mended != page:
            path.write_text(mended, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Ask Sphinx to call `mend` at the end of a build."""
    app.connect("build-finished", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
