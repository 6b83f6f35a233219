"""NumPy's and SciPy's functions that are built from others: each is written down once, in terms of those."""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Callable, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.reading.traced import holds_traced, is_traced, plain

if TYPE_CHECKING:
    from chainrule.reading.dispatch import Table
    from chainrule.reading.numpy_table import Handler

LONGEST_PRODUCT = 256
MOST_ENTRIES = 4096


def built(compute: Callable[..., Any]) -> Handler:
    """A handler that computes with followed values; NumPy's own function where `compute` has no answer."""

    def handler(t: Table, function: Any, arguments: Any, options: Any) -> Any:
        if not holds_traced((arguments, options)):
            return t.outside(function, arguments, options)
        made = compute(t, *arguments, **options)
        return t.opaque(function, arguments, options, function(*plain(arguments), **plain(options))) if made is None else made

    return handler


def _called(function: Any) -> Callable[..., Any]:
    """Another name of a function that is understood."""
    return lambda t, *arguments, **options: t.call(function, arguments, options)


def _average(t: Table, a: Any, axis: Any = None, weights: Any = None, **options: Any) -> Any:
    if weights is None:
        return t.call(np.mean, (a,), {"axis": axis, **options})
    if options:
        return None
    if np.ndim(plain(weights)) == 1 and np.ndim(plain(a)) > 1 and axis is not None:
        shape = [1] * np.ndim(plain(a))
        shape[plain(axis)] = -1
        wide = t.call(np.reshape, (weights, tuple(shape)), {})
    else:
        wide = weights
    return t.call(np.sum, (a * wide,), {"axis": axis}) / t.call(np.sum, (weights,), {})


def _cumsum(t: Table, a: Any, axis: Any = None) -> Any:
    if axis is None:
        a, axis = t.call(np.ravel, (a,), {}), 0
    first = t.call(np.moveaxis, (a, plain(axis), 0), {})
    n = np.shape(plain(first))[0]
    flat = t.call(np.reshape, (first, (n, -1)), {})
    summed = t.call(np.matmul, (np.tril(np.ones((n, n))), flat), {})
    shaped = t.call(np.reshape, (summed, np.shape(plain(first))), {})
    return t.call(np.moveaxis, (shaped, 0, plain(axis)), {})


def _prod(t: Table, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    shape = np.shape(plain(a))
    if axis is None:
        rows, wide = t.call(np.ravel, (a,), {}), (1,) * len(shape)
    elif isinstance(plain(axis), (int, np.integer)):
        at = int(plain(axis)) % len(shape)
        rows, wide = t.call(np.moveaxis, (a, at, 0), {}), (*shape[:at], 1, *shape[at + 1 :])
    else:
        return None
    count = np.shape(plain(rows))[0]
    if not 0 < count <= LONGEST_PRODUCT:
        return None
    product = reduce(operator.mul, (rows[i] for i in range(count)))
    return t.call(np.reshape, (product, wide), {}) if keepdims else product


def _cumprod(t: Table, a: Any, axis: Any = None) -> Any:
    if np.ndim(plain(a)) != 1 or np.size(plain(a)) > LONGEST_PRODUCT:
        return None
    found = [a[0]]
    for i in range(1, np.size(plain(a))):
        found.append(found[-1] * a[i])
    return t.call(np.stack, (found,), {})


def _diff(t: Table, a: Any, n: int = 1, axis: int = -1) -> Any:
    for _ in range(plain(n)):
        later: list[Any] = [slice(None)] * np.ndim(plain(a))
        earlier = list(later)
        later[plain(axis)], earlier[plain(axis)] = slice(1, None), slice(None, -1)
        a = t.recorder.get(a, tuple(later)) - t.recorder.get(a, tuple(earlier))
    return a


def _diag(t: Table, v: Any, k: int = 0) -> Any:
    """A diagonal of a matrix; of a vector, the matrix that has it for one."""
    raw, k = np.asarray(plain(v)), int(plain(k))
    if isinstance(plain(v), np.matrix):
        v = t.call(np.asarray, (v,), {})
    if raw.ndim == 2:
        return t.recorder.get(v, _on_diagonal(raw.shape, k))
    if raw.ndim != 1:
        return None
    n = raw.size + abs(k)
    at = np.arange(raw.size)
    wide = t.recorder.get(v, np.clip(np.arange(n) + min(k, 0), 0, raw.size - 1)) if raw.size else v
    mask = np.zeros((n, n))
    mask[at + max(-k, 0), at + max(k, 0)] = 1
    return t.call(np.reshape, (wide, (n, 1)), {}) * mask


def _on_diagonal(shape: tuple[int, ...], k: int) -> tuple[np.ndarray, np.ndarray]:
    count = max(0, min(shape[0] + min(k, 0), shape[1] - max(k, 0)))
    at = np.arange(count)
    return at + max(-k, 0), at + max(k, 0)


def _diagonal(t: Table, a: Any, offset: int = 0, **options: Any) -> Any:
    return None if options or np.ndim(plain(a)) != 2 else _diag(t, a, offset)


def _trace(t: Table, a: Any, offset: int = 0, **options: Any) -> Any:
    return None if options or np.ndim(plain(a)) != 2 else t.call(np.sum, (_diag(t, a, offset),), {})


def _ptp(t: Table, a: Any, **options: Any) -> Any:
    return t.call(np.max, (a,), options) - t.call(np.min, (a,), options)


def _tensordot(t: Table, a: Any, b: Any, axes: Any = 2) -> Any:
    axes = plain(axes)
    rank, other = np.ndim(plain(a)), np.ndim(plain(b))
    if isinstance(axes, (int, np.integer)):
        left, right = list(range(rank - axes, rank)), list(range(axes))
    else:
        left, right = ([int(i) for i in np.atleast_1d(side)] for side in axes)
    left, right = [i % rank for i in left], [i % other for i in right]
    first = [chr(97 + i) for i in range(rank)]
    second = [chr(97 + rank + i) for i in range(other)]
    for i, j in zip(left, right, strict=True):
        second[j] = first[i]
    kept = [c for i, c in enumerate(first) if i not in left] + [c for j, c in enumerate(second) if j not in right]
    return t.call(np.einsum, (f"{''.join(first)},{''.join(second)}->{''.join(kept)}", a, b), {})


def _outer(t: Table, a: Any, b: Any) -> Any:
    wide = t.call(np.reshape, (a, (*np.shape(plain(a)), *[1] * np.ndim(plain(b)))), {})
    return wide * b


def _kron(t: Table, a: Any, b: Any) -> Any:
    if np.ndim(plain(a)) != 2 or np.ndim(plain(b)) != 2:
        return None
    both = t.call(np.einsum, ("ij,kl->ikjl", a, b), {})
    return t.call(np.reshape, (both, np.kron(plain(a), plain(b)).shape), {})


def _multi_dot(t: Table, arrays: Sequence[Any]) -> Any:
    return reduce(lambda x, y: t.call(np.dot, (x, y), {}), arrays)


def _matrix_power(t: Table, a: Any, n: int) -> Any:
    return _multi_dot(t, [a] * plain(n)) if 0 < plain(n) <= LONGEST_PRODUCT else None


def _log_sum_exp(t: Table, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    largest = t.call(np.max, (a,), {"axis": axis, "keepdims": True})
    summed = t.call(np.log, (t.call(np.sum, (t.call(np.exp, (a - largest,), {}),), {"axis": axis, "keepdims": True}),), {})
    whole = summed + largest
    return whole if keepdims else t.call(np.sum, (whole,), {"axis": axis})


def _log_softmax(t: Table, a: Any, axis: Any = None) -> Any:
    return a - _log_sum_exp(t, a, axis, keepdims=True)


def _select(t: Table, conditions: Sequence[Any], choices: Sequence[Any], default: Any = 0) -> Any:
    made = default
    for condition, choice in zip(reversed(conditions), reversed(choices), strict=True):
        made = t.call(np.where, (condition, choice, made), {})
    return made


def _piecewise(t: Table, x: Any, conditions: Sequence[Any], functions: Sequence[Any]) -> Any:
    pieces = [t.call(f, (x,), {}) if callable(f) else f for f in functions]
    default = pieces[len(conditions)] if len(pieces) > len(conditions) else 0
    return _select(t, conditions, pieces[: len(conditions)], default)


def _finite(t: Table, a: Any, *rest: Any, **options: Any) -> Any:
    """What mends what is not finite, where all is."""
    return a if is_traced(a) and np.all(np.isfinite(a.raw)) else None


def _summed_finite(t: Table, a: Any, *rest: Any, **options: Any) -> Any:
    return t.call(np.sum, (a, *rest), options) if np.all(np.isfinite(plain(a))) else None


def _heaviside(t: Table, a: Any, at_zero: Any) -> Any:
    return None if is_traced(at_zero) else t.call(np.where, (a > 0, 1.0, t.call(np.where, (a < 0, 0.0, at_zero), {})), {})


def vectorized(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    """`np.vectorize(f)(x)`: f of every entry."""
    shapes = [np.shape(plain(a)) for a in arguments]
    shape = np.broadcast_shapes(*shapes)
    if options or not holds_traced(arguments) or math.prod(shape) > MOST_ENTRIES:
        return t.outside(function, arguments, options)
    wide = [t.call(np.broadcast_to, (a, shape), {}) if np.shape(plain(a)) != shape else a for a in arguments]
    made = [t.call(function.pyfunc, tuple(t.recorder.get(a, place) for a in wide), {}) for place in np.ndindex(shape)]
    return t.call(np.reshape, (t.call(np.array, (made,), {}), shape), {})


def _along_axis(t: Table, function: Any, axis: int, a: Any, *rest: Any) -> Any:
    rows = t.call(np.moveaxis, (a, plain(axis), -1), {})
    shape = np.shape(plain(rows))[:-1]
    if math.prod(shape) > MOST_ENTRIES:
        return None
    made = [t.call(function, (t.recorder.get(rows, place), *rest), {}) for place in np.ndindex(shape)]
    inner = np.shape(plain(made[0]))
    whole = t.call(np.reshape, (t.call(np.stack, (made,), {}), (*shape, *inner)), {})
    return t.call(np.moveaxis, (whole, -1, plain(axis)), {}) if len(inner) == 1 else whole if not inner else None


def _log(t: Table, x: Any) -> Any:
    return t.call(np.log, (x,), {})


def _sqrt(t: Table, x: Any) -> Any:
    return t.call(np.sqrt, (x,), {})


def FUNCTIONS() -> list[tuple[Any, Handler]]:  # noqa: N802 - a table, made when first needed
    """The functions of this room."""
    rows: list[tuple[Any, Handler]] = [
        (np.amax, built(_called(np.max))),
        (np.amin, built(_called(np.min))),
        (np.average, built(_average)),
        (np.cumsum, built(_cumsum)),
        (np.prod, built(_prod)),
        (np.cumprod, built(_cumprod)),
        (np.diff, built(_diff)),
        (np.diag, built(_diag)),
        (np.diagonal, built(_diagonal)),
        (np.trace, built(_trace)),
        (np.ptp, built(_ptp)),
        (np.tensordot, built(_tensordot)),
        (np.multiply.outer, built(_outer)),
        (np.kron, built(_kron)),
        (np.linalg.multi_dot, built(_multi_dot)),
        (np.linalg.matrix_power, built(_matrix_power)),
        (np.apply_along_axis, built(_along_axis)),
        (np.select, built(_select)),
        (np.piecewise, built(_piecewise)),
        (np.nan_to_num, built(_finite)),
        (np.nansum, built(_summed_finite)),
        (np.heaviside, built(_heaviside)),
        (np.hypot, built(lambda t, x, y: _sqrt(t, x * x + y * y))),
        (np.float_power, built(lambda t, x, y: x**y)),
        (np.exp2, built(lambda t, x: t.call(np.exp, (x * math.log(2),), {}))),
        (np.arcsinh, built(lambda t, x: _log(t, x + _sqrt(t, x * x + 1)))),
        (np.arctanh, built(lambda t, x: _log(t, (1 + x) / (1 - x)) / 2)),
        (np.deg2rad, built(lambda t, x: x * (math.pi / 180))),
        (np.cbrt, built(lambda t, x: t.call(np.sign, (x,), {}) * t.call(np.abs, (x,), {}) ** (1 / 3))),
    ]
    special = sys.modules.get("scipy.special")
    if special is not None:
        rows += [(special.logsumexp, built(_log_sum_exp)), (special.log_softmax, built(_log_softmax))]
    return rows
