"""Slips at an activation: taken for the identity, its derivative left out, of another function, or at another point."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from chainrule.checking.derivation import Slip, Suspicion
from chainrule.checking.families import merged, without_indices
from chainrule.checking.sites import Site, activation_sites, softmax_sites
from chainrule.graph.differentiate import Detour, derivative_of
from chainrule.graph.expression import Expression, where
from chainrule.graph.known import is_mirrored_sigmoid, recognise
from chainrule.graph.reach import ancestors
from chainrule.graph.records import Graph, Shape

Curve: TypeAlias = Callable[[Expression], Expression]


def activation_slips(s: Suspicion) -> Iterator[Slip]:
    """Every slip at every place where a function of one value is applied."""
    found = activation_sites(s.graph, s.of)
    sites = [site for site in found if all(node != s.of for node, _ in site.nodes)]  # the root of a mean square is none
    for site in (*sites, *_hidden(s, sites)):
        yield _as_identity(s, site)
        yield from _left_out(s, site)
        yield from _another_curve(s, site)
        yield from _at_another_site(s, site, sites)
        yield from _half_a_textbook_form(s, site)
    for node, source in softmax_sites(s.graph, s.of):
        words = f"it keeps only the diagonal of softmax's derivative, {s.labels[node]}·(1 − {s.labels[node]}): every entry depends on all"
        yield Slip(words, ("diagonal", node), detours={node: (source, _times(_sigmoid_slope, node))})


def _hidden(s: Suspicion, sites: Sequence[Site]) -> Iterator[Site]:
    """The places before the last of one that a loop over layers goes through, no steps in time of one shape: the output's
    derivative is often a line apart.
    """
    for site in sites:
        if len({s.graph.nodes[node].shape for node, _ in site.nodes}) > 1:
            yield replace(site, nodes=site.nodes[:-1])


def textbook_slopes(s: Suspicion) -> dict[int, Detour]:
    """σ′ = a·(1 − a) for every sigmoid, tanh′ = 1 − a²: the same derivative, which keeps its digits where a is nearly 1."""
    found: dict[int, Detour] = {}
    for site in activation_sites(s.graph, s.of):
        curve = _textbook_slope(site.function)
        if curve is not None:
            found |= {n: (m, _times(curve, n)) for n, m in site.nodes}
    return found


def _as_identity(s: Suspicion, site: Site) -> Slip:
    here, before = _called(s, site.nodes, 0), _called(s, site.nodes, 1)
    words = f"it treats {here} as if it had no activation: it takes {before} for it and leaves out {site.title}′"
    return Slip(words, ("identity", site.node), identities=site.nodes)


def _called(s: Suspicion, nodes: Sequence[tuple[int, int]], side: int) -> str:
    """What the values that one place makes (or what it makes them of, `side` 1) are called together: `o[…]` of o[0] and o[1]."""
    texts = [s.labels[pair[side]] for pair in nodes]
    return merged(texts) if len(set(map(without_indices, texts))) == 1 else texts[-1]


def _left_out(s: Suspicion, site: Site) -> Iterator[Slip]:
    words = f"it leaves out {site.title}′ at {_called(s, site.nodes, 0)}"
    for handed_back in (_unchanged, _turned):  # the second where −z went in: np.exp(-X @ W)
        detours: dict[int, Detour] = {node: (source, handed_back) for node, source in site.nodes}
        yield Slip(words, ("straight", site.node), detours=detours)


def _unchanged(g: Expression) -> Expression:
    return g


def _turned(g: Expression) -> Expression:
    return -g


def _another_curve(s: Suspicion, site: Site) -> Iterator[Slip]:
    """The derivative taken at the value after the activation, or another function's derivative."""
    here, before = _called(s, site.nodes, 0), _called(s, site.nodes, 1)
    outside = f"it puts {before}, the value before the activation, into the formula meant for the value after it"
    curves: tuple[tuple[str, Curve, bool], ...] = (
        (f"it takes {site.title}′ at {here}, the value after the activation, instead of at {before}", _slope_of(site.function), True),
        (outside, _sigmoid_slope, False),
        (outside, _tanh_slope, False),
        (_of_another(site, "the sigmoid"), _sigmoid_slope, True),
        (_of_another(site, "tanh"), _tanh_slope, True),
        (_of_another(site, "ReLU"), _relu_slope, False),
    )  # fmt: skip
    own = _textbook_slope(site.function)
    if own is _mirrored_slope:
        words = f"it turns the sign of what comes back through {here}"
        yield Slip(words, (words, site.node), detours={n: (m, _times(_sigmoid_slope, n)) for n, m in site.nodes})
        own = _sigmoid_slope
    for words, curve, after in curves:
        if after and curve is own:
            continue
        detours = {n: (m, _times(curve, n if after else m)) for n, m in site.nodes}
        yield Slip(words, (words, site.node), detours=detours)


def _of_another(site: Site, curve: str) -> str:
    if curve.removeprefix("the ").lower() in site.title.lower():
        return f"it uses the derivative of {curve} itself, which {site.title} is not everywhere"
    return f"it uses {curve}'s derivative for {site.title}"


def _at_another_site(s: Suspicion, site: Site, sites: list[Site]) -> Iterator[Slip]:
    """The right derivative at another layer's value."""
    curve = _slope_of(site.function)
    for other in sites:
        if other.node == site.node:
            continue
        if _copied_to(s.graph.nodes[other.source].shape, s.graph.nodes[site.source].shape):
            there, here = _called(s, other.nodes, 1), _called(s, site.nodes, 1)
            if there == here:  # two sums of one line that have no names: by what is made of them
                there, here = _called(s, other.nodes, 0), _called(s, site.nodes, 0)
            words = f"it takes {site.title}′ at {there} instead of at {here}"
            yield Slip(words, (words, site.node), detours={n: (m, _times(curve, other.source)) for n, m in site.nodes})


def _half_a_textbook_form(s: Suspicion, site: Site) -> Iterator[Slip]:
    """σ′ = a·(1 − a) and tanh′ = 1 − a², with a factor forgotten or another value in a's place."""
    a, shape = _called(s, site.nodes, 0), s.graph.nodes[site.node].shape
    known = recognise(site.function) if len(site.function.inputs) == 1 else None
    if known == "tanh":
        yield _slope_slip(site, f"it forgets the square in {site.title}′ = 1 − {a}²", lambda n: _times(lambda x: 1 - x, n))
    if known != "the sigmoid":
        return
    form = f"{site.title}′ = {a}·(1 − {a})"
    yield _slope_slip(site, f"it leaves out the factor {a} of {form}", lambda n: _times(lambda x: 1 - x, n))
    yield _slope_slip(site, f"it leaves out the factor 1 − {a} of {form}", lambda n: _times(lambda x: x, n))
    for other in sorted(ancestors(s.graph, [s.written])):
        node = s.graph.nodes[other]
        if node.name is None or other in (site.node, s.written) or node.dtype != "real" or not _copied_to(node.shape, shape):
            continue
        for which, first, second in (("first", other, site.node), ("second", site.node, other)):
            words = f"it uses {s.labels[other]} for the {which} {a} of {form}"
            yield Slip(words, (words, site.node), detours={site.node: (site.source, _product(first, second))})


def _slope_slip(site: Site, words: str, slope: Callable[[int], Curve]) -> Slip:
    return Slip(words, (words, site.node), detours={n: (m, slope(n)) for n, m in site.nodes})


def _copied_to(shape: Shape, wanted: Shape) -> bool:
    """Whether NumPy copies along axes what has one shape to the other."""
    return len(shape) <= len(wanted) and all(n in (1, m) for n, m in zip(shape[::-1], wanted[::-1], strict=False))


def _product(one: int, other: int) -> Curve:
    return lambda g: g * Expression(g.builder, one) * (1 - Expression(g.builder, other))


def _times(curve: Curve, at: int) -> Curve:
    """Multiply what comes back by the curve at the value of node `at`."""
    return lambda g: g * curve(Expression(g.builder, at))


def _slope_of(function: Graph) -> Curve:
    prime = derivative_of(function)
    return lambda x: Expression(x.builder, x.builder.call(prime, [x.index]))


def _sigmoid_slope(x: Expression) -> Expression:
    return x * (1 - x)


def _tanh_slope(x: Expression) -> Expression:
    return 1 - x**2


def _relu_slope(x: Expression) -> Expression:
    return where(x > 0, 1, 0)


def _mirrored_slope(x: Expression) -> Expression:
    return -(x * (1 - x))


def _textbook_slope(function: Graph) -> Curve | None:
    """The slope as a function of the value: of a sigmoid, of one that −x goes into (`np.exp(X @ W)` of −X), of tanh."""
    if len(function.inputs) != 1:
        return None
    found = {"the sigmoid": _sigmoid_slope, "tanh": _tanh_slope}.get(recognise(function) or "")
    return found or (_mirrored_slope if is_mirrored_sigmoid(function) else None)
