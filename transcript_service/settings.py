"""
A school's settings: one TOML file, `hocba/school/1`; paths are relative to the file.

No key and no password stands in it: only the paths of the files that hold them. Unknown keys are
refused by name.
"""

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from signing.profile import Level
from transcript_service.errors import UsageError
from transcript_service.subjects import subject_order_of, subjects_of
from verifier.fields import invalid
from verifier.format_words import toml_place
from verifier.messages import _
from verifier.system_words import why

FORMAT = "hocba/school/1"
SchoolLevel = Literal["TH", "THCS", "THPT", "GDTX"]


class SharedDatabaseSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the sector's shared database answers, in which dialect, and as whom we ask."""

    base_url: str | None = None
    base_urls: dict[SchoolLevel, str] = msgspec.field(default_factory=dict)
    """Instead of `base_url`, where each level has an address of its own."""
    client_id: str
    secret_file: str
    school_code: str
    dialect: Literal["quocgia", "hcm"] = "quocgia"
    timeout_s: Annotated[float, msgspec.Meta(ge=1, le=600)] = 30.0
    attempts: Annotated[int, msgspec.Meta(ge=1, le=100)] = 8
    """How often one question is asked before a run gives up."""
    longest_wait_s: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 1800
    """All waits of one run together."""

    def __post_init__(self) -> None:
        """Check that there is an address; raise `ValueError`."""
        if (self.base_url is None) == (not self.base_urls):
            raise ValueError(_("base_url, or base_urls with an address for each level, is needed"))

    @property
    def addresses(self) -> tuple[str, ...]:
        """Return all base URLs, each once."""
        if self.base_url is not None:
            return (self.base_url,)
        return tuple(dict.fromkeys(self.base_urls.values()))


class OfficeSettings(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"since": "from"}
):
    """Who signs for the school instead of the principal that the shared database names."""

    full_name: Annotated[str, msgspec.Meta(min_length=1)]
    title: Annotated[str, msgspec.Meta(min_length=1)]
    """As printed, for example `KT. HIỆU TRƯỞNG / PHÓ HIỆU TRƯỞNG`."""
    since: date
    until: date
    """The last day on which this person may sign."""
    image: str | None = None
    """This person's drawn signature, as `principal_image` is the principal's."""

    def __post_init__(self) -> None:
        """Check the order of the dates; raise `ValueError`."""
        if self.since > self.until:
            raise ValueError(_("office: it ends before it begins"))


class TimeStampingSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The RFC 3161 services, in the order in which they are asked."""

    urls: Annotated[list[str], msgspec.Meta(min_length=1)]
    timeout_s: Annotated[float, msgspec.Meta(ge=1, le=120)] = 10.0
    """How long one answer may take."""


class SigningSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The PKCS#12 files of the principal and of the school's seal, and how they sign."""

    principal: str
    principal_password_file: str
    seal: str
    seal_password_file: str
    level: Level = Level.B_B
    """PAdES baseline level of the signatures."""
    time_stamping: TimeStampingSettings | None = None
    office: OfficeSettings | None = None
    principal_image: str | None = None
    """The principal's drawn signature: PNG with transparency or plain SVG."""

    def __post_init__(self) -> None:
        """Check that there is a service where time stamps are needed; raise `ValueError`."""
        if self.level.has_time_stamp and self.time_stamping is None:
            raise ValueError(
                _(
                    "level {level} needs time stamps: name services in [signing.time_stamping]"
                ).format(level=self.level)
            )


class RegistrySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The registry contract and the account that writes to it for this school."""

    rpc: str
    chain_id: int
    address: str
    account_key_file: str
    publish_manifests: bool = True


class PrintingSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is printed that the shared database does not hold."""

    lookup_url: str
    transcript_code_prefix: str = "HB"
    subject_order: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """The first rows of page A, by level; other subjects follow in the order of the form."""

    def __post_init__(self) -> None:
        """Check that each level has the subjects named for it, each once; raise `ValueError`."""
        for level, codes in self.subject_order.items():
            for code in codes:
                if code not in subjects_of(level) or codes.count(code) > 1:
                    raise ValueError(
                        _(
                            "subject_order: {code} is no subject of {level}, or stands there"
                            " twice; its subjects are {known}"
                        ).format(code=code, level=level, known=", ".join(subject_order_of(level)))
                    )

    def subjects_of_page_a(self, level: str) -> tuple[str, ...]:
        """Return the subject codes of a level in the order of the rows of page A."""
        first = self.subject_order.get(level, ())
        return tuple(dict.fromkeys((*first, *subject_order_of(level))))


class RulesSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The open points of circular 22/2021, article 9.3, as this school reads them."""

    single_subject_test: Literal["replace", "exclude"] = "replace"
    nx_subject_counts: bool = True


class QualitySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How this school holds the quality gate, see docs/quality-gate.md."""

    identity_not_verified: Literal["warns", "blocks"] = "warns"
    greatest_sync_age_h: Annotated[int, msgspec.Meta(ge=1)] = 72


class SchoolSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file."""

    format: str
    institution: str
    database: str
    policy: str
    """The verification policy by which each document is checked before it is released."""
    shared_database: SharedDatabaseSettings
    signing: SigningSettings
    registry: RegistrySettings
    printing: PrintingSettings
    rules: RulesSettings = RulesSettings()
    quality: QualitySettings = QualitySettings()


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings together with the folder that their paths start from."""

    directory: Path
    school: SchoolSettings

    def path(self, relative: str) -> Path:
        """Return *relative* as seen from the folder of the file."""
        return self.directory / relative

    def secret(self, relative: str) -> str:
        """
        Read a secret from its file, without the line end.

        Raises:
            UsageError: the file cannot be read; its content is never shown.
        """
        path = self.path(relative)
        try:
            return path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                _("cannot read the secret in {path}: give the right path in the settings").format(
                    path=path
                )
            ) from error


def load_settings(path: Path) -> Settings:
    """
    Read a school's settings.

    Raises:
        UsageError: the file is missing, not TOML, of another format, or has a wrong key.
    """
    try:
        school = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), SchoolSettings)
    except OSError as error:
        raise UsageError(
            _("cannot read the settings {path}: {problem}").format(path=path, problem=why(error))
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            _("the settings {path} are malformed: not TOML ({reason})").format(
                path=path, reason=toml_place(error)
            )
        ) from error
    except msgspec.ValidationError as error:
        raise UsageError(
            _("the settings {path} are malformed: {problem}").format(
                path=path, problem=invalid(error, path.name)
            )
        ) from error
    if school.format != FORMAT:
        raise UsageError(
            _("the settings {path} have the format {found}; this version reads {expected}").format(
                path=path, found=school.format, expected=FORMAT
            )
        )
    return Settings(directory=path.parent, school=school)
