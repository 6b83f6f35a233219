"""The hook that an instrumented program talks to: it runs each operation on the real values and records it as a node."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

import numpy as np

from chainrule.graph.build import Builder, dtype_of
from chainrule.graph.records import Graph, Name, Node, Source
from chainrule.reading import dispatch
from chainrule.reading.loops import Loops
from chainrule.reading.traced import ARITHMETIC, Storage, Traced, is_traced, plain

NUMBERS = (int, float, np.floating, np.integer)
LARGEST_CONTAINER = 10_000


class LostTrace(Exception):  # noqa: N818 - it names what happened
    """A value went somewhere the reader does not follow."""


class Impure(BaseException):
    """A function under trial did something that a function of its arguments alone does not do."""


@dataclass(frozen=True)
class Binding:
    """One moment at which a name got a value."""

    name: Name
    node: int
    source: Source | None
    observed: Any = field(compare=False, default=None)


@dataclass(frozen=True)
class CallSite:
    """One call of a function of the program: the nodes `start` to `stop` were made inside it."""

    title: str
    arguments: tuple[int, ...]
    results: tuple[int, ...]
    start: int
    stop: int
    source: Source | None


class Recorder:
    """All state of one reading of a program."""

    def __init__(
        self,
        overrides: Mapping[tuple[str, str, int], Any] | None = None,
        settings: Mapping[tuple[str, int | None], Any] | None = None,
        budget: float = 20.0,
        iteration: tuple[int, ...] = (1,),
    ) -> None:
        self.builder = Builder()
        self.leaves: dict[int, Any] = {}
        self.bindings: list[Binding] = []
        self.calls: list[CallSite] = []
        self.versions: dict[tuple[str, str], int] = {}
        self.storages: dict[int, Storage] = {}
        self.scopes: list[str] = []
        self.files: dict[str, int | None] = {}
        self.sources: dict[tuple[int, int], Source | None] = {}
        self.positions: dict[int, tuple[CodeType, list[Any]]] = {}
        self.overrides = dict(overrides or {})
        self.settings = dict(settings or {})
        self.settings_used: set[tuple[str, int | None]] = set()
        self.swaps: dict[str, Callable[..., Any]] = {}
        self.swapped: set[str] = set()
        self.on = True
        self.epoch = 0
        self.trial: Trial | None = None
        self.notices: list[str] = []
        self.deadline = time.monotonic() + budget
        self.budget = budget
        self.loops = Loops(self, iteration)
        self.modules: list[dict[str, Any]] = []
        self.table = dispatch.Table(self)
        self.unseeded = False
        self.seeded = False
        self.slice = slice

    # ------------------------------------------------------------------------------------ where we are

    def where(self) -> Source | None:
        """The place in the program that is running now."""
        frame = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename not in self.files:
            frame = frame.f_back  # type: ignore[assignment]
        if frame is None:
            return None
        code = frame.f_code
        at = (id(code), frame.f_lasti)  # a code object's own hash goes through all of it
        if at not in self.sources:
            if id(code) not in self.positions:
                self.positions[id(code)] = (code, list(code.co_positions()))
            line, _, column, _ = self.positions[id(code)][1][frame.f_lasti // 2]
            self.sources[at] = Source(line or frame.f_lineno, self.files[frame.f_code.co_filename], column or 0)
        return self.sources[at]

    @property
    def scope(self) -> str:
        return self.scopes[-1] if self.scopes else ""

    def push(self, title: str) -> None:
        self.scopes.append(title)

    def pop(self) -> None:
        if self.scopes:
            self.scopes.pop()

    # ------------------------------------------------------------------------------------ nodes

    def record(self, op: str, inputs: tuple[int, ...], attributes: dict[str, Any], raw: Any) -> int:
        shape = () if type(raw) is float else np.shape(raw)
        return self.builder.append(Node(op, inputs, attributes, shape, dtype_of(raw), None, self.where()))

    def wrap(self, raw: Any, node: int, view_of: Traced | None = None, step: tuple[str, dict[str, Any]] | None = None) -> Any:
        """A traced value; an array that shares memory with `view_of` becomes a view of the same storage."""
        if not isinstance(raw, np.ndarray):
            return Traced(self, raw, node)
        if view_of is not None and view_of.storage is not None and step and np.may_share_memory(raw, view_of.storage.array):
            return Traced(self, raw, node, view_of.storage, (*view_of.steps, step))
        return Traced(self, raw, node, self.new_storage(raw, node))

    def new_storage(self, raw: np.ndarray, node: int) -> Storage:
        storage = Storage(raw, node, self.epoch)
        self.storages[id(raw)] = storage
        return storage

    def node_of(self, value: Any) -> int:
        """The node that holds a value: its own, its storage's, or a constant."""
        if is_traced(value):
            if self.trial is not None:
                return self.trial.inside(value)
            return int(value.node)
        if isinstance(value, np.ndarray):
            storage = self.storages.get(id(value))
            if storage is not None and storage.array is value and self.trial is None:
                return self.view_again(storage, ())
            return self.builder.constant(value.copy(), self.where())
        if isinstance(value, (list, tuple)):
            return self.table.array_node(value)
        return self.builder.constant(value, self.where())

    def view_again(self, storage: Storage, steps: tuple[tuple[str, dict[str, Any]], ...]) -> int:
        """The node of a view of what the storage holds now."""
        if storage.epoch != self.epoch:  # stored into while nobody looked: a new leaf
            storage.node = self.leaf(storage.name or ("", "array"), storage.array)
            storage.epoch = self.epoch
        node, raw = storage.node, storage.array
        for op, attributes in steps:
            raw = dispatch.VIEWS[op](raw, **attributes)
            node = self.record(op, (node,), attributes, raw)
        return node

    def leaf(self, key: tuple[str, str], raw: Any) -> int:
        scope, text = key
        name = self.next_name(text, scope)
        kept = raw.copy() if isinstance(raw, np.ndarray) else raw
        source = self.where()
        node = self.builder.input(np.shape(raw), dtype_of(raw), name, source)
        self.leaves[node] = kept
        self.bindings.append(Binding(name, node, source, kept))
        return node

    def next_name(self, text: str, scope: str) -> Name:
        version = self.versions.get((scope, text), 0) + 1
        self.versions[scope, text] = version
        return Name(text, version, scope)

    # ------------------------------------------------------------------------------------ names

    def name(self, text: str, value: Any) -> Any:
        """A value is given a name: a number or an array becomes a leaf here, a container names what it holds."""
        if not self.on:
            return value
        if self.trial is not None:
            if "." in text:
                raise Impure(f"it stores {text}")
            return value
        kind = type(value)
        if kind is Traced:
            return self.name_traced(text, value)
        if kind is bool or kind is str or value is None:
            return value
        if isinstance(value, NUMBERS):
            return self.name_leaf(text, value)
        if isinstance(value, complex) or (kind is np.ndarray and value.dtype.kind == "c"):
            note = f"{self.where()!r}: `{text}` is complex. Only real numbers are followed, so what comes of it is plain here."
            if note not in self.notices:
                self.notices.append(note)
            return value
        if kind is np.ndarray:
            if value.dtype.kind not in "iufcb":
                return value
            storage = self.storages.get(id(value))
            if storage is not None and storage.array is value:
                return self.name_traced(text, Traced(self, value, storage.node, storage))
            return self.name_leaf(text, value)
        if kind in (list, dict, tuple):
            return self.name_container(text, value)
        return value

    def argument(self, text: str, value: Any) -> Any:
        """A function's argument: what comes traced keeps its own name; a plain float or array becomes a leaf."""
        if not self.on or self.trial is not None or is_traced(value) or type(value) in (int, list, dict, tuple):
            return value
        return self.name(text, value)

    def name_counted(self, text: str, value: Any) -> Any:
        return value if type(value) is int else self.name_element(text, value)

    def name_element(self, text: str, value: Any) -> Any:
        """A loop variable: an element of data keeps the node it has."""
        return value if is_traced(value) or type(value) in (list, dict, tuple) else self.name(text, value)

    def scope_for(self, text: str) -> str:
        return "" if "." in text.split("[", maxsplit=1)[0] else self.scope

    def setting_for(self, text: str, source: Source | None) -> tuple[str, int | None] | None:
        for key in ((text, source.line if source else None), (text, None)):
            if key in self.settings:
                self.settings_used.add(key)
                return key
        return None

    def name_leaf(self, text: str, value: Any) -> Any:
        scope = self.scope_for(text)
        source = self.where()
        key = self.setting_for(text, source)
        override = self.settings[key] if key else self.overrides.get((scope, text, self.versions.get((scope, text), 0) + 1))
        if override is not None:
            value = _like(override, value)
        node = self.leaf((scope, text), value)
        made = self.wrap(value, node)
        if made.storage is not None:
            made.storage.name = (scope, text)
        return made

    def name_traced(self, text: str, value: Traced) -> Traced:
        scope = self.scope_for(text)
        source = self.where()
        key = self.setting_for(text, source)
        if key is not None:
            return self.name_leaf(text, _like(self.settings[key], value.raw))  # type: ignore[no-any-return]
        if self.overrides and (scope, text, self.versions.get((scope, text), 0) + 1) in self.overrides:
            return self.name_leaf(text, value.raw)  # type: ignore[no-any-return]
        node = value.node
        old = self.builder.nodes[node]
        name = self.next_name(text, scope)
        made = value
        if old.name is None and old.op != "constant":
            self.builder.nodes[node] = Node(old.op, old.inputs, old.attributes, old.shape, old.dtype, name, old.source)
        else:
            node = self.builder.append(Node("alias", (node,), {}, old.shape, old.dtype, name, source))
            made = Traced(self, value.raw, node, value.storage, value.steps)
        if made.storage is not None and not made.steps:
            made.storage.name = (scope, text)
        kept = made.raw.copy() if isinstance(made.raw, np.ndarray) and made.raw.size <= 100_000 else made.raw
        self.bindings.append(Binding(name, node, source, kept))
        return made

    def name_container(self, text: str, value: Any) -> Any:
        """Numbers and arrays inside a list, tuple or dictionary are named by their place in it."""
        if len(value) > LARGEST_CONTAINER:
            return value
        if type(value) is dict:
            for key, item in list(value.items()):
                value[key] = self.name_item(f"{text}[{plain(key)!r}]", item)
            return value
        if type(value) is list:
            for i, item in enumerate(value):
                value[i] = self.name_item(f"{text}[{i}]", item)
            return value
        return tuple(self.name_item(f"{text}[{i}]", item) for i, item in enumerate(value))

    def name_item(self, text: str, item: Any) -> Any:
        if is_traced(item):
            node = self.builder.nodes[item.node]
            return item if node.name is not None or node.op == "constant" else self.name_traced(text, item)
        if type(item) is int and not isinstance(item, bool):
            return self.name(text, item)
        return self.name(text, item)

    # ------------------------------------------------------------------------------------ operators

    def binary(self, op: str, compute: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
        other = right if is_traced(left) else left
        if not is_traced(other) and not isinstance(other, (*NUMBERS, np.ndarray, bool, np.bool_, complex)):
            if isinstance(other, (list, tuple)) and any(isinstance(plain(v), np.ndarray) for v in (left, right)):
                converted = self.call(np.array, other)
                return self.binary(op, compute, *((left, converted) if other is right else (converted, right)))
            return compute(plain(left), plain(right))  # Python's own answer: TypeError, or a list repeated
        raw = compute(plain(left), plain(right))
        if not self.on or isinstance(raw, complex):
            return raw
        if op.startswith("logical") and dtype_of(raw) != "bool":
            return self.table.opaque(compute, (left, right), {}, raw)
        return self.wrap(raw, self.record(op, (self.node_of(left), self.node_of(right)), {}, raw))

    def unary(self, op: str, compute: Callable[[Any], Any], value: Traced) -> Any:
        raw = compute(value.raw)
        if not self.on:
            return raw
        return self.wrap(raw, self.record(op, (self.node_of(value),), {}, raw))

    def in_place(self, op: str, compute: Callable[[Any, Any], Any], target: Traced, value: Any) -> Any:
        """`target op= value`: an array changes where it stands, a number is a new one."""
        if not isinstance(target.raw, np.ndarray) or target.raw.ndim == 0:
            return self.binary(op, compute, target, value)
        kind = target.raw.dtype
        changed = self.binary(op, compute, target, value)
        np.copyto(target.raw, plain(changed), casting="same_kind")
        if not self.on:
            return target
        node = self.node_of(changed)
        if kind.kind in "iu" and dtype_of(plain(changed)) == "real":
            node = self.record("to_int", (node,), {}, target.raw)
        self.replace(target, node)
        return target

    def replace(self, target: Traced, node: int) -> None:
        """The memory that `target` shows now holds `node`'s value."""
        storage = target.storage
        assert storage is not None
        if self.trial is not None and not self.trial.owns(target):
            raise Impure("it changes an array in place")
        if not target.steps:
            storage.node = node
        else:
            places = np.arange(storage.array.size).reshape(storage.array.shape)
            for op, attributes in target.steps:
                places = dispatch.VIEWS[op](places, **attributes)
            key = np.unravel_index(places, storage.array.shape)
            storage.node = self.record("store", (self.view_again(storage, ()), node), {"key": key}, storage.array)
        storage.version += 1

    # ------------------------------------------------------------------------------------ items

    def item(self, target: Traced, key: Any) -> Any:
        raw_key = plain(key)
        raw = target.raw[raw_key]
        if not self.on:
            return raw
        self.decide_deep(key)
        attributes = {"key": raw_key}
        node = self.record("index", (self.node_of(target),), attributes, raw)
        return self.wrap(raw, node, target, ("index", attributes))

    def get(self, owner: Any, key: Any) -> Any:
        """`owner[key]`, whatever either of them is."""
        if is_traced(owner):
            return self.item(owner, key)
        if isinstance(owner, np.ndarray) and not isinstance(owner, np.matrix) and self.on:
            storage = self.storages.get(id(owner))
            if storage is not None and storage.array is owner:
                return self.item(Traced(self, owner, storage.node, storage), key)
        if isinstance(owner, (list, dict, tuple, np.ndarray, str)):
            self.decide_deep(key)
            return owner[plain(key)]
        return owner[key]

    def store(self, target: Traced, key: Any, value: Any) -> None:
        """`target[key] = value`: a new version of the storage that target is a view of."""
        raw_key, raw_value = plain(key), plain(value)
        if not self.on:
            target.raw[raw_key] = raw_value
            return
        base = self.node_of(target)
        given = self.node_of(value)
        mask = key if is_traced(key) and target.raw.ndim and np.shape(raw_key) == target.raw.shape else None
        target.raw[raw_key] = raw_value
        if target.raw.dtype.kind in "iu" and dtype_of(raw_value) == "real":
            given = self.record("to_int", (given,), {}, np.asarray(raw_value).astype(int))
        if mask is not None and dtype_of(raw_key) == "bool" and not np.shape(raw_value):
            node = self.record("where", (self.node_of(mask), given, base), {}, target.raw)
        else:
            self.decide_deep(key)
            node = self.record("store", (base, given), {"key": raw_key}, target.raw)
        self.replace(target, node)

    def put(self, owner: Any, key: Any, value: Any, text: str) -> None:
        """`owner[key] = value`, and the name that this gives."""
        if is_traced(owner):
            self.store(owner, key, value)
            self.name_stored(text, owner)
            return
        if isinstance(owner, np.ndarray) and self.on and self.trial is None:
            storage = self.storages.get(id(owner)) or self.new_storage(owner, self.builder.constant(owner.copy()))
            self.store(Traced(self, owner, storage.node, storage), key, value)
            return
        if self.trial is not None:
            raise Impure("it stores an item")
        if isinstance(owner, (list, dict)):
            self.decide_deep(key)
            key = plain(key)
            value = self.name_item(f"{text}[{key!r}]", value) if self.on and type(key) is not slice else value
        owner[key] = value

    def name_stored(self, text: str, owner: Traced) -> None:
        """After a store: the array's name has a new version, which labels the node that holds it now."""
        if not self.on or self.trial is not None or owner.storage is None:
            return
        scope, name = owner.storage.name or (self.scope_for(text), text)
        node = owner.storage.node
        old = self.builder.nodes[node]
        if old.name is None and old.op != "constant":
            label = self.next_name(name, scope)
            self.builder.nodes[node] = Node(old.op, old.inputs, old.attributes, old.shape, old.dtype, label, old.source)
            kept = owner.storage.array
            self.bindings.append(Binding(label, node, self.where(), kept.copy() if kept.size <= 100_000 else None))

    def augment(self, text: str, op: str, old: Any, value: Any) -> Any:
        """`old op= value` for a plain name."""
        changed = _augmented(op, old, value)
        if not self.on:
            return changed
        if is_traced(changed) and changed is old:
            self.name_stored(text, changed)
            return changed
        return self.name(text, changed) if not isinstance(changed, (list, str)) else changed

    def augment_attribute(self, owner: Any, attribute: str, op: str, value: Any, text: str) -> None:
        changed = self.augment(text, op, getattr(owner, attribute), value)
        if self.trial is not None:
            raise Impure(f"it stores {text}")
        setattr(owner, attribute, changed)

    def augment_item(self, owner: Any, key: Any, op: str, value: Any, text: str) -> None:
        old = self.get(owner, key)
        changed = _augmented(op, old, value)
        if is_traced(changed) and changed is old and not is_traced(owner):  # an array inside a list, changed in place
            self.name_stored(f"{text}[{plain(key)!r}]", changed)
            return
        self.put(owner, key, changed, text)

    # ------------------------------------------------------------------------------------ leaving the graph

    def decide(self, value: Traced, as_type: Callable[[Any], Any] | None = None) -> Any:
        """The plain value, for a branch, an index or a key: recorded as a guard, since elsewhere it may differ."""
        raw = as_type(value.raw) if as_type else value.raw
        if not self.on:
            return raw
        if self.trial is not None:
            return self.trial.decide(value, raw)
        node = self.builder.nodes[value.node]
        if node.op != "guard":
            self.record("guard", (value.node,), {"expected": raw.copy() if isinstance(raw, np.ndarray) else raw}, raw)
        return raw

    def decide_deep(self, key: Any) -> None:
        """Guard every traced number inside a key."""
        if not self.on:
            return
        if is_traced(key):
            self.decide(key)
        elif type(key) in (tuple, list):
            for part in key:
                self.decide_deep(part)
        elif type(key) is slice:
            for part in (key.start, key.stop, key.step):
                self.decide_deep(part)

    def lost(self, value: Traced, how: str) -> Any:
        if not self.on:
            return value.raw
        if self.trial is not None:
            raise Impure(f"it turns a value into {how}")
        source = self.where()
        note = (
            f"{source!r}: a value was turned into {how} where it cannot be followed; what comes of it is a plain number here."
        )
        if note not in self.notices:
            self.notices.append(note)
        return value.raw

    # ------------------------------------------------------------------------------------ calls

    def call(self, function: Any, *arguments: Any, **options: Any) -> Any:
        return self.table.call(function, arguments, options)

    def modulo(self, left: Any, right: Any) -> Any:
        return left % plain(right) if isinstance(left, (str, bytes)) and not is_traced(left) else left % right

    def attribute(self, value: Traced, name: str) -> Any:
        return self.table.attribute(value, name)

    # ------------------------------------------------------------------------------------ loops

    def loop(self, line: int) -> Any:
        return self.loops.start(line)

    def iterate(self, loop: Any, items: Any) -> Any:
        return self.loops.iterate(loop, items)

    def begin(self, loop: Any) -> None:
        self.loops.begin(loop)

    def end(self, loop: Any) -> None:
        self.loops.end(loop)

    def enter(self, text: str, value: Any) -> Any:
        return self.loops.enter(text, value)

    def leave(self, text: str, value: Any) -> Any:
        return self.loops.leave(value)

    def finish(self) -> Graph:
        return self.builder.finish([])


def _augmented(op: str, old: Any, value: Any) -> Any:
    if isinstance(old, np.ndarray) and is_traced(value) and not is_traced(old):
        storage = value.recorder.storages.get(id(old))
        recorder = value.recorder
        old = Traced(recorder, old, recorder.node_of(old), storage or recorder.new_storage(old, recorder.node_of(old)))
    method = getattr(type(old), f"__i{op}__", None)
    if method is not None:
        changed = method(old, value)
        if changed is not NotImplemented:
            return changed
    if op in ("lshift", "rshift"):
        return old << value if op == "lshift" else old >> value
    return ARITHMETIC[op][1](old, value)


def _like(given: Any, old: Any) -> Any:
    """A value given from outside, in the shape and type of the one it replaces."""
    if isinstance(old, np.ndarray):
        wanted = np.asarray(given)
        kind = old.dtype if np.can_cast(wanted.dtype, old.dtype, "same_kind") else wanted.dtype
        return np.array(np.broadcast_to(wanted, old.shape) if wanted.ndim < old.ndim else wanted, dtype=kind)
    if isinstance(old, np.generic) and not isinstance(given, np.ndarray):
        return type(old)(given) if isinstance(old, np.floating) else given
    return given


class Trial:
    """A function tried on stand-ins for its arguments: it must be a function of them alone (see `lift.py`)."""

    def __init__(self, recorder: Recorder, decisions: tuple[bool, ...]) -> None:
        self.recorder = recorder
        self.decisions = decisions
        self.taken: list[tuple[int, bool]] = []
        self.first = 0

    def inside(self, value: Traced) -> int:
        if not self.owns(value):
            raise Impure("it uses a value from outside")
        return value.node

    def owns(self, value: Traced) -> bool:
        return value.home is self.recorder.builder

    def decide(self, value: Traced, raw: Any) -> Any:
        if np.ndim(raw) or not isinstance(raw, (bool, np.bool_)):
            raise Impure("it branches on more than one number")
        position = len(self.taken)
        way = self.decisions[position] if position < len(self.decisions) else bool(raw)
        self.taken.append((self.inside(value), way))
        return way
