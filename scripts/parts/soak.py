"""
Try thousands of changed PDFs, receipts, manifests, policies and node answers (tests/fuzzing).

    scripts/soak --mutations 20000 [--seed N] [--jobs N] [--work DIR] [--out docs/soak.md]

Goes on where it was stopped: what is done stands in DIR, slice by slice. Ends with 1 when there
was a fault; the bytes of each one are kept in DIR/faults.
"""

import argparse
import json
import multiprocessing
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.fuzzing.campaigns import Campaign, Case, Tally, cases
from tests.verifier.issued import Office, make_office
from verifier.messages import use_language

SLICE = 200
ROOT = Path(__file__).parents[2]
_office: list[Office] = []

HEAD = """\
# Soak: {count:,} things that were changed

Written by `scripts/soak --mutations {count} --seed {seed}` at commit `{commit}`.

| | |
|---|---|
| cases | {count:,} |
| TOTAL-PASSED although something that counts was changed | {wrong} |
| tracebacks and other faults of the program | {crashes} |
| over the limits of time or memory | {over} |
| given up within the limits (LIMIT_EXCEEDED) | {given_up} |

What counts is told by bytes and digests and by another reader of PDF
(`tests/fuzzing/campaigns.py`), not by the verifier.
A TOTAL-PASSED below stands for a change of nothing that counts: hints of a receipt, spaces in JSON,
a policy that trusts the same, bytes behind the anchored ones that show nothing.

| Kind | Outcome | Cases |
|---|---|---|
"""


def main(argv: list[str]) -> int:
    """Run what is not done yet; write the table when all is."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--mutations", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "hocba-soak")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "soak.md")
    options = parser.parse_args(argv)
    commit = _commit()
    folder = options.work / f"{commit[:12]}-{options.seed}-{options.mutations}"
    (folder / "faults").mkdir(parents=True, exist_ok=True)
    order = cases(options.mutations)
    slices = {at: order[at : at + SLICE] for at in range(0, len(order), SLICE)}
    waiting = [
        (options.seed, folder, at, chosen)
        for at, chosen in slices.items()
        if not (folder / f"{at}.json").exists()
    ]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.jobs, context) as processes:
        for done in processes.map(_run_slice, waiting):
            print(f"{done} of {len(order)}", flush=True)
    tally = _gather([folder / f"{at}.json" for at in slices])
    options.out.write_text(_table(tally, commit, options.seed, len(order)), encoding="utf-8")
    print("\n".join(tally.faults))
    return 1 if tally.faults else 0


def _commit() -> str:
    command = ["git", "describe", "--always", "--abbrev=40", "--dirty=+"]
    return subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()


def _run_slice(given: tuple[int, Path, int, list[Case]]) -> int:
    """Run one slice in this process, whose office is made once."""
    seed, folder, at, chosen = given
    use_language("en")
    if not _office:
        _office.append(make_office(Path(tempfile.mkdtemp(prefix="hocba-soak-")) / "office"))
    with (
        tempfile.TemporaryDirectory() as directory,
        Campaign(_office[0], Path(directory) / "campaign", seed) as campaign,
    ):
        tally = campaign.run(chosen)
    for number, kept in enumerate(tally.kept):
        (folder / "faults" / f"{at}-{number}").write_bytes(kept)
    found = {"outcomes": tally.outcomes, "faults": tally.faults}
    unfinished = folder / f"{at}.part"
    unfinished.write_text(json.dumps(found), encoding="utf-8")
    unfinished.rename(folder / f"{at}.json")
    return at


def _gather(paths: list[Path]) -> Tally:
    tally = Tally()
    for path in paths:
        found = json.loads(path.read_text(encoding="utf-8"))
        tally.outcomes += Counter(found["outcomes"])
        tally.faults += found["faults"]
    return tally


def _table(tally: Tally, commit: str, seed: int, count: int) -> str:
    over = sum("over the limit" in fault for fault in tally.faults)
    wrong = sum(": TOTAL-PASSED:" in fault and "over the" not in fault for fault in tally.faults)
    head = HEAD.format(
        count=count,
        seed=seed,
        commit=commit,
        wrong=wrong,
        over=over,
        crashes=len(tally.faults) - over - wrong,
        given_up=sum(number for name, number in tally.outcomes.items() if "LIMIT" in name),
    )
    rows = (
        f"| {name.replace(': ', ' | ', 1)} | {number:,} |\n"
        for name, number in sorted(tally.outcomes.items())
    )
    return head + "".join(rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
