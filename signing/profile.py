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


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningProfile:
    """
    How signatures are made: PAdES with SHA-256, at `level`.

    `least_reserved_digits` is the least number of hex digits kept for the CMS object in
    `/Contents`; a key with large certificates gets more. Even: two digits make one byte.

    Raises:
        UnsupportedProfile: a level whose time stamps and validation data this release cannot make.
    """

    level: Level = Level.B_B
    least_reserved_digits: int = 6000

    def __post_init__(self) -> None:
        if self.level is not Level.B_B:
            raise UnsupportedProfile(
                "Level {level} is not made by this release. Use level B-B.", level=self.level
            )
        if self.least_reserved_digits < 0 or self.least_reserved_digits % 2:
            raise UnsupportedProfile(
                "{digits} digits cannot be reserved for a signature. Give an even number.",
                digits=self.least_reserved_digits,
            )
