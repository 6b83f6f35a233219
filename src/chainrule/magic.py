"""The notebook magic: `%load_ext chainrule`, then `%%chainrule` above a cell works that cell out."""

from __future__ import annotations

import json
import shlex
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

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
    before = {name: np.copy(v) for name, v in shell.user_ns.items() if isinstance(v, (float, np.floating, np.ndarray))}
    shell.run_cell(cell)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cell.ipynb"
        path.write_text(json.dumps(_notebook([*earlier, cell])), encoding="utf-8")
        try:
            options = {**options, "effects": False}
            work = _of_this_cell(_as_drawn(explain(path, **options), path, options, before), path, options)
            work.document()  # what is asked for wrongly is said now, not where the notebook shows it
        except ChainruleError as error:
            print(f"chainrule: {str(error).replace(str(path), 'the cell')}")
            return None
        return work


def _as_drawn(work: Work, path: Path, options: dict[str, Any], before: Mapping[str, Any]) -> Work:
    """Random numbers that earlier cells drew are those that the notebook holds, not new ones."""
    from chainrule.api import explain

    times = Counter((b.name.text, b.name.scope) for b in work.trace.bindings)
    drawn = {
        b.name.text: before[b.name.text]
        for b in work.trace.bindings
        if not b.name.scope and times[b.name.text, ""] == 1 and b.name.text in before
        and work.trace.graph.nodes[b.node].op == "input" and not _alike(work.trace.leaves[b.node], before[b.name.text])
    }  # fmt: skip
    return explain(path, **{**options, "set": {**drawn, **(options["set"] or {})}}) if drawn else work


def _alike(one: Any, other: Any) -> bool:
    return np.shape(one) == np.shape(other) and bool(np.all((one == other) | ((one != one) & (other != other))))


def _of_this_cell(work: Work, path: Path, options: dict[str, Any]) -> Work:
    """Where the loss was computed in earlier cells too, the last one is meant."""
    from chainrule.api import explain

    mine = work.reading.loss.name
    source = work.trace.graph.nodes[work.reading.loss.node].source
    failed = work.trace.raised
    if (
        failed
        and failed.source
        and source
        and failed.source.cell != source.cell
        and failed.source.cell == work.trace.program.cells[-1].number
    ):
        raise AskError(f"the cell stopped before it computed a loss: `{failed.line}` raised {failed.kind}: {failed.message}.")
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
