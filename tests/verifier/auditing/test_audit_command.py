"""`audit` on the command line: without a policy, from a mirror, offline, its reports and bar."""

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.verifier.auditing.comparing import found, manifest_file
from tests.verifier.registry.world import CLASS, ISSUER, SEAL, SECOND_CLASS, World, manifest_of
from transcript_service.issuance.chain_server import serving
from transcript_service.issuance.embedded_chain import open_rpc
from verifier.audit_progress import TerminalProgress, progress_on
from verifier.cli import main


def test_a_node_and_an_address_are_enough(say, world: World) -> None:
    """No policy: the pins are the node's own word, and the report names them."""
    chain = world.directory / "chain.sqlite3"
    address = world.deployment.address.hex()

    with_block = say(
        "--rpc", f"embedded:{chain}", "--registry", f"0x{address}", "--deployment-block",
        world.deployment.block_number, policy=False,
    )  # fmt: skip
    without = say("--rpc", f"embedded:{chain}", "--registry", address, policy=False)

    for code, report in (with_block, without):
        assert code == 0
        assert report["batches_rebuilt"] == 3
        assert found(report) == ["SKIPPED"]
        assert "88001" in report["findings"][0]["message"]
    assert world.deployment.block_hash.hex() in with_block[1]["findings"][0]["message"]


def test_an_address_without_registry_could_not_be_looked_at(say, world: World) -> None:
    """Nothing stands there; no block of that number."""
    chain = f"embedded:{world.directory / 'chain.sqlite3'}"

    nothing = say("--rpc", chain, "--registry", "11" * 20, policy=False)
    no_block = say(
        "--rpc", chain, "--registry", "11" * 20, "--deployment-block", 9_999, policy=False
    )

    assert (nothing[0], nothing[1]["sub_reason"]) == (4, "OTHER_CHAIN")
    assert (no_block[0], no_block[1]["sub_reason"]) == (4, "REGISTRY_UNAVAILABLE")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--registry", "11" * 20),
        ("--rpc", "http://127.0.0.1:1"),
        ("--registry", "11" * 19, "--rpc", "http://127.0.0.1:1"),
        ("--registry", "11" * 20, "--rpc", "http://x", "--rpc", "http://x/"),
        ("--compromised", "11" * 20, "--policy", "POLICY"),
        ("--compromised", "11" * 20 + "=yesterday", "--policy", "POLICY"),
        ("--compromised", "11=2026-01-01", "--policy", "POLICY"),
        ("--report", "report.pdf", "--policy", "POLICY"),
        ("--report", "report.html", "--policy", "POLICY"),
        ("--offline", "--rpc", "http://127.0.0.1:1", "--policy", "POLICY"),
        ("--offline", "--mirror", "http://127.0.0.1:1", "--policy", "POLICY"),
        ("--offline", "--registry", "11" * 20, "--rpc", "http://127.0.0.1:1"),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(world: World, arguments: tuple[str, ...]) -> None:
    """Exit 2, before anything is read."""
    given = [str(world.policy_path) if one == "POLICY" else one for one in arguments]
    try:
        code = main(["audit", *given], open_rpc=open_rpc)
    except SystemExit as ended:
        code = int(str(ended.code))

    assert code == 2


def test_acts_after_a_compromise_are_named(say, world: World) -> None:
    """By the account's word or the certificate's, each from its moment on."""
    times = [batch.time for batch in world.view().state.batches.values()]
    account = say("--compromised", f"0x{ISSUER.address.hex()}=2026-01-01T00:00:00Z")
    certificate = say("--compromised", f"{SEAL.hex()}=2026-01-01")
    later = say("--compromised", f"{SEAL.hex()}=2026-12-31T00:00:00+07:00")

    assert len(times) == 3
    assert account[0] == certificate[0] == 3
    assert set(found(account[1])) == set(found(certificate[1])) == {"AFTER_COMPROMISE"}
    assert len(found(certificate[1])) == 3
    assert later == (0, later[1])
    (first, *_rest) = certificate[1]["findings"]
    assert first["subject"]["identity"] == "0x" + SEAL.hex()
    assert len(first["subject"]["transaction_hash"]) == 66


def test_a_finding_names_where_it_stands_on_chain(say, world: World) -> None:
    """Transaction, block, time, root and place of the leaf, and what to run."""
    (world.archive / CLASS[2].name).unlink()

    code, report = say("--archive", world.archive)

    (finding,) = report["findings"]
    subject = finding["subject"]
    event = next(one for one in world.view().state.history if one.name == "BatchAnchored")
    assert code == 3
    assert subject["transaction_hash"] == "0x" + event.transaction_hash.hex()
    assert subject["block_number"] == event.block_number
    assert subject["event_time"].startswith("2026-06-01T")
    assert subject["root"] == "0x" + manifest_of(CLASS).root.hex()
    assert subject["leaf_index"] == 2
    assert subject["document_digest"] == "0x" + CLASS[2].entry().document_digest.hex()
    assert [line.split()[0] for line in finding["recheck"]] == [
        "curl", "sha256sum", "jq", "hocba-verify",
    ]  # fmt: skip


def test_the_report_counts_months_and_institutions(say) -> None:
    """What the page shows as charts."""
    report = say()[1]

    (month,) = report["months"]
    (institution,) = report["institutions"]
    assert {**month, "acts": 0} == {
        "month": "2026-06", "batches": 3, "entries": 9, "superseded": 1, "revoked": 1, "acts": 0,
    }  # fmt: skip
    assert (institution["institution"], institution["entries"]) == ("VN-000-THCS-HOA-PHUONG", 9)
    assert report["registry"]["registered_institutions"] == 2


class Mirror(HTTPServer):
    """Serves a folder of manifests, with lies."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Answers)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/mirror"


class _Answers(BaseHTTPRequestHandler):
    server: Mirror

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        data = self.server.files.get(self.path)
        self.send_response(404 if data is None else 200)
        self.end_headers()
        self.wfile.write(data or b"")

    def log_message(self, *_parts: object) -> None:
        pass


@pytest.fixture
def mirror(world: World) -> Iterator[Mirror]:
    path = manifest_file(world, SECOND_CLASS)
    server = Mirror({f"/mirror/{path.name}": path.read_bytes()})
    path.unlink()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_mirror_gives_what_is_nowhere_else(say, mirror: Mirror) -> None:
    """Only what is neither in the folder nor on chain is asked for."""
    assert say()[0] == 4
    assert say("--mirror", mirror.url) == (0, say("--mirror", mirror.url + "/")[1])
    template = mirror.url + "/{root}.manifest.json"
    assert say("--mirror", template)[0] == 0
    assert set(mirror.asked) == set(mirror.files)


def test_a_false_mirror_deceives_nobody(say, mirror: Mirror) -> None:
    """Other bytes, nothing, nobody there: withheld, and named."""
    (name,) = mirror.files
    mirror.files[name] += b" "
    false = say("--mirror", mirror.url)
    mirror.files.clear()
    nothing = say("--mirror", mirror.url)
    nobody = say("--mirror", "http://127.0.0.1:1/")
    no_url = say("--mirror", "ftp://x")

    for code, report in (false, nothing, nobody, no_url):
        assert code == 4
        assert found(report) == ["SKIPPED", "MANIFEST_WITHHELD"]
    assert "another digest" in false[1]["findings"][0]["message"]
    assert "HTTP 404" in nothing[1]["findings"][0]["message"]


def test_manifests_may_lie_in_several_folders(say, world: World, tmp_path: Path) -> None:
    """The school's own, and somebody's mirror of it."""
    other = tmp_path / "other"
    other.mkdir()
    path = manifest_file(world, SECOND_CLASS)
    path.rename(other / path.name)

    assert say("--manifests", other)[0] == 0


def test_a_node_over_http_is_replayed_without_a_policy(say, world: World) -> None:
    """What an auditor has of a network: an address of a node, and one of a contract."""
    from transcript_service.issuance.embedded_chain import EmbeddedChain

    with (
        EmbeddedChain(world.directory / "chain.sqlite3", chain_id=None, read_only=True) as chain,
        serving(chain) as url,
    ):
        code, report = say("--rpc", url, "--registry", world.deployment.address.hex(), policy=False)

    assert code == 0
    assert report["registry"]["source"].rstrip("/") == url.rstrip("/")


def test_offline_without_a_snapshot_could_not_look(say) -> None:
    """Nobody may be asked, and nothing is at hand."""
    code, report = say("--offline")

    assert (code, report["sub_reason"]) == (4, "REGISTRY_UNAVAILABLE")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_is_shown_on_a_terminal_only() -> None:
    """One line, written over, wiped out at the end; elsewhere nothing at all."""
    terminal = Terminal()
    progress = TerminalProgress(terminal)
    progress("documents", 0, 4)
    progress("documents", 1, 4)
    progress("documents", 4, 4)
    progress.wipe()

    assert progress_on(io.StringIO()) is None
    assert isinstance(progress_on(terminal), TerminalProgress)
    lines = terminal.getvalue().split("\r")
    assert [line.count("█") for line in lines] == [0, 0, 24, 0]
    assert terminal.getvalue().endswith("\r\x1b[K")
    assert "\n" not in terminal.getvalue()


def test_a_bar_of_unknown_length_counts() -> None:
    """An archive is not counted beforehand."""
    terminal = Terminal()
    TerminalProgress(terminal)("documents", 1234, 0)

    assert "1,234" in terminal.getvalue()
    assert "█" not in terminal.getvalue()
    TerminalProgress(quiet := Terminal()).wipe()
    assert quiet.getvalue() == ""
