"""Let a page load what it needs and no more, so that it stands soon on a slow line too.

The theme brings an icon font of 1.4 MB as a script, a dozen style sheets that wait for each other, and scripts that
hold up the page. Here all style sheets become one, with the rules and the icons that the site uses and no others, and a
script that nothing on the page waits for runs when the page has been read.
"""

import base64
import io
import logging
import os
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from fontTools import subset
from fontTools.ttLib import TTFont
from mending import rewrite
from sphinx.application import Sphinx

from d2lconv.explorables._module import without_comments

# Scripts that change nothing before a reader does something; where there is a selector, they only serve what it finds.
LATER = {
    "doctools.js": "",
    "sphinx_highlight.js": "",
    "clipboard.min.js": ".highlight pre",
    "copybutton.js": ".highlight pre",
    "sphinx-book-theme.js": "",
    "togglebutton.js": ".toggle, .admonition.dropdown",
    "design-tabs.js": ".sd-tab-set",
    "bootstrap.js": "",
    "pydata-sphinx-theme.js": "",
    "language_data.js": "",
    "searchtools.js": "",
    "searchindex.js": "",
}
NEVER = "all.min.js"  # Font Awesome as a script; its style sheet has the same icons
STATES = "script[type='application/vnd.jupyter.widget-state+json']"
ICONS = "vendor/fontawesome"
FONTS = {"solid-900": ("Free", 900), "regular-400": ("Free", 400), "brands-400": ("Brands", 400)}


def file_name(node: Tag) -> str:
    """Return the name of the file that a script or a picture is read from."""
    return Path(urlsplit(node["src"]).path).name


def put_off(page: BeautifulSoup) -> None:
    """Put scripts off, or drop them. Figures come first, and what they show is read after the text."""
    for link in page.select("link[rel=preload]"):
        link.decompose()
    for script in page.select("script[src]"):
        name = file_name(script)
        if name == NEVER or (LATER.get(name) and not page.select_one(LATER[name])):
            script.decompose()
        elif name in LATER:
            script["defer"] = "defer"
        elif name == "host.js":
            page.title.insert_after(script.extract())
    if search := page.select_one("script[src*='/searchtools.js']"):  # a script put off finds words of those before it
        search.insert_before(page.select_one("script[src*='/language_data.js']").extract())
    for states in page.head.select(STATES):
        page.body.append(states.extract())


def pictures(folder: Path) -> Callable[[BeautifulSoup], None]:
    """Let the stills come after what is read before them, and keep their places free until then."""

    def size(page: BeautifulSoup) -> None:
        for image in page.select(".cell_output img[src$='.svg']"):
            drawn = (folder / file_name(image)).read_text(encoding="utf-8")
            width, height = re.search(r'<svg[^>]*? width="([\d.]+)pt" height="([\d.]+)pt"', drawn).groups()
            image["width"], image["height"] = round(float(width) * 4 / 3), round(float(height) * 4 / 3)
            image["fetchpriority"] = "low"

    return size


class Styles:
    """The style sheets that the pages load, and the one that takes their place."""

    def __init__(self, static: Path) -> None:
        self.static = static
        self.sheets: list[str] = []  # below `static`, in the order of the pages
        self.said = ""  # all that may name an icon
        self.digest = ""

    def gather(self, page: BeautifulSoup) -> None:
        """Note which sheets a page loads, now or before an earlier build put the one in their place."""
        for link in page.select("link[rel=stylesheet]"):
            sheets = link.get("data-from") or urlsplit(link["href"]).path.rpartition("_static/")[2]
            self.sheets += [sheet for sheet in sheets.split() if sheet not in self.sheets]
        self.said += str(page)

    def write(self) -> None:
        """Write the one sheet."""
        scripts = [script for script in self.static.rglob("*.js") if ICONS not in script.as_posix()]
        said = self.said + "".join(script.read_text(encoding="utf-8") for script in scripts)
        parts = [self.read(self.static / sheet) for sheet in self.sheets]
        parts = [shown(part, said) if ICONS in sheet else part for sheet, part in zip(self.sheets, parts, strict=True)]
        parts += icon_fonts(self.static / ICONS, "".join(parts))
        css = pruned("".join(parts), set(re.findall(r"[\w-]+", said)))
        (self.static / "site.css").write_text(css, encoding="utf-8")
        self.digest = sha256(css.encode()).hexdigest()[:8]

    def read(self, path: Path) -> str:
        """Return a sheet and what it imports, with its addresses as they are from the place of the one sheet."""

        def moved(match: re.Match[str]) -> str:
            return f"url({Path(os.path.relpath(path.parent / match[1], self.static)).as_posix()})"

        css = re.sub(r"@charset[^;]*;|/\*# sourceMappingURL.*?\*/", "", path.read_text(encoding="utf-8"))
        css = re.sub(r"""url\(["']?(?!["']?data:)([^"')]+)["']?\)""", moved, css)
        return re.sub(r'@import "([^"]+)";', lambda match: self.read(path.parent / match[1]), css)

    def refer(self, page: BeautifulSoup) -> None:
        """Let a page load the one sheet."""
        for again in page.select("link[rel=stylesheet]")[1:]:
            again.decompose()
        if link := page.select_one("link[rel=stylesheet]"):
            root = link["href"].rpartition("_static/")[0]
            link["href"], link["data-from"] = f"{root}_static/site.css?v={self.digest}", " ".join(self.sheets)


def pruned(css: str, words: set[str]) -> str:
    """Return a sheet without the rules for classes that stand nowhere in the site."""
    notices = re.findall(r"/\*!.*?\*/", css, re.S)
    css, kept = re.sub(r"/\*.*?\*/", "", css, flags=re.S), []
    while "{" in css:
        head, body, css = block(css)
        if re.match(r"\s*@(media|supports)", head):
            body = pruned(body, words)
        elif not head.strip().startswith("@"):
            head = ",".join(one for one in re.split(r",(?![^(]*\))", head) if serves(one, words))
        if head.strip() and body.strip():
            kept.append(f"{head.strip()}{{{body.strip()}}}")
    return "\n".join([*notices, *kept])


def block(css: str) -> tuple[str, str, str]:
    """Return what stands before a sheet's first brace, what that brace holds, and the rest."""
    depth, opened = 0, css.index("{")
    for brace in re.finditer(r"[{}]", css):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return css[:opened], css[opened + 1 : brace.start()], css[brace.end() :]
    raise ValueError(f"A brace is never closed after {css[:opened].strip()[:80]!r}.")


def serves(selector: str, words: set[str]) -> bool:
    """Tell whether all classes of a selector may occur; those that begin with `bs-` are put together by a script."""
    sure = re.sub(r":(not|is|where|has)\((?:[^()]|\([^()]*\))*\)", "", selector)
    return all(name in words or name.startswith("bs-") for name in re.findall(r"\.(-?[a-zA-Z_][\w-]*)", sure))


def shown(css: str, said: str) -> str:
    """Return the rules of an icon sheet for the icons that the site shows, and the sheet's license."""
    used = set(re.findall(r"\bfa[a-z]?(?:-[\w-]+)?\b", said))
    license, rest = re.fullmatch(r"(/\*!.*?\*/)(.*)", css, re.S).groups()
    rules = [license]
    for selectors, body in re.findall(r"([^{}@]+)\{([^{}]*)\}", rest):
        classes = {selector: set(re.findall(r"\.(fa[\w-]*)", selector)) for selector in selectors.split(",")}
        kept = [selector for selector, names in classes.items() if ":root" in selector or (names and names <= used)]
        rules += [f"{','.join(kept)}{{{body}}}"] if kept else []
    return "\n".join(rules)


def icon_fonts(folder: Path, css: str) -> list[str]:
    """Return rules that bring the icons' fonts with them, cut down to the characters that a sheet shows."""
    characters = {int(code, 16) for code in re.findall(r"""["']\\([ef][0-9a-f]{3})""", css)}
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # else it tells at length what it cuts away
    rules = []
    for name, (family, weight) in FONTS.items():
        font = TTFont(next(folder.rglob(f"fa-{name}.ttf")))
        found = characters & font.getBestCmap().keys()
        if not found:
            continue
        cutter = subset.Subsetter(subset.Options(layout_features=[], notdef_outline=True))
        cutter.populate(unicodes=found)
        cutter.subset(font)
        font.flavor, file = "woff", io.BytesIO()
        font.save(file)
        source = f"url(data:font/woff;base64,{base64.b64encode(file.getvalue()).decode()})"
        rules.append(f'@font-face{{font-family:"Font Awesome 6 {family}";font-weight:{weight};src:{source}}}')
    return rules


def strip(app: Sphinx) -> None:
    """Leave the comments of our own scripts, most of them types, out of the site."""
    for folder in app.config.html_static_path:
        for source in Path(app.srcdir, folder).glob("*.js"):
            text = without_comments(source.read_text(encoding="utf-8"))
            Path(app.outdir, "_static", source.name).write_text(text, encoding="utf-8")


def lighten(app: Sphinx, error: Exception | None) -> None:
    """Lighten the pages that were built, if the build went well."""
    if error or app.builder.format != "html":
        return
    strip(app)
    styles = Styles(Path(app.outdir, "_static"))
    rewrite(app, [put_off, pictures(Path(app.outdir, "_images")), styles.gather])
    styles.write()
    rewrite(app, [styles.refer])


def setup(app: Sphinx) -> dict[str, bool]:
    """Ask Sphinx to call `lighten` at the end of a build."""
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of each table of a font
    app.connect("build-finished", lighten, priority=700)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
