"""Which value plays which part: loss, parameters, inputs, target, learning rate; each with the evidence for it.

The order of evidence: updated; claimed by a derivative; how it meets the parameters; its name. Whatever is inferred here
can be given instead (`of`, `wrt`, `learning_rate`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from chainrule.graph.reach import ancestors, descendants
from chainrule.graph.records import Graph, Name, Node
from chainrule.reading.loss import find_loss, find_name
from chainrule.reading.names import INPUT, PARAMETER, RATE, SETTING, STAYS, TARGET, last_of
from chainrule.reading.optimizers import without_kept
from chainrule.reading.passes import cut_pass, shown_pass
from chainrule.reading.rates import Rate, find_rate
from chainrule.reading.trace import Trace
from chainrule.reading.updates import Update, find_updates, plain_name
from chainrule.reading.views import root


@dataclass(frozen=True)
class Role:
    """A node and the evidence for the part it plays."""

    node: int
    name: Name
    evidence: str


@dataclass(frozen=True)
class Reading:
    """A trace with its parts named, cut down to one pass: `graph` has the same indices as the trace's graph.

    Where it is `rounded`, tiny constants in the loss are taken for 0.
    """

    trace: Trace
    graph: Graph
    values: tuple[Any, ...]
    loss: Role
    parameters: tuple[Role, ...]
    inputs: tuple[Role, ...]
    targets: tuple[Role, ...]
    constants: tuple[Role, ...]
    rate: Rate | None
    updates: tuple[Update, ...]
    start: int
    stop: int
    pass_note: str
    rounded: bool = False

    @property
    def leaves(self) -> dict[int, Any]:
        """The values of the cut graph's inputs."""
        return {i: self.values[i] for i in self.graph.inputs}

    @cached_property
    def before(self) -> frozenset[int]:
        """The nodes that the loss is computed from, itself among them."""
        return frozenset(ancestors(self.graph, [self.loss.node]))

    @cached_property
    def before_the_whole(self) -> frozenset[int]:
        """The nodes that the loss is computed from when all that is added to it later, under its name, is in it."""
        nodes, loss, mine = self.graph.nodes, self.loss.node, self.graph.nodes[self.loss.node].name
        later = [
            i
            for i in range(loss + 1, self.stop)
            if (n := nodes[i].name) and mine and (n.text, n.scope) == (mine.text, mine.scope)
        ]
        made_of = descendants(self.graph, [loss])
        whole = [i for i in later if i in made_of]
        return frozenset(ancestors(self.graph, [loss, *whole]))

    @cached_property
    def has_versions(self) -> bool:
        """Whether the loss's name is given to several values."""
        mine = self.loss.name
        named = (n.name for n in self.graph.nodes if n.name is not None)
        return sum(1 for name in named if (name.text, name.scope) == (mine.text, mine.scope)) > 1

    def role_of(self, node: int) -> str:
        for kind in ("parameters", "inputs", "targets", "constants"):
            if any(r.node == node for r in getattr(self, kind)):
                return kind
        return "constants"


def infer(
    trace: Trace,
    *,
    of: str | None = None,
    wrt: Sequence[str] | None = None,
    learning_rate: float | None = None,
    claimed: Iterable[int] = (),
    loss: int | None = None,
) -> Reading:
    """Name the parts of a trace.

    Args:
        of: the name of the loss, where it is given.
        wrt: the names of the parameters, where they are given.
        learning_rate: its value, where it is given.
        claimed: leaves that a hand-written derivative is with respect to.
        loss: the loss as a node, where the caller has chosen among versions.

    Raises:
        AskError: a given name is not in the program, or there is no scalar that could be a loss.
    """
    start, stop, note = shown_pass(trace)
    all_updates = find_updates(trace.graph.nodes)
    follows = any(p.after for p in trace.passes)
    own = [u for u in all_updates if start <= u.new < stop] if follows else all_updates
    node, evidence = (loss, "chosen") if loss is not None else find_loss(trace, start, stop, of, own)
    chosen = Role(node, _name(trace, node), evidence)
    graph = cut_pass(trace.graph, chosen.node, start if chosen.node >= start else 0, all_updates)
    whole = replace(trace, graph=graph)
    before = ancestors(graph, [chosen.node])
    updates = tuple(u for u in all_updates if start <= u.new < stop) if trace.passes else tuple(all_updates)
    updates = without_kept(graph, updates, before)
    leaves = [i for i in graph.inputs if i in before]
    given = tuple(find_name(trace, text, among=before) for text in wrt or ())
    parameters = _parameters(whole, leaves, updates, given, claimed)
    rate = find_rate(whole, updates, learning_rate, before)
    taken = {p.node for p in parameters}
    rest = [i for i in leaves if i not in taken and (rate is None or i != rate.node)]
    inputs, targets, constants = _data(graph, rest, [p.node for p in parameters], before)
    return Reading(
        trace, graph, trace.values, chosen, parameters, inputs, targets, constants, rate, updates, start, stop, note
    )  # fmt: skip


def _name(trace: Trace, node: int) -> Name:
    return trace.graph.nodes[node].name or Name(f"value_{node}")


# ------------------------------------------------------------------------------------------------ parameters


def _parameters(
    trace: Trace, leaves: Sequence[int], updates: Sequence[Update], given: Sequence[int], claimed: Iterable[int]
) -> tuple[Role, ...]:
    nodes = trace.graph.nodes
    if given:
        return tuple(Role(i, _name(trace, i), "given") for i in given)
    evidence: dict[int, str] = {}
    for update in updates:
        leaf = root(nodes, update.old)
        if nodes[leaf].op != "input":
            leaf = _leaf_of(nodes, leaf)
        new = nodes[update.new]
        evidence.setdefault(leaf, f"updated at {new.source!r}" if new.source else "updated")
    for leaf in claimed:
        evidence.setdefault(leaf, "a derivative with respect to it is written")
    direct = {i for i in leaves if i in evidence}
    family = {plain_name(_family(nodes[i])) for i in direct}
    for i in leaves:
        if i in evidence or nodes[i].dtype == "bool" or nodes[i].name is None:
            continue
        text = last_of(nodes[i])
        alike = not direct or _family(nodes[i]) in family
        if (
            PARAMETER.search(text)
            and not INPUT.search(text)
            and not TARGET.search(text)
            and (nodes[i].shape or not SETTING.search(text))
            and (alike or _reads_as_parameter(text))
        ):
            evidence[i] = "its name" if not direct else "its name, beside the others"
    if not evidence:
        rest = [i for i in leaves if nodes[i].name and nodes[i].dtype == "real" and not _is_data_name(last_of(nodes[i]))]
        moving = [i for i in rest if nodes[i].shape or not STAYS.match(last_of(nodes[i]))]
        evidence = dict.fromkeys(moving or rest, "nothing else says what it is")
    inside = [i for i in leaves if i in evidence]
    return tuple(Role(i, _name(trace, i), evidence[i]) for i in inside)


def _leaf_of(nodes: Sequence[Node], index: int) -> int:
    while nodes[index].op not in ("input", "constant") and len(nodes[index].inputs) == 1:
        index = nodes[index].inputs[0]
    return index


def _family(node: Node) -> str:
    return re.sub(r"[\d_\[\]'\"]+", "", last_of(node)).lower()


def _reads_as_parameter(text: str) -> bool:
    return bool(re.match(r"^(w|b|bias|weight|theta)", text, re.I))


def _is_data_name(text: str) -> bool:
    return bool(TARGET.match(text) or INPUT.match(text) or RATE.match(text))


# ------------------------------------------------------------------------------------------------ data


def _data(
    graph: Graph, leaves: Sequence[int], parameters: Sequence[int], before: set[int]
) -> tuple[tuple[Role, ...], tuple[Role, ...], tuple[Role, ...]]:
    """What is not a parameter: an input meets parameters, a target meets what they made."""
    nodes = graph.nodes
    moved = descendants(graph, parameters)
    users: dict[int, list[int]] = {}
    for i in sorted(before):
        for source in nodes[i].inputs:
            users.setdefault(source, []).append(i)
    inputs: list[Role] = []
    targets: list[Role] = []
    constants: list[Role] = []
    for leaf in leaves:
        name = nodes[leaf].name
        if name is None:
            continue
        meets_parameter, meets_result, differs = _meetings(nodes, users, moved, set(parameters), leaf)
        text = last_of(nodes[leaf])
        if not nodes[leaf].shape and STAYS.match(text) and not TARGET.match(text):
            constants.append(Role(leaf, name, "its name"))
        elif TARGET.match(text) and meets_result:
            targets.append(Role(leaf, name, "it meets what the network made, and its name"))
        elif meets_parameter:
            inputs.append(Role(leaf, name, "it is multiplied by parameters"))
        elif differs and not INPUT.match(text):
            targets.append(Role(leaf, name, "it is compared with a parameter"))
        elif meets_result and (nodes[leaf].shape or TARGET.match(text) or not _scales(nodes, users, leaf)):
            targets.append(Role(leaf, name, "it is compared with what the network made"))
        elif INPUT.match(text):
            inputs.append(Role(leaf, name, "its name"))
        else:
            constants.append(Role(leaf, name, "it is neither"))
    return tuple(inputs), tuple(targets), tuple(constants)


def _meetings(
    nodes: Sequence[Node], users: dict[int, list[int]], moved: set[int], parameters: set[int], leaf: int
) -> tuple[bool, bool, bool]:
    """Whether a leaf meets parameters, what was made from them, and a parameter that it is subtracted from."""
    parameter = result = differs = False
    waiting, seen = [leaf], {leaf}
    while waiting:
        i = waiting.pop()
        for user in users.get(i, ()):
            if user not in moved:
                if user not in seen and nodes[user].op != "count":
                    seen.add(user)
                    waiting.append(user)
                continue
            for other in nodes[user].inputs:
                if other in moved:
                    met = _root_of_moved(nodes, other)
                    difference = met in parameters and nodes[user].op == "subtract"
                    differs |= difference
                    parameter |= met in parameters and not difference
                    result |= met not in parameters
    return parameter, result, differs


def _root_of_moved(nodes: Sequence[Node], i: int) -> int:
    while nodes[i].op in ("index", "reshape", "transpose", "alias", "to_real", "broadcast_to"):
        i = nodes[i].inputs[0]
    return i


def _scales(nodes: Sequence[Node], users: dict[int, list[int]], leaf: int) -> bool:
    return all(nodes[u].op in ("multiply", "divide", "power") for u in users.get(leaf, ()))
