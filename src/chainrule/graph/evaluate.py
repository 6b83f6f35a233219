"""Computing every value of a graph, in NumPy: the reference that any other engine must equal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.errors import EvaluationError, GuardFlipped
from chainrule.graph.ops import OPS
from chainrule.graph.records import Graph, Node


def evaluate(
    graph: Graph,
    inputs: Mapping[int, Any],
    *,
    start: Sequence[Any] = (),
    only: Collection[int] | None = None,
    check_guards: bool = True,
) -> list[Any]:
    """The value of every node.

    Args:
        graph: what to compute.
        inputs: a value for each `input` node, by index.
        start: values already known of the first nodes (a graph that extends another one goes on from there).
        only: which of the other nodes to compute, all that they need among them; the rest are None.
        check_guards: stop where a branch of the program would have gone the other way.

    Returns:
        One value for each node: Python or NumPy scalars of rank 0, arrays otherwise.

    Raises:
        GuardFlipped: a guard does not hold for these inputs, so this graph does not describe the program there.
        EvaluationError: an op cannot take its inputs (shapes that do not fit, a missing input).
    """
    values: list[Any] = list(start)
    try:
        _fill(values, graph, inputs, only, check_guards=check_guards)
    except EvaluationError as error:
        error.before = values
        raise
    return values


def _fill(
    values: list[Any], graph: Graph, inputs: Mapping[int, Any], only: Collection[int] | None, *, check_guards: bool
) -> None:
    """Append the values that are not known yet."""
    nodes = graph.nodes
    with np.errstate(all="ignore"):
        for position in range(len(values), len(nodes)):
            if only is not None and position not in only:
                values.append(None)
                continue
            node = nodes[position]
            match node.op:
                case "constant":
                    value = node.attributes["value"]
                case "input":
                    if position not in inputs:
                        raise EvaluationError(position, f"no value was given for the input {node.name or position}")
                    value = inputs[position]
                case "call":
                    value = call(node.attributes["function"], [values[i] for i in node.inputs])
                case _:
                    value = _apply(position, node, [values[i] for i in node.inputs])
                    if check_guards and node.op == "guard" and not _same(value, node.attributes["expected"]):
                        raise GuardFlipped(position)
            values.append(value)


def call(function: Graph, arguments: Sequence[Any]) -> Any:
    """A graph's first output, its inputs given in order; guards inside are not checked."""
    given = dict(zip(function.inputs, arguments, strict=True))
    return evaluate(function, given, check_guards=False)[function.outputs[0]]


def _same(value: Any, expected: Any) -> bool:
    return value is expected or bool(value == expected if type(value) in (bool, int) else np.array_equal(value, expected))


def _apply(position: int, node: Node, inputs: list[Any]) -> Any:
    value_of = OPS[node.op].value
    try:
        return value_of(*inputs, **node.attributes)
    except (ZeroDivisionError, OverflowError):  # Python's numbers raise where NumPy's answer with inf or nan
        return value_of(*(np.float64(x) if isinstance(x, (int, float)) else x for x in inputs), **node.attributes)
    except (ValueError, TypeError, IndexError, AttributeError) as error:
        raise EvaluationError(position, f"{node.op} cannot take its inputs: {error}") from error
