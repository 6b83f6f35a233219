"""Walking from a value to the array that it is a part, another name or a later version of."""

from __future__ import annotations

from collections.abc import Sequence

from chainrule.graph.records import Node

ONLY_SHAPED_LIKE = ("place", "spread", "sum_like", "broadcast_like", "reshape_like")  # by their second input
SAME_PLACE = ("alias", "index", "reshape", "transpose", "to_real", "broadcast_to")


def root(nodes: Sequence[Node], index: int) -> int:
    """The array that a node is a view or another name of."""
    while nodes[index].op in SAME_PLACE:
        made = nodes[nodes[index].inputs[0]]  # np.array([[…], […]]) is a stack of numbers in another shape
        named = nodes[index].name is not None and made.name is None
        if named and (nodes[index].op == "alias" or (nodes[index].op == "reshape" and made.op == "stack")):
            break
        index = nodes[index].inputs[0]
    return index


def before_stores(nodes: Sequence[Node], i: int) -> int:
    """The array that a value is (an entry of), as it was before any entry of it was set."""
    i = root(nodes, i)
    while nodes[i].op == "store":
        i = root(nodes, nodes[i].inputs[0])
    return i


def read_by(node: Node) -> tuple[int, ...]:
    """The inputs whose values a node reads, and not only their shape."""
    return node.inputs[:1] if node.op in ONLY_SHAPED_LIKE else node.inputs


def unsigned(nodes: Sequence[Node], i: int) -> int:
    """A value without its sign, numbers that scale it and other names."""
    while True:
        node = nodes[i]
        if node.op in ("negative", "alias", "reshape"):
            i = node.inputs[0]
        elif (
            node.op == "multiply"
            and (arrays := [s for s in node.inputs if nodes[s].op not in ("input", "constant")])
            and len(arrays) == 1
        ):
            i = arrays[0]
        else:
            return i


def holds_an_array(nodes: Sequence[Node], i: int) -> bool:
    waiting, seen = [i], set[int]()
    while waiting:
        k = waiting.pop()
        if nodes[k].shape:
            return True
        if k not in seen and nodes[k].op != "count":
            seen.add(k)
            waiting += nodes[k].inputs
    return False
