"""What a reading leaves behind beside its graph: where names got their values, and calls of the program's functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from chainrule.graph.records import Name, Source


@dataclass(frozen=True)
class Binding:
    """One moment at which a name got a value."""

    name: Name
    node: int
    source: Source | None
    observed: Any = field(compare=False, default=None)


@dataclass(frozen=True)
class CallSite:
    """One call of a function of the program: the nodes `start` to `stop` were made inside it.

    `parameters` names the arguments; `owner` tells the objects apart whose methods are called.
    """

    title: str
    arguments: tuple[int, ...]
    results: tuple[int, ...]
    start: int
    stop: int
    source: Source | None
    parameters: tuple[str, ...] = ()
    owner: int | None = None
