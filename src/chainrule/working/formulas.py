"""From nodes to formulas: one function from a graph to mathematics, brackets where precedence asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.graph.ops import OPS
from chainrule.graph.records import Graph, Name, Node
from chainrule.working.notation import (
    Apply,
    Bracket,
    Cases,
    Entry,
    Formula,
    Fraction,
    Infix,
    InfixOperator,
    Matrix,
    Number,
    Power,
    Prefix,
    Reduction,
    Root,
    Symbol,
    Transposed,
    Words,
)
from chainrule.working.numbers import formula_of, text_of

# How tightly a formula holds together, from loose to tight.
ALTERNATIVE, CONJUNCTION, COMPARISON, SUM, PRODUCT, SIGN, POWER, ATOM = range(1, 9)
BINDING: Mapping[str, int] = {
    "or": ALTERNATIVE, "and": CONJUNCTION, "<": COMPARISON, "≤": COMPARISON, ">": COMPARISON, "≥": COMPARISON,
    "=": COMPARISON, "≠": COMPARISON, "+": SUM, "−": SUM, "·": PRODUCT, "⊙": PRODUCT, "@": PRODUCT, "//": PRODUCT,
    "mod": PRODUCT, "÷": PRODUCT,
}  # fmt: skip


@dataclass(frozen=True)
class Writer:
    """Writes nodes of one graph. `known` are nodes that stand for themselves (a name, a partial, a number)."""

    graph: Graph
    known: Mapping[int, Formula]
    values: Sequence[Any] = ()
    digits: int = 6
    versions: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def write(self, index: int) -> Formula:
        """The formula of a node in terms of the known ones."""
        return self.bound(index)[0]

    def bound(self, index: int) -> tuple[Formula, int]:
        """The formula, and how tightly it holds together."""
        if index in self.known:
            return tight(self.known[index])
        node = self.graph.nodes[index]
        return self.node(index, node)

    def tightly(self, index: int, least: int) -> Formula:
        """The formula, in brackets where it is looser than `least` (a negative number always is)."""
        formula, binding = self.bound(index)
        return Bracket(formula) if binding < least or is_negative(formula) else formula

    def node(self, index: int, node: Node) -> tuple[Formula, int]:
        row = OPS.get(node.op)
        match node.op:
            case "constant":
                return tight(self.value(index))
            case "input":
                return tight(symbol(node.name, self.versions) if node.name else Words("?"))
            case "call":
                function = node.attributes["function"]
                title = Symbol(function.title, None, function.primes)
                return Apply(title, tuple(self.write(i) for i in node.inputs)), ATOM
            case "add" | "subtract" | "multiply" | "matmul":
                return self.infix(node)
            case "divide":
                x, y = node.inputs
                return Fraction(self.tightly(x, PRODUCT), self.tightly(y, POWER)), PRODUCT
            case "power":
                x, y = node.inputs
                return Power(self.tightly(x, ATOM), self.write(y)), POWER
            case "negative":
                return Prefix("−", self.tightly(node.inputs[0], PRODUCT)), SIGN
            case "sqrt":
                return Root(self.write(node.inputs[0])), POWER  # (√x)² is not √(x²)
            case "where":
                c, x, y = node.inputs
                return Cases(((self.write(x), self.write(c)),), self.write(y)), ATOM
            case "sum" | "mean" | "max" | "min":
                operand = self.tightly(node.inputs[0], PRODUCT)
                return Reduction(node.op, operand, over(self.graph, node.inputs[0], node.attributes["axis"])), PRODUCT
            case "sum_like":
                g, x = node.inputs
                return Reduction("sum", self.tightly(g, PRODUCT), over(self.graph, g, lost_axes(self.graph, g, x))), PRODUCT
            case "spread" if spreads_inside(self.graph, node):
                axes = ", ".join(f"axis {a}" for a in node.attributes["axis"])
                return Apply(Symbol("spread"), (self.write(node.inputs[0]), Words(f"along {axes}"))), ATOM
            case "alias" | "to_real" | "spread" | "broadcast_like" | "broadcast_to" | "guard":
                return self.bound(node.inputs[0])
            case "count":
                return self.count(index, node)
            case "transpose" if turns_matrices(node):
                return Transposed(self.tightly(node.inputs[0], ATOM)), ATOM
            case "index":
                return Entry(self.tightly(node.inputs[0], ATOM), key_text(node.attributes["key"])), ATOM
            case "stack":
                return Matrix((tuple(self.write(i) for i in node.inputs),), (len(node.inputs),)), ATOM
            case "reshape" | "reshape_like" | "transpose":
                wanted = Words("×".join(map(str, node.shape)) or "a number")
                return Apply(
                    Symbol("reshape" if node.op != "transpose" else "transpose"), (self.write(node.inputs[0]), wanted)
                ), ATOM
            case "place":
                where = Words("at [" + ", ".join(key_text(node.attributes["key"])) + "]")
                return Apply(Symbol("place"), (self.write(node.inputs[0]), where)), ATOM
            case "store":
                where = Words("at [" + ", ".join(key_text(node.attributes["key"])) + "]")
                return Apply(Symbol("store"), (*(self.write(i) for i in node.inputs), where)), ATOM
            case "einsum":
                spec = Words(repr(node.attributes["subscripts"]))
                return Apply(Symbol("einsum"), (spec, *(self.write(i) for i in node.inputs))), ATOM
            case "opaque":
                return Apply(Symbol(node.attributes["function"]), tuple(self.write(i) for i in node.inputs)), ATOM
            case _:
                assert row is not None
                if row.style == "infix":
                    least = BINDING[row.written] + 1
                    pair = tuple(self.tightly(i, least) for i in node.inputs)
                    return Infix(row.written, pair), BINDING[row.written]  # type: ignore[arg-type]
                if row.style == "prefix":
                    return Prefix(row.written, self.tightly(node.inputs[0], SIGN)), SIGN  # type: ignore[arg-type]
                return Apply(Symbol(row.written), tuple(self.write(i) for i in node.inputs)), ATOM

    def value(self, index: int) -> Formula:
        node = self.graph.nodes[index]
        value = node.attributes["value"]
        if self.values and index < len(self.values):
            value = self.values[index]
        return formula_of(value, self.digits)

    def count(self, index: int, node: Node) -> tuple[Formula, int]:
        if self.values and index < len(self.values):
            return Number(text_of(self.values[index])), ATOM
        return Words("n"), ATOM

    def infix(self, node: Node) -> tuple[Formula, int]:
        """X + y, x − y, products; a chain of the same sign is written without brackets."""
        x, y = node.inputs
        sign = self.sign(node)
        binding = BINDING[sign]
        left, left_binding = self.bound(x)
        if left_binding < binding or is_negative(left):
            left = Bracket(left)
        right = self.tightly(y, binding + (0 if sign in ("+", "·", "⊙") else 1))
        if isinstance(left, Infix) and left.operator == sign and sign != "−":
            parts: tuple[Formula, ...] = left.operands
        else:
            parts = (left,)
        if sign in ("+", "·", "⊙") and isinstance(right, Infix) and right.operator == sign:
            parts += right.operands
        elif isinstance(right, Infix) and BINDING[right.operator] == binding and right.operator != sign:
            parts += (Bracket(right),)
        else:
            parts += (right,)
        return Infix(sign, parts), binding

    def sign(self, node: Node) -> InfixOperator:
        match node.op:
            case "add":
                return "+"
            case "subtract":
                return "−"
            case "matmul":
                return "@"
            case _:
                return "·" if any(self.is_scalar(i) for i in node.inputs) else "⊙"

    def is_scalar(self, index: int, depth: int = 4) -> bool:
        """A number, or numbers computed with each other and only copied along axes."""
        node = self.graph.nodes[index]
        if not node.shape:
            return True
        if index in self.known or not depth:
            return False
        if node.op in ("spread", "broadcast_like", "alias"):
            return self.is_scalar(node.inputs[0], depth)
        row = OPS.get(node.op)
        return row is not None and row.elementwise and all(self.is_scalar(i, depth - 1) for i in node.inputs)


def turns_matrices(node: Node) -> bool:
    """Whether a transpose turns a matrix, or each of a stack of them."""
    axes, rank = node.attributes["axes"], len(node.shape)
    return axes is None or tuple(a % rank for a in axes) == (*range(rank - 2), rank - 1, rank - 2)


def spreads_inside(graph: Graph, node: Node) -> bool:
    """Whether a reduced array is copied along an axis between its own, which no formula shows by itself."""
    shape, axis = graph.nodes[node.inputs[0]].shape, node.attributes["axis"]
    return (
        bool(shape) and len(node.shape) > 2 and axis is not None and not node.attributes["keepdims"] and max(axis) >= len(axis)
    )


def tight(formula: Formula) -> tuple[Formula, int]:
    """How tightly a formula given from outside holds together."""
    match formula:
        case Infix(operator=operator):
            return formula, BINDING.get(operator, 0)
        case Number(text=text) if text.startswith("−"):
            return formula, ATOM
        case Number(text=text) if "/" in text:
            return formula, PRODUCT
        case Fraction():
            return formula, PRODUCT
        case _:
            return formula, ATOM


def is_negative(formula: Formula) -> bool:
    """A number or product that begins with a minus sign: in brackets wherever it is an operand."""
    return (isinstance(formula, Number) and formula.text.startswith("−")) or isinstance(formula, Prefix)


def symbol(name: Name, versions: Mapping[tuple[str, str], int], alone: frozenset[str] = frozenset()) -> Symbol:
    """The user's name; its version only where the name is bound more than once, its scope only where another has it too."""
    many = versions.get((name.scope, name.text), 1) > 1
    return Symbol(name.text, name.version if many else None, 0, "" if name.text in alone else name.scope)


def over(graph: Graph, index: int, axis: tuple[int, ...] | None) -> str:
    """The axes that a reduction runs over, in words."""
    rank = len(graph.nodes[index].shape)
    if axis is None or len(axis) == rank:
        return ""
    words = {(2, 0): "rows", (2, 1): "columns"}
    return ", ".join(words.get((rank, a), f"axis {a}") for a in axis)


def lost_axes(graph: Graph, g: int, x: int) -> tuple[int, ...] | None:
    """The axes along which x was copied when it met something of g's shape."""
    wide, narrow = graph.nodes[g].shape, graph.nodes[x].shape
    lead = len(wide) - len(narrow)
    axes = (*range(lead), *(lead + a for a, n in enumerate(narrow) if n == 1 and wide[lead + a] != 1))
    return None if len(axes) == len(wide) else axes


def key_text(key: Any) -> tuple[str, ...]:
    """An index as it is written between square brackets."""
    parts = key if isinstance(key, tuple) else (key,)
    return tuple(_part_text(p) for p in parts)


def _part_text(part: Any) -> str:
    match part:
        case slice(start=start, stop=stop, step=step):
            text = f"{'' if start is None else start}:{'' if stop is None else stop}"
            return text if step is None else f"{text}:{step}"
        case None:
            return "new"
        case _ if part is Ellipsis:
            return "…"
        case np.ndarray() | list():
            flat = np.ravel(part).tolist()
            inner = ", ".join(map(str, flat[:4])) + (", …" if len(flat) > 4 else "")
            return f"[{inner}]"
        case _:
            return str(part)
