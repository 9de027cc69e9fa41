"""A profile promises nothing that is not made."""

from dataclasses import replace

import pytest

from signing.errors import UnsupportedProfile
from signing.profile import Level, SigningProfile


def test_level_b_b_is_what_is_made():
    """And what a profile says without being asked."""
    assert SigningProfile().level is Level.B_B


@pytest.mark.parametrize("level", Level)
def test_from_b_t_on_signatures_carry_a_time_stamp(level):
    """EN 319 142-1 section 6.3: each level contains the one before it."""
    assert SigningProfile(level=level).has_time_stamp is (level is not Level.B_B)


@pytest.mark.parametrize("level", [Level.B_T, Level.B_LT, Level.B_LTA])
def test_a_level_with_time_stamps_needs_a_service(level, signers):
    """A document must not be issued in the belief that it carries a time stamp."""
    with pytest.raises(UnsupportedProfile, match=f"Level {level} needs time stamps"):
        replace(signers.principal, profile=SigningProfile(level=level))


@pytest.mark.parametrize("size", [0, -1])
def test_a_time_stamp_needs_room(size):
    """A token takes some thousand bytes."""
    with pytest.raises(UnsupportedProfile, match=f"{size} bytes cannot be reserved"):
        SigningProfile(largest_token=size)


@pytest.mark.parametrize("digits", [-2, 1, 6001])
def test_room_for_half_a_byte_is_refused(digits):
    """Two hex digits make one byte."""
    with pytest.raises(UnsupportedProfile, match=f"{digits} digits cannot be reserved"):
        SigningProfile(least_reserved_digits=digits)
