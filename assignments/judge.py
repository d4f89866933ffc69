"""Grade a notebook without running it here: a process of its own runs the cells, and this one compares what comes back.

That process, the child, is told the inputs of one call after another. It has no seed, no right answer and no gradebook.
"""

import contextlib
import functools
import getpass
import inspect
import json
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import numpy as np
from IPython.core.inputtransformer2 import TransformerManager
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution
from traitlets import Float, Unicode

from d2lconv.check import judging, running
from d2lconv.check.running import Outcome
from d2lconv.check.tasks import TASKS

CHECK = re.compile(r'check\.score\("(\w+)", (\w+)\)')
IMAGE, LONGEST = "d2lconv-child", 2**21  # bytes of one line from the child
BEGIN = """
import json, sys, types
sys.path.append(sys.argv[1])
number, running, child = json.loads(sys.stdin.buffer.readline())
module = sys.modules["d2lconv.check.running"] = types.ModuleType("d2lconv.check.running")
exec(running, vars(module))
sys.path.remove(sys.argv.pop())  # what else lies beside NumPy is not for an answer
exec(child, {"__name__": "child"})
"""
WALLS = ["--network=none", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--user=65534:65534"]
WALLS += ["--memory=1g", "--memory-swap=1g", "--pids-limit=32", "--cpus=1", "--ulimit=cpu=120", "--log-driver=none"]
NO_WALL = (
    "No container: what students wrote runs here as the user {user}, with limits on time, and where the system has "
    "them on memory, files and processes (not on Windows). Nothing else keeps it from the network, and from reading "
    "and deleting what {user} can: other files, and perhaps the seed and the solutions."
)
NO_START = (
    "Nothing can be graded, because this does not start: {command} ({error}). Where root grades without a container, "
    "add --Judge.python= and the path of a Python that every user may run."
)
ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


class Stopped(Exception):
    """The child took too long, or is gone."""


class Child:
    """A process that runs cells and answers calls."""

    def __init__(self, command, end, **options):
        self.command, self.end, self.number, self.lines = command, float("inf"), 0, queue.Queue(1)
        sources = inspect.getsource(running), Path(__file__).with_name("child.py").read_text(encoding="utf-8")
        try:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/", **options)
            threading.Thread(target=self._read, daemon=True).start()
            self.ask(60, *sources)
        except (Stopped, OSError) as error:
            raise RuntimeError(NO_START.format(command=" ".join(command[:2]), error=error)) from None
        self.end = end

    def _read(self):
        with contextlib.suppress(ValueError, OSError, queue.Full):  # a flood waits in the pipe, and is left there
            while line := self.process.stdout.readline(LONGEST):
                self.lines.put(line, timeout=300)
            self.lines.put(b"", timeout=300)

    def ask(self, seconds, *question):
        """Return what the child answers, a dictionary of whatever it likes, within some seconds and before its end."""
        seconds = max(0.01, min(seconds, self.end - time.monotonic()))
        timer, end = threading.Timer(seconds, self.stop), time.monotonic() + seconds
        timer.start()  # beside the wait below: a long question is not even read, if the child does not want to
        try:
            self.process.stdin.write(json.dumps([self.number, *question]).encode() + b"\n")
            self.process.stdin.flush()
            number, answer = json.loads(self.lines.get(timeout=seconds + 1))
            if number != self.number or not isinstance(answer, dict):
                raise ValueError("out of turn")
        except (OSError, ValueError, TypeError, RecursionError, queue.Empty):
            why = "its process ended" if time.monotonic() < end else f"it was still running after {seconds:.2g} seconds"
            self.stop()
            raise Stopped(why) from None
        finally:
            timer.cancel()
        self.number += 1
        return answer

    def stop(self):
        """End it, and its container too: that outlives the command which started it."""
        self.process.kill()
        self.process.wait()
        if "--name" in self.command:
            name = self.command[self.command.index("--name") + 1]
            subprocess.run([self.command[0], "rm", "-f", name], capture_output=True, timeout=60)


class Judge(NbGraderPreprocessor):
    """Take the place of nbgrader's Execute."""

    cell_seconds = Float(5, help="for one cell").tag(config=True)
    seconds = Float(5, help="for all calls of one exercise").tag(config=True)
    total_seconds = Float(60, help="for one submission").tag(config=True)
    user = Unicode("nobody" if ROOT else "", help="who runs it, if root grades without a container").tag(config=True)
    python = Unicode(os.path.realpath(sys.executable), help="what runs it without a container").tag(config=True)
    numpy = Unicode(str(Path(np.__file__).parents[1]), help="the folder where that finds NumPy").tag(config=True)

    def preprocess(self, notebook, resources):
        """Run the cells in their order, and grade an answer where its check stands."""
        self.seed = f"{os.environ['D2LCONV_SEED']} {resources['nbgrader']['student']}"
        self.child, self.ran, self.end = None, [], time.monotonic() + self.total_seconds
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        checks = [cell for cell in cells if is_grade(cell) and not is_solution(cell)]
        for cell in cells:  # nbgrader gives every point to a check without a result
            cell.outputs = _graded("Not graded.", 0) if cell in checks else []
        try:
            for number, cell in enumerate(cells, 1):
                self.grade(cell) if cell in checks else self.run(cell, f"cell {number}")
        finally:
            if self.child:
                self.child.stop()
        return notebook, resources

    def start(self):
        """Start a child, inside of walls where there are any."""
        if engine := _engine(self.user or getpass.getuser()):
            command = [engine, "run", "--rm", "--interactive", "--init", "--name", f"d2lconv-{uuid.uuid4().hex}"]
            command += [*WALLS, "--env=OPENBLAS_NUM_THREADS=1", IMAGE, "python", "-ISc", BEGIN, "/numpy"]
            return Child(command, self.end)
        user = {"user": self.user, "group": 65534, "extra_groups": []} if self.user else {}
        env = {"OPENBLAS_NUM_THREADS": "1"} | {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
        return Child([self.python, "-ISc", BEGIN, self.numpy], self.end, env=env, start_new_session=True, **user)

    def wake(self):
        """See to it that there is a child, and that it has run all cells so far but for those that ended one."""
        if self.child is None or self.child.process.poll() is not None:
            self.child = self.start()
            for source, name in self.ran:
                self.child.ask(self.cell_seconds, "run", source, name)

    def run(self, cell, name):
        """Run a cell that is no check, and show what it printed or raised."""
        source = re.sub(r"\A\s*%%(time|timeit|capture)\b.*", "", cell.source)
        with contextlib.suppress(Exception):
            source = TransformerManager().transform_cell(source)  # magics become calls that do nothing
        try:
            self.wake()
            came = self.child.ask(self.cell_seconds, "run", source, name)
            self.ran.append((source, name))
            words, error = str(came.get("words") or ""), came.get("error")
        except Stopped as stop:
            words, error = "", f"Stopped: {stop}."
        cell.outputs = [new_output("stream", text=_clean(words))] if words else []
        if error:
            error = _clean(error)
            cell.outputs.append(new_output("error", ename="Error", evalue=error, traceback=[error]))

    def grade(self, cell):
        """Try an answer, and leave the verdict and the points where nbgrader looks for them."""
        asked = CHECK.search(cell.source)  # the master's own line: OverwriteCells has seen to it
        if not asked or asked[1] not in TASKS:
            self.log.error("no points, since nothing is asked: %s", cell.source)
            return
        task, cases = TASKS[asked[1]], judging.draw(asked[1], self.seed)
        refused, outcomes = "", []
        try:
            self.wake()
            end = time.monotonic() + self.seconds
            for case in cases:
                what = asked[2], running.pack(case.args), task.signature, task.pair
                came = self.child.ask(end - time.monotonic(), "call", *what)
                if refused := _clean(came.get("refusal", "")):
                    break
                outcomes.append(_outcome(came, task.pair))
        except Stopped as stop:
            outcomes += [Outcome(error=f"Stopped: {stop}.")] * (len(cases) - len(outcomes))
        verdict = judging.verdict(task, cases, outcomes, refused)
        parts = [f"{'right' if right else 'not yet'}: {part}" for part, right in verdict.parts.items()]
        points = cell.metadata.nbgrader["points"] * verdict.share
        cell.outputs = _graded("\n".join([_clean(verdict.told(asked[1])), *parts]), points)


@functools.cache
def _engine(user):
    """Return what runs containers here and has the image; if there is none, say what that means for who runs them."""
    for engine in filter(shutil.which, ("docker", "podman")):
        if subprocess.run([engine, "image", "inspect", IMAGE], capture_output=True).returncode == 0:
            return engine
    print(NO_WALL.format(user=user), file=sys.stderr)
    return ""


def _outcome(came, pair):
    """Read what came of a call."""
    try:
        value = running.unpack(came["value"])
        arrays = value if pair and isinstance(value, tuple) and len(value) == 2 else [value]
        if value is not None and not all(isinstance(A, np.ndarray) and A.size < LONGEST for A in arrays):
            raise TypeError("no arrays")
        return Outcome(value, _clean(came["error"]), tuple(n for n in range(3) if n in came["wrote"]))
    except (KeyError, ValueError, TypeError, OverflowError, MemoryError, RecursionError):
        return Outcome(error="What came back cannot be read.")


def _clean(text):
    """Keep what a page can show: no halves of characters, no control characters."""
    return re.sub(r"[^\n\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "?", str(text)[:10_000])


def _graded(text, points):
    result = new_output("execute_result", data={"text/plain": f"{points:.6g}"})
    return [new_output("stream", text=text + "\n"), result]
