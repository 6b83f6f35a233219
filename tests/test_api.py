"""The door from Python: functions, the objects that come back, and what is said when something is asked wrongly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule
from tests_examples import path_of

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([[0.0], [1.0], [1.0], [0.0]])


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def loss(W1: Any, b1: Any, W2: Any) -> Any:
    return np.mean((sigmoid(sigmoid(X @ W1 + b1) @ W2) - Y) ** 2)


def gradient(W1: Any, b1: Any, W2: Any) -> dict[str, Any]:
    H = sigmoid(X @ W1 + b1)
    P = sigmoid(H @ W2)
    dZ2 = 2 * (P - Y) / Y.size * P * (1 - P)
    dZ1 = dZ2 @ W2.T * H * (1 - H)
    return {"W1": X.T @ dZ1, "b1": dZ1.sum(axis=0), "W2": H.T @ dZ2}


def values() -> dict[str, Any]:
    generator = np.random.default_rng(1)
    return {"W1": generator.normal(size=(2, 3)), "b1": np.zeros(3), "W2": generator.normal(size=(3, 1))}


def test_a_function_is_explained() -> None:
    work = chainrule.explain(loss, values())
    truth = gradient(**values())
    for name, value in truth.items():
        assert work[name].gradient == pytest.approx(value)


def test_a_lambda_and_a_function_without_source() -> None:
    assert chainrule.explain(lambda w, x: (w * x - 1) ** 2, {"w": 2.0, "x": 3.0})["w"].gradient == 30
    space: dict[str, Any] = {}
    exec(
        "def f(w, x):\n    total = 0\n    for k in range(3):\n        total = total + w * x ** k\n    return total ** 2", space
    )
    assert chainrule.explain(space["f"], {"w": 2.0, "x": 3.0})["w"].gradient == 2 * 2 * 13 * 13


@pytest.mark.parametrize(
    ("function", "given", "message"),
    [
        (loss, {"W1": 1.0}, "loss cannot be called with W1: loss() missing 2 required positional arguments: 'b1' and 'W2'."),
        (lambda w: w * np.ones(3), {"w": 2.0}, "f returned an array of shape (3,); a derivative is taken of one number. Sum it, or take its mean."),
        (lambda w: "text", {"w": 2.0}, "f returned str that does not depend on its values, so it has no derivative."),
    ],
)  # fmt: skip
def test_a_function_that_cannot_be_explained(function: Any, given: dict[str, Any], message: str) -> None:
    with pytest.raises(chainrule.AskError) as caught:
        chainrule.explain(function, given)
    assert str(caught.value) == message


def test_an_unknown_option() -> None:
    with pytest.raises(chainrule.AskError, match="there is no option `digit`"):
        chainrule.explain(path_of("seed"), digit=3)


def test_the_work_is_an_object_to_look_into(tmp_path: Path) -> None:
    work = chainrule.explain(path_of("seed"))
    assert work["w5"].value == 1
    assert [s.kind for s in work.forward][-1] == "loss"
    assert len(list(work)) == len(work.forward) + len(work.backward) + len(work.updates)
    assert "<math" in work._repr_html_()
    saved = work.save(tmp_path / "out.html")
    with pytest.raises(chainrule.FileExists):
        work.save(saved)


def test_an_unknown_name_in_the_work() -> None:
    with pytest.raises(KeyError):
        chainrule.explain(path_of("seed"))["w55"]


def test_a_right_gradient_passes() -> None:
    check = chainrule.check_gradient(loss, gradient, values(), wrt=("W1", "b1", "W2"))
    assert [j.verdict for j in check] == ["right"] * 3


def test_a_wrong_gradient_is_named() -> None:
    def slip(W1: Any, b1: Any, W2: Any) -> dict[str, Any]:
        Z1 = X @ W1 + b1
        P = sigmoid(sigmoid(Z1) @ W2)
        return {"W2": Z1.T @ (2 * (P - Y) / Y.size * P * (1 - P))}

    with pytest.raises(AssertionError) as caught:
        chainrule.check_gradient(loss, slip, values(), wrt=("W2",))
    assert isinstance(caught.value, chainrule.GradientMismatch)
    message = str(caught.value)
    assert message.startswith("slip['W2'] is wrong: it uses Z1 where ")
    assert "At the values given it gives" in message


def test_a_gradient_that_cannot_be_followed_is_asked_again() -> None:
    def compiled(**given: Any) -> tuple[Any, ...]:
        found = gradient(**{k: np.asarray(v) for k, v in given.items()})
        return tuple(np.frombuffer(found[k].tobytes()).reshape(found[k].shape) for k in ("W1", "b1", "W2"))

    check = chainrule.check_gradient(loss, compiled, values(), wrt=("W1", "b1", "W2"))
    assert [j.verdict for j in check] == ["right"] * 3


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda W1, b1, W2: (W1,), "f returned 1 arrays for 2 names (W1, b1)."),
        (lambda W1, b1, W2: {"W1": W1}, "f returned no 'b1'; it returned 'W1'. Name what is to be checked with wrt=(…)."),
    ],
)
def test_a_gradient_of_the_wrong_form(answer: Any, message: str) -> None:
    with pytest.raises(chainrule.AskError) as caught:
        chainrule.check_gradient(loss, answer, values(), wrt=("W1", "b1"))
    assert str(caught.value) == message


def test_a_gradient_of_the_wrong_shape() -> None:
    with pytest.raises(chainrule.GradientMismatch) as caught:
        chainrule.check_gradient(loss, lambda W1, b1, W2: {"W1": W1.T}, values(), wrt=("W1",))
    assert str(caught.value) == "f['W1'] is wrong: it has shape (3, 2), and W1 has shape (2, 3)."
