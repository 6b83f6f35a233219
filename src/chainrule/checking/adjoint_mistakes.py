"""Mistakes in carrying the derivative back: a use lost, another loss, another operand, a transpose or a sum astray."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from chainrule.checking.claim import unaliased
from chainrule.checking.derivation import Slip, Suspicion, Variant, derive
from chainrule.checking.words import enumerated
from chainrule.errors import EvaluationError
from chainrule.graph.build import Builder
from chainrule.graph.differentiate import Contribution, differentiate
from chainrule.graph.evaluate import evaluate
from chainrule.graph.expression import Expression
from chainrule.graph.reach import ancestors, descendants
from chainrule.graph.records import Graph, Node

ALREADY_UPDATED = "already updated"
MOST_OUTPUTS = 4
EPSILON_SHARE = 0.05


def lost_uses(s: Suspicion) -> Iterator[Slip]:
    """A value is used several times, and one use is not counted; in a loop, at every step."""
    true = differentiate(s.graph, s.of, [s.wrt])
    on_the_way = ancestors(true.graph, [true.adjoint[s.wrt]]) if s.wrt in true.adjoint else set()
    yield from _one_step_only(s, true.contributions.get(s.wrt, ()))
    steps: dict[tuple[str, str, object], set[tuple[int, int]]] = {}
    for node, contributions in true.contributions.items():
        if len(contributions) < 2 or not any(c.node in on_the_way for c in contributions):
            continue
        for at in dict.fromkeys(c.consumer for c in contributions):
            consumer = s.graph.nodes[at]
            line = f" ({consumer.source!r})" if consumer.source else ""
            what = s.labels[at] if consumer.name else f"its use in `{consumer.op}`"
            words = f"it leaves out one use of {s.labels[node]}: {what}{line}"
            slots = frozenset((c.consumer, c.slot) for c in contributions if c.consumer == at)
            if len(slots) < len(contributions):
                yield Slip(words, ("use", at), without=slots)
                if consumer.source is not None and node != s.wrt:
                    steps.setdefault((_family(s, node), consumer.op, consumer.source), set()).update(slots)
            for slot in slots if len(slots) > 1 else ():
                yield Slip(f"{words}, on one side", ("use", *slot), without=frozenset({slot}))
    for (family, op, source), every in steps.items():
        if len({at for at, _ in every}) > 1:
            words = f"it carries nothing back from one step to the one before: at every step it leaves out the use in `{op}` ({source!r})"
            yield Slip(words, ("steps", family, op, source), without=frozenset(every))


def _one_step_only(s: Suspicion, contributions: Sequence[Contribution]) -> Iterator[Slip]:
    """What a loop gathers is set anew at each step, so that one step's part is all that stays."""
    alike: dict[tuple[str, object, str], list[Contribution]] = {}
    for c in contributions:
        node = s.graph.nodes[c.consumer]
        if node.source is not None:
            alike.setdefault((node.op, node.source, repr(node.attributes.get("key"))), []).append(c)
    repeated = [uses for uses in alike.values() if len(uses) > 1]
    for last in (-1, 0):
        lost = [c for uses in repeated for c in uses if c is not _ordered(uses)[last]]
        words = f"it keeps what one step of the loop gives for {s.title}, where all steps add up: = where += belongs"
        if lost:
            yield Slip(words, ("one step", last), without=frozenset((c.consumer, c.slot) for c in lost))


def _ordered(uses: Sequence[Contribution]) -> list[Contribution]:
    return sorted(uses, key=lambda c: c.consumer)


def _family(s: Suspicion, node: int) -> str:
    """What the values of a loop's steps have in common: `hs` of hs[1] and hs[2], `c` of c₂ and c₃."""
    name = s.graph.nodes[node].name
    return name.text.partition("[")[0] if name else ""


def halved_squares(s: Suspicion) -> Iterator[Slip]:
    """The 2 of (x²)′ = 2x is forgotten."""
    nodes = s.graph.nodes
    for at in sorted(ancestors(s.graph, [s.of])):
        node = nodes[at]
        if not node.inputs:
            continue
        base = node.inputs[0]
        square = node.op == "power" and nodes[node.inputs[1]].attributes.get("value") == 2
        if square or (node.op == "multiply" and node.inputs == (base, base)):
            line = f" ({node.source!r})" if node.source else ""
            words = f"it leaves out the factor 2 of the derivative of {s.labels[base]}²{line}"
            yield Slip(words, ("half", at), detours={at: (base, _at_base(base))})


def lost_divisions(s: Suspicion) -> Iterator[Slip]:
    """What the program divides by a number on its way forward is not divided on the way back: dropout's keep_prob, the m of a mean."""
    nodes = s.graph.nodes
    for at in sorted(ancestors(s.graph, [s.of])):
        node = nodes[at]
        if (
            node.op == "divide"
            and not nodes[node.inputs[1]].shape
            and nodes[node.inputs[1]].op in ("input", "constant", "count")
        ):
            line = f" ({node.source!r})" if node.source else ""
            words = f"it leaves out the division by {s.labels[node.inputs[1]]}{line}"
            yield Slip(words, ("undivided", at), detours={at: (node.inputs[0], lambda g: g)})


def _at_base(base: int) -> Callable[[Expression], Expression]:
    return lambda g: g * Expression(g.builder, base)


def other_losses(s: Suspicion) -> Iterator[Slip]:
    """The gradient of another loss than the one written."""
    nodes = s.graph.nodes
    outputs = [i for i in ancestors(s.graph, [s.of]) if nodes[i].name and i != s.of and nodes[i].op != "input"]
    pairs = [
        (output, target)
        for target in s.targets
        for output in sorted(outputs, reverse=True)
        if nodes[output].shape == nodes[target].shape and nodes[output].dtype == "real"
    ]
    for output, target in pairs[:MOST_OUTPUTS]:
        for title, slope in (("squared error", _squared), ("binary cross-entropy", _binary), ("cross-entropy", _likelihood)):
            words = f"it is the gradient of {title} of {s.labels[output]} and {s.labels[target]}, not of {s.loss} as written"
            slip = Slip(words, ("loss", title), detours={s.of: (output, _at(slope, output, target))})
            if not _is_the_loss(s, output, slip):
                yield slip


def _is_the_loss(s: Suspicion, output: int, slip: Slip) -> bool:
    """The written loss has that slope at the output, but for an epsilon in a logarithm or the number of rows."""
    at_output = replace(s, wrt=output, entry=())
    written, other = derive(at_output), derive(at_output, slip)
    if written is None or other is None:
        return False
    factors: list[float] = []
    for sample in s.samples:
        try:
            own = np.ravel(evaluate(written.graph, sample, check_guards=False)[written.node])
            its = np.ravel(evaluate(other.graph, sample, check_guards=False)[other.node])
        except EvaluationError:
            continue
        told = np.isfinite(its) & np.isfinite(own) & (its != 0)
        factors.extend(own[told] / its[told])
    return bool(factors) and float(np.ptp(factors)) <= EPSILON_SHARE * abs(float(np.median(factors)))


def _at(slope: Callable[[Expression, Expression], Expression], output: int, target: int) -> Callable[[Expression], Expression]:
    return lambda g: slope(Expression(g.builder, output), Expression(g.builder, target))


def _squared(p: Expression, y: Expression) -> Expression:
    return p - y


def _binary(p: Expression, y: Expression) -> Expression:
    return (p - y) / (p * (1 - p))


def _likelihood(p: Expression, y: Expression) -> Expression:
    return -y / p


def edits(s: Suspicion, v: Variant) -> Iterator[Variant]:
    """One more mistake in what a derivation gives: transposes left out, wrong sums, wrong operands."""
    yield from _transposes(s, v)
    yield from _sums(s, v)
    yield from _operands(s, v)
    yield from _computed_anew(s, v)


def lost_factors(s: Suspicion, v: Variant) -> Iterator[Variant]:
    """A product of the derivation without one of its factors that has a name in the program."""
    n = len(s.graph.nodes)
    for i in sorted(ancestors(v.graph, [v.node])):
        node = v.graph.nodes[i]
        if i < n or node.op != "multiply":
            continue
        for slot, kept in enumerate(node.inputs):
            lost = node.inputs[1 - slot]
            if lost < n and s.graph.nodes[lost].name is not None and v.graph.nodes[kept].shape == node.shape:
                alone = replace(node, op="alias", inputs=(kept,), attributes={})
                yield v.then(
                    f"it leaves out the factor {s.labels[lost]}", _with(v.graph, i, alone), v.node, ("factor", i, lost)
                )


def _transposes(s: Suspicion, v: Variant) -> Iterator[Variant]:
    n, shape = len(s.graph.nodes), v.graph.nodes[v.node].shape
    if len(shape) == 2 and shape[0] == shape[1] > 1:
        builder = Builder(v.graph.nodes)
        turned = builder.add("transpose", (v.node,), axes=None)
        yield v.then(f"it is transposed: it is (∂{s.loss}/∂{s.title})ᵀ", builder.finish([turned]), turned, "transposed")
    missing: dict[int, list[int]] = {}
    for i in sorted(ancestors(v.graph, [v.node])):
        node = v.graph.nodes[i]
        if i >= n and node.op == "transpose" and len(node.shape) == 2 and node.shape[0] == node.shape[1]:
            missing.setdefault(node.inputs[0], []).append(i)
    for inner, all_of_them in missing.items():
        words = f"it uses {s.labels[inner]} where {s.labels[inner]}ᵀ is needed" if inner < n else "a transpose is missing"
        for some in dict.fromkeys((tuple(all_of_them), *((i,) for i in all_of_them))):  # of a loop's steps, all or one
            graph = v.graph
            for i in some:
                graph = _with(graph, i, replace(graph.nodes[i], op="alias", attributes={}))
            yield v.then(words, graph, v.node, ("transpose", inner))


def _sums(s: Suspicion, v: Variant) -> Iterator[Variant]:
    """A sum over other axes than it should be, over none, or the first row in its place."""
    end = v.node
    while v.graph.nodes[end].op == "alias":
        end = v.graph.nodes[end].inputs[0]
    for i in sorted(ancestors(v.graph, [v.node])):
        node = v.graph.nodes[i]
        if i < len(s.graph.nodes) or node.op not in ("sum_like", "sum") or not v.graph.nodes[node.inputs[0]].shape:
            continue
        right = _summed_axes(v.graph, i)
        wide = v.graph.nodes[node.inputs[0]].shape
        rank = len(wide)
        for axes in (*((a,) for a in range(rank)), tuple(range(rank)), ()):
            nothing = all(wide[a] == 1 for a in axes)  # a sum of one entry is said to be one where the line has a sum
            if axes != right and not (nothing and bool(axes) != _is_a_sum(s)):
                yield from _summed_over(s, v, i, axes, right, last=i == end)
        yield from _first_only(s, v, i, right)
    rank = len(v.graph.nodes[end].shape)
    if v.graph.nodes[end].op not in ("sum_like", "sum") and rank and _is_a_sum(s):
        builder, axes = Builder(v.graph.nodes), tuple(range(rank))
        total = builder.add("sum", (end,), axis=axes, keepdims=False)
        yield v.then(
            f"it sums over {_axes_text(axes)}, where {s.title} asks for none",
            builder.finish([total]),
            total,
            ("sum", end, axes),
        )


def _is_a_sum(s: Suspicion) -> bool:
    """Whether what is written ends in a sum or a mean."""
    at = s.written
    while s.graph.nodes[at].op in ("alias", "reshape", "negative", "divide", "multiply"):
        at = max(s.graph.nodes[at].inputs, key=lambda i: len(s.graph.nodes[i].shape))
    return s.graph.nodes[at].op in ("sum", "mean")


def _summed_axes(graph: Graph, i: int) -> tuple[int, ...]:
    """The axes that `sum` or `sum_like` adds up."""
    node = graph.nodes[i]
    shape = graph.nodes[node.inputs[0]].shape
    if node.op == "sum":
        axis = node.attributes["axis"]
        given = tuple(range(len(shape))) if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
        return tuple(sorted(a % len(shape) for a in given))
    lead = len(shape) - len(node.shape)
    return tuple(a for a, size in enumerate(shape) if a < lead or (size != 1 and node.shape[a - lead] == 1))


def _summed_over(
    s: Suspicion, v: Variant, i: int, axes: tuple[int, ...], right: tuple[int, ...], *, last: bool
) -> Iterator[Variant]:
    node, wide = v.graph.nodes[i], v.graph.nodes[i].inputs[0]
    wanted = f"{s.title} asks for the sum over {_axes_text(right)}" if right else f"{s.title} asks for none"
    words = f"it sums over {_axes_text(axes)}, where {wanted}" if axes else f"it does not sum, where {wanted}"
    site = ("sum", i, axes)
    if last:  # the result may have another shape than the parameter
        builder = Builder(v.graph.nodes)
        total = builder.add("sum", (wide,), axis=axes, keepdims=False) if axes else builder.append(replace(node, op="alias", inputs=(wide,), attributes={}, shape=v.graph.nodes[wide].shape))  # fmt: skip
        yield v.then(words, builder.finish([total]), total, site)
        return
    shape = v.graph.nodes[wide].shape
    for keepdims in (False, True):
        left = tuple(1 if a in axes else size for a, size in enumerate(shape) if keepdims or a not in axes)
        if axes and left == node.shape:
            wrong = replace(node, op="sum", inputs=(wide,), attributes={"axis": axes, "keepdims": keepdims})
            yield v.then(words, _with(v.graph, i, wrong), v.node, site)
            return


def _axes_text(axes: tuple[int, ...]) -> str:
    return f"axis {axes[0]}" if len(axes) == 1 else "everything" if len(axes) == 2 else f"axes {', '.join(map(str, axes))}"


def _first_only(s: Suspicion, v: Variant, i: int, right: tuple[int, ...]) -> Iterator[Variant]:
    """The first row (or column) in place of the sum over all."""
    if len(right) != 1:
        return
    node, wide = v.graph.nodes[i], v.graph.nodes[i].inputs[0]
    rank = len(v.graph.nodes[wide].shape)
    kept = len(node.shape) == rank
    key = tuple((slice(0, 1) if kept else 0) if a == right[0] else slice(None) for a in range(rank))
    first = Node("index", (wide,), {"key": key}, node.shape, node.dtype, node.name, node.source)
    words = f"it takes the first {'row' if right[0] == 0 else 'column'} only, where {s.title} asks for the sum over all"
    yield v.then(words, _with(v.graph, i, first), v.node, ("first", i))


def _with(graph: Graph, index: int, node: Node) -> Graph:
    return replace(graph, nodes=(*graph.nodes[:index], node, *graph.nodes[index + 1 :]))


def _operands(s: Suspicion, v: Variant) -> Iterator[Variant]:
    """One value used in the derivation replaced by another of the same shape that the line itself uses."""
    own, n = s.graph.nodes, len(s.graph.nodes)
    adjoint_part = [i for i in ancestors(v.graph, [v.node]) if i >= n]
    used = sorted({j for i in adjoint_part for j in v.graph.nodes[i].inputs if j < n and own[j].op != "constant"})
    line = [i for i in sorted(ancestors(s.graph, [s.written])) if own[i].name is not None and own[i].dtype != "bool"]
    yield from _all_updated(s, v, adjoint_part, {old: i for i in line if (old := s.updated.get(i)) in used})
    for old in used:
        for other in line:
            if (
                own[old].dtype == "bool"
                or s.of in (old, other)  # the root of a loss divides by it, and nothing else belongs there
                or other == s.written
                or own[other].shape != own[old].shape
                or _starts_at_zero(s, other)
            ):
                continue
            if unaliased(own, other) == unaliased(own, old):
                continue
            if s.updated.get(other) == old:
                words = _uses_updated(s, {old: other})
            else:
                words = f"it uses {s.labels[other]} where {s.labels[old]} belongs"
            for part in _uses(v.graph, adjoint_part, old):
                yield v.then(words, _with_operand(v.graph, part, old, other), v.node, ("operand", old, other))


def _all_updated(s: Suspicion, v: Variant, adjoint_part: Sequence[int], stale: Mapping[int, int]) -> Iterator[Variant]:
    """Several parameters at once that were stepped before the line uses them: one mistake, in the order of the lines."""
    if len(stale) < 2 or any(s.graph.nodes[old].shape != s.graph.nodes[new].shape for old, new in stale.items()):
        return
    graph = v.graph
    for old, new in stale.items():
        graph = _with_operand(graph, adjoint_part, old, new)
    yield v.then(_uses_updated(s, stale), graph, v.node, ("updated", *stale.items()))


def _uses_updated(s: Suspicion, stale: Mapping[int, int]) -> str:
    """The words for parameters, by what they were, that were stepped before a line uses them."""
    if len(stale) == 1:
        ((old, new),) = stale.items()
        return f"it uses {s.labels[new]}, {ALREADY_UPDATED}, where {s.labels[old]} was used forward"
    named = enumerated(dict.fromkeys(s.labels[new] for new in stale.values()))
    return f"it uses {named}, {ALREADY_UPDATED}, where what they were before was used forward"


def _computed_anew(s: Suspicion, v: Variant) -> Iterator[Variant]:
    """The output computed anew, within the line, from parameters that were stepped before: `np.mean(m * x + b - y)`."""
    before, nodes = ancestors(v.graph, [v.node]), v.graph.nodes
    stale = {
        old: new for new in sorted(ancestors(s.graph, [s.written]))
        if (old := s.updated.get(new)) in before and old is not None and nodes[old].shape == nodes[new].shape
    }  # fmt: skip
    moved = sorted((descendants(v.graph, stale) & before) - stale.keys())
    if v.node not in moved or any(nodes[i].op in ("opaque", "guard") for i in moved):
        return
    builder, at = Builder(nodes), dict(stale)
    for i in moved:
        inputs = tuple(at.get(k, k) for k in nodes[i].inputs)
        if nodes[i].op == "call":
            at[i] = builder.call(nodes[i].attributes["function"], inputs)
        else:
            at[i] = builder.add(nodes[i].op, inputs, **nodes[i].attributes)
    yield v.then(_uses_updated(s, stale), builder.finish([at[v.node]]), at[v.node], ("anew", *stale.items()))


def _uses(graph: Graph, adjoint_part: Sequence[int], old: int) -> Iterator[list[int]]:
    """Where a value is put in: everywhere, and in the products alone where its activation's slope is written with it too."""
    users = [i for i in adjoint_part if old in graph.nodes[i].inputs]
    yield users
    products = [i for i in users if graph.nodes[i].op in ("matmul", "outer", "einsum")]
    if products and len(products) < len(users):
        yield products


def _starts_at_zero(s: Suspicion, i: int) -> bool:
    """Whether a value is the 0 that something is added up from."""
    i = unaliased(s.graph.nodes, i)
    node = s.graph.nodes[i]
    if node.op == "constant":
        return not np.any(node.attributes["value"])
    return node.op == "input" and all(not np.any(sample.get(i, 1)) for sample in s.samples)


def _with_operand(graph: Graph, adjoint_part: Sequence[int], old: int, new: int) -> Graph:
    nodes = list(graph.nodes)
    for i in adjoint_part:
        if old in nodes[i].inputs:
            nodes[i] = replace(nodes[i], inputs=tuple(new if j == old else j for j in nodes[i].inputs))
    return replace(graph, nodes=tuple(nodes))
