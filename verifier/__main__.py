"""`python -m verifier` is `hocba-verify`."""

import sys

from verifier.cli import main

sys.exit(main())
