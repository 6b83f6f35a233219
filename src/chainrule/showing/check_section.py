"""A check as parts: each verdict, why, the counterexample, and the line to write instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

import numpy as np

from chainrule.checking.families import collected, judged_alike, merged, merged_reason
from chainrule.checking.verdicts import Check, Judgement
from chainrule.checking.words import difference, shown
from chainrule.graph.records import Source
from chainrule.reading.trace import Output
from chainrule.showing.parts import (
    Block,
    Code,
    Definitions,
    Document,
    Emphasis,
    Inline,
    Item,
    Notice,
    Paragraph,
    Section,
    Table,
    Tone,
)

TONES: dict[str, Tone] = {"right": "good", "right only here": "bad", "wrong": "bad", "cannot tell": "doubt"}


def check_document(check: Check, outputs: Sequence[Output] = (), notices: Sequence[str] = (), *, digits: int = 6) -> Document:
    """A check on its own."""
    blocks: list[Block] = [Notice((n,)) for n in notices]
    blocks.append(check_section(check, outputs, digits=digits))
    return Document(f"{check.path}, checked", tuple(blocks))


def check_section(check: Check, outputs: Sequence[Output] = (), *, digits: int = 6) -> Section:
    """The CHECK section."""
    blocks: list[Block] = [Notice((n,)) for n in check.notices]
    domains = list(dict.fromkeys(j.domain for j in check.claims if j.domain))
    several = Counter(name for name, _ in {(j.name.text, j.with_respect_to) for j in check.claims})
    claims = [
        _judged(alike, f"check/claims/{i}", _claim(alike, digits), of=several[alike[0].name.text] > 1)
        for i, alike in enumerate(judged_alike(check.claims), 1)
    ]
    updates = [_judged(alike, f"check/updates/{i}", ()) for i, alike in enumerate(judged_alike(check.updates), 1)]
    if claims or updates:
        blocks.append(Definitions((*claims, *updates)))
    blocks += _outputs(outputs)
    blocks += _coverage(check)
    if check.claims:
        blocks.append(Paragraph((f"{check.summary}.",), "check/summary"))
        for i, domain in enumerate(domains, 1):
            blocks.append(Paragraph((Emphasis(f"Samples stay within: {domain}.", "quiet"),), f"check/domain/{i}"))
    return Section("check", "Check", tuple(blocks))


def place(source: Source | None) -> str:
    return "" if source is None else f"({source!r})"


def _judged(alike: Sequence[Judgement], address: str, more: tuple[tuple[Inline, ...], ...], *, of: bool = False) -> Item:
    """What is said of one judgement, or of entries of one container together; `of` what, where other values have the name too."""
    j = alike[0]
    scale = j.kind == "scale"
    verdict = Emphasis("off by a constant factor" if scale else j.verdict, "doubt" if scale else TONES[j.verdict])
    because = f": {merged_reason([one.because for one in alike])}." if j.because else ""
    what = f" for {merged([one.with_respect_to for one in alike])}" if of else ""
    names = {one.name.text for one in alike}
    count = f", all {len(alike)} {'entries' if len(names) == len(alike) else 'times'}" if len(alike) > 1 else ""
    said = (verdict, f"{count}{what} {place(j.source)}{because}")
    return Item(address, (Emphasis(merged([one.name.text for one in alike])),), (said, *more))


def _claim(alike: Sequence[Judgement], digits: int) -> tuple[tuple[Inline, ...], ...]:
    """The counterexample and the line to write instead."""
    j = max(alike, key=_error) if len(alike) > 1 else alike[0]
    it = j.name.text if len(alike) > 1 else "it"
    said: list[tuple[Inline, ...]] = []
    if j.counterexample is not None:
        changes = ", ".join(f"{name} = {shown(value, digits)}" for name, value in j.counterexample.set.items())
        values = difference(j.counterexample.written, j.counterexample.true, digits, j.meant)
        said.append((f"With {changes} {it} gives {values}.",))
    elif j.verdict == "wrong" and j.written is not None:
        said.append((f"Here {it} gives {difference(j.written, j.true, digits, j.meant)}.",))
    if j.write_instead:
        said.append(("Write instead: ", Code(j.write_instead)))
    return tuple(said)


def _error(j: Judgement) -> float:
    """How far a number that was written is from what is true."""
    known = j.written is not None and j.true is not None and not np.ndim(j.written) and not np.ndim(j.true)
    return abs(j.written - j.true) if known else 0.0


def _outputs(outputs: Sequence[Output]) -> list[Block]:
    wrong = [o for o in outputs if not o.same]
    if not wrong:
        return []
    rows = tuple(((_where(o),), *((text,) for text in _where_they_differ(o))) for o in wrong)
    return [
        Paragraph(("Stored outputs that the program does not produce:",)),
        Table((("where",), ("shown",), ("computed here",)), rows, "lll", "check/outputs"),
    ]


WIDEST = 60
BEFORE = 20


def _where_they_differ(output: Output) -> tuple[str, str]:
    """The first line in which two outputs differ, from a little before the place where they do."""
    one, other = next(
        (
            (a, b)
            for a, b in zip_longest(output.shown.splitlines(), output.computed.splitlines(), fillvalue="")
            if a.split() != b.split()
        ),
        (output.shown, output.computed),
    )
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    start = at - BEFORE if at > WIDEST - BEFORE else 0
    shown, computed = (("…" if start else "") + text[start : start + WIDEST] for text in (one, other))
    return shown, computed


def _where(output: Output) -> str:
    return f"cell {output.cell}" if output.cell is not None else f"line {output.line}"


def _coverage(check: Check) -> list[Block]:
    found: list[Block] = []
    for about, words, names in (
        ("without_derivative", "no derivative was written for", check.coverage.without_derivative),
        ("without_update", "no update was written for", check.coverage.without_update),
        ("not_in_loss", "updated, but not in the loss", check.coverage.not_in_loss),
    ):
        if names:
            found.append(Paragraph((Emphasis(f"{words}: {', '.join(collected(names))}", "quiet"),), f"check/coverage/{about}"))
    return found
