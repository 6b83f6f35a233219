"""The place where written and true derivatives are computed side by side, at any sample, in one evaluation."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from chainrule.checking.again import Places, read_again
from chainrule.checking.claim import Claim
from chainrule.checking.tiny import without_tiny_constants
from chainrule.errors import EvaluationError, GuardFlipped
from chainrule.graph.build import Builder
from chainrule.graph.differentiate import Gradients, differentiate, restrict
from chainrule.graph.evaluate import evaluate
from chainrule.graph.reach import ancestors, descendants
from chainrule.graph.records import Graph, Node
from chainrule.reading.idle import idle_guards
from chainrule.reading.roles import Reading

GIVEN_BEFORE = ("input", "constant", "count", "alias")
MOST_RUNS = 16
MOST_SECONDS = 6.0


@dataclass(frozen=True)
class Values:
    """The values of a bench at one sample, by the node's index in the bench's graph."""

    by_node: Mapping[int, Any]
    again: bool = False

    def __getitem__(self, node: int) -> Any:
        return self.by_node[node]


@dataclass
class Bench:
    """One pass with its adjoints: `graph` begins with the pass's own nodes. `true[i]` is what claim i should hold:
    the derivative `plain[i]` with the sign and the factor that the update line asks for.
    """

    reading: Reading
    claims: Sequence[Claim]
    graph: Graph
    true: Sequence[int | None]
    plain: Sequence[int | None]
    unknown: Sequence[str]
    wanted: tuple[int, ...]
    part: Graph = field(repr=False)
    place: Mapping[int, int] = field(repr=False)
    runs: int = 0
    spent: float = 0.0

    @cached_property
    def extremes(self) -> tuple[int, ...]:
        """The largest or smallest of several, between what the claims are with respect to and the loss."""
        moved = descendants(self.reading.graph, {c.wrt for c in self.claims})
        return tuple(i for i in self.reading.before & moved if i in self.place and self.graph.nodes[i].op in ("max", "min"))

    def at(self, sample: Mapping[int, Any], *, again: bool = True, longer: bool = False) -> Values | None:
        """Every wanted value at a sample, in numbers of a `longer` format where asked for; None where the program cannot be
        followed there.

        Where it takes another branch it is read `again`, within a number of runs and of seconds.
        """
        given = {
            self.place[i]: _as_longer(v) if longer else _as_real(v)
            for i, v in sample.items()
            if i in self.place and self.part.nodes[self.place[i]].op == "input"
        }
        try:
            values = evaluate(self.part, given)
        except GuardFlipped:
            return self.run_again(sample) if again and self.runs < MOST_RUNS and self.spent < MOST_SECONDS else None
        except EvaluationError:
            return None
        back = {old: values[new] for old, new in self.place.items()}
        return Values(back)

    def run_again(self, sample: Mapping[int, Any]) -> Values | None:
        """Where the program would take another branch it is read again, at the sample's values."""
        self.runs += 1
        began = time.monotonic()
        found = self.read_again(sample)
        self.spent += time.monotonic() - began
        return found

    def read_again(self, sample: Mapping[int, Any]) -> Values | None:
        """The program read at a sample's values, and judged where that reading leads."""
        reading = read_again(self.reading, sample)
        if reading is None:
            return None
        bare, _ = without_tiny_constants(reading) if self.reading.rounded else (None, ())
        reading = reading if bare is None else replace(reading, graph=bare, rounded=True)
        trace = self.reading.trace
        places = Places((*trace.whole, *trace.graph.nodes[trace.appended :]), reading.trace.graph.nodes, trace, reading.trace)
        moved = [_moved(c, self.reading.graph.nodes, places) for c in self.claims]
        try:
            bench = build(reading, [c for c in moved if c is not None])
        except EvaluationError:
            return None
        values = bench.at(reading.leaves)
        if values is None or bench.runs:
            return None
        found: dict[int, Any] = {}
        position = 0
        for claim, true, new in zip(self.claims, self.true, moved, strict=True):
            if new is None:
                continue
            there = bench.true[position]
            position += 1
            if true is not None and there is not None:
                found[claim.node], found[true] = values[new.node], values[there]
        return Values(found, again=True)


def _moved(claim: Claim, nodes: Sequence[Node], places: Places) -> Claim | None:
    """The same claim in another reading of the program."""
    node, wrt = places.of(nodes[claim.node].name), places.of(nodes[claim.wrt].name)
    of = None if claim.of is None else places.of(nodes[claim.of].name)
    if node is None or wrt is None or (claim.of is not None and of is None):
        return None
    rate = None if claim.rate is None else places.of(nodes[claim.rate].name)
    if claim.rate is not None and rate is None:
        return None
    if claim.share is not None:
        return None  # the share has no name to be found by
    return Claim(node, claim.name, wrt, claim.sign, claim.link, of, rate=rate, update=claim.update, entry=claim.entry)


def build(reading: Reading, claims: Sequence[Claim], forward: Graph | None = None) -> Bench:
    """Differentiate what the claims are about, once for each loss, all in one graph."""
    graph = forward or reading.graph
    true: list[int | None] = [None] * len(claims)
    plain: list[int | None] = [None] * len(claims)
    unknown = [""] * len(claims)
    for of in dict.fromkeys(reading.loss.node if c.of is None else c.of for c in claims):
        mine = [i for i, c in enumerate(claims) if (reading.loss.node if c.of is None else c.of) == of]
        gradients = differentiate(graph, of, sorted({claims[i].wrt for i in mine}))
        builder = Builder(gradients.graph.nodes, simplifying=True)
        for i in mine:
            true[i], unknown[i] = _truth(builder, gradients, claims[i])
            plain[i] = gradients.adjoint.get(claims[i].wrt)
        graph = builder.finish([t for i in mine if (t := true[i]) is not None], graph.title)
    whole = list(dict.fromkeys([*(t for t in true if t is not None), *(c.node for c in claims), reading.loss.node]))
    made = [i for i in ancestors(graph, [reading.loss.node]) if i < reading.stop]  # a loss may stand after the program
    last = max([c.node for c in claims] + made)
    branches = [i for i in ancestors(graph, [reading.loss.node]) if _branches(graph.nodes[i])]
    moved = descendants(graph, [i for i in ancestors(graph, whole) if graph.nodes[i].op == "input"])
    first = min((i for i in ancestors(graph, whole) if graph.nodes[i].op not in GIVEN_BEFORE), default=0)
    guards = [i for i in range(min(first, reading.start), last) if graph.nodes[i].op == "guard" and i in moved]
    idle = idle_guards(reading.trace, [*made, *(c.node for c in claims)]) if guards else set[int]()
    guards = [i for i in guards if i not in idle]
    wanted = tuple(dict.fromkeys([*whole, *branches, *guards]))
    with_inputs = Graph(graph.nodes, tuple(i for i, n in enumerate(graph.nodes) if n.op == "input"), (), graph.title)
    part, place = restrict(with_inputs, wanted, inputs=())
    return Bench(reading, claims, graph, true, plain, unknown, wanted, part, place)


def _truth(builder: Builder, gradients: Gradients, claim: Claim) -> tuple[int | None, str]:
    """The node that holds the true derivative of a claim, its sign turned where the update line turns it."""
    nodes = builder.nodes
    hides = gradients.unknown.get(claim.wrt)
    if hides is not None:
        node = nodes[hides]
        where = f", {node.source!r}" if node.source else ""
        return None, f"{node.attributes['function']}{where}: its derivative is not known"
    at = gradients.adjoint.get(claim.wrt)
    if at is None:
        at = builder.constant(0.0)
        if nodes[claim.wrt].shape:
            at = builder.append(Node("broadcast_like", (at, claim.wrt), {}, nodes[claim.wrt].shape))
    for op, attributes in claim.entry:
        at = builder.add(op, (at,), **attributes)
    if claim.sign < 0 and claim.share is None:
        at = builder.add("negative", (at,))
    if claim.rate is not None:
        at = builder.add("multiply", (claim.rate, at))
    if claim.share is not None:
        at = builder.add("subtract", (at, builder.add("multiply", (claim.share, claim.wrt))))
        at = builder.add("negative", (at,)) if claim.sign < 0 else at
    return at, ""


def _branches(node: Node) -> bool:
    return node.op in ("maximum", "minimum", "absolute", "where", "call") or (
        node.dtype == "bool" and node.op not in ("guard", "input")
    )


def _as_real(value: Any) -> Any:
    """Samples are computed in double precision: whole numbers as reals, single precision widened."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value.astype(float)
    return value


def _as_longer(value: Any) -> Any:
    """A real number in the longest format that NumPy has here."""
    return np.asarray(value, np.longdouble)[()] if np.asarray(value).dtype.kind == "f" else value


def ties(bench: Bench, values: Values) -> bool:
    """Whether a sample sits exactly on a kink of a branch."""
    return any(i not in bench.extremes for i, _ in tied(bench, values))


def tied(bench: Bench, values: Values) -> Iterator[tuple[int, Any]]:
    """Every branch that a sample sits on the kink of, and the entries that do."""
    for i in bench.wanted:
        node = bench.graph.nodes[i]
        if node.op in ("maximum", "minimum") or (
            node.dtype == "bool" and len(node.inputs) == 2 and node.op.startswith(("less", "greater"))
        ):
            x, y = (values.by_node.get(s) for s in node.inputs)
            if x is not None and y is not None and np.any(entries := np.equal(x, y)):
                yield i, entries
        elif node.op == "call":
            argument = values.by_node.get(node.inputs[0])
            if argument is not None and tied_inside(node.attributes["function"], argument):
                yield i, None
    for i in bench.extremes:
        entries = _all_largest(values, i, bench.graph.nodes[i])
        if entries is not None:
            yield i, entries


def _all_largest(values: Values, i: int, node: Node) -> Any:
    """The entries that are the largest (or smallest) of their group, where one has several; None where none has."""
    x, most = values.by_node.get(node.inputs[0]), values.by_node.get(i)
    if x is None or most is None:
        return None
    axis = node.attributes["axis"]
    if axis is not None and not node.attributes["keepdims"]:
        most = np.expand_dims(most, axis)
    entries = np.equal(x, most)
    return entries if np.any(np.sum(entries, axis=axis) > 1) else None


def tied_inside(function: Graph, argument: Any) -> bool:
    if not any(n.op in ("less", "less_equal", "greater", "greater_equal", "maximum", "minimum") for n in function.nodes):
        return False
    try:
        values = evaluate(function, dict.fromkeys(function.inputs, argument), check_guards=False)
    except EvaluationError:
        return False
    for node in function.nodes:
        if node.op in ("less", "less_equal", "greater", "greater_equal", "maximum", "minimum"):
            x, y = (values[i] for i in node.inputs)
            if np.any(np.equal(x, y)):
                return True
    return False


def sides(bench: Bench, values: Values) -> Iterable[tuple[tuple[int, int], bool, bool]]:
    """For every branch on the way to the loss: whether this sample goes one way somewhere, and the other way somewhere."""
    for i in bench.wanted:
        node = bench.graph.nodes[i]
        if node.op in ("maximum", "minimum"):
            x, y = (values.by_node.get(s) for s in node.inputs)
            if x is not None and y is not None:
                yes = np.asarray(np.greater(x, y))
                yield (i, 0), bool(np.any(yes)), bool(np.any(~yes))
        elif node.op == "absolute" and (x := values.by_node.get(node.inputs[0])) is not None:
            yield (i, 0), bool(np.any(np.asarray(x) > 0)), bool(np.any(np.asarray(x) <= 0))
        elif node.op == "call":
            argument = values.by_node.get(node.inputs[0])
            if argument is not None:
                yield from _sides_inside(i, node.attributes["function"], argument)


def _sides_inside(i: int, function: Graph, argument: Any) -> Iterable[tuple[tuple[int, int], bool, bool]]:
    if not any(n.op in ("where", "maximum", "minimum") for n in function.nodes):
        return
    inner = evaluate(function, dict.fromkeys(function.inputs, argument), check_guards=False)
    for j, node in enumerate(function.nodes):
        if node.op == "where":
            yes = np.asarray(inner[node.inputs[0]], bool)
        elif node.op in ("maximum", "minimum"):
            yes = np.asarray(np.greater(inner[node.inputs[0]], inner[node.inputs[1]]))
        else:
            continue
        yield (i, j + 1), bool(np.any(yes)), bool(np.any(~yes))
