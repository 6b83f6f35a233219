"""The table of derivatives, written from the op table itself: each rule is applied to symbols, and what it gives is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from chainrule.graph.build import Builder
from chainrule.graph.expression import Expression
from chainrule.graph.ops import OPS, Op
from chainrule.graph.records import Graph, Name
from chainrule.working.formulas import Writer
from chainrule.working.notation import Formula, Symbol
from chainrule.working.one_line import formula_text

Shapes = tuple[tuple[int, ...], ...]
# What the ops that are not entry by entry are shown on: the shapes of their inputs, and their settings.
SHOWN_ON: Mapping[str, tuple[Shapes, Mapping[str, Any]]] = {
    "matmul": (((2, 3), (3, 4)), {}),
    "outer": (((2,), (3,)), {}),
    "einsum": (((2, 3), (3, 4)), {"subscripts": "ij,jk->ik"}),
    "sum": (((2, 3),), {"axis": None, "keepdims": False}),
    "mean": (((2, 3),), {"axis": None, "keepdims": False}),
    "max": (((2, 3),), {"axis": None, "keepdims": False}),
    "min": (((2, 3),), {"axis": None, "keepdims": False}),
    "transpose": (((2, 3),), {"axes": None}),
    "argmax": (((3,),), {"axis": None}),
    "argmin": (((3,),), {"axis": None}),
    "reshape": (((2, 3),), {"shape": (6,)}),
    "broadcast_to": (((3,),), {"shape": (2, 3)}),
    "index": (((3,),), {"key": 0}),
    "store": (((3,), ()), {"key": 0}),
    "concatenate": (((2,), (3,)), {"axis": 0}),
    "stack": (((), ()), {}),
}
# Ops that only the derivatives of others are written in: the reverse of a sum, of an index, of a reshape.
REVERSES = (
    "spread",
    "sum_like",
    "broadcast_like",
    "reshape_like",
    "place",
    "first_extreme",
    "count",
    "alias",
    "to_real",
    "guard",
)
NAMES = ("x", "y", "w")


def table() -> str:
    """The whole table as Markdown."""
    lines = ["| op | z = | ∂/∂x, times g | ∂/∂y, times g |", "|---|---|---|---|"]
    lines += [f"| `{op.name}` | {cells} |" for op in OPS.values() if op.name not in (*REVERSES, "opaque") for cells in _row(op)]
    lines += ["", "Written in the derivatives above, or in no program: " + ", ".join(f"`{name}`" for name in REVERSES) + "."]
    return "\n".join(lines)


def _row(op: Op) -> Iterator[str]:
    arity = 2 if callable(op.rules) else len(op.rules)
    shapes, settings = SHOWN_ON.get(op.name, (((),) * min(arity, _arity(op)), {}))
    builder = Builder()
    inputs = [
        builder.input(s, "bool" if op.name == "where" and i == 0 else "real", Name(NAMES[i])) for i, s in enumerate(shapes)
    ]
    if op.name == "where":
        rename = {0: "c", 1: "x", 2: "y"}
        for i, text in rename.items():
            builder.nodes[inputs[i]] = replace(builder.nodes[inputs[i]], name=Name(text))
    z = builder.add(op.name, tuple(inputs), **settings)
    builder.nodes[z] = replace(builder.nodes[z], name=Name("z"))
    if (op.dtype != "real" and op.dtype is not None) or not any(_has_rule(op, i) for i in range(len(inputs))):
        yield f"{_code(_writer(builder.finish([z]), inputs).write(z))} | none: it only counts, compares or rounds | "
        return
    g = Expression(builder, builder.input(builder.nodes[z].shape, "real", Name("g")))
    first = 1 if op.name == "where" else 0
    rules: list[int | None] = []
    for slot in range(len(inputs))[first : first + 2]:
        rule = op.rule(slot)
        made = rule(g, Expression(builder, z), *(Expression(builder, i) for i in inputs), **settings) if rule else None
        rules.append(made.index if made is not None else None)
    graph = builder.finish([r for r in rules if r is not None])
    writer = Writer(graph, {**{i: _symbol(graph, i) for i in (*inputs, g.index)}, z: Symbol("z")})
    cells = [_code(writer.write(r)) if r is not None else "0" for r in rules]
    yield " | ".join([_code(_writer(graph, inputs).write(z)), *cells, *[""] * (2 - len(cells))])


def _arity(op: Op) -> int:
    if op.name == "where":
        return 3
    return 2 if op.style == "infix" else 1 if op.rule(0) is None else 3


def _has_rule(op: Op, slot: int) -> bool:
    return op.rule(slot) is not None


def _writer(graph: Graph, inputs: list[int]) -> Writer:
    return Writer(graph, {i: _symbol(graph, i) for i in inputs})


def _symbol(graph: Graph, i: int) -> Formula:
    name = graph.nodes[i].name
    return Symbol(name.text if name else f"%{i}")


def _code(formula: Formula) -> str:
    return "`" + formula_text(formula).replace("|", "\\|") + "`"


if __name__ == "__main__":
    print(table())
