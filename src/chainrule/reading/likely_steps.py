"""What makes it likely that a sum is a step of gradient descent, and what speaks against it."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from chainrule.graph.records import Node
from chainrule.reading.names import DERIVATIVE, RATE, bare, last, last_of, reads_as_derivative
from chainrule.reading.views import SAME_PLACE, holds_an_array, root

if TYPE_CHECKING:
    from chainrule.reading.updates import Update

SIGNAL = re.compile(rf"{DERIVATIVE.pattern}|err|adjust|change|step|update|diff|reward|advantage", re.I)
HANDED_IN = re.compile(r"^(upstream\w*|d_?out\w*|(\w+_)?(gradient|grad)(_\w+)?|(output_)?(error|delta))$", re.I)
SUMS = ("sum", "mean", "reshape", "transpose")
PRODUCTS = (*SAME_PLACE, "sum", "mean", "negative", "multiply", "matmul", "outer")


def chosen(nodes: Sequence[Node], candidate: Update, branches: Sequence[tuple[int, int]], bit: int) -> bool:
    """Whether a branch on the old value comes before a step that is a number times something: `if y * (w @ x) < 1: w += lr * y * x`."""
    at = bisect.bisect_left(branches, (candidate.new, 0)) - 1
    op = "add" if candidate.sign > 0 else "subtract"
    return at >= 0 and bool(branches[at][1] & bit) and scaled_step(nodes, candidate.step, candidate.parameter, op)


def residual(nodes: Sequence[Node], candidate: Update, masks: Mapping[int, int], bit: int) -> bool:
    """Whether a value only goes on with something made of it added, `x = x + layer(x)`: no rate, nothing named a derivative,
    and nothing compared with what does not come of it, as a gradient compares an output with a target.
    """
    if (
        candidate.sign < 0
        or nodes[candidate.new].op == "store"
        or scaled_step(nodes, candidate.step, candidate.parameter, "add")
    ):
        return False
    waiting, seen = [candidate.step], set[int]()
    while waiting:
        i = waiting.pop()
        if i in seen or not masks.get(i, 0) & bit:
            continue
        seen.add(i)
        node = nodes[i]
        if node.name is not None and SIGNAL.search(last(node.name.text)):
            return False
        sides = [bool(masks.get(s, 0) & bit) or root(nodes, s) == candidate.parameter for s in node.inputs]
        given = [
            s for s, of_it in zip(node.inputs, sides, strict=True)
            if not of_it and nodes[root(nodes, s)].op != "constant" and (nodes[s].shape or not nodes[candidate.new].shape)
        ]  # fmt: skip
        if node.op in ("subtract", "divide", "store") and any(sides) and given:
            return False
        waiting += node.inputs
    return True


def scaled_derivative(nodes: Sequence[Node], step: int) -> bool:
    """Whether a step is a number times what is named as a derivative, or times sums of that or of a gradient that was handed in:
    where the loss is linear, or does not hold the parameter at all, the step holds none.
    """
    if nodes[step].op != "multiply":
        return False
    derived = [i for i in nodes[step].inputs if any(_is_derivative(nodes, at) for at in _summed(nodes, i))]
    numbers = [i for i in nodes[step].inputs if i not in derived and not nodes[i].shape and not holds_an_array(nodes, i)]
    rest = [i for i in nodes[step].inputs if i not in numbers]
    return bool(numbers) and any(
        i in derived or any(HANDED_IN.match(last_of(nodes[leaf])) for leaf in _factors(nodes, i)) for i in rest
    )


def _is_derivative(nodes: Sequence[Node], i: int) -> bool:
    name = nodes[i].name
    return name is not None and reads_as_derivative(bare(name.text)) and nodes[root(nodes, i)].op not in ("input", "constant")


def _summed(nodes: Sequence[Node], i: int) -> Iterator[int]:
    """A value, and what it is the sum of: `np.sum(delta, axis=0) / N`."""
    yield i
    while nodes[i].name is None and (nodes[i].op in SUMS or (nodes[i].op == "divide" and not nodes[nodes[i].inputs[1]].shape)):
        i = nodes[i].inputs[0]
        yield i


def _factors(nodes: Sequence[Node], i: int) -> set[int]:
    """The leaves that a value is a product of, summed or not; the value itself where it is none: `(grads * x).sum(axis=0)`."""
    waiting, seen = [i], set[int]()
    while waiting:
        at = waiting.pop()
        if at not in seen:
            seen.add(at)
            waiting += nodes[at].inputs if nodes[at].op in PRODUCTS else ()
    return {at for at in seen if nodes[at].op == "input"} or {i}


def made_of_it_alone(nodes: Sequence[Node], step: int, parameter: int) -> bool:
    waiting, seen = [step], set[int]()
    while waiting:
        i = root(nodes, waiting.pop())
        if i == parameter or i in seen or nodes[i].op in ("constant", "count"):
            continue
        if nodes[i].op == "input":
            return False
        seen.add(i)
        waiting.extend(nodes[i].inputs)
    return True


def scaled_step(nodes: Sequence[Node], step: int, parameter: int, op: str) -> bool:
    """Whether a step reads as a learning rate times a gradient: a number is taken off, or one with a rate's name."""
    if nodes[step].op not in ("multiply", "divide"):
        return False
    scaled = False
    waiting = [(step, False)]
    while waiting:
        i, below = waiting.pop()
        if root(nodes, i) == parameter:
            return False
        if nodes[i].op == "divide" and nodes[nodes[i].inputs[0]].op == "constant" and not _counted(nodes, nodes[i].inputs[1]):
            return False  # 1 / (1 + exp(−z)): no step is one over something but a number of rows
        if nodes[i].op in ("multiply", "divide", "negative"):
            waiting += [(s, below or (nodes[i].op == "divide" and slot == 1)) for slot, s in enumerate(nodes[i].inputs)]
        elif not nodes[i].shape:
            named = RATE.match(last_of(nodes[i]))  # a number that something is divided by is a count: x - sum(x) / 4
            scaled |= bool(named) or (nodes[i].op == "constant" and op == "subtract" and not below)
    return scaled


def _counted(nodes: Sequence[Node], i: int) -> bool:
    """Whether a value is a number of rows, or twice that."""
    return nodes[i].op == "count" or (
        nodes[i].op in ("multiply", "to_real", "alias") and all(nodes[s].op in ("count", "constant") for s in nodes[i].inputs)
    )
