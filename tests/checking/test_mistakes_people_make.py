"""The page of mistakes: each is found and named, and the same program put right is not accused."""

from __future__ import annotations

from pathlib import Path

import pytest

import chainrule

FOLDER = Path(__file__).parents[2] / "docs" / "mistakes"
WRONG = {
    "output_derivative_left_out": ("wrong", "it leaves out its activation′ at out", "out - y\n", "(out - y) * out * (1 - out)\n"),
    "activation_changed": ("wrong", "it uses the sigmoid's derivative for tanh", "h * (1 - h)", "(1 - h * h)"),
    "bias_not_in_loss": ("wrong", "is computed without b, so the derivative is 0", "X @ W\n", "X @ W + b\n"),
    "bias_over_wrong_axis": ("wrong", "it sums over axis 1, where b asks for the sum over axis 0", "dz, axis=1", "dz, axis=0"),
    "transpose_through_time": ("wrong", "it uses Wh where Whᵀ is needed", "Wh @ dz", "Wh.T @ dz"),
    "never_carried_back": ("wrong", "it leaves out one use of hs[1]", "for t in reversed(range(2)):\n    dz = (hs[t + 1] - ys[t])", "back = np.zeros(2)\nfor t in reversed(range(2)):\n    dz = (hs[t + 1] - ys[t] + (Wh.T @ back))"),
    "absolute_error_turned": ("wrong", "the gradient of the loss with its sign turned: the step climbs the loss", "np.sign(y - out)", "np.sign(out - y)"),
    "diagonal_softmax": ("wrong", "it keeps only the diagonal of softmax's derivative", "dp * p * (1 - p)", "p * (dp - np.sum(dp * p))"),
    "derivative_at_the_wrong_point": ("wrong", "it takes sigmoid′ at a, the value after the activation, instead of at z", "sigmoid_prime(a)\n", "sigmoid_prime(z)\n"),
    "mask_of_the_gradient": ("wrong", "it uses dz₁ where z belongs", "dz[dz < 0]", "dz[z < 0]"),
    "hidden_error_skips_output": ("wrong", "it leaves out its activation′ at out", "error @ W2.T", "out_delta @ W2.T"),
    "penalty_without_its_factor": ("wrong", "it leaves out the factor 2 of the derivative of w²", "+ lam * w\n", "+ 2 * lam * w\n"),
    "penalty_left_out": ("wrong", "it leaves out one use of w₁", "(X @ w - y)\nw", "(X @ w - y) + 2 * lam * w\nw"),
    "reshape_of_one_row": ("right only here", "it agrees with the derivative for one row, and not for 3", "X.reshape(3, -1)", "X.T"),
    "transposed_square": ("wrong", "it is transposed: it is (∂loss/∂W)ᵀ", "dout.T @ X", "X.T @ dout"),
    "weight_already_updated": ("wrong", "it uses W2₂, already updated, where W2₁ was used forward", "W2 = W2 -", "W2_next = W2 -"),
    "sum_for_mean": ("wrong", "exactly N/2 (N = 3) times the gradient of the loss as written", "dw = X.T", "dw = 2 / 3 * X.T"),
    "half_of_one": ("wrong", "exactly ½ of the gradient of the loss as written", "dw = (", "dw = 2 * ("),
    "twice_a_half_square": ("wrong", "exactly 2 times the gradient of the loss as written", "loss = 0.5 * ", "loss = "),
    "dropout_not_scaled_back": ("wrong", "it leaves out the division by keep_prob (line 10)", "* D1 * (1", "* D1 / keep_prob * (1"),
    "sums_never_set_back": ("wrong", "it still holds what earlier passes gathered. Set it back to 0", "dw += 2", "dw = 2"),
    "another_loss": ("wrong", "it is the gradient of binary cross-entropy", "(out - y)\n    W", "((out - y) * out * (1 - out) * 2 / 3)\n    W"),
}  # fmt: skip
RIGHT = ("climbing_an_error", "guarded_logarithm", "helper_of_the_activated", "kink", "mean_brought_in_later", "momentum")


def verdicts(path: Path) -> set[str]:
    found = chainrule.check(path)
    assert found.claims
    return {j.verdict for j in (*found.claims, *found.updates)}


def test_every_program_of_the_page_is_tried() -> None:
    programs = {path.stem for path in FOLDER.glob("*.py")}
    assert programs == {*WRONG, *RIGHT}
    page = (FOLDER.parent / "mistakes.md").read_text(encoding="utf-8")
    assert [name for name in programs if f"docs/mistakes/{name}.py" not in page] == []


@pytest.mark.parametrize("name", WRONG)
def test_the_mistake_is_found_and_named(name: str) -> None:
    verdict, words, *_ = WRONG[name]
    found = chainrule.check(FOLDER / f"{name}.py")
    assert any(j.verdict == verdict and words in j.because for j in found.claims), str(found)


@pytest.mark.parametrize("name", WRONG)
def test_put_right_it_is_not_accused(name: str, tmp_path: Path) -> None:
    *_, wrong, right = WRONG[name]
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    assert wrong in text
    path = tmp_path / f"{name}.py"
    mended = text.replace(wrong, right)
    if name == "never_carried_back":
        mended += "    back = dz\n"
    path.write_text(mended, encoding="utf-8")
    assert verdicts(path) == {"right"}


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_no_mistake_is_not_accused(name: str) -> None:
    assert verdicts(FOLDER / f"{name}.py") == {"right"}
