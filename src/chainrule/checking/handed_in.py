"""Gradients that a program is handed, as where a layer is tried alone: `da_next = rng.normal(size=a_next.shape)`.

What goes backward from such a gradient of an output is the derivative of the sum of their products, whatever the loss may be
that it stands for.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from itertools import pairwise

import numpy as np

from chainrule.checking.layers import forward_of
from chainrule.checking.quantities import Quantities, plain_quantity, quantities_of
from chainrule.checking.verdicts import Judgement, place
from chainrule.graph.build import Builder
from chainrule.graph.expression import Expression, index, total
from chainrule.graph.reach import descendants
from chainrule.graph.records import Node, Shape
from chainrule.reading.appended import with_loss
from chainrule.reading.names import BACKWARD, DERIVATIVE_FORMS, FALSE_FRIENDS, NUMERICAL, bare, last_of
from chainrule.reading.recorded import CallSite
from chainrule.reading.roles import Reading, infer
from chainrule.reading.sources import parameters_of
from chainrule.reading.trace import Trace
from chainrule.reading.views import root

DATA = ("input", "constant")
EVIDENCE = "its gradient is what the program is handed"


@dataclass(frozen=True)
class HandedIn:
    """A reading whose loss is Σ gradient·output, of `gradients` that go backward together; what is made of them; the outputs."""

    reading: Reading
    gradients: frozenset[int]
    made: frozenset[int]
    outputs: frozenset[int]


@dataclass(frozen=True)
class _Given:
    """A gradient, the output that it is one of, what is made of it, and the span of nodes in which that counts."""

    gradient: int
    output: int
    made: frozenset[int]
    span: frozenset[int]


def handed_in(trace: Trace, wrt: Sequence[str] = (), learning_rate: float | None = None) -> list[HandedIn]:
    """A reading for each group of gradients that a program without a training loop is handed, in the order of the program."""
    if trace.passes:
        return []
    found: list[HandedIn] = []
    for group in _groups(trace, _given(trace)):
        text = " + ".join(f"Σ {_text(trace, g.gradient)}·{_text(trace, g.output)}" for g in group)
        longer, loss = with_loss(trace, partial(_weighted, group), text)
        reading = infer(longer, loss=loss, wrt=wrt, learning_rate=learning_rate)
        reading = replace(reading, loss=replace(reading.loss, evidence=EVIDENCE))
        gradients = frozenset(g.gradient for g in group)
        made = frozenset[int]().union(*(g.made for g in group)) - gradients
        found.append(HandedIn(reading, gradients, made, frozenset(root(trace.graph.nodes, g.output) for g in group)))
    return found


def right_when_tried_alone(reading: Reading, judged: Sequence[Judgement]) -> list[Judgement]:
    """Judgements in which a line that was right when its function was tried alone is not accused of what it is given elsewhere."""
    if reading.loss.evidence != EVIDENCE:
        return list(judged)
    right = {place(j): j for j in judged if j.verdict == "right"}

    def fairly(judgement: Judgement) -> Judgement:
        alone = right.get(place(judgement))
        if alone is None or not judgement.fails or alone.loss == judgement.loss:
            return judgement
        whose = f"∂{alone.loss}/∂{alone.with_respect_to}"
        words = f"it is {whose} where that is handed in; what it is made from here is given by what calls it"
        return judgement.instead("cannot tell", words)

    return list(map(fairly, judged))


def _text(trace: Trace, i: int) -> str:
    name = trace.graph.nodes[i].name
    return name.text if name else "output"


def _weighted(group: Sequence[_Given], builder: Builder) -> int:
    terms = []
    for given in group:
        whole = Expression(builder, given.output)
        key = _first(builder.shape_of(given.output), builder.shape_of(given.gradient))
        terms.append(total(Expression(builder, given.gradient) * (index(whole, key) if key else whole)))
    return reduce(operator.add, terms).index


def _first(whole: Shape, part: Shape) -> tuple[slice, ...]:
    """The key of as many first entries as a part has, along the axes where it has fewer; empty where they are of one shape."""
    return () if whole == part else tuple(slice(0, n) for n in part)


def _groups(trace: Trace, given: Sequence[_Given]) -> Iterator[list[_Given]]:
    """Gradients that something is made of together, or that one call is given."""
    nodes = trace.graph.nodes
    calls = [(c, {root(nodes, a) for a in c.arguments}) for c in trace.calls]

    def together(one: _Given, other: _Given) -> bool:
        if not one.made.isdisjoint(other.made):
            return True
        both = {one.gradient, other.gradient}
        return len(both) > 1 and any(both <= arguments and {c.start} <= one.span & other.span for c, arguments in calls)

    waiting = list(given)
    while waiting:
        group = [waiting.pop(0)]
        while joined := [g for g in waiting if any(together(g, other) for other in group)]:
            group += joined
            waiting = [g for g in waiting if g not in joined]
        yield sorted(group, key=lambda g: g.gradient)


def _given(trace: Trace) -> list[_Given]:
    """The gradients that a program is handed, each with the output that it is one of; twice, where two calls go back from it."""
    nodes = trace.graph.nodes
    names = [(b.node, b.name.text) for b in trace.bindings]
    names += [pair for c in trace.calls for pair in zip(c.arguments, c.parameters, strict=False)]
    named: dict[int, list[str]] = {}
    for node, text in names:
        held = root(nodes, node)
        if nodes[held].op == "input" and nodes[held].shape == nodes[node].shape != () and nodes[held].dtype == "real":
            named.setdefault(held, []).append(bare(text))
    inside = [c for c in trace.calls if BACKWARD.search(c.title)]  # an array begun there is no gradient from outside
    taken = {c.title: parameters_of(trace.program, c.title) for c in inside}
    outside = {
        root(nodes, b.node) for b in trace.bindings if not b.name.scope or b.name.text in taken.get(b.name.scope, frozenset())
    }
    gradients = [
        i
        for i, texts in named.items()
        if np.any(trace.values[i])
        and any(map(_quantities_in, texts))
        and (i in outside or not any(c.start <= i < c.stop for c in inside))
    ]
    if not gradients:
        return []
    given = descendants(trace.graph, gradients)
    computed = {i for i, n in enumerate(nodes) if n.dtype == "real" and i not in given and nodes[root(nodes, i)].op not in DATA}
    outputs = quantities_of(nodes, computed)
    return [given for i in gradients for given in _uses(trace, outputs, i, named[i])]


def _uses(trace: Trace, outputs: Quantities, gradient: int, names: Sequence[str]) -> Iterator[_Given]:
    """A gradient with its output, for each call that goes backward from it to another one."""
    nodes = trace.graph.nodes
    made = descendants(trace.graph, [gradient])
    used = [
        c
        for c in trace.calls
        if BACKWARD.search(c.title) and not NUMERICAL.search(c.title) and any(root(nodes, a) == gradient for a in c.arguments)
    ]
    found = [(_output(trace, outputs, gradient, names, call), call.start) for call in used]
    if len({output for output, _ in found}) <= 1:
        first = next((i for i, n in enumerate(nodes) if gradient in n.inputs and n.op != "alias"), len(nodes))
        output = found[-1][0] if found else _by_its_name(nodes, outputs, gradient, names, first)
        found = [(output, 0)]
    for (output, start), (_, stop) in pairwise([*found, (None, len(nodes))]):
        if output is not None:
            yield _Given(gradient, output, frozenset(i for i in made if start <= i < stop), frozenset(range(start, stop)))


def _output(trace: Trace, outputs: Quantities, gradient: int, names: Sequence[str], call: CallSite) -> int | None:
    """What a gradient that a call is given is one of: what the function that goes forward gave back before, where that is one
    value of its shape; else, of what was made since, by its name.
    """
    nodes = trace.graph.nodes
    forward = forward_of(trace.calls, trace.graph.nodes, call)
    since = 0 if forward is None else forward.start
    results = [] if forward is None else [i for i in forward.results if i >= since and nodes[i].shape == nodes[gradient].shape]
    named = results[0] if len(results) == 1 else _by_its_name(nodes, outputs, gradient, names, call.start)
    return named if named is not None and named >= since else None


def _by_its_name(nodes: Sequence[Node], outputs: Quantities, gradient: int, names: Sequence[str], before: int) -> int | None:
    """The last value of the name that a gradient's name speaks of."""
    for text in dict.fromkeys(text for name in names for text in _quantities_in(name)):
        alike = (i for i in outputs.called(plain_quantity(text), before) if last_of(nodes[i]) == text)
        fitting = [i for i in alike if _fits(nodes[i].shape, nodes[gradient].shape)]
        if fitting:
            return fitting[-1]
    return None


def _quantities_in(name: str) -> list[str]:
    """What a name may say that it is the derivative for."""
    return [] if FALSE_FRIENDS.match(name) else [m["wrt"] for form in DERIVATIVE_FORMS if (m := form.match(name))]


def _fits(whole: Shape, part: Shape) -> bool:
    """Whether a gradient is of an output, or of as many of its first entries along one axis."""
    fewer = [n != m for n, m in zip(whole, part, strict=False)]
    return len(whole) == len(part) and sum(fewer) <= 1 and all(m <= n for n, m in zip(whole, part, strict=True))
