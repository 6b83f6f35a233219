"""What the README and the pages say is so: generated blocks are current, examples run, links lead somewhere."""

from __future__ import annotations

import doctest
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from chainrule.cli import main
from chainrule.graph.ops import OPS
from tests_examples import NAMES

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_what_is_shown_is_what_the_program_prints() -> None:
    refreshed = subprocess.run(
        [sys.executable, "docs/refresh.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (refreshed.returncode, refreshed.stdout, refreshed.stderr) == (0, "", "")


def test_examples_of_the_pages_run() -> None:
    result = doctest.testfile(str(ROOT / "docs" / "how-it-works.md"), module_relative=False)
    assert (result.failed, result.attempted) == (0, 11)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert [t for t in targets if not (page.parent / t).exists()] == []


def test_the_table_of_derivatives_is_whole() -> None:
    text = (ROOT / "docs" / "derivatives.md").read_text(encoding="utf-8")
    assert [name for name in OPS if f"`{name}`" not in text and name != "opaque"] == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("command", "schema"), [(("check", "--json"), "check"), (("explain", "--form", "json"), "work")], ids=["check", "explain"]
)
def test_json_follows_its_schema(name: str, command: tuple[str, ...], schema: str) -> None:
    written = CliRunner().invoke(main, [*command, "--example", name])
    rules = json.loads((ROOT / "docs" / "schema" / f"{schema}.schema.json").read_text(encoding="utf-8"))
    assert [e.message for e in Draft202012Validator(rules).iter_errors(json.loads(written.stdout))] == []


def test_an_error_follows_its_schema(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text("x = = 1\n", encoding="utf-8")
    written = CliRunner().invoke(main, ["check", str(tmp_path / "program.py"), "--json"])
    rules = json.loads((ROOT / "docs" / "schema" / "error.schema.json").read_text(encoding="utf-8"))
    assert [e.message for e in Draft202012Validator(rules).iter_errors(json.loads(written.stdout))] == []
