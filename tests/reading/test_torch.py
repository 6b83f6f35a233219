"""Programs in PyTorch's words are read without PyTorch: what they compute, and what backward() leaves, is followed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import chainrule
from chainrule.errors import ReadError

HEAD = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"
DATA = HEAD + "x = torch.tensor([[0.5, -1.0, 2.0], [1.5, 0.3, -0.7]])\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "program.py"
    path.write_text(text, encoding="utf-8")
    return path


X = np.array([[0.5, -1.0, 2.0], [1.5, 0.3, -0.7]])
FORWARD = {
    "x.sum()": X.sum(),
    "(x.sum(1, keepdim=True) * x).mean()": (X.sum(1, keepdims=True) * X).mean(),
    "x.view(3, 2)[2].sum() + x.view(-1)[1]": X.reshape(3, 2)[2].sum() + X.ravel()[1],
    "torch.tanh(x).pow(2).sum()": (np.tanh(X) ** 2).sum(),
    "x.max(1, keepdim=True).values.sum()": X.max(1).sum(),
    "x.var(0, unbiased=True).sum() + x.std(1).sum()": X.var(0, ddof=1).sum() + X.std(1, ddof=1).sum(),
    "(x.t() @ x).transpose(0, 1)[0, 2]": (X.T @ X)[2, 0],
    "x.clamp(min=0).exp().log().sum()": np.maximum(X, 0).sum(),
    "F.softmax(x, dim=1)[0, 2]": np.exp(X[0, 2]) / np.exp(X[0]).sum(),
    "F.cross_entropy(x, torch.tensor([2, 0]))": np.mean([np.log(np.exp(r).sum()) - r[k] for r, k in zip(X, (2, 0), strict=True)]),
    "(x * F.one_hot(torch.tensor([2, 0]), num_classes=3)).sum()": X[0, 2] + X[1, 0],
    "torch.cat([x, x], dim=1).unsqueeze(0).squeeze(0)[:, 3:].relu().sum()": np.maximum(X, 0).sum(),
    "nn.MSELoss()(x, torch.ones_like(x))": np.mean((X - 1) ** 2),
    "sum(p.nelement() for p in nn.Linear(3, 4).parameters()) * x[0, 0]": 16 * 0.5,
}  # fmt: skip


@pytest.mark.parametrize("expression", FORWARD)
def test_the_forward_half(expression: str, tmp_path: Path) -> None:
    path = written(tmp_path, f"{DATA}loss = {expression}\n")
    assert chainrule.explain(path, of="loss").loss == pytest.approx(FORWARD[expression], rel=1e-12)


TRAINED = """
torch.manual_seed(3)
model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
y = torch.tensor([1, 0])
scores = model(x)
loss = F.cross_entropy(scores, y)
loss.backward()
dscores = F.softmax(scores, 1).clone()
dscores[range(2), y] -= 1
dscores /= 2
dW = dscores.T @ torch.tanh(model[0](x))
assert torch.allclose(dW, model[2].weight.grad)
eps, W = 1e-6, model[0].weight
bumped = W.clone().numpy()
bumped[1, 2] += eps
hidden = torch.tanh(x @ bumped.T + model[0].bias)
slope = (F.cross_entropy(model[2](hidden), y) - loss) / eps
assert abs((slope - W.grad[1, 2]).item()) < 1e-5
print("both agree")
"""


def test_what_backward_leaves_is_the_derivative(tmp_path: Path) -> None:
    check = chainrule.check(written(tmp_path, DATA + TRAINED))
    assert [(j.name.text, j.verdict) for j in check.claims] == [("dscores", "right"), ("dW", "right")]
    work = chainrule.explain(tmp_path / "program.py")
    assert "both agree" in work.trace.printed
    assert "the program differentiates it" in work.reading.loss.evidence


LOOP = """
torch.manual_seed(0)
y, w = torch.randn(2, 2), torch.randn(3, 2)
for t in range(20):
    out = x.mm(w).clamp(min=0)
    loss = (out - y).pow(2).sum().item()
    grad_out = 2.0 * (out - y)
    grad_out[out <= 0] = 0
    grad_w = x.t().mm(grad_out)
    w -= 1e-2 * grad_w
"""


def test_a_loop_trained_by_hand(tmp_path: Path) -> None:
    check = chainrule.check(written(tmp_path, DATA + LOOP))
    assert {j.verdict for j in (*check.claims, *check.updates)} == {"right"}, str(check)
    wrong = chainrule.check(written(tmp_path, DATA + LOOP.replace("x.t().mm(grad_out)", "x.t().mm(out - y)")))
    assert any(j.verdict == "wrong" for j in wrong.claims)


def test_the_showpiece(tmp_path: Path) -> None:
    program = Path(__file__).parents[2] / "docs" / "showpiece" / "rivers.py"
    check = chainrule.check(program)
    assert [j.verdict for j in check.claims] == ["right"] * 16
    text = program.read_text(encoding="utf-8")
    for right, wrong in (
        ("dpre = doff + dcentre / N", "dpre = doff"),
        ("* 2 * off / N", "* off / N"),
        ("W2.T\n", "W2.T * 2\n"),
    ):
        assert right in text
        assert any(j.verdict != "right" for j in chainrule.check(written(tmp_path, text.replace(right, wrong))).claims)


def test_what_is_not_stood_in_for_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, "from torch.utils.data import DataLoader\n")
    with pytest.raises(ReadError) as error:
        chainrule.explain(path)
    assert str(error.value) == (
        f"{path}: no loss was found before it stopped at line 1: `from torch.utils.data import DataLoader`: "
        "No module named 'torch.utils' (of PyTorch, tensors and torch.nn are read). Install it."
    )


AUTOGRAD = """
w = torch.ones(3, requires_grad=True)
for i in range(3):
    loss = ((x @ w) ** 2).sum()
    w.grad = None
    loss.backward()
    w.data -= 0.1 * w.grad
print(w.tolist())
"""


def test_a_loop_trained_by_backward(tmp_path: Path) -> None:
    work = chainrule.explain(written(tmp_path, DATA + AUTOGRAD))
    w = np.ones(3)
    for _ in range(3):
        w = w - 0.1 * 2 * X.T @ X @ w
    assert json.loads(work.trace.printed) == pytest.approx(w.tolist())


def test_backward_where_nobody_looks_is_refused(tmp_path: Path) -> None:
    text = LOOP.replace("    w -=", "    (out - y).pow(2).sum().backward()\n    w -=")
    assert text != LOOP
    notices = chainrule.check(written(tmp_path, DATA + text)).remarks
    assert "PyTorch's own backward() is followed in the pass that is shown, and in no other" in " ".join(notices)
