"""
Make what is handed out: a wheel, a source archive, and bills of materials (CycloneDX 1.6).

Everything is made of the newest commit, twice: in other folders, with another hash seed, time
zone and file mask. Exit code 1 when a byte differs. Who has the commit and the locked tools can
make the same bytes. `--out DIR` (default `dist`) takes them with `SHA256SUMS`; uncommitted changes
are not in them.
"""

import argparse
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LOCKS = {"verify": "requirements-verify.txt", "service": "requirements.txt"}
"""What each bill lists: `hocba-verify` alone, and all of hocba."""
CIRCUMSTANCES = (
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LANG": "C.UTF-8"},
    {"PYTHONHASHSEED": "2", "TZ": "Asia/Ho_Chi_Minh", "LANG": "C"},
)
MASKS = (0o022, 0o077)


def main(arguments: list[str]) -> int:
    """Make it twice, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--commit", default="HEAD")
    options = parser.parse_args(arguments)
    first, second = (make(options.commit, turn) for turn in (0, 1))
    differing = [name for name in {**first, **second} if first.get(name) != second.get(name)]
    if differing:
        print(f"made twice, not the same: {', '.join(sorted(differing))}", file=sys.stderr)
        return 1
    sums = "".join(f"{digest(data)}  {name}\n" for name, data in sorted(first.items()))
    options.out.mkdir(parents=True, exist_ok=True)
    for name, data in {**first, "SHA256SUMS": sums.encode()}.items():
        (options.out / name).write_bytes(data)
    print(sums, end="")
    return 0


def make(commit: str, turn: int) -> dict[str, bytes]:
    """Return the files by their names, made in circumstances of their own."""
    epoch = git("show", "-s", "--format=%ct", commit).decode().strip()
    environment = {**os.environ, **CIRCUMSTANCES[turn], "SOURCE_DATE_EPOCH": epoch}
    mask = os.umask(MASKS[turn])
    try:
        with tempfile.TemporaryDirectory() as folder:
            source, out = Path(folder, f"source-{turn}"), Path(folder, "out")
            with tarfile.open(fileobj=io.BytesIO(git("archive", commit))) as archive:
                archive.extractall(source, filter="data")
            build = ["build", "--no-isolation", "--outdir", str(out), str(source)]
            run([sys.executable, "-m", *build], source, environment)
            made = {path.name: path.read_bytes() for path in out.iterdir()}
            for name, lock in LOCKS.items():
                made[f"hocba-{name}.cdx.json"] = describe(source, lock, environment, wheel_of(made))
            return made
    finally:
        os.umask(mask)


def describe(source: Path, lock: str, environment: dict[str, str], wheel: bytes) -> bytes:
    """Return the bill of materials of a lock: packages with the digests that pip will check."""
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", lock]
    command += ["--pyproject", "pyproject.toml", "--output-reproducible", "--no-validate"]
    bill = json.loads(run(command, source, environment))
    project = tomllib.loads((source / "pyproject.toml").read_text("utf-8"))["project"]
    for component in bill["components"]:
        _name_by_what_it_is(component)
    root = bill["metadata"]["component"]
    root["hashes"] = [{"alg": "SHA-256", "content": digest(wheel)}]
    for tool in bill["metadata"]["tools"]["components"]:
        tool.pop("externalReferences", None)
    wanted = direct_dependencies(project, with_service=lock == LOCKS["service"])
    direct = [one["bom-ref"] for one in bill["components"] if one["name"].lower() in wanted]
    bill["components"].sort(key=lambda one: one["bom-ref"])
    bill["dependencies"] = [{"ref": root["bom-ref"], "dependsOn": sorted(direct)}]
    return json.dumps(bill, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n"


def wheel_of(made: dict[str, bytes]) -> bytes:
    """Return the wheel among the files."""
    return next(data for name, data in made.items() if name.endswith(".whl"))


def _name_by_what_it_is(component: dict[str, Any]) -> None:
    """Refer to a package by its purl, not by a line of the lock or a registry's host."""
    component["bom-ref"] = component["purl"]
    component.pop("description", None)
    for reference in component.get("externalReferences", ()):
        reference.update(url=component["purl"], comment="files that the lock allows")


def direct_dependencies(project: dict[str, Any], *, with_service: bool) -> set[str]:
    """Name the packages that pyproject.toml asks for."""
    extras = project["optional-dependencies"]
    asked = list(project["dependencies"])
    if with_service:
        asked += [*extras["service"], *extras["xlsx"]]
    return {re.split(r"[=<>\[]", one)[0].lower() for one in asked}


def digest(data: bytes) -> str:
    """Return SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def git(*words: str) -> bytes:
    """Return what git says."""
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True).stdout


def run(command: list[str], folder: Path, environment: dict[str, str]) -> bytes:
    """Return what a tool writes; end with what it complains of when it fails."""
    done = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True)
    if done.returncode:
        sys.exit((done.stdout + done.stderr).decode(errors="replace"))
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
