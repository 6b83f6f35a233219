"""Reverse-mode differentiation: a graph in, the same graph with its adjoints appended out.

Because the result is a graph again, the pass composes with itself: the Hessian is the gradient of a gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from chainrule.graph.build import Builder, is_elementwise, rename
from chainrule.graph.expression import Expression, apply, sum_like, where
from chainrule.graph.known import softmax_sum
from chainrule.graph.ops import GIVEN, OPS
from chainrule.graph.reach import ancestors
from chainrule.graph.records import Graph, Node


@dataclass(frozen=True)
class Contribution:
    """One summand of an adjoint: what came back through input `slot` of node `consumer`, held by node `node`."""

    consumer: int
    slot: int
    node: int


@dataclass(frozen=True)
class Gradients:
    """The adjoints of one scalar.

    `graph` begins with the forward graph's nodes, unchanged. `adjoint[i]` is the node that holds ∂of/∂(node i), and
    `contributions[i]` its summands, one per use. A node that is in neither has derivative 0, unless it is in
    `unknown`, which names the opaque node that hides its derivative.
    """

    graph: Graph
    of: int
    adjoint: Mapping[int, int]
    contributions: Mapping[int, tuple[Contribution, ...]]
    unknown: Mapping[int, int]


Detour: TypeAlias = tuple[int, Callable[[Expression], Expression]]


def differentiate(
    graph: Graph,
    of: int,
    wrt: Iterable[int] | None = None,
    *,
    detours: Mapping[int, Detour] | None = None,
    without: frozenset[tuple[int, int]] = frozenset(),
) -> Gradients:
    """The adjoint of every node that `of` depends on (or only of those on the way to `wrt`).

    Args:
        graph: the forward graph.
        of: the node to differentiate; a scalar, or an array that is then summed.
        wrt: the nodes wanted; None for all.
        detours: for a node, the earlier node that its adjoint goes back to, and what becomes of it on the way, in place
            of its own rule: how a mistaken derivation is modelled.
        without: uses (consumer, slot) through which nothing comes back, for the same purpose.
    """
    detours = detours or {}
    builder = Builder(graph.nodes, simplifying=True)
    on_the_way = ancestors(graph, [of])
    if wrt is not None:
        on_the_way &= _descendants(graph, wrt, on_the_way)
    summands: dict[int, list[Contribution]] = {}
    adjoint: dict[int, int] = {}
    unknown: dict[int, int] = {}
    masks: dict[int, Expression] = {}
    named: set[int] = set()
    for index in sorted(on_the_way, reverse=True):
        node = graph.nodes[index]
        if index in unknown and index != of:
            if node.dtype != "bool":
                unknown.update((i, unknown[index]) for i in node.inputs)
            continue
        if index == of:
            seed = builder.constant(1)
            adjoint[index] = builder.add("broadcast_like", (seed, index)) if node.shape else seed
        elif index in summands:
            adjoint[index] = _add_up(builder, [c.node for c in summands[index]])
        else:
            continue
        if node.name is not None and index != of:  # a named value's adjoint is a node of its own, so that it can be named
            if adjoint[index] < len(graph.nodes) or adjoint[index] in named:
                adjoint[index] = builder.append(Node("alias", (adjoint[index],), {}, node.shape))
            named.add(adjoint[index])
        if node.op in GIVEN:
            continue
        if node.op == "opaque":
            unknown.update((i, index) for i in node.inputs)
            continue
        upstream = Expression(builder, adjoint[index])
        if index in detours:
            source, change = detours[index]
            summands.setdefault(source, []).append(Contribution(index, 0, change(upstream).index))
            continue
        for slot, source in enumerate(node.inputs):
            if source not in on_the_way or graph.nodes[source].dtype == "bool" or graph.nodes[source].op == "constant":
                continue
            if (index, slot) in without:
                continue
            part = _pull_back(builder, upstream, index, node, slot)
            if part is None:
                continue
            part = _keep_masked(graph, masks, part, index, node, slot)
            if part.shape != graph.nodes[source].shape:
                part = sum_like(part, Expression(builder, source))
            summands.setdefault(source, []).append(Contribution(index, slot, part.index))
    known = {i: a for i, a in adjoint.items() if i not in unknown}
    whole = builder.finish(list(known.values()), f"∂{graph.title}")
    parts = {i: tuple(c) for i, c in summands.items() if i not in unknown}
    return Gradients(whole, of, known, parts, unknown)


def _descendants(graph: Graph, of: Iterable[int], within: set[int]) -> set[int]:
    found = set(of)
    for index in sorted(within):
        if index not in found and not found.isdisjoint(graph.nodes[index].inputs):
            found.add(index)
    return found


def _add_up(builder: Builder, parts: list[int]) -> int:
    """The sum, from left to right."""
    result = parts[0]
    for part in parts[1:]:
        result = builder.add("add", (result, part))
    return result


def _pull_back(builder: Builder, g: Expression, index: int, node: Node, slot: int) -> Expression | None:
    inputs = [Expression(builder, i) for i in node.inputs]
    if node.op == "call":
        function: Graph = node.attributes["function"]
        if is_elementwise(function):
            return g * Expression(builder, builder.call(derivative_of(function, slot), node.inputs))
        summed = softmax_sum(function)
        if summed is not None:  # every entry depends on all: what comes back is measured from its mean, weighted by the softmax
            z = Expression(builder, index)
            return z * (g - apply("sum", g * z, **summed))
        return Expression(builder, builder.call(pullback_of(function, slot), [g.index, *node.inputs]))
    rule = OPS[node.op].rule(slot)
    return rule(g, Expression(builder, index), *inputs, **node.attributes) if rule else None


def _keep_masked(graph: Graph, masks: dict[int, Expression], part: Expression, index: int, node: Node, slot: int) -> Expression:
    """Below an arm of `where` that was not taken, a derivative is exactly 0 even where a rule divides by zero."""
    source = node.inputs[slot]
    if node.op == "where" and slot > 0:
        condition = Expression(part.builder, node.inputs[0])
        if condition.shape == graph.nodes[source].shape:
            masks[source] = condition if slot == 1 else apply("logical_not", condition)
        return part
    mask = masks.get(index)
    if mask is None or node.op == "call" or not OPS[node.op].elementwise or graph.nodes[source].shape != mask.shape:
        return part
    masks[source] = mask
    return where(mask, part, 0) if OPS[node.op].singular else part


def derivative_of(function: Graph, slot: int = 0) -> Graph:
    """f′ of an elementwise function f, with respect to one of its inputs: a function of the same inputs."""
    wrt = function.inputs[slot]
    gradients = differentiate(function, function.outputs[0], [wrt])
    result = _or_zero(gradients, function, wrt)
    return rename(result, function.title, function.primes + 1)


def pullback_of(function: Graph, slot: int) -> Graph:
    """(g, inputs) ↦ g·∂f/∂(input `slot`), for a function f that mixes entries."""
    output = function.outputs[0]
    builder = Builder([Node("input", (), {}, function.nodes[output].shape)])
    for node in function.nodes:
        builder.append(replace(node, inputs=tuple(i + 1 for i in node.inputs)))
    weighted = builder.add("multiply", (0, output + 1))
    scalar = builder.add("sum", (weighted,), axis=None, keepdims=False)
    whole = builder.finish([scalar], function.title)
    wrt = function.inputs[slot] + 1
    result = _or_zero(differentiate(whole, scalar, [wrt]), whole, wrt)
    return rename(result, function.title, function.primes + 1)


def _or_zero(gradients: Gradients, function: Graph, wrt: int) -> Graph:
    builder = Builder(gradients.graph.nodes)
    at = gradients.adjoint.get(wrt)
    if at is None:
        at = builder.constant(0.0)
        if function.nodes[wrt].shape:
            at = builder.add("broadcast_like", (at, wrt))
    return prune(builder.finish([at], function.title))


def prune(graph: Graph) -> Graph:
    """The same function without the nodes that its outputs do not need; inputs stay."""
    return restrict(graph, graph.outputs)[0]


def restrict(graph: Graph, outputs: Iterable[int], *, inputs: Iterable[int] | None = None) -> tuple[Graph, Mapping[int, int]]:
    """The part of a graph that `outputs` need, and where each kept node now stands; all inputs stay unless listed."""
    wanted = tuple(outputs)
    needed = sorted(ancestors(graph, wanted) | set(graph.inputs if inputs is None else inputs))
    place = {old: new for new, old in enumerate(needed)}
    nodes = tuple(
        Node(n.op, tuple(place[i] for i in n.inputs), n.attributes, n.shape, n.dtype, n.name, n.source)
        for n in (graph.nodes[i] for i in needed)
    )
    kept = tuple(place[i] for i in graph.inputs if i in place)
    return Graph(nodes, kept, tuple(place[i] for i in wanted), graph.title, graph.primes), place
