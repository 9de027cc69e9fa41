"""
Names as several peoples of Viet Nam form them, for sample data of whole schools.

Ê Đê and Gia Rai names carry H' for women and often Y for men, the clan stands last; Cơ Ho names
are often one word with K' or Ka; Mông men have A as middle name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from transcript_service.shared_database.sample import names


@dataclass(frozen=True, slots=True, kw_only=True)
class _People:
    """How one people's names are put together; `{given}` and `{clan}` are replaced."""

    ethnicity: str
    weight: int
    girl: str
    boy: str
    girls: tuple[str, ...]
    boys: tuple[str, ...]
    clans: tuple[str, ...] = ("",)


_PEOPLES = (
    _People(
        ethnicity="Tày", weight=20, girl="{clan} Thị {given}", boy="{clan} Văn {given}",
        clans=("Nông", "Hoàng", "Lộc", "Bế", "Đàm", "Ma"),
        girls=("Slao", "Yến", "Mẩy", "Nhình", "Lả"), boys=("Tùng", "Ích", "Slán", "Khánh"),
    ),
    _People(
        ethnicity="Thái", weight=20, girl="{clan} Thị {given}", boy="{clan} Văn {given}",
        clans=("Lò", "Cà", "Quàng", "Tòng", "Lường", "Điêu"),
        girls=("Pảnh", "Ỏ", "Ín", "Panh", "Hặc"), boys=("Inh", "Pâng", "Ọi", "Thoan"),
    ),
    _People(
        ethnicity="Mường", weight=15, girl="{clan} Thị {given}", boy="{clan} Công {given}",
        clans=("Quách", "Bùi", "Đinh", "Bạch", "Phùng"),
        girls=("Ẻn", "Nhẫm", "Dậm", "Mận"), boys=("Lưỡng", "Vinh", "Dếnh", "Thoọng"),
    ),
    _People(
        ethnicity="Mông", weight=15, girl="{clan} Thị {given}", boy="{clan} A {given}",
        clans=("Giàng", "Vàng", "Sùng", "Thào", "Mùa", "Lầu"),
        girls=("Mỷ", "Dở", "Súa", "Chừ"), boys=("Páo", "Sùng", "Chớ", "Dình"),
    ),
    _People(
        ethnicity="Khmer", weight=10, girl="{clan} Thị {given}", boy="{clan} {given}",
        clans=("Thạch", "Kim", "Sơn", "Danh", "Lâm"),
        girls=("Sô Phia", "Sa Vone", "Đa Ra", "Ngọc Sóc Kha"),
        boys=("Sa Rươn", "Chanh Đa", "Sô Thia"),
    ),
    _People(
        ethnicity="Ê Đê", weight=10, girl="H'{given} {clan}", boy="Y {given} {clan}",
        clans=("Niê", "Êban", "Mlô", "Kbuôr", "Niê Kdăm", "Kđoh", "Niê Buôn Krông"),
        girls=("Hen", "Linh", "Duôn", "Nguôm", "Ruih"), boys=("Blim", "Thuận", "Wơn", "Tuân"),
    ),
    _People(
        ethnicity="Gia Rai", weight=5, girl="{clan} H'{given}", boy="{clan} {given}",
        clans=("Rơ Châm", "Siu", "Ksor", "Rmah"),
        girls=("Byưm", "Nhang", "Lăn"), boys=("Bốp", "Tơn", "Blơi"),
    ),
    _People(
        ethnicity="Cơ Ho", weight=5, girl="Ka {given}", boy="K'{given}",
        girls=("Nhòi", "Brẻs", "Dòng"), boys=("Brơi", "Brèo", "Tiêng"),
    ),
)  # fmt: skip


def draw_minority(random: Random) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield full name, sex, ethnicity, father's and mother's name, without end."""
    weights = [people.weight for people in _PEOPLES]
    while True:
        people = random.choices(_PEOPLES, weights)[0]
        is_boy = random.random() < 0.5
        pupil, father, mother = (_name(random, people, is_boy=sex) for sex in (is_boy, True, False))
        yield pupil, "Nam" if is_boy else "Nữ", people.ethnicity, father, mother


def listed_minority(random: Random) -> Iterator[tuple[str, str, str, str, str]]:
    """Give the names of the list, each once: enough for one class."""
    return iter(random.sample(names.MINORITY, len(names.MINORITY)))


def _name(random: Random, people: _People, *, is_boy: bool) -> str:
    pattern = people.boy if is_boy else people.girl
    given = random.choice(people.boys if is_boy else people.girls)
    return pattern.format(given=given, clan=random.choice(people.clans)).strip()
