"""A hand-written line under suspicion, cut down to what it and the loss need, and the mistaken derivations tried on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chainrule.checking.claim import Claim
from chainrule.graph.build import Builder
from chainrule.graph.differentiate import Detour, differentiate, restrict
from chainrule.graph.records import Graph, Node
from chainrule.reading.roles import Reading

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


SIGNS = {"add": "+", "subtract": "−", "multiply": "·", "divide": "/"}


@dataclass(frozen=True)
class Suspicion:
    """Node `written` of `graph` is meant to hold `sign`·(node `rate`)·∂`of`/∂`wrt`, and does not at some of `samples`.

    By `detours` the derivation goes where no slip says otherwise.
    """

    graph: Graph
    of: int
    wrt: int
    written: int
    sign: int
    rate: int | None
    title: str
    loss: str
    targets: tuple[int, ...]
    updated: Mapping[int, int]
    labels: Mapping[int, str]
    samples: Sequence[Mapping[int, Any]]
    entry: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    detours: Mapping[int, Detour] = field(default_factory=dict)


@dataclass(frozen=True)
class Slip:
    """A mistake made before or while the chain rule is applied.

    `identities` are nodes taken for their own argument, in the forward program too; `detours` and `without` change how
    the adjoint comes back (see `differentiate`).
    """

    words: str
    site: object
    identities: tuple[tuple[int, int], ...] = ()
    detours: Mapping[int, Detour] = field(default_factory=dict)
    without: frozenset[tuple[int, int]] = frozenset()

    @property
    def places(self) -> set[int]:
        return {n for n, _ in self.identities} | set(self.detours)


@dataclass(frozen=True)
class Variant:
    """A mistaken derivation: what it gives is node `node` of `graph`; `site` tells equal ones apart."""

    words: str
    graph: Graph
    node: int
    site: object

    def then(self, words: str, graph: Graph, node: int, site: object) -> Variant:
        """The same with one more mistake in it."""
        both = (
            f"{self.words}, and {words}" if self.words and words != self.words else f"{words}, twice" if self.words else words
        )
        return Variant(both, graph, node, (self.site, site))


def suspect(reading: Reading, claim: Claim, samples: Sequence[Mapping[int, Any]]) -> Suspicion:
    """The claim with the part of the program that it and what it is a derivative of need."""
    whole = reading.graph
    of = reading.loss.node if claim.of is None else claim.of
    graph, place = restrict(whole, [of, claim.wrt, claim.node, *(() if claim.rate is None else (claim.rate,))], inputs=())
    return Suspicion(
        graph,
        place[of],
        place[claim.wrt],
        place[claim.node],
        claim.sign,
        None if claim.rate is None else place[claim.rate],
        claim.title(whole.nodes) or "it",
        reading.loss.name.text,
        tuple(place[r.node] for r in reading.targets if r.node in place) if claim.of is None else (),
        {place[u.new]: place[u.parameter] for u in reading.updates if u.new in place and u.parameter in place},
        _labels(whole, place),
        [{place[i]: v for i, v in sample.items() if i in place} for sample in samples],
        claim.entry,
    )


def _labels(graph: Graph, place: Mapping[int, int]) -> dict[int, str]:
    """Nodes in the user's words: the name, with the version where it is bound more than once, or where it stands."""
    versions = Counter((n.name.text, n.name.scope) for n in graph.nodes if n.name)
    found: dict[int, str] = {}
    for old, new in place.items():
        node = graph.nodes[old]
        if node.name is None and (formula := _formula(graph, old)):
            found[new] = formula
        elif node.name is None:
            op = f"{node.attributes['function'].title}(…)" if node.op == "call" else node.op
            found[new] = f"`{op}` at {node.source!r}" if node.source else op
        else:
            several = versions[node.name.text, node.name.scope] > 1
            found[new] = node.name.text + (str(node.name.version).translate(SUBSCRIPTS) if several else "")
    times = Counter(found.values())
    for old, new in place.items():
        name = graph.nodes[old].name
        if name is not None and name.scope and times[found[new]] > 1:  # another function has one of that name
            found[new] += f" of {name.scope}"
    return found


def _formula(graph: Graph, i: int) -> str:
    """A value without a name as one operation on named ones, or as a product of several; "" of any other."""
    node = graph.nodes[i]
    parts = [
        n.name.text if (n := graph.nodes[s]).name else _formula(graph, s) if n.op == "multiply" == node.op else ""
        for s in node.inputs
    ]
    return f" {SIGNS[node.op]} ".join(parts) if node.op in SIGNS and all(parts) else ""


def derive(s: Suspicion, *slips: Slip) -> Variant | None:
    """What the chain rule gives for the line with these slips; None where nothing comes back to it.

    The adjoints are taken on the values of the true program, unless a slip changes the program itself.
    """
    detours = {**s.detours, **{node: d for slip in slips for node, d in slip.detours.items()}}
    detours = {node: d for node, d in detours.items() if all(node != n for slip in slips for n, _ in slip.identities)}
    without = frozenset().union(*(slip.without for slip in slips))
    identities = [pair for slip in slips for pair in slip.identities]
    forward = with_identities(s.graph, identities)
    gradients = differentiate(forward, s.of, [s.wrt], detours=detours, without=without)
    at = gradients.adjoint.get(s.wrt)
    if at is None:
        return None
    words = ", and ".join(slip.words for slip in slips)
    builder = Builder(gradients.graph.nodes)
    for op, attributes in s.entry:
        at = builder.add(op, (at,), **attributes)
    return Variant(words, builder.finish([at]) if s.entry else gradients.graph, at, tuple(slip.site for slip in slips))


def with_identities(graph: Graph, pairs: Sequence[tuple[int, int]]) -> Graph:
    """The program in which each (node, argument) lets its argument through."""
    nodes = list(graph.nodes)
    for node, source in pairs:
        old = nodes[node]
        nodes[node] = Node("alias", (source,), {}, old.shape, old.dtype, old.name, old.source)
    return replace(graph, nodes=tuple(nodes))
