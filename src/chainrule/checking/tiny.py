"""The tiny constants by which a loss keeps clear of log(0) and of division by zero."""

from __future__ import annotations

from dataclasses import replace

from chainrule.graph.differentiate import ancestors
from chainrule.graph.records import Graph
from chainrule.reading.roles import Reading

TINY = 1e-4
GUARDS = ("add", "maximum", "minimum", "subtract")


def without_tiny_constants(reading: Reading) -> tuple[Graph | None, tuple[str, ...]]:
    """The graph in which an epsilon on the way to the loss is 0 (and 1 − epsilon is 1), and each in words; None for none."""
    graph = reading.graph
    nodes = list(graph.nodes)
    found: dict[int, str] = {}
    on_the_way = ancestors(graph, [reading.loss.node])
    for i in sorted(on_the_way):
        node = graph.nodes[i]
        if node.op not in GUARDS:
            continue
        for slot, source in enumerate(node.inputs):
            value = _constant(reading, source)
            if value is None or (node.op == "subtract" and slot == 0):
                continue
            rounded = round(value)
            if value != rounded and abs(value - rounded) <= TINY and rounded in (0, 1):
                where = f" ({node.source!r})" if node.source else ""
                found[source] = f"the {value:g}{where}" if rounded == 0 else f"the 1 − {1 - value:.3g}{where}"
                if node.op in ("maximum", "minimum"):  # a clip that only keeps clear of 0 and 1
                    nodes[i] = replace(node, op="alias", inputs=(node.inputs[1 - slot],))
                else:
                    nodes[source] = replace(nodes[source], op="constant", inputs=(), attributes={"value": float(rounded)})
    if not found:
        return None, ()
    inputs = tuple(i for i in graph.inputs if nodes[i].op == "input")
    return replace(graph, nodes=tuple(nodes), inputs=inputs), tuple(dict.fromkeys(found.values()))


def _constant(reading: Reading, i: int) -> float | None:
    """The number that a node holds where it is written down, or computed from written ones; no parameter's."""
    node = reading.graph.nodes[i]
    if node.shape or node.dtype not in ("real", "int"):
        return None
    if node.op == "constant" or (node.op == "input" and reading.role_of(i) != "parameters"):
        return float(reading.values[i])
    if node.op in ("alias", "to_real"):
        return _constant(reading, node.inputs[0])
    if node.op == "subtract":
        x, y = (_constant(reading, s) for s in node.inputs)
        return None if x is None or y is None else x - y
    return None
