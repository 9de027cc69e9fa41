"""
The registry's state, folded from its events by one pure function (ADR 0013).

Verifier and auditor use the same fold: the same events give the same state. Every event's
history hash is recomputed, so that events which were left out, added or changed cannot pass.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from verifier.canonical import MAX_INTEGER
from verifier.errors import InvalidFormat, OtherHistory
from verifier.fields import to_hex
from verifier.institution import institution_from_bytes32
from verifier.messages import _
from verifier.receipt import Receipt
from verifier.registry_events import (
    INSTITUTION_FIELDS,
    RegistryEvent,
    Role,
    Use,
    history_seed,
    next_head,
)
from verifier.registry_records import BatchRecord, InstitutionRecord, Period, StatusRecord


@dataclass(slots=True, kw_only=True)
class RegistryState:
    """What the registry says after the first `history_size` events; change it by `apply_event`."""

    chain_id: int
    address: bytes
    root_institution: str
    history_size: int
    history_head: bytes
    institutions: dict[str, InstitutionRecord] = field(default_factory=dict)
    grants: dict[tuple[bytes, str, int], list[Period]] = field(default_factory=dict)
    certificates: dict[tuple[bytes, str, int], list[Period]] = field(default_factory=dict)
    batches: dict[tuple[str, bytes], BatchRecord] = field(default_factory=dict)
    statuses: dict[tuple[str, bytes], StatusRecord] = field(default_factory=dict)
    published: set[bytes] = field(default_factory=set)
    retired_at: int | None = None
    successor: bytes | None = None
    history: list[RegistryEvent] = field(default_factory=list)

    def batch(self, institution: str, root: bytes) -> BatchRecord | None:
        """Return what *institution* anchored under *root*, if it did."""
        return self.batches.get((institution, root))

    def status(self, institution: str, leaf: bytes) -> StatusRecord | None:
        """Return what became of the entry with leaf hash *leaf*; None while it is current."""
        return self.statuses.get((institution, leaf))

    def was_granted(self, account: bytes, institution: str, role: Role, moment: int) -> bool:
        """Tell whether *account* (20 bytes) held *role* for *institution* at *moment*."""
        return _includes(self.grants.get((account, institution, role)), moment)

    def was_declared(self, identity: bytes, institution: str, use: Use, moment: int) -> bool:
        """Tell whether a certificate *identity* was declared for *use* at *moment*."""
        return _includes(self.certificates.get((identity, institution, use)), moment)

    def is_within(self, ancestor: str, institution: str) -> bool:
        """Tell whether *institution* is *ancestor* or stands below it."""
        node: str | None = institution
        while node is not None and node in self.institutions:
            if node == ancestor:
                return True
            node = self.institutions[node].parent
        return False

    def head_at(self, history_size: int) -> bytes | None:
        """Return the history hash after so many events, from 0; None beyond what was folded."""
        if history_size == 0:
            return history_seed(self.chain_id, self.address, self.root_institution)
        if not 1 <= history_size <= len(self.history):
            return None
        return self.history[history_size - 1].head

    def check_receipt(self, receipt: Receipt) -> None:
        """
        Check that the history which *receipt* was written from is the beginning of this one.

        Raises:
            OtherHistory: another hash at its place, or this history ends before it.
        """
        head = self.head_at(receipt.history_size)
        if head is None:
            message = _("the registry as read has {found} events, the receipt names {expected}")
            expected = receipt.history_size
            raise OtherHistory(message.format(found=self.history_size, expected=expected))
        if head != receipt.history_head:
            message = _(
                "after event {sequence} the receipt names the history hash {expected},"
                " the registry as read has {found}"
            )
            raise OtherHistory(
                message.format(
                    sequence=receipt.history_size,
                    expected=to_hex(receipt.history_head),
                    found=to_hex(head),
                )
            )


def empty_state(chain_id: int, address: bytes, root_institution: str) -> RegistryState:
    """Return the state before the first event; *address* is 20 bytes."""
    return RegistryState(
        chain_id=chain_id,
        address=address,
        root_institution=root_institution,
        history_size=0,
        history_head=history_seed(chain_id, address, root_institution),
    )


def apply_event(state: RegistryState, event: RegistryEvent) -> RegistryState:
    """
    Fold one event into *state* and return it (the same object; keep no other use of it).

    Whether the sender was allowed to act is not judged here: the contract enforces it, the audit
    judges it again (`verifier.audit_acts`).

    Raises:
        OtherHistory: the event does not fit behind the ones before it; *state* is then unusable.
    """
    if event.sequence != state.history_size + 1:
        message = _("event {found} where event {expected} should follow: events are missing")
        raise OtherHistory(message.format(found=event.sequence, expected=state.history_size + 1))
    if event.head != next_head(state.history_head, event):
        message = _("event {sequence} ({name}): its fields do not give its history hash {head}")
        raise OtherHistory(
            message.format(sequence=event.sequence, name=event.name, head=to_hex(event.head))
        )
    return append_event(state, event)


def append_event(state: RegistryState, event: RegistryEvent) -> RegistryState:
    """
    Fold an event whose `sequence` and `head` were computed here and not received.

    Raises:
        OtherHistory: the event does not fit behind the ones before it; *state* is then unusable.
    """
    if event.time > MAX_INTEGER or (state.history and event.time < state.history[-1].time):
        raise _misfit(event, _("its time lies before the event before it"))
    for name in INSTITUTION_FIELDS:
        if name in event.fields and (name, event.fields[name]) != ("parent", bytes(32)):
            institution_of(event, name)
    _APPLY[event.name](state, event)
    state.history_size = event.sequence
    state.history_head = event.head
    state.history.append(event)
    return state


def institution_of(event: RegistryEvent, name: str = "institution") -> str:
    """
    Return the institution code in field *name* of *event*.

    Raises:
        OtherHistory: it holds no institution code, which the contract does not allow.
    """
    try:
        return institution_from_bytes32(event.octets(name))
    except InvalidFormat as error:
        raise _misfit(event, _("{field} is no institution code").format(field=name)) from error


def _misfit(event: RegistryEvent, problem: str) -> OtherHistory:
    message = _("event {sequence} ({name}) does not fit: {problem}")
    return OtherHistory(message.format(sequence=event.sequence, name=event.name, problem=problem))


def _includes(periods: list[Period] | None, moment: int) -> bool:
    return any(period.start <= moment < period.until for period in periods or ())


def _known(state: RegistryState, event: RegistryEvent) -> str:
    institution = institution_of(event)
    if institution not in state.institutions:
        raise _misfit(event, _("the institution was never registered"))
    return institution


def _register(state: RegistryState, event: RegistryEvent) -> None:
    institution = institution_of(event)
    is_root = event.octets("parent") == bytes(32)
    parent = None if is_root else institution_of(event, "parent")
    if institution in state.institutions:
        raise _misfit(event, _("the institution is registered already"))
    if is_root != (institution == state.root_institution):
        raise _misfit(event, _("only the root institution has no parent"))
    if parent is not None and parent not in state.institutions:
        raise _misfit(event, _("its parent was never registered"))
    state.institutions[institution] = InstitutionRecord(
        parent=parent,
        name=event.octets("name").decode("utf-8", errors="replace"),
        upstream_codes=event.octets("upstreamCodes").decode("utf-8", errors="replace"),
        registered_at=event.time,
    )


def _begin(
    periods: dict[tuple[bytes, str, int], list[Period]],
    key: tuple[bytes, str, int],
    event: RegistryEvent,
) -> None:
    listed = periods.setdefault(key, [])
    if event.number("period") != len(listed):
        raise _misfit(event, _("it is not the next period"))
    listed.append(Period(event.number("from"), event.number("until")))


def _end(
    periods: dict[tuple[bytes, str, int], list[Period]],
    key: tuple[bytes, str, int],
    event: RegistryEvent,
) -> None:
    listed = periods.get(key, [])
    index = event.number("period")
    if index >= len(listed) or event.number("until") >= listed[index].until:
        raise _misfit(event, _("there is no such period to end"))
    listed[index] = Period(listed[index].start, event.number("until"))


def _grant_key(state: RegistryState, event: RegistryEvent) -> tuple[bytes, str, int]:
    role = event.number("role")
    if role not in set(Role):
        raise _misfit(event, _("unknown role"))
    return event.octets("account"), _known(state, event), role


def _certificate_key(state: RegistryState, event: RegistryEvent) -> tuple[bytes, str, int]:
    use = event.number("use")
    if use not in set(Use):
        raise _misfit(event, _("unknown use"))
    return event.octets("identity"), _known(state, event), use


def _anchor(state: RegistryState, event: RegistryEvent) -> None:
    institution = _known(state, event)
    key = (institution, event.octets("root"))
    if key in state.batches:
        raise _misfit(event, _("the batch is anchored already"))
    state.batches[key] = BatchRecord(
        institution=institution,
        root=key[1],
        size=event.number("size"),
        time=event.time,
        manifest_digest=event.octets("manifestDigest"),
        sender=event.sender,
        history_size=event.sequence,
        history_head=event.head,
    )


def _set_status(state: RegistryState, event: RegistryEvent) -> None:
    institution = _known(state, event)
    key = (institution, event.octets("leaf"))
    if key in state.statuses:
        raise _misfit(event, _("the entry has a status already"))
    superseded = event.name == "EntrySuperseded"
    state.statuses[key] = StatusRecord(
        status="SUPERSEDED" if superseded else "REVOKED",
        reason=event.number("reason"),
        time=event.time,
        acting_for=institution_of(event, "actingFor"),
        sender=event.sender,
        history_size=event.sequence,
        successor_institution=(
            institution_of(event, "successorInstitution") if superseded else None
        ),
        successor_leaf=event.octets("successorLeaf") if superseded else None,
    )


def _retire(state: RegistryState, event: RegistryEvent) -> None:
    if state.retired_at is not None:
        raise _misfit(event, _("the registry is retired already"))
    state.retired_at = event.time
    state.successor = event.octets("successor")


_APPLY: dict[str, Callable[[RegistryState, RegistryEvent], None]] = {
    "InstitutionRegistered": _register,
    "Granted": lambda state, event: _begin(state.grants, _grant_key(state, event), event),
    "GrantEnded": lambda state, event: _end(state.grants, _grant_key(state, event), event),
    "CertificateDeclared": lambda state, event: _begin(
        state.certificates, _certificate_key(state, event), event
    ),
    "CertificateEnded": lambda state, event: _end(
        state.certificates, _certificate_key(state, event), event
    ),
    "BatchAnchored": _anchor,
    "EntryRevoked": _set_status,
    "EntrySuperseded": _set_status,
    "ManifestPublished": lambda state, event: state.published.add(event.octets("digest")),
    "Retired": _retire,
}
