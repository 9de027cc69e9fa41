"""Every rule of the contract is judged again: an act against one of them is named."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

import pytest

from verifier.audit_acts import judge_acts, judge_compromised
from verifier.audit_findings import AuditCode
from verifier.institution import institution_to_bytes32
from verifier.registry_events import OPEN_END, RegistryEvent, Role, Use, next_head
from verifier.registry_state import RegistryState, apply_event, empty_state

ROOT, OFFICE, SCHOOL, OTHER = "VN", "VN-01", "VN-01-A", "VN-01-B"
T = 1_700_000_000
CHIEF, CLERK, REVOKER, STRANGER = (sha256(bytes([at])).digest()[:20] for at in range(4))
DIGEST = sha256(b"x").digest()


class Story:
    """A history made of events that fit together, whoever caused them."""

    def __init__(self) -> None:
        self.state: RegistryState = empty_state(1, bytes(20), ROOT)
        self.time = T

    def add(self, name: str, sender: bytes, /, **fields: object) -> None:
        self.time += 10
        octets = {
            key: institution_to_bytes32(value) if isinstance(value, str) else value
            for key, value in fields.items()
        }
        octets = {"from" if key == "start" else key: value for key, value in octets.items()}
        event = RegistryEvent(
            name=name,
            fields=octets,  # type: ignore[arg-type]
            sequence=self.state.history_size + 1,
            time=self.time,
            sender=sender,
            head=bytes(32),
        )
        event = replace(event, head=next_head(self.state.history_head, event))
        apply_event(self.state, event)

    def register(self, sender: bytes, institution: str, parent: object) -> None:
        self.add(
            "InstitutionRegistered", sender, institution=institution, parent=parent,
            name=b"", upstreamCodes=b"",
        )  # fmt: skip

    def grant(
        self, sender: bytes, account: bytes, institution: str, role: Role, acting_for: str = ROOT,
        *, start: int = 0, until: int = OPEN_END, period: int = 0,
    ) -> None:  # fmt: skip
        self.add(
            "Granted", sender, institution=institution, account=account, role=int(role),
            period=period, start=start or self.time + 10, until=until, actingFor=acting_for,
        )  # fmt: skip

    def end(
        self, sender: bytes, account: bytes, institution: str, role: Role, acting_for: str = ROOT,
        *, until: int = 0,
    ) -> None:  # fmt: skip
        self.add(
            "GrantEnded", sender, institution=institution, account=account, role=int(role),
            period=0, until=until or self.time + 11, actingFor=acting_for,
        )  # fmt: skip

    def declare(self, sender: bytes, institution: str, acting_for: str = ROOT) -> None:
        self.add(
            "CertificateDeclared", sender, institution=institution, identity=DIGEST,
            use=int(Use.SEAL), period=0, start=self.time + 10, until=OPEN_END,
            actingFor=acting_for,
        )  # fmt: skip

    def anchor(self, sender: bytes, institution: str = SCHOOL, size: int = 2) -> None:
        self.add(
            "BatchAnchored", sender, institution=institution, root=DIGEST, size=size,
            manifestDigest=DIGEST,
        )  # fmt: skip

    def revoke(
        self, sender: bytes, acting_for: str = SCHOOL, *, reason: int = 1, root: bytes = DIGEST
    ) -> None:
        self.add(
            "EntryRevoked", sender, institution=SCHOOL, leaf=DIGEST, root=root, reason=reason,
            actingFor=acting_for,
        )  # fmt: skip

    def supersede(self, sender: bytes, acting_for: str = SCHOOL) -> None:
        self.add(
            "EntrySuperseded", sender, institution=SCHOOL, leaf=bytes(32),
            successorInstitution=SCHOOL, successorLeaf=DIGEST, reason=6, actingFor=acting_for,
        )  # fmt: skip

    def retire(self, sender: bytes) -> None:
        self.add("Retired", sender, successor=bytes(20))


@pytest.fixture
def story() -> Story:
    """A registry with an office, two schools, an ISSUER, a REVOKER and one batch."""
    told = Story()
    told.register(STRANGER, ROOT, bytes(32))
    told.grant(STRANGER, CHIEF, ROOT, Role.AUTHORITY)
    told.register(CHIEF, OFFICE, ROOT)
    told.register(CHIEF, SCHOOL, OFFICE)
    told.register(CHIEF, OTHER, OFFICE)
    told.grant(CHIEF, CLERK, OFFICE, Role.AUTHORITY)
    told.grant(CLERK, CLERK, SCHOOL, Role.ISSUER, OFFICE)
    told.grant(CLERK, REVOKER, SCHOOL, Role.REVOKER, OFFICE)
    told.declare(CLERK, SCHOOL, OFFICE)
    told.anchor(CLERK)
    return told


LAWFUL: dict[str, Callable[[Story], None]] = {
    "the REVOKER revokes": lambda told: told.revoke(REVOKER),
    "an AUTHORITY above revokes": lambda told: told.revoke(CHIEF, ROOT),
    "the REVOKER supersedes": lambda told: told.supersede(REVOKER),
    "an AUTHORITY ends a grant": lambda told: told.end(
        CLERK, REVOKER, SCHOOL, Role.REVOKER, OFFICE
    ),
    "the root grants a second AUTHORITY": lambda told: told.grant(
        CHIEF, CLERK, ROOT, Role.AUTHORITY
    ),
    "the root retires": lambda told: told.retire(CHIEF),
    "anyone publishes": lambda told: told.add("ManifestPublished", STRANGER, digest=DIGEST),
}
UNLAWFUL: dict[str, tuple[Callable[[Story], None], str]] = {
    "a stranger registers": (lambda told: told.register(STRANGER, "X", ROOT), "no AUTHORITY"),
    "an office registers beside itself": (
        lambda told: told.register(CLERK, "X", ROOT),
        "no AUTHORITY",
    ),
    "a stranger grants": (
        lambda told: told.grant(STRANGER, STRANGER, SCHOOL, Role.ISSUER),
        "no AUTHORITY",
    ),
    "an office grants to another branch": (
        lambda told: told.grant(CLERK, CLERK, ROOT, Role.ISSUER, OFFICE),
        "does not stand below",
    ),
    "an office makes its own AUTHORITY": (
        lambda told: told.grant(CLERK, STRANGER, OFFICE, Role.AUTHORITY, OFFICE),
        "strictly below",
    ),
    "a grant is dated back": (
        lambda told: told.grant(CHIEF, STRANGER, SCHOOL, Role.ISSUER, start=T),
        "dated back",
    ),
    "a grant is empty": (
        lambda told: told.grant(CHIEF, STRANGER, SCHOOL, Role.ISSUER, until=T),
        "empty",
    ),
    "a grant overlaps": (
        lambda told: told.grant(CHIEF, CLERK, SCHOOL, Role.ISSUER, period=1),
        "overlaps",
    ),
    "an AUTHORITY at the root has an end": (
        lambda told: told.grant(CHIEF, CLERK, ROOT, Role.AUTHORITY, until=T + 10_000),
        "has no end",
    ),
    "a stranger ends a grant": (
        lambda told: told.end(STRANGER, CLERK, SCHOOL, Role.ISSUER),
        "no AUTHORITY",
    ),
    "an end is dated back": (
        lambda told: told.end(CHIEF, CLERK, SCHOOL, Role.ISSUER, until=T + 75),
        "dated back",
    ),
    "the root loses its last AUTHORITY": (
        lambda told: told.end(CHIEF, CHIEF, ROOT, Role.AUTHORITY),
        "last AUTHORITY",
    ),
    "a stranger declares a certificate": (
        lambda told: told.declare(STRANGER, OTHER),
        "no AUTHORITY",
    ),
    "an ISSUER of another school anchors": (
        lambda told: told.anchor(CLERK, OTHER),
        "no ISSUER",
    ),
    "a stranger anchors": (lambda told: told.anchor(STRANGER, OTHER), "no ISSUER"),
    "a stranger revokes": (lambda told: told.revoke(STRANGER), "no AUTHORITY"),
    "a REVOKER acts for the office": (lambda told: told.revoke(REVOKER, OFFICE), "no AUTHORITY"),
    "an ISSUER revokes": (lambda told: told.revoke(CLERK, SCHOOL), "no AUTHORITY"),
    "no reason is given": (lambda told: told.revoke(REVOKER, reason=0), "no reason"),
    "an entry of no batch is revoked": (
        lambda told: told.revoke(REVOKER, root=bytes(32)),
        "not anchored",
    ),
    "a stranger supersedes": (lambda told: told.supersede(STRANGER), "no AUTHORITY"),
    "a stranger retires the registry": (lambda told: told.retire(STRANGER), "at the root"),
}


@pytest.mark.parametrize("act", LAWFUL.values(), ids=LAWFUL.keys())
def test_a_lawful_act_is_not_named(story: Story, act: Callable[[Story], None]) -> None:
    """What the contract allows, the audit allows."""
    act(story)

    assert list(judge_acts(story.state)) == []


@pytest.mark.parametrize(("act", "reason"), UNLAWFUL.values(), ids=UNLAWFUL.keys())
def test_an_unlawful_act_is_named(story: Story, act: Callable[[Story], None], reason: str) -> None:
    """The event, its sender and the rule that it breaks are named."""
    act(story)

    (finding,) = judge_acts(story.state)

    assert reason in finding.message
    assert finding.code is AuditCode.ACT_NOT_ALLOWED
    assert f"event {story.state.history_size} " in finding.message


def test_a_role_held_at_another_moment_does_not_help(story: Story) -> None:
    """After the end of the grant the same account may anchor no more."""
    story.end(CHIEF, CLERK, SCHOOL, Role.ISSUER)
    story.add(
        "BatchAnchored", CLERK, institution=SCHOOL, root=bytes(32), size=1, manifestDigest=DIGEST
    )

    (finding,) = judge_acts(story.state)

    assert "no ISSUER" in finding.message
    assert finding.code is AuditCode.OUT_OF_PERIOD


def test_a_successor_that_was_withdrawn_itself_is_named(story: Story) -> None:
    """Nothing is superseded by an entry that is revoked."""
    story.revoke(REVOKER)
    story.supersede(REVOKER)

    (finding,) = judge_acts(story.state)

    assert "successor" in finding.message


@pytest.mark.parametrize(
    "act",
    [
        lambda told: told.anchor(CLERK, SCHOOL, 1),
        lambda told: told.register(CHIEF, "X", ROOT),
        lambda told: told.declare(CHIEF, OTHER),
        lambda told: told.grant(CHIEF, STRANGER, SCHOOL, Role.ISSUER),
    ],
)
def test_a_retired_registry_takes_nothing_new(act: Callable[[Story], None]) -> None:
    """Anchoring, registering, declaring and granting end with the registry."""
    told = Story()
    told.register(STRANGER, ROOT, bytes(32))
    told.grant(STRANGER, CHIEF, ROOT, Role.AUTHORITY)
    for institution, parent in ((SCHOOL, ROOT), (OTHER, ROOT)):
        told.register(CHIEF, institution, parent)
    told.grant(CHIEF, CLERK, SCHOOL, Role.ISSUER)
    told.retire(CHIEF)
    act(told)

    (finding,) = judge_acts(told.state)

    assert "retired" in finding.message


def test_a_registry_that_begins_otherwise_is_named() -> None:
    """The deployment's two events are the root and its AUTHORITY, nothing else."""
    told = Story()
    told.register(STRANGER, ROOT, bytes(32))
    told.grant(STRANGER, CHIEF, ROOT, Role.ISSUER)

    (finding,) = judge_acts(told.state)

    assert "begins with its root institution" in finding.message


def test_the_moment_of_the_compromise_counts_along(story: Story) -> None:
    """What the account did in that very second is not believed; the second before is."""
    act = next(event for event in story.state.history if event.name == "BatchAnchored")

    (finding,) = judge_compromised(story.state, {CLERK: act.time})

    assert finding.code is AuditCode.AFTER_COMPROMISE
    assert finding.subject["event"] == act.sequence
    assert list(judge_compromised(story.state, {CLERK: act.time + 1})) == []
