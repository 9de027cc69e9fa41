"""The options of `audit`, for `hocba-verify` and `hocba` alike."""

import argparse
import re
from datetime import UTC, datetime
from pathlib import Path

from verifier.arguments import whole_number
from verifier.messages import _

_IDENTITY = re.compile(r"(?:0x)?([0-9A-Fa-f]{40}|[0-9A-Fa-f]{64})")
_ADDRESS = re.compile(r"(?:0x)?([0-9A-Fa-f]{40})")
REPORT_SUFFIXES = (".json", ".html")


def add_audit_options(parser: argparse.ArgumentParser) -> None:
    """Declare all options of `audit` but `--json` and `--lang`."""
    _add_registry_options(parser)
    _add_compared_options(parser)
    parser.add_argument(
        "--resume",
        type=Path,
        metavar="FILE",
        help=_("keep here what was looked at, and go on from it after a stop"),
    )
    parser.add_argument(
        "--snapshot", type=Path, metavar="FILE", help=_("write the folded registry here")
    )
    parser.add_argument(
        "--report",
        type=report_path,
        action="append",
        default=[],
        metavar="FILE",
        help=_("write the report here, too: .json, or .html (only with hocba)"),
    )


def _add_registry_options(parser: argparse.ArgumentParser) -> None:
    """Declare which registry is replayed, and who is asked."""
    parser.add_argument(
        "--policy", type=Path, metavar="FILE", help=_("whom to trust (policy.toml)")
    )
    parser.add_argument(
        "--rpc",
        action="append",
        metavar="URL",
        help=_("a node to ask instead of the policy's; may be given several times"),
    )
    parser.add_argument(
        "--registry",
        type=registry_address,
        metavar="ADDRESS",
        help=_("without a policy: the registry's address, beside --rpc"),
    )
    parser.add_argument(
        "--deployment-block",
        type=whole_number(0),
        default=0,
        metavar="N",
        help=_("without a policy: the block to begin at"),
    )
    parser.add_argument(
        "--offline", action="store_true", help=_("use only the snapshot that the policy names")
    )


def _add_compared_options(parser: argparse.ArgumentParser) -> None:
    """Declare with what the registry is compared."""
    parser.add_argument(
        "--manifests",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help=_("folder of manifests; may be given several times"),
    )
    parser.add_argument(
        "--mirror",
        metavar="URL",
        help=_("where to fetch manifests that are neither in a folder nor on chain"),
    )
    parser.add_argument("--archive", type=Path, metavar="DIR", help=_("folder of issued PDFs"))
    parser.add_argument(
        "--database", metavar="URL", help=_("the school's database (only with hocba)")
    )
    parser.add_argument(
        "--compromised",
        type=compromised,
        action="append",
        default=[],
        metavar="HEX=TIME",
        help=_("an account or certificate not to be believed from a time on (UTC)"),
    )


def registry_address(text: str) -> bytes:
    """Read a contract's address, 20 bytes."""
    found = _ADDRESS.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(_("an address is 40 hexadecimal digits"))
    return bytes.fromhex(found[1])


def compromised(text: str) -> tuple[bytes, int]:
    """Read an account or a certificate's identity, and a moment as Unix seconds."""
    name, _equals, when = text.partition("=")
    found = _IDENTITY.fullmatch(name)
    try:
        moment = datetime.fromisoformat(when)
    except ValueError:
        moment = None
    if found is None or moment is None:
        problem = _("an account (40 digits) or certificate (64 digits), and since when: {example}")
        raise argparse.ArgumentTypeError(problem.format(example="0x…=2026-05-01T00:00:00Z"))
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return bytes.fromhex(found[1]), int(aware.timestamp())


def report_path(text: str) -> Path:
    """Read the path of a report, whose name says in what form it is wanted."""
    path = Path(text)
    if path.suffix.lower() not in REPORT_SUFFIXES:
        raise argparse.ArgumentTypeError(_("a report's name ends with .json or .html"))
    return path
