"""The one type of argparse that the verbs share, which argparse does not name in public."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  it has no public name
else:
    Verbs = object
