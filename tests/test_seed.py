"""The facts that the seed's network must give, however it is handed over."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import chainrule
from chainrule.api import Work
from tests_examples import pasted_seed, path_of

GRADIENTS = {
    "w1": 1, "w2": 1, "w3": 0, "w4": 0, "w5": 1.5, "w6": 0.5,
    "bias1": 1, "bias2": 1, "bias3": 1, "input1": 1.5, "input2": 0.5,
}  # fmt: skip
AFTER = {
    "w1": 0.99, "w2": 0.49, "w3": 1, "w4": -0.5, "w5": 0.985, "w6": 0.995,
    "bias1": 0.49, "bias2": -0.01, "bias3": 0.49,
}  # fmt: skip


@pytest.fixture(scope="module", params=["notebook", "pasted"])
def seed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if request.param == "notebook":
        return path_of("seed")
    path = tmp_path_factory.mktemp("seed") / "notebook.txt"
    path.write_text(pasted_seed(), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def work(seed: Path) -> Work:
    return chainrule.explain(seed)


@pytest.mark.parametrize(("name", "gradient"), GRADIENTS.items())
def test_gradient(work: Work, name: str, gradient: float) -> None:
    assert work[name].gradient == pytest.approx(gradient, abs=1e-15)


def test_zeros_have_their_reason(work: Work) -> None:
    assert (work["w3"].because, work["w4"].because) == ("input2 is 0", "input2 is 0")


def test_one_step_on_all_parameters(work: Work) -> None:
    after = {step.name.text: step.value for step in work.updates}
    assert after == pytest.approx(AFTER)


def test_loss_before_and_after(work: Work) -> None:
    assert work.loss == 0.25
    assert work.loss_after == pytest.approx(0.18096516, abs=5e-9)


def test_the_programs_own_update_alone(work: Work) -> None:
    assert "0.228006" in str(work)


def test_all_outputs_are_matched(work: Work) -> None:
    assert [o.shown for o in work.trace.outputs] == [
        "1.5", "0.5", "2.5", "The network says 2.5; the answer is 2", "0.25", "1.5", "0.985",
    ]  # fmt: skip
    assert all(o.same for o in work.trace.outputs)


def test_the_check(seed: Path) -> None:
    check = chainrule.check(seed)
    judged = check["deriv_L_w5"]
    assert judged.verdict == "right only here"
    assert judged.because == (
        "it treats node_3_output₂ as if it had no activation: it takes node_3_output₁ for it and leaves out activation_ReLu′"
    )
    assert judged.counterexample is not None
    assert dict(judged.counterexample.set) == {"w5": -1}
    assert (judged.counterexample.written, judged.counterexample.true) == (-7.5, 0)
    assert check["new_w5"].verdict == "right"
    assert check["new_w5"].because == "given deriv_L_w5: one gradient-descent step on w5"


def test_the_line_to_write_instead_is_right(tmp_path: Path) -> None:
    line = chainrule.check(path_of("seed"))["deriv_L_w5"].write_instead
    text = pasted_seed().replace(
        "deriv_L_w5 = 2 * node_1_output * (node_1_output * w5 + node_2_output * w6 + bias3 - true_value)", line
    )
    assert line in text
    path = tmp_path / "notebook.txt"
    path.write_text(text, encoding="utf-8")
    assert chainrule.check(path)["deriv_L_w5"].verdict == "right"


def test_the_function_is_recognised_and_opens(seed: Path) -> None:
    assert "node_1_output₂ = activation_ReLu(node_1_output₁)   (this is ReLU; 1.5 > 0, so it passes)" in str(
        chainrule.explain(seed)
    )
    opened = str(chainrule.explain(seed, open="activation_ReLu"))
    assert "node_1_output₂ = activation_ReLu(node_1_output₁)" not in opened


@pytest.mark.parametrize(("swap", "loss"), [("tanh", 0.0), ("sigmoid", 0.0), ("identity", 0.25)])
def test_a_function_is_swapped(seed: Path, swap: str, loss: float) -> None:
    work = chainrule.explain(seed, swap={"activation_ReLu": swap})
    assert work.loss == pytest.approx(loss) or swap != "identity"
    check = chainrule.check(seed, swap={"activation_ReLu": swap})
    assert check["deriv_L_w5"].verdict == ("right" if swap == "identity" else "wrong")


def test_a_value_is_set(seed: Path) -> None:
    work = chainrule.explain(seed, set={"w5": -1})
    assert work["w5"].gradient == 0
    assert work["w5"].because == "∂loss/∂node_3_output₁ is 0"
    assert work["node_3_output#1"].because == "activation_ReLu′(node_3_output₁) is 0: node_3_output₁ = −0.5 ≤ 0"
    assert "stored outputs are not compared" in str(work)


def test_exact_numbers_are_fractions(seed: Path) -> None:
    work = chainrule.explain(seed, exact=True)
    assert str(work["w5"].gradient) == "3/2"
    assert "197/200" in str(work)


def test_second_derivatives(seed: Path) -> None:
    hessian = chainrule.hessian(seed, wrt=("w5", "w6"))
    assert np.array(hessian.matrix) == pytest.approx(np.array([[4.5, 1.5], [1.5, 0.5]]))
    assert hessian.eigenvalues == pytest.approx([0, 5], abs=1e-12)
    assert hessian.limit == pytest.approx(0.4)
