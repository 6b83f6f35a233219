"""What a program is before it is written: its leaves, its forward and backward lines, and how it is laid out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from checking.programs.slots import Step

Role: TypeAlias = Literal["parameter", "input", "target"]
Container: TypeAlias = Literal["flat", "functions", "dict", "class", "rows"]
Updating: TypeAlias = Literal["in place", "rebound", "new", "none"]
Values: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Leaf:
    """A value the program starts from; `shape` () is a number."""

    name: str
    shape: tuple[int, ...]
    role: Role


@dataclass(frozen=True)
class Plan:
    """A program with its mistakes still to be chosen."""

    leaves: tuple[Leaf, ...]
    preamble: tuple[str, ...]
    forward: tuple[Step, ...]
    loss: tuple[Step, ...]
    backward: tuple[Step, ...]
    claims: Mapping[str, str]
    updates: Mapping[str, str]
    shown: Mapping[str, str]
    container: Container
    updating: Updating
    epochs: int
    soon: bool
    kinked: tuple[str, ...]
    rate: str
    rate_value: float
    constants: tuple[str, ...] = ()
    arrays: bool = False
    one_hot: bool = False
    probabilities: bool = False
    columns: bool = False
    integers: bool = False
    other_rows: int = 0
    printed: bool = field(default=False)
