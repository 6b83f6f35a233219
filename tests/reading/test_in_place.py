"""Functions that change an array where it stands: the array has a new version, and it changes once."""

from __future__ import annotations

from pathlib import Path

import chainrule
from chainrule.api import CheckedProgram

EMBEDDING = """
import numpy as np
E, W, words = np.array([[0.3, -1.0], [0.5, 2.0], [-0.7, 0.4]]), np.array([[0.2], [0.6]]), np.array([0, 2, 2])
loss = 0.5 * np.sum((E[words] @ W - 1.0) ** 2)
dE = np.zeros_like(E)
np.add.at(dE, words, (E[words] @ W - 1.0) @ W.T)
"""


def check(tmp_path: Path, text: str) -> CheckedProgram:
    path = tmp_path / "program.py"
    path.write_text(text, encoding="utf-8")
    return chainrule.check(path)


def test_a_derivative_gathered_by_add_at_is_judged(tmp_path: Path) -> None:
    found = check(tmp_path, EMBEDDING)
    assert [(j.name.text, j.verdict, j.because) for j in found.claims] == [("dE", "right", "∂loss/∂E")]
    assert not found.remarks


def test_what_an_embedding_is_stepped_by_is_judged_too(tmp_path: Path) -> None:
    found = check(tmp_path, EMBEDDING + "np.add.at(E, words, -0.1 * ((E[words] @ W - 1.0) @ W.T))\n")
    assert {j.verdict for j in found.claims} == {"right"}
    assert not found.remarks


def test_a_word_that_stands_twice_must_be_counted_twice(tmp_path: Path) -> None:
    text = EMBEDDING.replace("np.add.at(dE, words, (E[words] @ W - 1.0) @ W.T)", "dE[words] += (E[words] @ W - 1.0) @ W.T")
    (found,) = check(tmp_path, text).claims
    assert (found.name.text, found.verdict) == ("dE", "wrong")


def test_what_copyto_and_put_store_is_known_by_the_arrays_name(tmp_path: Path) -> None:
    text = (
        "import numpy as np\nw, x = np.array([0.5, -1.2]), np.array([2.0, 0.3])\nloss = np.sum((w * x - 1.0) ** 2)\n"
        "dw = np.zeros(2)\nnp.copyto(dw, 2 * (w * x - 1.0) * x)\n"
    )
    (found,) = check(tmp_path, text).claims
    assert (found.name.text, found.verdict) == ("dw", "right")


def test_what_is_appended_to_a_list_goes_by_the_lists_name(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import numpy as np\nw, hs = np.array([[0.5, -1.2], [0.3, 0.4]]), [np.array([1.0, 2.0])]\nfor t in range(2):\n"
        "    hs.append(np.tanh(w @ hs[-1]))\nloss = np.sum((hs[-1] - 1.0) ** 2)\n",
        encoding="utf-8",
    )
    assert [step.name.text for step in chainrule.explain(path).worked.forward] == ["hs[1]", "hs[2]"]
