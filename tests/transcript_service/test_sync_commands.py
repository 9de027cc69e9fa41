"""`hocba sync` and its settings: what is asked where, what is shown, what the exit code says."""

import sqlite3
from datetime import UTC, datetime

import pytest

from tests.school import UPSTREAM_FILE
from tests.school import command_options as settings
from transcript_service.cli import main
from transcript_service.commands.screen import group_names
from transcript_service.errors import UsageError
from transcript_service.settings import load_settings
from transcript_service.shared_database.dialects import TABLE_NAMES
from transcript_service.shared_database.server_process import running_server
from transcript_service.shared_database.upstream_store import (
    next_version,
    open_store,
    put_records,
    read_records,
)

DONE, USAGE, STOPPED = 0, 2, 3


@pytest.fixture
def served(school):
    """The school of the tests, whose shared database answers."""
    directory, _sample = school
    with running_server(directory / UPSTREAM_FILE) as base_url:
        path = directory / "school.toml"
        old = load_settings(path).school.shared_database.base_url
        path.write_text(path.read_text().replace(old, base_url))
        yield directory, base_url


def rewrite(directory, old, new):
    path = directory / "school.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_run_shows_what_came_of_each_table_and_the_next_one_that_nothing_is_new(served, capsys):
    """The mark that the first run left is used by the second."""
    directory, _base_url = served

    assert main(["sync", *settings(directory)]) == DONE
    assert "marks:" in capsys.readouterr().out

    assert main(["sync", *settings(directory)]) == DONE
    assert capsys.readouterr().out.startswith("0 records received, 0 new or newer, 0 refused")

    assert main(["sync", *settings(directory), "--full"]) == DONE
    assert "0 new, 0 newer, 0 cancelled, 0 refused; greatest version 1" in capsys.readouterr().out


def test_the_log_shows_the_newest_runs_first_and_reads_nothing(served, capsys):
    """In local time, with what each one brought."""
    directory, _base_url = served
    main(["sync", *settings(directory)])
    main(["sync", *settings(directory)])
    capsys.readouterr()

    assert main(["sync", *settings(directory), "--log", "2"]) == DONE

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert "school year 2025-2026, completed: 0 records received" in lines[0]


def test_a_record_that_is_gone_upstream_is_named_and_the_exit_code_says_so(served, capsys):
    """With its table and class, and what to do."""
    directory, _base_url = served
    main(["sync", *settings(directory)])
    with sqlite3.connect(directory / UPSTREAM_FILE) as upstream:
        upstream.execute("DELETE FROM banghi WHERE bang = 'lophoc'")
    capsys.readouterr()

    assert main(["sync", *settings(directory), "--full"]) == STOPPED

    out = capsys.readouterr().out
    assert "classes" in out
    assert "no longer in the shared database" in out
    assert "hocba sync --full" in out


def test_nobody_is_ready_before_the_terms_are_locked_upstream(served, capsys):
    """Unlocked there, stopped here; locked again, ready: each after a sync of what changed."""
    directory, _base_url = served
    main(["sync", *settings(directory)])
    store = open_store(directory / UPSTREAM_FILE)
    for locked, code, word in ((0, STOPPED, "TERM_NOT_LOCKED"), (1, DONE, "2 pupils ready")):
        (record,) = read_records(store, "lophoc")
        changed = next_version(record, {**record.fields, "khoahocky2": locked})
        put_records(store, [changed], changed_at=datetime.now(UTC))
        assert main(["sync", *settings(directory)]) == DONE
        capsys.readouterr()

        assert main(["check", *settings(directory)]) == code
        assert word in capsys.readouterr().out
    store.dispose()


def test_each_level_may_have_an_address(served, capsys):
    """`base_urls` instead of `base_url`; the same one twice is asked once."""
    directory, base_url = served
    addresses = f'{{THCS = "{base_url}", THPT = "{base_url}"}}'
    rewrite(directory, f'base_url = "{base_url}"', f"base_urls = {addresses}")

    assert main(["sync", *settings(directory)]) == DONE
    assert load_settings(directory / "school.toml").school.shared_database.addresses == (base_url,)


def test_the_other_dialect_fills_the_mirror_too(served, capsys):
    """One setting; what the first dialect brought is known already."""
    directory, base_url = served
    rewrite(directory, f'base_url = "{base_url}"', f'base_url = "{base_url}"\ndialect = "hcm"')

    assert main(["sync", *settings(directory)]) == DONE

    out = capsys.readouterr().out
    assert ", 0 new or newer, 0 refused" in out
    assert "marks:" in out


@pytest.mark.parametrize(
    ("addresses", "problem"),
    [
        ("", "is needed"),
        ('base_url = "https://a.example"\nbase_urls = {THPT = "https://b.example"}', "is needed"),
        ('base_urls = {MN = "https://a.example"}', "shared_database"),
        ('base_url = "https://a.example"\ndialect = "other"', "dialect"),
        ('base_url = "https://a.example"\nattempts = 0', "attempts"),
        ('base_url = "https://a.example"\ntimeout_s = 0', "timeout_s"),
    ],
)
def test_settings_that_name_no_address_or_nonsense_are_refused(school, addresses, problem):
    """With the field."""
    directory, _sample = school
    old = load_settings(directory / "school.toml").school.shared_database.base_url
    rewrite(directory, f'base_url = "{old}"', addresses)

    with pytest.raises(UsageError, match=problem):
        load_settings(directory / "school.toml")


def test_every_table_has_a_name_for_people():
    """Of progress bars and reports."""
    assert set(TABLE_NAMES) <= set(group_names())
