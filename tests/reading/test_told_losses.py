"""What a program's own words call a loss."""

from __future__ import annotations

from pathlib import Path

import pytest

from chainrule.reading.sources import load
from chainrule.reading.told_losses import told_losses

SAID = {
    'print("MSE loss:", total / 4)': {"total"},
    'print(f"epoch {i} cost={total / n:.3f} w={w}")': {"total"},
    'print("epoch %d, loss %.3f" % (i, total))': {"total"},
    'print("epoch {} loss {:.2f}".format(i, 0.5 * total))': {"total"},
    'print("loss: " + str(round(total, 3)))': {"total"},
    "costs.append(total / n)": {"total"},
    "mse = total / n": {"total"},
    'print("loss", total, "accuracy", hits / n)': {"total"},
    'print("epoch", i, "of", n)': set(),
    "losses.append(f(total))": set(),
    "weights.append(w)": set(),
}


@pytest.mark.parametrize("line", SAID)
def test_the_name_beside_the_word(line: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(f"i, n, w, hits, total = 1, 2, 3.0, 4, 5.0\n{line}\n", encoding="utf-8")
    assert told_losses(load(path)) == SAID[line]
