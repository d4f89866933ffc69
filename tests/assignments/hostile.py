"""What students hand in who want the marks without the work, or the grading to fail. Each attack ends by itself."""

from submissions import SUM, answered, cell, loops

WRONG = "def corr2d(X, K):\n    return X"
RIGHT = loops(SUM)

# Whatever is not there for an answer is nothing to be had, and costs only the points of the answer that relied on it.
GREEDY = {
    "scorer": f"""
import d2lconv.check as checks

vars(checks).update(score=lambda name, answer: 1.0, run=print)
{WRONG}
""",
    "oracle": "from d2lconv.check import oracles\n\ncorr2d = oracles.corr2d",
    "reloader": """
import importlib, sys

for name in [name for name in sys.modules if name.startswith("d2lconv")]:
    del sys.modules[name]
sys.meta_path[:] = [finder for finder in sys.meta_path if isinstance(finder, type)]
from d2lconv.check.oracles import corr2d
""",
    "liar": """
class Agreeable(np.ndarray):
    def __eq__(self, other):
        return True

    def __array_ufunc__(self, *args, **kwargs):
        return True

    def __array_function__(self, *args, **kwargs):
        return True


def corr2d(X, K):
    return np.zeros((X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1)).view(Agreeable)
""",
    "objects": """
class Anything:
    def __eq__(self, other):
        return True

    def __float__(self):
        raise SystemExit


def corr2d(X, K):
    Y = np.empty((X.shape[0] - K.shape[0] + 1, X.shape[1] - K.shape[1] + 1), object)
    Y[...] = Anything()
    return Y
""",
    "pickler": """
class Loaded:
    def __reduce__(self):
        return open, ("{mark}", "w")


def corr2d(X, K):
    return Loaded()
""",
    "patches-numpy": f"""
np.isclose = np.array_equal = np.allclose = lambda *args, **kwargs: np.array(True)
{WRONG}
""",
    "forger": """
import os


def corr2d(X, K):
    for pipe in range(3, 32):
        for number in range(200):
            try:
                os.write(pipe, b'[%d, {"refusal": "", "error": "", "wrote": [], "value": {"shape": [1]}}]\\n' % number)
            except OSError:
                break
    return X
""",
    "babbler": """
import os


def corr2d(X, K):
    for pipe in range(3, 32):
        try:
            for _ in range(400):
                os.write(pipe, b"[" * 10_000)
        except OSError:
            pass
    return X
""",
    "gigabyte": "def corr2d(X, K):\n    return np.broadcast_to(1.0, (2**14, 2**13))",
    "million": "def corr2d(X, K):\n    return [[0.0] * 1000] * 1000",
    "memory": """
def corr2d(X, K):
    kept = []
    for _ in range(64):
        kept.append(np.empty(2**23))
    return X
""",
    "forks": """
import os, time


def corr2d(X, K):
    for _ in range(3):
        if os.fork() == 0:
            time.sleep(5)
            os._exit(0)
    return X
""",
    "stubborn": """
import signal, time

for number in range(1, 32):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass


def corr2d(X, K):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            while time.monotonic() < end:
                pass
        except BaseException:
            pass
    return X
""",
    "leaves": "import os\n\n\ndef corr2d(X, K):\n    os._exit(0)",
    "exits": "def corr2d(X, K):\n    raise SystemExit(0)",
    "sunk": "def corr2d(X, K):\n    return corr2d(X, K)",
    "unspeakable": "def corr2d(X, K):\n    raise ValueError('\\ud800 \\x1b[31m \\x00')",
    "chatterbox": "print('x' * 10_000_000)\n" + loops("print('y' * 100_000)\n        " + SUM),
}

# What lies outside is out of reach where there is a wall: a container, or another user.
REACHING = {
    "gradebook": """
import sqlite3

try:
    gradebook = sqlite3.connect("{course}/gradebook.db")
    gradebook.execute("update grade set auto_score = 7, manual_score = 7")
    gradebook.commit()
except Exception as error:
    print("kept out:", error)
"""
    + WRONG,
    "seeker": """
import os

print(os.environ)
for path in (f"/proc/{{os.getppid()}}/environ", "{course}/seed.txt"):
    try:
        print("found", open(path).read())
    except OSError as error:
        print("kept out:", error)
"""
    + WRONG,
    "climber": """
import os

for path in ("{course}/by-hand.md", "{course}/source/by-hand", "{course}/submitted/right/by-hand/by-hand.ipynb"):
    try:
        print("found", open(path).read())
    except OSError as error:
        print("kept out:", error)
for path in ("{mark}", "{course}/judge.py", "seed.txt", "../seed.txt"):
    try:
        with open(path, "w") as file:
            file.write("raise SystemExit")
    except OSError as error:
        print("kept out:", error)
"""
    + WRONG,
    "caller": """
import socket

try:
    with socket.create_connection(("127.0.0.1", {port}), timeout=1) as line:
        line.sendall(b"the seed, please")
except OSError as error:
    print("kept out:", error)
"""
    + WRONG,
    "killer": """
import os, signal

for number in (signal.SIGTERM, signal.SIGKILL):
    for whom in (os.getppid(), {pid}):
        try:
            os.kill(whom, number)
        except OSError as error:
            print("kept out:", error)
"""
    + WRONG,
}


def everyone(handed_out, reaching, **places):
    """Return the notebook that each of them hands in; some know where things are."""
    attacks = {name: code.replace("{mark}", str(places["mark"])) for name, code in GREEDY.items()}
    if reaching:
        attacks |= {name: code.format(**places) for name, code in REACHING.items()}
    notebooks = {name: answered(handed_out, corr2d=code) for name, code in attacks.items()}
    rich = answered(handed_out, corr2d=WRONG)
    test = cell(rich, "test-corr2d")
    test.metadata["nbgrader"]["points"] = 1000
    test.source = "1000"
    early = answered(handed_out, corr2d=WRONG)
    early.cells.insert(0, early.cells.pop(early.cells.index(cell(early, "test-corr2d"))))
    scripted = answered(handed_out, corr2d=RIGHT)
    scripted.cells[0].source += "\n\n<script>alert('grade')</script><img src=x onerror=alert(1)>"
    return notebooks | {"right": answered(handed_out), "rich": rich, "early": early, "scripted": scripted}
