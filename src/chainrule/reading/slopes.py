"""Functions that are the derivatives of others: `df` of `f`, `tanh_prime` of `tanh`, `gradient` of the only `cost` there is.

A program may step by `df` and call `f` nowhere near. Run so, it computes `f` beside each call of `df`, at the same arguments.
"""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.reading.names import reads_as_loss
from chainrule.reading.traced import is_traced, plain

if TYPE_CHECKING:
    from chainrule.reading.recorder import Recorder

SLOPE = re.compile(
    r"(_?(prime|deriv(ative)?|grad(ient)?|slope)|_(der|dash|d))$|^(d_?|der_?|deriv(ative)?_?(of_)?|grad(ient)?_?(of_)?|prime_?)(?=[a-z])",
    re.I,
)
PARTIAL = re.compile(r"^d_?(?P<of>[a-z]+?)_?d_?[a-z]\w{0,2}$|^(partial|grad|deriv)_(?P<wrt>\w)$", re.I)
ANY_SLOPE = re.compile(
    r"^(compute_?|calc(ulate)?_?)?(grad(ient)?s?|slope|deriv(ative)?|prime|jacobian)(_?(vector|function|fun|fn))?$", re.I
)
OBJECTIVE = re.compile(r"^(f|fn|fun|func|function|objective(_function)?|target_function)$", re.I)


def slope_of(name: str) -> str:
    """What a function is the derivative of, by its name: `tanh` of `tanh_prime`; "" of a name that says nothing."""
    return SLOPE.sub("", name).lower() if SLOPE.search(name) else ""


def is_slope(name: str) -> bool:
    """Whether a function's name says that it is the derivative of another."""
    return bool(SLOPE.search(name) or PARTIAL.match(name) or ANY_SLOPE.match(name)) or name == "<lambda>"


def compute_beside(recorder: Recorder, function: Any, arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
    """Compute what a function is the derivative of, at the same arguments, and give it its name."""
    found = function_of(function, recorder)
    if found is None or not any(map(is_traced, arguments)):
        return
    name, of = found
    at = (name, *(a.node if is_traced(a) else repr(a) for a in arguments))
    assert recorder.beside is not None
    if at in recorder.beside:
        return
    scopes = recorder.scopes[:]
    with contextlib.suppress(Exception):
        value = recorder.table.call(of, arguments, options)
        if is_traced(value) and math.prod(np.shape(plain(value))) == 1:
            recorder.beside.add(at)
            recorder.differentiated.append(recorder.name(name, value).node)
    recorder.scopes[:] = scopes


def function_of(function: Any, recorder: Recorder) -> tuple[str, Callable[..., Any]] | None:
    """The function that a function is the derivative of, and its name: of the same object or the same module."""
    owner = getattr(function, "__self__", None)
    code = getattr(function, "__func__", function)
    around = _methods(owner) if owner is not None else getattr(code, "__globals__", {})
    names = [n for n, v in around.items() if v is function or v is code] if owner is None else [code.__name__]
    wanted = {slope_of(n) for n in names} | {m["of"].lower() for n in names if (m := PARTIAL.match(n)) and m["of"]}
    count = _required(code)
    others = {
        n: v for n, v in around.items()
        if isinstance(v, FunctionType) and v is not code and v.__module__ in recorder.own and _required(v) == count
    }  # fmt: skip
    found = [n for n in others if n.lower() in wanted - {""}]
    if not found and any(ANY_SLOPE.match(n) or ((m := PARTIAL.match(n)) and m["wrt"]) for n in names):
        found = [n for n in others if OBJECTIVE.match(n) or reads_as_loss(n)]
    if len(found) != 1:
        return None
    of = others[found[0]]
    return found[0], of if owner is None else of.__get__(owner)


def _methods(owner: Any) -> Mapping[str, Any]:
    classes: Iterator[type] = reversed((owner if isinstance(owner, type) else type(owner)).__mro__)
    return {n: v for c in classes for n, v in vars(c).items()}


def _required(function: Any) -> int:
    code = function.__code__
    return int(code.co_argcount) - len(function.__defaults__ or ())
