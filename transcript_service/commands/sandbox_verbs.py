"""Verbs for trials on one machine: chain serve, shared-database serve, sample."""

import argparse
from pathlib import Path

from transcript_service.commands.parsers import Verbs, add_verb, add_verbs_below
from transcript_service.errors import UsageError
from verifier.arguments import whole_number
from verifier.messages import _

SAMPLE_PUPILS = 400
DEFAULT_CHAIN_PORT = 8545
_port = whole_number(0, 65535)


def add(verbs: Verbs) -> None:
    """Declare the verbs."""
    _add_chain(verbs)
    _add_shared_database(verbs)
    _add_sample(verbs)


def _add_chain(verbs: Verbs) -> None:
    chain = add_verb(verbs, "chain", _("the embedded chain: `hocba chain serve`"))
    serve = add_verb(add_verbs_below(chain), "serve", _("answer JSON-RPC on the loopback"))
    serve.add_argument("file", type=Path, help=_("the chain's file"))
    serve.add_argument(
        "--port", type=_port, default=DEFAULT_CHAIN_PORT, help=_("0 takes a free one")
    )
    serve.set_defaults(run=_chain_serve)


def _add_shared_database(verbs: Verbs) -> None:
    from transcript_service.shared_database.server_options import add_arguments

    shared = add_verb(
        verbs, "shared-database", _("a stand-in for the sector's database, for trials")
    )
    serve = add_verb(add_verbs_below(shared), "serve", _("answer over HTTP"))
    add_arguments(serve)
    serve.set_defaults(run=_shared_database_serve)


def _add_sample(verbs: Verbs) -> None:
    sample = add_verb(verbs, "sample", _("make a shared database with whole sample schools"))
    sample.add_argument("--out", type=Path, required=True, help=_("folder to make"))
    sample.add_argument("--seed", type=whole_number(0), default=1)
    sample.add_argument("--schools", type=whole_number(1), default=1)
    sample.add_argument(
        "--pupils", type=whole_number(1), default=SAMPLE_PUPILS, help=_("of all schools together")
    )
    sample.add_argument(
        "--defects",
        type=whole_number(0),
        default=1,
        help=_("how many of each kind are put in; sample.json names them"),
    )
    sample.add_argument("--client-id", default="hocba")
    sample.add_argument(
        "--client-secret-file",
        type=Path,
        help=_("file with the client's secret; by default one is made in the folder"),
    )
    sample.set_defaults(run=_sample)


def _chain_serve(arguments: argparse.Namespace) -> int:
    from transcript_service.issuance.chain_server import serve

    if not arguments.file.is_file():
        raise UsageError(_("there is no file {path}").format(path=arguments.file))
    serve(
        arguments.file,
        port=arguments.port,
        ready=lambda url: print(url, flush=True),  # noqa: T201  the address is the answer
    )
    return 0


def _shared_database_serve(arguments: argparse.Namespace) -> int:
    from transcript_service.shared_database.server import serve
    from transcript_service.shared_database.server_options import read_options

    serve(read_options(arguments))
    return 0


def _sample(arguments: argparse.Namespace) -> int:
    from rich.console import Console

    from transcript_service.commands.screen import progress_on
    from transcript_service.shared_database.sample.folder import write_folder

    console = Console()
    with progress_on(console) as tell:
        summary = write_folder(
            arguments.out,
            seed=arguments.seed,
            schools=arguments.schools,
            pupils=arguments.pupils,
            defects=arguments.defects,
            client_id=arguments.client_id,
            client_secret=_secret_in(arguments.client_secret_file),
            progress=lambda done, of: tell(_("pupils written"), done, of),
        )
    console.print(
        _("{path}: {schools} schools, {pupils} pupils, {records} records").format(
            path=arguments.out,
            schools=len(summary.schools),
            pupils=summary.pupils,
            records=summary.records,
        ),
        soft_wrap=True,
    )
    return 0


def _secret_in(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            _("cannot read the client's secret in {path}").format(path=path)
        ) from error
