"""A loss that the program does not compute, appended to what it does: the sum over rows, one given by its formula."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule.errors import AskError
from chainrule.graph.build import Builder
from chainrule.graph.evaluate import evaluate
from chainrule.graph.expression import Expression, apply, exp, index, log, maximum, mean, minimum, sqrt, total
from chainrule.graph.records import Name
from chainrule.reading.loss import find_name
from chainrule.reading.passes import shown_pass
from chainrule.reading.trace import Trace

FUNCTIONS: Mapping[str, Callable[..., Expression]] = MappingProxyType(
    {
        "sum": total,
        "mean": mean,
        "log": log,
        "exp": exp,
        "sqrt": sqrt,
        "abs": lambda x: apply("absolute", x),
        "square": lambda x: x * x,
        "maximum": maximum,
        "minimum": minimum,
    }
)
METHODS = ("sum", "mean")
TWO = ("maximum", "minimum")
OPERATORS: Mapping[type[ast.operator], str] = MappingProxyType(
    {ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide", ast.Pow: "power", ast.MatMult: "matmul"}
)


def with_loss(trace: Trace, compute: Callable[[Builder], int], text: str) -> tuple[Trace, int]:
    """The trace with one more value, `compute`d from those it has and named `text`; and its node."""
    builder = Builder(trace.graph.nodes)
    loss = compute(builder)
    builder.nodes[loss] = replace(builder.nodes[loss], name=Name(text))
    graph = replace(trace.graph, nodes=tuple(builder.nodes))
    values = evaluate(graph, trace.leaves, start=trace.values, check_guards=False)
    return replace(trace, graph=graph, values=tuple(values), own=trace.appended), loss


def with_formula(trace: Trace, formula: str) -> tuple[Trace, int]:
    """The trace with a loss given as an expression over its names: `np.sum((y - output)**2) / 2`.

    Raises:
        AskError: the formula is no expression, uses what cannot be used in one, or is not one number.
    """
    start, stop, _ = shown_pass(trace)

    def node(tree: ast.expr, builder: Builder) -> Any:
        match tree:
            case ast.Constant(value=int() | float() as number):
                return number
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return -node(inner, builder)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                sides = node(left, builder), node(right, builder)
                if not any(isinstance(side, Expression) for side in sides):
                    return eval(compile(ast.Expression(tree), "<--loss>", "eval"), {})  # numbers only
                return apply(OPERATORS[type(op)], *sides)
            case ast.Call(
                func=ast.Name(id=name) | ast.Attribute(attr=name), args=[_, *_] as arguments, keywords=[]
            ) if name in FUNCTIONS:  # fmt: skip
                if len(arguments) == (2 if name in TWO else 1):
                    return FUNCTIONS[name](*(node(a, builder) for a in arguments))
            case ast.Call(func=ast.Attribute(value=inner, attr=name), args=[], keywords=[]) if name in METHODS:
                return FUNCTIONS[name](node(inner, builder))
            case ast.Call(func=ast.Name(id="len"), args=[argument]):
                return apply("count", node(argument, builder), axis=(0,))
            case ast.Subscript(value=inner, slice=place) if not named(tree):
                return index(node(inner, builder), key(place))
            case ast.Name() | ast.Attribute() | ast.Subscript():
                return Expression(builder, find_name(trace, ast.unparse(tree), start, stop))
        raise AskError(
            f'--loss "{formula}": `{ast.unparse(tree)}` cannot stand there. Names of the program, numbers, + − * / ** @ and '
            f"{', '.join(FUNCTIONS)} can."
        )

    def named(tree: ast.expr) -> bool:
        text = ast.unparse(tree)
        return any(text in (b.name.text, f"{b.name.scope}.{b.name.text}") for b in trace.bindings)

    def key(tree: ast.expr) -> Any:
        """An index: whole numbers, slices, and what the program has by a name."""
        match tree:
            case ast.Constant(value=int() | None as number):
                return number
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return -key(inner)
            case ast.Slice(lower=lower, upper=upper, step=step):
                return slice(*(None if part is None else key(part) for part in (lower, upper, step)))
            case ast.Tuple(elts=parts):
                return tuple(key(part) for part in parts)
            case ast.Name() | ast.Attribute():
                return trace.values[find_name(trace, ast.unparse(tree), start, stop)]
        raise AskError(
            f'--loss "{formula}": `[{ast.unparse(tree)}]` cannot be read as an index. Numbers, slices and names can.'
        )

    try:
        tree = ast.parse(formula, mode="eval").body
    except SyntaxError as error:
        raise AskError(f'--loss "{formula}": it is no expression: {error.msg}.') from None
    made: list[Expression] = []

    def computed(builder: Builder) -> int:
        made.append(node(tree, builder))
        if not isinstance(made[0], Expression):
            raise AskError(f'--loss "{formula}": it names no value of the program.')
        return builder.add("alias", (made[0].index,))

    try:
        longer, loss = with_loss(trace, computed, formula)
    except ValueError as error:
        raise AskError(f'--loss "{formula}": {error}.') from None
    if np.size(longer.values[loss]) != 1:
        raise AskError(
            f'--loss "{formula}": it has shape {np.shape(longer.values[loss])}; a loss is one number. Sum it, or take its mean.'
        )
    return longer, loss
