"""Where the examples are, and the seed's notebook as someone pastes it."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "examples"
NAMES = ("seed", "nine_derivatives", "xor", "softmax", "training_loop", "two_mistakes")


def path_of(name: str) -> Path:
    return next(p for p in FOLDER.iterdir() if p.stem == name and p.suffix in (".py", ".ipynb"))


def pasted_seed() -> str:
    """The seed with `In [n]:` markers, prose and outputs between, as a browser's copy gives it."""
    lines: list[str] = []
    for cell in json.loads(path_of("seed").read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            lines += ["".join(cell["source"]), ""]
            continue
        lines += [f"In [{cell['execution_count']}]:", "".join(cell["source"]), ""]
        for output in cell["outputs"]:
            lines += ["".join(output.get("text") or output["data"]["text/plain"]).rstrip("\n"), ""]
    return "\n".join(lines)
