"""What the API answers to those who ask as it is meant."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.transcript_service.routes.conftest import Api

PDF = {"Content-Type": "application/pdf"}


def test_a_pdf_gets_the_report_of_the_command_line(api: Api) -> None:
    """The service's own receipts are its evidence; no folder of its machine is named."""
    answer = api.client.post("/v1/verifications", content=api.pdf(), headers=PDF)

    report = answer.json()
    assert answer.status_code == 200
    assert (report["format"], report["verdict"]) == ("hocba/report/1", "TOTAL-PASSED")
    assert report["document_digest"] == api.digest()
    assert report["anchor"]["source"] == "a.receipt.json"
    assert str(api.receipts) not in answer.text
    assert "Minh An" not in answer.text


def test_an_altered_pdf_fails(api: Api) -> None:
    """As everywhere."""
    altered = api.pdf().replace(b"%%EOF", b"%%EOG", 1)

    answer = api.client.post("/v1/verifications", content=altered, headers=PDF)

    assert answer.status_code == 200
    assert answer.json()["verdict"] == "TOTAL-FAILED"


def test_a_form_brings_a_pdf_and_its_receipt(api: Api) -> None:
    """What a person has beside the file; a false receipt counts as absent."""
    receipt = (api.receipts / "a.receipt.json").read_bytes()
    files = {"file": ("x.pdf", api.pdf(), "application/pdf"), "receipt": ("y", receipt)}

    good = api.client.post("/v1/verifications", files=files)
    files["receipt"] = ("y", b"{}")
    bad = api.client.post("/v1/verifications", files=files)

    assert good.json()["verdict"] == bad.json()["verdict"] == "TOTAL-PASSED"
    assert good.json()["anchor"]["source"] == "document.receipt.json"
    assert any("document.receipt.json" in note for note in bad.json()["notes"])
    assert "/tmp" not in good.text + bad.text


def test_digests_are_answered_in_their_order(api: Api) -> None:
    """Anchored, revoked, unknown, and one asked twice; never better than INDETERMINATE."""
    asked = [api.digest("c"), api.digest("a"), "0x" + "00" * 32, api.digest("a")]

    answer = api.client.post("/v1/verifications", json={"digests": asked})

    told = answer.json()["answers"]
    assert [one["document_digest"] for one in told] == asked
    assert [(one["verdict"], one["sub_reason"], one["status"]) for one in told] == [
        ("TOTAL-FAILED", "REVOKED", "REVOKED"),
        ("INDETERMINATE", "SIGNATURES_NOT_CHECKED", "CURRENT"),
        ("INDETERMINATE", "NO_RECEIPT", None),
        ("INDETERMINATE", "SIGNATURES_NOT_CHECKED", "CURRENT"),
    ]


def test_a_digest_shows_nothing_but_what_the_registry_says(api: Api) -> None:
    """No transcript code, no series, no name of a file: who has a digest has no document."""
    answer = api.client.get(f"/v1/documents/{api.digest()}")

    receipt = json.loads((api.receipts / "a.receipt.json").read_bytes())
    assert answer.json()["institution"] == receipt["institution"]
    assert answer.json()["anchored_at"].startswith("2026-06-01T08:00:")
    assert receipt["series_id"] not in answer.text
    assert "receipt" not in answer.text
    assert "HB-" not in answer.text


def test_a_receipt_leaves_as_it_left_the_school(api: Api) -> None:
    """Byte for byte, by the digest of its document."""
    answer = api.client.get(f"/v1/receipts/{api.digest('b')}")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.content == (api.receipts / "b.receipt.json").read_bytes()


def test_a_manifest_leaves_as_it_was_anchored(api: Api) -> None:
    """Byte for byte, by its root."""
    root = "0x" + api.office.documents["a"].manifest.root.hex()

    answer = api.client.get(f"/v1/manifests/{root}")

    assert answer.content == (api.office.manifests / f"{root}.manifest.json").read_bytes()


@pytest.mark.parametrize("what", ["receipts", "manifests"])
def test_what_the_service_does_not_have_is_a_problem(api: Api, what: str) -> None:
    """404 as RFC 9457 has it."""
    answer = api.client.get(f"/v1/{what}/0x{'00' * 32}")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:hocba:problem:not-found"


def test_health_says_that_all_is_well(api: Api) -> None:
    """The registry was read, and when."""
    told = api.client.get("/v1/health").json()

    assert told["status"] == "ok"
    assert told["registry"]["as_of_block"] > 0
    assert told["registry"]["problem"] is None
    assert told["receipts"] == 3


@pytest.mark.parametrize(
    ("wish", "title", "language"),
    [
        ("en-GB,vi;q=0.5", "Nothing here", "en"),
        ("fr, vi", "Không có ở đây", "vi"),
        ("*", "Không có ở đây", "vi"),
        ("en;q=zero", "Không có ở đây", "vi"),
    ],
)
def test_problems_speak_the_language_that_is_wished(
    api: Api, wish: str, title: str, language: str
) -> None:
    """Vietnamese where no wish can be met."""
    answer = api.client.get("/nowhere", headers={"Accept-Language": wish})

    assert answer.json()["title"] == title
    assert answer.headers["content-language"] == language


def test_requests_at_once_speak_each_its_own_language(api: Api) -> None:
    """Reports too, which other processes write."""

    def ask(language: str) -> str:
        headers = {**PDF, "Accept-Language": language}
        answer = api.client.post("/v1/verifications", content=b"broken", headers=headers)
        return next(one["message"] for one in answer.json()["checks"] if one["number"] == 2)

    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(ask, ["en", "vi"] * 4))

    assert len(set(told[::2])) == len(set(told[1::2])) == 1
    assert told[0] != told[1]


def test_every_answer_carries_the_headers_of_caution(api: Api) -> None:
    """Also errors; and never a cookie."""
    for path in ("/v1/health", "/nowhere", "/openapi.json"):
        headers = api.client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "set-cookie" not in headers


def test_openapi_tells_of_every_route_with_its_problems(api: Api) -> None:
    """Version 3.1; every route names 429 and 500 but health, which nobody counts."""
    told = api.client.get("/openapi.json").json()

    assert told["openapi"].startswith("3.1")
    assert set(told["paths"]) == {
        "/v1/verifications",
        "/v1/documents/{digest}",
        "/v1/receipts/{digest}",
        "/v1/manifests/{root}",
        "/v1/health",
    }
    for path, methods in told["paths"].items():
        for route in methods.values():
            assert ("429" in route["responses"]) == (path != "/v1/health")
