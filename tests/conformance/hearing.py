"""All documents made once, and each judge asked once, when its answers are first wanted."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from tests.conformance.documents import make_documents
from tests.conformance.finding import Case, Finding
from tests.conformance.forgeries import Forgery, make_forgeries
from tests.conformance.programs import ask_openssl, ask_poppler, ask_qpdf
from tests.conformance.programs_of_java import ask_eu_dss, ask_verapdf
from tests.conformance.revisions import Document

JUDGES: Mapping[str, Callable[[Iterable[Case]], Iterator[Finding]]] = MappingProxyType(
    {
        "veraPDF": ask_verapdf,
        "EU DSS": ask_eu_dss,
        "poppler": ask_poppler,
        "OpenSSL": ask_openssl,
        "qpdf": ask_qpdf,
    }
)


class Hearing:
    """The documents in *folder*, which is empty at first, and what judges said of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._findings: dict[str, tuple[Finding, ...]] = {}

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """Every honest document."""
        return make_documents(self._folder)

    @cached_property
    def forgeries(self) -> tuple[Forgery, ...]:
        """Every file that its judge must refuse."""
        return tuple(make_forgeries(self._folder, self.documents))

    def findings(self, judge: str) -> tuple[Finding, ...]:
        """
        Everything that *judge* says.

        Raises:
            JudgeAbsent: it is not installed.
        """
        if judge not in self._findings:
            honest = [document.case for document in self.documents]
            forged = [forgery.case for forgery in self.forgeries if forgery.judge == judge]
            self._findings[judge] = tuple(JUDGES[judge]([*honest, *forged]))
        return self._findings[judge]

    def said_of(self, judge: str, case: str) -> dict[str, Finding]:
        """What *judge* says of one case, by what it is about."""
        return {each.about: each for each in self.findings(judge) if each.case == case}
