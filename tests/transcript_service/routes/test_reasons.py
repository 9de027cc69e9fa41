"""What the API says of a request that it refuses: reason and place, nothing of what came."""

import json

import pytest

from tests.transcript_service.routes.conftest import Api
from tests.transcript_service.routes.test_hostile import PDF
from transcript_service.routes import bodies
from verifier.checks import GREATEST_FILE_BYTES
from verifier.errors import SubReason
from verifier.messages import use_language

GOOD = "0x" + "0" * 64


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b'{"digests": [', "not JSON"),
        (b"[]", "JSON object"),
        (b"{}", "key digests is missing"),
        (b'{"digests": "all"}', "digests is no list"),
        (b'{"digests": []}', "digests is empty"),
        (json.dumps({"digests": [GOOD], "secret": 1}).encode(), "digests only"),
        (json.dumps({"digests": [GOOD] * 10_001}).encode(), "at most 10000"),
        (json.dumps({"digests": [GOOD, GOOD, "0xsecret"]}).encode(), "digests[2]"),
        (json.dumps({"digests": [GOOD, 7]}).encode(), "digests[1]"),
    ],
)
def test_a_refused_question_is_told_why_and_where(api: Api, body: bytes, words: str) -> None:
    """For each way of asking wrongly."""
    headers = {"Content-Type": "application/json"}

    answer = api.client.post("/v1/verifications", content=body, headers=headers)

    assert answer.status_code == 422
    assert words in answer.json()["detail"]
    assert "secret" not in answer.text


def test_a_malformed_digest_in_an_address_is_named_by_its_place(api: Api) -> None:
    """And how it should look."""
    asked = {"documents": "digest", "receipts": "digest", "manifests": "root"}
    for what, place in asked.items():
        detail = api.client.get(f"/v1/{what}/nonsense").json()["detail"]
        assert detail.startswith(f"{place}: ")
        assert "64 lower-case hexadecimal digits" in detail


@pytest.mark.parametrize(
    ("kind", "most"),
    [
        ("application/pdf", GREATEST_FILE_BYTES),
        ("application/json", bodies.MOST_JSON_BYTES),
        ("multipart/form-data; boundary=x", bodies.MOST_FORM_BYTES),
    ],
)
def test_what_is_too_large_is_told_how_much_may_be_sent(api: Api, kind: str, most: int) -> None:
    """By its kind."""
    headers = {**PDF, "Content-Type": kind, "Content-Length": str(most + 1)}

    answer = api.client.post("/v1/verifications", content=b"x", headers=headers)

    assert answer.status_code == 413
    assert f"{most} bytes" in answer.json()["detail"]


def test_a_form_without_file_is_told_which_parts_it_takes(api: Api) -> None:
    """By their names."""
    answer = api.client.post("/v1/verifications", files={"secret": b"x"})

    assert answer.status_code == 422
    assert "file" in answer.json()["detail"]
    assert "secret" not in answer.text


def test_no_advice_to_clients_names_options_of_a_command() -> None:
    """They have none."""
    from transcript_service.routes.lookups import advice_for_clients

    for language in ("vi", "en"):
        use_language(language)
        for sub_reason in SubReason:
            assert advice_for_clients(sub_reason)
            assert "--" not in advice_for_clients(sub_reason)
