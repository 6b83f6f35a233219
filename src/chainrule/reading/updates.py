"""Updates of parameters, found in the graph and never in the syntax, so that every written form counts.

new = A ± D, where D depends on A: and `new` goes back to A's name or place, or to `new_A`, or D is a
learning rate times something.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chainrule.graph.records import Node
from chainrule.reading.names import RATE, bare, last, last_of, reads_as_derivative


@dataclass(frozen=True)
class Update:
    """`new` = `old` + `sign`·`step`; `parameter` is the whole array that `old` is (an entry of)."""

    new: int
    old: int
    step: int
    sign: int
    parameter: int


ONLY_SHAPED_LIKE = ("place", "spread", "sum_like", "broadcast_like", "reshape_like")  # by their second input
SAME_PLACE = ("alias", "index", "reshape", "transpose", "to_real", "broadcast_to")


def root(nodes: Sequence[Node], index: int) -> int:
    """The array that a node is a view or another name of."""
    while nodes[index].op in SAME_PLACE:
        if nodes[index].op == "alias" and nodes[index].name is not None and nodes[nodes[index].inputs[0]].name is None:
            break
        index = nodes[index].inputs[0]
    return index


def find_updates(nodes: Sequence[Node], start: int = 0, stop: int | None = None, *, by_name: bool = True) -> list[Update]:
    """The updates among nodes `start` to `stop` whose step depends on the old value through nodes of that range, or (`by_name`)
    is a number times what is named as a derivative.
    """
    stop = len(nodes) if stop is None else stop
    aliases = _aliases(nodes)
    names = frozenset(last(n.name.text) for n in nodes if n.name is not None)
    candidates = [c for i in range(start, stop) for c in _candidates(nodes, i, aliases, names)]
    bits: dict[int, int] = {}
    for candidate in candidates:
        bits.setdefault(candidate.parameter, 1 << len(bits))
    if not bits:
        return []
    masks: dict[int, int] = {}
    for i in range(start, stop):
        mask = 0
        for source in nodes[i].inputs[:1] if nodes[i].op in ONLY_SHAPED_LIKE else nodes[i].inputs:
            mask |= masks.get(source, 0) | bits.get(source if source >= start else root(nodes, source), 0)
        if mask:
            masks[i] = mask
    return [
        c for c in candidates if masks.get(c.step, 0) & bits[c.parameter] or (by_name and _scaled_derivative(nodes, c.step))
    ]


def _scaled_derivative(nodes: Sequence[Node], step: int) -> bool:
    """Whether a step is a number times what is named as a derivative: where the loss is linear, it holds no parameter."""
    if nodes[step].op != "multiply":
        return False
    numbers = [i for i in nodes[step].inputs if not nodes[i].shape and nodes[root(nodes, i)].op in ("input", "constant")]
    rest = [i for i in nodes[step].inputs if i not in numbers]
    return bool(numbers) and any(
        nodes[root(nodes, i)].op not in ("input", "constant") and reads_as_derivative(bare(n.text))
        for i in rest if (n := nodes[i].name) is not None
    )  # fmt: skip


def running_mean(nodes: Sequence[Node], update: Update) -> bool:
    """Whether an update moves a value part of the way to another: `m += (1 - beta) * (g - m)`."""

    def towards(i: int) -> bool:
        if nodes[i].op in ("multiply", "divide", "negative"):
            return any(towards(s) for s in nodes[i].inputs)
        return nodes[i].op == "subtract" and any(root(nodes, s) == update.parameter for s in nodes[i].inputs)

    return towards(update.step)


def _aliases(nodes: Sequence[Node]) -> Mapping[int, set[str]]:
    """The names that each array goes by: `params['W1']` is handed to a layer, which calls it `self.W`."""
    found: dict[int, set[str]] = {}
    for node in nodes:
        if node.op == "alias" and node.name is not None:
            found.setdefault(node.inputs[0], set()).add(plain_name(last(node.name.text)))
    return found


def _candidates(nodes: Sequence[Node], new: int, aliases: Mapping[int, set[str]], names: Collection[str]) -> Iterator[Update]:
    node = nodes[new]
    whole, at = node, new
    if node.op == "store":  # an entry is updated: store(base, entry ± step)
        at = node.inputs[1]
        whole = nodes[at]
    if whole.op not in ("add", "subtract") or (node.name is None and node.op != "store"):
        return
    if node.name is not None and reads_as_derivative(plain_name(bare(node.name.text))):
        return  # dc = dh * o + dc_next: what is gathered is a derivative, and no parameter
    for slot in (0, 1) if whole.op == "add" else (0,):
        old, step = whole.inputs[slot], whole.inputs[1 - slot]
        parameter = root(nodes, old)
        base = nodes[parameter]
        if not (base.op == "input" or base.name is not None):
            continue
        if nodes[old].shape != whole.shape and (node.op == "store" or not _goes_back(nodes, node, old, parameter, aliases)):
            continue  # a step of another shape counts only where the name comes back, grown
        if base.dtype == "bool" or parameter == root(nodes, step) or _adds_up(node, names):
            continue
        if node.op == "store":
            if root(nodes, node.inputs[0]) != parameter:
                continue
        elif not _goes_back(nodes, node, old, parameter, aliases) and (
            base.op != "input" or nodes[old].op == "index" or not _scaled_step(nodes, step, parameter, whole.op)
        ):
            continue  # w[0]*x + w[1] is no update of w, nor is w*x + x one of x
        if nodes[step].op not in ("multiply", "divide") and _made_of_it_alone(nodes, step, parameter):
            continue  # z - max(z), x - mean(x): the value in another form
        yield Update(new, old, step, 1 if whole.op == "add" else -1, parameter)


def _adds_up(new: Node, names: Collection[str]) -> bool:
    """Whether what is added to is a derivative itself: `dlogits += …`, where there are logits."""
    text = bare(new.name.text) if new.name is not None else ""
    return reads_as_derivative(text) or (text.startswith("d") and text[1:] in names)


def _made_of_it_alone(nodes: Sequence[Node], step: int, parameter: int) -> bool:
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


def _scaled_step(nodes: Sequence[Node], step: int, parameter: int, op: str) -> bool:
    """Whether a step reads as a learning rate times a gradient: a number is taken off, or one with a rate's name."""
    if nodes[step].op not in ("multiply", "divide"):
        return False
    scaled = False
    waiting = [step]
    while waiting:
        i = waiting.pop()
        if root(nodes, i) == parameter:
            return False
        if nodes[i].op in ("multiply", "divide", "negative"):
            waiting.extend(nodes[i].inputs)
        elif not nodes[i].shape:
            named = RATE.match(last_of(nodes[i]))
            scaled |= bool(named) or (nodes[i].op == "constant" and op == "subtract")
    return scaled


def _goes_back(nodes: Sequence[Node], new: Node, old: int, parameter: int, aliases: Mapping[int, set[str]]) -> bool:
    """Whether the new value takes the old one's name, or `new_name`, `name_new`, `updated_name`."""
    assert new.name is not None
    text = plain_name(last(new.name.text))
    if new.op in ("add", "subtract") and text in aliases.get(parameter, ()) and nodes[parameter].op != "alias":
        return True
    for index in (old, parameter):
        name = nodes[index].name
        if name is not None and plain_name(last(name.text)) == text:
            return True
    return False


def plain_name(text: str) -> str:
    """A name without what says that it is new."""
    lowered = text.rsplit(".", maxsplit=1)[-1]
    for prefix in ("new_", "updated_", "next_", "upd_"):
        lowered = lowered.removeprefix(prefix)
    for suffix in ("_new", "_updated", "_next", "_upd"):
        lowered = lowered.removesuffix(suffix)
    return lowered
