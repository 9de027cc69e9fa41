"""Judging the receipts of an archive by the folded registry."""

from pathlib import Path

from verifier.audit_findings import AuditCode, AuditFinding, contradiction, could_not_look
from verifier.errors import InvalidFormat, MissingEvidence
from verifier.merkle import check_inclusion
from verifier.messages import _
from verifier.receipt import MAX_RECEIPT_BYTES, Receipt, parse_receipt
from verifier.registry_state import RegistryState
from verifier.regular_file import open_regular

RECEIPT_SUFFIX = ".receipt.json"


def receipt_of(document: Path) -> Path:
    """Return where the receipt of a document lies: beside it."""
    return document.with_name(document.stem + RECEIPT_SUFFIX)


def document_of(receipt: Path) -> Path:
    """Return the path of the document that a receipt lies beside."""
    return receipt.with_name(receipt.name.removesuffix(RECEIPT_SUFFIX) + ".pdf")


def read_receipt(path: Path, state: RegistryState) -> Receipt | AuditFinding | None:
    """Return a receipt that holds, or what is wrong with it; None where there is none."""
    try:
        with open_regular(path) as file:
            receipt = parse_receipt(file.read(MAX_RECEIPT_BYTES + 1), what=str(path))
        check_receipt(receipt, state)
    except FileNotFoundError:
        return None
    except OSError as error:
        return unreadable(path, error)
    except (InvalidFormat, MissingEvidence) as error:
        text = str(error) if str(path) in str(error) else f"{path}: {error}"
        return contradiction(AuditCode.RECEIPT_FALSE, text, file=str(path))
    return receipt


def check_receipt(receipt: Receipt, state: RegistryState) -> None:
    """
    Check that the registry bears out what a receipt says.

    Raises:
        MissingEvidence: it does not.
    """
    if (receipt.chain_id, receipt.registry) != (state.chain_id, state.address):
        raise InvalidFormat(_("receipt"), "registry", _("it is of another registry"))
    batch = state.batch(receipt.institution, receipt.root)
    if batch is None or batch.size != receipt.tree_size:
        raise InvalidFormat(
            _("receipt"), "root", _("its institution never anchored it with this size")
        )
    state.check_receipt(receipt)
    if (batch.history_size, batch.history_head) != (receipt.history_size, receipt.history_head):
        raise InvalidFormat(_("receipt"), "history_size", _("it is of another event"))
    check_inclusion(
        receipt.entry.leaf_hash(),
        receipt.leaf_index,
        receipt.tree_size,
        receipt.inclusion_proof,
        receipt.root,
    )


def unreadable(path: Path, error: OSError) -> AuditFinding:
    """Return the finding that a file of the archive cannot be read."""
    message = _("{path} cannot be read ({reason})").format(path=path, reason=error.strerror)
    return could_not_look(AuditCode.FILE_UNREADABLE, message, file=str(path))
