"""Verbs of those who check: verify, audit, reproduce."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.messages import _
from verifier.system_words import why

if TYPE_CHECKING:
    from transcript_service.commands.parsers import Verbs

PASSED, DIFFERS = 0, 3


def add(verbs: "Verbs") -> None:
    """Declare the verbs."""
    from transcript_service.commands.parsers import add_verb
    from verifier.cli import add_audit_arguments, add_verify_arguments

    verify = verbs.add_parser("verify", help=_("check transcripts: files, folders or a digest"))
    add_verify_arguments(verify)
    verify.add_argument(
        "--reproduce",
        action="store_true",
        help=_("render the data again, too, and compare with the pages"),
    )
    verify.set_defaults(run=_verify)
    audit = verbs.add_parser("audit", help=_("replay the registry and compare it"))
    add_audit_arguments(audit)
    audit.set_defaults(run=_audit)
    reproduce = add_verb(
        verbs, "reproduce", _("render a transcript's data again and compare the bytes")
    )
    reproduce.add_argument("file", type=Path, help=_("an issued PDF"))
    reproduce.set_defaults(run=_reproduce)


def _verify(arguments: argparse.Namespace) -> int:
    from transcript_service.issuance.embedded_chain import open_rpc
    from verifier.cli import run_verify

    if not arguments.reproduce:
        return run_verify(arguments, open_rpc)
    from transcript_service.documents.reproduce import renderer

    return run_verify(arguments, open_rpc, renderer=renderer)


def _audit(arguments: argparse.Namespace) -> int:
    from transcript_service.audit_report import audit_page
    from transcript_service.issuance.embedded_chain import open_rpc
    from verifier.cli import run_audit

    if arguments.database is None:
        return run_audit(arguments, open_rpc, page=audit_page)
    from transcript_service.audit_rows import audit_rows, issuing_institutions

    path = _database_path(arguments.database)
    institutions = issuing_institutions(path)
    return run_audit(
        arguments,
        open_rpc,
        rows=audit_rows(path),
        institutions=institutions,
        page=audit_page,
    )


def _database_path(database: str) -> Path:
    """Return the path of a database that is there already: an audit makes none."""
    from transcript_service.errors import UsageError

    path = Path(database.removeprefix("sqlite:///"))
    if not path.is_file():
        raise UsageError(_("there is no database {path}").format(path=path))
    return path


def _reproduce(arguments: argparse.Namespace) -> int:
    from transcript_service.documents.reproduce import NotReproduced, reproduce
    from transcript_service.errors import UsageError
    from verifier.errors import InvalidEvidence
    from verifier.pdf_signature import find_unsigned, open_document

    try:
        pdf = arguments.file.read_bytes()
    except OSError as error:
        raise UsageError(
            _("cannot read {path}: {problem}").format(path=arguments.file, problem=why(error))
        ) from error
    try:
        document = open_document(pdf)
    except InvalidEvidence as error:
        raise UsageError(f"{arguments.file}: {error}") from error
    if len(document.transcripts) != 1:
        raise UsageError(
            _("{path} holds no transcript.json; name an issued document").format(
                path=arguments.file
            )
        )
    try:
        reproduce(find_unsigned(document), document.transcripts[0])
    except (NotReproduced, InvalidEvidence) as error:
        print(f"{arguments.file}: {error}")  # noqa: T201  the command's answer
        return DIFFERS
    print(_("{path}: the data give this document, byte for byte").format(path=arguments.file))  # noqa: T201  the command's answer
    return PASSED
