"""Agreement with experts: a folder of programs against a table of the verdicts that they should get.

The table is CSV with a header: `path` (below the folder), `claim` (a name; empty for the whole program), `verdict` (right,
wrong, right only here, scale, cannot tell, nothing), `options` (further words of the command line) and `note`.

    make corpus DIR=programs TABLE=verdicts.csv

`listed.csv` is such a table, of public programs: `owner__name/path` is that path of the repository owner/name. Each of its verdicts was
derived by hand and compared with finite differences, with no help from chainrule.
"""

from __future__ import annotations

import csv
import shlex
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from chainrule.many.outcomes import Outcome, check_files

FAILS = ("wrong", "right only here")


@dataclass(frozen=True)
class Expected:
    """What an expert says of a claim, or of a whole program."""

    path: str
    claim: str
    verdict: str
    options: tuple[str, ...]
    note: str


def expected_in(table: Path) -> list[Expected]:
    """The rows of a table."""
    with table.open(encoding="utf-8", newline="") as file:
        return [
            Expected(row["path"], row.get("claim") or "", row["verdict"].strip(), tuple(shlex.split(row.get("options") or "")), row.get("note") or "")
            for row in csv.DictReader(file)
        ]  # fmt: skip


def said(outcome: Outcome, claim: str) -> str:
    """Chainrule's verdict, in the words of the table."""
    if outcome.check is None:
        return "nothing" if outcome.kind == "NoLoss" else "unread"
    judged = [j for j in outcome.judged if not claim or same_name(j["name"], claim)]
    claims = [j for j in outcome.claims if not claim or same_name(j["name"], claim)]
    words = ["scale" if j["kind"] == "scale" else j["verdict"] for j in judged]
    for verdict in (*FAILS, "scale"):
        if verdict in words:
            return verdict
    if not claims:
        return "nothing"
    return "cannot tell" if any(j["verdict"] == "cannot tell" for j in claims) else "right"


def same_name(ours: str, claim: str) -> bool:
    """Whether two names are of one thing: `self.deltas[0]` is one of the `deltas`."""
    return ours == claim or ours.rpartition(".")[2].partition("[")[0] == claim.removeprefix("self.")


def agreement(expert: str, ours: str) -> str:
    """How a verdict compares: the same, a refusal, or false."""
    if ours in ("cannot tell", "unread", "nothing"):
        return "agrees" if expert in (ours, "cannot tell", "nothing") else "refused"
    if expert == ours or (expert in FAILS and ours in FAILS):
        return "agrees"
    if expert == "cannot tell":
        return "agrees"
    return "FALSE"


def cause(outcome: Outcome) -> str:
    """Why a program got no verdict, with what is particular to it left out."""
    if outcome.check is None:
        return f"{outcome.kind}: {outcome.error.split(':')[0][:70]}"
    doubts = [j["because"] for j in outcome.claims if j["verdict"] == "cannot tell"]
    return doubts[0][:90] if doubts else "no hand-written derivative was found"


def main(folder: Path, table: Path) -> int:
    """Print the table, the refusals by cause, and the false verdicts; 1 where there is a false one."""
    rows = expected_in(table)
    groups: dict[tuple[str, ...], list[Expected]] = defaultdict(list)
    for row in rows:
        groups[row.options].append(row)
    outcomes: dict[tuple[str, tuple[str, ...]], Outcome] = {}
    for options, mine in groups.items():
        for outcome in check_files(_paths(folder, mine), options):
            outcomes[str(outcome.path.relative_to(folder)), options] = outcome
            print(".", end="", flush=True, file=sys.stderr)
    print(file=sys.stderr)
    tally: Counter[str] = Counter()
    causes: Counter[str] = Counter()
    for row in rows:
        outcome = outcomes[row.path, row.options]
        ours = said(outcome, row.claim)
        result = agreement(row.verdict, ours)
        if row.claim and ours == "nothing" and agreement(row.verdict, elsewhere := said(outcome, "")) == "agrees":
            result, ours = "agrees", f"{elsewhere}, under another name"
        tally[result] += 1
        if result == "refused":
            causes[cause(outcome)] += 1
        print(
            f"{result:<8} {row.path}{f' {row.claim}' if row.claim else ''}: expert {row.verdict}; chainrule {ours}"
            + (f" ({row.note})" if row.note else "")
        )
    print("\n" + ", ".join(f"{n} {result}" for result, n in tally.most_common()))
    for words, n in causes.most_common():
        print(f"  refused {n}: {words}")
    return int(tally["FALSE"] > 0)


def _paths(folder: Path, rows: Iterable[Expected]) -> Sequence[Path]:
    return list(dict.fromkeys(folder / row.path for row in rows))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
