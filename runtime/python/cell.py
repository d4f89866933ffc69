"""A cell's code, on its way to Python, and what is told of it where it fails: the reader's own lines, and no others."""

import __future__

import ast
import linecache
import re
import sys
import traceback

FIRST, LAST = 3, 5  # of many frames, as of a function that calls itself without end, so many are told
MOST = 2000  # characters of what an exception says
_FEATURES = [getattr(__future__, name).compiler_flag for name in __future__.all_feature_names]

_names = {}  # of each file that Python believes a cell to be: how it is told
_flags = 0  # what `from __future__` has switched on so far, for this cell and those after it


def compiled(code, name):
    """Return a cell as two pieces of code, its statements and its last expression; None in place of what it lacks."""
    global _flags
    file = f"<{name}, {len(_names) + 1}>"  # another one each time, for a function that is older than the cell's text
    lines = [f"{line}\n" for line in code.split("\n")]
    _names[file] = f"<{name}>"
    linecache.cache[file] = (len(code), None, lines, file)
    try:
        tree = _parsed(lines, file)
        last = ast.Expression(tree.body.pop().value) if _is_shown(tree, lines) else None
        body = compile(tree, file, "exec", _flags, dont_inherit=True)
        _flags |= sum(feature for feature in _FEATURES if body.co_flags & feature)
        return body, last and compile(last, file, "eval", _flags, dont_inherit=True)
    except SyntaxError as error:
        if not error.text and error.lineno:
            error.text = lines[error.lineno - 1]
        raise


def _parsed(lines, file):
    """Parse a cell, and say so where a line is a notebook's command and not Python."""
    while True:
        try:
            return compile("".join(lines), file, "exec", _flags | ast.PyCF_ONLY_AST, dont_inherit=True)
        except SyntaxError as error:
            line = lines[error.lineno - 1].strip() if error.lineno and error.lineno <= len(lines) else ""
            if line.startswith("%matplotlib"):  # as it is here anyway
                lines[error.lineno - 1] = "\n"
            elif re.match(r"[%!?]|.*\?$", line):
                error.msg = "this line is a command to a notebook, and works nowhere else: take it out"
                raise
            else:
                raise


def _is_shown(tree, lines):
    """Say whether a cell ends with an expression, and no semicolon after it."""
    if not (tree.body and isinstance(tree.body[-1], ast.Expr)):
        return False
    value = tree.body[-1].value
    first = lines[value.end_lineno - 1].encode()[value.end_col_offset :].decode()
    return not re.match(r"[\s)]*;", "".join([first, *lines[value.end_lineno :]]))


def told(error):
    """Return what was raised as a short traceback."""
    if isinstance(error, ModuleNotFoundError):
        error.add_note("A page has NumPy, matplotlib and most of Python's own library; the rest needs a notebook.")
    if isinstance(error, SystemExit):
        error.add_note("This ended the cell. Python goes on.")
    found = traceback.TracebackException.from_exception(error)
    own = [frame for frame in found.stack if frame.filename in _names]
    steps = ["".join(found.stack.format_frame_summary(frame)) for frame in own]
    if len(steps) > FIRST + LAST:
        steps[FIRST:-LAST] = [f"  … {len(steps) - FIRST - LAST} calls more …\n"]
    said = re.sub(r"\. Site initialization is disabled.*", "", "".join(found.format_exception_only()))
    if len(said) > MOST:
        said = f"{said[:MOST]} … ({len(said) - MOST} characters more)"
    text = "".join([*steps, said]).replace(", in <module>\n", "\n").rstrip()
    return _with_names(re.sub("^  ", "", text, flags=re.MULTILINE))


def warned(message, category, filename, lineno, file=None, line=None):
    """Tell of a warning in a line, as `warnings.showwarning` may."""
    where = f"{_names[filename]}, line {lineno}: " if filename in _names else ""
    print(f"{where}{category.__name__}: {message}", file=file or sys.stderr)


def _with_names(text):
    return re.sub(r'File "(<[^">]*>)"', lambda match: f'File "{_names.get(match[1], match[1])}"', text)
