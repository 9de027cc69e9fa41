"""
The one catalogue of texts for people (gettext): English in the code, Vietnamese shown first.

`_("… {name}").format(name=…)` marks and translates; `use_language("en")` shows the source text.
"""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

_DOMAIN = "hocba"
_LOCALE = Path(__file__).parent / "locale"


@cache
def _texts(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(_DOMAIN, _LOCALE, languages=[language], fallback=True)


_current = _texts("vi")
_asked: ContextVar[gettext.NullTranslations | None] = ContextVar("_asked", default=None)


def use_language(language: str) -> None:
    """Show texts in *language* (`vi` or `en`) from now on."""
    global _current  # noqa: PLW0603  one process speaks one language at a time
    _current = _texts(language)


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Show texts in *language* within this block, whatever other threads and requests show."""
    before = _asked.set(_texts(language))
    try:
        yield
    finally:
        _asked.reset(before)


def language() -> str:
    """Return the language in use, as HTML names it."""
    return "vi" if isinstance(_current, gettext.GNUTranslations) else "en"


def _(message: str) -> str:
    """Translate *message* into the language in use."""
    return (_asked.get() or _current).gettext(message)
