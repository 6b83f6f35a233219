"""Entries of one list or array, said once: `W[0][0]` to `W[5][3]` are `W[…][…]`."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

from chainrule.checking.verdicts import Judgement

INDEX = re.compile(r"(?<=\[)-?\d+(?=\])")
SAME_TWICE = re.compile(r"(\S*\[…\]\S*) where \1")
FEW = 3

T = TypeVar("T")


def without_indices(text: str) -> str:
    """What all entries of a container have in common."""
    return INDEX.sub("…", text)


def merged(texts: Sequence[str]) -> str:
    """Texts that are one but for the numbers in brackets as one: a number in which they differ is "…"."""
    numbers = list(zip(*(INDEX.findall(text) for text in texts), strict=True))
    kept = iter(one[0] if len(set(one)) == 1 else "…" for one in numbers)
    return INDEX.sub(lambda _: next(kept), texts[0])


def merged_reason(texts: Sequence[str]) -> str:
    """One reason for many; that of the first, where the numbers are what it says: "it uses x[1] where x[0] belongs"."""
    reason = merged(texts)
    return f"{texts[0]}, and likewise in the others" if SAME_TWICE.search(reason) else reason


def collected(names: Iterable[str]) -> list[str]:
    """Names in their order, more than a few entries of one container as one."""
    return [
        text
        for family in _grouped((without_indices(name), name) for name in names)
        for text in ([merged(family)] if len(family) > FEW else family)
    ]


def judged_alike(judgements: Sequence[Judgement]) -> list[list[Judgement]]:
    """Judgements in their order: those on entries of one container that one line makes, or many on one name, together, where one
    thing is said of them.
    """
    place = {id(j): k for k, j in enumerate(judgements)}
    found = [
        alike
        for family in _grouped((_said(j), j) for j in judgements)
        for alike in ([family] if INDEX.search(family[0].name.text) or len(family) > FEW else [[j] for j in family])
    ]
    return sorted(found, key=lambda alike: place[id(alike[0])])


def _said(j: Judgement) -> Hashable:
    texts = (j.name.text, j.with_respect_to, j.because, j.write_instead)
    return j.name.scope, j.verdict, j.kind, j.meant, j.source and j.source.place, *map(without_indices, texts)


def _grouped(pairs: Iterable[tuple[Hashable, T]]) -> list[list[T]]:
    groups: dict[Hashable, list[T]] = {}
    for key, one in pairs:
        groups.setdefault(key, []).append(one)
    return list(groups.values())
