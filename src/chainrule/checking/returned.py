"""What a function gives back is judged where it is computed: the name that a caller gives it accuses nobody."""

from __future__ import annotations

from collections.abc import Sequence, Set

from chainrule.checking.verdicts import Judgement
from chainrule.reading.trace import Trace


def judged_where_computed(trace: Trace, judged: Sequence[Judgement], stepped: Set[int]) -> list[Judgement]:
    """Without what fails by a caller's name for it alone, as `da, dw = back(…)` of a `dz`, and is right by its own; what a parameter
    is `stepped` with stays.
    """
    nodes = trace.graph.nodes
    right = {j.node for j in judged if j.verdict == "right"}
    given_back = {node: call.title for call in trace.calls for node in call.results}

    def renamed(judgement: Judgement) -> bool:
        node = nodes[judgement.node] if judgement.node < len(nodes) else None
        if node is None or node.op != "alias" or judgement.node in stepped:
            return False
        own = node.inputs[0]
        name = nodes[own].name
        return own in right and own in given_back and name is not None and name.scope == given_back[own]

    return [j for j in judged if not ((j.fails or j.kind == "scale") and renamed(j))]
