"""The program itself at the head of a notebook, run there: its outputs stand above what is worked out of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

SECONDS = 60


def with_program_run(notebook: NotebookNode, cells: Sequence[str], folder: Path) -> NotebookNode:
    """The notebook with the program's cells first, executed in the program's folder.

    Without nbclient and ipykernel (the extra `notebook`) the cells stay as they are, to be run by whoever opens it.
    """
    from nbformat.v4 import new_code_cell

    program = [new_code_cell(source, id=f"program-{i}") for i, source in enumerate(cells, 1)]  # type: ignore[no-untyped-call]
    notebook.cells[1:1] = program
    if not any(cell.cell_type == "code" for cell in notebook.cells):
        return notebook
    try:
        from nbclient import NotebookClient
    except ImportError:
        return notebook
    client = NotebookClient(notebook, timeout=SECONDS, allow_errors=True, resources={"metadata": {"path": str(folder)}})
    client.execute()
    return notebook
