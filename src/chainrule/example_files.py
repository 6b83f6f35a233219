"""The examples that come with chainrule: in the package when it is installed, beside `src` in a checkout."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path

from chainrule.errors import AskError


def folder() -> Path:
    """Where the examples are."""
    inside = Path(__file__).parent / "examples"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "examples"


def listed() -> list[tuple[str, str]]:
    """Name and description of every example."""
    index = tomllib.loads((folder() / "index.toml").read_text(encoding="utf-8"))
    return [(name, entry["description"]) for name, entry in index.items()]


def path_of(name: str) -> Path:
    """The file of an example.

    Raises:
        AskError: there is no such example.
    """
    index = tomllib.loads((folder() / "index.toml").read_text(encoding="utf-8"))
    if name not in index:
        close = difflib.get_close_matches(name, index, 1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise AskError(f"there is no example `{name}`.{hint} There are: {', '.join(index)}.")
    return folder() / str(index[name]["file"])
