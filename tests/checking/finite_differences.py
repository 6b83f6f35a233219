"""The truth of a program's derivatives by running it: central differences of its own loss, at its own values and at others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

MARK = "# ---\n"
PLACES = 12
STEP = 1e-6


@dataclass(frozen=True)
class Hand:
    """A program in two parts, what is set up and the pass (a line `# ---` between them), and what its derivatives are of.

    `claims` maps the expression that a derivative is stored under to that of its parameter; `moved` are other values
    that may be anything (inputs, real targets).
    """

    text: str
    claims: Mapping[str, str]
    moved: tuple[str, ...] = ()
    loss: str = "loss"


def verdicts(hand: Hand) -> dict[str, str]:
    """For each derivative, what finite differences at the program's own values and at random ones say of it."""
    generator = np.random.default_rng(11)
    here = _agreement(hand, {})
    there = dict.fromkeys(hand.claims, True)
    for _ in range(PLACES):
        for claim, same in _agreement(hand, _elsewhere(hand, generator)).items():
            there[claim] &= same
    return {c: "right" if here[c] and there[c] else "right only here" if here[c] else "wrong" for c in hand.claims}


def _elsewhere(hand: Hand, generator: np.random.Generator) -> dict[str, Any]:
    setup = hand.text.split(MARK)[0]
    space: dict[str, Any] = {}
    exec(setup, space)
    places = dict.fromkeys((*hand.claims.values(), *hand.moved))
    return {p: generator.normal(size=np.shape(eval(p, space))) for p in places}


def _agreement(hand: Hand, values: Mapping[str, Any]) -> dict[str, bool]:
    written = _run(hand, values, hand.claims)
    found: dict[str, bool] = {}
    for claim, parameter in hand.claims.items():
        true = _slope(hand, values, parameter)
        w = np.asarray(written[claim], float)
        if w.shape != true.shape:
            found[claim] = w.size == true.size == 1 and bool(np.allclose(w.ravel(), true.ravel(), rtol=1e-4, atol=1e-6))
        else:
            found[claim] = bool(np.allclose(w, true, rtol=1e-4, atol=1e-6))
    return found


def _slope(hand: Hand, values: Mapping[str, Any], parameter: str) -> np.ndarray:
    setup = hand.text.split(MARK)[0]
    space: dict[str, Any] = {}
    exec(setup, space)
    at = np.array(values.get(parameter, eval(parameter, space)), float)
    slope = np.zeros(at.shape)
    for entry in np.ndindex(at.shape):
        sides = []
        for sign in (1, -1):
            moved = at.copy()
            moved[entry] += sign * STEP
            sides.append(float(_run(hand, {**values, parameter: moved}, [hand.loss])[hand.loss]))
        slope[entry] = (sides[0] - sides[1]) / (2 * STEP)
    return slope


def _run(hand: Hand, values: Mapping[str, Any], wanted: Iterable[str]) -> dict[str, Any]:
    setup, _, forward = hand.text.partition(MARK)
    space: dict[str, Any] = {}
    exec(setup, space)
    for place, value in values.items():
        space["_value"] = np.array(value) if np.ndim(value) else float(value)
        exec(f"{place} = _value", space)
    exec(forward, space)
    return {w: np.array(eval(w, space)) for w in wanted}
