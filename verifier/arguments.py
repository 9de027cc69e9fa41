"""What all command lines share: a parser that speaks our catalogue's language, and value types."""

import argparse
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from verifier.messages import _, use_language

LANGUAGES = ("vi", "en")
INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 and the number of SIGINT, as shells have it."""

_DIGEST = re.compile(r"(?:0x)?([0-9A-Fa-f]{64})")
_SCHOOL_YEAR = re.compile(r"([0-9]{4})-([0-9]{4})")


class Parser(argparse.ArgumentParser):
    """A parser that never guesses an option from its beginning; its subparsers are alike."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"allow_abbrev": False, **options})


def argparse_texts() -> dict[str, str]:
    """Return the texts of argparse that people meet, with their translations."""
    return {
        "usage: ": _("usage: "),
        "positional arguments": _("positional arguments"),
        "options": _("options"),
        "show this help message and exit": _("show this help message and exit"),
        "%(prog)s: error: %(message)s\n": _("%(prog)s: error: %(message)s\n"),
        "argument %(argument_name)s: %(message)s": _("argument %(argument_name)s: %(message)s"),
        "the following arguments are required: %s": _("the following arguments are required: %s"),
        "unrecognized arguments: %s": _("unrecognized arguments: %s"),
        "not allowed with argument %s": _("not allowed with argument %s"),
        "ignored explicit argument %r": _("ignored explicit argument %r"),
        "expected one argument": _("expected one argument"),
        "expected at most one argument": _("expected at most one argument"),
        "expected at least one argument": _("expected at least one argument"),
        "expected %s argument": _("expected %s argument"),
        "expected %s arguments": _("expected %s arguments"),
        "invalid %(type)s value: %(value)r": _("invalid %(type)s value: %(value)r"),
        "invalid choice: %(value)r (choose from %(choices)s)": _(
            "invalid choice: %(value)r (choose from %(choices)s)"
        ),
        "invalid choice: %(value)r, maybe you meant %(closest)r? (choose from %(choices)s)": _(
            "invalid choice: %(value)r, maybe you meant %(closest)r? (choose from %(choices)s)"
        ),
        "unknown parser %(parser_name)r (choices: %(choices)s)": _(
            "unknown parser %(parser_name)r (choices: %(choices)s)"
        ),
    }


def _text(message: str) -> str:
    return argparse_texts().get(message, message)


def _counted_text(singular: str, plural: str, count: int) -> str:
    return _text(singular if count == 1 else plural)


# argparse marks its texts for gettext, but asks the catalogue of the system for them.
vars(argparse).update(_=_text, ngettext=_counted_text)


def choose_language(given: Sequence[str]) -> None:
    """Read `--lang` before the parser, whose own texts are translated too."""
    for option, following in pairwise([*given, ""]):
        name, equals, value = option.partition("=")
        chosen = value if equals else following
        if name == "--lang" and chosen in LANGUAGES:
            use_language(chosen)


def add_language(parser: argparse.ArgumentParser, *, default: str = argparse.SUPPRESS) -> None:
    """Declare `--lang`; without *default*, what was said before the verb stays."""
    parser.add_argument("--lang", choices=LANGUAGES, default=default, help=_("language"))


def whole_number(least: int, most: int | None = None) -> Callable[[str], int]:
    """Return a type for argparse: a whole number from *least* to *most*."""

    def read(text: str) -> int:
        fits = re.fullmatch(r"-?[0-9]{1,18}", text) is not None
        if not fits or int(text) < least or (most is not None and int(text) > most):
            bounds = (
                _("a whole number from {least}")
                if most is None
                else _("a whole number from {least} to {most}")
            )
            raise argparse.ArgumentTypeError(bounds.format(least=least, most=most))
        return int(text)

    return read


def digest(text: str) -> bytes:
    """Read a digest, for argparse: 64 hexadecimal digits, with or without `0x`."""
    found = _DIGEST.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(_("a digest is 64 hexadecimal digits"))
    return bytes.fromhex(found[1])


def school_year(text: str) -> str:
    """Read a school year, for argparse: `2025-2026`."""
    found = _SCHOOL_YEAR.fullmatch(text)
    if found is None or int(found[2]) != int(found[1]) + 1:
        raise argparse.ArgumentTypeError(
            _("a school year is two years that follow each other, such as 2025-2026")
        )
    return text
