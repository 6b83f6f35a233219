"""The notebook magic in a real IPython shell and in a real notebook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

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


def test_what_is_shown_is_html_and_text(shell: InteractiveShell) -> None:
    run(shell, EARLIER, f"%%chainrule\n{CELL}")
    formatted, _ = shell.display_formatter.format(shell.user_ns["Out"][2])  # type: ignore[union-attr]
    assert "<math" in formatted["text/html"]
    assert formatted["text/plain"] == "<Work on cell.ipynb: 5 steps, loss 1.0>"


def test_an_error_of_the_cell_is_said_in_a_line(shell: InteractiveShell) -> None:
    run(shell, EARLIER, f"%%chainrule\n{CELL}\n1 / 0")
    work = shell.user_ns["Out"][2]
    said = "cell 2 line 4: `1 / 0` raised ZeroDivisionError: division by zero. What ran before it is worked."
    assert (work.loss, work.notices) == (1.0, (said,))


def test_a_cell_without_a_loss_is_said_in_a_line(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    run(shell, "%%chainrule\nname = 'w'")
    message = 'chainrule: the cell: no loss was found: no named number depends on the parameters. Name it with --of NAME, or write it with --loss "EXPRESSION" (the program names: none).\n'
    assert capsys.readouterr().out == message


@pytest.mark.parametrize(
    ("cells", "loss"),
    [
        ((EARLIER, "1 / 0", "%%chainrule\nloss = (w*x - y)**2"), 1.0),
        ((EARLIER, "loss = (w*x - y)**2", "w = 7.0", "%%chainrule\nloss = (w - 1)**2"), 36.0),
        ((EARLIER, "loss = (w*x - y)**2", "%%chainrule\nmse = (w - 4)**2"), 4.0),
        ((EARLIER, "%matplotlib inline\n!echo x", "def (", "%%chainrule\nloss = (w*x - y)**2"), 1.0),
        pytest.param(
            (EARLIER, "loss = (w*x - y)**2", "raise SystemExit", "w = 9.0", "%%chainrule\nloss = (w - 1)**2"), 64.0, id="after an exit",
            marks=pytest.mark.filterwarnings("ignore:To exit"),
        ),
        pytest.param(
            (EARLIER, "loss = (w*x - y)**2", "%%chainrule\nnope\nloss = (w - 1)**2"), None, id="a cell that fails",
        ),
        pytest.param(
            ("import random\nw = random.random()", "%%chainrule\nloss = (w - w + 1) * w"), "loss", id="drawn",
        ),
    ],
)  # fmt: skip
def test_the_loss_is_that_of_the_cell(shell: InteractiveShell, cells: tuple[str, ...], loss: float | str | None) -> None:
    run(shell, *cells)
    work = shell.user_ns["Out"].get(len(cells))
    assert (None if work is None else work.loss) == (shell.user_ns[loss] if isinstance(loss, str) else loss)


def test_earlier_cells_do_nothing_twice(shell: InteractiveShell, tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    run(shell, f"w = 2.0\nwith open({str(log)!r}, 'a') as f: f.write('once')", "%%chainrule\nloss = (w - 1)**2")
    assert log.read_text(encoding="utf-8") == "once"


@pytest.mark.parametrize("option", ["--entry w", "--steps 2"])
def test_no_option_ends_in_a_traceback(shell: InteractiveShell, capsys: pytest.CaptureFixture[str], option: str) -> None:
    run(shell, EARLIER, f"%%chainrule {option}\nloss = (w*x - y)**2")
    shown = capsys.readouterr()
    assert "Traceback" not in shown.out + shown.err
