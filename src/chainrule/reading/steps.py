"""Steps that are computed and not taken: `del_w = learnrate * error_term * x`, for printing."""

from __future__ import annotations

import re

from chainrule.graph.reach import ancestors
from chainrule.graph.records import Name
from chainrule.reading.names import PARAMETER, last, last_of
from chainrule.reading.trace import Trace
from chainrule.reading.updates import find_updates

STEP = re.compile(r"^(?:del|delta|change)_?(?:in_)?(?P<wrt>(?:w|b|theta|weights?|bias)(?:[_\d]\w*)?)$", re.I)


def untaken_steps(trace: Trace) -> list[tuple[int, Name, int]]:
    """Each step that no update takes, its name, and the one parameter that it can be for: of its name, or else of its shape."""
    nodes = trace.graph.nodes
    found: list[tuple[int, Name, int]] = []
    taken: set[int] | None = None
    for binding in trace.bindings:
        match = STEP.match(last(binding.name.text))
        node = nodes[binding.node]
        if match is None or node.op in ("input", "constant", "alias") or node.dtype != "real":
            continue
        if taken is None:
            taken = ancestors(trace.graph, [u.step for u in find_updates(nodes)])
        if binding.node in taken:
            continue
        leaves = [i for i in range(binding.node) if nodes[i].op == "input" and nodes[i].shape == node.shape]
        leaves = [i for i in leaves if nodes[i].name is not None and PARAMETER.search(last_of(nodes[i]))]
        leaves = [i for i in leaves if last_of(nodes[i]) == match["wrt"]] or leaves
        if len(leaves) == 1:
            found.append((binding.node, binding.name, leaves[0]))
    return found
