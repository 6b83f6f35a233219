"""Loops: which of them train, which pass is shown, and what it shows: the program's own values at that pass."""

from __future__ import annotations

import ast
import contextlib
import io
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule
from chainrule.reading import loops
from chainrule.reading.run import run
from chainrule.reading.sources import load

Pass = tuple[Any, ...]
DATA = "w, b, lr = 0.5, 0.1, 0.1\nX, Y = [1.0, 2.0, 3.0], [2.0, 3.0, 5.0]\n"
ARRAYS = "import numpy as np\nw, lr = np.array([0.5, -0.5]), 0.01\nX, Y = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([1.0, 0.0, 1.0])\n"
ROW = "z = w * x + b\nloss = (z - y) ** 2\nSEE\ndw = 2 * (z - y) * x\nw -= lr * dw\nb -= lr * 2 * (z - y)\n"


def defect(*values: Any, reason: str) -> Any:
    return pytest.param(*values, marks=pytest.mark.xfail(strict=True, reason=reason), id=reason)


def inside(head: str, body: str = ROW) -> str:
    return f"{head}\n" + "".join(f"    {line}\n" for line in body.splitlines())


ROWS = inside("for x, y in zip(X, Y):")
NESTED = DATA + inside("for epoch in range(3):", ROWS)
TRAINS = {
    "rows": DATA + ROWS,
    "epochs": ARRAYS + inside("for epoch in range(5):", "z = X @ w\nloss = np.mean((z - Y) ** 2)\nSEE\ndw = X.T @ (z - Y) * 2 / 3\nw = w - lr * dw"),
    "while": DATA + "n, x, y = 0, 1.0, 2.0\n" + inside("while n < 4:", f"{ROW}n += 1"),
    "while True": DATA + "n, x, y = 0, 1.0, 2.0\n" + inside("while True:", f"{ROW}n += 1\nif n == 4: break"),
    "an index": DATA + "i = 0\n" + inside("while i < len(X):", f"x, y = X[i], Y[i]\n{ROW}i += 1"),
    "a generator of rows": DATA + "def rows(): yield from zip(X, Y)\n" + inside("for x, y in rows():"),
    "comprehensions": DATA + inside("for epoch in range(3):", "zs = [w * x + b for x in X]\nloss = sum((z - y) ** 2 for z, y in zip(zs, Y))\nSEE\ndw = sum(2 * (z - y) * x for z, y, x in zip(zs, Y, X))\nw -= 0.01 * dw"),
    "a helper for each step": DATA + "def step(w, b, x, y):\n    z = w * x + b\n    loss = (z - y) ** 2\n    return w - lr * 2 * (z - y) * x, b - lr * 2 * (z - y), loss\n" + inside("for x, y in zip(X, Y):", "old = w, b\nw, b, loss = step(w, b, x, y)\nw, b, old = old[0], old[1], (w, b)\nSEE\nw, b = old"),
    "momentum": DATA + "v, x, y = 0.0, 1.0, 2.0\n" + inside("for i in range(4):", "loss = (w * x - y) ** 2\nSEE\nv = 0.9 * v + 2 * (w * x - y) * x\nw = w - lr * v"),
    "layers inside": ARRAYS + "Ws = [np.eye(2) * 0.5, np.eye(2) * 0.2]\n" + inside("for epoch in range(3):", "h, acts = X[0], [X[0]]\nfor V in Ws:\n    h = h @ V\n    acts.append(h)\nloss = np.sum((h - 1) ** 2)\nw = Ws[1]\nSEE\ng = 2 * (h - 1)\nfor i in reversed(range(2)):\n    dW = np.outer(acts[i], g)\n    g = Ws[i] @ g\n    Ws[i] = Ws[i] - 0.01 * dW"),
    "in main()": "def main():\n    w, b, lr = 0.5, 0.1, 0.1\n" + "".join(f"    {line}\n" for line in inside("for x, y in [(1.0, 2.0), (2.0, 3.0), (3.0, 5.0)]:").splitlines()) + "if __name__ == '__main__':\n    main()\n",
    "methods": "class Net:\n    w = 0.5\n    def forward(self, x):\n        self.x, self.z = x, self.w * x\n        return self.z\n    def backward(self, g):\n        self.dw = g * self.x\n        self.w -= 0.1 * self.dw\nnet = Net()\n" + inside("for x, y in [(1.0, 2.0), (2.0, 3.0), (3.0, 5.0)]:", "z = net.forward(x)\nloss = (z - y) ** 2\nw = net.w\nSEE\nnet.backward(2 * (z - y))"),
}  # fmt: skip
FIT = "class Net:\n    def __init__(self):\n        self.w, self.lr = 0.5, 0.1\n    def fit(self, X, Y):\n" + "".join(
    f"        {line}\n" for line in inside("for epoch in range(3):", inside("for x, y in zip(X, Y):", "z = self.w * x\nloss = (z - y) ** 2\nw = self.w\nSEE\nself.w -= self.lr * 2 * (z - y) * x")).splitlines()
) + "Net().fit([1.0, 2.0, 3.0], [2.0, 3.0, 5.0])\n"  # fmt: skip


def passes_of(text: str) -> list[tuple[float, Any]]:
    """The loss and the weight at every pass, as the plain program has them."""
    seen: list[tuple[float, Any]] = []
    space: dict[str, Any] = {"__name__": "__main__", "see": lambda loss, w: seen.append((float(loss), np.copy(w)))}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(text.replace("SEE", "see(loss, w)"), space)
    return seen


def explained(folder: Path, text: str, **options: Any) -> chainrule.Work:
    path = folder / "program.py"
    path.write_text("\n".join(line for line in text.splitlines() if line.strip() != "SEE") + "\n", encoding="utf-8")
    return chainrule.explain(path, **options)


@pytest.mark.parametrize("name", TRAINS)
def test_each_iteration_shows_what_the_program_had(name: str, tmp_path: Path) -> None:
    seen = passes_of(TRAINS[name])
    assert len(seen) >= 3
    for number, (loss, _) in enumerate(seen, 1):
        work = explained(tmp_path, TRAINS[name], iteration=(number,))
        assert float(work.loss) == pytest.approx(loss)
        assert work.reading.pass_note.startswith(f"iteration {number} of the training loop at ")


@pytest.mark.parametrize(
    ("epoch", "row"),
    [
        (e, r) for e in (1, 2, 3) for r in (1, 2, 3)
    ],
)  # fmt: skip
@pytest.mark.parametrize("text", [NESTED, FIT], ids=["nested", "fit"])
def test_an_epoch_and_a_row(text: str, epoch: int, row: int, tmp_path: Path) -> None:
    loss, w = passes_of(text)[(epoch - 1) * 3 + row - 1]
    work = explained(tmp_path, text, iteration=(epoch, row))
    assert float(work.loss) == pytest.approx(loss)
    assert float(work.reading.values[work.reading.parameters[0].node]) == pytest.approx(float(w))


WHOLE = {
    "layers": (ARRAYS + "Ws, h = [np.eye(2) * 0.5, np.eye(2) * 0.2], X[0]\nfor V in Ws:\n    h = np.tanh(h @ V)\nloss = np.sum((h - 1) ** 2)\n", ()),
    "time steps": ("import math\nu, w, h = 0.5, 0.3, 0.0\nfor x in [1.0, 2.0, 3.0]:\n    h = math.tanh(w * h + u * x)\nloss = (h - 1.0) ** 2\n", ()),
    "parameters": ("p = {'w': 0.5, 'b': 0.1}\nx, y = 2.0, 3.0\nz = p['w'] * x + p['b']\nloss = (z - y) ** 2\ng = {'w': 2 * (z - y) * x, 'b': 2 * (z - y)}\nfor k in p:\n    p[k] -= 0.1 * g[k]\n", ()),
    "hot and cold": (DATA + "x, y = 1.0, 2.0\nfor i in range(4):\n    loss = (w * x - y) ** 2\n    w = w + 0.01 if ((w + 0.01) * x - y) ** 2 < loss else w - 0.01\n", ()),
    "rows without an update": (DATA + "total = 0.0\nfor x, y in zip(X, Y):\n    total += (w * x + b - y) ** 2\nloss = total / 3\n", ()),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_other_loops_run_whole(name: str, tmp_path: Path) -> None:
    text, passes = WHOLE[name]
    work = explained(tmp_path, text)
    assert (work.trace.passes, work.reading.pass_note) == (passes, "")


@pytest.mark.parametrize(
    "rest",
    [
        "loss = 0.0\nfor x, y in zip(X, Y):\n    loss = loss + (w * x + b - y) ** 2\n",
        "loss = 0.0\nfor x, y in zip(X, Y):\n    loss += (w * x + b - y) ** 2\nw = w - 0.1 * sum(2 * (w * x + b - y) * x for x, y in zip(X, Y))\n",
    ],
)
def test_a_loss_that_adds_up_is_the_whole_sum(rest: str, tmp_path: Path) -> None:
    truth: dict[str, Any] = {}
    exec(DATA + rest, truth)
    assert explained(tmp_path, DATA + rest).loss == pytest.approx(truth["loss"])


@pytest.mark.parametrize(
    ("text", "iteration", "message"),
    [
        (DATA + ROWS, (9,), "the training loop at line 3 ran 3 iterations."),
        (
            DATA + "loss = (w - b) ** 2\n",
            (2,),
            "no loop of the program updates a parameter, so there are no iterations to choose from.",
        ),
        (NESTED, (1, 1, 1), "3 numbers, and the training loops are nested 2 deep."),
        (NESTED, (2, 7), "the training loop at line 4 ran 3 iterations."),
    ],
)
def test_an_iteration_that_is_not_there_is_said(text: str, iteration: Pass, message: str, tmp_path: Path) -> None:
    with pytest.raises(chainrule.AskError) as refused:
        explained(tmp_path, text, iteration=iteration)
    assert str(refused.value) == f"{tmp_path / 'program.py'}: --iteration {','.join(map(str, iteration))}: {message}"


def test_a_later_pass_is_judged_by_its_own_loss(tmp_path: Path) -> None:
    work = explained(
        tmp_path,
        "w, lr = 0.5, 0.1\nfor i in range(3):\n    loss = (w - 2) ** 2\n    w = w - lr * 2 * (w - 2)\n",
        iteration=(2,),
    )
    assert "the sum of loss over" not in str(work)


# ------------------------------------------------------------------------------------------------ steps, set and swap


def test_steps_are_those_of_the_program(tmp_path: Path) -> None:
    text = "w, b, lr = 0.5, 0.1, 0.05\n" + inside(
        "for i in range(4):", "loss = (w * 2 + b - 3) ** 2\nSEE\ng = 2 * (w * 2 + b - 3)\nw, b = w - lr * g * 2, b - lr * g"
    )
    table = str(explained(tmp_path, text, steps=3, digits=17)).split("STEPS OF GRADIENT DESCENT\n")[1].split("\n\n")[0]
    rows = [[ast.literal_eval(cell.replace("−", "-")) for cell in line.split()] for line in table.splitlines()[2:]]
    seen = passes_of(text)
    assert [row[0] for row in rows] == [0, 1, 2, 3]
    assert [row[1] for row in rows] == pytest.approx([loss for loss, _ in seen], abs=1e-12)
    assert [row[2] for row in rows] == pytest.approx([float(w) for _, w in seen])


REBOUND = "w = 2.0\nx = 3.0\nz = w * x\nw = w + 1.0\nloss = (z * w - 1) ** 2\n"
LOOP = "w, lr = 0.5, 0.1\nfor i in range(3):\n    loss = (w - 2) ** 2\n    w = w - lr * 2 * (w - 2)\n"
FUNCTION = "def f(w, x): return (w * x - 1) ** 2\nloss = f(2.0, 3.0)\n"


@pytest.mark.parametrize(
    ("text", "put", "iteration", "loss"),
    [
        (REBOUND, {"w": 5.0}, 1, (15.0 * 5.0 - 1) ** 2),
        (REBOUND, {"w@1": 5.0}, 1, (15.0 * 6.0 - 1) ** 2),
        (REBOUND, {"w@4": 5.0}, 1, (6.0 * 5.0 - 1) ** 2),
        (REBOUND, {"z": 1.0}, 1, (1.0 * 3.0 - 1) ** 2),
        (REBOUND, {"z": 1.0, "x": 7}, 1, (1.0 * 3.0 - 1) ** 2),
        ("ws = [2.0, 3.0]\nloss = (ws[0] * ws[1] - 1) ** 2\n", {"ws[1]": 5.0}, 1, 81.0),
        ("class A: pass\na = A()\na.w = 2.0\nloss = (a.w - 1) ** 2\n", {"a.w": 5.0}, 1, 16.0),
        (FUNCTION, {"w": 5.0}, 1, 196.0),
        ("w = 2.0\nw *= 2\nloss = (w - 1) ** 2\n", {"w@1": 3.0}, 1, 25.0),
        (LOOP, {"w@1": 1.0}, 3, (1.0 + 0.2 + 0.16 - 2) ** 2),
        (LOOP, {"lr": 0.5}, 2, 0.0),
    ],
)  # fmt: skip
def test_set_puts_a_value_in(text: str, put: dict[str, Any], iteration: int, loss: float, tmp_path: Path) -> None:
    assert explained(tmp_path, text, set=put, iteration=(iteration,)).loss == pytest.approx(loss)


OF_TWO = math.tanh(2.0)


@pytest.mark.parametrize(
    "text",
    [
        "def act(z): return z * 2\nw = 2.0\nloss = (act(w) - 1) ** 2\n",
        "def act(z): return z * 2\nf = act\nw = 2.0\nloss = (f(w) - 1) ** 2\n",
        "class A:\n    def act(self, z): return z * 2\nw = 2.0\nloss = (A().act(w) - 1) ** 2\n",
        "act = lambda z: z * 2\nw = 2.0\nloss = (act(w) - 1) ** 2\n",
        "def act(z): return z * 2\nw = 2.0\nloss = (sum(map(act, [w])) - 1) ** 2\n",
    ],
)  # fmt: skip
def test_swap_puts_a_function_in(text: str, tmp_path: Path) -> None:
    work = explained(tmp_path, text, swap={"act": "tanh"})
    assert work.loss == pytest.approx((OF_TWO - 1) ** 2)
    assert work["w"].gradient == pytest.approx(2 * (OF_TWO - 1) * (1 - OF_TWO**2))


def test_a_long_loop_after_training_is_run_and_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "LONG", 0.0)
    path = tmp_path / "program.py"
    path.write_text(
        "w = 0.5\nfor i in range(3):\n    loss = (w - 2) ** 2\n    dw = 2 * (w - 2)\n    w = w - 0.1 * dw\n"
        "total = 0.0\nfor k in range(1000):\n    total = total + w * k\nprint(round(total, 6))\nafter = total * 2\n",
        encoding="utf-8",
    )
    trace = run(load(path))
    assert trace.printed == "615384.0\n"
    assert len(trace.graph.nodes) < 200
    assert [j.verdict for j in chainrule.check(path).claims] == ["right"]


def test_a_long_loop_that_computes_with_no_real_number_makes_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one that cuts words into letters for a language model: it is run, and followed no further."""
    monkeypatch.setattr(loops, "LONG", 0.0)
    code = (
        "X, Y, places = [], [], {'a': 1, 'b': 2, '.': 0}\n"
        "for word in ['abba', 'bab', 'aab', 'ba', 'abab'] * 9:\n"
        "    held = [0, 0]\n"
        "    for letter in word + '.':\n"
        "        X.append(held)\n"
        "        Y.append(places[letter])\n"
        "        held = held[1:] + [places[letter]]\n"
        "import numpy as np\n"
        "X, Y = np.array(X), np.array(Y)\n"
        "C = np.array([[0.1, -0.2], [0.3, 0.5], [-0.4, 0.2]])\n"
        "h = C[X].sum(axis=(1, 2)) - Y\n"
        "loss = (h**2).sum()\n"
    )
    path = tmp_path / "words.py"
    path.write_text(code, encoding="utf-8")
    truth: dict[str, Any] = {}
    exec(code, truth)
    assert chainrule.explain(path, of="loss").loss == pytest.approx(truth["loss"])
    followed = len(run(load(path)).bindings)
    monkeypatch.setattr(loops, "LONG", 1e9)
    assert followed < len(run(load(path)).bindings)


def test_what_a_stopped_loop_makes_is_not_accused(tmp_path: Path) -> None:
    code = (
        "import time\nimport numpy as np\nw, x = np.array([0.5, -1.0]), np.array([2.0, 3.0])\n"
        "loss = np.sum((w * x) ** 2)\ndz = 2 * w * x\ndw = np.zeros(2)\n"
        "for i in range(2):\n    dw[i] += dz[i] * x[i]\n    time.sleep(0.6)\n"
    )
    path = tmp_path / "stopped.py"
    path.write_text(code, encoding="utf-8")
    check = chainrule.check(path, budget=0.5)
    assert [(j.name.text, j.verdict, j.because) for j in check if j.name.text == "dw"] == [
        ("dw", "cannot tell", "the program was stopped in the loop that makes it; --budget SECONDS gives it more")
    ]
    assert [j.verdict for j in chainrule.check(path) if j.name.text == "dw"] == ["right"]
