"""Gradients that a program is handed, as where a layer is tried alone: `da_next = rng.normal(size=a_next.shape)`.

What goes backward from such a gradient of an output is the derivative of the sum of their products, whatever the loss may be
that it stands for.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from chainrule.checking.quantities import Quantities, plain_quantity, quantities_of
from chainrule.checking.verdicts import Judgement, place
from chainrule.graph.build import Builder
from chainrule.graph.differentiate import descendants
from chainrule.graph.expression import Expression, index, total
from chainrule.graph.records import Shape
from chainrule.reading.appended import with_loss
from chainrule.reading.names import BACKWARD, DERIVATIVE_FORMS, FORWARD, NUMERICAL, STEM, bare, last_of
from chainrule.reading.recorded import CallSite
from chainrule.reading.roles import Reading, infer
from chainrule.reading.trace import Trace
from chainrule.reading.updates import root

EVIDENCE = "its gradient is what the program is handed"


@dataclass(frozen=True)
class HandedIn:
    """A reading whose loss is Σ gradient·output, of gradients that go backward together; what is made of them; the outputs."""

    reading: Reading
    made: frozenset[int]
    outputs: frozenset[int]


def handed_in(trace: Trace, wrt: Sequence[str] = (), learning_rate: float | None = None) -> list[HandedIn]:
    """A reading for each group of gradients that a program without a training loop is handed, in the order of the program."""
    if trace.passes:
        return []
    found: list[HandedIn] = []
    for group in _groups(trace, _pairs(trace)):
        text = " + ".join(f"Σ {_text(trace, g)}·{_text(trace, o)}" for g, o in group.items())
        longer, loss = with_loss(trace, lambda builder, group=group: _weighted(builder, group), text)  # type: ignore[misc]
        reading = infer(longer, loss=loss, wrt=wrt, learning_rate=learning_rate)
        made = frozenset(descendants(trace.graph, group)) - group.keys()
        found.append(
            HandedIn(
                replace(reading, loss=replace(reading.loss, evidence=EVIDENCE)),
                made,
                frozenset(root(trace.graph.nodes, o) for o in group.values()),
            )
        )
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


def _weighted(builder: Builder, group: Mapping[int, int]) -> int:
    terms = []
    for gradient, output in group.items():
        whole = Expression(builder, output)
        key = _first(builder.shape_of(output), builder.shape_of(gradient))
        terms.append(total(Expression(builder, gradient) * (index(whole, key) if key else whole)))
    return reduce(operator.add, terms).index


def _first(whole: Shape, part: Shape) -> tuple[slice, ...]:
    """The key of as many first entries as a part has, along the axes where it has fewer; empty where they are of one shape."""
    return () if whole == part else tuple(slice(0, n) for n in part)


def _groups(trace: Trace, pairs: Mapping[int, int]) -> Iterator[dict[int, int]]:
    """Gradients that something is made of together, or that one call is given."""
    nodes = trace.graph.nodes
    given = [{root(nodes, a) for a in c.arguments} for c in trace.calls]
    waiting = dict(pairs)
    while waiting:
        first = next(iter(waiting))
        group = {first: waiting.pop(first)}
        made = descendants(trace.graph, [first])
        while joined := [
            g
            for g in waiting
            if not made.isdisjoint(descendants(trace.graph, [g])) or any(g in args and args & group.keys() for args in given)
        ]:
            group |= {g: waiting.pop(g) for g in joined}
            made = descendants(trace.graph, group)
        yield dict(sorted(group.items()))


def _pairs(trace: Trace) -> dict[int, int]:
    """The gradients that a program is handed, each with the output that it is one of."""
    nodes = trace.graph.nodes
    names = [(b.node, b.name.text) for b in trace.bindings]
    names += [pair for c in trace.calls for pair in zip(c.arguments, c.parameters, strict=False)]
    named: dict[int, list[str]] = {}
    for node, text in names:
        held = root(nodes, node)
        if nodes[held].op == "input" and nodes[held].shape == nodes[node].shape != () and nodes[held].dtype == "real":
            named.setdefault(held, []).append(bare(text))
    gradients = [i for i, texts in named.items() if np.any(trace.values[i]) and any(map(_quantities_in, texts))]
    if not gradients:
        return {}
    backward = descendants(trace.graph, gradients)
    computed = {i for i, n in enumerate(nodes) if n.op not in ("input", "constant") and n.dtype == "real" and i not in backward}
    outputs = quantities_of(nodes, computed)
    found = {i: _output(trace, outputs, i, named[i]) for i in gradients}
    return {i: output for i, output in found.items() if output is not None}


def _output(trace: Trace, outputs: Quantities, gradient: int, names: Sequence[str]) -> int | None:
    """What a gradient is one of: by its name, the last so named before it goes backward; else what the function that goes
    forward before gave back, of that shape.
    """
    nodes = trace.graph.nodes
    used = [
        c
        for c in trace.calls
        if BACKWARD.search(c.title) and not NUMERICAL.search(c.title) and any(root(nodes, a) == gradient for a in c.arguments)
    ]
    first = next((i for i, n in enumerate(nodes) if gradient in n.inputs and n.op != "alias"), len(nodes))
    before = used[-1].start if used else first
    for text in dict.fromkeys(text for name in names for text in _quantities_in(name)):
        alike = (i for i in outputs.called(plain_quantity(text), before) if last_of(nodes[i]) == text)
        fitting = [i for i in alike if _fits(nodes[i].shape, nodes[gradient].shape)]
        if fitting:
            return fitting[-1]
    return _given_back(trace, used[-1], nodes[gradient].shape) if used else None


def _quantities_in(name: str) -> list[str]:
    """What a name may say that it is the derivative for."""
    return [m["wrt"] for form in DERIVATIVE_FORMS if (m := form.match(name))]


def _given_back(trace: Trace, backward: CallSite, shape: Shape) -> int | None:
    stem = STEM.sub("", backward.title)
    calls = [
        c
        for c in trace.calls
        if c.stop <= backward.start and c.owner == backward.owner and FORWARD.search(c.title) and STEM.sub("", c.title) == stem
    ]
    results = [i for i in calls[-1].results if trace.graph.nodes[i].shape == shape] if calls else []
    return results[0] if len(results) == 1 else None


def _fits(whole: Shape, part: Shape) -> bool:
    """Whether a gradient is of an output, or of as many of its first entries along one axis."""
    fewer = [n != m for n, m in zip(whole, part, strict=False)]
    return len(whole) == len(part) and sum(fewer) <= 1 and all(m <= n for n, m in zip(whole, part, strict=True))
