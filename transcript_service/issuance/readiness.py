"""
Before anything is signed: whether a stranger would accept what is about to be made.

Decree 68/2024, article 29, has the signer's certificate and its path checked before signing; a
batch that could not be verified never starts. The validation data of a batch come from here, too.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from signing.errors import RevocationUnknown
from signing.keys.signing_key import SigningKey
from signing.profile import Level
from signing.timestamp import TimeStampClient
from signing.validation_data import ValidationData, gather
from transcript_service.errors import BatchError, UsageError
from transcript_service.issuance.desk import Desk
from transcript_service.issuance.identities import declaration_of
from transcript_service.issuance.registry_view import view_of
from transcript_service.issuance.stages import signing_errors
from verifier.messages import _
from verifier.policy import SignaturePolicy, load_policy
from verifier.registry_events import Use
from verifier.registry_state import RegistryState
from verifier.signer_identity import certificate_identity

_LEVELS = tuple(Level)


def check_ready(desk: Desk, level: Level) -> None:
    """
    Check that documents signed now, at *level*, would pass the school's policy.

    The policy asks for no higher level; both certificates are valid, for signing, not revoked, and
    lead to one of its trust anchors; both are declared in the registry for this school and their
    use; a time-stamping service answers, and is trusted like them.

    Raises:
        BatchError: they would not; it says why and what to do.
        UsageError: a key cannot be loaded.
        VerifierError: the policy or the registry cannot be read.
    """
    policy = load_policy(desk.policy)
    if _LEVELS.index(level) < _LEVELS.index(Level(policy.signatures.least_level)):
        raise BatchError(
            _(
                "nothing is signed: level {level} was asked for, the policy {policy} wants {least}"
                " at least; change `signing.level` before a batch begins, or the policy"
            ).format(level=level, policy=desk.policy, least=policy.signatures.least_level)
        )
    keys = desk.load_keys()
    with signing_errors(_("nothing is signed")):
        tokens = [_sample_token(desk)] if level.has_time_stamp else []
        try:
            signers = (keys.principal, keys.seal)
            _gather(desk, policy.signatures, signers, tokens, lasting=False)
        except RevocationUnknown:
            if policy.signatures.require_revocation_data or level.is_long_term:
                raise
    check_declared(desk, level, [(Use.PRINCIPAL, keys.principal), (Use.SEAL, keys.seal)])


def gather_for(
    desk: Desk, signers: Sequence[SigningKey], tokens: Sequence[bytes], *, lasting: bool
) -> ValidationData:
    """
    Gather the validation data of a batch that *signers* signed, with the time stamps *tokens*.

    Raises:
        BatchError: something cannot be proved, yet or at all; it says why.
    """
    with signing_errors(_("the validation data are not complete")):
        policy = load_policy(desk.policy).signatures
        return _gather(desk, policy, signers, tokens, lasting=lasting)


def check_declared(desk: Desk, level: Level, signers: Iterable[tuple[Use, SigningKey]]) -> None:
    """
    Check that the registry knows the certificates of *signers* for this school and their use.

    Raises:
        BatchError: it does not; names the identity to declare.
        VerifierError: the registry cannot be read.
    """
    state = view_of(desk).state
    for use, key in signers:
        _check_declared(desk, state, level, key, use)


def time_stamp_client(desk: Desk) -> TimeStampClient:
    """
    Make a client of the school's time-stamping services.

    Raises:
        UsageError: the settings name none.
    """
    if not desk.time_stamping:
        raise UsageError(_("the batch needs time stamps: name services in [signing.time_stamping]"))
    return TimeStampClient(desk.time_stamping)


def _gather(
    desk: Desk,
    policy: SignaturePolicy,
    signers: Sequence[SigningKey],
    tokens: Sequence[bytes],
    *,
    lasting: bool,
) -> ValidationData:
    return gather(
        signers,
        tokens,
        trust_anchors=_contents(policy.trust_anchors),
        revocation_lists=_contents(policy.revocation_lists),
        moment=desk.now(),
        lasting=lasting,
    )


def _sample_token(desk: Desk) -> bytes:
    return time_stamp_client(desk).token(bytes(32))


def _contents(files: Iterable[Path]) -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in files)


def _check_declared(
    desk: Desk, state: RegistryState, level: Level, key: SigningKey, use: Use
) -> None:
    declaration = declaration_of(use, key)
    identities = {declaration, certificate_identity(key.certificate)}
    now = int(desk.now().timestamp())
    # The anchor's block will be later than both; blocks of a busy chain may run ahead of clocks.
    anchoring = max([now, *(event.time + 1 for event in state.history[-1:])])
    if all(
        any(state.was_declared(one, desk.institution, use, moment) for one in identities)
        for moment in ({now, anchoring} if level.has_time_stamp else {anchoring})
    ):
        return
    raise BatchError(
        _(
            "the registry does not know the certificate of {source} as {use} of {institution}; ask"
            " the authority above to declare it, identity 0x{identity}, then run this again"
        ).format(
            source=key.source,
            use=use.name,
            institution=desk.institution,
            identity=declaration.hex(),
        )
    )
