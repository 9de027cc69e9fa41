"""How a school reaches its registry: the node, the contract and the account."""

from dataclasses import dataclass

from transcript_service.issuance.accounts import Account
from transcript_service.issuance.anchor import RegistryWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryAccess:
    """
    The registry contract as the issuing side writes to it.

    The account holds ISSUER and REVOKER: anchoring a correction supersedes in the same transaction.
    """

    writer: RegistryWriter
    account: Account
    publish_manifests: bool
