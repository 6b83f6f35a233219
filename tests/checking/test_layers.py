"""Layers that people derive by hand: every derivative of each is found and right, and a planted mistake is not."""

from __future__ import annotations

from pathlib import Path

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
    "lstm": (7, ("+ dc_next\n", "\n"), ("(1 - np.tanh(c) ** 2)", "(1 - c ** 2)")),
    "max_pooling": (4, ("(window == np.max(window)) * dpooled", "dpooled"), ("dpooled = dout * w", "dpooled = dout")),
    "penalties": (3, ("l1 * np.sign(W)", "l1 * W"), ("+ l2 * W", "")),
    "rnn": (5, ("dnext = Wh.T @ dz", "dnext = Wh @ dz"), ("(Wy.T @ dout + dnext)", "(Wy.T @ dout)")),
    "softmax_labels": (4, ("-= 1\n", "-= 2\n"), ("db = dz.sum(axis=0)", "db = dz.sum(axis=0) * 0")),
    "softmax_logsumexp": (4, ("dz[rows, labels] -= 1\n", ""), ("dz @ W.T", "(dz * dz) @ W.T")),
    "softmax_one_hot": (4, ("(p - Y)", "(p - Y) * p * (1 - p)"), ("x.T @ dz", "x.T @ p")),
}  # fmt: skip


def test_every_layer_is_tried() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} == set(LAYERS)
    page = (FOLDER.parents[1] / "docs" / "layers.md").read_text(encoding="utf-8")
    assert [name for name in LAYERS if f"examples/layers/{name}.py" not in page] == []


@pytest.mark.parametrize("name", LAYERS)
def test_every_derivative_of_a_layer_is_right(name: str) -> None:
    check = chainrule.check(FOLDER / f"{name}.py")
    assert {j.verdict for j in (*check.claims, *check.updates)} == {"right"}, str(check)
    assert len(check.claims) == LAYERS[name][0]


@pytest.mark.parametrize(("name", "at"), [(name, at) for name in LAYERS for at in (1, 2)])
def test_a_mistake_in_it_is_found(name: str, at: int, tmp_path: Path) -> None:
    right, wrong = LAYERS[name][at]  # type: ignore[misc]
    text = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    assert right in text
    path = tmp_path / f"{name}.py"
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    check = chainrule.check(path)
    assert any(j.verdict not in {"right", "cannot tell"} for j in check.claims), str(check)
