"""
The transcript code: `HB-THCS-2025-7K3M9QX2VD-K` (docs/formats.md).

Prefix of the issuing system, level of schooling, year in which the code was made, ten
Crockford base32 characters at random, and a check character by ISO/IEC 7064 MOD 37,36 over all
characters after the prefix without hyphens. It says nothing about the pupil, never changes, and
goes along when the pupil changes school.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_36

from verifier.errors import InvalidFormat
from verifier.messages import _

DEFAULT_PREFIX = "HB"
LEVELS = ("TH", "THCS", "THPT", "GDTX")
"""Tiểu học, trung học cơ sở, trung học phổ thông, giáo dục thường xuyên."""
CROCKFORD_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_CHARACTERS = 10
_RANDOM_BYTES = 7
_PREFIX = re.compile(r"[A-Z][A-Z0-9]{0,7}")
_CODE = re.compile(
    rf"(?P<prefix>{_PREFIX.pattern})-(?P<level>{'|'.join(LEVELS)})-(?P<year>20[0-9]{{2}})"
    rf"-(?P<random_part>[{CROCKFORD_ALPHABET}]{{{RANDOM_CHARACTERS}}})-(?P<check_character>[0-9A-Z])"
)
_WHAT = "transcript code"


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptCode:
    """The parts of a transcript code whose check character holds."""

    prefix: str
    level: str
    year: int
    random_part: str
    check_character: str

    def __str__(self) -> str:
        """Return the code as it is printed."""
        return "-".join(
            (self.prefix, self.level, f"{self.year:04d}", self.random_part, self.check_character)
        )


def make_transcript_code(
    level: str,
    year: int,
    *,
    prefix: str = DEFAULT_PREFIX,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> str:
    """
    Make a new transcript code from 50 random bits.

    Args:
        level: one of `LEVELS`, that of the transcript.
        year: calendar year in which the code is made, 2000 to 2099.
        prefix: setting of the issuing system, `[A-Z][A-Z0-9]{0,7}`.
        random_bytes: gives the asked number of random bytes; tests and sample data hand in
            a generator with a seed.

    Raises:
        ValueError: level, year or prefix cannot stand in a code.
    """
    if level not in LEVELS or not 2000 <= year <= 2099 or not _PREFIX.fullmatch(prefix):
        raise ValueError(f"no transcript code has prefix {prefix!r}, level {level!r}, year {year}")
    random_part = _crockford(int.from_bytes(random_bytes(_RANDOM_BYTES)))
    check_character = _check_character(level, str(year), random_part)
    return f"{prefix}-{level}-{year}-{random_part}-{check_character}"


def parse_transcript_code(code: str) -> TranscriptCode:
    """
    Take a transcript code apart after checking it.

    Raises:
        InvalidFormat: the form is another one, or the check character does not hold.
    """
    match = _CODE.fullmatch(code)
    if match is None:
        raise InvalidFormat(_WHAT, "form", _("it is not PREFIX-LEVEL-YEAR-TENCHARACT-C"))
    level, year, random_part, check_character = match.group(
        "level", "year", "random_part", "check_character"
    )
    try:
        mod_37_36.validate(level + year + random_part + check_character)
    except ValidationError as error:
        raise InvalidFormat(
            _WHAT, "check character", _("it does not fit the characters before it")
        ) from error
    return TranscriptCode(
        prefix=match["prefix"],
        level=level,
        year=int(year),
        random_part=random_part,
        check_character=check_character,
    )


def check_transcript_code(code: str) -> None:
    """
    Check form and check character of *code*.

    Raises:
        InvalidFormat: the form is another one, or the check character does not hold.
    """
    parse_transcript_code(code)


def _crockford(number: int) -> str:
    """Write the low 50 bits of *number* in Crockford base32, highest digit first."""
    return "".join(
        CROCKFORD_ALPHABET[number >> 5 * place & 31] for place in reversed(range(RANDOM_CHARACTERS))
    )


def _check_character(level: str, year: str, random_part: str) -> str:
    """Compute the check character (ISO/IEC 7064 MOD 37,36)."""
    return str(mod_37_36.calc_check_digit(level + year + random_part))
