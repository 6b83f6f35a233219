"""The line to write instead: the true derivative as Python, in the names that the program has at that line.

The line is tried before it is offered: parsed, and computed at every sample.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.checking.bench import Bench
from chainrule.checking.compare import compare
from chainrule.checking.spelled import spelled
from chainrule.graph.build import Builder, is_elementwise
from chainrule.graph.differentiate import restrict
from chainrule.graph.evaluate import evaluate
from chainrule.graph.known import recognise
from chainrule.graph.records import Graph, Node
from chainrule.reading.roles import Reading
from chainrule.reading.sources import known_in

LONGEST_LINE = 400
LONGEST_NAME = 60
INFIX = {"add": ("+", 1), "subtract": ("-", 1), "multiply": ("*", 2), "divide": ("/", 2), "matmul": ("@", 2), "power": ("**", 4),
         "less": ("<", 0), "less_equal": ("<=", 0), "greater": (">", 0), "greater_equal": (">=", 0), "equal": ("==", 0)}  # fmt: skip
FUNCTIONS = ("exp", "log", "tanh", "sin", "cos", "sqrt", "sign", "log1p", "expm1", "arctan")


def write_instead(reading: Reading, bench: Bench, i: int, right: Iterable[int], samples: Sequence[Mapping[int, Any]]) -> str:
    """`name = expression` for claim `i`, or "" where no line of the program's own names can say it.

    Of the other claims, those that are `right` may stand in the line under their own names.
    """
    claim, graph = bench.claims[i], bench.graph
    inline = claim.update is not None and graph.nodes[claim.node].name is None
    true = bench.plain[i] if inline else bench.true[i]
    if true is None or claim.name.text.endswith("]") or len(claim.name.text) > LONGEST_NAME:
        return ""
    names = available(reading, claim.node)
    values = dict(names)
    for k in right:
        other, derivative = bench.claims[k], bench.plain[k]
        if derivative is not None and other.node in names and other.sign == 1 and other.rate is None:
            names.setdefault(derivative, names[other.node])
    try:
        text = _Python(graph, names, true).write(factor=inline)
    except _CannotSay:
        return ""
    if text.strip("-") in ("0", "0.0"):
        return ""  # whoever wrote a derivative did not mean a line that is none
    if len(text) > LONGEST_LINE or not _holds(text, reading, values, graph, true, samples):
        return ""
    text = spelled(text, reading.trace.program)
    if not text:
        return ""
    if not inline:
        return f"{claim.name.text} = {text}"
    rate = reading.rate
    shown = "" if rate is None else f"{names.get(rate.node, rate.value) if rate.node is not None else rate.value} * "
    return f"{claim.name.text} -= {shown}{text}"


def available(reading: Reading, line: int) -> dict[int, str]:
    """The nodes that a name stands for when node `line` is computed, and that name."""
    around = [c for c in reading.trace.calls if c.start <= line < c.stop]
    inner = max(around, key=lambda c: c.start, default=None)
    named = reading.graph.nodes[line].name
    scope = (named.scope if named else "") or (inner.title.rpartition(".")[2] if inner else reading.loss.name.scope)
    known = known_in(reading.trace.program, scope) if scope else frozenset[str]()
    current = dict(zip(inner.parameters, inner.arguments, strict=True)) if inner else {}
    for binding in reading.trace.bindings:
        if binding.node >= line and reading.graph.nodes[binding.node].op != "input":
            continue
        text = re.split(r"[.\[]", binding.name.text, maxsplit=1)[0]
        from_outside = scope and not binding.name.scope and text not in known
        if binding.name.scope in ("", scope) and binding.node != line and not from_outside:
            current[binding.name.text] = binding.node
    return {node: text for text, node in current.items()}


class _CannotSay(Exception):  # noqa: N818
    pass


class _Python:
    """Writes a node as Python."""

    def __init__(self, graph: Graph, names: Mapping[int, str], target: int) -> None:
        self.graph = graph
        self.names = names
        self.target = target
        self.size = 0

    def write(self, *, factor: bool = False) -> str:
        return self.expression(self.target, 2 if factor else 0)

    def expression(self, i: int, least: int) -> str:
        self.size += 1
        if self.size > 150:
            raise _CannotSay
        if i in self.names:
            return self.names[i]
        node = self.graph.nodes[i]
        if node.op in ("alias", "to_real") or (
            node.op in ("spread", "broadcast_like") and not self.graph.nodes[node.inputs[0]].shape
        ):
            return self.expression(node.inputs[0], least)
        text, binding = self.node(node)
        return f"({text})" if binding < least else text

    def node(self, node: Node) -> tuple[str, int]:
        x = node.inputs
        op = node.op
        if op in INFIX:
            sign, binding = INFIX[op]
            right = binding + (1 if op in ("subtract", "divide", "power", "matmul") else 0)
            left = binding + (1 if op in ("power", "less", "less_equal", "greater", "greater_equal", "equal") else 0)
            return f"{self.expression(x[0], left)} {sign} {self.expression(x[1], max(right, 1))}", binding
        if op == "constant":
            value = node.attributes["value"]
            if np.ndim(value):
                raise _CannotSay
            return (repr(value.item() if isinstance(value, np.generic) else value), 3 if value < 0 else 9)
        if op == "negative":
            return f"-{self.expression(x[0], 3)}", 2
        if op in FUNCTIONS:
            return f"np.{op}({self.expression(x[0], 0)})", 9
        if op in ("maximum", "minimum"):
            return f"np.{op}({self.expression(x[0], 0)}, {self.expression(x[1], 0)})", 9
        if op == "absolute":
            return f"abs({self.expression(x[0], 0)})", 9
        if op == "where":
            return self.where(node)
        if op == "transpose" and node.attributes["axes"] is None:
            return f"{self.expression(x[0], 9)}.T", 9
        if op in ("sum", "mean", "max"):
            axis = node.attributes["axis"]
            arguments = [self.expression(x[0], 0)]
            if axis is not None:
                arguments.append(f"axis={axis[0] if len(axis) == 1 else axis}")
            if node.attributes["keepdims"]:
                arguments.append("keepdims=True")
            return f"np.{op}({', '.join(arguments)})", 9
        if op == "sum_like":
            return self.summed(node), 9
        if op == "outer":
            return f"np.outer({self.expression(x[0], 0)}, {self.expression(x[1], 0)})", 9
        if op == "count":
            return self.count(node), 9
        if op == "call":
            return self.call(node)
        if op == "index" and isinstance(node.attributes["key"], (int, tuple)):
            return self.indexed(node), 9
        raise _CannotSay

    def where(self, node: Node) -> tuple[str, int]:
        c, x, y = (self.expression(i, 0) for i in node.inputs)
        if (x, y) == ("1", "0"):
            return c, 0
        return (f"np.where({c}, {x}, {y})", 9) if node.shape else (f"{x} if {c} else {y}", -1)

    def summed(self, node: Node) -> str:
        wide, narrow = self.graph.nodes[node.inputs[0]].shape, node.shape
        inner = self.expression(node.inputs[0], 0)
        if not narrow:
            return f"np.sum({inner})"
        if len(wide) == len(narrow):
            axes = [a for a, n in enumerate(narrow) if n != wide[a]]
            return f"np.sum({inner}, axis={axes[0] if len(axes) == 1 else tuple(axes)}, keepdims=True)"
        lead = len(wide) - len(narrow)
        return f"np.sum({inner}, axis={0 if lead == 1 else tuple(range(lead))})"

    def count(self, node: Node) -> str:
        axis = node.attributes["axis"]
        wide = self.graph.nodes[node.inputs[0]].shape
        alike = [text for i, text in self.names.items() if self.graph.nodes[i].shape == wide]
        inner = self.expression(node.inputs[0], 9) if node.inputs[0] in self.names or not alike else alike[0]
        return f"{inner}.size" if axis is None else " * ".join(f"{inner}.shape[{a}]" for a in axis)

    def indexed(self, node: Node) -> str:
        key = node.attributes["key"]
        parts = key if isinstance(key, tuple) else (key,)
        if not all(isinstance(p, (int, np.integer)) for p in parts):
            raise _CannotSay
        return f"{self.expression(node.inputs[0], 9)}[{', '.join(map(str, parts))}]"

    def call(self, node: Node) -> tuple[str, int]:
        """A function of the program's own by its name; its derivative written out."""
        function: Graph = node.attributes["function"]
        if not function.primes:
            return f"{function.title}({', '.join(self.expression(i, 0) for i in node.inputs)})", 9
        if not is_elementwise(function):
            raise _CannotSay
        textbook = self.textbook(node)
        if textbook:
            return textbook
        inner = _simpler(function)
        given = {
            i: f"({self.expression(s, 0)})" if s not in self.names else self.names[s]
            for i, s in zip(inner.inputs, node.inputs, strict=True)
        }
        nested = _Python(inner, given, inner.outputs[0])
        nested.size = self.size
        if inner.outputs[0] in given:
            return given[inner.outputs[0]], 9
        return nested.node(inner.nodes[inner.outputs[0]])

    def textbook(self, node: Node) -> tuple[str, int] | None:
        """σ′(z) as a·(1 − a) and tanh′(z) as 1 − a², where the program has a name for a, the value after the function."""
        title = node.attributes["function"].title
        for i, name in self.names.items():
            after = self.graph.nodes[i]
            while after.op == "alias":
                after = self.graph.nodes[after.inputs[0]]
            if after.op == "call" and after.inputs == node.inputs and after.attributes["function"].title == title:
                known = recognise(after.attributes["function"]) if node.attributes["function"].primes == 1 else None
                if known == "the sigmoid":
                    return f"{name} * (1 - {name})", 2
                if known == "tanh":
                    return f"1 - {name} ** 2", 1
        return None


def _simpler(function: Graph) -> Graph:
    """A function's body through the simplifier once more."""
    builder = Builder(simplifying=True)
    place: dict[int, int] = {}
    for i, node in enumerate(function.nodes):
        if node.op in ("input", "constant", "call"):
            place[i] = builder.append(
                Node(node.op, tuple(place[j] for j in node.inputs), node.attributes, node.shape, node.dtype)
            )
        else:
            place[i] = builder.add(node.op, tuple(place[j] for j in node.inputs), **node.attributes)
    return Graph(
        tuple(builder.nodes),
        tuple(place[i] for i in function.inputs),
        tuple(place[i] for i in function.outputs),
        function.title,
        function.primes,
    )


def _holds(
    text: str, reading: Reading, names: Mapping[int, str], graph: Graph, true: int, samples: Sequence[Mapping[int, Any]]
) -> bool:
    """The line computes the true derivative at every sample."""
    needed = list(names)
    part, place = restrict(graph, [*needed, true], inputs=())
    functions = dict(reading.trace.functions)
    agreed = 0
    for sample in samples:
        values = evaluate(part, {place[i]: v for i, v in sample.items() if i in place}, check_guards=False)
        space: dict[str, Any] = {"np": np, "math": math, **functions}
        owner: dict[str, Any] = {}
        for i in needed:
            name = names[i]
            if "." in name:
                owner[name.split(".", 1)[1]] = values[place[i]]
            else:
                space[name] = values[place[i]]
        space["self"] = type("Own", (), owner)()
        try:
            with np.errstate(all="ignore"):
                answer = compare(eval(text, space), values[place[true]])
        except Exception:  # noqa: BLE001 - a line that cannot be computed is not offered
            return False
        if answer == "different":
            return False
        agreed += answer == "same"
    return agreed >= 2
