"""Which derivatives cannot be told, and why: a function whose derivative nobody knows, or a value that went out of sight."""

from __future__ import annotations

from collections.abc import Mapping

from chainrule.graph.differentiate import Gradients
from chainrule.graph.reach import ancestors
from chainrule.reading.roles import Reading


def unknown_derivatives(reading: Reading, gradients: Gradients) -> Mapping[int, str]:
    """Each node of which the loss's derivative is not known, and why."""
    nodes = gradients.graph.nodes
    found: dict[int, str] = {}
    for node, words in reading.trace.left:
        if node < reading.loss.node:
            why = f"cannot tell: a value that it is in went into {words}, where it is not followed"
            found.update((i, why) for i in ancestors(gradients.graph, [node]) if nodes[i].dtype == "real" and i not in found)
    for node, hides in gradients.unknown.items():
        opaque = nodes[hides]
        found[node] = f"cannot tell: {opaque.attributes['function']} ({opaque.source!r}) has no known derivative"
    return found
