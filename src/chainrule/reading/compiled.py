"""A piece of a program as it is run: instrumented and compiled once, however often it runs again."""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass
from types import CodeType

from chainrule.reading.instrument import instrument
from chainrule.reading.missing import unguarded_imports
from chainrule.reading.sources import parsed

MOST_KEPT = 128


@dataclass(frozen=True)
class Compiled:
    """The statements; the last expression, whose value a notebook shows; the lines of imports that may find nothing."""

    body: CodeType
    last: CodeType | None
    unguarded: frozenset[int]


@functools.lru_cache(MOST_KEPT)
def compiled(code: str, name: str, offset: int = 0, *, shows_last: bool = False) -> Compiled:
    """`code` begins `offset` lines down in the file or cell that is called `name`.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: it is no Python, or nested too deeply.
    """
    tree = parsed(code)
    ast.increment_lineno(tree, offset)
    last: CodeType | None = None
    if shows_last and tree.body and isinstance(tree.body[-1], ast.Expr):
        statement = instrument(ast.Module([tree.body.pop()], [])).body[0]
        assert isinstance(statement, ast.Expr)
        last = compile(ast.fix_missing_locations(ast.Expression(statement.value)), name, "eval", dont_inherit=True)
    return Compiled(compile(instrument(tree), name, "exec", dont_inherit=True), last, unguarded_imports(tree))
