"""What the distribution installs, and what its verifier can do without."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).resolve().parent.parent

FORBIDDEN = "transcript_service signing sqlmodel sqlalchemy fastapi web3 eth eth_account typst rich"
IMPORT_WITHOUT = """
import sys
for name in {forbidden!r}.split():
    sys.modules[name] = None
import {module}
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel from the sources as they are."""
    folder = tmp_path_factory.mktemp("wheel")
    return Path(next(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])))


def names_in(wheel: Path) -> list[str]:
    """List the files of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_installs_exactly_three_packages(wheel):
    """The top-level names are common words; there must not be a fourth by accident."""
    tops = {name.split("/")[0] for name in names_in(wheel)}

    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "signing",
        "transcript_service",
        "verifier",
    }


def test_the_wheel_has_the_same_bytes_wherever_it_is_made(wheel, tmp_path, monkeypatch):
    """Also in another time zone, at another time; `scripts/package` compares all that it makes."""
    monkeypatch.setenv("TZ", "Asia/Ho_Chi_Minh")
    builder = WheelBuilder(str(ROOT))

    again = Path(next(builder.build(directory=str(tmp_path), versions=["standard"])))

    assert again.read_bytes() == wheel.read_bytes()


def test_the_wheel_offers_exactly_two_commands(wheel):
    """`hocba` for everybody, `hocba-verify` for strangers."""
    with zipfile.ZipFile(wheel) as archive:
        points = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
        text = archive.read(points).decode()

    assert sorted(line.split(" = ")[0] for line in text.splitlines() if " = " in line) == [
        "hocba",
        "hocba-verify",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "verifier/locale/vi/LC_MESSAGES/hocba.mo",
        "verifier/registry_abi.json",
        "verifier/schemas/transcript-thcs-year-1.json",
        "verifier/schemas/transcript-thpt-year-1.json",
        "transcript_service/demo/sample_signature.svg",
        "transcript_service/issuance/registry_bytecode.json",
        "transcript_service/migrations/env.py",
    ],
)
def test_the_wheel_carries_the_files_that_the_code_reads(wheel, name):
    """An installation has no checkout to fall back to."""
    assert name in names_in(wheel)


def test_the_wheel_carries_fonts_and_templates(wheel):
    """The renderer takes both from the package."""
    names = names_in(wheel)

    assert any(name.endswith(".ttf") for name in names)
    assert any(name.endswith(".typ") for name in names)


def test_the_wheel_carries_no_tests_and_no_keys(wheel):
    """Only what runs is installed."""
    unwanted = (".p12", ".pem", ".pyc", ".sqlite3", "conftest.py")

    assert [name for name in names_in(wheel) if name.endswith(unwanted)] == []


@pytest.mark.parametrize("module", ["verifier.cli", "verifier.audit", "verifier.verification"])
def test_the_verifier_runs_without_service_signing_database_and_chain_writer(module):
    """A stranger reads only the verifier, and has to trust no more than that."""
    code = IMPORT_WITHOUT.format(forbidden=FORBIDDEN, module=module)

    outcome = subprocess.run(
        [sys.executable, "-I", "-c", code], check=False, capture_output=True, text=True
    )

    assert outcome.stderr == ""
    assert outcome.returncode == 0


def test_signing_runs_without_service_verifier_and_database():
    """PDF in, signed PDF out: nothing of schools, chains or databases."""
    code = IMPORT_WITHOUT.format(
        forbidden="transcript_service verifier sqlmodel sqlalchemy fastapi web3 eth httpx",
        module="signing.pades",
    )

    outcome = subprocess.run(
        [sys.executable, "-I", "-c", code], check=False, capture_output=True, text=True
    )

    assert outcome.stderr == ""
    assert outcome.returncode == 0
