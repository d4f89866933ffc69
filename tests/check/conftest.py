"""An answer is judged on inputs that a seed draws: what a test says of it holds for any seed."""

import pytest

from d2lconv import check


@pytest.fixture(params=range(3))
def judged(request, monkeypatch, capsys):
    """Return what is printed about an answer, and what it gets."""
    monkeypatch.setenv("D2LCONV_SEED", f"a secret, number {request.param}")

    def judged(name, answer):
        check.run(name, answer)
        return capsys.readouterr().out, check.score(name, answer)

    return judged


@pytest.fixture
def passes(judged):
    """Assert that an answer is right, and gets every point."""

    def passes(name, answer):
        told, share = judged(name, answer)
        assert told.startswith(f"Right: {name} passes all of its ")
        assert share == 1

    return passes


@pytest.fixture
def fails(judged):
    """Assert that an answer is told which mistake it is, in these words, and gets what it is worth."""

    def fails(name, worth, words, answer):
        told, share = judged(name, answer)
        assert words in told
        assert told.endswith(f'For a hint: check.hint("{name}")\n')
        assert share == pytest.approx(worth)

    return fails
