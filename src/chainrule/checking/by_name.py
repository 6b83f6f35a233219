"""Claims by name: `dW1`, `grad_x`, `deriv_L_b3`, and what such a name may be meant for besides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace

import numpy as np

from chainrule.checking.claim import Claim, unclipped
from chainrule.checking.layers import arguments_of, layer_of, nested
from chainrule.checking.quantities import Quantities, bare_quantity, exactly, plain_quantity, quantities_of, without_ones
from chainrule.graph.reach import ancestors
from chainrule.graph.records import Graph, Name, Node, Shape
from chainrule.reading.measures import error_measures
from chainrule.reading.names import (
    DERIVATIVE_FORMS,
    FALSE_FRIENDS,
    LONE,
    NUMERICAL,
    TARGET,
    bare,
    is_loss_letter,
    last,
    last_of,
    reads_as_derivative,
)
from chainrule.reading.optimizers import carries
from chainrule.reading.trace import Trace
from chainrule.reading.views import SAME_PLACE, root

NEAREST = 6
NOT_FOR = "not for"
ONE_USE = "in one of its uses, and what is made from it adds them up"
OWN_USE = "in the step of its own layer, of which there are several"
PART = "a part of it, to which a later line adds the rest"
NEAREST_SUMS = 3
MOST_STEPS = 8  # of the last, and as many of those that a value is made of


def by_name(trace: Trace, graph: Graph, loss: int) -> Iterator[Claim]:
    before = ancestors(graph, [loss])
    nodes = graph.nodes
    quantities = quantities_of(nodes, before - {loss}, trace.calls)
    sums = _sums(nodes, before)
    calls = nested(trace.calls)
    written_down = _made_of_constants(trace)
    for binding in trace.bindings:
        node = nodes[binding.node]
        if binding.node in before or node.dtype == "bool" or node.op in ("input", "constant") or node.name != binding.name:
            continue
        if _set_back(nodes, binding.node) or binding.node in written_down:
            continue
        held = root(nodes, binding.node)
        handed_on = nodes[held].op in ("input", "constant")
        if handed_on and (held not in before or reads_as_derivative(last_of(nodes[held]))):
            continue  # from where nobody looked; but of y = theta * x, `dtheta = x` says something
        if nodes[unclipped(nodes, binding.node)].name is not None and unclipped(nodes, binding.node) != binding.node:
            continue  # judged before it was clipped
        layer = layer_of(calls, nodes, binding.node)
        own = quantities if layer is None else quantities.within(layer.nodes)
        turned = node.op in ("transpose", "reshape") and last_of(nodes[node.inputs[0]]) == last(
            binding.name.text
        )  # dout = dout.T
        given = arguments_of(calls, nodes, binding.node) if layer is None else layer.arguments
        given = {k: i for k, i in given.items() if i in before}
        for claim in _named(graph, binding.node, binding.name, own, loss, given, in_layer=layer is not None):
            if root(nodes, claim.wrt) != held and not carries(graph, claim.node, before):
                wholes = tuple(replace(claim, node=i, means=PART, alternatives=()) for i in _added_up(nodes, sums, claim.node))
                yield replace(claim, part=turned, alternatives=(*claim.alternatives, *wholes))


def _made_of_constants(trace: Trace) -> set[int]:
    """The values that nothing of the program goes into, as zeros with a 1 for each label: no derivative yet."""
    found: set[int] = set()
    for i, node in enumerate(trace.graph.nodes):
        begun = node.op == "input" and reads_as_derivative(last_of(node)) and not np.any(trace.values[i])
        if node.op == "constant" or begun or (node.inputs and found.issuperset(node.inputs)):
            found.add(i)
    return found


def _set_back(nodes: Sequence[Node], i: int) -> bool:
    """Whether an array was set to one number throughout: `dW[:] = 0`, `dW *= 0`, before the next rows are added up in it; in a
    list, `dW[i] *= 0` of what was called `dW[-1]`.
    """
    node = nodes[i]
    if node.op == "multiply" and any(map(_is_zero, (nodes[s] for s in node.inputs))):
        whole = node.name.text.partition("[")[0] if node.name is not None else ""
        return any((n := nodes[s].name) is not None and n.text.partition("[")[0] == whole for s in node.inputs)
    return (
        node.op == "store"
        and nodes[node.inputs[1]].op == "constant"
        and repr(node.attributes["key"]) in ("slice(None, None, None)", "Ellipsis")
    )


def _is_zero(node: Node) -> bool:
    return node.op == "constant" and not node.shape and node.attributes["value"] == 0


def _sums(nodes: Sequence[Node], before: Set[int]) -> Mapping[int, Sequence[int]]:
    """For each value that no loss is made of, the sums of its shape that it goes into, and its other names."""
    found: dict[int, list[int]] = {}
    for i, node in enumerate(nodes):
        if i not in before and node.op in ("add", "alias", "reshape"):
            for source in node.inputs:
                if without_ones(nodes[source].shape) == without_ones(node.shape):
                    found.setdefault(source, []).append(i)
    return found


def _added_up(nodes: Sequence[Node], sums: Mapping[int, Sequence[int]], node: int) -> list[int]:
    """The sums that a value is a term of: the nearest, and the last of all."""
    waiting, found = list(sums.get(node, ())), dict[int, None]()
    while waiting:
        i = waiting.pop(0)
        if i not in found:
            found[i] = None
            waiting += sums.get(i, ())
    added = [i for i in found if nodes[i].op == "add"]
    return [*added[:NEAREST_SUMS], *added[NEAREST_SUMS:][-1:]]


def _named(
    graph: Graph, node: int, name: Name, quantities: Quantities, loss: int, given: Mapping[str, int], *, in_layer: bool
) -> Iterator[Claim]:
    nodes = graph.nodes
    text, _, place = bare(name.text).partition("[")  # of `dw[1]`, the derivative for w[1]
    if FALSE_FRIENDS.match(text) and not quantities.called(text[1:], node):
        return  # where there is an f, of a forget gate, `df` is its derivative
    for pattern in DERIVATIVE_FORMS:
        match = pattern.match(text)
        if match is None:
            continue
        groups = match.groupdict()
        if place:
            groups["wrt"] += f"[{place}"
        wrt = given.get(groups["wrt"])
        precisely = wrt is not None and nodes[wrt].shape == nodes[node].shape  # what its own function was given by that name
        if not precisely:
            wrt = quantities.meant_by(groups["wrt"], nodes[node].shape, name.scope, node)
        arguments = quantities.given_as(groups["wrt"], nodes[node].shape, node) if wrt is None else []
        if arguments:
            wrt = arguments[-1]
        if wrt is None:
            continue
        of = groups.get("of")
        between = of is not None and any(nodes[i].op not in ("input", "constant") for i in quantities.called(of, node))
        if of is None or (_is_loss(nodes, loss, of) and not between):  # of loss = error**2, an error is no other name
            wrt, uses = _whole_array(nodes, quantities, wrt)
            versions = [*arguments[:-1], *_versions(nodes, quantities, wrt, node, groups["wrt"] if in_layer else "")]
            if precisely and not in_layer:
                versions = []
            if _scope(nodes, wrt) == name.scope:  # what another function calls so inside is another thing
                versions = [i for i in versions if _scope(nodes, i) in ("", name.scope)]
            if place and nodes[node].shape:
                versions += _entries_beside(nodes, quantities, wrt, node)
            others = tuple(Claim(node, name, o, 1, "name") for o in versions)
            means = OWN_USE if in_layer else ONE_USE
            others += tuple(Claim(node, name, u, 1, "name", means=means, if_used_right=not in_layer) for u in uses)
            alone = not _goes_on(nodes, node, name)
            made_of = ancestors(graph, [node]) if len(versions) > MOST_STEPS else set[int]()
            near = [i for i in versions[:-MOST_STEPS] if i in made_of][:MOST_STEPS]
            for meant in (wrt, *near, *versions[-MOST_STEPS:]):  # each time step has its own
                beside = _beside(nodes, Claim(node, name, meant, 1, "name"))
                others += tuple(replace(o, if_used_right=alone) for o in beside)
            yield Claim(node, name, wrt, 1, "name", alternatives=others)
            return
        source = quantities.meant_by(of, None, name.scope, node)
        if source is None and exactly(bare_quantity(nodes[loss]), of):
            source = loss
        if source is not None and not nodes[source].shape:
            inside = ancestors(graph, [source])  # of two losses, each has an output of its own
            own = [i for i in (*quantities.given_as(groups["wrt"], nodes[node].shape, node), wrt) if i in inside]
            yield Claim(node, name, own[-1] if own else wrt, 1, "name", source)
            return


def _scope(nodes: Sequence[Node], i: int) -> str | None:
    name = nodes[i].name
    return None if name is None else name.scope


def lone_gradients(trace: Trace, graph: Graph, loss: int) -> Iterator[Claim]:
    """`grad`, which does not say for what: where the loss has one leaf of that shape, and nothing else but what is made
    from that leaf alone, it is plain. What measures an error itself is a difference quotient.
    """
    nodes = graph.nodes
    before = ancestors(graph, [loss])
    shaped: dict[Shape, set[int]] = {}
    for i in before:
        if nodes[i].dtype == "real" and nodes[i].name is not None and i != loss:
            shaped.setdefault(nodes[i].shape, set()).add(root(nodes, i))
    targets = {i for i in before if nodes[i].op == "input" and TARGET.match(last_of(nodes[i]))}  # nobody differentiates by
    measures: Sequence[int] | None = None
    for binding in trace.bindings:
        node, name = nodes[binding.node], binding.name
        if not LONE.match(last(name.text)) or NUMERICAL.search(name.scope) or node.name != name or node.dtype != "real":
            continue
        if binding.node in before or node.op in ("input", "constant", "alias"):
            continue
        alike = shaped.get(node.shape, set())
        leaves = [i for i in alike if nodes[i].op == "input" and i not in targets]
        if (
            len(leaves) != 1
            or nodes[leaves[0]].shape != node.shape
            or any(_leaves(graph, i) - targets != set(leaves) for i in alike - targets)
        ):
            continue
        made_with = ancestors(graph, [binding.node])
        measures = measures or error_measures(nodes)
        if not any(measures[i] and not nodes[i].shape for i in made_with) and leaves[0] in made_with:
            yield Claim(binding.node, name, leaves[0], 1, "name")


def _leaves(graph: Graph, i: int) -> set[int]:
    return {k for k in ancestors(graph, [i]) if graph.nodes[k].op == "input"}


def _whole_array(nodes: Sequence[Node], quantities: Quantities, wrt: int) -> tuple[int, list[int]]:
    """A parameter taken from a dictionary at each time step is one array by several names: it, and those names."""
    held = root(nodes, wrt)
    if nodes[wrt].op != "alias" or nodes[held].op != "input" or nodes[held].shape != nodes[wrt].shape:
        return wrt, []
    return held, quantities.other_names_of(held)


def misshapen(trace: Trace, graph: Graph, loss: int) -> Iterator[Claim]:
    """Names of a leaf's derivative whose value has another shape than the leaf."""
    nodes = graph.nodes
    before = ancestors(graph, [loss])
    leaves = quantities_of(nodes, {i for i in before if nodes[i].op == "input" and nodes[i].dtype == "real"})
    for binding in trace.bindings:
        node, text = nodes[binding.node], bare(binding.name.text)
        if binding.node in before or node.dtype != "real" or node.name != binding.name or FALSE_FRIENDS.match(text):
            continue
        groups = next((m.groupdict() for p in DERIVATIVE_FORMS if (m := p.match(text))), None)
        if groups is None or not (groups.get("of") is None or _is_loss(nodes, loss, groups["of"])):
            continue
        named = [i for i in leaves.called(groups["wrt"], len(nodes)) if nodes[i].shape != node.shape]
        used = ancestors(graph, [binding.node]) & before if len(named) == 1 else set[int]()
        if any(nodes[i].name is not None and nodes[i].op not in ("constant", "count") for i in used - {*named}):
            yield Claim(binding.node, binding.name, named[0], 1, "name")


def _versions(nodes: Sequence[Node], quantities: Quantities, wrt: int, before: int, text: str) -> list[int]:
    """What else a name may mean: other versions of an intermediate value in the same pass, or of a layer's argument, whose
    name is `text` there; `p['w']` where `w` stands too.
    """
    if nodes[wrt].name is None:
        return []
    mine = quantities.called(bare_quantity(nodes[wrt]), before)
    theirs = (i for i in quantities.called(plain_quantity(text), before) if (n := nodes[i].name) and n.text == text)
    held, shape = _itself(nodes, wrt), nodes[wrt].shape
    return [i for i in sorted({*mine, *theirs}) if nodes[i].shape == shape and _itself(nodes, i) != held]


def _entries_beside(nodes: Sequence[Node], quantities: Quantities, wrt: int, before: int) -> list[int]:
    """The other entries of the list that a value is in: a list of gradients may be in the order of the backward pass."""
    base, shape = bare_quantity(nodes[wrt]).partition("[")[0], nodes[wrt].shape
    return [i for i in quantities.entries_of(base, before) if i != wrt and nodes[i].shape == shape]


def _itself(nodes: Sequence[Node], i: int) -> int:
    """A value by whatever name; another entry of the same array is another value."""
    while nodes[i].op in ("alias", "to_real"):
        i = nodes[i].inputs[0]
    return i


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
            words = f"{NOT_FOR} {nodes[claim.wrt].name.text} itself, but for what it is made from"  # type: ignore[union-attr]
            yield replace(claim, wrt=i, means=words)
        waiting += nodes[i].inputs


def typed_claims(trace: Trace, graph: Graph, loss: int) -> list[Claim]:
    """Derivatives of the loss by their names that are numbers typed in (`deriv_L_w5 = 1.5`), bound once and used as such."""
    nodes = graph.nodes
    before = ancestors(graph, [loss])
    quantities = quantities_of(nodes, before - {loss})
    times = Counter((b.name.text, b.name.scope) for b in trace.bindings)
    found: list[Claim] = []
    for binding in trace.bindings:
        node, name = nodes[binding.node], binding.name
        if node.op != "input" or binding.node in before or node.shape or times[name.text, name.scope] > 1:
            continue
        if not any((m := p.match(bare(name.text))) and "of" in m.groupdict() for p in DERIVATIVE_FORMS):
            continue
        if node.name == name and node.dtype in ("int", "real") and np.any(trace.values[binding.node]):
            found += [
                replace(c, alternatives=())
                for c in _named(graph, binding.node, name, quantities, loss, {}, in_layer=False)
                if c.of is None
            ]
    return found


def _is_loss(nodes: Sequence[Node], loss: int, text: str) -> bool:
    name = nodes[loss].name
    return name is not None and is_loss_letter(text, name.text)


def says(name: Name, text: str) -> bool:
    """Whether a derivative's name says that it is for what goes by a text."""
    return any((m := form.match(bare(name.text))) and exactly(m["wrt"], text) for form in DERIVATIVE_FORMS)
