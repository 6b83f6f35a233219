"""What a wrong derivative was meant for: of the values that its name may speak of, the one of which it would make what is made of
it right. `d_h` is for h by its name, and for what h is made from where the weights are stepped with it as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chainrule.checking.bench import build
from chainrule.checking.claim import Claim
from chainrule.checking.counterexamples import kept_samples
from chainrule.checking.following import follows_from
from chainrule.checking.samples import domains
from chainrule.checking.verdicts import Judgement
from chainrule.checking.weighing import CLIMBS, weigh
from chainrule.graph.reach import made_with
from chainrule.reading.roles import Reading

MOST_MADE = 4


def _climbing_too(
    reading: Reading, claims: Sequence[Claim], results: Sequence[Judgement]
) -> tuple[list[Claim], list[Judgement]]:
    """Where a right step climbs what the program makes large, so do the wrong ones."""
    found, judged = list(claims), list(results)
    wrong = [i for i, c in enumerate(claims) if c.update is not None and results[i].fails and results[i].factor is None]
    if wrong and any(r.because.startswith(CLIMBS) for r in results):
        turned = [replace(claims[i], sign=-claims[i].sign) for i in wrong]
        for i, claim, judgement in zip(wrong, turned, weigh(reading, turned), strict=True):
            found[i], judged[i] = claim, judgement
    return found, judged


def meant_by_use(
    reading: Reading, claims: Sequence[Claim], results: Sequence[Judgement]
) -> tuple[list[Claim], list[Judgement]]:
    """The claims in the meaning that their use shows, and what is to be said of them."""
    claims, results = _climbing_too(reading, claims, results)
    failing = [i for i, r in enumerate(results) if r.fails and r.factor is None]
    made_of = made_with(reading.graph, [claims[i].node for i in failing])
    for place, i in enumerate(failing):
        others = [
            a
            for a in claims[i].alternatives
            if a.node == claims[i].node and a.of is None and not a.entry and not _turned(reading, a)
        ]
        made = [k for k in failing if claims[k].node > claims[i].node and made_of[claims[k].node] >> place & 1]
        if not others or not made:
            continue
        meanings = [claims[i], *others]
        bench = build(reading, [*meanings, *(claims[k] for k in made[:MOST_MADE])])
        samples = kept_samples(bench, domains(reading, reading.graph, {c.wrt for c in bench.claims}))
        used = (
            meaning for m, meaning in enumerate(meanings)
            if any(follows_from(bench, k, [m], samples) for k in range(len(meanings), len(bench.claims)))
        )  # fmt: skip
        meant = next(used, claims[i])
        if meant is not claims[i]:
            judged = weigh(reading, [meant])[0]
            if judged.fails:
                claims[i], results[i] = replace(meant, alternatives=claims[i].alternatives), judged
    return claims, results


def _turned(reading: Reading, claim: Claim) -> bool:
    """Whether a value is another with its sign turned, on its way through `1 / (1 + exp(-z))`."""
    value = reading.graph.nodes[claim.wrt]
    return value.op == "negative" and value.name is None
