"""What msgspec and tomllib say, in the words of the catalogue."""

import tomllib
from typing import Annotated, Literal

import msgspec
import pytest

from verifier.format_words import plain_words, toml_place
from verifier.messages import use_language


class Form(msgspec.Struct, forbid_unknown_fields=True):
    number: Annotated[int, msgspec.Meta(ge=1)]
    text: Annotated[str, msgspec.Meta(pattern="^x")] = "x"
    pair: tuple[int, int] = (1, 2)
    choice: Literal["a", "b"] = "a"


@pytest.fixture(autouse=True)
def vietnamese():
    use_language("vi")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({}, "thiếu trường number"),
        ({"number": 1, "colour": 1}, "không có trường nào tên colour"),
        ({"number": "1"}, "ở đây cần một số nguyên, không phải văn bản"),
        ({"number": 0}, "ở đây cần một số nguyên >= 1"),
        ({"number": 1, "text": "y"}, "ở đây cần văn bản theo dạng khác"),
        ({"number": 1, "pair": [1]}, "ở đây cần một danh sách theo dạng khác"),
        ({"number": 1, "choice": "c"}, "'c' không nằm trong các giá trị cho phép"),
        ([], "ở đây cần một nhóm trường dữ liệu, không phải một danh sách"),
    ],
)
def test_what_msgspec_refuses_is_said_in_vietnamese(value, said):
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert(value, Form)

    assert plain_words(str(refused.value).split(" - at")[0]) == said


def test_what_is_not_known_is_shown_as_it_is():
    """A new release of msgspec may say more."""
    assert plain_words("Something else entirely") == "Something else entirely"


@pytest.mark.parametrize(
    ("text", "said"), [("a = 1\nb =", "ở cuối tệp"), ("a = 1\n[b\n", "dòng 2, cột 3")]
)
def test_the_place_where_toml_ends_is_said(text, said):
    with pytest.raises(tomllib.TOMLDecodeError) as refused:
        tomllib.loads(text)

    assert toml_place(refused.value) == said
