"""Golden files: what an output was when somebody last looked at it. REFRESH_GOLDENS=1 writes them anew."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

import chainrule
from chainrule.showing.parts import Document

GOLDENS = Path(__file__).parents[1] / "golden" / "showing"
EXAMPLES = Path(__file__).parents[2] / "examples"


def check_golden(name: str, text: str) -> None:
    """The text is what the golden file of this name holds."""
    path = GOLDENS / name
    if os.environ.get("REFRESH_GOLDENS") == "1":
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"{path.name} is missing: run with REFRESH_GOLDENS=1"
    assert text == path.read_text(encoding="utf-8"), f"{path.name} differs: look at it, then run with REFRESH_GOLDENS=1"


@cache
def example_documents() -> Mapping[str, Document]:
    """The worked solution of every example, by its name."""
    paths = sorted(path for path in EXAMPLES.iterdir() if path.suffix in (".py", ".ipynb"))
    return {path.stem: chainrule.explain(path).document() for path in paths}


def need(found: object, what: str) -> None:
    """Skip a test for want of a tool; on the build machine, where it can be installed, fail."""
    if found:
        return
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing on this machine: install it")
    pytest.skip(f"{what} is missing")
