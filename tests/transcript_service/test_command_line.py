"""What every verb of `hocba` and `hocba-verify` has in common: language, usage, interruption."""

import argparse
import inspect
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.school import command_options as settings
from transcript_service.cli import main
from verifier import arguments
from verifier.cli import main as verify_main
from verifier.messages import use_language

DONE, TOOL_FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130


@pytest.fixture(autouse=True)
def vietnamese_again():
    yield
    use_language("vi")


def usage_error(capsys, command, run=main):
    """What is said when argparse ends the command."""
    use_language("vi")
    with pytest.raises(SystemExit) as ended:
        run(command)
    assert ended.value.code == USAGE
    return capsys.readouterr().err


def shown_help(capsys, command, run=main):
    use_language("vi")
    with pytest.raises(SystemExit) as ended:
        run([*command, "--help"])
    assert ended.value.code == DONE
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ([], "thiếu"),
        (["publish"], "publish"),
        (["issue"], "thiếu"),
        (["check", "--class"], "cần một giá trị"),
        (["check", "--class", "8A1", "--year", "2025-2026", "--yes"], "không hiểu"),
        (["demo", "--pupils", "many"], "số nguyên"),
        (["revoke", "--reason", "MOOD"], "MOOD"),
        (["--lang", "fr", "demo"], "fr"),
    ],
)
def test_wrong_usage_is_told_in_vietnamese(capsys, command, said):
    """Nothing of argparse's own English is left."""
    shown = usage_error(capsys, command)

    assert said in shown
    assert "cách dùng:" in shown
    for english in ("usage:", "error:", "argument ", "required", "invalid", "choose from"):
        assert english not in shown


def test_wrong_usage_is_told_in_english_when_asked(capsys):
    """The source texts."""
    shown = usage_error(capsys, ["--lang", "en", "issue"])

    assert "usage: hocba issue" in shown
    assert "the following arguments are required: --year, --class" in shown


@pytest.mark.parametrize("command", [["--lang", "en", "sample"], ["sample", "--lang", "en"]])
def test_the_language_may_stand_before_or_after_the_verb(capsys, command):
    """People type it in both places."""
    assert "arguments are required" in usage_error(capsys, command)


def test_the_language_before_a_verb_that_has_one_of_its_own_holds(tmp_path, capsys):
    """`verify` is the verifier's own parser."""
    command = ["--lang", "en", "verify", str(tmp_path), "--policy", str(tmp_path / "none.toml")]

    assert main(command) == USAGE
    assert "the policy cannot be read" in capsys.readouterr().err
    assert verify_main(["--lang", "en", "audit", "--policy", str(tmp_path / "none.toml")]) == USAGE


def test_options_are_not_guessed_from_their_beginnings(capsys):
    """`--pup` may mean another option tomorrow, and `--data` something that deletes."""
    assert "--pup" in usage_error(capsys, ["demo", "--pup", "3"])
    assert "--pol" in usage_error(capsys, ["x.pdf", "--pol", "p.toml"], verify_main)
    assert "--pol" in usage_error(capsys, ["verify", "x.pdf", "--pol", "p.toml"])
    assert "--po" in usage_error(capsys, ["chain", "serve", "x", "--po", "1"])


def test_help_is_vietnamese_and_names_the_audit(capsys):
    """`hocba-verify --help` shows that there is `hocba-verify audit`."""
    shown = shown_help(capsys, [], verify_main)

    assert "hocba-verify audit" in shown
    assert "cách dùng:" in shown
    assert "show this help" not in shown
    for verb in (["sync"], ["chain"], ["chain", "serve"], ["shared-database", "serve"]):
        shown = shown_help(capsys, verb)
        for english in ("usage", "options:", "positional", "show this", "COMMAND"):
            assert english not in shown


def test_the_texts_of_argparse_that_are_translated_are_argparses_own():
    """A text that a release of Python words anew would fall back to English unseen."""
    source = inspect.getsource(argparse)
    newer = {"invalid choice: %(value)r, maybe you meant %(closest)r? (choose from %(choices)s)"}

    for text in set(arguments.argparse_texts()) - newer:
        assert text.replace("\n", "\\n") in source, text


@pytest.mark.parametrize(
    "year", ["2025", "2025-2027", "2026-2025", "25-26", "2025/2026", "٢٠٢٥-٢٠٢٦"]
)
def test_a_school_year_is_two_years_that_follow_each_other(capsys, year):
    """A slip of the hand would look like a class that nobody has heard of."""
    shown = usage_error(capsys, ["check", "--class", "8A1", "--year", year])

    assert "2025-2026" in shown


@pytest.mark.parametrize("port", ["-1", "65536", "http", "1.5"])
def test_what_is_no_port_is_wrong_usage(tmp_path, capsys, port):
    """Before the file is looked at."""
    for verb in (["chain", "serve", "x"], ["shared-database", "serve", "--database", "x"]):
        assert "65535" in usage_error(capsys, [*verb, "--port", port])


def test_a_port_in_use_is_wrong_usage(school, capsys):
    """Another program listens there."""
    directory, _sample = school
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        chain = ["chain", "serve", str(directory / "chain/chain.sqlite3"), "--port", port]
        database = ["shared-database", "serve", "--port", port]
        database += ["--database", str(directory / "shared-database.sqlite3")]
        for command in (chain, database):
            assert main(command) == USAGE
            assert port in capsys.readouterr().err


def test_an_unknown_class_is_wrong_usage(school, capsys):
    """Its code is named, and where to look."""
    directory, _sample = school
    for verb in ("check", "issue"):
        assert main([verb, *settings(directory), "--class", "9Z9"]) == USAGE
        assert "9Z9" in capsys.readouterr().err
    assert main(["check", *settings(directory, "2031-2032"), "--class", "8A1"]) == USAGE


def test_a_sample_that_cannot_be_written_is_told(tmp_path, capsys):
    """A missing folder is named; a folder that takes no file is another thing."""
    secret = tmp_path / "secret"
    secret.write_text("only-for-tests")
    command = ["sample", "--pupils", "1", "--client-secret-file", str(secret), "--lang", "en"]

    assert main([*command, "--out", str(tmp_path / "none" / "x.db")]) == USAGE
    said = capsys.readouterr().err
    assert f"there is no folder {tmp_path / 'none'}" in said
    assert main([*command, "--out", "/proc/x.db"]) == TOOL_FAILED
    said = capsys.readouterr().err
    assert "/proc/x.db" in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    "command",
    [
        ["demo", "--pupils", "5", "--out", "demo"],
        ["chain", "serve", "{directory}/chain/chain.sqlite3", "--port", "0"],
        ["shared-database", "serve", "--database", "{directory}/shared-database.sqlite3"],
    ],
)
def test_an_interrupted_verb_ends_with_one_line(school, tmp_path, command):
    """Ctrl-C: no traceback, exit code 130."""
    directory, _sample = school
    filled = [part.format(directory=directory) for part in command]

    code, said = interrupted(
        ["-m", "transcript_service", *filled], tmp_path, lambda process: process.stdout.read(1)
    )

    assert code == INTERRUPTED, said
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("program", "goes_on"),
    [
        (["verifier"], False),
        (["transcript_service", "verify"], False),
        (["transcript_service", "verify", "--out", "table.csv"], True),
    ],
)
def test_an_interrupted_verification_ends_with_one_line(issued, program, goes_on):
    """It waits for a node that took the question and never answers; only a table is kept."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        node = f"http://127.0.0.1:{silent.getsockname()[1]}"
        asked = ["transcripts", "--policy", "policy.toml", "--rpc", node, "--lang", "en"]
        command = ["-m", *program, *asked]
        code, said = interrupted(command, issued, lambda _process: silent.accept())

    assert code == INTERRUPTED, said
    assert ("to go on" in said) is goes_on
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1


def test_a_chain_that_is_not_there_is_wrong_usage(tmp_path, capsys):
    """Nothing is served."""
    assert main(["chain", "serve", str(tmp_path / "nope.sqlite3"), "--lang", "en"]) == USAGE
    assert "nope.sqlite3" in capsys.readouterr().err


def interrupted(command, directory, has_begun):
    """
    Exit code and diagnosis of a command that gets Ctrl-C, as all of its processes do.

    *has_begun* returns when the command is at work: an interpreter that is interrupted while it
    still imports ends by the signal itself, whatever the command would do.
    """
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        _kept_open = has_begun(process)
        os.killpg(process.pid, signal.SIGINT)
        _out, said = process.communicate(timeout=60)
    finally:
        process.kill()
    return process.returncode, said


@pytest.mark.parametrize("option", ["", "--receipts", "--manifests"])
def test_a_name_too_long_for_a_file_is_wrong_usage(option, tmp_path, capsys):
    policy = Path(__file__).parents[1] / "frozen" / "1" / "policy-snapshot.toml"
    name = "a" * 300
    command = [*([option] if option else []), name, "--policy", str(policy)]

    assert verify_main([*command, *([str(tmp_path)] if option else [])]) == USAGE
    assert capsys.readouterr().err


@pytest.mark.parametrize(
    "program",
    [["-m", "transcript_service", "verify"], ["-c", "from verifier.cli import main; main()"]],
)
def test_an_answer_that_nobody_reads_ends_quietly(program):
    """As in `hocba verify … | head -0`."""
    frozen = Path(__file__).parents[1] / "frozen" / "1"
    command = [frozen / "transcripts", "--policy", frozen / "policy-snapshot.toml", "--offline"]
    reader, writer = os.pipe()
    os.close(reader)

    done = subprocess.run(
        [sys.executable, *program, *command], stdout=writer, stderr=subprocess.PIPE, check=False
    )

    os.close(writer)
    assert done.stderr == b""
