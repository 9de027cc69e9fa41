"""
Changing PDFs at random, knowing what they are made of.

Each function takes a source of randomness and the bytes of a PDF, and returns other bytes; the
same seed gives the same bytes.
"""

import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from random import Random

Mutation = Callable[[Random, bytes], bytes]

_OBJECT = re.compile(rb"(?m)^(\d{1,6}) 0 obj\b(.*?)\bendobj", re.DOTALL)
_TOKEN = re.compile(rb"/[A-Za-z][\w.]*|(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])|\b[a-z]{3,}\b")
_STREAM = re.compile(rb"/FlateDecode.{0,400}?stream\r?\n", re.DOTALL)
_CONTENTS = re.compile(rb"/Contents\s*<([0-9A-Fa-f]{100,})>")
_BYTE_RANGE = re.compile(rb"/ByteRange\s*\[([^\]]{1,100})\]")
_XREF_ROW = re.compile(rb"(?m)^\d{10} \d{5} [nf]")
_WORDS = (
    b"/Catalog /Pages /Page /Annot /Widget /Sig /DocTimeStamp /DocMDP /FieldMDP /Perms /AcroForm"
    b" /Fields /Kids /Parent /Names /EmbeddedFiles /EF /AF /UF /F /V /AP /N /Contents /Resources"
    b" /XObject /Filter /FlateDecode /LZWDecode /ASCIIHexDecode /RunLengthDecode /Length /DSS /VRI"
    b" /Extensions /Encrypt /Prev /XRefStm /Root /Size /Index /W /ObjStm /XRef null true false obj"
    b" endobj stream endstream xref trailer startxref -1 0 1 2 3 4 5 9999999999 2147483648 1e9 R"
).split()
_BODIES = (
    b"null",
    b"<<>>",
    b"[]",
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Kids[]/Count 0>>",
    b"<</Type/Pages/Kids[2 0 R]/Count 1>>",
    b"[" * 400 + b"]" * 400,
    b"<</A" * 300 + b" 1" + b">>" * 300,
    b"(" * 200 + b")" * 200,
    b"<</Length 10>>stream\n0123456789\nendstream",
    b"<</Length 99999999>>stream\n0123456789\nendstream",
    b"<</Filter[/FlateDecode/FlateDecode]/Length 8>>stream\nx\x9c\x03\0\0\0\0\x01\nendstream",
)


def _span(random: Random, pdf: bytes, most: int = 4_000) -> tuple[int, int]:
    start = random.randrange(max(1, len(pdf)))
    return start, min(len(pdf), start + random.randint(1, most))


def _replace(pdf: bytes, start: int, end: int, filling: bytes) -> bytes:
    return pdf[:start] + filling + pdf[end:]


def _choose(random: Random, pattern: re.Pattern[bytes], pdf: bytes) -> re.Match[bytes] | None:
    """Choose one of the matches that begin after a random place, or any of all."""
    found = pattern.search(pdf, random.randrange(max(1, len(pdf))))
    return found or pattern.search(pdf)


def flip_bits(random: Random, pdf: bytes) -> bytes:
    """Flip up to eight bits."""
    changed = bytearray(pdf)
    for _time in range(random.randint(1, 8)):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def change_bytes(random: Random, pdf: bytes) -> bytes:
    """Overwrite a few bytes."""
    start, end = _span(random, pdf, 40)
    filling = random.choice(
        (random.randbytes(end - start), b" " * (end - start), b"0" * (end - start))
    )
    return _replace(pdf, start, end, filling)


def cut(random: Random, pdf: bytes) -> bytes:
    """Take a piece out."""
    return _replace(pdf, *_span(random, pdf), b"")


def truncate(random: Random, pdf: bytes) -> bytes:
    """Keep the beginning, or the end."""
    at = random.randrange(1, len(pdf))
    return pdf[:at] if random.random() < 0.8 else pdf[at:]


def double(random: Random, pdf: bytes) -> bytes:
    """Say a piece twice, where it stands or elsewhere."""
    start, end = _span(random, pdf)
    at = random.choice((end, random.randrange(len(pdf)), len(pdf)))
    return _replace(pdf, at, at, pdf[start:end])


def insert(random: Random, pdf: bytes) -> bytes:
    """Put words of PDF or any bytes between."""
    at = random.randrange(len(pdf) + 1)
    words = b" ".join(random.choice(_WORDS) for _n in range(random.randint(1, 6)))
    return _replace(pdf, at, at, random.choice((words, random.randbytes(20), b"<<" * 500, b"%")))


def change_token(random: Random, pdf: bytes) -> bytes:
    """Replace a name, number or keyword; in half the cases no offset moves."""
    found = _choose(random, _TOKEN, pdf)
    if found is None:
        return insert(random, pdf)
    word = random.choice(_WORDS)
    if random.random() < 0.5:
        word = word[: len(found[0])].ljust(len(found[0]))
    return _replace(pdf, *found.span(), word)


def change_object(random: Random, pdf: bytes) -> bytes:
    """Give an object the body of another one, another number, or none."""
    one, other = _choose(random, _OBJECT, pdf), _choose(random, _OBJECT, pdf)
    if one is None or other is None:
        return change_token(random, pdf)
    way = random.randrange(4)
    if way == 0:
        return _replace(pdf, *one.span(2), other[2])
    if way == 1:
        return _replace(pdf, *one.span(), b"")
    if way == 2:
        return _replace(pdf, *one.span(1), other[1])
    return _replace(pdf, *one.span(2), b" " + random.choice(_BODIES) + b"\n")


def change_cross_references(random: Random, pdf: bytes) -> bytes:
    """Let a row, a trailer or the end point elsewhere."""
    way = random.randrange(4)
    if way < 2:
        row, other = _choose(random, _XREF_ROW, pdf), _choose(random, _XREF_ROW, pdf)
        if row is None or other is None:
            return change_token(random, pdf)
        offset = b"%010d" % random.randrange(len(pdf)) if way else other[0][:10]
        return _replace(pdf, row.start(), row.start() + 10, offset)
    key = random.choice((b"/Prev ", b"/Size ", b"/Root ", b"startxref\n", b"/XRefStm "))
    starts = [found.end() for found in re.finditer(re.escape(key), pdf)]
    if not starts:
        return change_token(random, pdf)
    start = random.choice(starts)
    digits = re.compile(rb"\d*").match(pdf, start)
    width = len(digits[0]) if digits else 0
    numbers = (0, 1, random.randrange(len(pdf)), len(pdf), pdf.rfind(b"xref"), 10**9)
    return _replace(pdf, start, start + width, b"%d" % random.choice(numbers))


def change_stream(random: Random, pdf: bytes) -> bytes:
    """Change what a compressed stream holds; it stays a stream of the same length where it can."""
    found = _choose(random, _STREAM, pdf)
    if found is None:
        return change_bytes(random, pdf)
    inflater = zlib.decompressobj()
    with suppress(zlib.error):
        plain = inflater.decompress(pdf[found.end() :], 1 << 20)
        length = len(pdf) - found.end() - len(inflater.unused_data)
        if plain and inflater.eof:
            changed = random.choice((flip_bits, change_bytes, change_token, cut))(random, plain)
            packed = zlib.compress(changed, 9)
            if len(packed) <= length:
                packed = packed.ljust(length, b"\0")
            return _replace(pdf, found.end(), found.end() + length, packed)
    return change_bytes(random, pdf)


def change_signature_value(random: Random, pdf: bytes) -> bytes:
    """Change the CMS inside a signature's digits, so that they stay digits."""
    values = list(_CONTENTS.finditer(pdf))
    if not values:
        return flip_bits(random, pdf)
    found = random.choice(values)
    cms = bytearray.fromhex(found[1].decode("ascii")[: len(found[1]) // 2 * 2])
    for _time in range(random.randint(1, 4)):
        cms[random.randrange(len(cms))] = random.choice(
            (0, 0x30, 0x31, 0x80, 0xFF, random.randrange(256))
        )
    return _replace(pdf, found.start(1), found.start(1) + 2 * len(cms), cms.hex().encode("ascii"))


def change_byte_range(random: Random, pdf: bytes) -> bytes:
    """Let a signature be over something else."""
    ranges = list(_BYTE_RANGE.finditer(pdf))
    if not ranges:
        return change_token(random, pdf)
    found = random.choice(ranges)
    numbers = found[1].split()
    at = random.randrange(len(numbers))
    numbers[at] = b"%d" % random.choice((0, -1, 1, len(pdf), random.randrange(len(pdf)), 10**12))
    return _replace(pdf, *found.span(1), b" ".join(numbers).ljust(len(found[1])))


def append_revision(random: Random, pdf: bytes) -> bytes:
    """Append a revision that is well formed and says something else of up to three objects."""
    objects = {int(found[1]): found[2].strip() for found in _OBJECT.finditer(pdf)}
    starts = re.findall(rb"startxref\s+(\d+)", pdf)
    roots = re.findall(rb"/Root (\d+) 0 R", pdf)
    if not objects or not starts or not roots:
        return insert(random, pdf)
    size = max(objects) + 1
    written = sorted({random.choice((*objects, size)) for _n in range(random.randint(1, 3))})
    out = bytearray(pdf if pdf.endswith(b"\n") else pdf + b"\n")
    rows = []
    for number in written:
        rows.append(b"%d 1\n%010d 00000 n \n" % (number, len(out)))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, _other_body(random, objects, number))
    root = random.choice((int(roots[-1]), int(roots[-1]), random.choice(list(objects))))
    start = len(out)
    out += b"xref\n%strailer\n<</Size %d/Root %d 0 R/Prev %s>>\nstartxref\n%d\n%%%%EOF\n" % (
        b"".join(rows),
        max(size, written[-1] + 1),
        root,
        starts[-1],
        start,
    )
    return bytes(out)


def _other_body(random: Random, objects: dict[int, bytes], number: int) -> bytes:
    body = random.choice((objects.get(number, b"null"), random.choice(list(objects.values()))))
    way = random.randrange(3)
    if way == 0:
        return random.choice(_BODIES)
    return change_token(random, body) if way == 1 and body else body


def append_bytes(random: Random, pdf: bytes) -> bytes:
    """Put something behind the end."""
    return pdf + random.choice(
        (
            b"\n",
            b" ",
            b"%%EOF\n",
            b"\0" * 100,
            random.randbytes(50),
            pdf[: len(pdf) // 2],
            pdf,
            b"startxref\n0\n%%EOF\n",
        )
    )


MUTATIONS: tuple[Mutation, ...] = (
    flip_bits,
    change_bytes,
    cut,
    truncate,
    double,
    insert,
    change_token,
    change_token,
    change_object,
    change_object,
    change_cross_references,
    change_cross_references,
    change_stream,
    change_signature_value,
    change_byte_range,
    append_revision,
    append_revision,
    append_revision,
    append_bytes,
)


def mutate_pdf(random: Random, pdf: bytes) -> Iterator[bytes]:
    """Give *pdf* after one, two or three changes."""
    for _time in range(random.choice((1, 1, 1, 2, 3))):
        pdf = random.choice(MUTATIONS)(random, pdf) or b"%PDF-1.7\n"
    yield pdf
