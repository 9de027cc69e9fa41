"""Who is one client, and who another."""

import pytest

from transcript_service.routes.problems import Problem
from transcript_service.routes.rates import ClientRates, parse_rate

SAME = [
    ("198.51.100.1", "::ffff:198.51.100.1"),
    ("2001:db8::1", "2001:db8::ffff:1"),
    ("198.51.100.1:5555", "198.51.100.1:5556"),
]
DIFFERENT = [("198.51.100.1", "198.51.100.2"), ("::ffff:198.51.100.1", "::ffff:198.51.100.2")]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_one_client_is_counted_as_one(first: str, second: str) -> None:
    """However its address is written; what is no address is nobody in particular."""
    rates = ClientRates(parse_rate("1/minute"))
    rates.count(first)

    with pytest.raises(Problem):
        rates.count(second)


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_one_client_does_not_count_for_another(first: str, second: str) -> None:
    """Also where a proxy writes all addresses as those of IPv6."""
    rates = ClientRates(parse_rate("1/minute"))

    rates.count(first)
    rates.count(second)
