"""docs/shared-database.md tells of what the server and the dialects do, and of all of it."""

import re
from pathlib import Path

import pytest

from transcript_service.shared_database import code_lists, server_problems
from transcript_service.shared_database.dialects import DIALECTS, HCM, NATIONAL
from transcript_service.shared_database.faults import Fault
from transcript_service.shared_database.record_fields import REQUIRED

PAGE = (Path(__file__).parents[3] / "docs" / "shared-database.md").read_text(encoding="utf-8")


def _rows(table):
    section = PAGE.split(f"### `{table}`: ")[1].split("### ")[0]
    lines = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| (.+?) \|$", section, flags=re.MULTILINE)
    return {
        (national, hcm, ours)
        for national, hcm, ours in lines
        if (national, hcm) != ("quocgia", "hcm")
    }


def _children(national, hcm):
    for (ours, name), (_ours, other) in zip(national.children, hcm.children, strict=True):
        yield (
            f"{national.upstream}[].{name}",
            f"{hcm.upstream}[].{other}",
            f"{ours} of each row",
        )


@pytest.mark.parametrize("table", [table.name for table in NATIONAL.tables])
def test_every_field_of_a_table_stands_there_in_both_dialects(table):
    """And no field that is not read."""
    expected = set()
    for national, hcm in zip(NATIONAL.table(table).columns, HCM.table(table).columns, strict=True):
        optional = "" if national.default is REQUIRED else " (optional)"
        expected.add((national.upstream, hcm.upstream, f"`{national.ours}`{optional}"))
        expected |= set(_children(national, hcm))

    assert _rows(table) == expected


def test_it_names_the_tables_in_the_order_in_which_they_are_read():
    """None is forgotten."""
    assert re.findall(r"^### `(\w+)`", PAGE, flags=re.MULTILINE) == [
        table.name for table in NATIONAL.tables
    ]


@pytest.mark.parametrize("fault", Fault)
def test_it_tells_of_every_fault(fault):
    """Each kind that --faults knows."""
    assert f"| `{fault}` |" in PAGE


def test_it_tells_of_every_problem_with_its_status():
    """What the server can answer, a client's author can read about."""
    made = [
        server_problems.invalid_client(),
        server_problems.bad_grant("invalid_request"),
        server_problems.bad_grant("unsupported_grant_type"),
        server_problems.bad_grant("invalid_scope"),
        server_problems.invalid_token(),
        server_problems.not_in_scope(),
        server_problems.unknown_table(),
        server_problems.bad_parameter("x"),
        server_problems.bad_cursor(),
        server_problems.unknown_place(),
        server_problems.too_many_requests(1),
        *map(server_problems.of_status, (404, 405, 500)),
    ]
    told = {
        (status, name)
        for status, names in re.findall(r"^\| (\d{3}) \| (.+?) \|", PAGE, flags=re.MULTILINE)
        for name in re.findall(r"`([a-z-]+)`", names)
    }

    assert {(str(problem.status), problem.slug) for problem in made} == told


def test_it_tells_of_every_subject_code_and_dialect():
    """Their codes are ours, so nowhere else to be found."""
    assert all(f"`{code}`" in PAGE for code in code_lists.SUBJECT_CODES)
    assert all(f"`{name}`" in PAGE for name in DIALECTS)
