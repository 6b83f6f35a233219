"""Arrays that long loops fill are leaves: with the values they have, whichever way they were filled."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import chainrule
from chainrule.api import Options, read
from chainrule.graph.build import Builder
from chainrule.graph.evaluate import evaluate
from chainrule.reading.filled import LONG, with_filled_arrays

ROWS, COLUMNS = 4, 3
entries = st.tuples(st.integers(0, ROWS - 1), st.integers(0, COLUMNS - 1), st.sampled_from([0, 1, 2.5]), st.booleans())


@settings(max_examples=50, deadline=None)
@given(st.lists(entries, min_size=LONG, max_size=LONG + 20), st.integers(0, LONG - 1), st.booleans())
def test_the_values_are_those_of_the_stores(stores: list[tuple[int, int, float, bool]], looked: int, held: bool) -> None:
    builder = Builder()
    start = np.zeros((ROWS, COLUMNS), dtype=int)
    leaf = at = builder.input((ROWS, COLUMNS), "int")
    middle = leaf
    for k, (i, j, value, by_row) in enumerate(stores):
        given = builder.constant(value)
        if by_row:
            row = builder.add("index", (at,), key=i)
            at = builder.add("store", (at, builder.add("store", (row, given), key=j)), key=i)
        else:
            at = builder.add("store", (at, given), key=(i, j))
        middle = at if k == looked else middle
    outside = builder.input((ROWS, COLUMNS))
    used = builder.add("add", (middle, outside)) if not held else middle
    total = builder.add("add", (at, outside))
    graph = builder.finish([total])
    leaves = {leaf: start, outside: np.ones((ROWS, COLUMNS))}
    was = evaluate(graph, leaves)
    found = with_filled_arrays(graph, leaves, {middle} if held else set())
    now = evaluate(found.graph, found.leaves)
    assert found.filled == {at, middle}
    for node in (at, middle, used, total):
        np.testing.assert_array_equal(now[node], was[node])
    assert not start.any()


def test_what_other_values_are_stored_into_is_not_one() -> None:
    builder = Builder()
    at, rate = builder.input((2,)), builder.input(())
    for _ in range(LONG):
        at = builder.add("store", (at, rate), key=0)
    graph = builder.finish([at])
    found = with_filled_arrays(graph, {0: np.zeros(2), 1: 3.0}, set())
    assert (found.graph, found.filled) == (graph, frozenset())


PROGRAM = """
import numpy as np
rng = np.random.RandomState(0)
X = rng.randn(150, 4); y = rng.randint(0, 3, 150)
Y = np.zeros((150, 3))
for i, label in enumerate(y):
    Y[i{key}] = 1
W = rng.randn(4, 3)
p = np.exp(X @ W) / np.exp(X @ W).sum(axis=1, keepdims=True)
loss = -np.mean(np.log(p[np.arange(150), y]))
dW = X.T @ (p - Y) / {count}
"""


@pytest.mark.parametrize("key", [", label", "][label"])
def test_labels_filled_in_row_by_row_are_judged_with(key: str, tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    for count, verdict in (("150", "right"), ("15", "wrong")):
        file.write_text(PROGRAM.format(key=key, count=count))
        (claim,) = chainrule.check(file).claims
        assert (claim.verdict, claim.factor) == (verdict, None if count == "150" else pytest.approx(10))
    trace = read(file, Options())
    assert not any(node.op == "store" for node in trace.graph.nodes)
    (last,) = (b for b in trace.bindings if b.name.text == "Y" and b.name.version > 1)
    assert trace.values[last.node].sum() == 150
