"""What each op computes, in NumPy, and the shape of what it computes: the plain functions behind the table in `ops.py`.

Arithmetic goes through Python's own operators, so Python numbers, NumPy arrays and `fractions.Fraction` all work.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from chainrule.graph.records import Shape

Axis = tuple[int, ...] | None


# ------------------------------------------------------------------------------------------------ values


def power(x: Any, y: Any) -> Any:
    if isinstance(x, np.ndarray) and x.dtype.kind in "iub" and np.any(np.asarray(y) < 0):
        x = x.astype(float)  # NumPy refuses negative powers of integers
    if isinstance(x, float) and x < 0 and not float(y).is_integer():
        return math.nan  # Python would answer with a complex number
    return x**y


def maximum(x: Any, y: Any) -> Any:
    return np.maximum(x, y) if np.ndim(x) or np.ndim(y) else (y if y > x or y != y else x)


def minimum(x: Any, y: Any) -> Any:
    return np.minimum(x, y) if np.ndim(x) or np.ndim(y) else (y if y < x or y != y else x)


def where(condition: Any, x: Any, y: Any) -> Any:
    if np.ndim(condition) or np.ndim(x) or np.ndim(y):
        return np.where(condition, x, y)
    return x if condition else y


def sign(x: Any) -> Any:
    return np.sign(x) if np.ndim(x) else int(x > 0) - int(x < 0) if x == x else x


def erf(x: Any) -> Any:
    return math.erf(x) if not np.ndim(x) else np.vectorize(math.erf, otypes=[float])(x)


def guard(condition: Any, *, expected: Any) -> Any:
    return condition


def to_real(x: Any) -> Any:
    return x if np.ndim(x) == 0 or np.asarray(x).dtype.kind in "fcO" else np.asarray(x).astype(float)


def to_int(x: Any) -> Any:
    return np.trunc(x).astype(int) if np.ndim(x) else int(x)


def to_bool(x: Any) -> Any:
    return np.asarray(x).astype(bool) if np.ndim(x) else bool(x)


def total(x: Any, *, axis: Axis, keepdims: bool) -> Any:
    return np.sum(x, axis=axis, keepdims=keepdims)


def mean(x: Any, *, axis: Axis, keepdims: bool) -> Any:
    return np.sum(x, axis=axis, keepdims=keepdims) / count(x, axis=axis)


def largest(x: Any, *, axis: Axis, keepdims: bool) -> Any:
    return np.max(x, axis=axis, keepdims=keepdims)


def smallest(x: Any, *, axis: Axis, keepdims: bool) -> Any:
    return np.min(x, axis=axis, keepdims=keepdims)


def first_extreme(x: Any, *, axis: Axis, largest: bool) -> Any:
    """True at the first entry, along `axis`, that holds the maximum (or minimum)."""
    extreme = (np.max if largest else np.min)(x, axis=axis, keepdims=True)
    hit = np.asarray(x) == extreme
    axes = tuple(range(np.ndim(x))) if axis is None else tuple(a % np.ndim(x) for a in axis)
    kept = tuple(a for a in range(np.ndim(x)) if a not in axes)
    flat = hit.transpose(kept + axes).reshape([hit.shape[a] for a in kept] + [-1])
    first = flat & (np.cumsum(flat, axis=-1) == 1)
    return first.reshape([hit.shape[a] for a in kept + axes]).transpose(np.argsort(kept + axes))


def count(x: Any, *, axis: Axis) -> int:
    shape = np.shape(x)
    return math.prod(shape if axis is None else (shape[a] for a in axis))


def argmax(x: Any, *, axis: int | None) -> Any:
    return np.argmax(x, axis=axis)


def argmin(x: Any, *, axis: int | None) -> Any:
    return np.argmin(x, axis=axis)


def spread(g: Any, x: Any, *, axis: Axis, keepdims: bool) -> Any:
    shape = np.shape(x)
    if not keepdims and axis is not None and shape:
        g = np.expand_dims(g, tuple(a % len(shape) for a in axis))
    return np.broadcast_to(g, shape) if shape else g


def sum_like(g: Any, x: Any) -> Any:
    shape = np.shape(x)
    g = np.sum(g, axis=tuple(range(np.ndim(g) - len(shape)))) if np.ndim(g) > len(shape) else g
    axes = tuple(a for a, n in enumerate(shape) if n == 1 and np.shape(g)[a] != 1)
    return np.sum(g, axis=axes, keepdims=True) if axes else g


def broadcast_like(x: Any, y: Any) -> Any:
    return np.broadcast_to(x, np.shape(y)) if np.ndim(y) else x


def broadcast_to(x: Any, *, shape: Shape) -> Any:
    return np.broadcast_to(x, shape)


def reshape(x: Any, *, shape: Shape) -> Any:
    return np.reshape(x, shape)


def reshape_like(g: Any, x: Any) -> Any:
    return np.reshape(g, np.shape(x))


def transpose(x: Any, *, axes: Axis) -> Any:
    return np.transpose(x, axes)


def index(x: Any, *, key: Any) -> Any:
    return x[key]


def place(g: Any, x: Any, *, key: Any) -> Any:
    exact = np.asarray(g).dtype == object
    result = np.zeros(np.shape(x), object if exact else np.result_type(np.asarray(g), float))
    np.add.at(result, key, g)
    return result


def store(x: Any, value: Any, *, key: Any) -> Any:
    kept = np.asarray(x)
    given = np.asarray(value)
    result = kept.astype(object if given.dtype == object else np.result_type(kept, given))
    result[key] = value
    return result


def matmul(x: Any, y: Any) -> Any:
    return np.matmul(x, y)


def outer(x: Any, y: Any) -> Any:
    return np.outer(x, y)


def einsum(*operands: Any, subscripts: str) -> Any:
    return np.einsum(subscripts, *operands)


def concatenate(*pieces: Any, axis: int) -> Any:
    return np.concatenate(pieces, axis)


def stack(*pieces: Any) -> Any:
    return np.array(pieces)


def opaque(*inputs: Any, function: Any, value: Any, recall: Any, drawn: bool = False) -> Any:
    """The outside function again where it is known to be pure, else the value it had: see `reading/dispatch.py`."""
    return recall(*inputs) if recall else value


# ------------------------------------------------------------------------------------------------ shapes


def broadcast(*shapes: Shape, **_: Any) -> Shape:
    shape = shapes[0]
    for other in shapes[1:]:
        if other != shape:
            shape = np.broadcast_shapes(shape, other) if shape and other else shape or other
    return shape


def reduced(x: Shape, *_: Shape, axis: Axis, keepdims: bool = False) -> Shape:
    axes = tuple(range(len(x))) if axis is None else tuple(a % len(x) for a in axis)
    if keepdims:
        return tuple(1 if a in axes else n for a, n in enumerate(x))
    return tuple(n for a, n in enumerate(x) if a not in axes)


def one_axis_less(x: Shape, *, axis: int | None) -> Shape:
    return () if axis is None else reduced(x, axis=(axis,))


def scalar(*_: Shape, **__: Any) -> Shape:
    return ()


def like_first(x: Shape, *_: Shape, **__: Any) -> Shape:
    return x


def like_second(_: Shape, y: Shape, **__: Any) -> Shape:
    return y


def given(*_: Shape, shape: Shape) -> Shape:
    return shape


def reshaped(x: Shape, *, shape: Shape) -> Shape:
    if -1 not in shape:
        return tuple(shape)
    rest = math.prod(n for n in shape if n != -1)
    return tuple(math.prod(x) // rest if n == -1 else n for n in shape)


def transposed(x: Shape, *, axes: Axis) -> Shape:
    return x[::-1] if axes is None else tuple(x[a] for a in axes)


def indexed(x: Shape, *, key: Any) -> Shape:
    return np.shape(np.broadcast_to(False, x)[key])


def multiplied(x: Shape, y: Shape) -> Shape:
    if len(x) == 1 and len(y) == 1:
        return ()
    if len(x) == 1:
        return y[:-2] + y[-1:]
    if len(y) == 1:
        return x[:-1]
    return (*broadcast(x[:-2], y[:-2]), x[-2], y[-1])


def outer_shape(x: Shape, y: Shape) -> Shape:
    return (math.prod(x), math.prod(y))


def einsum_shape(*shapes: Shape, subscripts: str) -> Shape:
    terms, result = subscripts.split("->")
    sizes: dict[str, int] = {}
    for term, shape in zip(terms.split(","), shapes, strict=True):
        sizes.update(zip(term, shape, strict=True))
    return tuple(sizes[letter] for letter in result)


def concatenated(*shapes: Shape, axis: int) -> Shape:
    axis %= len(shapes[0])
    return tuple(sum(s[a] for s in shapes) if a == axis else n for a, n in enumerate(shapes[0]))


def stacked(*shapes: Shape) -> Shape:
    return (len(shapes), *shapes[0])


def as_value(*_: Shape, function: Any, value: Any, recall: Any, drawn: bool = False) -> Shape:
    return np.shape(value)
