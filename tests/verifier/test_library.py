"""The library: its few names, typed and lazy, and the examples of docs/library.md as they stand."""

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import verifier
from tests.verifier.issued import NOW, Office
from tests.verifier.outcomes import OPEN, PASSED, outcome
from tests.verifier.services import Service
from tests.verifier.test_receipt_service import schools_answers
from transcript_service.issuance.embedded_chain import open_rpc
from verifier import (
    MissingEvidence,
    Policy,
    PolicyError,
    SubReason,
    VerifierError,
    open_verifier,
    verify,
)

ROOT = Path(__file__).parents[2]
FROZEN = ROOT / "tests" / "frozen" / "1"
EXAMPLES = re.findall(
    r"```python\n(.*?)```\n\n```text\n(.*?)```",
    (ROOT / "docs" / "library.md").read_text(encoding="utf-8"),
    re.DOTALL,
)


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    """Documents of the first format version, with a policy that names a snapshot."""
    folder = Path(shutil.copytree(FROZEN, tmp_path / "frozen"))
    shutil.rmtree(folder / "chain")
    (folder / "policy-snapshot.toml").replace(folder / "policy.toml")
    return folder


def test_the_examples_of_the_documentation_print_what_it_says(frozen: Path) -> None:
    """One after the other, in one fresh process and in the folder of the documents."""
    mark = "=====\n"
    script = f"print({mark!r}, end='')\n".join(example for example, _said in EXAMPLES)
    command = [sys.executable, "-c", script]
    done = subprocess.run(
        command, cwd=frozen, capture_output=True, text=True, timeout=120, check=False
    )

    assert len(EXAMPLES) == 5
    assert done.returncode == 0, done.stderr
    assert done.stdout.split(mark) == [said for _example, said in EXAMPLES]


def test_every_name_of_the_library_leads_somewhere() -> None:
    """And nothing is promised that the table of homes does not hold."""
    assert set(verifier.__all__) == set(verifier._HOMES)
    assert all(getattr(verifier, name) is not None for name in verifier.__all__)
    assert set(verifier.__all__) <= set(dir(verifier))
    assert (Path(verifier.__file__).parent / "py.typed").exists()
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = verifier.nothing


def test_importing_the_package_loads_nothing_else() -> None:
    """The start of `hocba-verify` does not pay for the library."""
    code = "import sys, verifier; sys.exit(sum(one.startswith('verifier.') for one in sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_one_document_in_one_call(frozen: Path) -> None:
    """The registry is read for it alone."""
    policy = Policy.load(frozen / "policy.toml")
    (path, *_more) = sorted((frozen / "transcripts").glob("*.pdf"))

    report = verify(path, policy=policy, now=datetime.now(UTC))

    assert outcome(report) == (PASSED, None)
    assert report.file == str(path)


def test_a_registry_out_of_reach_is_a_finding(office: Office) -> None:
    """`hocba-verify` and the library read no chain inside a file; nothing is raised."""
    with open_verifier(office.policy, now=NOW) as opened:
        report = opened.verify(office.transcripts / "a.pdf")
        why = opened.registry

    assert outcome(report) == (OPEN, SubReason.REGISTRY_UNAVAILABLE)
    assert isinstance(why, MissingEvidence)


def test_folders_and_services_are_asked_as_on_the_command_line(office: Office) -> None:
    """The same sources in the same order."""
    (office.transcripts / "a.receipt.json").rename(office.directory / "a.receipt.json")
    (office.transcripts / "b.receipt.json").rename(office.directory / "b.receipt.json")
    (office.transcripts / "c.receipt.json").rename(office.directory / "c.receipt.json")
    by_folder = {"receipts": office.directory, "open_rpc": open_rpc}
    with Service(schools_answers(office)).running() as service:
        by_service = {"service": service.url, "open_rpc": open_rpc}
        for options in (by_folder, by_service):
            with open_verifier(office.policy, now=NOW, **options) as opened:
                assert outcome(opened.verify(office.transcripts / "a.pdf")) == (PASSED, None)


def test_wrong_use_is_told_at_once(frozen: Path) -> None:
    """No report where there is nothing to report on."""
    policy = Policy.load(frozen / "policy.toml")
    with pytest.raises(PolicyError, match="offline"):
        open_verifier(policy, now=NOW, service="http://127.0.0.1:1", offline=True)
    with (
        open_verifier(policy, now=NOW, offline=True) as opened,
        pytest.raises(VerifierError, match="absent"),
    ):
        opened.verify(frozen / "absent.pdf")
