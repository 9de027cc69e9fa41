"""The gate's report for programs: `hocba/check/1`, described in docs/formats.md."""

import json
from collections.abc import Iterable
from typing import Any

from transcript_service.quality.checks import ClassCheck, Finding, SchoolCheck
from transcript_service.quality.coverage import Coverage, coverage_of

FORMAT = "hocba/check/1"


def render_json(check: SchoolCheck) -> str:
    """Write the report as JSON, indented, in the order of the class lists."""
    report = {
        "format": FORMAT,
        "school": {"code": check.school_code, "name": check.school_name},
        "school_year": check.school_year,
        "checked_at": check.checked_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "synchronised_at": check.synchronised_at,
        "other_levels": list(check.other_levels),
        "coverage": _coverage(coverage_of(check.classes, check.findings)),
        "findings": _findings(check.findings),
        "classes": [_class(one) for one in check.classes],
    }
    return json.dumps(report, ensure_ascii=False, indent=2)


def _class(one: ClassCheck) -> dict[str, Any]:
    return {
        "code": one.class_code,
        "name": one.class_name,
        "grade": one.grade,
        "level": one.level,
        "coverage": _coverage(coverage_of([one])),
        "documents_issued": one.documents_issued,
        "findings": _findings(one.findings),
        "pupils": [
            {
                "student_code": pupil.student_code,
                "full_name": pupil.full_name,
                "state": pupil.state,
                "findings": _findings(pupil.findings),
            }
            for pupil in one.pupils
        ],
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "pupils": coverage.pupils,
        "ready": coverage.ready,
        "stopped": coverage.stopped,
        "issued": coverage.issued,
        "complete": coverage.complete,
        "with_personal_id": coverage.with_personal_id,
        "with_valid_personal_id": coverage.with_valid_personal_id,
        "identity_verified": coverage.identity_verified,
        "results_stored": coverage.results_stored,
        "findings": [
            {"criterion": criterion, "severity": severity, "count": count}
            for criterion, severity, count in coverage.findings
        ],
        "codes": dict(coverage.codes),
    }


def _findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [
        {
            "code": found.gap.code,
            "criterion": found.criterion,
            "severity": found.severity,
            "student_code": found.gap.student_code,
            "table": found.gap.place,
            "record_id": found.gap.record_id,
            "field": found.gap.field,
            "message": found.gap.message,
            "remedy": found.gap.remedy,
            "recorded": found.gap.recorded,
            "expected": found.gap.expected,
        }
        for found in findings
    ]
