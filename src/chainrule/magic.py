"""The notebook magic: `%load_ext chainrule`, then `%%chainrule` above a cell works that cell out."""

from __future__ import annotations

import shlex
import tempfile
from pathlib import Path
from typing import Any

from chainrule.errors import ChainruleError


def load_ipython_extension(shell: Any) -> None:
    """Called by `%load_ext chainrule`."""

    def chainrule(line: str, cell: str) -> Any:
        """%%chainrule [--earlier] [--of NAME]: the cell, worked out. With --earlier, the cells run before it come first."""
        return work_cell(shell, line, cell)

    shell.register_magic_function(chainrule, magic_kind="cell", magic_name="chainrule")


def work_cell(shell: Any, line: str, cell: str) -> Any:
    """Work a cell out: the cells that ran before give it its names; then the cell itself runs in the notebook as usual."""
    from chainrule.api import explain

    options = _options(line)
    history = [source for source in shell.user_ns.get("In", [])[:-1] if source and not source.lstrip().startswith("%")]
    code = "\n\n".join([*history, cell])
    shell.run_cell(cell)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cell.py"
        path.write_text(code, encoding="utf-8")
        try:
            return explain(path, **options)
        except ChainruleError as error:
            print(f"chainrule: {str(error).replace(str(path), 'the cell')}")
            return None


def _options(line: str) -> dict[str, Any]:
    words = shlex.split(line)
    found: dict[str, Any] = {}
    for name, value in zip(words[::2], words[1::2], strict=False):
        key = name.lstrip("-").replace("-", "_")
        found[key] = float(value) if key == "learning_rate" else int(value) if key in ("digits", "steps") else value
    return found
