"""
A reference server of the shared database, for trials and tests.

It stands in for the sector's real one, as another process on a real socket:

    python -m transcript_service.shared_database.server --database FILE --port 0

prints the address it listens at, as the only line on standard output, and serves until it is
ended.
"""

import argparse
import socket
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import uvicorn
from sqlalchemy import Engine

from transcript_service.errors import ServiceError, UsageError
from transcript_service.shared_database.access_grants import RateLimiter
from transcript_service.shared_database.faulty_app import App, FaultyApp
from transcript_service.shared_database.server_app import create_app
from transcript_service.shared_database.server_options import (
    ServerOptions,
    add_arguments,
    read_options,
)
from transcript_service.shared_database.upstream_store import open_store
from verifier.messages import _
from verifier.system_words import why


class _Server(uvicorn.Server):
    """Tells its address once it serves, and can be ended properly."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve at the one socket that `serve` hands over."""
        await super().startup(sockets)
        for listener in sockets or ():
            host, port = listener.getsockname()
            print(f"http://{host}:{port}", flush=True)  # noqa: T201  documented


def serve(options: ServerOptions, *, until_stdin_closes: bool = False) -> None:
    """
    Serve until the process is told to end.

    Port 0 takes a free one. The address is printed once connections are accepted.

    Raises:
        UpstreamError: the file is missing or unreadable.
        UsageError: the port is taken, or no port.
    """
    engine = open_store(options.database)
    listener = _listen(options.host, options.port)
    level = "critical" if options.faults else "warning"  # answers that are cut are meant to be
    app = _make_app(engine, options)
    server = _Server(uvicorn.Config(app, log_level=level, access_log=False))
    if until_stdin_closes:
        threading.Thread(target=_end_with_stdin, args=(server,), daemon=True).start()
    server.run(sockets=[listener])


def _make_app(engine: Engine, options: ServerOptions) -> App:
    app = create_app(
        engine,
        clock=lambda: datetime.now(UTC),
        token_lifetime_s=options.token_lifetime_s,
        limiter=RateLimiter(options.rate, time.monotonic_ns) if options.rate else None,
    )
    if options.faults is None:
        return app
    return FaultyApp(app, engine, options.faults, hold_s=options.fault_hold_s)


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise UsageError(
            _(
                "cannot listen at {host}:{port}: {cause}; choose another port, 0 takes a free one"
            ).format(host=host, port=port, cause=why(error))
        ) from error
    return listener


def _end_with_stdin(server: uvicorn.Server) -> None:
    sys.stdin.buffer.read()
    server.should_exit = True


def main(argv: Sequence[str] | None = None) -> int:
    """Run the server from the command line; 0 when ended, 1 or 2 when it could not start."""
    parser = argparse.ArgumentParser(prog="hocba shared-database serve")
    add_arguments(parser)
    parser.add_argument("--until-stdin-closes", action="store_true")
    arguments = parser.parse_args(argv)
    try:
        serve(read_options(arguments), until_stdin_closes=arguments.until_stdin_closes)
    except ServiceError as error:
        print(error, file=sys.stderr)  # noqa: T201  the command's diagnosis
        return error.exit_code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
