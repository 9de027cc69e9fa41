"""What the service's commands show on a terminal: progress, tables of gaps, short reports."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from transcript_service.commands.office import Office, open_office
from transcript_service.commands.school import Resumed
from transcript_service.database import database_errors
from transcript_service.issuance.desk import Progress as Tell
from transcript_service.issuance.planning import ClassPlan
from transcript_service.quality.words import state_notes
from transcript_service.settings import Settings, load_settings
from transcript_service.transcript import Gap
from verifier.messages import _
from verifier.plain_text import plain


def step_names() -> dict[str, str]:
    """Return the names of a batch's steps as people read them."""
    return {
        "render": _("Rendering transcripts"),
        "sign": _("Principal's signature"),
        "seal": _("School seal"),
        "augment": _("Validation data"),
        "check": _("Checking as a stranger would"),
    }


def group_names() -> dict[str, str]:
    """Return what the tables of the shared database hold, as people call it."""
    return {
        "truong": _("school"),
        "diemtruong": _("sites"),
        "nhansu": _("staff"),
        "phancong": _("teaching assignments"),
        "lophoc": _("classes"),
        "monhoclop": _("subjects of a class"),
        "hocsinh": _("pupils"),
        "quatrinhhoctap": _("schools attended"),
        "hocsinhlop": _("class lists"),
        "diem": _("marks"),
        "nhanxetmon": _("comments on subjects"),
        "renluyen": _("conduct"),
        "tongketnam": _("summaries of the year"),
        "danhgialai": _("re-assessments"),
        "khenthuong": _("awards"),
        "ketquahoctap": _("study results"),
        "chuyentruong": _("pupils who came or left"),
        "chuyende": _("study topics"),
        "monchon": _("chosen subjects"),
    }


@contextmanager
def progress_on(console: Console) -> Iterator[Tell]:
    """Yield a progress callback that draws one bar a step on a terminal, and nothing elsewhere."""
    columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        names, tasks = step_names() | group_names(), {}

        def tell(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(names.get(step, step), total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield tell


@contextmanager
def opened_office(settings: Path) -> Iterator[tuple[Console, Office]]:
    """Open the office of a settings file, with progress bars while it works."""
    console = Console()
    with office_on(console, load_settings(settings)) as office:
        yield console, office


@contextmanager
def office_on(console: Console, settings: Settings) -> Iterator[Office]:
    """Open a school's office, with progress bars on *console*."""
    with progress_on(console) as tell:
        office = open_office(settings, tell)
        with database_errors(office.engine):
            yield office


def show_resumed(console: Console, resumed: Resumed) -> None:
    """Show how many batches were finished first, and on stderr what keeps the others."""
    if resumed.finished:
        console.print(
            _("{count} batches that were cut off were finished first").format(
                count=len(resumed.finished)
            )
        )
    for trouble in resumed.troubles:
        Console(stderr=True).print(
            plain(str(trouble)), markup=False, highlight=False, soft_wrap=True
        )


def exit_code_of(resumed: Resumed) -> int:
    """Return 0 when no batch waits or was cancelled, else the code of the first trouble."""
    return next((getattr(error, "exit_code", 1) for error in resumed.troubles), 0)


def show_plan(console: Console, plan: ClassPlan) -> None:
    """Show who is ready, who has the document already, and a table of what stops the others."""
    console.print(
        _("{ready} pupils ready, {stopped} stopped, {issued} issued already").format(
            ready=len(plan.ready), stopped=len(plan.stopped), issued=len(plan.issued)
        )
    )
    for note in state_notes(plan.on_the_way, plan.withdrawn):
        console.print(note)
    _show_gaps(console, _("These stop a pupil"), plan.stopped)
    _show_gaps(console, _("These stop nobody, but a person should look at them"), plan.warnings)


def _show_gaps(console: Console, title: str, found: Sequence[tuple[str, tuple[Gap, ...]]]) -> None:
    if not found:
        return
    console.print(f"\n[bold]{title}[/bold]")
    for student_code, gaps in found:
        console.print(student_code, markup=False, highlight=False)
        for gap in gaps:
            for line in _gap_lines(gap):
                console.print(line, markup=False, highlight=False, soft_wrap=True)
    console.print()


def _gap_lines(gap: Gap) -> Iterator[str]:
    """Say where, what and how to repair; scores are for this screen only."""
    yield f"  {gap.place} {gap.record_id or '-'}, {gap.field} [{gap.code}]"
    values = ""
    if gap.recorded is not None or gap.expected is not None:
        values = " " + _("(recorded: {recorded}; expected: {expected})").format(
            recorded=gap.recorded or "-", expected=gap.expected or "-"
        )
    yield f"    {gap.message}{values}"
    yield f"    → {gap.remedy}"
