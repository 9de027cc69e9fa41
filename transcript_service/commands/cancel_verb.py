"""The verb `cancel`: list the batches that were begun, or give one of them up."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from transcript_service.commands.parsers import Verbs, add_verb
from verifier.arguments import whole_number
from verifier.messages import _

if TYPE_CHECKING:
    from rich.console import Console

    from transcript_service.issuance.batches import UnfinishedBatch

DONE, LEFT = 0, 1


def add_cancel(verbs: Verbs) -> None:
    """Declare the verb."""
    verb = add_verb(verbs, "cancel", _("give up a batch that was begun; none: list them"))
    verb.add_argument(
        "--settings", type=Path, default=Path("school.toml"), help=_("the school's settings file")
    )
    verb.add_argument("--batch", type=whole_number(1), help=_("its number"))
    verb.add_argument("--reason", default="", help=_("kept with the batch; no names"))
    verb.add_argument("--yes", action="store_true", help=_("do not ask"))
    verb.set_defaults(run=_cancel)


def _cancel(arguments: argparse.Namespace) -> int:
    from transcript_service.commands import school, screen
    from transcript_service.errors import UsageError

    with screen.opened_office(arguments.settings) as (console, office):
        batches = school.unfinished(office)
        if arguments.batch is None:
            _show(console, batches)
            return DONE
        if not arguments.reason.strip():
            raise UsageError(_("cancelling needs a reason; give one with --reason"))
        chosen = next((one for one in batches if one.batch_id == arguments.batch), None)
        if chosen is not None and not (arguments.yes or _is_confirmed(console, chosen)):
            _say(console, _("nothing was cancelled"))
            return LEFT
        school.cancel(office, arguments.batch, arguments.reason)
        _say(
            console,
            _(
                "batch {batch_id} is cancelled, nothing of it was handed out; `hocba issue` and"
                " `hocba supersede` serve its pupils again"
            ).format(batch_id=arguments.batch),
        )
        return DONE


def _is_confirmed(console: "Console", batch: "UnfinishedBatch") -> bool:
    """
    Ask for the batch's number: nobody types it by habit.

    Raises:
        UsageError: nobody can be asked.
    """
    from transcript_service.errors import UsageError

    if not sys.stdin.isatty():
        raise UsageError(_("nobody can be asked here whether to cancel; add --yes"))
    _say(console, _line(batch))
    _say(
        console,
        _("None of them will be handed out, their files are deleted. This cannot be undone."),
    )
    answer = console.input(_("Type the batch's number to cancel it: "))
    return answer.strip() == str(batch.batch_id)


def _show(console: "Console", batches: "list[UnfinishedBatch]") -> None:
    if not batches:
        _say(console, _("no batch is unfinished"))
    for batch in batches:
        _say(console, _line(batch))


def _line(batch: "UnfinishedBatch") -> str:
    return _(
        "batch {batch_id}, class {class_code}, {school_year}, begun {created_at}:"
        " {documents} documents, of which {signed} are signed or may be"
    ).format(
        batch_id=batch.batch_id,
        class_code=batch.class_code,
        school_year=batch.school_year,
        created_at=batch.created_at,
        documents=batch.documents,
        signed=batch.signed,
    )


def _say(console: "Console", text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
