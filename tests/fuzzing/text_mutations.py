"""Changing JSON and TOML at random, as text and as values; the same seed gives the same bytes."""

import json
import re
from random import Random
from typing import Any

from tests.fuzzing.pdf_mutations import change_bytes, cut, double, flip_bits, truncate

_VALUES: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1,
    2**53,
    2**64,
    10**400,
    1.5,
    "",
    "0x",
    "0x" + "00" * 32,
    "0x" + "ff" * 32,
    "0x" + "FF" * 20,
    "latest",
    "A" * 5_000,
    "\ud800",
    "\x00\x1b[2J",
    [],
    {},
    [[]] * 50,
    {"": None},
)
_LITERAL = re.compile(rb'"[^"\n]*"|\b[0-9][0-9a-fx_]*\b|\b(?:true|false)\b')
_TOML_LITERALS = (
    b'"" "x" 0 -1 1 99999999999999999999 true [] {} 1.5 nan "0x00" "\\u0000" 2026-01-01'
    b""" ["trust/root.pem"] "tag" "instant" ''' ="""
).split()


def mutate_text(random: Random, text: bytes) -> bytes:
    """Change the bytes, whatever they mean."""
    return random.choice((flip_bits, change_bytes, cut, double, truncate))(random, text)


def mutate_json(random: Random, text: bytes) -> bytes:
    """Change a JSON text: its bytes, or one value in it."""
    way = random.randrange(10)
    if way == 0:
        return mutate_text(random, text)
    if way == 1:
        return random.choice(
            (b"[" * 20_000, b"\xef\xbb\xbf" + text, text + text, b" " + text, b"{}", b"")
        )
    return json.dumps(mutate_value(random, json.loads(text))).encode("ascii")


def mutate_value(random: Random, value: Any) -> Any:
    """Change one place of a parsed JSON value; *value* itself stays as it is."""
    value = json.loads(json.dumps(value))
    places = list(_places(value))
    if not places:
        return random.choice((random.choice(_VALUES), _a_little_different(random, value)))
    holder, key = random.choice(places)
    match random.randrange(5):
        case 0:
            del holder[key]
        case 1:
            other_holder, other_key = random.choice(places)
            holder[key] = json.loads(json.dumps(other_holder[other_key]))
        case 2 if isinstance(holder, list):
            holder.insert(key, json.loads(json.dumps(holder[key])))
        case 2:
            holder[random.choice(("unknown", str(key).upper(), ""))] = holder[key]
        case 3:
            holder[key] = random.choice(_VALUES)
        case _:
            holder[key] = _a_little_different(random, holder[key])
    return value


def _places(value: Any) -> Any:
    if not isinstance(value, dict | list):
        return
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        yield from _places(inner)


def _a_little_different(random: Random, value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int):
        return value + random.choice((-1, 1, 256, 2**32))
    if isinstance(value, str) and value:
        at = random.randrange(len(value))
        return value[:at] + random.choice("0123456789abcdefxA ") + value[at + 1 :]
    return [value]


def mutate_toml(random: Random, text: bytes) -> bytes:
    """Change a TOML text: its bytes, a line of it, or one value in it."""
    way = random.randrange(8)
    if way == 0:
        return mutate_text(random, text)
    lines = text.splitlines(keepends=True)
    at = random.randrange(len(lines))
    if way == 1:
        return b"".join(lines[:at] + lines[at + 1 :])
    if way == 2:
        lines.insert(random.randrange(len(lines)), lines[at])
        return b"".join(lines)
    literals = list(_LITERAL.finditer(text))
    found = random.choice(literals)
    if way == 3:
        changed = change_bytes(random, found[0])
    elif way < 6:  # what is still well formed
        at = random.randrange(found.start(), found.end())
        return text[:at] + bytes([random.choice(b"0123456789abcdef")]) + text[at + 1 :]
    else:
        changed = random.choice((*_TOML_LITERALS, random.choice(literals)[0]))
    return text[: found.start()] + changed + text[found.end() :]
