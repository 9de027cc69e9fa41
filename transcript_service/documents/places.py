"""
The two signature places of a printed transcript: field names, sizes, and how they overlap.

The renderer leaves each place as an empty link to `urn:sig:FIELD_NAME`; the signing side turns
the link into the signature field of that name. Sizes are those of the templates
(`templates/*/signatures.typ`); Decree 30/2020/NĐ-CP, annex I and article 33.1b: the seal covers
the left third of the principal's signature, in real size.

The seal's place comes second and is drawn above the principal's: what the principal's look has to
say belongs right of `PRINCIPAL_COVERED_WIDTH_PT`.
"""

from typing import Final

LINK_PREFIX: Final = "urn:sig:"

TOOLTIPS: Final = ("Chữ ký số của hiệu trưởng", "Chữ ký số của nhà trường")
"""What the fields say to a screen reader, the principal's first."""
_POINTS_PER_MM: Final = 72 / 25.4

PRINCIPAL_WIDTH_PT: Final = 70 * _POINTS_PER_MM
PRINCIPAL_HEIGHT_PT: Final = 28 * _POINTS_PER_MM
SEAL_SIDE_PT: Final = 34 * _POINTS_PER_MM
PRINCIPAL_COVERED_WIDTH_PT: Final = PRINCIPAL_WIDTH_PT / 3
"""How far the seal's place reaches over the left of the principal's."""


def principal_field(school_year: str) -> str:
    """Name the principal's signature field of *school_year* (`2025-2026`)."""
    return f"Sig_HieuTruong_{school_year}"


def seal_field(school_year: str) -> str:
    """Name the field of the school's seal for *school_year* (`2025-2026`)."""
    return f"Sig_CoQuan_{school_year}"
