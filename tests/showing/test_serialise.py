from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings

from chainrule.showing.formula_latex import formula_latex
from chainrule.showing.parts import Document
from chainrule.showing.serialise import formula_record, to_json_parts, tree
from chainrule.working.notation import Formula, Symbol
from chainrule.working.one_line import formula_text
from showing.formulas_strategy import HOSTILE_TEXT, formulas, hostile_document
from showing.goldens import check_golden, example_documents
from showing.sample import BLOCKS, FORMULAS, SAMPLE


def written(document: Document) -> str:
    return json.dumps(to_json_parts(document), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def kinds(data: Any) -> set[str]:
    match data:
        case dict():
            return {data["kind"]} | {kind for value in data.values() for kind in kinds(value)}
        case list():
            return {kind for value in data for kind in kinds(value)}
        case _:
            return set()


def test_the_sample_is_as_it_was() -> None:
    check_golden("sample.json", written(SAMPLE))


def test_documents_are_json() -> None:
    for document in (hostile_document(HOSTILE_TEXT), *example_documents().values()):
        assert json.loads(written(document)) == to_json_parts(document)


def test_every_kind_of_block_has_its_record() -> None:
    data: Any = to_json_parts(Document("all", tuple(BLOCKS.values())))
    assert [block["kind"] for block in data["blocks"]] == [kind.__name__.lower() for kind in BLOCKS]


@settings(deadline=None)
@given(formulas)
def test_a_formula_is_read_typeset_and_a_tree(formula: Formula) -> None:
    record = formula_record(formula)
    assert (record["text"], record["latex"]) == (formula_text(formula), formula_latex(formula))
    assert json.loads(json.dumps(record)) == record


def test_every_kind_of_formula_has_its_record() -> None:
    assert [tree(formula)["kind"] for formula in FORMULAS.values()] == [kind.__name__.lower() for kind in FORMULAS]
    assert tree(Symbol("w", 2, 1)) == {"kind": "symbol", "text": "w", "version": 2, "primes": 1, "scope": ""}
    assert kinds(tree(FORMULAS[next(iter(FORMULAS))])) == {"symbol"}
