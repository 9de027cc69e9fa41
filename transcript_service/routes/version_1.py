"""The routes under `/v1`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from transcript_service.routes.bodies import MOST_JSON_BYTES, SentFile, read_body, read_form
from transcript_service.routes.front import language_of
from transcript_service.routes.hidden_places import without_places
from transcript_service.routes.lookups import find_manifest, find_receipt, health, look_up
from transcript_service.routes.openapi import ANSWERS_OF, VERIFICATION_BODY
from transcript_service.routes.problems import Kind, Problem
from transcript_service.routes.refused_questions import why_refused
from transcript_service.routes.registry_keeper import RegistryKeeper
from transcript_service.routes.shapes import (
    DIGEST_PATTERN,
    EXAMPLE_DIGEST,
    DigestAnswer,
    DigestAnswers,
    DigestQuestion,
    Health,
)
from verifier.checks import GREATEST_FILE_BYTES
from verifier.messages import _
from verifier.report import report_to_json

JSON = "application/json"
DIGESTS_PER_REQUEST = 100
"""So many of one question count as a request more: they cost as much."""
ROUTES = APIRouter(prefix="/v1")
DigestInPath = Annotated[
    str, Path(pattern=DIGEST_PATTERN, examples=[EXAMPLE_DIGEST], description="0x, lower-case hex")
]


def _keeper(request: Request) -> RegistryKeeper:
    keeper: RegistryKeeper = request.app.state.keeper
    return keeper


def _counted(request: Request) -> None:
    request.app.state.rates.count(_host_of(request))


def _host_of(request: Request) -> str:
    return request.client.host if request.client is not None else ""


Keeper = Annotated[RegistryKeeper, Depends(_keeper)]
_COUNTED = [Depends(_counted)]


@ROUTES.post(
    "/verifications",
    dependencies=_COUNTED,
    responses=ANSWERS_OF["verifications"],
    openapi_extra={"requestBody": VERIFICATION_BODY},
)
async def verifications(request: Request, keeper: Keeper) -> Response:
    """Verify one PDF (`hocba/report/1`), or look up bare digests (`hocba/digests/1`)."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    readers = {"application/pdf": _read_pdf, "multipart/form-data": read_form}
    if kind != JSON and kind not in readers:
        raise Problem(kind=Kind.MEDIA)
    slots = request.app.state.slots
    if slots.locked():
        raise Problem(kind=Kind.BUSY, headers={"Retry-After": "5"})
    async with slots:
        if kind == JSON:
            return await _look_up_many(request, keeper)
        sent = await readers[kind](request)
        report = await run_in_threadpool(keeper.verify, sent, language_of(request))
    folders = (keeper.options.receipts, keeper.options.manifests)
    shown = without_places(report, [folder for folder in folders if folder is not None])
    return Response(report_to_json(shown), media_type=JSON)


async def _read_pdf(request: Request) -> SentFile:
    return SentFile(pdf=await read_body(request, GREATEST_FILE_BYTES))


async def _look_up_many(request: Request, keeper: RegistryKeeper) -> Response:
    body = await read_body(request, MOST_JSON_BYTES)
    if not body:
        raise Problem(kind=Kind.INVALID, reason=_("The body is empty."))
    try:
        question = DigestQuestion.model_validate_json(body)
    except ValidationError as error:
        raise Problem(kind=Kind.INVALID, reason=why_refused(error)) from error
    more = len(question.digests) // DIGESTS_PER_REQUEST
    request.app.state.rates.count_more(_host_of(request), more)
    language = language_of(request)
    answers = await run_in_threadpool(look_up, keeper.reading, question.digests, language)
    told = DigestAnswers(format="hocba/digests/1", answers=answers)
    return Response(told.model_dump_json(), media_type=JSON)


@ROUTES.get("/documents/{digest}", dependencies=_COUNTED, responses=ANSWERS_OF["documents"])
def documents(request: Request, keeper: Keeper, digest: DigestInPath) -> DigestAnswer:
    """Say what the registry says of one digest; what nobody anchored is INDETERMINATE."""
    return look_up(keeper.reading, [digest], language_of(request))[0]


@ROUTES.get("/receipts/{digest}", dependencies=_COUNTED, responses=ANSWERS_OF["receipts"])
def receipts(keeper: Keeper, digest: DigestInPath) -> Response:
    """Give the receipt of a document, `hocba/receipt/1`, byte for byte."""
    return Response(find_receipt(keeper, bytes.fromhex(digest[2:])), media_type=JSON)


@ROUTES.get("/manifests/{root}", dependencies=_COUNTED, responses=ANSWERS_OF["manifests"])
def manifests(keeper: Keeper, root: DigestInPath) -> Response:
    """Give the manifest of a root, `hocba/manifest/1`, byte for byte."""
    return Response(find_manifest(keeper, bytes.fromhex(root[2:])), media_type=JSON)


@ROUTES.get("/health", responses=ANSWERS_OF["health"])
def tell_health(keeper: Keeper) -> Health:
    """Say what is out of reach; always 200 while the service answers."""
    return health(keeper)
