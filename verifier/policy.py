"""
Policies, `hocba/policy/1`: whom a verifier trusts, written by the verifier (docs/formats.md).

Nothing is trusted by default: trust anchors and the registry's pins have no default values.
Unknown keys are refused by name, because a misspelt restriction would be no restriction.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal, cast

import msgspec
from msgspec import Meta

from verifier.errors import InvalidFormat, PolicyError
from verifier.fields import HexAddress, HexDigest, Positive, convert, from_hex
from verifier.format_words import toml_place
from verifier.messages import _
from verifier.node_address import check_addresses
from verifier.regular_file import open_regular
from verifier.system_words import why

MAX_POLICY_BYTES = 64 * 1024
Level = Literal["B-B", "B-T", "B-LT", "B-LTA"]
Finality = Literal["instant", "tag"] | int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignaturePolicy:
    """Whose signatures count; the files exist, their content is not read here."""

    trust_anchors: tuple[Path, ...]
    revocation_lists: tuple[Path, ...]
    fetch_revocation: bool
    require_revocation_data: bool
    least_level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryPolicy:
    """
    Which registry counts, and how it is read (ADR 0010, 0013).

    `address` is 20 bytes, digests are 32. `finality` is `instant`, `tag` or a number of
    confirmations. `snapshot` comes with `snapshot_digest` or not at all.
    """

    rpc: tuple[str, ...]
    agree: int
    chain_id: int
    address: bytes
    deployment_block: int
    deployment_block_hash: bytes
    finality: Finality
    greatest_head_age_s: int | None
    snapshot: Path | None
    snapshot_digest: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePolicy:
    """How time is judged (ADR 0014); `validation_time` is aware, None means now."""

    validation_time: datetime | None
    anchor_is_proof_of_existence: bool

    def judging_time(self, now: datetime) -> datetime:
        """
        Return the time as of which certificates are judged: the policy's, or else *now*.

        Raises:
            PolicyError: *now* has no time zone.
        """
        check_aware(now)
        return self.validation_time or now


def check_aware(moment: datetime) -> None:
    """
    Check that a time says in which zone it is; anything else would be a guess.

    Raises:
        PolicyError: it does not.
    """
    if moment.utcoffset() is None:
        message = _("a time without its time zone; such as datetime.now(UTC) has one")
        raise PolicyError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A whole policy; `directory` is where its relative paths and addresses start."""

    signatures: SignaturePolicy
    registry: RegistryPolicy
    time: TimePolicy
    directory: Path
    path: Path

    @classmethod
    def load(cls, path: Path) -> "Policy":
        """
        Read a policy file.

        Raises:
            PolicyError: as `load_policy`.
        """
        return load_policy(path)

    @property
    def checkpoint_path(self) -> Path:
        """Where the folded registry is kept between runs: `policy.state.json`."""
        return self.directory / f"{self.path.stem}.state.json"

    def offline(self) -> "Policy":
        """Return the policy that asks nobody for revocation data."""
        return replace(self, signatures=replace(self.signatures, fetch_revocation=False))

    def with_rpc(self, addresses: Sequence[str]) -> "Policy":
        """
        Ask other nodes; the pins stay (`--rpc`).

        Raises:
            PolicyError: one is no address, one is named twice, or fewer are named than must agree.
        """
        check_addresses(addresses, "--rpc")
        _check_agree(self.path, self.registry.agree, addresses)
        return replace(self, registry=replace(self.registry, rpc=tuple(addresses)))


class _SignaturesToml(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    trust_anchors: Annotated[list[str], Meta(min_length=1)]
    revocation_lists: list[str] = []
    fetch_revocation: bool = False
    require_revocation_data: bool = True
    least_level: Level = "B-B"


class _RegistryToml(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    rpc: list[Annotated[str, Meta(min_length=1)]] = []
    agree: Positive = 1
    chain_id: Positive
    address: HexAddress
    deployment_block: Annotated[int, Meta(ge=0, le=2**53 - 1)]
    deployment_block_hash: HexDigest
    finality: str | Annotated[int, Meta(ge=0, le=1_000_000)]
    greatest_head_age_s: Positive | None = None
    snapshot: str | None = None
    snapshot_digest: HexDigest | None = None


class _TimeToml(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    validation_time: str | None = None
    anchor_is_proof_of_existence: bool = False


class _PolicyToml(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    format: Literal["hocba/policy/1"]
    signatures: _SignaturesToml
    registry: _RegistryToml
    time: _TimeToml = _TimeToml()


def load_policy(path: Path) -> Policy:
    """
    Read a policy file and check that the files it names exist.

    Raises:
        PolicyError: it cannot be read, or names file and key of what is wrong in it.
    """
    found = _read(path)
    directory = path.absolute().parent
    registry = found.registry
    _check_registry(path, registry)
    signatures = found.signatures
    snapshot = registry.snapshot
    return Policy(
        signatures=SignaturePolicy(
            trust_anchors=_files(path, "signatures.trust_anchors", signatures.trust_anchors),
            revocation_lists=_files(
                path, "signatures.revocation_lists", signatures.revocation_lists
            ),
            fetch_revocation=signatures.fetch_revocation,
            require_revocation_data=signatures.require_revocation_data,
            least_level=signatures.least_level,
        ),
        registry=RegistryPolicy(
            rpc=tuple(registry.rpc),
            agree=registry.agree,
            chain_id=registry.chain_id,
            address=from_hex(registry.address),
            deployment_block=registry.deployment_block,
            deployment_block_hash=from_hex(registry.deployment_block_hash),
            finality=cast("Finality", registry.finality),  # checked by _check_registry
            greatest_head_age_s=registry.greatest_head_age_s,
            snapshot=_files(path, "registry.snapshot", [snapshot])[0] if snapshot else None,
            snapshot_digest=(
                from_hex(registry.snapshot_digest) if registry.snapshot_digest else None
            ),
        ),
        time=TimePolicy(
            validation_time=_moment(path, found.time.validation_time),
            anchor_is_proof_of_existence=found.time.anchor_is_proof_of_existence,
        ),
        directory=directory,
        path=path,
    )


def _read(path: Path) -> _PolicyToml:
    try:
        with open_regular(path) as file:
            data = file.read(MAX_POLICY_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = why(error)
        message = _("{path}: the policy cannot be read ({reason})")
        raise PolicyError(message.format(path=path, reason=reason)) from error
    if len(data) > MAX_POLICY_BYTES:
        raise PolicyError(_("{path}: too long for a policy").format(path=path))
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        message = _("{path}: not TOML ({reason})").format(path=path, reason=toml_place(error))
        raise PolicyError(message) from error
    try:
        return convert(document, _PolicyToml, what=str(path))
    except InvalidFormat as error:
        raise PolicyError(str(error)) from error


def _fault(path: Path, key: str, problem: str) -> PolicyError:
    return PolicyError(f"{path}: {key}: {problem}")


def _check_registry(path: Path, registry: _RegistryToml) -> None:
    if isinstance(registry.finality, str) and registry.finality not in ("instant", "tag"):
        problem = _('is "instant", "tag" or a number of confirmations')
        raise _fault(path, "registry.finality", problem)
    if (registry.snapshot is None) != (registry.snapshot_digest is None):
        problem = _("snapshot and snapshot_digest go together")
        raise _fault(path, "registry.snapshot", problem)
    if not registry.rpc and registry.snapshot is None:
        raise _fault(path, "registry.rpc", _("name at least one node, or a snapshot"))
    if registry.rpc:
        check_addresses(registry.rpc, f"{path}: registry.rpc")
        _check_agree(path, registry.agree, registry.rpc)


def _check_agree(path: Path, agree: int, addresses: Sequence[str]) -> None:
    if agree > len(addresses):
        problem = _("{agree} nodes must agree, but only {nodes} are named")
        raise _fault(path, "registry.agree", problem.format(agree=agree, nodes=len(addresses)))


def _files(path: Path, key: str, names: list[str]) -> tuple[Path, ...]:
    files = tuple(path.absolute().parent / name for name in names)
    for file in files:
        if not _is_file(file):
            raise _fault(path, key, _("there is no file {file}").format(file=file))
    return files


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long, a folder that may not be entered
        return False


def _moment(path: Path, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.utcoffset() != timedelta(0):
        problem = _("is a time in UTC like 2026-06-30T00:00:00Z")
        raise _fault(path, "time.validation_time", problem)
    if moment.year not in range(2000, 2200):  # tolerances are added to it and taken from it
        problem = _("is a time from 2000 to 2199; leave it out to judge as of now")
        raise _fault(path, "time.validation_time", problem)
    return moment
