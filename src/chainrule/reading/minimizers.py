"""What SciPy is handed to minimize: a function, and the gradient that was written for it.

Both are computed once, at the start, side by side; the search itself runs as written, and nobody looks at it.
https://docs.scipy.org/doc/scipy/reference/optimize.html
"""

from __future__ import annotations

import contextlib
import inspect
import io
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.reading import random_table
from chainrule.reading.traced import is_traced, plain
from chainrule.reading.trial import Impure

if TYPE_CHECKING:
    from chainrule.reading.dispatch import Table

SEARCHES = ("minimize", "fmin", "fmin_cg", "fmin_bfgs", "fmin_l_bfgs_b", "fmin_tnc", "fmin_ncg", "fmin_powell")


def FUNCTIONS() -> list[tuple[Any, Any]]:  # noqa: N802 - a table, made when first needed
    optimize = sys.modules.get("scipy.optimize")
    return [] if optimize is None else [(getattr(optimize, name), minimized) for name in SEARCHES]


def minimized(t: Table, search: Callable[..., Any], arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """A search for the least value: what it is handed is recorded, and then it runs."""
    recorder = t.recorder
    if recorder.trial is not None:
        raise Impure("it searches for a least value")
    given = inspect.signature(search).bind(*arguments, **options)
    given.apply_defaults()
    handed = given.arguments
    of = next(handed[name] for name in ("fun", "func", "f") if name in handed)
    gradient = handed.get("jac", handed.get("fprime"))
    together = gradient is True or (gradient is None and not handed.get("approx_grad", True))
    rest = handed.get("args", ())
    rest = rest if isinstance(rest, tuple) else (rest,)
    if t.is_own(of) and (together or callable(gradient)):
        start = _start(t, of, handed["x0"])
        with _once_more():
            answer = t.call(of, (start, *rest), {})
            both = answer if together else (answer, t.call(gradient, (start, *rest), {}))
        if isinstance(both, (tuple, list)) and len(both) == 2:
            _hand_over(t, _title(of), both[0], "gradient" if together else _title(gradient), both[1], start)
    return _unseen(t, search, arguments, options)


@contextlib.contextmanager
def _once_more() -> Iterator[None]:
    """The program itself makes no such call: it prints nothing, and takes no random numbers from those that follow."""
    drawn = random_table.state()
    with contextlib.redirect_stdout(io.StringIO()):
        yield
    random_table.restore(drawn)


def _start(t: Table, of: Any, x0: Any) -> Any:
    """Where the search starts, as one row of real numbers with a name."""
    raw = np.asarray(plain(x0))
    if is_traced(x0) and raw.dtype.kind == "f":
        return x0 if raw.ndim == 1 else t.call(np.ravel, (x0,), {})
    code = getattr(of, "__func__", of).__code__
    taken = code.co_varnames[hasattr(of, "__self__") : code.co_argcount]
    return t.recorder.name(taken[0] if taken else "x0", np.array(raw, float).ravel())


def _hand_over(t: Table, title: str, value: Any, slope_title: str, slope: Any, start: Any) -> None:
    """Keep what the value and its gradient are of each other, by the names of the functions where they have none of their own."""
    recorder = t.recorder
    slope = slope if is_traced(slope) else t.call(np.array, (slope,), {})
    if is_traced(value) and np.size(value.raw) == 1 and is_traced(slope):
        recorder.differentiated.append(_named(t, title, value))
        recorder.handed_over.append((_named(t, slope_title, slope), start.node))


def _named(t: Table, title: str, value: Any) -> int:
    node = t.recorder.builder.nodes[value.node]
    return int(value.node if node.name is not None else t.recorder.name(title, value).node)


def _title(function: Any) -> str:
    return str(getattr(function, "__name__", "gradient")).replace("<lambda>", "minimized")


def _unseen(t: Table, search: Callable[..., Any], arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """The search on plain values, the functions of the program in it too."""

    def quiet(value: Any) -> Any:
        if not callable(value) or isinstance(value, type):
            return plain(value)
        return lambda *given, **named: plain(value(*given, **named))

    with t.recorder.loops.unseen():
        return search(*map(quiet, arguments), **{name: quiet(value) for name, value in options.items()})
