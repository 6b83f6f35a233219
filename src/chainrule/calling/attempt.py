"""Calling all that a program defines and never calls, each on the data that fits it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from itertools import islice
from time import monotonic
from typing import Any

from chainrule.calling.data import TARGET
from chainrule.calling.definitions import DEFINITIONS
from chainrule.calling.plan import Call, calls
from chainrule.calling.subjects import Subject, subjects
from chainrule.checking.verdicts import NOTHING_FOUND, Check
from chainrule.errors import AskError, ChainruleError
from chainrule.reading.run import run
from chainrule.reading.sources import NOT_PYTHON, Program, parsed, with_call
from chainrule.reading.trace import Settings, Trace

MOST_CALLS = 12
MOST_FAILURES = 100
MOST_SECONDS = 5.0  # of one call
LONGEST_TRY = 20.0  # seconds, of all calls of one thing


@dataclass(frozen=True)
class Attempt:
    """What a subject's derivatives were found to be, and the call that showed it; or why it could not be called."""

    title: str
    call: Call | None
    found: Check | None
    why: str = ""
    called: tuple[str, ...] = ()


def attempts(first: Trace, checked: Callable[[Trace, str | None], Check], called: Sequence[str] = ()) -> list[Attempt]:
    """Call each thing that goes backward and that the program never `called`. `checked(trace, of)` judges a run.

    Of a program that stopped at an error, as where a file of data is missing, only the definitions are run again.
    """
    program = first.program if first.raised is None else _only_definitions(first.program)
    settings = replace(first.settings, budget=min(first.settings.budget, MOST_SECONDS))
    found: list[Attempt] = []
    known = set(called)
    for ways in subjects(program):
        if any(way.goal.name in known for way in ways):
            continue
        tried: list[Attempt] = []
        for way in ways:
            tried.append(_attempt(program, settings, way, checked))
            if tried[-1].found is not None:
                break
        found.append(tried[-1] if tried[-1].found is not None else tried[0])
        known |= {title.rpartition(".")[2] for title in found[-1].called} if not ways[0].owner else set()
    return found


def _only_definitions(program: Program) -> Program:
    """A program without the lines that define nothing, each line where it was."""
    cells = []
    known = set(dir(builtins))
    for cell in program.cells:
        try:
            body = parsed(cell.code).body
        except NOT_PYTHON:
            continue
        lines = cell.code.splitlines()
        for node in body:
            if isinstance(node, DEFINITIONS) or _is_plain(node, known):
                known |= _given_by(node)
            else:
                first, last = node.lineno - 1, node.end_lineno or node.lineno
                lines[first:last] = [""] * (last - first)
        cells.append(replace(cell, code="\n".join(lines), shown=None))
    return replace(program, cells=tuple(cells))


def _given_by(node: ast.stmt) -> set[str]:
    """The names that a definition, an import or an assignment gives."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    return {(n.asname or n.name).split(".")[0] for n in ast.walk(node) if isinstance(n, ast.alias)}


def _is_plain(node: ast.stmt, known: Set[str]) -> bool:
    """Whether a statement gives a name what is written down: a number, a table of functions that are defined by then."""
    if not isinstance(node, ast.Assign) or any(isinstance(n, (ast.Call, ast.Subscript)) for n in ast.walk(node.value)):
        return False
    return all(n.id in known for n in ast.walk(node.value) if isinstance(n, ast.Name))


def _attempt(program: Program, settings: Settings, subject: Subject, checked: Callable[[Trace, str | None], Check]) -> Attempt:
    why = judged = ""  # what a run was found to be says more than an error
    farthest = -1
    until = monotonic() + LONGEST_TRY

    def traced(code: str) -> Trace:
        return run(with_call(program, code), settings)

    def stopped(trace: Trace) -> None:
        """Of several errors, the one that came after the most was computed tells what is wrong."""
        nonlocal why, farthest
        if trace.raised is not None and len(trace.graph.nodes) > farthest:
            farthest = len(trace.graph.nodes)
            why = f"{trace.raised.kind}: {trace.raised.message}"

    def observe(code: str, name: str) -> Any:
        if monotonic() > until:
            return None
        trace = traced(code)
        if trace.raised is not None:
            stopped(trace)
            return None
        return next((b.observed for b in reversed(trace.bindings) if b.name.text == name and not b.name.scope), None)

    best: tuple[int, Attempt] | None = None
    try:
        ran = 0
        for call in islice(calls(subject, observe), MOST_FAILURES):
            if monotonic() > until:
                break
            if call.one_sample and best is not None:
                continue
            if ran == MOST_CALLS:
                break
            try:
                trace = traced(call.code)
                if trace.raised is not None:
                    stopped(trace)
                    continue
                ran += 1
                if _stretches_the_target(trace):
                    continue
                check = checked(trace, call.of)
            except ChainruleError as error:
                judged = judged or str(error)
                continue
            right = sum(1 for j in check.claims if j.verdict == "right")
            attempt = Attempt(subject.title, call, check, called=tuple(dict.fromkeys(c.title for c in trace.calls)))
            if check.claims and (best is None or right > best[0]):
                best = right, attempt
            if right and 2 * right >= len(check.claims):
                break
    except AskError as cannot:
        why = str(cannot)
    return (
        best[1]
        if best is not None
        else Attempt(subject.title, None, None, (judged or why).rstrip(".") or "no derivative was found in it")
    )


def _stretches_the_target(trace: Trace) -> bool:
    """Whether the target given has another shape than what it is compared with, which NumPy makes good silently."""
    nodes = trace.graph.nodes
    targets: set[int] = set()
    for i, node in enumerate(nodes):
        name = node.name
        if (name is not None and not name.scope and node.op == "input" and node.shape and TARGET.match(name.text)) or (
            node.op in ("alias", "to_real", "to_int", "reshape", "transpose", "negative") and node.inputs[0] in targets
        ):
            targets.add(i)
        elif node.op in ("add", "subtract", "multiply", "divide") and any(
            s in targets and nodes[s].shape != node.shape for s in node.inputs
        ):
            return True
        elif node.op == "subtract" and node.inputs[1] in targets and not nodes[node.inputs[0]].shape:
            targets.add(i)  # 1 − y
    return False


def told(attempt: Attempt) -> str:
    """What was done, for the notices."""
    if attempt.call is None:
        return f"{attempt.title} was not judged: {attempt.why}."
    code = attempt.call.code.replace("\n", "; ")
    return f"{attempt.title} was called on small generated data ({attempt.call.words}): {code}"


def merged(check: Check, found: Sequence[Attempt]) -> Check:
    """One check of all that was called."""
    parts = [a.found for a in found if a.found is not None]
    notices = [n for n in check.notices if not parts or n != NOTHING_FOUND]
    return replace(
        check,
        loss=parts[0].loss if parts and not check.claims else check.loss,
        claims=(*check.claims, *(j for p in parts for j in p.claims)),
        updates=(*check.updates, *(j for p in parts for j in p.updates)),
        notices=(*notices, *(told(a) for a in found)),
    )
