"""A loss that is computed after the step, as many training loops do: what it was before the step, from the same data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from chainrule.graph.build import Builder
from chainrule.graph.differentiate import ancestors
from chainrule.graph.records import Node
from chainrule.reading.appended import with_loss
from chainrule.reading.roles import Reading
from chainrule.reading.run import Trace
from chainrule.reading.updates import root

EVIDENCE = "as it was before the step"


def undone_steps(trace: Trace, reading: Reading) -> dict[int, int]:
    """For each parameter that the last step changed before the loss was computed: the new node, and the one before it."""
    loss, graph = reading.loss.node, trace.graph
    nodes = graph.nodes
    before = ancestors(graph, [loss])
    if any(u.new > loss and root(nodes, u.old) in before for u in reading.updates):
        return {}
    steps = [u for u in reading.updates if reading.start <= u.new < loss and u.new in before]
    return {u.new: nodes[u.new].inputs[0] if nodes[u.new].op == "store" else u.old for u in steps}


def before_the_step(trace: Trace, reading: Reading, undone: Mapping[int, int]) -> tuple[Trace, int] | None:
    """The trace with the loss computed again at the parameters as they were, and its node; None where the loss is taken
    over other data than the step was made from.
    """
    loss, graph = reading.loss.node, trace.graph
    nodes = graph.nodes
    before = ancestors(graph, [loss])

    def computed(builder: Builder) -> int:
        made: dict[int, int] = {}
        for i in sorted(before):
            if i in undone:
                made[i] = made.get(undone[i], undone[i])
            elif any(s in made for s in nodes[i].inputs):
                made[i] = builder.append(replace(nodes[i], inputs=tuple(made.get(s, s) for s in nodes[i].inputs)))
        return made[loss]

    name = nodes[loss].name
    longer, node = with_loss(trace, computed, name.text if name else "loss")
    renamed = list(longer.graph.nodes)
    renamed[node], renamed[loss] = replace(renamed[node], name=name), replace(renamed[loss], name=None)
    longer = replace(longer, graph=replace(longer.graph, nodes=tuple(renamed)))
    written = ancestors(graph, [u.step for u in reading.updates if u.new in undone])
    return (longer, node) if _same_data(longer.graph.nodes, node, len(nodes), written, set(undone.values())) else None


def _same_data(nodes: Sequence[Node], loss: int, copied: int, written: set[int], parameters: set[int]) -> bool:
    """Whether what the loss makes of a parameter is what the step was made from too."""
    same = _classes(nodes)
    held = {same[p] for p in parameters}
    made = {same[i] for i in written}
    uses = [i for i in range(copied, loss + 1) if any(same[s] in held for s in nodes[i].inputs) and same[i] not in held]
    return bool(uses) and any(same[i] in made for i in uses)


def _classes(nodes: Sequence[Node]) -> Mapping[int, object]:
    """For each node a number that those computed alike from the same things share."""
    numbers: dict[object, int] = {}
    found: dict[int, object] = {}
    for i, node in enumerate(nodes):
        if node.op in ("alias", "to_real"):
            found[i] = found[node.inputs[0]]
            continue
        if node.op in ("input", "constant"):
            value = node.attributes.get("value")
            key: object = ("constant", value) if node.op == "constant" and not node.shape else i
        else:
            key = (node.op, tuple(found[s] for s in node.inputs), repr(sorted(node.attributes.items(), key=lambda kv: kv[0])))
        found[i] = numbers.setdefault(key, i)
    return found
