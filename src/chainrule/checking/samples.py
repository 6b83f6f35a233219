"""Where a derivative is tried: values searched for in the data's own domain, both sides of every branch among them.

Integers stay integers, 0/1 stay 0/1, one-hot rows one-hot, rows that sum to one keep doing so, probabilities and
positive values stay such; what an accumulator starts from, a mask that is added, a seed or an epsilon stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np

from chainrule.checking.families import collected
from chainrule.graph.reach import ancestors
from chainrule.graph.records import Graph, Name, Node
from chainrule.reading.names import PENALTY, RATE, STAYS, TARGET, last
from chainrule.reading.roles import Reading
from chainrule.reading.views import root

Domain: TypeAlias = Literal[
    "real", "integers", "0/1", "one-hot rows", "one-hot columns", "one-hot rows and columns", "rows summing to 1",
    "columns summing to 1", "in [0, 1]", "positive", "varied alone", "as given", "fixed",
]  # fmt: skip
STILL = ("as given", "fixed")
TIED = (*STILL, "one-hot rows", "one-hot columns", "one-hot rows and columns", "rows summing to 1", "columns summing to 1")
CLOSE = 0.05
BESIDE = 0.001
SCALES = (0.1, 0.3, 1.0, 1.0, 0.5, 1.0, 2.0, 1.0, 3.0, 0.7, 0.01, 2.0, 0.001, 3.0, 1.0, 1.5)


HIDES = -1000.0
KNOWN_NUMBERS = (math.e, math.pi, 2 * math.pi, math.log(2), math.sqrt(2))  # typed in, and no setting


@dataclass(frozen=True)
class Leaf:
    """A value that may be moved, and within what; `twins` hold the same setting elsewhere, as the defaults of two functions do,
    or the same data by the same name, written down once more.
    """

    node: int
    domain: Domain
    value: Any
    role: str
    twins: tuple[int, ...] = ()

    def sets(self, value: Any) -> dict[int, Any]:
        """The values of a sample that moving this one sets."""
        return dict.fromkeys((self.node, *self.twins), value)


def domains(reading: Reading, graph: Graph, claimed: Set[int] = frozenset()) -> list[Leaf]:
    """The domain of every leaf that the loss or a claim depends on, parameters first, then inputs, targets, the rest. What is
    `claimed` to have a derivative, and is full of one number, starts so and may be anything.
    """
    roles = [("parameters", r.node) for r in reading.parameters]
    roles += [("inputs", r.node) for r in reading.inputs]
    roles += [("targets", r.node) for r in reading.targets]
    known = {n for _, n in roles}
    roles += [("constants", i) for i in graph.inputs if i not in known]
    indices = _used_as_index(graph)
    grown = _grown(graph)
    sums = {(n.text, n.scope) for i in grown if (n := graph.nodes[i].name) is not None}
    before = ancestors(graph, [reading.loss.node])
    picked = _only_picked_from(graph)
    stepped = {root(graph.nodes, u.old) for u in reading.updates}
    data = {i for role, i in roles if role == "inputs" and np.any(reading.values[i])}
    leaves: list[Leaf] = []
    for role, i in roles:
        value = reading.values[i]
        name = graph.nodes[i].name
        domain: Domain = "fixed"
        if i not in indices and (role == "parameters" or i not in grown) and graph.nodes[i].dtype in ("int", "real"):
            if role == "parameters":
                domain = "real" if i in stepped or not _is_mask(value) else "0/1"
            elif i in reading.trace.as_given:
                domain = "as given"
            elif i in claimed and np.ndim(value) and np.all(value == np.ravel(value)[:1]):
                domain = "real"
            elif role in ("inputs", "targets") and not (name and _stays(role, last(name.text)) and not np.ndim(value)):
                empty = name is not None and (name.text, name.scope) in sums and not np.any(value)  # a sum that got nothing
                kept = empty or _is_first_state(graph, i, value, before, data) or (i in picked and _is_identity(value))
                domain = "fixed" if kept else domain_of(value)
            elif i in before and _is_hyperparameter(graph.nodes[i], value):
                domain = "varied alone"
        leaves.append(Leaf(i, domain, value, role))
    alike: dict[object, list[Leaf]] = {}
    anew: dict[object, list[Leaf]] = {}
    for leaf in leaves:
        name = graph.nodes[leaf.node].name
        if leaf.role == "constants" and name is not None:
            alike.setdefault((last(name.text), np.shape(leaf.value)), []).append(leaf)
            if leaf.node not in before:
                anew.setdefault((name.text, name.scope, _content(leaf.value)), []).append(leaf)
    return [_with_twins(leaf, graph.nodes[leaf.node].name, alike, anew if leaf.node in before else {}) for leaf in leaves]


def _only_picked_from(graph: Graph) -> set[int]:
    """What rows are picked from, and nothing else is made of: `eye[label]` is a table of one-hot rows."""
    ops: dict[int, set[str]] = {}
    for node in graph.nodes:
        for s in node.inputs:
            ops.setdefault(s, set()).add(node.op)
    return {i for i, users in ops.items() if users == {"index"}}


def _is_identity(value: Any) -> bool:
    array = np.asarray(value)
    square = array.ndim == 2 and array.shape[0] == array.shape[1] > 1
    return square and bool(np.array_equal(array, np.eye(len(array))))


def _stays(role: str, text: str) -> bool:
    """Whether a number's name says that it is none of the data, as `t` is unless it is a target."""
    return bool(STAYS.match(text)) and not (role == "targets" and TARGET.match(text))


def _content(value: Any) -> object:
    array = np.asarray(value)
    return (array.shape, array.astype(float).tobytes()) if array.dtype.kind in "iuf" else repr(value)


def _is_mask(value: Any) -> bool:
    """Whether an array holds zeros and ones, some of each: kept by an object like a parameter, and none."""
    array = np.asarray(value)
    return bool(array.ndim and np.all((array == 0) | (array == 1)) and np.any(array == 0) and np.any(array == 1))


def _with_twins(
    leaf: Leaf, name: Name | None, alike: Mapping[object, Sequence[Leaf]], anew: Mapping[object, Sequence[Leaf]]
) -> Leaf:
    """A leaf with what holds the same elsewhere: of data and settings, the constants whose names end as its own does; of all,
    what the program set anew to the same, beyond the loss.
    """
    if name is None:
        return leaf
    twins: Iterable[Leaf] = anew.get((name.text, name.scope, _content(leaf.value)), ())
    if leaf.role != "parameters" and (leaf.domain == "varied alone" or np.ndim(leaf.value)):
        others = alike.get((last(name.text), np.shape(leaf.value)), ())
        twins = (other for other in others if np.array_equal(other.value, leaf.value))
    return replace(leaf, twins=tuple(twin.node for twin in twins if twin.node != leaf.node))


def _is_hyperparameter(node: Node, value: Any) -> bool:
    """A strength that a person chose (of weight decay, of a slope): no count, no epsilon, no switch."""
    name = node.name
    if name is None or not isinstance(value, float):
        return False
    text = last(name.text)
    if value == 0:
        return bool(PENALTY.match(text))  # a penalty that is switched off
    known = any(abs(value - number) < 1e-3 * number for number in KNOWN_NUMBERS)
    return not (STAYS.match(text) or RATE.match(text) or known) and 1e-4 < abs(value) < 1e4


def _is_first_state(graph: Graph, leaf: int, value: Any, before: Set[int], data: Set[int]) -> bool:
    """Whether an array of zeros is what a loop begins with: `h = np.zeros(n)`, and then `h = tanh(x @ U + h @ W)` of data."""
    name = graph.nodes[leaf].name
    if name is None or not np.ndim(value) or np.any(value):
        return False
    own = (name.text.partition("[")[0], name.scope)
    later = (
        i for i in before
        if i > leaf and graph.nodes[root(graph.nodes, i)].op != "input" and (n := graph.nodes[i].name) and (n.text.partition("[")[0], n.scope) == own
    )  # fmt: skip
    made_of = ancestors(graph, list(later))
    of_numbers_typed_in = not data and any(graph.nodes[i].op == "input" and graph.nodes[i].shape for i in made_of - {leaf})
    return leaf in made_of and (of_numbers_typed_in or not data.isdisjoint(made_of))


def domain_of(value: Any) -> Domain:
    """The narrowest domain that a value of the data shows."""
    array = np.asarray(value)
    if array.dtype.kind not in "iuf" or not np.all(np.isfinite(array)):
        return "fixed"
    if _hides(array):
        return "fixed"
    whole = bool(np.all(array == np.round(array)))
    binary = bool(np.all((array == 0) | (array == 1)))
    rows, columns = (_sums_to_one(array, axis) for axis in (-1, 0))
    if rows and columns and binary:
        return "one-hot rows and columns"
    if rows:
        return "one-hot rows" if binary else "rows summing to 1"
    if columns:
        return "one-hot columns" if binary else "columns summing to 1"
    if array.ndim == 1 and array.size > 2 and binary and array.sum() == 1:
        return "one-hot rows"
    if binary:
        return "0/1"
    if whole:
        return "integers"
    if np.all((array >= 0) & (array <= 1)):
        return "in [0, 1]"
    if np.all(array > 0) and array.size > 1:
        return "positive"
    return "real"


def _hides(array: np.ndarray) -> bool:
    """Whether an array is 0 and one large negative number, as what is added to scores to hide some from a softmax."""
    least = float(np.min(array, initial=0.0))
    return least <= HIDES and bool(np.all((array == 0) | (array == least)))


def _sums_to_one(array: np.ndarray, axis: int) -> bool:
    """Whether probabilities stand along an axis of a matrix, or of several."""
    if array.ndim < 2 or array.shape[axis] < 2:
        return False
    return bool(np.allclose(array.sum(axis=axis), 1) and np.all(array >= 0))


def _used_as_index(graph: Graph) -> set[int]:
    """Leaves that decide an index, a shape or a branch on something other than a comparison."""
    waiting = [n.inputs[0] for n in graph.nodes if n.op == "guard" and graph.nodes[n.inputs[0]].dtype != "bool"]
    seen: set[int] = set()
    while waiting:
        i = waiting.pop()
        if i not in seen:
            seen.add(i)
            waiting.extend(s for s in graph.nodes[i].inputs if graph.nodes[i].op != "count")
    return {i for i in seen if graph.nodes[i].op == "input"}


def _grown(graph: Graph) -> set[int]:
    """Accumulators: leaves that are added to under their own name."""
    found: set[int] = set()
    for node in graph.nodes:
        if node.name is None or node.op not in ("add", "store", "subtract"):
            continue
        source = graph.nodes[node.inputs[0]]
        if (
            source.op == "input"
            and source.name is not None
            and (source.name.text, source.name.scope) == (node.name.text, node.name.scope)
        ):
            found.add(node.inputs[0])
    return found


def describe(leaves: list[Leaf], graph: Graph) -> str:
    """The domain in words: "parameters and x real, y in {0, 1}"."""
    groups: dict[str, dict[str, None]] = {}
    for leaf in leaves:
        name = graph.nodes[leaf.node].name
        if leaf.domain == "fixed" or name is None:
            continue
        label = "parameters" if leaf.role == "parameters" else name.text
        groups.setdefault(leaf.domain, {})[label] = None
    return "; ".join(f"{', '.join(collected(names))} {domain}" for domain, names in groups.items())


def draw(leaves: list[Leaf], number: int, *, near: bool = False, beside: bool = False) -> dict[int, Any]:
    """The `number`-th sample: every movable leaf at once; the first ones, and those asked for so, stay near the program's own
    values, and those leave single whole numbers as they are, which may be sizes. What is right `beside` them moves little, and
    only what can: the program takes the branches that it took.
    """
    generator = np.random.default_rng(9176 + number)
    near = near or beside
    scale = BESIDE if beside else CLOSE if near else SCALES[number % len(SCALES)]
    still = {
        leaf.node
        for leaf in leaves
        if leaf.domain in STILL
        or (near and leaf.domain == "integers" and not np.ndim(leaf.value))
        or (beside and leaf.domain != "real")
    }
    near = near or number < 2
    made = {leaf.node: leaf.value if leaf.node in still else _drawn(leaf, generator, scale, near=near) for leaf in leaves}
    for leaf in leaves:
        made |= leaf.sets(made[leaf.node])
    return made


def _drawn(leaf: Leaf, generator: np.random.Generator, scale: float, *, near: bool) -> Any:
    value = np.asarray(leaf.value)
    shape = value.shape
    match leaf.domain:
        case "real":
            size = np.maximum(np.abs(value.astype(float)), 0.1)
            made: Any = value + scale * size * generator.normal(size=shape) if near else scale * generator.normal(size=shape)
        case "integers":
            low, high = int(value.min()), int(value.max())
            made = generator.integers(min(low, -3), max(high, 3) + 1, size=shape)
            made = made if low < 0 else np.abs(made)
        case "0/1":
            made = generator.integers(0, 2, size=shape)
        case "one-hot rows":
            made = _one_hot(shape, generator)
        case "one-hot columns":
            made = _one_hot(shape[::-1], generator).T
        case "one-hot rows and columns":
            made = value[generator.permutation(shape[0])]
        case "rows summing to 1" | "columns summing to 1":
            raw = generator.exponential(size=shape)
            made = raw / raw.sum(axis=-1 if leaf.domain[0] == "r" else 0, keepdims=True)
        case "varied alone":
            made = value * generator.choice((1.0, 1.0, 0.5, 2.0)) if value else generator.choice((0.0, 0.5, 1.0))
        case "in [0, 1]":
            made = generator.uniform(size=shape)
        case "positive":
            made = np.abs(value) * generator.uniform(0.3, 2.5, size=shape)
        case _:
            made = value
    made = np.asarray(made)
    if value.dtype.kind == "f" and made.dtype.kind in "iu":
        made = made.astype(float)
    return made if shape else made.item()


def _one_hot(shape: tuple[int, ...], generator: np.random.Generator) -> np.ndarray:
    rows = math.prod(shape[:-1])
    made = np.zeros((rows, shape[-1]), int)
    made[np.arange(rows), generator.integers(0, shape[-1], size=rows)] = 1
    return made.reshape(shape)


def single_changes(leaves: list[Leaf], most: int = 4000) -> list[tuple[Leaf, Any, float]]:
    """One value changed at a time: 0, ±1, ±2, ±5, ±10, on parameters, then inputs, then targets, in program order.

    The second entry is the index of the entry within an array, () for a number.
    """
    steps = (0, 1, -1, 2, -2, 5, -5, 10, -10)
    found: list[tuple[Leaf, Any, float]] = []
    for leaf in leaves:
        if leaf.domain in TIED:
            continue
        value = np.asarray(leaf.value)
        if leaf.domain == "varied alone":
            found += [(leaf, (), float(value) * factor if value else factor) for factor in (2, 0.5)]
            continue
        for entry in np.ndindex(value.shape):
            for step in steps:
                if _allowed(leaf.domain, step) and value[entry] != step:
                    found.append((leaf, entry, step))
            if len(found) >= most:
                return found
    return found


def _allowed(domain: Domain, value: float) -> bool:
    match domain:
        case "0/1":
            return value in (0, 1)
        case "in [0, 1]":
            return 0 <= value <= 1
        case "positive":
            return value > 0
        case _:
            return True


def changed(leaves: list[Leaf], leaf: Leaf, entry: Any, value: float) -> dict[int, Any]:
    """The program's own values with one entry changed."""
    made: dict[int, Any] = {other.node: other.value for other in leaves}
    if entry == ():
        made |= leaf.sets(value)
    else:
        array = np.array(leaf.value, float)
        array[entry] = value
        made[leaf.node] = array
    return made


Sample: TypeAlias = Mapping[int, Any]
