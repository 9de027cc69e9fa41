"""
The attached transcript of a file whose structure is damaged.

Only to tell which document the file was, so that it can be called altered: what is found here
never lets a document pass. Bytes in, bytes out; nothing of the file's structure is trusted.
"""

import re
import zlib

from verifier.transcript import GREATEST_SIZE_BYTES

GREATEST_STREAMS = 64
_END_OF_FILE = b"%%EOF"
_EMBEDDED_FILE = re.compile(rb"/Type\s*/EmbeddedFile[^\r\n]{0,1000}>>\s*stream\r?\n")
_END_OF_STREAM = re.compile(rb"\r?\nendstream")


def salvage_transcripts(pdf: bytes) -> tuple[bytes, ...]:
    """Return what embedded files of the first revision hold, where that can be read."""
    end = pdf.find(_END_OF_FILE)
    found = []
    for number, match in enumerate(_EMBEDDED_FILE.finditer(pdf, 0, end if end >= 0 else len(pdf))):
        closing = _END_OF_STREAM.search(pdf, match.end())
        if closing is None or number == GREATEST_STREAMS:
            break
        data = _decoded(pdf[match.end() : closing.start()])
        if data is not None:
            found.append(data)
    return tuple(found)


def _decoded(stream: bytes) -> bytes | None:
    """Inflate a stream, as far as a transcript may be long."""
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(stream, GREATEST_SIZE_BYTES)
    except zlib.error:
        return None
    return data if inflater.eof else None
