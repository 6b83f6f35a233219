"""Growing a graph node by node, and the check that a finished graph obeys the grammar."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from chainrule.errors import GraphError
from chainrule.graph.ops import GIVEN, OPS
from chainrule.graph.records import Dtype, Graph, Name, Node, Shape, Source
from chainrule.graph.rewrites import REWRITES


def dtype_of(value: Any) -> Dtype:
    """The graph's word for the type of a Python or NumPy value."""
    match np.asarray(value).dtype.kind:
        case "b":
            return "bool"
        case "i" | "u":
            return "int"
        case "f":
            return "real"
        case "c":
            return "complex"
        case _:
            return "object"


class Builder:
    """A graph under construction. With `simplifying`, each new node is first offered to the table of rewrites."""

    def __init__(self, nodes: Iterable[Node] = (), *, simplifying: bool = False) -> None:
        self.nodes: list[Node] = list(nodes)
        self.simplifying = simplifying

    def shape_of(self, index: int) -> Shape:
        return self.nodes[index].shape

    def append(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    def constant(self, value: Any, source: Source | None = None) -> int:
        shape = () if isinstance(value, (int, float)) else np.shape(value)
        return self.append(Node("constant", (), {"value": value}, shape, dtype_of(value), source=source))

    def input(self, shape: Shape = (), dtype: Dtype = "real", name: Name | None = None, source: Source | None = None) -> int:
        return self.append(Node("input", (), {}, shape, dtype, name, source))

    def call(self, function: Graph, inputs: Sequence[int]) -> int:
        result = function.nodes[function.outputs[0]]
        shapes = [self.nodes[i].shape for i in inputs]
        shape = broadcast_of(shapes) if is_elementwise(function) else result.shape
        return self.append(Node("call", tuple(inputs), {"function": function}, shape, result.dtype))

    def add(self, op: str, inputs: Sequence[int], **attributes: Any) -> int:
        """Append an op, its shape worked out from those of its inputs; returns the index of the node that holds it."""
        if self.simplifying:
            for rewrite in REWRITES.get(op, ()):
                found = rewrite(self, *inputs, **attributes)
                if found is not None:
                    return found
        row = OPS[op]
        shapes = [self.nodes[i].shape for i in inputs]
        shape = () if row.elementwise and not any(shapes) else row.shape(*shapes, **attributes)
        return self.append(Node(op, tuple(inputs), attributes, shape, row.dtype or "real"))

    def constant_value(self, index: int) -> Any:
        """The number a scalar constant node holds, else None."""
        node = self.nodes[index]
        return node.attributes["value"] if node.op == "constant" and not node.shape else None

    def finish(self, outputs: Sequence[int], title: str = "graph", primes: int = 0) -> Graph:
        inputs = tuple(i for i, node in enumerate(self.nodes) if node.op == "input")
        graph = Graph(tuple(self.nodes), inputs, tuple(outputs), title, primes)
        if os.environ.get("CHAINRULE_VERIFY"):
            verify(graph)
        return graph


def broadcast_of(shapes: Sequence[Shape]) -> Shape:
    return np.broadcast_shapes(*shapes) if any(shapes) else ()


def is_elementwise(graph: Graph) -> bool:
    """True where the graph treats each entry of its inputs alone, so that it serves numbers and arrays alike."""
    for node in graph.nodes:
        if node.op in GIVEN:
            if node.shape and node.op == "constant":
                return False
        elif node.op == "call":
            if not is_elementwise(node.attributes["function"]):
                return False
        elif not (OPS[node.op].elementwise or node.op in ("alias", "to_real", "broadcast_like", "guard")):
            return False
    return True


def rename(graph: Graph, title: str, primes: int = 0) -> Graph:
    return replace(graph, title=title, primes=primes)


def verify(graph: Graph) -> None:
    """Check a graph against its grammar.

    Raises:
        GraphError: a node names a later one, an op is unknown, a shape is not what the op makes of its inputs, or an
            output does not exist.
    """
    for index, node in enumerate(graph.nodes):
        where = f"%{index} = {node.op}"
        if any(not 0 <= i < index for i in node.inputs):
            raise GraphError(f"{where}: its inputs {node.inputs} must come before it.")
        if node.op in (*GIVEN, "call", "opaque"):
            continue
        if node.op not in OPS:
            raise GraphError(f"{where}: there is no such op. The table is in chainrule/graph/ops.py.")
        shape = OPS[node.op].shape(*(graph.nodes[i].shape for i in node.inputs), **node.attributes)
        if tuple(shape) != tuple(node.shape):
            raise GraphError(f"{where}: the shape is {node.shape}, but the op makes {tuple(shape)} of its inputs.")
    for output in graph.outputs:
        if not 0 <= output < len(graph.nodes):
            raise GraphError(f"the output %{output} does not exist.")
