"""A loss that is computed in some passes only, as in `if (epoch + 1) % 100 == 0: loss = …`: the first of these passes."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterator

from chainrule.reading.names import STRONG_LOSS, last, reads_as_derivative
from chainrule.reading.recorded import Binding
from chainrule.reading.sources import NOT_PYTHON, Program, parsed
from chainrule.reading.trace import Trace

MOST_PASSES = 20_000
PLAIN = (
    ast.BinOp, ast.Compare, ast.BoolOp, ast.Constant, ast.Name, ast.Load, ast.And, ast.Or, ast.cmpop, ast.Mod, ast.Add, ast.Sub,
    ast.Mult,
)  # fmt: skip


def pass_with_a_loss(trace: Trace) -> tuple[int, ...] | None:
    """Which iteration, of each loop from the outermost, computes a loss that the one shown does not; None where there is no such."""
    shown = next(iter(trace.passes), None)
    if shown is None or any(_names_a_loss(b) for b in trace.bindings if shown.start <= b.node < shown.stop):
        return None
    around = (*shown.around, (shown.line, shown.iteration))
    depths = {line: (depth, iteration) for depth, (line, iteration) in enumerate(around)}
    for loop in _loops(trace.program):
        depth, iteration = depths.get(loop.lineno, (0, 0))
        other = _pass_but(loop, iteration) if iteration else None
        if other is not None:
            return (*(1,) * depth, other)
    return None


def _names_a_loss(binding: Binding) -> bool:
    return bool(STRONG_LOSS.search(last(binding.name.text))) and not reads_as_derivative(binding.name.text)


def _loops(program: Program) -> Iterator[ast.For]:
    for cell in program.cells:
        try:
            tree = parsed(cell.code)
        except NOT_PYTHON:
            continue
        yield from (node for node in ast.walk(tree) if isinstance(node, ast.For))


def _pass_but(loop: ast.For, shown: int) -> int | None:
    """The first pass but the one shown, of a loop over a range, that computes a loss, where a remainder decides whether one does."""
    match loop:
        case ast.For(target=ast.Name(id=counter), iter=ast.Call(func=ast.Name(id="range"), args=bounds)) if bounds:
            first = bounds[0] if len(bounds) > 1 else None
            begin = first.value if isinstance(first, ast.Constant) and isinstance(first.value, int) else 0
        case _:
            return None
    for branch in ast.walk(loop):
        if isinstance(branch, ast.If) and _by_remainder(branch.test, counter) and any(map(_is_loss, branch.body)):
            test = compile(ast.Expression(branch.test), "<test>", "eval")
            with contextlib.suppress(ZeroDivisionError, TypeError):
                passes = (
                    i for i in range(MOST_PASSES) if i + 1 != shown and eval(test, {"__builtins__": {}}, {counter: begin + i})
                )  # numbers alone
                return next((i + 1 for i in passes), None)
    return None


def _by_remainder(test: ast.expr, counter: str) -> bool:
    """Whether a test is of a loop's counter and written numbers alone, with a remainder in it."""
    nodes = list(ast.walk(test))
    names = {n.id for n in nodes if isinstance(n, ast.Name)}
    return names == {counter} and all(isinstance(n, PLAIN) for n in nodes) and any(isinstance(n, ast.Mod) for n in nodes)


def _is_loss(statement: ast.stmt) -> bool:
    """Whether a statement gives something a loss's name, or shows what a function of such a name gives: `print(mse(out, y))`."""
    if isinstance(statement, ast.Assign):
        return any(STRONG_LOSS.search(last(ast.unparse(t))) for t in statement.targets)
    calls = (n for n in ast.walk(statement) if isinstance(n, ast.Call)) if isinstance(statement, ast.Expr) else ()
    return any(
        STRONG_LOSS.search(last(ast.unparse(call.func))) and not reads_as_derivative(ast.unparse(call.func)) for call in calls
    )
