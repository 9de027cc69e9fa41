"""
Reading `transcript.json`, the data that a transcript's PDF carries and from which it was rendered.

Strict: bounded UTF-8 JSON without duplicate keys, in RFC 8785 form, every text in NFC, valid by
the JSON Schema of its kind and level, and consistent where a schema cannot look. Messages name
places (`results.subjects[3].term_1`) and never repeat what stands there: those are a pupil's data.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from verifier.canonical import is_canonical, is_nfc, parse_json
from verifier.errors import InvalidFormat
from verifier.messages import _
from verifier.transcript_code import parse_transcript_code

TRANSCRIPT_FORMAT = "hocba/transcript/1"
GREATEST_SIZE_BYTES = 256 * 1024
GREATEST_PROBLEM_LENGTH = 300
_WHAT = "transcript.json"
_SCHEMAS = {
    ("YEAR", "THCS"): "transcript-thcs-year-1.json",
    ("YEAR", "THPT"): "transcript-thpt-year-1.json",
}
_SCHEMA_DIRECTORY = Path(__file__).parent / "schemas"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupersededVersion:
    """The version that a correction takes the place of."""

    version: int
    document_digest: bytes
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptView:
    """What a verifier needs of a transcript, and the whole as parsed JSON."""

    institution: str
    transcript_code: str
    series_key: bytes
    kind: str
    level: str
    school_year: str
    version: int
    supersedes: SupersededVersion | None
    sample: bool
    document: dict[str, Any]
    """The JSON object; by the schema, so its shape is known. Nobody changes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaProblem:
    """A place that the schema refuses; the value itself is masked."""

    place: str
    """Path of keys and indices within the value that was checked; empty for the whole."""
    problem: str


def parse_transcript(data: bytes) -> TranscriptView:
    """
    Parse the bytes of a `transcript.json`.

    Raises:
        InvalidFormat: not canonical JSON in NFC, not valid by its schema, or inconsistent; the
            error names the place and the problem, never a value.
    """
    document = parse_json(data, what=_WHAT, max_bytes=GREATEST_SIZE_BYTES)
    if not isinstance(document, dict):
        raise InvalidFormat(_WHAT, "", _("it is not a JSON object"))
    check_transcript(document)
    if not is_canonical(document, data):
        raise InvalidFormat(_WHAT, "", _("it is not written in RFC 8785 form"))
    return _view(document)


def check_transcript(document: dict[str, Any]) -> None:
    """
    Check a transcript that is already parsed, or about to be written.

    Raises:
        InvalidFormat: as `parse_transcript`, except for the form of the bytes.
    """
    for problem in find_schema_problems(document):
        raise InvalidFormat(_WHAT, problem.place, problem.problem)
    code = parse_transcript_code(document["transcript_code"])
    if code.level != document["level"]:
        raise InvalidFormat(_WHAT, "transcript_code", _("its level is not that of the transcript"))
    _check_school_year(document["school_year"], "school_year")
    for number, entry in enumerate(document["pupil"]["study_history"]):
        _check_school_year(entry["school_year"], f"pupil.study_history[{number}].school_year")
    superseded = document["supersedes"]
    if superseded is not None and superseded["version"] >= document["version"]:
        raise InvalidFormat(_WHAT, "supersedes.version", _("it is not an earlier version"))
    _check_subjects(document["results"]["subjects"])


def find_schema_problems(value: object) -> tuple[SchemaProblem, ...]:
    """
    List what its schema refuses in a transcript's JSON object, and text not in NFC.

    Raises:
        InvalidFormat: no schema of this release describes the kind and level.
    """
    return tuple(_problems(value, _kind_and_level(value), None))


def find_part_problems(value: object, part: str, level: str) -> tuple[SchemaProblem, ...]:
    """
    List what the schema of a YEAR transcript refuses in one part of it, and text not in NFC.

    Args:
        value: the object of *part*.
        part: `pupil`, `school`, `results`, `confirmations` or `rendering`.
        level: of the transcript, such as `THCS`.

    Raises:
        InvalidFormat: no schema of this release describes the level.
    """
    wanted = {"format": TRANSCRIPT_FORMAT, "kind": "YEAR", "level": level}
    return tuple(_problems(value, _kind_and_level(wanted), part))


def _problems(value: object, key: tuple[str, str], part: str | None) -> Iterator[SchemaProblem]:
    for error in _validator(key, part).iter_errors(value):
        problem = error.message[:GREATEST_PROBLEM_LENGTH]
        yield SchemaProblem(place=_place(error.instance_path), problem=problem)
    if not is_nfc(value):
        yield from _text_problems(value, ())


def _kind_and_level(value: object) -> tuple[str, str]:
    """Return kind and level of a transcript of which a schema is known."""
    if not isinstance(value, dict) or value.get("format") != TRANSCRIPT_FORMAT:
        raise InvalidFormat(
            _WHAT, "format", _("it is not {format}").format(format=TRANSCRIPT_FORMAT)
        )
    for key in _SCHEMAS:
        if key == (value.get("kind"), value.get("level")):
            return key
    raise InvalidFormat(_WHAT, "kind", _("this release knows no schema for its kind and level"))


@cache
def _validator(key: tuple[str, str], part: str | None) -> jsonschema_rs.Draft202012Validator:
    """Compile a schema, or one of its definitions, with linear-time patterns and masked values."""
    schema = json.loads((_SCHEMA_DIRECTORY / _SCHEMAS[key]).read_bytes())
    if part is not None:
        schema = {
            "$schema": schema["$schema"],
            "$ref": f"#/$defs/{part}",
            "$defs": schema["$defs"],
        }
    return jsonschema_rs.Draft202012Validator(
        schema,
        validate_formats=True,
        mask="…",
        offline=True,
        pattern_options=jsonschema_rs.RegexOptions(),
    )


def _text_problems(value: object, path: tuple[str | int, ...]) -> Iterator[SchemaProblem]:
    """Find text that is not in Unicode NFC, wherever it stands."""
    if isinstance(value, str) and not unicodedata.is_normalized("NFC", value):
        yield SchemaProblem(place=_place(path), problem=_("its text is not in Unicode NFC"))
    for step, child in _children(value):
        yield from _text_problems(child, (*path, step))


def _place(path: Iterable[str | int]) -> str:
    """Write a path as `results.subjects[3].term_1`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def _children(value: object) -> Iterator[tuple[str | int, object]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def _check_school_year(school_year: str, place: str) -> None:
    """Refuse a school year that does not end in the year after it began."""
    if int(school_year[5:]) != int(school_year[:4]) + 1:
        raise InvalidFormat(_WHAT, place, _("it does not name two consecutive years"))


def _check_subjects(subjects: list[dict[str, Any]]) -> None:
    """Refuse a subject that stands twice."""
    seen: set[str] = set()
    for number, subject in enumerate(subjects):
        if subject["subject_code"] in seen:
            raise InvalidFormat(
                _WHAT, f"results.subjects[{number}].subject_code", _("the subject stands twice")
            )
        seen.add(subject["subject_code"])


def _view(document: dict[str, Any]) -> TranscriptView:
    superseded = document["supersedes"]
    return TranscriptView(
        institution=document["institution"],
        transcript_code=document["transcript_code"],
        series_key=bytes.fromhex(document["series_key"][2:]),
        kind=document["kind"],
        level=document["level"],
        school_year=document["school_year"],
        version=document["version"],
        supersedes=superseded
        and SupersededVersion(
            version=superseded["version"],
            document_digest=bytes.fromhex(superseded["document_digest"][2:]),
            reason=superseded["reason"],
        ),
        sample=document["sample"],
        document=document,
    )
