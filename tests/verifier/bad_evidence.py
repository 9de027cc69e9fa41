"""Bad documents whose fault lies in their evidence, or in what the registry says of them."""

import json
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.verifier.bad_documents import (
    NUMBER,
    Case,
    Ground,
    time_stamped,
)
from tests.verifier.documents import (
    SCHOOL,
    SIGNED_AT,
    entry_of,
    make_pdf,
    make_transcript,
)
from tests.verifier.extending import authority_certificate
from tests.verifier.issued import ISSUER, NOW, OTHER_ISSUER, OTHER_SCHOOL
from tests.verifier.registry.nodes import LyingNode
from transcript_service.issuance.embedded_chain import open_rpc
from transcript_service.issuance.identities import principal_declaration, seal_declaration
from transcript_service.issuance.registry_calls import revoke_entry
from verifier.canonical import canonical_json
from verifier.errors import MissingEvidence, SubReason
from verifier.registry import read_registry
from verifier.registry_events import Role, Use


def no_registry(ground: Ground) -> Case:
    """Revoked, and no node to say so."""
    gone = MissingEvidence(SubReason.REGISTRY_UNAVAILABLE, "no node")
    return replace(revoked(ground), registry=lambda: gone)


def _through(ground: Ground, case: Case, **lies: Any) -> Case:
    """Read the registry through a node that lies."""
    policy = case.policy

    def read() -> Any:
        ground.view()
        node = LyingNode(open_rpc(policy.registry.rpc[0], policy.directory), **lies)
        try:
            return read_registry(policy, lambda *_address: node, now=NOW, checkpoint=False)
        except MissingEvidence as error:
            return error

    return replace(case, registry=read)


def hidden_revocation(ground: Ground) -> Case:
    """Revoked, but the node tells of nothing from then on."""
    case = revoked(ground)
    before = ground.revoked_after
    return _through(ground, case, eth_getLogs=lambda logs, _params: logs[:before])


def twin_chain(ground: Ground) -> Case:
    """Anchored on a chain that begins with another block than the policy pins."""
    case = ground.case(ground.signed())
    pins = replace(case.policy.registry, deployment_block_hash=bytes(32))
    return _through(ground, replace(case, policy=replace(case.policy, registry=pins)))


def never_anchored(ground: Ground) -> Case:
    """Signed by both, and no more."""
    case = ground.case(ground.signed())
    return replace(case, path=ground.new_folder() / "bad.pdf")


def false_proof(ground: Ground) -> Case:
    """Never anchored; the receipt names a batch of the school and a proof that leads nowhere."""
    pdf = ground.signed()
    entry = entry_of(pdf, NUMBER)
    known = ground.office.receipt("a")
    return ground.case(
        pdf,
        receipt=replace(
            known,
            document_digest=entry.document_digest,
            document_size=entry.document_size,
            series_id=entry.series_id,
            version=entry.version,
        ),
    )


def anchored_by_others(ground: Ground) -> Case:
    """Under a root that only another school anchored."""
    pdf = ground.signed()
    office = ground.office
    ground.declare(principal_declaration(office.signers.principal), Use.PRINCIPAL, OTHER_SCHOOL)
    ground.declare(seal_declaration(office.signers.seal), Use.SEAL, OTHER_SCHOOL)
    copied = [("copied", pdf, entry_of(pdf, NUMBER))]
    office.anchor(copied, institution=OTHER_SCHOOL, account=OTHER_ISSUER)
    receipt = replace(office.receipt("copied"), institution=office.receipt("a").institution)
    return ground.case(pdf, receipt=receipt)


def other_tree_size(ground: Ground) -> Case:
    """A proof of the first leaf of three holds for a tree of four as well."""
    pdf = ground.office.documents["a"].pdf
    return ground.case(pdf, receipt=replace(ground.office.receipt("a"), tree_size=4))


def other_bytes(ground: Ground) -> Case:
    """Signed again by the same keys, other than what was anchored for this version."""
    data = json.loads(make_transcript(NUMBER))
    data["results"]["full_year"]["academic_result"] = "Tốt"
    pdf = make_pdf(canonical_json(data), ground.office.signers)
    return ground.case(pdf, receipt=ground.known[1])


def other_version(ground: Ground) -> Case:
    """The school anchored it as version 2 of its series; it says that it is the first."""
    pdf = ground.signed()
    return replace(ground.case(pdf), path=ground.anchored(pdf, version=2))


def receipt_of_another_chain(ground: Ground) -> Case:
    """Its proof holds, but it is of a twin of the registry."""
    pdf, receipt = ground.known
    return ground.case(pdf, receipt=replace(receipt, chain_id=1))


def receipt_of_another_history(ground: Ground) -> Case:
    """Written from a history that this registry never had."""
    pdf, receipt = ground.known
    return ground.case(pdf, receipt=replace(receipt, history_head=bytes(32)))


def not_an_issuer(ground: Ground) -> Case:
    """The contract lets nobody else anchor; so a folded state that says otherwise."""

    def view() -> Any:
        honest = ground.view()
        state = deepcopy(honest.state)
        del state.grants[ISSUER.address, SCHOOL, Role.ISSUER]
        return replace(honest, state=state)

    return ground.case(ground.signed(), registry=view)


def principals_key_as_seal(ground: Ground) -> Case:
    """Declared, but for the other use."""
    return ground.case(ground.signed(seal=ground.office.signers.principal))


def declared_after_signing(ground: Ground) -> Case:
    """Time-stamped by a trusted service before the registry knew the signers."""
    service = ground.new_folder() / "tsa.pem"
    service.write_bytes(authority_certificate())
    anchors = (*ground.office.policy.signatures.trust_anchors, service)
    pdf = time_stamped(ground, SIGNED_AT + timedelta(hours=1))
    return ground.case(pdf, signatures={"trust_anchors": anchors})


def revoked(ground: Ground) -> Case:
    """Withdrawn by the school."""
    case = ground.case(ground.signed())
    ground.revoked_after = ground.view().state.history_size
    revocation = revoke_entry(ground.office.documents[case.path.stem].chain_entry(), 1)
    ground.office.act(ISSUER, revocation)
    ground.seen = None
    return case


def two_current(ground: Ground) -> Case:
    """Version 2 was anchored, and version 1 never superseded."""
    case = ground.case(ground.signed())
    ground.anchored(b"version 2", version=2)
    return replace(case, manifests=ground.office.manifests)
