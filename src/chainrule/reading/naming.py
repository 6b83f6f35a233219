"""Names: a value that is given one becomes a leaf or a labelled node, and what the caller set takes its place."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any, final

import numpy as np

from chainrule.graph.records import Node
from chainrule.reading.names import PARAMETER, RATE
from chainrule.reading.recorded import Binding
from chainrule.reading.terms import is_named, one_step
from chainrule.reading.traced import Traced, is_named_tuple, is_traced, plain
from chainrule.reading.trial import Impure

if TYPE_CHECKING:
    from chainrule.graph.records import Source
    from chainrule.reading.recorder import Recorder

NUMBERS = (int, float, np.floating, np.integer)
LARGEST_CONTAINER = 10_000
LARGEST_KEPT = 100_000


@final
class Naming:
    """What happens at an assignment, a loop variable and an argument of one recorder's program."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder

    def name(self, text: str, value: Any) -> Any:
        """A value is given a name: a number or an array becomes a leaf here, a container names what it holds."""
        if not self.recorder.on:
            return value
        if self.recorder.trial is not None:
            if "." in text:
                raise Impure(f"it stores {text}")
            return value
        kind = type(value)
        if text in self.recorder.swaps and kind is FunctionType:
            self.recorder.swapped.add(text)
            return self.recorder.swaps[text]
        if kind is Traced:
            return self.name_traced(text, value)
        if kind is bool or kind is str or value is None:
            return value
        if isinstance(value, NUMBERS):
            return self.name_leaf(text, value)
        if isinstance(value, complex) or (kind is np.ndarray and value.dtype.kind == "c"):
            note = f"{self.recorder.where()!r}: `{text}` is complex. Only real numbers are followed, so what comes of it is plain here."
            if note not in self.recorder.notices:
                self.recorder.notices.append(note)
            return value
        if kind in self.recorder.array_kinds:
            if value.dtype.kind not in "iufcb":
                return value
            storage = self.recorder.storages.get(id(value))
            if storage is not None and storage.array is value:
                return self.name_traced(text, Traced(self.recorder, value, storage.node, storage))
            return self.name_leaf(text, value)
        if kind in (list, dict, tuple):
            return self.name_container(text, value)
        if is_named_tuple(kind):
            return kind(*(self.name_item(f"{text}.{field}", item) for field, item in zip(kind._fields, value, strict=True)))
        self.recorder.frames.name(text, value)
        return value

    def argument(self, text: str, value: Any) -> Any:
        """A function's argument: what comes traced keeps its own name; a plain float or array becomes a leaf."""
        if (
            not self.recorder.on
            or self.recorder.trial is not None
            or is_traced(value)
            or type(value) in (list, dict, tuple)
            or (type(value) is int and not (RATE.match(text) or PARAMETER.match(text)))
        ):
            return value
        return self.name(text, value)

    def name_counted(self, text: str, value: Any) -> Any:
        return value if type(value) is int else self.name_element(text, value)

    def name_element(self, text: str, value: Any) -> Any:
        """A loop variable: an element of data keeps the node it has."""
        return value if is_traced(value) or type(value) in (list, dict, tuple) else self.name(text, value)

    def scope_for(self, text: str) -> str:
        return "" if "." in text.split("[", maxsplit=1)[0] else self.recorder.scope

    def setting_for(self, text: str, source: Source | None) -> tuple[str, int | None] | None:
        for key in ((text, source.line if source else None), (text, None)):
            if key in self.recorder.settings:
                self.recorder.settings_used.add(key)
                return key
        return None

    def name_leaf(self, text: str, value: Any) -> Any:
        scope = self.scope_for(text)
        source = self.recorder.where()
        key = self.setting_for(text, source)
        override = (
            self.recorder.settings[key]
            if key
            else self.recorder.overrides.get((scope, text, self.recorder.versions.get((scope, text), 0) + 1))
        )
        if override is not None:
            value = _like(override, value)
        node = self.recorder.leaf((scope, text), value)
        made = self.recorder.wrap(value, node)
        if made.storage is not None:
            made.storage.add_name((scope, text))
        return made

    def name_traced(self, text: str, value: Traced) -> Traced:
        scope = self.scope_for(text)
        source = self.recorder.where()
        key = self.setting_for(text, source)
        if key is not None:
            return self.name_leaf(text, _like(self.recorder.settings[key], value.raw))  # type: ignore[no-any-return]
        if (
            self.recorder.overrides
            and (scope, text, self.recorder.versions.get((scope, text), 0) + 1) in self.recorder.overrides
        ):
            return self.name_leaf(text, value.raw)  # type: ignore[no-any-return]
        value = self.in_one_step(value, is_named(self.recorder.builder, text, scope))
        node = value.node
        old = self.recorder.builder.nodes[node]
        name = self.recorder.next_name(text, scope)
        made = value
        if old.name is None and old.op != "constant":
            self.recorder.builder.nodes[node] = Node(old.op, old.inputs, old.attributes, old.shape, old.dtype, name, old.source)
        else:
            node = self.recorder.builder.append(Node("alias", (node,), {}, old.shape, old.dtype, name, source))
            made = Traced(self.recorder, value.raw, node, value.storage, value.steps)
        if made.storage is not None and not made.steps:
            made.storage.add_name((scope, text))
        self.recorder.bindings.append(Binding(name, node, source, observed(made.raw)))
        return made

    def in_one_step(self, value: Traced, is_old: Callable[[int], bool]) -> Traced:
        """A sum that takes the place of its first term, as that and one step."""
        node = one_step(self.recorder.builder, value.node, is_old)
        if node == value.node:
            return value
        if value.storage is not None and not value.steps:
            value.storage.node = node
        return Traced(self.recorder, value.raw, node, value.storage, value.steps)

    def name_container(self, text: str, value: Any) -> Any:
        """Numbers and arrays inside a list, tuple or dictionary are named by their place in it."""
        if len(value) > LARGEST_CONTAINER:
            return value
        if type(value) is dict:
            for key, item in list(value.items()):
                value[key] = self.name_item(f"{text}[{plain(key)!r}]", item)
            return value
        if type(value) is list:
            self.recorder.lists[id(value)] = (value, text)
            for i, item in enumerate(value):
                value[i] = self.name_item(f"{text}[{i}]", item)
            return value
        return tuple(self.name_item(f"{text}[{i}]", item) for i, item in enumerate(value))

    def name_item(self, text: str, item: Any) -> Any:
        if is_traced(item):
            node = self.recorder.builder.nodes[item.node]
            only_given = node.op == "input" and node.name is not None and node.name.scope and "." in text.partition("[")[0]
            return item if (node.name is not None and not only_given) or node.op == "constant" else self.name_traced(text, item)
        if type(item) is int and not isinstance(item, bool):
            return self.name(text, item)
        return self.name(text, item)


def observed(raw: Any) -> Any:
    """What a name was seen to hold: of a large array nothing, since a copy costs memory and the array itself may change."""
    if not isinstance(raw, np.ndarray):
        return raw
    return raw.copy() if raw.size <= LARGEST_KEPT else None


def _like(given: Any, old: Any) -> Any:
    """A value given from outside, in the shape and type of the one it replaces."""
    if isinstance(old, np.ndarray):
        wanted = np.asarray(given)
        kind = old.dtype if np.can_cast(wanted.dtype, old.dtype, "same_kind") else wanted.dtype
        made = np.array(np.broadcast_to(wanted, old.shape) if wanted.ndim < old.ndim else wanted, dtype=kind)
        return made if type(old) is np.ndarray else made.view(type(old))
    if isinstance(old, np.generic) and not isinstance(given, np.ndarray):
        return type(old)(given) if isinstance(old, np.floating) else given
    return given
