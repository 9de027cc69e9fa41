"""
Errors that the issuer's side raises.

ServiceError                  message says what, where and what to do next; exit code 1
├── UsageError                the caller asked for something that cannot be; exit code 2
├── UpstreamError             the shared database
├── DatabaseError             the service's own database
├── RenderError               a transcript that cannot be rendered
├── ChainError                the registry's node refused or lost something
└── BatchError                a batch that cannot go on as it is

Subclasses live beside the code that raises them. Messages carry record ids, paths and digests,
never a name, a score or a personal id.
"""


class ServiceError(Exception):
    """Root of the service's errors; `str(error)` is what a person reads."""

    exit_code = 1


class UsageError(ServiceError):
    """The caller asked for something that cannot be."""

    exit_code = 2


class UpstreamError(ServiceError):
    """The shared database refused, or answered with something that does not parse."""


class DatabaseError(ServiceError):
    """The service's own database cannot be used."""


class RenderError(ServiceError):
    """A transcript cannot be rendered."""


class ChainError(ServiceError):
    """A node refused a transaction, or its answer makes no sense."""


class BatchError(ServiceError):
    """A batch cannot go on as it is."""
