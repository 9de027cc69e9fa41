"""What people see of a signature: who signed, as what, for whom, when, in the right letters."""

import re
import subprocess
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from signing.appearance import Lettering, principal_look, seal_look
from signing.errors import LookUnfit
from signing.look import Look
from tests.signing.sample import FONTS, LETTERING, PRINCIPAL, SCHOOL, SIGNED_AT

MM = 72 / 25.4
ALL_LETTERS = "ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
LONG_SCHOOL = "Trường Phổ thông Dân tộc Bán trú Trung học cơ sở Nguyễn Thị Minh Khai"


def draw_principal(**changes: object) -> Look:
    """The principal's look in the size of the year document's field."""
    given = {
        "name": PRINCIPAL,
        "title": "HIỆU TRƯỞNG",
        "organization": SCHOOL,
        "signed_at": SIGNED_AT,
        "size": (70 * MM, 28 * MM),
        "lettering": LETTERING,
    }
    return principal_look(**(given | changes))


def draw_seal(**changes: object) -> Look:
    """The school's look in the size of the year document's field."""
    given = {
        "organization": SCHOOL,
        "signed_at": SIGNED_AT,
        "size": (34 * MM, 34 * MM),
        "lettering": LETTERING,
    }
    return seal_look(**(given | changes))


@pytest.fixture
def words(tmp_path):
    """Ask poppler for the words of a look, each with its left, top, right and bottom edge."""

    def ask(look: Look) -> list[tuple[str, tuple[float, ...]]]:
        path = tmp_path / "look.pdf"
        path.write_bytes(look.pdf)
        command = ["pdftotext", "-bbox", str(path), "-"]
        page = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return [
            (word[5], tuple(float(edge) for edge in word.groups()[:4]))
            for word in re.finditer(
                r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>', page
            )
        ]

    return ask


def text_of(words: list[tuple[str, tuple[float, ...]]]) -> str:
    """Words in reading order."""
    return unicodedata.normalize("NFC", " ".join(word for word, _ in words))


@pytest.mark.judge
def test_the_principals_look_says_who_signed_when(words):
    """Decree 30/2020/NĐ-CP annex I: time to the second, ISO 8601, zone of Việt Nam."""
    text = text_of(words(draw_principal()))

    assert text == (f"Ký bởi: {PRINCIPAL} HIỆU TRƯỞNG {SCHOOL} Ký lúc 2026-05-30T15:04:05+07:00")


@pytest.mark.judge
def test_the_seal_says_that_the_school_signed_when(words):
    """School in a ring, the words in the middle, date and time below one another."""
    text = text_of(words(draw_seal()))

    assert "ĐÃ KÝ SỐ" in text
    assert "2026-05-30T 15:04:05+07:00" in text


@pytest.mark.judge
@pytest.mark.parametrize("draw", [draw_principal, draw_seal], ids=["principal", "seal"])
@pytest.mark.parametrize("organization", [SCHOOL, LONG_SCHOOL])
def test_the_time_is_large_enough_to_be_read_on_paper(words, draw, organization):
    """Seven points and more, whatever the length of the school's name."""
    look = draw(organization=organization)
    heights = [edges[3] - edges[1] for word, edges in words(look) if "2026-" in word or ":" in word]

    assert len(heights) >= 2
    assert min(heights) >= 7


@pytest.mark.judge
@pytest.mark.parametrize(
    "name", [PRINCIPAL, "Tôn Nữ Thị Thủy Tiên Hoàng Thục Đoan Trang Quỳnh Hương"]
)
@pytest.mark.parametrize("organization", [SCHOOL, LONG_SCHOOL])
def test_the_left_third_is_left_to_the_seal(words, name, organization):
    """Decree 30/2020/NĐ-CP article 33.1b: the seal covers it, and all words stay readable."""
    look = draw_principal(name=name, organization=organization)

    for word, (left, top, right, bottom) in words(look):
        assert look.width / 3 <= left < right <= look.width, word
        assert 0 <= top < bottom <= look.height, word
        assert bottom - top > 5, "smaller than five points: nobody can read it"


@pytest.mark.judge
@pytest.mark.parametrize("letters", [ALL_LETTERS, ALL_LETTERS.upper()], ids=["small", "capital"])
def test_every_vietnamese_letter_is_drawn(words, letters):
    """None is replaced, none is left out."""
    text = text_of(words(draw_principal(name=letters)))

    assert letters in text


def test_the_time_is_that_of_viet_nam_to_the_second():
    """Whatever zone the caller counts in; the signature says the same time as the look."""
    new_york = timezone(timedelta(hours=-5))
    look = draw_seal(signed_at=datetime(2026, 12, 31, 18, 0, 0, 999999, tzinfo=new_york))

    assert look.signed_at.isoformat() == "2027-01-01T06:00:00+07:00"


def test_a_look_has_the_size_of_its_field():
    """One page, as wide and as high as was asked for."""
    look = draw_seal(size=(34 * MM, 30 * MM))

    (box,) = re.findall(rb"/MediaBox\[0 0 ([\d.]+) ([\d.]+)\]", look.pdf)
    assert [float(edge) for edge in box] == pytest.approx([34 * MM, 30 * MM], abs=0.01)
    assert (look.width, look.height) == (34 * MM, 30 * MM)


def test_the_same_look_is_the_same_bytes():
    """So that a signature that has to be made again is the same."""
    assert draw_principal() == draw_principal()
    assert draw_seal() == draw_seal()


@pytest.mark.judge
@pytest.mark.parametrize(
    ("draw", "strongest"), [(draw_principal, 2), (draw_seal, 0)], ids=["blue", "red"]
)
def test_the_principal_signs_blue_and_the_school_red(draw, strongest, tmp_path):
    """Decree 30/2020/NĐ-CP annex I; on white, every drawn pixel leans to that colour."""
    path = tmp_path / "look.pdf"
    path.write_bytes(draw().pdf)
    command = ["pdftoppm", "-r", "100", "-singlefile", str(path)]
    image = subprocess.run(command, check=True, capture_output=True).stdout

    pixels = image.split(b"\n", 3)[3]
    drawn = [
        pixels[i : i + 3] for i in range(0, len(pixels), 3) if pixels[i : i + 3] != b"\xff" * 3
    ]
    assert len(drawn) > 500
    assert all(pixel[strongest] == max(pixel) for pixel in drawn)


def test_a_missing_font_is_named():
    """A look in a font that happens to be there would differ from machine to machine."""
    with pytest.raises(LookUnfit, match="has no font Comic Serif; it has Liberation Serif"):
        draw_seal(lettering=Lettering(directory=FONTS, family="Comic Serif"))


def test_a_folder_without_fonts_is_named(tmp_path):
    """Fonts of the system are not looked at."""
    with pytest.raises(LookUnfit, match="has no font Liberation Serif; it has none"):
        draw_seal(lettering=Lettering(directory=tmp_path, family="Liberation Serif"))


@pytest.mark.parametrize("name", ["Nguyễn 阮 Ánh", "Nguyễn \U0001f600"])
def test_a_letter_that_the_font_lacks_is_refused_without_repeating_the_name(name):
    """An empty box in a signature would be nobody's name; and names stay out of messages."""
    with pytest.raises(LookUnfit, match="a letter is missing in the font") as caught:
        draw_principal(name=name)
    assert "Nguyễn" not in repr(caught.value.args)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("name", ['#panic("x")', "*Ánh* _Lê_", "$x$ @label <x>", '"; #let a = 1'])
@pytest.mark.judge
def test_names_are_text_and_never_markup(words, name):
    """A name that looks like Typst is printed as it is."""
    text = text_of(words(draw_principal(name=name)))

    assert name.replace("<", "&lt;").replace(">", "&gt;") in text.replace("&quot;", '"')


def test_looks_need_no_file_but_their_own(monkeypatch, tmp_path):
    """They are drawn in any directory."""
    monkeypatch.chdir(tmp_path)

    assert draw_seal().pdf.startswith(b"%PDF-")
    assert list(Path(tmp_path).iterdir()) == []


def test_a_time_without_zone_is_not_guessed_at():
    """`signed_at` is aware by contract; a naive one would be read as the machine's zone."""
    naive = datetime(2026, 5, 30, 8, 4, 5, tzinfo=UTC).replace(tzinfo=None)

    with pytest.raises(LookUnfit, match="has no time zone"):
        draw_seal(signed_at=naive)
