"""The options of `hocba shared-database serve`; light, because every help screen reads them."""

import argparse
import re
from dataclasses import dataclass
from pathlib import Path

from transcript_service.shared_database.access_grants import Rate
from transcript_service.shared_database.faults import FaultPlan, parse_faults
from verifier.arguments import whole_number
from verifier.messages import _

_RATE = re.compile(r"([1-9][0-9]{0,5})(?::([1-9][0-9]{0,5}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOptions:
    """How the reference server serves."""

    database: Path
    host: str = "127.0.0.1"
    port: int = 0
    token_lifetime_s: int = 600
    rate: Rate | None = None
    """None: any number of requests."""
    faults: FaultPlan | None = None
    fault_hold_s: int = 35


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options on *parser*."""
    parser.add_argument("--database", type=Path, required=True, help=_("made by `hocba sample`"))
    parser.add_argument("--host", default="127.0.0.1", help=_("the address to listen at"))
    parser.add_argument(
        "--port", type=whole_number(0, 65535), default=0, help=_("0 takes a free one")
    )
    parser.add_argument(
        "--token-lifetime-s",
        type=whole_number(1, 86_400),
        default=600,
        help=_("seconds until an access token expires"),
    )
    parser.add_argument(
        "--rate",
        type=_rate,
        metavar="N[:BURST]",
        help=_("requests per second that each client may make, and how many at once"),
    )
    parser.add_argument(
        "--faults",
        type=_faults,
        metavar="SEED:PERCENT[:KIND,…]",
        help=_("answer wrongly on purpose, for trials; see docs/shared-database.md"),
    )
    parser.add_argument(
        "--fault-hold-s",
        type=whole_number(1, 3600),
        default=35,
        help=_("seconds for which the fault `timeout` holds an answer back"),
    )


def read_options(arguments: argparse.Namespace) -> ServerOptions:
    """Return what the parsed arguments say."""
    return ServerOptions(
        database=arguments.database,
        host=arguments.host,
        port=arguments.port,
        token_lifetime_s=arguments.token_lifetime_s,
        rate=arguments.rate,
        faults=arguments.faults,
        fault_hold_s=arguments.fault_hold_s,
    )


def _rate(text: str) -> Rate:
    found = _RATE.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(_("must be N or N:BURST, such as 20:50"))
    return Rate(per_second=int(found[1]), burst=int(found[2] or found[1]))


def _faults(text: str) -> FaultPlan:
    try:
        return parse_faults(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
