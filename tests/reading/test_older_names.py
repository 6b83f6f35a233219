"""Names that NumPy and Python have no more are read as what they meant, and are gone again afterwards."""

from __future__ import annotations

import collections
import platform
from pathlib import Path

import numpy as np

import chainrule
from chainrule.reading.sources import load

CODE = """import numpy as np
x = np.array([1, 0, 2], dtype=np.float)
w = np.zeros(3, np.float_)
loss = np.sum(x * w) + np.product(x + 1)
dw = x
"""


def test_a_program_for_an_older_numpy_is_read(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(CODE)
    found = chainrule.check(path, of="loss")
    assert [(j.name.text, j.verdict) for j in found.claims] == [("dw", "right")]
    words = "It was written for an older NumPy: `np.float`, `np.float_`, `np.product` is read as what it meant. "
    assert f"{words}NumPy {np.__version__} itself stops there." in load(path).notices
    assert not hasattr(np, "product")


def test_a_program_for_an_older_python_is_read(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "from collections import Iterable, Counter\nw = 3.0\nloss = w * w if isinstance([], Iterable) else 0.0\ndw = 2 * w\n"
    )
    found = chainrule.check(path, of="loss")
    assert [(j.name.text, j.verdict) for j in found.claims] == [("dw", "right")]
    words = "It was written for an older Python: `Iterable` is read as what it meant. "
    assert f"{words}Python {platform.python_version()} itself stops there." in load(path).notices
    assert not hasattr(collections, "Iterable")
