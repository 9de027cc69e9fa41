"""Universal forgery: the signature is there for the eye, and what it needs to be checked is not."""

import re

import pytest

from tests.attacks.ground import Ground, first_page, replace_same_length
from tests.verifier.outcomes import FAILED
from verifier.errors import SubReason

RANGE = re.compile(rb"/ByteRange\s*\[[^\]]*\]")
VALUE = re.compile(rb"/Contents\s*<[0-9A-Fa-f]{100,}>")
FORMS = {
    "no ByteRange": (RANGE, b""),
    "a ByteRange of null": (RANGE, b"/ByteRange null"),
    "an empty ByteRange": (RANGE, b"/ByteRange []"),
    "a ByteRange of zeros": (RANGE, b"/ByteRange [0 0 0 0]"),
    "a negative ByteRange": (RANGE, b"/ByteRange [0 -1 -1 -1]"),
    "no Contents": (VALUE, b""),
    "Contents of null": (VALUE, b"/Contents null"),
    "empty Contents": (VALUE, b"/Contents <>"),
    "Contents of a zero": (VALUE, b"/Contents <00>"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_signature_without_what_it_needs_fails(ground: Ground, form: str) -> None:
    """A reader that takes the absence of a failure for a success would call it valid."""
    pattern, hollow = FORMS[form]
    found = pattern.findall(ground.original)[-1]
    pdf = replace_same_length(ground.original, (found, hollow))

    assert first_page(pdf) == first_page(ground.original)
    assert ground.judge(pdf) == (FAILED, SubReason.ALTERED)
    assert ground.judge_alone(pdf) == (FAILED, SubReason.FORMAT_FAILURE)
