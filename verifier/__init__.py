"""
What a stranger needs to check a transcript and to replay the registry.

The names below are the library (docs/library.md); they are loaded when they are first used, so that
`import verifier` costs nothing. Everything else in this package may change with any release.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verifier.advice import what_to_do
    from verifier.errors import (
        InvalidEvidence,
        MissingEvidence,
        PolicyError,
        RendererMissing,
        SubReason,
        VerifierError,
    )
    from verifier.library import Verifier, open_verifier, verify
    from verifier.messages import use_language
    from verifier.policy import Policy
    from verifier.printing import report_lines
    from verifier.report import Check, Finding, Report, Status, Verdict, report_to_json
    from verifier.signature_finding import Indication, Role, SignatureFinding
    from verifier.task import UnreadableFile

_HOMES = {
    "what_to_do": "advice",
    "InvalidEvidence": "errors",
    "MissingEvidence": "errors",
    "PolicyError": "errors",
    "RendererMissing": "errors",
    "SubReason": "errors",
    "VerifierError": "errors",
    "Verifier": "library",
    "open_verifier": "library",
    "verify": "library",
    "use_language": "messages",
    "Policy": "policy",
    "report_lines": "printing",
    "Check": "report",
    "Finding": "report",
    "Report": "report",
    "Status": "report",
    "Verdict": "report",
    "report_to_json": "report",
    "Indication": "signature_finding",
    "Role": "signature_finding",
    "SignatureFinding": "signature_finding",
    "UnreadableFile": "task",
}
__all__ = [
    "Check",
    "Finding",
    "Indication",
    "InvalidEvidence",
    "MissingEvidence",
    "Policy",
    "PolicyError",
    "RendererMissing",
    "Report",
    "Role",
    "SignatureFinding",
    "Status",
    "SubReason",
    "UnreadableFile",
    "Verdict",
    "Verifier",
    "VerifierError",
    "open_verifier",
    "report_lines",
    "report_to_json",
    "use_language",
    "verify",
    "what_to_do",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{home}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
