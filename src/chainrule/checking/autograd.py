"""PyTorch's own autograd beside our derivatives, where a program uses PyTorch and it is installed.

The loss is computed once more with PyTorch's functions, at the program's own numbers and in double precision, and PyTorch
differentiates it. The derivatives that claims are judged by have to be the same: two engines, written apart, agree.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np

from chainrule.checking.claim import Claim
from chainrule.graph.differentiate import differentiate
from chainrule.graph.evaluate import evaluate
from chainrule.graph.ops import NONE, OPS
from chainrule.graph.reach import ancestors
from chainrule.graph.records import Graph, Node
from chainrule.reading.roles import Reading
from chainrule.reading.torch_forward import Tensor
from chainrule.working.numbers import text_of

Rows: TypeAlias = Mapping[str, Callable[..., Any]]
ROUNDING = 1e-8
NOTHING = 1e-6  # of the largest derivative: what is smaller may be the rounding of a sum that cancels


class NotInPyTorch(Exception):  # noqa: N818 - it names what was found
    """An op of the loss that is not put into PyTorch's functions."""


@dataclass(frozen=True)
class Comparison:
    """The derivative of a loss for one value, by PyTorch's autograd and by ours."""

    wrt: str
    theirs: Any
    ours: Any

    @property
    def size(self) -> float:
        """The largest entry."""
        return float(np.max(np.abs(self.ours), initial=0))

    def difference(self, least: float = 0.0) -> float:
        """The largest difference of two entries, relative to the largest entry, or to a `least` one where all of them are rounding."""
        return float(np.max(np.abs(self.theirs - self.ours), initial=0)) / max(self.size, least, 1e-300)


def notices(judged: Sequence[tuple[Reading, Sequence[Claim]]]) -> list[str]:
    """What PyTorch's autograd says of the derivatives that these claims were judged by; nothing where it isn't used."""
    if not any(_uses_pytorch(part) for part, claims in judged if claims) or importlib.util.find_spec("torch") is None:
        return []
    torch = importlib.import_module("torch")
    compared: list[Comparison] = []
    unable = ""
    for part, claims in judged:
        try:
            compared += comparisons(torch, part, claims)
        except NotInPyTorch as error:
            unable = f" What is computed by {error} was not compared."
    if not compared:
        return [f"PyTorch {torch.__version__} is installed, and was not asked.{unable}"] if unable else []
    engine, count = f"PyTorch {torch.__version__}", f"{len(compared)} derivative{'s' if len(compared) > 1 else ''}"
    least = NOTHING * max(c.size for c in compared)
    apart = list(dict.fromkeys(c.wrt for c in compared if not c.difference(least) <= ROUNDING))
    if apart:
        words = f"for {', '.join(apart)} its autograd gives another value, as two engines may at a kink or where numbers overflow; the rest are the same"
        return [f"{engine} was asked for {count} that the program's were judged by: {words}.{unable}"]
    largest = text_of(max(c.difference(least) for c in compared))
    words = f"gives the same {count} that the program's were judged by (the largest difference is {largest}, relative to the largest entry)"
    return [f"{engine}'s own autograd {words}.{unable}"]


def comparisons(torch: ModuleType, part: Reading, claims: Sequence[Claim]) -> list[Comparison]:
    """The derivative for each value that a claim is for, by both engines.

    Raises:
        NotInPyTorch: the loss is computed by an op that is not put into PyTorch's functions.
    """
    graph, loss = part.graph, part.loss.node
    before = ancestors(graph, [loss])
    wrt = [i for i in dict.fromkeys(c.wrt for c in claims) if i in before and graph.nodes[i].dtype == "real" and i != loss]
    theirs = torch_gradients(torch, graph, part.values, loss, wrt)
    gradients = differentiate(graph, loss, wrt)
    values = evaluate(gradients.graph, part.leaves, check_guards=False)
    made = []
    for i in wrt:
        adjoint, name = gradients.adjoint.get(i), graph.nodes[i].name
        ours = np.zeros(np.shape(part.values[i])) if adjoint is None else np.asarray(values[adjoint], float)
        if theirs[i] is not None:
            made.append(Comparison(name.text if name else f"node {i}", theirs[i], ours))
    return made


def torch_gradients(torch: ModuleType, graph: Graph, values: Sequence[Any], loss: int, wrt: Sequence[int]) -> dict[int, Any]:
    """PyTorch's derivative of node `loss` for each node of `wrt`, at these values; None where the loss is not made from it.

    Raises:
        NotInPyTorch: an op between them is not put into PyTorch's functions.
    """
    needed, rows = ancestors(graph, [loss]), _rows(torch)
    moving: set[int] = set()
    tensors: dict[int, Any] = {}
    for i in sorted(needed):
        node = graph.nodes[i]
        if i in wrt or moving.intersection(node.inputs):
            moving.add(i)
        if i in moving and moving.intersection(node.inputs):
            tensors[i] = _applied(torch, rows, node, [tensors.get(k, values[k]) for k in node.inputs], values[i])
        elif i in moving:
            tensors[i] = torch.tensor(np.array(values[i], float), requires_grad=True)
    asked = [i for i in wrt if i in tensors and loss in tensors]
    if not asked:
        return dict.fromkeys(wrt)
    made = torch.autograd.grad(tensors[loss].sum(), [tensors[i] for i in asked], allow_unused=True)
    theirs = {i: None if g is None else g.numpy() for i, g in zip(asked, made, strict=True)}
    return {i: theirs.get(i) for i in wrt}


def _uses_pytorch(part: Reading) -> bool:
    return any(isinstance(value, Tensor) for value in part.leaves.values())


def _applied(torch: ModuleType, rows: Rows, node: Node, inputs: Sequence[Any], value: Any) -> Any:
    """A node by PyTorch's functions; what has no derivative is given as it was computed."""
    if node.op == "call":
        function: Graph = node.attributes["function"]
        inner: dict[int, Any] = dict(zip(function.inputs, inputs, strict=True))
        for i, step in enumerate(function.nodes):
            if i not in inner:
                given = [inner[k] for k in step.inputs]
                inner[i] = step.attributes["value"] if step.op == "constant" else _applied(torch, rows, step, given, None)
        return inner[function.outputs[0]]
    plain = [x.detach().numpy() if torch.is_tensor(x) else x for x in inputs]
    if OPS[node.op].rules is NONE:
        return OPS[node.op].value(*plain, **node.attributes) if value is None else value
    if node.op not in rows:
        raise NotInPyTorch(f"`{node.op}`")
    if not any(torch.is_tensor(x) for x in inputs):
        return OPS[node.op].value(*plain, **node.attributes)
    return rows[node.op](*(x if torch.is_tensor(x) else _plain(torch, x) for x in inputs), **node.attributes)


def _plain(torch: ModuleType, x: Any) -> Any:
    array = np.asarray(x)
    return torch.tensor(np.array(array, bool if array.dtype == bool else float))


def _rows(torch: ModuleType) -> Rows:
    """PyTorch's function for an op. At a tie the first operand is taken, as the table of ops does."""

    def axes(x: Any, axis: Any) -> Any:
        return tuple(range(x.ndim)) if axis is None else axis

    def reduced(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda x, axis, keepdims: function(x, dim=axes(x, axis), keepdim=keepdims) if x.ndim else x

    def extreme(function: Callable[..., Any]) -> Callable[..., Any]:
        def of(x: Any, axis: Any, keepdims: bool) -> Any:
            kept = sorted(a % x.ndim for a in ((axis,) if isinstance(axis, int) else axes(x, axis)))
            others = [a for a in range(x.ndim) if a not in kept]
            rows = x.permute(*others, *kept).reshape(*(x.shape[a] for a in others), -1)
            shape = [1 if a in kept else n for a, n in enumerate(x.shape)] if keepdims else [x.shape[a] for a in others]
            return function(rows, dim=-1).values.reshape(shape)

        return of

    def entries(x: Any, key: Any) -> Any:
        places = np.arange(x.numel()).reshape(tuple(x.shape))[key]
        return torch.tensor(np.array(places))

    def stored(x: Any, y: Any, key: Any) -> Any:
        places = entries(x, key)
        flat = x.reshape(-1).clone()
        given = y if y.ndim <= places.ndim else y.reshape(y.shape[y.ndim - places.ndim :])
        flat[places.reshape(-1)] = torch.broadcast_to(given, places.shape).reshape(-1)
        return flat.reshape(x.shape)

    return {
        "add": torch.add, "subtract": torch.sub, "multiply": torch.mul, "divide": torch.div, "negative": torch.neg,
        "power": torch.pow, "remainder": torch.remainder,
        "exp": torch.exp, "log": torch.log, "sqrt": torch.sqrt, "tanh": torch.tanh, "sin": torch.sin, "cos": torch.cos,
        "arctan": torch.atan, "erf": torch.erf, "log1p": torch.log1p, "expm1": torch.expm1, "absolute": torch.abs,
        "maximum": lambda x, y: torch.where(x >= y, x, y), "minimum": lambda x, y: torch.where(x <= y, x, y),
        "where": lambda c, x, y: torch.where(c.bool(), x, y),
        "matmul": torch.matmul, "outer": lambda x, y: torch.outer(x.reshape(-1), y.reshape(-1)),
        "einsum": lambda *operands, subscripts: torch.einsum(subscripts, *operands),
        "sum": reduced(torch.sum), "mean": reduced(torch.mean), "max": extreme(torch.max), "min": extreme(torch.min),
        "broadcast_to": torch.broadcast_to,
        "alias": torch.clone, "to_real": torch.clone,
        "reshape": lambda x, shape: x.reshape(shape),
        "transpose": lambda x, axes: x.permute(*(reversed(range(x.ndim)) if axes is None else axes)),
        "index": lambda x, key: x.reshape(-1)[entries(x, key)], "store": stored,
        "concatenate": lambda *pieces, axis: torch.cat(pieces, dim=axis), "stack": lambda *pieces: torch.stack(pieces),
    }  # fmt: skip
