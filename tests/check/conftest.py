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
