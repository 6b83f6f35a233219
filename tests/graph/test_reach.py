"""What is computed from what, for all nodes at once and one by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chainrule.graph.reach import ancestors, descendants, goes_into, made_with
from chainrule.graph.records import Graph, Node


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Graph, list[int], frozenset[int]]:
    """A graph, some of its nodes, and some at which a walk stops."""
    count = draw(st.integers(1, 12))
    inputs = [tuple(draw(st.lists(st.integers(0, i - 1), max_size=2))) if i else () for i in range(count)]
    nodes = tuple(Node("add" if s else "input", s, {}, ()) for s in inputs)
    some = draw(st.lists(st.integers(0, count - 1), unique=True))
    return Graph(nodes, (), ()), some, frozenset(draw(st.sets(st.integers(0, count - 1))))


@given(graphs())
def test_bits_say_what_a_walk_from_each_node_finds(drawn: tuple[Graph, list[int], frozenset[int]]) -> None:
    graph, marked, stop = drawn
    made, into = made_with(graph, marked, stop), goes_into(graph, marked)
    for i in range(len(graph.nodes)):
        assert {m for k, m in enumerate(marked) if made[i] >> k & 1} == ancestors(graph, [i], stop) & set(marked)
        assert {m for k, m in enumerate(marked) if into[i] >> k & 1} == descendants(graph, [i]) & set(marked)
