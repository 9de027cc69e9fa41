"""The commonest troubles of the operating system in the language in use."""

import errno

from verifier.messages import _


def why(error: BaseException) -> str:
    """Return what *error* says is wrong; the kind of the error where it says nothing."""
    said = getattr(error, "strerror", None)
    return _common().get(getattr(error, "errno", None)) or said or type(error).__name__


def _common() -> dict[int | None, str]:
    return {
        errno.ENOENT: _("No such file or directory"),
        errno.EACCES: _("Permission denied"),
        errno.EPERM: _("Operation not permitted"),
        errno.EISDIR: _("Is a directory"),
        errno.ENOTDIR: _("Not a directory"),
        errno.ENAMETOOLONG: _("File name too long"),
        errno.ELOOP: _("Too many levels of symbolic links"),
        errno.ENOSPC: _("No space left on device"),
        errno.EROFS: _("Read-only file system"),
        errno.EADDRINUSE: _("Address already in use"),
        errno.EADDRNOTAVAIL: _("Cannot assign requested address"),
    }
