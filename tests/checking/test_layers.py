"""Layers that people derive by hand: every derivative of each is found and right, and a planted mistake is found and named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import chainrule

FOLDER = Path(__file__).parents[2] / "examples" / "layers"
LAYERS = {
    "attention": (10, ("- np.sum(dP * P, axis=-1, keepdims=True)", ""), ("dS.T @ Q", "dS @ Q")),
    "attention_causal": (7, ("np.where(mask, dS, 0) / np.sqrt(d)", "dS"), ("dV = P.T @ dout", "dV = P @ dout")),
    "attention_heads": (11, ("* scale\ndQ", "\ndQ"), ("+ join(dV) @ Wv.T", "")),
    "average_pooling": (4, (" / 4\n", "\n"), ("dout * pooled, axis=0", "dout * pooled, axis=1")),
    "batch_norm": (9, ("dx = dxmu + dmu / N", "dx = dxmu"), ("dvar * 2 * xmu / N", "dvar * xmu / N")),
    "batch_norm_compact": (5, ("- xhat * (dxhat * xhat).sum(axis=0)", ""), ("N * dxhat - dxhat.sum(axis=0)", "N * dxhat")),
    "convolution_im2col": (5, ("drows.T @ cols.reshape(-1, 9)", "drows.T @ cols.reshape(9, -1).T"), ("dout.reshape(2, 2, 9).transpose(0, 2, 1).reshape(-1, 2)", "dout.reshape(-1, 2)")),
    "convolution_loops": (4, ("j : j + 3] += dout[f, i, j] * W[f]", "j : j + 3] = dout[f, i, j] * W[f]"), ("db[f] += dout[f, i, j]", "db[f] += dout[0, i, j]")),
    "dense": (8, ("dh * (z > 0)", "dh * (dh > 0)"), ("db1 = dz.sum(axis=0)", "db1 = dh.sum(axis=0)")),
    "dropout": (5, ("ddropped * mask / keep", "ddropped * mask"), ("ddropped * mask / keep", "ddropped")),
    "embedding": (4, ("np.add.at(dE, words, dh[:, None, :] / 3)", "dE[words] += dh[:, None, :] / 3"), ("dh[:, None, :] / 3", "dh[:, None, :]")),
    "gru": (6, ("dnext = dh * z +", "dnext ="), ("np.outer(da_n, r * hs[t])", "np.outer(da_n, hs[t])")),
    "layer_norm": (5, (" - dxhat.mean(axis=1, keepdims=True)", ""), ("dxhat = dout * gamma", "dxhat = dout")),
    "lstm": (9, ("+ dc_next\n", "\n"), ("(1 - np.tanh(c) ** 2)", "(1 - c ** 2)")),
    "max_pooling": (4, ("(window == np.max(window)) * dpooled", "dpooled"), ("dpooled = dout * w", "dpooled = dout")),
    "penalties": (3, ("l1 * np.sign(W)", "l1 * W"), ("+ l2 * W", "")),
    "rnn": (5, ("dnext = Wh.T @ dz", "dnext = Wh @ dz"), ("(Wy.T @ dout + dnext)", "(Wy.T @ dout)")),
    "softmax_labels": (4, ("-= 1\n", "-= 2\n"), ("db = dz.sum(axis=0)", "db = dz.sum(axis=0) * 0")),
    "softmax_logsumexp": (4, ("dz[rows, labels] -= 1\n", ""), ("dz @ W.T", "(dz * dz) @ W.T")),
    "softmax_one_hot": (4, ("(p - Y)", "(p - Y) * p * (1 - p)"), ("x.T @ dz", "x.T @ p")),
}  # fmt: skip
EPSILON = 1e-6

# A layer, what is written there, what stands in its place, the derivative that is wrong then, and what is said of it.
NAMED = [
    ("attention", "dS = P * (dP - np.sum(dP * P, axis=-1, keepdims=True))", "dS = dP * P * (1 - P)", "dS", "derivative for softmax"),
    ("attention", "dV = P.T @ dout", "dV = P @ dout", "dV", "it uses P where Pᵀ is needed"),
    ("attention", "dQ = dS @ K / np.sqrt(2)", "dQ = dS @ K", "dQ", "exactly 1.41421 times the gradient"),
    ("attention", " + dV @ Wv.T", "", "dx", "it leaves out one use of x: V (line 16)"),
    ("attention_causal", "dS = P * (dP - (dP * P).sum(axis=1, keepdims=True))", "dS = P * dP", "dS", "it leaves out one use of E"),
    ("attention_causal", "dS = P * (dP - (dP * P).sum(axis=1, keepdims=True))", "dS = P * dP", "dQ", "it follows from dS"),
    ("attention_heads", "axis=-1, keepdims=True)) * scale", "axis=-1, keepdims=True))", "dQ", "exactly 1.41421 times the gradient"),
    ("attention_heads", "split(dout @ Wo.T)", "split(dout @ Wo)", "dV", "it uses Wo where Woᵀ is needed"),
    ("average_pooling", " / 4\n", "\n", "dx", "exactly 4 times the gradient"),
    ("batch_norm", "+ dvar * 2 * xmu / N", "", "dxmu", "it leaves out one use of xmu"),
    ("batch_norm", "dx = dxmu + dmu / N", "dx = dxmu", "dx", "it leaves out one use of x: mu (line 11)"),
    ("batch_norm", "np.sum(dout * xhat", "np.sum(dout * x", "dgamma", "it uses x where xhat belongs"),
    ("batch_norm_compact", " - dxhat.sum(axis=0)", "", "dx", "it leaves out one use of x: mean (line 11)"),
    ("batch_norm_compact", " - xhat * (dxhat * xhat).sum(axis=0)", "", "dx", "it leaves out one use of x: its use in `subtract`"),
    ("batch_norm_compact", "(N * np.sqrt(var + eps))", "np.sqrt(var + eps)", "dx", "exactly N (N = 4) times the gradient"),
    ("convolution_loops", "dW[f] += dout", "dW[f] = dout", "dW", "= where += belongs"),
    ("convolution_loops", "db[f] += dout", "db[f] = dout", "db", "= where += belongs"),
    ("dense", "dz = dh * (z > 0)", "dz = dh", "dz", "it leaves out ReLU′ at h"),
    ("dense", "dz = dh * (z > 0)", "dz = dh * (dh > 0)", "dz", "it uses dh where z belongs"),
    ("dense", "dx = dz @ W1.T", "dx = dh @ W1.T", "dx", "it leaves out ReLU′ at h"),
    ("dropout", "dW2 = dropped.T", "dW2 = h.T", "dW2", "it uses h where dropped belongs"),
    ("embedding", "dh[:, None, :] / 3)", "dh[:, None, :])", "dE", "exactly 3 times the gradient"),
    ("gru", "dnext = dh * z + ", "dnext = ", "dUz", "carries nothing back from one step to the one before"),
    ("gru", " + drh * r\n", "\n", "dWn", "carries nothing back from one step to the one before"),
    ("layer_norm", " - dxhat.mean(axis=1, keepdims=True)", "", "dx", "it leaves out one use of x: mu (line 11)"),
    ("lstm", "    dc_next = dc * f\n", "", "dW", "carries nothing back from one step to the one before"),
    ("lstm", "= h - ys[t] + dh_next", "= h - ys[t]", "dW", "carries nothing back from one step to the one before"),
    ("lstm", "dg * (1 - g**2)", "dg * g * (1 - g)", "db", "it uses the sigmoid's derivative for tanh"),
    ("penalties", " + l2 * W\n", "\n", "dW", "it leaves out one use of W"),
    ("rnn", "    dnext = Wh.T @ dz\n", "", "dWx", "carries nothing back from one step to the one before"),
    ("rnn", "dnext = Wh.T @ dz", "dnext = Wh @ dz", "dWh", "it uses Wh where Whᵀ is needed"),
    ("rnn", " * (1 - hs[t] ** 2)", "", "db", "it leaves out tanh′ at hs"),
    ("rnn", "db += dz", "db = dz", "db", "= where += belongs"),
    ("softmax_labels", "dz /= N\n", "", "dz", "exactly N (N = 4) times the gradient"),
    ("softmax_logsumexp", "dz[rows, labels] -= 1\n", "", "dz", "it leaves out one use of z"),
    ("softmax_one_hot", "(p - Y)", "(Y - p)", "dz", "the gradient of the loss with its sign turned"),
]  # fmt: skip


def test_every_layer_is_tried() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} == set(LAYERS)
    page = (FOLDER.parents[1] / "docs" / "layers.md").read_text(encoding="utf-8")
    assert [name for name in LAYERS if f"examples/layers/{name}.py" not in page] == []


@pytest.mark.parametrize("name", LAYERS)
def test_every_derivative_of_a_layer_is_right(name: str) -> None:
    check = chainrule.check(FOLDER / f"{name}.py")
    assert {j.verdict for j in (*check.claims, *check.updates)} == {"right"}, str(check)
    assert len(check.claims) == LAYERS[name][0]
    assert [j.because for j in check.claims if "0 everywhere" in j.because] == []
    assert (check.notices, check.remarks) == ((), ())


@pytest.mark.parametrize(("name", "at"), [(name, at) for name in LAYERS for at in (1, 2)])
def test_a_mistake_in_it_is_found(name: str, at: int, tmp_path: Path) -> None:
    right, wrong = LAYERS[name][at]  # type: ignore[misc]
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    assert right in text
    path = tmp_path / f"{name}.py"
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    check = chainrule.check(path)
    assert any(j.verdict not in {"right", "cannot tell"} for j in check.claims), str(check)


@pytest.mark.parametrize(
    ("name", "right", "wrong", "derivative", "words"),
    [pytest.param(*row, id=f"{row[0]}: {row[2] or 'nothing'}") for row in NAMED],
)
def test_a_mistake_in_it_is_named(name: str, right: str, wrong: str, derivative: str, words: str, tmp_path: Path) -> None:
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    assert right in text
    path = tmp_path / f"{name}.py"
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    check = chainrule.check(path)
    assert any(j.name.text == derivative and j.verdict == "wrong" and words in j.because for j in check.claims), str(check)


def ran(text: str) -> dict[str, object]:
    space: dict[str, object] = {}
    exec(compile(text, "program.py", "exec"), space)
    return space


def loss_at(text: str, name: str, moved: np.ndarray) -> float:
    """The loss that the program gives where its value `name` is another one: put in right before the forward pass."""
    before, after = text.split("# forward\n")
    space: dict[str, object] = {}
    exec(compile(before, "program.py", "exec"), space)
    space[name] = moved
    exec(compile(after, "program.py", "exec"), space)
    return float(space["loss"])  # type: ignore[arg-type]


@pytest.mark.parametrize("name", LAYERS)
def test_what_is_called_right_is_what_differences_give(name: str) -> None:
    """No part of chainrule is asked: the loss is run with each number moved a little to either side."""
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    space = ran(text)
    given = ran(text.split("# forward\n", maxsplit=1)[0])
    tried = [
        d
        for d, value in space.items()
        if d[0] == "d" and isinstance(given.get(d[1:]), np.ndarray) and isinstance(value, np.ndarray)
    ]
    assert tried
    for derivative in tried:
        value, written = np.asarray(given[derivative[1:]], float), np.asarray(space[derivative])
        numerical = np.zeros_like(value)
        for entry in np.ndindex(value.shape):
            step = np.zeros_like(value)
            step[entry] = EPSILON
            ahead, behind = (loss_at(text, derivative[1:], value + s) for s in (step, -step))
            numerical[entry] = (ahead - behind) / (2 * EPSILON)
        np.testing.assert_allclose(written, numerical, rtol=1e-5, atol=1e-7, err_msg=f"{name}: {derivative}")
