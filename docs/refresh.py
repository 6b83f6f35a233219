"""Renews what the README and the pages show of the program: every block between `<!-- output: … -->` and `<!-- end -->`.

    python docs/refresh.py            renew all of them
    python docs/refresh.py --check    say which are out of date, and fail if any is

A marker names a command (`<!-- output: chainrule check --example seed -->`), part of one (`… | BACKWARD` for a section,
`… | 5-12` for lines, `… | formulas` for
those of the backward pass), a file (`<!-- file: examples/seed.ipynb | cell 8 -->`), or the table of derivatives.
"""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path

from click.testing import CliRunner

from chainrule.cli import main

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
BLOCK = re.compile(r"(<!-- (output|file|table): ([^\n]+?) -->\n)(?:(?!<!-- ).)*?(<!-- end -->)", re.S)


def renewed(text: str) -> str:
    """A page with every block as it is now."""
    return BLOCK.sub(lambda m: m[1] + block(m[2], m[3]) + "\n" + m[4], text)


def block(kind: str, asked: str) -> str:
    """What belongs between the markers."""
    command, _, part = asked.partition(" | ")
    if kind == "table":
        sys.path.insert(0, str(ROOT / "docs"))
        from derivatives import table

        return table()
    if kind == "file":
        return fenced(chosen(source(ROOT / command, part), "" if part.startswith("cell") else part), "python")
    return fenced(chosen(output(command), part), "text")


def output(command: str) -> str:
    """What a command prints, one hundred columns wide."""
    words = shlex.split(command)
    if words[0] != "chainrule":
        raise SystemExit(f"docs/refresh.py: `{command}` is no chainrule command.")
    result = CliRunner().invoke(main, words[1:], prog_name="chainrule")
    if result.exit_code not in (0, 1):
        raise SystemExit(f"docs/refresh.py: `{command}` failed: {result.output}")
    return result.stdout.replace(f"{ROOT}/", "")


def source(path: Path, part: str) -> str:
    """A program, or one cell of a notebook."""
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8")
    number = int(part.removeprefix("cell "))
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return next("".join(c["source"]) for c in cells if c.get("execution_count") == number)


def chosen(text: str, part: str) -> str:
    """All lines, some of them by number, the section of a title, or the formulas of a backward pass without numbers."""
    lines = text.rstrip("\n").splitlines()
    if re.fullmatch(r"\d+-\d+", part):
        first, last = map(int, part.split("-"))
        return "\n".join(lines[first - 1 : last])
    if part == "formulas":
        return formulas(chosen(text, "BACKWARD").splitlines())
    if part:
        start = lines.index(part)
        stop = next((i for i in range(start + 1, len(lines)) if lines[i] and not lines[i].startswith(" ")), len(lines))
        return "\n".join(lines[start:stop]).rstrip("\n")
    return "\n".join(lines)


def formulas(lines: list[str]) -> str:
    """Each derivative as the rule gives it: what stands before the numbers are put in."""
    kept: list[str] = []
    shown = False
    for line in lines[1:]:
        if line.startswith("  ∂"):
            shown = True
        elif line.lstrip().startswith("= "):
            shown = False
        if shown:
            kept.append(re.sub(r"\s{3,}\(.*$", "", line[2:]))
    return "\n".join(kept)


def fenced(text: str, language: str) -> str:
    return f"```{language}\n{text}\n```"


def run(*, check: bool) -> int:
    """Renew every page, or say which are out of date."""
    stale = [page for page in PAGES if renewed(text := page.read_text(encoding="utf-8")) != text]
    for page in stale:
        if check:
            print(f"{page.relative_to(ROOT)} shows what the program no longer prints: run `python docs/refresh.py`.")
        else:
            page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8")
            print(f"{page.relative_to(ROOT)} renewed.")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(run(check="--check" in sys.argv[1:]))
