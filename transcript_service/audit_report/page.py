"""
Writing an audit's report as one HTML page: nothing is loaded from elsewhere, no script runs.

All that comes from strangers (names of institutions, files) goes through the template's escaping.
"""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from transcript_service.audit_report.charts import (
    HEIGHT,
    LEFT,
    NAME_WIDTH,
    ROW,
    WIDTH,
    institution_bars,
    timeline,
)
from transcript_service.audit_report.words import counted, labels, level_name, meaning
from verifier.audit_findings import AuditCode, AuditFinding, AuditLevel, AuditReport, summary_line
from verifier.errors import MissingEvidence
from verifier.fields import to_hex
from verifier.messages import _, language
from verifier.plain_text import plain

MOST_SHOWN = 50
"""Findings of one kind on the page; all of them stand in the JSON report."""
VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
_FOLDER = Path(__file__).parent
_ORDER = (AuditLevel.CONTRADICTION, AuditLevel.COULD_NOT_LOOK, AuditLevel.NOTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All findings of one kind and level."""

    code: AuditCode
    level: AuditLevel
    level_name: str
    meaning: str
    count: int
    shown: tuple[AuditFinding, ...]
    left_out: str


def audit_page(report: AuditReport | MissingEvidence, now: datetime) -> str:
    """
    Write the page in the language in use.

    Args:
        report: what the audit found, or why the registry could not be read.
        now: when it was made, aware.
    """
    style = (_FOLDER / "report.css").read_text(encoding="utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode("ascii")
    if isinstance(report, MissingEvidence):
        text = _("The registry could not be replayed: {reason}: {message}")
        return (
            _environment()
            .get_template("unread.html")
            .render(
                language=language(),
                style=Markup(style),  # noqa: S704  our own file
                style_digest=digest,
                words=labels(),
                verdict=text.format(reason=report.sub_reason, message=report),
                made_at=_local(now),
            )
        )
    summary = report.summary
    others = len(summary.institutions) - len(bars := institution_bars(summary.institutions))
    return (
        _environment()
        .get_template("report.html")
        .render(
            language=language(),
            style=Markup(style),  # noqa: S704  our own file
            style_digest=digest,
            words=labels(),
            report=report,
            summary=summary,
            verdict=summary_line(report),
            facts=_facts(report),
            groups=_groups(report),
            time=timeline(summary.months),
            bars=bars,
            others=_("and {count} others").format(count=counted(others)) if others > 0 else "",
            made_at=_local(now),
            size={"width": WIDTH, "height": HEIGHT, "left": LEFT, "row": ROW, "name": NAME_WIDTH},
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plain"] = lambda value: plain(str(value))
    environment.filters["number"] = counted
    environment.filters["short"] = _short
    return environment


def _facts(report: AuditReport) -> list[tuple[str, str, bool]]:
    """Return name, value and whether it is code, of what was replayed and compared."""
    words, summary = labels(), report.summary
    block_time = _local(datetime.fromtimestamp(summary.block.time, VIET_NAM))

    def compared(count: int | None) -> str:
        return words["not_compared"] if count is None else counted(count)

    return [
        (words["chain"], str(summary.chain_id), False),
        (words["root"], summary.root_institution, True),
        (words["address"], to_hex(summary.registry), True),
        (words["block"], f"{counted(summary.block.number)} ({block_time})", False),
        (words["history"], counted(report.history_size), False),
        (words["institutions_count"], counted(summary.registered), False),
        (
            words["batches"],
            f"{counted(report.batches_rebuilt)} {words['of']} {counted(report.batches)}",
            False,
        ),
        (words["entries"], counted(report.entries), False),
        (words["archive"], compared(report.archived_documents), False),
        (words["rows"], compared(report.database_rows), False),
        (words["source"], summary.source, True),
        (words["head"], to_hex(report.history_head), True),
    ]


def _groups(report: AuditReport) -> list[Group]:
    """Put the findings together by kind, what contradicts first."""
    found: dict[tuple[AuditLevel, AuditCode], list[AuditFinding]] = {}
    for finding in report.findings:
        found.setdefault((finding.level, finding.code), []).append(finding)
    groups = []
    for level, code in sorted(found, key=lambda key: (_ORDER.index(key[0]), key[1])):
        findings = found[level, code]
        more = len(findings) - MOST_SHOWN
        text = _("and {count} more of this kind, in the JSON report")
        groups.append(
            Group(
                code=code,
                level=level,
                level_name=level_name(level),
                meaning=meaning(code),
                count=len(findings),
                shown=tuple(findings[:MOST_SHOWN]),
                left_out=text.format(count=counted(more)) if more > 0 else "",
            )
        )
    return groups


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(VIET_NAM):%H:%M %d/%m/%Y}"


def _short(text: str, most: int = 30) -> str:
    """Cut a long name in its middle."""
    return text if len(text) <= most else f"{text[: most // 2]}…{text[-(most // 2 - 1) :]}"
