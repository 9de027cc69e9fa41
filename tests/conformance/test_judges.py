"""What programs that nobody here wrote say of all that is issued; docs/conformance.md tells it."""

import re
from datetime import datetime

import pytest

from signing.profile import Level
from tests.conformance.finding import JudgeAbsent
from tests.conformance.hearing import JUDGES
from tests.conformance.report import BEGIN, DOCUMENT, END, find_objections, render_tables
from tests.conformance.revisions import NEXT_DAY
from tests.pki.authorities import MOMENT

pytestmark = pytest.mark.judge


@pytest.mark.parametrize("judge", JUDGES)
def test_a_judge_objects_to_no_revision(hearing, judge):
    """Each has an answer to each of its questions on each document, and no objection."""
    asked = [
        finding
        for document in hearing.documents
        for finding in hearing.said_of(judge, document.case.name).values()
    ]

    assert len(asked) >= len(hearing.documents) / 2
    assert list(find_objections(hearing, [judge])) == []


@pytest.mark.parametrize("judge", JUDGES)
def test_a_judge_refuses_what_is_broken(hearing, judge):
    """One that calls everything good would prove nothing; it names the fault that was made."""
    forgeries = [forgery for forgery in hearing.forgeries if forgery.judge == judge]

    assert forgeries
    for forgery in forgeries:
        finding = hearing.said_of(judge, forgery.case.name)[forgery.about]
        assert (finding.good, forgery.says in finding.said) == (False, True), finding


def test_eu_dss_finds_the_level_that_each_revision_has(hearing):
    """TOTAL_PASSED alone does not tell whether time stamps and validation data were of use."""
    for document in hearing.documents:
        said = hearing.said_of("EU DSS", document.case.name)

        for field in document.revision.signatures:
            level = f"PAdES-BASELINE-{document.revision.level.removeprefix('B-')}"
            assert said[field].said == f"TOTAL_PASSED {level}", document.case.name


def test_eu_dss_takes_the_time_of_a_signature_from_its_time_stamp(hearing):
    """Without one, nothing is proven before the moment of judging; with one, years later still."""
    for document in hearing.documents:
        said = hearing.said_of("EU DSS", document.case.name)
        moment = NEXT_DAY if document.revision.level is Level.B_B else MOMENT

        for field in document.revision.signatures:
            assert datetime.fromisoformat(said[field].proven_at) == moment, document.case.name


def test_eu_dss_warns_of_nothing_but_the_seal_over_the_signature(hearing):
    """The law wants the two to overlap; any other warning would be news."""
    for document in hearing.documents:
        for finding in hearing.said_of("EU DSS", document.case.name).values():
            assert re.fullmatch(r"(Elements overlap on page\(s\) \[\d+\])?", finding.warnings)


@pytest.mark.parametrize("judge", JUDGES)
def test_an_absent_judge_fails_and_names_the_remedy(hearing, judge, monkeypatch, tmp_path):
    """Nobody learns of conformance by not looking."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(JudgeAbsent, match="scripts/setup"):
        list(JUDGES[judge]([hearing.documents[-1].case]))


def test_docs_conformance_tells_what_the_judges_say(hearing):
    """`scripts/conformance` writes the tables anew."""
    written = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]

    assert written.partition("\n\n")[2] == render_tables(hearing)
