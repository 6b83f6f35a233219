"""Programs in Python 2: `print w` and what else Python 3 does not parse, rewritten; each line stays where it is."""

from __future__ import annotations

import ast
import re
import warnings

SIGNS = re.compile(
    r"^\s*print\b(?!\s*\()|^\s*print\s*\(.*\)\s*[%,]|\bxrange\b|\braw_input\b|^\s*except\s+\w+\s*,|<>|^\s*raise\s+\w+\s*,", re.M
)
FIXES = (
    "except", "exec", "funcattrs", "has_key", "long", "ne", "numliterals", "print", "raise", "raw_input", "repr", "tuple_params",
    "unicode", "xrange", "dict", "imports",
)  # fmt: skip
NOTICE = "It is Python 2, and read as Python 3: a quotient of whole numbers is not cut to a whole one."


def as_python3(code: str) -> str | None:
    """The same program in Python 3; None where it is not Python 2 either."""
    if not SIGNS.search(code):
        return None
    from fissix.pgen2.parse import ParseError
    from fissix.pgen2.tokenize import TokenError
    from fissix.refactor import RefactoringTool

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tool = RefactoringTool([f"fissix.fixes.fix_{name}" for name in FIXES])
        try:
            found = str(tool.refactor_string(code.expandtabs(8).rstrip() + "\n", "<code>"))
            ast.parse(found)
        except (ParseError, TokenError, SyntaxError, ValueError, RecursionError):
            return None
    return found
