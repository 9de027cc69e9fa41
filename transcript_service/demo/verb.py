"""The verb `hocba demo`."""

import argparse
from pathlib import Path

from transcript_service.commands.parsers import Verbs, add_verb
from verifier.arguments import whole_number
from verifier.messages import _

DEMO_PUPILS = 38


def add(verbs: Verbs) -> None:
    """Declare the verb."""
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


def _demo(arguments: argparse.Namespace) -> int:
    from rich.console import Console

    from transcript_service.demo.story import DemoOptions, run_demo

    options = DemoOptions(out=arguments.out, pupils=arguments.pupils, publish=arguments.publish)
    return run_demo(options, Console())
