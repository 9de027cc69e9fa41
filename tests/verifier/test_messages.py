"""One catalogue, two languages."""

import subprocess
import sys

import pytest

from verifier.messages import _, use_language

TEXT = "the signed bytes were changed"


def test_vietnamese_is_shown_unless_something_else_was_asked_for():
    """A new process speaks Vietnamese, whatever the machine's own language is."""
    code = f"from verifier.messages import _; print(_({TEXT!r}))"

    outcome = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code],
        check=True,
        capture_output=True,
        encoding="utf-8",
        env={"LANG": "en_US.UTF-8", "LANGUAGE": "en"},
    )

    assert outcome.stdout == "dữ liệu được ký đã bị thay đổi\n"


def test_english_is_the_source_text():
    """What the code says is what is shown."""
    use_language("vi")
    use_language("en")

    assert _(TEXT) == TEXT


@pytest.mark.parametrize("text", ["never seen before", "with a {field} of its own"])
def test_a_text_without_translation_is_shown_as_it_is(text):
    """Nobody gets an empty line for an answer."""
    use_language("vi")

    assert _(text) == text


def test_translated_texts_take_the_same_fields():
    """Field names stay English in both languages."""
    use_language("vi")

    shown = _("term {term} is not locked").format(term=2)

    assert shown == "học kì 2 chưa khóa sổ"
