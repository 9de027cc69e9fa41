"""Why a question about digests is none: reason and place, nothing of what was sent."""

from pydantic import ValidationError

from transcript_service.routes.shapes import MOST_DIGESTS
from verifier.messages import _


def why_refused(error: ValidationError) -> str:
    """Say what is wrong first, in the language in use."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    kind, place = first["type"], first["loc"]
    if kind == "json_invalid":
        return _("The body is not JSON.")
    if kind == "extra_forbidden":
        return _("The question has a key that is unknown here: it takes digests only.")
    if not place:
        return _('The body is no JSON object such as {"digests": ["0x…"]}.')
    if len(place) > 1:
        return malformed_digest(f"{place[0]}[{place[1]}]")
    return {
        "missing": _("The key digests is missing."),
        "too_short": _("The list digests is empty."),
        "too_long": _("The list digests may hold at most {most}.").format(most=MOST_DIGESTS),
    }.get(kind, _("The key digests is no list."))


def malformed_digest(place: str) -> str:
    """Say that what stands at *place*, a name of ours, is no digest."""
    return _("{place}: not 0x and 64 lower-case hexadecimal digits.").format(place=place)
