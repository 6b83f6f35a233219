from __future__ import annotations

import pytest
from hypothesis import given, settings

from chainrule.showing.inline_text import columns
from chainrule.showing.text import to_text
from chainrule.working.notation import Formula
from chainrule.working.one_line import formula_text
from showing.formulas_strategy import HOSTILE_TEXT, formulas, hostile_document
from showing.goldens import check_golden, example_documents
from showing.sample import SAMPLE


@pytest.mark.parametrize("width", [60, 100])
def test_the_sample_is_as_it_was(width: int) -> None:
    check_golden(f"sample_{width}.txt", to_text(SAMPLE, width=width))


def test_no_line_of_an_example_is_wider_than_asked_for() -> None:
    for name, document in example_documents().items():
        too_wide = [line for line in to_text(document, width=100).splitlines() if columns(line) > 100]
        assert not too_wide, name


@settings(deadline=None)
@given(formulas)
def test_a_formula_is_one_line(formula: Formula) -> None:
    assert len(formula_text(formula).splitlines()) <= 1


def test_colour_changes_no_letter() -> None:
    import re

    coloured = to_text(SAMPLE, colour=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == to_text(SAMPLE)
    assert "\x1b[" in coloured


def test_hostile_text_is_only_text() -> None:
    assert "</script>" in to_text(hostile_document(HOSTILE_TEXT.replace("\x00", "").replace("\x1b", "")), width=400)
