"""Items and stores: what is read out of a container and put into one, where an array is memory that views share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, final

import numpy as np

from chainrule.graph.build import dtype_of
from chainrule.graph.records import Node
from chainrule.reading import dispatch
from chainrule.reading.frames import is_column, is_table
from chainrule.reading.naming import observed
from chainrule.reading.recorded import Binding
from chainrule.reading.terms import is_entry, one_step
from chainrule.reading.traced import ARITHMETIC, Traced, holds_traced, is_traced, kept_array, kept_key, plain
from chainrule.reading.trial import Impure

if TYPE_CHECKING:
    from chainrule.reading.recorder import Recorder

PLACES = ("np.where", "np.nonzero")
FEW = 1000  # entries of an array that every store may keep a copy of


@final
class Items:
    """What happens at `a[i]`, `a[i] = v` and `a op= v` in one recorder's program."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder

    def in_place(self, op: str, compute: Callable[[Any, Any], Any], target: Traced, value: Any) -> Any:
        """`target op= value`: an array changes where it stands, a number is a new one."""
        if not isinstance(target.raw, np.ndarray) or target.raw.ndim == 0:
            return self.recorder.binary(op, compute, target, value)
        kind = target.raw.dtype
        changed = self.recorder.binary(op, compute, target, value)
        np.copyto(target.raw, plain(changed), casting="same_kind")
        if not self.recorder.on:
            return target
        node = self.recorder.node_of(changed)
        if kind.kind in "iu" and dtype_of(plain(changed)) == "real":
            node = self.recorder.record("to_int", (node,), {}, target.raw)
        self.replace(target, node)
        return target

    def replace(self, target: Traced, node: int) -> None:
        """The memory that `target` shows now holds `node`'s value."""
        storage = target.storage
        assert storage is not None
        if self.recorder.trial is not None and not self.recorder.trial.owns(target):
            raise Impure("it changes an array in place")
        if not target.steps:
            storage.node = node
        else:
            places = np.arange(storage.array.size).reshape(storage.array.shape)
            for op, attributes in target.steps:
                places = dispatch.VIEWS[op](places, **attributes)
            key = np.unravel_index(places, storage.array.shape)
            storage.node = self.recorder.record(
                "store", (self.recorder.view_again(storage, ()), node), {"key": key}, storage.array
            )
        storage.version += 1
        target.holds(node)

    def reshape_in_place(self, target: Traced, shape: Any) -> None:
        """`x.shape = (n, 1)`: the same array, by the same name, in another shape."""
        recorder = self.recorder
        if not recorder.on:
            target.raw.shape = plain(shape)
            return
        node = recorder.node_of(target)
        leaf = recorder.builder.nodes[node]
        name = leaf.name
        target.raw.shape = plain(shape)
        if target.steps:  # a view, by another way from the same array
            attributes = {"shape": target.raw.shape}
            target.steps = (*target.steps, ("reshape", attributes))
            target.holds(recorder.record("reshape", (node,), attributes, target.raw))
            return
        if leaf.op == "input" and not any(node in n.inputs for n in recorder.builder.nodes[node + 1 :]):
            recorder.builder.nodes[node] = replace(leaf, shape=target.raw.shape)  # nobody has used it yet
            recorder.leaves[node] = kept_array(target.raw)
            recorder.bindings[:] = [
                replace(b, observed=recorder.leaves[node]) if b.node == node else b for b in recorder.bindings
            ]
            return
        self.replace(target, recorder.record("reshape", (node,), {"shape": target.raw.shape}, target.raw))
        if name is not None:
            self.name_stored(name.text, target)

    def item(self, target: Traced, key: Any) -> Any:
        raw_key = plain(key)
        raw = target.raw[raw_key]
        if not self.recorder.on:
            return raw
        self.recorder.decide_deep(key)
        attributes = {"key": kept_key(raw_key)}
        node = self.recorder.record("index", (self.recorder.node_of(target),), attributes, raw)
        return self.recorder.wrap(raw, node, target, ("index", attributes))

    def get(self, owner: Any, key: Any) -> Any:
        """`owner[key]`, whatever either of them is."""
        if is_traced(owner):
            return self.item(owner, key)
        if isinstance(owner, np.ndarray) and not isinstance(owner, np.matrix) and self.recorder.on:
            storage = self.recorder.storages.get(id(owner))
            if storage is not None and storage.array is owner:
                return self.item(Traced(self.recorder, owner, storage.node, storage), key)
        if (owner is np.c_ or owner is np.r_) and self.recorder.on and holds_traced(key):
            return self.side_by_side(owner, key)
        if isinstance(owner, (list, dict, tuple, np.ndarray, str)):
            self.recorder.decide_deep(key)
            return owner[plain(key)]
        if type(key) is slice and (is_table(owner) or is_column(owner)):
            self.recorder.decide_deep(key)
            return owner[plain(key)]
        return owner[key]

    def side_by_side(self, owner: Any, key: Any) -> Any:
        """`np.c_[a, b]` and `np.r_[a, b]`."""
        pieces = key if isinstance(key, tuple) else (key,)
        call = self.recorder.call
        if any(isinstance(piece, (slice, str)) for piece in pieces) or max(np.ndim(plain(p)) for p in pieces) > 2:
            return call(type(owner).__getitem__, owner, key)
        if owner is np.r_:
            return call(np.concatenate, [call(np.atleast_1d, p) for p in pieces])
        return call(np.column_stack, [call(np.atleast_1d, p) for p in pieces])

    def store(self, target: Traced, key: Any, value: Any) -> None:
        """`target[key] = value`: a new version of the storage that target is a view of."""
        raw_key, raw_value = plain(key), plain(value)
        if not self.recorder.on:
            target.raw[raw_key] = raw_value
            return
        base = self.recorder.node_of(target)
        given = self.recorder.node_of(value)
        if is_traced(value) and self.recorder.trial is None:
            given = one_step(self.recorder.builder, given, is_entry(self.recorder.builder, base, raw_key))
        mask = self.mask_of(key, target.raw)
        target.raw[raw_key] = raw_value
        if target.raw.dtype.kind in "iu" and dtype_of(raw_value) == "real":
            given = self.recorder.record("to_int", (given,), {}, np.asarray(raw_value).astype(int))
        if mask is not None and not np.shape(raw_value):
            node = self.recorder.record("where", (mask, given, base), {}, target.raw)
        else:
            self.recorder.decide_deep(key)
            node = self.recorder.record("store", (base, given), {"key": kept_key(raw_key)}, target.raw)
        self.replace(target, node)

    def mask_of(self, key: Any, array: np.ndarray) -> int | None:
        """The entries that a key picks, as truth values of the array's shape: `x > 0`, or the places `np.where(x > 0)` of them."""
        nodes = self.recorder.builder.nodes
        mask = None
        if is_traced(key):
            mask = self.recorder.node_of(key)
        elif type(key) is tuple and key and all(map(is_traced, key)):
            axes = [nodes[self.recorder.node_of(places)] for places in key]
            found = all(n.op == "opaque" and n.attributes["function"] in PLACES and len(n.inputs) == 1 for n in axes)
            mask = axes[0].inputs[0] if found and len({n.inputs for n in axes}) == 1 else None
        fits = mask is not None and array.ndim and nodes[mask].dtype == "bool" and nodes[mask].shape == array.shape
        return mask if fits else None

    def put(self, value: Any, owner: Any, key: Any, text: str) -> None:
        """`owner[key] = value`, and the name that this gives."""
        if is_traced(owner):
            self.store(owner, key, value)
            self.name_stored(text, owner)
            return
        if isinstance(owner, np.ndarray) and self.recorder.on and self.recorder.trial is None:
            storage = self.recorder.storages.get(id(owner)) or self.recorder.new_storage(
                owner, self.recorder.builder.constant(owner.copy())
            )
            self.store(Traced(self.recorder, owner, storage.node, storage), key, value)
            return
        if self.recorder.trial is not None:
            raise Impure("it stores an item")
        if isinstance(owner, (list, dict)):
            self.recorder.decide_deep(key)
            key = plain(key)
            place = _place(owner, key) if not np.ndim(plain(value)) else key
            value = (
                self.recorder.name_item(f"{text}[{place!r}]", value) if self.recorder.on and type(key) is not slice else value
            )
        owner[key] = value

    def attach(self, text: str, value: Any, owner: Any, attribute: str) -> None:
        """`owner.attribute = value`; an object written in C takes numbers only as they are."""
        named = self.recorder.name(text, value)
        try:
            setattr(owner, attribute, named)
        except TypeError:
            if type(owner).__module__ in self.recorder.own or not is_traced(named):
                raise
            setattr(owner, attribute, plain(named))

    def name_stored(self, text: str, owner: Traced) -> None:
        """After a store: the array's name has a new version, which labels the node that holds it now."""
        if not self.recorder.on or self.recorder.trial is not None or owner.storage is None:
            return
        scope, name = owner.storage.name_for((self.recorder.scope_for(text), text))
        node = owner.storage.node
        old = self.recorder.builder.nodes[node]
        if old.name is None and old.op != "constant":
            label = self.recorder.next_name(name, scope)
            self.recorder.builder.nodes[node] = Node(
                old.op, old.inputs, old.attributes, old.shape, old.dtype, label, old.source
            )
            kept, bindings = owner.storage.array, self.recorder.bindings
            if (
                owner.storage.bound is not None and kept.size > FEW
            ):  # the last copy shows whether the stores before it were read
                bindings[owner.storage.bound] = replace(bindings[owner.storage.bound], observed=None)
            owner.storage.bound = len(bindings)
            bindings.append(Binding(label, node, self.recorder.where(), observed(kept)))

    def augment(self, text: str, op: str, old: Any, value: Any) -> Any:
        """`old op= value` for a plain name."""
        length = len(old) if type(old) is list else 0
        changed = _augmented(op, old, value)
        if not self.recorder.on:
            return changed
        if type(old) is list and changed is old:  # `weights += [array]`
            for i in range(length, len(changed)):
                if isinstance(changed[i], (np.ndarray, dict, list)):
                    changed[i] = self.recorder.name(f"{text}[{i}]", changed[i])
            return changed
        if is_traced(changed) and changed is old:
            self.name_stored(text, changed)
            return self.recorder.name(text, changed) if changed.steps else changed  # a view has a name beside its array's
        return self.recorder.name(text, changed) if not isinstance(changed, (list, str)) else changed

    def augment_attribute(self, owner: Any, attribute: str, op: str, value: Any, text: str) -> None:
        changed = self.augment(text, op, getattr(owner, attribute), value)
        if self.recorder.trial is not None:
            raise Impure(f"it stores {text}")
        setattr(owner, attribute, changed)

    def augment_item(self, owner: Any, key: Any, op: str, value: Any, text: str) -> None:
        old = self.get(owner, key)
        changed = _augmented(op, old, value)
        if is_traced(changed) and changed is old and not is_traced(owner):  # an array inside a list, changed in place
            place = f"{text}[{_place(owner, plain(key))!r}]"
            if changed.storage is not None:
                changed.storage.add_name((self.recorder.scope_for(place), place))  # whatever else it is called meanwhile
            self.name_stored(place, changed)
            return
        self.put(changed, owner, key, text)


def _place(owner: Any, key: Any) -> Any:
    """The place of an item counted from the start, as its name says it: `w[-1]` of four is `w[3]`."""
    return len(owner) + key if isinstance(owner, list) and type(key) is int and key < 0 else key


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
