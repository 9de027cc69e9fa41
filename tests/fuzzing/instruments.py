"""What campaigns work with: an honest document judged once, a changing node, what counts."""

import json
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any
from unittest.mock import patch

from tests.fuzzing.text_mutations import mutate_value
from verifier import verification
from verifier.errors import MissingEvidence, NodeUnreachable

_HINTS = {"transaction_hash", "block_number", "block_hash"}
"""Fields of a receipt that never decide (docs/formats.md)."""


@contextmanager
def judged_once(pdf: bytes) -> Iterator[None]:
    """Open *pdf* and judge its signatures once by the same trust and times, not each time."""
    opened = verification.open_file(pdf)
    judge, open_file = verification.judge_signatures, verification.open_file
    found: dict[object, Any] = {}

    def judge_once(document: Any, signers: Any, **by: Any) -> Any:
        if document is not opened.document:
            return judge(document, signers, **by)
        if by.pop("renewed", None) is not None:
            raise AssertionError("nothing follows this document")
        key = tuple(by[name] for name in sorted(by))
        if key not in found:
            found[key] = judge(document, signers, **by)
        return found[key]

    def open_once(given: bytes) -> Any:
        return opened if given == pdf else open_file(given)

    with (
        patch.object(verification, "judge_signatures", judge_once),
        patch.object(verification, "open_file", open_once),
    ):
        yield


class ChangingNode:
    """A node one of whose answers, or each of one method, is changed."""

    address = "http://127.0.0.1:1/changing"

    def __init__(self, honest: Callable[[str, Sequence[object]], Any], random: Random) -> None:
        self._honest = honest
        self._random = random
        self._at = random.randrange(11)
        self._always = random.random() < 0.3
        self._method = ""
        self.told = b""

    def call(self, method: str, params: Sequence[object]) -> Any:
        try:
            answer = self._honest(method, params)
        except MissingEvidence:
            raise
        except (ValueError, TypeError, OverflowError) as error:
            raise NodeUnreachable("the honest node was asked nonsense") from error
        self._at -= 1
        if self._at == -1 or (self._always and method == self._method):
            self._method = method
            answer = mutate_value(self._random, answer)
            self.told = json.dumps([method, answer]).encode("ascii")
        return answer


def loads(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def same_receipt(honest: bytes, tried: bytes) -> bool:
    """Tell whether all that decides is as it was."""
    one, other = loads(honest), loads(tried)
    if not isinstance(other, dict):
        return False
    return all(one.get(key) == other.get(key) for key in {*one, *other} - _HINTS)


def pins(text: bytes) -> Any:
    """Return whom a policy trusts."""
    policy = tomllib.loads(text.decode("utf-8"))
    registry = policy["registry"]
    pinned = ("chain_id", "address", "deployment_block", "deployment_block_hash")
    return policy["signatures"]["trust_anchors"], [registry[key] for key in pinned]
