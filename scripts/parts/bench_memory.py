"""
What issuing a school needs of memory: all of its classes one after the other, in one process.

    bench_memory.py fill|issue FOLDER PUPILS

A class is one batch, so what could grow with the number of pupils is what stays from one class to
the next. Made and issued in processes of their own, so that the memory is that of issuing.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from tests.school import make_whole_school, office_of
from transcript_service.commands.school import ClassOfYear, issue_class
from transcript_service.sandbox_pki import KeyKind

Found = dict[str, float]
_CLASSES = "classes.json"


def measure(pupils: int) -> Found:
    """Issue a school of so many; documents, minutes, and the greatest memory in MiB."""
    with tempfile.TemporaryDirectory(prefix="hocba-bench-") as folder:
        command = [sys.executable, __file__]
        subprocess.run([*command, "fill", folder, str(pupils)], check=True)
        done = subprocess.run([*command, "issue", folder], check=True, stdout=subprocess.PIPE)
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def _fill(folder: Path, pupils: int) -> None:
    classes = make_whole_school(folder, pupils=pupils, key_kind=KeyKind.RSA_2048)
    (folder / _CLASSES).write_text(json.dumps([asdict(one) for one in classes]))


def _issue(folder: Path) -> Found:
    classes = [ClassOfYear(**one) for one in json.loads((folder / _CLASSES).read_text())]
    office = office_of(folder)
    start = time.perf_counter()
    documents = sum(issue_class(office, one).documents for one in classes)
    minutes = (time.perf_counter() - start) / 60
    own, *others = (_peak_of(process) / 1024 for process in (os.getpid(), *_children()))
    return {"documents": documents, "minutes": minutes, "own": own, "peak": own + sum(others)}


def _children() -> list[int]:
    """Return the processes that this one started."""
    threads = Path("/proc/self/task").glob("*/children")
    return [int(pid) for path in threads for pid in path.read_text().split()]


def _peak_of(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        _fill(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        print(json.dumps(_issue(Path(sys.argv[2]))))
