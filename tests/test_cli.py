"""The command line: every bad input gives one clear message, the exit codes mean what the documentation says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chainrule.cli import main

NOTEBOOK_IN_R = {
    "nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}},
    "cells": [{"cell_type": "code", "id": "a", "metadata": {}, "execution_count": 1, "outputs": [], "source": "x <- 1"}],
}  # fmt: skip
RIGHT = "w = 2.0\nx = 3.0\nloss = (w * x - 5) ** 2\ndw = 2 * (w * x - 5) * x\n"
WRONG = "w = 2.0\nx = 3.0\nloss = (w * x - 5) ** 2\ndw = 2 * (w * x - 5)\n"
OUTDATED = "In [1]:\nw = 2.0\nloss = w ** 2\ndw = 2 * w\nloss\n\n5.0\n"
HALF = "w = 2.0\nx = 3.0\nloss = (w * x - 5) ** 2\ndw = (w * x - 5) * x\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*words: str, standard_input: str | None = None) -> Result:
    return CliRunner().invoke(main, words, input=standard_input)


def write(name: str, content: str | bytes) -> str:
    Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.py", "", "empty.py is empty: there is no program to read. Give a .py script, an .ipynb notebook or a pasted one."),
        ("open.py", "x = (1\n", "open.py, line 1: `x = (1` is not Python: '(' was never closed."),
        ("latin.py", b"w = 1.0 # caf\xe9\n", "latin.py is not UTF-8 text: byte 13 is 0xe9. Save it as UTF-8 and try again."),
        ("null.py", b"\x00\x01", "null.py: it is not Python: source code string cannot contain null bytes."),
        ("r.ipynb", json.dumps(NOTEBOOK_IN_R), "r.ipynb is a notebook in R. chainrule reads Python."),
        ("broken.ipynb", "not json", "broken.ipynb is no Jupyter notebook: Notebook does not appear to be JSON: 'not json'"),
        ("words.py", 'print("nothing here")\n', "words.py: no loss was found: no named number depends on the parameters. Name it with --of NAME, or write it with --loss \"EXPRESSION\" (the program names: none)."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read(name: str, content: str | bytes, message: str) -> None:
    result = run("explain", write(name, content))
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"chainrule: {message}\n")


def test_a_missing_file() -> None:
    write("network.py", RIGHT)
    result = run("check", "netwerk.py")
    assert (result.exit_code, result.stderr) == (2, "chainrule: netwerk.py does not exist. Did you mean network.py?\n")


def test_a_folder() -> None:
    result = run("explain", ".")
    message = "chainrule: . is a folder. Give one file: a .py script, an .ipynb notebook or a pasted one.\n"
    assert (result.exit_code, result.stderr) == (2, message)


def test_a_folder_without_programs() -> None:
    result = run("check", ".")
    message = "chainrule: . holds no *.py and no *.ipynb: there is nothing to check.\n"
    assert (result.exit_code, result.stderr) == (2, message)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--set", "z=1"), "--set z: the program assigns no number named `z`. It assigns: w, x, loss, dw."),
        (("--set", "w"), "--set w: write --set NAME=VALUE."),
        (("--set", "w=two"), "--set w=two: `two` is no number or list of numbers."),
        (("--swap", "relu=tanh"), "--swap relu: the program calls no function named `relu`. It defines: none."),
        (("--of", "los"), "the program has no value named `los`. Did you mean loss?"),
        (("--iteration", "0"), "--iteration 0: write a number from 1, or EPOCH,ROW such as 2,3."),
        (("-o", "out.pdf"), "there is no form for `.pdf`. There are: .txt, .md, .tex, .html, .json, .ipynb."),
        (("-o", "nowhere/out.md"), "the folder nowhere does not exist, so out.md cannot be written there."),
    ],
)
def test_what_was_asked_for_does_not_exist(words: tuple[str, ...], message: str) -> None:
    result = run("explain", write("network.py", RIGHT), *words)
    assert (result.exit_code, result.stderr) == (2, f"chainrule: {message}\n")


def test_nothing_is_overwritten() -> None:
    network = write("network.py", RIGHT)
    write("out.md", "mine")
    result = run("explain", network, "-o", "out.md")
    message = "chainrule: out.md exists already and was left as it is. --force (or force=True) overwrites it.\n"
    assert (result.exit_code, result.stderr, Path("out.md").read_text()) == (2, message, "mine")
    assert run("explain", network, "-o", "out.md", "--force").exit_code == 0
    assert Path("out.md").read_text().startswith("# network.py")


@pytest.mark.parametrize(
    ("program", "words", "code"),
    [
        (RIGHT, (), 0),
        (WRONG, (), 1),
        (HALF, (), 0),
        (HALF, ("--strict",), 1),
        ("w = 1.0\nloss = w ** 2\n", (), 0),
        (OUTDATED, (), 0),
        (OUTDATED, ("--strict",), 1),
    ],
)
def test_exit_codes(program: str, words: tuple[str, ...], code: int) -> None:
    assert run("check", write("network.py", program), *words).exit_code == code


def test_no_derivative_is_never_a_silent_pass() -> None:
    result = run("check", write("network.py", "w = 1.0\nloss = w ** 2\n"))
    assert "No hand-written derivative was found" in result.stdout


def test_a_factor_is_worded_as_one() -> None:
    result = run("check", write("network.py", HALF), "--json")
    claim = json.loads(result.stdout)["claims"][0]
    assert (claim["verdict"], claim["kind"], claim["factor"]) == ("wrong", "scale", 0.5)
    assert claim["because"] == "exactly ½ of the gradient of the loss as written"


def test_a_program_that_raises_is_worked_up_to_there() -> None:
    program = RIGHT.replace("dw =", 'raise ValueError("boom")\ndw =')
    result = run("explain", write("network.py", program))
    assert '! line 4: `raise ValueError("boom")` raised ValueError: boom. What ran before it is worked.' in result.stdout
    assert "∂loss/∂w" in result.stdout


def test_a_loop_that_never_ends_has_a_budget() -> None:
    result = run("explain", write("network.py", "w = 1.0\nwhile True:\n    w = w * 1.0\n"), "--budget", "0.05")
    assert "when the time budget of 0.05 s was" in result.stdout


def test_a_program_that_stops_with_nothing_to_judge_is_an_error() -> None:
    write("network.py", "w = 2.0\nloss = (w - 1.0) ** 2\ndw = 2 * (w - wanted)\n")
    result = run("check", "network.py")
    message = (
        "chainrule: network.py: line 3: `dw = 2 * (w - wanted)` raised NameError: name 'wanted' is not defined. "
        "No derivative was found that could be judged without it: mend that first.\n"
    )
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", message)
    write("network.py", WRONG + "wanted\n")
    assert run("check", "network.py").exit_code == 1  # what ran before the error is judged


def test_a_value_that_is_no_number_is_pointed_out() -> None:
    write("network.py", "w = float('nan')\nloss = (w - 1.0) ** 2\ndw = 2 * (w - 1.0)\n")
    words = "w (line 1) is the first value that holds NaN; what depends on it cannot be trusted."
    for command in ("check", "explain"):
        assert words in run(command, "network.py").stdout
        assert run(command, "network.py").stdout.count("the first value that holds") == 1


def test_input_is_asked_for_once() -> None:
    program = RIGHT.replace("2.0", 'float(input("w? "))')
    path = write("network.py", program)
    done = subprocess.run(
        [sys.executable, "-m", "chainrule.cli", "check", path], input="1.5\n", capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "w? ")


def test_side_effects_are_not_repeated() -> None:
    program = RIGHT + 'open("log.txt", "a").write("once ")\nif w > 0:\n    print("on")\n'
    assert run("check", write("network.py", program)).exit_code == 0
    assert Path("log.txt").read_text() == "once "


def test_a_cell_that_does_not_parse_is_skipped() -> None:
    cells = [
        {"cell_type": "code", "id": i, "metadata": {}, "execution_count": n, "outputs": [], "source": source}
        for n, (i, source) in enumerate((("a", "w = 2.0\nx = 3.0"), ("b", "def (:"), ("c", "%matplotlib inline\nloss = (w * x - 5) ** 2")), 1)
    ]  # fmt: skip
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    result = run("explain", write("book.ipynb", json.dumps(notebook)))
    assert "! cell 3, line 1: `%matplotlib inline` is for the notebook, not for Python: set aside." in result.stdout
    assert "! cell 2, line 1: `def (:` is not Python: invalid syntax. The cell is skipped." in result.stdout
    assert "= 1" in result.stdout


def test_complex_numbers_are_set_aside() -> None:
    result = run("explain", write("network.py", "w = 1 + 2j\nx = 2.0\nv = 3.0\nloss = (v * x) ** 2\n"))
    notice = "! line 1: `w` is complex. Only real numbers are followed, so what comes of it is plain here."
    assert notice in result.stdout


def test_help_teaches_by_example() -> None:
    for command in ("explain", "check"):
        assert "Examples:" in run(command, "--help").stdout


def test_examples_are_listed() -> None:
    result = run("examples")
    assert result.stdout.splitlines()[0].split()[0] == "seed"


def test_outputs_that_differ_are_shown_from_where_they_do() -> None:
    text = "In [1]:\nw = 2.0\nloss = w ** 2\ndw = 2 * w\nfor i in range(30): print('step', i, end=', ')\nOut[1]:\n"
    shown = ", ".join(f"step {i}" for i in range(29)) + ", step 99, "
    result = run("check", write("network.txt", text + shown + "\n"))
    row = next(line for line in result.stdout.splitlines() if line.startswith("  cell 1"))
    assert row.split("  ")[2].startswith("…")
    assert [cell.endswith(end) for cell, end in zip(row.split("  …")[1:], ("step 99,", "step 29,"), strict=True)] == [
        True,
        True,
    ]
