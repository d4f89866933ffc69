"""Where the figures' scripts and their style lie, and how one figure's script is put together."""

import re
from importlib.resources import files

_FOLDER = files("d2lconv.explorables")
_IMPORT = re.compile(r'^import [^;]*? from "\./(\w+)\.js";\n', re.MULTILINE)
# Comments on lines of their own or behind code, types before a value, indentation, and blank lines. An address has no
# space before its "//".
_UNREAD = re.compile(
    r"^\s*//[^\n]*\n|^\s*/\*\*(?:(?!\*/).)*\*/\n|/\*\*.*?\*/ ?|[ \t]+// [^\n]*$|^\t+|^\n", re.MULTILINE | re.DOTALL
)
# Line ends and spaces that JavaScript does without, of those that no sentence has.
_AIR = re.compile(r"(?<=[{(\[,;])\n|(?<=[{&|<>*?]) | (?=[{}?:&|<>*]|[=!]==|=>)")
_CSS_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
_SHARED = ("explorables", "grid", "controls", "drawings")  # sheets that come before those of one kind of figure
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def modules(name: str) -> dict[str, str]:
    """
    Collect a module of this folder and those that it imports.

    On disk the modules stay apart, so that an editor, the linter and the type check can read them. Their comments, most
    of them types, and their layout stay there.

    Parameters
    ----------
    name : str
        The module's name, without ``.js``.

    Returns
    -------
    texts : dict
        By name, each module that it needs, once and before its first use, then itself, without imports and comments:
        joined in this order they are one module.
    """
    joined: dict[str, str] = {}

    def join(name: str) -> None:
        source = (_FOLDER / f"{name}.js").read_text("utf-8")
        for needed in _IMPORT.findall(source):
            if needed not in joined:
                join(needed)
        joined[name] = without_comments(_EXPORT.sub("", _IMPORT.sub("", source)))

    join(name)
    return joined


def script(name: str) -> str:
    """Return a module and those that it imports as the one text that a widget carries, which cannot import a file."""
    return "\n".join(modules(name).values())


def without_comments(source: str) -> str:
    """Return a script as a page carries it: comments, most of them types for the checker, and layout stay on disk."""
    return _AIR.sub("", _UNREAD.sub("", source))


def style() -> str:
    """Return the figures' style sheets as one, without their comments: what all share comes first."""
    sheets = {path.name.removesuffix(".css"): path for path in _FOLDER.iterdir() if path.name.endswith(".css")}
    order = [*_SHARED, *sorted(sheets.keys() - set(_SHARED))]
    return "\n".join(_CSS_COMMENT.sub("", sheets[name].read_text("utf-8")) for name in order)
