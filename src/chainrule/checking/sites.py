"""Places in a forward program where a mistake in its derivation can sit: steps that act on one value, entry by entry."""

from __future__ import annotations

from dataclasses import dataclass

from chainrule.graph.build import Builder
from chainrule.graph.known import recognise
from chainrule.graph.ops import OPS
from chainrule.graph.reach import ancestors
from chainrule.graph.records import Graph

CLEAR = 0.01
MOST_INSIDE = 24  # steps of one function


@dataclass(frozen=True)
class Site:
    """`node` = `function`(`source`), written at one place of the program; `nodes` are all the nodes made there
    (one for each row or time step).
    """

    nodes: tuple[tuple[int, int], ...]
    function: Graph
    title: str

    @property
    def node(self) -> int:
        return self.nodes[-1][0]

    @property
    def source(self) -> int:
        return self.nodes[-1][1]


def activation_sites(graph: Graph, of: int) -> list[Site]:
    """Every step on the way to `of` that is a function of one earlier named value, entry by entry."""
    before = ancestors(graph, [of])
    grouped: dict[object, list[tuple[int, int, Graph]]] = {}
    for i in sorted(before):
        found = _function_of_one(graph, i, before)
        if found is not None:
            source, function = found
            where = graph.nodes[i].source
            ops = tuple(n.op for n in function.nodes)  # one line may call one function for one layer, another for the next
            key = (*where.place, where.column, function.title, ops) if where else i
            grouped.setdefault(key, []).append((i, source, function))
    sites: list[Site] = []
    for group in grouped.values():
        function = group[-1][2]
        inner = graph.nodes[group[-1][0]]
        title = inner.attributes["function"].title if inner.op == "call" else recognise(function) or "its activation"
        sites.append(Site(tuple((n, s) for n, s, _ in group), function, title))
    return sites


def softmax_sites(graph: Graph, of: int) -> list[tuple[int, int]]:
    """Each value that is exp(z) / sum(exp(z)) written out, and its z (what is subtracted for safety left aside)."""
    nodes = graph.nodes
    found: list[tuple[int, int]] = []

    def exponent(i: int) -> int | None:
        while nodes[i].op == "alias":
            i = nodes[i].inputs[0]
        return nodes[i].inputs[0] if nodes[i].op == "exp" else None

    for i in sorted(ancestors(graph, [of])):
        if nodes[i].op != "divide":
            continue
        above, below = nodes[i].inputs
        while nodes[below].op in ("alias", "reshape"):
            below = nodes[below].inputs[0]
        z = exponent(above)
        if z is None or nodes[below].op != "sum" or exponent(nodes[below].inputs[0]) != z:
            continue
        while nodes[z].op == "alias" or (nodes[z].op == "subtract" and (nodes[z].name is None or _from_the_largest(graph, z))):
            z = nodes[z].inputs[0]
        found.append((i, z))
    return found


def _from_the_largest(graph: Graph, i: int) -> bool:
    """Whether a difference is of a value and its own largest: `z - np.max(z)`."""
    value, largest = graph.nodes[i].inputs
    while graph.nodes[largest].op in ("alias", "reshape"):
        largest = graph.nodes[largest].inputs[0]
    return graph.nodes[largest].op == "max" and graph.nodes[largest].inputs[0] == value


def _keeps_clear(graph: Graph, i: int) -> bool:
    """Whether a step only keeps a probability clear of 0 or of 1: `np.clip(p, 1e-7, 1 - 1e-7)`."""
    node = graph.nodes[i]
    if node.op not in ("maximum", "minimum"):
        return False
    numbers = (
        graph.nodes[s].attributes["value"] for s in node.inputs if graph.nodes[s].op == "constant" and not graph.nodes[s].shape
    )
    return any(0 < abs(number - edge) <= CLEAR for number in numbers for edge in (0, 1))


def _function_of_one(graph: Graph, i: int, before: set[int]) -> tuple[int, Graph] | None:
    node = graph.nodes[i]
    if node.op == "call":
        return node.inputs[0], node.attributes["function"]
    if node.name is None and node.op not in ("tanh", "maximum", "exp", "where"):
        return None
    if node.op in ("input", "alias", "constant") or _keeps_clear(graph, i):
        return None
    inside, sources = _made_within(graph, i, whole=False)
    if len(sources) != 1:  # 1 / (1 + exp(-(W @ x + b))): of what is in the brackets as a whole
        inside, sources = _made_within(graph, i, whole=True)
    if len(sources) != 1:
        return None
    source = sources.pop()
    if graph.nodes[source].shape != node.shape or graph.nodes[source].op in ("input", "constant") or source not in before:
        return None
    function = _cut_out(graph, sorted(set(inside)), source, i)
    return (source, function) if _bends(function) else None


def _made_within(graph: Graph, i: int, *, whole: bool) -> tuple[list[int], set[int]]:
    """The unnamed steps that make a value entry by entry, and what they begin from; a sum of several is `whole` where asked for."""
    inside: list[int] = []
    sources: set[int] = set()
    waiting = [i]
    while waiting and len(inside) <= MOST_INSIDE:
        j = waiting.pop()
        inner = graph.nodes[j]
        joins = whole and len({s for s in inner.inputs if graph.nodes[s].op != "constant"}) > 1
        if j != i and (inner.name is not None or not _elementwise(graph, j) or joins):
            sources.add(j)
        elif inner.op == "input" or not _elementwise(graph, j):
            return [], set()
        else:
            inside.append(j)
            waiting.extend(inner.inputs)
    return ([], set()) if waiting else (inside, sources)


def _elementwise(graph: Graph, i: int) -> bool:
    node = graph.nodes[i]
    if node.op == "constant":
        return not node.shape
    return node.op in OPS and OPS[node.op].elementwise


def _cut_out(graph: Graph, inside: list[int], source: int, end: int) -> Graph:
    builder = Builder()
    place = {source: builder.input(graph.nodes[source].shape)}
    for j in inside:
        if j in place:
            continue
        node = graph.nodes[j]
        if node.op == "constant":
            place[j] = builder.constant(node.attributes["value"])
        else:
            place[j] = builder.add(node.op, tuple(place[s] for s in node.inputs), **node.attributes)
    return builder.finish([place[end]], "f")


def _bends(function: Graph) -> bool:
    """A function that is more than a sum or a multiple."""
    return any(n.op not in ("add", "subtract", "negative", "input", "constant", "alias", "multiply") for n in function.nodes)
