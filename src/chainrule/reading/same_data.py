"""Whether a loss is made of what the steps are made of: one of test data, computed beside, is not what is learned from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from chainrule.graph.reach import ancestors, descendants
from chainrule.graph.records import Graph, Node
from chainrule.reading.names import RATE, last_of
from chainrule.reading.updates import Update
from chainrule.reading.views import root


def of_the_steps(graph: Graph, candidates: Sequence[int], updates: Sequence[Update]) -> list[int]:
    """Of values that could be the loss, those that meet the parameters where the steps' own forward pass does."""
    written, held = _written(graph, updates), {u.old for u in updates}
    shared = descendants(graph, _uses(graph, written, held))
    return [i for i in candidates if i in shared]


def of_other_data(graph: Graph, loss: int, updates: Sequence[Update], values: Sequence[object]) -> bool:
    """Whether the loss and the steps are both made of data, and of none together."""
    nodes = graph.nodes
    stepped = {root(nodes, u.old) for u in updates}
    written, before = _written(graph, updates), ancestors(graph, [loss], frozenset(u.new for u in updates))

    def data(of: Collection[int]) -> list[int]:
        return [
            i for i in of
            if nodes[i].op == "input" and i not in stepped and nodes[i].dtype != "bool" and not RATE.match(last_of(nodes[i]))
        ]  # fmt: skip

    mine, theirs = data(before), data(written)
    return bool(mine and theirs) and not any(i == j or np.array_equal(values[i], values[j]) for i in mine for j in theirs)  # type: ignore[arg-type]


def of_other_rows(graph: Graph, loss: int, updates: Sequence[Update]) -> bool:
    """Whether the loss meets the parameters with other rows of the data than the steps do; a penalty meets them with none."""
    mine, theirs = _meetings(graph, loss, updates)
    return bool(mine) and mine.keys().isdisjoint(theirs)


def shares_no_row(graph: Graph, loss: int, updates: Sequence[Update], values: Sequence[object]) -> bool:
    """Whether what the parameters meet in the loss, and what they meet in the steps, have not one row in common: rows that the
    network is tested on, and rows that it learns from.
    """
    mine, theirs = (
        {row.tobytes() for i in met.values() for row in _rows_and_columns(values[i])} for met in _meetings(graph, loss, updates)
    )
    return bool(mine and theirs) and mine.isdisjoint(theirs)


def _meetings(graph: Graph, loss: int, updates: Sequence[Update]) -> tuple[dict[int, int], dict[int, int]]:
    """The products with a parameter in the loss and in the steps, each with what the parameter is multiplied by."""
    nodes = graph.nodes
    same, _ = numbered(nodes)
    held = {same[root(nodes, u.old)] for u in updates} | {same[u.old] for u in updates}

    def meetings(of: Collection[int]) -> dict[int, int]:
        products = (i for i in of if nodes[i].op in ("matmul", "einsum"))
        others = ((i, [s for s in nodes[i].inputs if same[s] not in held]) for i in products)
        return {same[i]: rest[0] for i, rest in others if len(rest) == 1 and len(nodes[i].inputs) == 2}

    return meetings(ancestors(graph, [loss], frozenset(u.new for u in updates))), meetings(_written(graph, updates))


def _rows_and_columns(value: object) -> Iterator[np.ndarray]:
    array = np.atleast_2d(np.asarray(value, float))
    yield from array.reshape(-1, array.shape[-1])
    yield from array.T.reshape(-1, array.shape[-2]).copy() if array.ndim == 2 else ()


def _written(graph: Graph, updates: Sequence[Update]) -> set[int]:
    return ancestors(graph, [u.step for u in updates], frozenset(u.new for u in updates))


def shares_a_use(graph: Graph, loss: int, written: Collection[int], parameters: Collection[int]) -> bool:
    """Whether what the loss makes of a parameter is among what is `written`, or computed alike from the same things."""
    return not _uses(graph, written, parameters).isdisjoint(ancestors(graph, [loss]))


def _uses(graph: Graph, written: Collection[int], parameters: Collection[int]) -> set[int]:
    """What is made of a parameter, and is among what is `written`, or computed alike from the same things."""
    same, _ = numbered(graph.nodes)
    held = {same[p] for p in parameters}
    made = {same[i] for i in written}
    return {
        i for i, node in enumerate(graph.nodes)
        if same[i] in made and same[i] not in held and any(same[s] in held for s in node.inputs)
    }  # fmt: skip


def numbered(nodes: Sequence[Node]) -> tuple[dict[int, int], dict[object, int]]:
    """For each node the first that is computed alike from the same things; and that node by how it is computed."""
    numbers: dict[object, int] = {}
    found: dict[int, int] = {}
    for i, node in enumerate(nodes):
        if node.op in ("alias", "to_real"):
            found[i] = found[node.inputs[0]]
            continue
        if node.op in ("input", "constant"):
            value = node.attributes.get("value")
            key: object = ("constant", value) if node.op == "constant" and not node.shape else i
        else:
            key = key_of(node, tuple(found[s] for s in node.inputs))
        found[i] = numbers.setdefault(key, i)
    return found, numbers


def key_of(node: Node, inputs: tuple[int, ...]) -> object:
    """How a node is computed, and from what: equal for two nodes that are computed alike."""
    return node.op, inputs, repr(sorted(node.attributes.items(), key=lambda kv: kv[0]))
