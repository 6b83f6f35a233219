"""Weighing one claim: what the samples say of it, and the verdict that follows."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from math import prod

import numpy as np

from chainrule.checking.belonging import another_loss, goes_on_after, of_one_row
from chainrule.checking.bench import Bench, Values, build, tied
from chainrule.checking.claim import Claim
from chainrule.checking.compare import TOLERANCE, Tally, common_factor, compare, factor_text, share
from chainrule.checking.other_values import goes_elsewhere, of_other_values, stepped_twice
from chainrule.checking.samples import Leaf, describe, domains
from chainrule.checking.sampling import FEWEST_PAIRS, take_samples
from chainrule.checking.verdicts import INFERRED, Judgement
from chainrule.graph.reach import ancestors
from chainrule.graph.records import Node
from chainrule.reading.loss import LAST_NUMBER
from chainrule.reading.names import RATE, last_of
from chainrule.reading.roles import Reading
from chainrule.reading.updates import Update
from chainrule.reading.views import root
from chainrule.working.numbers import shape_text

CLIMBS = "it climbs"
NOWHERE = "which is 0 everywhere"
NOT_REACHED = "not reached: the other side of"


def weigh(reading: Reading, claims: Sequence[Claim]) -> list[Judgement]:
    """The verdict on each claim, by samples, in its likeliest meaning."""
    named = ", ".join(dict.fromkeys(c.name.text for c in claims[:3])) + (", …" if len(claims) > 3 else "")
    reading.trace.settings.report(f"checking {named}", 0, 0)
    bench = build(reading, claims)
    leaves = domains(reading, reading.graph, {c.wrt for c in claims})
    own = bench.at({leaf.node: leaf.value for leaf in leaves})
    tallies, unreached = take_samples(bench, leaves)
    domain = describe(leaves, reading.graph)
    return [verdict_of(bench, leaves, domain, i, tallies[i], own, unreached) for i in range(len(claims))]


def verdict_of(
    bench: Bench,
    leaves: list[Leaf],
    domain: str,
    i: int,
    tally: Tally,
    own: Values | None,
    unreached: Sequence[tuple[int, int]],
) -> Judgement:
    """What the samples of claim `i`, taken of a `domain`, amount to."""
    reading, claim = bench.reading, bench.claims[i]
    unreliable = set(reading.trace.unreliable)
    node = reading.graph.nodes[claim.node]
    true = bench.true[i]
    base = Judgement(
        claim.name, claim.node, claim.title(reading.graph.nodes) or _unnamed(reading, claim.wrt), "cannot tell", "", domain=domain, samples=len(tally.pairs),
        tolerance=TOLERANCE, source=node.source, loss=_loss_of(reading, claim),
        meant=claim.meant,
    )  # fmt: skip
    if bench.unknown[i]:
        return replace(base, because=bench.unknown[i])
    if reading.loss.evidence == LAST_NUMBER and (claim.of is None or claim.update is not None):
        words = (
            f"no loss was found: {reading.loss.name.text} is only the last number that the parameters reach. Name it with --of"
        )
        return replace(base, because=words)
    if claim.of is None:
        before = reading.before
        steps = [u for u in reading.updates if root(reading.graph.nodes, u.old) == claim.wrt]
        after = [u for u in steps if u.new in before]
        if claim.wrt in before and (tally.different or tally.factor is not None) and goes_on_after(reading, steps):
            words = f"{reading.loss.name.text} is computed partly before and partly after {base.with_respect_to} was updated"
            return replace(base, because=f"{words}, so it is the loss of neither")
        if claim.wrt not in before and reading.graph.nodes[claim.wrt].op == "store" and claim.update is not None:
            words = f"other entries of {base.with_respect_to} were stepped just before, and what this line steps is not told apart from them"
            return replace(base, because=words)
        if claim.wrt not in before and (after or reading.loss.node < claim.wrt):
            words = f"{reading.loss.name.text} is computed after {base.with_respect_to} was updated, and holds the new one"
            return replace(base, because=words)
    made_of = ancestors(reading.graph, [claim.node])
    if not unreliable.isdisjoint(made_of) or not unreliable.isdisjoint(reading.before):
        return replace(base, because="what was read does not give the value the program had")
    fixed = [k for k in made_of if (n := reading.graph.nodes[k]).op == "opaque" and n.attributes["recall"] is None]
    if fixed:
        culprit = reading.graph.nodes[fixed[0]]
        return replace(
            base, because=f"{culprit.attributes['function']}, {culprit.source!r}: it cannot be asked at other values"
        )
    if own is not None and true is not None and claim.node in own.by_node:
        base = replace(base, written=own[claim.node], true=own[true])
    here = compare(base.written, base.true) if own is not None and base.written is not None else "unclear"
    elsewhere = of_other_values(reading, claim, base.with_respect_to) if tally.different or tally.factor is not None else ""
    if elsewhere:
        return replace(base, because=elsewhere)
    odd = _odd_shape(reading, claim)
    if odd and claim.update is None:
        return replace(base, because=f"{odd}. If it is meant as ∂{reading.loss.name.text}/∂{base.with_respect_to}, it is wrong")
    if odd:
        return replace(base, verdict="wrong", kind="mistake", because=odd)
    factor = tally.factor
    if factor is None and len(tally.pairs) < FEWEST_PAIRS and base.written is not None:  # the program's own values are one more
        factor = common_factor([*tally.pairs, (base.written, base.true)])
    if factor is not None:
        text = factor_text(factor, counts_of(reading))
        if text == "−1" and claim.update is not None and is_likelihood(reading):
            why = f"{CLIMBS} {reading.loss.name.text}, which is a log-likelihood: larger is better"
            return replace(base, verdict="right", because=why)
        inline = claim.update is not None and node.name is None
        if (
            inline
            and factor > 0
            and (reading.rate is None or reading.rate.node is None)
            and not _has_another_number(reading, claim)
        ):
            of = share(factor, f"∂{reading.loss.name.text}/∂{base.with_respect_to}", counts_of(reading))
            numbers = _numbers_in(reading, claim.update) if claim.update is not None else []
            whose = "the number in the same line" if numbers or reading.rate is not None else "a step without a learning rate"
            why = f"{of}, which {whose} makes a matter of the learning rate"
            return replace(base, verdict="right", because=why)
        step_size = _rate_of(bench, leaves, i, factor)
        if step_size:
            why = f"{step_size} times {base.derivative}: the step size is in it"
            return replace(base, verdict="right", because=why)
        words = "the gradient of the loss with its sign turned" + (
            f", and {share(-factor, 'it', counts_of(reading))}" if text != "−1" else ""
        )
        if factor < 0:
            return replace(base, verdict="wrong", kind="mistake", factor=factor, because=words + _climbs(claim))
        words = f"exactly {share(factor, 'the gradient of the loss as written', counts_of(reading))}"
        return replace(base, verdict="wrong", kind="scale", factor=factor, because=words)
    if tally.different:
        without = claim.of is None and claim.wrt not in reading.before
        if without and claim.wrt in ancestors(reading.trace.graph, [reading.loss.node]):
            words = f"{base.loss.partition('#')[0]} is computed from what an earlier pass of the loop made with {base.with_respect_to}"
            return replace(base, because=words)
        if of_one_row(reading, claim):
            return replace(
                base,
                because=f"it is made of one row, and {reading.loss.name.text} of others: rows are stepped along one by one",
            )
        if stepped_twice(reading, claim):
            words = (
                f"another line steps {base.with_respect_to} too, and what of the derivative is whose share is not told apart"
            )
            return replace(base, because=words)
        other = another_loss(reading, claim) if without else ""
        if other:
            words = (
                f"{base.loss.partition('#')[0]} is computed without {base.with_respect_to}, and {other} with it; --of chooses"
            )
            return replace(base, because=words)
        learned = {root(reading.graph.nodes, u.old) for u in reading.updates}
        if without and learned and learned.isdisjoint(reading.before):
            words = f"{base.loss.partition('#')[0]} is computed without anything that is stepped here: look at what goes into it; --of names another"
            return replace(base, because=words)
        if without and reading.loss.evidence == INFERRED and goes_elsewhere(reading, claim):
            words = f"{base.loss} is computed without {base.with_respect_to}, which goes into something else: --loss names what is meant"
            return replace(base, because=words)
        words = (
            f"{base.loss.partition('#')[0]} is computed without {base.with_respect_to}, so the derivative is 0"
            if without
            else ""
        )
        return replace(base, verdict="right only here" if here == "same" else "wrong", kind="mistake", because=words)
    if len(tally.pairs) < FEWEST_PAIRS and not _same_on_kinks(tally):
        words = _not_a_number(reading, made_of) or f"only {len(tally.pairs)} of the samples tried could be computed"
        return replace(base, because=words)
    on_a_kink = here == "different" and own is not None and any(True for _ in tied(bench, own))
    rounded = here == "different" and not on_a_kink and _is_rounding(bench, leaves, i)
    if here == "different" and not on_a_kink and not rounded:
        return replace(base, because="it differs at the program's own values, but at no sample: the reading is not trusted")
    why = right_for(reading, claim, base.with_respect_to) + (", its sign turned for the update" if claim.sign < 0 else "")
    if on_a_kink:
        why += "; the program's own values sit on a kink, where it takes one of the possible slopes"
    if rounded:
        why += "; at the program's own values the two differ by rounding"
    if not tally.telling and not tally.on_kinks:
        why += f", {NOWHERE}"
    lies, stands = node.shape, claim.shape(reading.graph.nodes)
    if len(lies) == 2 and lies != stands and lies == stands[::-1]:
        row = lies[0] == 1
        why += f"; it is a {'row' if row else 'column'}, and {base.with_respect_to} a {'column' if row else 'row'}"
    mine = [k for k, _ in unreached]
    if mine:
        names = sorted({_piece(reading, k) for k in mine if k < len(reading.graph.nodes)})
        why += f"; {NOT_REACHED} {', '.join(names)}"
    return replace(base, verdict="right", because=why)


def _is_rounding(bench: Bench, leaves: Sequence[Leaf], i: int) -> bool:
    """Whether two values are the same in longer numbers: 1 - p of a saturated p has lost nearly all of its digits."""
    finer, true = bench.at({leaf.node: leaf.value for leaf in leaves}, again=False, longer=True), bench.true[i]
    return finer is not None and true is not None and compare(finer[bench.claims[i].node], finer[true]) == "same"


def _not_a_number(reading: Reading, made_of: Set[int]) -> str:
    """Where the first NaN is that the loss or a derivative is made of, and what to do about it."""
    for i in sorted(reading.before | made_of):
        node, value = reading.graph.nodes[i], np.asarray(reading.values[i])
        if value.dtype.kind == "f" and np.any(np.isnan(value)):
            what = node.name.text if node.name else f"what `{node.op}` gives"
            where = f" ({node.source!r})" if node.source else ""
            cure = "Leave such rows out, or fill them" if node.op == "input" else "See what goes into it"
            return f"{what}{where} holds a NaN, and so does all that is made of it. {cure}"
    return ""


def _same_on_kinks(tally: Tally) -> bool:
    """Whether all samples sit on a kink, as where a unit gets nothing but zeros, and what is written is the derivative at each."""
    known = [answer for answer in tally.on_kinks if answer != "unclear"]
    return not tally.different and len(known) >= FEWEST_PAIRS and set(known) == {"same"}


def _has_another_number(reading: Reading, claim: Claim) -> bool:
    """Whether a step holds the learning rate, as a number that other steps have alone, and one more number beside it."""
    if claim.update is None or reading.rate is None:
        return False
    mine = _numbers_in(reading, claim.update)
    others = (_numbers_in(reading, u) for u in reading.updates if u.parameter != claim.update.parameter)
    return reading.rate.value in mine and len(mine) > 1 and any(theirs == [reading.rate.value] for theirs in others)


def _numbers_in(reading: Reading, update: Update) -> list[float]:
    """The numbers written down that the step of an update is a product of."""
    nodes = reading.graph.nodes
    waiting, numbers = [update.step], list[float]()
    while waiting:
        node = nodes[waiting.pop()]
        if node.op == "constant" and not node.shape:
            numbers.append(abs(float(node.attributes["value"])))
        elif node.op in ("multiply", "negative"):
            waiting += node.inputs
    return numbers


def _rate_of(bench: Bench, leaves: Sequence[Leaf], i: int, factor: float) -> str:
    """The name of a learning rate that claim `i` is a multiple of, where that is all that it differs by: twice the rate, twice
    the step.
    """
    nodes, claim, true = bench.reading.graph.nodes, bench.claims[i], bench.true[i]
    if factor < 0 or true is None or claim.rate is not None or (claim.update is not None and _steps_at_a_rate(nodes, claim)):
        return ""
    for k in ancestors(bench.reading.graph, [claim.node]):
        if nodes[k].op != "input" or nodes[k].shape or not RATE.match(last_of(nodes[k])):
            continue
        value = abs(float(bench.reading.values[k]))
        if value in (0.0, 1.0) or abs(factor - value) > TOLERANCE * value:
            continue
        there = bench.at({leaf.node: leaf.value for leaf in leaves} | {k: 2 * value}, again=False)
        if there is not None and compare(there[claim.node], 2 * value * np.asarray(there[true])) == "same":
            return last_of(nodes[k])
    return ""


def _steps_at_a_rate(nodes: Sequence[Node], claim: Claim) -> bool:
    """Whether the update line multiplies what is claimed with a learning rate of its own: then one inside it is one too many."""
    assert claim.update is not None
    inside = {s for i in _until_named(nodes, claim.update.step, claim.node) for s in nodes[i].inputs}
    return any(not nodes[s].shape and RATE.match(last_of(nodes[s])) for s in inside)


def _until_named(nodes: Sequence[Node], step: int, claimed: int) -> set[int]:
    """What a step is made of outside what is claimed."""
    found, waiting = set[int](), [step]
    while waiting:
        i = waiting.pop()
        if i not in found and i > claimed:
            found.add(i)
            waiting += nodes[i].inputs
    return found


def _climbs(claim: Claim) -> str:
    return "" if claim.update is None else ": the step climbs the loss"


def is_likelihood(reading: Reading) -> bool:
    """Whether the loss is the logarithm of a probability, and not minus that: then a program climbs it."""
    logs = any(reading.graph.nodes[i].op in ("log", "log1p") for i in reading.before)
    return logs and bool(np.all(np.asarray(reading.values[reading.loss.node]) < 0))


def _loss_of(reading: Reading, claim: Claim) -> str:
    """What a claim says to be the derivative of: the loss, or the value that its name begins with."""
    own = None if claim.of is None else reading.graph.nodes[claim.of].name
    if own is not None:
        return own.text
    return repr(reading.loss.name) if reading.has_versions else reading.loss.name.text


def right_for(reading: Reading, claim: Claim, wrt: str) -> str:
    own = None if claim.of is None else reading.graph.nodes[claim.of].name
    name = (own or reading.loss.name).text
    words = f"for {name} (inferred)" if reading.loss.evidence.startswith("inferred") else f"∂{name}/∂{wrt}"
    return f"{words}, in one of its uses" if _is_one_use(reading, claim.wrt) else words


def _is_one_use(reading: Reading, node: int) -> bool:
    """Whether a value is another name of one that the loss is made from by other ways too: `a_prev` of a state, beside its output."""
    nodes = reading.graph.nodes
    if nodes[node].op != "alias" or nodes[nodes[node].inputs[0]].op in ("input", "constant"):
        return False
    return any(i != node and nodes[node].inputs[0] in nodes[i].inputs for i in reading.before)


def _unnamed(reading: Reading, node: int) -> str:
    """A value that the program gave no name: what is done with it, and where."""
    found = reading.graph.nodes[node]
    return f"(the `{found.op}` at {found.source!r})" if found.source else f"(a `{found.op}`)"


def _odd_shape(reading: Reading, claim: Claim) -> str:
    """What is wrong with a claim's shape: in an update, one that NumPy copies to the parameter's own shape is not."""
    nodes = reading.graph.nodes
    written, wanted = nodes[claim.node].shape, claim.shape(nodes)
    stepped = wanted if claim.update is None else nodes[claim.update.old].shape
    wanted = stepped if prod(stepped) == prod(wanted) else wanted  # w = w.reshape(-1, 1) before it is stepped
    if written == wanted or (prod(written) == prod(wanted) and (claim.update is None or prod(wanted) == 1)):
        return ""
    words = f"it has shape {shape_text(written)}, and {claim.title(nodes) or 'the parameter'} has shape {shape_text(wanted)}"
    if claim.update is None:
        return words
    try:
        grown = np.broadcast_shapes(written, wanted)
    except ValueError:
        return words
    if grown == wanted:
        return ""
    cure = " (keepdims=True, or reshape, keeps it)" if prod(written) == prod(wanted) else ""
    return f"{words}, which the update turns into {shape_text(grown)}{cure}"


def _piece(reading: Reading, node: int) -> str:
    found = reading.graph.nodes[node]
    what = found.name.text if found.name else found.op
    return f"{what} ({found.source!r})" if found.source else what


def counts_of(reading: Reading) -> dict[int, str]:
    """The numbers of rows and the like that the loss is made with, and what the program calls them."""
    nodes = reading.graph.nodes
    before = reading.before
    found: dict[int, str] = {}
    axes: set[int] = set()  # of what a mean is taken over
    for i in sorted(before):
        value = reading.values[i]
        if nodes[i].op == "count" and isinstance(value, (int, np.integer)):
            name = nodes[i].name
            found[int(value)] = name.text if name else found.get(int(value), "N")
        elif nodes[i].op == "mean" and not nodes[i].shape:
            found.setdefault(prod(nodes[nodes[i].inputs[0]].shape), "N")
            axes |= set(nodes[nodes[i].inputs[0]].shape)
    if not found:
        shapes = (nodes[role.node].shape for role in (*reading.targets, *reading.inputs))
        found = {shape[0]: "N" for shape in shapes if shape}
    sizes = {size for i in before for size in nodes[i].shape} - set(found)
    for i, node in enumerate(nodes[: reading.loss.node]):
        if (
            node.op == "input"
            and node.dtype == "int"
            and not node.shape
            and node.name is not None
            and "[" not in node.name.text
        ):
            size = int(reading.values[i])
            if size in sizes and (size in axes or 2 * size not in found):  # else half of N rows is half of them
                found.setdefault(size, node.name.text)
    return found


def judge_typed(reading: Reading, claims: Sequence[Claim]) -> list[Judgement]:
    """A derivative that is a number typed in can only be compared at the program's own values."""
    if not claims:
        return []
    bench = build(reading, claims)
    own = bench.at({i: reading.values[i] for i in reading.graph.inputs})
    found: list[Judgement] = []
    for i, claim in enumerate(claims):
        node, wrt = reading.graph.nodes[claim.node], reading.graph.nodes[claim.wrt].name
        at = bench.true[i]
        true = None if own is None or at is None else own.by_node.get(at)
        written = reading.values[claim.node]
        base = Judgement(
            claim.name, claim.node, wrt.text if wrt else "?", "cannot tell", bench.unknown[i] or "its value here is not known",
            written=written, true=true, source=node.source, loss=reading.loss.name.text,
        )  # fmt: skip
        if true is not None and compare(written, true) == "same":
            words = "a number typed in: it is the derivative at the program's own values, and says nothing of others"
            base = replace(base, because=words)
        elif true is not None and compare(written, true) == "different":
            words = f"a number typed in, and not {base.derivative} at the program's own values"
            base = replace(base, verdict="wrong", kind="mistake", because=words)
        found.append(base)
    return found
