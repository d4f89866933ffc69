"""The Python of a page, without a page: `page.py` in a process that lacks what WebAssembly lacks."""

import json
import subprocess
import sys

import numpy as np
import pytest
from building import ROOT

SERVING = """
import io, os, sys
requests, sys.stdin = sys.stdin, io.StringIO()
sys.modules.update(dict.fromkeys(["numba", "IPython", "ipywidgets", "matplotlib_inline", "_multiprocessing"]))
sys.path[:0] = sys.argv[3:]
import page
page.REQUEST, page.ANSWER = sys.argv[1:3]
for _ in requests:
    page.serve()
    os.write(1, b"end\\n")
"""


class Page:
    """A page's Python: its verbs, and what a run shows."""

    def __init__(self, folder):
        self.files = [folder / "request", folder / "answer"]
        command = [sys.executable, "-c", SERVING, *self.files, ROOT / "runtime" / "python", ROOT]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder)

    def call(self, name, *args):
        """Call a function of `page.py`; arrays travel as the engine sends and reads them."""
        arrays = []

        def place(A):
            arrays.append(A.astype("<f8").tobytes())
            return {"shape": A.shape, "at": sum(map(len, arrays[:-1]))}

        line = json.dumps({"call": name, "args": args}, default=place)
        self.files[0].write_bytes(line.encode() + b"\n" + b"".join(arrays))
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()
        self.parts = [json.loads(line) for line in iter(self.process.stdout.readline, b"end\n") if line.strip()]
        line, _, data = self.files[1].read_bytes().partition(b"\n")

        def array(found):
            if found.keys() != {"shape", "at"}:
                return found
            return np.frombuffer(data, "<f8", int(np.prod(found["shape"])), found["at"]).reshape(found["shape"])

        answer = json.loads(line, object_hook=array, parse_constant=pytest.fail)
        assert "error" not in answer, answer["error"]
        return answer["value"]

    def run(self, code):
        """Run a cell; return what came of it."""
        return self.call("run", code, "cell")

    def shows(self, code):
        """Run a cell; return what it shows: of text and errors what they say, of the rest the kind."""
        self.run(code)
        return [part.get("text", part["kind"]) for part in self.parts]

    def end(self):
        """End it."""
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    page = Page(tmp_path_factory.mktemp("page"))
    yield page
    page.end()
