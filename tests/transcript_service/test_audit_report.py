"""The report of an audit as a web page: whole, safe to open, and the same as the JSON."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import lxml.html
import pytest

from transcript_service.audit_report import audit_page
from transcript_service.audit_report.charts import MOST_MONTHS, institution_bars, timeline
from transcript_service.audit_report.page import MOST_SHOWN
from transcript_service.audit_report.words import meaning
from transcript_service.cli import main
from verifier.audit_findings import AuditCode, AuditFinding, AuditLevel, AuditReport
from verifier.audit_summary import Summary, Tally
from verifier.messages import use_language
from verifier.pdf_signature import open_document
from verifier.registry_file import Block

NOW = datetime(2026, 6, 30, 17, 30, tzinfo=UTC)
HOSTILE = "</style><script>alert(1)</script><img src=http://evil.example/x onerror=y>\u202e"


@pytest.fixture(autouse=True)
def _vietnamese() -> Iterator[None]:
    use_language("vi")
    yield
    use_language("vi")


def tallies(first: int, count: int) -> tuple[Tally, ...]:
    return tuple(
        Tally(name=f"{first + at // 12}-{at % 12 + 1:02}", batches=1, entries=at * 10, acts=1)
        for at in range(count)
    )


def report(*findings: AuditFinding, months: int = 6, institutions: int = 3) -> AuditReport:
    summary = Summary(
        chain_id=88001,
        registry=bytes(20),
        root_institution="VN-BGD",
        block=Block(number=1234567, digest=bytes(32), time=1_780_000_000),
        source="https://node.example",
        months=tallies(2026 - months // 12, months),
        institutions=tuple(
            Tally(name=f"SCHOOL-{at}", entries=100 - at, batches=1) for at in range(institutions)
        ),
        registered=institutions + 2,
    )
    return AuditReport(
        findings=findings,
        summary=summary,
        history_size=14,
        history_head=b"\x07" * 32,
        batches=3,
        batches_rebuilt=2,
        entries=9,
        archived_documents=9,
        database_rows=None,
    )


def finding(number: int = 0, code: AuditCode = AuditCode.DOCUMENT_MISSING) -> AuditFinding:
    return AuditFinding(
        code=code,
        level=AuditLevel.CONTRADICTION,
        message=f"document {number} is gone",
        subject={"transaction_hash": "0x" + "ab" * 32, "block_number": 7, "leaf_index": number},
        recheck=("curl RPC",),
    )


def page_of(found: AuditReport) -> "lxml.html.HtmlElement":
    return lxml.html.document_fromstring(audit_page(found, NOW))


def test_a_clean_report_says_so_in_vietnamese() -> None:
    """Language, title, result, block, history hash; times are those of Viet Nam."""
    page = page_of(report())

    text = page.text_content()
    assert page.get("lang") == "vi"
    assert page.xpath("//section[@class='verdict CLEAN']")
    assert "Báo cáo kiểm toán sổ đăng ký học bạ" in text
    assert "1.234.567" in text
    assert "00:30 01/07/2026" in text
    assert "07" * 32 in text
    assert "không đối chiếu" in text


def test_english_is_there_for_who_wants_it() -> None:
    """`--lang en`."""
    use_language("en")

    page = page_of(report())

    assert page.get("lang") == "en"
    assert "Audit of the transcript registry" in page.text_content()


def test_nothing_is_loaded_and_no_script_runs() -> None:
    """The policy allows one style, by its digest, and nothing refers to anything outside."""
    page = page_of(report(finding()))

    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    (style,) = page.xpath("//style")
    digest = b64encode(sha256(style.text.encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert not page.xpath("//script | //img | //link | //iframe | //@style | //@src | //@href")
    assert not page.xpath("//@*[starts-with(name(), 'on')]")
    assert "url(" not in style.text
    assert "@import" not in style.text


def test_what_strangers_wrote_is_text() -> None:
    """Names of institutions, messages and files cannot become markup or turn the writing round."""
    hostile = AuditFinding(
        code=AuditCode.SKIPPED,
        level=AuditLevel.NOTE,
        message=HOSTILE,
        subject={"file": HOSTILE},
        recheck=(HOSTILE,),
    )
    found = report(hostile)
    summary = found.summary
    named = Summary(
        **{
            **{name: getattr(summary, name) for name in Summary.__slots__},
            "institutions": (Tally(name=HOSTILE, entries=1),),
            "source": HOSTILE,
            "root_institution": HOSTILE,
        }
    )
    values = {name: getattr(found, name) for name in AuditReport.__slots__}
    text = audit_page(AuditReport(**{**values, "summary": named}), NOW)

    page = lxml.html.document_fromstring(text)
    assert not page.xpath("//script | //img")
    assert len(page.xpath("//style")) == 1
    assert "&lt;script&gt;" in text
    assert "\u202e" not in page.xpath("string(//main)")


def test_a_finding_can_be_checked_again() -> None:
    """Its message, what it is about, and the command stand together."""
    (article,) = page_of(report(finding())).xpath("//article")

    text = article.text_content()
    assert "document 0 is gone" in text
    assert "0x" + "ab" * 32 in text
    assert "curl RPC" in text


def test_many_findings_are_summed_up() -> None:
    """The page shows the first of each kind and how many there are; JSON has all of them."""
    page = page_of(report(*map(finding, range(5_000))))

    assert len(page.xpath("//article")) == MOST_SHOWN
    assert "5.000" in page.text_content()
    assert f"{5_000 - MOST_SHOWN:,}".replace(",", ".") in page.text_content()


def test_contradictions_come_first() -> None:
    """A note never stands above them."""
    note = AuditFinding(code=AuditCode.SKIPPED, level=AuditLevel.NOTE, message="note")
    pills = page_of(report(note, finding())).xpath("//*[contains(@class, 'pill')]/@class")

    assert pills == ["pill CONTRADICTION", "pill NOTE"]


@pytest.mark.parametrize("months", [0, 1, 5, MOST_MONTHS, MOST_MONTHS + 1, 480])
def test_bars_stay_inside_their_chart(months: int) -> None:
    """One for each month, or for each year of a long history; none sticks out."""
    chart = timeline(tallies(2000, months))

    assert chart.by_year is (months > MOST_MONTHS)
    assert len(chart.bars) == (-(-months // 12) if chart.by_year else months)
    for bar in (*chart.bars, *chart.withdrawn):
        assert 0 <= bar.x <= bar.x + bar.width <= chart.width
        assert 0 <= bar.y <= bar.y + bar.height <= chart.base + 0.2
    assert sum(bar.value for bar in chart.bars) == sum(one.entries for one in chart.periods)


def test_an_empty_month_keeps_its_place() -> None:
    """Time runs evenly along the chart."""
    chart = timeline((Tally(name="2025-11", entries=5), Tally(name="2026-02", entries=5)))

    assert [bar.label for bar in chart.bars] == ["11/2025", "12/2025", "01/2026", "02/2026"]


def test_a_clock_that_says_anything_makes_no_endless_chart() -> None:
    """A chain of somebody's own can date an event to the year 9999."""
    chart = timeline((Tally(name="1970-01", entries=5), Tally(name="9999-12", entries=5)))

    assert len(chart.bars) == 2


def test_only_the_largest_institutions_have_bars() -> None:
    """Ten thousand schools are a number, not a wall."""
    page = page_of(report(institutions=10_000))

    assert len(institution_bars(report(institutions=10_000).summary.institutions)) == 12
    assert "9.988" in page.text_content()
    assert len(lxml.html.tostring(page)) < 60_000


def test_every_kind_of_finding_has_its_words() -> None:
    """In Vietnamese, and each its own."""
    words = [meaning(code) for code in AuditCode]

    assert len(set(words)) == len(words)
    assert not [text for text in words if re.search(r"\b(the|of|was)\b", text)]


def test_the_command_writes_a_page_that_names_no_pupil(tmp_path: Path) -> None:
    """Of a real school's audit, with a finding about each of its documents."""
    frozen = Path(__file__).parents[1] / "frozen" / "1"
    (tmp_path / "archive").mkdir()
    path = tmp_path / "audit.html"
    folders = ["--manifests", str(frozen / "manifests"), "--archive", str(tmp_path / "archive")]
    policy = ["--policy", str(frozen / "policy-snapshot.toml"), "--offline"]

    code = main(["audit", *policy, *folders, "--report", str(path), "--lang", "vi"])

    text = lxml.html.document_fromstring(path.read_text()).text_content()
    documents = [open_document(one.read_bytes()) for one in frozen.rglob("*.pdf")]
    pupils = [json.loads(one.transcripts[0])["pupil"] for one in documents if one.transcripts]
    assert code == 3
    assert "DOCUMENT_MISSING" in text
    assert len(pupils) > 3
    for pupil in pupils:
        assert pupil["full_name"] not in text
        assert not pupil.get("personal_id") or pupil["personal_id"] not in text
