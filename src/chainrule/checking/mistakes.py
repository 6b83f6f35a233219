"""Naming the mistake: each is a transformation of the forward program, then differentiated, or of the adjoint.

A mistake is named only when it reproduces the written value at every sample. Several that do are all named.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from chainrule.checking.claims import Claim
from chainrule.checking.compare import compare, factor_text, ratio
from chainrule.checking.sites import Site, activation_sites, label
from chainrule.errors import EvaluationError
from chainrule.graph.build import Builder
from chainrule.graph.differentiate import Detour, Gradients, ancestors, derivative_of, differentiate, restrict
from chainrule.graph.evaluate import evaluate
from chainrule.graph.expression import Expression, where
from chainrule.graph.records import Graph, Node
from chainrule.reading.roles import Reading

SECONDS = 3.0


@dataclass(frozen=True)
class Suspicion:
    """A claim that was found wrong: `true` is the node of the right derivative in the bench, `samples` where to try."""

    reading: Reading
    claim: Claim
    true: int | None
    samples: Sequence[Mapping[int, Any]]
    deadline: float = field(default_factory=lambda: time.monotonic() + SECONDS)


@dataclass(frozen=True)
class Variant:
    """A mistaken derivation: what it gives is node `node` of `graph`; `site` tells equal ones apart."""

    words: str
    graph: Graph
    node: int
    site: object


def name_mistakes(s: Suspicion) -> list[str]:
    """The mistakes that reproduce the written value at every sample, in words."""
    written = _written(s)
    if written is None:
        return []
    found: dict[object, str] = {}
    scaled: dict[object, str] = {}
    for variants in (_single, _pairs):
        for variant in variants(s):
            if time.monotonic() > s.deadline:
                break
            verdict = _reproduces(s, variant, written)
            if verdict == "":
                found.setdefault(variant.site, variant.words)
            elif verdict is not None:
                scaled.setdefault(variant.site, f"{variant.words}, and is {verdict} of that")
        if found:
            return list(dict.fromkeys(found.values()))
        if scaled and variants is _single:
            return list(dict.fromkeys(scaled.values()))
    return list(dict.fromkeys(scaled.values()))


def _written(s: Suspicion) -> list[Any] | None:
    graph = s.reading.graph
    part, place = restrict(graph, [s.claim.node], inputs=())
    values: list[Any] = []
    for sample in s.samples:
        try:
            values.append(
                evaluate(part, {place[i]: v for i, v in sample.items() if i in place}, check_guards=False)[place[s.claim.node]]
            )
        except EvaluationError:
            return None
    return values


def _reproduces(s: Suspicion, variant: Variant, written: Sequence[Any]) -> str | None:
    """ "" where the variant gives what is written at every sample; a factor where it is a constant multiple; else None."""
    part, place = restrict(variant.graph, [variant.node], inputs=())
    target = place[variant.node]
    factor: float | None = None
    same, telling = True, 0
    for sample, there in zip(s.samples, written, strict=True):
        try:
            value = evaluate(part, {place[i]: v for i, v in sample.items() if i in place}, check_guards=False)[target]
        except EvaluationError:
            return None
        if np.size(value) != np.size(there):
            return None
        value = np.reshape(value, np.shape(there)) * s.claim.sign
        answer = compare(there, value)
        if answer == "unclear":
            continue
        same &= answer == "same"
        multiple = ratio(there, value)
        if not same and (multiple is None or (factor is not None and abs(multiple - factor) > 1e-5 * abs(factor))):
            if np.any(there) or np.any(value):
                return None
            continue
        factor = factor if factor is not None else multiple
        telling += bool(np.any(np.asarray(there) != 0))
    if telling < 3:
        return None
    return "" if same else None if factor is None else factor_text(factor)


# ------------------------------------------------------------------------------------------------ single mistakes


def _of(s: Suspicion) -> int:
    return s.reading.loss.node if s.claim.of is None else s.claim.of


def _variant(s: Suspicion, words: str, site: object, gradients: Gradients, forward: Graph | None = None) -> Iterator[Variant]:
    """What a derivation gives for the claim, computed on the values of the true program unless `forward` is given."""
    at = gradients.adjoint.get(s.claim.wrt)
    if at is None:
        return
    graph = gradients.graph
    if forward is None:
        n = len(s.reading.graph.nodes)
        graph = replace(graph, nodes=s.reading.graph.nodes + graph.nodes[n:])
    yield Variant(words, graph, at, site)


def _single(s: Suspicion) -> Iterator[Variant]:
    graph, of = s.reading.graph, _of(s)
    sites = activation_sites(graph, of)
    for site in sites:
        yield from _as_identity(s, graph, site)
        yield from _detoured(s, graph, site)
    true = differentiate(graph, of, [s.claim.wrt])
    yield from _uses_missing(s, graph, true)
    yield from _adjoint_edits(s, true, "")
    yield from _other_losses(s, graph)
    yield from _operands(s, true, "")


def _pairs(s: Suspicion) -> Iterator[Variant]:
    """Two mistakes in one line."""
    graph, of = s.reading.graph, _of(s)
    sites = activation_sites(graph, of)
    for i, first in enumerate(sites):
        without = _replaced(graph, first)
        for second in sites[i + 1 :]:
            words = f"{_no_activation(graph, first)}, and {_no_activation(graph, second)}"
            twice = _replaced(without, second)
            yield from _variant(s, words, ("identity", first.node, second.node), differentiate(twice, of, [s.claim.wrt]), twice)
            both = {**_straight(first), **_straight(second)}
            words = f"it leaves out {first.title}′ and {second.title}′"
            yield from _variant(
                s, words, ("straight", first.node, second.node), differentiate(graph, of, [s.claim.wrt], detours=both)
            )
    for site in sites:
        straight = differentiate(graph, of, [s.claim.wrt], detours=_straight(site))
        yield from _operands(s, straight, f"it leaves out {site.title}′, and ")
        yield from _adjoint_edits(s, straight, f"it leaves out {site.title}′, and ")
        changed = _replaced(graph, site)
        identity = differentiate(changed, of, [s.claim.wrt])
        yield from _operands(s, identity, f"{_no_activation(graph, site)}, and ", changed)


def _no_activation(graph: Graph, site: Site) -> str:
    return f"it treats {label(graph, site.node)} as if it had no activation: it takes {label(graph, site.source)} for it and leaves out {site.title}′"


def _replaced(graph: Graph, site: Site) -> Graph:
    """The program without the function at a site: its argument passes through."""
    nodes = list(graph.nodes)
    for node, source in site.nodes:
        old = nodes[node]
        nodes[node] = Node("alias", (source,), {}, old.shape, old.dtype, old.name, old.source)
    return replace(graph, nodes=tuple(nodes))


def _as_identity(s: Suspicion, graph: Graph, site: Site) -> Iterator[Variant]:
    changed = _replaced(graph, site)
    gradients = differentiate(changed, _of(s), [s.claim.wrt])
    yield from _variant(s, _no_activation(graph, site), ("identity", site.node), gradients, changed)


def _straight(site: Site) -> dict[int, Detour]:
    return {node: (source, _unchanged) for node, source in site.nodes}


def _unchanged(g: Expression) -> Expression:
    return g


def _detoured(s: Suspicion, graph: Graph, site: Site) -> Iterator[Variant]:
    """The activation's derivative left out, or taken at another point."""
    of, wrt = _of(s), [s.claim.wrt]
    name = label(graph, site.node)
    yield from _variant(
        s,
        f"it leaves out {site.title}′ at {name}",
        ("straight", site.node),
        differentiate(graph, of, wrt, detours=_straight(site)),
    )
    prime = derivative_of(site.function)

    def at(function: Callable[[Expression], Expression], of_output: bool) -> dict[int, Detour]:
        def detour(node: int, source: int) -> Detour:
            def change(g: Expression) -> Expression:
                return g * function(Expression(g.builder, node if of_output else source))

            return (source, change)

        return {n: detour(n, m) for n, m in site.nodes}

    def slope(x: Expression) -> Expression:
        return Expression(x.builder, x.builder.call(prime, [x.index]))  # type: ignore[attr-defined]

    def sigmoid_slope(x: Expression) -> Expression:
        return x * (1 - x)

    def tanh_slope(x: Expression) -> Expression:
        return 1 - x**2

    def mask(x: Expression) -> Expression:
        return where(x > 0, 1, 0)

    wrong_point = f"it takes {site.title}′ at {name}, the value after the activation, instead of at {label(graph, site.source)}"
    before = (
        f"it puts {label(graph, site.source)}, the value before the activation, into the formula meant for the value after it"
    )
    for words, function, of_output in (
        (wrong_point, slope, True),
        (before, sigmoid_slope, False),
        (before, tanh_slope, False),
        (f"it uses the sigmoid's derivative for {site.title}", sigmoid_slope, True),
        (f"it uses tanh's derivative for {site.title}", tanh_slope, True),
        (f"it uses ReLU's derivative for {site.title}", mask, False),
    ):
        yield from _variant(s, words, (words, site.node), differentiate(graph, of, wrt, detours=at(function, of_output)))
    for other in activation_sites(graph, of):
        if other.node != site.node and graph.nodes[other.source].shape == graph.nodes[site.source].shape:
            elsewhere = {n: (m, _at_node(slope, other.source)) for n, m in site.nodes}
            words = f"it takes {site.title}′ at {label(graph, other.source)} instead of at {label(graph, site.source)}"
            if other.source < site.node:
                yield from _variant(s, words, (words, site.node), differentiate(graph, of, wrt, detours=elsewhere))


def _at_node(slope: Callable[[Expression], Expression], node: int) -> Callable[[Expression], Expression]:
    return lambda g: g * slope(Expression(g.builder, node))


def _uses_missing(s: Suspicion, graph: Graph, true: Gradients) -> Iterator[Variant]:
    on_the_way = ancestors(true.graph, [true.adjoint[s.claim.wrt]]) if s.claim.wrt in true.adjoint else set()
    for node, contributions in true.contributions.items():
        if len(contributions) < 2 or not any(c.node in on_the_way for c in contributions):
            continue
        for c in contributions:
            consumer = graph.nodes[c.consumer]
            line = f" ({consumer.source!r})" if consumer.source else ""
            what = label(graph, c.consumer) if consumer.name else f"its use in `{consumer.op}`"
            words = f"it leaves out one use of {label(graph, node)}: {what}{line}"
            gradients = differentiate(graph, _of(s), [s.claim.wrt], without=frozenset({(c.consumer, c.slot)}))
            yield from _variant(s, words, ("use", c.consumer, c.slot), gradients)


def _other_losses(s: Suspicion, graph: Graph) -> Iterator[Variant]:
    """The gradient of another loss than the one written."""
    if s.claim.of is not None:
        return
    of, wrt = s.reading.loss.node, [s.claim.wrt]
    before = ancestors(graph, [of])
    pairs: list[tuple[int, int]] = []
    for target in (r.node for r in s.reading.targets):
        for i in sorted(before, reverse=True):
            node = graph.nodes[i]
            if (
                node.name is not None
                and i != of
                and node.op != "input"
                and node.shape == graph.nodes[target].shape
                and node.dtype == "real"
            ):
                pairs.append((i, target))
    for output, target in pairs[:4]:
        t = target

        def squared(g: Expression, o: int = output, t: int = t) -> Expression:
            return Expression(g.builder, o) - Expression(g.builder, t)

        def entropy(g: Expression, o: int = output, t: int = t) -> Expression:
            p, y = Expression(g.builder, o), Expression(g.builder, t)
            return (p - y) / (p * (1 - p))

        def likelihood(g: Expression, o: int = output, t: int = t) -> Expression:
            return -Expression(g.builder, t) / Expression(g.builder, o)

        for title, change in (("squared error", squared), ("binary cross-entropy", entropy), ("cross-entropy", likelihood)):
            words = f"it is the gradient of {title} of {label(graph, output)} and {label(graph, target)}, not of {s.reading.loss.name.text} as written"
            yield from _variant(s, words, ("loss", title), differentiate(graph, of, wrt, detours={of: (output, change)}))


# ------------------------------------------------------------------------------------------------ edits of the adjoint


def _adjoint_edits(s: Suspicion, gradients: Gradients, prefix: str) -> Iterator[Variant]:
    """Transposes left out, sums over the wrong axis, the whole result transposed."""
    at = gradients.adjoint.get(s.claim.wrt)
    if at is None:
        return
    n = len(s.reading.graph.nodes)
    graph = replace(gradients.graph, nodes=s.reading.graph.nodes + gradients.graph.nodes[n:])
    shape = graph.nodes[at].shape
    wanted = s.reading.graph.nodes[s.claim.wrt].name
    title = wanted.text if wanted else "it"
    if len(shape) == 2 and shape[0] == shape[1]:
        builder = Builder(graph.nodes)
        turned = builder.add("transpose", (at,), axes=None)
        yield Variant(
            f"{prefix}it is transposed: it is (∂{s.reading.loss.name.text}/∂{title})ᵀ",
            builder.finish([turned]),
            turned,
            "transposed",
        )
    for i in sorted(ancestors(graph, [at])):
        node = graph.nodes[i]
        if i < n:
            continue
        if node.op == "transpose" and len(node.shape) == 2 and node.shape[0] == node.shape[1]:
            inner = label(graph, node.inputs[0])
            words = (
                f"{prefix}it uses {inner} where {inner}ᵀ is needed" if node.inputs[0] < n else f"{prefix}a transpose is missing"
            )
            yield Variant(words, _with(graph, i, replace(node, op="alias", attributes={})), at, ("transpose", node.inputs[0]))
        if node.op in ("sum_like", "sum") and graph.nodes[node.inputs[0]].shape:
            yield from _axes(s, graph, i, at, prefix, title)


def _axes(s: Suspicion, graph: Graph, i: int, at: int, prefix: str, title: str) -> Iterator[Variant]:
    """The same sum over the other axis, over all, or of one row only."""
    node = graph.nodes[i]
    wide = node.inputs[0]
    rank = len(graph.nodes[wide].shape)
    yield from _first_only(graph, i, at, prefix, title)
    like = node.inputs[1] if node.op == "sum_like" else None
    for axis in [(a,) for a in range(rank)] + [None]:
        builder = Builder(graph.nodes)
        total = builder.add("sum", (wide,), axis=axis, keepdims=axis is not None and len(node.shape) == rank)
        if builder.nodes[total].shape == node.shape or axis is None:
            words = f"over axis {axis[0]}" if axis else "over everything"
            yield Variant(
                f"{prefix}it sums {words} where {title} asks for another axis",
                _moved_to(builder, graph, i, total, like),
                at,
                ("axis", axis),
            )


def _first_only(graph: Graph, i: int, at: int, prefix: str, title: str) -> Iterator[Variant]:
    """The first row (or column) in place of the sum over all."""
    node, wide = graph.nodes[i], graph.nodes[i].inputs[0]
    shape, wanted = graph.nodes[wide].shape, node.shape
    lead = len(shape) - len(wanted)
    axes = [a for a, n in enumerate(shape) if a < lead or (n != 1 and wanted[a - lead] == 1)]
    if len(axes) != 1:
        return
    key = tuple(0 if a == axes[0] and lead else slice(0, 1) if a == axes[0] else slice(None) for a in range(len(shape)))
    first = Node("index", (wide,), {"key": key}, wanted, node.dtype, node.name, node.source)
    words = f"{prefix}it takes the first {'row' if axes[0] == 0 else 'column'} only, where {title} asks for the sum over all"
    yield Variant(words, _with(graph, i, first), at, ("first", i))


def _moved_to(builder: Builder, graph: Graph, old: int, new: int, like: int | None) -> Graph:
    """The graph in which node `old` has the value of the later node `new`: recomputed in an order that allows it."""
    if builder.nodes[new].shape != graph.nodes[old].shape and like is not None:
        new = builder.append(Node("broadcast_like", (new, like), {}, graph.nodes[old].shape))
    recipe = builder.nodes[new]
    if recipe.op == "sum":
        return _with(graph, old, replace(recipe, shape=graph.nodes[old].shape))
    inner = builder.nodes[recipe.inputs[0]]
    return _with(
        graph,
        old,
        replace(inner, attributes={"axis": None, "keepdims": len(graph.nodes[old].shape) > 0}, shape=graph.nodes[old].shape),
    )


def _with(graph: Graph, index: int, node: Node) -> Graph:
    return replace(graph, nodes=(*graph.nodes[:index], node, *graph.nodes[index + 1 :]))


def _operands(s: Suspicion, gradients: Gradients, prefix: str, forward: Graph | None = None) -> Iterator[Variant]:
    """One value used in the derivation replaced by another of the same shape that the line itself uses."""
    at = gradients.adjoint.get(s.claim.wrt)
    if at is None:
        return
    own = s.reading.graph
    n = len(own.nodes)
    base = forward.nodes if forward is not None else own.nodes
    graph = replace(gradients.graph, nodes=base + gradients.graph.nodes[n:])
    adjoint_part = [i for i in ancestors(graph, [at]) if i >= n]
    used = sorted({j for i in adjoint_part for j in graph.nodes[i].inputs if j < n and graph.nodes[j].op != "constant"})
    line = [i for i in sorted(ancestors(own, [s.claim.node])) if own.nodes[i].name is not None and own.nodes[i].dtype != "bool"]
    news = {u.new: u for u in s.reading.updates}
    for old in used:
        if own.nodes[old].dtype == "bool":
            continue
        for other in line:
            if other == old or own.nodes[other].shape != own.nodes[old].shape or _same_value(own, other, old):
                continue
            if other >= n or other == s.claim.node:
                continue
            replaced = _with_operand(graph, adjoint_part, old, other, n)
            if other in news and news[other].parameter == old:
                words = f"{prefix}it uses {label(own, other)}, already updated, where {label(own, old)} was used forward"
            else:
                words = f"{prefix}it uses {label(own, other)} where {label(own, old)} belongs"
            yield Variant(words, replaced, at, ("operand", old, other))


def _same_value(graph: Graph, a: int, b: int) -> bool:
    while graph.nodes[a].op == "alias":
        a = graph.nodes[a].inputs[0]
    while graph.nodes[b].op == "alias":
        b = graph.nodes[b].inputs[0]
    return a == b


def _with_operand(graph: Graph, adjoint_part: Sequence[int], old: int, new: int, n: int) -> Graph:
    nodes = list(graph.nodes)
    for i in adjoint_part:
        if old in nodes[i].inputs:
            nodes[i] = replace(nodes[i], inputs=tuple(new if j == old else j for j in nodes[i].inputs))
    return replace(graph, nodes=tuple(nodes))
