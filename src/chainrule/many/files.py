"""Which files a folder holds that could be checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from chainrule.errors import ReadError

KINDS = (".py", ".ipynb")
SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages", "build", "dist", "venv", "env"})


def programs_in(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The files named, and the scripts and notebooks in the folders named; hidden folders and environments left out.

    Raises:
        ReadError: a folder holds none.
    """
    found: dict[Path, None] = {}
    for path in paths:
        inside = list(_inside(path)) if path.is_dir() else [path]
        if not inside:
            raise ReadError(f"{path} holds no {' and no '.join(f'*{kind}' for kind in KINDS)}: there is nothing to check.")
        found.update(dict.fromkeys(inside))
    return tuple(found)


def _inside(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        left_out = any(part.startswith(".") or part in SKIPPED for part in parts)
        if path.suffix in KINDS and not left_out and path.is_file():
            yield path
