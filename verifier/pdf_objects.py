"""
Objects of a PDF as they are written, read fast: which reference stands where, and little more.

Behind the door `verifier.pdf_signature`. Only what plainly written files hold is understood
(ISO 32000-2, 7.3): no object streams, comments, escapes in keys, generations, rare white space.
Anything else is `Unusual`: programs differ in what they make of it. What a plainly written file
means is said by pyHanko.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

Plain = int | bytes | list["Plain"] | dict[bytes, "Plain"]
"""A reference as its number; names, numbers, strings as written; arrays; dictionaries."""
Path = tuple[str | int, ...]
"""Keys and indices that lead from an object to a value in it."""

_MOST_NESTED = 60
_BLANK = rb"[\t\n\r ]*+"
_END_OF_WORD = rb"(?=[\t\n\r ()<>\[\]/])"
_TOKEN = re.compile(
    _BLANK + rb"(?:(?P<reference>[1-9][0-9]{0,7}) 0 R" + _END_OF_WORD
    # printable characters that are neither delimiters nor the escape #
    + rb"|(?P<name>/[!\"$&'*-.0-;=?-Z\\^-z|~]*+)" + _END_OF_WORD
    + rb"|(?P<open><<|\[)|(?P<close>>>|\])"
    + rb"|(?P<scalar>[+-]?(?:[0-9]{1,18}+(?:\.[0-9]{0,18}+)?+|\.[0-9]{1,18}+)" + _END_OF_WORD
    + rb"|\((?:[^()\\]|\\[nrtbf()\\0-7]|\((?:[^()\\]|\\[nrtbf()\\0-7])*+\))*+\)"
    + rb"|<[0-9A-Fa-f\t\n\r ]*+>"
    + rb"|(?:true|false|null)" + _END_OF_WORD
    # names with escapes are no keys here
    + rb"|/(?:[!-$&'*-.0-;=?-Z\\^-z|~]|#[0-9A-Fa-f]{2})++" + _END_OF_WORD + rb"))",
    re.DOTALL,
)  # fmt: skip
_REFERENCE, _NAME, _OPEN, _CLOSE = 1, 2, 3, 4
_HEADER = re.compile(rb"([1-9][0-9]{0,7}) 0 obj" + _BLANK)
_END = re.compile(_BLANK + rb"(?:endobj|(stream)\r?\n)")
_END_OF_STREAM = re.compile(_BLANK + rb"endstream" + _BLANK + rb"endobj")


class Unusual(Exception):
    """The file is written in a way that this reader leaves to pyHanko."""


class Written(NamedTuple):
    """An object as it is written in a file; offsets in bytes."""

    value: Plain
    is_stream: bool
    end: int
    """After its `endobj`."""


def read_object(pdf: bytes, number: int, at: int) -> Written:
    """
    Read the object *number*, generation 0, that begins at the offset *at*.

    Raises:
        Unusual: it is no such object, or not plainly written to its end.
    """
    header = _HEADER.match(pdf, at)
    if header is None or int(header[1]) != number:
        raise Unusual
    value, at = _read_value(pdf, header.end())
    end = _END.match(pdf, at)
    if end is None:
        raise Unusual
    if end[1] is None:
        return Written(value=value, is_stream=False, end=end.end())
    length = value.get(b"/Length") if isinstance(value, dict) else None
    if not isinstance(length, bytes) or not length.isdigit() or len(length) > len(str(at)) + 9:
        raise Unusual
    end_of_stream = _END_OF_STREAM.match(pdf, end.end() + int(length))
    if end_of_stream is None:
        raise Unusual
    return Written(value=value, is_stream=True, end=end_of_stream.end())


def references(value: Plain) -> Iterator[tuple[Path, int]]:
    """Yield the references in *value* with the paths to them; a top-level one is `Unusual`."""
    waiting: list[tuple[Path, Plain]] = [((), value)]
    while waiting:
        path, container = waiting.pop()
        if isinstance(container, dict):
            items: Iterator[tuple[str | int, Plain]] = (
                (key.decode("ascii"), item) for key, item in container.items()
            )
        elif isinstance(container, list):
            items = iter(enumerate(container))
        elif isinstance(container, int):
            raise Unusual
        else:
            continue
        for key, item in items:
            if isinstance(item, int):
                yield (*path, key), item
            elif not isinstance(item, bytes):
                waiting.append(((*path, key), item))


def _read_value(pdf: bytes, at: int) -> tuple[Plain, int]:
    """Return the value at *at* and the offset after it."""
    open_containers: list[_Container] = []
    while True:
        token = _TOKEN.match(pdf, at)
        if token is None or len(open_containers) > _MOST_NESTED:
            raise Unusual
        at, kind = token.end(), token.lastindex
        if kind == _OPEN:
            open_containers.append(_Container({} if token["open"] == b"<<" else []))
            continue
        value: Plain
        if kind == _CLOSE:
            if not open_containers:
                raise Unusual
            value = open_containers.pop().closed_by(token["close"])
        else:
            value = int(token["reference"]) if kind == _REFERENCE else token[kind or 0]
        if not open_containers:
            return value, at
        open_containers[-1].take(value, is_name=kind == _NAME)


class _Container:
    """An array or a dictionary under way."""

    __slots__ = ("_key", "_value")

    def __init__(self, value: list[Plain] | dict[bytes, Plain]) -> None:
        self._value = value
        self._key: bytes | None = None

    def take(self, value: Plain, *, is_name: bool) -> None:
        if isinstance(self._value, list):
            self._value.append(value)
        elif self._key is not None:
            self._value[self._key] = value
            self._key = None
        elif is_name and isinstance(value, bytes) and value not in self._value:
            self._key = value
        else:
            raise Unusual

    def closed_by(self, bracket: bytes) -> Plain:
        if self._key is not None or (bracket == b"]") is not isinstance(self._value, list):
            raise Unusual
        return self._value
