"""The loss of a loop over rows or small batches that is computed elsewhere, over other rows: the same function of what the
step was made from.

After its rows an epoch computes `cost = -np.mean(y * np.log(q)) + penalty(w)` over all data. What it is there of the
network's output, the target and the parameters, it is of those of one step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from chainrule.errors import EvaluationError, GraphError
from chainrule.graph.build import Builder
from chainrule.graph.reach import ancestors, descendants
from chainrule.graph.records import Node
from chainrule.reading.appended import with_loss
from chainrule.reading.names import STRONG_LOSS, last, reads_as_derivative
from chainrule.reading.trace import Trace
from chainrule.reading.updates import Update
from chainrule.reading.views import root

CONTENT = ("shape", "key", "value")  # of an op's attributes, those that differ from rows to rows
SAME = ("alias", "to_real", "to_int")
CANNOT = (EvaluationError, GraphError, ValueError, IndexError, TypeError)  # shapes that do not fit


def losses_elsewhere(trace: Trace, start: int, stop: int) -> list[int]:
    """The named losses outside a pass, the last one of each name, and of each list of them."""
    nodes = trace.graph.nodes
    found: dict[str, int] = {}
    for i, node in enumerate(nodes[: trace.appended]):
        name = node.name
        if start <= i < stop or name is None or node.shape or node.op in ("input", "constant", "count"):
            continue
        if STRONG_LOSS.search(last(name.text)) and not reads_as_derivative(name.text):
            found[name.text.partition("[")[0]] = i
    return sorted(found.values())


def of_own_rows(
    trace: Trace, loss: int, pairs: Sequence[tuple[int, int]], updates: Sequence[Update]
) -> tuple[Trace, int] | None:
    """The trace with a loss computed anew, of the outputs and targets that the steps of a pass compare; and its node. None
    where the loss is no function of such.
    """
    name = trace.graph.nodes[loss].name
    text = f"({name.text if name else 'loss'} of these rows)"

    def computed(builder: Builder) -> int:
        (first, _), outputs, targets = pairs[0], *zip(*pairs, strict=True)
        if len(pairs) == 1:
            return _Applied(trace, loss, first, *pairs[0], updates, builder).made()
        return _Applied(
            trace, loss, first, builder.add("stack", outputs), builder.add("stack", targets), updates, builder
        ).made()

    try:
        return with_loss(trace, computed, text)
    except CANNOT:
        return None


@dataclass(frozen=True)
class _Applied:
    """One loss as a function of one output and target, computed as the output `like` is."""

    trace: Trace
    loss: int
    like: int
    output: int
    target: int
    updates: Sequence[Update]
    builder: Builder

    def made(self) -> int:
        """The node of the loss.

        Raises:
            EvaluationError: the loss is no function of an output like that of the pass.
        """
        nodes, graph = self.trace.graph.nodes, self.trace.graph
        parameters = self._parameters()
        moved = descendants(graph, parameters)
        signatures = self._signatures(parameters, moved)
        before = ancestors(graph, [self.loss])
        alike = {i for i in before & moved if signatures[i] == signatures[self.like]} or self._handed_over(moved)
        if not alike or self.loss in alike:
            raise EvaluationError(self.loss, "it is no function of such an output")
        stops = frozenset(alike | parameters.keys())
        needed = ancestors(graph, [self.loss], stops)
        data = sorted(i for i in needed if i not in moved and nodes[i].op != "constant")
        whole = self._as_before([i for i in data if nodes[i].op == "input"])
        rows = whole | self._rows(data, whole)
        measured = descendants(graph, alike)
        at: dict[int, int] = {}
        of_all: dict[int, int] = {}
        for i in sorted(needed):
            if i in alike:
                at[i] = self.output
            elif i in parameters:
                at[i] = parameters[i]
            elif i in moved:  # in a penalty, numbers of rows are those of all data
                at[i] = self._again(i, at if i in measured else {**at, **of_all})
            else:
                at[i] = rows[i] if i in rows else self._again(i, at)
                of_all[i] = whole[i] if i in whole else self._again(i, of_all)
        if self.builder.nodes[at[self.loss]].shape:
            raise EvaluationError(self.loss, "it is no function of such an output")
        return at[self.loss]

    def _again(self, i: int, at: Mapping[int, int]) -> int:
        """A value computed as it was, from what stands for its inputs."""
        node = self.trace.graph.nodes[i]
        inputs = [at[s] for s in node.inputs]
        if inputs == list(node.inputs) or node.op == "guard":
            return i
        if node.op == "call":
            return self.builder.call(node.attributes["function"], inputs)
        return self.builder.add(node.op, inputs, **node.attributes)

    def _handed_over(self, moved: Set[int]) -> set[int]:
        """The one argument of the function that computes the loss that is made with parameters: `mse(y_true, y_pred)`."""
        inside = [c for c in self.trace.calls if self.loss in c.results]
        call = min(inside, key=lambda c: c.stop - c.start, default=None)
        given = set() if call is None else {i for i in call.arguments if i in moved}
        return given if len(given) == 1 else set()

    def _parameters(self) -> Mapping[int, int]:
        """Every node that holds a parameter, by its name or its place; and what holds it when the pass begins."""
        nodes = self.trace.graph.nodes
        olds: dict[int, int] = {}
        for update in self.updates:
            olds.setdefault(root(nodes, update.old), update.old)
        names = {(n.text, n.scope): old for first, old in olds.items() if (n := nodes[first].name)}
        news = {u.new: u.old for u in self.updates}
        found: dict[int, int] = {}
        for i, node in enumerate(nodes):
            if i in news:
                found[i] = olds[root(nodes, news[i])]
            elif root(nodes, i) in olds and node.op in ("input", *SAME):
                found[i] = olds[root(nodes, i)]
            elif node.op == "input" and node.name is not None and (node.name.text, node.name.scope) in names:
                found[i] = names[node.name.text, node.name.scope]
        return found

    def _signatures(self, parameters: Mapping[int, int], moved: Set[int]) -> dict[int, object]:
        """How the values of the loss and of the pass's output are computed from the parameters and from data, whatever data."""
        nodes = self.trace.graph.nodes
        found: dict[int, object] = {}
        for k in sorted(ancestors(self.trace.graph, [self.loss, self.like])):
            node = nodes[k]
            if k in parameters:
                found[k] = hash(("parameter", root(nodes, parameters[k])))
            elif k not in moved:
                plain = node.op == "constant" and not node.shape
                found[k] = hash(("constant", node.attributes["value"])) if plain else "data"
            elif node.op in SAME:
                found[k] = found[node.inputs[0]]
            else:
                found[k] = hash((node.op, _attributes(node), tuple(found[s] for s in node.inputs)))
        return found

    def _as_before(self, data: Sequence[int]) -> dict[int, int]:
        """What was live between the pass and the loss has a new leaf of its name: the one that it was in the pass."""
        nodes = self.trace.graph.nodes
        used = ancestors(self.trace.graph, [u.step for u in self.updates], frozenset(u.new for u in self.updates))
        named = {(n.text, n.scope): i for i in sorted(used) if (n := nodes[i].name)}
        found = {d: named.get((n.text, n.scope)) for d in data if (n := nodes[d].name)}
        return {d: i for d, i in found.items() if i is not None}

    def _rows(self, data: Sequence[int], whole: Mapping[int, int]) -> dict[int, int]:
        """For the data of the loss, the rows of it that the pass's step is made from; its target, for the only data there is."""
        nodes = self.trace.graph.nodes
        used = ancestors(self.trace.graph, [u.step for u in self.updates], frozenset(u.new for u in self.updates))
        picked: dict[int, list[int]] = {}
        for i in sorted(used):
            if nodes[i].op == "index":
                picked.setdefault(_itself(nodes, nodes[i].inputs[0]), []).append(i)
        rows = {first: found[0] for first, found in picked.items() if len(found) == 1}
        found: dict[int, int] = {}
        for d in data:
            before = whole.get(d, d)
            if nodes[before].op == "count" and _itself(nodes, nodes[before].inputs[0]) in rows:
                of = rows[_itself(nodes, nodes[before].inputs[0])]
                found[d] = self.builder.add("count", (of,), **nodes[before].attributes)
            elif _itself(nodes, before) in rows:
                found[d] = rows[_itself(nodes, before)]
        arrays = [d for d in data if nodes[d].shape and nodes[d].op == "input"]
        given = self.builder.shape_of(self.target)
        if not found and len(arrays) == 1 and nodes[arrays[0]].shape[1:] in (given, given[1:]):
            found[arrays[0]] = self.target
        return found


def _itself(nodes: Sequence[Node], i: int) -> int:
    """A value by whatever name; a view of it that is turned is another."""
    while nodes[i].op in SAME:
        i = nodes[i].inputs[0]
    return i


def _attributes(node: Node) -> object:
    if node.op == "call":
        function = node.attributes["function"]
        return function.title, tuple(n.op for n in function.nodes)
    return tuple(sorted((k, repr(v)) for k, v in node.attributes.items() if k not in CONTENT))
