"""What veraPDF, EU DSS and OpenSSL say of files that the demo issued, and not only of samples."""

from datetime import UTC, datetime

import pytest

from tests.conformance.finding import Case
from tests.conformance.programs import ask_openssl
from tests.conformance.programs_of_java import ask_eu_dss, ask_verapdf

pytestmark = pytest.mark.judge


@pytest.fixture(scope="module")
def issued(published) -> list[Case]:
    """One file of each kind that lies in the archive: both school levels, and a correction."""
    kinds = ("*HB-THCS-*.v1.pdf", "*HB-THPT-*.v1.pdf", "*.v2.pdf")
    files = [min((published / "archive").glob(kind)) for kind in kinds]
    now = datetime.now(UTC).isoformat()
    return [
        Case(
            name=file.name,
            path=file,
            trusted=published / "trust" / "root.pem",
            revocation_lists=tuple(sorted((published / "trust").glob("*.crl"))),
            moment=now,
            alone_at=None,
        )
        for file in files
    ]


@pytest.mark.parametrize("ask", [ask_verapdf, ask_eu_dss, ask_openssl])
def test_no_judge_objects_to_an_issued_file(issued, ask):
    """Two profiles hold, or two signatures, in each of three files."""
    findings = list(ask(issued))

    assert [finding for finding in findings if not finding.good] == []
    for case in issued:
        assert len([finding for finding in findings if finding.case == case.name]) >= 2
