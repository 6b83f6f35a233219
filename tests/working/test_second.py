"""Second derivatives against SymPy, and the stability limit of the local quadratic model."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

import chainrule

WEIGHTS = {"w": 0.7, "v": -0.4, "b": 0.2}


def network(w: float, v: float, b: float) -> float:
    return (v * np.tanh(w * 1.5 + b) - 0.3) ** 2  # type: ignore[no-any-return]


def test_the_hessian_is_sympys() -> None:
    w, v, b = sympy.symbols("w v b")
    loss = (v * sympy.tanh(w * 1.5 + b) - 0.3) ** 2
    expected = sympy.hessian(loss, (w, v, b)).subs({w: 0.7, v: -0.4, b: 0.2})
    found = chainrule.hessian(network, WEIGHTS)
    assert found.names == ("w", "v", "b")
    assert found.matrix == pytest.approx(np.array(expected.tolist(), float))
    assert found.eigenvalues == pytest.approx(np.linalg.eigvalsh(found.matrix))
    assert found.limit == pytest.approx(2 / found.eigenvalues[-1])


def test_there_is_no_limit_where_the_loss_curves_down_everywhere() -> None:
    assert chainrule.hessian(lambda w: -(w**2), {"w": 1.0}).limit is None


def test_there_is_no_limit_at_a_kink() -> None:
    found = chainrule.hessian(lambda w: np.maximum(0.0, w) ** 2 + w**2, {"w": 0.0})
    assert (found.at_kink, found.limit) == (True, None)


def test_a_quadratic_really_diverges_beyond_its_limit() -> None:
    limit = chainrule.hessian(lambda w: 3.0 * w**2, {"w": 1.0}).limit or 0.0
    assert limit == pytest.approx(1 / 3)
    for rate, grows in ((0.99 * limit, False), (1.01 * limit, True)):
        w = 1.0
        for _ in range(100):
            w -= rate * 6.0 * w
        assert (abs(w) > 1) is grows
