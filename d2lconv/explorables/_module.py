"""Where the figures' scripts and their style lie, and how one figure's script is put together."""

import re
from importlib.resources import files

_FOLDER = files("d2lconv.explorables")
_IMPORT = re.compile(r'^import [^;]*? from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


def script(name: str) -> str:
    """
    Join a module of this folder with those that it imports.

    A widget carries its script as one string, and a string has no neighbours to import from; on disk they stay modules
    that an editor and a test can load.

    Parameters
    ----------
    name : str
        The module's name, without ``.js``.

    Returns
    -------
    source : str
        One module without imports: each one it needs, once and before its first use, then itself.
    """
    joined: dict[str, str] = {}

    def join(name: str) -> None:
        source = (_FOLDER / f"{name}.js").read_text("utf-8")
        for needed in _IMPORT.findall(source):
            if needed not in joined:
                join(needed)
        joined[name] = _EXPORT.sub("", _IMPORT.sub("", source))

    join(name)
    return "\n".join(joined.values())


def style() -> str:
    """Return the style sheet that all figures share."""
    return (_FOLDER / "explorables.css").read_text("utf-8")
