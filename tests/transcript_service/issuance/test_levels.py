"""A class issued at each PAdES level, with real authorities; every document passes the policy."""

import pytest

from signing.long_term import find_time_stamps
from tests.authority_school import make_authority_school
from tests.school import office_of
from transcript_service.commands.school import ClassOfYear, issue_class
from transcript_service.issuance.jobs import CheckTask, check_document
from verifier.pdf_signature import open_document

LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")
PUPILS = 2


@pytest.fixture(scope="module", params=LEVELS)
def issued(request, tmp_path_factory, moving_authorities):
    directory = tmp_path_factory.mktemp("school")
    sample = make_authority_school(
        directory, moving_authorities, pupils=PUPILS, level=request.param
    )
    office = office_of(directory)
    done = issue_class(
        office, ClassOfYear(class_code=sample.class_code, school_year=sample.school_year)
    )
    assert done.documents == PUPILS
    return office, request.param, sorted(office.desk.folders.transcripts.glob("*.pdf"))


def test_every_document_passes_a_policy_of_its_level(issued):
    """With nothing but the root: evidence of years comes along in the document."""
    office, level, files = issued

    for path in files:
        task = CheckTask(path=path, policy=office.desk.policy, now=office.desk.now(), round=level)
        report = check_document(task, None)
        assert report.verdict == "TOTAL-PASSED"
        assert {one.level for one in report.signatures} == {level}


def test_a_document_has_two_signatures_and_as_many_time_stamps_as_its_level_asks_for(issued):
    """One for each signature from B-T on, one of the whole document at B-LTA."""
    _office, level, files = issued

    for path in files:
        document = open_document(path.read_bytes())
        stamps = [one for one in document.signatures if one.is_time_stamp]
        assert len(document.signatures) - len(stamps) == 2
        assert len(stamps) == (level == "B-LTA")
        assert len(find_time_stamps(path.read_bytes())) == (0 if level == "B-B" else 2)
