"""Whatever an answer raises is told in a sentence, and only an interrupt gets out; the reader's settings stay."""

import contextlib
import signal
import sys
import warnings

import numpy as np
import pytest
from naive import corr2d

from d2lconv import check
from d2lconv.check.running import call

X, K = np.arange(12.0).reshape(3, 4), np.ones((2, 2))


def settings():
    streams, hints = (sys.stdout, sys.stderr), dict(check._given)
    return streams, hints, list(warnings.filters), warnings.showwarning, np.geterr()


def upset():
    """Change all that a reader would miss."""
    print("hello")
    sys.stdout = sys.stderr = None
    warnings.simplefilter("error")
    warnings.showwarning = print
    np.seterr(all="raise")


class Broken:
    """Raises whatever is asked of it."""

    def __getattr__(self, name):
        raise SystemExit("leave me alone")

    def __eq__(self, other):
        raise SystemExit("leave me alone")

    def __array__(self, *_, **__):
        raise SystemExit("leave me alone")

    def __call__(self, *args):
        return self

    __hash__ = None


def test_what_an_answer_leaves_in_its_inputs_may_be_broken(capsys):
    def plants(kernel_sizes, strides):
        kernel_sizes[0] = Broken()
        return 1

    assert call(plants, ([3, 3], [1, 1])).wrote == (0,)
    check.run("receptive_field", plants)
    assert capsys.readouterr().out.startswith("Not yet")


class Mute(Exception):
    def __str__(self):
        print("hello")
        raise ValueError


def raises(error):
    def answer(*_):
        upset()
        raise error

    return answer


def recurses(*args):
    return recurses(*args)


def noted():
    error = ValueError("too large")
    error.add_note("This is a note.")
    return error


RAISED = {
    "an error": (ValueError("too\n  large."), "ValueError: too large."),
    "an error without words": (ValueError(), "ValueError."),
    "an error with a note": (noted(), "ValueError: too large."),
    "an error whose text is broken": (Mute(), "Mute: <exception str() failed>."),
    "an error of NumPy": (np.linalg.LinAlgError("singular"), "LinAlgError: singular."),
    "a wrong line": (SyntaxError("invalid syntax", ("cell", 1, 1, "def", 1, 2)), "SyntaxError: invalid syntax."),
    "the end": (SystemExit(), "SystemExit."),
    "the end of a generator": (GeneratorExit(), "GeneratorExit."),
    "the end of an iteration": (StopIteration(), "StopIteration."),
    "no memory": (MemoryError("no room"), "MemoryError: no room."),
    "several": (BaseExceptionGroup("two", [SystemExit(), Mute()]), "BaseExceptionGroup: two (2 sub-exceptions)."),
    "a long story": (ValueError("a" * 10_000), "a."),
}


@pytest.mark.parametrize("kind", RAISED)
def test_whatever_an_answer_raises_is_told_in_a_sentence(capfd, kind):
    (error, words), before = RAISED[kind], settings()
    told = call(raises(error), (X, K)).error
    assert settings() == before
    assert capfd.readouterr() == ("", "")
    assert told.startswith("It raised an error in line ")
    assert ", `raise error`: " in told
    assert told.endswith(words)
    assert len(told) < 400


def test_an_answer_without_an_end_of_calls_is_told_so():
    assert call(recurses, (X, K)).error == "It calls itself without end (RecursionError): what should make it stop?"


def test_the_line_that_is_shown_is_the_readers_and_no_librarys():
    def answer(X, K):
        return np.linalg.inv(X)

    told = call(answer, (X, K)).error
    assert f"in line {answer.__code__.co_firstlineno + 1}, `return np.linalg.inv(X)`: " in told


def test_no_line_is_shown_where_there_is_none():
    scope = {}
    exec("def answer(): return 1 / 0", scope)
    assert call(scope["answer"], ()).error == "It raised an error: ZeroDivisionError: division by zero."
    assert call(len, ()).error.startswith("It raised an error: TypeError: len() takes")


STRANGE = {
    "an object that raises": Broken(),
    "its class": Broken,
    "a function that returns it": lambda *_: Broken(),
    "a function that returns a list of it": lambda *_: [Broken(), Broken()],
    "a built-in": print,
    "a sum": np.sum,
    "type": type,
    "a number": 3,
    "a name": "corr2d",
    "None": None,
    "dots": ...,
    "a generator": lambda *_: (yield),
    "one that raises": raises(SystemExit()),
    "one that raises what cannot be told": raises(Mute()),
    "one without an end": recurses,
    "one that is upset": lambda *_: upset(),
}


@pytest.mark.parametrize("name", check.names())
@pytest.mark.parametrize("kind", STRANGE)
def test_a_check_never_raises_and_leaves_everything_as_it_was(capfd, name, kind):
    before = settings()
    assert 0 <= check.score(name, STRANGE[kind]) < 0.5
    assert capfd.readouterr() == ("", "")
    check.run(name, STRANGE[kind])
    assert settings() == before
    out, err = capfd.readouterr()
    assert len(out) > 20
    assert err == ""


def test_what_an_answer_prints_and_warns_of_is_dropped(capfd, recwarn):
    def talks(X, K):
        print("hello")
        print("oh", file=sys.stderr, flush=True)
        warnings.warn("careful", stacklevel=1)
        np.float64(1) / np.float64(0)
        return corr2d(X, K)

    assert check.score("corr2d", talks) == 1
    assert capfd.readouterr() == ("", "")
    assert list(recwarn) == []


def interrupts(*_):
    """Run for ever, and be interrupted as by Control-C."""
    upset()
    signal.raise_signal(signal.SIGINT)
    while True:
        pass


class Interrupted(KeyboardInterrupt):
    pass


class InterruptedLook:
    def __call__(self, X, K):
        return X

    def __getattr__(self, name):
        raise KeyboardInterrupt


INTERRUPTED = {
    "in a loop": interrupts,
    "by itself": raises(KeyboardInterrupt()),
    "by an exception of its own": raises(Interrupted()),
    "while it is looked at": InterruptedLook(),
}


@pytest.mark.parametrize("when", INTERRUPTED)
@pytest.mark.parametrize("use", [check.run, check.score])
def test_an_interrupt_passes_through_and_leaves_everything_as_it_was(capfd, when, use):
    before = settings()
    with pytest.raises(KeyboardInterrupt):
        use("corr2d", INTERRUPTED[when])
    assert settings() == before
    assert capfd.readouterr() == ("", "")


def test_an_interrupt_does_not_stop_an_answer_that_catches_it():
    def catches(X, K):
        with contextlib.suppress(KeyboardInterrupt):
            interrupts()
        return corr2d(X, K)

    assert check.score("corr2d", catches) == 1


def test_an_answer_that_changes_the_settings_is_judged_like_any_other():
    assert check.score("corr2d", lambda X, K: [upset(), corr2d(X, K)][1]) == 1
