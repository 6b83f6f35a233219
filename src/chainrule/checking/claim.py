"""What a hand-written derivative claims to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from chainrule.graph.records import Name, Node, Shape
from chainrule.reading.updates import Update
from chainrule.reading.views import root
from chainrule.working.formulas import key_text

Link: TypeAlias = Literal["update", "name"]


@dataclass(frozen=True)
class Claim:
    """`node` is said to be `sign`·∂of/∂(node `wrt`), times the learning rate where that is inside it (node `rate`).

    `of` is None for the loss; `link` says how that is known.

    `alternatives` are other things it may be meant as; `means` says, of such a one, what follows if it is that. A `part`
    is completed by a later line (a mask, a store): it counts only where it is right as it stands. An alternative with
    `if_used_right` counts only where the derivatives made from it are right. An `entry` is what the line picks out of `wrt`,
    by the ops that pick it: `w[1:]`, or `w[j]` and then `[k]`. With a `share`, `node` is the step that is left where the same
    line takes that share of the parameter away: rate·derivative − share·parameter.
    """

    node: int
    name: Name
    wrt: int
    sign: int
    link: Link
    of: int | None = None
    update: Update | None = None
    alternatives: tuple[Claim, ...] = ()
    means: str = ""
    rate: int | None = None
    part: bool = False
    if_used_right: bool = False
    entry: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    share: int | None = None

    @property
    def meant(self) -> str:
        """What the value should be, in words."""
        return f"{'minus ' if self.sign < 0 else ''}the derivative{'' if self.rate is None else ', times the learning rate,'}"

    def shape(self, nodes: Sequence[Node]) -> Shape:
        """The shape that the derivative should have."""
        return nodes[self.update.old].shape if self.entry and self.update is not None else nodes[self.wrt].shape

    def title(self, nodes: Sequence[Node]) -> str:
        """What the derivative is with respect to, as the program calls it; "" where it has no name."""
        name = called_there(nodes, self.wrt, self.name.scope)
        keys = "".join(f"[{', '.join(key_text(a['key']))}]" for op, a in self.entry if op == "index")
        return name.text + keys if name else ""


def called_there(nodes: Sequence[Node], i: int, scope: str) -> Name | None:
    """A value's name; that of the program where another function than the one of `scope` made it, and two it made have one name."""
    name = nodes[i].name
    if name is None or name.scope in ("", scope):
        return name
    same = (
        n for n in nodes if n.name is not None and n.op != "alias" and (n.name.text, n.name.scope) == (name.text, name.scope)
    )
    if sum(1 for _ in same) < 2:
        return name
    given = (
        n.name for n in nodes[i + 1 :] if n.op == "alias" and n.inputs[0] == i and n.name is not None and n.name.scope == ""
    )
    return next(given, name)


def unaliased(nodes: Sequence[Node], i: int) -> int:
    """A value without the other names that it was given."""
    while nodes[i].op == "alias":
        i = nodes[i].inputs[0]
    return i


def unclipped(nodes: Sequence[Node], i: int) -> int:
    """A gradient before it was clipped: kept within bounds on both sides of 0, `np.clip(dW, -5, 5)`, below one,
    `np.where(dW > 1, 1, dW)`, or to a length of its own, `dW *= limit / norm`. Itself where it was not.
    """
    while True:
        high = _bounded(nodes, i, "minimum", 1)
        inner = (_shortened(nodes, i) or _capped(nodes, i)) if high is None else _bounded(nodes, high, "maximum", -1)
        inner = _by_a_function(nodes[i]) if inner is None else inner
        if inner is None:
            return i
        i = inner


def _by_a_function(node: Node) -> int | None:
    """What a function of the program gives back within bounds."""
    if node.op != "call":
        return None
    function = node.attributes["function"]
    inner = unaliased(function.nodes, unclipped(function.nodes, function.outputs[0]))
    return node.inputs[function.inputs.index(inner)] if inner in function.inputs else None


def _capped(nodes: Sequence[Node], i: int) -> int | None:
    """What entries beyond a number, and not beyond 0, are replaced in by that number."""
    node = nodes[unaliased(nodes, i)]
    if node.op != "where" or nodes[node.inputs[0]].op not in ("greater", "greater_equal", "less", "less_equal"):
        return None
    sides = nodes[node.inputs[0]].inputs
    for number, inner in (node.inputs[1:], node.inputs[:0:-1]):
        limit = _limit(nodes, number)
        if limit is not None and inner in sides and limit in [_limit(nodes, s) for s in sides]:
            return inner
    return None


def _limit(nodes: Sequence[Node], i: int) -> tuple[str, object] | None:
    """A number that something is kept within: its value, or the leaf that it is, with its sign; None for 0 and for arrays."""
    node = nodes[i]
    if node.shape:
        return None
    if node.op == "negative":
        inner = _limit(nodes, node.inputs[0])
        return inner and (f"−{inner[0]}", inner[1])
    if node.op == "constant":
        value = node.attributes["value"]
        return None if value == 0 else ("", float(value))
    held = root(nodes, i)
    return ("leaf", held) if nodes[held].op == "input" else None


def _shortened(nodes: Sequence[Node], i: int) -> int | None:
    """What is divided by its own length, or multiplied with a limit over it."""
    node = nodes[i]
    if node.op not in ("multiply", "divide") or not node.shape:
        return None
    for slot in (0, 1) if node.op == "multiply" else (1,):
        number, gradient = node.inputs[slot], node.inputs[1 - slot]
        if nodes[number].shape or nodes[gradient].shape != node.shape or nodes[gradient].op == "input":
            continue
        waiting, seen = [number], set[int]()
        divided, measured = node.op == "divide", False
        while waiting:
            k = waiting.pop()
            if k >= gradient and k not in seen:
                seen.add(k)
                if k == gradient or (gradient in nodes[k].inputs and not _measures(nodes, k, gradient)):
                    break
                measured |= gradient in nodes[k].inputs
                divided |= nodes[k].op == "divide"
                waiting += [] if gradient in nodes[k].inputs else nodes[k].inputs
        else:
            if measured and divided:
                return gradient
    return None


def _measures(nodes: Sequence[Node], k: int, gradient: int) -> bool:
    """Whether a node holds the squares or sizes of an array's entries, and nothing else."""
    node = nodes[k]
    others = [s for s in node.inputs if s != gradient and nodes[s].op != "constant"]
    return node.op in ("multiply", "power", "absolute", "matmul", "einsum") and not others


def _bounded(nodes: Sequence[Node], i: int, op: str, sign: int) -> int | None:
    i = unaliased(nodes, i)
    if nodes[i].op != op:
        return None
    for slot, source in enumerate(nodes[i].inputs):
        bound = nodes[source]
        turned = bound.op == "negative"
        held = nodes[bound.inputs[0]] if turned else bound
        value = held.attributes.get("value") if held.op == "constant" else 1 if held.op in ("input", "alias") else None
        if not bound.shape and value is not None and np.sign(value) * (-1 if turned else 1) == sign:
            return nodes[i].inputs[1 - slot]
    return None
