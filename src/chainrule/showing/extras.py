"""The sections that are shown when asked for: one entry opened, steps of training, second derivatives."""

from __future__ import annotations

import numpy as np

from chainrule.errors import AskError
from chainrule.showing.parts import Block, Equation, Inline, Line, Paragraph, Section, Table
from chainrule.working.entries import EntryWriter, parse_entry
from chainrule.working.notation import Entry, Formula, Matrix, Number, Partial, Symbol
from chainrule.working.numbers import text_of
from chainrule.working.second import Hessian, descend
from chainrule.working.work import WorkedPass

MOST_COLUMNS = 12


def entry_section(work: WorkedPass, text: str) -> Section:
    """One entry of an array, its value and its derivative, as scalar derivations.

    Raises:
        AskError: there is no such array, or no such entry in it.
    """
    name, at = parse_entry(text)
    nodes = [i for i in work.notation.symbols if (n := work.graph.nodes[i].name) and name in (n.text, f"{n.scope}.{n.text}")]
    if not nodes:
        names = sorted({n.text for i in work.notation.symbols if (n := work.graph.nodes[i].name) and work.graph.nodes[i].shape})
        raise AskError(
            f"--entry {text}: there is no array `{name}` on the way to the loss. There are: {', '.join(names) or 'none'}."
        )
    node = max(nodes)
    shape = work.graph.nodes[node].shape
    if len(at) != len(shape) or any(not -n <= a < n for a, n in zip(at, shape, strict=True)):
        raise AskError(
            f"--entry {text}: {name} has shape {shape}, so its entries are {name}[{', '.join(f'0…{n - 1}' for n in shape)}]."
        )
    at = tuple(a % n for a, n in zip(at, shape, strict=True))
    indices = tuple(map(str, at))
    symbol = work.notation.symbols[node]
    blocks: list[Block] = []
    if work.graph.nodes[node].op != "input":
        blocks.append(_entry_equation(work, node, at, Entry(symbol, indices), f"entry/{name}/value"))
    if node in work.gradients.adjoint:
        left = Partial(work.notation.loss, (Entry(symbol, indices),))
        blocks.append(_entry_equation(work, work.gradients.adjoint[node], at, left, f"entry/{name}/gradient"))
    return Section(f"entry/{name}/{'/'.join(indices)}", f"Entry {name}[{', '.join(indices)}]", tuple(blocks))


def _entry_equation(work: WorkedPass, node: int, at: tuple[int, ...], left: Formula, part: str) -> Equation:
    writer = work.notation.in_symbols([node])
    symbols = EntryWriter(writer, work.values, numbers=False, without=node).write(node, at)[0]
    numbers = EntryWriter(writer, work.values, numbers=True, without=node).write(node, at)[0]
    value = np.asarray(work.values[node])[at]
    return Equation(part, left, (Line(symbols), Line(numbers), Line(Number(text_of(value, work.notation.digits)))))


def steps_section(work: WorkedPass, count: int) -> Section:
    """Gradient descent step by step: loss, parameters and gradients.

    Raises:
        AskError: no learning rate is known.
    """
    reading = work.reading
    if reading.rate is None:
        raise AskError("--steps needs a learning rate and the program names none: give one with --learning-rate.")
    parameters = [r for r in reading.parameters if not reading.graph.nodes[r.node].shape]
    arrays = [r for r in reading.parameters if reading.graph.nodes[r.node].shape]
    rows = descend(
        reading.graph, reading.loss.node, [r.node for r in reading.parameters], reading.leaves, reading.rate.value, count
    )
    digits = work.notation.digits
    shown = parameters[:MOST_COLUMNS]
    header: list[tuple[str | Formula, ...]] = [("step",), (work.notation.loss,)]
    header += [(work.notation.symbols[r.node],) for r in shown]
    header += [(Partial(work.notation.loss, (work.notation.symbols[r.node],)),) for r in shown]
    header += [("size of ", Partial(work.notation.loss, (work.notation.symbols[r.node],))) for r in arrays]
    body = []
    for step, (loss, values, slopes) in enumerate(rows):
        cells = [str(step), text_of(np.asarray(loss).ravel()[0], digits)]
        cells += [text_of(values[r.node], digits) for r in shown]
        cells += [text_of(slopes[r.node], digits) for r in shown]
        cells += [text_of(float(np.linalg.norm(slopes[r.node])), digits) for r in arrays]
        body.append(tuple((c,) for c in cells))
    blocks: list[Block] = [Table(tuple(header), tuple(body), "r" * len(header), "steps/table")]
    if len(parameters) > MOST_COLUMNS:
        blocks.append(Paragraph((f"{len(parameters) - MOST_COLUMNS} more parameters are left out.",)))
    return Section("steps", f"{count} steps of gradient descent", tuple(blocks))


def second_section(hessian: Hessian, loss: Formula, digits: int) -> Section:
    """The Hessian, its eigenvalues, the stability limit, and what real steps do."""
    names = [Symbol(n) for n in hessian.names]
    rows: list[tuple[tuple[Inline, ...], ...]] = [
        ((names[i],), *((text_of(v, digits),) for v in row)) for i, row in enumerate(hessian.matrix)
    ]
    header: tuple[tuple[Inline, ...], ...] = (("",), *((n,) for n in names))
    blocks: list[Block] = [Table(header, tuple(rows), "l" + "r" * len(names), "second/hessian")]
    if len(hessian.names) == 2:
        mixed = Partial(loss, (names[0], names[1]))
        blocks.insert(0, Equation("second/mixed", mixed, (Line(Number(text_of(hessian.matrix[0, 1], digits))),)))
    eigenvalues = Matrix((tuple(Number(text_of(e, digits)) for e in hessian.eigenvalues),), (len(hessian.eigenvalues),))
    blocks.append(Equation("second/eigenvalues", Symbol("eigenvalues"), (Line(eigenvalues),)))
    if hessian.limit is not None:
        blocks.append(
            Paragraph(
                (
                    "2/λmax = ",
                    Number(text_of(hessian.limit, digits)),
                    " is the stability limit of the local quadratic model: on that model, gradient descent on these "
                    "parameters diverges with a larger learning rate.",
                ),
                "second/limit",
            )
        )
    elif hessian.at_kink:
        blocks.append(Paragraph(("The loss has a kink here, so no stability limit is given.",), "second/limit"))
    else:
        blocks.append(Paragraph(("The largest eigenvalue is not positive, so there is no stability limit.",), "second/limit"))
    if hessian.after_one is not None and hessian.rate is not None:
        blocks.append(
            Paragraph(
                (
                    f"Real steps with learning rate {text_of(hessian.rate, digits)}: loss ",
                    Number(text_of(hessian.loss, digits)),
                    " → ",
                    Number(text_of(hessian.after_one, digits)),
                    " after one, ",
                    Number(text_of(hessian.after_fifty, digits)),
                    " after fifty.",
                ),
                "second/steps",
            )
        )
    return Section("second", "Second derivatives", tuple(blocks))
