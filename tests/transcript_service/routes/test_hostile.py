"""What the API answers to those who mean it ill, and while its parts are away."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.transcript_service.routes.conftest import Api
from transcript_service.routes import bodies, lookups, version_1
from verifier.checks import GREATEST_FILE_BYTES

PDF = {"Content-Type": "application/pdf"}


def problem_of(answer: object) -> tuple[int, str]:
    """Status and name; the answer must be problem details."""
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert set(body) == {"type", "title", "status", "detail"}
    assert body["status"] == answer.status_code
    return answer.status_code, body["type"].removeprefix("urn:hocba:problem:")


@pytest.mark.parametrize("declared", ["52428801", "9" * 5000, "-1", "1e9", "²"])
def test_a_length_that_is_too_much_or_no_number_is_refused_unread(api: Api, declared: str) -> None:
    """Whatever follows."""
    headers = {**PDF, "Content-Length": declared.encode()}

    answer = api.client.post("/v1/verifications", content=b"x", headers=headers)

    assert problem_of(answer) == (413, "too-large")


def test_an_endless_body_is_cut_off(api: Api) -> None:
    """No more is read than allowed, also when no length was told."""
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 1_000_000

    async def ask() -> int:
        body = endless()
        messages: list[dict[str, object]] = []
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/v1/verifications",
            "raw_path": b"/v1/verifications",
            "query_string": b"",
            "headers": [(b"content-type", b"application/pdf")],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "scheme": "http",
            "http_version": "1.1",
            "root_path": "",
        }

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": next(body), "more_body": True}

        async def send(message: dict[str, object]) -> None:
            messages.append(message)

        await api.app(scope, receive, send)
        return messages[0]["status"]

    assert asyncio.run(ask()) == 413
    assert sent <= GREATEST_FILE_BYTES // 1_000_000 + 1


def test_a_body_that_drips_is_given_up(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """After its time, not when it is done."""
    monkeypatch.setattr(bodies, "READ_WITHIN_S", 0.05)

    class Slow:
        headers: dict[str, str] = {}  # noqa: RUF012  a request in miniature

        async def stream(self) -> AsyncIterator[bytes]:
            while True:
                yield b"x"
                await asyncio.sleep(0.01)

    with pytest.raises(bodies.Problem) as caught:
        asyncio.run(bodies.read_body(Slow(), 10_000))
    assert caught.value.kind.status == 408


def test_a_pdf_that_unpacks_without_end_is_undecided(api: Api) -> None:
    """The confined process gives up; the next one is answered as ever."""
    packed = zlib.compress(b"\0" * 10**8, 9)
    bomb = b"%PDF-1.7\n1 0 obj\n<</Filter/FlateDecode/Type/ObjStm/N 1/First 4/Length "
    bomb += b"%d>>stream\n" % len(packed) + packed + b"\nendstream endobj\nstartxref\n9\n%%EOF"

    answer = api.client.post("/v1/verifications", content=bomb, headers=PDF)
    after = api.client.post("/v1/verifications", content=api.pdf(), headers=PDF)

    assert answer.status_code == 200
    assert answer.json()["verdict"] != "TOTAL-PASSED"
    assert after.json()["verdict"] == "TOTAL-PASSED"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"digests": []}',
        b'{"digests": ["0x00"]}',
        b'{"digests": [null]}',
        b'{"digests": "0x' + b"0" * 64 + b'"}',
        b'{"digests": ["0X' + b"0" * 64 + b'"]}',
        b'{"digests": ["0x' + b"A" * 64 + b'"]}',
        b'{"digests": ["0x' + b"0" * 64 + b'\\n"]}',
        b'{"digests": ["0x' + b"0" * 64 + b'"], "more": 1}',
        b"[" * 100_000,
        b"\xff\xfe",
        json.dumps({"digests": ["0x" + "0" * 64] * 10_001}).encode(),
    ],
)
def test_a_question_that_is_none_is_refused(api: Api, body: bytes) -> None:
    """10,001 digests are one too many; nothing of what was sent is repeated."""
    headers = {"Content-Type": "application/json"}

    answer = api.client.post("/v1/verifications", content=body, headers=headers)

    assert problem_of(answer) == (422, "invalid-request")


def test_ten_thousand_digests_are_answered(api: Api) -> None:
    """As many as are allowed."""
    asked = [f"0x{number:064x}" for number in range(10_000)]

    answer = api.client.post("/v1/verifications", json={"digests": asked})

    assert len(answer.json()["answers"]) == 10_000


def test_a_question_that_takes_too_long_is_given_up(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 with a time to come again."""
    monkeypatch.setattr(lookups, "LOOK_UP_WITHIN_S", -1)

    answer = api.client.post("/v1/verifications", json={"digests": [api.digest()]})

    assert problem_of(answer) == (503, "busy")
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("digest", ["0x00", "nonsense", "0x" + "g" * 64, "0X" + "0" * 64, "%00"])
@pytest.mark.parametrize("what", ["documents", "receipts", "manifests"])
def test_a_malformed_digest_is_refused(api: Api, what: str, digest: str) -> None:
    """And not repeated."""
    answer = api.client.get(f"/v1/{what}/{digest}")

    assert problem_of(answer) == (422, "invalid-request")
    assert digest not in answer.text


@pytest.mark.parametrize(
    "path", ["/v1/receipts/..%2f..%2fpolicy.toml", "/v1/receipts/../../policy.toml", "/v1", "/"]
)
def test_paths_lead_nowhere_else(api: Api, path: str) -> None:
    """No file is found by its name."""
    assert problem_of(api.client.get(path))[0] in (404, 422)


@pytest.mark.parametrize("kind", ["text/plain", "", "application/pdfx", "application/xml"])
def test_other_media_types_are_refused(api: Api, kind: str) -> None:
    """415."""
    answer = api.client.post("/v1/verifications", content=b"x", headers={"Content-Type": kind})

    assert problem_of(answer) == (415, "unsupported-media-type")


def test_other_methods_are_refused(api: Api) -> None:
    """405, with those that are allowed."""
    answer = api.client.delete("/v1/health")

    assert problem_of(answer) == (405, "method-not-allowed")
    assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize(
    ("boundary", "body"),
    [
        ("", b""),
        ("x", b"nonsense"),
        ("x", b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n'),
        ("x", b'--x\r\nContent-Disposition: form-data; name="other"\r\n\r\na\r\n--x--\r\n'),
        ("x", b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\na\r\n' * 2 + b"--x--"),
        ("x", b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n"),
        ("x", b'--x\r\nContent-Disposition: form-data; name="\xff"\r\n\r\na\r\n--x--\r\n'),
    ],
)
def test_a_broken_form_is_refused(api: Api, boundary: str, body: bytes) -> None:
    """No part, another part, two files."""
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}

    answer = api.client.post("/v1/verifications", content=body, headers=headers)

    assert problem_of(answer) == (422, "invalid-request")


@pytest.mark.parametrize(
    ("charset", "sent"),
    [
        ("punycode", b"a" * 2_000 + b"-" + b"a" * 2_000),
        ("unicode_escape", rb"\ud800"),
        ("utf-7", b"+2AA-"),
        ('"a\0b"', b"a"),
        ('"utf-8\0"', b"a"),
        ("undefined", b"a"),
        ("latin-1", b"a"),
        ("utf-8; charset=utf-7", b"+2AA-"),
        ("", b"a"),
    ],
)
def test_a_form_in_another_character_set_is_refused(api: Api, charset: str, sent: bytes) -> None:
    """A stranger does not choose the codec: some take quadratic time, some make surrogates."""
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    body = b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n' + sent + b"\r\n--x--\r\n"

    answer = api.client.post(
        "/v1/verifications", content=body, headers={"Content-Type": kind.encode()}
    )

    assert problem_of(answer) == (415, "unsupported-media-type")
    assert "charset=utf-8" in answer.json()["detail"]


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "utf8"])
def test_a_form_that_says_utf_8_is_read(api: Api, charset: str) -> None:
    """As one that says nothing."""
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    body = head + api.pdf() + b"\r\n--x--\r\n"

    answer = api.client.post("/v1/verifications", content=body, headers={"Content-Type": kind})

    assert answer.json()["verdict"] == "TOTAL-PASSED"


def test_more_files_at_once_than_there_are_places_are_told_to_come_again(api: Api) -> None:
    """503 at once, without reading the file."""
    places = api.app.state.slots
    api.app.state.slots = asyncio.Semaphore(0)
    try:
        answer = api.client.post("/v1/verifications", content=api.pdf(), headers=PDF)
    finally:
        api.app.state.slots = places

    assert problem_of(answer) == (503, "busy")


def test_a_fault_of_ours_is_a_problem_and_tells_nothing(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """500 without a traceback; the log has the place and nothing that was sent."""

    def broken(*_arguments: object) -> bytes:
        raise ValueError("Nguyễn Thị Minh An")

    monkeypatch.setattr(version_1, "find_receipt", broken)

    answer = api.client.get(f"/v1/receipts/{api.digest()}")

    assert problem_of(answer) == (500, "internal-error")
    assert "ValueError at test_hostile.py" in caplog.text
    assert "Minh An" not in caplog.text + answer.text
    assert api.digest() not in caplog.text
