"""What the API answers while its parts are away, and to those who ask too much."""

import json
import shutil
import threading
from datetime import timedelta
from pathlib import Path

from starlette.testclient import TestClient

from tests.transcript_service.routes.conftest import options_of
from tests.transcript_service.routes.test_hostile import PDF, problem_of
from tests.verifier.issued import NOW, Office
from transcript_service.app import create_app
from transcript_service.issuance.embedded_chain import open_rpc
from transcript_service.routes.rates import parse_rate
from verifier.rpc import Rpc


def app_of(office: Office, receipts: Path, **others: object) -> TestClient:
    """Another application over the same office."""
    rate = others.pop("rate", None)
    clock = others.pop("clock", lambda: NOW)
    ask = others.pop("open_rpc", open_rpc)
    options = options_of(office, receipts, refresh_s=3600, processes=1, **others)
    return TestClient(create_app(options, open_rpc=ask, clock=clock, rate=rate))


def test_who_asks_too_often_waits(office_with_receipts: tuple[Office, Path]) -> None:
    """429 with the seconds to wait; health is not counted."""
    with app_of(*office_with_receipts, rate=parse_rate("2/minute")) as client:
        answers = [client.get(f"/v1/documents/0x{'00' * 32}") for _n in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert problem_of(answers[2]) == (429, "too-many-requests")
        assert 1 <= int(answers[2].headers["retry-after"]) <= 60
        assert client.get("/v1/health").status_code == 200


def test_many_digests_count_as_many_requests(office_with_receipts: tuple[Office, Path]) -> None:
    """A great question may be asked at any rate, but not again at once."""
    asked = {"digests": [f"0x{number:064x}" for number in range(1000)]}
    with app_of(*office_with_receipts, rate=parse_rate("4/minute")) as client:
        answers = [client.post("/v1/verifications", json=asked) for _n in range(2)]

        assert [answer.status_code for answer in answers] == [200, 429]


def test_without_a_node_answers_are_undecided_once_the_registry_is_too_old(
    office_with_receipts: tuple[Office, Path], tmp_path: Path
) -> None:
    """First the last reading is used, and health says that it is old; never a 500."""
    made, receipts = office_with_receipts
    office = made.copy(tmp_path / "office")
    now = NOW
    with app_of(office, receipts, clock=lambda: now, greatest_age_s=900) as client:
        keeper = client.app.state.keeper
        path = f"/v1/documents/0x{office.documents['a'].entry.document_digest.hex()}"
        shutil.move(office.chain_path, tmp_path / "away")
        now += timedelta(seconds=600)
        keeper.refresh()
        used, told = client.get(path).json(), client.get("/v1/health").json()
        now += timedelta(seconds=600)
        keeper.refresh()
        too_old = client.get(path).json()
        sent = client.post(
            "/v1/verifications", content=office.documents["a"].pdf, headers=PDF
        ).json()
        shutil.move(tmp_path / "away", office.chain_path)
        keeper.refresh()

        assert (used["status"], told["status"]) == ("CURRENT", "degraded")
        assert told["registry"]["age_s"] == 600
        assert too_old["sub_reason"] == sent["sub_reason"] == "REGISTRY_UNAVAILABLE"
        assert sent["verdict"] == "INDETERMINATE"
        assert str(tmp_path) not in json.dumps(sent)
        assert client.get("/v1/health").json()["status"] == "ok"
        assert client.get(path).json()["status"] == "CURRENT"


def test_a_node_that_never_answers_keeps_no_registry_in_use(
    office_with_receipts: tuple[Office, Path],
) -> None:
    """The age is bounded although the reading that hangs cannot be ended."""
    office, receipts = office_with_receipts
    now, asked, answered = NOW, threading.Event(), threading.Event()

    def slow_rpc(address: str, directory: Path) -> Rpc:
        if now > NOW:
            asked.set()
            answered.wait(60)
        return open_rpc(address, directory)

    with app_of(office, receipts, clock=lambda: now, open_rpc=slow_rpc) as client:
        keeper = client.app.state.keeper
        now += timedelta(seconds=600)
        keeper.tick()
        assert asked.wait(60)
        young = client.get("/v1/health").json()
        now += timedelta(seconds=600)
        keeper.tick()
        old = client.get("/v1/health").json()
        answered.set()

    assert young["registry"]["as_of_block"] is not None
    assert old["registry"] == {
        "as_of_block": None,
        "age_s": 1200,
        "problem": "REGISTRY_UNAVAILABLE",
    }
    assert old["status"] == "degraded"


def test_a_refresh_while_files_wait_loses_none(
    office_with_receipts: tuple[Office, Path], tmp_path: Path
) -> None:
    """Those that wait go to the processes of the new reading."""
    made, receipts = office_with_receipts
    office = made.copy(tmp_path / "office")
    with app_of(office, receipts) as client:
        keeper, answers = client.app.state.keeper, []

        def ask() -> None:
            answers.append(
                client.post("/v1/verifications", content=office.documents["a"].pdf, headers=PDF)
            )

        threads = [threading.Thread(target=ask) for _n in range(3)]
        for thread in threads:
            thread.start()
        office.revoke("b")
        keeper.refresh()
        for thread in threads:
            thread.join()

        assert {answer.json()["verdict"] for answer in answers} == {"TOTAL-PASSED"}
