"""
Circular 22/2021 a second time, from the text of its articles and in another style.

It imports nothing from the package. A pupil is a plain dictionary as `random_pupils` makes it:
scores are whole tenths, exact fractions are rounded at the end, levels are read from a string of
bands by regular expressions, conduct and promotion from sentences and a table. What it shares with
`transcript_service.rules` is the text and the readings of ADR 0016.
"""

import re

from tests.transcript_service.rules.second_subjects import (
    Contradiction,
    Missing,
    text_of,
    three_values,
)

LEVELS = ["Tốt", "Khá", "Đạt", "Chưa đạt"]
PERIODS = ["term_1", "term_2", "full_year"]


def judge(pupil: dict) -> dict:
    """Return the results of a pupil's year as plain text, or what blocks them."""
    try:
        return _judge(pupil)
    except Missing:
        return {"blocked": "missing"}
    except Contradiction:
        return {"blocked": "contradiction"}


def _judge(pupil: dict) -> dict:
    policy, subjects = pupil["policy"], pupil["subjects"]
    if len({subject["code"] for subject in subjects}) < len(subjects):
        raise Contradiction
    values = {subject["code"]: three_values(subject, policy) for subject in subjects}
    columns = [{code: value[place] for code, value in values.items()} for place in range(3)]
    levels = [_level_of(column, policy) for column in columns]
    if levels[2] is None:
        raise Missing
    conduct = _conduct(pupil)
    due = _due(pupil, conduct, levels[2][0], columns[2])
    again = _again(subjects, columns[2], due, policy)
    by_rule = _promotion(pupil, conduct, levels[2][0], again)
    status = _principal(pupil, by_rule)
    return {
        "subjects": {code: [text_of(value) for value in row] for code, row in values.items()},
        "levels": levels,
        "conduct": conduct,
        "due": due,
        "again": again,
        "status": status,
        "completed": _completed(pupil["grade"], status),
        "title": _title(conduct, levels[2][0], columns[2], policy),
        "points": sorted(_points(pupil, columns, conduct, levels[2][0], due)),
    }


# Article 9.2 and 9.3: levels.


def _bands(column: dict) -> str:
    """Each scored subject as a digit, best first: 4 from 8.0, 3 from 6.5, 2 from 5.0 and so on."""
    return "".join(sorted((_band(value) for value in _scored(column).values()), reverse=True))


def _band(tenths: int) -> str:
    return str(sum(tenths >= bound for bound in (35, 50, 65, 80)))


def _scored(column: dict) -> dict:
    return {
        code: value
        for code, value in column.items()
        if value is not None and not isinstance(value, bool)
    }


def _level(bands: str, failed: int, least: int) -> int:
    """Return the place of the level in LEVELS."""
    rows = [
        (f"4{{{least},}}3*", 0),
        (f"[43]{{{least},}}2*", 0),
        (f"[432]{{{least},}}1*", 1),
        ("[0-4]*", 99),
    ]
    return next(
        place
        for place, (pattern, most) in enumerate(rows)
        if failed <= most and re.fullmatch(pattern, bands)
    )


def _level_of(column: dict, policy: dict) -> list | None:
    """Return the level's name and, when it was lifted, from where and by which subject."""
    bands, least = _bands(column), policy["min_count"]
    if not bands:
        return None
    failing = [code for code, value in column.items() if value is False]
    base = _level(bands, len(failing), least)
    reasons = []
    for code, value in _scored(column).items():
        rest = bands.replace(_band(value), "", 1)
        without = "4" + rest if policy["single_subject_test"] == "replace" else rest
        reasons.append((code, _level(without, len(failing), least)))
    if policy["nx_subject_counts"]:
        reasons += [(code, _level(bands, len(failing) - 1, least)) for code in failing]
    lifting = [code for code, reached in reasons if reached <= 1 and base - reached >= 2]
    if not lifting:
        return [LEVELS[base], None]
    (code,) = lifting  # "duy nhất 01 môn học": there is never a second one
    return [LEVELS[base - 1], [LEVELS[base], code]]


# Article 8: conduct of the year.


def _conduct(pupil: dict) -> str:
    first, second = pupil["conduct"]
    decided = pupil["decided_conduct"]
    if second is None:
        raise Missing
    if first is not None and decided is not None:
        raise Contradiction
    if first is None:
        if decided is None or not decided["reason"].strip():
            raise Missing
        return decided["level"]
    good, fair, passed, _ = LEVELS
    if second == good and first in (good, fair):
        return good
    if (
        (second == fair and first in (good, fair, passed))
        or (second == passed and first == good)
        or (second == good and first not in (good, fair))
    ):
        return fair
    if second == passed or (second == fair and first not in (good, fair, passed)):
        return passed
    return LEVELS[3]


# Articles 12 to 14: promotion.

PROMOTION = """
conduct academic  summer  again   readings        status
ok      ok        *       *       *               PROMOTED
ok      failed    *       none    *               RETEST
ok      failed    *       ok      *               PROMOTED_AFTER_RETEST
ok      failed    *       failed  *               REPEAT
failed  ok        none    *       *               SUMMER_TRAINING
failed  ok        ok      *       *               PROMOTED_AFTER_SUMMER
failed  ok        failed  *       *               REPEAT
failed  failed    *       *       repeat          REPEAT
failed  failed    none    *       second_chances  SUMMER_TRAINING
failed  failed    failed  *       second_chances  REPEAT
failed  failed    ok      none    second_chances  RETEST
failed  failed    ok      ok      second_chances  PROMOTED_AFTER_RETEST
failed  failed    ok      failed  second_chances  REPEAT
"""


def _state(level: str | None) -> str:
    return "none" if level is None else "failed" if level == LEVELS[3] else "ok"


def _promotion(pupil: dict, conduct: str, academic: str, again: list | None) -> str:
    if sum(pupil["absent"]) >= 46:
        return "REPEAT"
    case = [
        _state(conduct),
        _state(academic),
        _state(pupil["summer"]),
        _state(again and again[0]),
        pupil["policy"]["both_failed"],
    ]
    (status,) = (
        row[-1]
        for row in map(str.split, PROMOTION.strip().splitlines()[1:])
        if all(cell in ("*", found) for cell, found in zip(row, case, strict=False))
    )
    return status


def _is_inclusive(pupil: dict) -> bool:
    return "inclusive_education" in {subject["status"] for subject in pupil["subjects"]}


def _principal(pupil: dict, by_rule: str) -> str:
    if not _is_inclusive(pupil) or pupil["decision"] is None:
        return by_rule
    if pupil["decision"] is False:
        return "REPEAT"
    return by_rule if by_rule.startswith("PROMOTED") else "PROMOTED"


def _completed(grade: int, status: str) -> bool | None:
    if grade not in (9, 12) or status in ("RETEST", "SUMMER_TRAINING"):
        return None
    return status != "REPEAT"


def _due(pupil: dict, conduct: str, academic: str, year: dict) -> list[str]:
    """Article 14: conduct at least Đạt, academic result Chưa đạt."""
    may = conduct != LEVELS[3] or (
        pupil["policy"]["both_failed"] == "second_chances" and _state(pupil["summer"]) == "ok"
    )
    if academic != LEVELS[3] or not may:
        return []
    low = [code for code, tenths in _scored(year).items() if tenths < 50]
    return sorted([*low, *(code for code, value in year.items() if value is False)])


def _again(subjects: list[dict], year: dict, due: list[str], policy: dict) -> list | None:
    taken = {
        subject["code"]: subject["again"]
        for subject in subjects
        if subject["again"] is not None and subject["code"] in due
    }
    return _level_of(year | taken, policy) if taken else None


# Article 15, and what is left to a person.


def _title(conduct: str, academic: str, year: dict, policy: dict) -> str | None:
    if {conduct, academic} != {"Tốt"}:
        return None
    best = sum(tenths >= 90 for tenths in _scored(year).values())
    return "Học sinh Xuất sắc" if best >= policy["min_count"] else "Học sinh Giỏi"


def _points(pupil: dict, columns: list[dict], conduct: str, academic: str, due: list[str]):
    for subject in pupil["subjects"]:
        code = subject["code"]
        if subject["decided"] is not None:
            yield ["DECIDED_AVERAGE", code]
        elif columns[0][code] is None and code in _scored(columns[2]):
            yield ["TERM_2_STANDS_FOR_YEAR", code]
        if subject["again"] is not None and code not in due:
            yield ["REASSESSMENT_NOT_DUE", code]
    for period, column in zip(PERIODS, columns, strict=True):
        if 0 < len(_scored(column)) < pupil["policy"]["min_count"]:
            yield ["TOO_FEW_SUBJECTS", period]
    is_open = _is_inclusive(pupil)
    decided = pupil["decision"] is not None
    for holds, point, place in [
        (pupil["decided_conduct"] is not None, "DECIDED_CONDUCT", "full_year"),
        (conduct == academic == LEVELS[3], "BOTH_FAILED", "promotion_status"),
        (
            pupil["summer"] is not None and conduct != LEVELS[3],
            "SUMMER_TRAINING_NOT_DUE",
            "conduct_after_summer",
        ),
        (is_open and not decided, "PRINCIPAL_DECIDES", "promotion_status"),
        (decided and not is_open, "DECISION_NOT_OPEN", "promotion_decision"),
    ]:
        if holds:
            yield [point, place]
