"""Claims by use: what an update line steps a parameter with, the learning rate and the signs taken off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chainrule.checking.claim import Claim, unclipped
from chainrule.graph.records import Graph, Name, Node
from chainrule.reading.names import RATE, last
from chainrule.reading.optimizers import carries
from chainrule.reading.rates import Rate, scheduled, step_factors
from chainrule.reading.updates import Update, root

PICKS = ("index", "transpose", "reshape")


def of_update(graph: Graph, update: Update, rate: Rate | None, before: set[int]) -> Claim | None:
    nodes = graph.nodes
    parameter = _leaf(nodes, update.parameter)
    if nodes[update.new].op == "store":
        parameter = update.old
    sign = -update.sign
    step, flips = gradient_part(graph, update.step, rate)
    if carries(graph, step, before):
        return None
    written = nodes[step].name
    step = unclipped(nodes, step)
    written = nodes[step].name or written or nodes[update.new].name
    inside = rate_inside(nodes, step, rate)
    if inside is not None and nodes[inside].op == "constant" and nodes[inside].attributes["value"] < 0:
        sign = -sign
    if nodes[update.new].op != "store":
        claim = Claim(step, written or Name("update"), parameter, sign * flips, "update", None, update, rate=inside)
        if update.share is not None:
            return replace(claim, alternatives=_with_the_decay(nodes, claim, update, rate))
        return replace(claim, alternatives=tuple(_beside_the_decay(nodes, claim)))
    whole, entry = (update.old, ()) if update.old in before else _entry(nodes, update.old, before)
    claim = Claim(step, Name("update"), whole, sign * flips, "update", None, update, rate=inside, entry=entry)
    return replace(claim, name=nodes[step].name or (Name(claim.title(nodes)) if entry else written) or Name("update"))


def _with_the_decay(nodes: Sequence[Node], claim: Claim, update: Update, rate: Rate | None) -> tuple[Claim, ...]:
    """Where the loss has a penalty, what the line takes away of the parameter is a part of the step."""
    inside = rate_inside(nodes, update.step, rate, named=True)
    if inside is None:
        return ()
    means = "with the share of the parameter that the same line takes away"
    return (replace(claim, node=update.step, sign=-update.sign, rate=inside, share=update.share, means=means),)


def _beside_the_decay(nodes: Sequence[Node], claim: Claim) -> Iterator[Claim]:
    """`w -= lr * (dw + decay * w)`: where the loss has no penalty, dw is its derivative."""
    node = nodes[claim.node]
    if node.op != "add" or node.name is not None:
        return
    for slot, source in enumerate(node.inputs):
        held = nodes[root(nodes, source)]
        shrinks = held.op == "multiply" and any(root(nodes, i) == claim.wrt for i in held.inputs)
        if shrinks and any(_number(nodes, i)[0] is not None for i in held.inputs):
            yield replace(claim, node=node.inputs[1 - slot], means="beside the weight decay in the same line")


def _entry(nodes: Sequence[Node], old: int, before: set[int]) -> tuple[int, tuple[tuple[str, Mapping[str, Any]], ...]]:
    """The array in the loss that a stepped entry is picked from, whatever of it was stepped before, and how it is picked."""
    path: list[tuple[str, Mapping[str, Any]]] = []
    at = old
    while at not in before and nodes[at].op in (*PICKS, "alias", "store"):
        if nodes[at].op in PICKS:
            path.insert(0, (nodes[at].op, nodes[at].attributes))
        at = nodes[at].inputs[0]
    return (at, tuple(path)) if at in before and path else (old, ())


def rate_inside(nodes: Sequence[Node], step: int, rate: Rate | None, *, named: bool = False) -> int | None:
    """The learning rate as a factor of what is left of the step, or of each of its terms: `lr * error * x` is (lr·error)·x."""
    if rate is None:
        return None
    for factor in step_factors(nodes, step, named=named):
        number, _ = _number(nodes, factor)
        if number is None:
            continue
        held = nodes[number]
        if number == rate.node or (held.op == "constant" and rate.node is None and abs(held.attributes["value"]) == rate.value):
            return number
    if nodes[step].op in ("add", "subtract") and nodes[step].name is None:
        parts = {rate_inside(nodes, source, rate) for source in nodes[step].inputs}
        return parts.pop() if len(parts) == 1 else None
    return None


def gradient_part(graph: Graph, step: int, rate: Rate | None) -> tuple[int, int]:
    """The gradient inside an update's step, the learning rate and signs taken off; and the sign that came off."""
    nodes = graph.nodes
    sign = 1
    while True:
        node = nodes[step]
        if node.op == "negative":
            step, sign = node.inputs[0], -sign
        elif node.op == "alias" and nodes[node.inputs[0]].name is None:
            step = node.inputs[0]
        elif node.op == "divide" and (nodes[node.inputs[1]].op == "count" or _number(nodes, node.inputs[1])[0] is not None):
            inner, flip = gradient_part(graph, node.inputs[0], rate)
            return (inner, sign * flip) if nodes[inner].name is not None and inner != node.inputs[0] else (step, sign)
        elif node.op == "multiply" and (found := _without_rate(nodes, node, rate)) is not None:
            step, flip = found
            sign *= flip
            if nodes[step].name is not None:
                return step, sign
        else:
            return step, sign
        if nodes[step].name is not None and nodes[step].op not in ("negative", "multiply"):
            return step, sign


def _without_rate(nodes: Sequence[Node], node: Node, rate: Rate | None) -> tuple[int, int] | None:
    for slot, source in enumerate(node.inputs):
        number, flip = _number(nodes, source)
        if number is None:
            continue
        held = nodes[number]
        named = scheduled(nodes, number) or (held.name is not None and RATE.match(last(held.name.text)))
        value = held.attributes.get("value", 1) if held.op == "constant" else 1
        found = rate is not None and (number == rate.node or (held.op == "constant" and abs(value) == rate.value))
        if found or named or (rate is None and held.op == "constant"):
            return node.inputs[1 - slot], flip * (-1 if isinstance(value, (int, float)) and value < 0 else 1)
    return None


def _number(nodes: Sequence[Node], i: int) -> tuple[int | None, int]:
    sign = 1
    while nodes[i].op in ("negative", "alias", "to_real") and not scheduled(nodes, i):
        sign *= -1 if nodes[i].op == "negative" else 1
        i = nodes[i].inputs[0]
    given = nodes[i].op in ("input", "constant") or scheduled(nodes, i)
    return (i, sign) if given and not nodes[i].shape else (None, 1)


def _leaf(nodes: Sequence[Node], index: int) -> int:
    index = root(nodes, index)
    while nodes[index].op not in ("input", "constant") and len(nodes[index].inputs) == 1 and nodes[index].name is None:
        index = nodes[index].inputs[0]
    return index
