"""What each kind of finding means, in a sentence for people, and the labels of the page."""

from verifier.audit_findings import AuditCode, AuditLevel
from verifier.messages import _, language


def meaning(code: AuditCode) -> str:
    """Say what a finding of this kind is."""
    return {
        AuditCode.ACT_NOT_ALLOWED: _("Somebody did what he had no right to do."),
        AuditCode.OUT_OF_PERIOD: _("A right or a certificate was used outside its period."),
        AuditCode.AFTER_COMPROMISE: _("An account or certificate was used after it was stolen."),
        AuditCode.MANIFEST_WITHHELD: _("A batch's list of documents is not at hand."),
        AuditCode.MANIFEST_FALSE: _("A list of documents is not the anchored one."),
        AuditCode.MANIFEST_NOT_ANCHORED: _("A list of documents was never anchored."),
        AuditCode.ENTRY_ALTERED: _("An entry of a list was altered."),
        AuditCode.ENTRY_DOUBLED: _("A document was anchored more than once."),
        AuditCode.ROOT_WRONG: _("A batch's list does not lead to its root."),
        AuditCode.SIZE_WRONG: _("A batch was anchored with another number of documents."),
        AuditCode.CERTIFICATE_NOT_DECLARED: _("A batch was signed by an undeclared certificate."),
        AuditCode.STATUS_WITHOUT_ENTRY: _("Something was withdrawn that was never issued."),
        AuditCode.SUCCESSION_WRONG: _("A document was replaced by one that cannot replace it."),
        AuditCode.DISPUTED: _("Two versions of one transcript are current."),
        AuditCode.SERIES_COPIED: _("A stranger copied the number of a series."),
        AuditCode.DOCUMENT_MISSING: _("An issued document is not in the archive."),
        AuditCode.DOCUMENT_ALTERED: _("A document of the archive was altered."),
        AuditCode.DOCUMENT_NOT_ANCHORED: _("A document of the archive was never anchored."),
        AuditCode.DOCUMENT_UNCONFIRMED: _("Nothing at hand confirms a document of the archive."),
        AuditCode.FILE_UNREADABLE: _("A file cannot be read."),
        AuditCode.RECEIPT_FALSE: _("A receipt is false, or of another document."),
        AuditCode.ROW_NOT_ANCHORED: _("The database has a document that was never anchored."),
        AuditCode.ROW_DIFFERS: _("Database and registry say different things."),
        AuditCode.ROW_MISSING: _("The database lacks a document that was anchored."),
        AuditCode.ROW_ALTERED: _("Data in the database were altered."),
        AuditCode.ROW_ORPHANED: _("A row of the database has lost what it belongs to."),
        AuditCode.DOUBLED: _("One pupil, or one document, is there twice."),
        AuditCode.SNAPSHOT_DIFFERS: _("The policy's snapshot is of another history."),
        AuditCode.DATA_NOT_COMPARED: _("The archive does not show what a row's data should be."),
        AuditCode.RESUMED: _("Documents were taken over from an earlier run."),
        AuditCode.SKIPPED: _("Something that was offered did not count."),
    }[code]


def counted(number: int) -> str:
    """Write a number with its thousands apart, as the language in use does."""
    text = f"{number:,}"
    return text.replace(",", ".") if language() == "vi" else text


def level_name(level: AuditLevel) -> str:
    """Name a level for people."""
    return {
        AuditLevel.CONTRADICTION: _("contradiction"),
        AuditLevel.COULD_NOT_LOOK: _("could not be looked at"),
        AuditLevel.NOTE: _("note"),
    }[level]


def labels() -> dict[str, str]:
    """Return the fixed texts of the page, by the names that its template uses."""
    return {
        "title": _("Audit of the transcript registry"),
        "program": _("Digital school transcripts"),
        "made_at": _("Made at"),
        "registry": _("What was replayed"),
        "chain": _("Chain"),
        "address": _("Registry"),
        "root": _("Root institution"),
        "block": _("As of block"),
        "history": _("Events"),
        "head": _("History hash"),
        "source": _("Read from"),
        "institutions_count": _("Institutions"),
        "batches": _("Batches rebuilt"),
        "entries": _("Documents listed"),
        "archive": _("Archived documents"),
        "rows": _("Database rows"),
        "not_compared": _("not compared"),
        "of": _("of"),
        **_labels_below(),
    }


def _labels_below() -> dict[str, str]:
    """Return those of charts and findings."""
    return {
        "timeline": _("Documents anchored over time"),
        "anchored": _("anchored"),
        "withdrawn": _("superseded or revoked"),
        "numbers": _("The numbers"),
        "period": _("Time"),
        "superseded": _("superseded"),
        "revoked": _("revoked"),
        "batches_short": _("batches"),
        "by_institution": _("Documents by institution"),
        "findings": _("What was found"),
        "none": _("There is nothing to report: everything that was compared fits together."),
        "kind": _("Kind"),
        "level": _("Level"),
        "count": _("Count"),
        "evidence": _("Evidence"),
        "recheck": _("To check it again"),
        "recheck_note": _(
            "RPC, POLICY and DIR stand for a node's address, your own policy and a folder of"
            " manifests. Nothing in this report has to be believed: each finding names what"
            " anybody can look up."
        ),
        "no_personal_data": _("This report names no pupil."),
    }
