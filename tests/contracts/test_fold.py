"""
Whatever happens to the registry, the fold of its events says what the contract says.

Random acts by random accounts, most of them refused. After each one the events are folded by
`verifier.registry_state`, the contract is asked, and the audit judges every act again.
"""

from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.contracts.entries import Entry, make_entries
from tests.contracts.harness import (
    DEPARTMENT,
    MINISTRY,
    OTHER_SCHOOL,
    SCHOOL,
    Event,
    Refused,
    RegistryOnTester,
    code,
)
from verifier.audit_acts import judge_acts
from verifier.institution import institution_from_bytes32
from verifier.registry_events import RegistryEvent, Role, Use
from verifier.registry_records import Period
from verifier.registry_state import RegistryState, apply_event, empty_state

SEEN: dict[str, int] = {}
"""How often each event was made, over all examples."""
NEW = code("VN-000-NEW")
INSTITUTIONS = (MINISTRY, DEPARTMENT, SCHOOL, OTHER_SCHOOL, NEW)
IDENTITIES = (sha256(b"one").digest(), sha256(b"two").digest())
BATCHES = {
    (school, version): make_entries(school, 1 + version, version=version, label=school.hex())
    for school in (SCHOOL, OTHER_SCHOOL)
    for version in (1, 2)
}
ENTRIES = [entry for batch in BATCHES.values() for entry in batch]

accounts = st.sampled_from(range(5))
senders = st.sampled_from((0, 0, 0, 1, 2, 3, 4))
"""Mostly the ministry, else most acts would be refused."""
institutions = st.sampled_from(INSTITUTIONS)
actors = st.sampled_from((MINISTRY, MINISTRY, *INSTITUTIONS))
entries = st.sampled_from(ENTRIES)
moments = st.sampled_from((0, 0, -5, 5, 20))
"""From now on; 0 is what the contract takes for now, or for no end."""


def as_event(event: Event) -> RegistryEvent:
    """The event as the verifier has it, from what the ABI says of it."""
    fields: dict[str, Any] = {}
    for name, value in event.own.items():
        if name == "manifest":
            continue
        if isinstance(value, str):
            is_address = name in ("account", "successor")
            fields[name] = bytes.fromhex(value[2:]) if is_address else value.encode()
        else:
            fields[name] = value
    return RegistryEvent(
        name=event.name,
        fields=fields,
        sequence=event.sequence,
        time=event.time,
        sender=bytes.fromhex(event.sender[2:]),
        head=event.head,
    )


class Acts(RuleBasedStateMachine):
    """Random acts on one registry, which is brought back for each example."""

    registry: ClassVar[RegistryOnTester]
    mark: ClassVar[tuple[Any, ...]]

    @initialize()
    def begin(self) -> None:
        self.registry.back_to(self.mark)
        address = bytes.fromhex(self.registry.address[2:])
        root = institution_from_bytes32(self.registry.root)
        self.state = empty_state(self.registry.chain_id, address, root)

    def act(self, sender: int, name: str, *arguments: Any) -> None:
        """Try it; that it is refused is one of the answers."""
        with suppress(Refused):
            self.registry.send(self.registry.accounts[sender], name, *arguments)

    def moment(self, offset: int) -> int:
        return self.registry.now + 1 + offset if offset else 0

    @rule(sender=senders, acting_for=actors, parent=institutions, name=st.text(max_size=3))
    def register(self, sender: int, acting_for: bytes, parent: bytes, name: str) -> None:
        self.act(sender, "registerInstitution", acting_for, parent, NEW, name, "")

    @rule(
        sender=senders, acting_for=actors, account=accounts, institution=institutions,
        role=st.sampled_from(Role), start=moments, until=moments,
    )  # fmt: skip
    def grant(
        self, sender: int, acting_for: bytes, account: int, institution: bytes, role: Role,
        start: int, until: int,
    ) -> None:  # fmt: skip
        given = (institution, int(role), self.moment(start), self.moment(until))
        self.act(sender, "grant", acting_for, self.registry.accounts[account], *given)

    @rule(
        sender=senders, acting_for=actors, account=accounts, institution=institutions,
        role=st.sampled_from(Role), period=st.integers(0, 1), until=moments,
    )  # fmt: skip
    def end_grant(
        self, sender: int, acting_for: bytes, account: int, institution: bytes, role: Role,
        period: int, until: int,
    ) -> None:  # fmt: skip
        given = (institution, int(role), period, self.moment(until))
        self.act(sender, "endGrant", acting_for, self.registry.accounts[account], *given)

    @rule(
        sender=senders, acting_for=actors, institution=institutions,
        identity=st.sampled_from(IDENTITIES), use=st.sampled_from(Use), start=moments,
        until=moments,
    )  # fmt: skip
    def declare(
        self, sender: int, acting_for: bytes, institution: bytes, identity: bytes, use: Use,
        start: int, until: int,
    ) -> None:  # fmt: skip
        given = (institution, identity, int(use), self.moment(start), self.moment(until))
        self.act(sender, "declareCertificate", acting_for, *given)

    @rule(
        sender=senders, acting_for=actors, institution=institutions,
        identity=st.sampled_from(IDENTITIES), use=st.sampled_from(Use), until=moments,
    )  # fmt: skip
    def end_certificate(
        self, sender: int, acting_for: bytes, institution: bytes, identity: bytes, use: Use,
        until: int,
    ) -> None:  # fmt: skip
        given = (institution, identity, int(use), 0, self.moment(until))
        self.act(sender, "endCertificate", acting_for, *given)

    @rule(sender=st.sampled_from((2, 2, 2, 0, 4)), key=st.sampled_from(sorted(BATCHES)))
    def anchor(self, sender: int, key: tuple[bytes, int]) -> None:
        batch = BATCHES[key]
        self.act(sender, "anchorBatch", key[0], batch[0].root, len(batch), bytes(32))

    @rule(sender=st.sampled_from((0, 0, 3, 4)), acting_for=actors, entry=entries)
    def revoke(self, sender: int, acting_for: bytes, entry: Entry) -> None:
        self.act(sender, "revoke", acting_for, entry.abi(), 2)

    @rule(sender=st.sampled_from((0, 0, 3, 4)), acting_for=actors, old=entries, new=entries)
    def supersede(self, sender: int, acting_for: bytes, old: Entry, new: Entry) -> None:
        self.act(sender, "supersede", acting_for, old.abi(), new.abi(), 6)

    @rule(sender=senders, key=st.sampled_from(sorted(BATCHES)), old=entries)
    def correct(self, sender: int, key: tuple[bytes, int], old: Entry) -> None:
        batch = BATCHES[key]
        pairs = [(old.abi(), new.abi(), 6) for new in batch if new.series == old.series]
        batch_of = (key[0], batch[0].root, len(batch), bytes(32))
        self.act(sender, "anchorAndSupersede", *batch_of, MINISTRY, pairs)

    @rule(sender=senders, content=st.binary(max_size=40), is_true=st.booleans())
    def publish(self, sender: int, content: bytes, is_true: bool) -> None:
        digest = sha256(content).digest() if is_true else bytes(32)
        self.act(sender, "publishManifest", digest, content)

    @rule(sender=senders, acting_for=actors, chance=st.integers(0, 5))
    def retire(self, sender: int, acting_for: bytes, chance: int) -> None:
        if not chance:
            self.act(sender, "retire", acting_for, self.registry.stranger)

    @rule(seconds=st.integers(2, 30))
    def wait(self, seconds: int) -> None:
        self.registry.at(self.registry.now + seconds)

    @invariant()
    def the_fold_follows(self) -> None:
        """Every event fits, and the head is the contract's."""
        if not hasattr(self, "state"):
            return
        for event in self.registry.events[self.state.history_size :]:
            SEEN[event.name] = SEEN.get(event.name, 0) + 1
            apply_event(self.state, as_event(event))
        assert self.state.history_size == self.registry.view("historySize")
        assert self.state.history_head == self.registry.view("historyHead")

    @rule(
        account=accounts, institution=institutions, role=st.sampled_from(Role),
        offset=st.integers(-40, 40),
    )  # fmt: skip
    def grants_agree(self, account: int, institution: bytes, role: Role, offset: int) -> None:
        holder, moment = self.registry.accounts[account], self.registry.now + offset
        said = self.registry.view("wasGranted", holder, institution, int(role), moment)

        name = institution_from_bytes32(institution)
        holder_bytes = bytes.fromhex(holder[2:])
        assert self.state.was_granted(holder_bytes, name, role, moment) == said

    @rule(
        identity=st.sampled_from(IDENTITIES), institution=institutions, use=st.sampled_from(Use),
        offset=st.integers(-40, 40),
    )  # fmt: skip
    def certificates_agree(
        self, identity: bytes, institution: bytes, use: Use, offset: int
    ) -> None:
        moment = self.registry.now + offset
        said = self.registry.view("wasDeclared", identity, institution, int(use), moment)

        name = institution_from_bytes32(institution)
        assert self.state.was_declared(identity, name, use, moment) == said

    def teardown(self) -> None:
        """Compare all that is not a matter of a moment, and judge every act again."""
        if not hasattr(self, "state"):
            return
        state = self.state
        for entry in ENTRIES:
            institution = institution_from_bytes32(entry.institution)
            batch = state.batch(institution, entry.root)
            anchored = (batch.size, batch.time) if batch else (0, 0)
            assert self.registry.view("batches", entry.institution, entry.root) == anchored
            said = self.registry.view("statusOf", entry.institution, entry.leaf)
            assert _status(state, institution, entry.leaf) == said
        for padded in INSTITUTIONS:
            record = state.institutions.get(institution_from_bytes32(padded))
            parent = code(record.parent) if record and record.parent else bytes(32)
            registered = (parent, record.registered_at) if record else (bytes(32), 0)
            assert self.registry.view("institutions", padded) == registered
        for (account, institution, role), periods in state.grants.items():
            for moment in _boundaries(periods):
                asked = (account, code(institution), role, moment)
                held = state.was_granted(account, institution, Role(role), moment)
                assert self.registry.view("wasGranted", *asked) == held
        for (identity, institution, use), periods in state.certificates.items():
            for moment in _boundaries(periods):
                asked = (identity, code(institution), use, moment)
                declared = state.was_declared(identity, institution, Use(use), moment)
                assert self.registry.view("wasDeclared", *asked) == declared
        assert (state.retired_at or 0) == self.registry.view("retiredAt")
        assert list(judge_acts(state)) == []


def _boundaries(periods: list[Period]) -> set[int]:
    """The moments at which an answer changes, and those before them."""
    edges = {edge for period in periods for edge in (period.start, period.until)}
    return edges | {edge - 1 for edge in edges}


def _status(state: RegistryState, institution: str, leaf: bytes) -> tuple[int, int, int, bytes]:
    """What `statusOf` gives."""
    found = state.status(institution, leaf)
    if found is None:
        return (0, 0, 0, bytes(32))
    kind = {"REVOKED": 1, "SUPERSEDED": 2}[found.status]
    return (kind, found.reason, found.time, found.successor_leaf or bytes(32))


@pytest.fixture
def acts(registry: RegistryOnTester) -> Iterator[type[Acts]]:
    """The machine on the furnished registry."""
    SEEN.clear()
    return type("ActsHere", (Acts,), {"registry": registry, "mark": registry.mark()})


def test_the_fold_says_what_the_contract_says(acts: type[Acts]) -> None:
    """A seeded sample of what the long run does."""
    run_state_machine_as_test(acts, settings=settings(max_examples=6, stateful_step_count=20))

    assert SEEN["BatchAnchored"]


@pytest.mark.soak
def test_the_fold_says_what_the_contract_says_for_long(acts: type[Acts]) -> None:
    """Every kind of event comes up, and none that the fold takes for something else."""
    run_state_machine_as_test(
        acts, settings=settings(max_examples=400, stateful_step_count=60, derandomize=False)
    )

    assert len(SEEN) == 10
