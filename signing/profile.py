"""What kind of PAdES signature is made: a frozen value."""

from dataclasses import dataclass
from enum import StrEnum

from signing.errors import UnsupportedProfile


class Level(StrEnum):
    """Baseline levels of ETSI EN 319 142-1 section 6."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"

    @property
    def has_time_stamp(self) -> bool:
        """Whether signatures carry a time stamp."""
        return self is not Level.B_B

    @property
    def is_long_term(self) -> bool:
        """Whether documents carry validation data."""
        return self in (Level.B_LT, Level.B_LTA)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningProfile:
    """
    How signatures are made: PAdES with SHA-256, at `level`.

    From B-T on, a signature carries a time stamp. What makes it B-LT and B-LTA is added to the
    document after both signatures (`signing.long_term`).

    Args:
        level: of ETSI EN 319 142-1 section 6.
        least_reserved_digits: the least number of hex digits kept for the CMS object in
            `/Contents`; a key with large certificates gets more. Even: two digits make one byte.
        largest_token: bytes kept for a time stamp's token, from B-T on; what
            `TimeStampClient.largest_token` says keeps documents smaller.

    Raises:
        UnsupportedProfile: no such room can be kept.
    """

    level: Level = Level.B_B
    least_reserved_digits: int = 6000
    largest_token: int = 8192

    @property
    def has_time_stamp(self) -> bool:
        """Whether signatures carry a time stamp."""
        return self.level.has_time_stamp

    def __post_init__(self) -> None:
        if self.least_reserved_digits < 0 or self.least_reserved_digits % 2:
            raise UnsupportedProfile(
                "{digits} digits cannot be reserved for a signature. Give an even number.",
                digits=self.least_reserved_digits,
            )
        if self.largest_token <= 0:
            raise UnsupportedProfile(
                "{size} bytes cannot be reserved for a time stamp. Give a size above zero.",
                size=self.largest_token,
            )
