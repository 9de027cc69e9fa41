"""What the readers of JSON and TOML say is wrong, in the words of the catalogue."""

import re

from verifier.messages import _

_PLACE = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")


def plain_words(problem: str) -> str:
    """Translate what msgspec says of a value; what is not known here stays as it is."""
    for pattern, words in _forms():
        found = re.fullmatch(pattern, problem)
        if found is not None:
            kinds = _kinds()
            return words.format(
                **{key: kinds.get(got, got) for key, got in found.groupdict().items()}
            )
    return problem


def toml_place(error: Exception) -> str:
    """Say where a file stops being TOML (`tomllib.TOMLDecodeError`), or being text."""
    found = _PLACE.search(str(error))
    if found is None:
        return _("not UTF-8 text") if isinstance(error, UnicodeDecodeError) else _("unreadable")
    if found[1] is None:
        return _("at its end")
    return _("line {line}, column {column}").format(line=found[1], column=found[2])


def _kinds() -> dict[str, str]:
    return {
        "array": _("a list"),
        "bool": _("true or false"),
        "float": _("a number"),
        "int": _("a whole number"),
        "null": _("nothing"),
        "object": _("a group of fields"),
        "str": _("text"),
    }


def _forms() -> tuple[tuple[str, str], ...]:
    name = r"`(?P<name>[^`]*)`"
    return (
        (rf"Object missing required field {name}", _("the field {name} is missing")),
        (rf"Object contains unknown field {name}", _("the field {name} is unknown")),
        (
            r"Expected `(?P<expected>[^`]*)`, got `(?P<found>[^`]*)`",
            _("{expected} is expected here, not {found}"),
        ),
        (
            r"Expected `(?P<expected>[^`]*)` (?P<bound>[<>]=? .*)",
            _("{expected} {bound} is expected here"),
        ),
        (
            r"Expected `(?P<expected>[^`]*)` (?:of length|matching|that's|with) .*",
            _("{expected} of another form is expected here"),
        ),
        (r"Invalid enum value (?P<value>.*)", _("{value} is none of the allowed values")),
    )
