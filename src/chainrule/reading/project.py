"""The project that a program is a part of: its packages are found where `python -m` would find them."""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

FARTHEST = 6  # folders up


class ProjectFinder(importlib.abc.MetaPathFinder):
    """Asked for what lies neither beside the program nor among what is installed: it may lie above, or in `src` there."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self.folder = folder
        self.say = say

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        place = folder_of(self.folder, fullname) if path is None else None
        if place is None or str(place) in sys.path:
            return None
        sys.path.append(str(place))
        self.say(f"`{fullname}` was found in {os.path.relpath(place, self.folder)}.")
        return importlib.util.find_spec(fullname)


def folder_of(folder: Path, name: str) -> Path | None:
    """The nearest folder above (or its `src`) that holds a module or package; none above that of the repository."""
    for above in list(folder.parents)[:FARTHEST]:
        for place in (above, above / "src"):
            if (place / f"{name}.py").is_file() or any((place / name).glob("*.py")):
                return place
        if (above / ".git").exists() or above == Path.home():
            break
    return None


def package_of(path: Path, tree: ast.Module) -> tuple[str, Path] | None:
    """The package that a file is a part of, and the folder that holds it, where the file imports relatively."""
    depth = max((n.level for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)), default=0)
    if depth == 0 or len(path.parents) <= depth:
        return None
    top = path.parents[depth - 1]
    while (top.parent / "__init__.py").is_file():
        top = top.parent
    return ".".join(path.parent.relative_to(top.parent).parts), top.parent
