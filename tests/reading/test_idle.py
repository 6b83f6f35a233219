"""Branches that only count are told from those that a derivative may hang on."""

from __future__ import annotations

from pathlib import Path

import pytest

from chainrule.reading.idle import idle_guards
from chainrule.reading.run import run
from chainrule.reading.sources import load
from chainrule.reading.trace import Settings

SETTING = "import numpy as np\nx = np.array([0.5, -1.0, 2.0])\nn, m = 0, 0\n{}\nloss = np.sum(x**2){}\n"
CASES = {
    "a count": ("for v in x:\n    if v > 0:\n        n += 1", "", 3),
    "a count both ways": ("for v in x:\n    if v > 0:\n        n += 1\n    else:\n        m = m + 1", "", 3),
    "a count that the loss is made with": ("for v in x:\n    if v > 0:\n        n += 1", " / n", 0),
    "a count that another branch looks at": ("for v in x:\n    if v > 0:\n        n += 1\nif n > 1:\n    x = 2 * x", "", 0),
    "a value kept": ("for v in x:\n    if v > 0:\n        n = v", "", 0),
    "a value set": ("for v in x:\n    if v > 0:\n        n = 1", "", 0),
    "a call": ("for v in x:\n    if v > 0:\n        n += 1\n        print(v)", "", 0),
    "one line": ("for v in x:\n    if v > 0: n += 1", "", 0),
    "a loop that is left": ("for v in x:\n    if v > 0:\n        n += 1\n        break", "", 0),
}


@pytest.mark.parametrize("title", list(CASES))
def test_only_a_branch_that_counts_is_idle(tmp_path: Path, title: str) -> None:
    lines, end, idle = CASES[title]
    path = tmp_path / "program.py"
    path.write_text(SETTING.format(lines, end), encoding="utf-8")
    trace = run(load(path), Settings())
    assert len(idle_guards(trace, [len(trace.graph.nodes) - 1])) == idle
