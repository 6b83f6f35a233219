"""For what failed: where it fails most simply, the mistake that was made, and the line to write instead."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np

from chainrule.checking.bench import Bench, Values, build, ties
from chainrule.checking.claim import Claim
from chainrule.checking.compare import compare
from chainrule.checking.derivation import suspect
from chainrule.checking.families import merged, without_indices
from chainrule.checking.following import follows_from
from chainrule.checking.mistakes import SECONDS, name_mistakes
from chainrule.checking.rewriting import write_instead
from chainrule.checking.samples import Leaf, changed, domains, draw, single_changes
from chainrule.checking.sampling import MORE_SAMPLES, stands
from chainrule.checking.verdicts import Counterexample, Judgement, Kind
from chainrule.graph.reach import ancestors
from chainrule.graph.records import Source
from chainrule.reading.loss import COMPUTES
from chainrule.reading.roles import Reading

SEARCH_SECONDS = 4.0
MOST_SECONDS = 10.0
KEPT = 32
MOST_IN_VAIN = 3

Found: TypeAlias = tuple[Counterexample, dict[int, Any]]

FOLLOWS = "it follows from"


def explain_failures(reading: Reading, claims: Sequence[Claim], results: Sequence[Judgement]) -> list[Judgement]:
    """The verdicts, those that failed with a counterexample, the mistake and the line to write instead."""
    doubtful = [i for i, r in enumerate(results) if r.fails or r.kind == "scale"]
    if not any(r.fails for r in results):
        return list(results)
    bench = build(reading, claims)
    leaves = domains(reading, reading.graph, {c.wrt for c in claims})
    found = counterexamples(bench, leaves, [i for i in doubtful if results[i].verdict == "right only here"])
    telling = [sample for _, sample in found.values() if bench.at(sample, again=False) is not None]
    samples = [*kept_samples(bench, leaves), *telling]
    explained = list(results)
    right = [i for i, r in enumerate(results) if r.verdict == "right" and "; not for " not in r.because]
    report = reading.trace.settings.report
    left = MOST_SECONDS
    in_vain: Counter[Source | None] = Counter()
    made_in: dict[tuple[Source | None, str], set[str]] = {}  # the mistakes that each line made, entry by entry
    for done, i in enumerate(doubtful):
        report(f"looking for the mistake in {claims[i].name.text}", done, len(doubtful))
        if not results[i].fails:
            continue
        above = follows_from(bench, i, doubtful, samples)
        if results[i].factor is not None and not above:
            continue  # −1 times the derivative: nothing more is to be found out
        began = time.process_time()
        line = reading.graph.nodes[claims[i].node].source
        given_up = above or in_vain[line] >= MOST_IN_VAIN  # of a matrix in lists, every entry is a claim of one line
        within = min(SECONDS, max(left, SECONDS / 5))
        made_here = made_in.setdefault((line, without_indices(claims[i].name.text)), set())
        mistakes = () if given_up else tuple(name_mistakes(suspect(reading, claims[i], samples), within, made_here))
        made_here.update(map(without_indices, mistakes))
        in_vain[line] += not (mistakes or above)
        left -= time.process_time() - began
        sure = mistakes or any(explained[d].mistakes for d in above) or reading.loss.evidence != COMPUTES
        if above:
            words = _follows(reading, [claims[d] for d in above])
        else:
            words = "; or: ".join(mistakes[:3]) if mistakes else results[i].because or _plainly(results[i], sure=bool(sure))
            if mistakes and results[i].because:
                words = f"{results[i].because}: {words}"
        explained[i] = replace(
            results[i],
            verdict=results[i].verdict if sure else "cannot tell",
            kind=_kind(results, i, above) if sure else "",
            counterexample=found[i][0] if i in found else None,
            mistakes=mistakes,
            because=words,
            write_instead=""
            if above or not sure or _leaves_open(reading, claims, i)
            else write_instead(reading, bench, i, right, samples),
        )
    return explained


def _leaves_open(reading: Reading, claims: Sequence[Claim], i: int) -> bool:
    """Whether a name may be meant for what goes into an activation, and other derivatives are made on that understanding."""
    mine = claims[i]
    if mine.update is not None or not any(a.if_used_right for a in mine.alternatives):
        return False
    return any(c.node > mine.node and mine.node in ancestors(reading.graph, [c.node]) for c in claims)


def _follows(reading: Reading, above: Sequence[Claim]) -> str:
    """It would be right if what it is computed from were."""
    entries: dict[tuple[str, str], list[Claim]] = {}
    for claim in above:
        source = reading.graph.nodes[claim.node].source
        entries.setdefault((without_indices(claim.name.text), repr(source) if source else ""), []).append(claim)
    together = ((merged([c.name.text for c in alike]), place) for (_, place), alike in entries.items())
    names = ", ".join(f"{name} ({place})" if place else name for name, place in together)
    return f"{FOLLOWS} {names}; given {'that one' if len(above) == 1 else 'those'} right, it would be"


def _kind(results: Sequence[Judgement], i: int, above: Sequence[int]) -> Kind:
    """What follows from derivatives that are only off by a factor is off by no more than that."""
    return "scale" if above and all(results[d].kind == "scale" for d in above) else results[i].kind


def _plainly(result: Judgement, *, sure: bool) -> str:
    if not sure:
        return f"it is not {result.derivative}, but whether {result.loss} is the loss, only its look says. --of names one"
    if result.verdict == "right only here":
        return "it agrees with the derivative at the program's own values, but not as a function"
    return f"it is not {result.derivative}"


def kept_samples(bench: Bench, leaves: list[Leaf]) -> list[dict[int, Any]]:
    kept: list[dict[int, Any]] = [{leaf.node: leaf.value for leaf in leaves}]
    for number in range(MORE_SAMPLES):
        sample = draw(leaves, number)
        values = bench.at(sample, again=False) if len(kept) < KEPT else None
        if values is not None and not ties(bench, values):
            kept.append(sample)
    return kept


def counterexamples(bench: Bench, leaves: list[Leaf], wanted: Sequence[int]) -> dict[int, Found]:
    """The first single change of a value that shows each claim wrong, and the sample that it makes; kinks are skipped."""
    found: dict[int, Found] = {}
    stop = time.monotonic() + SEARCH_SECONDS
    waiting = set(wanted)
    for leaf, entry, value in single_changes(leaves):
        if not waiting or time.monotonic() > stop:
            break
        sample = changed(leaves, leaf, entry, value)
        values = bench.at(sample)
        if values is None or (not values.again and ties(bench, values)):
            continue
        for i in sorted(waiting):
            pair = _differs(bench, sample, values, i)
            if pair is not None:
                found[i] = Counterexample({_entry_name(bench, leaf, entry): value}, *pair), sample
        waiting -= set(found)
    for i in sorted(waiting):
        several = _several(bench, leaves, i, stop + SEARCH_SECONDS)
        if several is not None:
            found[i] = several
    return found


def _differs(bench: Bench, sample: Any, values: Values, i: int) -> tuple[Any, Any] | None:
    written, true = bench.claims[i].node, bench.true[i]
    if true is None or written not in values.by_node or true not in values.by_node:
        return None
    if compare(values[written], values[true]) != "different":
        return None
    if not values.again and not stands(bench, sample, written, true, values):
        return None
    return values[written], values[true]


def _entry_name(bench: Bench, leaf: Leaf, entry: Any) -> str:
    name = bench.graph.nodes[leaf.node].name
    text = name.text if name else f"value_{leaf.node}"
    return f"{text}[{', '.join(map(str, entry))}]" if entry != () else text


def _several(bench: Bench, leaves: list[Leaf], i: int, stop: float) -> Found | None:
    """Several values changed at once: a sample that differs, with every leaf put back that can be."""
    for number in range(MORE_SAMPLES):
        sample = {k: _rounded(v) for k, v in draw(leaves, number).items()}
        values = bench.at(sample)
        if values is None or (not values.again and ties(bench, values)) or _differs(bench, sample, values, i) is None:
            continue
        for leaf in leaves:
            tried = {**sample, **leaf.sets(leaf.value)}
            there = bench.at(tried) if time.monotonic() < stop else None
            if (
                there is not None
                and not (not there.again and ties(bench, there))
                and _differs(bench, tried, there, i) is not None
            ):
                sample, values = tried, there
        pair = _differs(bench, sample, values, i)
        if pair is not None:
            own = {leaf.node: leaf.value for leaf in leaves}
            moved = {
                _entry_name(bench, leaf, ()): sample[leaf.node]
                for leaf in leaves
                if not np.array_equal(sample[leaf.node], own[leaf.node])
            }
            return Counterexample(moved, *pair), sample
    return None


def _rounded(value: Any) -> Any:
    return np.round(value, 1) if np.asarray(value).dtype.kind == "f" else value
