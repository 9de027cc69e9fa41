"""Two demos, made once as their user makes them, and ways to ask about copies of them."""

import fcntl
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from transcript_service.cli import main

PUPILS = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """Exit code, JSON objects and everything said."""

    code: int
    reports: list[dict[str, Any]]
    text: str

    def reasons(self) -> set[tuple[str, str | None]]:
        return {(report["verdict"], report["sub_reason"]) for report in self.reports}


def run_demo(out: Path, *options: str) -> str:
    """Run `hocba demo` in a process of its own; return what it told."""
    command = [sys.executable, "-m", "transcript_service", "demo", "--out", str(out)]
    done = subprocess.run(
        [*command, "--pupils", str(PUPILS), *options], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def shared_demo(tmp_path_factory, worker_id: str, name: str, *options: str) -> Path:
    """Make a demo once, also when several workers run the tests."""
    base = tmp_path_factory.getbasetemp()
    base = base if worker_id == "master" else base.parent
    directory = base / name / "demo"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (directory.parent / "made").exists():
            directory.parent.mkdir()
            (directory.parent / "made").write_text(run_demo(directory, *options))
    return directory


@pytest.fixture(scope="session")
def published(tmp_path_factory, worker_id) -> Path:
    """A demo that nobody may change: tests take copies."""
    return shared_demo(tmp_path_factory, worker_id, "published")


@pytest.fixture(scope="session")
def unpublished(tmp_path_factory, worker_id) -> Path:
    """A demo with `--no-publish`."""
    return shared_demo(tmp_path_factory, worker_id, "unpublished", "--no-publish")


@pytest.fixture
def demo(published, tmp_path) -> Path:
    """A copy of the demo to be damaged."""
    return Path(shutil.copytree(published, tmp_path / "demo"))


@pytest.fixture
def demo_without_publication(unpublished, tmp_path) -> Path:
    """A copy of the unpublished demo to be damaged."""
    return Path(shutil.copytree(unpublished, tmp_path / "demo"))


@pytest.fixture
def hocba(capsys) -> Callable[..., Answer]:
    """Run a command of `hocba` with `--json` and read what it says."""

    def run(*arguments: str | Path) -> Answer:
        capsys.readouterr()
        code = main([*map(str, arguments), "--json"])
        said = capsys.readouterr()
        reports = [json.loads(line) for line in said.out.splitlines() if line.startswith("{")]
        return Answer(code=code, reports=reports, text=said.out + said.err)

    return run
