"""The loss of a program that computes none: the one whose gradient is everything that the program steps along.

What it compares says what it makes small: a difference of an output and a target, or a target over an output. Each usual
loss of the two is tried; it is taken only if it alone explains every derivative written.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import Any, TypeAlias

import numpy as np

from chainrule.checking.adjoint_mistakes import ALREADY_UPDATED
from chainrule.checking.claim import Claim
from chainrule.checking.claims import find_claims
from chainrule.checking.compared import before_a_step, compared_sides, residuals
from chainrule.checking.counterexamples import FOLLOWS
from chainrule.checking.factors import SAME, common_factor, shared_factor
from chainrule.checking.joined import with_joined_steps
from chainrule.checking.judge import judge_claims
from chainrule.checking.verdicts import GUESSED, INFERRED, Judgement
from chainrule.errors import EvaluationError
from chainrule.graph.build import Builder
from chainrule.graph.expression import Expression, log, total
from chainrule.reading.appended import with_loss
from chainrule.reading.roles import Reading, infer
from chainrule.reading.trace import Trace
from chainrule.reading.views import root

Formula: TypeAlias = Callable[[Expression, Expression], Expression]


@dataclass(frozen=True)
class Family:
    """A usual loss of an output o and a target t, its text with {o} and {t} for them, and whether they fit its domain; of one
    that takes the target for a number that is `typed` in, it is one.
    """

    text: str
    formula: Formula
    fits: Callable[[Any, Any], bool]
    typed: bool = False


def _squares(o: Expression, t: Expression) -> Expression:
    return total((t - o) ** 2) / 2


def _binary(o: Expression, t: Expression) -> Expression:
    return -total(t * log(o) + (1 - t) * log(1 - o))


def _categorical(o: Expression, t: Expression) -> Expression:
    return -total(t * log(o))


def _within(o: Any, t: Any) -> bool:
    return bool(np.all((o > 0) & (o < 1)) and np.all((t >= 0) & (t <= 1)))


def _probabilities(o: Any, t: Any) -> bool:
    if np.ndim(o) == 0 or not _within(o, t):
        return False
    return any(
        n > 1 and np.allclose(np.sum(o, axis=a), 1) and np.allclose(np.sum(t, axis=a), 1) for a, n in enumerate(np.shape(o))
    )


def _picked(o: Expression, t: Expression) -> Expression:
    return -total(log(o) * t)


FAMILIES = (
    Family("Σ({t} − {o})²", _squares, lambda o, t: True),
    Family("−Σ {t}·log {o}", _categorical, _probabilities),
    Family("−Σ log {o}", _picked, lambda o, t: np.ndim(t) == 0 and t == 1 and bool(np.all((o > 0) & (o < 1))), True),
    Family("−Σ({t}·log {o} + (1 − {t})·log(1 − {o}))", _binary, lambda o, t: bool(np.all((o > 0) & (o < 1)))),
)


@dataclass(frozen=True)
class Usual:
    """A usual loss of values of a program, and its text when it is taken some times."""

    formula: Callable[[Builder], Expression]
    text: Callable[[float], str]


@dataclass(frozen=True)
class Implied:
    """What was found: the reading with its loss; where none could be chosen, the likeliest guess and why it is only that."""

    reading: Reading | None
    guess: Reading | None = None


def implied_loss(trace: Trace, wrt: Sequence[str] = (), learning_rate: float | None = None, *, but: str = "") -> Implied:
    """Infer the loss of a program from the derivatives that it writes, beside which it computes none `but` what is no such loss."""
    tried = [partial(_reading, trace, usual, wrt=wrt, learning_rate=learning_rate) for usual in _usual(trace)]
    fits = _different(_holding_most([found for reading_with in tried if (found := _explained(reading_with)) is not None]))
    if len(fits) == 1:
        return Implied(fits[0])
    if not tried or not claims_of(tried[0](1.0)):
        return Implied(None)
    beside = "no loss is computed beside these derivatives"
    beside += f" but {but}" if but else ""
    texts = "; ".join(dict.fromkeys(f.loss.name.text for f in fits))
    why = f"several losses explain all that is written: {texts}" if fits else "no usual loss explains all that is written"
    guess = tried[0](1.0) if fits else _nearest(tried)
    if not fits and _but_for_what_is_stepped(guess):
        return Implied(guess)
    return Implied(None, replace(guess, loss=replace(guess.loss, evidence=f"{GUESSED}{beside}, and {why}")))


def _but_for_what_is_stepped(reading: Reading) -> bool:
    """Whether every derivative is right for a loss, but for those that use a parameter after its step, a mistake for any loss, and
    what is made from them.
    """
    joined = with_joined_steps(reading)
    judged = judge_claims(joined, claims_of(joined))
    right = [j for j in judged if j.verdict == "right"]
    rest = [j for j in judged if j.verdict != "right" and not j.because.startswith(FOLLOWS)]
    return bool(right) and all(any(ALREADY_UPDATED in m for m in j.mistakes) for j in rest)


def _holding_most(fits: Sequence[Reading]) -> list[Reading]:
    """Of fits those in which the most parameters are: y - m * x explains the step of m, and y - m * x - b that of b too."""
    held = [sum(root(fit.graph.nodes, u.old) in fit.before for u in fit.updates) for fit in fits]
    return [fit for fit, many in zip(fits, held, strict=True) if many == max(held)]


def _different(fits: Sequence[Reading]) -> list[Reading]:
    """The fits that are not one function written in two ways, such as cross-entropy and its binary form of two classes."""
    found: list[Reading] = []
    for fit in fits:
        value = float(np.sum(fit.trace.values[fit.loss.node]))
        if not any(np.isclose(value, float(np.sum(f.trace.values[f.loss.node])), rtol=1e-9, atol=0) for f in found):
            found.append(fit)
    return found


def _nearest(tried: Sequence[Callable[[float], Reading]]) -> Reading:
    """Of losses that do not explain all that is written, the one that explains the most, as often as it is meant there."""
    shared = [shared_factor(joined := with_joined_steps(reading_with(1.0)), claims_of(joined)) for reading_with in tried]
    best = max(range(len(tried)), key=lambda k: shared[k][0])
    return tried[best](shared[best][1])


def _explained(reading_with: Callable[[float], Reading]) -> Reading | None:
    """The reading in which a loss explains every claim, with one factor for all of them; None if it does not. What is stepped and
    is nowhere in the network is in no loss.
    """
    try:
        plain = with_joined_steps(reading_with(1.0))
        claims = [c for c in claims_of(plain) if c.wrt in plain.before]
        factor = common_factor(plain, claims)
        if factor is None:
            return None
        in_the_step = plain.rate is not None and plain.rate.node is not None and abs(factor - plain.rate.value) < SAME * factor
        reading = reading_with(1.0 if in_the_step else factor)
        joined = with_joined_steps(reading)
        claims = [c for c in claims_of(joined) if c.wrt in joined.before]
        judged = judge_claims(joined, claims)
    except EvaluationError:
        return None
    stepped = [j for c, j in zip(claims, judged, strict=True) if c.update is not None]
    between = [j for c, j in zip(claims, judged, strict=True) if c.update is None and not c.part]
    if not judged or not all(map(_right, stepped or between)):
        return None
    return reading if all(_right(j) or j.verdict == "cannot tell" for j in between) else None  # its name may say little


def _right(judgement: Judgement) -> bool:
    return judgement.verdict == "right"


def claims_of(reading: Reading) -> list[Claim]:
    claims = find_claims(reading.trace, reading.graph, reading.loss.node, reading.updates, reading.rate)
    return [c for c in claims if c.of is None and reading.start <= c.node < reading.stop]


def _reading(trace: Trace, usual: Usual, factor: float, *, wrt: Sequence[str], learning_rate: float | None) -> Reading:
    def computed(builder: Builder) -> int:
        whole = usual.formula(builder)
        return (whole if factor == 1.0 else whole * factor).index

    longer, loss = with_loss(trace, computed, usual.text(factor))
    reading = infer(longer, loss=loss, wrt=wrt, learning_rate=learning_rate)
    return replace(reading, loss=replace(reading.loss, evidence=INFERRED))


def _usual(trace: Trace) -> Iterator[Usual]:
    """Each usual loss of what the program compares."""
    nodes = trace.graph.nodes

    def name(i: int, other: str) -> str:
        node = nodes[i]
        whole = nodes[node.inputs[0]].name if node.op == "index" else None
        return node.name.text if node.name else f"{whole.text}[…]" if whole else other

    def of_pairs(family: Family, pairs: Sequence[tuple[int, int]]) -> Usual:
        def formula(builder: Builder) -> Expression:
            return reduce(operator.add, (family.formula(Expression(builder, o), Expression(builder, t)) for o, t in pairs))

        output, target = pairs[0]
        text = family.text.format(o=name(output, "o"), t=name(target, "t"))
        half = 0.5 if family is FAMILIES[0] else 1.0
        return Usual(formula, lambda factor: _times(text, factor * half, trace.values[output], len(pairs)))

    def of_residuals(rows: Sequence[int]) -> Usual:
        def formula(builder: Builder) -> Expression:
            return reduce(operator.add, (total(Expression(builder, i) ** 2) / 2 for i in rows))

        text = f"Σ {name(rows[0], '(t − o)')}²"
        return Usual(formula, lambda factor: _times(text, factor / 2, trace.values[rows[0]], len(rows)))

    apart, within = residuals(trace)
    sides = [pairs for pairs in compared_sides(trace) if frozenset(pairs[0]) not in within]
    for pairs in before_a_step(trace, sides, lambda pairs: [output for output, _ in pairs]):
        for family in FAMILIES:
            typed = all(nodes[root(nodes, target)].op == "constant" for _, target in pairs)
            fits = all(family.fits(trace.values[output], trace.values[target]) for output, target in pairs)
            if fits and (typed or not family.typed):
                yield of_pairs(family, pairs)
    yield from map(of_residuals, apart)


def _times(text: str, factor: float, output: Any, pairs: int) -> str:
    """The text of a sum taken some times, the number said as a share of what the `output` counts where it is one."""
    size = int(np.size(output))
    rows, columns = np.shape(output) if np.ndim(output) == 2 else (size, size)
    over = f" over {pairs} rows" if pairs > 1 else ""
    for value, words in (
        (1.0, ""),
        (0.5, "½"),
        (1 / size, f"1/{size} "),
        (0.5 / size, f"1/{2 * size} "),
        (2.0, "2"),
        (1 / pairs, f"1/{pairs} "),
        (0.5 / pairs, f"1/{2 * pairs} "),
        (1 / rows, f"1/{rows} "),
        (1 / columns, f"1/{columns} "),
    ):
        if abs(factor - value) < SAME:
            return (f"−{words}{text[1:]}" if text.startswith("−") else f"{words}{text}") + over
    return f"{factor:.6g}·{text}{over}"
