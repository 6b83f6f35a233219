"""The factor by which a loss's derivatives differ from the written ones, at the program's own values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.checking.bench import build
from chainrule.checking.by_use import rate_inside
from chainrule.checking.claim import Claim
from chainrule.errors import EvaluationError
from chainrule.reading.roles import Reading

SAME = 1e-7
NOTHING = 0.0


def factors_of(reading: Reading, claims: Sequence[Claim]) -> list[float | None] | None:
    """For each claim the number that turns the derivative into what is written: NOTHING where both are 0, None where no
    number does. None for all where the program cannot be followed at its own values.
    """
    try:
        bench = build(reading, claims)
        values = bench.at({i: reading.values[i] for i in reading.graph.inputs})
    except EvaluationError:
        return None
    if values is None:
        return None
    return [_factor(values[c.node], None if t is None else values[t]) for c, t in zip(claims, bench.true, strict=True)]


def _factor(given: Any, true: Any) -> float | None:
    written = np.asarray(given, float)
    meant = np.zeros_like(written) if true is None else np.asarray(true, float)
    if written.shape != meant.shape and written.size != meant.size:
        return None
    written, meant = written.ravel(), meant.ravel()
    scale = float(meant @ meant)
    if scale == 0:
        return None if np.any(written) else NOTHING
    factor = float(written @ meant) / scale
    near = np.allclose(written, factor * meant, rtol=1e-6, atol=SAME * float(np.abs(meant).max()))
    return factor if near and factor else None


def common_factor(reading: Reading, claims: Sequence[Claim]) -> float | None:
    """The number that turns the loss's derivatives into all the written ones; None if none does.

    In an update line without a learning rate by name, any positive number may be that rate.
    """
    found = factors_of(reading, claims) if claims else None
    if found is None:
        return None
    factors: list[float] = []
    rates: list[float] = []
    stepped = any(claim.update is not None for claim in claims)
    learned = {p.node for p in reading.parameters}
    named = not stepped and any(claim.wrt in learned for claim in claims)  # an optimizer makes the steps
    for claim, times in zip(claims, found, strict=True):
        if (stepped and claim.update is None) or (named and claim.wrt not in learned):
            continue  # its name may mean a neighbour; what is stepped along says more
        if times is None:
            return None
        if times == NOTHING:
            continue
        inside = rate_inside(reading.graph.nodes, claim.node, reading.rate, named=True) if claim.rate is None else None
        rate = 1.0 if inside is None or reading.rate is None else reading.rate.value
        factor = times / rate  # delta_w = alpha * error * x, beside b += alpha * error
        free = claim.update is not None and reading.graph.nodes[claim.node].name is None
        if free and (reading.rate is None or reading.rate.node is None):
            if factor <= 0:
                return None
            rates.append(factor)
            continue
        factors.append(factor if claim.update is not None else abs(factor))  # y − o in place of o − y may be meant
    if not factors and any(abs(r - rates[0]) > 1e-6 * abs(rates[0]) for r in rates):
        return 1.0  # each line has a rate of its own
    factors = factors or rates[:1] or [1.0]
    if factors[0] <= 0 or any(abs(f - factors[0]) > 1e-6 * abs(factors[0]) for f in factors):
        return None
    return factors[0] if abs(factors[0] - 1) > SAME else 1.0


def shared_factor(reading: Reading, claims: Sequence[Claim]) -> tuple[int, float]:
    """How many claims the loss explains by the size of factor that most of them share; and that size."""
    found = [f for f in factors_of(reading, claims) or [] if f is not None]
    sizes = [abs(f) for f in found if f]
    counts = Counter(round(size, 9) for size in sizes)
    best = next((s for s in sizes if round(s, 9) == counts.most_common(1)[0][0]), NOTHING)
    many = sum(1 for f in found if f == NOTHING or abs(abs(f) - best) <= 1e-6 * best)
    return many, best or 1.0
