"""The sample school and its class, as upstream records."""

from dataclasses import dataclass
from typing import Any

from transcript_service.shared_database.sample import names
from transcript_service.shared_database.sample.subjects import SUBJECTS
from transcript_service.shared_database.upstream_store import UpstreamRecord

SCHOOL_CODE = "00000501"
SCHOOL_YEAR = "2025-2026"
_SCHOOL = {
    "matruong": SCHOOL_CODE,
    "tentruong": names.SCHOOL_NAME,
    "manhomcaphoc": "03",
    "maloaihinhtruong": "1",
    "tenxa": names.COMMUNE,
    "tenhuyen": None,
    "tentinh": names.PROVINCE,
    "hieutruong_hovaten": names.PRINCIPAL,
    "hieutruong_chucdanh": "HIỆU TRƯỞNG",
    "dulieumau": 1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleClass:
    """The class that sample data are made for."""

    grade: int

    @property
    def name(self) -> str:
        """Return the class's name, e.g. `8A1`."""
        return f"{self.grade}A1"

    @property
    def class_code(self) -> str:
        """Return the code of the class."""
        return f"{SCHOOL_CODE}-2025-{self.name}"

    def keys(self, student_code: str) -> dict[str, Any]:
        """Return the fields that every record about a pupil in the class carries."""
        return {
            "matruong": SCHOOL_CODE,
            "namhoc": SCHOOL_YEAR,
            "malop": self.class_code,
            "mahocsinh": student_code,
        }


def teacher_of(subject: str) -> str:
    """Return the full name of the teacher of *subject* (upstream code)."""
    return dict(names.TEACHERS)[subject]


def school_records(school_class: SampleClass) -> list[UpstreamRecord]:
    """Return school, staff, class and its subjects."""
    teachers = dict.fromkeys(name for _subject, name in names.TEACHERS)
    codes = {name: f"000GV{number:03}" for number, name in enumerate(teachers, start=1)}
    records = [UpstreamRecord(table="truong", record_id="truong-1", fields=_SCHOOL)]
    for name, code in codes.items():
        staff = {"matruong": SCHOOL_CODE, "magiaovien": code, "hovaten": name}
        records.append(UpstreamRecord(table="nhansu", record_id=f"nhansu-{code}", fields=staff))
    return records + _class_records(school_class, codes)


def _class_records(school_class: SampleClass, codes: dict[str, str]) -> list[UpstreamRecord]:
    """Return the class and its subjects; *codes* are those of the teachers by name."""
    class_keys = {
        "matruong": SCHOOL_CODE,
        "namhoc": SCHOOL_YEAR,
        "malop": school_class.class_code,
    }
    class_fields = class_keys | {
        "tenlop": school_class.name,
        "makhoi": school_class.grade,
        "manhomcaphoc": "03",
        "magiaoviencn": codes[teacher_of("NGUVAN")],
        "khoahocky1": 1,
        "khoahocky2": 1,
    }
    records = [
        UpstreamRecord(table="lophoc", record_id=f"lop-{school_class.name}", fields=class_fields)
    ]
    for subject in SUBJECTS:
        fields = class_keys | {
            "mamonhoc": subject.code,
            "sotietnam": subject.periods[school_class.grade - 6],
            "magiaovien": codes[teacher_of(subject.code)],
            "tenmon": "Ngoại ngữ 1 (Tiếng Anh)" if subject.code == "NGOAINGU1" else None,
        }
        record_id = f"monhoc-{school_class.name}-{subject.code}"
        records.append(UpstreamRecord(table="monhoclop", record_id=record_id, fields=fields))
    return records
