"""A worked solution as plain data: the JSON form, schema version 1 (documented in docs/json.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chainrule.checking.report import number, to_data
from chainrule.reading.roles import Role
from chainrule.showing.serialise import to_json_parts

if TYPE_CHECKING:
    from chainrule.api import Work
    from chainrule.working.steps import Step

SCHEMA_VERSION = 1


def work_data(work: Work) -> dict[str, Any]:
    """Everything that is shown, as JSON can hold it."""
    from chainrule.working.one_line import formula_text

    def step_data(step: Step) -> dict[str, Any]:
        return {
            "id": step.id,
            "kind": step.kind,
            "name": step.name.text,
            "version": step.name.version,
            "scope": step.name.scope,
            "line": step.source.line if step.source else None,
            "cell": step.source.cell if step.source else None,
            "file": step.source.file or None if step.source else None,
            "left": formula_text(step.left),
            "lines": [formula_text(f) for f in step.lines],
            "value": number(step.value) if not _is_exact(step.value) else str(step.value),
            "shape": list(step.shape),
            "because": "".join(p if isinstance(p, str) else formula_text(p) for p in step.because),
            "notes": ["".join(p if isinstance(p, str) else formula_text(p) for p in note) for note in step.notes],
        }

    reading, worked = work.reading, work.worked
    check = work.check
    return {
        "schema_version": SCHEMA_VERSION,
        "file": str(work.trace.program.path),
        "loss": {"name": reading.loss.name.text, "evidence": reading.loss.evidence, "before": _number(worked.loss_before),
                 "after": _number(worked.loss_after), "after_own_updates": _number(worked.loss_after_own)},
        "roles": {kind: [_role(r) for r in getattr(reading, kind)] for kind in ("parameters", "inputs", "targets", "constants")},
        "learning_rate": None if reading.rate is None else {"value": reading.rate.value, "evidence": reading.rate.evidence},
        "pass": reading.pass_note or None,
        "steps": [step_data(s) for s in work],
        "outputs": [{"cell": o.cell, "line": o.line, "shown": o.shown, "computed": o.computed, "same": o.same} for o in work.trace.outputs],
        "check": None if check is None else to_data(check, work.trace.outputs),
        "notices": list(work.notices),
        "document": to_json_parts(work.document()),
    }  # fmt: skip


def _number(value: Any) -> Any:
    return str(value) if _is_exact(value) else number(value)


def _is_exact(value: Any) -> bool:
    return type(value).__name__ == "Fraction" or getattr(getattr(value, "dtype", None), "kind", "") == "O"


def _role(role: Role) -> dict[str, Any]:
    return {"name": role.name.text, "scope": role.name.scope, "evidence": role.evidence}
