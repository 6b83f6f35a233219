"""What runs in a program before and after the pass that is judged: the same network tried out without a loop, another
network trained by the same lines, one more step when training is done.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from chainrule.checking.judge import judge
from chainrule.checking.verdicts import INFERRED, NOTHING_FOUND, Check, Judgement, place
from chainrule.errors import AskError
from chainrule.graph.records import Source
from chainrule.reading.loops import Pass
from chainrule.reading.loss import of_quotients
from chainrule.reading.names import DERIVATIVE_FORMS, bare
from chainrule.reading.passes import cut_off
from chainrule.reading.roles import Reading
from chainrule.reading.trace import Trace
from chainrule.reading.updates import find_updates
from chainrule.reading.views import root

MOST_PARTS = 12


def judge_all(reading: Reading, read: Callable[[Trace], Reading]) -> Check:
    """Judge the pass of a reading, and then whatever lines of the program that pass does not run.

    `read` finds the loss of another part; where it finds none, that part has nothing to be judged by.
    """
    check = judge(reading.trace, reading)
    return _with_what_follows(_with_what_ran_before(check, reading, read), reading, read)


def _with_what_ran_before(check: Check, reading: Reading, read: Callable[[Trace], Reading]) -> Check:
    known = {_signature(reading.trace, reading.start, reading.stop)}
    for _ in range(MOST_PARTS):
        start = reading.start
        if not start:
            break
        others = [
            p.stop for p in reading.trace.passes if p.stop <= start and _signature(reading.trace, p.start, p.stop) not in known
        ]
        if not others and not _unjudged(reading.trace, 0, start, check):
            break
        if any(i < start for i in of_quotients(reading.trace)):
            break  # gradients are checked there: the same lines again, of losses that are none of the training
        try:
            reading = read(cut_off(reading.trace, others[-1] if others else start))
        except AskError:
            break
        known.add(_signature(reading.trace, reading.start, reading.stop))
        check = _joined(judge(reading.trace, reading), check)
    return check


def _with_what_follows(check: Check, reading: Reading, read: Callable[[Trace], Reading]) -> Check:
    """What stands after the pass has a loss of its own, and what was learned by then is data of it."""
    trace = cut_off(reading.trace, reading.trace.appended)
    ends = sorted({reading.stop, len(trace.graph.nodes), *(p.stop for p in trace.passes if p.stop > reading.stop)})
    for start, stop in list(pairwise(ends))[:MOST_PARTS] if trace.passes else ():
        left = _unjudged(trace, start, stop, check)
        if not left:
            continue
        passed = next(p for p in reversed(trace.passes) if p.stop == start or p.start == reading.start)
        part = replace(cut_off(trace, stop), passes=(Pass(passed.line, passed.cell, 1, (), start, stop, after=True),))
        try:
            later = read(part)
        except AskError:
            why = "no loss stands beside it"
        else:
            why = _another_loss(reading, later)
            found = judge(later.trace, later)
            check = check if why else _joined(found, check, again=False)
        if why:
            places = ", ".join(repr(s) for s in sorted(left, key=repr)[:3])
            check = replace(check, notices=(*check.notices, f"{places}, after the training loop, was not judged: {why}."))
    return check


def _another_loss(reading: Reading, later: Reading) -> str:
    """Why what follows a pass cannot be judged by the loss that it was read with, if so."""
    if later.loss.node < later.start:
        return "no loss stands beside it"
    forms = [re.sub(r"\w+", "", r.loss.name.text.partition("Σ")[2]) for r in (reading, later)]
    if reading.loss.evidence == later.loss.evidence == INFERRED and forms[0] != forms[1]:
        return f"it would be of {later.loss.name.text}, and the loop's derivatives are of {reading.loss.name.text}"
    return ""


def _signature(trace: Trace, start: int, stop: int) -> frozenset[object]:
    """What a run of a training loop does, line by line: the same lines may train two networks."""
    return frozenset((n.source.place if n.source else None, n.op) for n in trace.graph.nodes[start:stop])


def _unjudged(trace: Trace, start: int, stop: int, check: Check) -> set[Source]:
    """The lines between two nodes that step a parameter or name a derivative, and that no verdict speaks of."""
    nodes = trace.graph.nodes
    written = {nodes[u.new].source for u in find_updates(nodes, start, stop)}
    written |= {
        b.source
        for b in trace.bindings
        if start <= b.node < stop and nodes[root(nodes, b.node)].op != "input" and _derivative(bare(b.name.text))
    }
    known = {j.source.place for j in (*check.claims, *check.updates) if j.source is not None}
    return {s for s in written if s is not None and s.place not in known}


def _derivative(text: str) -> bool:
    return any(form.match(text) for form in DERIVATIVE_FORMS)


def _joined(earlier: Check, later: Check, *, again: bool = True) -> Check:
    """Both checks, each line judged once; twice (`again`), where it was right only in its later run."""
    claims, updates = (
        tuple(sorted((*_only_in(a, b, again=again), *b), key=lambda judged: judged.node))
        for a, b in ((earlier.claims, later.claims), (earlier.updates, later.updates))
    )
    coverage = replace(
        later.coverage,
        without_derivative=_not_in(later.coverage.without_derivative, (j.with_respect_to for j in claims)),
        without_update=_not_in(later.coverage.without_update, (n for j in updates for n in (j.with_respect_to, j.name.text))),
    )
    notices = tuple(n for n in later.notices if not claims or n != NOTHING_FOUND)
    return replace(later, claims=claims, updates=updates, coverage=coverage, notices=notices)


def _not_in(names: Sequence[str], judged: Iterable[str]) -> tuple[str, ...]:
    known = {name for text in judged for name in (text, text.partition("[")[0])}  # of w[:, 0] something was written for w
    return tuple(name for name in names if name not in known)


def _only_in(earlier: Sequence[Judgement], later: Sequence[Judgement], *, again: bool) -> Iterator[Judgement]:
    known: dict[tuple[object, ...], set[str]] = {}
    for j in later:
        known.setdefault(place(j), set()).add(j.verdict)
    for j in earlier:
        if place(j) not in known:
            yield j
        elif again and j.verdict != "right" and known[place(j)] == {"right"}:
            yield replace(j, because=f"{j.because}; so it was in an earlier run of these lines")
