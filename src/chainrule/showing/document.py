"""From a worked pass to the tree of parts: the sections in their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chainrule.reading.roles import Reading, Role
from chainrule.reading.trace import Output
from chainrule.showing.parts import Block, Document, Emphasis, Equation, Inline, Line, Notice, Paragraph, Section, Table
from chainrule.working.notation import Formula, Infix, Symbol
from chainrule.working.numbers import formula_of, shape_text
from chainrule.working.steps import Step
from chainrule.working.work import WorkedPass


def document_of(
    work: WorkedPass, *, notices: Iterable[str] = (), check: Section | None = None, extra: Sequence[Section] = ()
) -> Document:
    """The whole worked solution as parts."""
    blocks: list[Block] = [Notice((n,)) for n in (*notices, *work.notices)]
    blocks.append(_found(work.reading))
    outputs: dict[int | None, Output] = (
        {o.node: o for o in work.reading.trace.outputs if o.node is not None} if work.reading.trace.compared else {}
    )
    blocks.append(_section("forward", "Forward", work.forward, outputs))
    blocks.append(_section("loss", "Loss", work.loss, outputs))
    blocks.append(_section("backward", "Backward", work.backward, outputs))
    if work.updates:
        blocks.append(_updates(work, outputs))
    blocks.extend(extra)
    if check is not None:
        blocks.append(check)
    return Document(f"{work.reading.trace.program.path.name}, worked out", tuple(blocks))


def _found(reading: Reading) -> Section:
    """What was inferred, each with its evidence."""
    rows: list[tuple[tuple[Inline, ...], ...]] = []
    loss = reading.graph.nodes[reading.loss.node]
    rows.append((("loss",), _role(reading, reading.loss), (f"{reading.loss.evidence}{_at(loss.source)}",)))
    for title, roles in (
        ("parameters", reading.parameters),
        ("inputs", reading.inputs),
        ("target", reading.targets),
        ("constants", reading.constants),
    ):
        for evidence, group in _grouped(roles).items():
            names: tuple[Inline, ...] = ()
            for i, role in enumerate(group):
                names += ((", ",) if i else ()) + _role(reading, role)
            rows.append(((title,), names, (evidence,)))
    if reading.rate is not None:
        name = reading.graph.nodes[reading.rate.node].name if reading.rate.node is not None else None
        value = formula_of(reading.rate.value)
        shown: Formula = Infix("=", (Symbol(name.text), value)) if name else value
        rows.append((("learning rate",), (shown,), (reading.rate.evidence,)))
    if reading.pass_note:
        rows.append((("pass shown",), (reading.pass_note,), ("an iteration of a loop that updates parameters",)))
    table = Table((("part",), ("what",), ("evidence",)), tuple(rows), "lll", "found/table")
    return Section("found", "What was found", (table,))


def _grouped(roles: Sequence[Role]) -> Mapping[str, list[Role]]:
    groups: dict[str, list[Role]] = {}
    for role in roles:
        groups.setdefault(role.evidence, []).append(role)
    return groups


def _role(reading: Reading, role: Role) -> tuple[Inline, ...]:
    value = reading.values[role.node]
    node = reading.graph.nodes[role.node]
    name = Symbol(role.name.text)
    if node.op != "input":
        return (name,)
    if node.shape:
        return (name, f" ({shape_text(node.shape).strip('()')})")
    return (Infix("=", (name, formula_of(value))),)


def _at(source: object) -> str:
    return f", {source!r}" if source is not None else ""


def _section(part: str, title: str, steps: Sequence[Step], outputs: Mapping[int | None, Output]) -> Section:
    if not steps:
        return Section(part, title, (Paragraph(("nothing to show",)),))
    return Section(
        part, title, tuple(equation(s, outputs.get(s.node) if s.kind in ("forward", "loss") else None) for s in steps)
    )


def equation(step: Step, output: Output | None = None) -> Equation:
    """A step as an equation, its reason beside the result."""
    lines: list[Line] = []
    last = len(step.lines) - 1
    relation = "←" if step.kind == "update" else "="
    for i, formula in enumerate(step.lines):
        beside: tuple[Inline, ...] = ()
        if i == 0 and step.notes:
            beside = ("(", *_joined(step.notes), ")")
        if i == last:
            beside += step.because if not beside or not step.because else ("; ", *step.because)
            if output is not None:
                beside += ("  ",) if beside else ()
                beside += _matched(output)
        lines.append(Line(formula, beside, relation if i == 0 else "="))  # type: ignore[arg-type]
    return Equation(step.id, step.left, tuple(lines))


def _joined(notes: Sequence[tuple[Inline, ...]]) -> tuple[Inline, ...]:
    joined: tuple[Inline, ...] = ()
    for i, note in enumerate(notes):
        joined += (("; ",) if i else ()) + note
    return joined


def _matched(output: Output) -> tuple[Inline, ...]:
    where = "the notebook printed" if output.cell is not None else "the program printed"
    if output.same:
        return (Emphasis("✓", "good"), f" {where} {output.shown}")
    return (Emphasis("✗", "bad"), f" {where} {output.shown}")


def _updates(work: WorkedPass, outputs: Mapping[int | None, Output]) -> Section:
    rate = work.reading.rate
    blocks: list[Block] = []
    title = "Update"
    if rate is not None:
        name = work.reading.graph.nodes[rate.node].name if rate.node is not None else None
        shown: Formula = Infix("=", (Symbol(name.text), formula_of(rate.value))) if name else formula_of(rate.value)
        blocks.append(Paragraph(("one step of gradient descent on every parameter, learning rate ", shown)))
    own = {u.parameter: u for u in work.reading.updates}
    for step in work.updates:
        made = equation(step)
        update = own.get(step.node)
        if update is not None:
            made = _beside_own(made, work, update.new, outputs.get(update.new))
        blocks.append(made)
    blocks.append(
        Paragraph(
            ("loss ", formula_of(work.loss_before, work.notation.digits), " → ", _value(work.loss_after, work)), "update/loss"
        )
    )
    if work.loss_after_own is not None and work.loss_after_own != work.loss_after:
        text = "with the program's own updates alone: loss "
        blocks.append(
            Paragraph(
                (text, formula_of(work.loss_before, work.notation.digits), " → ", _value(work.loss_after_own, work)),
                "update/own",
            )
        )
    return Section("update", title, tuple(blocks))


def _beside_own(made: Equation, work: WorkedPass, new: int, output: Output | None) -> Equation:
    name = work.graph.nodes[new].name
    value = work.values[new]
    if output is not None:
        said: tuple[Inline, ...] = _matched(output)
    elif name is not None and _same(value, work, made):
        said = (Emphasis("✓", "good"), " the program's own ", Symbol(name.text), " is the same")
    elif name is not None:
        shown: tuple[Inline, ...] = (
            (" is ", formula_of(value, work.notation.digits))
            if not hasattr(value, "shape") or not value.shape
            else (" differs",)
        )
        said = (Emphasis("✗", "bad"), " the program's own ", Symbol(name.text), *shown)
    else:
        said = ()
    *rest, last = made.lines
    return Equation(made.id, made.left, (*rest, Line(last.formula, said, last.relation)))


def _same(value: Any, work: WorkedPass, made: Equation) -> bool:
    import numpy as np

    step = next(s for s in work.updates if s.id == made.id)
    try:
        return bool(np.allclose(np.asarray(value, float), np.asarray(step.value, float), rtol=1e-6, atol=1e-12))
    except (TypeError, ValueError):
        return False


def _value(value: Any, work: WorkedPass) -> Inline:
    return formula_of(value, work.notation.digits) if value is not None else "unknown"
