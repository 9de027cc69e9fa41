"""A sample of whole schools, written once, and how tests read it."""

import json
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transcript_service.shared_database.sample import SampleClient
from transcript_service.shared_database.sample.schools import SchoolsSummary, write_schools

CLIENT = SampleClient(client_id="school", client_secret="only-for-tests")


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as the reference server keeps it."""

    record_id: str
    event: str
    version: int
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """A reference server's file and what its maker says of it."""

    path: Path
    summary: SchoolsSummary

    def records(self, table: str, **wanted: str) -> list[Stored]:
        """Return the records of a table, also cancelled ones, in the order of writing."""
        conditions = "".join(f" AND {name} = ?" for name in wanted)
        query = (
            "SELECT idbanghi, sukien, phienban, noidung FROM banghi"
            f" WHERE bang = ?{conditions} ORDER BY thutu"
        )
        with sqlite3.connect(self.path) as connection:
            rows = connection.execute(query, (table, *wanted.values())).fetchall()
        return [Stored(row[0], row[1], row[2], json.loads(row[3])) for row in rows]

    def of_pupil(self, student_code: str) -> dict[str, list[Stored]]:
        """Return all records about a pupil, by table."""
        query = "SELECT bang, idbanghi, sukien, phienban, noidung FROM banghi WHERE mahocsinh = ?"
        found: defaultdict[str, list[Stored]] = defaultdict(list)
        with sqlite3.connect(self.path) as connection:
            for table, *row, fields in connection.execute(query, (student_code,)):
                found[table].append(Stored(*row, json.loads(fields)))
        return found

    def pupils_of(self, number: str) -> list[dict[str, list[Stored]]]:
        """Return the records of the pupils that show a case of the domain."""
        codes = [case.student_code for case in self.summary.cases if case.number == number]
        return [self.of_pupil(code) for code in codes if code is not None]

    def contents(self) -> list[tuple[object, ...]]:
        """Return everything that is handed out, in order."""
        query = (
            "SELECT bang, idbanghi, sukien, phienban, thoigiancapnhat, matruong, namhoc,"
            " mahocsinh, noidung, thutu FROM banghi ORDER BY thutu"
        )
        with sqlite3.connect(self.path) as connection:
            return connection.execute(query).fetchall()


def make_sample(path: Path, **options: Any) -> Sample:
    """Write a sample with these options of `write_schools`."""
    return Sample(path, write_schools(path, client=CLIENT, **({"seed": 1} | options)))


def year_of(pupil: dict[str, list[Stored]]) -> dict[str, Any]:
    """Return the stored result of the year."""
    return next(row.fields for row in pupil["ketquahoctap"] if row.fields["hocky"] == "0")


def scores_of(pupil: dict[str, list[Stored]]) -> list[float]:
    """Return the averages of the year, the best one first."""
    rows = year_of(pupil)["diemmon"]
    return sorted((row["diem"] for row in rows if "diem" in row), reverse=True)


def failed_of(pupil: dict[str, list[Stored]]) -> list[str]:
    """Return the subjects judged by comment that are not passed."""
    return [row["mamonhoc"] for row in year_of(pupil)["diemmon"] if row.get("mucdat") == 0]
