"""
Keep the one catalogue of texts for people (gettext): English in the code, Vietnamese beside it.

Without arguments: take every text marked with `_("…")`, and the messages of signing's errors, out
of the packages into verifier/locale/vi/LC_MESSAGES/hocba.po (translations stay, texts no longer
used go), and compile it into hocba.mo. Write the missing translations into the .po file, then run
it again. With `--check` nothing is written; exit code 1 when a translation is missing, fuzzy, no
longer used, not NFC or names other fields than its text, or when the .mo file is stale.
"""

import argparse
import ast
import io
import sys
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("signing", "transcript_service", "verifier")
SIGNING_ERRORS = ROOT / "signing" / "errors.py"
FOLDER = ROOT / "verifier" / "locale" / "vi" / "LC_MESSAGES"
HEADERS = [
    ("Project-Id-Version", "hocba"),
    ("Language", "vi"),
    ("MIME-Version", "1.0"),
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Transfer-Encoding", "8bit"),
    ("Plural-Forms", "nplurals=1; plural=0;"),
]

Places = Mapping[str, list[str]]
"""For each text the files that use it, in the order of the alphabet."""


class SteadyCatalog(Catalog):
    """A catalogue whose header has no dates: the same texts give the same file."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """Give the header's lines."""
        return HEADERS


def main(arguments: list[str]) -> int:
    """Write the catalogue, or check it."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; 1 when work is left")
    check = parser.parse_args(arguments).check
    places = find_texts()
    old = load_catalogue(FOLDER / "hocba.po")
    faults = [*hidden_texts(), *find_faults(places, old)]
    if not check:
        new = build_catalogue(places, old)
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / "hocba.po").write_bytes(po_bytes(new))
        (FOLDER / "hocba.mo").write_bytes(mo_bytes(new))
        faults = list(find_faults(places, new))
    elif not faults and not is_compiled(build_catalogue(places, old)):
        faults.append("hocba.po or hocba.mo is stale: run scripts/catalogue")
    for fault in faults:
        print(fault)
    return 1 if check and faults else 0


def find_texts() -> Places:
    """Find every text for people in the packages."""
    places: dict[str, list[str]] = {}
    for package in PACKAGES:
        keywords = error_classes() if package == "signing" else []
        found = extract_from_dir(
            ROOT / package,
            method_map=[("**.py", "python")],
            keywords=dict.fromkeys(["_", *keywords]),
        )
        for name, _line, text, _comments, _context in found:
            if isinstance(text, str) and text:
                places.setdefault(text, []).append(f"{package}/{name}")
    return {text: sorted(set(files)) for text, files in sorted(places.items())}


def hidden_texts() -> Iterator[str]:
    """Find texts that the search does not see: those marked within an f-string."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            strings = (node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr))
            for call in (node for string in strings for node in ast.walk(string)):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "_":
                    where = f"{path.relative_to(ROOT)}:{call.lineno}"
                    yield f"{where}: a text marked within an f-string is not found; take it out"


def error_classes() -> list[str]:
    """Name the errors of signing; the first argument of each is the text of its message."""
    tree = ast.parse(SIGNING_ERRORS.read_text(encoding="utf-8"))
    return [node.name for node in tree.body if isinstance(node, ast.ClassDef)]


def load_catalogue(path: Path) -> Catalog:
    """Read the .po file; an empty catalogue when there is none."""
    if not path.is_file():
        return Catalog(locale="vi")
    with path.open("rb") as file:
        return read_po(file, locale="vi", abort_invalid=True)


def build_catalogue(places: Places, old: Catalog) -> Catalog:
    """Put the texts of the code together with the translations known so far."""
    new = SteadyCatalog(locale="vi", header_comment="# Vietnamese texts of hocba.", fuzzy=False)
    for text, files in places.items():
        known = old.get(text)
        flags = {"fuzzy"} if known is not None and known.fuzzy else set()
        new.add(
            text,
            string=known.string if known is not None else "",
            locations=[(file, 1) for file in files],
            flags=flags,
        )
    return new


def find_faults(places: Places, catalogue: Catalog) -> Iterator[str]:
    """Give a line of text for each translation that is not as it has to be."""
    for text, files in places.items():
        known = catalogue.get(text)
        translation = str(known.string) if known is not None else ""
        where = f"{files[0]}: {text!r}"
        if known is None or not translation:
            yield f"{where} has no translation"
            continue
        if known.fuzzy:
            yield f"{where} has a translation marked fuzzy"
        if not unicodedata.is_normalized("NFC", translation):
            yield f"{where} has a translation that is not NFC"
        if fields(text) != fields(translation):
            yield f"{where} and its translation name different fields"
    for message in catalogue:
        if message.id and message.id not in places:
            yield f"{message.id!r} is translated but no longer used"


def fields(text: str) -> set[str]:
    """Name the fields that `text.format(…)` fills; a text that is no format has none."""
    try:
        return {name for _before, name, _spec, _how in Formatter().parse(text) if name is not None}
    except ValueError:
        return set()


def po_bytes(catalogue: Catalog) -> bytes:
    """Write the catalogue for people, one text a paragraph, without line numbers."""
    file = io.BytesIO()
    write_po(file, catalogue, width=100, include_lineno=False, ignore_obsolete=True)
    return file.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """Write the catalogue as the programs read it."""
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def is_compiled(catalogue: Catalog) -> bool:
    """Tell whether both files hold exactly this catalogue."""
    files = {FOLDER / "hocba.po": po_bytes(catalogue), FOLDER / "hocba.mo": mo_bytes(catalogue)}
    return all(path.is_file() and path.read_bytes() == text for path, text in files.items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
