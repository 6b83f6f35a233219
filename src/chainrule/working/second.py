"""Second derivatives: the Hessian of the loss, its eigenvalues, and what they say of the step that may be taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.errors import AskError
from chainrule.graph.differentiate import differentiate
from chainrule.graph.evaluate import evaluate
from chainrule.graph.records import Graph

MOST_ENTRIES = 60


@dataclass(frozen=True)
class Hessian:
    """∂²loss over the entries of some parameters.

    `limit` is 2/λmax, the step size beyond which gradient descent diverges on the local quadratic model of the loss; None
    where λmax ≤ 0 or the loss has a kink here. `after_one` and `after_fifty` are the losses after real steps of the
    learning rate in use.
    """

    names: tuple[str, ...]
    matrix: np.ndarray
    eigenvalues: np.ndarray
    limit: float | None
    rate: float | None = None
    loss: float | None = None
    after_one: float | None = None
    after_fifty: float | None = None
    at_kink: bool = False


def hessian_of(
    graph: Graph,
    loss: int,
    wrt: Sequence[tuple[str, int]],
    leaves: Mapping[int, Any],
    *,
    rate: float | None = None,
    at_kink: bool = False,
) -> Hessian:
    """The Hessian at the given leaves, each entry differentiated as a graph.

    Args:
        wrt: the name and node of each parameter.

    Raises:
        AskError: there are too many entries to show.
    """
    entries = [(name if not graph.nodes[node].shape else f"{name}[{', '.join(map(str, at))}]", node, at)
               for name, node in wrt for at in np.ndindex(graph.nodes[node].shape)]  # fmt: skip
    if len(entries) > MOST_ENTRIES:
        raise AskError(
            f"the Hessian of {len(entries)} entries is too large to show; name fewer than {MOST_ENTRIES} with --second."
        )
    first = differentiate(graph, loss, [node for _, node in wrt])
    matrix = np.zeros((len(entries), len(entries)))
    from chainrule.graph.build import Builder

    for row, (_, node, at) in enumerate(entries):
        adjoint = first.adjoint.get(node)
        if adjoint is None:
            continue
        builder = Builder(first.graph.nodes)
        entry = builder.add("index", (adjoint,), key=at) if graph.nodes[node].shape else adjoint
        second = differentiate(builder.finish([entry], graph.title), entry, [n for _, n in wrt])
        values = evaluate(second.graph, leaves, check_guards=False)
        for column, (_, other, place) in enumerate(entries):
            found = second.adjoint.get(other)
            if found is not None:
                matrix[row, column] = (
                    np.asarray(values[found], float)[place] if np.ndim(values[found]) else float(values[found])
                )
    eigenvalues = np.linalg.eigvalsh((matrix + matrix.T) / 2) if np.all(np.isfinite(matrix)) else np.full(len(entries), np.nan)
    largest = float(eigenvalues[-1]) if len(eigenvalues) else 0.0
    limit = 2 / largest if largest > 1e-12 and not at_kink else None
    before = float(np.asarray(evaluate(graph, leaves, check_guards=False)[loss]).ravel()[0])
    one = after_steps(graph, loss, wrt, leaves, rate, 1) if rate else None
    fifty = after_steps(graph, loss, wrt, leaves, rate, 50) if rate else None
    return Hessian(tuple(n for n, _, _ in entries), matrix, eigenvalues, limit, rate, before, one, fifty, at_kink)


def after_steps(
    graph: Graph, loss: int, wrt: Sequence[tuple[str, int]], leaves: Mapping[int, Any], rate: float, count: int
) -> float:
    """The loss after `count` real steps of gradient descent on the parameters in `wrt`."""
    *_, last = descend(graph, loss, [node for _, node in wrt], leaves, rate, count)
    return float(np.asarray(last[0]).ravel()[0])


def descend(
    graph: Graph, loss: int, wrt: Sequence[int], leaves: Mapping[int, Any], rate: float, count: int
) -> list[tuple[Any, dict[int, Any], dict[int, Any]]]:
    """Gradient descent step by step: for each, the loss, the parameters and the gradients before it is taken."""
    gradients = differentiate(graph, loss, wrt)
    now = dict(leaves)
    rows: list[tuple[Any, dict[int, Any], dict[int, Any]]] = []
    for _ in range(count + 1):
        values = evaluate(gradients.graph, now, check_guards=False)
        slopes = {n: values[gradients.adjoint[n]] if n in gradients.adjoint else 0 for n in wrt}
        rows.append((values[loss], {n: now[n] for n in wrt}, slopes))
        now = {**now, **{n: now[n] - rate * slopes[n] for n in wrt}}
    return rows
