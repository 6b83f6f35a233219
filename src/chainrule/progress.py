"""How long work says what it is doing: a function that is told, and by default says nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Report: TypeAlias = Callable[[str, int, int], None]
"""Told what is being done, and how many of how many are done: 0 of 0 where that is not known."""


def silent(doing: str, done: int = 0, total: int = 0) -> None:
    """Nobody is watching."""
