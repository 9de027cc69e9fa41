"""What py-evm does to the whole process is taken back."""

import subprocess
import sys


def test_reading_a_chain_leaves_the_bound_on_nesting_as_it_was():
    """`hocba verify` reads hostile files in the process in which it opened the chain."""
    code = (
        "import sys; before = sys.getrecursionlimit()\n"
        "import transcript_service.issuance.embedded_chain_machine\n"
        "print(before, sys.getrecursionlimit())"
    )

    outcome = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )

    before, after = outcome.stdout.split()
    assert after == before
