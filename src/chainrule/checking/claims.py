"""Finding the derivatives that were written by hand: by how update lines use them first, by their names second."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from chainrule.checking.layers import Layer, layer_of
from chainrule.graph.differentiate import ancestors
from chainrule.graph.records import Graph, Name, Node
from chainrule.reading.names import (
    DERIVATIVE_FORMS,
    FALSE_FRIENDS,
    RATE,
    bare,
    is_loss_letter,
    last,
    last_of,
    reads_as_derivative,
)
from chainrule.reading.optimizers import carries
from chainrule.reading.rates import Rate, step_factors
from chainrule.reading.run import Trace
from chainrule.reading.updates import SAME_PLACE, Update, plain_name, root

Link: TypeAlias = Literal["update", "name"]
NEAREST = 6
ONE_USE = "in one of its uses, and what is made from it adds them up"


@dataclass(frozen=True)
class Claim:
    """`node` is said to be `sign`·∂of/∂(node `wrt`), times the learning rate where that is inside it (node `rate`).

    `of` is None for the loss; `link` says how that is known.

    `alternatives` are other things it may be meant as; `means` says, of such a one, what follows if it is that. A `part`
    is completed by a later line (a mask, a store): it counts only where it is right as it stands. An alternative with
    `if_used_right` counts only where the derivatives made from it are right.
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


def find_claims(trace: Trace, graph: Graph, loss: int, updates: Sequence[Update], rate: Rate | None) -> list[Claim]:
    """Every hand-written derivative of a pass, in the order of the program."""
    found: dict[int, Claim] = {}
    before = ancestors(graph, [loss])
    for update in updates:
        claim = _of_update(graph, update, rate, before)
        if claim is not None:
            found.setdefault(claim.node, claim)
    stepped = {
        (root(graph.nodes, c.node), _bare_quantity(graph.nodes[c.wrt])): c for c in found.values() if graph.nodes[c.wrt].name
    }
    shaped = list(_by_name(trace, graph, loss))
    known = {root(graph.nodes, c.wrt) for c in (*found.values(), *shaped)}
    odd = (c for c in _misshapen(trace, graph, loss) if root(graph.nodes, c.wrt) not in known)
    for claim in _whole(graph, iter([*shaped, *odd])):
        used = found.get(claim.node) or stepped.get((root(graph.nodes, claim.node), _bare_quantity(graph.nodes[claim.wrt])))
        found[used.node if used else claim.node] = claim if used is None else _or_by_name(graph, used, claim)
    row = _last_row(graph.nodes, loss)
    if row is not None:
        found = {i: _or_of_row(graph, c, *row) for i, c in found.items()}
    return sorted(found.values(), key=lambda c: c.node)


def _last_row(nodes: Sequence[Node], loss: int) -> tuple[int, int] | None:
    """What a loss that adds up last added to itself, and its sign: `loss += row`, `loss -= np.log(p)`."""
    node = nodes[loss]
    if node.op not in ("add", "subtract") or node.name is None:
        return None
    for slot in (0, 1) if node.op == "add" else (0,):
        earlier = nodes[root(nodes, node.inputs[slot])].name
        if earlier is not None and (earlier.text, earlier.scope) == (node.name.text, node.name.scope):
            return node.inputs[1 - slot], -1 if node.op == "subtract" else 1
    return None


def _or_of_row(graph: Graph, claim: Claim, row: int, sign: int) -> Claim:
    """A derivative beside a loss that adds up may be that of the row just added, and of nothing before it."""
    if claim.of is not None or claim.wrt not in ancestors(graph, [row]):
        return claim
    alone = replace(claim, of=row, sign=claim.sign * sign, means="of what this row adds to the loss")
    return replace(claim, alternatives=(*claim.alternatives, alone))


def _whole(graph: Graph, claims: Iterator[Claim]) -> Iterator[Claim]:
    """Without the parts: what a line gathers row by row, or lines add up or mask, is judged when it is complete."""
    nodes = graph.nodes
    last: dict[object, Claim] = {}
    for claim in claims:
        source = nodes[claim.node].source
        last[(claim.name.text, claim.name.scope, source.place, claim.wrt) if source else claim.node] = claim
    alike: dict[tuple[str, str], list[Claim]] = {}
    for claim in last.values():
        alike.setdefault((claim.name.text, claim.name.scope), []).append(claim)
    for claim in last.values():
        later = [c for c in alike[claim.name.text, claim.name.scope] if c.node > claim.node]
        ends = {later[-1].node: later[-1], later[0].node: later[0]} if later else {}  # all rows, or the same layer's next line
        rest = next((found for end in ends.values() if (found := _completion(nodes, end.node, claim))), set[str]())
        if rest <= {"store", "where", "multiply", "divide"}:
            yield replace(claim, part=bool(rest))


def _completion(nodes: Sequence[Node], end: int, part: Claim) -> set[str]:
    """The ops by which `end` is `part` and more: sums, stores, masks and scales under the same name; none where it is
    something else.
    """
    found: set[str] = set()
    while end > part.node:
        node = nodes[end]
        masked = node.op == "multiply" and any(_is_mask(nodes, i) for i in node.inputs)
        scaled = node.op in ("multiply", "divide") and any(not nodes[i].shape for i in node.inputs)
        if node.op not in ("add", "alias", "store", "where") and not masked and not scaled:
            return set()
        found |= {node.op} - {"alias"}
        named = (part.name.text, part.name.scope)
        earlier = [i for i in node.inputs if (n := nodes[i].name) and (n.text, n.scope) == named]
        if not earlier and node.op == "store":
            if root(nodes, node.inputs[0]) == root(nodes, part.node):
                return found
            earlier = [i for i in node.inputs[:1] if nodes[i].op == "store" and nodes[i].name is None]
        if not earlier:
            return set()
        end = earlier[0]
    return found if end == part.node else set()


def _is_mask(nodes: Sequence[Node], i: int) -> bool:
    while nodes[i].op in ("to_real", "to_int", "alias"):
        i = nodes[i].inputs[0]
    return nodes[i].dtype == "bool"


def _or_by_name(graph: Graph, used: Claim, named: Claim) -> Claim:
    """A derivative that an update uses for something else than its name says: then the update may be what is wrong."""
    nodes = graph.nodes
    stepped, meant = root(nodes, used.wrt), root(nodes, named.wrt)
    if used.update is None or (stepped == meant and used.sign == named.sign):
        return used
    old, new = (n.text if (n := nodes[i].name) else "?" for i in (stepped, meant))
    if stepped != meant:
        words = f"it steps {old} with {named.name.text}, which is the derivative for {new}"
    else:
        words = f"it adds the gradient where it should subtract it: the step climbs the loss (write {old} - …)"
    return replace(used, alternatives=(replace(named, node=used.node, update=used.update, means=words),))


# ------------------------------------------------------------------------------------------------ by use


def _of_update(graph: Graph, update: Update, rate: Rate | None, before: set[int]) -> Claim | None:
    nodes = graph.nodes
    parameter = _leaf(nodes, update.parameter)
    if nodes[update.new].op == "store":
        parameter = update.old
    sign = -update.sign
    step, flips = gradient_part(graph, update.step, rate)
    if carries(graph, step, before):
        return None
    name = nodes[step].name or nodes[update.new].name or Name("update")
    inside = _rate_inside(nodes, step, rate)
    if inside is not None and nodes[inside].op == "constant" and nodes[inside].attributes["value"] < 0:
        sign = -sign
    wrt = update.old if nodes[update.new].op == "store" else parameter
    return Claim(step, name, wrt, sign * flips, "update", None, update, rate=inside)


def _rate_inside(nodes: Sequence[Node], step: int, rate: Rate | None) -> int | None:
    """The learning rate as a factor of what is left of the step: `lr * error * x` is (lr·error)·x."""
    if rate is None:
        return None
    for factor in step_factors(nodes, step):
        number, _ = _number(nodes, factor)
        if number is None:
            continue
        held = nodes[number]
        if number == rate.node or (held.op == "constant" and rate.node is None and abs(held.attributes["value"]) == rate.value):
            return number
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
        named = held.name is not None and RATE.match(last(held.name.text))
        value = held.attributes.get("value", 1) if held.op == "constant" else 1
        found = rate is not None and (number == rate.node or (held.op == "constant" and abs(value) == rate.value))
        if found or named or (rate is None and held.op == "constant"):
            return node.inputs[1 - slot], flip * (-1 if isinstance(value, (int, float)) and value < 0 else 1)
    return None


def _number(nodes: Sequence[Node], i: int) -> tuple[int | None, int]:
    sign = 1
    while nodes[i].op in ("negative", "alias", "to_real"):
        sign *= -1 if nodes[i].op == "negative" else 1
        i = nodes[i].inputs[0]
    return (i, sign) if nodes[i].op in ("input", "constant") and not nodes[i].shape else (None, 1)


def _leaf(nodes: Sequence[Node], index: int) -> int:
    index = root(nodes, index)
    while nodes[index].op not in ("input", "constant") and len(nodes[index].inputs) == 1 and nodes[index].name is None:
        index = nodes[index].inputs[0]
    return index


# ------------------------------------------------------------------------------------------------ by name


def _by_name(trace: Trace, graph: Graph, loss: int) -> Iterator[Claim]:
    before = ancestors(graph, [loss])
    nodes = graph.nodes
    quantities = [i for i in sorted(before) if nodes[i].name is not None and i != loss]
    for binding in trace.bindings:
        node = nodes[binding.node]
        if binding.node in before or node.dtype == "bool" or node.op in ("input", "constant") or node.name != binding.name:
            continue
        held = root(nodes, binding.node)
        handed_on = nodes[held].op in ("input", "constant")
        if handed_on and (held not in before or reads_as_derivative(last_of(nodes[held]))):
            continue  # from where nobody looked; but of y = theta * x, `dtheta = x` says something
        layer = layer_of(trace.calls, nodes, binding.node)
        own = quantities if layer is None else [i for i in quantities if i in layer.nodes]
        found = _named(graph, binding.node, binding.name, own, loss, layer)
        yield from (c for c in found if root(nodes, c.wrt) != held)


def _named(
    graph: Graph, node: int, name: Name, quantities: Sequence[int], loss: int, layer: Layer | None = None
) -> Iterator[Claim]:
    nodes = graph.nodes
    text = bare(name.text)
    if FALSE_FRIENDS.match(text):
        return
    for pattern in DERIVATIVE_FORMS:
        match = pattern.match(text)
        if match is None:
            continue
        groups = match.groupdict()
        wrt = layer.arguments.get(groups["wrt"]) if layer is not None else None
        if wrt is None or nodes[wrt].shape != nodes[node].shape:
            wrt = _target(nodes, quantities, groups["wrt"], nodes[node].shape, name.scope, node)
        if wrt is None:
            continue
        of = groups.get("of")
        if of is None or _is_loss(nodes, loss, of):
            wrt, uses = _whole_array(nodes, quantities, wrt)
            others = tuple(Claim(node, name, o, 1, "name") for o in _versions(nodes, quantities, wrt, node))
            others += tuple(Claim(node, name, u, 1, "name", means=ONE_USE, if_used_right=True) for u in uses)
            alone = not _goes_on(nodes, node, name)
            others += tuple(replace(o, if_used_right=alone) for o in _beside(nodes, Claim(node, name, wrt, 1, "name")))
            yield Claim(node, name, wrt, 1, "name", alternatives=others)
            return
        source = _target(nodes, [*quantities, loss], of, None, name.scope, node)
        if source is not None and not nodes[source].shape:
            yield Claim(node, name, wrt, 1, "name", source)
            return


def _whole_array(nodes: Sequence[Node], quantities: Sequence[int], wrt: int) -> tuple[int, list[int]]:
    """A parameter taken from a dictionary at each time step is one array by several names: it, and those names."""
    held = root(nodes, wrt)
    if nodes[wrt].op != "alias" or nodes[held].op != "input" or nodes[held].shape != nodes[wrt].shape:
        return wrt, []
    return held, [i for i in quantities if nodes[i].op == "alias" and root(nodes, i) == held]


def _misshapen(trace: Trace, graph: Graph, loss: int) -> Iterator[Claim]:
    """Names of a leaf's derivative whose value has another shape than the leaf."""
    nodes = graph.nodes
    before = ancestors(graph, [loss])
    leaves = [i for i in sorted(before) if nodes[i].name is not None and nodes[i].op == "input" and nodes[i].dtype == "real"]
    inner = {i for i in before if nodes[i].name is not None and nodes[i].op not in ("input", "constant", "count")}
    for binding in trace.bindings:
        node, text = nodes[binding.node], bare(binding.name.text)
        if binding.node in before or node.dtype != "real" or node.name != binding.name or FALSE_FRIENDS.match(text):
            continue
        groups = next((m.groupdict() for p in DERIVATIVE_FORMS if (m := p.match(text))), None)
        if groups is None or not (groups.get("of") is None or _is_loss(nodes, loss, groups["of"])):
            continue
        named = [i for i in leaves if _exactly(_bare_quantity(nodes[i]), groups["wrt"]) and nodes[i].shape != node.shape]
        if len(named) == 1 and not inner.isdisjoint(ancestors(graph, [binding.node])):
            yield Claim(binding.node, binding.name, named[0], 1, "name")


def _versions(nodes: Sequence[Node], quantities: Sequence[int], wrt: int, before: int) -> list[int]:
    """What else a name may mean: other versions of an intermediate value in the same pass; `p['w']` where `w` stands too."""
    mine = nodes[wrt].name
    if mine is None:
        return []
    return [
        i
        for i in quantities
        if i < before and root(nodes, i) != root(nodes, wrt) and (n := nodes[i].name) and nodes[i].shape == nodes[wrt].shape
        and ((n.text, n.scope) == (mine.text, mine.scope)
             or (nodes[i].op == nodes[wrt].op == "input" and _bare_quantity(nodes[i]) == _bare_quantity(nodes[wrt])))
    ]  # fmt: skip


def _goes_on(nodes: Sequence[Node], node: int, name: Name) -> bool:
    """Whether a value is made from an earlier one of the same name: `dh[h <= 0] = 0`, `dh *= h > 0`."""
    inputs = [i for s in nodes[node].inputs for i in (s, *nodes[s].inputs)]
    return any((n := nodes[i].name) and (n.text, n.scope) == (name.text, name.scope) for i in inputs)


def _beside(nodes: Sequence[Node], claim: Claim) -> Iterator[Claim]:
    """After `dh[h <= 0] = 0`, dh is the derivative for what went into the activation, which may have no name."""
    meant = nodes[claim.wrt]
    while meant.op in SAME_PLACE and nodes[meant.inputs[0]].op not in ("input", "constant"):
        meant = nodes[meant.inputs[0]]
    if meant.op in ("input", "constant") or nodes[claim.wrt].name is None:
        return
    waiting, seen = list(meant.inputs), set[int]()
    while waiting and len(seen) < NEAREST:
        i = waiting.pop(0)
        if i in seen or nodes[i].op in ("input", "constant") or nodes[i].dtype != "real":
            continue
        seen.add(i)
        if nodes[i].shape == meant.shape:
            words = f"not for {nodes[claim.wrt].name.text} itself, but for what it is made from"  # type: ignore[union-attr]
            yield replace(claim, wrt=i, means=words)
        waiting += nodes[i].inputs


def typed_claims(trace: Trace, graph: Graph, loss: int) -> list[Claim]:
    """Derivatives of the loss by their names that are numbers typed in (`deriv_L_w5 = 1.5`), bound once and used as such."""
    nodes = graph.nodes
    before = ancestors(graph, [loss])
    quantities = [i for i in sorted(before) if nodes[i].name is not None and i != loss]
    times = Counter((b.name.text, b.name.scope) for b in trace.bindings)
    found: list[Claim] = []
    for binding in trace.bindings:
        node, name = nodes[binding.node], binding.name
        if node.op != "input" or binding.node in before or node.shape or times[name.text, name.scope] > 1:
            continue
        if not any((m := p.match(bare(name.text))) and "of" in m.groupdict() for p in DERIVATIVE_FORMS):
            continue
        if node.name == name and node.dtype in ("int", "real") and np.any(trace.values[binding.node]):
            found += [replace(c, alternatives=()) for c in _named(graph, binding.node, name, quantities, loss) if c.of is None]
    return found


def _is_loss(nodes: Sequence[Node], loss: int, text: str) -> bool:
    name = nodes[loss].name
    return name is not None and is_loss_letter(text, name.text)


def _target(
    nodes: Sequence[Node], quantities: Sequence[int], text: str, shape: tuple[int, ...] | None, scope: str, before: int
) -> int | None:
    """The named value that a derivative's name speaks of: same text (drifting names such as b3 for bias3 too)."""
    earlier = [i for i in quantities if i < before]
    fitting = [i for i in earlier if shape is None or nodes[i].shape == shape]
    nearly = [i for i in earlier if shape and _without_ones(nodes[i].shape) == _without_ones(shape)]
    for same, among in ((_exactly, fitting), (_loosely, fitting), (_drifting, fitting), (_exactly, nearly)):
        hits = [i for i in among if same(_bare_quantity(nodes[i]), text)]
        own = [i for i in hits if nodes[i].name is not None and nodes[i].name.scope == scope]  # type: ignore[union-attr]
        if len({_bare_quantity(nodes[i]) for i in hits}) == 1 or own:
            return (own or hits)[-1]
    return None


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(n for n in shape if n != 1)


def _bare_quantity(node: Node) -> str:
    return plain_name(last(node.name.text)) if node.name is not None else ""


def _exactly(name: str, text: str) -> bool:
    return name == text


def _loosely(name: str, text: str) -> bool:
    return name.lower().replace("_", "") == text.lower().replace("_", "")


def _drifting(name: str, text: str) -> bool:
    short = re.sub(r"^(bias|weights?)_?", lambda m: m[0][0], name.lower())
    return short == text.lower() and short != name.lower()
