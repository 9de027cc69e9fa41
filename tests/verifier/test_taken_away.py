"""What a verdict stands on, taken away piece by piece: undecided, and the missing thing named."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from signing.long_term import add_validation_data
from signing.validation_data import ValidationData
from tests.pki.authorities import Authorities
from tests.verifier.bad_documents import Case, Ground, lists_of, with_own_pki
from tests.verifier.issued import ANCHORED_AT, NOW, Office
from tests.verifier.level_documents import NUMBERS, SOON, Workshop, ask_for, without_anchor
from tests.verifier.outcomes import FAILED, OPEN, PASSED, outcome
from verifier.errors import MissingEvidence, SubReason
from verifier.registry import read_registry
from verifier.report import Report
from verifier.rpc import open_rpc

UNCONFIRMED = SubReason.CERTIFICATE_CHAIN_GENERAL_FAILURE
LONG = timedelta(days=4000)
UNKNOWN = (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00"),)


@pytest.fixture(scope="module")
def ground(issued: Office, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """One office for the documents of this module."""
    folder = tmp_path_factory.mktemp("taken-away")
    return Ground(issued.copy(folder / "office"), folder)


def said(report: Report) -> str:
    """Return what is said of all that is missing."""
    assert not [one for one in report.checks if one.verdict is FAILED]
    return "; ".join(one.message for one in report.checks if one.verdict is OPEN)


def test_without_its_node_a_document_is_undecided(issued: Office) -> None:
    """The node that did not answer is named."""
    policy = issued.policy.with_rpc(["http://127.0.0.1:1"])
    with pytest.raises(MissingEvidence) as gone:
        read_registry(policy, open_rpc, now=NOW, checkpoint=False)

    report = issued.check("a", registry=gone.value)

    assert outcome(report) == (OPEN, SubReason.REGISTRY_UNAVAILABLE)
    assert "http://127.0.0.1:1" in said(report)


def test_without_receipts_and_manifests_a_document_is_undecided(
    published_office: Office, tmp_path: Path
) -> None:
    """Receipt, folder of manifests, manifest on chain: while one is left, it passes."""
    office = published_office.copy(tmp_path / "office")
    view = office.view()
    unpublished = replace(view, manifests={})
    with_receipt = office.check("a", registry=unpublished)
    (office.transcripts / "a.receipt.json").unlink()
    by_folder = office.check("a", registry=unpublished, manifests=office.manifests)
    by_chain = office.check("a", registry=view)

    nothing_left = office.check("a", registry=unpublished)

    assert {outcome(one) for one in (with_receipt, by_folder, by_chain)} == {(PASSED, None)}
    assert outcome(nothing_left) == (OPEN, SubReason.NO_RECEIPT)
    assert "no receipt and no manifest" in said(nothing_left)


def test_without_the_ocsp_answers_a_long_term_document_is_undecided(
    level_office: Office, authorities: Authorities
) -> None:
    """The policy names nothing but the root: the document has to bring them along."""
    workshop = Workshop(authorities)
    signed = workshop.sign(NUMBERS["b_lt"])
    whole = workshop.gather()
    ask_for(level_office, "B-LT", SOON)

    def judged(data: ValidationData) -> Report:
        return without_anchor(level_office, add_validation_data(signed, data))

    complete, partial = judged(whole), judged(replace(whole, ocsp_responses=()))

    assert [one.level for one in complete.signatures] == ["B-LT", "B-LT"]
    assert partial.verdict is OPEN
    assert {one.indication.value for one in partial.signatures} == {"INDETERMINATE"}
    assert "revocation data are missing" in said(partial)


def own_pki_case(ground: Ground, lists: Callable[[Any], Any], **options: Any) -> Case:
    pdf, pki, trusted = with_own_pki(ground, **options)
    return ground.case(pdf, signatures={**trusted, "revocation_lists": lists(pki)})


def without_the_authoritys(ground: Ground) -> Case:
    """Only the root's list, where both are required."""
    return own_pki_case(ground, lambda pki: lists_of(pki, ANCHORED_AT, LONG)[:1])


def out_of_date(ground: Ground) -> Case:
    """Lists that ran out before the time of validation."""
    return own_pki_case(ground, lambda pki: lists_of(pki, ANCHORED_AT, timedelta(days=5)))


def of_another_authority(ground: Ground) -> Case:
    """Lists of the same names, signed by other keys."""

    def lists(pki: Any) -> Any:
        other = type(pki)(ground.new_folder())
        return lists_of(other, ANCHORED_AT, LONG)

    return own_pki_case(ground, lists)


def list_with_unknown_extension(ground: Ground) -> Case:
    """A list that says something critical which nobody here understands (RFC 5280, 5.2)."""

    def lists(pki: Any) -> Any:
        root, authority = lists_of(pki, ANCHORED_AT, LONG)
        authority.write_bytes(pki.revocation_list("ca", ANCHORED_AT, life=LONG, critical=UNKNOWN))
        return root, authority

    return own_pki_case(ground, lists)


def certificate_with_unknown_extension(ground: Ground) -> Case:
    """A certificate that does (RFC 5280, 4.2)."""
    return own_pki_case(ground, lambda pki: lists_of(pki, ANCHORED_AT, LONG), critical=UNKNOWN)


def test_with_all_of_it_such_a_document_passes(ground: Ground) -> None:
    """The cases below are good but for one thing."""
    case = own_pki_case(ground, lambda pki: lists_of(pki, ANCHORED_AT, LONG))

    assert outcome(case.check()) == (PASSED, None)


@pytest.mark.parametrize(
    ("make", "sub_reason", "word"),
    [
        (without_the_authoritys, UNCONFIRMED, "revocation data are missing"),
        (out_of_date, SubReason.TRY_LATER, "revocation data are out of date"),
        (of_another_authority, UNCONFIRMED, "revocation data are missing"),
        (list_with_unknown_extension, UNCONFIRMED, "revocation data are missing"),
        (certificate_with_unknown_extension, UNCONFIRMED, "critical extension"),
    ],
)
def test_without_usable_revocation_data_a_document_is_undecided(
    ground: Ground, make: Callable[[Ground], Case], sub_reason: SubReason, word: str
) -> None:
    """Missing, too old, of somebody else, or not to be understood: never TOTAL-FAILED."""
    report = make(ground).check()

    assert outcome(report) == (OPEN, sub_reason)
    assert word in said(report)
