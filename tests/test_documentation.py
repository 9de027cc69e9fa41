"""The documents tell of what there is, and of nothing else."""

import argparse
import ast
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from transcript_service.cli import _parser as hocba_parser
from transcript_service.settings import OfficeSettings, SchoolSettings, TimeStampingSettings
from verifier.messages import use_language

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
DOCUMENTS = sorted(
    path
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "contracts" / "README.md"]
    if path.name != "LICENSE"
)
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
SECTIONS = ["Context", "Decision", "Consequences", "Alternatives", "References"]
PACKAGES = ("signing", "transcript_service", "verifier")
IMPORT_NAMES = {"py-evm": "eth", "python-stdnum": "stdnum", "python-multipart": "multipart"}
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

Parser = argparse.ArgumentParser


def commands(parser: Parser, words: tuple[str, ...] = ("hocba",)) -> Iterator[tuple[str, Parser]]:
    """Give every command that can be typed, with its parser."""
    nested = [
        action for action in parser._actions if isinstance(action, argparse._SubParsersAction)
    ]
    if not nested:
        yield " ".join(words), parser
    for action in nested:
        for name, below in action.choices.items():
            yield from commands(below, (*words, name))


def shown_commands(path: Path) -> list[str]:
    """Give the lines that a document tells the reader to type."""
    return re.findall(r"^\$ (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)


def identity(path: Path) -> str:
    """Name a document in test names."""
    return path.relative_to(ROOT).as_posix()


def test_readme_begins_with_the_two_commands():
    """A reader who stops after five lines has seen how to run it."""
    lines = README.read_text(encoding="utf-8").splitlines()

    assert lines[2:6] == ["```console", "$ scripts/demo", "$ scripts/test", "```"]


def test_every_command_that_readme_shows_exists():
    """What is typed from the README parses; programs of the system are named in the set-up."""
    parser = hocba_parser()
    for line in shown_commands(README):
        program, *arguments = shlex.split(line)
        if program.startswith("scripts/"):
            assert (ROOT / program).is_file()
        elif program == ".venv/bin/hocba":
            parser.parse_args(arguments)
        elif program != ".venv/bin/hocba-verify":
            program = arguments[arguments.index("-exec") + 1] if "-exec" in arguments else program
            assert program in (ROOT / "scripts" / "parts" / "debian").read_text(encoding="utf-8")


def test_every_command_and_option_is_documented():
    """docs/commands.md is complete."""
    use_language("en")
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    missing = []
    for name, parser in commands(hocba_parser()):
        if f"`{name}" not in text:
            missing.append(name)
        options = [option for action in parser._actions for option in action.option_strings]
        missing += [
            f"{name} {option}"
            for option in options
            if option.startswith("--")
            and option != "--help"
            and f"`{option}" not in text
            and f" {option} " not in text
        ]

    assert missing == []


def test_no_command_is_documented_that_does_not_exist():
    """A reader can type whatever docs/commands.md names."""
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    named = {name.strip() for name in re.findall(r"`(hocba(?: [a-z][a-z-]+)+)", text)}

    assert named <= {name for name, _parser in commands(hocba_parser())}


def test_every_setting_of_a_school_is_documented():
    """A key that nobody tells of is a key that nobody sets."""
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    keys = list(SchoolSettings.__struct_fields__)
    for table in SchoolSettings.__annotations__.values():
        keys += getattr(table, "__struct_encode_fields__", ())
    for table in (OfficeSettings, TimeStampingSettings):
        keys += table.__struct_encode_fields__
    tables = {"shared_database", "signing", "registry", "printing", "rules", "quality"}
    tables |= {"time_stamping", "office"}

    missing = [key for key in keys if key not in tables and not re.search(rf"\b{key}`", text)]

    assert missing == []


@pytest.mark.parametrize("path", DECISIONS, ids=identity)
def test_every_decision_has_its_sections_in_order(path):
    """One form, so that a reader knows where to look."""
    text = path.read_text(encoding="utf-8")

    assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == SECTIONS
    assert text.startswith(f"# {path.name[:4]} ")


def test_the_decisions_are_numbered_without_a_gap():
    """0000 says how decisions are recorded, 0001 to 0014 are those of the first release."""
    numbers = [int(path.name[:4]) for path in DECISIONS]

    assert numbers == list(range(len(numbers)))
    assert len(numbers) > 14


@pytest.mark.parametrize("path", DOCUMENTS, ids=identity)
def test_every_link_of_a_document_leads_somewhere(path):
    """Links to files of the project are followed; those to the web are not."""
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))

    lost = [
        target
        for target in targets
        if "://" not in target and not (path.parent / target).resolve().exists()
    ]

    assert lost == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=identity)
def test_every_file_that_a_document_names_exists(path):
    """A path in code marks that begins with a folder of the project is a file or folder of it."""
    folders = "contracts|docs|scripts|signing|tests|transcript_service|verifier"
    named = re.findall(rf"`((?:{folders})/[\w./-]*)`", path.read_text(encoding="utf-8"))

    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_newest_entry_of_the_changelog_is_the_version():
    """A release without an entry, or an entry without a release, is a slip."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(\d[^\]]*)\]", text, flags=re.MULTILINE)

    assert versions[0] == PYPROJECT["project"]["version"]
    assert "## [Unreleased]" in text


def dependency_rows() -> dict[str, list[str]]:
    """Give for each package of CONTRIBUTING's table its doors."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w.-]+)` \| (.+?) \|", text, flags=re.MULTILINE)
    return {package: re.findall(r"`([^`]+)`", doors) for package, doors in rows}


def imported_by(path: Path) -> set[str]:
    """Name the top-level packages that a module imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_every_dependency_has_its_row():
    """CONTRIBUTING names each dependency once."""
    project = PYPROJECT["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["xlsx"], *extras["service"], *extras["dev"]]
    names = {re.split(r"[=<>\[]", dependency)[0] for dependency in wanted} - {"hocba"}

    assert sorted(dependency_rows()) == sorted(names)


def test_a_dependency_is_imported_only_by_its_doors():
    """What a foreign package raises is translated where it comes in, so few may import it."""
    rows = {
        IMPORT_NAMES.get(name, name.replace("-", "_")): doors
        for name, doors in dependency_rows().items()
    }
    strangers = [
        f"{identity(path)} imports {name}"
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        for name in imported_by(path) & rows.keys()
        if not any(identity(path).startswith(door) for door in rows[name])
    ]

    assert strangers == []


def test_the_style_guide_stays_short():
    """What is longer than a page is not read."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    style = text.split("## Style\n")[1].split("\n## ")[0]

    assert len(style.splitlines()) <= 60
