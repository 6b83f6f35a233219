"""The graph: four frozen records and their grammar.

    graph  ::= title "(" input* ")" "{" node* "}" "->" output*
    node   ::= "%" index [ name ] ":" dtype shape "=" op "(" ( "%" index )* attribute* ")" [ "#" source ]
    name   ::= [ scope "." ] text "#" version
    source ::= [ file ] [ "cell" cell ] "line" line

A node names its inputs by their index, always smaller than its own, so every pass is one loop and never recurses.
`repr(graph)` writes this grammar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Shape: TypeAlias = tuple[int, ...]
Dtype: TypeAlias = Literal["bool", "int", "real", "complex", "object"]


@dataclass(frozen=True, slots=True)
class Name:
    """The user's name for a value: the `version`-th time `text` was bound in `scope` ("" at the top of the program)."""

    text: str
    version: int = 1
    scope: str = ""

    def __repr__(self) -> str:
        return f"{self.scope + '.' if self.scope else ''}{self.text}#{self.version}"

    @property
    def id(self) -> str:
        """The stable address of the value: scope, name and version."""
        return "/".join(filter(None, (self.scope, self.text, str(self.version))))


@dataclass(frozen=True, slots=True)
class Source:
    """Where in the program a node was made; `line` counts from 1 within the cell where there is one (0 is `--call`).

    `file` is the name of a module beside the program, and empty for the program itself.
    """

    line: int
    cell: int | None = None
    column: int = 0
    file: str = ""

    @property
    def place(self) -> tuple[str, int | None, int]:
        """What tells one line from another."""
        return self.file, self.cell, self.line

    def __repr__(self) -> str:
        if self.cell == 0:
            return "--call"
        within = f"cell {self.cell} " if self.cell is not None else f"{self.file} " if self.file else ""
        return f"{within}line {self.line}"


@dataclass(frozen=True, slots=True)
class Node:
    """One value: the op that made it, from which nodes, with which fixed attributes."""

    op: str
    inputs: tuple[int, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict, hash=False)
    shape: Shape = ()
    dtype: Dtype = "real"
    name: Name | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Graph:
    """Nodes in the order they are computed; `inputs` are given from outside, `outputs` are what it is for."""

    nodes: tuple[Node, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    title: str = "graph"
    primes: int = 0

    def __repr__(self) -> str:
        head = f"{self.title}{'′' * self.primes}({', '.join(f'%{i}' for i in self.inputs)}) {{"
        lines = [f"  {_node_line(i, node)}" for i, node in enumerate(self.nodes)]
        return "\n".join([head, *lines, "} -> " + ", ".join(f"%{i}" for i in self.outputs)])

    def __len__(self) -> int:
        return len(self.nodes)


def _node_line(index: int, node: Node) -> str:
    arguments = [f"%{i}" for i in node.inputs] + [f"{k}={_attribute(v)}" for k, v in node.attributes.items()]
    name = f" {node.name!r}" if node.name else ""
    source = f"  # {node.source!r}" if node.source else ""
    shape = str(list(node.shape)) if node.shape else ""
    return f"%{index}{name}: {node.dtype}{shape} = {node.op}({', '.join(arguments)}){source}"


def _attribute(value: Any) -> str:
    return f"{value.title}{'′' * value.primes}" if isinstance(value, Graph) else repr(value)
