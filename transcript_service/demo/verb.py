"""The verbs `hocba demo` and `hocba sandbox pki`."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from transcript_service.commands.parsers import Verbs, add_verb, add_verbs_below
from verifier.arguments import whole_number
from verifier.messages import _

DEMO_PUPILS = 38


def add(verbs: Verbs) -> None:
    """Declare the verbs."""
    _add_demo(verbs)
    _add_sandbox(verbs)


def _add_demo(verbs: Verbs) -> None:
    demo = add_verb(verbs, "demo", _("the whole way of two classes, with nothing to configure"))
    demo.add_argument("--out", type=Path, default=Path("demo"), help=_("folder to make"))
    demo.add_argument(
        "--pupils",
        type=whole_number(1),
        default=DEMO_PUPILS,
        help=_("size of the lower secondary class; the other has a third as many"),
    )
    demo.add_argument(
        "--no-publish",
        dest="publish",
        action="store_false",
        help=_("leave the manifests off the chain"),
    )
    demo.set_defaults(run=_demo)


def _add_sandbox(verbs: Verbs) -> None:
    from transcript_service.sandbox_pki import KeyKind

    sandbox = add_verb(verbs, "sandbox", _("parts of a sandbox: `hocba sandbox pki`"))
    pki = add_verb(
        add_verbs_below(sandbox),
        "pki",
        _("make a certification authority for trials, and a school's two signing keys"),
    )
    pki.add_argument("--out", type=Path, required=True, help=_("folder to make"))
    pki.add_argument("--school", default="Trường mẫu", help=_("name in the seal's certificate"))
    pki.add_argument(
        "--principal", default="Hiệu trưởng mẫu", help=_("name in the principal's certificate")
    )
    pki.add_argument(
        "--organization-identifier",
        default="NTRVN-0000000000",
        metavar="ID",
        help=_("the school's, in the seal's certificate"),
    )
    pki.add_argument(
        "--key-kind",
        choices=[kind.value for kind in KeyKind],
        default=KeyKind.P256.value,
        help=_("of all keys"),
    )
    pki.set_defaults(run=_sandbox_pki)


def _demo(arguments: argparse.Namespace) -> int:
    from rich.console import Console

    from transcript_service.demo.story import DemoOptions, run_demo

    options = DemoOptions(out=arguments.out, pupils=arguments.pupils, publish=arguments.publish)
    return run_demo(options, Console())


def _sandbox_pki(arguments: argparse.Namespace) -> int:
    from transcript_service.demo.open_pki import make_open_pki
    from transcript_service.sandbox_pki import KeyKind

    pki = make_open_pki(
        arguments.out,
        school_name=arguments.school,
        principal_name=arguments.principal,
        organization_identifier=arguments.organization_identifier,
        now=datetime.now(UTC),
        key_kind=KeyKind(arguments.key_kind),
    )
    for path, meaning in (
        (pki.root, _("the trust anchor, for policies")),
        (pki.root_crl, _("what the root has revoked: nothing")),
        (pki.ca, _("the issuing authority")),
        (pki.ca_crl, _("what the authority has revoked: nothing")),
        (pki.principal_key, _("the principal's key; its password stands in the file beside it")),
        (pki.seal_key, _("the school's key; its password stands in the file beside it")),
    ):
        print(f"{path}: {meaning}")  # noqa: T201  the answer
    return 0
