"""What stands in a program before the pass that is judged: the same network set anew, tried out first without a loop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from chainrule.checking.judge import judge
from chainrule.checking.verdicts import Check, Judgement
from chainrule.errors import AskError
from chainrule.graph.records import Source
from chainrule.reading.names import DERIVATIVE_FORMS, bare
from chainrule.reading.passes import cut_off
from chainrule.reading.roles import Reading
from chainrule.reading.run import Trace
from chainrule.reading.updates import find_updates

MOST_PARTS = 12


def judge_all(reading: Reading, read: Callable[[Trace], Reading]) -> Check:
    """Judge the pass of a reading, and before it whatever lines of the program that pass does not run.

    `read` finds the loss of an earlier part; where it finds none, that part has nothing to be judged by.
    """
    check = judge(reading.trace, reading)
    for _ in range(MOST_PARTS):
        start = reading.start
        if not start or not _unjudged(reading.trace, start, check):
            break
        try:
            reading = read(cut_off(reading.trace, start))
        except AskError:
            break
        check = _joined(judge(reading.trace, reading), check)
    return check


def _unjudged(trace: Trace, stop: int, check: Check) -> set[Source]:
    """The lines before a node that step a parameter or name a derivative, and that no verdict speaks of."""
    nodes = trace.graph.nodes
    written = {nodes[u.new].source for u in find_updates(nodes, 0, stop)}
    written |= {
        b.source for b in trace.bindings if b.node < stop and nodes[b.node].op != "input" and _derivative(bare(b.name.text))
    }
    known = {j.source.place for j in (*check.claims, *check.updates) if j.source is not None}
    return {s for s in written if s is not None and s.place not in known}


def _derivative(text: str) -> bool:
    return any(form.match(text) for form in DERIVATIVE_FORMS)


def _joined(earlier: Check, later: Check) -> Check:
    """Both checks, each line judged once."""
    known = {_place(j) for j in (*later.claims, *later.updates)}
    claims = tuple(j for j in earlier.claims if _place(j) not in known)
    updates = tuple(j for j in earlier.updates if _place(j) not in known)
    return replace(later, claims=(*claims, *later.claims), updates=(*updates, *later.updates))


def _place(judgement: Judgement) -> tuple[object, ...]:
    source = judgement.source
    return judgement.name.text, judgement.kind == "update", source and source.place
