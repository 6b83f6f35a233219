"""The learning rate: the number that scales the updates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chainrule.graph.records import Node
from chainrule.reading.names import RATE, SCHEDULE, last_of, reads_as_derivative
from chainrule.reading.trace import Trace
from chainrule.reading.updates import Update

BILINEAR = ("matmul", "outer")
LINEAR = ("negative", "alias", "divide", "sum", "mean", "reshape", "transpose", "index", "sum_like", "place", "broadcast_to")


@dataclass(frozen=True)
class Rate:
    """The learning rate: its value, and the leaf that holds it where it has a name."""

    value: float
    node: int | None
    evidence: str


def find_rate(trace: Trace, updates: Sequence[Update], given: float | None, forward: set[int]) -> Rate | None:
    """The number that scales the most updates, and is none of those the loss is computed from (`forward`)."""
    if given is not None:
        return Rate(given, None, "given")
    nodes = trace.graph.nodes
    votes: dict[int, int] = {}
    same: dict[object, int] = {}
    for update in updates:
        for factor in step_factors(nodes, update.step):
            number = _root_number(nodes, factor)
            if number is not None and (number not in forward or nodes[number].op == "constant"):
                first = same.setdefault(_written_number(nodes, factor), factor)  # 0.01 in one line is 0.01 in the next
                votes[first] = votes.get(first, 0) + (3 if RATE.match(last_of(nodes[_named_root(nodes, factor)])) else 1)
    if not votes:
        for i in trace.graph.inputs:
            if RATE.match(last_of(nodes[i])) and not nodes[i].shape:
                return Rate(float(trace.values[i]), i, "its name")
        return None
    best = max(votes, key=lambda i: votes[i])  # of equals the outermost
    value = abs(float(trace.values[best]))
    leaf = _named_root(nodes, best)
    held = nodes[leaf].op == "input" or scheduled(nodes, leaf)
    why = f"it scales {'every update' if votes[best] >= len(updates) else 'the updates'}"
    rates = [i for i in votes if RATE.match(last_of(nodes[_named_root(nodes, i)]))]
    if len(rates) > 1:
        why = f"one of several: {', '.join(_text(nodes, i) for i in rates)}"
    return Rate(value, leaf if held else None, why)


def _text(nodes: Sequence[Node], i: int) -> str:
    name = nodes[_named_root(nodes, i)].name
    return name.text if name else ""


def _written_number(nodes: Sequence[Node], i: int) -> object:
    """What tells numbers apart: the value of one written down, the place of a named one."""
    at = _named_root(nodes, i)
    return ("written", nodes[at].attributes["value"]) if nodes[at].op == "constant" else at


def step_factors(nodes: Sequence[Node], step: int, *, named: bool = False) -> list[int]:
    """The scalar factors of an update's step, outermost first; inside what is `named` a derivative only where that is asked."""
    found: list[int] = []
    waiting, seen = [step], set[int]()
    while waiting:
        i = waiting.pop()
        if i in seen:
            continue
        seen.add(i)
        node = nodes[i]
        if node.name is not None and reads_as_derivative(node.name.text) and not (named and i == step):
            found += [s for s in node.inputs if node.op == "multiply" and _is_rate(nodes, s)]  # gradient = gradient * rate
            continue
        if i != step and not node.shape and _root_number(nodes, i) is not None:  # alpha, of alpha / m
            found.append(i)
        elif node.op == "multiply":
            for source in node.inputs:
                if not nodes[source].shape and _root_number(nodes, source) is not None:
                    found.append(source)
                else:
                    waiting.append(source)
        elif node.op in BILINEAR:
            waiting.extend(node.inputs)
        elif node.op in LINEAR:
            waiting.append(node.inputs[0])
    return found


def _is_rate(nodes: Sequence[Node], i: int) -> bool:
    """Whether a factor is a number with a learning rate's name."""
    return _root_number(nodes, i) is not None and bool(RATE.match(last_of(nodes[_named_root(nodes, i)])))


def _root_number(nodes: Sequence[Node], i: int) -> int | None:
    """The leaf or constant that a scalar is, sign and name aside, or a scheduled rate; None where it is computed otherwise."""
    while nodes[i].op in ("negative", "alias", "to_real") and not scheduled(nodes, i):
        i = nodes[i].inputs[0]
    return i if not nodes[i].shape and (nodes[i].op in ("input", "constant") or scheduled(nodes, i)) else None


def scheduled(nodes: Sequence[Node], i: int) -> bool:
    """Whether a value is a learning rate computed from nothing but numbers: `lr = lr0 / (1 + decay * epoch)`.

    By its name, or by being made of such a number and what a schedule has; but `step = lr / m` is a rate over a number of rows.
    """
    if nodes[i].shape or nodes[i].op in ("input", "constant") or nodes[i].name is None:
        return False
    named = bool(RATE.match(last_of(nodes[i])))
    rated, plain = False, nodes[i].op != "alias" and not reads_as_derivative(last_of(nodes[i]))
    waiting, seen = [i], set[int]()
    while waiting:
        k = waiting.pop()
        if nodes[k].shape or not (named or plain):
            return False
        if k not in seen:
            seen.add(k)
            waiting.extend(nodes[k].inputs if nodes[k].op != "count" else ())
            rate = nodes[k].op == "input" and bool(RATE.match(last_of(nodes[k])))
            rated |= rate
            plain &= nodes[k].op != "input" or rate or nodes[k].dtype == "int" or bool(SCHEDULE.search(last_of(nodes[k])))
            plain &= nodes[k].op != "count" and not (nodes[k].op == "divide" and _counts(nodes, nodes[k].inputs[1]))
    return named or (rated and plain)


def _counts(nodes: Sequence[Node], i: int) -> bool:
    """Whether a divisor is a number of things as it stands."""
    while nodes[i].op in ("alias", "to_real"):
        i = nodes[i].inputs[0]
    return nodes[i].op == "count" or (nodes[i].op == "input" and nodes[i].dtype == "int")


def _named_root(nodes: Sequence[Node], i: int) -> int:
    found = _root_number(nodes, i)
    return i if found is None else found
