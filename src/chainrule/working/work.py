"""One worked pass of a program: the object that `chainrule.explain` answers with (its CHECK part aside)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from chainrule.errors import AskError, EvaluationError
from chainrule.graph.differentiate import Gradients, differentiate
from chainrule.graph.evaluate import evaluate
from chainrule.graph.exact import inexact_op, with_exact_constants
from chainrule.graph.inline import inline
from chainrule.graph.reach import ancestors
from chainrule.graph.records import Graph, Name
from chainrule.reading.doubts import doubts, first_bad, is_finite
from chainrule.reading.loss import LAST_NUMBER
from chainrule.reading.roles import Reading, Role
from chainrule.reading.updates import Update
from chainrule.reading.views import root
from chainrule.working.formulas import symbol
from chainrule.working.notation import Bracket, Formula, Infix, Number, Partial
from chainrule.working.numbers import exactly, formula_of, is_small
from chainrule.working.one_line import formula_text
from chainrule.working.reasons import Reasons, Said
from chainrule.working.steps import Notation, Step, backward_steps, distinct, forward_steps, name_intermediates, notation_for
from chainrule.working.unknown import unknown_derivatives


@dataclass(frozen=True)
class Quantity:
    """One named value of the program: what it is, its derivative, and why that is what it is."""

    name: Name
    value: Any
    gradient: Any
    because: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class WorkedPass:
    """The steps of one pass, and what they were made from."""

    reading: Reading
    graph: Graph
    gradients: Gradients
    values: tuple[Any, ...]
    notation: Notation = field(repr=False)
    forward: tuple[Step, ...] = ()
    loss: tuple[Step, ...] = ()
    backward: tuple[Step, ...] = ()
    updates: tuple[Step, ...] = ()
    loss_before: Any = None
    loss_after: Any = None
    loss_after_own: Any = None
    notices: tuple[str, ...] = ()
    unknown: Mapping[int, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Step]:
        yield from (*self.forward, *self.loss, *self.backward, *self.updates)


def work_out(
    reading: Reading, *, digits: int = 6, exact: bool = False, wrt: Sequence[str] = (), opened: Sequence[str] = ()
) -> WorkedPass:
    """Work a reading out longhand.

    Args:
        digits: significant digits of the numbers shown.
        exact: compute in fractions, where every op of the pass allows it.
        opened: functions of the program that are written out instead of named.
    """
    notices = list(doubts(reading))
    reading = open_calls(reading, opened)
    loss = reading.loss.node
    graph = name_intermediates(reading.graph, loss)
    gradients = differentiate(graph, loss)
    if reading.loss.evidence == LAST_NUMBER:
        words = f"No loss was found. What is explained is `{reading.loss.name.text}`, the last number that the parameters reach"
        notices.append(f"{words}; --of NAME names another.")
    values = _values(reading, gradients.graph, exact, notices)
    needed = ancestors(graph, [loss])
    shown = {i for i in needed if graph.nodes[i].name is not None}
    leaves = (*reading.parameters, *reading.inputs, *reading.targets, *reading.constants)
    shown |= {r.node for r in leaves}
    notation = notation_for(graph, values, gradients, shown, digits)
    reasons = Reasons(gradients, values, notation.in_symbols())
    order = [i for i in sorted(shown) if graph.nodes[i].op not in ("input", "count")]
    steps = list(forward_steps(notation, reasons, order, loss))
    back = _backward_order(graph, shown, reading, loss)
    unknown = unknown_derivatives(reading, gradients)
    backward = tuple(backward_steps(notation, gradients, reasons, back, unknown))
    updates, after, own = _updates(reading, gradients, unknown, notation, values, digits)
    bad = _first_bad(steps, backward) if is_finite(values[loss]) else ""  # else the doubts say where it comes from
    if bad:
        notices.append(bad)
    return WorkedPass(
        reading, graph, gradients, values, notation,
        tuple(s for s in steps if s.kind == "forward"), tuple(s for s in steps if s.kind == "loss"),
        backward, updates, values[loss], after, own, tuple(notices), unknown,
    )  # fmt: skip


def open_calls(reading: Reading, titles: Sequence[str]) -> Reading:
    """The reading with the calls of some functions written out.

    Raises:
        AskError: a function is not called in the program, or cannot be opened.
    """
    if not titles:
        return reading
    graph = reading.graph
    known = {n.attributes["function"].title for n in graph.nodes if n.op == "call"}
    missing = [t for t in titles if t not in known]
    if missing:
        raise AskError(f"`{missing[0]}` is no function that can be opened. These can: {', '.join(sorted(known)) or 'none'}.")
    opened, place = inline(graph, frozenset(titles))
    values = tuple(evaluate(opened, {place[i]: reading.values[i] for i in graph.inputs}, check_guards=False))

    def moved(roles: Sequence[Role]) -> tuple[Role, ...]:
        return tuple(replace(r, node=place[r.node]) for r in roles)

    rate = reading.rate
    if rate is not None and rate.node is not None:
        rate = replace(rate, node=place[rate.node])
    updates = tuple(Update(place[u.new], place[u.old], place[u.step], u.sign, place[u.parameter]) for u in reading.updates)
    outputs = tuple(replace(o, node=None if o.node is None else place[o.node]) for o in reading.trace.outputs)
    return replace(
        reading, trace=replace(reading.trace, outputs=outputs), graph=opened, values=values, loss=moved([reading.loss])[0],
        parameters=moved(reading.parameters), inputs=moved(reading.inputs), targets=moved(reading.targets),
        constants=moved(reading.constants), rate=rate, updates=updates,
    )  # fmt: skip


def _values(reading: Reading, graph: Graph, exact: bool, notices: list[str]) -> tuple[Any, ...]:
    leaves = {i: reading.values[i] for i in reading.graph.inputs}
    if not exact:
        return tuple(evaluate(graph, leaves, check_guards=False))
    culprit = inexact_op(graph, ancestors(graph, [reading.loss.node]))
    if culprit:
        notices.append(f"--exact: `{culprit}` has no value in fractions, so the numbers are decimals.")
        return tuple(evaluate(graph, leaves, check_guards=False))
    return tuple(evaluate(with_exact_constants(graph, exactly), {i: exactly(v) for i, v in leaves.items()}, check_guards=False))


def _backward_order(graph: Graph, shown: set[int], reading: Reading, loss: int) -> list[int]:
    """What was computed, from the loss back; then parameters, inputs and the rest, in the order of the program."""
    made = [i for i in sorted(shown, reverse=True) if graph.nodes[i].op not in ("input", "count", "constant") and i != loss]
    made = [i for i in made if graph.nodes[i].dtype != "bool"]
    leaves = [r.node for r in (*reading.parameters, *reading.inputs, *reading.targets, *reading.constants)]
    return made + [i for i in leaves if i not in made and graph.nodes[i].dtype != "bool"]


def _first_bad(steps: Sequence[Step], backward: Sequence[Step]) -> str:
    """The first step at which NaN or infinity appears; an infinity that comes to nothing, as exp(−∞) does, is meant."""
    harmless = all(is_finite(step.value) for step in (*steps[-1:], *backward))
    for step in steps:
        if not is_finite(step.value) and (not harmless or np.any(np.isnan(step.value))):
            return first_bad(step.name, step.source, step.value)
    return ""


# ------------------------------------------------------------------------------------------------ updates


def _updates(
    reading: Reading,
    gradients: Gradients,
    unknown: Collection[int],
    notation: Notation,
    values: Sequence[Any],
    digits: int,
) -> tuple[tuple[Step, ...], Any, Any]:
    """One gradient-descent step on every parameter, the loss after it, and the loss after the program's own updates."""
    if reading.rate is None or not reading.parameters:
        return (), None, _own_loss(reading, values)
    rate = reading.rate.value
    exact = bool(values) and type(values[reading.parameters[0].node]).__name__ == "Fraction"
    rate_value = exactly(rate) if exact else rate
    rate_formula: Formula = formula_of(rate_value, digits)
    if reading.rate.node is not None and (name := reading.graph.nodes[reading.rate.node].name):
        rate_formula = symbol(name, {}, frozenset({name.text}))
    moved: dict[int, Any] = {}
    steps: list[Step] = []
    for parameter in reading.parameters:
        at = gradients.adjoint.get(parameter.node)
        if parameter.node in unknown:
            continue
        gradient = values[at] if at is not None else 0
        old = values[parameter.node]
        new = old - rate_value * gradient
        moved[parameter.node] = new
        steps.append(_update_step(parameter, notation, rate_formula, rate_value, old, gradient, new, digits))
    return tuple(steps), _loss_at(reading, {**moved}, exact=exact), _own_loss(reading, values)


def _update_step(
    parameter: Role, notation: Notation, rate: Formula, rate_value: Any, old: Any, gradient: Any, new: Any, digits: int
) -> Step:
    left = notation.symbols[parameter.node]
    partial = Partial(notation.loss, (left,))
    lines: list[Formula] = [Infix("−", (left, Infix("·", (rate, partial))))]
    if is_small(old, 6):
        number = formula_of(gradient, digits)
        if isinstance(number, Number) and number.text.startswith("−"):
            number = Bracket(number)
        lines.append(Infix("−", (formula_of(old, digits), Infix("·", (formula_of(rate_value, digits), number)))))
    lines.append(formula_of(new, digits))
    node = notation.graph.nodes[parameter.node]
    return Step(
        f"update/{parameter.name.id}", "update", parameter.name, parameter.node, left, distinct(lines), new, (), (), node.source, node.shape
    )  # fmt: skip


def _loss_at(reading: Reading, changed: Mapping[int, Any], *, exact: bool = False) -> Any:
    leaves = {i: changed.get(i, exactly(reading.values[i]) if exact else reading.values[i]) for i in reading.graph.inputs}
    try:
        return evaluate(reading.graph, leaves, check_guards=False)[reading.loss.node]
    except EvaluationError:
        return None


def _own_loss(reading: Reading, values: Sequence[Any]) -> Any:
    """The loss after the updates that the program itself makes."""
    changed: dict[int, Any] = {}
    for update in reading.updates:
        parameter = root(reading.graph.nodes, update.old)
        if parameter in reading.graph.inputs and reading.graph.nodes[update.new].shape == reading.graph.nodes[parameter].shape:
            changed[parameter] = values[update.new]
    return _loss_at(reading, changed) if changed else None


def quantity(work: WorkedPass, text: str) -> Quantity:
    """A named value; `name#2` asks for a version, else the last one.

    Raises:
        KeyError: the pass has no such value.
    """
    wanted, _, version = text.partition("#")
    hits = [
        i for i in work.notation.symbols
        if (n := work.graph.nodes[i].name) and wanted in (n.text, f"{n.scope}.{n.text}") and (not version or str(n.version) == version)
    ]  # fmt: skip
    if not hits:
        names = sorted({n.text for i in work.notation.symbols if (n := work.graph.nodes[i].name)})
        raise KeyError(f"no value named {text!r}; there are: {', '.join(names)}")
    node = max(hits)
    name = work.graph.nodes[node].name
    assert name is not None
    steps = tuple(s for s in work if s.node == node)
    at = work.gradients.adjoint.get(node)
    gradient = None if node in work.unknown else work.values[at] if at is not None else 0
    if node == work.reading.loss.node:
        gradient = 1
    return Quantity(name, work.values[node], gradient, _reason(steps), steps)


def _reason(steps: Sequence[Step]) -> str:
    said: Said = next((s.because for s in steps if s.because), ())
    return "".join(p if isinstance(p, str) else formula_text(p) for p in said).removeprefix("because ")
