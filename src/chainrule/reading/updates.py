"""Updates of parameters, found in the graph and never in the syntax, so that every written form counts.

new = A ± D, where D depends on A: and `new` goes back to A's name or place, or to `new_A`, or D is a
learning rate times something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from chainrule.graph.records import Node
from chainrule.reading.likely_steps import chosen, made_of_it_alone, residual, scaled_derivative, scaled_step
from chainrule.reading.names import CARRIED, bare, last, last_of, reads_as_derivative
from chainrule.reading.views import SAME_PLACE, holds_an_array, read_by, root, unsigned

SUMMED = re.compile(r"^(sum\w*|\w*_sum|total\w*|acc(um\w*)?|(\w*_)?err(or)?s?(_\w+)?)$", re.I)
STEP_SIZE = re.compile(r"^(lr(_\w+)?|\w+_lr|learning_?rate(_\w+)?|step_?size|l_?rate)$", re.I)
ITEM = re.compile(r"^(\w+)\[(\d+)\]$")


@dataclass(frozen=True)
class Update:
    """`new` = `old` + `sign`·`step`; `parameter` is the whole array that `old` is (an entry of).

    Where the same line makes the old value smaller, `new` = (1 − `share`)·`old` + `sign`·`step`, or `kept`·`old` + `sign`·`step`.
    """

    new: int
    old: int
    step: int
    sign: int
    parameter: int
    share: int | None = None
    kept: int | None = None


def find_updates(nodes: Sequence[Node], start: int = 0, stop: int | None = None, *, by_name: bool = True) -> list[Update]:
    """The updates among nodes `start` to `stop` whose step depends on the old value through nodes of that range, or is a number
    times something and taken only where a branch on the old value says so, or (`by_name`) is one times what is named as a derivative.
    """
    stop = len(nodes) if stop is None else stop
    likely = [i for i in range(start, stop) if _adds(nodes, i)]
    if not likely:
        return []
    known = _Named(nodes)
    candidates = [c for i in likely for c in _candidates(nodes, i, known)]
    bits: dict[int, int] = {}
    for candidate in candidates:
        bits.setdefault(candidate.parameter, 1 << len(bits))
    if not bits:
        return []
    masks: dict[int, int] = {}
    branches: list[tuple[int, int]] = []  # each guard, with what it and those before it depend on
    for i in range(start, stop):
        mask = 0
        for source in read_by(nodes[i]):
            mask |= masks.get(source, 0) | bits.get(source if source >= start else root(nodes, source), 0)
        if mask:
            masks[i] = mask
            if nodes[i].op == "guard":
                branches.append((i, branches[-1][1] | mask if branches else mask))
    found: list[Update] = []
    first: dict[int, int] = {}  # what was stepped already, and the bits of what it was before
    for c in candidates:
        bit = bits[c.parameter] | first.get(c.parameter, 0)
        knows = masks.get(c.step, 0) & bit and not residual(nodes, c, masks, bit)
        if knows or chosen(nodes, c, branches, bit) or (by_name and scaled_derivative(nodes, c.step)):
            found.append(c)
            first[c.new] = bit
    found = _without_velocities(nodes, found)
    stepped = {root(nodes, u.old) for u in found}
    return [u for u in found if u.new not in stepped or not nodes[u.new].shape or not _share_of(nodes, u.step, u.parameter)]


def _without_velocities(nodes: Sequence[Node], updates: Sequence[Update]) -> list[Update]:
    """The updates but for those of what is kept from step to step, `v = keep * v + rate * dw`, by which another parameter is stepped.

    Where Nesterov looks ahead, `w - keep * v`, the velocity goes into the loss, and is none the more a parameter.
    """
    kept = {u.new for u in updates if u.kept is not None}
    velocities = {v for u in updates for v in (unsigned(nodes, u.step), u.step) if v in kept and root(nodes, u.old) != v}
    return [u for u in updates if u.new not in velocities]


@dataclass(frozen=True)
class _Named:
    """What is known of the names in a program, found when it is first asked for."""

    nodes: Sequence[Node]

    @cached_property
    def aliases(self) -> Mapping[int, set[str]]:
        """The names that each array goes by: `params['W1']` is handed to a layer, which calls it `self.W`."""
        found: dict[int, set[str]] = {}
        for node in self.nodes:
            if node.op == "alias" and node.name is not None:
                found.setdefault(node.inputs[0], set()).add(plain_name(last(node.name.text)))
        return found

    @cached_property
    def becomes(self) -> Mapping[int, set[str]]:
        """The names that an array goes by when all its entries are set: `new[c] = w[c] - rate * dw`, and then `w = new`."""
        found: dict[int, set[str]] = {}
        for node in self.nodes:
            if node.op == "alias" and node.name is not None and self.nodes[root(self.nodes, node.inputs[0])].op == "store":
                found.setdefault(_whole(self.nodes, node.inputs[0], self), set()).add(node.name.text)
        return found

    @cached_property
    def uses(self) -> Mapping[int, int]:
        """How many values are computed from each, by whatever name it goes there."""
        found: dict[int, int] = {}
        for node in self.nodes:
            if node.op not in (*SAME_PLACE, "count"):
                for i in {root(self.nodes, s) for s in read_by(node)}:
                    found[i] = found.get(i, 0) + 1
        return found

    @cached_property
    def wholes(self) -> dict[int, int]:
        """What `_whole` found."""
        return {}

    @cached_property
    def gathered(self) -> dict[int, bool]:
        """What `_gathers` found."""
        return {}

    @cached_property
    def texts(self) -> frozenset[str]:
        """The last part of every name."""
        return frozenset(last(n.name.text) for n in self.nodes if n.name is not None)


def _adds(nodes: Sequence[Node], new: int) -> bool:
    """Whether a named value is a sum or a difference, or an entry is set to one."""
    node = nodes[new]
    whole = nodes[node.inputs[1]] if node.op == "store" else node
    if whole.op not in ("add", "subtract") or (node.name is None and node.op != "store"):
        return False
    # dc = dh * o + dc_next: what is gathered is a derivative, and no parameter
    return node.name is None or not reads_as_derivative(plain_name(bare(node.name.text)))


def _candidates(nodes: Sequence[Node], new: int, known: _Named) -> Iterator[Update]:
    node = nodes[new]
    whole = nodes[node.inputs[1]] if node.op == "store" else node  # an entry is updated: store(base, entry ± step)
    for slot in (0, 1) if whole.op == "add" else (0,):
        (old, share, kept), step = _decayed(nodes, whole.inputs[slot]), whole.inputs[1 - slot]
        parameter = _undecayed(nodes, _whole(nodes, old, known) if node.op == "store" else root(nodes, old), known)
        base = nodes[parameter]
        if (
            not (base.op == "input" or base.name is not None)
            or STEP_SIZE.match(last_of(node))
            or STEP_SIZE.match(last_of(base))
        ):
            continue  # lr += increment is a schedule
        if nodes[old].shape != whole.shape and (node.op == "store" or not _goes_back(nodes, node, old, parameter, known)):
            continue  # a step of another shape counts only where the name comes back, grown
        if base.dtype == "bool" or parameter == root(nodes, step) or _adds_up(node, known) or _gathers(nodes, old, known):
            continue
        if node.op == "store":
            filled = _whole(nodes, node.inputs[0], known)
            if filled != parameter and (base.name is None or base.name.text not in known.becomes.get(filled, ())):
                continue
        elif not _goes_back(nodes, node, old, parameter, known) and (
            base.op != "input" or nodes[old].op == "index" or not scaled_step(nodes, step, parameter, whole.op)
        ):
            continue  # w[0]*x + w[1] is no update of w, nor is w*x + x one of x
        back = node.op == "store" or _goes_back(nodes, node, old, parameter, known)
        if (nodes[step].op not in ("multiply", "divide") or not back) and made_of_it_alone(nodes, step, parameter):
            continue  # z - max(z), xmu = x - 1/N * sum(x): the value in another form
        yield Update(new, old, step, 1 if whole.op == "add" else -1, parameter, share, kept)


def _decayed(nodes: Sequence[Node], i: int) -> tuple[int, int | None, int | None]:
    """The parameter of `w * (1 - share) - rate * dw` with the share, that of `keep * w - rate * dw` with the factor; the node itself
    where it is no such thing.
    """
    if nodes[i].op == "multiply" and nodes[i].name is None:
        for held, number in (nodes[i].inputs, nodes[i].inputs[::-1]):
            less, name = nodes[number], nodes[root(nodes, held)].name
            if less.shape or name is None:
                continue
            if less.op in ("input", "constant") and not CARRIED.search(last(name.text)):
                return held, None, number
            if nodes[held].shape and less.op == "subtract":
                one, share = (nodes[s] for s in less.inputs)
                if one.op == "constant" and one.attributes["value"] == 1 and share.op in ("multiply", "divide"):
                    return held, less.inputs[1], None
    return i, None, None


def _undecayed(nodes: Sequence[Node], i: int, known: _Named) -> int:
    """A parameter before a line of its own made it a little smaller, for the step alone: `w *= 1 - rate * decay`, `w -= rate *
    decay * w`. What is scaled where it is drawn is used by the layer too.
    """
    while nodes[i].op in ("multiply", "add", "subtract") and nodes[i].name is not None and known.uses.get(i, 0) <= 1:
        name = nodes[i].name
        held = next(
            (r for s in nodes[i].inputs if (n := nodes[r := root(nodes, s)].name) and name
             and (n.text, n.scope) == (name.text, name.scope)), None
        )  # fmt: skip
        if held is None or not _share_of(nodes, i, held):
            return i
        i = held
    return i


def _share_of(nodes: Sequence[Node], i: int, held: int) -> bool:
    """Whether a value is another times a number that no array goes into."""
    if root(nodes, i) == held:
        return True
    node = nodes[i]
    if node.op in ("add", "subtract"):
        return all(_share_of(nodes, s, held) for s in node.inputs)
    if node.op == "negative":
        return _share_of(nodes, node.inputs[0], held)
    if node.op != "multiply":
        return False
    return any(
        _share_of(nodes, s, held) and not nodes[number].shape and not holds_an_array(nodes, number)
        for s, number in (node.inputs, node.inputs[::-1])
    )


def _whole(nodes: Sequence[Node], i: int, known: _Named) -> int:
    """The array that a part belongs to, as it was before other parts of it were set."""
    i = root(nodes, i)
    chain = []
    while nodes[i].op == "store" and i not in known.wholes:
        chain.append(i)
        i = root(nodes, nodes[i].inputs[0])
    found = known.wholes.get(i, i)
    known.wholes.update(dict.fromkeys(chain, found))
    return found


def _adds_up(new: Node, known: _Named) -> bool:
    """Whether what is added to is a derivative itself, `dlogits += …` where there are logits, or a sum by its name."""
    text = bare(new.name.text) if new.name is not None else ""
    if not new.shape and new.op == "add" and SUMMED.match(text):
        return True
    return reads_as_derivative(text) or (text.startswith("d") and text[1:] in known.texts)


def _gathers(nodes: Sequence[Node], old: int, known: _Named) -> bool:
    """Whether the array that an entry belongs to is a derivative by one of its names: `dH[t - 1] += dprev`, `dH = R.copy()`."""
    chain = []
    while old not in known.gathered:
        chain.append(old)
        within = nodes[old].op == "store" or nodes[old].op in SAME_PLACE
        if (within or nodes[old].op != "input") and nodes[old].name is not None and _adds_up(nodes[old], known):
            known.gathered[old] = True
        elif within:
            old = nodes[old].inputs[0]
        else:
            known.gathered[old] = False
    known.gathered.update(dict.fromkeys(chain, known.gathered[old]))
    return known.gathered[old]


def _goes_back(nodes: Sequence[Node], new: Node, old: int, parameter: int, known: _Named) -> bool:
    """Whether the new value takes the old one's name, or `new_name`, `name_new`, `updated_name`."""
    assert new.name is not None
    text = plain_name(last(new.name.text))
    if new.op in ("add", "subtract") and text in known.aliases.get(parameter, ()) and nodes[parameter].op != "alias":
        return True
    for index in (old, parameter):
        name = nodes[index].name
        if name is not None and (
            plain_name(last(name.text)) == text or (new.op == "subtract" and _follows(name.text, new.name.text))
        ):
            return True
    return False


def _follows(old: str, new: str) -> bool:
    """Whether a value is kept in a list next after another: `x.append(x[-1] - rate * df(x[-1]))`."""
    one, other = ITEM.match(old), ITEM.match(new)
    return one is not None and other is not None and one[1] == other[1] and int(other[2]) == int(one[2]) + 1


def plain_name(text: str) -> str:
    """A name without what says that it is new."""
    lowered = text.rsplit(".", maxsplit=1)[-1]
    for prefix in ("new_", "updated_", "next_", "upd_"):
        lowered = lowered.removeprefix(prefix)
    for suffix in ("_new", "_updated", "_next", "_upd"):
        lowered = lowered.removesuffix(suffix)
    return lowered
