"""`python -m transcript_service` is `hocba`."""

import sys

from transcript_service.cli import main

sys.exit(main())
