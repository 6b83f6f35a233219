"""A check as parts: each verdict, why, the counterexample, and the line to write instead."""

from __future__ import annotations

from collections.abc import Sequence

from chainrule.checking.verdicts import Check, Judgement
from chainrule.checking.words import difference, shown
from chainrule.graph.records import Source
from chainrule.reading.run import Output
from chainrule.showing.parts import Block, Code, Document, Emphasis, Inline, Notice, Paragraph, Section, Table, Tone

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
    for judgement in check.claims:
        blocks += _claim(judgement, digits)
    if check.updates:
        blocks += [_update(j) for j in check.updates]
    blocks += _outputs(outputs)
    blocks += _coverage(check)
    if check.claims:
        blocks.append(Paragraph((summary(check),), "check/summary"))
        for domain in domains:
            blocks.append(Paragraph((Emphasis(f"Samples stay within: {domain}.", "quiet"),), "check/domain"))
    return Section("check", "Check", tuple(blocks))


def summary(check: Check) -> str:
    """ "5 derivatives: 3 right, 1 right only here, 1 wrong"."""
    counts = {v: sum(1 for j in check.claims if j.verdict == v and j.kind != "scale") for v in TONES}
    scaled = sum(1 for j in check.claims if j.kind == "scale")
    parts = [f"{n} {v}" for v, n in counts.items() if n] + ([f"{scaled} off by a constant factor"] if scaled else [])
    n = len(check.claims)
    return f"{n} hand-written derivative{'s' if n != 1 else ''}: {', '.join(parts)}."


def place(source: Source | None) -> str:
    return "" if source is None else f"({source!r})"


def _claim(j: Judgement, digits: int) -> list[Block]:
    verdict = "off by a constant factor" if j.kind == "scale" else j.verdict
    tone: Tone = "doubt" if j.kind == "scale" else TONES[j.verdict]
    head: tuple[Inline, ...] = (Emphasis(_title(j)), "  ", Emphasis(verdict, tone), f" {place(j.source)}")
    if j.because:
        head += (f": {j.because}.",)
    blocks: list[Block] = [Paragraph(head, f"check/{j.name.id}")]
    if j.counterexample is not None:
        changes = ", ".join(f"{name} = {shown(value, digits)}" for name, value in j.counterexample.set.items())
        blocks.append(
            Paragraph((f"    With {changes} it gives {difference(j.counterexample.written, j.counterexample.true, digits)}.",))
        )
    elif j.verdict == "wrong" and j.written is not None:
        blocks.append(Paragraph((f"    Here it gives {difference(j.written, j.true, digits)}.",)))
    if j.write_instead:
        blocks.append(Paragraph(("    Write instead: ", Code(j.write_instead))))
    return blocks


def _title(j: Judgement) -> str:
    return j.name.text


def _update(j: Judgement) -> Block:
    return Paragraph(
        (Emphasis(j.name.text), "  ", Emphasis(j.verdict, TONES[j.verdict]), f" {place(j.source)}: {j.because}."),
        f"check/{j.name.id}",
    )


def _outputs(outputs: Sequence[Output]) -> list[Block]:
    wrong = [o for o in outputs if not o.same]
    if not wrong:
        return []
    rows = tuple(((_where(o),), (o.shown[:60],), (o.computed[:60],)) for o in wrong)
    return [
        Paragraph(("Stored outputs that the program does not produce:",)),
        Table((("where",), ("shown",), ("computed here",)), rows, "lll", "check/outputs"),
    ]


def _where(output: Output) -> str:
    return f"cell {output.cell}" if output.cell is not None else f"line {output.line}"


def _coverage(check: Check) -> list[Block]:
    found: list[Block] = []
    for words, names in (
        ("no derivative was written for", check.coverage.without_derivative),
        ("no update was written for", check.coverage.without_update),
        ("updated, but not in the loss", check.coverage.not_in_loss),
    ):
        if names:
            found.append(Paragraph((Emphasis(f"{words}: {', '.join(names)}", "quiet"),), "check/coverage"))
    return found
