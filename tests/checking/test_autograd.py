"""A program in PyTorch's words where PyTorch is not installed; `test_with_pytorch` is where it is."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

import chainrule

PROGRAM = """
import torch
import torch.nn.functional as F
g = torch.Generator().manual_seed(1)
x, y = torch.randn((6, 4), generator=g), torch.tensor([0, 1, 2, 0, 1, 2])
w1 = torch.randn((4, 5), generator=g, requires_grad=True)
w2 = torch.randn((5, 3), generator=g, requires_grad=True)
h = torch.tanh(x @ w1)
centred = h - h.max(1, keepdim=True).values
scores = centred @ w2
loss = F.cross_entropy(scores, y)
loss.backward()
dscores = F.softmax(scores, 1)
dscores[range(6), y] -= 1
dscores /= 6
dw2 = centred.T @ dscores
dcentred = dscores @ w2.T
dh = dcentred + F.one_hot(h.max(1).indices, 5) * -dcentred.sum(1, keepdim=True)
dw1 = x.T @ (dh * (1 - h**2))
"""


def checked(folder: Path, text: str) -> chainrule.CheckedProgram:
    path = folder / "program.py"
    path.write_text(text, encoding="utf-8")
    return chainrule.check(path)


def test_without_pytorch_nothing_is_said_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    check = checked(tmp_path, PROGRAM)
    assert {j.name.text: j.verdict for j in check} == dict.fromkeys(("dscores", "dw2", "dcentred", "dh", "dw1"), "right")
    assert check.notices == ()


def test_a_picked_place_moves_with_what_it_is_picked_from(tmp_path: Path) -> None:
    """`F.one_hot(h.max(1).indices)`, where other values have their largest entry elsewhere."""
    check = checked(tmp_path, PROGRAM)
    assert check["dh"].samples > 1
    assert check["dh"].verdict == "right"
