"""The notebook magic: `%load_ext chainrule`, then `%%chainrule` above a cell works that cell out."""

from __future__ import annotations

import json
import shlex
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chainrule.errors import AskError, ChainruleError

if TYPE_CHECKING:
    from chainrule.api import Work

NOT_HERE = ("file", "example", "form", "output", "force")


def load_ipython_extension(shell: Any) -> None:
    """Called by `%load_ext chainrule`."""

    def chainrule(line: str, cell: str) -> Any:
        """Work the cell out, after the cells that ran before it: %%chainrule --set w5=-1 --of loss.

        The options are those of `chainrule explain`.
        """
        return work_cell(shell, line, cell)

    shell.register_magic_function(chainrule, magic_kind="cell", magic_name="chainrule")


def work_cell(shell: Any, line: str, cell: str) -> Any:
    """Work a cell out: the cells that ran before give it its names; then the cell itself runs in the notebook as usual."""
    from chainrule.api import explain

    try:
        options = _options(line)
    except ChainruleError as error:
        print(f"chainrule: {error}")
        return None
    earlier = [_without_own_magic(source) for source in shell.history_manager.input_hist_raw[1:-1]]
    shell.run_cell(cell)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cell.ipynb"
        path.write_text(json.dumps(_notebook([*earlier, cell])), encoding="utf-8")
        try:
            return _of_this_cell(explain(path, **options), path, options)
        except ChainruleError as error:
            print(f"chainrule: {str(error).replace(str(path), 'the cell')}")
            return None


def _of_this_cell(work: Work, path: Path, options: dict[str, Any]) -> Work:
    """Where the loss was computed in earlier cells too, the last one is meant."""
    from chainrule.api import explain

    mine = work.reading.loss.name
    last = max(b.name.version for b in work.trace.bindings if (b.name.text, b.name.scope) == (mine.text, mine.scope))
    if options["of"] or last == mine.version:
        return work
    return explain(path, **{**options, "of": f"{mine.text}#{last}"})


def _without_own_magic(source: str) -> str:
    """The cell under an earlier %%chainrule ran in the notebook too."""
    first, _, rest = source.partition("\n")
    return rest if first.startswith("%%chainrule") else source


def _notebook(cells: list[str]) -> dict[str, Any]:
    made: list[dict[str, Any]] = [
        {"cell_type": "code", "source": c, "metadata": {}, "outputs": [], "execution_count": None} for c in cells
    ]
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": made}


def _options(line: str) -> dict[str, Any]:
    """The words after %%chainrule, read as the command line reads them."""
    from chainrule.cli import explain, options_from, vars_of

    try:
        given = explain.make_context("%%chainrule", shlex.split(line)).params
    except click.exceptions.Exit:
        raise AskError("the options are those of `chainrule explain`, listed above.") from None
    except (click.ClickException, ValueError) as error:
        message = error.format_message() if isinstance(error, click.ClickException) else str(error)
        raise AskError(f"%%chainrule {line}: {message}") from None
    unfit = [name for name in NOT_HERE if given[name]]
    if unfit:
        raise AskError(f"%%chainrule {line}: `{unfit[0]}` has no meaning here; the cell itself is worked out.")
    return vars_of(options_from(given))
