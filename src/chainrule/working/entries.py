"""One entry of an array opened as a scalar derivation: W1[0,1] as the sum of products that it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.errors import AskError
from chainrule.graph.ops import OPS
from chainrule.working.formulas import PRODUCT, SUM, Writer, is_negative
from chainrule.working.notation import (
    Apply,
    Bracket,
    Cases,
    Entry,
    Formula,
    Fraction,
    Infix,
    Number,
    Power,
    Prefix,
    Symbol,
    Words,
)
from chainrule.working.numbers import text_of

MOST_TERMS = 8


def parse_entry(text: str) -> tuple[str, tuple[int, ...]]:
    """`W1[0,1]` as a name and indices.

    Raises:
        AskError: it is not written so.
    """
    match = re.match(r"^\s*(?P<name>[\w.]+)\s*\[(?P<at>[\d,\s-]+)\]\s*$", text)
    if not match:
        raise AskError(f"--entry {text}: write a name and an index, such as --entry W1[0,1].")
    return match["name"], tuple(int(p) for p in match["at"].split(",") if p.strip())


class EntryWriter:
    """Writes one entry of a node; names are written with their index, or as numbers."""

    def __init__(self, writer: Writer, values: Sequence[Any], *, numbers: bool, without: int) -> None:
        self.writer = writer
        self.values = values
        self.numbers = numbers
        self.without = without

    def write(self, i: int, at: tuple[int, ...]) -> tuple[Formula, int]:
        """The entry `at` of node i, and how tightly its formula holds together (see formulas.py)."""
        node = self.writer.graph.nodes[i]
        at = self.fitted(i, at)
        if i in self.writer.known and i != self.without:
            if self.numbers:
                return self.number(i, at), 9
            known = self.writer.known[i]
            return (Entry(known, tuple(map(str, at))) if at else known), 9
        if node.op in ("constant", "input", "count") or (
            self.numbers and node.op == "call" and node.attributes["function"].primes
        ):
            return self.number(i, at), 9
        row = OPS.get(node.op)
        match node.op:
            case "matmul":
                return self.product(node.inputs, at)
            case "transpose" if node.attributes["axes"] is None:
                return self.write(node.inputs[0], at[::-1])
            case "sum_like" | "sum":
                return self.total(i, at)
            case "mean":
                formula, _ = self.total(i, at)
                n = np.size(self.values[node.inputs[0]]) // max(np.size(self.values[i]), 1)
                return Fraction(Bracket(formula), Number(str(n))), PRODUCT
            case "spread":
                return self.write(node.inputs[0], self.kept(i, at))
            case "alias" | "to_real" | "broadcast_like" | "broadcast_to":
                return self.write(node.inputs[0], at)
            case "outer":
                left, right = self.tight(node.inputs[0], at[:1], PRODUCT), self.tight(node.inputs[1], at[1:], PRODUCT)
                return Infix("·", (left, right)), PRODUCT
            case "add" | "subtract":
                sign = "+" if node.op == "add" else "−"
                first = self.tight(node.inputs[0], at, SUM)
                return Infix(sign, (first, self.tight(node.inputs[1], at, SUM + (sign == "−")))), SUM  # type: ignore[arg-type]
            case "multiply":
                return Infix("·", (self.tight(node.inputs[0], at, PRODUCT), self.tight(node.inputs[1], at, PRODUCT))), PRODUCT
            case "divide":
                return Fraction(self.tight(node.inputs[0], at, PRODUCT), self.tight(node.inputs[1], at, 7)), PRODUCT
            case "negative":
                return Prefix("−", self.tight(node.inputs[0], at, PRODUCT)), PRODUCT
            case "power":
                return Power(self.tight(node.inputs[0], at, 8), self.write(node.inputs[1], at)[0]), 7
            case "where":
                c, x, y = (self.write(s, at)[0] for s in node.inputs)
                return Cases(((x, c),), y), 8
            case "call" if len(node.inputs) == 1:
                function = node.attributes["function"]
                return Apply(Symbol(function.title, None, function.primes), (self.write(node.inputs[0], at)[0],)), 8
            case _ if row is not None and row.elementwise and row.style == "apply":
                return Apply(Symbol(row.written), tuple(self.write(s, at)[0] for s in node.inputs)), 8
            case _ if row is not None and row.elementwise and row.style == "infix":
                pair = tuple(self.tight(s, at, SUM) for s in node.inputs)
                return Infix(row.written, pair), 3  # type: ignore[arg-type]
            case _:
                whole = self.writer.write(i)
                return Entry(Bracket(whole), tuple(map(str, at))), 8

    def tight(self, i: int, at: tuple[int, ...], least: int) -> Formula:
        formula, binding = self.write(i, at)
        return Bracket(formula) if binding < least or is_negative(formula) else formula

    def number(self, i: int, at: tuple[int, ...]) -> Formula:
        value = np.asarray(self.values[i])
        return Number(text_of(value[at] if at else value[()], self.writer.digits))

    def fitted(self, i: int, at: tuple[int, ...]) -> tuple[int, ...]:
        """The index in an array that was broadcast to a larger one."""
        shape = self.writer.graph.nodes[i].shape
        at = at[len(at) - len(shape) :]
        return tuple(0 if n == 1 else a for a, n in zip(at, shape, strict=True))

    def kept(self, i: int, at: tuple[int, ...]) -> tuple[int, ...]:
        node = self.writer.graph.nodes[i]
        axis = node.attributes["axis"]
        if axis is None:
            return ()
        if node.attributes["keepdims"]:
            return tuple(0 if a in axis else n for a, n in enumerate(at))
        return tuple(n for a, n in enumerate(at) if a not in axis)

    def product(self, inputs: Sequence[int], at: tuple[int, ...]) -> tuple[Formula, int]:
        x, y = inputs
        rank_x, rank_y = len(self.writer.graph.nodes[x].shape), len(self.writer.graph.nodes[y].shape)
        n = self.writer.graph.nodes[x].shape[-1]
        rows = at[:-1] if rank_y > 1 else at
        terms: list[Formula] = []
        for k in _some(n):
            if k is None:
                terms.append(Words("…"))
                continue
            left = (*rows[-(rank_x - 1) :], k) if rank_x > 1 else (k,)
            right = (k, at[-1]) if rank_y > 1 else (k,)
            terms.append(Infix("·", (self.tight(x, left, PRODUCT), self.tight(y, right, PRODUCT))))
        return (terms[0], PRODUCT) if len(terms) == 1 else (Infix("+", tuple(terms)), SUM)

    def total(self, i: int, at: tuple[int, ...]) -> tuple[Formula, int]:
        node = self.writer.graph.nodes[i]
        wide = self.writer.graph.nodes[node.inputs[0]].shape
        if node.op == "sum_like":
            lead = len(wide) - len(node.shape)
            fixed = {lead + a: at[a] for a, n in enumerate(node.shape) if not (n == 1 and wide[lead + a] != 1)}
        else:
            axis = node.attributes["axis"] if node.attributes["axis"] is not None else tuple(range(len(wide)))
            left = [a for a in range(len(wide)) if a not in axis]
            given = [n for a, n in enumerate(at) if a not in axis] if node.attributes["keepdims"] else list(at)
            fixed = dict(zip(left, given, strict=True))
        places = [p for p in np.ndindex(*wide) if all(p[a] == n for a, n in fixed.items())]
        terms = [Words("…") if k is None else self.tight(node.inputs[0], places[k], SUM) for k in _some(len(places))]
        return (terms[0], PRODUCT) if len(terms) == 1 else (Infix("+", tuple(terms)), SUM)


def _some(n: int) -> list[int | None]:
    return list(range(n)) if n <= MOST_TERMS else [*range(MOST_TERMS - 2), None, n - 1]
