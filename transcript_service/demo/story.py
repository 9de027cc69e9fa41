"""
The demo as a story in acts: a school issues a class, and strangers check it.

Everything here is done through the same functions and commands that a school and a stranger use.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from transcript_service.class_year import ClassYear
from transcript_service.commands import school
from transcript_service.commands.office import Office
from transcript_service.commands.screen import office_on, progress_on, show_plan
from transcript_service.commands.sync_screen import show_sync
from transcript_service.database import open_database, read_session
from transcript_service.demo import sandbox
from transcript_service.demo.forgery import alter_printed_mark
from transcript_service.demo.open_pki import write_secret
from transcript_service.demo.stage import prepare_folder
from transcript_service.demo.stranger import Answer, ask
from transcript_service.errors import ServiceError
from transcript_service.files import write_whole
from transcript_service.folders import Folders
from transcript_service.issuance.anchoring import documents_of
from transcript_service.models import TranscriptRow
from transcript_service.records import load_class_year
from transcript_service.settings import Settings, load_settings
from transcript_service.shared_database.client import UpstreamAccess
from transcript_service.shared_database.sample import SampleClient, SampleSummary, write_sample
from transcript_service.shared_database.sample.correction import correct_mark
from transcript_service.shared_database.server_process import running_server
from transcript_service.shared_database.sync import sync
from verifier.messages import _
from verifier.printing import VIET_NAM

SEED = 2026
UPSTREAM_FILE = "shared-database.sqlite3"
POLICY = "policy.toml"
SETTINGS = "school.toml"
ALTERED = "altered"
PASSED, FAILED = 0, 3
_ONE_IN_UPPER_LEVEL = 3
"""For so many pupils of the lower secondary class the upper secondary one has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOptions:
    """What `hocba demo` can be told."""

    out: Path
    pupils: int
    publish: bool


def run_demo(options: DemoOptions, console: Console) -> int:
    """
    Play the demo; return 0 only if everything went as announced, else 1.

    Raises:
        ServiceError: a step could not be made; the message says which and why.
    """
    directory = options.out
    prepare_folder(directory)
    client = SampleClient(client_id=sandbox.CLIENT_ID, client_secret=secrets.token_urlsafe(24))
    write_secret(directory / sandbox.CLIENT_SECRET_FILE, client.client_secret)
    upstream = directory / UPSTREAM_FILE
    sample = write_sample(
        upstream,
        seed=SEED,
        pupils=options.pupils,
        upper_pupils=max(1, options.pupils // _ONE_IN_UPPER_LEVEL),
        client=client,
    )
    with running_server(upstream) as base_url:
        _act(
            console, 1, _("The shared database answers over HTTP; the school asks for its records")
        )
        class_year = _first_sync(console, directory, base_url, client, sample)
        _act(console, 2, _("Certificates, a registry on an embedded chain, the school's settings"))
        settings = _open_sandbox(console, options, class_year, base_url)
        _act(console, 3, _("Two classes are checked and issued: signed, sealed, anchored"))
        which, *others = _classes(sample)
        for one in (which, *others):
            _issue(console, settings, one)
        _act(console, 4, _("One mark is corrected upstream; the transcript gets a new version"))
        _correct(console, settings, which, upstream, sample)
    _act(console, 5, _("A forger prints another mark and keeps the signatures"))
    _forge(console, directory)
    _act(console, 6, _("Strangers check everything in other processes, with the policy alone"))
    answers = _strangers(console, directory)
    return _close(console, directory, answers)


def _act(console: Console, number: int, title: str) -> None:
    console.print(f"\n[bold]{number}. {title}[/bold]")


def _classes(sample: SampleSummary) -> list[school.ClassOfYear]:
    """Return the class of lower secondary level, then the one of upper secondary level."""
    codes = [sample.class_code, *([sample.upper_class.class_code] if sample.upper_class else [])]
    return [school.ClassOfYear(class_code=code, school_year=sample.school_year) for code in codes]


def _first_sync(
    console: Console, directory: Path, base_url: str, client: SampleClient, sample: SampleSummary
) -> ClassYear:
    engine = open_database(directory / "service.db")
    access = UpstreamAccess(
        base_url=base_url, client_id=client.client_id, client_secret=client.client_secret
    )
    with progress_on(console) as tell:
        report = sync(
            engine,
            access,
            school_code=sample.school_code,
            school_year=sample.school_year,
            now=datetime.now(UTC),
            progress=tell,
        )
    show_sync(console, report)
    with read_session(engine) as session:
        class_year = load_class_year(session, sample.class_code, sample.school_year)
    engine.dispose()
    return class_year


def _open_sandbox(
    console: Console, options: DemoOptions, class_year: ClassYear, base_url: str
) -> Settings:
    directory = options.out
    facts = sandbox.school_facts(class_year.school)
    pki = sandbox.make_certificates(directory, facts, datetime.now(UTC))
    registry = sandbox.make_registry(directory, facts, pki, lambda: datetime.now(UTC))
    sandbox.write_policy(directory / POLICY, registry)
    sandbox.write_settings(directory / SETTINGS, facts, registry, base_url, publish=options.publish)
    console.print(
        _("registry 0x{address} on chain {chain_id}; policy in {policy}").format(
            address=registry.deployment.address.hex(),
            chain_id=registry.chain_id,
            policy=directory / POLICY,
        ),
        soft_wrap=True,
    )
    return load_settings(directory / SETTINGS)


def _issue(console: Console, settings: Settings, which: school.ClassOfYear) -> None:
    with office_on(console, settings) as office:
        issued = school.issue_class(office, which)
    show_plan(console, issued.plan)
    if issued.batch_id is None:
        raise ServiceError(_("no pupil of the sample class could be issued"))
    console.print(
        _("class {class_code}: {count} transcripts issued in one batch").format(
            class_code=which.class_code, count=issued.documents
        )
    )


def _correct(
    console: Console,
    settings: Settings,
    which: school.ClassOfYear,
    upstream: Path,
    sample: SampleSummary,
) -> None:
    """Raise one mark upstream, sync, and issue version 2, which supersedes version 1."""
    with office_on(console, settings) as office:
        student_code = _first_issued(office)
        now = datetime.now(UTC).astimezone(VIET_NAM)
        correct_mark(upstream, student_code=student_code, changed_at=now)
        report = school.sync_school(office, sample.school_year)
        school.supersede(office, which, student_code, "Điều chỉnh điểm theo biên bản phúc khảo")
    show_sync(console, report)
    console.print(
        _("pupil {student_code} has version 2; version 1 is superseded").format(
            student_code=student_code
        )
    )


def _first_issued(office: Office) -> str:
    """Return the pupil whose document comes first in the first batch."""
    with read_session(office.engine) as session:
        document = documents_of(session, 1)[0]
        return session.get_one(TranscriptRow, document.transcript_code).student_code


def _forge(console: Console, directory: Path) -> None:
    """Put a forged copy of one current transcript, with its true receipt, into `altered/`."""
    folders = Folders(directory)
    issued = max(folders.transcripts.glob("*.pdf"))
    receipt = issued.with_suffix(".receipt.json")
    forgery = alter_printed_mark(issued.read_bytes())
    write_whole(directory / ALTERED / issued.name, forgery.pdf)
    write_whole(directory / ALTERED / receipt.name, receipt.read_bytes())
    console.print(
        _("{subject}: the year's average {before} is printed as {after} in {path}").format(
            subject=forgery.subject,
            before=forgery.before.replace(".", ","),
            after=forgery.after.replace(".", ","),
            path=directory / ALTERED / issued.name,
        ),
        soft_wrap=True,
    )


def _strangers(console: Console, directory: Path) -> list[Answer]:
    """Verify and audit what the school handed out; each answer is announced."""
    folders = Folders(directory)
    policy = ("--policy", str(directory / POLICY))
    audited = ("--manifests", str(folders.manifests), "--archive", str(folders.archive))
    answers = []
    for arguments, expected in (
        (("verify", str(folders.transcripts), *policy), PASSED),
        (("verify", str(directory / ALTERED), *policy), FAILED),
        (("verify", str(folders.superseded), *policy), FAILED),
        (("audit", *policy, *audited), PASSED),
    ):
        answer = ask(*arguments, expected=expected)
        answers.append(answer)
        console.print(f"\n$ {answer.command}", markup=False, highlight=False, soft_wrap=True)
        console.print(_shown(answer), markup=False, highlight=False, soft_wrap=True)
    return answers


def _shown(answer: Answer) -> str:
    """Return what is worth reading: the last line of good news, all of the rest."""
    lines = answer.output.rstrip().splitlines()
    return "\n".join(lines[-1:] if answer.exit_code == PASSED else lines)


def _close(console: Console, directory: Path, answers: list[Answer]) -> int:
    """Sum up for a person; 0 if every answer was the announced one."""
    console.print("\n" + _("What strangers found; each line can be run again here:"))
    for answer in answers:
        mark = "✓" if answer.as_expected else "✗"
        found = _("exit code {found}, announced {expected}").format(
            found=answer.exit_code, expected=answer.expected
        )
        console.print(f"{mark} {found}", markup=False, highlight=False)
        console.print(f"  {answer.command}", markup=False, highlight=False, soft_wrap=True)
    if all(answer.as_expected for answer in answers):
        console.print(
            _(
                "Everything went as announced. Look into {path}: transcripts/ holds the PDFs."
            ).format(path=directory),
            soft_wrap=True,
        )
        return 0
    console.print(_("Something did not go as announced: see the lines marked ✗."))
    return 1
