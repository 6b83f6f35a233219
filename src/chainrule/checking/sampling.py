"""Taking samples: what is written and what is true, side by side, at values drawn far and near."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from chainrule.checking.bench import Bench, Values, sides, tied
from chainrule.checking.compare import Tally, compare
from chainrule.checking.samples import Leaf, draw

SAMPLES = 24
FEWEST_SAMPLES = 8
FEWEST_PAIRS = 3
SAMPLE_SECONDS = 8.0
HAIR = 1e-5
CANCELLED = 1e-9
SAME_DIFFERENCE = 0.1
MORE_SAMPLES = 60


def take_samples(bench: Bench, leaves: list[Leaf]) -> tuple[list[Tally], list[tuple[int, int]]]:
    """What the samples say of each claim, and the sides of branches that no sample reached."""
    tallies = [Tally() for _ in bench.claims]
    seen: dict[tuple[int, int], set[bool]] = {}
    stop = time.monotonic() + SAMPLE_SECONDS  # of all of them; a few are always taken
    taken = _sample(bench, (draw(leaves, n) for n in range(SAMPLES)), tallies, seen, stop)
    if any(len(both) < 2 for both in seen.values()) or taken < SAMPLES // 2:
        _sample(bench, (draw(leaves, n) for n in range(SAMPLES, MORE_SAMPLES)), tallies, seen, stop)
    if any(len(tally.pairs) < FEWEST_PAIRS for tally in tallies):  # far off it saturates, or stops being a number
        _sample(bench, (draw(leaves, n, near=True) for n in range(FEWEST_SAMPLES)), tallies, seen, stop)
    if any(len(tally.pairs) < FEWEST_PAIRS for tally in tallies):  # it branches on what comes out, for each row of the data
        _sample(bench, (draw(leaves, n, beside=True) for n in range(FEWEST_SAMPLES)), tallies, seen, stop)
    return tallies, [key for key, both in seen.items() if len(both) < 2]


def _sample(
    bench: Bench,
    samples: Iterable[Mapping[int, Any]],
    tallies: Sequence[Tally],
    seen: dict[tuple[int, int], set[bool]],
    stop: float,
) -> int:
    taken = 0
    for sample in samples:
        if taken >= FEWEST_SAMPLES and time.monotonic() > stop:
            break
        values = bench.at(sample)
        if values is None:
            continue
        nearby = Nearby(bench, sample, values)
        flat = not values.again and any(True for _ in tied(bench, values))
        kink = flat and not nearby.stays_tied
        taken += not kink
        if not values.again and not kink:
            for key, yes, no in sides(bench, values):
                seen.setdefault(key, set()).update([True] * yes + [False] * no)
        for claim, true, tally in zip(bench.claims, bench.true, tallies, strict=True):
            if true is None or claim.node not in values.by_node or true not in values.by_node:
                continue
            answer = compare(values[claim.node], values[true])
            if kink:
                tally.on_kinks.append(answer)
                continue
            if answer == "different" and not values.again:
                plain = not flat or nearby.moves(claim.wrt)
                answer = answer if plain and nearby.stands(claim.node, true) else "unclear"
            tally.add(answer, values[claim.node], values[true])
    return taken


def stands(bench: Bench, sample: Mapping[int, Any], written: int, true: int, values: Values) -> bool:
    """Whether a difference is more than rounding: it stays what it is when every value is moved by a hair.

    Where a sum of large terms cancels, or a probability is 1 but for its last digits, it does not.
    """
    return Nearby(bench, sample, values).stands(written, true)


@dataclass(frozen=True)
class Nearby:
    """What is a hair away from a sample, computed once for all the claims that differ there."""

    bench: Bench
    sample: Mapping[int, Any]
    values: Values

    def stands(self, written: int, true: int) -> bool:
        if self.cancels:
            return False
        apart = _apart(self.values, written, true)
        if apart is None:
            return True
        for there in self.moved:
            if there is None or written not in there.by_node or true not in there.by_node:
                return False
            again = _apart(there, written, true)
            if again is None or np.max(np.abs(apart - again)) > SAME_DIFFERENCE * np.max(np.abs(apart)):
                return False
        return True

    @cached_property
    def stays_tied(self) -> bool:
        """Whether what is equal here stays so: two functions that are one in a neighbourhood have one derivative there."""
        here = dict(tied(self.bench, self.values))
        for there in self.moved:
            if there is None:
                return False
            again = dict(tied(self.bench, there))
            if again.keys() != here.keys() or any(e is None or not np.array_equal(e, again[i]) for i, e in here.items()):
                return False
        return True

    def moves(self, leaf: int) -> bool:
        """Whether every entry of a leaf is moved, so that what stays equal does so whatever the leaf is."""
        if self.bench.graph.nodes[leaf].op != "input" or leaf not in self.values.by_node:
            return False
        return all(there is not None and bool(np.all(there[leaf] != self.values[leaf])) for there in self.moved)

    @cached_property
    def cancels(self) -> bool:
        return _cancels(self.bench, self.values)

    @cached_property
    def moved(self) -> tuple[Values | None, ...]:
        generator = np.random.default_rng(5)
        used = {i: v for i, v in self.sample.items() if i in self.bench.place}
        samples = ({i: _moved(v, generator) for i, v in used.items()} for _ in range(2))
        return tuple(self.bench.at(sample, again=False) for sample in samples)


def _cancels(bench: Bench, values: Values) -> bool:
    """Whether somewhere nearly all digits of a sum cancel (1 − p where p is almost 1), or a value overflows."""
    nodes, known = bench.graph.nodes, values.by_node
    own_nodes = len(bench.reading.graph.nodes)  # contributions that cancel in an adjoint are moved by a hair
    for i, result in known.items():
        node = nodes[i]
        own = i < own_nodes
        if node.dtype == "real" and not _is_finite(result) and not (own and _meant(result, bench.reading.values[i])):
            return True
        if own and node.op in ("add", "subtract") and all(s in known for s in node.inputs):
            one, other = (known[s] for s in node.inputs)
            if type(result) is type(one) is type(other) is float:  # a program in scalars has thousands of these
                if result != 0 and abs(result) < CANCELLED * max(abs(one), abs(other)):
                    return True
                continue
            size = np.maximum(np.abs(one), np.abs(other))
            if np.any((np.abs(result) < CANCELLED * size) & (np.asarray(result) != 0)):
                return True
    return False


def _is_finite(value: Any) -> bool:
    return math.isfinite(value) if type(value) in (float, int, np.float64) else bool(np.all(np.isfinite(value)))


def _meant(result: Any, usual: Any) -> bool:
    """Whether the program itself has infinities there: scores of −∞ that hide words from a softmax."""
    return bool(np.any(np.isinf(usual))) and not np.any(np.isnan(result))


def _moved(value: Any, generator: np.random.Generator) -> Any:
    array = np.asarray(value)
    if array.dtype.kind != "f":
        return value
    hairs = np.where(array == np.round(array), 0.0, HAIR)  # whole numbers may be labels, or a mask that is multiplied by 10⁹
    moved = value * (1 + hairs * generator.normal(size=np.shape(value)))
    return float(moved) if np.ndim(value) == 0 else moved


def _apart(values: Values, written: int, true: int) -> np.ndarray | None:
    w, t = (np.asarray(values[i], float).ravel() for i in (written, true))
    return w - t if w.size == t.size else None
