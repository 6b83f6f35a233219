"""Programs made by number are judged: the right ones as right, the ones with a planted mistake as wrong, and only there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import chainrule
from chainrule.checking.verdicts import Check, Judgement
from checking.programs import Program, make

COUNT = 300
CHUNK = 15
NAMED = {
    "activation's derivative left out": r"leaves out .*′|as if it had no activation",
    "activation's derivative at the wrong point": r"instead of at|value before the activation|value after the activation",
    "activation treated as the identity": r"as if it had no activation",
    "wrong operand": r"it uses .* where .* (belongs|is needed)|it takes .* instead of at",
    "sign": r"its sign turned|-1 times|−1 times",
    "constant factor": r"exactly .* (of|times) the gradient|of that|mean|over everything",
    "a use left out": r"leaves out one use",
    "transposed": r"transpose|ᵀ",
    "summed over the wrong axis": r"sums over",
    "only the first row": r"first row|one row|row",
    "already updated": r"already updated",
    "gradient of another loss": r"it is the gradient of",
    "two of these": r", and |; or: ",
}


@dataclass(frozen=True)
class Fault:
    """A verdict that is not what it must be."""

    seed: int
    claim: str
    kind: str
    text: str


def verdicts(check: Check) -> dict[str, Judgement]:
    """The judgements by bare name: `self.dW1` and `grads['dW1']` are dW1."""
    return {re.sub(r"^.*\[['\"](\w+)['\"]\]$|^\w+\.", r"\1", j.name.text): j for j in check.claims}


def judge_right(seed: int, program: Program, check: Check) -> Iterator[Fault]:
    found = verdicts(check)
    for claim in program.claims:
        if claim not in found:
            yield Fault(seed, claim, "right, not found", "")
        elif found[claim].verdict == "cannot tell":
            yield Fault(seed, claim, "right, cannot tell", found[claim].because)
    for name, j in found.items():
        if j.verdict in ("wrong", "right only here"):
            yield Fault(seed, name, f"right, called {j.verdict}", j.because)


def judge_planted(seed: int, program: Program, check: Check) -> Iterator[Fault]:
    found, mistake = verdicts(check), program.mistake
    assert mistake is not None
    for claim in program.claims:
        j = found.get(claim)
        if j is None:
            yield Fault(seed, claim, "planted, not found" if claim == mistake.claim else "beside, not found", "")
            continue
        if claim not in mistake.wrong:
            if j.verdict in ("wrong", "right only here"):
                yield Fault(seed, claim, f"beside, called {j.verdict}", j.because)
            continue
        where = "planted" if claim == mistake.claim else "following"
        shown = "visible" if mistake.wrong[claim] else "invisible"
        allowed = ("wrong",) if mistake.wrong[claim] else ("wrong", "right only here")
        if j.verdict not in allowed:
            yield Fault(seed, claim, f"{where}, {shown}, called {j.verdict}", j.because)
        elif j.kind == "scale" and claim not in mistake.factors:
            yield Fault(seed, claim, f"{where}, called a factor", j.because)


def named(program: Program, check: Check) -> bool:
    """Whether the mistake that was planted is the one named."""
    mistake = program.mistake
    assert mistake is not None
    j = verdicts(check).get(mistake.claim)
    return j is not None and re.search(NAMED[mistake.kind], "; ".join([j.because, *j.mistakes])) is not None


def judged(seed: int, planted: bool, folder: Path) -> tuple[Program, Check]:
    program = make(seed, planted)
    path = folder / f"program_{seed}.py"
    path.write_text(program.source, encoding="utf-8")
    return program, chainrule.check(path)


@pytest.mark.parametrize("first", range(0, COUNT, CHUNK))
def test_right_programs_are_not_accused(first: int, tmp_path: Path) -> None:
    claims = 0
    faults: list[Fault] = []
    for seed in range(first, first + CHUNK):
        program, check = judged(seed, False, tmp_path)
        claims += len(program.claims)
        faults += judge_right(seed, program, check)
    counts = Counter(f.kind for f in faults)
    assert [f for f in faults if f.kind != "right, cannot tell"] == []
    assert counts["right, cannot tell"] <= 0.05 * claims, faults


@pytest.mark.parametrize("first", range(0, COUNT, CHUNK))
def test_planted_mistakes_are_found_and_nothing_else(first: int, tmp_path: Path) -> None:
    hits = 0
    faults: list[Fault] = []
    for seed in range(first, first + CHUNK):
        program, check = judged(seed, True, tmp_path)
        faults += judge_planted(seed, program, check)
        hits += named(program, check)
    assert faults == []
    assert hits >= CHUNK // 3
