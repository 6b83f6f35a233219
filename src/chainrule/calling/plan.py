"""The calls that exercise a subject: what makes it, what runs before it, the loss, and the backward pass itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from chainrule.calling.data import BIAS, DATA, LAYOUTS, RESULT, SCALE, TARGET, UPSTREAM, WEIGHT, Layout, like_target, value_for
from chainrule.calling.subjects import Defined, Subject
from chainrule.errors import AskError

Observe: TypeAlias = "Callable[[str, str], Any]"
LOSS = "loss"
OUTPUT = "out"


@dataclass(frozen=True)
class Call:
    """Code that calls what a program defines; `of` is the loss where the code computes one."""

    code: str
    words: str
    of: str | None


def calls(subject: Subject, observe: Observe) -> Iterator[Call]:
    """The likeliest calls of a subject first. `observe(code, name)` runs the program with code after it and gives the value
    that a name then has; None if it raised.

    Raises:
        AskError: nothing says what to give for a parameter.
    """
    takes = {name for name, _ in subject.goal.parameters}
    upstream = {n for n in subject.goal.required if UPSTREAM.match(n)} and not any(map(TARGET.match, takes))
    for layout in LAYOUTS:
        first = _Driver(subject, layout)
        if subject.is_loss:
            for label in layout.labels:
                driver = _Driver(subject, layout, label)
                loss = driver.as_loss()
                yield Call(driver.code, layout.words, loss)
            continue
        output = None
        if subject.forward is not None and (upstream or not first.needs_target(subject.forward)):
            first.forward()
            output = observe(first.code, OUTPUT)
            if output is None or np.size(output) == 0:
                continue
        targets: tuple[str | None, ...] = (None,) if upstream else layout.targets
        if output is not None and not upstream:
            targets = (like_target(output, layout), *layout.targets[2:])
        for target in targets:
            driver = _Driver(subject, layout, target)
            of = driver.whole(np.shape(output)) if output is not None else driver.whole(None)
            yield Call(driver.code, layout.words, of)


class _Driver:
    """Writes the lines one after another; what has a name by then can be given for the parameter of that name."""

    def __init__(self, subject: Subject, layout: Layout, target: str | None = None) -> None:
        self.subject = subject
        self.layout = layout
        self.target = target
        self.lines = ["import numpy as np", "rng = np.random.default_rng(0)"]
        self.known: dict[str, str] = {}
        self.owner = ""
        self.data = ""
        self.called: set[str] = set()

    @property
    def code(self) -> str:
        return "\n".join(self.lines)

    @property
    def result(self) -> str:
        """A name for what the goal gives back without one: the derivative for what went in."""
        return f"d{'_' if 'd' in self.data else ''}{self.data or 'x'}"

    def needs_target(self, forward: Defined) -> bool:
        made = self.subject.made.required if self.subject.made else ()
        return any(TARGET.match(n) for n in (*made, *forward.required))

    def forward(self) -> None:
        """What must run before the goal."""
        before = self.subject.forward
        if before is not None and before.name not in self.called:
            self._call(before, OUTPUT)

    def whole(self, output: tuple[int, ...] | None) -> str | None:
        """All lines; gives the name of the loss where they compute one."""
        self.forward()
        loss = None
        goal = self.subject.goal
        if output is not None and self.target is None:
            self._write("upstream", f"rng.normal(size={output})")
            self._write(LOSS, f"np.sum({OUTPUT} * upstream)")
            self.known |= {n: "upstream" for n in goal.required if UPSTREAM.match(n)}
            loss = LOSS
        elif self.subject.measure is not None and self.subject.measure.required and self.subject.forward is not None:
            self._call(self.subject.measure, LOSS)
            loss = LOSS
        anonymous = goal.returns == ("",) and loss == LOSS and self.target is None
        self._call(goal, self.result if anonymous else "")
        return loss

    def as_loss(self) -> str:
        """All lines for what computes a loss itself, of an output and a target; gives the loss's name."""
        assert self.subject.forward is not None
        self._call(self.subject.forward, LOSS)
        goal = self.subject.goal
        self._call(goal, self.result if goal.returns == ("",) else "")
        return LOSS

    def _write(self, name: str, value: str) -> str:
        self.lines.append(f"{name} = {value}")
        self.known[name] = name
        return name

    def _call(self, what: Defined, into: str) -> None:
        self.called.add(what.name)
        if self.subject.owner and not self.owner:
            made = self.subject.made
            self.owner = "it"
            self.lines.append(f"it = {self.subject.owner}({self._arguments(made) if made else ''})")
        given = self._arguments(what)
        name = f"{self.owner}.{what.name}" if self.owner else what.name
        if name.endswith(".__call__"):
            name = self.owner
        if len(what.returns) > 1 and into:
            last = len(what.returns) - 1
            names = [into, *(r or ("cache" if i == last else f"more{i}") for i, r in enumerate(what.returns[1:], 1))]
            self.lines.append(f"{', '.join(names)} = {name}({given})")
            self.known |= {n: n for n in names} | {n: into for n in what.returns[:1] if n not in self.known}
        elif into:
            self._write(into, f"{name}({given})")
            self.known |= {r: into for r in what.returns if r and r not in self.known}
        else:
            self.lines.append(f"{name}({given})")

    def _arguments(self, what: Defined) -> str:
        given: list[str] = []
        named = False
        for name, default in what.parameters:
            needed = not default or DATA.match(name) or TARGET.match(name)
            if default and not needed:
                named = True
                continue
            value = self._value(name)
            given.append(f"{name}={value}" if named else value)
        return ", ".join(given)

    def _value(self, name: str) -> str:
        if name in self.known:
            return self.known[name]
        if OUTPUT in self.known and (RESULT.match(name) or UPSTREAM.match(name)):
            return OUTPUT
        made = value_for(name, self.layout)
        if made is not None and not DATA.match(name) and not TARGET.match(name):
            return made
        producer = next((f for f in self.subject.others if name in f.returns and f.name not in self.called), None)
        if producer is not None and not self.owner:
            self._call(producer, name)
            return name
        for pattern, value in (
            (DATA, f"rng.normal(size={self.layout.data})"),
            (TARGET, self.target or f"rng.normal(size={self.layout.data})"),
            (WEIGHT, f"rng.normal(size={self.layout.weight})"),
            (SCALE, f"rng.normal(size={(self.layout.width,)})"),
            (BIAS, f"rng.normal(size={self.layout.bias})"),
            (RESULT, f"rng.uniform(0.1, 0.9, size={self.layout.data})"),
        ):
            if pattern.match(name):
                self.data = self.data or (name if pattern in (DATA, RESULT) else "")
                return self._write(name, value)
        before = self.subject.forward
        if before is not None and name == next(iter(before.required), None) and not self.data:  # whatever it is called
            self.data = name
            return self._write(name, f"rng.normal(size={self.layout.data})")
        raise AskError(f"nothing says what to give for `{name}` of {self.subject.title}")
