"""The pass that is shown: its nodes, and the graph in which what was live when it began is a leaf."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chainrule.errors import AskError
from chainrule.graph.reach import ancestors, descendants
from chainrule.graph.records import Graph, Node
from chainrule.reading.trace import Trace
from chainrule.reading.updates import Update
from chainrule.reading.views import root


def shown_pass(trace: Trace) -> tuple[int, int, str]:
    """The nodes of the pass that is explained, and what to say of it.

    Raises:
        AskError: the iteration that was asked for did not run.
    """
    _must_be_there(trace)
    if not trace.passes:
        return 0, len(trace.graph.nodes), ""
    deepest = max(len(p.around) for p in trace.passes)
    chosen = [p for p in trace.passes if len(p.around) == deepest][-1]
    where = f"cell {chosen.cell}, line {chosen.line}" if chosen.cell is not None else f"line {chosen.line}"
    if chosen.after:
        return chosen.start, chosen.stop, f"what follows the training loop at {where}"
    within = "".join(f", in iteration {count} of the loop at line {line}" for line, count in reversed(chosen.around))
    return chosen.start, chosen.stop, f"iteration {chosen.iteration} of the training loop at {where}{within}"


def _must_be_there(trace: Trace) -> None:
    wanted = trace.settings.iteration
    asked = f"--iteration {','.join(map(str, wanted))}"
    if wanted == (1,):
        return
    if not trace.iterations:
        raise AskError(
            f"{trace.program.path}: {asked}: no loop of the program updates a parameter, so there are no iterations to choose from."
        )
    loops = sorted(trace.iterations.items())
    if len(wanted) > len(loops):
        raise AskError(
            f"{trace.program.path}: {asked}: {len(wanted)} numbers, and the training loops are nested {len(loops)} deep."
        )
    for number, (_, (line, count)) in zip(wanted, loops, strict=False):
        if number > count:
            raise AskError(f"{trace.program.path}: {asked}: the training loop at line {line} ran {count} iterations.")


def cut_pass(graph: Graph, loss: int, start: int, updates: Sequence[Update]) -> Graph:
    """The graph in which values live when the pass began, parameters already updated, and random draws are leaves."""
    before = ancestors(graph, [loss])
    cut = {u.new for u in updates if u.new in before}
    if start:
        counts = _counts(graph, start)
        for i in range(start, len(graph.nodes)):
            for source in graph.nodes[i].inputs:
                held = _held(graph.nodes, source)
                old = graph.nodes[held]
                if source < start and old.name is not None and old.op not in ("input", "constant") and held not in counts:
                    cut.add(held)
        cut = _but_for_what_is_handed_on(graph, loss, start, updates, cut)
    cut |= {i for i in before if graph.nodes[i].attributes.get("drawn") and not _learned(graph, i, updates)}
    nodes = tuple(_leaf(n) if i in cut else n for i, n in enumerate(graph.nodes))
    inputs = tuple(i for i, n in enumerate(nodes) if n.op == "input")
    return Graph(nodes, inputs, graph.outputs, graph.title)


def _but_for_what_is_handed_on(graph: Graph, loss: int, start: int, updates: Sequence[Update], cut: set[int]) -> set[int]:
    """Where the forward pass stands at the end of the loop, what it made of a parameter comes into the next pass: that is cut off
    where the parameter is, if the loss holds it nowhere else.
    """
    nodes = graph.nodes
    inside = ancestors(graph, [loss], frozenset(cut)) - cut
    olds = {root(nodes, u.old) for u in updates if u.new >= start}
    missing = {i for i in olds if i < start and i not in inside}
    made = descendants(graph, missing) if missing else set[int]()
    freed = {i for i in cut if i in made and i < start and i not in missing}
    if not freed:
        return cut
    return (cut - freed) | {i for i in missing if nodes[i].op not in ("input", "constant")}


def cut_off(trace: Trace, stop: int) -> Trace:
    """The trace as though the program had ended before node `stop`."""
    nodes = trace.graph.nodes[:stop]
    inputs = tuple(i for i in trace.graph.inputs if i < stop)
    return replace(
        trace,
        graph=replace(trace.graph, nodes=nodes, inputs=inputs, outputs=tuple(i for i in trace.graph.outputs if i < stop)),
        leaves={i: v for i, v in trace.leaves.items() if i < stop},
        bindings=tuple(b for b in trace.bindings if b.node < stop),
        calls=tuple(c for c in trace.calls if c.stop <= stop),
        passes=tuple(p for p in trace.passes if p.stop <= stop),
        values=trace.values[:stop],
        unreliable=tuple(i for i in trace.unreliable if i < stop),
        left=tuple(pair for pair in trace.left if pair[0] < stop),
        cut_from=trace,
    )


def _learned(graph: Graph, draw: int, updates: Sequence[Update]) -> bool:
    """Whether a random draw is made with a value that the program steps: then it is no data."""
    counts = frozenset(i for i, n in enumerate(graph.nodes) if n.op == "count")  # how many are drawn is nobody's value
    made_with = ancestors(graph, [draw], counts) - {draw}
    return any(root(graph.nodes, u.old) in made_with for u in updates)


def _held(nodes: Sequence[Node], i: int) -> int:
    """The array that a name is another name of: a layer's `self.W` is the network's `params['W1']`."""
    while nodes[i].op == "alias" and nodes[nodes[i].inputs[0]].name is not None:
        i = nodes[i].inputs[0]
    return i


def _leaf(node: Node) -> Node:
    return Node("input", (), {}, node.shape, node.dtype, node.name, node.source)


def _counts(graph: Graph, stop: int) -> set[int]:
    """Nodes that only count: sizes of arrays and what is computed from them."""
    found: set[int] = set()
    for i in range(stop):
        node = graph.nodes[i]
        if node.op == "count" or (node.inputs and all(s in found or graph.nodes[s].op == "constant" for s in node.inputs)):
            found.add(i)
    return found
