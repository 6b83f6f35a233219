from __future__ import annotations

import json
from typing import Any

import nbformat

from chainrule.showing.notebook import LONGEST_ID, cell_id, cells, to_notebook
from chainrule.showing.parts import Document, Listing, Paragraph, Section
from showing.formulas_strategy import HOSTILE_TEXT, hostile_document
from showing.goldens import check_golden, example_documents
from showing.sample import SAMPLE


def written(document: Document) -> str:
    text: str = nbformat.writes(to_notebook(document), version=4)  # type: ignore[no-untyped-call]
    return text + "\n"


def test_the_sample_is_as_it_was() -> None:
    check_golden("sample.ipynb", written(SAMPLE))


def test_notebooks_are_valid_and_the_same_every_time() -> None:
    for document in (SAMPLE, hostile_document(HOSTILE_TEXT), *example_documents().values()):
        nbformat.validate(to_notebook(document))
        assert written(document) == written(document)


def test_python_stands_in_code_cells_in_its_place() -> None:
    inner = Section("b", "B", (Paragraph(("one",)), Listing("x = 1\n"), Paragraph(("two",)), Listing("$ ls", "console")))
    found = cells(Document("T", (Section("a", "A", (inner,)),)))
    assert [(c.id, c.kind) for c in found] == [("title", "markdown"), ("a", "markdown"), ("a-2", "code"), ("a-3", "markdown")]
    assert [c.source for c in found] == ["# T", "## A\n\n### B\n\none", "x = 1", "two\n\n```console\n$ ls\n```"]


def test_code_cells_have_not_been_run() -> None:
    made: dict[str, Any] = json.loads(written(SAMPLE))
    code = [cell for cell in made["cells"] if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


def test_cell_ids_are_allowed_and_stay_apart() -> None:
    parts = ["", "a/b", "a-b", "a_b", "a.b", "é", "x" * 200, "x" * 201]
    ids = [cell_id(part) for part in parts]
    assert len(set(ids)) == len(parts)
    assert all(0 < len(i) <= LONGEST_ID - 8 for i in ids)
