"""A folder from strangers may hold a journal: nothing of it is believed."""

from pathlib import Path

import pytest

from tests.verifier.issued import Office
from tests.verifier.table.reading import Run, rows_of
from tests.verifier.written_lines import read_lines, write_lines
from verifier.table_journal import JOURNAL_FORMAT


def test_a_journal_that_a_stranger_laid_beside_is_not_believed(
    run: Run, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fits in everything, and calls an altered document genuine; only its secret is another."""
    from verifier import table_run

    table, journal = tmp_path / "r.json", tmp_path / "r.json.journal"
    write, kept = table_run.write_table, b""

    def cut(_path: Path, _rows: object) -> None:
        nonlocal kept
        kept = journal.read_bytes()
        write(table, [])

    altered = office.transcripts / "b.pdf"
    altered.write_bytes(altered.read_bytes()[:-20])
    with monkeypatch.context() as stranger:
        stranger.setenv("XDG_STATE_HOME", str(tmp_path / "stranger"))
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(table_run, "write_table", cut)
            run(office.transcripts, "--out", table)
        head, *rows = read_lines(JOURNAL_FORMAT, kept)
        for row in rows:
            row["row"] |= {"verdict": "TOTAL-PASSED", "full_name": "Giả"}
        journal.write_bytes(write_lines(JOURNAL_FORMAT, [head, *rows]))
        forged = journal.read_bytes()
        run(office.transcripts, "--out", table)  # with the stranger's secret it is believed
        assert rows_of(table)["b.pdf"]["verdict"] == "TOTAL-PASSED"
    journal.write_bytes(forged)

    run(office.transcripts, "--out", table)

    assert rows_of(table)["b.pdf"]["verdict"] == "TOTAL-FAILED"
