"""Numbers for a program: its own, in the several ways that people choose them, and others from the same domain."""

from __future__ import annotations

from random import Random
from typing import Any, Literal, TypeAlias

import numpy as np

from checking.programs.plans import Leaf, Plan, Values

Mode: TypeAlias = Literal["plain", "positive", "zero inputs", "0/1 rows", "whole", "alike", "zero parameters", "hit"]
MODES: tuple[Mode, ...] = ("plain", "positive", "zero inputs", "0/1 rows", "whole", "alike", "zero parameters", "hit")


def own_values(plan: Plan, mode: Mode, rng: Random) -> Values:
    """The values that a program is written with; in mode `hit` the caller sets the target."""
    generator = np.random.default_rng(rng.getrandbits(32))
    values = {leaf.name: _own(leaf, plan, mode, generator) for leaf in plan.leaves}
    if mode == "alike" and not plan.arrays:
        _copy_units(plan, values)
    return values


def _own(leaf: Leaf, plan: Plan, mode: Mode, generator: np.random.Generator) -> Any:
    shape = leaf.shape
    made: Any
    if leaf.role == "target" and plan.targets == "one-hot":
        return one_hot(shape, plan.columns, generator)
    if leaf.role == "target" and plan.targets == "0/1":
        made = generator.integers(0, 2, size=shape)
        return made.astype(float) if shape and generator.random() < 0.5 else made if shape else int(made)
    if leaf.role == "parameter":
        made = np.round(generator.normal(0, 0.8, size=shape), 2)
        if mode == "positive":
            made = np.round(generator.uniform(0.1, 1, size=shape), 1)
        elif mode == "zero parameters" and (leaf.name[0] in "bc" or generator.random() < 0.6):
            made = np.zeros(shape)
        elif mode == "alike" and shape:
            made = np.full(shape, np.round(generator.uniform(0.1, 1), 1))
        return made if shape else _number(float(made), mode, generator)
    if mode == "0/1 rows":
        made = generator.integers(0, 2, size=shape)
    elif mode == "whole":
        made = generator.integers(-3, 4, size=shape)
    elif mode in ("positive", "alike"):
        made = np.round(generator.uniform(0.1, 2, size=shape), 1)
        if mode == "alike" and shape and generator.random() < 0.5:
            made = np.full(shape, np.round(generator.uniform(0.1, 2), 1))
    else:
        made = np.round(generator.normal(0, 1, size=shape), 2)
    if mode == "zero inputs" and leaf.role == "input":
        made = np.where(generator.random(size=shape) < 0.7, 0.0, made)
    return made if shape else _number(made.item(), mode, generator)


def _number(value: float, mode: Mode, generator: np.random.Generator) -> float | int:
    if mode in ("positive", "whole", "alike") and generator.random() < 0.3:
        return max(1, round(value)) if mode != "whole" else round(value)
    return value


def _copy_units(plan: Plan, values: Values) -> None:
    """Every unit of a layer as its first one, and the inputs alike: what is swapped then is the same."""
    for name in values:
        parts = name.split("_")
        if parts[0][0] in "wc":
            values[name] = values["_".join([parts[0], *(["0"] * (len(parts) - 1))])]
    if "x1" in values:
        values["x1"] = values["x0"]


def one_hot(shape: tuple[int, ...], columns: bool, generator: np.random.Generator) -> np.ndarray:
    width, count = shape if columns else shape[::-1]
    rows = np.eye(width)[generator.integers(0, width, size=count)]
    return rows.T.copy() if columns else rows


def other_values(plan: Plan, own: Values, generator: np.random.Generator) -> Values:
    """Values elsewhere in the domain of the program's own: 0/1 stay 0/1, whole numbers whole, parts of one in [0, 1]."""
    return {leaf.name: _other(leaf, plan, own[leaf.name], generator) for leaf in plan.leaves}


def _other(leaf: Leaf, plan: Plan, own: Any, generator: np.random.Generator) -> Any:
    shape, value = leaf.shape, np.asarray(own)
    made: Any
    if leaf.role == "parameter":
        made = generator.normal(0, 0.8, size=shape)
    elif leaf.role == "target" and plan.targets == "one-hot":
        return one_hot(shape, plan.columns, generator)
    elif np.all((value == 0) | (value == 1)):
        made = generator.integers(0, 2, size=shape)
    elif np.all(value == np.round(value)):
        made = generator.integers(0 if value.min() >= 0 else -3, 4, size=shape)
    elif np.all((value >= 0) & (value <= 1)):
        made = generator.uniform(0, 1, size=shape)
    elif shape and np.all(value > 0):
        made = value * generator.uniform(0.3, 2.5, size=shape)
    else:
        made = generator.normal(0, 1, size=shape)
    return made if shape else np.asarray(made).item()
