"""The notebook magic in a real IPython shell and in a real notebook."""

from __future__ import annotations

from collections.abc import Iterator

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient

EARLIER = "w = 2.0\nx, y = 3.0, 5.0"
CELL = "loss = (w*x - y)**2\ndw = 2*(w*x - y)*x\nw = w - 0.1*dw"


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    made: InteractiveShell = InteractiveShell()  # type: ignore[no-untyped-call]
    made.run_line_magic("load_ext", "chainrule")
    yield made
    if made.history_manager is not None:
        made.history_manager.end_session()


def run(shell: InteractiveShell, *cells: str) -> None:
    for cell in cells:
        shell.run_cell(cell, store_history=True)  # type: ignore[no-untyped-call]


def test_a_cell_is_worked_out_after_the_cells_before_it(shell: InteractiveShell) -> None:
    run(shell, EARLIER, f"%%chainrule\n{CELL}")
    work = shell.user_ns["Out"][2]
    assert (work.loss, work["w"].gradient) == (1.0, 6.0)
    assert work.check["dw"].verdict == "right"
    assert shell.user_ns["w"] == pytest.approx(1.4)  # the cell ran in the notebook too


def test_its_options_are_those_of_the_command_line(shell: InteractiveShell) -> None:
    run(shell, EARLIER, f"%%chainrule --set w=4 --digits 3\n{CELL}")
    assert shell.user_ns["Out"][2]["w"].gradient == 42.0


def test_an_earlier_magic_is_read_as_the_cell_below_it(shell: InteractiveShell) -> None:
    run(shell, EARLIER, f"%%chainrule\n{CELL}", "%%chainrule\nloss = (w*x - y)**2")
    assert shell.user_ns["Out"][3].loss == pytest.approx(0.64)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--of nope", "chainrule: the program has no value named `nope`. It names: w, x, y, loss.\n"),
        ("--digits many", "chainrule: %%chainrule --digits many: Invalid value for '--digits': 'many' is not a valid integer range.\n"),
        ("--of 'loss", "chainrule: %%chainrule --of 'loss: No closing quotation\n"),
        ("-o x.html", "chainrule: %%chainrule -o x.html: `output` has no meaning here; the cell itself is worked out.\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_in_a_line(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], line: str, said: str
) -> None:
    run(shell, EARLIER)
    capsys.readouterr()
    run(shell, f"%%chainrule {line}\nloss = (w*x - y)**2")
    assert capsys.readouterr().out == said


def test_in_a_notebook_it_shows_the_solution() -> None:
    notebook = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
    cells = ("%load_ext chainrule", EARLIER, f"%%chainrule\n{CELL}")
    notebook.cells = [nbformat.v4.new_code_cell(text) for text in cells]  # type: ignore[no-untyped-call]
    NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    (result,) = (o for o in notebook.cells[2].outputs if o.output_type == "execute_result")
    assert "<math" in result.data["text/html"]
    assert "<Work on cell.ipynb" in result.data["text/plain"]
