"""An answer is called where the reader is, on copies of its inputs, and what it returned and wrote is kept."""

import builtins
import sys
import threading

import numba
import numpy as np
import pytest
from naive import corr2d

from d2lconv import check
from d2lconv.check.running import call, fresh

X, K = np.arange(12.0).reshape(3, 4), np.ones((2, 2))


def test_what_an_answer_returns_is_kept_as_an_array():
    assert call(lambda X, K: [[1, 2]], (X, K)).value.tolist() == [[1, 2]]
    assert call(lambda X, K: 3, (X, K)).value.shape == ()
    assert call(lambda X, K: None, (X, K)).value is None
    assert call(lambda X, K: ..., (X, K)).value is None


@pytest.mark.parametrize("value", [["a", "b"], [1j, 2j], [object(), object()], np.array([1, 2], "M8[s]")])
def test_of_what_holds_no_numbers_the_shape_is_kept_alone(value):
    kept = call(lambda: value, ()).value
    assert kept.tolist() == [None, None]


def test_a_pair_is_kept_as_two_arrays_whatever_their_shapes():
    column, row = call(lambda K: (K[:, :1], K[0].tolist()), (K,), pair=True).value
    assert (column.shape, row.shape) == ((2, 1), (2,))
    assert not np.shares_memory(column, K)
    assert call(lambda K: None, (K,), pair=True).value is None


@pytest.mark.parametrize("value", [K, (K,), (K, K, K), (K, None), (None, None), "no", 3])
def test_what_is_no_pair_is_kept_as_one_array(value):
    assert isinstance(call(lambda: value, (), pair=True).value, np.ndarray)


def test_an_answer_that_reuses_its_output_is_held_to_what_it_returned_each_time():
    room = np.zeros((30, 30))

    def reuses(X, K):
        Y = room[: X.shape[0] - K.shape[0] + 1, : X.shape[1] - K.shape[1] + 1]
        Y[...] = corr2d(X, K)
        return Y

    assert check.score("corr2d", reuses) == 1


def test_an_answer_for_the_compiler_is_not_kept_waiting_for_it():
    @numba.njit
    def compiled(X, K):
        return X[: X.shape[0] - K.shape[0] + 1]

    assert call(compiled, (X, K)).value.shape == (2, 4)
    assert getattr(compiled, "signatures", []) == []


def test_an_answer_runs_in_the_thread_that_it_is_called_from_and_under_its_tracer():
    seen = []
    before = threading.get_ident(), sys.getprofile(), sys.gettrace(), threading.active_count()
    call(lambda: seen.append((threading.get_ident(), sys.getprofile(), sys.gettrace(), threading.active_count())), ())
    assert seen == [before]


def test_a_check_needs_neither_a_thread_nor_a_file(monkeypatch):
    def refuse(*_, **__):
        raise RuntimeError

    monkeypatch.setattr(threading.Thread, "start", refuse)
    monkeypatch.setattr(builtins, "open", refuse)
    assert check.score("corr2d", corr2d) == 1


def images():
    rng = np.random.default_rng(7)
    A = rng.integers(-800, 801, (6, 8)) / 16
    for dtype in (np.float64, np.float32, np.int64, ">f8"):
        B = A.astype(dtype)
        yield from (B, B.T, np.asfortranarray(B), B[::2, ::2], B[::-1], B[:, 1:3], B[:1, :1], B[0])


@pytest.mark.parametrize("A", list(images()))
def test_a_copy_has_the_dtype_the_values_and_the_layout_and_shares_no_memory(A):
    copy = fresh(A)
    assert copy.dtype == A.dtype
    np.testing.assert_array_equal(copy, A)
    assert (copy.flags.c_contiguous, copy.flags.f_contiguous) == (A.flags.c_contiguous, A.flags.f_contiguous)
    assert copy.flags.writeable
    assert not np.shares_memory(copy, A)
    assert copy.base is None or not np.shares_memory(copy.base, A)


def test_lists_are_copied_and_what_cannot_be_changed_is_handed_on():
    sizes, shape = [3, 4], (3, 4)
    assert fresh(sizes) == sizes
    assert fresh(sizes) is not sizes
    assert fresh(shape) is shape


def fills(n):
    def answer(*args):
        args[n][...] = 99

    return answer


@pytest.mark.parametrize(
    ("args", "answer", "wrote"),
    [
        ((X, K), lambda X, K: X + K.sum(), ()),
        ((X, K), fills(0), (0,)),
        ((X, K), fills(1), (1,)),
        ((X, K), lambda X, K: X.resize(12, refcheck=False), (0,)),
        ((X, K), lambda X, K: X.__setitem__((2, 3), np.nan), (0,)),
        ((X, K), lambda X, K: [fills(0)(X, K), 1 / 0], (0,)),
        ((X[::2, ::2], K.T), fills(0), (0,)),
        (([3, 3], [1, 2]), lambda k, s: k + s, ()),
        (([3, 3], [1, 2]), lambda k, s: s.reverse(), (1,)),
        (([3, 3], [1, 2]), lambda k, s: k.append(3), (0,)),
        (([3, 3], [1, 2]), lambda k, s: [k.clear(), s.pop()], (0, 1)),
        (([3, 3], [1, 2]), lambda k, s: k.__setitem__(0, 3.0), (0,)),
        (((3, 3), 5), lambda n, k: n, ()),
    ],
)
def test_it_is_noticed_which_inputs_an_answer_writes_into_and_they_stay_what_they_were(args, answer, wrote):
    before = [np.array(arg) for arg in args]
    assert call(answer, args).wrote == wrote
    for arg, original in zip(args, before, strict=True):
        np.testing.assert_array_equal(arg, original)


def test_what_one_call_writes_does_not_reach_the_next():
    def blanks(X, K):
        Y = corr2d(X, K)
        for A in (X, K, X.base, K.base):
            if A is not None:
                A[...] = 0
        return Y

    assert check.score("corr2d", blanks) == pytest.approx(6 / 7)
    assert check.score("corr2d", corr2d) == 1


REFUSED = {
    "too few arguments": (
        "corr2d",
        lambda X: X,
        "`corr2d` is called with 2 arguments, as `corr2d(X, K)`, but yours does not take them: ",
    ),
    "too many arguments": (
        "blur",
        lambda n, m: n,
        "`blur` is called with 1 argument, as `blur(size)`, but yours does not take it: ",
    ),
    "called already": ("corr2d", np.eye(2), "`corr2d` should be a function, but an object of type ndarray came: "),
    "nothing": ("corr2d", None, "Nothing came back yet: write `corr2d(X, K)`, and pass it to the check."),
    "dots": ("corr2d", ..., "Nothing came back yet: write `corr2d(X, K)`, and pass it to the check."),
    "a function": ("second_difference", lambda: [[1, -2, 1]], "`second_difference` should be an array, but a function"),
    "no array": ("second_difference", None, "Nothing came back yet: write the array `second_difference`, and pass it"),
    "dots for an array": ("second_difference", ..., "Nothing came back yet: write the array `second_difference`, and"),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_cannot_be_called_is_refused_with_a_reason(capsys, reason):
    name, answer, words = REFUSED[reason]
    check.run(name, answer)
    assert capsys.readouterr().out.startswith(words)
    assert check.score(name, answer) == 0


def test_an_answer_may_take_more_than_it_is_given():
    assert check.score("corr2d", lambda X, K, stride=1, *more, **options: corr2d(X, K)) == 1
