"""Where a derivative and the loss are of different values: set anew between them, moved along a step, gone out of sight, or stepped
by two lines.
"""

from __future__ import annotations

from chainrule.checking.claim import Claim
from chainrule.graph.reach import ancestors, descendants
from chainrule.reading.names import reads_as_derivative
from chainrule.reading.roles import Reading
from chainrule.reading.views import before_stores, root


def of_other_values(reading: Reading, claim: Claim, wrt: str) -> str:
    """Why what differs from the derivative may be the derivative at other values; "" where nothing says so."""
    if anew := _set_anew(reading, claim):
        return anew
    if trial := _at_a_trial_point(reading, claim):
        return f"{reading.loss.name.text} is computed where a step along {trial} leads, as a line search does"
    left = _left(reading, claim)
    return f"a value that {wrt} is in went into {left}, where it is not followed" if left else ""


def _set_anew(reading: Reading, claim: Claim) -> str:
    """Where what a claim is with respect to was set anew after the loss was computed: then it is of the new value."""
    nodes, name = reading.graph.nodes, reading.graph.nodes[claim.wrt].name
    if claim.link != "name" or claim.of is not None or nodes[claim.wrt].op != "input" or name is None:
        return ""
    for i in range(reading.loss.node + 1, claim.node):
        other = nodes[i].name
        if nodes[i].op == "input" and other is not None and (other.text, other.scope) == (name.text, name.scope):
            where = f" at {nodes[i].source!r}" if nodes[i].source else ""
            return f"{name.text} was set anew{where}, after {reading.loss.name.text} was computed"
    made_of = ancestors(reading.graph, [claim.node])
    for i in sorted(made_of - reading.before) if claim.wrt not in made_of else ():
        other = nodes[i].name
        if nodes[i].op == "input" and other is not None and other.text == name.text:
            return f"it is computed with another {name.text} than {reading.loss.name.text} is"
    return ""


def _at_a_trial_point(reading: Reading, claim: Claim) -> str:
    """The derivative that the loss was moved along before it was computed, where no line keeps that step: `f(x + t * p)`."""
    if claim.of is not None:
        return ""
    nodes = reading.graph.nodes
    parameters = {p.node for p in reading.parameters}
    made = descendants(reading.graph, parameters)
    for i in sorted(reading.before - {u.new for u in reading.updates}):
        for held, step in (nodes[i].inputs, nodes[i].inputs[::-1]) if nodes[i].op in ("add", "subtract") else ():
            moved = made & ancestors(reading.graph, [step]) if root(nodes, held) in parameters else set[int]()
            along = (nodes[k].name for k in sorted(moved) if nodes[k].op != "input")
            name = next((n for n in along if n is not None and reads_as_derivative(n.text)), None)
            if name is not None:
                return name.text
    return ""


def _left(reading: Reading, claim: Claim) -> str:
    """Where a value made from the claim's own went out of sight before the loss was computed."""
    for node, words in reading.trace.left:
        if node < max(reading.loss.node, claim.node) and claim.wrt in ancestors(reading.graph, [node]):
            return words
    return ""


def stepped_twice(reading: Reading, claim: Claim) -> bool:
    """Whether two lines of a pass step the same entry, as where a word drawn at random is the one that stands there."""
    nodes, update = reading.graph.nodes, claim.update
    if update is None or nodes[update.new].op != "store":
        return False
    whole, key = before_stores(nodes, update.parameter), repr(nodes[update.new].attributes["key"])
    return any(
        u.new != update.new and nodes[u.new].op == "store" and repr(nodes[u.new].attributes["key"]) == key
        and before_stores(nodes, u.parameter) == whole and nodes[u.new].source != nodes[update.new].source
        for u in reading.updates
    )  # fmt: skip


def goes_elsewhere(reading: Reading, claim: Claim) -> bool:
    """Whether what is stepped goes into anything but its own steps."""
    nodes = reading.graph.nodes
    held = root(nodes, claim.wrt)
    own = {i for u in reading.updates if root(nodes, u.old) == held for i in (u.new, *ancestors(reading.graph, [u.step]))}
    return any(held in {root(nodes, s) for s in nodes[i].inputs} and i not in own for i in range(held + 1, len(nodes)))
