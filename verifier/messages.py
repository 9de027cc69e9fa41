"""
The one catalogue of texts for people (gettext): English in the code, Vietnamese shown first.

`_("… {name}").format(name=…)` marks and translates; `use_language("en")` shows the source text.
"""

import gettext
from pathlib import Path

_DOMAIN = "hocba"
_LOCALE = Path(__file__).parent / "locale"
_current: gettext.NullTranslations = gettext.translation(
    _DOMAIN, _LOCALE, languages=["vi"], fallback=True
)


def use_language(language: str) -> None:
    """Show texts in *language* (`vi` or `en`) from now on."""
    global _current  # noqa: PLW0603  one process speaks one language at a time
    if language == "en":
        _current = gettext.NullTranslations()
    else:
        _current = gettext.translation(_DOMAIN, _LOCALE, languages=[language], fallback=True)


def language() -> str:
    """Return the language in use, as HTML names it."""
    return "vi" if isinstance(_current, gettext.GNUTranslations) else "en"


def _(message: str) -> str:
    """Translate *message* into the language in use."""
    return _current.gettext(message)
