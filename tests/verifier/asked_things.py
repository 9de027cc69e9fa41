"""Each thing that a numbered check asks for: its bad document, and how it is disabled."""

from collections.abc import Callable

from tests.verifier import bad_evidence as evidence
from tests.verifier import bad_signatures as bad
from tests.verifier.bad_documents import Case, Ground
from tests.verifier.disabling import (
    Disable,
    any_code,
    any_stamp,
    at_the_claimed_time,
    batch_of_anybody,
    never_fails,
    nothing,
    only_the_anchors_time,
    put,
    without_asking_for_lists,
    without_revocation_lists,
)
from tests.verifier.outcomes import FAILED, OPEN
from verifier import (
    anchor_search,
    checks,
    registry,
    registry_fold,
    signature_bytes,
    signature_judgement,
    transcript,
    verification,
)
from verifier.anchor_search import DocumentTarget, Fit
from verifier.errors import SubReason
from verifier.registry_state import RegistryState
from verifier.report import Check, Verdict

Asked = tuple[Check, Callable[[Ground], Case], Disable, Verdict, SubReason]

ASKED: dict[str, Asked] = {
    "1 size": (
        Check.READABLE,
        bad.too_large,
        put(checks, "check_size", nothing),
        OPEN,
        SubReason.FILE_TOO_LARGE,
    ),
    "2 kept by later revisions": (
        Check.TRANSCRIPT,
        bad.other_attachment_later,
        put(verification, "check_transcript_is_kept", nothing),
        FAILED,
        SubReason.FORMAT_FAILURE,
    ),
    "2 schema": (
        Check.TRANSCRIPT,
        bad.against_the_schema,
        put(transcript, "find_schema_problems", lambda _value: ()),
        FAILED,
        SubReason.FORMAT_FAILURE,
    ),
    "2 form": (
        Check.TRANSCRIPT,
        bad.not_canonical,
        put(transcript, "is_canonical", lambda *_: True),
        FAILED,
        SubReason.FORMAT_FAILURE,
    ),
    "2 code": (
        Check.TRANSCRIPT,
        bad.false_check_character,
        any_code,
        FAILED,
        SubReason.FORMAT_FAILURE,
    ),
    "3 history": (
        Check.REGISTRY,
        evidence.hidden_revocation,
        put(registry_fold, "_check_claim", nothing),
        OPEN,
        SubReason.OTHER_HISTORY,
    ),
    "3 pins": (
        Check.REGISTRY,
        evidence.twin_chain,
        put(registry, "check_chain", nothing),
        OPEN,
        SubReason.OTHER_CHAIN,
    ),
    "4 proof": (
        Check.ANCHORED,
        evidence.false_proof,
        put(anchor_search, "_check_proof", nothing),
        OPEN,
        SubReason.NO_RECEIPT,
    ),
    "4 institution": (
        Check.ANCHORED,
        evidence.anchored_by_others,
        put(RegistryState, "batch", batch_of_anybody),
        OPEN,
        SubReason.NOT_ANCHORED,
    ),
    "4 tree size": (
        Check.ANCHORED,
        evidence.other_tree_size,
        put(anchor_search, "_has_size", lambda *_: True),
        OPEN,
        SubReason.NOT_ANCHORED,
    ),
    "4 digest": (
        Check.ANCHORED,
        evidence.other_bytes,
        put(DocumentTarget, "compare", lambda *_: Fit.SAME),
        FAILED,
        SubReason.ALTERED,
    ),
    "4 series and version": (
        Check.ANCHORED,
        evidence.other_version,
        put(DocumentTarget, "is_meant_by", lambda *_: True),
        OPEN,
        SubReason.WRONG_RECEIPT,
    ),
    "4 registry of the receipt": (
        Check.ANCHORED,
        evidence.receipt_of_another_chain,
        put(anchor_search, "_is_of_another_registry", lambda *_: False),
        OPEN,
        SubReason.OTHER_CHAIN,
    ),
    "4 history of the receipt": (
        Check.ANCHORED,
        evidence.receipt_of_another_history,
        put(RegistryState, "check_receipt", nothing),
        OPEN,
        SubReason.OTHER_HISTORY,
    ),
    "5 anchored along": (
        Check.NOTHING_ADDED,
        bad.changed_before_anchoring,
        put(verification, "check_additions", nothing),
        FAILED,
        SubReason.APPENDED,
    ),
    "7 integrity": (
        Check.PRINCIPAL_SIGNATURE,
        bad.changed_before_the_seal,
        never_fails(SubReason.HASH_FAILURE),
        FAILED,
        SubReason.HASH_FAILURE,
    ),
    "7 value": (
        Check.PRINCIPAL_SIGNATURE,
        bad.other_signature_value,
        never_fails(SubReason.SIG_CRYPTO_FAILURE),
        FAILED,
        SubReason.SIG_CRYPTO_FAILURE,
    ),
    "7 certification": (
        Check.PRINCIPAL_SIGNATURE,
        bad.annotations_allowed,
        put(signature_bytes, "_check_permissions", nothing),
        FAILED,
        SubReason.FORMAT_FAILURE,
    ),
    "7 permitted changes": (
        Check.PRINCIPAL_SIGNATURE,
        bad.filled_with_the_seal,
        put(signature_bytes, "check_seal_changes", nothing),
        FAILED,
        SubReason.FORMAT_FAILURE,
    ),
    "7 path": (
        Check.PRINCIPAL_SIGNATURE,
        bad.stranger,
        put(signature_judgement, "path_sub_reason", nothing),
        OPEN,
        SubReason.NO_CERTIFICATE_CHAIN_FOUND,
    ),
    "7 purpose": (
        Check.PRINCIPAL_SIGNATURE,
        bad.for_web_servers,
        put(signature_judgement, "_is_for_documents", lambda _one: True),
        OPEN,
        SubReason.CHAIN_CONSTRAINTS_FAILURE,
    ),
    "7 revocation": (
        Check.PRINCIPAL_SIGNATURE,
        bad.revoked_certificate,
        without_revocation_lists,
        OPEN,
        SubReason.REVOKED_NO_POE,
    ),
    "7 best signature time": (
        Check.PRINCIPAL_SIGNATURE,
        bad.expired,
        at_the_claimed_time,
        OPEN,
        SubReason.OUT_OF_BOUNDS_NO_POE,
    ),
    "7 revocation data": (
        Check.PRINCIPAL_SIGNATURE,
        bad.no_list_at_hand,
        without_asking_for_lists,
        OPEN,
        SubReason.CERTIFICATE_CHAIN_GENERAL_FAILURE,
    ),
    "7 begun": (
        Check.PRINCIPAL_SIGNATURE,
        bad.not_yet_begun,
        put(checks, "check_certificate_had_begun", nothing),
        OPEN,
        SubReason.NOT_YET_VALID,
    ),
    "8 coverage": (
        Check.SEAL_SIGNATURE,
        bad.hidden_behind_the_value,
        put(signature_bytes, "check_byte_range", nothing),
        FAILED,
        SubReason.FORMAT_FAILURE,
    ),
    "8 certificate named": (
        Check.SEAL_SIGNATURE,
        bad.unnamed_certificate,
        put(signature_judgement, "get_signing_cert_attr", lambda _attributes: ()),
        OPEN,
        SubReason.SIG_CONSTRAINTS_FAILURE,
    ),
    "9 time stamps": (
        Check.LEAST_LEVEL,
        bad.stamped_by_a_stranger,
        put(signature_judgement, "proven_time", any_stamp),
        OPEN,
        SubReason.SIG_CONSTRAINTS_FAILURE,
    ),
    "11 at signing": (
        Check.SIGNERS_DECLARED,
        evidence.declared_after_signing,
        put(checks, "_moments_of_authority", only_the_anchors_time),
        FAILED,
        SubReason.SIGNER_NOT_DECLARED,
    ),
}
