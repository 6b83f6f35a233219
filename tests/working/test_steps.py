"""What is said beside each number: one summand per use, reasons for zeros, kinks, saturation, sums over copies."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import chainrule

SIGMOID = "import math\ndef sigmoid(z):\n    return 1 / (1 + math.exp(-z))\n"
RELU = "def relu(z):\n    return max(0, z)\n"
BATCH = "import numpy as np\nX = np.ones((4, 2))\nW = np.ones((2, 3))\nb = np.zeros(3)\nP = X @ W + b\n"


@pytest.fixture
def explained(tmp_path: Path) -> Callable[[str], str]:
    def explain(text: str) -> str:
        path = tmp_path / "network.py"
        path.write_text(text, encoding="utf-8")
        return str(chainrule.explain(path))

    return explain


CASES = {
    "one summand for each use": (
        "w = 2.0\nx = 3.0\ny = w*x + w**2\nloss = y**2 + w\n",
        """\
  ∂loss/∂w = ∂loss/∂y·x + ∂loss/∂y·2·w + 1
           = 20·3 + 20·2·2 + 1
           = 141
""",
    ),
    "a zero factor": (
        "w = 2.0\nx = 0.0\nt = 1.0\nloss = (w*x - t)**2\n",
        """\
  ∂loss/∂w = 2 · (w·x − t) · x
           = 2 · (2·0 − 1) · 0
           = 0   because x is 0
""",
    ),
    "a node that is off": (
        f"{RELU}w = -1.0\nx = 2.0\nt = 1.0\nz = w*x\nh = relu(z)\nloss = (h - t)**2\n",
        """\
  ∂loss/∂z = ∂loss/∂h · relu′(z)
           = (−2) · 0
           = 0   because relu′(z) is 0: z = −2 ≤ 0
""",
    ),
    "summands that cancel": (
        "w = 2.0\nx = 3.0\nloss = w*x - x*w + 1\n",
        """\
  ∂loss/∂w = x + (−x)
           = 3 + (−3)
           = 0   because its summands cancel
""",
    ),
    "a kink, with both slopes": (
        f"{RELU}w = 1.0\nx = 2.0\nb = -2.0\nt = 1.0\nz = w*x + b\nh = relu(z)\nloss = (h - t)**2\n",
        """\
  h = relu(z)   (a kink: z is exactly 0, where relu has slope 0 on the left and 1 on the right; 0 is
    = 0         taken; this is ReLU)
""",
    ),
    "saturation": (
        f"{SIGMOID}w = 12.0\nx = 1.0\nt = 0.0\nz = w*x\np = sigmoid(z)\nloss = (p - t)**2\n",
        """\
  p = sigmoid(z)   (saturated: sigmoid′(z) is only 6.14e−06, so little gets through; this is the
    = 0.999994     sigmoid)
""",
    ),
    "a bias added to rows": (
        f"{BATCH}loss = np.sum(P ** 2)\n",
        "∂loss/∂b = Σ_rows ∂loss/∂P   (b was added to 4 rows, so its gradient is the sum over rows)",
    ),
    "a column added to columns": (
        "import numpy as np\nW = np.ones((2, 3))\nX = np.ones((3, 4))\nb = np.zeros((2, 1))\nP = W @ X + b\nloss = np.sum(P ** 2)\n",
        "(b was added to 4 columns, so its gradient is the sum over\n           = [[24],               columns)\n",
    ),
    "shapes and transposes": (f"{BATCH}loss = np.sum(P ** 2)\n", "  ∂loss/∂W = Xᵀ @ ∂loss/∂P\n"),
    "shapes stated": (f"{BATCH}loss = np.sum(P ** 2)\n", "  P = X @ W + b   (shapes: 4×2 @ 2×3 → 4×3)\n"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_said_of_a_step(explained: Callable[[str], str], case: str) -> None:
    program, expected = CASES[case]
    assert expected in explained(program)


def test_a_parameter_that_is_not_in_the_loss_says_so(explained: Callable[[str], str]) -> None:
    text = explained("w = 2.0\nv = 1.0\nx = 3.0\nloss = (w*x - 1)**2\ndw = 2*(w*x - 1)*x\nw = w - 0.1*dw\nv = v - 0.1*dw*v\n")
    assert "  updated, but not in the loss: v\n" in text
