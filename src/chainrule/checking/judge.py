"""The judge: samples, tallies, verdicts, and the simplest counterexample."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from chainrule.checking.bench import Bench, Values, build, sides, ties
from chainrule.checking.claims import Claim, find_claims
from chainrule.checking.compare import TOLERANCE, Tally, compare, factor_text
from chainrule.checking.samples import Leaf, changed, describe, domains, draw, single_changes
from chainrule.checking.verdicts import Check, Counterexample, Coverage, Judgement
from chainrule.graph.differentiate import ancestors
from chainrule.reading.roles import Reading, infer
from chainrule.reading.run import Trace
from chainrule.reading.updates import find_updates, root

SAMPLES = 24
MORE_SAMPLES = 60
SEARCH_SECONDS = 4.0


def judge(trace: Trace, reading: Reading) -> Check:
    """Judge every hand-written derivative and update line of a program."""
    judged: list[Judgement] = []
    updates: list[Judgement] = []
    notices: list[str] = []
    covered: set[int] = set()
    for part in _versions(trace, reading):
        claims = find_claims(trace, part.graph, part.loss.node, part.updates, part.rate.node if part.rate else None)
        claims = [c for c in claims if _belongs(c, part, trace, reading)]
        here = judge_claims(part, claims)
        judged += here
        covered |= {c.wrt for c in claims} | {root(part.graph.nodes, c.wrt) for c in claims}
        updates += judge_updates(part, claims, here)
    if not judged:
        notices.append(
            "No hand-written derivative was found: no update line uses one, and no name reads like one "
            "(deriv_L_w, dL_dw, dW, grad_w, w_grad, …). Nothing was judged."
        )
    loss_node = reading.graph.nodes[reading.loss.node]
    loss = {
        "name": reading.loss.name.text,
        "line": loss_node.source.line if loss_node.source else None,
        "cell": loss_node.source.cell if loss_node.source else None,
        "inferred": reading.loss.evidence != "given",
    }
    return Check(str(trace.program.path), loss, tuple(judged), tuple(updates), _coverage(reading, covered), tuple(notices))


def _versions(trace: Trace, reading: Reading) -> Iterable[Reading]:
    """The pass that is shown; in a notebook whose cells repeat down the page, one reading for each version of the loss."""
    yield reading
    if trace.passes or (reading.loss.evidence == "given" and "#" in str(reading.loss.name)):
        return
    mine = reading.loss.name
    for i, node in enumerate(trace.graph.nodes):
        if (
            i != reading.loss.node
            and node.name
            and (node.name.text, node.name.scope) == (mine.text, mine.scope)
            and node.op not in ("input", "constant")
        ):
            yield infer(trace, loss=i)


def _belongs(claim: Claim, part: Reading, trace: Trace, first: Reading) -> bool:
    """A claim belongs to the last version of the loss computed before it (to the first, where it comes before all)."""
    if trace.passes:
        return part.start <= claim.node < part.stop or claim.node >= part.start
    mine = part.loss.name
    versions = [
        i
        for i, n in enumerate(trace.graph.nodes)
        if n.name and (n.name.text, n.name.scope) == (mine.text, mine.scope) and n.op not in ("input", "constant")
    ]
    before = [v for v in versions if v < claim.node]
    return part.loss.node == (before[-1] if before else versions[0] if versions else first.loss.node)


# ------------------------------------------------------------------------------------------------ claims


def judge_claims(reading: Reading, claims: Sequence[Claim]) -> list[Judgement]:
    """The verdict on each claim of one pass."""
    if not claims:
        return []
    bench = build(reading, claims)
    leaves = domains(reading, reading.graph)
    own = bench.at({leaf.node: leaf.value for leaf in leaves})
    tallies = [Tally() for _ in claims]
    seen: dict[tuple[int, int], set[bool]] = {}
    taken = _sample(bench, leaves, tallies, seen, range(SAMPLES))
    if any(len(both) < 2 for both in seen.values()) or taken < SAMPLES // 2:
        _sample(bench, leaves, tallies, seen, range(SAMPLES, MORE_SAMPLES))
    unreached = [key for key, both in seen.items() if len(both) < 2]
    domain = describe(leaves, reading.graph)
    unreliable = set(reading.trace.unreliable)
    results = [
        _verdict(reading, bench, i, claim, tallies[i], own, domain, unreached, unreliable) for i, claim in enumerate(claims)
    ]
    return explain_failures(reading, bench, leaves, claims, tallies, results)


def _sample(
    bench: Bench, leaves: list[Leaf], tallies: Sequence[Tally], seen: dict[tuple[int, int], set[bool]], numbers: Iterable[int]
) -> int:
    taken = 0
    for number in numbers:
        sample = draw(leaves, number)
        values = bench.at(sample)
        if values is None:
            continue
        if values.again:
            taken += 1
        elif not ties(bench, values):
            taken += 1
            for key, yes, no in sides(bench, values):
                seen.setdefault(key, set()).update([True] * yes + [False] * no)
        else:
            continue
        for claim, true, tally in zip(bench.claims, bench.true, tallies, strict=True):
            if true is None or claim.node not in values.by_node or true not in values.by_node:
                continue
            answer = compare(values[claim.node], values[true])
            if answer == "different" and not values.again and not _stands(bench, sample, claim.node, true, values):
                answer = "unclear"
            tally.add(answer, values[claim.node], values[true])
    return taken


def _stands(bench: Bench, sample: Any, written: int, true: int, values: Values) -> bool:
    """A difference that is more than rounding stays what it is when every value is moved by a hair."""
    generator = np.random.default_rng(5)
    moved = {
        i: v * (1 + 1e-9 * generator.normal(size=np.shape(v))) if np.asarray(v).dtype.kind == "f" else v
        for i, v in sample.items()
    }
    moved = {i: float(v) if np.ndim(v) == 0 and isinstance(v, np.floating) else v for i, v in moved.items()}
    there = bench.at(moved)
    if there is None or there.again or written not in there.by_node:
        return False
    first = np.asarray(values[written], float).ravel()
    again = np.asarray(there[written], float).ravel()
    if np.size(values[true]) != first.size:
        return True
    first = first - np.asarray(values[true], float).ravel()
    again = again - np.asarray(there[true], float).ravel()
    return bool(np.max(np.abs(first - again)) <= 0.01 * np.max(np.abs(first)))


def _verdict(
    reading: Reading, bench: Bench, i: int, claim: Claim, tally: Tally, own: Values | None, domain: str,
    unreached: Sequence[tuple[int, int]], unreliable: set[int],
) -> Judgement:  # fmt: skip
    node = reading.graph.nodes[claim.node]
    wrt = reading.graph.nodes[claim.wrt].name
    true = bench.true[i]
    base = Judgement(
        claim.name, claim.node, wrt.text if wrt else "?", "cannot tell", "", domain=domain, samples=len(tally.pairs),
        tolerance=TOLERANCE, source=node.source, loss=repr(reading.loss.name) if _has_versions(reading) else reading.loss.name.text,
    )  # fmt: skip
    if bench.unknown[i]:
        return replace(base, because=bench.unknown[i])
    if unreliable & ancestors(reading.graph, [claim.node, reading.loss.node]):
        return replace(base, because="what was read does not give the value the program had")
    fixed = [
        k
        for k in ancestors(reading.graph, [claim.node])
        if (n := reading.graph.nodes[k]).op == "opaque" and n.attributes["recall"] is None
    ]
    if fixed:
        culprit = reading.graph.nodes[fixed[0]]
        return replace(
            base, because=f"{culprit.attributes['function']}, {culprit.source!r}: it cannot be asked at other values"
        )
    if own is not None and true is not None and claim.node in own.by_node:
        base = replace(base, written=own[claim.node], true=own[true])
    here = compare(base.written, base.true) if own is not None and base.written is not None else "unclear"
    factor = tally.factor
    if factor is not None:
        rows = _rows(reading)
        text = factor_text(factor, rows)
        return replace(
            base, verdict="wrong", kind="scale", factor=factor,
            because=f"exactly {text} of the gradient of the loss as written" if factor != -1 else "the gradient of the loss with its sign turned",
        )  # fmt: skip
    if tally.different:
        if here == "same":
            return replace(base, verdict="right only here", kind="mistake")
        return replace(base, verdict="wrong", kind="mistake")
    if len(tally.pairs) < 3:
        return replace(base, because=f"only {len(tally.pairs)} of the samples tried could be computed")
    if here == "different":
        return replace(base, because="it differs at the program's own values, but at no sample: the reading is not trusted")
    why = f"∂{reading.loss.name.text}/∂{base.with_respect_to}" + (", its sign turned for the update" if claim.sign < 0 else "")
    if not tally.telling:
        why += ", which is 0 everywhere"
    mine = [k for k, _ in unreached]
    if mine:
        names = sorted({_piece(reading, k) for k in mine if k < len(reading.graph.nodes)})
        why += f"; not reached: the other side of {', '.join(names)}"
    return replace(base, verdict="right", because=why)


def _piece(reading: Reading, node: int) -> str:
    found = reading.graph.nodes[node]
    what = found.name.text if found.name else found.op
    return f"{what} ({found.source!r})" if found.source else what


def _has_versions(reading: Reading) -> bool:
    mine = reading.loss.name
    return sum(1 for n in reading.graph.nodes if n.name and (n.name.text, n.name.scope) == (mine.text, mine.scope)) > 1


def _rows(reading: Reading) -> int | None:
    for role in (*reading.targets, *reading.inputs):
        shape = reading.graph.nodes[role.node].shape
        if shape:
            return shape[0]
    return None


# ------------------------------------------------------------------------------------------------ counterexamples


def explain_failures(
    reading: Reading,
    bench: Bench,
    leaves: list[Leaf],
    claims: Sequence[Claim],
    tallies: Sequence[Tally],
    results: list[Judgement],
) -> list[Judgement]:
    """For each failed claim: where it fails most simply, the mistake made, and the line to write instead."""
    from chainrule.checking.mistakes import Suspicion, name_mistakes
    from chainrule.checking.rewriting import write_instead

    failed = [i for i, r in enumerate(results) if r.fails]
    if not failed:
        return results
    found = counterexamples(bench, leaves, [i for i in failed if results[i].verdict == "right only here"])
    samples = _kept_samples(bench, leaves)
    for i in failed:
        result = results[i]
        suspicion = Suspicion(reading, claims[i], bench.true[i], samples)
        mistakes = name_mistakes(suspicion)
        line = write_instead(reading, bench, claims[i], i, samples)
        because = "; or: ".join(mistakes[:3]) if mistakes else _plainly(result)
        results[i] = replace(result, counterexample=found.get(i), mistakes=tuple(mistakes), because=because, write_instead=line)
    return results


def _plainly(result: Judgement) -> str:
    if result.verdict == "right only here":
        return "it agrees with the derivative at the program's own values, but not as a function"
    return f"it is not ∂{result.loss}/∂{result.with_respect_to}"


def _kept_samples(bench: Bench, leaves: list[Leaf]) -> list[dict[int, Any]]:
    kept: list[dict[int, Any]] = [{leaf.node: leaf.value for leaf in leaves}]
    for number in range(MORE_SAMPLES):
        sample = draw(leaves, number)
        values = bench.at(sample) if len(kept) < 14 else None
        if values is not None and not values.again and not ties(bench, values):
            kept.append(sample)
    return kept


def counterexamples(bench: Bench, leaves: list[Leaf], wanted: Sequence[int]) -> dict[int, Counterexample]:
    """The first single change of a value that shows each claim wrong; kinks are skipped."""
    found: dict[int, Counterexample] = {}
    stop = time.monotonic() + SEARCH_SECONDS
    waiting = set(wanted)
    for leaf, entry, value in single_changes(leaves):
        if not waiting or time.monotonic() > stop:
            break
        sample = changed(leaves, leaf, entry, value)
        values = bench.at(sample)
        if values is None or (not values.again and ties(bench, values)):
            continue
        for i in sorted(waiting):
            pair = _differs(bench, sample, values, i)
            if pair is not None:
                found[i] = Counterexample({_entry_name(bench, leaf, entry): value}, *pair)
        waiting -= set(found)
    for i in sorted(waiting):
        several = _several(bench, leaves, i, stop + SEARCH_SECONDS)
        if several is not None:
            found[i] = several
    return found


def _differs(bench: Bench, sample: Any, values: Values, i: int) -> tuple[Any, Any] | None:
    written, true = bench.claims[i].node, bench.true[i]
    if true is None or written not in values.by_node or true not in values.by_node:
        return None
    if compare(values[written], values[true]) != "different":
        return None
    if not values.again and not _stands(bench, sample, written, true, values):
        return None
    return values[written], values[true]


def _entry_name(bench: Bench, leaf: Leaf, entry: Any) -> str:
    name = bench.graph.nodes[leaf.node].name
    text = name.text if name else f"value_{leaf.node}"
    return f"{text}[{', '.join(map(str, entry))}]" if entry != () else text


def _several(bench: Bench, leaves: list[Leaf], i: int, stop: float) -> Counterexample | None:
    """Several values changed at once: a sample that differs, with every leaf put back that can be."""
    for number in range(MORE_SAMPLES):
        sample = {k: _rounded(v) for k, v in draw(leaves, number).items()}
        values = bench.at(sample)
        if values is None or (not values.again and ties(bench, values)) or _differs(bench, sample, values, i) is None:
            continue
        for leaf in leaves:
            tried = {**sample, leaf.node: leaf.value}
            there = bench.at(tried) if time.monotonic() < stop else None
            if (
                there is not None
                and not (not there.again and ties(bench, there))
                and _differs(bench, tried, there, i) is not None
            ):
                sample, values = tried, there
        pair = _differs(bench, sample, values, i)
        if pair is not None:
            own = {leaf.node: leaf.value for leaf in leaves}
            moved = {
                _entry_name(bench, leaf, ()): sample[leaf.node]
                for leaf in leaves
                if not np.array_equal(sample[leaf.node], own[leaf.node])
            }
            return Counterexample(moved, *pair)
    return None


def _rounded(value: Any) -> Any:
    return np.round(value, 1) if np.asarray(value).dtype.kind == "f" else value


# ------------------------------------------------------------------------------------------------ updates and coverage


def judge_updates(reading: Reading, claims: Sequence[Claim], judged: Sequence[Judgement]) -> list[Judgement]:
    """Each update line, given the gradient that it uses: a wrong gradient is not reported twice."""
    found: list[Judgement] = []
    of_claim = {c.update.new: (c, j) for c, j in zip(claims, judged, strict=True) if c.update is not None}
    values = reading.values
    for update in reading.updates:
        node = reading.graph.nodes[update.new]
        if node.name is None or update.new not in of_claim:
            continue
        claim, verdict = of_claim[update.new]
        parameter = reading.graph.nodes[update.parameter].name
        wrt = parameter.text if parameter else "?"
        base = Judgement(
            node.name, update.new, wrt, "right", "", kind="update", written=values[update.new], true=values[update.new], source=node.source,
            loss=reading.loss.name.text, samples=verdict.samples, domain=verdict.domain,
        )  # fmt: skip
        given = claim.name.text if claim.name != node.name else "the gradient in the same line"
        found.append(replace(base, because=f"given {given}: one gradient-descent step on {wrt}"))
    return found


def _coverage(reading: Reading, covered: set[int]) -> Coverage:
    updated = {root(reading.graph.nodes, u.old) for u in reading.updates}
    before = ancestors(reading.graph, [reading.loss.node])
    names = {r.node: r.name.text for r in reading.parameters}
    roots = {root(reading.graph.nodes, u.parameter): u for u in find_updates(reading.graph.nodes)}
    outside = [
        n.name.text for i in roots if i not in before and (n := reading.graph.nodes[i]).name is not None and n.op == "input"
    ]
    return Coverage(
        tuple(t for i, t in names.items() if i not in covered),
        tuple(t for i, t in names.items() if i not in updated),
        tuple(dict.fromkeys(outside)),
    )
