"""The issuer's side: from the shared database to issued, anchored transcripts."""

import sys
from importlib.util import find_spec
from pathlib import Path

from verifier.messages import _

if find_spec("sqlmodel") is None:
    _said = _(
        "hocba is installed without its service: only `hocba-verify` can be used;"
        " install hocba[service] for the rest"
    )
    if Path(sys.argv[0]).name in ("hocba", "-m"):
        raise SystemExit(_said)  # a command: no traceback
    raise ModuleNotFoundError(_said, name="sqlmodel")
