"""Calling all that a program defines and never calls, each on the data that fits it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from chainrule.calling.plan import Call, calls
from chainrule.calling.subjects import Subject, subjects
from chainrule.checking.verdicts import Check
from chainrule.errors import AskError, ChainruleError
from chainrule.reading.run import run
from chainrule.reading.sources import Program, with_call
from chainrule.reading.trace import Settings, Trace

MOST_CALLS = 16


@dataclass(frozen=True)
class Attempt:
    """What a subject's derivatives were found to be, and the call that showed it; or why it could not be called."""

    title: str
    call: Call | None
    found: Check | None
    why: str = ""


def attempts(
    program: Program, settings: Settings, checked: Callable[[Trace, str | None], Check], called: Sequence[str] = ()
) -> list[Attempt]:
    """Call each thing that goes backward and that the program never `called`. `checked(trace, of)` judges a run."""
    found = [s for s in subjects(program) if s.goal.name not in called]
    return [_attempt(program, settings, subject, checked) for subject in found]


def _attempt(program: Program, settings: Settings, subject: Subject, checked: Callable[[Trace, str | None], Check]) -> Attempt:
    why = ""

    def traced(code: str) -> Trace:
        return run(with_call(program, code), settings)

    def observe(code: str, name: str) -> Any:
        nonlocal why
        trace = traced(code)
        if trace.raised is not None:
            why = why or f"{trace.raised.kind}: {trace.raised.message}"
            return None
        return next((b.observed for b in reversed(trace.bindings) if b.name.text == name and not b.name.scope), None)

    best: tuple[int, Attempt] | None = None
    try:
        for call in islice(calls(subject, observe), MOST_CALLS):
            try:
                trace = traced(call.code)
                check = checked(trace, call.of)
            except ChainruleError as error:
                why = why or str(error)
                continue
            if trace.raised is not None:
                why = why or f"{trace.raised.kind}: {trace.raised.message}"
                continue
            right = sum(1 for j in check.claims if j.verdict == "right")
            attempt = Attempt(subject.title, call, check)
            if check.claims and (best is None or right > best[0]):
                best = right, attempt
            if right and 2 * right >= len(check.claims):
                break
    except AskError as cannot:
        why = str(cannot)
    return (
        best[1] if best is not None else Attempt(subject.title, None, None, why.rstrip(".") or "no derivative was found in it")
    )


def told(attempt: Attempt) -> str:
    """What was done, for the notices."""
    if attempt.call is None:
        return f"{attempt.title} was not judged: {attempt.why}."
    code = attempt.call.code.replace("\n", "; ")
    return f"{attempt.title} was called on small generated data ({attempt.call.words}): {code}"


def merged(check: Check, found: Sequence[Attempt]) -> Check:
    """One check of all that was called."""
    parts = [a.found for a in found if a.found is not None]
    notices = [n for n in check.notices if not parts or not n.startswith("No hand-written")]
    return replace(
        check,
        loss=parts[0].loss if parts and not check.claims else check.loss,
        claims=(*check.claims, *(j for p in parts for j in p.claims)),
        updates=(*check.updates, *(j for p in parts for j in p.updates)),
        notices=(*notices, *(told(a) for a in found)),
    )
