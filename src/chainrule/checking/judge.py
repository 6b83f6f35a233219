"""The judge: every derivative written by hand, the version of the loss it belongs to, and the verdict on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from chainrule.checking import autograd
from chainrule.checking.belonging import other_networks, parts
from chainrule.checking.by_name import NOT_FOR, typed_claims
from chainrule.checking.claim import Claim
from chainrule.checking.claims import find_claims
from chainrule.checking.counterexamples import explain_failures
from chainrule.checking.coverage import coverage, judge_updates
from chainrule.checking.handed_in import right_when_tried_alone
from chainrule.checking.joined import with_joined_steps
from chainrule.checking.made_from import by_what_is_made, made_from, used_right
from chainrule.checking.meant import meant_by_use
from chainrule.checking.more_rows import tried_on_more_rows
from chainrule.checking.optimizer_steps import climbing, optimizer_notices, optimizer_steps
from chainrule.checking.remainders import with_the_rest
from chainrule.checking.returned import judged_where_computed
from chainrule.checking.rows import as_mean, gathers, overwritten, sum_over_rows, too_many_rows
from chainrule.checking.tiny import without_tiny_constants
from chainrule.checking.verdicts import GUESSED, INFERRED, NOTHING_FOUND, Check, Judgement
from chainrule.checking.weighing import NOT_REACHED, NOWHERE, is_likelihood, judge_typed, weigh
from chainrule.graph.reach import ancestors
from chainrule.reading.doubts import doubts
from chainrule.reading.loss import candidates_of_equal_strength
from chainrule.reading.names import HELD_GRADIENT, HELD_VALUE
from chainrule.reading.roles import Reading, infer
from chainrule.reading.trace import Trace
from chainrule.reading.updates import find_updates
from chainrule.reading.views import before_stores, root

NAME_THE_LOSS = '--loss "EXPRESSION" names the one that is meant'
STOPPED = "the program was stopped in the loop that makes it; --budget SECONDS gives it more"
LITTLE = 0.01
VANISHES = "without"
MOST_OTHERS = 2  # losses beside the one that is learned from
FEWEST_OBJECTS = 3
RANK = ("right", "scale", "right only here", "wrong", "cannot tell")


def judge(trace: Trace, reading: Reading) -> Check:
    """Judge every hand-written derivative and update line of a program."""
    judged: list[Judgement] = []
    updates: list[Judgement] = []
    notices: list[str] = []
    covered: set[int] = set()
    stepped: set[int] = set()
    compared: list[tuple[Reading, list[Claim]]] = []
    others = other_networks(trace, reading)
    for whole, theirs in parts(trace, reading, others):
        part = with_joined_steps(whole)
        found = find_claims(part.trace, part.graph, part.loss.node, part.updates, part.rate)
        claims = [c for c in found if theirs(part, c)]
        here = _judge_pass(part, claims)
        scaled = {(c.name.text, c.name.scope) for c, j in zip(claims, here, strict=True) if not c.part and j.kind == "scale"}
        kept = [
            (c, j) for c, j in zip(claims, here, strict=True)
            if not c.part or j.verdict == "right" or (j.kind == "scale" and (c.name.text, c.name.scope) in scaled)
        ]  # fmt: skip
        claims, here = [c for c, _ in kept], [j for _, j in kept]
        typed = [c for c in typed_claims(trace, part.graph, part.loss.node) if theirs(part, c)]
        judged += [*here, *judge_typed(part, typed)]
        compared.append((part, claims))
        covered |= {of(part.graph.nodes, c.wrt) for c in (*claims, *typed) for of in (root, before_stores)} | {
            c.wrt for c in claims
        }
        stepped |= {c.node for c in claims if c.update is not None}
        updates += judge_updates(part, claims, here)
        steps = optimizer_steps(part, here)
        updates += [] if is_likelihood(part) else climbing(part, steps)
        notices += optimizer_notices(steps) if whole is reading else []
    judged = judged_where_computed(trace, right_when_tried_alone(reading, judged), stepped)
    judged = sorted(_of_another_loss(trace, reading, _unless_stopped(trace, judged)), key=lambda j: j.node)
    updates.sort(key=lambda j: j.node)
    notices = [*doubts(reading), *notices, *autograd.notices(compared)]
    if not judged:
        notices.append(NOTHING_FOUND)
    loss_node = reading.graph.nodes[reading.loss.node]
    loss = {
        "name": reading.loss.name.text,
        "line": loss_node.source.line if loss_node.source else None,
        "cell": loss_node.source.cell if loss_node.source else None,
        "file": loss_node.source.file or None if loss_node.source else None,
        "inferred": reading.loss.evidence != "given",
    }
    return Check(
        str(trace.program.path), loss, tuple(judged), tuple(updates), coverage(reading, covered, others), tuple(notices)
    )


def _unless_stopped(trace: Trace, judged: Sequence[Judgement]) -> list[Judgement]:
    """What a loop makes that the program was stopped in may not be complete: nobody is accused of it."""
    first = len(trace.graph.nodes) if trace.unfinished is None else trace.unfinished
    return [j.instead("cannot tell", STOPPED) if j.node >= first and (j.fails or j.kind == "scale") else j for j in judged]


def _of_another_loss(trace: Trace, reading: Reading, judged: Sequence[Judgement]) -> list[Judgement]:
    """Where the pass computes another loss, a derivative of that one is not accused: which of them is learned from is not known."""
    found = list(judged)
    if trace.own is not None or reading.loss.evidence == "given" or not any(j.fails or j.kind == "scale" for j in found):
        return found
    others = candidates_of_equal_strength(
        trace, reading.start, reading.stop, find_updates(trace.graph.nodes), reading.loss.node
    )
    whole = ancestors(trace.graph, [reading.loss.node])  # a part of the loss is no other one
    names = {n.text: i for i in others if i not in whole and (n := trace.graph.nodes[i].name)}
    names.pop(reading.loss.name.text, None)
    lines = ((n, s, i) for i in overwritten(reading) if (n := trace.graph.nodes[i].name) and (s := trace.graph.nodes[i].source))
    names = {f"{n.text} of line {s.line}": i for n, s, i in lines} | names
    for name, loss in list(names.items())[:MOST_OTHERS]:
        failing = {j.node: i for i, j in enumerate(found) if j.fails or j.kind == "scale"}
        part = with_joined_steps(infer(trace, loss=loss))
        claims = [c for c in find_claims(part.trace, part.graph, part.loss.node, part.updates, part.rate) if c.node in failing]
        for j in _judge_pass(part, claims):
            if j.verdict == "right":
                i = failing[j.node]
                words = f"it is the derivative of that, and not {found[i].derivative}: which of the two is learned from is not clear; --of chooses"
                found[i] = replace(j, verdict="cannot tell", because=f"{name} is computed too, and {words}")
    return found


def _judge_pass(part: Reading, claims: Sequence[Claim]) -> list[Judgement]:
    """The verdicts of a pass; a gradient gathered over several rows is one of the sum of their losses."""
    over_rows = sum_over_rows(part)
    gathered = gathers(part, claims)
    single = judge_claims(part, [c for c in claims if c not in gathered])
    whole = judge_claims(over_rows, gathered) if over_rows is not None else [too_many_rows(part, c) for c in gathered]
    by_node = {j.node: j for j in (*single, *(as_mean(j, part) for j in whole))}
    return [by_node[c.node] for c in claims]


# ------------------------------------------------------------------------------------------------ claims


def judge_claims(reading: Reading, claims: Sequence[Claim]) -> list[Judgement]:
    """The verdict on each claim of one pass."""
    if not claims:
        return []
    if reading.loss.evidence.startswith(GUESSED):
        return _as_guessed(reading, claims)
    results = weigh(reading, claims)
    results = _apart_from_tiny_constants(reading, claims, results)
    results = _with_alternatives(reading, claims, results)
    results = by_what_is_made(reading, claims, results)
    results = [_of_any_object(reading, c, r) for c, r in zip(claims, results, strict=True)]
    claims, results = meant_by_use(reading, claims, results)
    results = with_the_rest(reading, claims, explain_failures(reading, claims, results))
    return tried_on_more_rows(reading, claims, results)


def _as_guessed(reading: Reading, claims: Sequence[Claim]) -> list[Judgement]:
    """No verdicts, as no loss is known; and what each would be if the likeliest one were meant, where that says something."""
    why = reading.loss.evidence.removeprefix(GUESSED)
    meant = replace(reading, loss=replace(reading.loss, evidence=INFERRED))
    results = judge_claims(meant, claims)
    hints = [f"for {reading.loss.name.text} {would_be}" if (would_be := _would_be(r)) else "" for r in results]
    if not any(r.fails or r.kind == "scale" for r in results) or not any(r.mistakes or not r.fails for r in results):
        hints = [""] * len(hints)
    told = (f"{why}{f'; {hint}' if hint else ''}. {NAME_THE_LOSS}" for hint in hints)
    return [r.instead("cannot tell", words) for r, words in zip(results, told, strict=True)]


def _would_be(result: Judgement) -> str:
    if result.verdict == "cannot tell":
        return ""
    if result.factor is not None and result.factor < 0:
        return "it would be a multiple of the derivative, its sign turned"
    if result.kind == "scale" or not result.mistakes:
        return f"it would be {'off by a constant factor' if result.kind == 'scale' else result.verdict}"
    return f"it would be {result.verdict}: {result.mistakes[0]}"


def _of_any_object(reading: Reading, claim: Claim, result: Judgement) -> Judgement:
    """`self.grad` of one object among many is for that object's own value, and which that is, its name does not say."""
    held = HELD_GRADIENT.match(claim.name.text)
    if held is None or claim.update is not None or not result.fails:
        return result
    owners = {
        root(reading.graph.nodes, i): value["owner"]
        for i, n in enumerate(reading.graph.nodes)
        if n.name is not None and (value := HELD_VALUE.match(n.name.text))
    }
    if len(owners) < FEWEST_OBJECTS or list(owners.values()).count(held["owner"]) == 1:
        return result
    words = f"it may be for any of {len(owners)} objects, of which {held['owner']} is one, and it is not for the one it was taken for"
    return result.instead("cannot tell", words)


def _with_alternatives(reading: Reading, claims: Sequence[Claim], results: list[Judgement]) -> list[Judgement]:
    """A claim that fails in its likeliest meaning is judged in its others: other versions of the value it names."""
    doubtful = [i for i, c in enumerate(claims) if c.alternatives and _rank(results[i]) > 0]
    if not doubtful:
        return results
    others = [(i, a) for i in doubtful for a in claims[i].alternatives]
    tried = [a for _, a in others]
    judged = _apart_from_tiny_constants(reading, tried, weigh(reading, tried))
    final = list(results)
    for i in reversed(doubtful):  # what is made from a derivative is known first
        mine = [(a, j) for (k, a), j in zip(others, judged, strict=True) if k == i]
        if any(a.if_used_right for a, _ in mine) and not used_right(reading, claims, final, i):
            unused = not made_from(reading, claims, final, i)  # then it is what it is right for
            mine = [
                (a, j) for a, j in mine
                if not a.if_used_right or (unused and j.verdict == "right") or (a.means.startswith(NOT_FOR) and _told(j))
            ]  # fmt: skip
        unsure = next((j for _, j in mine if j.because.startswith(VANISHES)), None)
        if unsure is not None and results[i].fails:
            final[i] = results[i].instead("cannot tell", unsure.because)
        same = claims[i].node  # an alternative of another node is a sum that this derivative is a part of
        mine = [
            (a, j) for a, j in mine
            if j.verdict == "right" or j.kind == "scale" or (a.node == same and (not a.if_used_right or j.factor is not None))
        ]  # fmt: skip
        if not mine:
            continue
        best_claim, best = min(mine, key=lambda pair: (_rank(pair[1]), pair[1].factor is None))
        constant_times = best_claim.if_used_right and best.factor is not None and results[i].factor is None
        if constant_times or _rank(best) < min(_rank(results[i]), RANK.index("right only here")):
            meant = f"; {best_claim.means}" if best_claim.means else ""
            of_row = best_claim.of is not None and best.verdict == "right"
            words = f"∂/∂{best.with_respect_to} {best_claim.means}" if of_row else best.because + meant
            final[i] = replace(
                best, because=words, misused=best_claim.means if best_claim.update and best_claim.node == same and best_claim.share is None and not of_row else "",
                node=same, source=results[i].source,
            )  # fmt: skip
        elif results[i].fails and any(not a.means for a, _ in mine):
            count = len(mine) + 1
            words = f"{results[i].with_respect_to} may be any of {count} values of this pass, and it is the derivative for none of them"
            final[i] = results[i].instead("cannot tell", words)
    return final


def _told(judgement: Judgement) -> bool:
    """Whether a value is seen to be a derivative on all sides: then it is no other's, whatever a later line does with it."""
    seen = NOT_REACHED not in judgement.because and NOWHERE not in judgement.because
    return judgement.verdict == "right" and seen


def _rank(judgement: Judgement) -> int:
    return RANK.index("scale" if judgement.kind == "scale" else judgement.verdict)


def _apart_from_tiny_constants(reading: Reading, claims: Sequence[Claim], results: list[Judgement]) -> list[Judgement]:
    """Where a loss guards itself with an epsilon (log(p + 1e-8), clip), a derivative that leaves it out is right."""
    final = list(results)
    for where in ("in the loss", "in the loss and in the derivative"):
        failed = [i for i, r in enumerate(final) if r.fails]
        also = [claims[i].node for i in failed] if "derivative" in where else []
        bare, tiny = without_tiny_constants(reading, also) if failed else (None, ())
        if bare is None:
            continue
        again = weigh(replace(reading, graph=bare, rounded=True), [claims[i] for i in failed])
        for i, judgement in zip(failed, again, strict=True):
            if _rank(judgement) > 1 and judgement.factor is None:
                continue
            apart = f"{' and '.join(tiny)} {where}"
            size = _size(results[i].true)
            if size > 0 and _size(judgement.true) <= LITTLE * size:  # of two rows, batch norm is all epsilon
                words = (
                    f"{VANISHES} {apart} the derivative is nothing, so what leaves that out cannot be told from what is wrong"
                )
                final[i] = results[i].instead("cannot tell", words)
            else:
                words = f"{judgement.because}, apart from {apart}"
                final[i] = replace(judgement, because=words, written=results[i].written, true=results[i].true)
    return final


def _size(value: object) -> float:
    return 0.0 if value is None else float(np.max(np.abs(np.asarray(value, float)), initial=0))
