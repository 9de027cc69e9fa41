"""The command line on an office's own policy."""

import pytest

from tests.verifier.issued import Office
from tests.verifier.table.reading import Run
from transcript_service.issuance.embedded_chain import open_rpc
from verifier.cli import main


@pytest.fixture
def run(office: Office) -> Run:
    """Run the command line on an office's own policy."""

    def run(*arguments: object) -> int:
        given = [str(argument) for argument in arguments]
        return main(
            [*given, "--policy", str(office.policy_path), "--lang", "en"], open_rpc=open_rpc
        )

    return run
