"""What ran in a program before the pass that is judged: the same network tried out first without a loop, other networks
trained by the same lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
    known = {_signature(reading.trace, reading.start, reading.stop)}
    for _ in range(MOST_PARTS):
        start = reading.start
        if not start:
            break
        others = [
            p.stop for p in reading.trace.passes if p.stop <= start and _signature(reading.trace, p.start, p.stop) not in known
        ]
        if not others and not _unjudged(reading.trace, start, check):
            break
        try:
            reading = read(cut_off(reading.trace, others[-1] if others else start))
        except AskError:
            break
        known.add(_signature(reading.trace, reading.start, reading.stop))
        check = _joined(judge(reading.trace, reading), check)
    return check


def _signature(trace: Trace, start: int, stop: int) -> frozenset[object]:
    """What a run of a training loop does, line by line: the same lines may train two networks."""
    return frozenset((n.source.place if n.source else None, n.op) for n in trace.graph.nodes[start:stop])


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
    """Both checks, each line judged once; twice, where it was right only in its later run."""
    claims = (*_only_in(earlier.claims, later.claims), *later.claims)
    return replace(later, claims=claims, updates=(*_only_in(earlier.updates, later.updates), *later.updates))


def _only_in(earlier: Sequence[Judgement], later: Sequence[Judgement]) -> Iterator[Judgement]:
    known: dict[tuple[object, ...], set[str]] = {}
    for j in later:
        known.setdefault(_place(j), set()).add(j.verdict)
    for j in earlier:
        if _place(j) not in known:
            yield j
        elif j.verdict != "right" and known[_place(j)] == {"right"}:
            yield replace(j, because=f"{j.because}; so it was in an earlier run of these lines")


def _place(judgement: Judgement) -> tuple[object, ...]:
    source = judgement.source
    return judgement.name.text, judgement.kind == "update", source and source.place
