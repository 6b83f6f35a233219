"""Verdicts on many files in the forms that people and review tools read: a table, JSON, JUnit and SARIF."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from xml.etree import ElementTree

from chainrule import __version__
from chainrule.many.outcomes import Outcome, fails
from chainrule.showing.parts import Document, Emphasis, Inline, Paragraph, Table, Tone

TONES: Mapping[str, Tone] = MappingProxyType({"wrong": "bad", "doubtful": "doubt", "unread": "doubt", "right": "good"})
LEVELS = MappingProxyType({"wrong": "error", "right only here": "error", "cannot tell": "note", "right": "none"})
SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def document_of(outcomes: Sequence[Outcome]) -> Document:
    """One line a file, then what is wrong in them."""
    rows: list[tuple[tuple[Inline, ...], ...]] = []
    for outcome in outcomes:
        word = Emphasis(outcome.status, TONES.get(outcome.status, "quiet"))
        rows.append(((str(outcome.path),), (word,), (outcome.summary,)))
    said = [
        Paragraph((f"{path_of(outcome, j)}:{place(j)}  ", Emphasis(j["name"]), f" {sentence(j)}"), f"check/{n}/{i}")
        for n, outcome in enumerate(outcomes, 1)
        for i, j in enumerate(outcome.judged, 1)
        if fails(j)
    ]
    table = Table((("file",), ("verdict",), ("",)), tuple(rows), "lll", "files")
    wrong, unread = (sum(o.status == status for o in outcomes) for status in ("wrong", "unread"))
    end = f"{len(outcomes)} files: {wrong} with something wrong, {unread} not read."
    return Document("Checked", (table, *said, Paragraph((end,), "summary")))


def sentence(judgement: Mapping[str, Any]) -> str:
    """A verdict in a line."""
    verdict = "off by a constant factor" if judgement["kind"] == "scale" else judgement["verdict"]
    return f"{verdict}: {judgement['because']}."


def place(judgement: Mapping[str, Any]) -> str:
    within = f"cell {judgement['cell']}:" if judgement["cell"] is not None else ""
    return f"{within}{judgement['line']}" if judgement["line"] is not None else within


def path_of(outcome: Outcome, judgement: Mapping[str, Any]) -> str:
    """The file that a verdict is about: the program, or a module that it imports from beside it."""
    return posixpath.normpath((outcome.path.parent / (judgement["file"] or outcome.path.name)).as_posix())


def to_json(outcomes: Sequence[Outcome]) -> str:
    files = [
        o.check if o.check is not None else {"file": str(o.path), "error": {"kind": o.kind, "message": o.error}}
        for o in outcomes
    ]
    return json.dumps({"schema_version": 1, "files": files}, indent=2, ensure_ascii=False)


def to_junit(outcomes: Sequence[Outcome]) -> str:
    """One suite a file, one case a claim or update line."""
    root = ElementTree.Element("testsuites", name="chainrule")
    for outcome in outcomes:
        judged = outcome.judged
        failures = sum(map(fails, judged))
        suite = ElementTree.SubElement(
            root, "testsuite", name=str(outcome.path), tests=str(len(judged) or int(outcome.status == "unread")),
            failures=str(failures), errors=str(int(outcome.status == "unread")), time=f"{outcome.seconds:.3f}",
        )  # fmt: skip
        for j in judged:
            case = ElementTree.SubElement(
                suite, "testcase", name=f"{j['name']} ({place(j)})", classname=str(outcome.path), file=path_of(outcome, j),
                line=str(j["line"] or 1),
            )  # fmt: skip
            if fails(j):
                ElementTree.SubElement(case, "failure", message=sentence(j))
            elif j["verdict"] == "cannot tell":
                ElementTree.SubElement(case, "skipped", message=sentence(j))
        if outcome.status == "unread":
            case = ElementTree.SubElement(suite, "testcase", name="reading", classname=str(outcome.path))
            ElementTree.SubElement(case, "error", message=outcome.error)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def to_sarif(outcomes: Sequence[Outcome]) -> str:
    """SARIF 2.1.0: what code review tools show beside the line."""
    rules = [
        {"id": "wrong-derivative", "shortDescription": {"text": "A derivative written by hand is not that of the loss."}},
        {"id": "right-only-here", "shortDescription": {"text": "A derivative agrees at the program's own values only."}},
        {"id": "constant-factor", "shortDescription": {"text": "A derivative is a constant factor off."}},
        {"id": "cannot-tell", "shortDescription": {"text": "A derivative could not be judged."}},
    ]
    run = {
        "tool": {"driver": {"name": "chainrule", "version": __version__, "rules": rules}},
        "results": [result for outcome in outcomes for result in _results(outcome)],
    }
    return json.dumps({"$schema": SARIF, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _results(outcome: Outcome) -> Iterator[dict[str, Any]]:
    for j in outcome.judged:
        if j["verdict"] == "right":
            continue
        scale = j["kind"] == "scale"
        rule = "constant-factor" if scale else {"wrong": "wrong-derivative"}.get(j["verdict"], j["verdict"].replace(" ", "-"))
        where: dict[str, Any] = {"artifactLocation": {"uri": path_of(outcome, j)}}
        if j["cell"] is None and j["line"] is not None:
            where["region"] = {"startLine": j["line"]}
        text = f"{j['name']}{f' ({place(j)})' if j['cell'] is not None else ''}: {sentence(j)}"
        yield {
            "ruleId": rule, "level": "warning" if scale else LEVELS[j["verdict"]], "message": {"text": text},
            "locations": [{"physicalLocation": where}],
        }  # fmt: skip


FORMATS: Mapping[str, Callable[[Sequence[Outcome]], str] | None] = MappingProxyType(
    {"text": None, "json": to_json, "junit": to_junit, "sarif": to_sarif, "markdown": None}
)
