"""Invented pupils: names, birth dates, personal IDs with the unassigned prefix 000, families."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from transcript_service.shared_database import names
from transcript_service.shared_database.sample_cases import Case
from transcript_service.shared_database.sample_minh_an import FULL_NAME as MINH_AN

_LETTERS = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệfghiìỉĩíịjklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvwxyỳỷỹýỵz"
)
_ORDER = {letter: place for place, letter in enumerate(_LETTERS)}


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
            name, sex, ethnicity = MINH_AN, "Nữ", "Kinh"
        elif case is Case.FOREIGN:
            name, sex = names.FOREIGN[:2]
            ethnicity = "Người nước ngoài"
        elif case is Case.MINORITY or (case is Case.USUAL and random.random() < 0.12):
            name, sex, ethnicity = next(minority, None) or (*next(drawn), "Kinh")
        else:
            name, sex = next(drawn)
            ethnicity = "Kinh"
        people.append(_draw_person(random, case, (name, sex, ethnicity), grade))
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


def _draw_person(random: Random, case: Case, identity: tuple[str, str, str], grade: int) -> Person:
    name, sex, ethnicity = identity
    year = 2020 - grade
    born = date(year, 1, 1) + timedelta(days=random.randrange(365))
    if case is Case.MINH_AN:
        born = date(year, 3, 14)
    digits = f"000{2 if sex == 'Nam' else 3}{year % 100:02}{random.randrange(10**6):06}"
    street = random.choice(names.STREETS)
    fields: dict[str, object] = {
        "sodinhdanh": None if case is Case.FOREIGN else digits,
        "hovaten": name,
        "gioitinh": "1" if sex == "Nam" else "2",
        "ngaysinh": str(year) if case is Case.PARTIAL_BIRTH_DATE else born.isoformat(),
        "noisinh": f"{names.COMMUNE}, {names.PROVINCE}",
        "dantoc": ethnicity,
        "quoctich": "Việt Nam",
        "dienchinhsach": random.choice(names.POLICY_CATEGORIES) if random.random() < 0.1 else None,
        "choohiennay": f"Số {random.randint(1, 99)}, {street}, {names.COMMUNE}, {names.PROVINCE}",
        **_draw_family(random, name),
    }
    if case is Case.FOREIGN:
        fields |= {"noisinh": "Viêng Chăn, Lào", "quoctich": names.FOREIGN[2]}
    return Person(case=case, fields=fields)


def _draw_family(random: Random, pupil: str) -> dict[str, object]:
    family = pupil.split(maxsplit=1)[0]
    father = f"{family} {random.choice(names.BOYS)}"
    mother = (
        f"{random.choices(*zip(*names.FAMILY_NAMES, strict=True))[0]} {random.choice(names.GIRLS)}"
    )
    relatives: dict[str, object] = {
        "cha_hovaten": father,
        "cha_nghenghiep": random.choice(names.OCCUPATIONS),
        "me_hovaten": mother,
        "me_nghenghiep": random.choice(names.OCCUPATIONS),
        "giamho_hovaten": None,
        "giamho_nghenghiep": None,
    }
    if random.random() < 0.05:
        relatives |= {
            "cha_hovaten": None,
            "cha_nghenghiep": None,
            "giamho_hovaten": f"{family} {random.choice(names.GIRLS)}",
            "giamho_nghenghiep": random.choice(names.OCCUPATIONS),
        }
    return relatives
