"""Where every call site of a program goes: by the identity of the function, to what it means in the graph.

A function that is in no table makes an `opaque` node: its value is known, its derivative is not, and whatever depends
on it is "cannot tell". Losing the trace silently is the one thing that must not happen.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import FunctionType, MappingProxyType, MethodDescriptorType
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.graph import values as v
from chainrule.graph.build import dtype_of
from chainrule.graph.expression import Expression
from chainrule.reading import matrices, random_table, slopes
from chainrule.reading.frames import is_column, is_table
from chainrule.reading.imports import Stub
from chainrule.reading.names import BACKWARD
from chainrule.reading.traced import Traced, followed, holds_traced, is_named_tuple, is_traced, kept_array, plain
from chainrule.reading.trial import Impure

if TYPE_CHECKING:
    from chainrule.reading.recorder import Recorder

VIEWS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"index": v.index, "transpose": v.transpose, "reshape": v.reshape, "broadcast_to": v.broadcast_to}
)
PURE_MODULES = ("numpy", "math", "builtins", "scipy", "operator", "statistics", "_operator")
CHANGES_ITS_OWNER = frozenset(
    {
        "append",
        "extend",
        "insert",
        "add",
        "update",
        "pop",
        "remove",
        "clear",
        "sort",
        "reverse",
        "setdefault",
        "write",
        "writelines",
    }
)


class Method:
    """A method of a traced array, waiting for its arguments."""

    __slots__ = ("name", "owner")

    def __init__(self, owner: Traced, name: str) -> None:
        self.owner = owner
        self.name = name

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self.owner.recorder.table.method(self.owner, self.name, arguments, options)


ONLY_SHOWS = frozenset(
    {"matplotlib", "seaborn", "plotly", "logging", "tqdm", "rich", "IPython", "csv", "_csv", "io", "_io", "tensorboard",
     "tensorboardX", "wandb", "mlflow"}
)  # fmt: skip
CARRIES = frozenset(
    {"collections", "_collections", "itertools", "functools", "_functools", "types", "dataclasses", "contextlib", "queue", "_queue",
     "heapq", "_heapq", "bisect", "_bisect", "copy", "typing", "enum", "abc", "weakref", "collections.abc"}
)  # fmt: skip


NUMPY_TABLES = tuple(
    f"chainrule.reading.{room}" for room in ("numpy_table", "numpy_built", "numpy_moves", "convolutions", "matrices")
)


class Table:
    """The functions that are understood, and what is done for all the others."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self._handlers: dict[object, tuple[Any, Callable[..., Any]]] = {}
        self._methods: dict[str, Callable[..., Any]] = {}
        self._present = 0
        self._always: tuple[Callable[..., Any], ...] = ()
        self._lifter: Any = None
        self.readable: Any = None
        self.effects: Any = None
        self.tensors: Any = None  # what stands in for PyTorch, once the program has asked for it

    def handlers(self) -> dict[object, tuple[Any, Callable[..., Any]]]:
        present = sum(name in sys.modules for name in ("scipy.signal", "scipy.special", "scipy.optimize"))
        if not self._handlers or present != self._present:  # a later cell may import more
            self._present = present
            from chainrule.reading import convolutions, minimizers, numpy_built, numpy_moves, numpy_table, python_table

            tables = (matrices, minimizers, numpy_built, numpy_moves, convolutions, numpy_table, python_table, random_table)
            for function, handler in (row for table in tables for row in table.FUNCTIONS()):
                owner = getattr(function, "__self__", None)
                key = (id(owner), function.__name__) if isinstance(owner, np.ufunc) else id(function)
                self._handlers[key] = (function, handler)
            self._methods = numpy_table.METHODS()
            self._always = (random_table.seeds, random_table.starts, python_table.endless, minimizers.minimized)
        return self._handlers

    # ------------------------------------------------------------------------------------ calls

    def call(self, function: Any, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        recorder = self.recorder
        if not recorder.on:
            return function(*arguments, **options)
        kind = type(function)
        if kind is Traced:
            return function.raw(*arguments, **options)  # raises what Python raises
        if kind is Method:
            return function(*arguments, **options)
        if function is print and recorder.trial is not None:
            raise Impure("it prints")
        owner = getattr(function, "__self__", None)
        # np.add.at is another object each time that it is asked for: its ufunc and its name say which it is
        key = (id(owner), function.__name__) if isinstance(owner, np.ufunc) else id(function)
        found = self.handlers().get(key)
        if found is not None and (found[0] is function or isinstance(owner, np.ufunc)):
            if self.effects is not None and self.effects.handles(function):
                return self.effects.call(function, arguments, options)
            recorder.drew = recorder.drew or found[1] is random_table.shuffle
            if found[1] not in self._always and not self.touches((arguments, options)):
                return function(*arguments, **options)
            if any(map(is_table, arguments)):
                kept = isinstance(function, np.ufunc)  # which makes a table of a table
                arguments = tuple(a if kept and not is_column(a) else recorder.frames.array(a) for a in arguments)
            return self.handled(found[1], function, arguments, options)
        if self.tensors is not None and getattr(function, "__module__", "") == self.tensors.__name__:
            return function(*arguments, **options)
        if self.is_own(function):
            return self.call_own(function, getattr(function, "__func__", function).__code__, arguments, options)
        if self.readable is not None and self.readable.has(function):
            made = self.readable.made(function)
            return self.call(made, arguments, options) if self.is_own(made) else made(*arguments, **options)
        if (function if isinstance(function, type) else kind).__module__ in recorder.own:
            return function(*arguments, **options)  # a class of the program's own, or an object of one that is called
        if kind is MethodDescriptorType and arguments and is_traced(arguments[0]) and function.__objclass__ is np.ndarray:
            return self.method(arguments[0], function.__name__, arguments[1:], options)  # np.ndarray.copy(w)
        if kind is np.vectorize:
            from chainrule.reading.numpy_built import vectorized

            return vectorized(self, function, arguments, options)
        if kind is functools.partial:
            return self.call(function.func, (*function.args, *arguments), {**function.keywords, **options})
        if kind is functools._lru_cache_wrapper:  # two values may be equal and yet not the same: nothing is kept
            return self.call(function.__wrapped__, arguments, options)
        if kind is FunctionType and getattr(np, function.__name__, None) is function and holds_traced((arguments, options)):
            return function(*arguments, **options)  # type: ignore[misc] # somebody put it in NumPy's place: what it calls is NumPy's own
        if self.carries(function, owner):
            return function(*arguments, **options)
        if isinstance(owner, np.ndarray) and not is_traced(owner):
            handler = self._methods.get(function.__name__)
            if handler is not None and (holds_traced(arguments) or recorder.storages.get(id(owner))):
                return self.method(self.traced_of(owner), function.__name__, arguments, options)
        if is_table(owner) and function.__name__ == "dot" and self.touches(arguments):
            return self.call(np.dot, (owner, *arguments), options)
        if isinstance(owner, (list, dict, set)) and not isinstance(function, type):
            return self.container_method(owner, function, arguments, options)
        return self.outside(function, arguments, options)

    def carries(self, function: Any, owner: Any) -> bool:
        """Whether a function only hands on what it is given, or is the program's own under a wrapper of somebody else's."""
        if isinstance(owner, type):
            return owner.__module__ in CARRIES or (owner is dict and function.__name__ == "fromkeys")
        if isinstance(function, type) and is_named_tuple(function):
            return True
        home = getattr(function, "__module__", None) or type(owner).__module__
        wrapped = type(function) is FunctionType and home in self.recorder.own
        return wrapped or home in CARRIES

    def handled(self, handler: Callable[..., Any], function: Any, arguments: Any, options: Any) -> Any:
        """What a handler makes of a call; NumPy's own answer, as an opaque value, in a case that it did not foresee."""
        if not isinstance(function, np.ufunc) and handler.__module__ not in NUMPY_TABLES:
            return handler(self, function, arguments, options)
        if isinstance(function, np.ufunc) and len(arguments) == function.nin + 1 and "out" not in options:
            arguments, options = arguments[:-1], {**options, "out": arguments[-1]}
        if isinstance(function, np.ufunc) and options.get("dtype") is not None:
            rest = {k: v for k, v in options.items() if k != "dtype"}
            wanted, usual = (function(*plain(arguments), **plain(given)) for given in (options, rest))
            if getattr(wanted, "dtype", None) == getattr(usual, "dtype", None):  # as it would be anyway
                return self.handled(handler, function, arguments, rest)
        if options.get("out") is not None:
            return self.into(handler, function, arguments, options)
        try:
            made = handler(self, function, arguments, options)
        except (TypeError, ValueError, AttributeError, IndexError, KeyError):
            raw = function(*plain(arguments), **plain(options))  # where this fails too, the program's own call was wrong
            made = self.opaque(function, arguments, options, raw)
        if isinstance(made, np.ndarray) and made.dtype == object and not is_traced(made):
            self.leaves(function, followed((arguments, options)))
        return made

    def into(self, handler: Callable[..., Any], function: Any, arguments: Any, options: Any) -> Any:
        """`out=`: the result goes into an array that stands already."""
        target = options["out"][0] if isinstance(options["out"], tuple) else options["out"]
        target = target if is_traced(target) else self.traced_of(target)
        if self.recorder.trial is not None and not self.recorder.trial.owns(target):
            raise Impure("it changes an array in place")
        if options.get("where", True) is not True:  # some entries stay what they were
            function(*plain(arguments), **plain(options))
            made = self.opaque(function, (*arguments, target), {}, target.raw)
        else:
            made = self.handled(handler, function, arguments, {k: v for k, v in options.items() if k != "out"})
            np.copyto(target.raw, plain(made), casting="same_kind")
        self.recorder.replace(target, self.recorder.node_of(made))
        if target.storage is not None and target.storage.name is not None:
            self.recorder.name_stored(target.storage.name[1], target)
        return target

    def touches(self, value: Any) -> bool:
        """Whether a followed value is in there, or an array whose storage is followed."""
        kind = type(value)
        if kind is Traced:
            return True
        if kind in self.recorder.array_kinds:
            return id(value) in self.recorder.storages
        if kind is str or kind is bytes:
            return id(value) in self.recorder.texts
        if kind in (list, tuple):
            return any(self.touches(v) for v in value)
        if kind is dict:
            return any(self.touches(v) for v in value.values())
        return False

    def traced_of(self, array: np.ndarray) -> Traced:
        node = self.recorder.node_of(array)
        storage = self.recorder.storages.get(id(array)) or self.recorder.new_storage(array, node)
        return Traced(self.recorder, array, node, storage)

    def call_own(self, function: Any, code: Any, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """A function of the program's own: one `call` node where it is a function of one value, else opened."""
        recorder = self.recorder
        swap = recorder.swaps.get(code.co_name)
        if swap is not None and swap is not function:
            recorder.swapped.add(code.co_name)
            return self.call(swap, arguments, options)
        if recorder.trial is not None:
            return function(*arguments, **options)
        if self._lifter is None:
            from chainrule.reading.lift import Lifter

            self._lifter = Lifter(recorder)
        if recorder.beside is not None:
            slopes.compute_beside(recorder, function, arguments, options)
        start = len(recorder.builder.nodes)
        result = NotImplemented
        if not BACKWARD.search(code.co_name):  # what it names are derivatives to be judged, so it stays open
            result = self._lifter.try_call(function, code, arguments, options)
        if result is NotImplemented:
            result = function(*arguments, **options)
        self._called(function, code, arguments, result, start)
        return result

    def _called(self, function: Any, code: Any, arguments: tuple[Any, ...], result: Any, start: int) -> None:
        from chainrule.reading.recorded import CallSite

        recorder = self.recorder
        owner = getattr(function, "__self__", None)
        taken = code.co_varnames[owner is not None : code.co_argcount]
        given = {name: a.node for name, a in zip(taken, arguments, strict=False) if is_traced(a)}
        results = tuple(r.node for r in (result if isinstance(result, (tuple, list)) else (result,)) if is_traced(r))
        stop = len(recorder.builder.nodes)
        who = None if owner is None else id(owner)
        recorder.calls.append(
            CallSite(code.co_name, tuple(given.values()), results, start, stop, recorder.where(), tuple(given), who)
        )

    def container_method(self, owner: Any, function: Any, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        recorder = self.recorder
        name = function.__name__
        if recorder.trial is not None and name in CHANGES_ITS_OWNER:
            raise Impure(f"it calls {name}")
        if name == "append" and isinstance(owner, list):
            held, text = recorder.lists.get(id(owner), (None, ""))
            place = f"{text if held is owner else 'append'}[{len(owner)}]"
            if isinstance(arguments[0], (np.ndarray, dict, list)):
                return function(recorder.name(place, arguments[0]))
            if is_traced(arguments[0]) and self.follows_last(owner, arguments[0], text):
                return function(recorder.name(place, arguments[0]))
            if is_traced(arguments[0]):
                recorder.listed.setdefault(arguments[0].node, place)
        return function(*arguments, **options)

    def follows_last(self, owner: list[Any], value: Traced, text: str) -> bool:
        """Whether what is appended is the last item less something: `x.append(x[-1] - rate * df(x[-1]))`."""
        nodes = self.recorder.builder.nodes
        made = nodes[value.node]
        if made.op != "subtract" or made.name is not None:
            return False
        name = nodes[made.inputs[0]].name
        return name is not None and name.text == f"{text}[{len(owner) - 1}]"

    def outside(self, function: Any, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """A function of somebody else's: run on plain values; what comes of traced ones is opaque."""
        recorder = self.recorder
        if self.effects is not None and self.effects.handles(function):
            return self.effects.call(function, plain(arguments), plain(options))
        self.reads(function, arguments)
        recorder.drew = recorder.drew or random_table.draws_anew(function, options)
        if not (holds_traced(arguments) or holds_traced(options)):
            return function(*arguments, **options)
        if recorder.trial is not None:
            raise Impure("it calls a function from outside")
        if random_table.draws(function):
            return random_table.draw(self, function, arguments, options)
        before = [(value, value.raw.copy()) for value in followed((arguments, options)) if isinstance(value.raw, np.ndarray)]
        raw = function(*plain(arguments), **plain(options))
        made = self.opaque(function, arguments, options, raw)
        for value, old in before:
            if value.raw.dtype != object and value.raw.tobytes() != old.tobytes():  # it wrote into what it was given
                recorder.replace(value, recorder.node_of(self.opaque(function, arguments, options, value.raw)))
        says_nothing = isinstance(raw, (bool, np.bool_)) or (raw is None and isinstance(function, FunctionType))
        if isinstance(raw, (str, bytes)):
            recorder.wrote(raw, followed((arguments, options)))
        elif not self.touches(made) and not says_nothing:
            self.leaves(function, (value for value in followed((arguments, options)) if not self.is_count(value)))
        return made

    def is_count(self, value: Traced) -> bool:
        """Whether a value is how long an array is, whatever its entries are."""
        nodes = self.recorder.builder.nodes
        at = value.node
        while nodes[at].op in ("alias", "to_int"):
            at = nodes[at].inputs[0]
        return nodes[at].op == "count"

    def reads(self, function: Any, arguments: Any) -> None:
        """A text that followed values were written into is read by something else: `json.loads`, `float`."""
        texts = self.recorder.texts
        for value in arguments if texts else ():
            if isinstance(value, (str, bytes)) and id(value) in texts:
                self.leaves(function, texts[id(value)][1])

    def leaves(self, function: Any, values: Iterable[Traced]) -> None:
        """Followed values went where nothing is followed: what comes back of them is taken for data."""
        recorder = self.recorder
        owner = getattr(function, "__self__", None)
        home = getattr(function, "__module__", None) or type(owner).__module__
        shown = owner is not None and any(owner is stream for stream in (sys.stdout, sys.stderr))
        if isinstance(function, Stub) or shown or home.partition(".")[0] in ONLY_SHOWS:
            return
        source = recorder.where()
        title = getattr(function, "__name__", None) or type(function).__name__
        words = f"`{title}`, {source!r}" if source else f"`{title}`"
        recorder.left += [(value.node, words) for value in values]

    # ------------------------------------------------------------------------------------ nodes

    def make(self, op: str, inputs: Sequence[Any], raw: Any, view_of: Traced | None = None, **attributes: Any) -> Any:
        """One node of the table, on the values it is made from; an array that holds texts is data, and stays as it is."""
        if isinstance(raw, np.ndarray) and raw.dtype == object and any(isinstance(item, str) for item in raw.flat):
            return raw
        recorder = self.recorder
        node = recorder.record(op, tuple(recorder.node_of(i) for i in inputs), attributes, raw)
        return recorder.wrap(raw, node, view_of, (op, attributes) if view_of is not None else None)

    def composed(self, compute: Callable[..., Expression], inputs: Sequence[Any], raw: Any) -> Any:
        """Several nodes at once, spelled as an expression of the inputs."""
        builder = self.recorder.builder
        before = len(builder.nodes)
        result = compute(*(Expression(builder, self.recorder.node_of(i)) for i in inputs))
        self.place_nodes(before)
        return self.recorder.wrap(raw, result.index)

    def place_nodes(self, start: int) -> None:
        """Say of nodes made by an expression where in the program they come from."""
        source = self.recorder.where()
        nodes = self.recorder.builder.nodes
        for i in range(start, len(nodes)):
            nodes[i] = replace(nodes[i], source=source)

    def array_node(self, items: Sequence[Any]) -> int:
        """The node of a nested list as an array."""
        recorder = self.recorder
        raw = np.array(plain(list(items)))
        if not holds_traced(list(items)):
            return recorder.builder.constant(raw, recorder.where())
        flat = [items]
        while any(isinstance(f, (list, tuple)) and not is_traced(f) for f in flat):
            flat = [part for f in flat for part in (f if isinstance(f, (list, tuple)) and not is_traced(f) else [f])]
        nodes = tuple(recorder.node_of(f) for f in flat)
        held, text = recorder.lists.get(id(items), (None, ""))
        if held is items and nodes in recorder.stacked:  # the same array, however often the list is taken for one
            return recorder.stacked[nodes]
        stacked = recorder.record("stack", nodes, {}, np.array([plain(f) for f in flat]))
        if held is items and recorder.trial is None and recorder.builder.nodes[stacked].op == "stack" and raw.ndim == 1:
            name = recorder.next_name(text, "" if "." in text else recorder.scope)
            recorder.builder.nodes[stacked] = replace(recorder.builder.nodes[stacked], name=name)
            recorder.stacked[nodes] = stacked
        if np.shape(recorder.builder.nodes[stacked].shape) and recorder.builder.nodes[stacked].shape == raw.shape:
            return stacked
        return recorder.record("reshape", (stacked,), {"shape": raw.shape}, raw)

    def opaque(self, function: Any, arguments: Sequence[Any], options: Mapping[str, Any], raw: Any) -> Any:
        """The results of a function whose derivative is not known."""
        recorder = self.recorder
        if recorder.trial is not None:
            raise Impure("it calls a function from outside")
        if isinstance(raw, (tuple, list)) and any(isinstance(r, (float, np.ndarray, np.number)) for r in raw):
            parts = [self.opaque_one(function, arguments, options, r, i) for i, r in enumerate(raw)]
            return type(raw)(parts) if type(raw) in (tuple, list) else tuple(parts)
        return self.opaque_one(function, arguments, options, raw, None)

    def opaque_one(
        self, function: Any, arguments: Sequence[Any], options: Mapping[str, Any], raw: Any, part: int | None
    ) -> Any:
        numeric = isinstance(raw, (int, float, np.generic)) or (isinstance(raw, np.ndarray) and raw.dtype.kind in "iufcb")
        if not numeric:
            return raw
        found: list[Any] = []
        layout = _layout((list(arguments), dict(options)), found)
        if found and all(map(self.is_count, found)):
            return raw  # of nothing but the shapes of arrays, which stay as they are
        pure = (getattr(function, "__module__", None) or "builtins").split(".")[0] in PURE_MODULES
        pure = pure and not random_table.draws(function) and not any(self.is_own(v) for v in (*arguments, *options.values()))

        def recall(*inputs: Any) -> Any:
            given, named = _filled(layout, inputs)
            made = function(*given, **named)
            result = made if part is None else made[part]
            return kept_array(result) if isinstance(result, np.matrix) else result

        attributes = {
            "function": title_of(function),
            "value": kept_array(raw) if isinstance(raw, np.ndarray) else raw,
            "recall": recall if pure else None,
            "drawn": random_table.draws(function),
        }
        node = self.recorder.record("opaque", tuple(self.recorder.node_of(f) for f in found), attributes, raw)
        return self.recorder.wrap(raw, node)

    def is_own(self, value: Any) -> bool:
        """Whether a value is a function of the program's own."""
        code = getattr(getattr(value, "__func__", value), "__code__", None)
        return code is not None and code.co_filename in self.recorder.files

    # ------------------------------------------------------------------------------------ attributes

    def attribute(self, value: Traced, name: str) -> Any:
        raw = value.raw
        held = getattr(raw, "__dict__", {}).get(name)
        if is_traced(held):
            return held  # what the program itself hung on a tensor: w.g = …
        if name in ("__array_interface__", "__array_struct__"):
            raise AttributeError(name)  # NumPy then asks __array__, which says that the value goes out of sight
        if not self.recorder.on:
            return getattr(raw, name)
        self.handlers()
        if self.tensors is not None and isinstance(raw, (self.tensors.Tensor, np.floating)):
            found = self.tensors.attribute(value, name)
            if found is not None or name == "grad":
                return found
        if name == "shape" and isinstance(raw, np.ndarray):
            return tuple(self.make("count", [value], n, axis=(a,)) for a, n in enumerate(raw.shape))
        if name == "size" and isinstance(raw, np.ndarray):
            return self.make("count", [value], raw.size, axis=None)
        if name == "T" and isinstance(raw, np.ndarray):
            return self.make("transpose", [value], raw.T, value, axes=None)
        if name in ("A", "A1") and matrices.is_matrix(raw):
            return self.call(np.ravel if name == "A1" else np.asarray, (self.call(np.asarray, (value,), {}),), {})
        if name == "flat" and isinstance(raw, np.ndarray) and np.shares_memory(raw, raw.reshape(-1)):
            return self.make("reshape", [value], raw.reshape(-1), value, shape=(raw.size,))
        if name in self._methods:
            getattr(raw, name)  # raises what Python raises
            return Method(value, name)
        found = getattr(raw, name)
        if callable(found):
            return Method(value, name)
        if name == "real" and dtype_of(raw) == "real":
            return value
        if isinstance(found, (np.ndarray, np.generic)):

            def part(whole: Any) -> Any:
                return getattr(whole, name)

            part.__module__, part.__qualname__ = "numpy", f"ndarray.{name}"
            return self.opaque(part, (value,), {}, found)
        return found

    def method(self, owner: Traced, name: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        if not self.recorder.on:
            return getattr(owner.raw, name)(*plain(arguments), **plain(options))
        self.handlers()
        handler = self._methods.get(name)
        if handler is not None and options.get("out") is None:
            return handler(self, owner, arguments, options)

        def by_name(value: Any, *given: Any, **named: Any) -> Any:
            return getattr(value, name)(*given, **named)

        by_name.__module__, by_name.__qualname__ = "numpy", f"ndarray.{name}"
        if handler is not None:
            return self.into(
                lambda t, _, given, named: handler(t, given[0], given[1:], named), by_name, (owner, *arguments), options
            )
        raw = by_name(owner.raw, *plain(arguments), **plain(options))
        if raw is None:  # it changed the array in place, in a way the table does not know
            node = self.recorder.record("opaque", (self.recorder.node_of(owner),), _unknown(name, owner.raw), owner.raw)
            self.recorder.replace(owner, node)
            return None
        if isinstance(raw, (str, bytes)):
            self.recorder.wrote(raw, (owner,))
        return self.opaque(by_name, (owner, *arguments), options, raw)


def _unknown(name: str, raw: Any) -> dict[str, Any]:
    return {"function": f"ndarray.{name}", "value": raw.copy(), "recall": None}


def title_of(function: Any) -> str:
    """`np.foo`, `math.foo`, `foo`."""
    name = getattr(function, "__qualname__", None) or getattr(function, "__name__", None) or type(function).__name__
    module = (getattr(function, "__module__", None) or "").split(".")[0]
    if isinstance(function, np.ufunc):
        module = "numpy"
    module = {"numpy": "np", "builtins": "", "__main__": ""}.get(module, module)
    return f"{module}.{name}" if module else str(name)


class _Slot:
    """The place of a traced value in the arguments of an opaque call."""

    __slots__ = ("position",)

    def __init__(self, position: int) -> None:
        self.position = position


def _layout(value: Any, found: list[Any]) -> Any:
    if is_traced(value):
        found.append(value)
        return _Slot(len(found) - 1)
    if type(value) in (list, tuple):
        return type(value)(_layout(part, found) for part in value)
    if type(value) is dict:
        return {k: _layout(part, found) for k, part in value.items()}
    return value


def _filled(layout: Any, inputs: Sequence[Any]) -> Any:
    if isinstance(layout, _Slot):
        return inputs[layout.position]
    if type(layout) in (list, tuple):
        return type(layout)(_filled(part, inputs) for part in layout)
    if type(layout) is dict:
        return {k: _filled(part, inputs) for k, part in layout.items()}
    return layout
