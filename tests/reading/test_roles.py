"""What plays which part: the loss, the parameters, the data and the learning rate, with the evidence that is printed for each."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import chainrule
from chainrule.cli import main

Row = tuple[str, str, str]


def written(folder: Path, text: str) -> Path:
    path = folder / "program.py"
    path.write_text(text, encoding="utf-8")
    return path


def found(work: chainrule.Work) -> list[Row]:
    """The rows of the printed table, a part's name repeated on each of its rows."""
    section = str(work).split("WHAT WAS FOUND\n")[1].split("\n\n")[0].splitlines()[2:]
    rows: list[Row] = []
    for line in section:
        cells = re.split(r"  +", line.strip())
        part = rows[-1][0] if len(cells) == 2 else cells[0]
        rows.append((part, cells[-2], cells[-1]))
    return rows


BY_PARAMETERS = "it is multiplied by parameters"
AS_TARGET = "it meets what the network made, and its name"
COMPARED = "it is compared with what the network made"
NAMED = "its name"
BESIDE = "its name, beside the others"
EVERY = "it scales every update"

PROGRAMS: list[Any] = [
    ("w, x, y = 2.0, 3.0, 5.0\nloss = (w * x - y) ** 2\n",
     [("loss", "loss", "its name, line 2"), ("parameters", "w = 2", NAMED), ("inputs", "x = 3", BY_PARAMETERS), ("target", "y = 5", AS_TARGET)]),
    ("w, b, x, y, lr = 2.0, 0.5, 3.0, 5.0, 0.1\npred = w * x + b\nloss = (pred - y) ** 2\ndw = 2 * (pred - y) * x\nw = w - lr * dw\n",
     [("loss", "loss", "its name, line 3"), ("parameters", "w = 2", "updated at line 5"), ("parameters", "b = 0.5", BESIDE),
      ("inputs", "x = 3", BY_PARAMETERS), ("target", "y = 5", AS_TARGET), ("learning rate", "lr = 0.1", EVERY)]),
    ("k, p, q = 2.0, 3.0, 5.0\ng = 2 * (k * p - q) * p\nr = (k * p - q) ** 2\nk = k - 0.01 * g\n",
     [("loss", "r", "what it computes, line 3"), ("parameters", "k = 2", "updated at line 4"), ("inputs", "p = 3", BY_PARAMETERS),
      ("target", "q = 5", COMPARED), ("learning rate", "0.01", EVERY)]),
    ("theta, alpha = 2.0, 0.25\nJ = (theta - 1) ** 2\ngrad = 2 * (theta - 1)\ntheta = theta - alpha * grad\n",
     [("loss", "J", "its name, line 2"), ("parameters", "theta = 2", "updated at line 4"), ("learning rate", "alpha = 0.25", EVERY)]),
    ("w, x, y, lam, eps = 2.0, 3.0, 5.0, 0.5, 1e-8\nloss = (w * x - y) ** 2 + lam * w ** 2 + eps\n",
     [("loss", "loss", "its name, line 2"), ("parameters", "w = 2", NAMED), ("inputs", "x = 3", BY_PARAMETERS), ("target", "y = 5", AS_TARGET),
      ("constants", "lam = 0.5", "it is neither"), ("constants", "eps = 1e−08", NAMED)]),
    ("class Net:\n    def __init__(self):\n        self.w = 2.0\n    def loss(self, x, y): return (self.w * x - y) ** 2\nx, y = 3.0, 5.0\ncost = Net().loss(x, y)\n",
     [("loss", "cost", "its name, line 4"), ("parameters", "self.w = 2", NAMED), ("inputs", "x = 3", BY_PARAMETERS), ("target", "y = 5", AS_TARGET)]),
    ("import numpy as np\nX, Y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 0.0])\nW, b = np.array([0.5, -0.5]), 0.1\nP = X @ W + b\nmse = np.mean((P - Y) ** 2)\ndW = X.T @ (P - Y)\nW -= 0.05 * dW\n",
     [("loss", "mse", "its name, line 5"), ("parameters", "W (2)", "updated at line 7"), ("parameters", "b = 0.1", BESIDE),
      ("inputs", "X (2×2)", BY_PARAMETERS), ("target", "Y (2)", AS_TARGET), ("learning rate", "0.05", EVERY)]),
    ("params = {'W': 2.0, 'b': 0.5}\nx, y = 3.0, 5.0\ncost = (params['W'] * x + params['b'] - y) ** 2\nparams['W'] -= 0.1 * 2\n",
     [("loss", "cost", "its name, line 3"), ("parameters", "params['W'] = 2, params['b'] = 0.5", NAMED),
      ("inputs", "x = 3", BY_PARAMETERS), ("target", "y = 5", AS_TARGET)]),
    ("w = 2.0\nloss = (w - 1) ** 2\nw = w - 0.05 * 2 * (w - 1)\n",
     [("loss", "loss", "its name, line 2"), ("parameters", "w = 2", "updated at line 3"), ("learning rate", "0.05", EVERY)]),
    ("w, m, v2, t = 2.0, 0.0, 0.0, 1.0\nlr, beta1, eps = 0.1, 0.9, 1e-8\nloss = (w - t) ** 2\ng = 2 * (w - t)\nm = beta1 * m + (1 - beta1) * g\nw = w - lr * m\n",
     [("loss", "loss", "its name, line 3"), ("parameters", "w = 2", "updated at line 6"), ("target", "t = 1", "it is compared with a parameter"), ("learning rate", "lr = 0.1", EVERY)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "rows"), PROGRAMS)
def test_the_parts_and_their_evidence_are_printed(text: str, rows: list[Row], tmp_path: Path) -> None:
    assert found(chainrule.explain(written(tmp_path, text))) == rows


NO_LOSS = "No loss was found. What is explained is `out`, the last number that the parameters reach; --of NAME names another."


def test_with_weak_evidence_this_is_said(tmp_path: Path) -> None:
    work = chainrule.explain(written(tmp_path, "w, x = 2.0, 3.0\nout = w * x\n"))
    assert (found(work)[0][1], work.notices) == ("out", (NO_LOSS,))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("w = 2.0\nlosses = [(w - 1) ** 2, (w - 3) ** 2]\n",
         "several numbers could be the loss: losses[0], losses[1]. Name one with --of, or give their sum a name in the program."),
        ("w = 2.0\nprint(w * 3)\n",
         "no loss was found: no named number depends on the parameters. Name it with --of NAME, or write it with --loss \"EXPRESSION\" (the program names: w)."),
    ],
)  # fmt: skip
def test_no_loss_is_guessed(text: str, message: str, tmp_path: Path) -> None:
    path = written(tmp_path, text)
    with pytest.raises(chainrule.AskError) as caught:
        chainrule.explain(path)
    assert str(caught.value) == f"{path}: {message}"


@pytest.mark.parametrize(
    "text",
    [
        "w = 2.0\nloss1 = (w - 1) ** 2\nloss2 = (w - 3) ** 2\n",
        "w = 2.0\ntotal = 0.0\nfor x, y in [(1.0, 2.0), (3.0, 4.0)]:\n    loss = (w * x - y) ** 2\n    total += loss\n",
        "w, v, lr1, lr2 = 2.0, 1.0, 0.1, 0.2\nloss = (w * v - 1) ** 2\ndw = 2 * (w * v - 1) * v\ndv = 2 * (w * v - 1) * w\nw = w - lr1 * dw\nv = v - lr2 * dv\n",
    ],
)  # fmt: skip
def test_what_could_be_several_things_is_said(text: str, tmp_path: Path) -> None:
    try:
        work = chainrule.explain(written(tmp_path, text))
    except chainrule.AskError as refused:
        assert "several" in str(refused)  # noqa: PT017 - either way of saying it will do
    else:
        assert work.notices or any("several" in row[2] for row in found(work))


def test_a_loss_that_compares_rows_with_columns_is_pointed_out(tmp_path: Path) -> None:
    text = """import numpy as np
X = np.random.rand(5, 3)
Y = np.array([[0.0], [1.0], [1.0], [1.0], [0.0]])
w = np.random.randn(1, 3)
a = w @ X.T
loss = np.sum((Y - a) ** 2)
"""
    path = tmp_path / "program.py"
    path.write_text(text, encoding="utf-8")
    words = (
        "line 6: `loss` compares an array of shape (5, 1) with one of shape (1, 5), which makes (5, 5): each row with every other. "
        "Was one of them to be turned?"
    )
    assert words in chainrule.check(path).notices
    path.write_text(text.replace("w @ X.T", "X @ w.T"), encoding="utf-8")
    assert not any("each row" in notice for notice in chainrule.check(path).notices)


def test_a_measure_made_from_the_loss_is_not_taken_for_it(tmp_path: Path) -> None:
    work = chainrule.explain(written(tmp_path, "w = 2.0\nloss = (w - 1) ** 2\nrmse = loss ** 0.5\n"))
    assert found(work)[0] == ("loss", "loss", "its name, line 2")


THE_TWO = "w, x, v = 2.0, 3.0, 1.0\nout = w * x * v\nloss = (out - 1) ** 2\nv = v - 0.1 * 2 * (out - 1) * w * x\n"


@pytest.mark.parametrize(
    ("words", "row"),
    [
        (("--of", "out"), ("loss", "out", "given, line 2")),
        (("--of", "loss#1"), ("loss", "loss", "given, line 3")),
        (("--wrt", "x"), ("parameters", "x = 3", "given")),
        (("--wrt", "w"), ("parameters", "w = 2", "given")),
        (("--wrt", "out"), ("parameters", "out", "given")),
        (("--wrt", "v"), ("parameters", "v = 1", "given")),
        (("--learning-rate", "0.5"), ("learning rate", "0.5", "given")),
    ],
)  # fmt: skip
def test_each_can_be_given(words: tuple[str, ...], row: Row, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["explain", str(written(tmp_path, THE_TWO)), *words])
    assert done.exit_code == 0
    assert re.search(rf"^ +({row[0]})? +{re.escape(row[1])} +{re.escape(row[2])}$", done.stdout, re.M)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--of", "lss"), "the program has no value named `lss`. Did you mean loss?"),
        (("--wrt", "q"), "the program has no value named `q`. It names: w, x, v, out, loss."),
        (("--of", "loss#4"), "the program has no value named `loss#4`. Did you mean loss?"),
    ],
)
def test_what_is_given_must_be_there(words: tuple[str, ...], message: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["explain", str(written(tmp_path, THE_TWO)), *words])
    assert (done.exit_code, done.stderr) == (2, f"chainrule: {message}\n")


def test_a_derivative_is_of_one_number(tmp_path: Path) -> None:
    path = written(tmp_path, "import numpy as np\nw = np.array([1.0, 2.0])\nz = w * 2\nloss = np.sum(z)\n")
    with pytest.raises(chainrule.AskError, match=re.escape("`z` has shape (2,); a derivative is taken of one number.")):
        chainrule.explain(path, of="z")


def test_a_loss_that_is_a_plain_number_has_no_derivative(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["explain", str(written(tmp_path, "w = 2.0\nloss = 4.0\n")), "--of", "loss", "--wrt", "w"])
    message = "chainrule: `loss` is a number that the program was given, and a derivative is taken of what is computed.\n"
    assert (done.exit_code, done.stderr) == (2, message)


RIGHT = {
    "beside a number added to its product": "w, v, x, y = 2.0, 0.5, 3.0, 1.0\nz = w * x + x\nloss = (z * v - y) ** 2\ndw = 2 * (z * v - y) * v * x\ndv = 2 * (z * v - y) * z\nw = w - 0.1 * dw\nv = v - 0.1 * dv",
    "through json": "import json\nw, v, y = 2.0, 0.5, 1.0\np = json.loads(json.dumps({'w': w}))\nloss = (p['w'] * v - y) ** 2 + w\ndw = 2 * (p['w'] * v - y) * v + 1",
    "through out=": "import numpy as np\nW, b = np.array([1.0, -2.0, 0.5]), 0.3\nz = np.zeros(3)\nnp.square(W, out=z)\nloss = np.sum(z) + np.sum(W) * b\ndW = 2 * W + b",
    "through np.ndenumerate": "import numpy as np\nW, b = np.array([1.0, -2.0, 0.5]), 0.3\ntotal = 0.0\nfor i, a in np.ndenumerate(W): total = total + a * a\nloss = total + np.sum(W) * b\ndW = 2 * W + b",
    "through accumulate": "from itertools import accumulate\nw, u = 1.5, 0.8\nz = list(accumulate([w, u, w]))\nloss = z[-1] ** 2 + w\ndw = 2 * z[-1] * 2 + 1",
}  # fmt: skip


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in RIGHT.items()])
def test_a_right_derivative_is_not_called_wrong(body: str, tmp_path: Path) -> None:
    assert {j.verdict for j in chainrule.check(written(tmp_path, body))} <= {"right", "cannot tell"}


@pytest.mark.parametrize(
    "shown", ["(w - 1) ** 2", "'loss: ' + str((w - 1) ** 2)", "f'{(w - 1) ** 2:.4f}'", "'%g' % ((w - 1) ** 2)"]
)
def test_a_loss_that_is_only_printed(shown: str, tmp_path: Path) -> None:
    work = chainrule.explain(written(tmp_path, f"w = 3.0\nprint({shown})\n"))
    assert (work.reading.loss.name.text, work.loss, work["w"].gradient) == ("printed", 4.0, 4.0)


CARRIED = """
import numpy as np
w, x, y = 0.5, np.array([1.0, -2.0, 0.3]), np.array([0.2, 0.7, -1.0])
c, cs, loss = 0.0, [], 0.0
for t in range(3):
    c = np.tanh(w * x[t] + c)
    cs.append(c)
    loss += 0.5 * (c - y[t]) ** 2
dw, dc_next = 0.0, 0.0
for t in reversed(range(3)):
    dc = dw * 0.0 + (cs[t] - y[t]) + dc_next
    dw += dc * (1 - cs[t] ** 2) * x[t]
"""


def test_a_derivative_to_which_another_is_added_is_no_updated_parameter(tmp_path: Path) -> None:
    work = chainrule.explain(written(tmp_path, CARRIED))
    assert (work.reading.loss.name.text, work.reading.updates) == ("loss", ())


def test_a_loss_that_adds_up_in_a_loop_is_explained_whole(tmp_path: Path) -> None:
    assert chainrule.explain(written(tmp_path, CARRIED)).worked.notices == ()


@pytest.mark.parametrize(
    ("rest", "gradient"),
    [
        ("loss = loss / 2\n", -3.0),
        ("loss /= 2\nloss = loss + 0.1 * w ** 2\n", -2.6),
        ("def half(x): return x / 2\nloss = half(loss)\n", -3.0),
        ("w = 4.0\nloss = (w - 5) ** 2\n", -6.0),  # another cell's
    ],
)
def test_a_loss_that_is_finished_in_later_lines_is_what_they_make_of_it(rest: str, gradient: float, tmp_path: Path) -> None:
    work = chainrule.explain(written(tmp_path, f"w = 2.0\nloss = (w - 5) ** 2\n{rest}"))
    assert work["w#1"].gradient == pytest.approx(gradient)
