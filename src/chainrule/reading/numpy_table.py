"""What NumPy's functions and an array's methods mean in the graph."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.graph.expression import Expression, erf, exp, log, mean, sqrt, total
from chainrule.graph.expression import apply as op_of
from chainrule.reading.matrices import is_matrix
from chainrule.reading.numpy_moves import moved
from chainrule.reading.python_table import constant_first, unary
from chainrule.reading.traced import Traced, holds_traced, is_traced, kept_key, plain

if TYPE_CHECKING:
    from chainrule.reading.dispatch import Table

Handler = Callable[..., Any]


def _known(options: dict[str, Any], *names: str) -> bool:
    return all(k in names or value is None for k, value in options.items())


def _binary(op: str) -> Handler:
    def handler(t: Table, function: Any, arguments: Any, options: Any) -> Any:
        if not holds_traced(arguments) or len(arguments) != 2 or not _known(options):
            return t.outside(function, arguments, options)
        raw = function(*plain(arguments))
        inputs = constant_first(*arguments) if op in ("maximum", "minimum") else arguments
        if op.startswith("logical") and function in (np.bitwise_and, np.bitwise_or) and np.asarray(raw).dtype.kind != "b":
            return t.opaque(function, arguments, options, raw)
        return t.make(op, inputs, raw)

    return handler


def _composed(compute: Callable[[Expression], Expression]) -> Handler:
    def handler(t: Table, function: Any, arguments: Any, options: Any) -> Any:
        if len(arguments) != 1 or options or not is_traced(arguments[0]):
            return t.outside(function, arguments, options)
        return t.composed(compute, arguments, function(arguments[0].raw))

    return handler


def axes_of(axis: Any, rank: int) -> tuple[int, ...] | None:
    axis = plain(axis)
    if axis is None:
        return None
    return tuple(int(a) % rank for a in (axis if isinstance(axis, (tuple, list)) else (axis,)))


def _reduction(op: str) -> Handler:
    def handler(t: Table, function: Any, arguments: Any, options: Any) -> Any:
        value, *rest = arguments
        if len(rest) == 3:
            return t.into(handler, function, (value, *rest[:2]), {**options, "out": rest[2]})
        named = {**dict(zip(("axis", "dtype"), rest, strict=False)), **options}
        if not holds_traced(value) or not _known(named, "axis", "keepdims", "dtype"):
            return t.outside(function, arguments, options)
        raw = function(plain(value), **plain(named))
        axis = axes_of(named.get("axis"), np.ndim(plain(value)))
        return t.make(op, [value], raw, axis=axis, keepdims=bool(named.get("keepdims")))

    return handler


def _variance(root: bool) -> Handler:
    def handler(t: Table, function: Any, arguments: Any, options: Any) -> Any:
        value, *rest = arguments
        named = {**dict(zip(("axis",), rest, strict=False)), **options}
        if not is_traced(value) or not _known(named, "axis", "keepdims", "ddof"):
            return t.outside(function, arguments, options)
        raw = function(value.raw, **plain(named))
        axis, keepdims = axes_of(named.get("axis"), np.ndim(value.raw)), bool(named.get("keepdims"))
        freedom = plain(named.get("ddof", 0))

        def compute(x: Expression) -> Expression:
            squares = (x - mean(x, axis, True)) ** 2
            if freedom:
                n = op_of("count", x, axis=axis)
                result = total(squares, axis, keepdims) / (n - freedom)
            else:
                result = mean(squares, axis, keepdims)
            return sqrt(result) if root else result

        return t.composed(compute, [value], raw)

    return handler


def _norm(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    value, *rest = arguments
    named = {**dict(zip(("ord", "axis", "keepdims"), rest, strict=False)), **options}
    if not is_traced(value) or named.get("ord") not in (None, 2) or (named.get("ord") == 2 and np.ndim(value.raw) != 1):
        return t.opaque(function, arguments, options, function(*plain(arguments), **plain(options)))
    axis, keepdims = axes_of(named.get("axis"), np.ndim(value.raw)), bool(named.get("keepdims"))
    raw = function(*plain(arguments), **plain(options))
    return t.composed(lambda x: sqrt(total(x**2, axis, keepdims)), [value], raw)


def _dot(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    if not holds_traced(arguments) or len(arguments) < 2:
        return t.outside(function, arguments, options)
    if len(arguments) == 3:
        return t.into(_dot, function, arguments[:2], {"out": arguments[2]})
    x, y = arguments
    raw = function(plain(x), plain(y))
    a, b = np.ndim(plain(x)), np.ndim(plain(y))
    if a == 0 or b == 0:
        return t.make("multiply", [x, y], raw)
    if b > 2:
        return t.opaque(function, arguments, options, raw)
    return t.make("matmul", [x, y], raw)


def _inner(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    x, y = arguments
    raw = function(plain(x), plain(y))
    if np.ndim(plain(x)) == 1 and np.ndim(plain(y)) == 1:
        return t.make("matmul", [x, y], raw)
    return t.opaque(function, arguments, options, raw)


def _einsum(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    spec, *operands = arguments
    raw = function(spec, *plain(operands), **plain(options))
    if not isinstance(spec, str) or "." in spec or not _known(options, "optimize"):
        return t.opaque(function, arguments, options, raw)
    spec = spec.replace(" ", "")
    if "->" not in spec:
        letters = [c for c in spec if c != ","]
        spec += "->" + "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
    if any(len(set(term)) != len(term) for term in spec.split("->")[0].split(",")):
        return t.opaque(function, arguments, options, raw)
    return t.make("einsum", operands, raw, subscripts=spec)


def _where(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    if len(arguments) != 3:
        return t.outside(function, arguments, options)
    return t.make("where", arguments, function(*plain(arguments)))


def _clip(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    value, *rest = arguments
    if len(rest) == 3:
        return t.into(_clip, function, arguments[:3], {**options, "out": rest[2]})
    named = {**dict(zip(("a_min", "a_max"), rest, strict=False)), **options}
    low = named.get("a_min", named.get("min"))
    high = named.get("a_max", named.get("max"))
    result = value
    if low is not None:
        result = t.make("maximum", [low, result], np.maximum(plain(low), plain(result)))
    if high is not None:
        result = t.make("minimum", [high, result], np.minimum(plain(high), plain(result)))
    return result


def _reshape(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    value, *shape = arguments
    shape = shape or [options.get("newshape", options.get("shape"))]
    return reshape(t, value, shape[0] if len(shape) == 1 and not isinstance(plain(shape[0]), int) else tuple(shape))


def reshape(t: Table, value: Any, shape: Any) -> Any:
    t.recorder.decide_deep(tuple(shape) if isinstance(shape, (tuple, list)) else shape)
    wanted = plain(shape)
    wanted = (wanted,) if isinstance(wanted, (int, np.integer)) else tuple(int(n) for n in wanted)
    value = value if is_traced(value) else t.recorder.wrap(np.array(plain(value)), t.recorder.node_of(value))
    return t.make("reshape", [value], value.raw.reshape(wanted), value, shape=wanted)


def _transpose(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    value, *axes = arguments
    order = plain(axes[0] if len(axes) == 1 else tuple(axes) or options.get("axes"))
    order = None if order is None else tuple(int(a) % np.ndim(plain(value)) for a in order)
    return t.make("transpose", [value], np.transpose(plain(value), order), value, axes=order)


def _swapaxes(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    value, first, second = arguments
    order = list(range(np.ndim(plain(value))))
    order[plain(first)], order[plain(second)] = order[plain(second)], order[plain(first)]
    return t.make("transpose", [value], np.transpose(plain(value), order), value, axes=tuple(order))


def _rearranged(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    """expand_dims, squeeze, atleast_2d: another shape for the same numbers."""
    value = arguments[0]
    if not is_traced(value):
        return t.outside(function, arguments, options)
    return reshape(t, value, function(value.raw, *plain(arguments[1:]), **plain(options)).shape)


def _ravel(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    return reshape(t, arguments[0], (-1,))


def _flatten(t: Table, owner: Traced, arguments: Any, options: Any) -> Any:
    made = reshape(t, owner, (-1,))
    return t.recorder.wrap(made.raw.copy(), made.node)


def _concatenate(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    pieces = list(arguments[0])
    axis = plain(options.get("axis", arguments[1] if len(arguments) > 1 else 0))
    raw = np.concatenate(plain(pieces), axis)
    if axis is None:
        pieces, axis = [reshape(t, p, (-1,)) for p in pieces], 0
    return t.make("concatenate", pieces, raw, axis=int(axis))


def _joined(shape_piece: Callable[[Table, Any], Any], axis_of: Callable[[Any], int]) -> Handler:
    """hstack, vstack, column_stack: pieces brought to a shape, then concatenated."""

    def handler(t: Table, function: Any, arguments: Any, options: Any) -> Any:
        if not holds_traced(arguments[0]):
            return t.outside(function, arguments, options)
        raw = function(plain(arguments[0]), **options)
        pieces = [shape_piece(t, p) for p in arguments[0]]
        return t.make("concatenate", pieces, raw, axis=axis_of(pieces))

    return handler


def _row(t: Table, piece: Any) -> Any:
    return reshape(t, piece, (1, -1)) if np.ndim(plain(piece)) < 2 else piece


def _column(t: Table, piece: Any) -> Any:
    return reshape(t, piece, (-1, 1)) if np.ndim(plain(piece)) < 2 else piece


def _at_least_1d(t: Table, piece: Any) -> Any:
    return reshape(t, piece, (1,)) if np.ndim(plain(piece)) == 0 else piece


def _stack(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    pieces = list(arguments[0])
    axis = plain(options.get("axis", arguments[1] if len(arguments) > 1 else 0))
    raw = np.stack(plain(pieces), axis)
    if axis % raw.ndim == 0:
        return t.make("stack", pieces, raw)
    wide = [reshape(t, p, np.expand_dims(plain(p), axis).shape) for p in pieces]
    return t.make("concatenate", wide, raw, axis=int(axis))


def _pad(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    """np.pad with a constant: the array stored into a larger one."""
    array = arguments[0]
    named = {**dict(zip(("pad_width", "mode"), arguments[1:], strict=False)), **options}
    width, mode, fills = plain(named["pad_width"]), named.get("mode", "constant"), plain(named.get("constant_values", 0))
    raw = np.pad(plain(array), width, mode, **({"constant_values": fills} if "constant_values" in named else {}))
    fill = np.ravel(fills)[0]
    if mode != "constant" or not is_traced(array) or not np.all(np.equal(fills, fill)):
        return t.opaque(function, arguments, options, raw)
    before = np.broadcast_to(width, (array.raw.ndim, 2))[:, 0]
    key = tuple(slice(int(b), int(b) + n) for b, n in zip(before, array.raw.shape, strict=True))
    return t.make("store", [np.full(raw.shape, fill, dtype=float), array], raw, key=key)


def _append(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    axis = options.get("axis", arguments[2] if len(arguments) > 2 else None)
    return _concatenate(t, np.concatenate, (list(arguments[:2]),), {"axis": axis})


def _array(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    value = arguments[0]
    named = {**dict(zip(("dtype",), arguments[1:], strict=False)), **options}
    raw = function(plain(value), *plain(arguments[1:]), **plain(options))
    if is_traced(value) and type(raw) is type(value.raw) and np.shares_memory(raw, value.raw) and raw.shape == value.raw.shape:
        return value  # no copy was asked for
    if holds_traced(value) and raw.dtype == object and raw.ndim > 1:  # rows of one length, as objects
        raw = np.array(plain(value))
        named.pop("dtype", None)
    if not holds_traced(value) or raw.dtype == object:
        return raw
    if is_traced(value) and function is np.asarray and raw is value.raw:
        return value
    node = t.recorder.node_of(value)
    before = t.recorder.builder.nodes[node].dtype
    kind = {"f": "to_real", "i": "to_int", "b": "to_bool"}.get(raw.dtype.kind)
    if "dtype" in named and kind and {"to_real": "real", "to_int": "int", "to_bool": "bool"}[kind] != before:
        node = t.recorder.record(kind, (node,), {}, raw)
    if t.recorder.builder.nodes[node].shape != raw.shape:  # ndmin
        node = t.recorder.record("reshape", (node,), {"shape": raw.shape}, raw)
    return t.recorder.wrap(np.array(raw), node)


def _copy(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    value = arguments[0]
    return t.recorder.wrap(value.raw.copy(), t.recorder.node_of(value)) if is_traced(value) else function(*arguments)


def _number(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    """np.float64(x) and its kin, called."""
    if len(arguments) != 1 or not is_traced(arguments[0]):
        return _array(t, function, arguments, options) if holds_traced(arguments) else function(*arguments, **options)
    raw = function(arguments[0].raw)
    return t.make("to_real" if np.asarray(raw).dtype.kind == "f" else "to_int", arguments, raw)


def _constant_shape(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    """zeros, ones, arange, zeros_like, random draws: only shapes and settings go in."""
    nodes = t.recorder.builder.nodes
    if function in (np.arange, np.linspace) and any(is_traced(v) and nodes[v.node].dtype == "real" for v in arguments):
        return t.opaque(function, arguments, options, function(*plain(arguments), **plain(options)))
    for value in (*arguments, *options.values()):
        if not (is_traced(value) and np.ndim(value.raw)):
            t.recorder.decide_deep(value)
    return function(*plain(arguments), **plain(options))


def _full(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    raw = function(*plain(arguments), **plain(options))
    value = options.get("fill_value", arguments[1] if len(arguments) > 1 else None)
    if not is_traced(value):
        return raw if not holds_traced(value) else t.opaque(function, arguments, options, raw)
    return t.recorder.wrap(raw, t.make("broadcast_to", [value], raw, shape=raw.shape).node)


def _argument_of(op: str) -> Handler:
    def handler(t: Table, function: Any, arguments: Any, options: Any) -> Any:
        value = arguments[0]
        axis = plain(options.get("axis", arguments[1] if len(arguments) > 1 else None))
        raw = function(*plain(arguments), **plain(options))
        if not is_traced(value) or options.get("keepdims"):
            return raw if not holds_traced(arguments) else t.opaque(function, arguments, options, raw)
        return t.make(op, [value], raw, axis=axis)

    return handler


def _add_at(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    target, key, value = arguments
    if not is_traced(target):
        if not isinstance(target, np.ndarray):
            return t.outside(function, arguments, options)
        target = t.traced_of(target)
    t.recorder.decide_deep(key)
    base, given = t.recorder.node_of(target), t.recorder.node_of(value)
    part_shape = np.shape(target.raw[plain(key)])
    builder = t.recorder.builder
    if builder.nodes[given].shape != part_shape:
        given = builder.add("broadcast_to", (given,), shape=part_shape)
    placed = t.recorder.record("place", (given, base), {"key": kept_key(plain(key))}, target.raw)
    np.add.at(target.raw, plain(key), plain(value))  # once nothing can fail any more: what fails is done again by NumPy
    t.recorder.replace(target, t.recorder.record("add", (base, placed), {}, target.raw))
    return _name_changed(t, target)


def _name_changed(t: Table, target: Traced) -> None:
    """An array that a function changed where it stands has a new version under its own name, as after `a[i] = v`."""
    if target.storage is not None and target.storage.name is not None:
        t.recorder.name_stored(target.storage.name[1], target)


def _shape(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    value = arguments[0]
    return value.shape if is_traced(value) and np.ndim(value.raw) else np.shape(plain(value))


def _copyto(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    if options or len(arguments) != 2:
        return t.outside(function, arguments, options)
    target, value = arguments
    target = target if is_traced(target) else t.traced_of(target)
    t.recorder.store(target, Ellipsis, value)
    return _name_changed(t, target)


def _put(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    target, places, value = arguments
    target = target if is_traced(target) else t.traced_of(target)
    t.recorder.decide_deep(places)
    t.recorder.store(target, np.unravel_index(plain(places), target.raw.shape), value)
    _name_changed(t, target)


def _fill_diagonal(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    target, value = arguments
    target = target if is_traced(target) else t.traced_of(target)
    t.recorder.store(target, (np.arange(min(target.raw.shape)),) * target.raw.ndim, value)
    _name_changed(t, target)


def _enumerated(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    """np.ndenumerate: each entry beside its index."""
    value = arguments[0]
    return ((at, value[at]) for at in np.ndindex(value.raw.shape)) if is_traced(value) else function(*arguments)


def _index_iterator(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    """np.nditer that is asked for `multi_index`, as gradient checks do: it goes through places, not values."""
    if "multi_index" in options.get("flags", ()) and is_traced(arguments[0]):
        return function(plain(arguments[0]), *arguments[1:], **options)
    return t.outside(function, arguments, options)


def _softmax(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    value = arguments[0]
    raw = function(*plain(arguments), **plain(options))
    axis = axes_of(options.get("axis"), np.ndim(plain(value)))

    def compute(x: Expression) -> Expression:
        powers = exp(x - op_of("max", x, axis=axis, keepdims=True))
        return powers / total(powers, axis, True)

    return t.composed(compute, [value], raw)


def _composed_two(compute: Callable[[Expression, Expression], Expression]) -> Handler:
    """A function of two values, in ops."""

    def handler(t: Table, function: Any, arguments: Any, options: Any) -> Any:
        raw = function(*plain(arguments), **plain(options))
        if len(arguments) != 2 or options:
            return t.opaque(function, arguments, options, raw)
        return t.composed(compute, list(arguments), raw)

    return handler


def _trace(t: Table, function: Any, arguments: Any, options: Any) -> Any:
    raw = function(*plain(arguments), **plain(options))
    value = arguments[0]
    if len(arguments) != 1 or options or not is_traced(value) or value.raw.ndim != 2:
        return t.opaque(function, arguments, options, raw)
    places = np.arange(min(value.raw.shape))
    diagonal = t.make("index", [value], value.raw[places, places], key=(places, places))
    return t.make("sum", [diagonal], raw, axis=None, keepdims=False)


def _log_add_exp(x: Expression, y: Expression) -> Expression:
    """log(eˣ + eʸ), the larger one taken out so that nothing overflows."""
    most = op_of("maximum", x, y)
    return most + log(exp(x - most) + exp(y - most))


def FUNCTIONS() -> list[tuple[Any, Handler]]:  # noqa: N802 - a table, made when first needed
    """Every function of NumPy's (and SciPy's few) that is understood, and its meaning."""
    one = ("exp", "log", "sqrt", "tanh", "sin", "cos", "arctan", "log1p", "expm1", "absolute", "sign", "floor", "ceil", "rint",
           "negative", "logical_not")  # fmt: skip
    two = ("add", "subtract", "multiply", "divide", "power", "floor_divide", "remainder", "maximum", "minimum", "less",
           "less_equal", "greater", "greater_equal", "equal", "not_equal", "logical_and", "logical_or", "matmul", "outer")  # fmt: skip
    made = ("zeros", "ones", "empty", "eye", "identity", "arange", "linspace", "zeros_like", "ones_like", "empty_like")
    table: list[tuple[Any, Handler]] = [
        *((getattr(np, name), unary(name)) for name in one),
        *((getattr(np, name), _binary(name)) for name in two),
        *((getattr(np, name), _constant_shape) for name in made),
        *((kind, _number) for kind in (np.float64, np.float32, np.int64, np.int32)),
        (np.fabs, unary("absolute")),
        (np.fmax, _binary("maximum")),
        (np.fmin, _binary("minimum")),
        (np.bitwise_and, _binary("logical_and")),
        (np.bitwise_or, _binary("logical_or")),
        (np.trace, _trace),
        (np.logaddexp, _composed_two(_log_add_exp)),
        (np.tan, _composed(lambda x: op_of("sin", x) / op_of("cos", x))),
        (np.square, _composed(lambda x: x**2)),
        (np.reciprocal, _composed(lambda x: 1 / x)),
        (np.log2, _composed(lambda x: log(x) / math.log(2))),
        (np.log10, _composed(lambda x: log(x) / math.log(10))),
        (np.cosh, _composed(lambda x: (exp(x) + exp(-x)) / 2)),
        (np.sinh, _composed(lambda x: (exp(x) - exp(-x)) / 2)),
        (np.sum, _reduction("sum")),
        (np.mean, _reduction("mean")),
        (np.max, _reduction("max")),
        (np.min, _reduction("min")),
        (np.add.reduce, _reduction("sum")),
        (np.maximum.reduce, _reduction("max")),
        (np.var, _variance(root=False)),
        (np.std, _variance(root=True)),
        (np.linalg.norm, _norm),
        (np.dot, _dot),
        (np.vdot, _inner),
        (np.inner, _inner),
        (np.einsum, _einsum),
        (np.where, _where),
        (np.clip, _clip),
        (np.reshape, _reshape),
        (np.ravel, _ravel),
        (np.transpose, _transpose),
        (np.swapaxes, _swapaxes),
        (np.expand_dims, _rearranged),
        (np.squeeze, _rearranged),
        (np.atleast_1d, _rearranged),
        (np.atleast_2d, _rearranged),
        (np.atleast_3d, _rearranged),
        (np.concatenate, _concatenate),
        (np.pad, _pad),
        (np.hstack, _joined(_at_least_1d, lambda pieces: 0 if np.ndim(plain(pieces[0])) == 1 else 1)),
        (np.vstack, _joined(_row, lambda pieces: 0)),
        (np.column_stack, _joined(_column, lambda pieces: 1)),
        (np.stack, _stack),
        (np.append, _append),
        (np.array, _array),
        (np.asarray, _array),
        (np.copy, _copy),
        (np.full, _full),
        (np.full_like, _full),
        (np.argmax, _argument_of("argmax")),
        (np.argmin, _argument_of("argmin")),
        (np.add.at, _add_at),
        (np.shape, _shape),
        (np.ndenumerate, _enumerated),
        (np.nditer, _index_iterator),
        (np.copyto, _copyto),
        (np.put, _put),
        (np.fill_diagonal, _fill_diagonal),
    ]
    import sys

    special = sys.modules.get("scipy.special")
    if special is not None:
        table += [
            (special.erf, _composed(erf)),
            (special.expit, _composed(lambda x: 1 / (1 + exp(-x)))),
            (special.softmax, _softmax),
        ]
    return table


BY_THE_FUNCTION = ("trace", "diagonal", "prod", "cumsum", "cumprod", "ptp")  # methods that another room knows as functions


def METHODS() -> dict[str, Handler]:  # noqa: N802 - a table, made when first needed
    """Every method of an array that is understood: most are the function of the same name."""

    def function(of: Any, handler: Handler) -> Handler:
        return lambda t, owner, arguments, options: handler(t, of, (owner, *arguments), options)

    table: dict[str, Handler] = {
        "sum": function(np.sum, _reduction("sum")),
        "mean": function(np.mean, _reduction("mean")),
        "max": function(np.max, _reduction("max")),
        "min": function(np.min, _reduction("min")),
        "var": function(np.var, _variance(root=False)),
        "std": function(np.std, _variance(root=True)),
        "dot": function(np.dot, _dot),
        "argmax": function(np.argmax, _argument_of("argmax")),
        "argmin": function(np.argmin, _argument_of("argmin")),
        "clip": function(np.clip, _clip),
        "reshape": function(np.reshape, _reshape),
        "ravel": function(np.ravel, _ravel),
        "flatten": _flatten,
        "transpose": function(np.transpose, _transpose),
        "swapaxes": function(np.swapaxes, _swapaxes),
        "squeeze": function(np.squeeze, _rearranged),
        "repeat": function(np.repeat, moved),
        "take": function(np.take, moved),
        "copy": function(np.copy, _copy),
        "astype": lambda t, owner, arguments, options: _array(t, np.array, (owner, *arguments[:1]), {}),
        "item": _item,
        "tolist": _to_list,
        "__setitem__": lambda t, owner, arguments, options: t.recorder.store(owner, *arguments),
        "fill": lambda t, owner, arguments, options: t.recorder.store(owner, Ellipsis, arguments[0]),
        "getA": lambda t, owner, arguments, options: t.call(np.asarray, (owner,), {}),  # of a matrix
        "getA1": lambda t, owner, arguments, options: t.call(np.ravel, (t.call(np.asarray, (owner,), {}),), {}),
        "getT": lambda t, owner, arguments, options: t.call(np.transpose, (owner,), {}),
        "conj": lambda t, owner, arguments, options: owner,
    }
    for name in BY_THE_FUNCTION:
        table[name] = _by_the_function(getattr(np, name))
    return table


def _by_the_function(of: Any) -> Handler:
    return lambda t, owner, arguments, options: t.call(of, (owner, *arguments), options)


def _item(t: Table, owner: Traced, arguments: Any, options: Any) -> Any:
    if arguments:
        return owner[plain(arguments) if len(arguments) > 1 else np.unravel_index(plain(arguments[0]), owner.raw.shape)]
    return t.make("reshape", [owner], owner.raw.item(), shape=())


def _to_list(t: Table, owner: Traced, arguments: Any, options: Any) -> Any:
    if not np.ndim(owner.raw):
        return owner
    if is_matrix(owner.raw):  # whose rows are matrices again
        owner = t.call(np.asarray, (owner,), {})
    parts = (part if np.ndim(part.raw) else Traced(t.recorder, part.raw.item(), part.node) for part in owner)
    return [_to_list(t, part, (), {}) for part in parts]
