"""Time-stamping services of all kinds, and clients that ask them without delay."""

from collections.abc import Callable
from hashlib import sha256

import requests
from asn1crypto import cms, tsp

from signing.timestamp import TimeStampClient, TimeStampService
from tests.pki.authorities import Authorities
from tests.pki.misbehaving import Answer, Request

DIGEST = sha256(b"signature value").digest()
Serve = Callable[[Answer], str]


def client_of(
    *services: TimeStampService | str, rounds: int = 1, largest_token: int | None = None
) -> TimeStampClient:
    """A client that does not sleep between its rounds."""
    named = [
        one if isinstance(one, TimeStampService) else TimeStampService(one, timeout_s=1.0)
        for one in services
    ]
    return TimeStampClient(
        tuple(named), rounds=rounds, sleep=lambda _seconds: None, largest_token=largest_token
    )


def say(content: bytes, status: int = 200, **headers: str) -> Answer:
    return lambda request: request.send(content, status=status, headers=headers)


def ask_the_real_one(authorities: Authorities, question: bytes) -> tsp.TimeStampResp:
    answer = requests.post(authorities.time_stamp_url(), data=question, timeout=10)
    return tsp.TimeStampResp.load(answer.content)


def relay(
    authorities: Authorities,
    change_question: Callable[[bytes], bytes] = lambda question: question,
    change_answer: Callable[[tsp.TimeStampResp], bytes] = lambda answer: answer.dump(),
) -> Answer:
    """Stand between client and service."""

    def answer(request: Request) -> None:
        request.send(change_answer(ask_the_real_one(authorities, change_question(request.body))))

    return answer


def forged(change: Callable[[cms.SignedData], None]) -> Callable[[tsp.TimeStampResp], bytes]:
    def change_answer(answer: tsp.TimeStampResp) -> bytes:
        change(answer["time_stamp_token"]["content"])
        return answer.dump(force=True)

    return change_answer
