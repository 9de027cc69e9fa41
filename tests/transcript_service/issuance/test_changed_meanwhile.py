"""What changes between a cut and the resumption: keys, certificates, declarations, services."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from tests.authority_school import change, declare, make_authority_school, take_keys, time_stamp_by
from tests.pki.limited import limited_service
from tests.school import office_of
from transcript_service.commands.office import open_office
from transcript_service.commands.school import ClassOfYear, issue_class, resume
from transcript_service.database import read_session
from transcript_service.demo.sandbox import MINISTRY
from transcript_service.errors import BatchError
from transcript_service.issuance.accounts import load_account
from transcript_service.issuance.identities import principal_declaration
from transcript_service.issuance.registry_calls import end_certificate
from transcript_service.issuance.registry_view import view_of
from transcript_service.models import BatchRow, DocumentRow
from transcript_service.settings import load_settings
from verifier.registry_events import Use


class Cut(Exception):
    """The process ends in the middle."""


@pytest.fixture(scope="module", params=["B-T", "B-LT"])
def original(request, tmp_path_factory, moving_authorities):
    directory = tmp_path_factory.mktemp("school")
    sample = make_authority_school(directory, moving_authorities, pupils=2, level=request.param)
    return directory, sample


@pytest.fixture
def school(original, tmp_path, moving_authorities):
    moving_authorities.moment = datetime.now(UTC)
    directory = shutil.copytree(original[0], tmp_path / "school")
    sample = original[1]
    return directory, ClassOfYear(class_code=sample.class_code, school_year=sample.school_year)


def issue_until(directory, which, step, documents):
    """Issue until so many documents are done with *step*."""

    def tell(name, at, _of):
        if (name, at) == (step, documents):
            raise Cut

    with pytest.raises(Cut):
        issue_class(open_office(load_settings(directory / "school.toml"), tell), which)


def renew(directory, authorities):
    """The principal's next certificate, declared; nobody takes the old one out."""
    take_keys(directory, authorities, principal="principal-2")
    declare(directory, authorities, principal="principal-2")
    authorities.moment = datetime.now(UTC)


def last_stem(directory):
    with read_session(office_of(directory).engine) as session:
        return session.exec(select(DocumentRow).where(DocumentRow.position == 1)).one().file_stem


def manifest_of(directory):
    with read_session(office_of(directory).engine) as session:
        return json.loads(session.exec(select(BatchRow.manifest)).one())


@pytest.mark.parametrize(
    ("step", "documents", "signers"),
    [("render", 2, 1), ("sign", 1, 2), ("sign", 2, 1), ("seal", 2, 1)],
)
def test_a_new_certificate_between_cut_and_resumption_is_no_obstacle(
    school, moving_authorities, step, documents, signers
):
    """The manifest names everyone who signed, and nobody else."""
    directory, which = school
    issue_until(directory, which, step, documents)
    if signers == 2:  # as if the cut had come before the last file
        (directory / f"work/batch-1/{last_stem(directory)}.signed.pdf").unlink()
    renew(directory, moving_authorities)

    assert resume(office_of(directory)).troubles == ()

    named = [one["identity"] for one in manifest_of(directory)["certificates"]]
    assert len([one for one in named if one in _principals(moving_authorities)]) == signers
    assert len(list((directory / "transcripts").glob("*.pdf"))) == 2


def _principals(authorities):
    return [
        f"0x{principal_declaration(authorities.key(label)).hex()}"
        for label in ("principal", "principal-2")
    ]


def test_who_is_no_longer_declared_when_it_comes_to_anchoring_is_not_anchored(
    school, moving_authorities
):
    """The ministry ended the principal's certificate after the seal."""
    directory, which = school
    issue_until(directory, which, "seal", 2)
    desk = office_of(directory).desk
    ended = principal_declaration(moving_authorities.key("principal"))
    call = end_certificate(desk.institution, ended, Use.PRINCIPAL, period=0, acting_for=MINISTRY)
    desk.registry.writer.execute(load_account(directory / "keys/ministry.key"), call)

    (trouble,) = resume(office_of(directory)).troubles

    assert "as PRINCIPAL" in str(trouble)
    assert not view_of(desk).state.batches


def test_a_revoked_service_that_stepped_in_at_the_last_seal_stops_the_anchoring(
    school, moving_authorities
):
    """Though the first document's time stamps are good."""
    directory, which = school
    good = moving_authorities.time_stamp_url()
    revoked = moving_authorities.time_stamp_url("tsa-revoked")
    asked = 1 + (1 + 2) + (1 + 1)  # readiness; size and the principal's; size and the first seal
    with limited_service(good, asked) as limited:
        time_stamp_by(directory, limited, revoked)
        with pytest.raises(BatchError, match=r"validation data are not complete.*revoked"):
            issue_class(office_of(directory), which)

    assert not view_of(office_of(directory).desk).state.batches


def test_what_is_not_known_of_one_signer_hides_nothing_of_another(school, moving_authorities):
    """The principal's certificate points nowhere; the seal's has been revoked."""
    directory, which = school
    take_keys(directory, moving_authorities, principal="principal-without-pointers")
    take_keys(directory, moving_authorities, seal="principal-revoked")
    change(directory / "policy.toml", signatures={"require_revocation_data": False})
    office = office_of(directory)

    with pytest.raises(BatchError, match="revoked since 2026-05-01"):
        issue_class(replace(office, desk=replace(office.desk)), which)
