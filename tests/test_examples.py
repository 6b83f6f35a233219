"""Every built-in example: its verdicts, and every form it can take."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import chainrule
from chainrule.example_files import listed, path_of
from tests_examples import NAMES

EXPECTED = json.loads((Path(__file__).parent / "examples_expected.json").read_text(encoding="utf-8"))


def test_the_list() -> None:
    assert tuple(name for name, _ in listed()) == NAMES == tuple(EXPECTED)


@pytest.mark.parametrize("name", NAMES)
def test_verdicts(name: str) -> None:
    check = chainrule.check(path_of(name))
    found = {j.name.text: {"name": j.name.text, "with_respect_to": j.with_respect_to, "verdict": j.verdict} for j in check}
    assert [found[e["name"]] for e in EXPECTED[name]] == EXPECTED[name]


@pytest.mark.parametrize("ending", [".txt", ".md", ".tex", ".html", ".json", ".ipynb"])
@pytest.mark.parametrize("name", NAMES)
def test_forms(name: str, ending: str, tmp_path: Path) -> None:
    written = chainrule.explain(path_of(name)).save(tmp_path / f"solution{ending}")
    text = written.read_text(encoding="utf-8")
    assert "loss" in text
    if ending in (".json", ".ipynb"):
        json.loads(text)


def test_a_notebook_holds_the_program_and_what_it_printed(tmp_path: Path) -> None:
    book = json.loads(chainrule.explain(path_of("seed")).save(tmp_path / "out.ipynb").read_text(encoding="utf-8"))
    outputs = [o["data"]["text/plain"] for c in book["cells"] for o in c.get("outputs", []) if "data" in o]
    assert ["".join(o) for o in outputs] == ["1.5", "0.5", "2.5", "0.25", "1.5", "0.985"]
