"""The schema of a transcript: closed, complete, valid."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

from verifier.canonical import canonical_json
from verifier.errors import InvalidFormat
from verifier.transcript import find_schema_problems, parse_transcript

VECTOR = Path(__file__).parents[1] / "vectors" / "transcript_example.json"
SCHEMA = (
    Path(parse_transcript.__code__.co_filename).parent / "schemas" / ("transcript-thcs-year-1.json")
)
EXAMPLE = VECTOR.read_bytes()


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


def test_nothing_can_be_left_out():
    """Every member of every object is required."""
    members = [path for path in leaves(json.loads(EXAMPLE)) if path and isinstance(path[-1], str)]
    for path in members:
        document = json.loads(EXAMPLE)
        del at(document, path[:-1])[path[-1]]

        with pytest.raises(InvalidFormat):
            parse_transcript(canonical_json(document))
    assert len(members) > 200


def test_nothing_can_be_added():
    """An unknown member is refused in every object."""
    example = json.loads(EXAMPLE)
    objects = [path for path in leaves(example) if isinstance(at(example, path), dict)]
    for path in objects:
        document = json.loads(EXAMPLE)
        at(document, path)["unknown"] = None

        with pytest.raises(InvalidFormat, match=r"unknown|subjects|adjustment|pupil"):
            parse_transcript(canonical_json(document))
    assert len(objects) > 30


def test_the_schema_is_valid_and_closed():
    """Valid by its meta-schema; every object type forbids what it does not name."""
    schema = json.loads(SCHEMA.read_bytes())
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
def test_a_part_can_be_checked_alone(part):
    """The issuer finds what the format refuses before there is a whole transcript."""
    value = json.loads(EXAMPLE)[part]

    assert find_schema_problems(value, part) == ()
    assert find_schema_problems({}, part) != ()
