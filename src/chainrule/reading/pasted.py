"""A pasted notebook's cell: code and its output in one text, told apart by what the code produces."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from chainrule.reading.sources import NOT_PYTHON, parsed


def paragraphs(code: str) -> list[tuple[int, str]]:
    """A pasted cell as paragraphs that could stand alone, each with the line it begins at (from 0)."""
    result: list[tuple[int, list[str]]] = []
    gap = True
    for i, line in enumerate(code.splitlines()):
        if not line.strip():
            gap = True
            if result:
                result[-1][1].append(line)
            continue
        continues = line[0] in " \t)]}" or re.match(r"(else|elif|except|finally)\b", line)
        if gap and not (continues and result):
            result.append((i, [line]))
        else:
            result[-1][1].append(line)
        gap = False
    return [(start, "\n".join(lines)) for start, lines in result]


def beginning(shown: str, produced: str) -> str:
    """The part of a marked output that the program produced, where text of the page follows it; else all of it."""
    parts = shown.split("\n\n")
    found = (head for n in range(len(parts), 0, -1) if normal(head := "\n\n".join(parts[:n])) == normal(produced))
    return next(found, shown)


def with_output_below(text: str) -> Iterator[tuple[int, str, str]]:
    """A paragraph in the pieces that it is run in, each with what stands directly below it and could be its output."""
    lines = text.rstrip().splitlines()
    begin = 0
    try:
        body = parsed(text).body
    except NOT_PYTHON:
        ends = [n for n in range(len(lines) - 1, 0, -1) if shows("\n".join(lines[:n]))]
        yield (0, "\n".join(lines[: ends[0]]), "\n".join(lines[ends[0] :])) if ends else (0, text, "")
        return
    trailing = len(body)
    while trailing and isinstance(body[trailing - 1], ast.Expr):
        trailing -= 1
    for statement in body[trailing:-1]:
        end = statement.end_lineno or 0
        if end > begin and end < len(lines):
            yield begin, "\n".join(lines[begin:end]), "\n".join(lines[end:])
            begin = end
    yield begin, "\n".join(lines[begin:]), ""


def parses(text: str) -> bool:
    try:
        parsed(text)
    except NOT_PYTHON:
        return False
    return True


def shows(text: str) -> bool:
    """Whether a paragraph ends in a bare expression or a print."""
    try:
        body = parsed(text).body
    except NOT_PYTHON:
        return False
    return bool(body) and isinstance(body[-1], ast.Expr)


def normal(text: str) -> str:
    """Output in one spelling: NumPy's `np.float64(1.5)` is `1.5`, spaces do not count."""
    text = re.sub(r"np\.(?:float|int|uint)\d+\(([^()]*)\)", r"\1", text)
    text = re.sub(r"np\.(True|False)_", r"\1", text)
    return " ".join(text.split())


NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?")  # with a point: a count is what it is
ROUNDING = 1e-9


def alike(shown: str, computed: str) -> bool:
    """Whether two outputs are the same, but for the last digits of their numbers, which another machine rounds otherwise."""
    one, other = normal(shown), normal(computed)
    if one == other:
        return True
    if NUMBER.split(one) != NUMBER.split(other):
        return False
    pairs = zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
    return all(a == b or (min(len(a), len(b)) > MOST_DIGITS and _near(float(a), float(b))) for a, b in pairs)


MOST_DIGITS = 12  # a number shown with fewer was rounded on purpose


def _near(a: float, b: float) -> bool:
    return abs(a - b) <= ROUNDING * max(abs(a), abs(b))
