"""
`hocba serve`: the API on a socket, until the process is told to end.

No log names a request: addresses hold digests. The address is printed once connections are
accepted; requests under way are finished before the end.
"""

import argparse
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvicorn

from transcript_service.app import create_app
from transcript_service.errors import UsageError
from transcript_service.issuance.embedded_chain import open_rpc
from transcript_service.routes.rates import Rate, parse_rate
from transcript_service.routes.registry_keeper import KeeperOptions
from verifier.errors import PolicyError
from verifier.messages import _
from verifier.pdf_signature import load_trust
from verifier.policy import load_policy
from verifier.system_words import why

_END_WITHIN_S = 20
_IDLE_S = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where connections are accepted."""

    host: str
    port: int
    proxies: str
    """Addresses whose X-Forwarded-For is believed; empty for none."""


class _Server(uvicorn.Server):
    """Tells its address once it serves."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve at the one socket that `serve` hands over."""
        await super().startup(sockets)
        for listener in sockets or ():
            host, port = listener.getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            print(f"http://{shown}:{port}", flush=True)  # noqa: T201  documented


def serve(arguments: argparse.Namespace) -> int:
    """
    Serve as the options say; 0 when ended.

    Raises:
        UsageError: a policy, folder, rate, address or port that cannot be used.
    """
    options = _options(arguments)
    rate = None if arguments.rate == "none" else _rate(arguments.rate)
    place = Place(host=arguments.host, port=arguments.port, proxies=arguments.proxy or "")
    app = create_app(options, open_rpc=open_rpc, clock=lambda: datetime.now(UTC), rate=rate)
    listener = _listen(place)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(place.proxies),
        forwarded_allow_ips=place.proxies or None,
        timeout_keep_alive=_IDLE_S,
        timeout_graceful_shutdown=_END_WITHIN_S,
        ws="none",
    )
    _Server(config).run(sockets=[listener])
    return 0


def _options(arguments: argparse.Namespace) -> KeeperOptions:
    for folder in (arguments.receipts, arguments.manifests):
        if folder is not None and not Path(folder).is_dir():
            raise UsageError(_("there is no folder {path}").format(path=folder))
    try:
        policy = load_policy(arguments.policy)
        if arguments.rpc:
            policy = policy.with_rpc(arguments.rpc)
        load_trust(policy.signatures)
    except PolicyError as error:
        raise UsageError(str(error)) from error
    return KeeperOptions(
        policy=policy,
        receipts=arguments.receipts,
        manifests=arguments.manifests,
        processes=arguments.jobs,
        refresh_s=arguments.refresh_s,
        greatest_age_s=arguments.greatest_age_s,
    )


def _rate(text: str) -> Rate:
    try:
        return parse_rate(text)
    except ValueError as error:
        raise UsageError(_("--rate is `none` or such as 120/minute")) from error


def _listen(place: Place) -> socket.socket:
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((place.host, place.port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise UsageError(
            _(
                "cannot listen at {host}:{port}: {cause}; choose another port, 0 takes a free one"
            ).format(host=place.host, port=place.port, cause=why(error))
        ) from error
    return listener
