"""Why a number is what it is: zeros, kinks, saturation, sums over copies. Each reason is words and formulas, in a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from chainrule.graph.differentiate import Gradients, derivative_of
from chainrule.graph.evaluate import call, evaluate
from chainrule.graph.known import recognise
from chainrule.graph.records import Graph, Node
from chainrule.working.formulas import Writer, lost_axes
from chainrule.working.notation import Apply, Formula, Symbol
from chainrule.working.numbers import text_of

Said: TypeAlias = tuple[str | Formula, ...]
SATURATED = 1e-3
LARGEST_LOOKED_AT = 100_000


@dataclass(frozen=True)
class Reasons:
    """What can be said of the values of one differentiated graph."""

    gradients: Gradients
    values: Sequence[Any]
    writer: Writer

    # ------------------------------------------------------------------------------------ zeros

    def of_zero(self, node: int, loss: Formula) -> Said:
        """Why the derivative with respect to `node` is 0, or why some of its entries are."""
        if node not in self.gradients.adjoint:
            name = self.writer.known.get(node, Symbol("it"))
            return ("because ", loss, " does not depend on ", name)
        value = self.values[self.gradients.adjoint[node]]
        zeros = np.count_nonzero(np.asarray(value) == 0)
        if not zeros:
            return ()
        itself = self.gradients.adjoint[node]
        everywhere = bool(zeros == np.size(value))
        parts = [self.zero_factor(c.node, itself, everywhere=everywhere) for c in self.gradients.contributions.get(node, ())]
        found = [p for p in parts if p]
        if zeros == np.size(value):
            if not found:
                return ("because its summands cancel",) if len(parts) > 1 else ()
            said: Said = ("because ", *found[0])
            for part in found[1:]:
                if part != found[0]:
                    said += (", and ", *part)
            return said
        reason = next(iter(found), ())
        return (f"{zeros} of {np.size(value)} entries are 0", *((": ", *reason) if reason else ()))

    def zero_factor(self, index: int, itself: int, *, everywhere: bool) -> Said:
        """The factor of a product that makes it 0."""
        graph = self.gradients.graph
        seen: set[int] = set()
        waiting = [index]
        while waiting:
            i = waiting.pop(0)
            if i in seen or i >= len(self.values):
                continue
            seen.add(i)
            node = graph.nodes[i]
            said = self._zero_itself(i, node, everywhere=everywhere) if i != itself else ()
            if said:
                return said
            if i in self.writer.known and i != itself:
                continue
            if node.op in ("multiply", "divide", "matmul", "negative", "sum_like", "spread", "sum", "alias", "broadcast_like",
                           "outer", "reshape_like", "index", "place", "transpose"):  # fmt: skip
                waiting.extend(node.inputs[:1] if node.op == "divide" else node.inputs)
        return ()

    def _zero_itself(self, i: int, node: Node, *, everywhere: bool) -> Said:
        value = np.asarray(self.values[i])
        if value.dtype == object or not (np.all(value == 0) if everywhere else np.any(value == 0)):
            return ()
        formula = self.writer.known.get(i)
        where = "" if everywhere or not value.ndim else "where "
        if node.op == "call" and node.attributes["function"].primes:
            return self._flat(i, node, where)
        if node.op == "where":
            condition = self.writer.write(node.inputs[0])
            holds = np.asarray(self.values[node.inputs[0]])
            if not holds.ndim:
                return (condition, f" is {'true' if holds else 'false'} here")
            return ("where ", condition, " does not hold") if np.any(~holds.astype(bool)) else ()
        if formula is not None:
            return (where, formula, " is 0") if where else (formula, " is 0")
        if node.op in ("multiply", "matmul", "spread", "sum_like", "alias", "negative", "broadcast_like", "sum", "divide",
                       "outer", "reshape_like", "index", "place", "transpose", "constant"):  # fmt: skip
            return ()
        return (self.writer.write(i), " is 0")

    def _flat(self, i: int, node: Node, where: str) -> Said:
        """A function's derivative is 0 at its argument."""
        argument = node.inputs[0]
        written = self.writer.write(i)
        value = self.values[argument]
        name = self.writer.write(argument)
        if np.ndim(value):
            return ("where ", written, " is 0")
        sign = "≤" if float(value) <= 0 else ">"
        return (written, " is 0: ", name, f" = {text_of(value, self.writer.digits)} {sign} 0")

    # ------------------------------------------------------------------------------------ kinks and saturation

    def of_forward(self, index: int) -> Iterator[Said]:
        """What must be known of a forward node: it sits at a kink, or a function in it is saturated."""
        graph = self.gradients.graph
        for i in self.own_nodes(index):
            node = graph.nodes[i]
            if np.size(self.values[i]) > LARGEST_LOOKED_AT:
                continue
            if node.op == "call":
                yield from self._call(node)
            elif node.op in ("maximum", "minimum", "absolute"):
                yield from self._choice(i, node)
            elif node.op == "tanh":
                slope = 1 - np.asarray(self.values[i], float) ** 2
                yield from self._saturation(slope, self.writer.write(i))

    def own_nodes(self, index: int) -> list[int]:
        """The nodes written inside a named node's formula."""
        graph = self.gradients.graph
        found: list[int] = []
        waiting = [index]
        while waiting:
            i = waiting.pop()
            found.append(i)
            waiting.extend(s for s in graph.nodes[i].inputs if s not in self.writer.known)
        return found

    def _call(self, node: Node) -> Iterator[Said]:
        function: Graph = node.attributes["function"]
        if len(function.inputs) != 1 or function.nodes[function.outputs[0]].dtype == "bool":
            return
        argument = self.values[node.inputs[0]]
        if any(n.op == "max" for n in function.nodes):
            return
        prime = derivative_of(function)
        name = self.writer.write(node.inputs[0])
        kinked = np.asarray(argument, float)[_at_kink(function, argument)]
        if kinked.size:
            at = float(kinked.ravel()[0])
            step = 1e-6 * max(1.0, abs(at))
            left, right = (
                float(np.asarray(call(prime, [at + d]))) if not np.ndim(argument) else _slope(prime, argument, at + d)
                for d in (-step, step)
            )
            if abs(left - right) > 1e-5:
                here = float(np.asarray(call(prime, [at]))) if not np.ndim(argument) else _slope(prime, argument, at)
                yield (
                    "a kink: ", name, f" is exactly {text_of(at)}, where {function.title} has slope {text_of(left, 4)} on the left "
                    f"and {text_of(right, 4)} on the right; {text_of(here, 4)} is taken",
                )  # fmt: skip
        slopes = np.asarray(call(prime, [argument]), float)
        if slopes.shape == np.shape(argument):
            yield from self._saturation(slopes, Apply(Symbol(function.title, None, 1), (name,)))

    def _saturation(self, slopes: np.ndarray, written: Formula) -> Iterator[Said]:
        low = (np.abs(slopes) < SATURATED) & (slopes != 0)
        if not np.any(low):
            return
        if slopes.ndim:
            yield (
                "saturated: ",
                written,
                f" is below {SATURATED:g} at {np.count_nonzero(low)} of {slopes.size} entries, so little gets through",
            )
        else:
            yield ("saturated: ", written, f" is only {text_of(float(slopes), 3)}, so little gets through")

    def _choice(self, i: int, node: Node) -> Iterator[Said]:
        x = self.values[node.inputs[0]]
        y = self.values[node.inputs[1]] if len(node.inputs) > 1 else 0
        tied = np.asarray(np.equal(x, y))
        if np.any(tied):
            how = "both sides of " if not tied.ndim else f"at {np.count_nonzero(tied)} of {tied.size} entries both sides of "
            left, right = ("−1", "1") if node.op == "absolute" else ("0", "1")
            yield ("a kink: ", how, self.writer.write(i), f" are equal; the slopes are {left} and {right}")

    # ------------------------------------------------------------------------------------ sums over copies

    def of_sum(self, node: int) -> Said:
        """ "b1 was added to 4 rows, so its gradient is the sum over rows"."""
        graph = self.gradients.graph
        for contribution in self.gradients.contributions.get(node, ()):
            part = graph.nodes[contribution.node]
            consumer = graph.nodes[contribution.consumer]
            if part.op != "sum_like" or consumer.op == "call":
                continue
            wide = graph.nodes[part.inputs[0]].shape
            axes = lost_axes(graph, part.inputs[0], node)
            if axes == ():
                continue
            name = self.writer.known.get(node, Symbol("it"))
            verb = {
                "add": "added to",
                "subtract": "subtracted from",
                "multiply": "multiplied with",
                "divide": "divided with",
            }.get(consumer.op, "met")
            if axes is None:
                return (name, f" was {verb} {int(np.prod(wide))} entries, so its gradient is the sum over all of them")
            if len(wide) == 2:
                word = "rows" if axes == (0,) else "columns"
                return (name, f" was {verb} {wide[axes[0]]} {word}, so its gradient is the sum over {word}")
            listed = ", ".join(str(a) for a in axes)
            return (name, f" was copied along axis {listed}, so its gradient is the sum over it")
        return ()


def _slope(prime: Graph, argument: Any, at: float) -> float:
    return float(np.ravel(call(prime, [np.full(np.shape(argument), at)]))[0])


def _at_kink(function: Graph, argument: Any) -> np.ndarray:
    """Where a comparison inside the function is exactly a tie."""
    hit = np.zeros(np.shape(argument), bool)
    values = evaluate(function, {function.inputs[0]: argument}, check_guards=False)
    for node in function.nodes:
        if node.op in ("less", "less_equal", "greater", "greater_equal", "equal", "maximum", "minimum"):
            x, y = (values[i] for i in node.inputs)
        elif node.op in ("absolute", "sign"):
            x, y = values[node.inputs[0]], 0
        else:
            continue
        tie = np.equal(x, y)
        if np.shape(tie) == hit.shape:
            hit |= tie
    return hit


def known_as(function: Graph, found: dict[int, str | None]) -> str | None:
    """The known function that a call's function behaves as, asked once for each."""
    if id(function) not in found:
        found[id(function)] = recognise(function)
    return found[id(function)]
