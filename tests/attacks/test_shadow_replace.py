"""Shadow attack, replace: what a page shows is led elsewhere by an object that looks harmless."""

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest

from tests.attacks.ground import Ground, append
from tests.fuzzing.visible import visible
from tests.verifier.outcomes import FAILED
from verifier.errors import SubReason


def swap_fonts(pdf: bytes) -> bytes:
    """Redefine the program of a font as that of another one: other glyphs for the same codes."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        one, other = [
            found
            for found in opened.objects
            if isinstance(found, pikepdf.Dictionary) and found.get("/Type") == "/FontDescriptor"
        ][:2]
        number, body = one.objgen[0], other.unparse(resolved=True)
    return append(pdf, {number: body})


def overlay_field(pdf: bytes) -> bytes:
    """Give the seal's field the whole page, over which readers draw its appearance."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        field = opened.Root.AcroForm.Fields[-1]
        field.Rect = pikepdf.Array([0, 0, 600, 800])
        return append(pdf, {field.objgen[0]: field.unparse(resolved=True)})


@pytest.mark.parametrize("attack", [swap_fonts, overlay_field])
def test_a_replaced_object_is_seen(ground: Ground, attack: Callable[[bytes], bytes]) -> None:
    """Fonts and fields are part of what was signed."""
    pdf = attack(ground.original)

    assert visible(pdf) != visible(ground.original)
    assert ground.judge(pdf) == (FAILED, SubReason.APPENDED)
    assert ground.judge_alone(pdf) == (FAILED, SubReason.APPENDED)
