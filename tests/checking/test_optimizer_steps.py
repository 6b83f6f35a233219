"""What an optimizer makes of a gradient is not judged, but a first step from rest that climbs the loss is found."""

from __future__ import annotations

from pathlib import Path

import pytest

import chainrule

SETTING = """import numpy as np
np.random.seed(0)
x, t = np.random.rand(5, 4), np.random.rand(5, 3)
W = np.random.randn(4, 3)
m, v = np.zeros_like(W), np.zeros_like(W)
for i in range(1, 4):
    loss = 0.5 * np.sum((x @ W - t) ** 2)
    dW = x.T @ (x @ W - t)
"""
STEPS = {
    "momentum": ("v = 0.9 * v + 0.1 * dW", "W -= 0.01 * v"),
    "a velocity with its sign": ("v = 0.9 * v - 0.01 * dW", "W += v"),
    "Nesterov": ("m = v", "v = 0.9 * v - 0.01 * dW", "W += -0.9 * m + 1.9 * v"),
    "AdaGrad": ("v += dW ** 2", "W -= 0.01 * dW / (np.sqrt(v) + 1e-7)"),
    "RMSprop": ("v = 0.9 * v + 0.1 * dW * dW", "W -= 0.01 * dW / (np.sqrt(v) + 1e-7)"),
    "Adam": (
        "m = 0.9 * m + 0.1 * dW",
        "v = 0.999 * v + 0.001 * dW ** 2",
        "W -= 0.01 * (m / (1 - 0.9 ** i)) / (np.sqrt(v / (1 - 0.999 ** i)) + 1e-8)",
    ),
}


def _checked(tmp_path: Path, lines: tuple[str, ...]) -> chainrule.Check:
    path = tmp_path / "program.py"
    path.write_text(SETTING + "".join(f"    {line}\n" for line in lines), encoding="utf-8")
    return chainrule.check(path)


@pytest.mark.parametrize("kind", list(STEPS))
def test_a_step_down_the_loss_is_not_accused(tmp_path: Path, kind: str) -> None:
    check = _checked(tmp_path, STEPS[kind])
    assert [j.verdict for j in (*check.claims, *check.updates)] == ["right"]
    assert check.notices == (
        "W: stepped with what an optimizer keeps from step to step. The gradients are judged; of the steps, only that the "
        "first one from rest goes down the loss.",
    )


@pytest.mark.parametrize("kind", list(STEPS))
def test_a_step_up_the_loss_is_found(tmp_path: Path, kind: str) -> None:
    turned = {"-=": "+=", "+=": "-="}
    *before, last = STEPS[kind]
    sign = next(s for s in turned if s in last)
    check = _checked(tmp_path, (*before, last.replace(sign, turned[sign])))
    (step,) = (j for j in check.updates if j.verdict == "wrong")
    assert (step.name.text, step.because) == (
        "W",
        "from rest it steps along the gradient, not against it: the step climbs loss",
    )


def test_what_is_neither_is_left_alone(tmp_path: Path) -> None:
    """With a large decay of the weights, a first step goes down in some entries and up in others."""
    check = _checked(tmp_path, ("v = 0.9 * v + 0.1 * (dW - 9 * W)", "W -= 0.01 * v"))
    assert [j.verdict for j in (*check.claims, *check.updates)] == ["right"]
    assert "The gradients are judged, the steps are not." in check.notices[0]
