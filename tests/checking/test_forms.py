"""Programs in forms that real ones have, each misjudged or refused once: the comment at a line is what is to be said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

import chainrule

FORMS = sorted(Path(__file__).with_name("forms").glob("*.py"))


@pytest.mark.parametrize("path", FORMS, ids=lambda p: p.stem.replace("_", " "))
def test_each_line_is_judged_as_its_comment_says(path: Path) -> None:
    if "pandas" in path.read_text():
        pytest.importorskip("pandas")
    found: dict[int, list[str]] = {}
    for claim in chainrule.check(path).claims:
        assert claim.source is not None
        found.setdefault(claim.source.line, []).append("off by a factor" if claim.factor else claim.verdict)
    lines = path.read_text().splitlines()
    wanted = {i: line.rpartition("# ")[2].split(", ") for i, line in enumerate(lines, 1) if "  # " in line}
    assert wanted, "a form says what it expects"
    assert found == wanted
