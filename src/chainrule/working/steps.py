"""The steps of a worked solution: forward, backward and update, each in symbols, in numbers, and with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np

from chainrule.graph.differentiate import Gradients
from chainrule.graph.reach import ancestors
from chainrule.graph.records import Graph, Name, Node, Source
from chainrule.working.formulas import Writer, symbol
from chainrule.working.notation import Bracket, Formula, Infix, Number, Partial, Prefix, Words
from chainrule.working.numbers import formula_of, is_small, shape_text, text_of
from chainrule.working.one_line import formula_text
from chainrule.working.reasons import Reasons, Said, known_as

Kind: TypeAlias = Literal["forward", "loss", "backward", "update"]
LONGEST = 40
MOST_NUMBERS = 16


@dataclass(frozen=True)
class Step:
    """One line of the solution: `left` = each of `lines` in turn = `value`.

    `because` is the reason beside the result; `notes` are further remarks (a kink, a sum over copies, a known function).
    """

    id: str
    kind: Kind
    name: Name
    node: int
    left: Formula
    lines: tuple[Formula, ...]
    value: Any
    because: Said = ()
    notes: tuple[Said, ...] = ()
    source: Source | None = None
    shape: tuple[int, ...] = ()


@dataclass(frozen=True)
class Notation:
    """How the values of one graph are written: symbols for the named, partials for their adjoints, numbers for both."""

    graph: Graph
    values: Sequence[Any]
    loss: Formula
    symbols: Mapping[int, Formula]
    partials: Mapping[int, Formula]
    digits: int
    versions: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @cached_property
    def named(self) -> Mapping[int, Formula]:
        """Every node that is written as a symbol or a partial."""
        return {**self.symbols, **self.partials}

    @cached_property
    def numbered(self) -> Mapping[int, Formula]:
        """Every node that is written as a number, where numbers are put in."""
        primes = (i for i, n in enumerate(self.graph.nodes) if n.op == "call" and n.attributes["function"].primes)
        return {i: formula_of(self.values[i], self.digits) for i in (*self.named, *primes) if i < len(self.values)}

    def in_symbols(self, without: Sequence[int] = ()) -> Writer:
        return Writer(self.graph, _Without(self.named, without), self.values, self.digits, self.versions)

    def in_numbers(self, without: Sequence[int] = ()) -> Writer:
        """The same formulas with every name replaced by its number, and every derivative of a function by its value."""
        return Writer(self.graph, _Without(self.numbered, without), self.values, self.digits, self.versions)


@dataclass(frozen=True)
class _Without(Mapping[int, Formula]):
    """A mapping with some keys left out, and not copied for it: one is made for each step."""

    whole: Mapping[int, Formula]
    left_out: Sequence[int]

    def __getitem__(self, key: int) -> Formula:
        if key in self.left_out:
            raise KeyError(key)
        return self.whole[key]

    def __iter__(self) -> Iterator[int]:
        return (key for key in self.whole if key not in self.left_out)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def notation_for(graph: Graph, values: Sequence[Any], gradients: Gradients, shown: set[int], digits: int) -> Notation:
    """Names for the forward nodes in `shown`, and ∂loss/∂name for their adjoints."""
    versions: dict[tuple[str, str], int] = {}
    for i in shown:
        name = graph.nodes[i].name
        if name is not None:
            key = (name.scope, name.text)
            versions[key] = versions.get(key, 0) + 1
    scopes: dict[str, set[str]] = {}
    for scope, text in versions:
        scopes.setdefault(text, set()).add(scope)
    alone = frozenset(text for text, found in scopes.items() if len(found) == 1)
    symbols = {i: symbol(n.name, versions, alone) for i in shown if (n := graph.nodes[i]).name is not None}
    loss = symbols.get(gradients.of, Words("loss"))
    partials: dict[int, Formula] = {
        gradients.adjoint[i]: Partial(loss, (s,)) for i, s in symbols.items() if i in gradients.adjoint and i != gradients.of
    }
    return Notation(gradients.graph, values, loss, symbols, partials, digits, versions)


def name_intermediates(graph: Graph, of: int) -> Graph:
    """Give a name of its own to each unnamed value that is used twice, or whose formula would be very long."""
    needed = ancestors(graph, [of])
    uses: dict[int, int] = {}
    for i in needed:
        for source in graph.nodes[i].inputs:
            uses[source] = uses.get(source, 0) + 1
    size: dict[int, int] = {}
    nodes = list(graph.nodes)
    count = 0
    for i in sorted(needed):
        node = nodes[i]
        size[i] = 1 + sum(0 if nodes[s].name else size[s] for s in set(node.inputs))
        plain = node.op in ("input", "constant", "count", "index", "transpose", "guard") or node.dtype == "bool"
        if node.name is None and i != of and not plain and (uses.get(i, 0) > 1 or size[i] > LONGEST):
            count += 1
            nodes[i] = replace(node, name=Name(f"t{count}"))
    return replace(graph, nodes=tuple(nodes)) if count else graph


# ------------------------------------------------------------------------------------------------ steps


def forward_steps(notation: Notation, reasons: Reasons, order: Sequence[int], loss: int) -> Iterator[Step]:
    """How each named value is computed."""
    found: dict[int, str | None] = {}
    for i in order:
        node = notation.graph.nodes[i]
        if node.op == "input" or node.name is None:
            continue
        symbols = notation.in_symbols([i])
        written = symbols.write(i)
        lines = [written]
        if node.op not in ("call", "alias", "opaque"):
            lines += _in_numbers(notation, [i], i)
        notes = [*reasons.of_forward(i), *_known(notation, reasons, i, found), *_shapes(notation.graph, i)]
        kind: Kind = "loss" if i == loss else "forward"
        yield _step(notation, kind, i, notation.symbols[i], lines, notation.values[i], (), notes)


def _known(notation: Notation, reasons: Reasons, i: int, found: dict[int, str | None]) -> Iterator[Said]:
    """ "this is ReLU; 1.5 > 0, so it passes": what a function is, the first time it is met, and on which side it stands."""
    nodes = notation.graph.nodes
    calls = [nodes[j] for j in reasons.own_nodes(i) if nodes[j].op == "call"]
    alone = len({id(c.attributes["function"]) for c in calls}) == 1
    for node in calls:
        function = node.attributes["function"]
        met = id(function) in found
        title = known_as(function, found)
        said = [f"{'this' if alone else function.title} is {title}"] if title and not met else []
        if title == "ReLU" and not node.shape and (z := notation.values[node.inputs[0]]):
            passes = "> 0, so it passes" if z > 0 else "< 0, so it is off"
            said.append(f"{text_of(z, notation.digits)} {passes}")
        if said:
            yield ("; ".join(said),)


def _shapes(graph: Graph, i: int) -> Iterator[Said]:
    node = graph.nodes[i]
    while node.op in ("alias", "to_real"):
        node = graph.nodes[node.inputs[0]]
    if node.op == "add" and any(graph.nodes[s].op == "matmul" for s in node.inputs):
        node = next(graph.nodes[s] for s in node.inputs if graph.nodes[s].op == "matmul")
    if node.op == "matmul" and graph.nodes[i].shape:
        parts = " @ ".join(shape_text(graph.nodes[s].shape) for s in node.inputs)
        yield (f"shapes: {parts} → {shape_text(graph.nodes[i].shape)}",)


def backward_steps(
    notation: Notation, gradients: Gradients, reasons: Reasons, order: Sequence[int], unknown: Mapping[int, str]
) -> Iterator[Step]:
    """The derivative with respect to each named value: one summand per use."""
    for i in order:
        left = Partial(notation.loss, (notation.symbols[i],))
        if i in unknown:
            yield _step(notation, "backward", i, left, [Words("unknown")], None, (unknown[i],), ())
            continue
        if i not in gradients.adjoint:
            yield _step(
                notation, "backward", i, left, [], _zero_like(notation.graph.nodes[i]), reasons.of_zero(i, notation.loss), ()
            )
            continue
        adjoint = gradients.adjoint[i]
        parts = [c.node for c in sorted(gradients.contributions.get(i, ()), key=lambda c: c.consumer)]
        value = notation.values[adjoint]
        lines = [_sum([notation.in_symbols([adjoint]).bound(p) for p in parts])]
        if is_small(value) and all(_numbers_fit(notation, p, [adjoint]) for p in parts):
            lines.append(_sum([notation.in_numbers([adjoint]).bound(p) for p in parts]))
        notes = [n for n in (reasons.of_sum(i),) if n]
        yield _step(notation, "backward", i, left, lines, value, reasons.of_zero(i, notation.loss), notes)


def _zero_like(node: Node) -> Any:
    return np.zeros(node.shape) if node.shape else 0


def _sum(parts: Sequence[tuple[Formula, int]]) -> Formula:
    if len(parts) == 1:
        return parts[0][0]
    summands = tuple(Bracket(f) if isinstance(f, Prefix) or _minus(f) else f for f, _ in parts)
    return Infix("+", summands)


def _minus(formula: Formula) -> bool:
    return (isinstance(formula, Number) and formula.text.startswith("−")) or (
        isinstance(formula, Infix) and formula.operator in ("−", "+")
    )


def _in_numbers(notation: Notation, without: Sequence[int], i: int) -> list[Formula]:
    if not is_small(notation.values[i]) or not _numbers_fit(notation, i, without):
        return []
    return [notation.in_numbers(without).write(i)]


def _numbers_fit(notation: Notation, i: int, without: Sequence[int]) -> bool:
    """Whether every value that the formula names is small enough to be written out."""
    known = notation.named
    total = 0
    waiting, seen = [i], set()
    while waiting:
        j = waiting.pop()
        if j in seen or j >= len(notation.values):
            continue
        seen.add(j)
        if j in known and j not in without:
            if not is_small(notation.values[j], 6):
                return False
            total += int(np.size(notation.values[j]))
        else:
            waiting.extend(notation.graph.nodes[j].inputs)
    return total <= MOST_NUMBERS


def _step(
    notation: Notation,
    kind: Kind,
    i: int,
    left: Formula,
    lines: Sequence[Formula],
    value: Any,
    because: Said,
    notes: Sequence[Said],
) -> Step:
    node = notation.graph.nodes[i]
    assert node.name is not None
    result = formula_of(value, notation.digits) if value is not None else None
    kept = distinct([*lines, *([result] if result is not None else [])])
    return Step(f"{kind}/{node.name.id}", kind, node.name, i, left, kept, value, because, tuple(notes), node.source, node.shape)


def distinct(lines: Sequence[Formula]) -> tuple[Formula, ...]:
    """The lines without those that only repeat the one before."""
    kept: list[Formula] = []
    for line in lines:
        if not kept or formula_text(kept[-1]) != formula_text(line):
            kept.append(line)
    return tuple(kept)
