"""What Python's own functions mean in the graph: builtins and the `math` module."""

from __future__ import annotations

import functools
import itertools
import math
import operator
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.graph.expression import exp, log
from chainrule.reading.traced import followed, holds_traced, is_traced, plain
from chainrule.reading.trial import Impure

if TYPE_CHECKING:
    from chainrule.reading.dispatch import Table

Handler = Callable[..., Any]


def unary(op: str) -> Handler:
    def handler(t: Table, function: Any, arguments: Any, options: Any) -> Any:
        if len(arguments) != 1 or options or not is_traced(arguments[0]):
            return t.outside(function, arguments, options)
        return t.make(op, arguments, apply_plain(t, function, arguments[0].raw))

    return handler


def apply_plain(t: Table, function: Any, raw: Any) -> Any:
    """The function's value; on an arm under trial that the program never took, NaN where it has none."""
    try:
        return function(raw)
    except (ValueError, OverflowError):
        if t.recorder.trial is not None:
            return math.nan
        raise


def _float(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    t.reads(function, arguments)
    if len(arguments) != 1 or not is_traced(arguments[0]) or not _is_number(arguments[0].raw):
        return function(*plain(arguments), **options)
    value = arguments[0]
    raw = float(value.raw)
    return t.make("reshape", [value], raw, shape=()) if np.ndim(value.raw) else t.make("to_real", [value], raw)


def _is_number(raw: Any) -> bool:
    return isinstance(raw, (int, float, np.number)) or (isinstance(raw, np.ndarray) and raw.size == 1)


def _int(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    t.reads(function, arguments)
    if len(arguments) != 1 or not is_traced(arguments[0]):
        return function(*plain(arguments), **options)
    return t.make("to_int", arguments, int(arguments[0].raw))


def _plain_call(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    return function(*plain(arguments), **plain(options))


def _print(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    if t.recorder.trial is not None:
        raise Impure("it prints")
    raw = plain(arguments)
    if t.recorder.on:
        t.recorder.prints(followed(arguments), " ".join(a if isinstance(a, str) else "…" for a in raw))
    return function(*raw, **plain(options))


def _native(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    """Python's own function on the traced values as they are: it asks them what it needs."""
    return function(*arguments, **options)


def _type(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    return type(arguments[0].raw) if len(arguments) == 1 and is_traced(arguments[0]) else function(*arguments, **options)


def _len(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    value = arguments[0]
    if is_traced(value) and np.ndim(value.raw):
        return t.make("count", [value], len(value.raw), axis=(0,))
    return len(value)


def _range(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    for value in arguments:
        t.recorder.decide_deep(value)
    return range(*plain(arguments))


def _extreme(op: str) -> Handler:
    def handler(t: Table, function: Any, arguments: Any, options: Any) -> Any:
        items = list(arguments[0]) if len(arguments) == 1 else list(arguments)
        if options or not holds_traced(items) or any(np.ndim(plain(i)) for i in items):
            return function(*arguments, **options)

        def pick(x: Any, y: Any) -> Any:
            if not (is_traced(x) or is_traced(y)):
                return function(x, y)
            raw = function(plain(x), plain(y))
            return t.make(op, constant_first(x, y), raw)

        return functools.reduce(pick, items)

    return handler


def constant_first(x: Any, y: Any) -> list[Any]:
    """`max(z, 0)` as `max(0, z)`, so that at a tie the derivative for z is 0."""
    return [y, x] if is_traced(x) and not is_traced(y) else [x, y]


def _sum(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    if is_traced(arguments[0]) or any(holds_traced(a) for a in arguments) or not isinstance(arguments[0], (list, tuple, range)):
        items: Iterable[Any] = arguments[0]
        result = arguments[1] if len(arguments) > 1 else options.get("start", 0)
        for item in items:
            result = result + item if type(result) is not int or result else item if is_traced(item) else result + item
        return result
    return function(*arguments, **options)


def _pow(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    if len(arguments) == 2 and holds_traced(arguments):
        return t.make("power", arguments, function(*plain(arguments)))
    return function(*plain(arguments), **options)


def _log(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    if not is_traced(arguments[0]):
        return t.outside(function, arguments, options)
    raw = math.log(*plain(arguments))
    if len(arguments) == 1:
        return t.make("log", arguments, raw)
    return t.composed(lambda x: log(x) / math.log(plain(arguments[1])), arguments[:1], raw)


def _composed(compute: Handler) -> Handler:
    def handler(t: Table, function: Any, arguments: Any, options: Any) -> Any:
        if len(arguments) != 1 or options or not is_traced(arguments[0]):
            return t.outside(function, arguments, options)
        return t.composed(compute, arguments, function(arguments[0].raw))

    return handler


def _divmod(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    x, y = arguments
    return (x // y, x % y)


def _map(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    mapped, *items = arguments
    return map(functools.partial(t.recorder.call, mapped), *items)


def endless(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    return t.recorder.in_time(function(*arguments, **options))


def _setattr(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    owner, name, value = arguments
    setattr(owner, name, t.recorder.name(f"self.{name}", value))


OPERATORS = (
    "add",
    "sub",
    "mul",
    "truediv",
    "floordiv",
    "pow",
    "matmul",
    "neg",
    "pos",
    "abs",
    "lt",
    "le",
    "gt",
    "ge",
    "eq",
    "ne",
)


def FUNCTIONS() -> list[tuple[Any, Handler]]:  # noqa: N802 - a table, made when first needed
    """Every function of Python's own that is understood, and its meaning."""
    import copy

    iterates = (iter, next, zip, enumerate, filter, reversed, list, tuple, dict, set, any, all, sorted)
    asks = (isinstance, issubclass, str, repr, format, hash, bool, callable, hasattr, getattr, copy.copy, copy.deepcopy)
    return [
        *((f, _native) for f in (*iterates, *asks)),
        *((getattr(operator, name), _native) for name in OPERATORS),
        *((f, _plain_call) for f in (id, chr, ord, slice)),
        (map, _map),
        *((f, endless) for f in (itertools.count, itertools.cycle, itertools.repeat)),
        (print, _print),
        (float, _float),
        (int, _int),
        (type, _type),
        (len, _len),
        (range, _range),
        (abs, unary("absolute")),
        (max, _extreme("maximum")),
        (min, _extreme("minimum")),
        (sum, _sum),
        (math.fsum, _sum),
        (pow, _pow),
        (math.pow, _pow),
        (divmod, _divmod),
        (setattr, _setattr),
        (math.exp, unary("exp")),
        (math.log, _log),
        (math.sqrt, unary("sqrt")),
        (math.tanh, unary("tanh")),
        (math.sin, unary("sin")),
        (math.cos, unary("cos")),
        (math.atan, unary("arctan")),
        (math.erf, unary("erf")),
        (math.log1p, unary("log1p")),
        (math.expm1, unary("expm1")),
        (math.fabs, unary("absolute")),
        (math.log2, _composed(lambda x: log(x) / math.log(2))),
        (math.log10, _composed(lambda x: log(x) / math.log(10))),
        (math.cosh, _composed(lambda x: (exp(x) + exp(-x)) / 2)),
        (math.sinh, _composed(lambda x: (exp(x) - exp(-x)) / 2)),
    ]
