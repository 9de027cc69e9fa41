"""
Where the objects of one revision are used: what pyHanko's difference analysis asks of a base.

Behind the door `verifier.pdf_signature`. Before an object may be written anew, every way that
leads to it in the signed revision must be cleared, or one could change a page by filling a field.
pyHanko finds all ways to all objects, which takes most of the time of a verification. `Revision`
finds the ways to those objects only that are asked for, by a plain reading of the signed revision
(`pdf_objects`); the analysis stays pyHanko's. It goes up as well as down, for a key that leads
upwards in one place (`/Parent`, `/P`) is any name in another. A revision that is not plainly
written, or whose pages and elements are no trees, is refused.
"""

from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodeLimits
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader, RawPdfPath

from verifier.pdf_objects import Path, Plain, Unusual, read_object, references

TRAILER = 0
"""Stands for the trailer among the numbers of objects."""
_PAGES: Path = ("/Root", "/Pages")
_ELEMENTS: Path = ("/Root", "/StructTreeRoot", "/K")
_LEAD_TO_ELEMENTS = (None, "/K", "/P", "/Nums", "/Names", "/SE")
_MOST_STEPS = 100_000
_DEEPEST = 200
"""So many objects on one way; an issued document has a dozen."""

Use = tuple[Path, int]
"""Where in an object a reference stands, and the number of the object at its other end."""
Uses = dict[int, list[Use]]
"""By number of an object: the references in it."""


class RevisionsReader(PdfFileReader):
    """A strict reader whose revisions know quickly where their objects are used."""

    def __init__(self, pdf: bytes, limits: DecodeLimits) -> None:
        super().__init__(BytesIO(pdf), strict=True, decode_limits=limits)
        self.pdf = pdf
        self._revisions: dict[int, Revision] = {}

    def get_historical_resolver(self, revision: int) -> "Revision":
        """Return the view of one revision, counted from 0; always the same one."""
        if revision not in self._revisions:
            self._revisions[revision] = Revision(self, revision)
        return self._revisions[revision]


class Revision(HistoricalResolver):
    """One revision of a document, as pyHanko has it but for the search of usages."""

    def __init__(self, reader: RevisionsReader, revision: int) -> None:
        super().__init__(reader, revision)
        self.pdf = reader.pdf
        self._usages: _Usages | None = None

    def check_complete(self) -> None:
        """
        Check that whatever the trailer leads to is there and plainly written.

        Raises:
            PdfReadError: a reference leads to nothing (7.3.10 would read it as null), or programs
                may differ in what they read.
        """
        self._load_reverse_xref_cache()

    def uses_of(self, number: int) -> list[Use]:
        """
        Return all references to an object.

        Raises:
            PdfReadError: as `check_complete`.
        """
        return self._plain_usages().users.get(number, [])

    def _plain_usages(self) -> "_Usages":
        if self._usages is None:
            try:
                self._usages = _Usages(self)
            except Unusual as error:
                raise PdfReadError("not plainly written") from error
        return self._usages

    def _load_reverse_xref_cache(self) -> None:
        self._plain_usages()

    def _get_usages_of_ref(self, ref: generic.Reference) -> set[RawPdfPath]:
        return {RawPdfPath(*path) for path in self._plain_usages().ways_to(ref)}


class _Usages:
    """The objects of a revision, and the references between them."""

    def __init__(self, view: Revision) -> None:
        """
        Read all objects that the trailer leads to.

        Raises:
            Unusual: they are not plainly written.
            PdfReadError: pages or elements are no tree.
        """
        self._uses: Uses = {TRAILER: list(_trailer_references(view))}
        self._values = self._read_all(view)
        self._catalog = view.root_ref.idnum
        if (("/Root",), self._catalog) not in self._uses[TRAILER]:
            raise Unusual
        self._pages: dict[int, tuple[Path, int]] = {}
        """By number of a node of the page tree: the only way to enter it, and its parent."""
        self._find_pages()
        self._elements: set[int] = set()
        """The elements of the structure tree, which are entered from their parents only."""
        self._find_elements()
        self.users = self._turn_uses_round()

    def _read_all(self, view: Revision) -> dict[int, Plain]:
        values: dict[int, Plain] = {}
        waiting = [number for _place, number in self._uses[TRAILER]]
        while waiting:
            number = waiting.pop()
            if number not in values:
                values[number] = read_object(view.pdf, number, _offset(view, number)).value
                self._uses[number] = list(references(values[number]))
                waiting.extend(target for _place, target in self._uses[number])
        return values

    def _dictionary(self, value: Plain | None) -> dict[bytes, Plain]:
        """Return the dictionary that a reference leads to."""
        found = self._values[value] if isinstance(value, int) else None
        if not isinstance(found, dict):
            raise Unusual
        return found

    def _find_pages(self) -> None:
        root = self._dictionary(self._catalog).get(b"/Pages")
        if not isinstance(root, int):
            raise Unusual
        waiting = [(root, _PAGES, self._catalog)]
        while waiting:
            number, path, parent = waiting.pop()
            if number in self._pages:
                raise PdfReadError("the page tree is no tree")
            self._pages[number] = path, parent
            node = self._dictionary(number)
            if node.get(b"/Parent") != (None if number == root else parent):
                raise PdfReadError("a page has another parent than the page tree")
            if number == root or _type_of(node) == b"/Pages":
                kids = node.get(b"/Kids")
                if not isinstance(kids, list):
                    raise Unusual
                for index, kid in enumerate(kids):
                    if not isinstance(kid, int):
                        raise Unusual
                    waiting.append((kid, (*path, "/Kids", index), number))

    def _find_elements(self) -> None:
        catalog = self._dictionary(self._catalog)
        if b"/StructTreeRoot" not in catalog:
            return
        waiting = [self._dictionary(catalog[b"/StructTreeRoot"])]
        for _step in range(_MOST_STEPS):
            if not waiting:
                return
            kids = self._follow(waiting.pop().get(b"/K"))
            for raw in kids if isinstance(kids, list) else [kids]:
                kid = self._follow(raw)
                if not isinstance(kid, dict) or _type_of(kid) not in (None, b"/StructElem"):
                    continue
                if isinstance(raw, int):
                    if raw in self._elements:
                        raise PdfReadError("the structure tree is no tree")
                    self._elements.add(raw)
                waiting.append(kid)
        raise PdfReadError("the structure tree is no tree")

    def _follow(self, value: Plain | None) -> Plain | None:
        return self._values[value] if isinstance(value, int) else value

    def _turn_uses_round(self) -> Uses:
        """Return, by number of an object, who uses it where."""
        users: Uses = defaultdict(list)
        for user, uses in self._uses.items():
            for place, number in uses:
                if number in self._elements and _key_of(place) not in _LEAD_TO_ELEMENTS:
                    raise PdfReadError("an element of the structure tree is something else, too")
                if not self._is_to_parent(user, place, number):
                    users[number].append((place, user))
        return users

    def _is_to_parent(self, user: int, place: Path, number: int) -> bool:
        """Tell whether a reference leads from a page or an element to what it hangs on."""
        if user in self._pages:
            return place == ("/Parent",)  # read with the tree
        return user in self._elements and number in self._elements and place == ("/P",)

    def ways_to(self, reference: generic.Reference) -> set[Path]:
        """
        Return all ways from the trailer to an object, as pyHanko counts them.

        Raises:
            PdfReadError: there are too many.
        """
        target = reference.idnum
        if reference.generation or target not in self.users:
            return set()
        return set(_Search(self, target).ways())

    def uses_that_lead_to(self, target: int) -> Uses:
        """Return the references by which one may come to *target*, and perhaps a few more."""
        leading: Uses = defaultdict(list)
        seen, waiting = {target}, [target]
        while waiting:
            number = waiting.pop()
            for place, user in self.users.get(number, ()):
                # Others than its parent end at a node of the page tree.
                if number != target and number in self._pages and self._pages[number][1] != user:
                    continue
                leading[user].append((place, number))
                if user not in seen:
                    seen.add(user)
                    waiting.append(user)
        return leading

    def leads_up(self, way: Path, place: Path, number: int) -> bool:
        """Tell whether *way*, with *place* at its end, goes from below the elements up again."""
        is_below = way[: len(_ELEMENTS)] == _ELEMENTS
        return is_below and place == ("/P",) and number in self._pages

    def is_entered(self, number: int, way: Path) -> bool:
        """Tell whether one who comes to an object by *way* goes on into it."""
        if number in self._pages and self._pages[number][0] != way:
            return False
        return way[: len(_ELEMENTS)] == _ELEMENTS or number not in self._elements


class _Search:
    """The search for all ways to one object."""

    def __init__(self, usages: _Usages, target: int) -> None:
        self._usages = usages
        self._target = target
        self._leading = usages.uses_that_lead_to(target)
        self._steps = 0

    def ways(self) -> Iterator[Path]:
        return self._ways_below(TRAILER, (), frozenset())

    def _ways_below(self, number: int, path: Path, above: frozenset[int]) -> Iterator[Path]:
        for place, used in self._leading.get(number, ()):
            way = (*path, *place)
            if used in above or self._usages.leads_up(way, place, used):
                continue
            self._steps += 1
            if self._steps > _MOST_STEPS or len(above) > _DEEPEST:
                raise PdfReadError("too many ways lead to an object, or too long ones")
            if used == self._target:
                yield way
            if used in self._leading and self._usages.is_entered(used, way):
                yield from self._ways_below(used, way, above | {used})


def _key_of(place: Path) -> str | None:
    """Return the key at which a value or the array around it stands; None in an array alone."""
    return next((step for step in reversed(place) if isinstance(step, str)), None)


def _type_of(dictionary: dict[bytes, Plain]) -> bytes | None:
    found = dictionary.get(b"/Type")
    if found is None or (isinstance(found, bytes) and found.startswith(b"/") and b"#" not in found):
        return found
    raise Unusual


def _offset(view: Revision, number: int) -> int:
    offset = view.reader.xrefs.get_historical_ref(generic.Reference(number), view.revision)
    if not isinstance(offset, int):
        raise Unusual
    return offset


def _trailer_references(view: Revision) -> Iterator[tuple[Path, int]]:
    for key in view.trailer_view:
        value = view.trailer_view.raw_get(key)
        if isinstance(value, generic.IndirectObject) and value.generation == 0:
            yield (str(key),), value.idnum
        elif isinstance(value, generic.ArrayObject) and key == "/ID":
            if any(isinstance(item, generic.IndirectObject) for item in list.__iter__(value)):
                raise Unusual
        elif isinstance(value, (generic.IndirectObject, generic.ArrayObject, dict)):
            raise Unusual
