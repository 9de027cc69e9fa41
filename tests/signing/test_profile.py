"""A profile promises nothing that is not made."""

import pytest

from signing.errors import UnsupportedProfile
from signing.profile import Level, SigningProfile


def test_level_b_b_is_what_is_made():
    """And what a profile says without being asked."""
    assert SigningProfile().level is Level.B_B


@pytest.mark.parametrize("level", [Level.B_T, Level.B_LT, Level.B_LTA])
def test_a_level_that_is_not_made_is_refused(level):
    """A document must not be issued in the belief that it carries a time stamp."""
    with pytest.raises(UnsupportedProfile, match=f"Level {level} is not made"):
        SigningProfile(level=level)


@pytest.mark.parametrize("digits", [-2, 1, 6001])
def test_room_for_half_a_byte_is_refused(digits):
    """Two hex digits make one byte."""
    with pytest.raises(UnsupportedProfile, match=f"{digits} digits cannot be reserved"):
        SigningProfile(least_reserved_digits=digits)
