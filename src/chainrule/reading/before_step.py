"""A loss that is computed after the step, as many training loops do: what it was before the step, from the same data."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Set
from dataclasses import replace

import numpy as np

from chainrule.graph.build import Builder
from chainrule.graph.reach import ancestors
from chainrule.graph.records import Node
from chainrule.reading.appended import with_loss
from chainrule.reading.names import RATE, last_of
from chainrule.reading.roles import Reading
from chainrule.reading.same_data import key_of, numbered, shares_a_use
from chainrule.reading.trace import Trace
from chainrule.reading.views import root

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

    What the step was made from is that of the loss too: only what the pass has not computed is computed anew.
    """
    loss, graph = reading.loss.node, trace.graph
    nodes = graph.nodes
    before = ancestors(graph, [loss])
    written = ancestors(graph, [u.step for u in reading.updates if u.new in undone])
    alike, numbers = numbered(nodes)
    here = {alike.get(i, i): i for i in reversed(range(reading.start, loss))}  # what ran before the pass is cut off from it
    made = _twins(trace, before - written - set(undone), written)
    if made is None or _changed_otherwise(trace, before, written, undone):
        return None

    def computed(builder: Builder) -> int:
        for i in sorted(before):
            if i in made:
                continue
            if i in undone:
                made[i] = made.get(undone[i], undone[i])
            elif any(s in made for s in nodes[i].inputs):
                inputs = tuple(made.get(s, s) for s in nodes[i].inputs)
                if nodes[i].op == "store" and _picks(builder.nodes[inputs[1]], inputs[0], nodes[i]):
                    made[i] = inputs[0]  # what is put back in its own place
                    continue
                known = numbers.get(key_of(nodes[i], tuple(alike.get(s, s) for s in inputs))) if i != loss else None
                known = known if known is None or known >= reading.start else here.get(known)
                if known is None:
                    made[i] = builder.append(replace(nodes[i], inputs=inputs))
                    alike[made[i]] = made[i]
                else:
                    made[i] = known
        return made.get(loss, loss)

    name = nodes[loss].name
    longer, node = with_loss(trace, computed, name.text if name else "loss")
    if node == loss:
        return None
    renamed = list(longer.graph.nodes)
    renamed[node], renamed[loss] = replace(renamed[node], name=name), replace(renamed[loss], name=None)
    longer = replace(longer, graph=replace(longer.graph, nodes=tuple(renamed)))
    tables = ancestors(longer.graph, [node]) & trace.as_given
    if not tables <= written:
        return None  # rows of a table were stepped along, and no one can say which
    return (longer, node) if shares_a_use(longer.graph, node, written, set(undone.values())) else None


def _changed_otherwise(trace: Trace, before: Set[int], written: Set[int], undone: Mapping[int, int]) -> bool:
    """Whether the loss holds what the step was made from as something else than a step changed it since: decayed in a line of
    its own, or set to what fits best.
    """
    nodes, stepped = trace.graph.nodes, frozenset(undone)
    olds: dict[tuple[str, str], list[int]] = {}
    for j in written:
        if (name := nodes[j].name) is not None:
            olds.setdefault((name.text, name.scope), []).append(j)
    for i in before - written - stepped:
        name = nodes[i].name
        if name is None or nodes[i].op in ("input", "constant", "alias"):
            continue
        values = trace.values
        earlier = [j for j in olds.get((name.text, name.scope), ()) if j < i and not np.array_equal(values[i], values[j])]
        made_of = ancestors(trace.graph, [i], stepped) if earlier else set[int]()
        if any(j in made_of or (nodes[j].op == "input" and not made_of.isdisjoint(stepped)) for j in earlier):
            return True
    return False


def _twins(trace: Trace, leaves: Collection[int], written: Collection[int]) -> dict[int, int] | None:
    """Data written down twice, for the step and for the loss: the one in the loss stands for the other. None where it could
    stand for several.
    """
    nodes = trace.graph.nodes
    found: dict[int, int] = {}
    given = [j for j in sorted(written) if nodes[j].op == "input" and nodes[j].dtype != "bool"]
    for i in leaves:
        if nodes[i].op == "input" and nodes[i].dtype != "bool" and not RATE.match(last_of(nodes[i])):
            same = [j for j in given if nodes[j].shape == nodes[i].shape and np.array_equal(trace.values[i], trace.values[j])]
            same = [j for j in same if last_of(nodes[j]) == last_of(nodes[i])] or same
            if len(same) > 1 and nodes[i].dtype != "int":
                return None
            if len(same) == 1:
                found[i] = same[0]
    return found


def _picks(node: Node, array: int, store: Node) -> bool:
    return node.op == "index" and node.inputs == (array,) and repr(node.attributes["key"]) == repr(store.attributes["key"])
