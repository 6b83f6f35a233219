"""Student programs made by number: right ones, and ones with a known mistake in a known derivative."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np

from checking.programs.arrays import array_plan
from checking.programs.plans import Plan, Values
from checking.programs.running import Runner, is_right, on_kink, runs
from checking.programs.scalars import scalar_plan
from checking.programs.slots import Edits, Option, Step, render, slots_of
from checking.programs.values import MODES, other_values, own_values
from checking.programs.writing import Writer

KINDS = (
    "activation's derivative left out", "activation's derivative at the wrong point", "activation treated as the identity",
    "wrong operand", "sign", "constant factor", "a use left out", "transposed", "summed over the wrong axis",
    "only the first row", "already updated", "gradient of another loss", "two of these",
)  # fmt: skip
ATTEMPTS = 3000
PLACES = 5


class Unmade(AssertionError):  # noqa: N818 - it names what happened
    """A program could not be made, or one that must be right is not."""


@dataclass(frozen=True)
class Mistake:
    """What was planted: `wrong` maps each claim that it makes wrong to whether that shows at the program's own values.

    `factors` are the wrong claims that are a constant multiple of the derivative everywhere.
    """

    kind: str
    claim: str
    wrong: Mapping[str, bool]
    factors: tuple[str, ...]
    line: str

    @property
    def visible(self) -> bool:
        return self.wrong[self.claim]


@dataclass(frozen=True)
class Program:
    """A program, the names of its hand-written derivatives, and the mistake in it, if there is one."""

    source: str
    claims: tuple[str, ...]
    mistake: Mistake | None


def make(seed: int, planted: bool) -> Program:
    """The program of a number; every other planted one has a mistake that does not show at its own values.

    Raises:
        Unmade: the generator contradicts itself.
    """
    rng = Random(f"{seed} {planted}")  # noqa: S311 - nothing is kept secret
    return _planted(rng, seed) if planted else _right(rng)


def _plan(rng: Random) -> Plan:
    return array_plan(rng) if rng.random() < 0.6 else scalar_plan(rng)


def _right(rng: Random) -> Program:
    for _ in range(ATTEMPTS):
        plan = _plan(rng)
        mode = rng.choice(MODES)
        runner = Runner(plan, {})
        own = own_values(plan, mode, rng)
        told = runner.at(own)
        if told is None or (mode == "hit" and not _hit(plan, own, told)):
            continue
        told = runner.at(own)
        if told is None or (on_kink(plan, told) and not (plan.relu_only and _zeros_only(plan, told))):
            continue
        source = _source(plan, {}, own, rng)
        if not runs(source):
            continue
        _assert_right(runner, own, told, rng)
        return Program(source, tuple(_name(s) for s in plan.backward if s.with_respect_to), None)
    raise Unmade


def _planted(rng: Random, seed: int) -> Program:
    kind = KINDS[seed // 2 % len(KINDS)]
    for _ in range(ATTEMPTS):
        plan = _plan(rng)
        chosen = _choose(plan, kind, rng)
        if chosen is None:
            continue
        line, edits = chosen
        right, wrong = Runner(plan, {}), Runner(plan, edits)
        for mode in rng.sample(MODES, len(MODES)):
            own = own_values(plan, mode, rng)
            told = right.at(own)
            if told is None or (mode == "hit" and not _hit(plan, own, told)):
                continue
            mistake = _mistake(plan, right, wrong, own, kind, line, edits, rng)
            if mistake is None or (seed % 2 == 0 and mistake.visible):
                continue
            source = _source(plan, edits, own, rng)
            told = right.at(own)
            if told is None or not runs(source):
                continue
            _assert_right(right, own, told, rng)
            return Program(source, tuple(_name(s) for s in plan.backward if s.with_respect_to), mistake)
    raise Unmade(kind)


def _source(plan: Plan, edits: Edits, own: Values, rng: Random) -> str:
    generator = np.random.default_rng(rng.getrandbits(32))
    rows = [_rounded(other_values(plan, own, generator)) for _ in range(plan.layout.extra_rows)]
    return Writer(plan, edits, own, rows).source()


def _rounded(values: Values) -> dict[str, Any]:
    return {k: round(v, 2) if isinstance(v, float) else v for k, v in values.items()}


def _name(step: Step) -> str:
    """The bare name of a claim: `self.dW1` and `grads["dW1"]` are dW1."""
    return step.text.removeprefix("self.").removeprefix('grads["').removesuffix('"]')


def _hit(plan: Plan, own: Values, told: Mapping[str, Any]) -> bool:
    """Set the target to the prediction: the loss is then at its least."""
    if plan.targets != "real" or plan.layout.container == "rows":
        return False
    if plan.arrays:
        own["Y"] = np.array(told[plan.output])
        return True
    for name in plan.named("target"):
        own[name] = float(told[f"{plan.output[0]}{plan.output[1:].split('_')[0]}_{name[1:]}"])
    return True


def _zeros_only(plan: Plan, told: Mapping[str, Any]) -> bool:
    return all(np.all((told[name] == 0) | (np.abs(told[name]) >= 1e-3)) for name in plan.pre)


def _assert_right(runner: Runner, own: Values, told: dict[str, Any], rng: Random) -> None:
    generator = np.random.default_rng(rng.getrandbits(32))
    if not on_kink(runner.plan, told) and not is_right(runner, own, told, generator):
        raise Unmade(f"not right at its own values:\n{Writer(runner.plan, {}, own).source()}")
    done = tries = 0
    while done < PLACES:
        values = other_values(runner.plan, own, generator)
        tries += 1
        there = runner.at(values)
        if tries > 200:
            raise Unmade(f"no place to try:\n{Writer(runner.plan, {}, own).source()}")
        if there is None or on_kink(runner.plan, there):
            continue
        if not is_right(runner, values, there, generator):
            raise Unmade(f"not right at {values}:\n{Writer(runner.plan, {}, own).source()}")
        done += 1


# ------------------------------------------------------------------------------------------------ planting


def _choose(plan: Plan, kind: str, rng: Random) -> tuple[Step, Edits] | None:
    """A line with a claim, and the mistake to make in it."""
    found: list[tuple[Step, int, Option]] = []
    for step in plan.backward:
        for place in slots_of(step.right):
            if step.with_respect_to:
                found += [(step, place.key, o) for o in place.options if kind in (o.kind, "two of these")]
    if not found:
        return None
    kinds = sorted({o.kind for _, _, o in found})
    picked = rng.choice(kinds)
    step, key, option = rng.choice([f for f in found if f[2].kind == picked])
    if kind != "two of these":
        return step, {key: option}
    others = [f for f in found if f[0] is step and f[1] != key and not _nested(step, key, f[1])]
    if not others:
        return None
    _, second, other = rng.choice(others)
    return step, {key: option, second: other}


def _nested(step: Step, a: int, b: int) -> bool:
    inside = {s.key: {t.key for t in slots_of(s)} for s in slots_of(step.right)}
    return a in inside[b] or b in inside[a]


def _mistake(
    plan: Plan, right: Runner, wrong: Runner, own: Values, kind: str, line: Step, edits: Edits, rng: Random
) -> Mistake | None:
    """What the mistake does to each claim; None where it does nothing anywhere, or too little to tell."""
    a, b = right.at(own), wrong.at(own)
    if a is None or b is None or on_kink(plan, a):
        return None
    names = {s.target: _name(s) for s in plan.backward if s.with_respect_to}
    if any(a[t].shape != b[t].shape for t in names):
        return None
    here = {t: _distance(a[t], b[t]) for t in names}
    generator = np.random.default_rng(rng.getrandbits(32))
    there: dict[str, list[float]] = {t: [] for t in names}
    ratios: dict[str, list[float]] = {t: [] for t in names}
    for _ in range(16):
        values = other_values(plan, own, generator)
        p, q = right.at(values), wrong.at(values)
        if p is None or q is None or on_kink(plan, p):
            continue
        for t in names:
            there[t].append(_distance(p[t], q[t]))
            ratios[t] += [float(y / x) for x, y in zip(p[t].ravel(), q[t].ravel(), strict=True) if abs(x) > 1e-9]
    every = [*here.values(), *(d for ds in there.values() for d in ds)]
    if any(1e-12 < d < 1e-4 for d in every) or len(there[line.target]) < 8:
        return None
    wrongs = {names[t]: here[t] > 1e-12 for t in names if here[t] > 1e-12 or any(d > 1e-12 for d in there[t])}
    if names[line.target] not in wrongs or (len(edits) > 1 and not _both_tell(wrong, edits, line, own, generator)):
        return None
    factors = tuple(names[t] for t in names if names[t] in wrongs and ratios[t] and np.ptp(ratios[t]) < 1e-9)
    return Mistake(kind, names[line.target], wrongs, factors, f"{line.text} = {render(line.right, edits)}")


def _both_tell(wrong: Runner, edits: Edits, line: Step, own: Values, generator: np.random.Generator) -> bool:
    """Whether each of two mistakes adds to the other."""
    values = [other_values(wrong.plan, own, generator) for _ in range(6)]
    both = [wrong.at(v) for v in values]
    for left in edits:
        alone = Runner(wrong.plan, {left: edits[left]})
        pairs = [(alone.at(v), b) for v, b in zip(values, both, strict=True)]
        if not any(a and b and _distance(a[line.target], b[line.target]) > 1e-4 for a, b in pairs):
            return False
    return True


def _distance(a: Any, b: Any) -> float:
    scale = max(1e-3, float(np.max(np.abs(a), initial=0)), float(np.max(np.abs(b), initial=0)))
    return float(np.max(np.abs(a - b), initial=0)) / scale
