"""
How fast the parts are, as ratios to something measured in the same run.

`records`: sync, assemble and check of a whole school. `issuing`: a class against the usual stack,
signatures and rendering against the libraries alone. `memory`: schools of several sizes issued
class by class. `verifying`: a document against pyHanko's bare validation, many files. `starting`:
the command against an import of pyHanko. `registry`: trees and replay against their hashes alone,
gas. With `--write` the tables go to docs/benchmarks.md and docs/benchmarks.json; what was not
measured stays there as it was.
"""

import argparse
import json
import os
import platform
from importlib import metadata
from pathlib import Path

import bench_issuing_rows
import bench_records
import bench_verifying_rows
from bench_rows import Row, to_json, to_markdown

DOCS = Path(__file__).resolve().parents[2] / "docs"
GROUPS = {
    "issuing": "Issuing",
    "memory": "Memory of issuing",
    "verifying": "Verifying",
    "starting": "Starting",
    "registry": "The registry",
    "records": "Records of a school",
}
_YARDSTICK = """\
The usual stack: WeasyPrint sets the same three pages as PDF/A-3a (tagged, fonts embedded, JSON
attached), pyHanko's SimpleSigner signs twice with looks made once, one transaction a document.
"""
LIBRARIES = ("typst", "pyhanko", "weasyprint", "py-evm", "cryptography", "sqlalchemy")


def main() -> int:
    """Measure, print, and write down if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", nargs="?", choices=(*GROUPS, "all"), default="all")
    parser.add_argument("--pupils", type=int, default=1000, help="of the school (records)")
    parser.add_argument("--class-size", type=int, default=40, help="of the class (issuing)")
    parser.add_argument("--rounds", type=int, default=3, help="medians of so many")
    parser.add_argument("--files", type=int, default=10_000, help="in one command (verifying)")
    parser.add_argument(
        "--entries", type=int, default=1_000_000, help="of a tree, 10000 or more (registry)"
    )
    parser.add_argument(
        "--schools",
        type=int,
        nargs="+",
        default=[100, 1000],
        metavar="PUPILS",
        help="of schools of these sizes, against the first (memory)",
    )
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.*")
    arguments = parser.parse_args()
    measures = {
        "issuing": lambda: bench_issuing_rows.measure_rows(arguments.class_size, arguments.rounds),
        "memory": lambda: bench_issuing_rows.measure_memory(arguments.schools),
        "verifying": lambda: bench_verifying_rows.measure_verifying(
            arguments.files, arguments.rounds
        ),
        "starting": lambda: bench_verifying_rows.measure_starting(arguments.rounds),
        "registry": lambda: bench_verifying_rows.measure_registry(arguments.entries),
        "records": lambda: bench_records.measure_rows(arguments.pupils),
    }
    chosen = GROUPS if arguments.rows == "all" else (arguments.rows,)
    groups = {GROUPS[name]: measures[name]() for name in chosen}
    print(_tables(groups))
    if arguments.write:
        _write(groups)
    return 0


def _tables(groups: dict[str, list[Row]]) -> str:
    return "\n".join(f"## {name}\n\n{to_markdown(rows)}" for name, rows in groups.items())


def _write(measured: dict[str, list[Row]]) -> None:
    known = json.loads((DOCS / "benchmarks.json").read_text("utf-8"))
    kept = {name: [Row(**row) for row in known.get(name, [])] for name in GROUPS.values()}
    groups = {name: rows for name, rows in {**kept, **measured}.items() if rows}
    versions = {name: metadata.version(name) for name in LIBRARIES}
    machine = {
        "processors": len(os.sched_getaffinity(0)),
        "machine": platform.machine(),
        "python": platform.python_version(),
    }
    said = ", ".join(f"{name} {value}" for name, value in {**machine, **versions}.items())
    (DOCS / "benchmarks.md").write_text(
        "# Benchmarks\n\nWritten by `scripts/bench --write`. Ratios within one run count, not"
        f" milliseconds.\n\n{said}\n\n{_YARDSTICK}\n{_tables(groups)}",
        encoding="utf-8",
    )
    found = {"machine": machine, "versions": versions}
    found |= {name: to_json(rows) for name, rows in groups.items()}
    (DOCS / "benchmarks.json").write_text(
        json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    raise SystemExit(main())
