"""What a program defines that goes backward: classes with a backward method, functions that give derivatives back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from chainrule.calling.data import BIAS, DATA, RESULT, TARGET, UPSTREAM, WEIGHT
from chainrule.calling.definitions import Class, Defined, Definitions, definitions
from chainrule.reading.names import FORWARD, STEM, reads_as_derivative, reads_as_loss
from chainrule.reading.slopes import slope_of
from chainrule.reading.sources import Program

BACKWARD = re.compile(
    r"(?<!call)(?<!play)back|bprop|(^|_)gradients?($|_)|compute_grad|^grads?$|^derivatives?$|[a-z]Prime$", re.I
)
NOT_BACKWARD = re.compile(r"num|check|approx|zero|clip|reset", re.I)
SLOPES = ("gradient", "grad", "derivative", "deriv", "prime", "df")  # of a class that is a function
TRAINING = re.compile(r"^(_|train(ing)?|fit|learn|optimi[sz]e|gradient_descent|step|update\w*|sgd|model)(_\w+)?$", re.I)
MOST_TRAINING = 2
FITTING = re.compile(r"^(fit|train)$", re.I)
SETTING_UP = re.compile(r"^_?(set_?up|build\w*|compile|init(iali[sz]e)?(_?(weights?|params?|parameters|network))?)$", re.I)
RESTORING = re.compile(r"^_?(load|restore|read|import|open)", re.I)
ADDING = re.compile(r"^add_?\w*layer$", re.I)
STEPPING = re.compile(r"^_?(update|step|sgd)", re.I)
OPTIMIZER = re.compile(r"optimi[sz]er|^(SGD|Adam|Momentum|RMSprop|Ada[A-Z]?\w*)", re.I)


@dataclass(frozen=True)
class Subject:
    """What is to be called: the `goal`; what may be called for it; and the class that they are methods of, if any.

    `sizes` are whole numbers that stand where it is defined, `words` the texts; `beside` names what the program defines,
    `classes` are those that objects can be made of.
    """

    goal: Defined
    others: tuple[Defined, ...]
    owner: str = ""
    made: Defined | None = None
    sizes: tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    classes: tuple[Class, ...] = ()

    @property
    def title(self) -> str:
        return f"{self.owner}.{self.goal.name}" if self.owner else self.goal.name

    @property
    def handed_in(self) -> tuple[str, ...]:
        """The parameters of the goal that a gradient is handed in by; no tables that it fills."""
        return tuple(name for name in self.goal.required if UPSTREAM.match(name) and not self.goal.used(name).filled)

    @property
    def is_loss(self) -> bool:
        """Whether what runs first takes an output and a target, and what goes backward takes nothing that comes from beyond."""
        before = self.forward
        if before is None or not (self.owner or self.is_slope) or len(before.required) < 2:
            return False
        if not (_compares(*before.required[:2]) or _compares(*before.required[1::-1])):
            return False
        gives_itself = len(self.goal.required) == 2 and any(map(TARGET.match, self.goal.required))  # backward(dvalues, y_true)
        return gives_itself or not any(map(UPSTREAM.match, self.goal.required))

    @property
    def is_slope(self) -> bool:
        """Whether the goal is the derivative of one function of the same arguments, as `tanh_prime` is of `tanh`."""
        before = self.forward
        return (
            before is not None
            and (slope_of(self.goal.name) == before.name.lower() if not self.owner else self.goal.name in SLOPES)
            and not (self.goal.sets or before.sets or self.handed_in)
            and len(self.goal.required) == len(before.required)
        )

    @property
    def forward(self) -> Defined | None:
        """What must run first, as the goal uses what it left behind."""
        if TRAINING.match(self.goal.name) or reads_as_loss(self.goal.name):
            return None
        if not self.owner:
            return self._function_before()
        found = [f for f in self.others if FORWARD.search(f.name)]
        return min(found, key=lambda f: (f.name != "__call__", "forward" not in f.name, len(f.required))) if found else None

    @property
    def runs_forward(self) -> bool:
        """Whether the goal itself calls what must run first."""
        return self.forward is not None and self.forward.name in self.goal.reads

    def _function_before(self) -> Defined | None:
        stem = STEM.sub("", self.goal.name)
        forward = [f for f in self.others if FORWARD.search(f.name) and f.required]
        same = [f for f in forward if STEM.sub("", f.name) == stem]
        same += [f for f in self.others if f.required and f.name.lower() in (stem, slope_of(self.goal.name))]  # relu_backward
        results = {name for name in self.goal.required if RESULT.match(name)}
        gives = [
            f for f in forward if results and not any(map(TARGET.match, f.required))
        ]  # gradients(X, y, y_hat), predict(X, w)
        known = {*self.goal.required, *(n for f in gives for n in f.required if any(p.match(n) for p in (DATA, WEIGHT, BIAS)))}
        return next(iter((*same, *sorted(gives, key=lambda f: not known.issuperset(f.required)))), None)

    @property
    def companions(self) -> tuple[Defined, ...]:
        """What goes backward beside the goal from the same things, as one that keeps the gradients of the parameters where the
        goal gives the one for what went in; and then what steps by them.
        """
        if not (self.owner and self.handed_in) or TRAINING.match(self.goal.name):
            return ()
        given = set(self.goal.required)
        found = tuple(
            f
            for f in self.others
            if _is_backward(f) and f.writes and f.required and given.issuperset(f.required)
            and f.name not in self.goal.reads and self.goal.name not in f.reads
        )  # fmt: skip
        steps = tuple(f for f in self.others if found and STEPPING.match(f.name) and not f.required and f.writes)
        return (*found, *steps[:1])

    @property
    def measure(self) -> Defined | None:
        """What computes the loss."""
        return next((f for f in self.others if reads_as_loss(f.name) and not BACKWARD.search(f.name)), None)

    @property
    def setting_up(self) -> tuple[Defined, ...]:
        """The methods that set what the goal reads and nothing else sets, as one that makes the weights."""
        if self.made is None:
            return ()
        run = [self.made, self.goal, *(f for f in (self.forward,) if f is not None)]
        missing = frozenset().union(*(f.reads for f in run)).difference(*(f.sets for f in run))
        plain = [f for f in self.others if not (FORWARD.search(f.name) or _is_backward(f) or TRAINING.match(f.name))]
        asked = frozenset().union(*(f.reads for f in run))
        found: list[Defined] = []
        for f in sorted(
            plain, key=lambda f: any(map(WEIGHT.match, f.required))
        ):  # one that makes them before one that is given them
            sets = f.sets & missing
            if f in self.adding or any(UPSTREAM.match(name) for name in f.required) or RESTORING.match(f.name):
                continue
            if sets.difference(*(g.sets for g in found)) or (
                SETTING_UP.match(f.name) and not f.required and f.name not in asked
            ):
                found.append(f)
        return tuple(found)

    @property
    def adding(self) -> tuple[Defined, ...]:
        """The methods that put something into a list or table of the object, a layer into a network."""
        named = (f for f in self.others if f.required and (ADDING.match(f.name) or (f.adds is not None and f.name == "add")))
        return tuple(f for f in named if self.made is not None and f.name not in self.made.reads)[:1]


def _compares(output: str, target: str) -> bool:
    return bool((RESULT.match(output) or DATA.match(output)) and TARGET.match(target))


def subjects(program: Program) -> list[tuple[Subject, ...]]:
    """Everything that a program defines and that goes backward, in the order of the program; of a class, the ways to call it."""
    defined = definitions(program)
    found = [ways for of in defined.classes if (ways := tuple(_of_class(of, defined)))]
    functions = (replace(s, sizes=defined.sizes, words=defined.words) for s in _of_functions(defined.functions))
    return [*found, *((_beside(s, defined),) for s in functions)]


def _beside(subject: Subject, defined: Definitions) -> Subject:
    others = tuple(c for c in (*defined.classes, *defined.imported) if c.name != subject.owner)
    return replace(subject, beside=defined.names, classes=others)


def _of_class(of: Class, defined: Definitions) -> Iterator[Subject]:
    if OPTIMIZER.search(of.name):
        return
    public = [m for name, m in of.methods.items() if name == "__call__" or not name.startswith("__")]
    goals = [m for m in public if _is_backward(m)] or [m for m in public if _gives_loss_and_gradients(m)]
    chosen = sorted(goals, key=lambda m: (not m.writes, not re.search("back|bprop", m.name, re.I), m.name.startswith("_")))
    trained = [m for m in public if TRAINING.match(m.name) and (m.writes or goals) and len(m.required) > 1]
    trained = trained or [m for m in public if (TRAINING.match(m.name) and m.writes) or FITTING.match(m.name)]
    for goal in dict.fromkeys([*chosen[:1], *trained[:1], *chosen[1:2]]):
        others = tuple(m for m in public if m is not goal)
        yield _beside(Subject(goal, others, of.name, of.made, of.sizes, of.words), defined)


def _gives_loss_and_gradients(method: Defined) -> bool:
    """Whether a method computes a loss and, beside it, derivatives that it gives back: `loss, grads = network.loss(X, y)`."""
    return reads_as_loss(method.name) and method.writes and len(method.returns) > 1 and len(method.parameters) > 1


def _of_functions(functions: Sequence[Defined]) -> Iterator[Subject]:
    """What trains comes first: it calls the others with what they are made for."""
    goals = [f for f in functions if _is_backward(f) and (f.writes or _forwards(f, functions))]
    names = {f.name.lower() for f in functions}
    goals += [f for f in functions if f not in goals and slope_of(f.name) in names and Subject(f, tuple(functions)).is_slope]
    giving = [
        f for f in functions if any(map(reads_as_derivative, f.returns)) and f.required and not NOT_BACKWARD.search(f.name)
    ]
    training = [f for f in functions if TRAINING.match(f.name) and f not in giving]
    found = [*goals, *giving] or [f for f in training if f.writes][:1]
    whole = [f for f in training if not STEPPING.match(f.name)] if goals or giving else []
    for goal in dict.fromkeys([*whole[:MOST_TRAINING], *found]):
        yield Subject(goal, tuple(f for f in functions if f is not goal))


def _is_backward(defined: Defined) -> bool:
    return bool(BACKWARD.search(defined.name)) and not NOT_BACKWARD.search(defined.name)


def _forwards(goal: Defined, functions: Sequence[Defined]) -> bool:
    return Subject(goal, tuple(functions)).forward is not None
