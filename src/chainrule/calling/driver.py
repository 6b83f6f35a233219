"""Writes the lines that call a subject: what makes it, what runs before it, the loss, and the backward pass itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chainrule.calling.data import (
    BIAS,
    COUNT,
    DATA,
    GOES_IN,
    GOES_OUT,
    LAYERS,
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
    value_for,
)
from chainrule.calling.definitions import Class, Defined
from chainrule.calling.subjects import Subject
from chainrule.calling.values import (
    HIDDEN,
    function_of,
    layers_of,
    parameter_keys,
    parameters_for,
    recurrent_shape,
    settings_for,
    sizes_for,
    text_for,
)
from chainrule.errors import AskError
from chainrule.reading.names import DERIVATIVE_FORMS, reads_as_loss

INITIAL = re.compile("init|zeros|random", re.I)
BEFORE = re.compile(r"(^|_)(prev\w*|last|previous)(_|$)", re.I)
FOR_INPUT = re.compile(
    r"^d(_?l_?d)?_?(x|in|inputs?|data|h|a_?prev|prev)$|^grad_(x|in|inputs?)$|^(input|x)_(grad|gradient|error)$", re.I
)
LOSS = "loss"
OUTPUT = "out"
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
            self._call(before, OUTPUT)

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
            self._call(self.subject.measure, LOSS)
            loss = LOSS
        unsaid = loss == LOSS and self.target is None and not any(map(self._says, goal.returns))
        for_input = next((i for i, r in enumerate(goal.returns) if FOR_INPUT.match(r)), None) if len(goal.returns) > 1 else None
        kept = next((name for name in sorted(goal.sets) if FOR_INPUT.match(name) and not self._says(name)), None)
        if unsaid and not any(goal.returns) and self._one_each(goal):
            names = ", ".join(derivative_of(name) for name in self.subject.forward.required)
            self.lines.append(f"{names} = {self._called(goal)}")
        elif unsaid and for_input is not None:
            self._write(self.result, f"{self._called(goal)}[{for_input}]")
        else:
            alone = unsaid and len(goal.returns) == 1
            self._call(goal, self.result if alone else RESULTS if goal.returns == ("",) else "")
        if unsaid and kept and not goal.returns:
            self._write(self.result, f"{self.owner}.{kept}")
        for companion in self.subject.companions:
            self._call(companion, "")
        return loss

    def as_slope(self) -> str:
        """All lines for a function of numbers and its derivative; gives the loss's name."""
        self.forward()
        self._write("upstream", f"rng.normal(size={OUTPUT}.shape)")
        self._write(LOSS, f"np.sum({OUTPUT} * upstream)")
        self.known[self.subject.goal.required[0]] = OUTPUT if self.form.slope_of_output else self.data
        self._write(self.result, f"upstream * {self._called(self.subject.goal)}")
        return LOSS

    def _one_each(self, goal: Defined) -> bool:
        """Whether the goal gives as many things back as what runs before it takes: a gradient for each."""
        before = self.subject.forward
        return before is not None and len(goal.returns) == len(before.required) > 1

    def _hand_in(self, output: tuple[int, ...]) -> None:
        """A gradient for each output that the goal takes one for, and the loss that they are the gradients of."""
        self._write("upstream", f"rng.normal(size={output})")
        terms = [f"np.sum({OUTPUT} * upstream)"]
        taken = False
        for name in self.subject.handed_in:
            of = self._output_for(name)
            self.known[name] = f"upstream_{of}" if of else "np.zeros_like(upstream)" if taken else "upstream"
            taken = taken or not of  # what comes back for a state that is not given back, is nothing
            if of:
                self._write(f"upstream_{of}", f"rng.normal(size={of}.shape)")
                terms.append(f"np.sum({of} * upstream_{of})")
        self._write(LOSS, " + ".join(terms))

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
        self._call(self.subject.forward, f"{LOSS}es" if over_rows else LOSS)
        if over_rows:
            self._write(LOSS, f"{over_rows}({LOSS}es)")
        goal, before = self.subject.goal, self.subject.forward
        for handed in self.subject.handed_in:
            self.known[handed] = f"{self.owner}.{before.keeps}" if before.keeps else self.known[self.data]
        self._call(goal, self.result if goal.returns == ("",) else "")
        if not goal.returns and (kept := next((n for n in sorted(goal.sets) if FOR_INPUT.match(n) and not self._says(n)), None)):
            self._write(self.result, f"{self.owner}.{kept}")
        return LOSS

    def _write(self, name: str, value: str) -> str:
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
            items = self._stack(method.adds.asks, said) if method.adds else self._chained(method)
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

    def _call(self, what: Defined, into: str) -> None:
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
            self._write(into, f"{self.owner}.{what.keeps}")
        elif into:
            self._write(into, call)
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
                value = self._value(name, what)
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
        stack = self._stack(each.asks) if each else []
        if not stack:
            raise self._nothing_says(f"*{what.several}")
        return stack

    def _instead_of_default(self, name: str, of: Defined) -> str | None:
        """What an object needs where it cannot be made of the defaults."""
        if not (self.form.defaults_too and of is self.subject.made):
            return None
        try:
            return self._value(name, of)
        except AskError:
            return None

    def _value(self, name: str, of: Defined) -> str:
        """What is given for a parameter, by the first rule that knows.

        Raises:
            AskError: none does.
        """
        if name in self.known:
            return self.known[name]
        for rule in (
            self._by_use,
            self._by_what_ran,
            self._size_by_use,
            self._known_already,
            self._function,
            self._in_a_list,
            self._by_recurrence,
            self._settings,
            self._by_name,
            self._by_producer,
            self._data,
            self._guessed,
        ):
            value = rule(name, of)
            if value is not None:
                return value
        asks = of.used(name).asks
        raise self._nothing_has(name, asks) if asks else self._nothing_says(name)

    def _ran_before(self, of: Defined) -> Defined | None:
        """What ran before what is called now."""
        before = self.subject.forward
        return before if before is not None and before.name in self.called and of is not before else None

    def _by_use(self, name: str, of: Defined) -> str | None:
        """Objects by what they are asked for, texts, sizes in tuples, the functions that a program defines."""
        used, before = of.used(name), self._ran_before(of)
        if before is not None and before.gives_table and name in before.keys:
            return f"{OUTPUT}[{name!r}]"
        if used.asks and (found := self._answering(used.asks, name)):
            said = of.annotations.get(name)
            return self._object(next((c for c in found if c.name == said), found[0]), self.layout)
        if used.each and used.each.asks:
            stack = self._stack(used.each.asks)
            if not stack:
                raise self._nothing_has(name, used.each.asks)
            return f"[{', '.join(stack)}]"
        if used.filled and not used.keys:
            return "{}"
        return (
            text_for(used.texts)
            or sizes_for(name, used.parts, self.layout)
            or function_for(name, self.subject.words, self.subject.beside)
        )

    def _by_what_ran(self, name: str, of: Defined) -> str | None:
        """The output, or what an object kept of it: nothing is made up in its place."""
        handed = self.target is None and TARGET.match(name) and of is self.subject.goal
        if OUTPUT in self.known and (handed or RESULT.match(name) or UPSTREAM.match(name)):
            return OUTPUT
        before = self._ran_before(of)
        if before is None or not self.owner or of.name == "__init__" or not RESULT.match(name):
            return None
        if not before.keeps:
            raise self._nothing_says(name)
        return f"{self.owner}.{before.keeps}"

    def _size_by_use(self, name: str, of: Defined) -> str | None:
        if COUNT.match(name) or (of.name == "__init__" and of.used(name).counts):
            return value_for(name, self.layout) or guessed_size(name, self.layout)
        return None

    def _known_already(self, name: str, of: Defined) -> str | None:
        """The one target that there is; the data that went in."""
        backward = of is self.subject.goal or of in self.subject.companions
        if backward and self.data in self.known and (DATA.match(name) or BEFORE.search(name)):
            if not (self.subject.handed_in or self.needs_target(of)):
                raise self._nothing_says(name)  # what goes in, or a gradient that goes back
            return self.data
        return next((self.known[k] for k in self.known if TARGET.match(k)), None) if TARGET.match(name) else None

    def _function(self, name: str, of: Defined) -> str | None:
        slope = self.form.slope_of_output
        function = function_of(name, of.used(name), of_output=slope) or any_function(name, of_output=slope)
        self.guessed_slope |= function is not None and function.startswith("lambda")
        return function

    def _in_a_list(self, name: str, of: Defined) -> str | None:
        if of.name == "__init__" and self.form.sizes_in_lists and SEVERAL.search(name):
            return f"[{HIDDEN}]"
        layers = self._layers_asked_for() if LAYERS.match(name) else []
        return repr([self.layout.width, *(HIDDEN for _ in layers[1:]), self.layout.out]) if layers else None

    def _layers_asked_for(self) -> list[int]:
        """The layers whose parameters what runs takes from tables, by their numbers."""
        run = (self.subject.goal, *([self.subject.forward] if self.subject.forward else []))
        return layers_of(parameter_keys([key for f in run for used in f.uses.values() for key in used.keys]))

    def _by_recurrence(self, name: str, of: Defined) -> str | None:
        shape = recurrent_shape(name, of, self.layout, self.form.gates)
        return self._write(name, f"rng.normal(size={shape})") if shape is not None else None

    def _settings(self, name: str, of: Defined) -> str | None:
        return settings_for(of.used(name), self.layout) if of.name == "__init__" else None

    def _goes_in_first(self, name: str, of: Defined) -> bool:
        return of is self.subject.forward and name == next(iter(of.required), None) and not self.data

    def _by_name(self, name: str, of: Defined) -> str | None:
        if self._goes_in_first(name, of) or DATA.match(name) or TARGET.match(name):
            return None
        return value_for(name, self.layout)

    def _by_producer(self, name: str, of: Defined) -> str | None:
        """What another function of the program gives back, as one that makes the parameters."""
        keys, before = of.used(name).keys, self._ran_before(of)
        if before is not None and keys and before.keys.issuperset(keys):
            return OUTPUT
        fresh = [f for f in self.subject.others if f.name not in self.called and name not in dict(f.parameters)]
        producer = next((f for f in fresh if name in f.returns or _makes(f, name)), None)
        if producer is None and len(keys) > 1:
            producer = next((f for f in fresh if f is not of and f.keys.issuperset(keys)), None)
        plain = any(pattern.match(name) for pattern in (DATA, TARGET, WEIGHT, BIAS, RESULT))
        if producer is None or not (INITIAL.search(producer.name) or not (self.owner or plain)):
            return None
        self._call(producer, name)
        return name

    def _data(self, name: str, of: Defined) -> str | None:
        """Arrays of the layout, by what their name says; what goes in first, whatever it is called."""
        layout, vectors = self.layout, self.form.vectors
        scaled = layout.out if any(map(WEIGHT.match, of.required)) and not vectors else layout.width  # after x @ w
        for pattern, value in (
            (DATA, f"rng.normal(size={layout.data})"),
            (TARGET, self.target or f"rng.normal(size={layout.data})"),
            (WEIGHT, f"rng.normal(size={(layout.width,) if vectors else layout.weight})"),
            (SCALE, f"rng.normal(size={(scaled,)})"),
            (BIAS, "0.3" if vectors else f"rng.normal(size={layout.bias})"),
            (RESULT, f"rng.uniform(0.1, 0.9, size={layout.data})"),
        ):
            if pattern.match(name) or (pattern is TARGET and any(map(DATA.match, of.used(name).beside))):
                self.data = self.data or (name if pattern in (DATA, RESULT) else "")
                return self._write(name, value)
        if not self._goes_in_first(name, of):
            return None
        self.data = name
        return self._write(name, f"rng.normal(size={layout.data})")

    def _guessed(self, name: str, of: Defined) -> str | None:
        """What may be meant by a name that says little, by where it stands."""
        used = of.used(name)
        table = parameters_for(used, self.layout)
        if table is not None:
            return table
        if of.name == "__init__":
            return guessed_size(name, self.layout) or ("np.tanh" if used.called else None)
        if NUMBERS.match(name):
            self.data = self.data or name
            return self._write(name, "np.array([0, 2, 1])")
        return None

    def _nothing_has(self, name: str, asks: Sequence[tuple[str, int]]) -> AskError:
        needed = ", ".join(f"`{asked}`" for asked, _ in asks)
        return AskError(f"no class of the program has what `{name}` of {self.subject.title} must have: {needed}")

    def _nothing_says(self, name: str) -> AskError:
        return AskError(f"nothing says what to give for `{name}` of {self.subject.title}")

    def _answering(self, asks: Sequence[tuple[str, int]], name: str) -> list[Class]:
        """The classes that have what is asked for; the likest name first."""
        if self.depth == DEEPEST:
            return []
        plain = name.lower().replace("_", "").removesuffix("fn").removesuffix("function")
        found = [c for c in self.subject.classes if c.answers(asks)]
        return sorted(found, key=lambda c: not (plain in c.name.lower() or c.name.lower() in plain))

    def _object(self, of: Class, layout: Layout) -> str:
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

    def _stack(self, asks: Sequence[tuple[str, int]], said: str = "") -> list[str]:
        """Objects to go through one after another: two layers with weights, and one without between them; only of the class
        that they are `said` to be of, where there is such a class.
        """
        found = [c for c in self._answering(asks, "layer") if not reads_as_loss(c.name)] if asks else []
        found = [c for c in found if c.name == said] or found
        weighted = next((c for c in found if c.made.required), None)
        between = next((c for c in found if not c.made.required), None)
        if weighted is None:
            return []
        first, last = (self._object(weighted, layout) for layout in self._two_layers())
        return [first, *([self._object(between, self.layout)] if between else []), last]

    def _chained(self, method: Defined) -> list[str]:
        """The arguments of a method that adds a layer by its sizes, for two layers."""
        return [self._laid_out(method, layout) for layout in self._two_layers()]

    def _two_layers(self) -> tuple[Layout, Layout]:
        return replace(self.layout, out=HIDDEN), replace(self.layout, width=HIDDEN)


def derivative_of(name: str) -> str:
    """A name that says that it is the derivative for a value."""
    return f"d{'_' if 'd' in name else ''}{name}"


def _makes(function: Defined, name: str) -> bool:
    """Whether a function says by its name that it makes something: `initialize_network` a network."""
    return bool(INITIAL.search(function.name)) and function.name.lower().endswith(f"_{name.lower()}")
