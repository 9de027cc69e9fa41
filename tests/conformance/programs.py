"""Judges that a Debian package brings: poppler, OpenSSL, qpdf."""

import re
import subprocess
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from asn1crypto import pem

from tests.conformance.finding import Case, Finding, JudgeAbsent
from tests.conformance.signed_parts import SignedPart, signed_parts, time_of

SIGNATURE_OF_POPPLER = re.compile(
    r"Signature Field Name: (?P<field>[^\n]+)\n.*?"
    r"(?P<coverage>Total|Not total) document signed\n"
    r".*?Signature Validation: (?P<said>[^\n]+?)\.?$",
    re.MULTILINE | re.DOTALL,
)


def ask_poppler(cases: Iterable[Case]) -> Iterator[Finding]:
    """
    Ask `pdfsig` of each signature whether digest and signature value hold; not of its path.

    It is not asked of document time stamps: not every version looks into them.
    """
    for case in cases:
        answer = _run("pdfsig", "-nocert", case.path).stdout.decode()
        for found in SIGNATURE_OF_POPPLER.finditer(answer):
            if "Signature Type: ETSI.CAdES.detached" not in found[0]:
                continue
            yield Finding(
                judge="poppler",
                case=case.name,
                about=found["field"],
                said=f"{found['said']}, {found['coverage'].lower()} document signed",
                good=found["said"] == "Signature is Valid",
            )


def ask_qpdf(cases: Iterable[Case]) -> Iterator[Finding]:
    """Ask `qpdf --check` for faults of syntax; exit code 0 means neither errors nor warnings."""
    for case in cases:
        done = _run("qpdf", "--check", case.path)
        complaint = next(iter(done.stderr.decode(errors="replace").splitlines()), "")
        yield Finding(
            judge="qpdf",
            case=case.name,
            about="syntax",
            said=complaint.replace(str(case.path), "").strip(" :") or "no errors",
            good=done.returncode == 0,
        )


def ask_openssl(cases: Iterable[Case]) -> Iterator[Finding]:
    """
    Ask `openssl cms` of each signature, and `openssl ts` of each time stamp.

    Both check the path to the trusted root, `cms` at the case's moment, `ts` as of the token's
    time; `cms` also that the signer was not revoked, and that the signed attributes name its
    certificate (`-cades`).
    """
    for case in cases:
        for part in signed_parts(case.path.read_bytes()):
            with TemporaryDirectory() as folder:
                if part.is_document_time_stamp:
                    yield _ask_ts(case, Path(folder), part.field, part.token, part.content)
                    continue
                yield _ask_cms(case, Path(folder), part)
                if part.stamp is not None:
                    about = f"time stamp of {part.field}"
                    yield _ask_ts(case, Path(folder), about, part.stamp, part.signature_value)


def _ask_cms(case: Case, folder: Path, part: SignedPart) -> Finding:
    token, content = folder / "token.der", folder / "content"
    token.write_bytes(part.token)
    content.write_bytes(part.content)
    done = _run(
        "openssl",
        *("cms", "-verify", "-binary", "-cades", "-crl_check", "-purpose", "any"),
        *("-inform", "DER", "-in", token, "-content", content, "-out", folder / "verified"),
        *_trust(case, folder, datetime.fromisoformat(case.moment)),
    )
    return _openssl_finding(case, part.field, done, "CAdES Verification successful")


def _ask_ts(case: Case, folder: Path, about: str, token: bytes, content: bytes) -> Finding:
    token_file, content_file = folder / "token.tst", folder / "stamped"
    token_file.write_bytes(token)
    content_file.write_bytes(content)
    done = _run(
        "openssl",
        *("ts", "-verify", "-token_in", "-in", token_file, "-data", content_file),
        *_trust(case, folder, time_of(token)),
    )
    return _openssl_finding(case, about, done, "Verification: OK")


def _trust(case: Case, folder: Path, moment: datetime) -> tuple[str | Path, ...]:
    """Put root and revocation lists into one file, as OpenSSL wants them."""
    lists = (pem.armor("X509 CRL", path.read_bytes()) for path in case.revocation_lists)
    trusted = folder / "trusted.pem"
    trusted.write_bytes(case.trusted.read_bytes() + b"".join(lists))
    return ("-CAfile", trusted, "-attime", str(int(moment.timestamp())))


def _openssl_finding(
    case: Case, about: str, done: subprocess.CompletedProcess[bytes], success: str
) -> Finding:
    answer = (done.stdout + done.stderr).decode(errors="replace")
    good = done.returncode == 0 and success in answer
    errors = re.findall(r"error:[^:]*:[^:]*:[^:]*:([^:]+):", answer)
    reasons = [*errors, *re.findall(r"Verify error:\s*(.+)", answer)]
    return Finding(
        judge="OpenSSL",
        case=case.name,
        about=about,
        said=success if good else "; ".join(reasons) or answer.strip(),
        good=good,
    )


def _run(*command: str | Path) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(list(map(str, command)), capture_output=True, check=False)
    except FileNotFoundError as error:
        raise JudgeAbsent(f"{command[0]} is not installed; scripts/setup installs it") from error
