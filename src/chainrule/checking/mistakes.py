"""Naming the mistake: each is a slip in the derivation of the forward program, or an edit of the adjoint, or two of these.

A mistake is named only when it reproduces the written value at every sample. Several that do are all named.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, combinations
from typing import Any

import numpy as np

from chainrule.checking.activation_mistakes import activation_slips, textbook_slopes
from chainrule.checking.adjoint_mistakes import edits, halved_squares, lost_divisions, lost_factors, lost_uses, other_losses
from chainrule.checking.claim import unaliased
from chainrule.checking.compare import compare, ratio, share
from chainrule.checking.derivation import Slip, Suspicion, Variant, derive
from chainrule.checking.families import without_indices
from chainrule.errors import EvaluationError
from chainrule.graph.evaluate import evaluate
from chainrule.graph.records import Graph
from chainrule.reading.names import reads_as_derivative

SECONDS = 5.0
ROUNDING = 1e-12
FEWEST_TELLING = 3


def name_mistakes(s: Suspicion, seconds: float = SECONDS, likely: Collection[str] = ()) -> list[str]:
    """The mistakes that reproduce the written value at every sample, in words: single ones, else pairs. One of those that are
    `likely`, as the line made it in another entry, is looked for first.
    """
    deadline = time.process_time() + seconds
    s = replace(s, detours=textbook_slopes(s))
    try:
        known = [evaluate(s.graph, sample, check_guards=False) for sample in s.samples]
    except EvaluationError:
        return []
    if any(_factor(s, true, known) == 1.0 for true in _derived(s)):
        return []  # right, were it not for its shape
    told = _cancelled(s, known) or _one_too_many(s, known)
    if told:
        return [told]
    if likely and (again := _made_again(s, likely, known)):
        return again
    slips = list(_slips(s))
    scaled: dict[object, str] = {}
    for kinds in ((_one_slip, _one_edit, _one_factor), (_two_slips, _slip_and_edit, _two_edits)):
        if kinds[0] is _two_slips:
            slips = _telling(s, slips, known, deadline)
        for kind in kinds:  # an edit that gives the same as a slip is the same mistake in other words
            found: dict[object, str] = {}
            for variant in kind(s, slips):
                if time.process_time() > deadline:
                    break
                factor = None if kinds[0] is not _one_slip and _says_itself(s, variant, known) else _factor(s, variant, known)
                if factor == 1.0:
                    found.setdefault(_exchange(variant.site), variant.words)
                elif factor is not None and kinds[0] is _one_slip and not _puts_in_a_derivative(s, variant):
                    # two mistakes and a factor explain anything
                    scaled.setdefault(variant.site, f"{variant.words}, and is {share(factor, 'that')}")
            if found:
                return list(dict.fromkeys(found.values()))
        if scaled:
            return list(dict.fromkeys(scaled.values()))
    return []


def _made_again(s: Suspicion, likely: Collection[str], known: Sequence[Sequence[Any]]) -> list[str]:
    """The mistake that the line made in another entry of the same container."""
    slips = (slip for slip in _slips(s) if without_indices(slip.words) in likely)
    for variant in chain(_one_slip(s, slips), _one_edit(s, ()), _one_factor(s, ())):
        if without_indices(variant.words) in likely and _factor(s, variant, known) == 1.0:
            return [variant.words]
    return []


def _exchange(site: object) -> object:
    """Where a variant went wrong; two values put in for two others are one mistake, whichever is said to be in whose place."""
    match site:
        case ((_, ("operand", first, one)), ("operand", second, other)):
            return frozenset((first, second)), frozenset((one, other))
    return site


def _puts_in_a_derivative(s: Suspicion, variant: Variant) -> bool:
    """Whether what is put in is a derivative that the line is made from: a multiple of that explains anything."""
    match variant.site:
        case ("operand", _, int(other)) | (_, ("operand", _, int(other))):
            name = s.graph.nodes[other].name
            return name is not None and reads_as_derivative(name.text)
    return False


def _says_itself(s: Suspicion, variant: Variant, known: Sequence[Sequence[Any]]) -> bool:
    """Whether the second mistake puts in what is written, or a multiple of it: what is left of the derivation says nothing."""
    match variant.site:
        case (_, ("operand", _, int(other))):
            factors = {ratio(values[other], values[s.written]) for values in known if np.any(values[s.written])}
            first = next(iter(factors), None)
            return first is not None and all(f is not None and np.isclose(f, first) for f in factors)
    return False


def _cancelled(s: Suspicion, known: Sequence[Sequence[Any]]) -> str:
    """What is to be said of a sum that is nothing but rounding at every sample: it can be any mistake's result, so it is none's."""
    nodes = s.graph.nodes
    at = s.written
    while nodes[at].op in ("alias", "reshape", "negative"):
        at = nodes[at].inputs[0]
    if nodes[at].op not in ("sum", "mean"):
        return ""
    for values in known:
        terms = np.max(np.abs(values[nodes[at].inputs[0]]), initial=0)
        if terms == 0 or np.max(np.abs(values[at]), initial=0) > ROUNDING * terms:
            return ""
    axis, rank = nodes[at].attributes["axis"], len(nodes[nodes[at].inputs[0]].shape)
    where = "over everything" if axis is None else f"over axis {', '.join(map(str, axis))}"
    axes = tuple(range(rank)) if axis is None else tuple(sorted(a % rank for a in axis))
    words = f"summed {where}"
    for variant in _one_edit(s, ()):
        match variant.site:
            case (_, ("sum", _, found)) if found == axes:
                words = variant.words
    return f"{words}: its terms cancel there, and it is 0 but for rounding, whatever they are"


def _one_too_many(s: Suspicion, known: Sequence[Sequence[Any]]) -> str:
    """What is to be said of what is right and one more term, `dW2 += reg * W2` where the loss holds no penalty of W2; or one more
    factor.
    """
    nodes = s.graph.nodes
    at = unaliased(nodes, s.written)
    if nodes[at].op not in ("add", "subtract", "multiply"):
        return ""
    for slot, right in enumerate(nodes[at].inputs):
        if slot == 1 and nodes[at].op == "subtract":
            continue
        without = replace(s, written=right)
        if nodes[right].shape == nodes[at].shape and any(_factor(without, true, known) == 1.0 for true in _derived(s)):
            other = s.labels[nodes[at].inputs[1 - slot]]
            if nodes[at].op == "multiply":
                return f"it is right but for the factor {other}, which is one too many"
            return f"it {'adds' if nodes[at].op == 'add' else 'takes off'} {other}, and {s.loss} holds no such term"
    return ""


def _telling(s: Suspicion, slips: Sequence[Slip], known: Sequence[Sequence[Any]], deadline: float) -> list[Slip]:
    """The slips that change something: the sigmoid's derivative for the sigmoid's is none, and no half of a pair."""
    true = next(_derived(s), None)
    right = [] if true is None else list(_reached(s, true, known))
    found: list[Slip] = []
    for slip in slips:
        if time.process_time() > deadline:
            break
        for variant in _derived(s, slip):
            there = _reached(s, variant, known)
            if any(a is None or b is None or compare(a, b) != "same" for a, b in zip(right, there, strict=False)):
                found.append(slip)
    return found


def _one_slip(s: Suspicion, slips: Iterable[Slip]) -> Iterator[Variant]:
    for slip in slips:
        yield from _derived(s, slip)


def _one_edit(s: Suspicion, slips: Sequence[Slip]) -> Iterator[Variant]:
    for true in _derived(s):
        yield from edits(s, true)


def _one_factor(s: Suspicion, slips: Sequence[Slip]) -> Iterator[Variant]:
    for true in _derived(s):
        yield from lost_factors(s, true)


def _two_slips(s: Suspicion, slips: Sequence[Slip]) -> Iterator[Variant]:
    for first, second in combinations(slips, 2):
        if first.places.isdisjoint(second.places):
            yield from _derived(s, first, second)


def _slip_and_edit(s: Suspicion, slips: Sequence[Slip]) -> Iterator[Variant]:
    for slip in slips:
        for once in _derived(s, slip):
            yield from edits(s, once)


def _two_edits(s: Suspicion, slips: Sequence[Slip]) -> Iterator[Variant]:
    for once in _one_edit(s, slips):
        yield from edits(s, once)


def _slips(s: Suspicion) -> Iterator[Slip]:
    yield from activation_slips(s)
    yield from lost_uses(s)
    yield from halved_squares(s)
    yield from lost_divisions(s)
    yield from other_losses(s)


def _derived(s: Suspicion, *slips: Slip) -> Iterator[Variant]:
    try:
        variant = derive(s, *slips)
    except ValueError:  # what does not fit in its shape is not what was written
        return
    if variant is not None:
        yield variant


def _reached(s: Suspicion, variant: Variant, known: Sequence[Sequence[Any]]) -> Iterator[Any]:
    """What a variant gives at each sample; None where it cannot be computed.

    `known` holds the values of the program at each sample: only what the variant does otherwise is computed.
    """
    nodes, own = variant.graph.nodes, s.graph.nodes
    shared = next((i for i, (one, other) in enumerate(zip(nodes, own, strict=False)) if one is not other), len(own))
    only = _beyond(variant.graph, variant.node, shared)
    for sample, values in zip(s.samples, known, strict=True):
        try:
            yield evaluate(variant.graph, sample, start=values[:shared], only=only, check_guards=False)[variant.node]
        except EvaluationError:
            yield None


def _factor(s: Suspicion, variant: Variant, known: Sequence[Sequence[Any]]) -> float | None:
    """1 where the variant gives what is written at every sample, a factor where it is a constant multiple, else None."""
    factor: float | None = None
    telling = 0
    for values, value in zip(known, _reached(s, variant, known), strict=True):
        scale = s.sign if s.rate is None else s.sign * values[s.rate]
        there = values[s.written]
        if value is None or np.size(value) != np.size(there):
            return None
        given = np.reshape(value, np.shape(there)) * scale
        if not np.any(there) and not np.any(given):
            continue
        answer = compare(there, given if factor is None else given * factor)
        if answer == "different" and factor is None:
            factor = ratio(there, given)
            if factor is None:
                return None
        elif answer == "different":
            return None
        elif answer == "same" and factor is None:
            factor = 1.0
        telling += bool(answer != "unclear" and np.any(np.asarray(there) != 0))
    return factor if telling >= FEWEST_TELLING else None


def _beyond(graph: Graph, node: int, known: int) -> set[int]:
    """What has to be computed for a node where the first `known` values are there."""
    found: set[int] = set()
    waiting = [node]
    while waiting:
        i = waiting.pop()
        if i >= known and i not in found:
            found.add(i)
            waiting.extend(graph.nodes[i].inputs)
    return found
