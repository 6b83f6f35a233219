"""The files that are read: scripts, notebooks of both formats, notebooks pasted as text; and what is said of those that cannot be."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import chainrule
from chainrule.cli import main
from chainrule.reading.pasted import alike

CODE = "w = 2.0\nloss = (w - 5) ** 2\n"
Compared = tuple[int | None, int, str, str, bool]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(name: str, content: str | bytes) -> str:
    Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


def explained(name: str) -> Result:
    return CliRunner().invoke(main, ["explain", name])


def outputs_of(name: str, content: str) -> list[Compared]:
    """Each stored output: its cell, the line it stands after, what is stored, what the program gives, the same or not."""
    trace = chainrule.explain(written(name, content), of="loss#1").trace
    return [(o.cell, o.line, o.shown, o.computed, o.same) for o in trace.outputs]


# ------------------------------------------------------------------------------------------------ pasted notebooks


@pytest.mark.parametrize(
    ("rest", "compared"),
    [
        pytest.param("loss\n\n9.0\n", [(1, 3, "9.0", "9.0", True)], id="the same"),
        pytest.param("loss\n\n8.5\n", [(1, 3, "8.5", "9.0", False)], id="another"),
        pytest.param("loss\n", [], id="none"),
        pytest.param("loss\nOut[1]: 9.0\n", [(1, 3, "9.0", "9.0", True)], id="marked"),
        pytest.param("print(loss)\nw\n\n9.0\n\n2.0\n", [(1, 4, "9.0\n\n2.0", "9.0\n2.0", True)], id="printed and shown"),
        pytest.param("loss\n\n9.0\n\n## A heading\n\n", [(1, 3, "9.0", "9.0", True)], id="before a heading"),
        pytest.param("\nThe loss is large, as we see.\n", [], id="markdown alone"),
        pytest.param("\nWhat is the loss? x = 3.\n\nIn [2]:\nloss\n\n9.0\n", [(2, 1, "9.0", "9.0", True)], id="markdown between"),
        pytest.param("\nloss\n\nw\n\n2.0\n", [(1, 6, "2.0", "2.0", True)], id="code after a blank line"),
        pytest.param("In [2]:\nprint('w = 7.0')\n\nw = 7.0\n\nIn [3]:\nw\n\n2.0\n", [(2, 1, "w = 7.0", "w = 7.0", True), (3, 1, "2.0", "2.0", True)], id="output that is Python"),
        pytest.param("In [2]:\nprint('a\\n\\nb')\n\na\n\nb\n", [(2, 1, "a\n\nb", "a\n\nb", True)], id="output with a blank line"),
        pytest.param("In [2]:\nfor i in range(2):\n    print(i)\n\n    print('b')\n\n0\nb\n1\nb\n", [(2, 4, "0\nb\n1\nb", "0\nb\n1\nb", True)], id="a blank line in a loop"),
        pytest.param("In [7]:\nw = 4.0\nIn [3]:\nw\n\n2.0\n", [(3, 1, "2.0", "4.0", False)], id="run out of order"),
        pytest.param("import numpy as np\nnp.float64(1.5), np.True_\n\n(1.5, True)\n", [(1, 4, "(1.5, True)", "(np.float64(1.5), np.True_)", True)], id="NumPy's older spelling"),
        pytest.param("loss\nOut[1]:\n9.0\n\nSome text about it.\n\nIn [2]:\nw\n", [(1, 3, "9.0", "9.0", True)], id="text after a marked output"),
        pytest.param("loss\n9.0\n", [(1, 3, "9.0", "9.0", True)], id="no blank line"),
        pytest.param("In [2]:\n1/0\n\nZeroDivisionError: division by zero\n", [], id="an error"),
    ],
)  # fmt: skip
def test_a_pasted_notebook(rest: str, compared: list[Compared]) -> None:
    assert outputs_of("notebook.txt", f"My notebook\n\nIn [1]:\n{CODE}{rest}") == compared


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("In [1]:\nw = 2.0\nIn []:\nloss = (w - 5) ** 2\n", id="no number"),
        pytest.param("In [1]:\r\nw = 2.0\r\nIn [2]:\r\nloss = (w - 5) ** 2\r\n", id="Windows"),
        pytest.param("In [1]: w = 2.0\n\nIn [2]: loss = (w - 5) ** 2\n", id="code on the marker's line"),
        pytest.param("In [ ]:\nw = 2.0\nIn [*]:\nloss = (w - 5) ** 2\n", id="still running"),
        pytest.param("In [1]: w = 2.0\n   ...: loss = (w - 5) ** 2\n", id="IPython's prompts"),
    ],
)
def test_the_cells_of_a_pasted_notebook(text: str) -> None:
    assert chainrule.explain(written("notebook.txt", text))["w"].gradient == -6


# ------------------------------------------------------------------------------------------------ Jupyter notebooks

Cells = list[tuple[str, list[dict[str, Any]]]]


def result(text: str) -> dict[str, Any]:
    return {"output_type": "execute_result", "data": {"text/plain": text}, "metadata": {}, "execution_count": 1}


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def notebook(cells: Cells) -> str:
    made = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": outputs, "execution_count": i}
        for i, (source, outputs) in enumerate(cells, 1)
    ]
    words = {"cell_type": "markdown", "source": "loss = 0", "metadata": {}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [words, *made]})


@pytest.mark.parametrize(
    ("source", "outputs", "compared"),
    [
        ("loss", [result("9.0")], [(2, 1, "9.0", "9.0", True)]),
        ("loss", [result("8.5")], [(2, 1, "8.5", "9.0", False)]),
        ("loss", [], []),
        ("print(w)\nloss", [stream("2.0\n"), result("9.0")], [(2, 2, "2.0\n9.0", "2.0\n9.0", True)]),
        ("print(w)", [stream("a warning", "stderr"), stream("2.0\n")], [(2, 1, "2.0", "2.0", True)]),
        ("import numpy as np\nnp.float64(1.5)", [result("1.5")], [(2, 2, "1.5", "np.float64(1.5)", True)]),
        ("1.5", [result("np.float64(1.5)")], [(2, 1, "np.float64(1.5)", "1.5", True)]),
        ("%%time\nloss", [result("9.0")], [(2, 2, "9.0", "9.0", True)]),
        ("!ls\nloss", [result("9.0")], [(2, 2, "9.0", "9.0", True)]),
        ("1/0", [{"output_type": "error", "ename": "E", "evalue": "", "traceback": []}], []),
        ("%%bash\necho hi", [stream("hi\n")], []),
        ("%timeit loss", [stream("10 ns\n")], []),
        ("def (", [result("1")], []),
        ("1/0", [stream("1\n")], []),
        ("loss;\nIn[1]", [result("1")], []),
    ],
)
def test_stored_outputs_are_compared(source: str, outputs: list[dict[str, Any]], compared: list[Compared]) -> None:
    assert outputs_of("notebook.ipynb", notebook([(CODE, []), (source, outputs)])) == compared


def test_what_is_no_python_is_set_aside_and_the_rest_goes_on() -> None:
    cells = [
        "%matplotlib inline\n!pip install numpy\nw = 2.0",
        "%%html\n<b>loss</b>",
        "def (:\n    pass",
        "x = !ls",
        "loss = (w - 5) ** 2",
        "w?",
    ]
    work = chainrule.explain(written("notebook.ipynb", notebook([(cell, []) for cell in cells])))
    assert work["w"].gradient == -6
    assert work.notices == (
        "cell 1, line 1: `%matplotlib inline` is for the notebook, not for Python: set aside.",
        "cell 1, line 2: `!pip install numpy` is for the notebook, not for Python: set aside.",
        "cell 2, line 1: `%%html` is for the notebook, not for Python: set aside.",
        "cell 6, line 1: `w?` is for the notebook, not for Python: set aside.",
        "cell 3, line 1: `def (:` is not Python: invalid syntax. The cell is skipped.",
        "cell 4, line 1: `x = !ls` is not Python: invalid syntax. The cell is skipped.",
    )  # fmt: skip


def test_a_notebook_of_format_3() -> None:
    old = {
        "outputs": [{"output_type": "pyout", "prompt_number": 1, "text": ["9.0"], "metadata": {}}],
        "input": [*CODE.splitlines(keepends=True), "loss"],
    }
    printed = {"outputs": [{"output_type": "stream", "stream": "stdout", "text": "3.0\n"}], "input": "print(w)"}
    cells = [
        {"cell_type": "code", "language": "python", "metadata": {}, "collapsed": False, "prompt_number": 1, **c}
        for c in (old, printed)
    ]
    book = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": cells, "metadata": {}}]}
    assert outputs_of("old.ipynb", json.dumps(book)) == [(1, 3, "9.0", "9.0", True), (2, 1, "3.0", "2.0", False)]


# ------------------------------------------------------------------------------------------------ scripts, and what is none


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbf" + CODE.encode(), id="a byte order mark"),
        pytest.param(CODE.replace("\n", "\r\n"), id="Windows"),
        pytest.param("if True:\n\tw = 2.0\n\tloss = (w - 5) ** 2", id="tabs, no last newline"),
        pytest.param("\f# -*- coding: utf-8 -*-\n" + CODE + "# é\u2028é", id="form feed, cookie, line separator"),
        pytest.param(CODE + "text = '" + "a" * 2_000_000 + "'", id="a huge line"),
        pytest.param(
            b"#!/usr/bin/env python\n# -*- coding: latin-1 -*-\ncaf\xe9 = 1\n" + CODE.encode(), id="Latin-1, declared"
        ),
    ],
)
def test_a_script(content: str | bytes) -> None:
    work = chainrule.explain(written("script.py", content))
    assert (work["w"].gradient, work.notices) == (-6, ())


def test_a_script_that_was_a_notebook() -> None:
    work = chainrule.explain(written("exported.py", f"%matplotlib inline\nif True:\n    !ls\n{CODE}"))
    assert work["w"].gradient == -6
    assert work.notices == (
        "line 1: `%matplotlib inline` is for the notebook, not for Python: set aside.",
        "line 3: `!ls` is for the notebook, not for Python: set aside.",
    )


EMPTY = "is empty: there is no program to read. Give a .py script, an .ipynb notebook or a pasted one."
CODE_CELL = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": 1}
FOUR = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.py", "", f"empty.py {EMPTY}"),
        ("blank.ipynb", " \n\n", f"blank.ipynb {EMPTY}"),
        ("image.py", b"\x89PNG\r\n\x1a\n\0", "image.py is not UTF-8 text: byte 0 is 0x89. Save it as UTF-8 and try again."),
        ("zeros.py", b"w = 1\0\n", "zeros.py: it is not Python: source code string cannot contain null bytes."),
        ("wide.py", CODE.encode("utf-16"), "wide.py is not UTF-8 text: byte 0 is 0xff. Save it as UTF-8 and try again."),
        ("latin.py", b"w = 1\n# caf\xe9\n", "latin.py is not UTF-8 text: byte 11 is 0xe9. Save it as UTF-8 and try again."),
        ("koine.py", b"# -*- coding: koine -*-\n# caf\xe9\n", "koine.py is not UTF-8 text: byte 29 is 0xe9. Save it as UTF-8 and try again."),
        ("magic.py", "%matplotlib inline\nw = = 1\n", "magic.py, line 2: `w = = 1` is not Python: invalid syntax."),
        ("tabs.py", "if True:\n\tw = 2\n        x = 1\n", "tabs.py, line 3: `x = 1` is not Python: inconsistent use of tabs and spaces in indentation."),
        ("words.txt", "This is my homework.\n", "words.txt, line 1: `This is my homework.` is not Python: invalid syntax."),
        ("marks.txt", "In [1]:\n\nIn [2]:\n", "marks.txt has `In [n]:` markers but no code after them."),
        ("open.ipynb", "{", "open.ipynb is no Jupyter notebook: Notebook does not appear to be JSON: '{'"),
        ("none.ipynb", json.dumps({**FOUR, "cells": []}), "none.ipynb has no code cell."),
        ("nine.ipynb", '{"nbformat": 9, "cells": []}', "nine.ipynb is no Jupyter notebook: Unsupported nbformat version 9"),
        ("null.ipynb", json.dumps({**FOUR, "metadata": {"kernelspec": None}, "cells": [{**CODE_CELL, "source": ""}]}), "null.ipynb has no code cell."),
        ("return.py", f"{CODE}return w\n", "return.py, line 3: `return w` is not Python: 'return' outside function."),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read(name: str, content: str | bytes, message: str) -> None:
    done = explained(written(name, content))
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"chainrule: {message}\n")


def test_a_file_that_may_not_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, os.strerror(13), str(path))

    written("closed.py", CODE)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    done = explained("closed.py")
    assert (done.exit_code, done.stderr) == (2, "chainrule: closed.py cannot be opened: Permission denied.\n")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("sum.py", "w = 2.0\nloss = " + " + ".join(["w"] * 3000), id="a long sum"),
        pytest.param("cell.ipynb", json.dumps({**FOUR, "cells": [CODE_CELL]}), id="a cell without source"),
        pytest.param("deep.ipynb", "[" * 100_000, id="too many brackets"),
        pytest.param("x" * 300 + ".py", None, id="a name too long"),
    ],
)
def test_there_is_one_message_and_no_traceback(name: str, content: str | None) -> None:
    done = explained(name if content is None else written(name, content))
    assert done.exit_code == 2
    assert done.stderr.startswith(f"chainrule: {name}")
    assert done.stderr.count("\n") == 1


def test_a_huge_line_that_is_no_python_is_not_repeated_whole() -> None:
    done = explained(written("huge.py", "x = '" + "a" * 1_000_000))
    assert (done.exit_code, len(done.stderr) < 1000) == (2, True)


def test_a_name_that_no_file_can_have() -> None:
    with pytest.raises(chainrule.ReadError) as refused:
        chainrule.explain("a\0b.py")
    assert str(refused.value) == "a\0b.py cannot be opened: embedded null byte."


@pytest.mark.parametrize(
    ("shown", "computed", "same"),
    [
        ("Error:0.3025000000000001 at 7", "Error:0.3025000000000002 at 7", True),
        ("0.3025000000000001", "0.3025000100000001", False),
        ("0.30", "0.31", False),
        ("7 0.3025000000000001", "8 0.3025000000000001", False),
        ("[1.0, 2.0]", "[1.0,  2.0]", True),
        ("1.5", "1.5 2.5", False),
    ],
)
def test_the_last_digits_of_another_machine_are_no_difference(shown: str, computed: str, *, same: bool) -> None:
    assert alike(shown, computed) == same


def test_a_cell_that_was_skipped_is_a_reason_to_find_no_loss() -> None:
    cells = [{**CODE_CELL, "source": "import numpy as np\nw = = 1"}, {**CODE_CELL, "source": "w = np.ones(2)"}]
    done = explained(written("skipped.ipynb", json.dumps({**FOUR, "cells": cells})))
    assert done.stderr == (
        "chainrule: skipped.ipynb: no loss was found: no named number depends on the parameters. Name it with --of NAME, or write "
        'it with --loss "EXPRESSION" (the program names: none). In cell 1, line 2: `w = = 1` is not Python: invalid syntax. The '
        "cell is skipped. The program stopped early: cell 2 line 1: `w = np.ones(2)` raised NameError: name 'np' is not defined. "
        "What ran before it is worked.\n"
    )
