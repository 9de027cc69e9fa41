"""The schema of a transcript: closed, complete, valid."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

from verifier.canonical import canonical_json
from verifier.errors import InvalidFormat
from verifier.transcript import find_part_problems, parse_transcript

VECTORS = Path(__file__).parents[1] / "vectors"
SCHEMAS = Path(parse_transcript.__code__.co_filename).parent / "schemas"
EXAMPLES = {
    "THCS": (VECTORS / "transcript_example.json").read_bytes(),
    "THPT": (VECTORS / "transcript_thpt_example.json").read_bytes(),
}
LEVELS = pytest.mark.parametrize("level", EXAMPLES)
OF_ITS_LEVEL = {
    "urn:hocba:schema:transcript-thcs-year:1": "urn:hocba:schema:transcript-thpt-year:1",
    "(THCS)": "(THPT)",
    "lower secondary": "upper secondary",
    '"THCS"': '"THPT"',
    "-THCS-20": "-THPT-20",
    "^thcs-year/": "^thpt-year/",
    '{"const": 9}': '{"const": 12}',
    "At grade 9": "At grade 12",
    '"minimum": 6, "maximum": 9': '"minimum": 10, "maximum": 12',
}
"""What the schemas of the two levels say differently wherever they say the same thing."""


def schema_of(level: str) -> Path:
    return SCHEMAS / f"transcript-{level.lower()}-year-1.json"


def at(document: object, path: tuple) -> object:
    """Go to *path* within *document*."""
    for step in path:
        document = document[step]
    return document


def leaves(value: object, path: tuple = ()) -> list[tuple]:
    """List the paths of all objects, arrays and values within *value*."""
    children: list = []
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = list(enumerate(value))
    return [path, *(found for step, child in children for found in leaves(child, (*path, step)))]


@LEVELS
def test_nothing_can_be_left_out(level):
    """Every member of every object is required."""
    members = [
        path for path in leaves(json.loads(EXAMPLES[level])) if path and isinstance(path[-1], str)
    ]
    for path in members:
        document = json.loads(EXAMPLES[level])
        del at(document, path[:-1])[path[-1]]

        with pytest.raises(InvalidFormat):
            parse_transcript(canonical_json(document))
    assert len(members) > 200


@LEVELS
def test_nothing_can_be_added(level):
    """An unknown member is refused in every object."""
    example = json.loads(EXAMPLES[level])
    objects = [path for path in leaves(example) if isinstance(at(example, path), dict)]
    for path in objects:
        document = json.loads(EXAMPLES[level])
        at(document, path)["unknown"] = None

        with pytest.raises(InvalidFormat, match=r"unknown|subjects|adjustment|pupil"):
            parse_transcript(canonical_json(document))
    assert len(objects) > 30


@LEVELS
def test_the_schema_is_valid_and_closed(level):
    """Valid by its meta-schema; every object type forbids what it does not name."""
    schema = json.loads(schema_of(level).read_bytes())
    jsonschema_rs.meta.validate(schema)

    def objects(node):
        if isinstance(node, dict):
            if "properties" in node and "required" in node:
                yield node
            for child in node.values():
                yield from objects(child)
        elif isinstance(node, list):
            for child in node:
                yield from objects(child)

    found = list(objects(schema))
    assert len(found) > 15
    for node in found:
        assert node["additionalProperties"] is False
        assert sorted(node["required"]) == sorted(node["properties"])


@pytest.mark.parametrize("part", ["pupil", "school", "results", "confirmations", "rendering"])
@LEVELS
def test_a_part_can_be_checked_alone(part, level):
    """The issuer finds what the format refuses before there is a whole transcript."""
    value = json.loads(EXAMPLES[level])[part]

    assert find_part_problems(value, part, level) == ()
    assert find_part_problems({}, part, level) != ()


def test_a_part_of_a_level_without_schema_cannot_be_checked():
    """No schema is not the same as no problem."""
    with pytest.raises(InvalidFormat, match="no schema"):
        find_part_problems({}, "pupil", "GDTX")


def test_the_levels_differ_in_nothing_but_what_their_forms_have():
    """One shape for both: who reads the one reads the other."""
    lower = schema_of("THCS").read_text()
    for word, other in OF_ITS_LEVEL.items():
        assert word in lower
        lower = lower.replace(word, other)
    schemas = [json.loads(lower), json.loads(schema_of("THPT").read_bytes())]
    own = ["scored_subject", "commented_subject", "subject", "study_topics", "chosen_subject_code"]

    for schema in schemas:
        for name in own:
            schema["$defs"].pop(name, None)

    assert schemas[0] == schemas[1]
