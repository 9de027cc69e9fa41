"""Verbs of a school: sync, check, issue, supersede, revoke, cancel."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from transcript_service.commands.cancel_verb import add_cancel
from transcript_service.commands.parsers import Verbs, add_verb
from transcript_service.commands.sync_verb import add_sync_arguments, run_sync
from verifier.arguments import school_year, whole_number
from verifier.messages import _
from verifier.reasons import Reason

if TYPE_CHECKING:
    from transcript_service.commands.school import ClassOfYear

DONE, STOPPED = 0, 3


def add(verbs: Verbs) -> None:
    """Declare the verbs."""
    sync = _add(verbs, "sync", _("bring the school's records up to date"), run_sync)
    add_sync_arguments(sync)
    _add_check(verbs)
    issue = _add(
        verbs, "issue", _("issue a class: sign, seal, anchor; or go on after a cut"), _issue
    )
    supersede = _add(
        verbs, "supersede", _("issue a corrected version of one pupil's transcript"), _supersede
    )
    for verb in (issue, supersede):
        verb.add_argument("--class", dest="class_code", required=True, help=_("its code upstream"))
    supersede.add_argument("--pupil", required=True, help=_("the pupil's code"))
    supersede.add_argument("--reason", required=True, help=_("printed in the new version's data"))
    revoke = _add(verbs, "revoke", _("withdraw an issued transcript; cannot be undone"), _revoke)
    revoke.add_argument("--transcript", required=True, help=_("its transcript code"))
    revoke.add_argument("--version", type=whole_number(1), required=True, help=_("its version"))
    revoke.add_argument(
        "--reason",
        required=True,
        choices=[reason.name for reason in Reason],
        metavar=_("REASON"),
        help=_(
            "WRONG_DATA wrong data; WRONG_PERSON another person's; KEY_COMPROMISE a stolen key;"
            " WITHOUT_AUTHORITY issued without authority; DECISION by a court or inspection;"
            " CORRECTION corrected; OTHER"
        ),
    )
    add_cancel(verbs)


def _add_check(verbs: Verbs) -> None:
    purpose = _("list what stops pupils of a class or of the school, and how to repair it")
    check = _add(verbs, "check", purpose, _check)
    which = check.add_mutually_exclusive_group()
    which.add_argument(
        "only_class", nargs="?", metavar=_("CLASS"), help=_("its code upstream; none: all classes")
    )
    which.add_argument("--class", dest="class_code", help=_("the same, as `issue` has it"))
    check.add_argument(
        "--format",
        choices=("table", "json", "xlsx", "html"),
        default="table",
        metavar=_("FORMAT"),
        help=_("table (default), json, xlsx or html"),
    )
    check.add_argument("--out", type=Path, metavar=_("FILE"), help=_("write the report there"))


def _add(
    verbs: Verbs, name: str, purpose: str, run: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    verb = add_verb(verbs, name, purpose)
    verb.add_argument(
        "--settings", type=Path, default=Path("school.toml"), help=_("the school's settings file")
    )
    verb.add_argument(
        "--year", type=school_year, required=True, help=_("school year, such as 2025-2026")
    )
    verb.set_defaults(run=run)
    return verb


def _check(arguments: argparse.Namespace) -> int:
    from transcript_service.commands import school, screen
    from transcript_service.commands.check_report import check_output, put_report

    check_output(arguments.format, arguments.out)
    with screen.opened_office(arguments.settings) as (console, office):
        which = arguments.only_class or arguments.class_code
        check = school.check_quality(office, arguments.year, which)
        put_report(console, check, arguments.format, arguments.out)
        return STOPPED if any(one.is_stopped for one in check.classes) else DONE


def _issue(arguments: argparse.Namespace) -> int:
    from transcript_service.commands import school, screen

    with screen.opened_office(arguments.settings) as (console, office):
        resumed = school.resume(office)
        screen.show_resumed(console, resumed)
        issued = school.issue_class(office, _which(arguments))
        screen.show_plan(console, issued.plan)
        console.print(
            _("{count} transcripts issued; they are in {folder}").format(
                count=issued.documents, folder=office.desk.folders.transcripts
            )
        )
        if issued.withdrawn:
            text = _("{count} were revoked by an authority on the way; they are in {folder}")
            console.print(text.format(count=issued.withdrawn, folder=office.desk.folders.revoked))
        return STOPPED if issued.plan.stopped else screen.exit_code_of(resumed)


def _supersede(arguments: argparse.Namespace) -> int:
    from transcript_service.commands import school, screen

    with screen.opened_office(arguments.settings) as (console, office):
        resumed = school.resume(office)
        screen.show_resumed(console, resumed)
        school.supersede(office, _which(arguments), arguments.pupil, arguments.reason)
        console.print(
            _("the corrected version is in {new}; the one before it is no longer current").format(
                new=office.desk.folders.transcripts
            )
        )
        return screen.exit_code_of(resumed)


def _revoke(arguments: argparse.Namespace) -> int:
    from transcript_service.commands import school, screen

    with screen.opened_office(arguments.settings) as (console, office):
        document = school.revoke(
            office,
            arguments.transcript,
            arguments.year,
            arguments.version,
            Reason[arguments.reason],
        )
        console.print(
            _("{stem} is revoked; its files are in {folder}").format(
                stem=document.file_stem, folder=office.desk.folders.revoked
            )
        )
        return DONE


def _which(arguments: argparse.Namespace) -> "ClassOfYear":
    from transcript_service.commands.school import ClassOfYear

    return ClassOfYear(class_code=arguments.class_code, school_year=arguments.year)
