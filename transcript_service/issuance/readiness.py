"""
Before anything is signed: whether a stranger would accept what is about to be made.

Decree 68/2024, article 29, has the signer's certificate and its path checked before signing; a
batch that could not be verified never starts. The validation data of a batch come from here, too.
"""

from collections.abc import Iterable
from pathlib import Path

from signing.errors import RevocationUnknown
from signing.keys.signing_key import SigningKey
from signing.profile import Level
from signing.timestamp import TimeStampClient
from signing.validation_data import ValidationData, gather, last_of_each
from transcript_service.errors import BatchError
from transcript_service.issuance.desk import Desk
from transcript_service.issuance.identities import principal_declaration, seal_declaration
from transcript_service.issuance.registry_view import view_of
from transcript_service.issuance.stages import signing_errors
from verifier.messages import _
from verifier.policy import SignaturePolicy, load_policy
from verifier.registry_events import Use
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
                "nothing is signed: the settings ask for signatures of level {level}, the policy"
                " {policy} for {least} at least; change `signing.level`"
            ).format(level=level, policy=desk.policy, least=policy.signatures.least_level)
        )
    keys = desk.load_keys()
    with signing_errors(_("nothing is signed")):
        tokens = [_sample_token(desk)] if level is not Level.B_B else []
        try:
            _gather(desk, policy.signatures, tokens, lasting=False)
        except RevocationUnknown:
            if policy.signatures.require_revocation_data or level in (Level.B_LT, Level.B_LTA):
                raise
    _check_declared(desk, level, keys.principal, Use.PRINCIPAL)
    _check_declared(desk, level, keys.seal, Use.SEAL)


def gather_lasting(desk: Desk, tokens: Iterable[bytes]) -> ValidationData:
    """
    Gather the validation data of a batch whose signatures carry *tokens*.

    Raises:
        BatchError: something cannot be proved, yet or at all; it says why.
    """
    with signing_errors(_("the validation data are not complete")):
        policy = load_policy(desk.policy).signatures
        return _gather(desk, policy, last_of_each(tokens), lasting=True)


def time_stamp_client(desk: Desk) -> TimeStampClient:
    """Make a client of the school's time-stamping services."""
    return TimeStampClient(desk.time_stamping)


def _gather(
    desk: Desk, policy: SignaturePolicy, tokens: Iterable[bytes], *, lasting: bool
) -> ValidationData:
    keys = desk.load_keys()
    return gather(
        (keys.principal, keys.seal),
        tuple(tokens),
        trust_anchors=_contents(policy.trust_anchors),
        revocation_lists=_contents(policy.revocation_lists),
        moment=desk.now(),
        lasting=lasting,
    )


def _sample_token(desk: Desk) -> bytes:
    return time_stamp_client(desk).token(bytes(32))


def _contents(files: Iterable[Path]) -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in files)


def _check_declared(desk: Desk, level: Level, key: SigningKey, use: Use) -> None:
    state = view_of(desk).state
    declaration = principal_declaration if use is Use.PRINCIPAL else seal_declaration
    identities = {declaration(key), certificate_identity(key.certificate)}
    now = int(desk.now().timestamp())
    # The anchor's block will be later than both; blocks of a busy chain may run ahead of clocks.
    anchoring = max([now, *(event.time for event in state.history[-1:])])
    if all(
        any(state.was_declared(one, desk.institution, use, moment) for one in identities)
        for moment in ({anchoring} if level is Level.B_B else {now, anchoring})
    ):
        return
    raise BatchError(
        _(
            "nothing is signed: the registry does not know the certificate of {source} as {use} of"
            " {institution}; ask the authority above to declare it, identity 0x{identity}"
        ).format(
            source=key.source,
            use=use.name,
            institution=desk.institution,
            identity=declaration(key).hex(),
        )
    )
