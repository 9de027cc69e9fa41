"""
What holds for every test: no network but the loopback, an environment of our own, English texts.

The guard on sockets is pytest-socket's (`--allow-hosts` in pyproject.toml); it does not reach into
processes that a test starts, so those get only addresses of the loopback.
"""

import os
import signal
import tempfile

import pytest
from hypothesis import HealthCheck, settings

from verifier.messages import use_language

UNWANTED_PREFIXES = ("HOCBA_", "LC_")
UNWANTED = ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy", "no_proxy", "LANGUAGE")

settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    print_blob=True,
)
settings.register_profile("long", settings.get_profile("ci"), derandomize=False, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_configure() -> None:
    """Clean the environment of this process, and so of the processes that tests start."""
    unwanted = {name.lower() for name in UNWANTED}
    for name in list(os.environ):
        if name.lower() in unwanted or name.startswith(UNWANTED_PREFIXES):
            del os.environ[name]
    # A shell starts background jobs with interrupts ignored, which processes inherit.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ["LANG"] = "C.UTF-8"
    # What a user's own runs keep for later ones is kept for these tests only.
    os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="hocba-tests-state-")
    os.environ["TZ"] = "UTC"


@pytest.fixture(autouse=True)
def _english() -> None:
    """Let every test begin with the source texts; those about translations choose their own."""
    use_language("en")
