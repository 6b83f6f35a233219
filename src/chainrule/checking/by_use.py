"""Claims by use: what an update line steps a parameter with, the learning rate and the signs taken off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from chainrule.checking.claim import Claim, unaliased, unclipped
from chainrule.graph.reach import ancestors
from chainrule.graph.records import Graph, Name, Node
from chainrule.reading.names import PENALTY, RATE, STAYS, last, reads_as_derivative
from chainrule.reading.optimizers import carries
from chainrule.reading.rates import Rate, scheduled, step_factors
from chainrule.reading.updates import Update
from chainrule.reading.views import before_stores, root

EARLIER = re.compile("prev|last|old|before", re.I)
NOISE = re.compile("noise|noisy|rand|perturb|jitter", re.I)
SOLVERS = ("solve", "lstsq")
INVERSES = ("inv", "pinv")
PICKS = ("index", "transpose", "reshape")


def of_update(graph: Graph, update: Update, rate: Rate | None, before: set[int]) -> Claim | None:
    nodes = graph.nodes
    parameter = _leaf(nodes, update.parameter)
    part = update.old
    while nodes[part].name is None and nodes[part].op == "alias":
        part = nodes[part].inputs[0]
    taken_out = part in before and nodes[part].name is not None and prod(nodes[part].shape) != prod(nodes[parameter].shape)
    if nodes[update.new].op == "store":
        parameter = update.old
    elif taken_out:
        parameter = part  # centres = points[:4].copy(): a parameter of its own
    sign = -update.sign
    step, flips = gradient_part(graph, update.step, rate)
    step = preconditioned(nodes, step) or step
    if carries(graph, step, before):
        return None
    written = nodes[step].name
    step = unclipped(nodes, step)
    written = nodes[step].name or written or nodes[update.new].name
    inside = rate_inside(nodes, step, rate)
    if inside is not None and nodes[inside].op == "constant" and nodes[inside].attributes["value"] < 0:
        sign = -sign
    if nodes[update.new].op != "store":
        placed = _placed(graph, step, parameter, rate, before)
        if placed is not None:
            rows, picked, flip = placed
            name = nodes[rows].name or written or Name("update")
            return Claim(
                rows, name, picked, -update.sign * flips * flip, "update", None, update, rate=rate_inside(nodes, rows, rate)
            )
        claim = Claim(step, written or Name("update"), parameter, sign * flips, "update", None, update, rate=inside)
        if update.share is not None:
            return replace(claim, alternatives=_with_the_decay(nodes, claim, update, rate))
        return _or_beside_other_terms(graph, claim, rate, before)
    whole, entry = (update.old, ()) if update.old in before else picked_entry(nodes, update.old, before)
    claim = Claim(step, Name("update"), whole, sign * flips, "update", None, update, rate=inside, entry=entry)
    claim = replace(claim, name=nodes[step].name or (Name(claim.title(nodes)) if entry else written) or Name("update"))
    claim = _or_beside_other_terms(graph, claim, rate, before)
    return replace(claim, alternatives=(*claim.alternatives, *_of_rows_picked_again(graph, claim, before)))


def _of_rows_picked_again(graph: Graph, claim: Claim, before: set[int]) -> Iterator[Claim]:
    """Where a row is picked more than once, what it is the derivative of is each pick; `w[rows] -= step` keeps one step of each row."""
    key = claim.entry[0][1]["key"] if len(claim.entry) == 1 and claim.entry[0][0] == "index" else None
    if not isinstance(key, (list, np.ndarray)) or np.asarray(key).dtype.kind not in "iu":
        return
    rows, times = np.unique(np.asarray(key), return_counts=True)
    again = [str(row) for row, n in zip(rows, times, strict=True) if n > 1]
    for picked in _picks(graph, before_stores(graph.nodes, claim.wrt), key, before) if again else ():
        which = f"row {again[0]} is" if len(again) == 1 else f"rows {', '.join(again[:4])} are"
        words = (
            f"{which} picked more than once, and the line keeps the last step of each: np.add.at and np.subtract.at take all"
        )
        yield replace(claim, wrt=picked, entry=(), alternatives=(), means=words)


def _picks(graph: Graph, whole: int, key: Any, before: set[int]) -> list[int]:
    """What the loss picked of an array by a key."""
    nodes = graph.nodes
    return [
        i for i in before
        if nodes[i].op == "index" and repr(nodes[i].attributes["key"]) == repr(key)
        and before_stores(nodes, nodes[i].inputs[0]) == whole
    ]  # fmt: skip


def _placed(graph: Graph, step: int, parameter: int, rate: Rate | None, before: set[int]) -> tuple[int, int, int] | None:
    """Where other entries of a parameter were stepped before `np.add.at(w, rows, step)`: the gradient in it, what the loss picked by
    those rows, and the sign that came off.
    """
    nodes = graph.nodes
    unstepped = before_stores(nodes, parameter)
    if parameter in before or unstepped == parameter or nodes[step].op != "place":
        return None
    picked = _picks(graph, unstepped, nodes[step].attributes["key"], before)
    rows, flip = gradient_part(graph, nodes[step].inputs[0], rate)
    return (unclipped(nodes, rows), picked[0], flip) if len(picked) == 1 else None


def _with_the_decay(nodes: Sequence[Node], claim: Claim, update: Update, rate: Rate | None) -> tuple[Claim, ...]:
    """Where the loss has a penalty, what the line takes away of the parameter is a part of the step."""
    inside = rate_inside(nodes, update.step, rate, named=True)
    if inside is None:
        return ()
    means = "with the share of the parameter that the same line takes away"
    return (replace(claim, node=update.step, sign=-update.sign, rate=inside, share=update.share, means=means),)


def preconditioned(nodes: Sequence[Node], step: int) -> int | None:
    """The gradient in a Newton step, `solve(H, gradient)`, `inv(H) @ gradient`: what is made of it is no derivative."""
    node = nodes[unaliased(nodes, step)]
    if len(node.inputs) != 2:
        return None
    matrix = nodes[unaliased(nodes, node.inputs[0])]
    return node.inputs[1] if _is(node, SOLVERS) or (node.op == "matmul" and _is(matrix, INVERSES)) else None


def _is(node: Node, functions: Sequence[str]) -> bool:
    """Whether a value comes of one of some functions that are not followed."""
    return node.op == "opaque" and node.attributes["function"].rpartition(".")[2] in functions


def _or_beside_other_terms(graph: Graph, claim: Claim, rate: Rate | None, before: set[int]) -> Claim:
    """A claim with what else its step may hold; terms that have not one learning rate between them are no multiple of a gradient."""
    others = tuple(_beside_other_terms(graph, claim, rate, before))
    inside = [rate_inside(graph.nodes, term, rate) is not None for term in graph.nodes[claim.node].inputs] if others else []
    if any(inside) and not all(inside):
        return replace(others[0], name=graph.nodes[others[0].node].name or claim.name, alternatives=others[1:])
    return replace(claim, alternatives=others)


def _beside_other_terms(graph: Graph, claim: Claim, rate: Rate | None, before: set[int]) -> Iterator[Claim]:
    """`w -= lr * (dw + decay * w)`, `w += lr * dw + momentum * last`: where the loss has no penalty, dw is its derivative; and what
    a step before left is none of this one's gradient.
    """
    nodes = graph.nodes
    node = nodes[claim.node]
    if node.op not in ("add", "subtract") or node.name is not None:
        return
    for slot, source in enumerate(node.inputs):
        sign = -1 if node.op == "subtract" and slot == 1 else 1
        decays = claim.sign * sign == 1 and _shrinks(nodes, source, claim.wrt)
        drawn = not decays and _is_drawn(graph, source, before)
        if decays or drawn or _is_kept(nodes, source, claim.node, before):
            step, flips = gradient_part(graph, node.inputs[1 - slot], rate)
            own = claim.sign * flips * (-1 if node.op == "subtract" and slot == 0 else 1)
            beside = "the weight decay" if decays else "the noise" if drawn else ""
            means = f"beside {beside} in the same line" if beside else "beside what the step before left"
            rest = replace(claim, node=step, sign=own, rate=rate_inside(nodes, step, rate), means=means)
            yield rest
            yield from _beside_other_terms(graph, rest, rate, before)


def _is_drawn(graph: Graph, i: int, before: set[int]) -> bool:
    """Whether a term is noise: made after the loss, and of nothing that the loss is made from but numbers."""
    nodes = graph.nodes
    made = ancestors(graph, [i])
    if any(k in before and (nodes[k].shape or nodes[k].op not in ("input", "constant")) for k in made):
        return False
    leaves = [k for k in made if nodes[k].op in ("input", "constant") and k not in before and not _is_number(nodes, k)]
    return bool(leaves) and all(
        k > max(before, default=0) and ((name := nodes[k].name) is None or NOISE.search(name.text)) for k in leaves
    )


def _is_number(nodes: Sequence[Node], i: int) -> bool:
    """Whether a leaf is a setting, or a number that is written there."""
    name = nodes[i].name
    return not nodes[i].shape and (nodes[i].op == "constant" if name is None else not NOISE.search(name.text))


def _is_kept(nodes: Sequence[Node], i: int, step: int, before: set[int]) -> bool:
    """Whether a term is a number times what a step before left: a value that was there before the loss, and no part of it, and is
    set anew after this step.
    """
    if nodes[i].op != "multiply":
        return False
    began = max(before, default=0)
    held = [h for h in (before_stores(nodes, s) for s in nodes[i].inputs) if nodes[h].op == "input" and h < began]
    names = [n for h in held if h not in before and (n := nodes[h].name) is not None]
    kept = {
        (n.text, n.scope)
        for n in names
        if (EARLIER.search(n.text) or not reads_as_derivative(n.text))
        and not any(p.match(last(n.text)) for p in (RATE, STAYS, PENALTY))
    }
    return any(node.name is not None and (node.name.text, node.name.scope) in kept for node in nodes[step + 1 :])


def _shrinks(nodes: Sequence[Node], i: int, parameter: int) -> bool:
    """Whether a value is numbers times a parameter."""
    factors = _factors(nodes, i)
    rest = [f for f in factors if before_stores(nodes, f) not in (parameter, before_stores(nodes, parameter))]
    return len(factors) > 1 and len(rest) == len(factors) - 1 and all(_number(nodes, f)[0] is not None for f in rest)


def _factors(nodes: Sequence[Node], i: int) -> list[int]:
    """What a value without a name is a product of."""
    if nodes[i].op != "multiply" or nodes[i].name is not None:
        return [i]
    return [f for source in nodes[i].inputs for f in _factors(nodes, source)]


def picked_entry(nodes: Sequence[Node], old: int, before: Set[int]) -> tuple[int, tuple[tuple[str, Mapping[str, Any]], ...]]:
    """The array in the loss that a stepped entry is picked from, whatever of it was stepped before, and how it is picked."""
    path: list[tuple[str, Mapping[str, Any]]] = []
    at = old
    while at not in before and nodes[at].op in (*PICKS, "alias", "store"):
        if nodes[at].op in PICKS:
            path.insert(0, (nodes[at].op, nodes[at].attributes))
        at = nodes[at].inputs[0]
    return (at, tuple(path)) if at in before else (old, ())


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
