"""A loss that only some passes compute: the first of these is looked at, and that is said."""

from __future__ import annotations

from pathlib import Path

import pytest

import chainrule

CODE = """w = 3.0
for epoch in range({passes}):
    dw = 2 * w
    if {test}:
        loss = w ** 2
    w = w - 0.001 * dw
"""


@pytest.mark.parametrize(
    ("test", "looked_at"),
    [("(epoch + 1) % 20 == 0", 20), ("epoch % 20 == 7", 8), ("epoch % 20 == 0", None)],
)
def test_the_first_pass_that_computes_it_is_looked_at(test: str, looked_at: int | None, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(CODE.format(passes=60, test=test))
    found = chainrule.check(path)
    words = f"Not every pass of the loop at line 2 computes a loss: pass {looked_at}, which does, is looked at."
    assert (words in found.remarks) == (looked_at is not None)
    assert [(j.name.text, j.verdict) for j in found.claims] == [("dw", "right")]


def test_a_pass_that_never_comes_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(CODE.format(passes=5, test="(epoch + 1) % 20 == 0"))
    with pytest.raises(chainrule.NoLoss, match="no loss was found"):
        chainrule.check(path)
