"""NumPy's and SciPy's functions: what is read of each has the program's value, and the slope that differences show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import signal, special

from chainrule.graph.differentiate import differentiate
from chainrule.graph.evaluate import evaluate
from chainrule.reading.run import run
from chainrule.reading.sources import load
from chainrule.reading.trace import Settings

MOVES = (
    "np.flip(A, 1)", "np.fliplr(A)", "np.flipud(A)", "np.roll(A, 1, axis=0)", "np.rot90(A, 2)", "np.moveaxis(A, 0, 1)",
    "np.take(A, [0, 2], axis=1)", "A.take([1, 2])", "np.tril(A)", "np.triu(A, 1)", "np.hsplit(A, 2)[0]", "np.vsplit(A, 2)[1]",
    "np.split(A, [1, 3], axis=1)[1]", "np.array_split(A, 3)[1]", "np.insert(A, 0, 1, axis=1)", "np.insert(A, 1, A[0], axis=0)",
    "np.delete(A, 0, axis=0)", "np.take_along_axis(A, np.array([[0], [1], [0], [2]]), axis=1)", "np.repeat(A, 2, axis=0)",
    "np.tile(A, (2, 1))", "np.broadcast_to(A[0], (3, 4))", "np.lib.stride_tricks.sliding_window_view(A, (2, 2))", "np.dstack([A, A * A])", "np.resize(A, (2, 9))",
    "np.block([[A, A], [A * A, A]])", "np.block([A, A])", "np.compress([True, False, True, True], A, axis=0)",
    "np.extract(np.eye(4) > 0, A)", "np.pad(A, 1)", "np.pad(A, pad_width=((0, 1), (2, 0)), mode='constant', constant_values=(0, 0))",
    "np.pad(A, ((1, 1), (0, 0)), 'constant', constant_values=3.0)", "np.array(A[0], ndmin=2).T", "np.array(A * 2, ndmin=3)",
)  # fmt: skip
BUILT = (
    "np.amax(A, axis=(0, 1))", "np.amin(A)", "np.amax(A, axis=1, keepdims=True)", "np.ptp(A)", "np.cumsum(A, axis=0)",
    "np.cumsum(A)", "np.prod(A, axis=1)", "np.prod(A[:2, :2])", "np.prod(A, axis=0, keepdims=True)", "np.cumprod(A[0])",
    "np.diff(A, axis=0)", "np.diff(A, 2)", "np.average(A, axis=0)", "np.average(A, axis=0, weights=np.array([1.0, 2.0, 3.0, 1.0]))",
    "np.diag(A)", "np.diag(A[:2], 1)", "np.diag(A[0])", "np.diag(A[0], -1)", "np.diagonal(A, 1)", "np.trace(A @ A)", "A.trace()",
    "(A @ A.T).diagonal()", "A.prod(axis=1)", "A.cumsum(axis=0)",
    "np.tensordot(A, A, axes=([1], [1]))", "np.tensordot(A, A.T, axes=1)", "np.tensordot(A, A)", "np.kron(A, np.ones((2, 2)))",
    "np.multiply.outer(A[0], A)", "np.linalg.multi_dot([A, A.T, A])", "np.linalg.matrix_power(A, 3)", "np.nan_to_num(A)",
    "np.nansum(A, axis=0)", "np.select([A > 0, A <= 0], [A, 0.1 * A])", "np.piecewise(A, [A > 0], [lambda x: x * x, lambda x: 0.1 * x])",
    "A * np.heaviside(A, 0)", "np.hypot(A, A + 1)", "np.float_power(np.abs(A), 1.5)", "np.exp2(A)", "np.arcsinh(A)",
    "np.arctanh(A / 10)", "np.deg2rad(A)", "np.cbrt(A)", "np.vectorize(lambda v: v * v if v > 0 else 0.1 * v)(A)",
    "np.apply_along_axis(lambda r: np.exp(r) / np.sum(np.exp(r)), 1, A)", "np.apply_along_axis(np.sum, 0, A)",
    "np.exp(A, dtype=float)", "np.maximum(A + 0.0, A * 0.1)",
    "special.logsumexp(A, axis=1)", "special.logsumexp(A)", "special.log_softmax(A, axis=1)", "special.erf(A)", "special.expit(A)",
)  # fmt: skip
CONVOLUTIONS = (
    "np.convolve(A[0], A[1][:2])", "np.convolve(A[0][:2], A[1], 'valid')", "np.correlate(A[0], A[1][:2])",
    "np.correlate(A[0][:2], A[1], 'full')", "signal.convolve2d(A, A[:2, :2], 'full')", "signal.correlate2d(A, A[:3, :2], 'valid')",
    "signal.correlate2d(A[:2, :2], A, 'valid')", "signal.convolve2d(A, A[:3, :3], 'same')", "signal.correlate2d(A, A[:2, :2], 'same')",
    "signal.convolve(A, A[:2, :2], mode='valid')", "signal.correlate(A, A[:2, :2])", "signal.fftconvolve(A, A[:2, :2])",
)  # fmt: skip


@pytest.mark.parametrize("expression", [*MOVES, *BUILT, *CONVOLUTIONS])
def test_the_slope_is_what_differences_show(expression: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    head = "import numpy as np\nfrom scipy import signal, special\nA = np.random.default_rng(3).normal(size=(4, 4))\n"
    path.write_text(f"{head}out = {expression}\nloss = np.sum(np.sin(out))\n")
    trace = run(load(path), Settings())
    assert trace.raised is None
    assert not trace.unreliable
    node = {b.name.text: b.node for b in trace.bindings}
    gradients = differentiate(trace.graph, node["loss"], [node["A"]])
    assert node["A"] not in gradients.unknown
    values = evaluate(gradients.graph, trace.leaves)
    expected = _differences(expression, np.array(trace.leaves[node["A"]]))
    np.testing.assert_allclose(values[gradients.adjoint[node["A"]]], expected, rtol=1e-5, atol=1e-7)


def _differences(expression: str, at: Any) -> Any:
    def loss(a: Any) -> float:
        return float(np.sum(np.sin(eval(expression, {"np": np, "signal": signal, "special": special, "A": a}))))

    slopes = np.zeros_like(at)
    for place in np.ndindex(at.shape):
        step = np.zeros_like(at)
        step[place] = 1e-6
        slopes[place] = (loss(at + step) - loss(at - step)) / 2e-6
    return slopes


def test_functions_that_a_later_cell_imports_are_known(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(
        "import numpy as np\nA = np.ones((3, 3))\nB = np.sum(A)\nfrom scipy import signal\n"
        "out = signal.correlate2d(A, A[:2, :2], 'valid')\nloss = np.sum(out ** 2)\n"
    )
    trace = run(load(path), Settings())
    assert not any(n.op == "opaque" for n in trace.graph.nodes)
