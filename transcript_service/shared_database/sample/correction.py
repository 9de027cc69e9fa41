"""A correction upstream: one mark changes, and the stored results are computed again."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from transcript_service.errors import UsageError
from transcript_service.shared_database.sample.pupil import as_number, result_fields
from transcript_service.shared_database.sample.results import PupilMarks, TermScores
from transcript_service.shared_database.upstream_store import (
    UpstreamRecord,
    next_version,
    open_store,
    put_records,
    read_records,
)
from verifier.messages import _

_LAST = 99
"""Place of a study topic's result among the regular marks of its term."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkPlace:
    """Which mark of a pupil; codes as upstream writes them."""

    subject: str = "NGOAINGU1"
    term: str = "2"
    kind: str = "CK"
    ordinal: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What was changed upstream."""

    record_id: str
    student_code: str
    version: int
    """Of the mark, now."""
    changed_results: tuple[str, ...]
    """Record ids of the results that came out differently."""


def correct_mark(
    path: Path,
    *,
    student_code: str,
    changed_at: datetime,
    score: Decimal | None = None,
    place: MarkPlace = MarkPlace(),
) -> Correction:
    """
    Write a corrected mark into a reference server's file, as its next version.

    Without *score*, the mark is raised by one, to 10 at most. The results of `ketquahoctap` are
    computed again, and get a next version where they differ.

    Raises:
        UpstreamError: there is no such file.
        UsageError: there is no such mark, or it is 10 already, or *score* is not a score with
            one decimal.
    """
    if score is not None and (not 0 <= score <= 10 or score * 10 != int(score * 10)):
        raise UsageError(_("a score goes from 0 to 10, with one decimal at most"))
    engine = open_store(path)
    try:
        marks = read_records(engine, "diem", student_code=student_code)
        old = _only_mark(marks, student_code, place)
        tenths = _raised(old) if score is None else int(score * 10)
        return _correct(engine, marks, old, tenths, changed_at)
    finally:
        engine.dispose()


def _only_mark(marks: list[UpstreamRecord], student_code: str, place: MarkPlace) -> UpstreamRecord:
    wanted = [record for record in marks if _place(record.fields) == place]
    if len(wanted) != 1 or wanted[0].fields["diem"] is None:
        raise UsageError(
            _("pupil {student_code} has no score at that place").format(student_code=student_code)
        )
    return wanted[0]


def _raised(record: UpstreamRecord) -> int:
    tenths = _tenths(record.fields["diem"])
    if tenths >= 100:
        raise UsageError(
            _("{record_id}: the mark cannot be raised; name a score").format(
                record_id=record.record_id
            )
        )
    return min(100, tenths + 10)


def _correct(
    engine: Engine,
    marks: list[UpstreamRecord],
    old: UpstreamRecord,
    tenths: int,
    changed_at: datetime,
) -> Correction:
    student_code = old.fields["mahocsinh"]
    new = next_version(old, {**old.fields, "diem": as_number(tenths)})
    changed = list(_changed_results(engine, student_code, [new if m is old else m for m in marks]))
    put_records(engine, [new, *changed], changed_at=changed_at)
    return Correction(
        record_id=new.record_id,
        student_code=student_code,
        version=new.version,
        changed_results=tuple(record.record_id for record in changed),
    )


def _place(fields: Mapping[str, Any]) -> MarkPlace:
    return MarkPlace(
        subject=fields["mamonhoc"],
        term=fields["hocky"],
        kind=fields["loaidiem"],
        ordinal=fields["lanthu"],
    )


def _changed_results(
    engine: Engine, student_code: str, marks: list[UpstreamRecord]
) -> Iterator[UpstreamRecord]:
    topics = [
        replace(topic, fields={**topic.fields, "loaidiem": "TX", "lanthu": _LAST})
        for topic in read_records(engine, "chuyende", student_code=student_code)
    ]
    computed = result_fields(_pupil_marks(engine, student_code, marks + topics))
    for record in read_records(engine, "ketquahoctap", student_code=student_code):
        fields = {**record.fields, **computed[record.fields["hocky"]]}
        if json.dumps(fields, sort_keys=True) != json.dumps(dict(record.fields), sort_keys=True):
            yield next_version(record, fields)


def _pupil_marks(engine: Engine, student_code: str, marks: list[UpstreamRecord]) -> PupilMarks:
    """Put the stored records of a pupil together again, to compute from them."""
    conduct = {
        record.fields["hocky"]: int(record.fields["mahanhkiem"])
        for record in read_records(engine, "renluyen", student_code=student_code)
    }
    summary = read_records(engine, "tongketnam", student_code=student_code)[0].fields
    after_summer = summary["mahanhkiem_sauhe"]
    again = read_records(engine, "danhgialai", student_code=student_code)
    by_subject = {record.fields["mamonhoc"]: record.fields for record in again}
    return PupilMarks(
        scores=_scores(marks),
        passes=_passes(marks),
        conduct=(conduct["1"], conduct["2"]),
        absent=summary["songaynghi_cophep"] + summary["songaynghi_khongphep"],
        reassessed_scores={
            subject: _tenths(fields["diem"])
            for subject, fields in by_subject.items()
            if fields["diem"] is not None
        },
        reassessed_passes={
            subject: bool(fields["dat"])
            for subject, fields in by_subject.items()
            if fields["diem"] is None
        },
        conduct_after_summer=None if after_summer is None else int(after_summer),
    )


def _scores(marks: list[UpstreamRecord]) -> dict[str, tuple[TermScores, TermScores]]:
    found: defaultdict[str, dict[tuple[str, str, int], int]] = defaultdict(dict)
    for record in marks:
        place = _place(record.fields)
        if record.fields["diem"] is not None:
            key = (place.term, place.kind, place.ordinal)
            found[place.subject][key] = _tenths(record.fields["diem"])
    return {
        subject: (_term_scores(by_place, "1"), _term_scores(by_place, "2"))
        for subject, by_place in found.items()
    }


def _term_scores(by_place: Mapping[tuple[str, str, int], int], term: str) -> TermScores:
    return TermScores(
        regular=tuple(
            score
            for (of_term, kind, _ordinal), score in sorted(by_place.items())
            if (of_term, kind) == (term, "TX")
        ),
        midterm=by_place[term, "GK", 1],
        final=by_place[term, "CK", 1],
    )


def _passes(
    marks: list[UpstreamRecord],
) -> dict[str, tuple[tuple[bool, ...], tuple[bool, ...]]]:
    found: defaultdict[str, dict[str, list[bool]]] = defaultdict(lambda: {"1": [], "2": []})
    for record in marks:
        if record.fields["diem"] is None:
            found[record.fields["mamonhoc"]][record.fields["hocky"]].append(
                bool(record.fields["dat"])
            )
    return {
        subject: (tuple(by_term["1"]), tuple(by_term["2"])) for subject, by_term in found.items()
    }


def _tenths(score: float) -> int:
    return round(score * 10)
