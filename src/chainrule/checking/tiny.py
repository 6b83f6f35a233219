"""The tiny constants by which a loss keeps clear of log(0) and of division by zero, and the clips that keep exp from overflowing."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TypeAlias

from chainrule.graph.reach import ancestors
from chainrule.graph.records import Graph, Node, Source
from chainrule.reading.roles import Reading

TINY = 2e-3
WIDE = 5.0  # a clip at this or more, in front of an exponential, keeps clear of its overflow
CARRIED_ON = ("negative", "alias", "to_real", "maximum", "minimum", "reshape")
GUARDS = ("add", "maximum", "minimum", "subtract")
Number: TypeAlias = Callable[[Graph, int], float | None]


def without_tiny_constants(reading: Reading, also: Collection[int] = ()) -> tuple[Graph | None, tuple[str, ...]]:
    """The graph in which an epsilon on the way to the loss is 0 (and 1 − epsilon is 1), and each in words; None for none.

    `also` are nodes on the way to which it is 0 too.
    """

    def number(graph: Graph, i: int) -> float | None:
        node = graph.nodes[i]
        held = node.op == "constant" or (graph is reading.graph and node.op == "input" and reading.role_of(i) != "parameters")
        if not held:
            return None
        return float(node.attributes["value"] if graph is not reading.graph else reading.values[i])

    nodes = reading.graph.nodes
    before = ancestors(reading.graph, [reading.loss.node, *also])
    known = {_same(nodes[i]) for i in before} - {None}
    again = {i for i, n in enumerate(nodes) if _same(n) in known}  # what the loss computes may be computed once more
    graph, found = _bare(reading.graph, before | again, number, None)
    return (graph, tuple(dict.fromkeys(found))) if found else (None, ())


def _same(node: Node) -> object:
    """What runs of one line, or of one function, have in common; None for what keeps clear of nothing."""
    if node.op == "call":
        return node.attributes["function"].title
    return node.source.place if node.op in GUARDS and node.source else None


def _bare(graph: Graph, among: Collection[int], number: Number, place: Source | None) -> tuple[Graph, list[str]]:
    """A graph without its epsilons, those of the functions it calls too, and each in words."""
    nodes = list(graph.nodes)
    found: list[str] = []
    for i in sorted(among):
        node = graph.nodes[i]
        source = node.source or place
        if node.op == "call":
            function: Graph = node.attributes["function"]
            inner, words = _bare(function, range(len(function.nodes)), number, source)
            if words:
                nodes[i] = replace(node, attributes={**node.attributes, "function": inner})
                found += words
            continue
        for slot, given in enumerate(node.inputs) if node.op in GUARDS else ():
            value = _number(graph, given, number)
            if value is None:
                continue
            if node.op in ("maximum", "minimum") and abs(value) >= WIDE and _goes_into_exp(graph, i):
                found.append(f"the clip at {abs(value):g}{f' ({source!r})' if source else ''}")
                nodes[i] = replace(node, op="alias", inputs=(node.inputs[1 - slot],))
                continue
            rounded = round(value)
            if node.op == "subtract" and slot == 0 and rounded != 1:
                continue
            if value != rounded and abs(value - rounded) <= TINY and rounded in (0, 1):
                where = f" ({source!r})" if source else ""
                found.append(
                    f"the {value:g}{where}"
                    if rounded == 0
                    else f"the 1 {'−' if value < 1 else '+'} {abs(1 - value):.3g}{where}"
                )
                if node.op in ("maximum", "minimum"):  # a clip that only keeps clear of 0 and 1
                    nodes[i] = replace(node, op="alias", inputs=(node.inputs[1 - slot],))
                else:
                    nodes[given] = replace(nodes[given], op="constant", inputs=(), attributes={"value": float(rounded)})
    inputs = tuple(i for i in graph.inputs if nodes[i].op == "input")
    return replace(graph, nodes=tuple(nodes), inputs=inputs), found


def _goes_into_exp(graph: Graph, i: int) -> bool:
    """Whether a value is clipped for nothing but an exponential, which it keeps from overflowing."""
    users: dict[int, list[int]] = {}
    for k in range(i + 1, len(graph.nodes)):
        for source in graph.nodes[k].inputs:
            users.setdefault(source, []).append(k)
    waiting, into = [i], False
    while waiting:
        for k in users.get(waiting.pop(), ()):
            node = graph.nodes[k]
            if node.op == "exp":
                into = True
            elif node.op in CARRIED_ON:
                waiting.append(k)
            elif node.dtype != "bool":
                return False
    return into


def _number(graph: Graph, i: int, number: Number) -> float | None:
    """The number that a node holds where it is written down, or computed from written ones; no parameter's."""
    node = graph.nodes[i]
    if node.shape or node.dtype not in ("real", "int"):
        return None
    if node.op in ("alias", "to_real"):
        return _number(graph, node.inputs[0], number)
    if node.op == "subtract":
        x, y = (_number(graph, s, number) for s in node.inputs)
        return None if x is None or y is None else x - y
    return number(graph, i)
