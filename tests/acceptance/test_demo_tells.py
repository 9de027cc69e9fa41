"""What `hocba demo` tells its reader: what was forged, and commands that can be run again."""

import shlex
import subprocess
import sys

from transcript_service.cli import main


def test_the_demo_says_which_mark_was_forged(published):
    """Subject, the true average, the false one, and the file."""
    told = (published.parent / "made").read_text()

    (line,) = [line for line in told.splitlines() if "được in thành 10,0" in line]
    assert "điểm trung bình cả năm" in line
    assert str(published / "altered") in line


def test_the_commands_at_the_end_of_the_demo_can_be_pasted(
    published, capsys, monkeypatch, tmp_path
):
    """From the folder in which the demo was started, which is not the folder it made."""
    told = (published.parent / "made").read_text()
    monkeypatch.chdir(tmp_path)
    commands = [line.split("  ", 1)[1] for line in told.splitlines() if line.startswith("  hocba ")]

    codes = [main(shlex.split(command)[1:]) for command in commands]

    assert codes == [0, 3, 3, 0]


def test_a_demo_in_a_relative_folder_prints_relative_commands(tmp_path):
    """The usual call: `hocba demo` makes `demo` where one stands."""
    hocba = (sys.executable, "-m", "transcript_service")
    done = subprocess.run(
        [*hocba, "demo", "--pupils", "2", "--out", "my demo"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "\n  hocba verify 'my demo/transcripts' --policy 'my demo/policy.toml'\n" in done.stdout
