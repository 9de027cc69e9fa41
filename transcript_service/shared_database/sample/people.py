"""Invented pupils: names, birth dates, personal IDs with the unassigned prefix 000, families."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from transcript_service.shared_database.sample import names
from transcript_service.shared_database.sample.cases import Case
from transcript_service.shared_database.sample.minh_an import FULL_NAME as MINH_AN

_LETTERS = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệfghiìỉĩíịjklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvwxyỳỷỹýỵz"
)
_FATHERLESS_SHARE = 0.05
_POLICY_SHARE = 0.1
_ORDER = {letter: place for place, letter in enumerate(_LETTERS)}


@dataclass(frozen=True, slots=True)
class Identity:
    """Name, sex, ethnicity and parents' names."""

    full_name: str
    sex: str
    ethnicity: str
    father: str
    mother: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One pupil's identity; `fields` are those of the upstream table `hocsinh`."""

    case: Case
    place: int
    """Among the pupils as they were asked for, from 0; the class list has another order."""
    fields: Mapping[str, object]

    @property
    def full_name(self) -> str:
        """Return the name as written."""
        return str(self.fields["hovaten"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where the pupils of a class get from what must not come twice, or is drawn by a list."""

    numbers: Iterator[int]
    """The last six digits of personal IDs."""
    minority: Iterator[tuple[str, str, str, str, str]]
    minority_share: float
    commune: str


_SPECIAL = {
    Case.FOREIGN: names.FOREIGN,
    Case.ONE_WORD_NAME: ("K'Brơi", "Nam", "Cơ Ho", "K'Brèo", "Ka Nhòi"),
    Case.APOSTROPHE: ("H'Hen Niê", "Nữ", "Ê Đê", "Y Blim Niê", "H'Duôn Êban"),
    Case.BARRED_D: ("Đặng Đình Đức", "Nam", "Kinh", "Đặng Văn Điền", "Đỗ Thị Đào"),
    Case.SIX_WORDS: ("Đinh Thị Y Lưu Hờ Rê", "Nữ", "Hrê", "Đinh Văn Xay", "Phạm Thị Rế"),
    Case.LONGEST: names.LONGEST,
}

_DISTINCT_NAMES = 1000
"""Pupils beyond these may be namesakes: there are not many more combinations."""


def draw_people(
    random: Random, cases: Sequence[Case], sources: Sources, *, grade: int
) -> tuple[Person, ...]:
    """Return one pupil for each case, Minh An first, the others in the order of a class list."""
    drawn = _draw_names(random)
    people = []
    for place, case in enumerate(cases):
        identity = _draw_identity(random, case, sources, drawn)
        fields = _draw_fields(random, case, identity, sources, grade)
        people.append(Person(case=case, place=place, fields=fields))
    first = [person for person in people if person.case is Case.MINH_AN]
    others = [person for person in people if person.case is not Case.MINH_AN]
    return (*first, *sorted(others, key=lambda person: sort_key(person.full_name)))


def sort_key(full_name: str) -> tuple[tuple[int, ...], ...]:
    """Order by given name (the last word), then the others, by the Vietnamese alphabet."""
    words = full_name.lower().split()
    return tuple(
        tuple(_ORDER.get(letter, len(_ORDER)) for letter in word)
        for word in (words[-1], *words[:-1])
    )


def _draw_identity(
    random: Random, case: Case, sources: Sources, drawn: Iterator[tuple[str, str]]
) -> Identity:
    if case is Case.MINH_AN:
        return _kinh(random, MINH_AN, "Nữ")
    if case in _SPECIAL:
        return Identity(*_SPECIAL[case])
    is_usual = case is Case.USUAL
    if case is Case.MINORITY or (is_usual and random.random() < sources.minority_share):
        row = next(sources.minority, None)
        return Identity(*row) if row else _kinh(random, *next(drawn))
    return _kinh(random, *next(drawn))


def _draw_names(random: Random) -> Iterator[tuple[str, str]]:
    families = [name for name, _weight in names.FAMILY_NAMES]
    weights = [weight for _name, weight in names.FAMILY_NAMES]
    seen: set[str] = {MINH_AN}
    while True:
        sex = random.choice(("Nam", "Nữ"))
        given = random.choice(names.BOYS if sex == "Nam" else names.GIRLS)
        name = f"{random.choices(families, weights)[0]} {given}"
        if name not in seen or len(seen) > _DISTINCT_NAMES:
            seen.add(name)
            yield name, sex


def _kinh(random: Random, full_name: str, sex: str) -> Identity:
    families, weights = zip(*names.FAMILY_NAMES, strict=True)
    return Identity(
        full_name=full_name,
        sex=sex,
        ethnicity="Kinh",
        father=f"{full_name.split(maxsplit=1)[0]} {random.choice(names.BOYS)}",
        mother=f"{random.choices(families, weights)[0]} {random.choice(names.GIRLS)}",
    )


def _draw_fields(
    random: Random, case: Case, identity: Identity, sources: Sources, grade: int
) -> dict[str, object]:
    is_boy = identity.sex == "Nam"
    year = 2020 - grade
    born = date(year, 1, 1) + timedelta(days=random.randrange(365))
    if case is Case.MINH_AN:
        born = date(year, 3, 14)
    number = next(sources.numbers)
    street = random.choice(names.STREETS)
    has_policy = random.random() < _POLICY_SHARE or case is Case.POLICY
    fields: dict[str, object] = {
        "sodinhdanh": f"000{2 if is_boy else 3}{year % 100:02}{number:06}",
        "hovaten": identity.full_name,
        "gioitinh": "1" if is_boy else "2",
        "ngaysinh": _birth_date(case, born),
        "noisinh": f"{sources.commune}, {names.PROVINCE}",
        "dantoc": identity.ethnicity,
        "quoctich": "Việt Nam",
        "dienchinhsach": random.choice(names.POLICY_CATEGORIES) if has_policy else None,
        "choohiennay": f"Số {random.randint(1, 99)}, {street}, {sources.commune}, {names.PROVINCE}",
        **_draw_family(random, identity),
        **_verified(case, number, born),
    }
    if case is Case.FOREIGN:
        fields["noisinh"] = names.FOREIGN_BIRTH_PLACE
        fields["quoctich"] = names.FOREIGN_NATIONALITY
    return fields | _of_special(case)


def _birth_date(case: Case, born: date) -> str:
    length = {Case.PARTIAL_BIRTH_DATE: 4, Case.BIRTH_MONTH: 7}.get(case, 10)
    return born.isoformat()[:length]


def _of_special(case: Case) -> dict[str, object]:
    """Return the fields that a case has otherwise than usual."""
    if case is Case.FOREIGN:
        return {
            "sodinhdanh": None,
            "loaigiayto": "6",
            "dinhdanh_xacthuc": 1,
            "dinhdanh_nguon": "3",
        }
    if case is Case.DISABLED:
        return {"loaikhuyettat": "5", "dienchinhsach": "Khuyết tật"}
    if case is Case.TRANSFERRED_OUT:
        return {"trangthai": "2"}
    if case is Case.LONGEST:
        return {"choohiennay": names.LONGEST_ADDRESS}
    return {}


def _verified(case: Case, number: int, born: date) -> dict[str, object]:
    """Return how the identity is known: verified before the year's start, most of them."""
    return {
        "loaigiayto": "1" if born.year > 2011 else "5",
        "dinhdanh_xacthuc": 1,
        "dinhdanh_ngayxacthuc": f"2025-09-{10 + number % 15}",
        "dinhdanh_nguon": "2" if number % 4 == 0 else "1",
        "loaikhuyettat": None,
        "makhuvuc": "1" if case is Case.MINORITY else "2",
        "trangthai": "1",
    }


def _draw_family(random: Random, identity: Identity) -> dict[str, object]:
    """Return father and mother; for some pupils a guardian instead of the father."""
    absent = random.random() < _FATHERLESS_SHARE
    guardian = f"Trần {random.choice(names.GIRLS)}" if absent else None
    return {
        "cha_hovaten": None if absent else identity.father,
        "cha_nghenghiep": None if absent else random.choice(names.OCCUPATIONS),
        "me_hovaten": identity.mother,
        "me_nghenghiep": random.choice(names.OCCUPATIONS),
        "giamho_hovaten": guardian,
        "giamho_nghenghiep": "Nông dân" if absent else None,
    }
