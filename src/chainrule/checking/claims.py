"""Finding the derivatives that were written by hand: by how update lines use them first, by their names second."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from chainrule.checking.by_name import by_name, lone_gradients, misshapen, says
from chainrule.checking.by_use import of_update, rate_inside
from chainrule.checking.claim import Claim
from chainrule.checking.quantities import bare_quantity
from chainrule.graph.reach import ancestors
from chainrule.graph.records import Graph, Node
from chainrule.reading.optimizers import carries, gradient_in
from chainrule.reading.rates import Rate
from chainrule.reading.steps import untaken_steps
from chainrule.reading.trace import Trace
from chainrule.reading.updates import Update
from chainrule.reading.views import root


def find_claims(trace: Trace, graph: Graph, loss: int, updates: Sequence[Update], rate: Rate | None) -> list[Claim]:
    """Every hand-written derivative of a pass, in the order of the program."""
    found: dict[int, Claim] = {}
    before = ancestors(graph, [loss])
    for update in updates:
        claim = of_update(graph, update, rate, before)
        if claim is not None and claim.node in found and found[claim.node].wrt != claim.wrt and claim.wrt in before:
            claim = _whole_step(graph, claim, update, rate)  # of two parameters stepped with one gradient, each has its claim
        if claim is not None:
            found.setdefault(claim.node, claim)
    stepped = {
        (root(graph.nodes, c.node), bare_quantity(graph.nodes[c.wrt])): c for c in found.values() if graph.nodes[c.wrt].name
    }
    shaped = _parts_by_their_names(graph.nodes, list(by_name(trace, graph, loss)))
    known = {(root(graph.nodes, c.wrt), c.name.text) for c in (*found.values(), *shaped)}
    stepped_by = {root(graph.nodes, c.wrt) for c in found.values()}
    odd = [
        c
        for c in misshapen(trace, graph, loss)
        if root(graph.nodes, c.wrt) not in stepped_by and (root(graph.nodes, c.wrt), c.name.text) not in known
    ]
    values = {root(graph.nodes, c.node): c for c in found.values()}
    for claim in _whole(graph, iter([*shaped, *odd]), before):
        stepping = values.get(root(graph.nodes, claim.node))
        if stepping is not None and stepping.wrt != claim.wrt and not says(claim.name, bare_quantity(graph.nodes[claim.wrt])):
            continue  # one layer's `dW_curr`: the step says of which layer
        used = found.get(claim.node) or stepped.get((root(graph.nodes, claim.node), bare_quantity(graph.nodes[claim.wrt])))
        found[used.node if used else claim.node] = claim if used is None else _or_by_name(graph, used, claim)
    judged = _wholes(graph, found.values())
    lone = list(lone_gradients(trace, graph, loss))
    found |= {c.node: _or_by_name(graph, found[c.node], c) for c in lone if c.node in found}
    found |= {c.node: c for c in _whole(graph, iter([c for c in lone if root(graph.nodes, c.wrt) not in judged]), before)}
    for update in updates:
        kept = _kept_by_optimizer(graph, update, before)
        if kept is not None and kept.node not in found and kept.wrt not in _wholes(graph, found.values()):
            found[kept.node] = kept
    for node, name, leaf in untaken_steps(trace):
        if leaf in before and leaf not in judged and node not in found:
            found[node] = Claim(node, name, leaf, -1, "name", rate=rate_inside(graph.nodes, node, rate, named=True))
    for node, wrt in trace.handed_over:
        handed = graph.nodes[node].name
        if wrt in before and handed is not None:
            found.setdefault(node, Claim(node, handed, wrt, 1, "name"))
    row = _last_row(graph.nodes, loss)
    if row is not None:
        found = {i: _or_of_row(graph, c, *row) for i, c in found.items()}
    return sorted(found.values(), key=lambda c: c.node)


def _parts_by_their_names(nodes: Sequence[Node], claims: Sequence[Claim]) -> list[Claim]:
    """Beside `dz2`, the derivative for z2, what is called `dz_2` is the second part of some dz, unless it is right as it stands."""
    said = {(root(nodes, c.wrt), c.name.scope): c.name.text for c in claims if says(c.name, bare_quantity(nodes[c.wrt]))}
    return [
        replace(c, part=c.part or said.get((root(nodes, c.wrt), c.name.scope), c.name.text) != c.name.text)
        if not says(c.name, bare_quantity(nodes[c.wrt]))
        else c
        for c in claims
    ]


def _wholes(graph: Graph, claims: Iterable[Claim]) -> set[int]:
    """The values that are judged whole, and not entry by entry."""
    nodes = graph.nodes
    return {whole for c in claims if nodes[whole := root(nodes, c.wrt)].shape == nodes[c.wrt].shape}


def _whole_step(graph: Graph, claim: Claim, update: Update, rate: Rate | None) -> Claim:
    """A claim on all that a line steps by, the learning rate with it."""
    inside = rate_inside(graph.nodes, update.step, rate, named=True)
    return replace(claim, node=update.step, sign=-update.sign, rate=inside)


def _kept_by_optimizer(graph: Graph, update: Update, before: set[int]) -> Claim | None:
    """The gradient that an optimizer's step is made from, where its own name does not say what it is of."""
    if not carries(graph, update.step, before):
        return None
    parameter = root(graph.nodes, update.parameter)
    node = gradient_in(graph, update.step, parameter, before)
    if node is None or parameter not in before:
        return None
    name = graph.nodes[node].name
    assert name is not None
    claim = Claim(node, name, parameter, 1, "name")
    return replace(claim, alternatives=(replace(claim, sign=-1, means="its sign turned for the step"),))


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


def _whole(graph: Graph, claims: Iterator[Claim], before: set[int]) -> Iterator[Claim]:
    """Without the parts: what a line gathers row by row, or lines add up or mask, is judged when it is complete."""
    nodes = graph.nodes
    used = {i for n in nodes for i in n.inputs}
    last: dict[object, Claim] = {}
    for claim in claims:
        source = nodes[claim.node].source
        last[(claim.name.text, claim.name.scope, source.place, claim.wrt) if source else claim.node] = claim
    alike: dict[tuple[str, str], list[Claim]] = {}
    for claim in last.values():
        alike.setdefault((claim.name.text, claim.name.scope), []).append(claim)
    for claim in last.values():
        later = [c for c in alike[claim.name.text, claim.name.scope] if c.node > claim.node]
        if later and claim.node not in used and nodes[claim.node].op == "alias":
            continue  # `dZ = np.array(dA)`, and dZ is set anew before anyone asks for it
        if (
            later
            and nodes[claim.node].op == "alias"
            and root(nodes, claim.node) in before
            and claim.node in nodes[later[0].node].inputs
        ):
            continue  # `dz = p.copy()`, a prediction that the next line makes a derivative of: `dz = dz - y`
        ends = {later[-1].node: later[-1], later[0].node: later[0]} if later else {}  # all rows, or the same layer's next line
        rest = next((found for end in ends.values() if (found := _completion(nodes, end.node, claim))), set[str]())
        if rest <= {"store", "where", "multiply", "divide"}:
            yield replace(claim, part=claim.part or bool(rest))


def _completion(nodes: Sequence[Node], end: int, part: Claim) -> set[str]:
    """The ops by which `end` is `part` and more: sums, stores, masks, factors and scales under the same name; none where it
    is something else.
    """
    found: set[str] = set()
    while end > part.node:
        node = nodes[end]
        scaled = node.op == "divide" and any(not nodes[i].shape for i in node.inputs)
        if node.op not in ("add", "alias", "store", "where", "multiply") and not scaled:
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
