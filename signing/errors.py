"""
Errors of signing.

SigningError                     what, where, what to do next
├── UnsupportedProfile           a profile asks for what this release cannot make
├── KeyUnusable                  a key cannot be loaded or used
│   ├── KeyFileUnreadable        missing, not permitted, or not a PKCS#12 file
│   ├── WrongPassword            the password does not open the file
│   ├── KeyIncomplete            no private key, or no certificate, in the file
│   ├── KeyMismatch              the certificate belongs to another key
│   └── UnsupportedKey           a kind or size of key that is not signed with here
├── CertificateUnfit             the certificate does not allow this signature
│   ├── CertificateNotValid      the signing time is outside its validity
│   ├── KeyUsageForbids          it is not for signing content
│   ├── AlgorithmTooWeak         it, or one above it, is signed by a broken algorithm
│   ├── PathNotFound             it leads to no trust anchor
│   ├── CertificateRevoked       it, or one above it, has been revoked
│   └── RevocationUnknown        nobody says whether it, or one above it, has been revoked
├── TimeStampUnavailable         no time-stamping service gave a token that can be used
├── DocumentUnfit                the PDF cannot take this signature
│   ├── UnreadableDocument       not a PDF that can be read here
│   ├── SignaturePlaceMissing    no such signature field, or no such place in the rendered page
│   ├── FieldFilled              the field holds a signature already
│   └── WrongOrder               certified twice, or sealed before it was certified
└── LookUnfit                    a signature's look cannot be drawn, or does not belong here

`str(error)` is English. `error.template` and `error.facts` let the caller's catalogue translate it:
`_(error.template).format(**error.facts)`. No message holds a password, a name or personal data;
file paths, field names, sizes and times are all they carry.
"""


class SigningError(Exception):
    """
    Root of the errors of signing.

    Args:
        template: English sentence with named fields, the key of a message catalogue.
        facts: values of those fields.
    """

    def __init__(self, template: str, **facts: object) -> None:
        super().__init__(template, facts)
        self.template = template
        self.facts = facts

    def __str__(self) -> str:
        return self.template.format(**self.facts)

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error pass between processes; facts that are no plain values go as text."""
        facts = {
            name: value if isinstance(value, str | int | float) else str(value)
            for name, value in self.facts.items()
        }
        return _rebuild, (type(self), self.template, facts)


def _rebuild(kind: type[SigningError], template: str, facts: dict[str, object]) -> SigningError:
    return kind(template, **facts)


class UnsupportedProfile(SigningError):
    """A profile asks for what this release cannot make."""


class KeyUnusable(SigningError):
    """A key cannot be loaded or used."""


class KeyFileUnreadable(KeyUnusable):
    """The file is missing, not permitted, or not a PKCS#12 file."""


class WrongPassword(KeyUnusable):
    """The password does not open the key file."""


class KeyIncomplete(KeyUnusable):
    """The file holds no private key, or no certificate."""


class KeyMismatch(KeyUnusable):
    """The certificate belongs to another key."""


class UnsupportedKey(KeyUnusable):
    """A kind or size of key that is not signed with here."""


class CertificateUnfit(SigningError):
    """The certificate does not allow this signature."""


class CertificateNotValid(CertificateUnfit):
    """The signing time is outside the certificate's validity."""


class KeyUsageForbids(CertificateUnfit):
    """The certificate is not for signing content."""


class AlgorithmTooWeak(CertificateUnfit):
    """The certificate, or one above it, is signed by a broken algorithm."""


class PathNotFound(CertificateUnfit):
    """The certificate leads to no trust anchor."""


class CertificateRevoked(CertificateUnfit):
    """The certificate, or one above it, has been revoked."""


class RevocationUnknown(CertificateUnfit):
    """Nobody says whether the certificate, or one above it, has been revoked."""


class TimeStampUnavailable(SigningError):
    """No time-stamping service gave a token that can be used."""


class DocumentUnfit(SigningError):
    """The PDF cannot take this signature."""


class UnreadableDocument(DocumentUnfit):
    """Not a PDF that can be read here."""


class SignaturePlaceMissing(DocumentUnfit):
    """No such signature field, or no such place in the rendered page."""


class FieldFilled(DocumentUnfit):
    """The field holds a signature already."""


class WrongOrder(DocumentUnfit):
    """Certified twice, or sealed before it was certified."""


class LookUnfit(SigningError):
    """A signature's look cannot be drawn, or does not belong here."""
