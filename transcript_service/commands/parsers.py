"""How the verbs declare themselves; argparse's own type for them has no public name."""

import argparse
from typing import TYPE_CHECKING

from verifier.arguments import add_language
from verifier.messages import _

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  it has no public name
else:
    Verbs = object


def add_verb(verbs: Verbs, name: str, purpose: str) -> argparse.ArgumentParser:
    """Declare a verb that takes `--lang`, and says its *purpose* in both helps."""
    verb = verbs.add_parser(name, help=purpose, description=purpose)
    add_language(verb)
    return verb


def add_verbs_below(verb: argparse.ArgumentParser) -> Verbs:
    """Let *verb* have verbs of its own."""
    return verb.add_subparsers(title=_("commands"), required=True, metavar=_("COMMAND"))
