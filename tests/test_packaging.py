"""What is handed out: the same bytes each time, and a bill that says what is in it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.test_scripts import load

ROOT = Path(__file__).resolve().parent.parent
package = load("package")


@pytest.fixture(scope="module")
def bill() -> bytes:
    """The bill of the verifier alone."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1790000000"}
    return package.describe(ROOT, "requirements-verify.txt", environment, b"a wheel")


def locked(name: str) -> dict[str, str]:
    """Packages and versions of a lock."""
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / name).read_text(), re.MULTILINE))


def test_the_bill_lists_what_the_lock_locks(bill):
    """Each package by name, version and purl; the wheel by its digest."""
    told = json.loads(bill)

    assert {one["name"]: one["version"] for one in told["components"]} == locked(
        "requirements-verify.txt"
    )
    assert {one["bom-ref"] for one in told["components"]} == {
        f"pkg:pypi/{name}@{version}" for name, version in locked("requirements-verify.txt").items()
    }
    assert told["metadata"]["component"]["hashes"][0]["content"] == package.digest(b"a wheel")
    assert len(told["dependencies"][0]["dependsOn"]) == 10


def test_the_bill_names_no_host_and_nothing_of_chance(bill):
    """The same lock, commit and wheel give the same bill everywhere."""
    told = json.loads(bill)

    assert re.findall(rb"https?://[^\"]*", bill) == [
        b"http://cyclonedx.org/schema/bom-1.6.schema.json"
    ]
    assert "serialNumber" not in told
    assert told["metadata"]["timestamp"] == "2026-09-21T14:13:20+00:00"


def test_the_bill_is_valid(bill):
    """By the schema of CycloneDX 1.6; three packages with their digests are enough to see it."""
    told = json.loads(bill)
    told["components"] = told["components"][:3]
    told["dependencies"] = []

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(told)) is None


def test_the_locks_agree():
    """What the verifier runs with is what the service and the tests run with."""
    verify, service, dev = map(
        locked, ("requirements-verify.txt", "requirements.txt", "requirements-dev.txt")
    )

    assert verify.items() < service.items() < dev.items()


def test_the_lean_lock_holds_nothing_of_the_service():
    """Neither web framework nor database nor chain nor renderer."""
    unwanted = {"fastapi", "starlette", "uvicorn", "sqlmodel", "sqlalchemy", "py-evm", "typst"}

    assert not unwanted & set(locked("requirements-verify.txt"))


@pytest.mark.soak
def test_everything_is_made_twice_and_is_the_same(tmp_path):
    """`scripts/package` itself, of the newest commit."""
    command = [sys.executable, str(ROOT / "scripts/parts/package.py"), "--out", str(tmp_path)]

    subprocess.run(command, check=True)

    made = {path.name for path in tmp_path.iterdir()}
    assert {"SHA256SUMS", "hocba-verify.cdx.json", "hocba-service.cdx.json"} < made
    assert sum(name.endswith((".whl", ".tar.gz")) for name in made) == 2
