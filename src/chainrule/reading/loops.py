"""Which iterations of a loop are looked at: a training loop shows one pass, every other loop is followed whole.

A loop trains when its body updates a parameter whose first forward use was made in the same iteration. Its other
iterations run as written, untraced, within the time budget.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.graph.records import Node, Source
from chainrule.reading.traced import is_named_tuple, is_traced
from chainrule.reading.updates import Update, find_updates
from chainrule.reading.views import root

if TYPE_CHECKING:
    from chainrule.reading.recorder import Recorder

SHARES = ("alias", "add", "subtract", "negative", "multiply", "divide", "to_real", "sign")
MOST_NODES = 3_000_000
DECIDED_AFTER = 2
REPORT_EVERY = 0.2
LONG = 2.0  # seconds
FILLS = ("input", "constant", "alias", "index", "store")  # what fills a table computes nothing


class BudgetExceeded(BaseException):
    """The program ran longer, or did more, than it was given."""


class Enough(BaseException):
    """All that was asked for has run."""


@dataclass(frozen=True)
class Pass:
    """One traced iteration of a training loop: nodes `start` to `stop` were made in it, or (`after`) what follows the loop.

    `around` are the loops that it ran in, outermost first: the line of each, and its iteration.
    """

    line: int
    cell: int | None
    iteration: int
    around: tuple[tuple[int, int], ...]
    start: int
    stop: int
    after: bool = False


class LoopState:
    """One run of one loop."""

    __slots__ = (
        "began",
        "count",
        "cut",
        "decided",
        "entering",
        "first",
        "judged",
        "leaving",
        "line",
        "on",
        "resumed",
        "skipped",
        "source",
        "start",
        "trains",
    )

    def __init__(self, line: int, source: Source | None, *, on: bool) -> None:
        self.line = line
        self.source = source
        self.on = on
        self.count = 0
        self.start = self.first = 0
        self.trains = False
        self.decided = False
        self.began = time.monotonic()
        self.entering = self.leaving = self.resumed = self.cut = self.skipped = self.judged = False


class Loops:
    """All loops of one reading."""

    def __init__(self, recorder: Recorder, iteration: tuple[int, ...]) -> None:
        self.recorder = recorder
        self.iteration = iteration
        self.until: tuple[int, int | None, int] | None = None
        self.runs = 0  # of the loop that the program is run for
        self.passes: list[Pass] = []
        self.training: set[Source | None] = set()
        self.running: list[LoopState] = []
        self.cut: list[str] = []
        self.unfinished: int | None = None  # the first node of the loop that the program was stopped in
        self.iterations_run: dict[int, tuple[int, int]] = {}
        self.next_report = 0.0

    def wanted(self, state: LoopState) -> int:
        """The iteration of a training loop to look at; every loop around one that trains does so too."""
        depth = self.running.index(state)
        return self.iteration[depth] if depth < len(self.iteration) else 1

    def start(self, line: int) -> LoopState:
        at = self.recorder.where()
        source = replace(at, line=line) if at else None
        state = LoopState(line, source, on=self.recorder.on)
        state.first = len(self.recorder.builder.nodes)
        state.trains = source in self.training and self.recorder.trial is None
        state.decided = state.trains
        self.running.append(state)
        return state

    def iterate(self, state: LoopState, items: Iterable[Any]) -> Iterator[Any]:
        try:
            for item in items:
                self.begin(state)
                if state.cut:
                    return
                yield item
        finally:
            self.end(state)
        if state.count <= self.iteration[0]:
            self.stop_where_asked(state)

    def begin(self, state: LoopState) -> None:
        """An iteration begins: decide whether to look at it."""
        recorder = self.recorder
        state.entering = state.leaving = False
        state.count += 1
        if recorder.trial is not None:
            return
        if state.on and not state.decided and 1 < state.count <= DECIDED_AFTER + 1:
            self.decide(state, state.count - 1)
        now = time.monotonic()
        if now > recorder.deadline or len(recorder.builder.nodes) > MOST_NODES:
            self.give_up(state)
            return
        if now > self.next_report:
            self.next_report = now + REPORT_EVERY
            recorder.report(f"iteration {state.count} of the loop at {state.source!r}", 0, 0)
        if state.trains:
            self.switch(state, on=state.count == self.wanted(state))
        elif self.is_long_after(state, now) or self.is_long_preparing(state, now):
            state.skipped = True
            self.switch(state, on=False)
        if state.on:
            state.start = len(recorder.builder.nodes)
            state.first = state.start if state.count == 1 else state.first

    def is_long_after(self, state: LoopState, now: float) -> bool:
        """Whether it is a long loop after all training: a test on much data, of which nothing is learned."""
        if not (state.on and state.decided and self.passes) or now - state.began < LONG:
            return False
        return not any(other.trains for other in self.running)

    def is_long_preparing(self, state: LoopState, now: float) -> bool:
        """Whether it is a long loop that computes with no real number: it makes, or reads, a set of data."""
        if not (state.on and state.decided) or state.judged or now - state.began < LONG:
            return False
        state.judged = True
        made = self.recorder.builder.nodes[state.first :]
        return not any(node.dtype == "real" and node.op not in FILLS for node in made)

    def decide(self, state: LoopState, done: int) -> None:
        """After the first iteration, and after the second (which may step along what the first computed): does it train?"""
        nodes = self.recorder.builder.nodes
        found = [u for u in find_updates(nodes, state.first, by_name=False) if not only_decays(nodes, u, state.first)]
        news = {u.new for u in found}
        if any(not running_mean(nodes, u) or u.parameter in news for u in found):
            state.trains = state.decided = True
            self.training.add(state.source)
            if self.wanted(state) <= done:
                self.keep_pass(state, done)
        elif done >= DECIDED_AFTER:
            state.decided = True

    def keep_pass(self, state: LoopState, iteration: int) -> None:
        if any(p.start == state.start and p.line == state.line for p in self.passes):
            return
        cell = state.source.cell if state.source else None
        stop = len(self.recorder.builder.nodes)
        around = tuple((other.line, other.count) for other in self.running[: self.running.index(state)])
        self.passes.append(Pass(state.line, cell, iteration, around, state.start, stop))

    def give_up(self, state: LoopState) -> None:
        where = repr(state.source) if state.source else f"line {state.line}"
        by_hand = self.recorder.interrupted
        when = "by Ctrl-C" if by_hand else f"when the time budget of {self.recorder.budget:g} s was used up"
        if state.trains:
            state.cut = True
            more = "" if by_hand else "; --budget gives it more"
            self.cut.append(
                f"{where}: the loop was cut after {state.count - 1} iterations, {when}. Outputs after it are not compared{more}."
            )
            return
        self.unfinished = min((other.first for other in self.running if other.on and not other.trains), default=None)
        more = "" if by_hand else " If the loop ends at all, --budget SECONDS gives it more."
        raise BudgetExceeded(f"{where}: the program was stopped in iteration {state.count} of this loop, {when}.{more}")

    def switch(self, state: LoopState, *, on: bool) -> None:
        recorder = self.recorder
        if state.on and not on:
            shown = state.trains and self.wanted(state) == state.count - 1 > 0
            if shown:
                self.keep_pass(state, state.count - 1)
            state.on = recorder.on = False
            state.leaving = True
            self.walk(self.leave)
            if shown:
                self.stop_where_asked(state)
        elif on and not state.on:
            state.on = state.entering = True
            self.look_again()

    def stop_where_asked(self, state: LoopState) -> None:
        """After the pass of the loop that the program was to be run for.

        Raises:
            Enough: this was it.
        """
        cell = state.source.cell if state.source else None
        if self.until is None or self.until[:2] != (state.line, cell) or self.recorder.trial is not None:
            return
        self.runs += 1
        if self.runs >= self.until[2]:
            raise Enough

    def end(self, state: LoopState) -> None:
        """The loop is over: what follows is looked at again."""
        if state in self.running:
            if self.recorder.trial is None:
                if state.on and not state.decided and state.count > 0:
                    self.decide(state, state.count)
                elif state.on and state.trains and self.wanted(state) == state.count > 0:
                    self.keep_pass(state, state.count)
                if state.trains:
                    depth = self.running.index(state)
                    self.iterations_run[depth] = max(
                        self.iterations_run.get(depth, (0, 0)), (state.line, state.count), key=lambda p: p[1]
                    )
                if (state.trains or state.skipped) and not self.recorder.on:
                    state.resumed = True
                    self.look_again()
            self.running.remove(state)

    # ---------------------------------------------------------------- handing the program's state over

    def look_again(self) -> None:
        """What comes is followed, from leaves of its own."""
        self.recorder.on = True
        self.recorder.epoch += 1
        self.recorder.storages.clear()
        self.walk(None)

    @contextlib.contextmanager
    def unseen(self) -> Iterator[None]:
        """What runs within is not followed."""
        if not self.recorder.on:
            yield
            return
        self.recorder.on = False
        self.walk(self.leave)
        try:
            yield
        finally:
            self.look_again()

    def leave(self, value: Any) -> Any:
        """The plain value, and everything plain that it holds."""
        return self.converted(value, lambda _text, v: v.raw if is_traced(v) else v, "", set())

    def enter(self, text: str, value: Any) -> Any:
        """A leaf for what was computed while nobody looked."""
        recorder = self.recorder

        def leaf(name: str, v: Any) -> Any:
            if is_traced(v) or isinstance(v, (bool, str)):
                return v
            known = (recorder.scope_for(name), name) in recorder.versions
            if isinstance(v, (float, np.floating)) or (isinstance(v, np.ndarray) and v.dtype.kind in "iufc") or known:
                return recorder.name(name, v)
            return v

        return self.converted(value, leaf, text, set())

    def walk(self, convert: Callable[[Any], Any] | None) -> None:
        """Hand over every global of the program's own modules."""
        for module in self.recorder.modules:
            for text, value in list(module.items()):
                if not text.startswith("__"):
                    module[text] = convert(value) if convert else self.enter(text, value)

    def converted(self, value: Any, change: Callable[[str, Any], Any], text: str, seen: set[int]) -> Any:
        kind = type(value)
        if kind in (list, dict):
            if id(value) in seen:
                return value
            seen.add(id(value))
        if kind is list:
            if len(value) <= 10_000:
                for i, item in enumerate(value):
                    value[i] = self.converted(item, change, f"{text}[{i}]", seen)
            return value
        if kind is tuple:
            return tuple(self.converted(item, change, f"{text}[{i}]", seen) for i, item in enumerate(value))
        if is_named_tuple(kind):
            return kind(
                *(self.converted(item, change, f"{text}.{key}", seen) for key, item in zip(kind._fields, value, strict=True))
            )
        if kind is dict:
            for key, item in list(value.items()):
                value[key] = self.converted(item, change, f"{text}[{key!r}]", seen)
            return value
        if isinstance(value, type) and value.__module__ in self.recorder.own and id(value) not in seen:
            seen.add(id(value))
            for key, item in list(vars(value).items()):
                if is_traced(item) or isinstance(item, (float, np.ndarray, list, dict)):
                    setattr(value, key, self.converted(item, change, f"{value.__name__}.{key}", seen))
            return value
        if hasattr(value, "__dict__") and not isinstance(value, type) and kind.__module__ in self.recorder.own:
            if id(value) in seen:
                return value
            seen.add(id(value))
            for key, item in list(vars(value).items()):
                value.__dict__[key] = self.converted(item, change, f"self.{key}", seen)
            return value
        return change(text, value)


# ------------------------------------------------------------------------------------ what a loop steps and does not learn


def running_mean(nodes: Sequence[Node], update: Update) -> bool:
    """Whether an update moves a value part of the way to another: `m += (1 - beta) * (g - m)`."""

    def towards(i: int) -> bool:
        if nodes[i].op in ("multiply", "divide", "negative"):
            return any(towards(s) for s in nodes[i].inputs)
        return nodes[i].op == "subtract" and any(root(nodes, s) == update.parameter for s in nodes[i].inputs)

    return towards(update.step)


def only_decays(nodes: Sequence[Node], update: Update, start: int) -> bool:
    """Whether the step of an array knows its old value from node `start` on by nothing but a share of it: `dW + reg * W`.

    Such a line stands in a loop over the layers; a loop that learns computes something with the array.
    """
    if not nodes[update.parameter].shape:
        return False
    waiting, seen = [update.step], set[int]()
    known = False
    while waiting:
        i = waiting.pop()
        if i in seen:
            continue
        seen.add(i)
        if i == update.parameter or root(nodes, i) == update.parameter:
            known = True
        elif i >= start:
            node = nodes[i]
            arrays = [s for s in node.inputs if nodes[s].shape]
            shared = node.op in SHARES and not (node.op in ("multiply", "divide") and len(arrays) > 1)
            if not shared and _reaches(nodes, i, update.parameter, start):
                return False
            waiting += node.inputs if shared else ()
    return known


def _reaches(nodes: Sequence[Node], i: int, parameter: int, start: int) -> bool:
    waiting, seen = [i], set[int]()
    while waiting:
        k = waiting.pop()
        if k == parameter or root(nodes, k) == parameter:
            return True
        if k >= start and k not in seen:
            seen.add(k)
            waiting += nodes[k].inputs
    return False
