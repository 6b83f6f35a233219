"""A check as parts: each verdict, why, the counterexample, and the line to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

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
    claims = [_judged(j, f"check/claims/{i}", _claim(j, digits)) for i, j in enumerate(check.claims, 1)]
    updates = [_judged(j, f"check/updates/{i}", ()) for i, j in enumerate(check.updates, 1)]
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


def _judged(j: Judgement, address: str, more: tuple[tuple[Inline, ...], ...]) -> Item:
    scale = j.kind == "scale"
    verdict = Emphasis("off by a constant factor" if scale else j.verdict, "doubt" if scale else TONES[j.verdict])
    because = f": {j.because}." if j.because else ""
    return Item(address, (Emphasis(j.name.text),), ((verdict, f" {place(j.source)}{because}"), *more))


def _claim(j: Judgement, digits: int) -> tuple[tuple[Inline, ...], ...]:
    """The counterexample and the line to write instead."""
    said: list[tuple[Inline, ...]] = []
    if j.counterexample is not None:
        changes = ", ".join(f"{name} = {shown(value, digits)}" for name, value in j.counterexample.set.items())
        values = difference(j.counterexample.written, j.counterexample.true, digits, j.meant)
        said.append((f"With {changes} it gives {values}.",))
    elif j.verdict == "wrong" and j.written is not None:
        said.append((f"Here it gives {difference(j.written, j.true, digits, j.meant)}.",))
    if j.write_instead:
        said.append(("Write instead: ", Code(j.write_instead)))
    return tuple(said)


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
            found.append(Paragraph((Emphasis(f"{words}: {', '.join(names)}", "quiet"),), f"check/coverage/{about}"))
    return found
