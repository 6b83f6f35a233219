"""Steps that are more than the learning rate times the gradient: momentum, AdaGrad, RMSprop, Adam.

What an optimizer makes of a gradient is its own affair, but from rest (all that it keeps at 0) it must go down the loss.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, TypeAlias

import numpy as np

from chainrule.checking.verdicts import Judgement
from chainrule.errors import EvaluationError
from chainrule.graph.differentiate import differentiate
from chainrule.graph.evaluate import evaluate
from chainrule.graph.reach import ancestors
from chainrule.reading.optimizers import carries, kept_before
from chainrule.reading.roles import Reading
from chainrule.reading.updates import Update
from chainrule.reading.views import root

Direction: TypeAlias = Literal["down", "up", "not known"]
WORDS = {
    "down": "The gradients are judged; of the steps, only that the first one from rest goes down the loss.",
    "up": "The gradients are judged; of the steps, only where the first one from rest goes.",
    "not known": "The gradients are judged, the steps are not.",
}


@dataclass(frozen=True)
class OptimizerStep:
    """An update with what an optimizer keeps, and where it goes from rest."""

    update: Update
    name: str
    direction: Direction


def optimizer_steps(reading: Reading, judged: Sequence[Judgement]) -> list[OptimizerStep]:
    """The updates of a pass that an optimizer makes; where they go is known for what has a gradient judged right."""
    before = reading.before
    right = {j.node for j in judged if j.verdict == "right"}
    found: list[OptimizerStep] = []
    for update in reading.updates:
        name = reading.graph.nodes[update.parameter].name
        if name is not None and carries(reading.graph, update.step, before):
            known = not right.isdisjoint(ancestors(reading.graph, [update.step]))
            found.append(OptimizerStep(update, name.text, _direction(reading, update, before) if known else "not known"))
    return found


def _direction(reading: Reading, update: Update, before: Set[int]) -> Direction:
    """Whether the step from rest has the gradient's sign in every entry, or the other sign in every one."""
    graph = reading.graph
    kept = kept_before(graph, update.step, before)
    parameter = root(graph.nodes, update.old)
    if not kept or parameter not in before or graph.nodes[update.step].shape != graph.nodes[parameter].shape:
        return "not known"
    derivation = differentiate(graph, reading.loss.node, [parameter])
    slope = derivation.adjoint.get(parameter)
    if slope is None:
        return "not known"
    rest = {i: np.zeros_like(v) if i in kept else v for i, v in reading.leaves.items()}
    needed = ancestors(derivation.graph, [slope, update.step])
    try:
        values = evaluate(derivation.graph, rest, only=needed, check_guards=False)
    except EvaluationError:
        return "not known"
    climb = update.sign * np.asarray(values[update.step]) * np.asarray(values[slope])
    if not np.all(np.isfinite(climb)) or not np.any(climb):
        return "not known"
    return "up" if np.all(climb >= 0) else "down" if np.all(climb <= 0) else "not known"


def climbing(reading: Reading, steps: Sequence[OptimizerStep]) -> list[Judgement]:
    """The verdicts on steps that go up the loss."""
    found: list[Judgement] = []
    for step in steps:
        node = reading.graph.nodes[step.update.new]
        name = node.name or reading.graph.nodes[step.update.parameter].name
        if step.direction == "up" and name is not None:
            value = reading.values[step.update.new]
            words = f"from rest it steps along the gradient, not against it: the step climbs {reading.loss.name.text}"
            found.append(
                Judgement(
                    name,
                    step.update.new,
                    step.name,
                    "wrong",
                    words,
                    kind="mistake",
                    written=value,
                    true=value,
                    source=node.source,
                    loss=reading.loss.name.text,
                )
            )
    return found


def optimizer_notices(steps: Sequence[OptimizerStep]) -> list[str]:
    """What is judged of such steps, and what is not."""
    found = []
    for direction, alike in groupby(sorted(steps, key=lambda s: s.direction), key=lambda s: s.direction):
        names = ", ".join(dict.fromkeys(s.name for s in alike))
        found.append(f"{names}: stepped with what an optimizer keeps from step to step. {WORDS[direction]}")
    return found
