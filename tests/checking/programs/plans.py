"""What a program is before it is written: its leaves, its forward and backward lines, and how it is laid out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from checking.programs.slots import Step

Role: TypeAlias = Literal["parameter", "input", "target"]
Container: TypeAlias = Literal["flat", "functions", "dict", "class", "rows"]
Updating: TypeAlias = Literal["in place", "rebound", "new", "none"]
Targets: TypeAlias = Literal["real", "0/1", "one-hot"]
Values: TypeAlias = dict[str, Any]

RATES = ("lr", "learning_rate", "LR", "alpha", "eta", "")
CLAIM_NAMES = ("deriv_L_{}", "dL_d{}", "d{}", "grad_{}", "{}_grad", "dloss_d{}", "d_{}", "d{}", "g_{}", "deriv_{}")


@dataclass(frozen=True)
class Leaf:
    """A value the program starts from; `shape` () is a number."""

    name: str
    shape: tuple[int, ...]
    role: Role


@dataclass(frozen=True)
class Layout:
    """How a program is laid out; `soon` updates a parameter right after its last use; a `rate` of "" is written as a number."""

    container: Container
    updating: Updating
    epochs: int
    soon: bool
    rate: str
    rate_value: float
    claim_name: str
    extra_rows: int = 0

    @property
    def loops(self) -> bool:
        return self.epochs > 0 or self.container == "rows"


@dataclass(frozen=True)
class Plan:
    """A program with its mistakes still to be chosen.

    `shown` maps a canonical name to the name in the program, `claims` a claim's canonical name to its left side, in the
    backward pass; `pre` are the sums whose activation has a kink.
    """

    leaves: tuple[Leaf, ...]
    preamble: tuple[str, ...]
    forward: tuple[Step, ...]
    loss: tuple[Step, ...]
    backward: tuple[Step, ...]
    shown: Mapping[str, str]
    layout: Layout
    pre: tuple[str, ...]
    relu_only: bool
    constants: tuple[str, ...]
    targets: Targets
    columns: bool
    output: str

    @property
    def arrays(self) -> bool:
        return any(leaf.shape for leaf in self.leaves)

    def named(self, role: Role) -> list[str]:
        return [leaf.name for leaf in self.leaves if leaf.role == role]
