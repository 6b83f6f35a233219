"""A line of NumPy in the words that a program can use: `np` as it imported that, or `math` where it has no more."""

from __future__ import annotations

import ast
import re

from chainrule.reading.sources import NOT_PYTHON, Program, parsed

FUNCTION = re.compile(r"\bnp\.(\w+)")
IN_MATH = frozenset({"exp", "log", "tanh", "sin", "cos", "sqrt", "log1p", "expm1"})


def spelled(text: str, program: Program) -> str:
    """`text` with the names that the program has for what it calls; "" where it has none."""
    used = {match[1] for match in FUNCTION.finditer(text)}
    if not used:
        return text
    modules, functions = _imports(program)
    if "numpy" in modules:
        return FUNCTION.sub(rf"{modules['numpy']}.\1", text)
    if used <= functions.keys():
        return FUNCTION.sub(lambda match: functions[match[1]], text)
    return FUNCTION.sub(rf"{modules['math']}.\1", text) if "math" in modules and used <= IN_MATH else ""


def _imports(program: Program) -> tuple[dict[str, str], dict[str, str]]:
    """The names of the modules `numpy` and `math`, and those of functions taken out of them."""
    modules: dict[str, str] = {}
    functions: dict[str, str] = {}
    for cell in program.cells:
        try:
            nodes = list(ast.walk(parsed(cell.code)))
        except NOT_PYTHON:
            continue
        for node in nodes:
            if isinstance(node, ast.Import):
                modules |= {a.name: a.asname or a.name for a in node.names if a.name in ("numpy", "math")}
            elif isinstance(node, ast.ImportFrom) and node.module in ("numpy", "math"):
                functions |= {a.name: a.asname or a.name for a in node.names if a.name != "*"}
                functions |= {name: name for name in IN_MATH if any(a.name == "*" for a in node.names)}
    return modules, functions
