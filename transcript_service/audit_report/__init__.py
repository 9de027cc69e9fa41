"""The report of an audit as a web page, for people and for print (ADR 0024)."""

from transcript_service.audit_report.page import audit_page

__all__ = ["audit_page"]
