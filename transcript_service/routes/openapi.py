"""What OpenAPI tells of the routes beyond their signatures: bodies, examples, problems."""

from typing import Any

from transcript_service.routes.problems import MEDIA_TYPE
from transcript_service.routes.shapes import (
    EXAMPLE_DIGEST,
    DigestAnswers,
    DigestQuestion,
    ProblemDetails,
    ReportBody,
)
from verifier.checks import GREATEST_FILE_BYTES
from verifier.receipt import MAX_RECEIPT_BYTES

_BINARY = {"type": "string", "format": "binary"}
_PROBLEM = {
    "description": "Problem details (RFC 9457)",
    "content": {
        MEDIA_TYPE: {
            "schema": ProblemDetails.model_json_schema(),
            "example": {
                "type": "urn:hocba:problem:too-many-requests",
                "title": "Too many requests",
                "status": 429,
                "detail": "Wait as long as Retry-After says.",
            },
        }
    },
}


def _question_schema() -> dict[str, Any]:
    return DigestQuestion.model_json_schema()


VERIFICATION_BODY: dict[str, Any] = {
    "required": True,
    "description": f"A PDF of at most {GREATEST_FILE_BYTES} bytes, or bare digests.",
    "content": {
        "application/pdf": {"schema": _BINARY},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "additionalProperties": False,
                "properties": {
                    "file": {**_BINARY, "description": "the PDF"},
                    "receipt": {
                        **_BINARY,
                        "description": f"its receipt, at most {MAX_RECEIPT_BYTES} bytes; optional",
                    },
                },
            }
        },
        "application/json": {
            "schema": _question_schema(),
            "example": {"digests": [EXAMPLE_DIGEST]},
        },
    },
}


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return dict.fromkeys((*statuses, 429, 500), _PROBLEM)


def _file(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/json": {"schema": {"type": "object"}}},
    }


ANSWERS_OF: dict[str, dict[int | str, dict[str, Any]]] = {
    "verifications": {
        200: {
            "description": "a report of a PDF, or an answer for each digest",
            "model": ReportBody | DigestAnswers,
        },
        **_problems(400, 408, 413, 415, 422, 503),
    },
    "documents": _problems(422, 503),
    "receipts": {200: _file("`hocba/receipt/1` (docs/formats.md)"), **_problems(404, 422)},
    "manifests": {200: _file("`hocba/manifest/1` (docs/formats.md)"), **_problems(404, 422)},
    "health": {500: _PROBLEM},
}
