"""Programs in Python 2 are read as what they are in Python 3, line for line."""

from __future__ import annotations

from pathlib import Path

import pytest

import chainrule
from chainrule.reading.python2 import NOTICE, as_python3

OLD = """import numpy as np
w = np.array([0.5, -0.2])
x = np.array([1.0, 2.0])
for i in xrange(3):
\ty = w.dot(x)
        loss = 0.5 * (y - 1) ** 2
\tprint "loss %f" % loss, i
\tdw = (y - 1) * x
\tw -= 0.1 * dw
try:
    print w
except ValueError, error:
    raise KeyError, "none"
"""


def test_it_is_read_checked_and_said(tmp_path: Path) -> None:
    path = tmp_path / "old.py"
    path.write_text(OLD, encoding="utf-8")
    found = chainrule.check(path)
    assert [(j.name.text, j.verdict, j.source.line) for j in found.claims if j.source] == [("dw", "right", 8)]
    assert found.remarks == (NOTICE,)


def test_what_it_prints_is_printed(tmp_path: Path) -> None:
    path = tmp_path / "old.py"
    path.write_text('w = 0.5\nloss = w ** 2\nprint "loss:", loss\nprint\nprint("a %d" % 3), 4\n', encoding="utf-8")
    assert chainrule.explain(path).trace.printed == "loss: 0.25\n\na 3 4\n"


@pytest.mark.parametrize("code", ["x = = 1\nprint x\n", "x = 1\n", "def f(:\n    print 1\n"])
def test_what_is_not_python_2_is_left_alone(code: str) -> None:
    assert as_python3(code) is None


def test_a_module_beside_and_a_cell_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("def square(v):\n    print v\n    return v * v\n", encoding="utf-8")
    path = tmp_path / "main.py"
    path.write_text("from helper import square\nw = 3.0\nloss = square(w)\ndw = 2 * w\n", encoding="utf-8")
    assert [j.verdict for j in chainrule.check(path).claims] == ["right"]
