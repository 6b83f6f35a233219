"""Which loss a program is judged by: the one it names, one over rows of its own, one handed in, or one that its derivatives imply."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace

from chainrule.checking.claim import Claim
from chainrule.checking.compared import compared_sides
from chainrule.checking.counterexamples import FOLLOWS
from chainrule.checking.entrywise import loss_of_entries
from chainrule.checking.factors import common_factor
from chainrule.checking.handed_in import handed_in
from chainrule.checking.implied import claims_of, implied_loss
from chainrule.checking.judge import judge_claims
from chainrule.checking.own_rows import losses_elsewhere, of_own_rows
from chainrule.checking.verdicts import INFERRED
from chainrule.errors import AskError, NoLoss, ReadError
from chainrule.graph.reach import descendants
from chainrule.reading.appended import with_formula
from chainrule.reading.before_step import EVIDENCE, before_the_step, undone_steps
from chainrule.reading.effects import Refused
from chainrule.reading.loss import BY_NAME, COMPUTES, LAST_NUMBER, activations_of, loss_candidates, needs_modules
from chainrule.reading.measures import error_measures
from chainrule.reading.passes import cut_off, shown_pass
from chainrule.reading.roles import Reading, infer
from chainrule.reading.run import run_again
from chainrule.reading.same_data import of_other_data, of_other_rows, shares_no_row
from chainrule.reading.slopes import is_slope, slope_of
from chainrule.reading.trace import Trace
from chainrule.reading.updates import find_updates
from chainrule.reading.views import root

ANOTHER_LOSS = "it is the gradient of"  # so mistakes begin that leave open which loss is meant
OWN_ROWS = f"{BY_NAME}, of the rows that the step is made from"
MOST_NAMED = 6
LINEAR = ("add", "subtract", "negative", "sum", "mean", "alias", "index", "reshape", "transpose", "stack", "to_real")


def reading_of(
    trace: Trace, *, of: str | None, formula: str | None, wrt: Sequence[str], learning_rate: float | None
) -> Reading:
    """The parts of a program, with the loss that it names, that it was given, or that its derivatives imply.

    Raises:
        AskError: a name is not in the program, the formula cannot be used, or no loss can be found.
    """
    if formula is not None:
        longer, loss = with_formula(trace, formula)
        reading = infer(longer, loss=loss, wrt=wrt, learning_rate=learning_rate)
        return replace(reading, loss=replace(reading.loss, evidence="given"))
    try:
        reading = infer(trace, of=of, wrt=wrt, learning_rate=learning_rate)
    except NoLoss as error:
        named = _named_earlier(trace, wrt, learning_rate)
        if named is not None:
            return reading_of(named, of=of, formula=formula, wrt=wrt, learning_rate=learning_rate)
        beside = _beside_its_derivative(trace)
        if beside is not None:
            return reading_of(beside, of=of, formula=formula, wrt=wrt, learning_rate=learning_rate)
        own = _without_a_name(trace, wrt, learning_rate)
        if own is not None:
            return own
        found = implied_loss(trace, wrt, learning_rate)
        if found.reading is None and found.guess is None:
            needs_modules(trace)
            raise error from None
        return found.reading or found.guess  # type: ignore[return-value]
    if reading.loss.evidence in (COMPUTES, LAST_NUMBER) and (beside := _beside_its_derivative(trace)) is not None:
        again = reading_of(beside, of=of, formula=formula, wrt=wrt, learning_rate=learning_rate)
        if _steps_in(again):
            return again
    if reading.loss.node < reading.start and reading.loss.evidence != "given":
        earlier = cut_off(trace, reading.start)
        shorter = len(earlier.graph.nodes) < len(trace.graph.nodes)
        if shorter and {p.line for p in earlier.passes} & {p.line for p in trace.passes if p.start == reading.start}:
            return reading_of(earlier, of=of, formula=formula, wrt=wrt, learning_rate=learning_rate)  # trained twice
    undone = undone_steps(trace, reading) if trace.passes or reading.loss.evidence != "given" else {}
    if undone:
        stepped_back = before_the_step(trace, reading, undone)
        if stepped_back is None and reading.loss.evidence == "given":
            return reading
        if stepped_back is None:  # it measures something else than what is learned from
            own = _of_own_rows(trace, (reading.loss.node,), wrt, learning_rate)
            if own is not None:
                return own
            found = implied_loss(trace, wrt, learning_rate)
            return found.reading or found.guess or reading
        longer, loss = stepped_back
        again = infer(longer, loss=loss, wrt=wrt, learning_rate=learning_rate)
        return replace(again, loss=replace(again.loss, evidence=f"{reading.loss.evidence}, {EVIDENCE}"))
    if reading.loss.evidence == BY_NAME:
        made = trace.graph, reading.loss.node, reading.updates
        other_rows = of_other_rows(*made)
        if other_rows:
            own = _of_own_rows(trace, (reading.loss.node,), wrt, learning_rate)
            if own is not None and common_factor(own, claims_of(own)) in (None, 1.0):
                return own  # another factor is none of theirs: what is shown is no loss of these rows
        of_others = of_other_data(*made, trace.values) or (other_rows and shares_no_row(*made, trace.values))
        if of_others or _adds_up_errors(reading):
            found = implied_loss(trace, wrt, learning_rate, but=f"{reading.loss.name.text}, which is of other data")
            return found.reading or (found.guess if of_others else None) or reading
    if reading.loss.evidence not in (COMPUTES, LAST_NUMBER):
        return reading
    if reading.loss.evidence == COMPUTES and common_factor(reading, claims_of(reading)) == 1.0:
        return reading
    own = _without_a_name(trace, wrt, learning_rate)
    if own is not None:
        return own
    only_sizes = reading.loss.evidence == COMPUTES and error_measures(reading.graph.nodes)[reading.loss.node] == 1
    shown = f"{reading.loss.name.text}, which only adds up the sizes of errors" if only_sizes else ""
    found = implied_loss(trace, wrt, learning_rate, but=shown)
    guess = found.guess if reading.loss.evidence == LAST_NUMBER or only_sizes else None
    return found.reading or _named(trace, wrt, learning_rate) or guess or reading


def _beside_its_derivative(trace: Trace) -> Trace | None:
    """The program run with each function computed where its derivative is called, `f` beside `df`; None where it calls none, or
    calls the function in its passes itself, as it does an activation.
    """
    called = {c.title for c in trace.calls if any(p.start <= c.start < p.stop for p in trace.passes)}
    known = {title.lower() for title in called}
    if trace.settings.beside_slopes or not any(is_slope(c.title) and slope_of(c.title) not in known for c in trace.calls):
        return None
    with contextlib.suppress(Refused, ReadError):
        again = run_again(trace, {}, replace(trace.settings, beside_slopes=True))
        names = [again.graph.nodes[i].name for i in again.differentiated]
        return again if names and not any(n is not None and n.text in called for n in names) else None
    return None


def _steps_in(reading: Reading) -> bool:
    """Whether a parameter that is stepped is in the loss."""
    return any(root(reading.graph.nodes, u.old) in reading.before for u in reading.updates)


def _without_a_name(trace: Trace, wrt: Sequence[str], learning_rate: float | None) -> Reading | None:
    """The loss of rows of its own, of an array's entries, or of a gradient that is handed in; None where there is none of these."""
    own = _of_own_rows(trace, (), wrt, learning_rate) or loss_of_entries(trace, wrt, learning_rate)
    if own is not None:
        return own
    given = handed_in(trace, wrt, learning_rate)
    return given[-1].reading if given else None


def _adds_up_errors(reading: Reading) -> bool:
    """Whether what is a loss by its name only adds up errors with their signs, target − output, which has no least value: it is
    shown, and not learned from.
    """
    nodes = reading.graph.nodes
    if error_measures(nodes)[reading.loss.node]:
        return False  # loss -= log(p) takes logarithms off, and no output
    moved = descendants(reading.graph, [p.node for p in reading.parameters])
    waiting, differences = [reading.loss.node], 0
    while waiting:
        i = waiting.pop()
        sides = [s in moved for s in nodes[i].inputs]
        if i not in moved:
            continue
        if nodes[i].op == "subtract" and sum(sides) == 1:
            differences += 1
        elif nodes[i].op in LINEAR or (nodes[i].op in ("multiply", "divide") and sum(sides) == 1):
            waiting += nodes[i].inputs
        else:
            return False
    return differences > 0


def _of_own_rows(trace: Trace, losses: Sequence[int], wrt: Sequence[str], learning_rate: float | None) -> Reading | None:
    """The pass with a loss that the program computes over other rows, as far as that explains what is written."""
    start, stop, _ = shown_pass(trace)
    updates = [u for u in find_updates(trace.graph.nodes) if start <= u.new < stop]
    if not updates:
        return None
    best: tuple[int, Reading] | None = None
    for loss in (*losses, *losses_elsewhere(trace, start, stop)):
        for pairs in compared_sides(trace):
            found = of_own_rows(trace, loss, pairs, updates)
            if found is None:
                continue
            reading = infer(found[0], loss=found[1], wrt=wrt, learning_rate=learning_rate)
            reading = replace(reading, loss=replace(reading.loss, evidence=OWN_ROWS))
            claims = claims_of(reading)
            if any(c.wrt not in reading.before for c in claims):
                continue  # where it holds no parameter, nothing of it would be right as well
            judged = judge_claims(reading, claims)
            fitting = sum(1 for j in judged if j.verdict == "right" or j.kind == "scale")
            named = all(
                j.verdict == "right"
                or j.kind == "scale"
                or j.because.startswith(FOLLOWS)
                or any(ANOTHER_LOSS not in m for m in j.mistakes)
                for j in judged
            )
            if judged and (named or 2 * fitting > len(judged)) and (best is None or fitting > best[0]):
                best = fitting, reading
    return None if best is None else best[1]


def _named_earlier(trace: Trace, wrt: Sequence[str], learning_rate: float | None) -> Trace | None:
    """The trace up to an earlier run of the same loop that does name a loss, as where it is printed in the first run only."""
    start, _, _ = shown_pass(trace)
    shown = next((p for p in trace.passes if p.start == start), None)
    for p in reversed(trace.passes):
        if shown is not None and p.stop <= start and (p.cell, p.line) == (shown.cell, shown.line):
            earlier = cut_off(trace, p.stop)
            try:
                reading = infer(earlier, wrt=wrt, learning_rate=learning_rate)
            except AskError:
                continue
            if reading.start == p.start and reading.loss.node >= p.start and reading.loss.evidence == BY_NAME:
                return earlier
    return None


def _named(trace: Trace, wrt: Sequence[str], learning_rate: float | None) -> Reading | None:
    """A value of the program that is nobody's loss by its name, but that every derivative written is of."""
    start, stop, _ = shown_pass(trace)
    last: dict[str, int] = {}
    for i in loss_candidates(trace, start, stop, find_updates(trace.graph.nodes)):
        last[str(trace.graph.nodes[root(trace.graph.nodes, i)].name)] = i
    by_number: dict[int, list[tuple[Reading, list[Claim]]]] = {}
    for i in sorted(last.values())[-MOST_NAMED:]:
        if activations_of(trace.graph, i).isdisjoint(last.values()):
            reading = infer(trace, loss=i, wrt=wrt, learning_rate=learning_rate)
            claims = claims_of(reading)
            by_number.setdefault(len(claims), []).append((reading, claims))
    for _, likely in sorted(by_number.items(), reverse=True):
        found = [
            r
            for r, claims in likely
            if common_factor(r, claims) == 1.0 and all(j.verdict == "right" for j in judge_claims(r, claims))
        ]
        if found:
            best = found[0]
            return replace(best, loss=replace(best.loss, evidence=INFERRED)) if len(found) == 1 else None
    return None
