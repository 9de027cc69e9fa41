"""
Judging every act of the registry again, by the grants of its time (contracts/README.md).

The contract enforces all of this. The audit does it once more, so that a contract that does
something else than its published source, or a chain that was not run by its rules, is noticed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from verifier.audit_findings import AuditCode, AuditFinding, contradiction
from verifier.fields import to_hex
from verifier.messages import _
from verifier.registry_events import OPEN_END, RegistryEvent, Role
from verifier.registry_records import Period
from verifier.registry_state import RegistryState, apply_event, empty_state, institution_of

_CONSTRUCTOR_EVENTS = 2


def judge_acts(folded: RegistryState) -> Iterator[AuditFinding]:
    """Give a finding for each event that its sender was not allowed to cause."""
    state = empty_state(folded.chain_id, folded.address, folded.root_institution)
    for event in folded.history:
        problem = _problem(state, event)
        if problem is not None:
            message = _("event {sequence} ({name}) by {sender}: {problem}")
            yield contradiction(
                _code(folded, event),
                message.format(
                    sequence=event.sequence,
                    name=event.name,
                    sender=to_hex(event.sender),
                    problem=problem,
                ),
                event=event.sequence,
                sender=event.sender,
            )
        apply_event(state, event)


def judge_compromised(
    folded: RegistryState, compromised: Mapping[bytes, int]
) -> Iterator[AuditFinding]:
    """
    Give a finding for each act of an account from the moment on when it was compromised.

    Args:
        folded: the registry.
        compromised: Unix seconds by account (20 bytes); certificates among them are not judged
            here.
    """
    for event in folded.history:
        if event.time < compromised.get(event.sender, OPEN_END):
            continue
        message = _("event {sequence} ({name}): {sender} acted after it was compromised")
        text = message.format(sequence=event.sequence, name=event.name, sender=to_hex(event.sender))
        yield contradiction(
            AuditCode.AFTER_COMPROMISE, text, event=event.sequence, sender=event.sender
        )


def _code(folded: RegistryState, event: RegistryEvent) -> AuditCode:
    """Tell an act by somebody who might have done it at another time from all others."""
    needed = []
    if "actingFor" in event.fields:
        needed.append((institution_of(event, "actingFor"), Role.AUTHORITY))
    if event.name in ("EntryRevoked", "EntrySuperseded"):
        needed.append((institution_of(event), Role.REVOKER))
    if event.name == "BatchAnchored":
        needed.append((institution_of(event), Role.ISSUER))
    held = [
        periods
        for institution, role in needed
        if (periods := folded.grants.get((event.sender, institution, role)))
    ]
    then = any(one.start <= event.time < one.until for periods in held for one in periods)
    return AuditCode.OUT_OF_PERIOD if held and not then else AuditCode.ACT_NOT_ALLOWED


def _problem(state: RegistryState, event: RegistryEvent) -> str | None:
    """Say why *event* could not follow on *state*; None when it could."""
    if event.sequence <= _CONSTRUCTOR_EVENTS:
        return _constructor(state, event)
    if state.retired_at is not None and event.name in _WHILE_IN_USE:
        return _("the registry was retired")
    return _first(check(state, event) for check in _CHECKS[event.name])


def _first(problems: Iterable[str | None]) -> str | None:
    return next((problem for problem in problems if problem is not None), None)


def _constructor(state: RegistryState, event: RegistryEvent) -> str | None:
    """Judge the two events of the deployment: the root, and its first AUTHORITY."""
    root = state.root_institution
    expected = ("InstitutionRegistered", "Granted")[event.sequence - 1]
    fits = event.name == expected and institution_of(event) == root
    if fits and event.name == "Granted":
        fits = _is_root_authority(state, event) and institution_of(event, "actingFor") == root
    if not fits:
        return _("a registry begins with its root institution and that one's AUTHORITY")
    if event.name == "Granted":
        return _period(state, event) or _root_authority(state, event)
    return None


def _has_authority(state: RegistryState, event: RegistryEvent, institution: str) -> str | None:
    """Check AUTHORITY at the institution acted for, which is *institution* or above it."""
    acting_for = institution_of(event, "actingFor")
    if not state.was_granted(event.sender, acting_for, Role.AUTHORITY, event.time):
        return _("the sender had no AUTHORITY at {institution}").format(institution=acting_for)
    if not state.is_within(acting_for, institution):
        message = _("{institution} does not stand below {ancestor}")
        return message.format(institution=institution, ancestor=acting_for)
    return None


def _registrar(state: RegistryState, event: RegistryEvent) -> str | None:
    node: str | None = institution_of(event, "parent") if any(event.octets("parent")) else None
    while node is not None:
        if state.was_granted(event.sender, node, Role.AUTHORITY, event.time):
            return None
        record = state.institutions.get(node)
        node = record.parent if record else None
    return _("the sender had no AUTHORITY at the parent or above it")


def _authority(state: RegistryState, event: RegistryEvent) -> str | None:
    return _has_authority(state, event, institution_of(event))


def _strictly_above(state: RegistryState, event: RegistryEvent) -> str | None:
    institution = institution_of(event)
    if event.number("role") != Role.AUTHORITY or institution == state.root_institution:
        return None
    if institution_of(event, "actingFor") == institution:
        return _("an AUTHORITY manages AUTHORITY grants strictly below itself")
    return None


def _periods(state: RegistryState, event: RegistryEvent) -> list[Period]:
    institution = institution_of(event)
    if "identity" in event.fields:
        key = (event.octets("identity"), institution, event.number("use"))
        return state.certificates.get(key, [])
    return state.grants.get((event.octets("account"), institution, event.number("role")), [])


def _period(state: RegistryState, event: RegistryEvent) -> str | None:
    start, until = event.number("from"), event.number("until")
    if start < event.time:
        return _("the period was dated back")
    if until <= start:
        return _("the period is empty")
    last = [period.until for period in _periods(state, event) if period.start < period.until]
    if last and start < last[-1]:
        return _("the period overlaps the one before it")
    return None


def _root_authority(state: RegistryState, event: RegistryEvent) -> str | None:
    if not _is_root_authority(state, event):
        return None
    if (event.number("from"), event.number("until")) != (event.time, OPEN_END):
        return _("AUTHORITY at the root begins at once and has no end")
    return None


def _is_root_authority(state: RegistryState, event: RegistryEvent) -> bool:
    return (
        institution_of(event) == state.root_institution and event.number("role") == Role.AUTHORITY
    )


def _end(_state: RegistryState, event: RegistryEvent) -> str | None:
    if event.number("until") <= event.time:
        return _("the end was dated back")
    return None


def _not_the_last(state: RegistryState, event: RegistryEvent) -> str | None:
    if not _is_root_authority(state, event):
        return None
    open_ones = sum(
        period.until == OPEN_END
        for (_account, institution, role), periods in state.grants.items()
        if institution == state.root_institution and role == Role.AUTHORITY
        for period in periods
    )
    ended = _periods(state, event)[event.number("period")].until == OPEN_END
    return _("the root lost its last AUTHORITY") if ended and open_ones == 1 else None


def _issuer(state: RegistryState, event: RegistryEvent) -> str | None:
    institution = institution_of(event)
    if not state.was_granted(event.sender, institution, Role.ISSUER, event.time):
        message = _("the sender was no ISSUER of {institution}")
        return message.format(institution=institution)
    return None if event.number("size") > 0 else _("the batch is empty")


def _revoker(state: RegistryState, event: RegistryEvent) -> str | None:
    institution = institution_of(event)
    acting_for = institution_of(event, "actingFor")
    if event.number("reason") == 0:
        return _("no reason was given")
    if acting_for == institution and state.was_granted(
        event.sender, institution, Role.REVOKER, event.time
    ):
        return None
    return _has_authority(state, event, institution)


def _revoked_batch(state: RegistryState, event: RegistryEvent) -> str | None:
    if state.batch(institution_of(event), event.octets("root")) is None:
        return _("the entry's batch was not anchored")
    return None


def _current_successor(state: RegistryState, event: RegistryEvent) -> str | None:
    successor = (institution_of(event, "successorInstitution"), event.octets("successorLeaf"))
    if state.status(*successor) is not None:
        return _("the successor was revoked or superseded itself")
    return None


def _root_only(state: RegistryState, event: RegistryEvent) -> str | None:
    if not state.was_granted(event.sender, state.root_institution, Role.AUTHORITY, event.time):
        return _("the sender had no AUTHORITY at the root")
    return None


_WHILE_IN_USE = {
    "InstitutionRegistered",
    "Granted",
    "CertificateDeclared",
    "BatchAnchored",
    "Retired",
}
_CHECKS: dict[str, tuple[Callable[[RegistryState, RegistryEvent], str | None], ...]] = {
    "InstitutionRegistered": (_registrar,),
    "Granted": (_authority, _strictly_above, _period, _root_authority),
    "GrantEnded": (_authority, _strictly_above, _end, _not_the_last),
    "CertificateDeclared": (_authority, _period),
    "CertificateEnded": (_authority, _end),
    "BatchAnchored": (_issuer,),
    "EntryRevoked": (_revoker, _revoked_batch),
    "EntrySuperseded": (_revoker, _current_successor),
    "ManifestPublished": (),
    "Retired": (_root_only,),
}
