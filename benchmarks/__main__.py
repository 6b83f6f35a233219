"""Runs every measurement and prints the ratios."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.networks import BRANCHING, SMOOTH, TRAINED, expression, program
from chainrule.api import Options, explain, read
from chainrule.checking.bench import build
from chainrule.checking.claims import find_claims
from chainrule.checking.samples import domains
from chainrule.checking.sampling import take_samples
from chainrule.graph.build import Builder
from chainrule.graph.differentiate import differentiate
from chainrule.graph.evaluate import evaluate
from chainrule.reading.roles import infer
from chainrule.working.work import work_out

SEED = Path(__file__).parents[1] / "examples" / "seed.ipynb"


def main() -> None:
    for measure in (growth, written, chain, one_derivative, against_sympy, cold_start, cold_checks, samples):
        measure()


def growth() -> None:
    """Reading and differentiating: linear in the number of ops."""
    print("reading and differentiating a scalar program")
    first = None
    for parameters in (300, 3_000, 30_000, 100_000):
        path = saved(program(parameters))
        seconds, trace = timed(partial(read, path, Options(budget=300)))
        reading = infer(trace)
        more, gradients = timed(partial(differentiate, reading.graph, reading.loss.node))
        ops = len(trace.graph.nodes)
        per_op = (seconds + more) / ops
        first = first or per_op
        print(
            f"  {ops:>8} ops  {seconds:7.2f} s read  {more:6.2f} s differentiated  {per_op * 1e6:6.1f} µs an op  ×{per_op / first:.2f}"
        )
        del gradients


def written() -> None:
    """The whole text: linear to 20,000 ops."""
    print("the written solution")
    first = None
    for parameters in (300, 3_000, 10_000):
        path = saved(program(parameters))
        trace = read(path, Options(budget=300))
        seconds, text = timed(partial(text_of, trace))
        ops = len(trace.graph.nodes)
        first = first or seconds / ops
        print(f"  {ops:>8} ops  {seconds:7.2f} s  {len(text):>9} characters  ×{seconds / ops / first:.2f}")


def chain() -> None:
    """A chain of 100,000 nodes meets no limit."""
    builder = Builder()
    x = node = builder.input((), "real")
    for _ in range(100_000):
        node = builder.add("tanh", (node,))
    graph = builder.finish([node])
    seconds, gradients = timed(lambda: differentiate(graph, node, [x]))
    more, _ = timed(lambda: evaluate(gradients.graph, {x: 0.5}))
    print(f"a chain of 100,000 nodes: {seconds:.2f} s differentiated, {more:.2f} s evaluated")


def one_derivative() -> None:
    """One derivative costs only its ancestors."""
    builder = Builder()
    inputs = [builder.input((), "real") for _ in range(2_000)]
    ends = []
    for i in inputs:
        node = i
        for _ in range(10):
            node = builder.add("tanh", (node,))
        ends.append(node)
    total = ends[0]
    for end in ends[1:]:
        total = builder.add("add", (total, end))
    graph = builder.finish([total])
    one, made = timed(lambda: differentiate(graph, ends[0], [inputs[0]]))
    every, _ = timed(lambda: differentiate(graph, total))
    print(
        f"one derivative of 2,000 chains: {len(made.graph.nodes) - len(graph.nodes)} new nodes, {one / every:.3f} of the time of all"
    )


def against_sympy() -> None:
    """Explaining against SymPy's diff and latex on the same network."""
    print("against SymPy, diff and latex of every derivative")
    for parameters in (30, 60, 99):
        loss, symbols = expression(parameters)
        theirs, _ = timed(partial(by_sympy, loss, symbols))
        path = saved(program(parameters))
        ours, _ = timed(partial(by_chainrule, path))
        print(
            f"  {parameters:>4} parameters  SymPy {theirs:6.2f} s  chainrule {ours:6.2f} s  {theirs / ours:5.1f} times faster"
        )


def cold_start() -> None:
    """A new process that explains the seed, against one that imports NumPy."""
    numpy = best(["-c", "import numpy"])
    ours = best(["-m", "chainrule.cli", "explain", str(SEED)])
    print(f"a cold `chainrule explain`: {ours:.3f} s, `import numpy`: {numpy:.3f} s, ratio {ours / numpy:.2f}")


def best(words: list[str], runs: int = 7) -> float:
    """The shortest of several runs of a new process."""
    times = [timed(lambda: subprocess.run([sys.executable, *words], check=True, capture_output=True))[0] for _ in range(runs)]
    return min(times)


def cold_checks() -> None:
    """A new process that checks nine derivatives, and one that checks a network trained for a thousand epochs."""
    nine = best(["-m", "chainrule.cli", "check", "--example", "nine_derivatives"])
    print(f"a cold `chainrule check` of nine derivatives: {nine:.3f} s, {nine / 2:.2f} of the two seconds allowed")
    network = saved(TRAINED)
    plain, checked = best([str(network)], 3), best(["-m", "chainrule.cli", "check", str(network)], 3)
    print(
        f"a network of a thousand epochs: alone {plain:.3f} s, checked {checked:.3f} s, "
        f"{(checked - plain) / 3:.2f} of the three seconds more allowed"
    )


def samples() -> None:
    """A sample is one evaluation of the graph; the program is read again only where it would take another branch."""
    for title, text in (("without a branch", SMOOTH), ("with a branch on a value", BRANCHING)):
        reading = infer(read(saved(text), Options()))
        claims = find_claims(reading.trace, reading.graph, reading.loss.node, reading.updates, reading.rate)
        bench = build(reading, claims)
        seconds, (tallies, _) = timed(partial(take_samples, bench, domains(reading, reading.graph)))
        taken = len(tallies[0].pairs)
        print(f"samples of a program {title}: {taken} in {1e3 * seconds:.0f} ms, the program read again {bench.runs} times")


def by_sympy(loss: Any, symbols: list[Any]) -> list[str]:
    import sympy

    return [sympy.latex(sympy.diff(loss, s)) for s in symbols]


def by_chainrule(path: Path) -> str:
    from chainrule.showing.latex import to_latex

    return to_latex(explain(path).document())


def text_of(trace: Any) -> str:
    from chainrule.showing.document import document_of
    from chainrule.showing.text import to_text

    return to_text(document_of(work_out(infer(trace))))


def saved(text: str) -> Path:
    path = Path(tempfile.mkdtemp()) / "network.py"
    path.write_text(text, encoding="utf-8")
    return path


def timed(action: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = action()
    return time.perf_counter() - start, result


if __name__ == "__main__":
    main()
