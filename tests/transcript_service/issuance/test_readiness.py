"""A batch never starts that could not be verified; one that pauses goes on after the repair."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from tests.authority_school import change, declare, make_authority_school, take_keys, time_stamp_by
from tests.pki.authorities import MOMENT
from tests.pki.limited import limited_service
from tests.school import office_of
from transcript_service.commands.office import open_office
from transcript_service.commands.school import ClassOfYear, issue_class, resume
from transcript_service.database import read_session
from transcript_service.errors import BatchError, UsageError
from transcript_service.issuance.registry_view import view_of
from transcript_service.models import BatchRow, DocumentRow
from transcript_service.settings import load_settings

NOBODY = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def original(tmp_path_factory, moving_authorities):
    directory = tmp_path_factory.mktemp("school")
    return directory, make_authority_school(directory, moving_authorities, pupils=2, level="B-LT")


@pytest.fixture
def school(original, tmp_path, moving_authorities):
    """A copy of the school in which nothing was issued yet."""
    moving_authorities.moment = datetime.now(UTC)
    directory = shutil.copytree(original[0], tmp_path / "school")
    sample = original[1]
    return directory, ClassOfYear(class_code=sample.class_code, school_year=sample.school_year)


def batches_of(directory):
    with read_session(office_of(directory).engine) as session:
        return session.exec(select(BatchRow)).all()


def files_of(directory):
    return [path.name for path in directory.glob("work/**/*.pdf")]


def certified_by(directory, authorities, **labels):
    take_keys(directory, authorities, **labels)
    declare(directory, authorities, **labels)


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("principal-expired", "valid"),
        ("principal-not-yet", "valid"),
        ("principal-revoked", "revoked since 2026-05-01"),
        ("principal-wrong-usage", "key usage"),
        ("principal-sha1", "no longer safe"),
        ("principal-without-pointers", "cannot be learnt"),
    ],
)
def test_a_certificate_that_strangers_would_refuse_starts_no_batch(
    school, moving_authorities, label, told
):
    """It says what is wrong with which key file; no row and no file is written."""
    directory, which = school
    certified_by(directory, moving_authorities, principal=label)
    office = office_of(directory)
    if label == "principal-not-yet":
        the_day_before = replace(office.desk, now=lambda: MOMENT)
        office = replace(office, desk=the_day_before)

    with pytest.raises(BatchError, match=told) as caught:
        issue_class(office, which)

    assert "principal.p12" in str(caught.value)
    assert not batches_of(directory)
    assert not files_of(directory)


def test_a_certificate_under_another_root_starts_no_batch(school, moving_authorities):
    """The policy's anchors are the only ones."""
    directory, which = school
    other = directory / "trust" / "other.pem"
    shutil.copy(directory / "trust" / "root.pem", other)
    change(directory / "policy.toml", signatures={"trust_anchors": ["trust/other.pem"]})

    with pytest.raises(BatchError, match="leads to no trust anchor"):
        issue_class(office_of(directory), which)

    assert not batches_of(directory)


@pytest.mark.parametrize(("name", "use"), [("principal", "PRINCIPAL"), ("seal", "SEAL")])
def test_a_certificate_that_the_registry_does_not_know_starts_no_batch(
    school, moving_authorities, name, use
):
    """It says which identity has to be declared."""
    directory, which = school
    take_keys(directory, moving_authorities, **{name: "principal-public"})

    with pytest.raises(BatchError, match=f"as {use} of VN-000.*identity 0x[0-9a-f]{{64}}"):
        issue_class(office_of(directory), which)

    assert not batches_of(directory)


def test_a_level_below_the_policy_s_starts_no_batch(school):
    """The school's own check would refuse every document in the end."""
    directory, which = school
    change(directory / "school.toml", signing={"level": "B-T"})

    with pytest.raises(BatchError, match=r"level B-T.*B-LT at least"):
        issue_class(office_of(directory), which)

    assert not batches_of(directory)


def test_no_time_stamping_service_starts_no_batch(school):
    """It names each service that did not answer."""
    directory, which = school
    time_stamp_by(directory, NOBODY)

    with pytest.raises(BatchError, match=r"127\.0\.0\.1:9"):
        issue_class(office_of(directory), which)

    assert not batches_of(directory)


def test_the_second_service_is_asked_when_the_first_does_not_answer(school, moving_authorities):
    """And the batch goes through."""
    directory, which = school
    time_stamp_by(directory, NOBODY, moving_authorities.time_stamp_url())

    assert issue_class(office_of(directory), which).documents == 2


def test_a_service_that_fails_on_the_way_pauses_the_batch_which_goes_on_later(
    school, moving_authorities
):
    """Nothing is signed twice: what the principal signed before the pause is what is issued."""
    directory, which = school
    url = moving_authorities.time_stamp_url()
    before_the_seals = (
        1 + 1 + 2 + 1
    )  # the check, the size of a token, the principal, the size again
    with limited_service(url, before_the_seals) as limited:
        time_stamp_by(directory, limited)
        with pytest.raises(BatchError, match=r"503.*Try again later"):
            issue_class(office_of(directory), which)
    signed = {path: path.read_bytes() for path in directory.glob("work/*/*.signed.pdf")}
    assert len(signed) == 2

    time_stamp_by(directory, url)
    assert resume(office_of(directory)).troubles == ()

    for path, before in signed.items():
        issued = directory / "transcripts" / path.name.replace(".signed.", ".")
        assert issued.read_bytes().startswith(before)


def test_nothing_is_anchored_that_the_verifier_refuses_already(school):
    """The policy changed while the batch was under way; after the repair it goes on."""
    directory, which = school
    policy = directory / "policy.toml"

    def distrust(step, _at, _of):
        if step == "augment":
            change(policy, signatures={"trust_anchors": ["trust/root.pem"]})

    office = open_office(load_settings(directory / "school.toml"), distrust)
    with pytest.raises(BatchError, match=r"nothing is anchored.*NO_CERTIFICATE_CHAIN_FOUND"):
        issue_class(office, which)
    assert not view_of(office.desk).state.batches

    change(policy, signatures={"trust_anchors": ["trust/authorities.pem"]})
    assert resume(office_of(directory)).troubles == ()
    assert len(view_of(office.desk).state.batches) == 1


def test_who_stands_in_for_the_principal_is_printed_and_signs(school):
    """By the settings, and only between the dates of office."""
    directory, which = school
    today = datetime.now(UTC).date()
    office = {
        "full_name": "Lê Thị Thay",
        "title": "KT. HIỆU TRƯỞNG / PHÓ HIỆU TRƯỞNG",
        "from": today - timedelta(days=1),
        "until": today + timedelta(days=2),
    }
    change(directory / "school.toml", signing={"office": office})

    issue_class(office_of(directory), which)

    with read_session(office_of(directory).engine) as session:
        for row in session.exec(select(DocumentRow)):
            assert '"full_name":"Lê Thị Thay"' in row.transcript_json.decode()
            assert "KT. HIỆU TRƯỞNG" in row.transcript_json.decode()


def test_outside_the_dates_of_office_nobody_signs(school):
    """An office that ended yesterday."""
    directory, which = school
    today = datetime.now(UTC).date()
    office = {
        "full_name": "Lê Thị Thay",
        "title": "KT. HIỆU TRƯỞNG / PHÓ HIỆU TRƯỞNG",
        "from": today - timedelta(days=9),
        "until": today - timedelta(days=2),
    }
    change(directory / "school.toml", signing={"office": office})

    with pytest.raises(UsageError, match="holds the office"):
        issue_class(office_of(directory), which)

    assert not batches_of(directory)
