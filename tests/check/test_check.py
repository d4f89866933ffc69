"""What `from d2lconv import check` offers: names, a verdict, a score and hints."""

import re
import subprocess
import sys

import nbclient
import nbformat
import pytest
from naive import corr2d

from d2lconv import check


def seen(seed, monkeypatch):
    """Return the images that an answer gets to see under a seed."""
    images = []

    def looks(X, K):
        images.append(X.tolist())
        return corr2d(X, K)

    monkeypatch.setenv("D2LCONV_SEED", seed) if seed else monkeypatch.delenv("D2LCONV_SEED", raising=False)
    assert check.score("corr2d", looks) == 1
    return images


def test_four_functions_are_offered():
    assert sorted(check.__all__) == [name for name in ("hint", "names", "run", "score") if hasattr(check, name)]


def test_the_seed_of_a_grader_draws_other_inputs_and_the_same_each_time(monkeypatch):
    reader, grader = seen("", monkeypatch), seen("a secret", monkeypatch)
    assert reader == seen("", monkeypatch) == seen("0", monkeypatch)
    assert grader == seen("a secret", monkeypatch)
    assert not any(image in reader for image in grader)


def test_each_exercise_has_draws_of_its_own():
    images = {}
    for name in ("corr2d", "conv2d"):
        check.score(name, lambda X, K, name=name: images.setdefault(name, X.tolist()))
    assert images["corr2d"] != images["conv2d"]


def test_what_a_reader_is_told_holds_no_seed(capsys, monkeypatch):
    monkeypatch.setenv("D2LCONV_SEED", "a-secret-42")
    for name in check.names():
        for answer in (None, [[1.0]], lambda *_: 1 / 0, lambda *args: args[0]):
            check.run(name, answer)
    assert "secret" not in capsys.readouterr().out


def test_a_right_answer_is_told_so_and_gets_no_hint(capsys):
    check.run("corr2d", corr2d)
    assert capsys.readouterr().out == "Right: corr2d passes all of its 7 checks.\n"
    check.run("second_difference", [[1, -2, 1]])
    assert capsys.readouterr().out == "Right: second_difference passes all of its 4 checks.\n"


def test_a_score_is_a_plain_number_that_a_grading_cell_may_end_on():
    share = check.score("second_difference", [[1, -1]])
    assert type(share) is float
    assert share == 0.25


def test_hints_come_one_by_one_and_begin_again(capsys, monkeypatch):
    monkeypatch.setattr(check, "_given", {})
    for name in check.names():
        told = []
        for _ in range(4):
            check.hint(name)
            told.append(capsys.readouterr().out)
        assert [re.match(r"Hint (\d) of 3: \w", hint)[1] for hint in told] == ["1", "2", "3", "1"]
        assert told[3] == told[0]
        assert len(set(told)) == 3


@pytest.mark.parametrize("use", [check.hint, lambda name: check.run(name, corr2d)])
def test_an_unknown_name_is_answered_with_the_nearest_and_all_there_are(capsys, use):
    use("cor2d")
    assert capsys.readouterr().out == (
        "There is no exercise named 'cor2d'. Did you mean \"corr2d\"? The exercises are: output_shape, corr2d, "
        "same_size, edge, second_difference, blur, factor, conv2d, kernel_gradient, two_kernels, matrix, "
        "input_gradient, receptive_field, best_rate, denoiser, corners, rank, unseen, seen, weight_errors, one_kernel, "
        "pixels_seen, spread, either_sign.\n"
    )
    use("xyz")
    assert capsys.readouterr().out.startswith("There is no exercise named 'xyz'. The exercises are: output_shape, ")


def test_a_grader_who_asks_for_an_unknown_exercise_is_told():
    for name in ("xyz", None, ["corr2d"], 3):
        with pytest.raises(ValueError, match=f"no exercise named {re.escape(repr(name))}"):
            check.score(name, corr2d)


def test_the_check_knows_nothing_of_the_package_but_its_validation():
    code = (
        "import sys, d2lconv; sys.modules['d2lconv.operators'] = None; from d2lconv import check; print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "d2lconv.check" in run.stdout.split()
    assert not {"numba", "scipy", "matplotlib"} & set(run.stdout.split())


def test_a_notebook_that_never_checks_never_loads_the_check():
    run = subprocess.run(
        [sys.executable, "-c", "import sys, d2lconv; print(*sys.modules)"], capture_output=True, text=True
    )
    assert "d2lconv" in run.stdout.split()
    assert "d2lconv.check" not in run.stdout.split()


def test_in_a_notebook_an_interrupt_gives_the_kernel_back_and_the_readers_own_line_is_shown():
    cells = [
        "from d2lconv import check\nimport signal",
        "def corr2d(X, K):\n    while True:\n        print('x')\n        signal.raise_signal(signal.SIGINT)",
        "check.run('corr2d', corr2d)",
        "def corr2d(X, K):\n    print('listening')\n    return X[99]",
        "check.run('corr2d', corr2d); print('still here')",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(notebook, timeout=60, allow_errors=True).execute()
    (stopped,), (told,) = (notebook.cells[n].outputs for n in (2, 4))
    assert stopped.ename == "KeyboardInterrupt"
    assert told.name == "stdout"
    assert "in line 3, `return X[99]`: IndexError" in told.text
    assert told.text.endswith("still here\n")
