"""What a program defines that goes backward: classes with a backward method, functions that give derivatives back."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chainrule.calling.data import DATA, RESULT, TARGET, UPSTREAM
from chainrule.reading.names import FORWARD, STEM, reads_as_derivative, reads_as_loss
from chainrule.reading.sources import NOT_PYTHON, Program, parsed

BACKWARD = re.compile(
    r"(?<!call)(?<!play)back|bprop|(^|_)gradients?($|_)|compute_grad|^grads?$|^derivatives?$|[a-z]Prime$", re.I
)
NOT_BACKWARD = re.compile(r"num|check|approx|zero|clip|reset", re.I)
TRAINING = re.compile(r"^(_|train|fit|learn|optimi[sz]e|gradient_descent|step|update\w*|sgd|model)(_\w+)?$", re.I)
LARGEST_SIZE = 5000
MOST_TRAINING = 2
FITTING = re.compile(r"^(fit|train)$", re.I)
STEPPING = re.compile(r"^_?(update|step|sgd)", re.I)
OPTIMIZER = re.compile(r"optimi[sz]er|^(SGD|Adam|Momentum|RMSprop|Ada[A-Z]?\w*)", re.I)


@dataclass(frozen=True)
class Defined:
    """A function or method: what it takes (with whether that has a default), and the names of what it gives back.

    `keeps` is the attribute that holds its result, if one does.
    """

    name: str
    parameters: tuple[tuple[str, bool], ...]
    returns: tuple[str, ...]
    writes: bool
    keeps: str = ""

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(name for name, default in self.parameters if not default)


@dataclass(frozen=True)
class Subject:
    """What is to be called: the `goal`; what may be called for it; and the class that they are methods of, if any.

    `sizes` are whole numbers that stand where it is defined, `words` the texts; `beside` names what the program defines.
    """

    goal: Defined
    others: tuple[Defined, ...]
    owner: str = ""
    made: Defined | None = None
    sizes: tuple[int, ...] = ()
    words: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return f"{self.owner}.{self.goal.name}" if self.owner else self.goal.name

    @property
    def is_loss(self) -> bool:
        """Whether what runs first takes an output and a target, and what goes backward takes nothing that comes from beyond."""
        before = self.forward
        if before is None or not self.owner or len(before.required) < 2:
            return False
        output, target = before.required[:2]
        plain = RESULT.match(output) or DATA.match(output)
        return bool(plain and TARGET.match(target)) and not any(UPSTREAM.match(name) for name in self.goal.required)

    @property
    def forward(self) -> Defined | None:
        """What must run first, as the goal uses what it left behind."""
        if TRAINING.match(self.goal.name):
            return None
        if not self.owner:
            return self._function_before()
        found = [f for f in self.others if FORWARD.search(f.name)]
        return min(found, key=lambda f: (f.name != "__call__", "forward" not in f.name, len(f.required))) if found else None

    def _function_before(self) -> Defined | None:
        stem = STEM.sub("", self.goal.name)
        found = (f for f in self.others if FORWARD.search(f.name) and STEM.sub("", f.name) == stem)
        return next(found, None) or next((f for f in self.others if f.name == stem and f.required), None)  # relu_backward

    @property
    def measure(self) -> Defined | None:
        """What computes the loss."""
        return next((f for f in self.others if reads_as_loss(f.name) and not BACKWARD.search(f.name)), None)


def subjects(program: Program) -> list[tuple[Subject, ...]]:
    """Everything that a program defines and that goes backward, in the order of the program; of a class, the ways to call it."""
    bodies: list[ast.stmt] = []
    for cell in program.cells:
        try:
            bodies += parsed(cell.code).body
        except NOT_PYTHON:
            continue
    classes = {node.name: node for node in bodies if isinstance(node, ast.ClassDef)}
    defined = [node for node in bodies if isinstance(node, ast.FunctionDef)]
    beside = (*classes, *(node.name for node in defined))
    found = [ways for node in classes.values() if (ways := tuple(_of_class(node, classes, beside)))]
    functions = tuple(map(_defined, defined))
    return [*found, *((replace(s, beside=beside, **_constants(defined)),) for s in _of_functions(functions))]


def _of_class(node: ast.ClassDef, classes: dict[str, ast.ClassDef], beside: tuple[str, ...]) -> Iterator[Subject]:
    methods: dict[str, Defined] = {}
    line = _line(node, classes)
    for owner in reversed(line):
        for item in owner.body:
            if isinstance(item, ast.FunctionDef) and not _only_raises(item):
                methods[item.name] = _defined(item, method=not _is_static(item))
    call, forward = methods.get("__call__"), methods.get("forward")
    if call is not None and forward is not None and not call.parameters:  # def __call__(self, *inputs)
        methods["__call__"] = replace(call, parameters=forward.parameters)
    made = methods.pop("__init__", Defined("__init__", (), (), False))
    public = [m for name, m in methods.items() if name == "__call__" or not name.startswith("__")]
    goals = [m for m in public if _is_backward(m)]
    chosen = sorted(goals, key=lambda m: (not m.writes, not re.search("back|bprop", m.name, re.I), m.name.startswith("_")))
    trained = [m for m in public if TRAINING.match(m.name) and (m.writes or goals) and len(m.required) > 1]
    trained = trained or [m for m in public if (TRAINING.match(m.name) and m.writes) or FITTING.match(m.name)]
    if OPTIMIZER.search(node.name):
        return
    for goal in dict.fromkeys([*chosen[:1], *trained[:1], *chosen[1:2]]):
        others = tuple(m for m in public if m is not goal)
        yield Subject(goal, others, node.name, made, beside=beside, **_constants(line))


def _constants(nodes: Sequence[ast.AST]) -> dict[str, Any]:
    """Whole numbers and texts written in some definitions."""
    values = [n.value for node in nodes for n in ast.walk(node) if isinstance(n, ast.Constant)]
    sizes = Counter(v for v in values if isinstance(v, int) and 1 < v < LARGEST_SIZE)
    return {
        "sizes": tuple(size for size, _ in sizes.most_common()),
        "words": tuple(dict.fromkeys(v for v in values if isinstance(v, str) and v.isidentifier())),
    }


def _line(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> list[ast.ClassDef]:
    """A class and what it inherits from, nearest first."""
    found = [node]
    for base in node.bases:
        inherited = classes.get(base.id) if isinstance(base, ast.Name) else None
        if inherited is not None and inherited is not node:
            found += [c for c in _line(inherited, classes) if c not in found]
    return found


def _of_functions(functions: Sequence[Defined]) -> Iterator[Subject]:
    """What trains comes first: it calls the others with what they are made for."""
    goals = [f for f in functions if _is_backward(f) and (f.writes or _forwards(f, functions))]
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


def _defined(node: ast.FunctionDef, *, method: bool = False) -> Defined:
    given = [*node.args.posonlyargs, *node.args.args]
    plain = len(given) - len(node.args.defaults)
    parameters = [(a.arg, i >= plain) for i, a in enumerate(given)]
    parameters += [(a.arg, d is not None) for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)]
    returned = _returned(node)
    keeps = _kept(node) if method else ""
    return Defined(node.name, tuple(parameters[1:] if method else parameters), returned, _writes(node), keeps)


def _kept(node: ast.FunctionDef) -> str:
    """The attribute that a method sets last of those that read as a result."""
    targets = [t for n in _inside(node) if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Attribute)]
    mine = [t for t in targets if isinstance(t.value, ast.Name) and t.value.id == node.args.args[0].arg]
    results = [t for t in mine if RESULT.match(t.attr)]
    return max(results, key=lambda t: t.lineno).attr if results else ""


def _returned(node: ast.FunctionDef) -> tuple[str, ...]:
    """The names that the last `return` gives back; "" for what has none."""
    given = [n.value for n in _inside(node) if isinstance(n, ast.Return) and n.value is not None]
    if not given:
        return ()
    last = max(given, key=lambda value: value.lineno)
    items = last.elts if isinstance(last, ast.Tuple) else [last]
    return tuple(i.id if isinstance(i, ast.Name) else i.attr if isinstance(i, ast.Attribute) else "" for i in items)


def _writes(node: ast.FunctionDef) -> bool:
    """Whether a function names a derivative or changes a parameter."""
    for inner in _inside(node):
        if isinstance(inner, ast.AugAssign) and isinstance(inner.op, (ast.Add, ast.Sub)) and not _counts(inner.value):
            return True
        if isinstance(inner, ast.Assign):
            for target in inner.targets:
                for name in target.elts if isinstance(target, ast.Tuple) else [target]:
                    if reads_as_derivative(ast.unparse(name)):
                        return True
    return False


def _counts(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant)


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """Everything in a function, but nothing in functions defined in it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
            yield child
            yield from _inside(child)


def _is_static(node: ast.FunctionDef) -> bool:
    return any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list)


def _only_raises(node: ast.FunctionDef) -> bool:
    body = [s for s in node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
    return all(isinstance(s, (ast.Raise, ast.Pass)) for s in body)
