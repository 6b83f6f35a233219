"""For what failed: where it fails most simply, the mistake that was made, and the line to write instead."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from chainrule.checking.bench import Bench, Values, build, ties
from chainrule.checking.claims import Claim
from chainrule.checking.compare import compare
from chainrule.checking.mistakes import Suspicion, name_mistakes
from chainrule.checking.rewriting import write_instead
from chainrule.checking.samples import Leaf, changed, domains, draw, single_changes
from chainrule.checking.verdicts import Counterexample, Judgement
from chainrule.checking.weighing import MORE_SAMPLES, stands
from chainrule.reading.roles import COMPUTES, Reading

SEARCH_SECONDS = 4.0
KEPT = 14


def explain_failures(
    reading: Reading, claims: Sequence[Claim], results: Sequence[Judgement], failed: Sequence[int]
) -> list[Judgement]:
    """The verdicts, those that failed with a counterexample, the mistake and the line to write instead."""
    bench = build(reading, [claims[i] for i in failed])
    leaves = domains(reading, reading.graph)
    only_here = [k for k, i in enumerate(failed) if results[i].verdict == "right only here"]
    found = counterexamples(bench, leaves, only_here)
    samples = kept_samples(bench, leaves)
    explained = list(results)
    for k, i in enumerate(failed):
        mistakes = name_mistakes(Suspicion(reading, claims[i], bench.true[k], samples))
        if not mistakes and reading.loss.evidence == COMPUTES:
            words = f"it is not ∂{results[i].loss}/∂{results[i].with_respect_to}, but whether {results[i].loss} is the loss, only its look says. --of names one"
            explained[i] = replace(results[i], verdict="cannot tell", kind="", because=words)
            continue
        explained[i] = replace(
            results[i],
            counterexample=found.get(k),
            mistakes=tuple(mistakes),
            because="; or: ".join(mistakes[:3]) if mistakes else _plainly(results[i]),
            write_instead=write_instead(reading, bench, claims[i], k, samples),
        )
    return explained


def _plainly(result: Judgement) -> str:
    if result.verdict == "right only here":
        return "it agrees with the derivative at the program's own values, but not as a function"
    return f"it is not ∂{result.loss}/∂{result.with_respect_to}"


def kept_samples(bench: Bench, leaves: list[Leaf]) -> list[dict[int, Any]]:
    kept: list[dict[int, Any]] = [{leaf.node: leaf.value for leaf in leaves}]
    for number in range(MORE_SAMPLES):
        sample = draw(leaves, number)
        values = bench.at(sample, again=False) if len(kept) < KEPT else None
        if values is not None and not ties(bench, values):
            kept.append(sample)
    return kept


def counterexamples(bench: Bench, leaves: list[Leaf], wanted: Sequence[int]) -> dict[int, Counterexample]:
    """The first single change of a value that shows each claim wrong; kinks are skipped."""
    found: dict[int, Counterexample] = {}
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
                found[i] = Counterexample({_entry_name(bench, leaf, entry): value}, *pair)
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


def _several(bench: Bench, leaves: list[Leaf], i: int, stop: float) -> Counterexample | None:
    """Several values changed at once: a sample that differs, with every leaf put back that can be."""
    for number in range(MORE_SAMPLES):
        sample = {k: _rounded(v) for k, v in draw(leaves, number).items()}
        values = bench.at(sample)
        if values is None or (not values.again and ties(bench, values)) or _differs(bench, sample, values, i) is None:
            continue
        for leaf in leaves:
            tried = {**sample, leaf.node: leaf.value}
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
            return Counterexample(moved, *pair)
    return None


def _rounded(value: Any) -> Any:
    return np.round(value, 1) if np.asarray(value).dtype.kind == "f" else value
