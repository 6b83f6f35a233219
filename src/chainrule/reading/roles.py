"""Which value plays which part: loss, parameters, inputs, target, learning rate; each with the evidence for it.

The order of evidence: updated; claimed by a derivative; how it meets the parameters; its name. Whatever is inferred here
can be given instead (`of`, `wrt`, `learning_rate`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from chainrule.errors import AskError
from chainrule.graph.differentiate import ancestors, descendants
from chainrule.graph.records import Graph, Name, Node
from chainrule.reading.names import (
    INPUT,
    LOSS,
    PARAMETER,
    RATE,
    STAYS,
    STRONG_LOSS,
    TARGET,
    last,
    reads_as_derivative,
    reads_as_loss,
)
from chainrule.reading.run import Trace
from chainrule.reading.updates import Update, find_updates, plain_name, root

COMPUTES = "what it computes"
LAST_NUMBER = "nothing but that it is the last number that the parameters reach"
SQUARES = ("multiply", "matmul", "einsum")
NO_LOSS = ("input", "constant", "count", "to_int", "argmax", "argmin", "floor", "floor_divide", "remainder")
LINEAR = ("add", "subtract", "negative", "sum", "mean", "alias", "index", "reshape", "to_real", "where", "maximum", "sqrt")


@dataclass(frozen=True)
class Role:
    """A node and the evidence for the part it plays."""

    node: int
    name: Name
    evidence: str


@dataclass(frozen=True)
class Rate:
    """The learning rate: its value, and the leaf that holds it where it has a name."""

    value: float
    node: int | None
    evidence: str


@dataclass(frozen=True)
class Reading:
    """A trace with its parts named, cut down to one pass: `graph` has the same indices as the trace's graph."""

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

    @property
    def leaves(self) -> dict[int, Any]:
        """The values of the cut graph's inputs."""
        return {i: self.values[i] for i in self.graph.inputs}

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
    chosen = Role(loss, _name(trace, loss), "chosen") if loss is not None else find_loss(trace, start, stop, of, all_updates)
    graph = cut_pass(trace.graph, chosen.node, start if chosen.node >= start else 0, all_updates)
    whole = replace(trace, graph=graph)
    before = ancestors(graph, [chosen.node])
    updates = tuple(u for u in all_updates if start <= u.new < stop) if trace.passes else tuple(all_updates)
    leaves = [i for i in graph.inputs if i in before]
    parameters = _parameters(whole, leaves, updates, wrt, claimed)
    rate = _rate(whole, updates, learning_rate, {p.node for p in parameters})
    taken = {p.node for p in parameters}
    rest = [i for i in leaves if i not in taken and (rate is None or i != rate.node)]
    inputs, targets, constants = _data(graph, rest, [p.node for p in parameters], before)
    return Reading(
        trace, graph, trace.values, chosen, parameters, inputs, targets, constants, rate, updates, start, stop, note
    )  # fmt: skip


def shown_pass(trace: Trace) -> tuple[int, int, str]:
    """The nodes of the pass that is explained, and what to say of it."""
    if not trace.passes:
        return 0, len(trace.graph.nodes), ""
    deepest = max(p.depth for p in trace.passes)
    chosen = [p for p in trace.passes if p.depth == deepest][-1]
    where = f"cell {chosen.cell}, line {chosen.line}" if chosen.cell is not None else f"line {chosen.line}"
    return chosen.start, chosen.stop, f"iteration {chosen.iteration} of the training loop at {where}"


def cut_pass(graph: Graph, loss: int, start: int, updates: Sequence[Update]) -> Graph:
    """The graph in which values live when the pass began, and parameters already updated, are leaves."""
    before = ancestors(graph, [loss])
    cut = {u.new for u in updates if u.new in before}
    if start:
        counts = _counts(graph, start)
        for i in range(start, len(graph.nodes)):
            for source in graph.nodes[i].inputs:
                old = graph.nodes[source]
                if source < start and old.name is not None and old.op not in ("input", "constant") and source not in counts:
                    cut.add(source)
    nodes = tuple(_leaf(n) if i in cut else n for i, n in enumerate(graph.nodes))
    inputs = tuple(i for i, n in enumerate(nodes) if n.op == "input")
    return Graph(nodes, inputs, graph.outputs, graph.title)


def _leaf(node: Node) -> Node:
    return Node("input", (), {}, node.shape, node.dtype, node.name, node.source)


def _counts(graph: Graph, stop: int) -> set[int]:
    """Nodes that only count: sizes of arrays and what is computed from them."""
    found: set[int] = set()
    for i in range(stop):
        node = graph.nodes[i]
        if node.op == "count" or (node.inputs and all(s in found or graph.nodes[s].op == "constant" for s in node.inputs)):
            found.add(i)
    return found


# ------------------------------------------------------------------------------------------------ the loss


def find_loss(trace: Trace, start: int, stop: int, of: str | None, updates: Sequence[Update]) -> Role:
    """The scalar that the program makes small, and why it is thought to be."""
    nodes = trace.graph.nodes
    if of is not None:
        return _named_loss(trace, of, start, stop)
    candidates = loss_candidates(trace, start, stop, updates) or loss_candidates(trace, 0, len(nodes), updates)
    if not candidates:
        names = sorted({b.name.text for b in trace.bindings})
        some = ", ".join(names[:8]) or "none"
        before = f" The program stopped early: {trace.notices[0]}" if trace.raised and trace.notices else ""
        raise AskError(
            f"{trace.program.path}: no loss was found: no named number depends on the parameters. "
            f"Name it with --of NAME (the program names: {some}{', …' if len(names) > 8 else ''}).{before}"
        )
    measures = error_measures(nodes)
    best = max(candidates, key=lambda i: _loss_score(nodes, measures, i))
    _one_of_several(trace, candidates, best)
    versions = [i for i in candidates if _same_name(nodes, i, best)]
    node = min(versions) if not trace.passes else best
    while nodes[node].op == "alias" and nodes[nodes[node].inputs[0]].name is not None:
        node = nodes[node].inputs[0]  # err_old = err: the value's own name
    name = _name(trace, node)
    strength = _loss_score(nodes, measures, best)[0]
    why = LAST_NUMBER if strength == 0 else COMPUTES if strength == 1 else "its name"
    return Role(node, name, why)


def _one_of_several(trace: Trace, candidates: Sequence[int], best: int) -> None:
    """A loss that is one entry of a list, beside others that could as well be: which, cannot be known."""
    nodes = trace.graph.nodes
    mine = _name(trace, best).text
    family = mine.partition("[")[0]
    alike = {n.text for i in candidates if (n := nodes[i].name) and n.text.startswith(f"{family}[")}
    if "[" in mine and len(alike) > 1:
        raise AskError(
            f"{trace.program.path}: several numbers could be the loss: {', '.join(sorted(alike)[:6])}. Name one with --of, "
            "or give their sum a name in the program."
        )


def loss_candidates(trace: Trace, start: int, stop: int, updates: Sequence[Update]) -> list[int]:
    """Named scalars that depend on a leaf without crossing an update, by the order of the program."""
    nodes = trace.graph.nodes
    news = {u.new for u in updates}
    steps = set(ancestors(trace.graph, [u.step for u in updates], frozenset(news))) if updates else set()
    stepped = {root(nodes, u.old) for u in updates}
    found: list[int] = []
    reach = descendants(trace.graph, stepped, news) if stepped else None
    for i in range(start, min(stop, len(nodes))):
        node = nodes[i]
        if node.name is None or node.dtype == "bool" or _size(node) != 1 or i in news or node.op in NO_LOSS:
            continue
        if reads_as_derivative(node.name.text):
            continue
        if reach is not None and i not in reach:
            continue
        if i in steps and not reads_as_loss(node.name.text) and not _squares(nodes, i):
            continue
        found.append(i)
    return found


def _squares(nodes: Sequence[Node], i: int) -> bool:
    return nodes[i].op in ("power", "sum", "mean", "negative", "divide", "multiply")


def _loss_score(nodes: Sequence[Node], measures: Sequence[int], i: int) -> tuple[int, int, int, int]:
    """How strong the evidence is: 3 a telling name, 2 a name that may mean a loss, 1 what it computes, 0 none."""
    name = nodes[i].name
    assert name is not None
    text = last(name.text)
    strength = 3 if STRONG_LOSS.search(text) else (2 if LOSS.search(text) and measures[i] == 2 else 1) if measures[i] else 0
    return (strength, "[" not in text, bool(re.search(r"total", text, re.I)), i)


def error_measures(nodes: Sequence[Node]) -> list[int]:
    """For each node, how much it is made as losses are: 2 of squares or logarithms, summed and scaled; 1 of sizes; 0 else."""
    found: list[int] = []
    for node in nodes:
        own = 0
        if node.op in ("log", "log1p") or (node.op in SQUARES and len({*node.inputs}) == 1):
            own = 2
        elif node.op == "power":
            exponent = nodes[node.inputs[1]].attributes.get("value", 0)
            own = 2 if np.ndim(exponent) == 0 and exponent in (2, 4) else 0
        elif node.op == "absolute":
            own = 1
        elif node.op in LINEAR:
            own = max((found[s] for s in node.inputs), default=0)
        elif node.op in ("multiply", "divide") and any(_is_given(nodes, s) for s in node.inputs):
            own = max((found[s] for s in node.inputs if not _is_given(nodes, s)), default=0)
        found.append(own)
    return found


def _is_given(nodes: Sequence[Node], i: int) -> bool:
    """A number, a value of the data, or what is computed from such in a step or two: 1 − y, N, ½."""
    for _ in range(4):
        node = nodes[i]
        if node.op in ("constant", "input", "count"):
            return True
        rest = [s for s in node.inputs if nodes[s].op not in ("constant", "count")]
        if len(rest) != 1 or node.op == "call":
            return not rest and bool(node.inputs)
        i = rest[0]
    return False


def _same_name(nodes: Sequence[Node], i: int, j: int) -> bool:
    a, b = nodes[i].name, nodes[j].name
    return a is not None and b is not None and (a.text, a.scope) == (b.text, b.scope)


def _named_loss(trace: Trace, of: str, start: int, stop: int) -> Role:
    node = find_name(trace, of, start, stop)
    if _size(trace.graph.nodes[node]) != 1:
        raise AskError(f"`{of}` has shape {trace.graph.nodes[node].shape}; a derivative is taken of one number.")
    return Role(node, _name(trace, node), "given")


def find_name(trace: Trace, text: str, start: int = 0, stop: int | None = None) -> int:
    """The node a name holds (its last version in the pass; `name#2` asks for the second).

    Raises:
        AskError: the program has no such name; the message holds near ones.
    """
    stop = len(trace.graph.nodes) if stop is None else stop
    wanted, _, version = text.partition("#")
    matching = [
        b for b in trace.bindings
        if wanted in (b.name.text, f"{b.name.scope}.{b.name.text}") and (not version or str(b.name.version) == version)
    ]  # fmt: skip
    inside = [b for b in matching if start <= b.node < stop] or [b for b in matching if b.node < stop] or matching
    if inside:
        return inside[-1].node
    names = list(dict.fromkeys(b.name.text for b in trace.bindings))
    close = difflib.get_close_matches(wanted, names, 3)
    hint = f"Did you mean {', '.join(close)}?" if close else f"It names: {', '.join(names[:12])}."
    raise AskError(f"the program has no value named `{text}`. {hint}")


def _name(trace: Trace, node: int) -> Name:
    return trace.graph.nodes[node].name or Name(f"value_{node}")


def _size(node: Node) -> int:
    size = 1
    for n in node.shape:
        size *= n
    return size


# ------------------------------------------------------------------------------------------------ parameters


def _parameters(
    trace: Trace, leaves: Sequence[int], updates: Sequence[Update], wrt: Sequence[str] | None, claimed: Iterable[int]
) -> tuple[Role, ...]:
    nodes = trace.graph.nodes
    if wrt:
        return tuple(Role(n, _name(trace, n), "given") for n in (find_name(trace, text) for text in wrt))
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
        text = _last(nodes[i])
        alike = not direct or _family(nodes[i]) in family
        if (
            PARAMETER.search(text)
            and not INPUT.search(text)
            and not TARGET.search(text)
            and (alike or _reads_as_parameter(text))
        ):
            evidence[i] = "its name" if not direct else "its name, beside the others"
    if not evidence:
        for i in leaves:
            if nodes[i].name is not None and nodes[i].dtype == "real" and not _is_data_name(_last(nodes[i])):
                evidence[i] = "nothing else says what it is"
    inside = [i for i in leaves if i in evidence]
    return tuple(Role(i, _name(trace, i), evidence[i]) for i in inside)


def _leaf_of(nodes: Sequence[Node], index: int) -> int:
    while nodes[index].op not in ("input", "constant") and len(nodes[index].inputs) == 1:
        index = nodes[index].inputs[0]
    return index


def _last(node: Node) -> str:
    return last(node.name.text) if node.name else ""


def _family(node: Node) -> str:
    return re.sub(r"[\d_\[\]'\"]+", "", _last(node)).lower()


def _reads_as_parameter(text: str) -> bool:
    return bool(re.match(r"^(w|b|bias|weight|theta)", text, re.I))


def _is_data_name(text: str) -> bool:
    return bool(TARGET.match(text) or INPUT.match(text) or RATE.match(text))


# ------------------------------------------------------------------------------------------------ learning rate and data


def _rate(trace: Trace, updates: Sequence[Update], given: float | None, parameters: set[int]) -> Rate | None:
    if given is not None:
        return Rate(given, None, "given")
    nodes = trace.graph.nodes
    votes: dict[int, int] = {}
    same: dict[object, int] = {}
    for update in updates:
        for factor in step_factors(nodes, update.step):
            if factor not in parameters and _root_number(nodes, factor) is not None:
                first = same.setdefault(_written_number(nodes, factor), factor)  # 0.01 in one line is 0.01 in the next
                votes[first] = votes.get(first, 0) + (3 if RATE.match(_last(nodes[_named_root(nodes, factor)])) else 1)
    if not votes:
        for i in trace.graph.inputs:
            if RATE.match(_last(nodes[i])) and not nodes[i].shape:
                return Rate(float(trace.values[i]), i, "its name")
        return None
    best = max(votes, key=lambda i: (votes[i], -i))
    value = abs(float(trace.values[best]))
    leaf = _named_root(nodes, best)
    held = nodes[leaf].op == "input"
    why = f"it scales {'every update' if votes[best] >= len(updates) else 'the updates'}"
    return Rate(value, leaf if held else None, why)


def _written_number(nodes: Sequence[Node], i: int) -> object:
    """What tells numbers apart: the value of one written down, the place of a named one."""
    at = _named_root(nodes, i)
    return ("written", nodes[at].attributes["value"]) if nodes[at].op == "constant" else at


def step_factors(nodes: Sequence[Node], step: int) -> list[int]:
    """The scalar factors of an update's step, outermost first."""
    found: list[int] = []
    waiting = [step]
    while waiting:
        i = waiting.pop()
        node = nodes[i]
        if node.name is not None and reads_as_derivative(node.name.text):
            continue
        if node.op == "multiply":
            for source in node.inputs:
                if not nodes[source].shape and _root_number(nodes, source) is not None:
                    found.append(source)
                else:
                    waiting.append(source)
        elif node.op in ("negative", "alias") or node.op == "divide":
            waiting.append(node.inputs[0])
    return found


def _root_number(nodes: Sequence[Node], i: int) -> int | None:
    """The leaf or constant that a scalar is, sign and name aside; None where it is computed."""
    while nodes[i].op in ("negative", "alias", "to_real"):
        i = nodes[i].inputs[0]
    return i if nodes[i].op in ("input", "constant") and not nodes[i].shape else None


def _named_root(nodes: Sequence[Node], i: int) -> int:
    found = _root_number(nodes, i)
    return i if found is None else found


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
        meets_parameter, meets_result = _meetings(nodes, users, moved, set(parameters), leaf)
        text = _last(nodes[leaf])
        if not nodes[leaf].shape and STAYS.match(text) and not TARGET.match(text):
            constants.append(Role(leaf, name, "its name"))
        elif TARGET.match(text) and meets_result:
            targets.append(Role(leaf, name, "it meets what the network made, and its name"))
        elif meets_parameter:
            inputs.append(Role(leaf, name, "it is multiplied by parameters"))
        elif meets_result and (nodes[leaf].shape or TARGET.match(text) or not _scales(nodes, users, leaf)):
            targets.append(Role(leaf, name, "it is compared with what the network made"))
        elif INPUT.match(text):
            inputs.append(Role(leaf, name, "its name"))
        else:
            constants.append(Role(leaf, name, "it is neither"))
    return tuple(inputs), tuple(targets), tuple(constants)


def _meetings(
    nodes: Sequence[Node], users: dict[int, list[int]], moved: set[int], parameters: set[int], leaf: int
) -> tuple[bool, bool]:
    parameter = result = False
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
                    parameter |= met in parameters
                    result |= met not in parameters
    return parameter, result


def _root_of_moved(nodes: Sequence[Node], i: int) -> int:
    while nodes[i].op in ("index", "reshape", "transpose", "alias", "to_real", "broadcast_to"):
        i = nodes[i].inputs[0]
    return i


def _scales(nodes: Sequence[Node], users: dict[int, list[int]], leaf: int) -> bool:
    return all(nodes[u].op in ("multiply", "divide", "power") for u in users.get(leaf, ()))
