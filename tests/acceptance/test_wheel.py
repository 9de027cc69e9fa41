"""The built wheel gives the same answers as the checkout, from what a stranger has."""

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from zipfile import ZipFile

import pytest

from transcript_service.issuance.chain_server import serving
from transcript_service.issuance.embedded_chain import EmbeddedChain

ROOT = Path(__file__).parents[2]
EVERYTHING = ("transcripts", "superseded", "altered")


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """
    An interpreter that has the wheel and its dependencies, but not the checkout.

    The dependencies are those of this environment: a line in a .pth file adds their folder
    without following that folder's own .pth files, so the editable install is not seen.
    """
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    done = subprocess.run([*build, str(ROOT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    venv.create(folder / "env", with_pip=False)
    site = next((folder / "env/lib").glob("python*/site-packages"))
    with ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(site)
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "env/bin/python"


@pytest.fixture(scope="module")
def lean_python(python, tmp_path_factory):
    """An interpreter that has the wheel and nothing but what `requirements-verify.txt` lists."""
    folder = tmp_path_factory.mktemp("lean")
    venv.create(folder / "env", with_pip=False)
    site = next((folder / "env/lib").glob("python*/site-packages"))
    for path in next((python.parents[1] / "lib").glob("python*/site-packages")).iterdir():
        if path.name != "dependencies.pth":
            (site / path.name).symlink_to(path)
    lock = (ROOT / "requirements-verify.txt").read_text()
    for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE):
        for path in top_level_of(name):
            if not (site / path.name).exists():
                (site / path.name).symlink_to(path)
    return folder / "env/bin/python"


def top_level_of(name):
    """Give what a package put into this environment; nothing if it is for other systems."""
    try:
        files = distribution(name).files or []
    except PackageNotFoundError:
        return
    root = Path(sysconfig.get_path("purelib"))
    for top in {path.parts[0] for path in files} - {"..", "__pycache__"}:
        yield root / top


@pytest.fixture
def handed_out(published, tmp_path):
    """The demo without what only the school has."""
    demo = Path(shutil.copytree(published, tmp_path / "demo"))
    (demo / "service.db").unlink()
    shutil.rmtree(demo / "keys")
    return demo


def ask(python, directory, *arguments):
    done = subprocess.run(
        [str(python), "-I", "-m", *arguments, "--json"],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    reports = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return done.returncode, reports


def test_the_wheel_holds_exactly_the_three_packages(python):
    """What is imported is the wheel's, and nothing else stands at its top level (ADR 0012)."""
    code = "import transcript_service, verifier, signing; print(verifier.__file__)"
    said = subprocess.run(
        [str(python), "-I", "-c", code], cwd="/", capture_output=True, text=True, check=True
    ).stdout.strip()
    site = Path(said).parents[1]
    mine = {path.name for path in site.iterdir()} - {"dependencies.pth"}

    assert site.is_relative_to(python.parents[1])
    assert {name for name in mine if not name.endswith(".dist-info")} == {
        "signing",
        "transcript_service",
        "verifier",
    }


def test_the_wheel_verifies_and_audits_like_the_checkout(python, handed_out):
    """Same reports, same exit codes, with service.db and keys/ deleted, outside the checkout."""
    verify = ("transcript_service", "verify", *EVERYTHING, "--policy", "policy.toml")
    audit = ("transcript_service", "audit", "--policy", "policy.toml")
    audit = (*audit, "--manifests", "manifests", "--archive", "archive")

    from_wheel = ask(python, handed_out, *verify), ask(python, handed_out, *audit)
    from_checkout = (
        ask(sys.executable, handed_out, *verify),
        ask(sys.executable, handed_out, *audit),
    )

    assert from_wheel == from_checkout
    assert [code for code, _reports in from_wheel] == [3, 0]


def test_the_verifier_alone_asks_a_node_over_http(python, handed_out):
    """`hocba-verify` with `--rpc URL` gives the verdicts of `hocba verify`; the pins stay."""
    with (
        EmbeddedChain(handed_out / "chain/chain.sqlite3", chain_id=None) as chain,
        serving(chain) as url,
    ):
        code, reports = ask(
            python,
            handed_out,
            "verifier",
            "transcripts",
            "--policy",
            "policy.toml",
            "--rpc",
            url,
        )

    assert code == 0
    assert {report["verdict"] for report in reports} == {"TOTAL-PASSED"}


def test_the_verifier_alone_cannot_open_an_embedded_chain_and_says_so(python, handed_out):
    """INDETERMINATE, never false: the message names the commands that can."""
    code, reports = ask(python, handed_out, "verifier", "transcripts", "--policy", "policy.toml")

    assert code == 4
    assert {report["sub_reason"] for report in reports} == {"REGISTRY_UNAVAILABLE"}


def test_the_lean_installation_verifies_a_real_document(lean_python, handed_out):
    """Without FastAPI, SQLModel, Typst and the rest of the service; workbooks need their extra."""
    with (
        EmbeddedChain(handed_out / "chain/chain.sqlite3", chain_id=None) as chain,
        serving(chain) as url,
    ):
        document = str(next((handed_out / "transcripts").glob("*.pdf")))
        options = (document, "--policy", "policy.toml", "--rpc", url)
        code, reports = ask(lean_python, handed_out, "verifier", *options)
        command = [str(lean_python), "-I", "-m", "verifier", *options, "--out"]
        table, workbook = (
            subprocess.run(
                [*command, name, "--lang", "en"],
                check=False,
                cwd=handed_out,
                capture_output=True,
                text=True,
            )
            for name in ("table.csv", "table.xlsx")
        )

    assert code == 0
    assert {report["verdict"] for report in reports} == {"TOTAL-PASSED"}
    assert (table.returncode, table.stderr) == (0, "")
    assert workbook.returncode == 2
    assert "hocba[xlsx]" in workbook.stderr


@pytest.mark.parametrize("name", ["fastapi", "sqlmodel", "typst", "eth", "rich", "xlsxwriter"])
def test_the_lean_installation_lacks_what_the_service_needs(lean_python, name):
    """Else the test above would show nothing."""
    code = f"import importlib.util as u, sys; sys.exit(u.find_spec({name!r}) is not None)"

    assert subprocess.run([str(lean_python), "-I", "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "command", [["-m", "transcript_service"], ["-c", "import transcript_service.app"]]
)
def test_the_service_says_which_extra_it_needs(lean_python, command):
    """As a command without a traceback; as a library as an ImportError."""
    done = subprocess.run(
        [str(lean_python), "-I", *command], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "hocba[service]" in done.stderr
    assert ("Traceback" in done.stderr) == (command[0] == "-c")
