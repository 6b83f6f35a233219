"""NumPy's functions that only move entries about: each is an index by where every entry comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.reading.traced import holds_traced, is_traced, plain

if TYPE_CHECKING:
    from chainrule.reading.dispatch import Table
    from chainrule.reading.numpy_table import Handler


def moved(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    """What the function does to the places of the entries says where each entry comes from."""
    value, *rest = arguments
    if not is_traced(value) or not isinstance(value.raw, np.ndarray):
        return t.outside(function, arguments, options)
    t.recorder.decide_deep(tuple(rest))
    raw = function(value.raw, *plain(rest), **plain(options))
    places = function(np.arange(value.raw.size).reshape(value.raw.shape), *plain(rest), **plain(options))
    if isinstance(raw, (list, tuple)):
        return type(raw)(_taken(t, value, r, p) for r, p in zip(raw, places, strict=True))
    return _taken(t, value, raw, places)


def _taken(t: Table, value: Any, raw: Any, places: Any) -> Any:
    return t.make("index", [value], raw, key=np.unravel_index(places, value.raw.shape))


def _second(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    """`np.compress(which, a)`, `np.extract(which, a)`: the array comes second."""
    which, value, *rest = arguments
    turned = _Turned(function)
    t.recorder.decide_deep((which,))
    return moved(t, turned, (value, plain(which), *rest), options)


class _Turned:
    """A function of two arguments with them turned about."""

    __slots__ = ("function",)

    def __init__(self, function: Any) -> None:
        self.function = function

    def __call__(self, value: Any, which: Any, *rest: Any, **options: Any) -> Any:
        return self.function(which, value, *rest, **options)


def _triangle(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    """One triangle of a matrix, 0 in the other."""
    value, *rest = arguments
    if not is_traced(value):
        return t.outside(function, arguments, options)
    raw = function(value.raw, *plain(rest), **plain(options))
    keeps = function(np.ones(value.raw.shape, bool), *plain(rest), **plain(options))
    return t.make("where", [keeps, value, 0.0], raw)


def _insert(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    """One row or column more, at a place that is a number."""
    value, place, given, *rest = arguments
    raw = function(*plain(arguments), **plain(options))
    axis = plain(options.get("axis", rest[0] if rest else None))
    place = plain(place)
    if axis is None or not isinstance(place, (int, np.integer)) or not holds_traced((value, given)):
        return t.opaque(function, arguments, options, raw)
    before = [slice(None)] * raw.ndim
    after = list(before)
    at = int(place) + (np.shape(plain(value))[axis] if place < 0 else 0)
    before[axis], after[axis] = slice(0, at), slice(at, None)
    shape = list(raw.shape)
    shape[axis] = 1
    if np.ndim(plain(given)) not in (0, raw.ndim - 1):
        return t.opaque(function, arguments, options, raw)
    call, get = t.call, t.recorder.get
    wide = call(np.expand_dims, (given, axis), {}) if np.ndim(plain(given)) else given
    more = call(np.broadcast_to, (wide, tuple(shape)), {})
    return call(np.concatenate, ([get(value, tuple(before)), more, get(value, tuple(after))], axis), {})


def _dstack(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    deep = [t.call(np.reshape, (p, np.atleast_3d(plain(p)).shape), {}) for p in arguments[0]]
    return t.call(np.concatenate, (deep, 2), {})


def _block(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    rows = arguments[0]
    if not isinstance(rows[0], list):
        return t.call(np.concatenate, (rows, -1), {})
    return t.call(np.concatenate, ([t.call(np.concatenate, (row, -1), {}) for row in rows], -2), {})


def FUNCTIONS() -> list[tuple[Any, Handler]]:  # noqa: N802 - a table, made when first needed
    """The functions of this room."""
    moves = (
        np.flip, np.fliplr, np.flipud, np.roll, np.rot90, np.moveaxis, np.rollaxis, np.tile, np.repeat, np.resize, np.take,
        np.delete, np.broadcast_to, np.split, np.array_split, np.hsplit, np.vsplit, np.dsplit, np.take_along_axis,
        np.lib.stride_tricks.sliding_window_view,
    )  # fmt: skip
    rows: list[tuple[Any, Handler]] = [(function, moved) for function in moves]
    rows += [(np.compress, _second), (np.extract, _second), (np.tril, _triangle), (np.triu, _triangle)]
    return [*rows, (np.insert, _insert), (np.dstack, _dstack), (np.block, _block)]
