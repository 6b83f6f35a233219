"""The forward half of PyTorch's tensors, in NumPy: what a teaching notebook computes by hand, it computes with these.

Every function is written with NumPy's, so it is followed like the program's own arithmetic. Numbers are double precision,
and random draws are NumPy's.
"""

from __future__ import annotations

import functools
import operator
from collections import namedtuple
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, Literal

import numpy as np

from chainrule.graph.differentiate import differentiate, restrict
from chainrule.graph.evaluate import evaluate
from chainrule.graph.records import Graph
from chainrule.reading.traced import followed, is_traced

Extreme = namedtuple("Extreme", ["values", "indices"])
NUMPYS_OWN = frozenset({"axis", "out", "keepdims", "dtype", "ddof", "order", "where", "initial"})


class Tensor(np.ndarray):
    """An array that also answers to PyTorch's names."""

    requires_grad = False
    since = 0

    @property
    def device(self) -> Literal["cpu"]:
        return "cpu"

    @property
    def is_leaf(self) -> bool:
        return True

    @property  # type: ignore[override] # PyTorch's meaning, not NumPy's
    def data(self) -> Tensor:
        """The tensor itself."""
        return self

    @data.setter
    def data(self, value: Any) -> None:
        if value is not self:
            self[...] = value

    @property
    def grad(self) -> None:
        """What has run while nobody looked has no derivative."""
        raise NotImplementedError("a gradient of PyTorch's is known in the pass that is followed, and in no other")

    @grad.setter
    def grad(self, value: Any) -> None:
        """Set to None between passes."""


def tensor_of(value: Any, dtype: Any = None) -> Any:
    """A value as a tensor."""
    if is_traced(value):
        raw = np.asarray(value.raw)
        if dtype is not None and _kind(dtype) != _kind(raw.dtype):
            return tensor_of(value.astype(_kind(dtype)))
        return value if isinstance(raw, Tensor) else value.recorder.wrap(raw.view(Tensor), value.node)
    inner = next(followed(value), None) if isinstance(value, (list, tuple)) else None
    if inner is not None:
        return tensor_of(inner.recorder.call(np.array, value), dtype)
    array = np.array(value)
    if array.dtype.kind == "f" or dtype is not None:
        array = array.astype(_kind(dtype) if dtype is not None else float)
    return array.view(Tensor)


def _kind(dtype: Any) -> Any:
    kind = np.dtype(dtype).kind
    return {"f": float, "i": int, "u": int, "b": bool}.get(kind, float)


def base(value: Any) -> Any:
    """The plain array of a tensor that is not followed."""
    return value.view(np.ndarray) if isinstance(value, Tensor) and not is_traced(value) else value


def _shape(sizes: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(sizes[0]) if len(sizes) == 1 and isinstance(sizes[0], (tuple, list)) else tuple(sizes)


def _dims(dim: Any) -> Any:
    return tuple(dim) if isinstance(dim, list) else dim


# ------------------------------------------------------------------------------------------------ of a tensor


def _sum(x: Any, dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
    return np.sum(x, axis=_dims(dim), keepdims=keepdim)


def _mean(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    return np.mean(x, axis=_dims(dim), keepdims=keepdim)


def _var(x: Any, dim: Any = None, keepdim: bool = False, *, unbiased: bool = True, correction: int | None = None) -> Any:
    spare = int(unbiased) if correction is None else correction
    return np.var(x, axis=_dims(dim), keepdims=keepdim, ddof=spare)


def _std(x: Any, dim: Any = None, keepdim: bool = False, *, unbiased: bool = True, correction: int | None = None) -> Any:
    return np.sqrt(_var(x, dim, keepdim, unbiased=unbiased, correction=correction))


def _max(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    if dim is None:
        return np.max(x)
    if np.ndim(dim):
        return np.maximum(x, dim)
    places = np.argmax(x, axis=dim)
    return Extreme(np.max(x, axis=dim, keepdims=keepdim), np.expand_dims(places, dim) if keepdim else places)


def _min(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    if dim is None:
        return np.min(x)
    places = np.argmin(x, axis=dim)
    return Extreme(np.min(x, axis=dim, keepdims=keepdim), np.expand_dims(places, dim) if keepdim else places)


def _transposed(x: Any, one: int, other: int) -> Any:
    axes = list(range(np.ndim(x)))
    axes[one], axes[other] = axes[other], axes[one]
    return np.transpose(x, axes)


def _size(x: Any, dim: int | None = None) -> Any:
    return x.shape if dim is None else x.shape[dim]


def _flat(x: Any, start_dim: int = 0) -> Any:
    return np.reshape(x, (*x.shape[:start_dim], -1))


def softmax(x: Any, dim: int = -1) -> Any:
    """exp(x) / Σ exp(x), along a dimension."""
    powers = np.exp(x - np.max(x, axis=dim, keepdims=True))
    return powers / np.sum(powers, axis=dim, keepdims=True)


def log_softmax(x: Any, dim: int = -1) -> Any:
    """X − log Σ exp(x), along a dimension."""
    moved = x - np.max(x, axis=dim, keepdims=True)
    return moved - np.log(np.sum(np.exp(moved), axis=dim, keepdims=True))


def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(−x))."""
    return 1 / (1 + np.exp(-x))


def relu(x: Any) -> Any:
    """max(0, x)."""
    return np.maximum(x, 0)


def _clamp(x: Any, min: Any = None, max: Any = None) -> Any:  # noqa: A002 - PyTorch's names
    return np.clip(x, min, max)


def _filled(x: Any, mask: Any, value: float) -> Any:
    return np.where(mask, value, x)


def _zeroed(x: Any) -> Any:
    x[...] = 0
    return x


def _itself(x: Any, *_: Any, **__: Any) -> Any:
    return x


def _marked(x: Any, requires_grad: bool = True) -> Any:
    (x.raw if is_traced(x) else x).requires_grad = requires_grad
    return x


def _count(x: Any) -> Any:
    return functools.reduce(operator.mul, x.shape, 1)


def _kept(*given: Any, **settings: Any) -> None:
    """Every value's derivative is kept."""


def _backward(x: Any, *_: Any, **__: Any) -> None:
    if not is_traced(x):
        raise NotImplementedError("PyTorch's own backward() is followed in the pass that is shown, and in no other")
    x.recorder.differentiated.append(x.node)


def _as(kind: Any) -> Callable[[Any], Any]:
    return lambda x: (x if is_traced(x) else base(x)).astype(kind)


METHODS: dict[str, Callable[..., Any]] = {
    "sum": _sum, "mean": _mean, "var": _var, "std": _std, "max": _max, "min": _min, "size": _size, "dim": np.ndim,
    "argmax": lambda x, dim=None, keepdim=False: np.argmax(x, axis=dim), "argmin": lambda x, dim=None: np.argmin(x, axis=dim),
    "view": lambda x, *sizes: np.reshape(x, _shape(sizes)), "reshape": lambda x, *sizes: np.reshape(x, _shape(sizes)),
    "flatten": _flat, "t": np.transpose, "transpose": _transposed, "permute": lambda x, *dims: np.transpose(x, _shape(dims)),
    "unsqueeze": np.expand_dims, "squeeze": lambda x, dim=None: np.squeeze(x, axis=dim),
    "exp": np.exp, "log": np.log, "tanh": np.tanh, "sqrt": np.sqrt, "log10": np.log10, "abs": np.abs, "sin": np.sin, "cos": np.cos,
    "square": np.square, "sigmoid": sigmoid, "relu": relu, "softmax": softmax, "log_softmax": log_softmax, "sign": np.sign,
    "pow": lambda x, power: x**power, "neg": lambda x: -x, "mm": lambda x, y: x @ y, "matmul": lambda x, y: x @ y,
    "bmm": lambda x, y: x @ y, "dot": lambda x, y: np.sum(x * y), "add": lambda x, y: x + y, "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y, "div": lambda x, y: x / y, "clamp": _clamp, "clamp_min": np.maximum, "clamp_max": np.minimum,
    "clip": _clamp, "masked_fill": _filled, "zero_": _zeroed,
    "expand": lambda x, *sizes: np.broadcast_to(x, tuple(n if s == -1 else s for s, n in zip(_shape(sizes), x.shape, strict=True))),
    "expand_as": lambda x, y: np.broadcast_to(x, np.shape(y)), "view_as": lambda x, y: np.reshape(x, np.shape(y)),
    "clone": np.copy, "detach": _itself, "contiguous": _itself, "cpu": _itself, "cuda": _itself, "to": _itself,
    "requires_grad_": _marked, "retain_grad": _kept, "backward": _backward, "numel": _count, "nelement": _count,
    "numpy": _itself, "float": _as(float), "double": _as(float), "long": _as(int), "int": _as(int), "bool": _as(bool),
}  # fmt: skip
STOOD_IN = ("torch", "torch.nn", "torch.nn.functional", "torch.cuda")


def attribute(x: Any, name: str) -> Any:
    """What PyTorch's names mean of a followed value; None for a name that is not PyTorch's."""
    if name == "data":
        return x
    if name == "grad":
        return gradient_of(x)
    return functools.partial(_called, METHODS[name], x) if name in METHODS else None


def _called(compute: Callable[..., Any], x: Any, *arguments: Any, **options: Any) -> Any:
    """NumPy's `axis` and `keepdims` are understood too, as PyTorch does."""
    named = {{"axis": "dim", "keepdims": "keepdim"}.get(k, k): v for k, v in options.items()}
    return _tensors(compute(x, *arguments, **named))


def _tensors(made: Any) -> Any:
    """A result as a tensor, where NumPy gave a plain array."""
    if type(made) is Extreme:
        return Extreme(*map(_tensors, made))
    raw = made.raw if is_traced(made) else made
    return tensor_of(made) if type(raw) is np.ndarray else made


def _giving(compute: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arguments, **options: _tensors(compute(*arguments, **options))


def gradient_of(x: Any) -> Any:
    """What `backward()` left: the derivative of every value that it was called of since it was last set to None."""
    recorder = x.recorder
    losses = recorder.differentiated[getattr(x.raw, "since", 0) :]
    node = x.node if x.storage is None or x.steps else x.storage.node  # by whatever name it is asked for
    total: Any = None
    for loss in losses:
        graph = Graph(tuple(recorder.builder.nodes), tuple(recorder.leaves), ())
        gradients = differentiate(graph, loss, [node])
        adjoint = gradients.adjoint.get(node)
        made = np.zeros(np.shape(x.raw)) if adjoint is None else _value_of(gradients.graph, adjoint, recorder.leaves)
        total = made if total is None else total + made
    return None if total is None else np.array(total, float).view(Tensor)


def _value_of(graph: Graph, node: int, leaves: Any) -> Any:
    part, place = restrict(graph, [node], inputs=())
    return evaluate(part, {place[i]: v for i, v in leaves.items() if i in place}, check_guards=False)[place[node]]


def _plain_method(name: str, compute: Callable[..., Any]) -> Callable[..., Any]:
    """The same for a tensor that is not followed; NumPy, which calls methods of these names itself, gets its own."""

    def called(self: Tensor, *arguments: Any, **options: Any) -> Any:
        one_of_numpys = NUMPYS_OWN & options.keys() or (name == "transpose" and len(arguments) != 2)
        if name == "view" and len(arguments) == 1 and isinstance(arguments[0], (type, np.dtype)):
            one_of_numpys = True
        if one_of_numpys and hasattr(np.ndarray, name):
            return getattr(np.ndarray, name)(self, *arguments, **options)
        made = compute(base(self), *map(base, arguments), **options)
        made = np.array(made) if isinstance(made, np.floating) else made
        return (
            Extreme(*map(tensor_of, made))
            if isinstance(made, Extreme)
            else tensor_of(made)
            if isinstance(made, np.ndarray)
            else made
        )

    return called


for _name, _compute in METHODS.items():
    if _name not in ("size",):
        setattr(Tensor, _name, _plain_method(_name, _compute))


# ------------------------------------------------------------------------------------------------ of the module


class Generator:
    """A stream of random numbers."""

    def __init__(self, device: str = "cpu") -> None:
        self.stream = np.random.RandomState(0)

    def manual_seed(self, seed: int) -> Generator:
        """Start the stream anew."""
        self.stream.seed(seed % 2**32)
        return self


class no_grad:  # noqa: N801 - PyTorch's name
    """Everything is followed here, inside and outside."""

    def __enter__(self) -> None:
        """Nothing changes."""

    def __exit__(self, *_: object) -> None:
        """Nothing changes."""

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """As a decorator."""
        return function


class Device(str):
    """`cpu`, whatever is asked for."""

    __slots__ = ()


def _one_hot(places: Any, num_classes: int = -1) -> Any:
    raw = np.asarray(places.raw if is_traced(places) else places)
    classes = np.arange(int(num_classes) if num_classes > 0 else int(raw.max()) + 1)
    return tensor_of((np.expand_dims(places, -1) == classes).astype(int))


def _reduced(values: Any, reduction: str) -> Any:
    return np.mean(values) if reduction == "mean" else np.sum(values) if reduction == "sum" else values


def _cross_entropy(scores: Any, target: Any, reduction: str = "mean") -> Any:
    if np.ndim(target) == np.ndim(scores):
        return _reduced(-np.sum(target * log_softmax(scores, 1), axis=1), reduction)
    return _nll(log_softmax(scores, 1), target, reduction)


def _nll(logarithms: Any, target: Any, reduction: str = "mean") -> Any:
    return _reduced(-logarithms[np.arange(len(target)), target], reduction)


def _squared_error(one: Any, other: Any, reduction: str = "mean") -> Any:
    return _reduced((one - other) ** 2, reduction)


def _binary_cross_entropy(p: Any, target: Any, reduction: str = "mean") -> Any:
    return _reduced(-(target * np.log(p) + (1 - target) * np.log(1 - p)), reduction)


def _stream(options: dict[str, Any]) -> Any:
    generator = options.get("generator")
    return generator.stream if generator is not None else np.random


def _drawn(draw: Callable[[Any, tuple[int, ...]], Any]) -> Callable[..., Any]:
    def function(*sizes: Any, **options: Any) -> Any:
        wanted = _shape(sizes) if sizes else tuple(options["size"])
        made = tensor_of(draw(_stream(options), tuple(int(n) for n in wanted)))
        made.requires_grad = bool(options.get("requires_grad"))
        return made

    return function


def _whole_numbers(low: int, high: int, size: Any = None, **options: Any) -> Any:
    return tensor_of(_stream(options).randint(int(low), int(high), tuple(int(n) for n in size)))


def _picked(weights: Any, num_samples: int, replacement: bool = False, **options: Any) -> Any:
    table = np.atleast_2d(np.asarray(weights.raw if is_traced(weights) else base(weights), float))
    draws = [_stream(options).choice(len(row), int(num_samples), replacement, row / row.sum()) for row in table]
    return tensor_of(np.array(draws) if np.ndim(weights) > 1 else np.array(draws[0]))


def _made(value: Any, dtype: Any = None, requires_grad: bool = False, **_: Any) -> Any:
    return _marked(tensor_of(value, dtype), requires_grad)


def _full(fill: float) -> Callable[..., Any]:
    return lambda *sizes, **options: _made(np.full(tuple(int(n) for n in _shape(sizes)), fill), **options)


def _named(name: str) -> Callable[..., Any]:
    return functools.partial(_called, METHODS[name])


def module() -> ModuleType:
    """`torch`, as far as it is stood in for."""
    torch = ModuleType("torch")
    torch.__path__ = []
    names: dict[str, Any] = {name: _named(name) for name in METHODS if not name.endswith("_") and name not in ("size", "to", "cpu", "cuda", "float", "double", "long", "int", "bool", "backward")}  # fmt: skip
    names |= {
        "Tensor": Tensor, "tensor": _made, "as_tensor": _made, "from_numpy": _made, "FloatTensor": _made, "LongTensor": _made,
        "Generator": Generator, "no_grad": no_grad, "manual_seed": np.random.seed, "device": Device,
        "randn": _drawn(lambda stream, size: stream.standard_normal(size)), "rand": _drawn(lambda stream, size: stream.random_sample(size)),
        "randint": _whole_numbers, "randperm": lambda n, **options: tensor_of(_stream(options).permutation(int(n))),
        "zeros": _full(0.0), "ones": _full(1.0), "empty": _full(0.0),
        "full": lambda size, fill, **options: _made(np.full(tuple(size), float(fill)), **options),
        "zeros_like": lambda x, **_: tensor_of(np.zeros(np.shape(x))), "ones_like": lambda x, **_: tensor_of(np.ones(np.shape(x))),
        "randn_like": lambda x, **_: tensor_of(np.random.standard_normal(np.shape(x))),
        "arange": lambda *a, **_: tensor_of(np.arange(*map(int, a))), "linspace": lambda a, b, n, **_: tensor_of(np.linspace(a, b, n)),
        "eye": lambda n, **_: tensor_of(np.eye(n)), "multinomial": _picked, "cat": lambda parts, dim=0: np.concatenate(list(parts), axis=dim),
        "stack": lambda parts, dim=0: np.stack(list(parts), axis=dim), "where": np.where, "maximum": np.maximum, "minimum": np.minimum,
        "outer": np.outer, "einsum": np.einsum, "tril": np.tril, "triu": np.triu, "allclose": np.allclose, "all": np.all, "any": np.any,
        "isclose": np.isclose, "set_printoptions": _kept, "is_tensor": lambda x: isinstance(x, Tensor), "long": int, "float": float,
        "float32": float, "float64": float, "double": float, "int64": int, "int32": int, "bool": bool, "int": int, "inf": float("inf"),
    }  # fmt: skip
    cuda = ModuleType("torch.cuda")
    cuda.is_available = lambda: False  # type: ignore[attr-defined]
    names["cuda"] = cuda
    kept = (type, ModuleType, functools.partial, bool, float)
    vars(torch).update((k, v if isinstance(v, kept) or v is Tensor else _giving(v)) for k, v in names.items())
    return torch


def functional() -> ModuleType:
    """`torch.nn.functional`, as far as it is stood in for."""
    made = ModuleType("torch.nn.functional")
    vars(made).update(
        cross_entropy=_cross_entropy, nll_loss=_nll, one_hot=_one_hot, mse_loss=_squared_error, relu=relu, sigmoid=sigmoid,
        binary_cross_entropy=_binary_cross_entropy, tanh=np.tanh, softmax=softmax, log_softmax=log_softmax,
    )  # fmt: skip
    return made
