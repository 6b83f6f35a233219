"""Trying a function on stand-ins: where it turns out to be a function of one value alone, its call becomes one node.

A scalar function with branches is followed down each arm, and the arms are joined with `where`.
"""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.graph.build import Builder, dtype_of, rename
from chainrule.graph.differentiate import prune
from chainrule.graph.evaluate import call as evaluate_call
from chainrule.graph.records import Graph, Node
from chainrule.reading.traced import is_traced
from chainrule.reading.trial import Impure, Trial

if TYPE_CHECKING:
    from chainrule.reading.recorder import Recorder

MOST_ARMS = 24


class Lifter:
    """Functions tried so far, by their code and by what else they were given."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self.known: dict[tuple[Any, ...], Graph | None] = {}

    def try_call(
        self, function: Callable[..., Any], code: CodeType, arguments: tuple[Any, ...], options: dict[str, Any]
    ) -> Any:
        """The traced result of the call as one `call` node, or NotImplemented where the function has to be opened."""
        places = [i for i, a in enumerate(arguments) if is_traced(a)]
        if len(places) != 1 or any(not _fixed(v) for v in options.values()):
            return NotImplemented
        given = arguments[places[0]]
        others = tuple(a for i, a in enumerate(arguments) if i != places[0])
        if any(not _fixed(a) for a in others) or dtype_of(given.raw) not in ("int", "real"):
            return NotImplemented
        closure = tuple(id(c.cell_contents) for c in getattr(function, "__closure__", None) or () if _filled(c))
        owner = id(getattr(function, "__self__", None))
        key = (code, closure, owner, places[0], np.shape(given.raw), tuple(map(repr, others)), repr(sorted(options.items())))
        if key not in self.known:
            if sum(1 for k in self.known if k[0] is code) > 8:  # its other arguments keep changing
                return NotImplemented
            self.known[key] = self.lift(function, code, arguments, places[0], options)
        graph = self.known[key]
        if graph is None:
            return NotImplemented
        recorder = self.recorder
        recorder.on = False
        try:
            raw = function(*(given.raw if i == places[0] else a for i, a in enumerate(arguments)), **options)
        finally:
            recorder.on = True
        if is_traced(raw) or np.shape(raw) != np.shape(given.raw) or not _agrees(graph, given.raw, raw):
            self.known[key] = None
            return NotImplemented
        result = graph.nodes[graph.outputs[0]].dtype  # a branch may return the integer 0 of a real function
        node = Node("call", (recorder.node_of(given),), {"function": graph}, np.shape(raw), result, None, recorder.where())
        return recorder.wrap(raw, recorder.builder.append(node))

    def lift(
        self, function: Callable[..., Any], code: CodeType, arguments: tuple[Any, ...], place: int, options: dict[str, Any]
    ) -> Graph | None:
        """The graph of the function in its one traced argument, or None."""
        recorder = self.recorder
        given = arguments[place]
        held = (recorder.builder, recorder.storages, recorder.trial, recorder.scopes, recorder.loops.running)
        builder = Builder()
        recorder.builder, recorder.scopes = builder, []
        entry = builder.input(np.shape(given.raw), "real")
        arms = 0

        def follow(decisions: tuple[bool, ...]) -> int:
            nonlocal arms
            arms += 1
            if arms > MOST_ARMS:
                raise Impure("it has too many branches")
            trial = recorder.trial = Trial(recorder, decisions)
            recorder.storages = {}
            recorder.loops.running = []
            raw = given.raw.copy() if isinstance(given.raw, np.ndarray) else given.raw
            stand_in = recorder.wrap(raw, entry)
            result = function(*(stand_in if i == place else a for i, a in enumerate(arguments)), **options)
            if stand_in.storage is not None and stand_in.storage.version:
                raise Impure("it changes what it is given")
            end = self.result(result, np.shape(given.raw))
            for position in range(len(trial.taken) - 1, len(decisions) - 1, -1):
                condition, way = trial.taken[position]
                other = follow((*(w for _, w in trial.taken[:position]), not way))
                end = builder.add("where", (condition, end, other) if way else (condition, other, end))
            return end

        try:
            end = follow(())
        except (Impure, Exception):  # noqa: BLE001 - a function under trial may fail in any way on an arm it never took
            return None
        finally:
            recorder.builder, recorder.storages, recorder.trial, recorder.scopes, recorder.loops.running = held
        graph = prune(builder.finish([end]))
        if any(n.op in ("matmul", "einsum", "outer", "opaque") for n in graph.nodes):
            return None
        title = code.co_name if code.co_name != "<lambda>" else "f"
        return rename(graph, title)

    def result(self, result: Any, shape: tuple[int, ...]) -> int:
        if is_traced(result):
            if np.shape(result.raw) != shape or dtype_of(result.raw) not in ("int", "real"):
                raise Impure("its result has another shape")
            return self.recorder.node_of(result)
        if isinstance(result, (int, float)) and not isinstance(result, bool) and not shape:
            return self.recorder.builder.constant(result)
        raise Impure("its result is no number")


def code_of(function: Any) -> CodeType | None:
    """The code of a plain function or method."""
    inner = getattr(function, "__func__", function)
    return inner.__code__ if isinstance(inner, FunctionType) else None


def _fixed(value: Any) -> bool:
    """A value that only chooses what the function is: a flag, a plain number, the object of a method."""
    return isinstance(value, (bool, int, float, str, type(None))) and not is_traced(value)


def _filled(cell: Any) -> bool:
    try:
        _ = cell.cell_contents
    except ValueError:
        return False
    return True


def _agrees(graph: Graph, given: Any, raw: Any) -> bool:
    """The graph computes what the function did: a trial that went astray is thrown away."""
    try:
        value = evaluate_call(graph, [given])
    except Exception:  # noqa: BLE001 - whatever a trial's graph raises, it is not what the function did
        return False
    return bool(np.allclose(np.asarray(value, float), np.asarray(raw, float), rtol=1e-5, atol=1e-7, equal_nan=True))
