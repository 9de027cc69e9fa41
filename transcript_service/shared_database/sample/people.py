"""Invented pupils: names, birth dates, personal IDs with the unassigned prefix 000, families."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from transcript_service.shared_database.sample import names
from transcript_service.shared_database.sample.cases import Case
from transcript_service.shared_database.sample.minh_an import FULL_NAME as MINH_AN

_LETTERS = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệfghiìỉĩíịjklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvwxyỳỷỹýỵz"
)
_MINORITY_SHARE = 0.12
_FATHERLESS_SHARE = 0.05
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
    fields: Mapping[str, object]

    @property
    def full_name(self) -> str:
        """Return the name as written."""
        return str(self.fields["hovaten"])


def draw_people(random: Random, cases: tuple[Case, ...], *, grade: int) -> tuple[Person, ...]:
    """Return one pupil for each case, Minh An first, the others in the order of a class list."""
    drawn = _draw_names(random)
    minority = iter(random.sample(names.MINORITY, len(names.MINORITY)))
    people = []
    for case in cases:
        if case is Case.MINH_AN:
            identity = _kinh(random, MINH_AN, "Nữ")
        elif case is Case.FOREIGN:
            identity = Identity(*names.FOREIGN)
        elif case is Case.MINORITY or (case is Case.USUAL and random.random() < _MINORITY_SHARE):
            row = next(minority, None)
            identity = Identity(*row) if row else _kinh(random, *next(drawn))
        else:
            identity = _kinh(random, *next(drawn))
        people.append(Person(case=case, fields=_draw_fields(random, case, identity, grade)))
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


def _draw_names(random: Random) -> Iterator[tuple[str, str]]:
    families = [name for name, _weight in names.FAMILY_NAMES]
    weights = [weight for _name, weight in names.FAMILY_NAMES]
    seen: set[str] = {MINH_AN}
    while True:
        sex = random.choice(("Nam", "Nữ"))
        given = random.choice(names.BOYS if sex == "Nam" else names.GIRLS)
        name = f"{random.choices(families, weights)[0]} {given}"
        if name not in seen:
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


def _draw_fields(random: Random, case: Case, identity: Identity, grade: int) -> dict[str, object]:
    is_boy = identity.sex == "Nam"
    year = 2020 - grade
    born = date(year, 1, 1) + timedelta(days=random.randrange(365))
    if case is Case.MINH_AN:
        born = date(year, 3, 14)
    personal_id = f"000{2 if is_boy else 3}{year % 100:02}{random.randrange(10**6):06}"
    street = random.choice(names.STREETS)
    fields: dict[str, object] = {
        "sodinhdanh": personal_id,
        "hovaten": identity.full_name,
        "gioitinh": "1" if is_boy else "2",
        "ngaysinh": str(year) if case is Case.PARTIAL_BIRTH_DATE else born.isoformat(),
        "noisinh": f"{names.COMMUNE}, {names.PROVINCE}",
        "dantoc": identity.ethnicity,
        "quoctich": "Việt Nam",
        "dienchinhsach": random.choice(names.POLICY_CATEGORIES) if random.random() < 0.1 else None,
        "choohiennay": f"Số {random.randint(1, 99)}, {street}, {names.COMMUNE}, {names.PROVINCE}",
        **_draw_family(random, identity),
    }
    if case is Case.FOREIGN:
        fields["sodinhdanh"] = None
        fields["noisinh"] = names.FOREIGN_BIRTH_PLACE
        fields["quoctich"] = names.FOREIGN_NATIONALITY
    return fields


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
