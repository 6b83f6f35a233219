"""PyTorch's own autograd beside our derivatives. `make test-pytorch` obtains it; without it this file is not collected."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from chainrule.api import Options, read
from chainrule.checking import autograd
from chainrule.checking.which_loss import reading_of
from checking.test_autograd import PROGRAM, checked

FORMS = sorted((Path(__file__).parent / "forms").glob("*.py"))


def test_pytorch_is_asked_where_it_is_installed(tmp_path: Path) -> None:
    (notice,) = checked(tmp_path, PROGRAM).notices
    said, _, rest = notice.partition(" (the largest difference is ")
    assert said == f"PyTorch {torch.__version__}'s own autograd gives the same 5 derivatives that the program's were judged by"
    assert float(rest.partition(",")[0].replace("−", "-")) < 1e-12


def test_a_program_of_numpys_does_not_import_pytorch(tmp_path: Path) -> None:
    assert checked(tmp_path, "w = 2.0\nloss = (w - 1) ** 2\ndw = 2 * (w - 1)\nw = w - 0.1 * dw\n").notices == ()


@pytest.mark.parametrize("path", FORMS, ids=lambda p: p.stem)
def test_both_engines_differentiate_every_named_value_alike(path: Path) -> None:
    reading = reading_of(read(path, Options()), of=None, formula=None, wrt=(), learning_rate=None)
    named = [SimpleNamespace(wrt=i) for i in sorted(reading.before) if reading.graph.nodes[i].name]
    found = autograd.comparisons(torch, reading, named)  # type: ignore[arg-type] # all it asks of a claim
    overflows = path.stem == "a_sigmoid_far_below_0"  # through exp(800), where PyTorch has no derivative left
    assert {c.wrt for c in found if not c.difference(1e-9) < 1e-8} == ({"w", "v"} if overflows else set())
