"""`hocba serve`: its options; light, because every help screen reads them."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from verifier.arguments import whole_number
from verifier.messages import _

if TYPE_CHECKING:
    from transcript_service.commands.parsers import Verbs

DEFAULT_PORT = 8080
DEFAULT_RATE = "120/minute"


def add(verbs: "Verbs") -> None:
    """Declare the verb."""
    from transcript_service.commands.parsers import add_verb

    serve = add_verb(verbs, "serve", _("answer over HTTP: verification, receipts, manifests"))
    serve.add_argument("--policy", type=Path, required=True, help=_("whom to trust (policy.toml)"))
    serve.add_argument(
        "--rpc",
        action="append",
        metavar="URL",
        help=_("a node to ask instead of the policy's; may be given several times"),
    )
    serve.add_argument("--receipts", type=Path, metavar="DIR", help=_("folder of receipts"))
    serve.add_argument("--manifests", type=Path, metavar="DIR", help=_("folder of manifests"))
    serve.add_argument("--host", default="127.0.0.1", help=_("the address to listen at"))
    serve.add_argument(
        "--port", type=whole_number(0, 65535), default=DEFAULT_PORT, help=_("0 takes a free one")
    )
    _add_limits(serve)
    serve.set_defaults(run=_serve)


def _add_limits(serve: argparse.ArgumentParser) -> None:
    serve.add_argument(
        "--jobs", type=whole_number(1, 256), default=2, metavar="N", help=_("processes that verify")
    )
    serve.add_argument(
        "--rate",
        default=DEFAULT_RATE,
        help=_("requests of one client, such as 120/minute, or none"),
    )
    serve.add_argument(
        "--proxy",
        metavar="ADDRESS",
        help=_("believe this address when it says for whom it asks (X-Forwarded-For)"),
    )
    serve.add_argument(
        "--refresh-s",
        type=whole_number(1, 86_400),
        default=60,
        help=_("seconds between readings of the registry"),
    )
    serve.add_argument(
        "--greatest-age-s",
        type=whole_number(1, 604_800),
        default=900,
        help=_("seconds after which a registry that cannot be read again is not used any more"),
    )


def _serve(arguments: argparse.Namespace) -> int:
    from transcript_service.serving import serve

    return serve(arguments)
