"""The quick search for the uses of an object finds all that pyHanko's own search finds."""

import io
import random
import sys
from collections.abc import Iterator

import pytest
from pyhanko.pdf_utils.decode_limits import DecodeLimits
from pyhanko.pdf_utils.generic import Reference
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader, RawPdfPath

from tests.verifier.issued import Office
from tests.verifier.plain_files import SKELETON, write_pdf, write_revision
from verifier.pdf_document import read_pdf
from verifier.pdf_usages import Revision, RevisionsReader

KEYS = (b"/K", b"/K", b"/P", b"/Parent", b"/Kids", b"/Annots", b"/Obj", b"/Next", b"/Data")
REFUSALS = (PdfReadError, RecursionError, LookupError, TypeError, ValueError, AttributeError)
TYPES = (b"", b"", b"/Type/StructElem", b"/Type/Pages", b"/Type/Page", b"/Type/OBJR")


@pytest.fixture(autouse=True)
def _low_recursion_limit() -> Iterator[None]:
    """Some libraries raise it so high that pyHanko ends in a crash where files go in circles."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    yield
    sys.setrecursionlimit(before)


def both(pdf: bytes, revision: int) -> tuple[Revision, HistoricalResolver]:
    """The same revision, as we have it and as pyHanko has it; neither knows usages yet."""
    ours = RevisionsReader(pdf, DecodeLimits()).get_historical_resolver(revision)
    return ours, HistoricalResolver(PdfFileReader(io.BytesIO(pdf)), revision)


def compare(pdf: bytes, revision: int, most: int) -> set[RawPdfPath] | None:
    """
    Compare all usages of all objects; what pyHanko refuses or finds, we refuse or find.

    Returns:
        What only we find, on ways upwards; None where we refuse the file.
    """
    ours, theirs = both(pdf, revision)
    try:
        theirs._load_reverse_xref_cache()  # type: ignore[no-untyped-call]
    except REFUSALS:
        with pytest.raises(REFUSALS):
            ours.check_complete()
        return None
    try:
        ours.check_complete()
    except REFUSALS:
        return None
    more: set[RawPdfPath] = set()
    for number in range(1, most):
        for generation in (0, 1):
            reference = Reference(number, generation)
            found = ours._get_usages_of_ref(reference)
            assert found >= theirs._get_usages_of_ref(reference)
            more |= found - theirs._get_usages_of_ref(reference)
    return more


def goes_up(way: RawPdfPath) -> bool:
    """Whether a way uses a key that pyHanko takes for one that leads upwards wherever it is."""
    return not {"/Parent", "/P"}.isdisjoint(way.path)


def random_value(chance: random.Random, count: int, depth: int = 0) -> bytes:
    kind = chance.randrange(9)
    if kind < 5 or depth > 2:
        return b"%d 0 R" % chance.randint(1, count)
    if kind == 5:
        return chance.choice((b"12", b"-.5", b"/Name#20x", b"(text (in) \\) text)", b"<0aF>"))
    if kind == 6:
        return random_dictionary(chance, count, depth + 1)
    items = (random_value(chance, count, depth + 1) for _ in range(chance.randrange(4)))
    return b"[" + b" ".join(items) + b"]"


def random_dictionary(chance: random.Random, count: int, depth: int = 0) -> bytes:
    keys = dict.fromkeys(chance.choices(KEYS, k=chance.randrange(4)))
    entries = (key + b" " + random_value(chance, count, depth) for key in keys)
    return b"<<" + chance.choice(TYPES) + b"".join(entries) + b">>"


def random_pdf(chance: random.Random) -> bytes:
    """A file whose objects use each other at random: trees, ladders, circles."""
    count = chance.randint(5, 11)
    objects = {number: random_dictionary(chance, count) for number in range(4, count + 1)}
    elements = b"[" + b" ".join(b"%d 0 R" % chance.randint(4, count) for _ in range(2)) + b"]"
    extra = b"/StructTreeRoot 4 0 R/Names " + random_value(chance, count)
    objects[4] = b"<</Type/StructTreeRoot/K %b/ParentTree<</Nums[0 %b]>>>>" % (
        chance.choice((elements, b"%d 0 R" % chance.randint(4, count))),
        random_value(chance, count),
    )
    kids = b" ".join({b"3 0 R", b"%d 0 R" % chance.randint(3, count)})
    objects |= {
        1: b"<</Type/Catalog/Pages 2 0 R%b>>" % extra,
        2: b"<</Type/Pages/Kids[%b]>>" % kids,
        3: b"<</Type/Page/Parent 2 0 R/Annots[%b]>>" % random_value(chance, count),
    }
    return write_pdf(objects)


def test_the_uses_of_all_objects_of_an_issued_document_are_those_that_pyhanko_finds(
    issued: Office,
) -> None:
    """In each revision but the last, as they are asked for."""
    pdf = issued.documents["a"].pdf
    for revision in range(read_pdf(pdf).reader.xrefs.total_revisions):
        assert compare(pdf, revision, 500) == set()


def test_the_uses_in_random_files_are_those_that_pyhanko_finds() -> None:
    """And more, by names that pyHanko never follows: a resource may be named `/Parent`, too."""
    chance = random.Random(20261122)
    found = [compare(random_pdf(chance), 0, 13) for _ in range(1200)]
    compared = [more for more in found if more is not None]
    assert len(compared) > 150
    assert all(goes_up(way) for more in compared for way in more)
    assert any(compared)


@pytest.mark.parametrize(
    "value",
    [
        b"<</A 3 0 R%comment\n>>",
        b"<</A 3  0 R>>",
        b"<</A 3\x0b0\x0bR>>",
        b"<</A#42 3 0 R>>",
        b"<</A(((3 0 R)))/B 3 0 R>>",
        b"3 0 R",
        b"<</Length 5 0 R/A 3 0 R>>\nstream\n123\nendstream",
        b"<</A<</Length 3>>\nstream\n123\nendstream>>",
        b"<</A 3 0 R>x",
    ],
)
def test_unusual_writing_is_refused(value: bytes) -> None:
    """Programs differ in what they make of it, or may; an issued document has none."""
    objects = {**SKELETON, 1: b"<</Type/Catalog/Pages 2 0 R/Names 4 0 R>>", 4: value, 5: b"3"}

    with pytest.raises(REFUSALS):
        both(write_pdf(objects), 0)[0].check_complete()


@pytest.mark.parametrize(
    "value",
    [
        b"[3 0 R<</A<</B[3 0 R 3 0 R]>>>>]",
        b"<</Length 3/A 3 0 R>>\nstream\r\n123\r\nendstream",
    ],
)
def test_plain_writing_is_read_as_pyhanko_reads_it(value: bytes) -> None:
    """Nested values and streams."""
    objects = {**SKELETON, 1: b"<</Type/Catalog/Pages 2 0 R/Names 4 0 R>>", 4: value, 5: b"3"}

    assert compare(write_pdf(objects), 0, 6) == set()


def test_a_page_has_no_parent_but_the_one_that_lists_it() -> None:
    """Some programs look upwards for resources, others from the root downwards."""
    aside = b"<</Type/Pages/Kids[3 0 R]/Count 1/Parent 2 0 R>>"
    objects = {**SKELETON, 3: b"<</Type/Page/Parent 4 0 R>>", 4: aside}

    with pytest.raises(PdfReadError, match="another parent"):
        both(write_pdf(objects), 0)[0].check_complete()


def test_an_element_of_the_structure_tree_is_nothing_else() -> None:
    """Else what a page uses would be entered from the structure tree only."""
    objects = {
        **SKELETON,
        1: b"<</Type/Catalog/Pages 2 0 R/StructTreeRoot 5 0 R>>",
        3: b"<</Type/Page/Parent 2 0 R/Resources 4 0 R>>",
        4: b"<</S/P>>",
        5: b"<</K[4 0 R]>>",
    }

    with pytest.raises(PdfReadError, match="something else"):
        both(write_pdf(objects), 0)[0].check_complete()


@pytest.mark.parametrize(
    "value",
    [
        b"<</A 9 0 R>>",
        b"<</A 3 1 R>>",
        b"<</A 1/A 2>>",
        b"<</Length 3>>\nstream\n12345678\nendstream",
        b"[" * 2000 + b"]" * 2000,
        b"<</A",
    ],
    ids=["dangling", "generation", "twice", "length", "nested", "cut"],
)
def test_a_base_that_pyhanko_cannot_read_is_refused_all_the_same(value: bytes) -> None:
    """A reference to what only the next revision defines waits for somebody to fill it in."""
    objects = {**SKELETON, 1: b"<</Type/Catalog/Pages 2 0 R/Names 4 0 R>>", 4: value}
    pdf = write_revision(write_pdf(objects), {9: b"<</B 3 0 R>>"})

    assert compare(pdf, 0, 10) is None


def test_revisions_are_not_mixed_up() -> None:
    """The same number is another object in another revision, and used elsewhere."""
    objects = {**SKELETON, 1: b"<</Type/Catalog/Pages 2 0 R/Names 4 0 R>>", 4: b"<</A 5 0 R>>"}
    first = write_pdf({**objects, 5: b"<</B 3 0 R>>"})
    pdf = write_revision(first, {4: b"[1 5 0 R]", 5: b"<</C[3 0 R]>>"}, size=6)
    reader = RevisionsReader(pdf, DecodeLimits())
    ways = []
    for number in (1, 0, 1):
        view = reader.get_historical_resolver(number)
        view.check_complete()
        ways.append({str(way) for way in view._get_usages_of_ref(Reference(3))})

    assert ways[1] == {".Root.Pages.Kids[0]", ".Root.Names.A.B"}
    assert ways[0] == ways[2] == {".Root.Pages.Kids[0]", ".Root.Names[1].C[0]"}
    assert compare(pdf, 0, 7) == compare(pdf, 1, 7) == set()


def test_a_maze_of_ways_is_given_up() -> None:
    """Thirty forks, one behind the other, are a thousand million ways."""
    forks = {number: b"[%d 0 R %d 0 R]" % (number + 1, number + 1) for number in range(4, 34)}
    objects = {**SKELETON, **forks, 1: b"<</Type/Catalog/Pages 2 0 R/Names 4 0 R>>", 34: b"<<>>"}
    view = RevisionsReader(write_pdf(objects), DecodeLimits()).get_historical_resolver(0)
    view.check_complete()

    with pytest.raises(PdfReadError, match="too many"):
        view._get_usages_of_ref(Reference(34))
