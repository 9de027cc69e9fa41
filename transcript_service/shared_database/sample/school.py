"""A sample school, its staff and its classes: what stands above the pupils, as upstream records."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from transcript_service.shared_database.sample import names
from transcript_service.shared_database.sample.subjects import (
    NO_CHOICE,
    Combination,
    SampleSubject,
    taught_subjects,
)
from transcript_service.shared_database.upstream_store import UpstreamRecord

SCHOOL_YEAR = "2025-2026"
FIRST_YEAR = 2025
LOWER, UPPER = "03", "04"
"""`manhomcaphoc` of lower and upper secondary level."""
_LEVEL_NAMES = {LOWER: "THCS", UPPER: "THPT"}
_OTHER_SCHOOLS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Teacher:
    """A member of the staff."""

    code: str
    full_name: str
    personal_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSchool:
    """A school that does not exist."""

    number: int
    """From 1; the code follows from it."""
    levels: tuple[str, ...]
    """`LOWER`, `UPPER` or both: an inter-level school."""
    own_name: str
    principal: str
    acting_principal: bool = False
    """Whether somebody else took the principal's place in mid-year (domain 12.4)."""
    marked: bool = True
    """Whether the name says that it is sample data; `dulieumau` always does."""

    @property
    def code(self) -> str:
        """Return `matruong`."""
        return f"{_OTHER_SCHOOLS + self.number:08}"

    @property
    def name(self) -> str:
        """Return the full name, e.g. `Trường THCS và THPT Hoa Phượng (dữ liệu mẫu)`."""
        kind = " và ".join(_LEVEL_NAMES[level] for level in self.levels)
        return f"Trường {kind} {self.own_name}" + (" (dữ liệu mẫu)" if self.marked else "")

    @property
    def commune(self) -> str:
        """Return the commune, which does not exist either."""
        return f"Phường {self.own_name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleClass:
    """A class that sample data are made for."""

    school: SampleSchool
    grade: int
    name: str
    """E.g. `8A1`."""
    key: str
    """In the ids of its records."""
    teachers: Mapping[str, Teacher]
    """By upstream code of the subject."""
    homeroom: Teacher
    combinations: tuple[Combination, ...] = (NO_CHOICE,)
    """What its pupils chose; one, if they chose alike."""
    site: str | None = None
    changed_homeroom: bool = False
    """Whether another teacher was its homeroom teacher before (domain 12.4)."""

    @property
    def level(self) -> str:
        """Return `manhomcaphoc` of the class, which may differ from its school's."""
        return UPPER if self.grade > 9 else LOWER

    @property
    def class_code(self) -> str:
        """Return the code of the class."""
        return class_code_of(self.school, self.name)

    @property
    def subjects(self) -> tuple[SampleSubject, ...]:
        """Return all that is taught in the class; a pupil may take only some of them."""
        return taught_subjects(self.grade, self.combinations)

    @property
    def chose_alike(self) -> bool:
        """Tell whether the subjects of the class are those of each pupil."""
        return len(self.combinations) == 1

    def subjects_of(self, chosen: Combination) -> tuple[SampleSubject, ...]:
        """Return the subjects of a pupil of the class."""
        return taught_subjects(self.grade, (chosen,))

    def keys(self, student_code: str | None = None) -> dict[str, Any]:
        """Return the fields that every record about the class, or a pupil in it, carries."""
        keys = {
            "matruong": self.school.code,
            "namhoc": SCHOOL_YEAR,
            "malop": self.class_code,
        }
        return keys if student_code is None else keys | {"mahocsinh": student_code}


def class_code_of(school: SampleSchool, name: str) -> str:
    """Return the code of the class called *name*."""
    return f"{school.code}-{FIRST_YEAR}-{name}"


def school_records(school: SampleSchool) -> Iterator[UpstreamRecord]:
    """Yield the school, of which term 2 is locked class by class, and its sites."""
    yield UpstreamRecord(
        table="truong",
        record_id=f"truong-{school.number}",
        fields={
            "matruong": school.code,
            "tentruong": school.name,
            "manhomcaphoc": school.levels[0],
            "dscaphoc": list(school.levels),
            "maloaihinhtruong": "3" if school.number % 5 == 0 else "1",
            "diachi": f"Số {school.number}, {names.STREETS[0]}",
            "tenxa": school.commune,
            "tenhuyen": None,
            "tentinh": names.PROVINCE,
            "hieutruong_hovaten": school.principal,
            "hieutruong_chucdanh": "Q. HIỆU TRƯỞNG" if school.acting_principal else "HIỆU TRƯỞNG",
            "dulieumau": 1,
            "namhoc": SCHOOL_YEAR,
            "khoahocky1": 1,
            "khoahocky2": 0,
        },
        event="UPDATE" if school.acting_principal else "NEW",
        version=2 if school.acting_principal else 1,
    )
    for place, site in enumerate(sites_of(school)):
        fields = {
            "matruong": school.code,
            "madiemtruong": site,
            "tendiemtruong": "Điểm trường chính" if place == 0 else "Điểm trường Minh Họa",
            "diachi": f"Số {place + 1}, {names.STREETS[place]}",
            "tenxa": school.commune,
            "diemtruongchinh": int(place == 0),
        }
        yield UpstreamRecord(table="diemtruong", record_id=f"diemtruong-{site}", fields=fields)


def sites_of(school: SampleSchool) -> tuple[str, ...]:
    """Return the codes of the school's sites, the main one first."""
    return tuple(f"{school.code}-D{number}" for number in range(1, len(school.levels) + 1))


def staff_record(school: SampleSchool, teacher: Teacher) -> UpstreamRecord:
    """Return the record of a teacher."""
    fields = {
        "matruong": school.code,
        "magiaovien": teacher.code,
        "hovaten": teacher.full_name,
        "sodinhdanh": teacher.personal_id,
    }
    return UpstreamRecord(table="nhansu", record_id=f"nhansu-{teacher.code}", fields=fields)


def class_records(school_class: SampleClass) -> Iterator[UpstreamRecord]:
    """Yield the class, its subjects and who teaches them."""
    keys = school_class.keys()
    fields = keys | {
        "tenlop": school_class.name,
        "makhoi": school_class.grade,
        "manhomcaphoc": school_class.level,
        "magiaoviencn": school_class.homeroom.code,
        "madiemtruong": school_class.site,
        "khoahocky1": 1,
        "khoahocky2": 1,
    }
    changed = school_class.changed_homeroom
    yield UpstreamRecord(
        table="lophoc",
        record_id=f"lop-{school_class.key}",
        fields=fields,
        event="UPDATE" if changed else "NEW",
        version=2 if changed else 1,
    )
    for subject in school_class.subjects:
        of_subject = keys | {"mamonhoc": subject.code}
        teacher = {"magiaovien": school_class.teachers[subject.code].code}
        yield UpstreamRecord(
            table="monhoclop",
            record_id=f"monhoc-{school_class.key}-{subject.code}",
            fields=of_subject
            | teacher
            | {
                "sotietnam": subject.periods[school_class.grade],
                "tenmon": "Ngoại ngữ 1 (Tiếng Anh)" if subject.code == "NGOAINGU1" else None,
            },
        )
        yield UpstreamRecord(
            table="phancong",
            record_id=f"phancong-{school_class.key}-{subject.code}",
            fields=of_subject | teacher | {"hocky": None},
        )
