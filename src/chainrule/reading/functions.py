"""Reading a function that is handed over from Python, with its source or without."""

from __future__ import annotations

import contextlib
import inspect
import io
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.errors import AskError
from chainrule.graph.evaluate import evaluate
from chainrule.graph.reach import ancestors
from chainrule.graph.records import Graph, Node
from chainrule.reading.readable import Readable, home_of
from chainrule.reading.recorder import Recorder
from chainrule.reading.sources import Program
from chainrule.reading.trace import Settings, Trace
from chainrule.reading.traced import is_traced, plain


def trace_function(function: Callable[..., Any], values: Mapping[str, Any], budget: float = 20.0) -> tuple[Trace, int]:
    """Run a function on named values, traced; the trace and the node of what it returns.

    Raises:
        AskError: the function does not take these names, or returns something that is not one number.
    """
    recorder = Recorder(budget=budget)
    given = _leaves(recorder, values)
    node = _one_number(function, _run(function, recorder, given), recorder)
    return _trace(function, recorder, budget), node


def trace_gradient(
    loss: Callable[..., Any], gradient: Callable[..., Any], values: Mapping[str, Any], wrt: Sequence[str], budget: float = 20.0
) -> tuple[Trace, int, tuple[int, ...]]:
    """Run a loss and its hand-written gradient on the same values: the trace, the loss's node, and a node for each of `wrt`.

    A gradient that cannot be followed (compiled code) is asked again at other values.

    Raises:
        AskError: a function does not take these names, or the gradient has no array for one of `wrt`.
    """
    recorder = Recorder(budget=budget)
    given = _leaves(recorder, values)
    node = _one_number(loss, _run(loss, recorder, given), recorder)
    answers = _by_name(gradient, _run(gradient, recorder, given), wrt)
    leaves = tuple(v.node for v in given.values() if is_traced(v))
    names = tuple(n for n, v in given.items() if is_traced(v))
    found: list[int] = []
    for position, name in enumerate(wrt):
        answer = answers[name]
        if not isinstance(answer, (int, float)) and not _follows(answer, recorder, leaves):

            def again(*inputs: Any, at: str = name) -> Any:
                asked = gradient(**{**values, **dict(zip(names, inputs, strict=True))})
                return np.asarray(_by_name(gradient, asked, wrt)[at], float)

            attributes = {"function": _title(gradient), "value": np.asarray(plain(answer), float), "recall": again}
            answer = recorder.wrap(
                np.asarray(plain(answer), float),
                recorder.record("opaque", leaves, attributes, np.asarray(plain(answer), float)),
            )
        title = f"{_title(gradient)}[{name!r}]" if isinstance(answers, dict) else f"{_title(gradient)}[{position}]"
        value = recorder.node_of(answer)
        old = recorder.builder.nodes[value]
        named = recorder.next_name(title, "")
        found.append(recorder.builder.append(Node("alias", (value,), {}, old.shape, old.dtype, named, old.source)))
    return _trace(loss, recorder, budget), node, tuple(found)


def _follows(answer: Any, recorder: Recorder, leaves: Collection[int]) -> bool:
    """Whether an answer is followed back to some of the values it was made from."""
    if not is_traced(answer):
        return False
    nodes = recorder.builder.nodes
    return bool(ancestors(Graph(tuple(nodes), (), ()), [answer.node]) & set(leaves))


def _leaves(recorder: Recorder, values: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: recorder.name(name, _copied(value)) for name, value in values.items()}
    recorder.scopes.clear()
    return given


def _title(function: Callable[..., Any]) -> str:
    title = str(getattr(function, "__name__", "f"))
    return "f" if title == "<lambda>" else title


def _run(function: Callable[..., Any], recorder: Recorder, given: Mapping[str, Any]) -> Any:
    ready = Readable(recorder, home_of(function)).made(function)
    recorder.scopes.clear()
    try:
        with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
            return _called(ready, function, given)
    except TypeError as error:
        if "argument" in str(error):
            names = ", ".join(given) or "no values"
            raise AskError(f"{_title(function)} cannot be called with {names}: {error}.") from None
        raise


def _one_number(function: Callable[..., Any], result: Any, recorder: Recorder) -> int:
    """The node of a function's result, under the function's name."""
    title = _title(function)
    if not is_traced(result):
        raise AskError(f"{title} returned {type(result).__name__} that does not depend on its values, so it has no derivative.")
    if np.size(result.raw) != 1:
        raise AskError(
            f"{title} returned an array of shape {np.shape(result.raw)}; a derivative is taken of one number. Sum it, or take its mean."
        )
    old = recorder.builder.nodes[result.node]
    if old.name is None and old.op not in ("input", "constant"):
        return int(recorder.name_traced(title if title != "f" else "result", result).node)
    if np.ndim(result.raw) or old.op == "input":
        named = recorder.next_name(title, "")
        return recorder.builder.append(Node("alias", (result.node,), {}, old.shape, old.dtype, named, old.source))
    return int(result.node)


def _by_name(gradient: Callable[..., Any], answer: Any, wrt: Sequence[str]) -> dict[str, Any]:
    """What a gradient function returned, by the names it is for."""
    title = _title(gradient)
    if isinstance(answer, Mapping):
        missing = [n for n in wrt if n not in answer]
        if missing:
            has = ", ".join(map(repr, answer)) or "nothing"
            raise AskError(f"{title} returned no {missing[0]!r}; it returned {has}. Name what is to be checked with wrt=(…).")
        return {n: answer[n] for n in wrt}
    parts = list(answer) if isinstance(answer, (tuple, list)) and not (len(wrt) == 1 and len(answer) != 1) else [answer]
    if len(parts) != len(wrt):
        raise AskError(f"{title} returned {len(parts)} arrays for {len(wrt)} names ({', '.join(wrt)}).")
    return dict(zip(wrt, parts, strict=True))


def _trace(function: Callable[..., Any], recorder: Recorder, budget: float) -> Trace:
    recorder.on = False
    graph = recorder.finish()
    return Trace(
        Program(Path(_title(function)), "script", (), ()), graph, recorder.leaves, tuple(recorder.bindings), tuple(recorder.calls),
        (), (), tuple(recorder.notices), values=tuple(evaluate(graph, recorder.leaves)), settings=Settings(budget=budget),
    )  # fmt: skip


def _called(ready: Callable[..., Any], function: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    """By name where the function takes these names, else in their order."""
    try:
        parameters = inspect.signature(function, follow_wrapped=False).parameters
        inner = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return ready(*given.values())
    if any(p.kind is p.VAR_KEYWORD for p in parameters.values()) or all(n in parameters for n in given):
        return ready(**given)
    ordered = sorted(given, key=inner.index) if all(n in inner for n in given) else given
    return ready(*(given[n] for n in ordered))


def _copied(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return np.array(value, float)
    return value.copy() if isinstance(value, np.ndarray) else value
