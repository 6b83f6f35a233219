"""Writes the lines that call a subject: what makes it, what runs before it, the loss, and the backward pass itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chainrule.calling.data import DATA, GOES_IN, GOES_OUT, OUTPUT, TARGET, Layout
from chainrule.calling.definitions import Class, Defined
from chainrule.calling.giving import given_for, nothing_says
from chainrule.calling.subjects import Subject
from chainrule.calling.values import HIDDEN
from chainrule.errors import AskError
from chainrule.reading.names import DERIVATIVE_FORMS, reads_as_loss

FOR_INPUT = re.compile(
    r"^d(_?l_?d)?_?(x|in|inputs?|data|h|a_?prev|prev)$|^grad_(x|in|inputs?)$|^(input|x)_(grad|gradient|error)$", re.I
)
LOSS = "loss"
RESULTS = "grads"
DEEPEST = 3  # objects made of objects


@dataclass(frozen=True)
class Form:
    """What the names of a program's parameters leave open."""

    sizes_in_lists: bool = False
    slope_of_output: bool = False
    gates: int = 1
    vectors: bool = False
    defaults_too: bool = False


class Driver:
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
        self.outputs: dict[str, str] = {}
        self.depth = 0

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
        return derivative_of(self.data or "x")

    def needs_target(self, forward: Defined) -> bool:
        made = self.subject.made.required if self.subject.made else ()
        return any(TARGET.match(n) for n in (*made, *forward.required))

    def forward(self) -> None:
        """What must run before the goal."""
        before = self.subject.forward
        if before is not None and before.name not in self.called:
            self.call(before, OUTPUT)

    def whole(self, output: tuple[int, ...] | None) -> str | None:
        """All lines; gives the name of the loss where they compute one."""
        if output is not None or not self.subject.runs_forward:
            self.forward()
        loss = None
        goal = self.subject.goal
        if output is not None and self.target is None:
            self._hand_in(output)
            loss = LOSS
        elif self.subject.measure is not None and self.subject.measure.required and self.subject.forward is not None:
            self.call(self.subject.measure, LOSS)
            loss = LOSS
        unsaid = loss == LOSS and self.target is None and not any(map(self._says, goal.returns))
        for_input = next((i for i, r in enumerate(goal.returns) if FOR_INPUT.match(r)), None) if len(goal.returns) > 1 else None
        each = self._one_each(goal) if unsaid and not any(goal.returns) else ()
        if each:
            self.lines.append(f"{', '.join(map(derivative_of, each))} = {self._called(goal)}")
        elif unsaid and for_input is not None:
            self.write(self.result, f"{self._called(goal)}[{for_input}]")
        else:
            alone = unsaid and len(goal.returns) == 1
            self.call(goal, self.result if alone else RESULTS if goal.returns == ("",) else "")
        if unsaid:
            self._kept_for_input()
        for companion in self.subject.companions:
            self.call(companion, "")
        return loss

    def as_slope(self) -> str:
        """All lines for a function of numbers and its derivative; gives the loss's name."""
        self.forward()
        self.write("upstream", f"rng.normal(size={OUTPUT}.shape)")
        self.write(LOSS, f"np.sum({OUTPUT} * upstream)")
        self.known[self.subject.goal.required[0]] = OUTPUT if self.form.slope_of_output else self.data
        self.write(self.result, f"upstream * {self._called(self.subject.goal)}")
        return LOSS

    def _one_each(self, goal: Defined) -> tuple[str, ...]:
        """What runs before the goal takes, where the goal gives as many things back: a gradient for each."""
        before = self.subject.forward
        return before.required if before is not None and len(goal.returns) == len(before.required) > 1 else ()

    def _kept_for_input(self) -> None:
        """What the goal keeps as the derivative for what went in, by a name that does not say so: `dinputs` of `x`."""
        goal = self.subject.goal
        kept = [name for name in sorted(goal.sets) if FOR_INPUT.match(name) and not self._says(name)]
        if kept and not goal.returns:
            self.write(self.result, f"{self.owner}.{kept[0]}")

    def _hand_in(self, output: tuple[int, ...]) -> None:
        """A gradient for each output that the goal takes one for, and the loss that they are the gradients of."""
        self.write("upstream", f"rng.normal(size={output})")
        terms = [f"np.sum({OUTPUT} * upstream)"]
        taken = False
        for name in self.subject.handed_in:
            of = self._output_for(name)
            self.known[name] = f"upstream_{of}" if of else "np.zeros_like(upstream)" if taken else "upstream"
            taken = taken or not of  # what comes back for a state that is not given back, is nothing
            if of:
                self.write(f"upstream_{of}", f"rng.normal(size={of}.shape)")
                terms.append(f"np.sum({of} * upstream_{of})")
        self.write(LOSS, " + ".join(terms))

    def _output_for(self, handed: str) -> str | None:
        """Which of several outputs a gradient is handed in for, where its name says another than the first."""
        for form in DERIVATIVE_FORMS:
            match = form.match(handed)
            of = self.outputs.get(match["wrt"]) if match else None
            if of is not None and of != OUTPUT:
                return of
        return None

    def _says(self, name: str) -> bool:
        """Whether a name says that it is the derivative for what went in."""
        plain = self.data.lower().removesuffix("s")
        return any((m := form.match(name)) and m["wrt"].lower().removesuffix("s") == plain for form in DERIVATIVE_FORMS)

    def as_loss(self, over_rows: str = "") -> str:
        """All lines for what computes a loss itself, of an output and a target; gives the loss's name."""
        assert self.subject.forward is not None
        self.call(self.subject.forward, f"{LOSS}es" if over_rows else LOSS)
        if over_rows:
            self.write(LOSS, f"{over_rows}({LOSS}es)")
        goal, before = self.subject.goal, self.subject.forward
        for handed in self.subject.handed_in:
            self.known[handed] = f"{self.owner}.{before.keeps}" if before.keeps else self.known[self.data]
        self.call(goal, self.result if goal.returns == ("",) else "")
        self._kept_for_input()
        return LOSS

    def write(self, name: str, value: str) -> str:
        self.lines.append(f"{name} = {value}")
        self.known[name] = name
        return name

    def make(self) -> None:
        """What the methods are called of, with what must be added to it and set before it can be used."""
        if not self.subject.owner or self.owner:
            return
        made = self.subject.made
        self.owner = "it"
        self.lines.append(f"it = {self.subject.owner}({self._arguments(made) if made else ''})")
        for method in self.subject.adding:
            said = next(iter(method.annotations.values()), "")
            items = self.stack(method.adds.asks, said) if method.adds else self._chained(method)
            if not items:
                raise AskError(f"nothing says what is to be added with {self.subject.owner}.{method.name}")
            self.lines += [f"it.{method.name}({item})" for item in items]
        for method in self.subject.setting_up:
            self.lines.append(f"it.{method.name}({self._arguments(method)})")

    def _called(self, what: Defined) -> str:
        """A call of a function or method, after what must come before it."""
        self.called.add(what.name)
        self.make()
        given = self._arguments(what)
        name = f"{self.owner}.{what.name}" if self.owner else what.name
        return f"{name.removesuffix('.__call__')}({given})"

    def call(self, what: Defined, into: str) -> None:
        """The same, with names for what it gives back."""
        call = self._called(what)
        if len(what.returns) > 1 and into:
            last = len(what.returns) - 1
            names = [into, *(r or ("cache" if i == last else f"more{i}") for i, r in enumerate(what.returns[1:], 1))]
            self.lines.append(f"{', '.join(names)} = {call}")
            self.outputs = {r: n for r, n in zip(what.returns, names, strict=True) if r}
            self.known |= {n: n for n in names} | {n: into for n in what.returns[:1] if n not in self.known}
        elif into and what.keeps and not what.returns:
            self.lines.append(call)
            self.write(into, f"{self.owner}.{what.keeps}")
        elif into:
            self.write(into, call)
            self.known |= {r: into for r in what.returns if r and r not in self.known}
        else:
            self.lines.append(call)

    def _arguments(self, what: Defined) -> str:
        given: list[str] = []
        named = False
        for name, default in what.parameters:
            said = (GOES_IN, GOES_OUT) if what is self.subject.made else (DATA, TARGET)
            each = what.used(name).each
            filled = what is self.subject.made and each is not None and bool(each.asks)  # a network without layers is none
            needed = not default or filled or any(pattern.match(name) for pattern in said)
            if default and not needed:
                value = self._instead_of_default(name, what)
                named = named or value is None
            else:
                value = given_for(self, name, what)
            if value is not None:
                given.append(f"{name}={value}" if named else value)
        return ", ".join([*given, *self._several(what)])

    def _several(self, what: Defined) -> list[str]:
        """What goes into `*layers`, of what an object is made from.

        Raises:
            AskError: nothing says what that is.
        """
        if not what.several or what is not self.subject.made:
            return []
        each = what.used(what.several).each
        stack = self.stack(each.asks) if each else []
        if not stack:
            raise nothing_says(self, f"*{what.several}")
        return stack

    def _instead_of_default(self, name: str, of: Defined) -> str | None:
        """What an object needs where it cannot be made of the defaults."""
        if not (self.form.defaults_too and of is self.subject.made):
            return None
        try:
            return given_for(self, name, of)
        except AskError:
            return None

    def answering(self, asks: Sequence[tuple[str, int]], name: str) -> list[Class]:
        """The classes that have what is asked for; the likest name first."""
        if self.depth == DEEPEST:
            return []
        plain = name.lower().replace("_", "").removesuffix("fn").removesuffix("function")
        found = [c for c in self.subject.classes if c.answers(asks)]
        return sorted(found, key=lambda c: not (plain in c.name.lower() or c.name.lower() in plain))

    def object(self, of: Class, layout: Layout) -> str:
        line = f"from {of.module} import {of.name}"
        if of.module and line not in self.lines:
            self.lines.insert(0, line)
        return f"{of.name}({self._laid_out(of.made, layout)})"

    def _laid_out(self, what: Defined, layout: Layout) -> str:
        """The arguments of a call, for data of another layout than the subject's."""
        before, self.layout = self.layout, layout
        self.depth += 1
        given = self._arguments(what)
        self.layout, self.depth = before, self.depth - 1
        return given

    def stack(self, asks: Sequence[tuple[str, int]], said: str = "") -> list[str]:
        """Objects to go through one after another: two layers with weights, and one without between them; only of the class
        that they are `said` to be of, where there is such a class.
        """
        found = [c for c in self.answering(asks, "layer") if not reads_as_loss(c.name)] if asks else []
        found = [c for c in found if c.name == said] or found
        weighted = next((c for c in found if c.made.required), None)
        between = next((c for c in found if not c.made.required), None)
        if weighted is None:
            return []
        first, last = (self.object(weighted, layout) for layout in self._two_layers())
        return [first, *([self.object(between, self.layout)] if between else []), last]

    def _chained(self, method: Defined) -> list[str]:
        """The arguments of a method that adds a layer by its sizes, for two layers."""
        return [self._laid_out(method, layout) for layout in self._two_layers()]

    def _two_layers(self) -> tuple[Layout, Layout]:
        return replace(self.layout, out=HIDDEN), replace(self.layout, width=HIDDEN)


def derivative_of(name: str) -> str:
    """A name that says that it is the derivative for a value."""
    return f"d{'_' if 'd' in name else ''}{name}"
