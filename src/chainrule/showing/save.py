"""Writing a worked solution to a file: the ending says which form."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from chainrule.errors import AskError, FileExists

if TYPE_CHECKING:
    from chainrule.api import Work


def _text(work: Work) -> str:
    from chainrule.showing.text import to_text

    return to_text(work.document())


def _markdown(work: Work) -> str:
    from chainrule.showing.markdown import to_markdown

    return to_markdown(work.document())


def _latex(work: Work) -> str:
    from chainrule.showing.latex import to_latex

    return to_latex(work.document())


def _html(work: Work) -> str:
    from chainrule.showing.html import to_html

    return to_html(work.document())


def _json(work: Work) -> str:
    from chainrule.showing.work_data import work_data

    return json.dumps(work_data(work), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _notebook(work: Work) -> str:
    import nbformat

    from chainrule.showing.executed import with_program_run
    from chainrule.showing.notebook import to_notebook

    program = work.trace.program
    cells = [] if program.kind == "pasted" else [c.code for c in program.cells]  # a pasted cell holds its output too
    made = with_program_run(to_notebook(work.document()), cells, program.path.parent.absolute())
    return nbformat.writes(made, version=4)  # type: ignore[no-any-return, no-untyped-call]


FORMS: Mapping[str, Callable[[Work], str]] = MappingProxyType(
    {".txt": _text, ".md": _markdown, ".tex": _latex, ".html": _html, ".json": _json, ".ipynb": _notebook}
)


def rendered(work: Work, ending: str) -> str:
    """The solution in the form of a file ending.

    Raises:
        AskError: no form has that ending.
    """
    if ending not in FORMS:
        raise AskError(f"there is no form for `{ending or 'a file without an ending'}`. There are: {', '.join(FORMS)}.")
    return FORMS[ending](work)


def check_target(path: Path, *, force: bool = False) -> None:
    """Refuse before any work is done what could not be written after it.

    Raises:
        AskError: no form has that ending, or its folder does not exist.
        FileExists: a file stands there and `force` is not given.
    """
    if path.suffix not in FORMS:
        raise AskError(f"there is no form for `{path.suffix or 'a file without an ending'}`. There are: {', '.join(FORMS)}.")
    if not path.parent.is_dir():
        raise AskError(f"the folder {path.parent} does not exist, so {path.name} cannot be written there.")
    if path.exists() and not force:
        raise FileExists(f"{path} exists already and was left as it is. --force (or force=True) overwrites it.")


def save(work: Work, path: Path, *, force: bool = False) -> Path:
    """Write the solution; a file that stands there stays unless `force` is given."""
    check_target(path, force=force)
    text = rendered(work, path.suffix)
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)  # whole, or as it was
    finally:
        beside.unlink(missing_ok=True)
    return path
