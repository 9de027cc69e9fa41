"""
Where the objects of one revision are used: what pyHanko's difference analysis asks of a base.

Behind the door `verifier.pdf_signature`. Before an object may be written anew, every way that
leads to it in the signed revision must be cleared, or one could change a page by filling a field.
pyHanko finds all ways to all objects, which takes most of the time of a verification. `Revision`
finds the same ways to those objects only that are asked for, by a plain reading of the signed
revision (`pdf_objects`); the analysis stays pyHanko's. Where the revision is not plainly written,
pyHanko's own search is made, so that whatever it refuses is refused.
"""

from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodeLimits
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader, RawPdfPath

from verifier.pdf_objects import Path, Plain, Unusual, read_object, references

_TRAILER = 0
"""Stands for the trailer among the numbers of objects."""
_PAGES: Path = ("/Root", "/Pages")
_ELEMENTS: Path = ("/Root", "/StructTreeRoot", "/K")
_MOST_STEPS = 100_000
_MOST_VALUES = 1_000_000
_DEEPEST = 200
"""So many objects on one way; an issued document has a dozen."""

Uses = dict[int, list[tuple[Path, int]]]
"""By number of an object: the references in it, each with its place."""


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
        Check that whatever the trailer leads to is there, upwards (`/Parent`) as well.

        Raises:
            PdfReadError: a reference leads to nothing (7.3.10 would read it as null).
        """
        try:
            self._usages = self._usages or _Usages(self)
        except Unusual:
            self._check_all_objects()

    def _check_all_objects(self) -> None:
        """Read all that the trailer leads to by pyHanko, which refuses what is not there."""
        waiting: list[object] = [self.trailer_view.raw_get(key) for key in self.trailer_view]
        seen: set[generic.Reference] = set()
        for _step in range(_MOST_VALUES):
            if not waiting:
                return
            value = waiting.pop()
            if isinstance(value, generic.IndirectObject) and value.reference not in seen:
                seen.add(value.reference)
                if not self.reader.xrefs.get_historical_ref(value.reference, self.revision):
                    raise PdfReadError("a reference leads to nothing")
                waiting.append(self(value.reference))
            elif isinstance(value, generic.DictionaryObject):
                waiting.extend(value.raw_get(key) for key in value)
            elif isinstance(value, generic.ArrayObject):
                waiting.extend(list.__iter__(value))
        raise PdfReadError("too many objects")

    def _load_reverse_xref_cache(self) -> None:
        if self._usages is None and self._indirect_object_access_cache is None:
            try:
                self._usages = _Usages(self)
            except Unusual:
                super()._load_reverse_xref_cache()  # type: ignore[no-untyped-call]

    def _get_usages_of_ref(self, ref: generic.Reference) -> set[RawPdfPath]:
        if self._usages is None:
            found: set[RawPdfPath] = super()._get_usages_of_ref(ref)
            return found
        return {RawPdfPath(*path) for path in self._usages.ways_to(ref)}


class _Usages:
    """The objects of a revision, and the references between them."""

    def __init__(self, view: Revision) -> None:
        """
        Read all objects that the trailer leads to.

        Raises:
            Unusual: they are not plainly written.
            PdfReadError: pages or elements are no tree.
        """
        self._uses: Uses = {_TRAILER: list(_trailer_references(view))}
        self._values = self._read_all(view)
        self._catalog = view.root_ref.idnum
        if (("/Root",), self._catalog) not in self._uses[_TRAILER]:
            raise Unusual
        self._pages: dict[int, tuple[Path, int]] = {}
        """By number of a node of the page tree: the only way to enter it, and its parent."""
        self._find_pages()
        self._elements: set[int] = set()
        """The elements of the structure tree, which are entered from their parents only."""
        self._find_elements()
        self._users = self._turn_uses_round()

    def _read_all(self, view: Revision) -> dict[int, Plain]:
        values: dict[int, Plain] = {}
        waiting = [number for _place, number in self._uses[_TRAILER]]
        while waiting:
            number = waiting.pop()
            if number not in values:
                values[number] = read_object(view.pdf, number, _offset(view, number))
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
        """Return, by number of an object, who uses it where, but for what is never followed."""
        users: Uses = defaultdict(list)
        for user, uses in self._uses.items():
            for place, number in uses:
                if "/Parent" in place or (user in self._elements and "/P" in place):
                    continue
                users[number].append((place, user))
        return users

    def ways_to(self, reference: generic.Reference) -> set[Path]:
        """
        Return all ways from the trailer to an object, as pyHanko counts them.

        Raises:
            PdfReadError: there are too many.
        """
        target = reference.idnum
        if reference.generation or target not in self._users:
            return set()
        return set(_Search(self, target).ways())

    def uses_that_lead_to(self, target: int) -> Uses:
        """Return the references by which one may come to *target*, and perhaps a few more."""
        leading: Uses = defaultdict(list)
        seen, waiting = {target}, [target]
        while waiting:
            number = waiting.pop()
            for place, user in self._users.get(number, ()):
                # Others than its parent end at a node of the page tree.
                if number != target and number in self._pages and self._pages[number][1] != user:
                    continue
                leading[user].append((place, number))
                if user not in seen:
                    seen.add(user)
                    waiting.append(user)
        return leading

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
        return self._ways_below(_TRAILER, (), frozenset())

    def _ways_below(self, number: int, path: Path, above: frozenset[int]) -> Iterator[Path]:
        for place, used in self._leading.get(number, ()):
            way = (*path, *place)
            if used in above or not _is_followed(way):
                continue
            self._steps += 1
            if self._steps > _MOST_STEPS or len(above) > _DEEPEST:
                raise PdfReadError("too many ways lead to an object, or too long ones")
            if used == self._target:
                yield way
            if used in self._leading and self._usages.is_entered(used, way):
                yield from self._ways_below(used, way, above | {used})


def _is_followed(way: Path) -> bool:
    """Tell whether no key on *way*, once it is below the elements, leads up again."""
    return way[: len(_ELEMENTS)] != _ELEMENTS or "/P" not in way[len(_ELEMENTS) :]


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
