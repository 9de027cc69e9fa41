"""The transcript code and its check character."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_37_36

from verifier.errors import InvalidFormat
from verifier.transcript_code import (
    CROCKFORD_ALPHABET,
    LEVELS,
    TranscriptCode,
    check_transcript_code,
    make_transcript_code,
    parse_transcript_code,
)

EXAMPLE = "HB-THCS-2025-7K3M9QX2VD-K"
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

codes = st.builds(
    lambda level, year, seed: make_transcript_code(
        level, year, random_bytes=random.Random(seed).randbytes
    ),
    st.sampled_from(LEVELS),
    st.integers(2000, 2099),
    st.integers(0, 2**32),
)


def mod_37_36_of(text: str) -> str:
    """Compute the check character by the recursion of ISO/IEC 7064 clause 9, without a library."""
    product = 36
    for character in text:
        total = (product + ALPHANUMERIC.index(character)) % 36 or 36
        product = total * 2 % 37
    return ALPHANUMERIC[(37 - product) % 36]


def test_the_published_example_holds():
    """docs/formats.md prints this code; all its parts are read back."""
    parsed = parse_transcript_code(EXAMPLE)

    assert parsed == TranscriptCode(
        prefix="HB", level="THCS", year=2025, random_part="7K3M9QX2VD", check_character="K"
    )
    assert str(parsed) == EXAMPLE


@pytest.mark.parametrize("vector", ["A12425GABC1234002M"])
def test_the_library_agrees_with_a_vector_from_elsewhere(vector):
    """The Global Release Identifier standard prints this number of the same check system."""
    assert mod_37_36.is_valid(vector)
    assert mod_37_36_of(vector[:-1]) == vector[-1]


@given(codes)
def test_a_made_code_holds_and_reads_back(code):
    """Form, parts and check character, the latter by the standard's recursion."""
    check_transcript_code(code)
    parsed = parse_transcript_code(code)

    assert str(parsed) == code
    assert set(parsed.random_part) <= set(CROCKFORD_ALPHABET)
    checked = f"{parsed.level}{parsed.year}{parsed.random_part}"
    assert parsed.check_character == mod_37_36_of(checked)


@given(codes, st.data())
def test_a_single_wrong_character_is_found(code, data):
    """Any one letter or digit after the prefix replaced by another."""
    places = [place for place, sign in enumerate(code) if sign != "-" and place > 2]
    place = data.draw(st.sampled_from(places))
    sign = data.draw(st.sampled_from([sign for sign in ALPHANUMERIC if sign != code[place]]))

    with pytest.raises(InvalidFormat, match="transcript code"):
        check_transcript_code(code[:place] + sign + code[place + 1 :])


def test_nearly_all_neighbours_that_changed_places_are_found():
    """The check system misses one swap in some hundreds: a slip of the finger is not forgery."""
    source = random.Random(7)
    missed = tried = 0
    while tried < 2000:
        code = make_transcript_code("THCS", 2025, random_bytes=source.randbytes)
        place = source.randrange(code.rindex("-") - 10, code.rindex("-") - 1)
        if code[place] == code[place + 1]:
            continue
        tried += 1
        try:
            check_transcript_code(code[:place] + code[place + 1] + code[place] + code[place + 2 :])
        except InvalidFormat:
            continue
        missed += 1

    assert missed < tried / 100


@pytest.mark.parametrize(
    "code",
    [
        "",
        "HB",
        EXAMPLE.lower(),
        EXAMPLE + "\n",
        " " + EXAMPLE,
        EXAMPLE.replace("-", ""),
        EXAMPLE.replace("HB-", "-"),
        EXAMPLE.replace("HB-", "hb-"),
        EXAMPLE.replace("HB-", "VERYLONGPREFIX-"),
        EXAMPLE.replace("THCS", "THPTX"),
        EXAMPLE.replace("2025", "1925"),
        EXAMPLE.replace("2025", "２０２５"),
        EXAMPLE.replace("7K3M9QX2VD", "7K3M9QX2V"),
        EXAMPLE.replace("7K3M9QX2VD", "7K3M9QX2VI"),
        EXAMPLE.replace("7K3M9QX2VD", "7K3M9QX2VU"),
        EXAMPLE[:-1] + "É",
    ],
)
def test_another_form_is_refused(code):
    """Lower case, other lengths, letters that Crockford leaves out, digits of other scripts."""
    with pytest.raises(InvalidFormat, match="form"):
        check_transcript_code(code)


def test_the_message_does_not_repeat_the_code():
    """A code leads to a pupil: it stays out of logs."""
    with pytest.raises(InvalidFormat) as caught:
        check_transcript_code(EXAMPLE[:-1] + "A")

    assert "7K3M9QX2VD" not in str(caught.value)


@pytest.mark.parametrize(
    ("level", "year", "prefix"),
    [
        ("THCN", 2025, "HB"),
        ("THCS", 1999, "HB"),
        ("THCS", 2100, "HB"),
        ("THCS", 2025, ""),
        ("THCS", 2025, "H-B"),
        ("THCS", 2025, "TOOLONGPREFIX"),
    ],
)
def test_no_code_is_made_of_other_parts(level, year, prefix):
    """What could not be read back is not made."""
    with pytest.raises(ValueError, match="no transcript code"):
        make_transcript_code(level, year, prefix=prefix)


def test_the_prefix_is_a_setting_and_not_checked():
    """Another system's prefix changes nothing else: the check starts after it."""
    zeros = {"random_bytes": bytes}

    assert make_transcript_code("THPT", 2031, **zeros).removeprefix("HB") == make_transcript_code(
        "THPT", 2031, prefix="DT42", **zeros
    ).removeprefix("DT42")


def test_codes_made_without_a_seed_differ():
    """Fifty random bits each."""
    made = {make_transcript_code("THCS", 2025) for _ in range(100)}

    assert len(made) == 100
    assert all(re.fullmatch(r"HB-THCS-2025-[0-9A-Z]{10}-[0-9A-Z]", code) for code in made)


def test_the_random_part_is_the_number_in_base_32():
    """The published example comes out of the bits that its letters spell."""
    number = 0
    for letter in "7K3M9QX2VD":
        number = number * 32 + CROCKFORD_ALPHABET.index(letter)
    unused_bits = 0b101011 << 50

    made = make_transcript_code("THCS", 2025, random_bytes=(unused_bits | number).to_bytes)

    assert made == EXAMPLE


def test_all_bits_of_the_random_part_are_used():
    """The greatest 50-bit number is ten times the last letter, zero ten times the first."""
    assert "-ZZZZZZZZZZ-" in make_transcript_code(
        "THCS", 2025, random_bytes=lambda size: b"\xff" * size
    )
    assert "-0000000000-" in make_transcript_code("THCS", 2025, random_bytes=bytes)
