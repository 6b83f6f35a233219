"""The hook that an instrumented program talks to: it runs each operation on the real values and records it as a node."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import CodeType
from typing import Any, final

import numpy as np

from chainrule.graph.build import Builder, dtype_of
from chainrule.graph.records import Graph, Name, Node, Source
from chainrule.progress import Report, silent
from chainrule.reading import dispatch, matrices
from chainrule.reading.frames import Frames, is_column
from chainrule.reading.items import Items
from chainrule.reading.loops import BudgetExceeded, Loops
from chainrule.reading.naming import NUMBERS, Naming
from chainrule.reading.recorded import Binding, CallSite
from chainrule.reading.traced import Storage, Traced, followed, is_traced, kept_array, plain
from chainrule.reading.trial import Impure, Trial

CHECKED_EVERY = 256
MOST_PIECES = 8  # of one printed line


@final
class Recorder:
    """All state of one reading of a program."""

    def __init__(
        self,
        overrides: Mapping[tuple[str, str, int], Any] | None = None,
        settings: Mapping[tuple[str, int | None], Any] | None = None,
        budget: float = 20.0,
        iteration: tuple[int, ...] = (1,),
        report: Report = silent,
    ) -> None:
        self.builder = Builder()
        self.leaves: dict[int, Any] = {}
        self.bindings: list[Binding] = []
        self.calls: list[CallSite] = []
        self.listed: dict[int, str] = {}  # what was appended to a list, and its place there
        self.shown: dict[int, str] = {}  # what was printed or written into a text, and the text around it
        self.array_kinds: tuple[type, ...] = (np.ndarray, np.matrix)
        self.differentiated: list[int] = []  # what PyTorch's backward() was called of
        self.handed_over: list[tuple[int, int]] = []  # a gradient that a search is handed, and what it is with respect to
        self.versions: dict[tuple[str, str], int] = {}
        self.storages: dict[int, Storage] = {}
        self.lists: dict[int, tuple[list[Any], str]] = {}
        self.stacked: dict[tuple[int, ...], int] = {}  # of a list's items, the array that it was taken for
        self.scopes: list[str] = []
        self.files: dict[str, tuple[int | None, str]] = {}
        self.sources: dict[tuple[int, int], Source | None] = {}
        self.positions: dict[int, tuple[CodeType, list[Any]]] = {}
        self.overrides = dict(overrides or {})
        self.settings = dict(settings or {})
        self.settings_used: set[tuple[str, int | None]] = set()
        self.swaps: dict[str, Callable[..., Any]] = {}
        self.swapped: set[str] = set()
        self.beside: set[tuple[Any, ...]] | None = (
            None  # where functions are computed beside their derivatives: which, and at what
        )
        self.on = True
        self.epoch = 0
        self.trial: Trial | None = None
        self.notices: list[str] = []
        self.left: list[tuple[int, str]] = []
        self.texts: dict[int, tuple[str | bytes, tuple[Traced, ...]]] = {}
        self.deadline = time.monotonic() + budget
        self.budget = budget
        self.interrupted = False
        self.report = report
        self.loops = Loops(self, iteration)
        self.modules: list[dict[str, Any]] = []
        self.own = {"__main__"}
        self.table = dispatch.Table(self)
        self.frames = Frames(self)
        self.unseeded = False
        self.seeded = False
        self.drew = False
        self.slice = slice
        names, items = Naming(self), Items(self)
        self.name, self.argument, self.scope_for = names.name, names.argument, names.scope_for
        self.name_counted, self.name_element = names.name_counted, names.name_element
        self.name_traced, self.name_item = names.name_traced, names.name_item
        self.item, self.get, self.store, self.put = items.item, items.get, items.store, items.put
        self.attach, self.name_stored = items.attach, items.name_stored
        self.augment, self.augment_item = items.augment, items.augment_item
        self.augment_attribute, self.in_place, self.replace = items.augment_attribute, items.in_place, items.replace
        self.reshape_in_place = items.reshape_in_place

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
            cell, file = self.files[code.co_filename]
            self.sources[at] = Source(line or frame.f_lineno, cell, column or 0, file)
        return self.sources[at]

    @property
    def scope(self) -> str:
        return self.scopes[-1] if self.scopes else ""

    def add_module(self, names: dict[str, Any]) -> None:
        """A module of the program's own: its names are followed, and so is what its classes make."""
        self.modules.append(names)
        self.own.add(str(names.get("__name__")))

    def push(self, title: str) -> None:
        self.scopes.append(title)

    def pop(self) -> None:
        if self.scopes:
            self.scopes.pop()

    # ------------------------------------------------------------------------------------ nodes

    def record(self, op: str, inputs: tuple[int, ...], attributes: dict[str, Any], raw: Any) -> int:
        shape = () if type(raw) is float else np.shape(raw)
        if matrices.is_matrix(raw):
            attributes, narrow = matrices.without_lost_axes(self.builder, op, inputs, attributes, raw)
            if narrow != shape:
                row = self.builder.append(Node(op, inputs, attributes, narrow, dtype_of(raw), None, self.where()))
                op, inputs, attributes = "reshape", (row,), {"shape": shape}
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
            return self.builder.constant(kept_array(value), self.where())
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
        kept = kept_array(raw) if isinstance(raw, np.ndarray) else raw
        source = self.where()
        node = self.builder.input(np.shape(raw), dtype_of(raw), name, source)
        self.leaves[node] = kept
        self.bindings.append(Binding(name, node, source, kept))
        return node

    def next_name(self, text: str, scope: str) -> Name:
        version = self.versions.get((scope, text), 0) + 1
        self.versions[scope, text] = version
        return Name(text, version, scope)

    # ------------------------------------------------------------------------------------ operators

    def binary(self, op: str, compute: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
        other = right if is_traced(left) else left
        if is_column(other):
            column = self.frames.array(other)
            if column is not other:
                return self.binary(op, compute, *((left, column) if other is right else (column, right)))
        if not is_traced(other) and not isinstance(other, (*NUMBERS, np.ndarray, bool, np.bool_, complex)):
            if isinstance(other, (list, tuple)) and any(isinstance(plain(v), np.ndarray) for v in (left, right)):
                converted = self.call(np.array, other)
                return self.binary(op, compute, *((left, converted) if other is right else (converted, right)))
            if other is right and hasattr(type(other), f"__r{compute.__name__.strip('_')}__"):
                return NotImplemented  # an object of a class that says itself what this means
            return compute(plain(left), plain(right))  # Python's own answer: TypeError, or a list repeated
        raw = compute(plain(left), plain(right))
        op = matrices.operator_of(op, plain(left), plain(right))
        if not op and self.on:
            return self.table.opaque(compute, (left, right), {}, raw)
        if self.on and isinstance(raw, complex):
            self.left += [(v.node, f"a complex number, {self.where()!r}") for v in (left, right) if is_traced(v)]
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
            held = value.node
            if node.shape and not np.ndim(raw):  # `if d > 0` of an array of one entry
                held = self.record("reshape", (held,), {"shape": ()}, np.reshape(value.raw, ()))
            if isinstance(raw, bool | int) and dtype_of(raw) != node.dtype:  # `if decay:`, `int(rows / 2)`
                held = self.record("to_bool" if isinstance(raw, bool) else "to_int", (held,), {}, raw)
            self.record("guard", (held,), {"expected": raw.copy() if isinstance(raw, np.ndarray) else raw}, raw)
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
        self.left.append((value.node, f"{how}, {source!r}"))
        return value.raw

    def each(self, items: Iterable[Any]) -> Iterable[Any]:
        """What a comprehension goes through; one that never ends meets the time budget."""
        return items if hasattr(items, "__len__") or is_traced(items) else self.in_time(iter(items))

    def in_time(self, items: Iterator[Any]) -> Iterator[Any]:
        for count, item in enumerate(items):
            if count % CHECKED_EVERY == 0 and time.monotonic() > self.deadline:
                when = "by Ctrl-C" if self.interrupted else f"when the time budget of {self.budget:g} s was used up"
                raise BudgetExceeded(
                    f"{self.where()!r}: the program was stopped after {count:,} values of one iterator, {when}."
                )
            yield item

    def mark(self) -> int:
        """How many texts were written so far."""
        return len(self.texts)

    def joined(self, before: int, text: str) -> str:
        """A text made of several: it holds what was written into any of them."""
        new = list(self.texts.values())[before:] if len(self.texts) > before else ()
        return self.wrote(text, [v for _, values in new for v in values]) if new else text

    def wrote(self, text: Any, values: Iterable[Traced]) -> Any:
        """A text that followed values were written into: whoever reads them from it again gets plain numbers."""
        if self.on and self.trial is None:
            held = tuple(values)
            self.texts[id(text)] = (text, held)
            self.shown |= dict.fromkeys((value.node for value in held), text if isinstance(text, str) else "")
        return text

    def prints(self, values: Iterable[Traced], text: str) -> None:
        """A text is shown with these values, and with those of the pieces just written that it is made of."""
        pieces = [node for node, piece in list(self.shown.items())[-MOST_PIECES:] if piece and piece in text]
        self.shown |= dict.fromkeys([*pieces, *(value.node for value in values)], text)

    # ------------------------------------------------------------------------------------ calls

    def call(self, function: Any, *arguments: Any, **options: Any) -> Any:
        return self.table.call(function, arguments, options)

    def written(self, number: Any) -> Any:
        """A number that stands in the program beside another: followed, so that both can be told apart."""
        if not self.on or self.trial is not None or type(number) not in (int, float):
            return number
        return self.wrap(number, self.builder.constant(number, self.where()))

    def identical(self, one: Any, other: Any) -> bool:
        """Whether two values are the same object; of followed ones, whether the program's own are."""
        return (one.raw if is_traced(one) else one) is (other.raw if is_traced(other) else other)

    def modulo(self, left: Any, right: Any) -> Any:
        if isinstance(left, (str, bytes)) and not is_traced(left):
            return self.wrote(left % plain(right), followed(right))
        return left % right

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
