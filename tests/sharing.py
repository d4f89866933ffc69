"""What takes long to make is made once, by whichever of the processes that share the tests asks for it first."""

import os
import pickle
import time

PATIENCE = 600  # seconds; the book takes one minute on an idle machine


def once(tmp_path_factory, name, make):
    """Return a new folder, and what ``make(folder)`` came to, here or in another process."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, outcome = shared / name, shared / f"{name}.pickle"
    try:
        folder.mkdir()
    except FileExistsError:
        wait_for(outcome)
    else:
        written = outcome.with_suffix(".part")
        written.write_bytes(pickle.dumps(attempt(make, folder)))
        written.rename(outcome)  # at once, so that nobody reads the half of it
    made = pickle.loads(outcome.read_bytes())
    if isinstance(made, Exception):
        raise made
    return folder, made


def attempt(make, folder):
    """Return what a call came to: a failure too, for those who wait."""
    try:
        return make(folder)
    except Exception as error:
        return error


def wait_for(path):
    for _ in range(PATIENCE):
        if path.exists():
            return
        time.sleep(1)
    raise TimeoutError(f"{path.stem} was begun by another process, and is not there after {PATIENCE} seconds")
