"""
The verifier's fold against the contract itself, over histories drawn at random.

Whatever the contract lets somebody do must fold: else one account could make the whole registry
unverifiable. And what the fold says must be what the contract's views say, at any moment.
"""

import tempfile
from hashlib import sha256
from pathlib import Path

from eth_abi.abi import decode, encode
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.transcript_service.issuance.conftest import fixed_clock
from tests.transcript_service.issuance.test_registry_calls import anchored_entries
from transcript_service.issuance import registry_calls as calls
from transcript_service.issuance.accounts import Account
from transcript_service.issuance.anchor import RegistryWriter, deploy_registry
from transcript_service.issuance.embedded_chain import CHAIN_ID, EmbeddedChain
from transcript_service.issuance.registry_reverts import RegistryRefused
from verifier.institution import institution_to_bytes32
from verifier.registry_events import OPEN_END, Role, Use
from verifier.registry_file import Block, parse_state, state_to_json
from verifier.registry_logs import read_logs
from verifier.registry_state import RegistryState, apply_event, empty_state

ROOT, SCHOOL = "VN-000", "VN-000-THCS-HOA-PHUONG"
INSTITUTIONS = (ROOT, "SO", SCHOOL, "-._")
ACCOUNTS = tuple(Account(bytes([number]) * 32) for number in (1, 2, 3))
IDENTITIES = tuple(sha256(bytes([number])).digest() for number in (1, 2))
ENTRIES = {version: anchored_entries(version) for version in (1, 2, 3)}
NOW = int(fixed_clock().timestamp())
STARTS = (0, 0, 0, NOW + 3, NOW + 60, NOW + 90, 2**53 - 1, 2**63)
ENDS = (0, 0, 0, NOW + 50, NOW + 70, NOW + 91, 2**53, 2**64 - 2, OPEN_END)
TEXTS = (b"", "Trường Trung học cơ sở".encode(), b"\xff\xfe\x00", b"x" * 100, b'"\\\n')


class History:
    """A chain on which somebody acts, and the registry there."""

    def __init__(self, directory: Path) -> None:
        self.chain = EmbeddedChain(directory / "chain.sqlite3", create=True, clock=fixed_clock)
        self.deployment = deploy_registry(
            self.chain, CHAIN_ID, ACCOUNTS[0], root_institution=ROOT, name="Bộ"
        )
        self.writer = RegistryWriter(self.chain, CHAIN_ID, self.deployment.address)

    def act(self, account: Account, calldata: bytes) -> bool:
        """Send a call; tell whether the contract took it."""
        try:
            self.writer.execute(account, calldata)
        except RegistryRefused as refused:
            if refused.name in ("", "Panic", "Error"):
                raise
            return False
        return True

    def view(self, signature: str, outputs: list[str], *arguments: object) -> tuple[object, ...]:
        """Ask one of the contract's views."""
        call = {
            "to": "0x" + self.deployment.address.hex(),
            "data": "0x" + calls._calldata(signature, *arguments).hex(),
        }
        return decode(outputs, bytes.fromhex(self.chain.call("eth_call", [call])[2:]))

    def fold(self) -> RegistryState:
        """Fold all events as the verifier does."""
        state = empty_state(CHAIN_ID, self.deployment.address, ROOT)
        head = int(self.chain.call("eth_blockNumber", []), 16)
        for log in read_logs(self.chain, self.deployment.address, 1, head):
            state = apply_event(state, log.event)
        return state


def _register(acting_for: str, parent: str, institution: str, name: bytes) -> bytes:
    """Register with a name that need not be text."""
    codes = [institution_to_bytes32(code) for code in (acting_for, parent, institution)]
    selector = calls.registry_interface()["selectors"][
        "registerInstitution(bytes32,bytes32,bytes32,string,string)"
    ]
    types = ["bytes32", "bytes32", "bytes32", "bytes", "bytes"]
    return bytes.fromhex(selector[2:]) + encode(types, [*codes, name, name])


institutions = st.sampled_from(("SO", SCHOOL, *INSTITUTIONS))
starts, ends = st.sampled_from(STARTS), st.sampled_from(ENDS)
# The root and its holder more often, so that much of what is drawn is allowed.
ancestors = st.sampled_from((ROOT,) * 12 + INSTITUTIONS[1:])
accounts = st.sampled_from((ACCOUNTS[0],) * 10 + ACCOUNTS[1:])
identities = st.sampled_from(IDENTITIES)
periods = st.sampled_from((0, 0, 0, 1, 2))
entries = st.sampled_from([entry for batch in ENTRIES.values() for entry in batch])
reasons = st.integers(0, 255)

act = st.one_of(
    st.builds(_register, ancestors, institutions, institutions, st.sampled_from(TEXTS)),
    st.builds(
        lambda institution, account, role, acting_for, start, end: calls.grant(
            institution, account.address, role, acting_for=acting_for, start=start, end=end
        ),
        *(institutions, accounts, st.sampled_from(Role), ancestors, starts, ends),
    ),
    st.builds(
        lambda institution, account, role, acting_for, period, end: calls.end_grant(
            institution, account.address, role, acting_for=acting_for, period=period, end=end
        ),
        *(institutions, accounts, st.sampled_from(Role), ancestors, periods, ends),
    ),
    st.builds(
        lambda institution, identity, use, acting_for, start, end: calls.declare_certificate(
            institution, identity, use, acting_for=acting_for, start=start, end=end
        ),
        *(institutions, identities, st.sampled_from(Use), ancestors, starts, ends),
    ),
    st.builds(
        lambda institution, identity, use, acting_for, period, end: calls.end_certificate(
            institution, identity, use, acting_for=acting_for, period=period, end=end
        ),
        *(institutions, identities, st.sampled_from(Use), ancestors, periods, ends),
    ),
    st.builds(
        lambda version, size: calls.anchor_batch(SCHOOL, ENTRIES[version][0].root, size, b""),
        *(st.sampled_from([1, 2, 3]), st.sampled_from([3, 3, 3, 1, 2**53, OPEN_END])),
    ),
    st.builds(
        lambda entry, reason, acting_for: calls.revoke_entry(entry, reason, acting_for=acting_for),
        *(entries, reasons, ancestors),
    ),
    st.builds(
        lambda number, versions, reason, acting_for: calls.supersede_entry(
            calls.Supersession(
                predecessor=ENTRIES[versions[0]][number],
                successor=ENTRIES[versions[1]][number],
                reason=reason,
            ),
            acting_for=acting_for,
        ),
        *(st.integers(0, 2), st.sampled_from([(1, 2), (1, 2), (2, 3), (1, 3), (2, 1)])),
        *(reasons, ancestors),
    ),
    st.builds(calls.publish_manifest, st.binary(max_size=40)),
)
histories = st.lists(st.tuples(accounts, act), min_size=12, max_size=30)


def furnish(history: History) -> None:
    """Give the histories ground on which more than refusals can grow."""
    first = ACCOUNTS[0]
    for call in (
        _register(ROOT, ROOT, "SO", b"S"),
        _register(ROOT, "SO", SCHOOL, b"T"),
        calls.grant(SCHOOL, first.address, Role.ISSUER, acting_for=ROOT),
        calls.grant(SCHOOL, ACCOUNTS[2].address, Role.REVOKER, acting_for=ROOT),
        calls.grant("SO", ACCOUNTS[1].address, Role.AUTHORITY, acting_for=ROOT),
        calls.declare_certificate(SCHOOL, IDENTITIES[0], Use.SEAL, acting_for=ROOT),
        calls.anchor_batch(SCHOOL, ENTRIES[1][0].root, 3, b"m"),
        calls.anchor_batch(SCHOOL, ENTRIES[2][0].root, 3, b"m"),
    ):
        assert history.act(first, call)


@settings(max_examples=6, phases=(Phase.explicit, Phase.generate))
@given(drawn=histories, retire_at=st.none() | st.integers(15, 60))
def test_every_history_that_the_contract_allows_folds_to_what_its_views_say(drawn, retire_at):
    """Extreme times, texts that are no text, unknown reason codes: all must fold and be written."""
    with tempfile.TemporaryDirectory() as directory:
        history = History(Path(directory))
        furnish(history)
        for number, (account, calldata) in enumerate(drawn):
            if number == retire_at:
                history.act(ACCOUNTS[0], calls.retire(ROOT, b"\x22" * 20))
            history.act(account, calldata)

        state = history.fold()

        compare(history, state)
        written = state_to_json(state, Block(number=99, digest=b"\x01" * 32, time=2**40))
        assert state_to_json(*parse_state(written)) == written
        history.chain.close()


def compare(history: History, state: RegistryState) -> None:
    """Ask the contract whatever the state can be asked."""
    head, size = (
        history.view("historyHead()", ["bytes32"])[0],
        history.view("historySize()", ["uint256"])[0],
    )
    assert (state.history_head, state.history_size) == (head, size)
    moments = {0, NOW, NOW + 20, 2**53, OPEN_END - 1, OPEN_END}
    moments |= {time + step for time in STARTS[3:6] + ENDS[3:6] for step in (-1, 0, 1)}
    for institution in INSTITUTIONS:
        code = institution_to_bytes32(institution)
        for ancestor in INSTITUTIONS:
            within = history.view(
                "isWithin(bytes32,bytes32)", ["bool"], institution_to_bytes32(ancestor), code
            )
            assert within == (state.is_within(ancestor, institution),)
        _compare_periods(history, state, institution, moments)
    for entry in (entry for batch in ENTRIES.values() for entry in batch):
        _compare_entry(history, state, entry)


def _compare_periods(
    history: History, state: RegistryState, institution: str, moments: set[int]
) -> None:
    code, spans = institution_to_bytes32(institution), ["(uint64,uint64)[]"]
    for account in ACCOUNTS:
        for role in Role:
            (found,) = history.view(
                *("grantPeriods(address,bytes32,uint8)", spans),
                *("0x" + account.address.hex(), code, int(role)),
            )
            for moment in moments:
                held = any(start <= moment < until for start, until in found)
                assert state.was_granted(account.address, institution, role, moment) == held
    for identity in IDENTITIES:
        for use in Use:
            (found,) = history.view(
                *("certificatePeriods(bytes32,bytes32,uint8)", spans), identity, code, int(use)
            )
            for moment in moments:
                held = any(start <= moment < until for start, until in found)
                assert state.was_declared(identity, institution, use, moment) == held


def _compare_entry(history: History, state: RegistryState, entry: calls.Entry) -> None:
    code = institution_to_bytes32(SCHOOL)
    size, time = history.view("batches(bytes32,bytes32)", ["uint64", "uint64"], code, entry.root)
    batch = state.batch(SCHOOL, entry.root)
    assert (batch.size, batch.time) == (size, time) if batch else (size, time) == (0, 0)
    (leaf,) = history.view(f"leafHash({calls._ENTRY})", ["bytes32"], calls._entry(entry))
    status, reason, _time, successor = history.view(
        "statusOf(bytes32,bytes32)", ["uint8", "uint8", "uint64", "bytes32"], code, leaf
    )
    record = state.status(SCHOOL, leaf)
    assert (record is None) == (status == 0)
    if record is not None:
        assert record.reason == reason
        assert (record.successor_leaf or bytes(32)) == successor
