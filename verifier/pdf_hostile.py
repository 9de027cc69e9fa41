"""
The one place with `except Exception`: whatever hostile bytes make their reader raise.

Behind the door `verifier.pdf_signature`. Each of these means that the bytes are not what they say,
or (where they make a reader go on and on) that they were not looked at further.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from pyhanko.pdf_utils.misc import PdfDecodeLimitError

from verifier.errors import InvalidEvidence, LimitExceeded, SubReason, VerifierError
from verifier.messages import _

_TOO_MUCH: frozenset[type[BaseException]] = frozenset({PdfDecodeLimitError, RecursionError})


@contextmanager
def hostile_bytes(sub_reason: SubReason, problem: str) -> Iterator[None]:
    """Turn whatever reading hostile bytes raises into *sub_reason*, or LIMIT_EXCEEDED."""
    try:
        yield
    except (VerifierError, MemoryError):
        raise
    except Exception as error:  # see the module's docstring
        causes = set(_causes(error))
        if MemoryError in causes:
            raise MemoryError from error
        if causes & _TOO_MUCH:
            raise LimitExceeded(
                _("its structure asks for more than any transcript does")
            ) from error
        raise InvalidEvidence(sub_reason, problem) from error


def _causes(error: BaseException | None) -> Iterator[type[BaseException]]:
    """Give what was raised, and what it was raised after: the libraries wrap what they meet."""
    while error is not None:
        yield type(error)
        error = error.__cause__ or error.__context__
