"""What SciPy is handed to minimize is recorded, and the program runs as it would without that."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest

import chainrule
from chainrule.reading.run import run
from chainrule.reading.sources import load

PROGRAM = """import random
from functools import partial
import numpy as np
from scipy.optimize import minimize
random.seed(0)
np.random.seed(0)
X, y = np.random.normal(size=(6, 2)), np.random.normal(size=6)
def cost(w, k):
    r = X @ w - y
    print(round(float(np.sum(r ** 2)), 6), random.random())
    return np.sum(r ** 2)
def grad(k, w, *_):
    return 2 * X.T @ (X @ w - y)
found = minimize(cost, {start}, args=(3,), jac=partial(grad, 1), options={{"maxiter": 2}})
print(found.nfev, random.random())
"""


@pytest.mark.parametrize("start", ["[0.1, 0.2]", "np.array([[0.1], [0.2]])[:, 0]", "np.zeros(2)"])
def test_it_prints_and_draws_what_it_would(start: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM.format(start=start), encoding="utf-8")
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(path.read_text(encoding="utf-8"), {})
    assert run(load(path)).printed == shown.getvalue()
    assert [(j.name.text, j.verdict) for j in chainrule.check(path, of="cost").claims] == [("gradient", "right")]


def test_a_gradient_that_fails_is_told_as_the_program_s_own(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM.format(start="np.zeros(2)").replace("2 * X.T", "2 * Z.T"), encoding="utf-8")
    with pytest.raises(chainrule.ChainruleError, match="name 'Z' is not defined"):
        chainrule.check(path)


def test_what_is_left_out_may_hold_the_call(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "from no_such_module import search\ndef cost(w):\n    return w * w\nprint(search(cost))\n", encoding="utf-8"
    )
    with pytest.raises(
        chainrule.NoLoss, match=r"nothing calls them\..* No module named 'no_such_module': what needs it is left out\.$"
    ):
        chainrule.check(path)
