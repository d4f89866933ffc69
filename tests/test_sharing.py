"""What takes long to make is made by one process, and given to all."""

from types import SimpleNamespace

import pytest
from sharing import once


@pytest.fixture
def workers(tmp_path, monkeypatch):
    """Two processes that share the tests, as far as their folders go."""
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw0")
    return [SimpleNamespace(getbasetemp=lambda name=name: tmp_path / name) for name in ("popen-gw0", "popen-gw1")]


def test_the_second_process_gets_what_the_first_has_made(workers):
    made = []

    def make(folder):
        made.append(folder)
        (folder / "page.html").touch()
        return "a page"

    assert once(workers[0], "book", make) == once(workers[1], "book", make) == (made[0], "a page")
    assert len(made) == 1
    assert (made[0] / "page.html").exists()


def test_a_failure_is_told_to_all_and_nobody_waits_for_it(workers):
    def fail(folder):
        raise OSError("no space left")

    for worker in workers:
        with pytest.raises(OSError, match="no space left"):
            once(worker, "book", fail)
