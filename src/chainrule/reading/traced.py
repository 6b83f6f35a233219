"""What a program holds instead of a number or an array while it is read: the value, and the node that made it.

A traced value answers as its value does (`isinstance`, printing, comparing, formatting), so the program runs as written.
An array is a handle on a storage: views share the storage, and a store into any of them makes a new version of it, so
aliases and views mean what they mean in NumPy.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.reading.names import reads_as_derivative

if TYPE_CHECKING:
    from chainrule.reading.recorder import Recorder

Step = tuple[str, dict[str, Any]]


class Storage:
    """The memory of one array, the node that holds what is in it now, and the binding (`bound`) that last kept a copy; `names` are
    all that the program gave it, `name` the one that says what it is.
    """

    __slots__ = ("array", "bound", "epoch", "name", "names", "node", "version")

    def __init__(self, array: np.ndarray, node: int, epoch: int) -> None:
        self.array = array
        self.node = node
        self.version = 0
        self.epoch = epoch
        self.name: tuple[str, str] | None = None
        self.names: set[tuple[str, str]] = set()
        self.bound: int | None = None

    def add_name(self, name: tuple[str, str]) -> None:
        """One more name; that of a derivative says nothing of what was there before it: `dz_dh = W`."""
        self.names.add(name)
        if self.name is None or not reads_as_derivative(name[1]) or reads_as_derivative(self.name[1]):
            self.name = name

    def name_for(self, name: tuple[str, str]) -> tuple[str, str]:
        """The name that a change gets which the program makes by another one."""
        return name if name in self.names or self.name is None else self.name


class Traced:
    """A value of the program and the node that made it; `steps` lead from the storage's array to this view of it."""

    __array_priority__ = 1e6
    __pandas_priority__ = 10_000
    __slots__ = ("_node", "_version", "home", "raw", "recorder", "steps", "storage")

    def __init__(
        self, recorder: Recorder, raw: Any, node: int, storage: Storage | None = None, steps: tuple[Step, ...] = ()
    ) -> None:
        self.recorder = recorder
        self.home = recorder.builder
        self.raw = raw
        self.storage = storage
        self.steps = steps
        self._node = node
        self._version = storage.version if storage else 0

    @property
    def node(self) -> int:
        """The node that holds the present value: recorded anew where the memory was stored into since."""
        storage = self.storage
        if storage is not None and (self._version != storage.version or storage.epoch != self.recorder.epoch):
            self._node = self.recorder.view_again(storage, self.steps)
            self._version = storage.version
        return self._node

    def holds(self, node: int) -> None:
        """What was stored into the memory just now: it needs not be looked up there again."""
        self._node = node
        self._version = self.storage.version if self.storage else 0

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return type(self.raw)

    # ---------------------------------------------------------------- seen as its value

    def __repr__(self) -> str:
        return self.recorder.wrote(repr(self.raw), (self,))  # type: ignore[no-any-return]

    def __str__(self) -> str:
        return self.recorder.wrote(str(self.raw), (self,))  # type: ignore[no-any-return]

    def __format__(self, spec: str) -> str:
        return self.recorder.wrote(format(self.raw, spec), (self,))  # type: ignore[no-any-return]

    def __hash__(self) -> int:
        return hash(self.recorder.decide(self))

    def __bool__(self) -> bool:
        return bool(self.recorder.decide(self, bool))

    def __index__(self) -> int:
        return operator.index(self.recorder.decide(self))

    def __int__(self) -> int:
        return int(self.recorder.decide(self))

    def __float__(self) -> float:
        return float(self.recorder.lost(self, "float()"))

    def __complex__(self) -> complex:
        return complex(self.recorder.lost(self, "complex()"))

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.array(self.recorder.lost(self, "a NumPy array"), dtype)

    def __len__(self) -> int:
        return len(self.raw)

    def __iter__(self) -> Iterator[Any]:
        if not np.ndim(self.raw):
            iter(self.raw)  # raises what Python raises
        return (self[i] for i in range(len(self.raw)))

    def __contains__(self, item: Any) -> bool:
        return bool(self.recorder.decide(self == item).any())

    def __copy__(self) -> Any:
        return self.recorder.call(self.copy) if isinstance(self.raw, np.ndarray) else self

    def __deepcopy__(self, memo: Any) -> Any:
        return self.__copy__()

    def __reduce__(self) -> Any:
        return (_itself, (self.raw,))

    def __getattr__(self, name: str) -> Any:
        return self.recorder.attribute(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in Traced.__slots__:
            object.__setattr__(self, name, value)
        elif name == "grad" and value is None:
            self.raw.since = len(self.recorder.differentiated)
        elif name == "shape" and isinstance(self.raw, np.ndarray) and self.storage is not None:
            self.recorder.reshape_in_place(self, value)
        elif name == "data" and isinstance(self.raw, np.ndarray):
            if value is not self:
                self[...] = value
        else:
            setattr(self.raw, name, value)

    # ---------------------------------------------------------------- items

    def __getitem__(self, key: Any) -> Any:
        return self.recorder.item(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.recorder.store(self, key, value)

    # ---------------------------------------------------------------- NumPy's protocols, the second net

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        function = ufunc if method == "__call__" else getattr(ufunc, method)
        if not self.recorder.on:
            return function(*plain(inputs), **plain(options))
        return self.recorder.call(function, *inputs, **options)

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any:
        if not self.recorder.on:
            return function(*plain(arguments), **plain(options))
        return self.recorder.call(function, *arguments, **options)


def _shift(compute: Callable[[Any, Any], Any]) -> tuple[Any, Any]:
    """Bits are moved in whole numbers, which no derivative goes through."""

    def forward(self: Traced, other: Any) -> Any:
        return compute(self.recorder.decide(self), plain(other))

    def backward(self: Traced, other: Any) -> Any:
        return compute(other, self.recorder.decide(self))

    return forward, backward


def _itself(value: Any) -> Any:
    return value


def _binary(op: str, compute: Callable[[Any, Any], Any]) -> tuple[Any, Any]:
    def forward(self: Traced, other: Any) -> Any:
        return self.recorder.binary(op, compute, self, other)

    def backward(self: Traced, other: Any) -> Any:
        return self.recorder.binary(op, compute, other, self)

    return forward, backward


def _in_place(op: str, compute: Callable[[Any, Any], Any]) -> Any:
    def update(self: Traced, other: Any) -> Any:
        return self.recorder.in_place(op, compute, self, other)

    return update


def _unary(op: str, compute: Callable[[Any], Any]) -> Any:
    def apply(self: Traced) -> Any:
        return self.recorder.unary(op, compute, self)

    return apply


ARITHMETIC: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "add": ("add", operator.add),
    "sub": ("subtract", operator.sub),
    "mul": ("multiply", operator.mul),
    "truediv": ("divide", operator.truediv),
    "pow": ("power", operator.pow),
    "floordiv": ("floor_divide", operator.floordiv),
    "mod": ("remainder", operator.mod),
    "matmul": ("matmul", operator.matmul),
    "and": ("logical_and", operator.and_),
    "or": ("logical_or", operator.or_),
    "xor": ("not_equal", operator.xor),
}
COMPARISONS: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "lt": ("less", operator.lt),
    "le": ("less_equal", operator.le),
    "gt": ("greater", operator.gt),
    "ge": ("greater_equal", operator.ge),
    "eq": ("equal", operator.eq),
    "ne": ("not_equal", operator.ne),
}

for _method, (_op, _compute) in ARITHMETIC.items():
    _forward, _backward = _binary(_op, _compute)
    setattr(Traced, f"__{_method}__", _forward)
    setattr(Traced, f"__r{_method}__", _backward)
    setattr(Traced, f"__i{_method}__", _in_place(_op, _compute))
for _method, (_op, _compute) in COMPARISONS.items():
    setattr(Traced, f"__{_method}__", _binary(_op, _compute)[0])
for _method, _op, _single in (
    ("neg", "negative", operator.neg),
    ("pos", "alias", operator.pos),
    ("abs", "absolute", operator.abs),
    ("invert", "logical_not", operator.invert),
):
    setattr(Traced, f"__{_method}__", _unary(_op, _single))
for _method, _moved in (("lshift", operator.lshift), ("rshift", operator.rshift)):
    _forward, _backward = _shift(_moved)
    setattr(Traced, f"__{_method}__", _forward)
    setattr(Traced, f"__r{_method}__", _backward)


def is_traced(value: Any) -> bool:
    """True for a traced value (`isinstance` would ask its `__class__`, which answers for the value)."""
    return type(value) is Traced


def plain(value: Any) -> Any:
    """The value without its trace, inside lists, tuples, dictionaries and slices too."""
    kind = type(value)
    if kind is Traced:
        return value.raw
    if kind is list:
        return [plain(v) for v in value]
    if kind is tuple:
        return tuple(plain(v) for v in value)
    if kind is dict:
        return {plain(k): plain(v) for k, v in value.items()}
    if kind is set:
        return {plain(v) for v in value}
    if kind is slice:
        return slice(plain(value.start), plain(value.stop), plain(value.step))
    if is_named_tuple(kind):
        return kind(*(plain(v) for v in value))
    return value


def is_named_tuple(kind: type) -> bool:
    """Whether a class is one of those that namedtuple makes."""
    return issubclass(kind, tuple) and hasattr(kind, "_fields")


def holds_traced(value: Any) -> bool:
    """True where a traced value is in there."""
    kind = type(value)
    if kind is Traced:
        return True
    if kind in (list, tuple, set):
        return any(holds_traced(v) for v in value)
    if kind is dict:
        return any(holds_traced(v) for v in value.values()) or any(holds_traced(k) for k in value)
    if kind is slice:
        return any(map(holds_traced, (value.start, value.stop, value.step)))
    return is_named_tuple(kind) and any(holds_traced(v) for v in value)


def followed(value: Any) -> Iterator[Traced]:
    """Every traced value inside containers."""
    if is_traced(value):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from followed(item)
    elif type(value) is dict:
        for item in value.values():
            yield from followed(item)


def kept_key(key: Any) -> Any:
    """What picks entries, its arrays copied, as a program may shuffle the rows that it picked by; whole numbers are Python's."""
    if isinstance(key, tuple):
        return tuple(kept_key(k) for k in key)
    if isinstance(key, list):
        return [kept_key(k) for k in key]
    if isinstance(key, np.integer):
        return int(key)
    return key.copy() if isinstance(key, np.ndarray) and key.ndim else key


def kept_array(raw: np.ndarray) -> np.ndarray:
    """A copy that nobody changes; of a matrix, the array of its numbers, whose powers are entry by entry."""
    return np.array(raw) if isinstance(raw, np.matrix) else raw.copy()
