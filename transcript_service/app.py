"""The application that answers under `/v1` (ADR 0025): verification and evidence for anybody."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from importlib.metadata import version

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from transcript_service.routes.front import Front, respond
from transcript_service.routes.problems import Kind, Problem, kind_of
from transcript_service.routes.rates import ClientRates, Rate
from transcript_service.routes.refused_questions import malformed_digest
from transcript_service.routes.registry_keeper import KeeperOptions, RegistryKeeper
from transcript_service.routes.version_1 import ROUTES
from verifier.rpc import OpenRpc

WAITING_PER_PROCESS = 4
"""Files that are read or wait for a process, for each process; more are told to come again."""


def create_app(
    options: KeeperOptions,
    *,
    open_rpc: OpenRpc,
    clock: Callable[[], datetime],
    rate: Rate | None = None,
) -> FastAPI:
    """
    Put the application together; it reads the registry when it starts.

    Args:
        options: what is served.
        open_rpc: opens a node's address.
        clock: tells an aware time.
        rate: how often one client may ask; None: as often as it likes.
    """
    app = FastAPI(
        title="hocba",
        version=version("hocba"),
        summary="Checks school transcripts, and hands out evidence of their anchoring.",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.keeper = RegistryKeeper(options, open_rpc, clock)
    app.state.rates = ClientRates(rate)
    app.state.slots = asyncio.Semaphore(options.processes * WAITING_PER_PROCESS)
    app.add_exception_handler(Problem, _answer_problem)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_status)
    app.include_router(ROUTES)
    app.add_middleware(Front)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
    keeper: RegistryKeeper = app.state.keeper
    await asyncio.to_thread(keeper.start)
    try:
        yield
    finally:
        await asyncio.to_thread(keeper.close)


def _answer_problem(_request: Request, error: Exception) -> Response:
    return respond(error if isinstance(error, Problem) else Problem(kind=Kind.INTERNAL))


def _answer_invalid(_request: Request, error: Exception) -> Response:
    """Name the part of ours that does not fit, and nothing that was sent."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    names = sorted({str(one["loc"][-1]) for one in found if one["loc"][0] == "path"})
    reason = malformed_digest(", ".join(names)) if names else ""  # no other part of an address
    return respond(Problem(kind=Kind.INVALID, reason=reason))


def _answer_status(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return respond(Problem(kind=Kind.INTERNAL))
    return respond(Problem(kind=kind_of(error.status_code), headers=error.headers or {}))
