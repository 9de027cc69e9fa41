"""
What can go wrong between us and the shared database, and whether asking again may help.

UpstreamTrouble
├── UpstreamUnreachable   no answer; may pass
│   ├── NobodyThere       nothing listens there, and nothing has answered in this run
│   └── UntrustedServer   its certificate does not prove that it is the one we want
├── UpstreamRefused       it answered with an error
│   ├── UpstreamBusy      too many questions, or it is not well now; may pass
│   └── PlaceRefused      it does not know the place any more from which we wanted to go on
└── BadAnswer             the answer does not have the agreed form, nothing of it is used; may pass
    └── EndlessPages      the pages go in a circle
"""

from transcript_service.errors import UpstreamError


class UpstreamTrouble(UpstreamError):
    """The shared database cannot be read now; `may_pass` says whether to ask again at once."""

    may_pass = False
    retry_after_s: float | None = None
    """How long the server asks us to wait; None where it does not say."""


class UpstreamUnreachable(UpstreamTrouble):
    """No answer from the shared database."""

    may_pass = True


class NobodyThere(UpstreamUnreachable):
    """No connection, and there has not been one: the address is wrong, or the server is down."""

    may_pass = False


class UntrustedServer(UpstreamUnreachable):
    """The server's certificate does not hold for this address; nothing was sent to it."""

    may_pass = False


class UpstreamRefused(UpstreamTrouble):
    """The shared database answered with an error."""


class UpstreamBusy(UpstreamRefused):
    """The shared database cannot answer now (429, 5xx)."""

    may_pass = True

    def __init__(self, message: str, retry_after_s: float | None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class PlaceRefused(UpstreamRefused):
    """The shared database does not know a cursor or mark that it gave us earlier."""


class BadAnswer(UpstreamTrouble):
    """The answer does not have the agreed form; nothing of it is used."""

    may_pass = True


class EndlessPages(BadAnswer):
    """The pages of a table do not end."""

    may_pass = False
