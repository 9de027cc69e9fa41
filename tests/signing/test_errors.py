"""Errors can be read, and translated by the caller's catalogue."""

import ast
import string
from pathlib import Path

import pytest

import signing
from signing import errors

SOURCES = sorted(Path(signing.__file__).parent.rglob("*.py"))


def raised_errors() -> list[tuple[str, set[str]]]:
    """Template and named facts of every error that the package makes."""
    made = []
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text())):
            is_error = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if is_error and hasattr(errors, node.func.id) and node.args:
                made.append(
                    (ast.literal_eval(node.args[0]), {keyword.arg for keyword in node.keywords})
                )
    return made


def test_an_error_reads_as_a_sentence_and_keeps_its_parts():
    """`str` is English; template and facts let a catalogue say it in Vietnamese."""
    error = errors.FieldFilled("The field {name} is full.", name="Sig_A")

    assert str(error) == "The field Sig_A is full."
    assert "Trường {name} đã ký.".format(**error.facts) == "Trường Sig_A đã ký."


@pytest.mark.parametrize(("template", "facts"), raised_errors())
def test_every_message_names_its_facts_and_what_to_do_next(template, facts):
    """Each field of the template is given; the last sentence is an instruction."""
    fields = {field for _, field, _, _ in string.Formatter().parse(template) if field}

    assert fields == facts
    assert template.endswith(".")


def test_all_errors_are_found():
    """The check above does not pass by looking at nothing."""
    assert len(raised_errors()) > 20
