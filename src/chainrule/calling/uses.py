"""What a definition does with a parameter: asks it for methods, takes it apart, compares it with texts."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

OF_ARRAYS = frozenset(name for kind in (np.ndarray, list, dict, str) for name in dir(kind))
COUNTING = ("range", "zeros", "ones", "empty", "full", "eye", "rand", "randn", "random", "standard_normal", "normal", "uniform")
SLOPE = re.compile("deriv|prime|grad|slope", re.I)
DEEPEST = 3  # methods that hand a parameter on
PASSED_ON = ("reversed", "list", "tqdm")  # what iterates over what it is given

Fact: TypeAlias = tuple[str, Any]


@dataclass(frozen=True)
class Uses:
    """`asks` are methods and attributes that no array has, each method with the number of arguments it is given, -1 for an
    attribute; `parts` names the values that it is taken apart into, "" for one without a name; `keys` are the texts that it
    is indexed with; `texts` what it is compared with; `called` is the most arguments it is called with and the name of one
    that asks for a derivative; `counts` says that it is a number of things, `filled` that items are set in it by texts; `beside`
    names what it is gone through together with; `each` is what is done with each of its items.
    """

    asks: tuple[tuple[str, int], ...] = ()
    parts: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    called: tuple[int, str] | None = None
    counts: bool = False
    filled: bool = False
    beside: tuple[str, ...] = ()
    each: Uses | None = None

    @property
    def asked_of_each(self) -> tuple[tuple[str, int], ...]:
        return self.each.asks if self.each else ()


NO_USES = Uses()


def uses(function: ast.FunctionDef, parameter: str, methods: Sequence[ast.FunctionDef] = ()) -> Uses:
    """The uses of a parameter in a function, and of the attribute that keeps it in the methods of the same class."""
    return _summed(_all_facts(function, parameter, methods))


def _all_facts(function: ast.FunctionDef, parameter: str, methods: Sequence[ast.FunctionDef], depth: int = 0) -> list[Fact]:
    kept = {
        ast.unparse(target)
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target, value in _pairs(node)
        if isinstance(target, ast.Attribute) and _holds(value, parameter)
    }
    kept |= {
        f"self.{m.name}"
        for m in methods
        for n in m.body
        if isinstance(n, ast.Return) and n.value and ast.unparse(n.value) in kept
    }
    facts = list(_facts(function, {parameter}))
    if kept:
        facts += (fact for method in methods for fact in _facts(method, kept))
    for item in _items(function, parameter):
        facts.append(("each", _facts_of_each(function, item, methods) or ()))
    for method in methods if depth < DEEPEST else ():
        for name in _passed_on(function, parameter, method):
            facts += _all_facts(method, name, methods, depth + 1)
    return facts


def _holds(value: ast.expr, parameter: str) -> bool:
    """Whether a value is a parameter, as in `layers`, `layers or []`, `list(layers)`, `[] if layers is None else layers`."""
    match value:
        case ast.IfExp(body=one, orelse=other):
            return _holds(one, parameter) or _holds(other, parameter)
        case ast.BoolOp(values=values):
            return any(_holds(one, parameter) for one in values)
        case ast.Call(func=ast.Name(id="list" | "tuple"), args=[one]):
            return _holds(one, parameter)
    return ast.unparse(value) == parameter


def _pairs(node: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What an assignment sets, each with its value: `self.a, self.b = a, b` sets two."""
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            yield from zip(target.elts, node.value.elts, strict=False)
        else:
            yield target, node.value


def _passed_on(function: ast.FunctionDef, parameter: str, method: ast.FunctionDef) -> Iterator[str]:
    """The names that a method of the same object has for what a function gives to it."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method.name:
            for given, taken in zip(node.args, method.args.args[1:], strict=False):
                if isinstance(given, ast.Name) and given.id == parameter:
                    yield taken.arg


def added(method: ast.FunctionDef, item: str, methods: Sequence[ast.FunctionDef]) -> Uses | None:
    """What is done with each of the things that a method puts into a list or table of its object; None where it puts none."""
    facts = _facts_of_each(method, item, methods)
    return None if facts is None else _summed(facts)


def _facts_of_each(method: ast.FunctionDef, item: str, methods: Sequence[ast.FunctionDef]) -> tuple[Fact, ...] | None:
    held = {
        ast.unparse(node.func.value)
        for node in ast.walk(method)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "append"
        and [ast.unparse(a) for a in node.args] == [item]
    }
    held |= {
        ast.unparse(target.value)
        for node in ast.walk(method)
        if isinstance(node, ast.Assign) and ast.unparse(node.value) == item
        for target in node.targets
        if isinstance(target, ast.Subscript)
    }
    held = {text for text in held if "." in text}
    if not held:
        handed = ((m, name) for m in methods if m is not method for name in _passed_on(method, item, m))
        return next((facts for m, name in handed if (facts := _facts_of_each(m, name, methods)) is not None), None)
    return tuple(fact for other in methods for kind, found in _facts(other, held) if kind == "each" for fact in found)


def _items(function: ast.FunctionDef, parameter: str) -> set[str]:
    """The names that loops over a parameter give to its items."""
    found = (
        _item(node.iter, node.target, lambda n: isinstance(n, ast.Name) and n.id == parameter)
        for node in ast.walk(function)
        if isinstance(node, ast.For)
    )
    return {item for item in found if item is not None}


def _summed(facts: Iterable[Fact]) -> Uses:
    by_kind: dict[str, list[Any]] = {}
    for kind, what in facts:
        by_kind.setdefault(kind, []).append(what)
    asks: dict[str, int] = {}
    for name, count in by_kind.get("asks", ()):
        asks[name] = max(asks.get(name, -1), count)
    last = max(by_kind.get("index", ()), default=-1)
    each = [fact for items in by_kind.get("each", ()) for fact in items]
    return Uses(
        tuple(asks.items()),
        next(iter(by_kind.get("parts", ())), ("",) * (last + 1)),
        tuple(dict.fromkeys(by_kind.get("key", ()))),
        tuple(dict.fromkeys(by_kind.get("text", ()))),
        max(by_kind["called"]) if "called" in by_kind else None,
        "counts" in by_kind,
        "filled" in by_kind,
        tuple(by_kind.get("beside", ())),
        _summed(each) if "each" in by_kind else None,
    )


def _facts(function: ast.FunctionDef, names: set[str]) -> Iterator[Fact]:
    """What a function does with values of these names, one thing after another."""

    def ours(node: ast.AST) -> bool:
        return isinstance(node, (ast.Name, ast.Attribute)) and ast.unparse(node) in names

    gets = {id(n.func): n.args[0] for n in ast.walk(function) if isinstance(n, ast.Call) and n.args}
    calls = {id(n.func): len(n.args) + len(n.keywords) for n in ast.walk(function) if isinstance(n, ast.Call)}
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and ours(node.value) and node.attr == "get":
            key = gets.get(id(node))
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield "key", key.value
        elif isinstance(node, ast.Attribute) and ours(node.value) and node.attr not in OF_ARRAYS:
            yield "asks", (node.attr, calls.get(id(node), -1))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Subscript) and ours(node.value.value):
            if node.attr not in OF_ARRAYS:
                yield "each", (("asks", (node.attr, calls.get(id(node), -1))),)
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "zip"
            and any(map(ours, node.args))
        ):
            yield from (("beside", ast.unparse(other)) for other in node.args if not ours(other))
        elif isinstance(node, ast.Call) and ours(node.func):
            named = (k.arg or "" for k in node.keywords if SLOPE.search(k.arg or ""))
            yield "called", (len(node.args) + len(node.keywords), next(named, ""))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in COUNTING:
            given = [*node.args, *(k.value for k in node.keywords)]
            if any(ours(n) for g in given for n in (g.elts if isinstance(g, (ast.Tuple, ast.List)) else [g])):
                yield "counts", True
        elif isinstance(node, ast.Assign) and ours(node.value) and isinstance(node.targets[0], ast.Tuple):
            yield "parts", tuple(t.id if isinstance(t, ast.Name) else "" for t in node.targets[0].elts)
        elif isinstance(node, ast.Subscript) and ours(node.value) and isinstance(node.slice, ast.JoinedStr):
            if isinstance(node.ctx, ast.Store):
                yield "filled", True
        elif isinstance(node, ast.Subscript) and ours(node.value) and isinstance(node.slice, ast.Constant):
            if isinstance(node.slice.value, str):
                yield ("filled", True) if isinstance(node.ctx, ast.Store) else ("key", node.slice.value)
            elif isinstance(node.slice.value, int):
                yield "index", node.slice.value
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)) and ours(node.comparators[0]):
            if isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
                yield "key", node.left.value
        elif isinstance(node, ast.Compare) and any(map(ours, (node.left, *node.comparators))):
            yield from (("text", n.value) for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))
        elif isinstance(node, (ast.For, ast.comprehension)):
            item = _item(node.iter, node.target, ours)
            if item is not None:
                yield "each", tuple(_facts(function, {item}))


def _item(over: ast.expr, target: ast.expr, ours: Callable[[ast.AST], bool]) -> str | None:
    """The name that a loop over one of our values gives to each of its items."""
    while True:
        if isinstance(over, ast.Call) and isinstance(over.func, ast.Attribute) and over.func.attr == "values":
            over = over.func.value
        elif isinstance(over, ast.Call) and isinstance(over.func, ast.Name) and over.args:
            if over.func.id == "enumerate" and isinstance(target, ast.Tuple):
                target = target.elts[-1]
            elif over.func.id not in PASSED_ON:
                return None
            over = over.args[0]
        elif isinstance(over, ast.Subscript):
            over = over.value
        else:
            return target.id if isinstance(target, ast.Name) and ours(over) else None


def sets(function: ast.FunctionDef) -> frozenset[str]:
    """The attributes of its own object that a method gives a value: none that it sets to None or adds to."""
    return _of_self(function, ast.Store)


def reads(function: ast.FunctionDef, methods: Mapping[str, ast.FunctionDef]) -> frozenset[str]:
    """The attributes of its own object that a method reads, also through other methods of it."""
    found: set[str] = set()
    waiting = [function]
    while waiting:
        new = _of_self(waiting.pop(), ast.Load) - found
        found |= new
        waiting += [methods[name] for name in new if name in methods]
    return frozenset(found)


def _of_self(function: ast.FunctionDef, context: type[ast.expr_context]) -> frozenset[str]:
    own = function.args.args[0].arg if function.args.args else ""
    nothing = {
        target
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and node.value.value is None
        for target in node.targets
    }
    nothing |= {node.target for node in ast.walk(function) if isinstance(node, ast.AugAssign)}  # what is there already
    return frozenset(
        node.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute)
        and node not in nothing
        and isinstance(node.ctx, context)
        and isinstance(node.value, ast.Name)
        and node.value.id == own
    )
