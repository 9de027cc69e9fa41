"""The project's own tools find what they are there to find."""

import importlib.util
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = [
    "bench",
    "check_sizes",
    "compile_contracts",
    "conformance",
    "demo",
    "fix",
    "lint",
    "package",
    "setup",
    "soak",
    "test",
]


def load(name: str) -> ModuleType:
    """Import a part of the scripts, which are no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / "parts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


check_sizes = load("check_sizes")
catalogue = load("catalogue")


def function_of(lines: int, docstring: int = 0) -> str:
    """Write a function with this many lines, its docstring beside them."""
    documentation = (
        ['    """One.', *["    More."] * (docstring - 2), '    """'] if docstring else []
    )
    body = ["    pass"] * (lines - 1)
    return "\n".join(["def long():", *documentation, *body]) + "\n"


@pytest.mark.parametrize("lines", [2, 40])
def test_a_function_that_fits_on_a_screen_is_let_through(tmp_path, lines):
    """Forty lines are the bound, and the bound itself is allowed."""
    (tmp_path / "a.py").write_text(function_of(lines, docstring=30))

    assert list(check_sizes.find_excesses(tmp_path / "a.py")) == []


def test_a_function_of_41_lines_is_named_with_its_place(tmp_path, capsys):
    """The message leads to the line, and the exit code is not 0."""
    path = tmp_path / "a.py"
    path.write_text("import os\n" + function_of(41))

    code = check_sizes.main([str(path)])

    assert code == 1
    assert f"{path}:2: long has 41 lines" in capsys.readouterr().out


def test_a_long_method_inside_a_class_is_found(tmp_path):
    """Nesting hides nothing."""
    indented = "".join(f"    {line}\n" for line in function_of(41).splitlines())
    (tmp_path / "a.py").write_text(f"class A:\n{indented}")

    assert len(list(check_sizes.find_excesses(tmp_path / "a.py"))) == 1


@pytest.mark.parametrize("name", ["a.py", "A.sol", "a.typ", "script"])
def test_a_file_of_301_lines_is_an_excess(tmp_path, name):
    """Source files of every kind have the same bound."""
    (tmp_path / name).write_text("#!/bin/sh\n" + "# x\n" * 300)

    assert "301 lines" in next(iter(check_sizes.find_excesses(tmp_path / name)))


def test_a_python_script_without_an_ending_is_read_as_python(tmp_path):
    """The first line tells."""
    (tmp_path / "script").write_text("#!/usr/bin/env python3\n" + function_of(41))

    assert len(list(check_sizes.find_excesses(tmp_path / "script"))) == 1


def test_the_scripts_themselves_are_among_the_measured_files():
    """A listing that misses files would let everything through."""
    measured = {path.relative_to(ROOT).as_posix() for path in check_sizes.repository_files()}

    assert {"scripts/setup", "scripts/parts/catalogue.py", "verifier/messages.py"} <= measured


def places_of(*texts: str) -> dict[str, list[str]]:
    """Say that all of these texts stand in one file."""
    return {text: ["verifier/somewhere.py"] for text in texts}


@pytest.mark.parametrize(
    ("text", "translation", "fault"),
    [
        ("a word", "", "has no translation"),
        ("a {word}", "một {tu}", "name different fields"),
        ("a word", "mo\u0323\u0302t", "not NFC"),
    ],
    ids=["missing", "other-fields", "decomposed"],
)
def test_a_translation_that_is_not_as_it_has_to_be_is_named(text, translation, fault):
    """Each kind of fault has its own words."""
    known = Catalog(locale="vi")
    known.add(text, translation)

    assert fault in "".join(catalogue.find_faults(places_of(text), known))


def test_a_fuzzy_translation_and_one_no_longer_used_are_named():
    """What a person has not looked at, and what nobody reads, does not stay."""
    known = Catalog(locale="vi")
    known.add("a word", "một từ", flags=["fuzzy"])
    known.add("gone", "đã bỏ")

    faults = list(catalogue.find_faults(places_of("a word"), known))

    assert len(faults) == 2
    assert "fuzzy" in faults[0]
    assert "no longer used" in faults[1]


def test_the_catalogue_holds_exactly_the_texts_of_the_code(capsys):
    """Nothing that people read is left without its Vietnamese words."""
    code = catalogue.main(["--check"])

    assert capsys.readouterr().out == ""
    assert code == 0


def test_the_texts_of_signing_errors_are_found_without_a_mark():
    """Signing imports no catalogue; the first argument of its errors is the text."""
    texts = catalogue.find_texts()

    assert "The password does not open the key file {path}. Give the right password." in texts


def test_writing_the_catalogue_twice_gives_the_same_bytes():
    """No date and no line number stands in it, so that nothing changes without reason."""
    places = places_of("b {x}", "a")
    known = Catalog(locale="vi")
    known.add("a", "á")

    first, second = (catalogue.build_catalogue(places, known) for _ in range(2))

    assert catalogue.po_bytes(first) == catalogue.po_bytes(second)
    assert catalogue.mo_bytes(first) == catalogue.mo_bytes(second)


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_command_can_be_run_and_is_sound_shell_or_python(name):
    """The executable bit is part of a clone, and a slip of the pen is found without running."""
    path = ROOT / "scripts" / name
    first_line = path.read_text(encoding="utf-8").splitlines()[0]

    if "python" in first_line:
        compile(path.read_text(encoding="utf-8"), str(path), "exec")
    else:
        subprocess.run(["bash", "-n", str(path)], check=True)

    assert os.access(path, os.X_OK)


def run_setup(part: str, call: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Call one function of scripts/setup with this environment only."""
    script = f"""
        set -euo pipefail
        say() {{ printf 'setup: %s\\n' "$*" >&2; }}
        die() {{ say "$@"; exit 1; }}
        root="$PWD"
        source {ROOT}/scripts/parts/{part}
        {call}
    """
    return subprocess.run(
        ["/bin/bash", "-c", script],
        env={"PATH": "/usr/bin:/bin", **environment},
        cwd=environment.get("AT", ROOT),
        check=False,
        capture_output=True,
        text=True,
    )


def test_setup_without_apt_names_the_missing_packages(tmp_path):
    """On another system the message is all that a newcomer has."""
    (tmp_path / "rm").symlink_to("/bin/rm")

    outcome = run_setup("debian", f"PATH={tmp_path}; install_debian qpdf poppler-utils")

    assert outcome.returncode == 1
    assert "missing: qpdf poppler-utils" in outcome.stderr


JUDGES = ["qpdf", "poppler-utils", "openssl", "default-jdk-headless", "maven"]


@pytest.mark.parametrize(
    ("part", "packages"),
    [
        ("demo", []),
        ("", JUDGES),
        ("lint", [*JUDGES, "nodejs", "npm"]),
    ],
)
def test_setup_asks_for_no_more_than_the_command_needs(part, packages):
    """Who only wants to see the demo need not be root."""
    outcome = run_setup("debian", f"wanted_tools {part}")

    assert [line.split()[1] for line in outcome.stdout.splitlines()] == packages


def test_setup_uses_only_a_python_that_is_new_enough(tmp_path):
    """An old python3 on the PATH is passed over, PYTHON names a better one."""
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)

    outcome = run_setup(
        "debian", "find_python", PATH=f"{tmp_path}:/usr/bin:/bin", PYTHON=sys.executable
    )

    assert outcome.stdout.strip() == sys.executable


def test_an_environment_of_a_moved_checkout_does_not_fit(tmp_path):
    """Its commands still name the old place."""
    binaries = tmp_path / ".venv" / "bin"
    binaries.mkdir(parents=True)
    # No symbolic link: beside it, Debian's Python would not find this environment's pip.
    python = binaries / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    (tmp_path / ".venv" / "place").write_text(f"{tmp_path}-before\n")

    moved = run_setup("venv", "venv_fits && echo fits || echo not", AT=str(tmp_path))
    (tmp_path / ".venv" / "place").write_text(f"{tmp_path}\n")
    stayed = run_setup("venv", "venv_fits && echo fits || echo not", AT=str(tmp_path))

    assert moved.stdout == "not\n"
    assert stayed.stdout == "fits\n"


@pytest.fixture
def build_judges(tmp_path):
    """Build the judges of a checkout of its own, with a Maven that fetches one jar."""
    folder = tmp_path / "tests" / "conformance"
    (folder / "src/main/java/judges").mkdir(parents=True)
    for name in ("pom.xml", "src/main/java/judges/One.java"):
        (folder / name).write_text("as it is")
    (folder / "jars.sha256").write_text(f"{sha256(b'honest').hexdigest()}  one.jar\n")
    for name, work in {
        "javac": "echo javac 17",
        "mvn": f"mkdir -p {folder}/target/dependency; cp jar {folder}/target/dependency/one.jar",
    }.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{work}\n")
        (tmp_path / name).chmod(0o755)

    def run(jar: bytes) -> subprocess.CompletedProcess[str]:
        (tmp_path / "jar").write_bytes(jar)
        call = f"source {ROOT}/scripts/parts/debian; build_judges"
        return run_setup("judges", call, AT=str(tmp_path), PATH=f"{tmp_path}:/usr/bin:/bin")

    return run


def test_a_judge_is_built_once_and_again_when_its_source_changes(build_judges, tmp_path):
    """Whoever runs one test waits for Maven at most once."""
    first, second = build_judges(b"honest"), build_judges(b"honest")
    (tmp_path / "tests/conformance/src/main/java/judges/One.java").write_text("another")
    third = build_judges(b"honest")

    assert ["building" in run.stderr for run in (first, second, third)] == [True, False, True]
    assert [run.returncode for run in (first, second, third)] == [0, 0, 0]


def test_a_jar_with_another_digest_is_refused_each_time(build_judges, tmp_path):
    """What runs in the tests is what was looked at; the name and version of a jar prove nothing."""
    for run in (build_judges(b"forged"), build_judges(b"forged")):
        assert run.returncode == 1
        assert "is not what tests/conformance/jars.sha256 lists" in run.stderr
        assert sha256(b"forged").hexdigest() in run.stderr

    assert not (tmp_path / "tests/conformance/target").exists()
