"""The verb `sync`: read the shared database, or show what earlier runs brought."""

import argparse

from verifier.arguments import whole_number
from verifier.messages import _

DONE, STOPPED = 0, 3
_RUNS_SHOWN = 10


def add_sync_arguments(verb: argparse.ArgumentParser) -> None:
    """Declare the verb's own options."""
    verb.add_argument(
        "--full", action="store_true", help=_("read all records, not only those that changed")
    )
    verb.add_argument(
        "--log",
        nargs="?",
        type=whole_number(1),
        const=_RUNS_SHOWN,
        metavar=_("COUNT"),
        help=_("read nothing; show the newest runs, ten by default"),
    )


def run_sync(arguments: argparse.Namespace) -> int:
    """Run the verb; the answer is 3 where something must be repaired upstream."""
    from transcript_service.commands import school, screen, sync_screen

    with screen.opened_office(arguments.settings) as (console, office):
        if arguments.log is not None:
            sync_screen.show_log(console, school.sync_log(office, arguments.log))
            return DONE
        report = school.sync_school(office, arguments.year, full=arguments.full)
        sync_screen.show_sync(console, report)
        return STOPPED if report.open_refusals or report.findings else DONE
