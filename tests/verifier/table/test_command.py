"""`verify DIR --out FILE`: a row for whatever lies there, and going on after a cut."""

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.verifier.issued import Office
from tests.verifier.table.reading import Run, rows_of
from verifier.table_columns import columns


def test_a_folder_becomes_a_table_with_a_row_for_each_file(
    run: Run, office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the order of the paths, the good ones with their data; only the summary is printed."""
    code = run(office.transcripts, "--out", tmp_path / "r.csv")

    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.reader(file))
    said = capsys.readouterr()
    keys = [column.key for column in columns()]
    assert code == 0
    assert [Path(row[0]).name for row in read[1:]] == ["a.pdf", "b.pdf", "c.pdf"]
    assert {row[keys.index("verdict")] for row in read[1:]} == {"TOTAL-PASSED"}
    assert all(row[keys.index("full_name")] for row in read[1:])
    assert said.out.splitlines()[0].startswith("3 files: 3 passed")
    assert len(said.out.splitlines()) == 1
    assert said.err == ""
    assert not (tmp_path / "r.csv.journal").exists()


def test_whatever_lies_in_a_folder_gets_a_row_and_stops_nothing(
    run: Run, office: Office, tmp_path: Path
) -> None:
    """Broken, foreign, linked, doubled, unreadable, badly named."""
    folder = office.transcripts
    (folder / "broken.pdf").write_bytes(b"broken")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    (folder / "linked.pdf").symlink_to("a.pdf")
    (folder / "linked folder").symlink_to(office.manifests)
    (folder / "twice.pdf").write_bytes((folder / "a.pdf").read_bytes())
    (folder / "twice.receipt.json").write_bytes((folder / "a.receipt.json").read_bytes())
    os.mkfifo(folder / "pipe.pdf")
    (folder / os.fsdecode(b"\xff=1.pdf")).write_bytes(b"")

    code = run(folder, "--out", tmp_path / "r.json")

    rows = rows_of(tmp_path / "r.json")
    assert code == 3
    assert {name: row.get("sub_reason") for name, row in rows.items()} == {
        "a.pdf": None,
        "b.pdf": None,
        "c.pdf": None,
        "broken.pdf": "FORMAT_FAILURE",
        "photo.jpg": "NOT_A_PDF",
        "linked.pdf": "LINK",
        "linked folder": "LINK",
        "twice.pdf": None,
        "pipe.pdf": "UNREADABLE",
        "\\udcff=1.pdf": "FORMAT_FAILURE",
    }
    assert Path(str(rows["twice.pdf"]["duplicate_of"])).name == "a.pdf"
    assert "full_name" not in rows["twice.pdf"]
    assert "verdict" not in rows["pipe.pdf"]


def test_a_copy_without_receipt_is_judged_by_itself(
    run: Run, office: Office, tmp_path: Path
) -> None:
    """The same bytes with other evidence are another question."""
    folder = office.transcripts
    (folder / "z.pdf").write_bytes((folder / "a.pdf").read_bytes())

    run(folder, "--out", tmp_path / "r.json")

    rows = rows_of(tmp_path / "r.json")
    assert rows["z.pdf"]["sub_reason"] == "NO_RECEIPT"
    assert rows["a.pdf"]["verdict"] == "TOTAL-PASSED"


def test_a_table_inside_the_folder_is_no_row_of_itself(run: Run, office: Office) -> None:
    """Neither is the one that it takes the place of."""
    (office.transcripts / "r.json").write_text("an earlier one")

    assert run(office.transcripts, "--out", office.transcripts / "r.json") == 0
    assert set(rows_of(office.transcripts / "r.json")) == {"a.pdf", "b.pdf", "c.pdf"}


@pytest.mark.parametrize("extra", [["--json"], ["--digest", "00" * 32], ["--out", "r.ods"]])
def test_what_does_not_go_together_ends_with_2(
    run: Run, office: Office, tmp_path: Path, extra: list[str]
) -> None:
    """Before anything is verified."""
    named = [] if "--digest" in extra else [office.transcripts]

    assert run(*named, "--out", tmp_path / "r.csv", *extra) == 2
    assert list(tmp_path.glob("r.*")) == []


def test_two_runs_never_write_the_same_table(
    run: Run, office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second one says so and ends with 2."""
    holds = "import sys; from pathlib import Path; from verifier.table_journal import Journal;"
    holds += " held = Journal.open(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", holds, str(tmp_path / "r.csv")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"

        code = run(office.transcripts, "--out", tmp_path / "r.csv")

        other.kill()
    assert code == 2
    assert "another process" in capsys.readouterr().err


@pytest.mark.parametrize("foreign", [b"my diary\n", b"{}\n", b"no line", b'{"format": "x"}\n'])
def test_a_file_that_is_no_journal_is_refused_and_stays(
    run: Run, office: Office, tmp_path: Path, foreign: bytes
) -> None:
    """It only has the name of one: wrong usage, and not a byte of it changes."""
    journal = tmp_path / "r.csv.journal"
    journal.write_bytes(foreign)

    assert run(office.transcripts, "--out", tmp_path / "r.csv") == 2
    assert journal.read_bytes() == foreign


def start_and_kill(office: Office, table: Path, lines: int) -> None:
    """Start the command in a process of its own; kill it when so many lines are written."""
    command = [sys.executable, "-m", "transcript_service", "verify", str(office.transcripts)]
    command += ["--policy", str(office.policy_path), "--out", str(table), "--jobs", "1"]
    journal = table.with_name(table.name + ".journal")
    with subprocess.Popen([*command, "--lang", "en"]) as process:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and process.poll() is None:
            if journal.exists() and journal.read_bytes().count(b"\n") > lines:
                break
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert not table.exists()
    assert journal.exists()


def test_a_run_that_was_killed_goes_on_and_gives_the_same_table(
    run: Run, office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was verified is kept, but not of a file that changed, nor half a line."""
    for number in range(12):
        (office.transcripts / f"x{number:02}.pdf").write_bytes(b"broken %d" % number)
    start_and_kill(office, tmp_path / "r.json", 4)
    journal = tmp_path / "r.json.journal"
    journal.write_bytes(journal.read_bytes() + b'{"file": "half')
    (office.transcripts / "b.pdf").write_bytes(b"changed since")
    capsys.readouterr()

    code = run(office.transcripts, "--out", tmp_path / "r.json")
    said = capsys.readouterr().err
    resumed = (tmp_path / "r.json").read_bytes()

    kept = int(said.split()[0])
    assert 3 <= kept < 15
    assert "had been verified before the cut" in said
    assert code == run(office.transcripts, "--out", tmp_path / "r.json") == 3
    assert (tmp_path / "r.json").read_bytes() == resumed
    assert rows_of(tmp_path / "r.json")["b.pdf"]["verdict"] == "TOTAL-FAILED"
    assert not journal.exists()


@pytest.mark.parametrize("change", ["receipt", "registry", "list"])
def test_nothing_is_kept_of_what_was_judged_by_other_things(
    run: Run, office: Office, tmp_path: Path, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Receipt of one file; registry or revocation lists of all."""
    from verifier import table_run

    (office.transcripts / "c.pdf").unlink()
    table = tmp_path / "r.json"
    journal = tmp_path / "r.json.journal"
    write, kept = table_run.write_table, b""

    def cut(_path: Path, _rows: object) -> None:
        nonlocal kept
        kept = journal.read_bytes()
        write(table, [])

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(table_run, "write_table", cut)
        run(office.transcripts, "--out", table)
    journal.write_bytes(kept)
    if change == "receipt":
        (office.transcripts / "a.receipt.json").unlink()
    elif change == "registry":
        office.revoke("a")
    else:
        crl = office.directory / "trust" / "ca.crl"
        crl.write_bytes(crl.read_bytes() + b"\n")
    capsys.readouterr()

    run(office.transcripts, "--out", table)

    said = capsys.readouterr().err
    assert said.startswith("1 files" if change == "receipt" else "")
    assert bool(said) == (change == "receipt")
    if change in ("receipt", "registry"):
        assert rows_of(table)["a.pdf"].get("sub_reason") in ("NO_RECEIPT", "REVOKED")


@pytest.mark.parametrize(("service", "kept"), [((), 3), (("--service", "http://127.0.0.1:9"), 2)])
def test_nothing_is_kept_that_was_undecided_because_somebody_was_out_of_reach(
    run: Run,
    office: Office,
    tmp_path: Path,
    service: tuple[str, ...],
    kept: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The next run asks again; without a service there was nobody to ask."""
    from verifier import table_run

    (office.transcripts / "a.receipt.json").unlink()
    table = tmp_path / "r.json"
    journal = b""

    def cut(_path: Path, _rows: object) -> None:
        nonlocal journal
        journal = (tmp_path / "r.json.journal").read_bytes()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(table_run, "write_table", cut)
        run(office.transcripts, "--out", table, *service)
    (tmp_path / "r.json.journal").write_bytes(journal)
    capsys.readouterr()

    run(office.transcripts, "--out", table, *service)

    assert capsys.readouterr().err.startswith(f"{kept} files")
    assert rows_of(table)["a.pdf"]["sub_reason"] == "NO_RECEIPT"
