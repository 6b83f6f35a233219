"""The calls that exercise a subject: what makes it, what runs before it, the loss, and the backward pass itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, TypeAlias

import numpy as np

from chainrule.calling.data import (
    BIAS,
    COUNT,
    DATA,
    GOES_IN,
    GOES_OUT,
    LAYOUTS,
    NUMBERS,
    RESULT,
    SCALE,
    SEVERAL,
    TARGET,
    UPSTREAM,
    WEIGHT,
    Layout,
    any_function,
    function_for,
    guessed_size,
    like_target,
    of_width,
    value_for,
)
from chainrule.calling.subjects import Defined, Subject
from chainrule.errors import AskError
from chainrule.reading.names import DERIVATIVE_FORMS

Observe: TypeAlias = "Callable[[str, str], Any]"
MOST_WIDTHS = 4
INITIAL = re.compile("init|zeros|random", re.I)
LOSS = "loss"
OUTPUT = "out"
RESULTS = "grads"


@dataclass(frozen=True)
class Call:
    """Code that calls what a program defines; `of` is the loss where the code computes one.

    Where nothing is known yet, a call with `one_sample` tells something; else it only hides what more samples show.
    """

    code: str
    words: str
    of: str | None
    one_sample: bool


def calls(subject: Subject, observe: Observe) -> Iterator[Call]:
    """The likeliest calls of a subject first. `observe(code, name)` runs the program with code after it and gives the value
    that a name then has; None if it raised.

    Raises:
        AskError: nothing says what to give for a parameter.
    """
    takes = {name for name, _ in subject.goal.parameters}
    handed = {n for n in subject.goal.required if UPSTREAM.match(n)}
    outputs = {m["wrt"] for n in handed for form in DERIVATIVE_FORMS if (m := form.match(n))}  # dl_dy says that y is the output
    upstream = handed and not any(map(TARGET.match, takes - outputs))
    for layout, form in product((*LAYOUTS, *_as_large_as_it_says(subject)), _forms(subject, observe)):
        first = _Driver(subject, layout, form)
        targets: tuple[str | None, ...]
        if subject.is_loss:
            for label in (*layout.labels, *layout.targets[1:2]):
                driver = _Driver(subject, layout, form, label)
                loss = driver.as_loss()
                if np.ndim(observe(driver.code, loss)):  # one loss for each row
                    driver = _Driver(subject, layout, form, label)
                    driver.as_loss("np.mean")
                yield Call(driver.code, layout.words, loss, layout.is_one_sample)
            continue
        output = None
        if subject.forward is not None:
            targets = layout.targets if not upstream and first.needs_target(subject.forward) else (None,)
            for target in targets:
                first = _Driver(subject, layout, form, target)
                first.forward()
                output = observe(first.code, first.compared)
                if output is not None and np.size(output):
                    break
            if output is None or np.size(output) == 0:
                continue
        targets = (None,) if upstream else layout.targets
        if subject.forward is None and any(map(RESULT.match, subject.goal.required)):
            targets = (*layout.labels, *layout.targets)  # what is compared with a result is of its shape
        if output is not None and not upstream:
            targets = (*like_target(output, layout), *layout.targets[1:2])
        for target in targets:
            driver = _Driver(subject, layout, form, target)
            of = driver.whole(np.shape(output)) if output is not None else driver.whole(None)
            yield Call(driver.code, layout.words, of, layout.is_one_sample)


def _forms(subject: Subject, observe: Observe) -> list[Form]:
    """How a program wants what its names leave open: sizes as numbers, or in lists where it cannot be made of numbers."""
    forms = [Form(), Form(sizes_in_lists=True)] if subject.made is not None else [Form()]
    for form in forms:
        driver = _Driver(subject, LAYOUTS[0], form)
        driver.make()
        driver.lines.append("made = np.ones(1)")
        if form is forms[-1] or observe(driver.code, "made") is not None:
            break
    return [form, replace(form, slope_of_output=True)] if driver.guessed_slope else [form]


def _as_large_as_it_says(subject: Subject) -> Iterator[Layout]:
    """Data of the sizes that are written in a definition: images of 784 pixels and 10 classes."""
    sizes = [size for size in subject.sizes if size not in (2, 4)][:MOST_WIDTHS]
    for width in sorted(sizes, reverse=True):
        for classes in (2, *sorted(size for size in sizes if size < width)[:2]):
            yield from of_width(width, classes)


@dataclass(frozen=True)
class Form:
    """What the names of a program's parameters leave open."""

    sizes_in_lists: bool = False
    slope_of_output: bool = False


class _Driver:
    """Writes the lines one after another; what has a name by then can be given for the parameter of that name."""

    def __init__(self, subject: Subject, layout: Layout, form: Form, target: str | None = None) -> None:
        self.subject = subject
        self.layout = layout
        self.form = form
        self.guessed_slope = False
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
    def compared(self) -> str:
        """The name of what a target is compared with: of several results, the one that the loss takes."""
        measure, before = self.subject.measure, self.subject.forward
        several = before.returns if before and len(before.returns) > 1 else ()
        takes = next((n for n in measure.required if n in several and n in self.known), None) if measure else None
        return self.known[takes] if takes else OUTPUT

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
        given_back = len(goal.returns) == 1 and not self._says(goal.returns[0]) and loss == LOSS and self.target is None
        self._call(goal, self.result if given_back else RESULTS if goal.returns == ("",) else "")
        return loss

    def _says(self, name: str) -> bool:
        """Whether a name says that it is the derivative for what went in."""
        plain = self.data.lower().removesuffix("s")
        return any((m := form.match(name)) and m["wrt"].lower().removesuffix("s") == plain for form in DERIVATIVE_FORMS)

    def as_loss(self, over_rows: str = "") -> str:
        """All lines for what computes a loss itself, of an output and a target; gives the loss's name."""
        assert self.subject.forward is not None
        self._call(self.subject.forward, f"{LOSS}es" if over_rows else LOSS)
        if over_rows:
            self._write(LOSS, f"{over_rows}({LOSS}es)")
        goal = self.subject.goal
        self._call(goal, self.result if goal.returns == ("",) else "")
        return LOSS

    def _write(self, name: str, value: str) -> str:
        self.lines.append(f"{name} = {value}")
        self.known[name] = name
        return name

    def make(self) -> None:
        """What the methods are called of."""
        if self.subject.owner and not self.owner:
            made = self.subject.made
            self.owner = "it"
            self.lines.append(f"it = {self.subject.owner}({self._arguments(made) if made else ''})")

    def _call(self, what: Defined, into: str) -> None:
        self.called.add(what.name)
        self.make()
        given = self._arguments(what)
        name = f"{self.owner}.{what.name}" if self.owner else what.name
        if name.endswith(".__call__"):
            name = self.owner
        if len(what.returns) > 1 and into:
            last = len(what.returns) - 1
            names = [into, *(r or ("cache" if i == last else f"more{i}") for i, r in enumerate(what.returns[1:], 1))]
            self.lines.append(f"{', '.join(names)} = {name}({given})")
            self.known |= {n: n for n in names} | {n: into for n in what.returns[:1] if n not in self.known}
        elif into and what.keeps and not what.returns:
            self.lines.append(f"{name}({given})")
            self._write(into, f"{self.owner}.{what.keeps}")
        elif into:
            self._write(into, f"{name}({given})")
            self.known |= {r: into for r in what.returns if r and r not in self.known}
        else:
            self.lines.append(f"{name}({given})")

    def _arguments(self, what: Defined) -> str:
        given: list[str] = []
        named = False
        for name, default in what.parameters:
            said = (GOES_IN, GOES_OUT) if what is self.subject.made else (DATA, TARGET)
            needed = not default or any(pattern.match(name) for pattern in said)
            if default and not needed:
                named = True
                continue
            value = self._value(name, what)
            given.append(f"{name}={value}" if named else value)
        return ", ".join(given)

    def _value(self, name: str, of: Defined) -> str:
        if name in self.known:
            return self.known[name]
        function = function_for(name, self.subject.words, self.subject.beside)
        if function is not None:
            return function
        handed = self.target is None and TARGET.match(name) and of is self.subject.goal
        if OUTPUT in self.known and (handed or RESULT.match(name) or UPSTREAM.match(name)):
            return OUTPUT
        before = self.subject.forward
        makes = of is self.subject.made
        if (
            before is not None
            and of is not before
            and not makes
            and before.name in self.called
            and RESULT.match(name)
            and self.owner
        ):
            return self._kept(before, name)
        if COUNT.match(name) and (size := value_for(name, self.layout) or guessed_size(name, self.layout)):
            return size
        if TARGET.match(name) and (known := next((k for k in self.known if TARGET.match(k)), None)):
            return self.known[known]
        function = any_function(name, of_output=self.form.slope_of_output)
        if function is not None:
            self.guessed_slope |= function.startswith("lambda")
            return function
        if makes and self.form.sizes_in_lists and SEVERAL.search(name):
            return "[3]"
        first = before is not None and of is before and name == next(iter(before.required), None) and not self.data
        made = value_for(name, self.layout)
        if made is not None and not (first or DATA.match(name) or TARGET.match(name)):
            return made
        producer = next((f for f in self.subject.others if name in f.returns and f.name not in self.called), None)
        plain = any(pattern.match(name) for pattern in (DATA, TARGET, WEIGHT, BIAS, RESULT))
        if producer is not None and (INITIAL.search(producer.name) or not (self.owner or plain)):
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
        if first:  # whatever it is called
            self.data = name
            return self._write(name, f"rng.normal(size={self.layout.data})")
        guess = self._guessed(name, of)
        if guess is None:
            raise self._nothing_says(name)
        return guess

    def _kept(self, before: Defined, name: str) -> str:
        """What the forward pass computed: nothing is made up in its place."""
        if not before.keeps:
            raise self._nothing_says(name)
        return f"{self.owner}.{before.keeps}"

    def _nothing_says(self, name: str) -> AskError:
        return AskError(f"nothing says what to give for `{name}` of {self.subject.title}")

    def _guessed(self, name: str, of: Defined) -> str | None:
        """What may be meant by a name that says little, by where it stands."""
        if of is self.subject.made:
            return guessed_size(name, self.layout)
        if NUMBERS.match(name):
            self.data = self.data or name
            return self._write(name, "np.array([0, 2, 1])")
        return None
