"""Running a written program at any values, and its true derivatives by central differences."""

from __future__ import annotations

import contextlib
import io
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from checking.programs.plans import Plan, Values
from checking.programs.slots import Edits
from checking.programs.writing import Writer

STEP = 2e-6


class OnePass(Exception):  # noqa: N818 - it ends a run, it is no error
    """Raised when a second pass begins: one is enough."""


class Runner:
    """One program, compiled once; `at` gives what its first pass computed."""

    def __init__(self, plan: Plan, edits: Edits) -> None:
        self.plan = plan
        self.code = compile(Writer(plan, edits, None).source().replace("print(", "_print("), "program", "exec")

    def at(self, values: Values, bumps: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
        """What was computed, by canonical name; None where it cannot be computed there."""
        told: dict[str, Any] = {}
        bumped = bumps or {}
        last = self.plan.backward[-1].target

        def hole(name: str) -> Any:
            value = values[name]
            return value.copy() if isinstance(value, np.ndarray) else value

        def tell(name: str, value: Any) -> None:
            if name in told:
                raise OnePass
            told[name] = np.array(value, float)
            if name == last:
                raise OnePass

        space = {"_hole": hole, "_bump": lambda n: bumped.get(n, 0.0), "_tell": tell, "_print": lambda *a: None}
        with np.errstate(all="ignore"), contextlib.suppress(OnePass):
            try:
                exec(self.code, space)
            except (OverflowError, ValueError, ZeroDivisionError):
                return None
        return told if all(np.all(np.isfinite(v)) for v in told.values()) else None


def true_slope(runner: Runner, values: Values, name: str, direction: Any) -> float | None:
    """How the loss changes along a direction of one named value, by central differences."""
    ends = []
    for step in (STEP, -STEP):
        if name in values:
            moved = {**values, name: values[name] + step * direction}
            told = runner.at(moved)
        else:
            told = runner.at(values, {name: step * direction})
        if told is None:
            return None
        ends.append(float(told["loss"]))
    return (ends[0] - ends[1]) / (2 * STEP)


def is_right(runner: Runner, values: Values, told: dict[str, Any], generator: np.random.Generator) -> bool:
    """Whether every claim of a program is the derivative at these values, to 1e-6."""
    for step in runner.plan.backward:
        if not step.with_respect_to:
            continue
        claimed = told[step.target]
        direction = generator.normal(size=claimed.shape) if claimed.ndim else 1.0
        slope = true_slope(runner, values, step.with_respect_to, direction)
        if slope is None or not math.isclose(float(np.sum(claimed * direction)), slope, rel_tol=1e-6, abs_tol=1e-6):
            return False
    return True


def on_kink(plan: Plan, told: Mapping[str, Any]) -> bool:
    """Whether differences say nothing here: near a kink, or where a logarithm is taken of next to nothing."""
    if plan.targets == "0/1" and any(
        np.any((p < 5e-3) | (p > 1 - 5e-3)) for n, p in told.items() if n.split("_")[0] == last_of(plan)
    ):
        return True
    return any(np.any(np.abs(told[name]) < 1e-3) for name in plan.pre)


def last_of(plan: Plan) -> str:
    """The canonical name of the output, without its unit: A2, or h2 for plain numbers."""
    return plan.output.split("_")[0]


def runs(source: str) -> bool:
    """Whether a program runs to its end without a warning."""
    with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="raise"):
        try:
            exec(compile(source, "program", "exec"), {"__name__": "__main__"})
        except ArithmeticError:
            return False
    return True
