"""
How fast the parts are, as ratios to something measured in the same run.

`records`: sync, assemble and check of a whole school. `issuing`: a class against the usual stack,
signatures and rendering against the libraries alone, memory. With `--write` the tables go to
docs/benchmarks.md and docs/benchmarks.json.
"""

import argparse
import json
import os
import platform
from importlib import metadata
from pathlib import Path

import bench_issuing_rows
import bench_records
from bench_rows import Row, to_json, to_markdown

DOCS = Path(__file__).resolve().parents[2] / "docs"
LIBRARIES = ("typst", "pyhanko", "weasyprint", "py-evm", "cryptography", "sqlalchemy")


def main() -> int:
    """Measure, print, and write down if asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", nargs="?", choices=("records", "issuing", "all"), default="all")
    parser.add_argument("--pupils", type=int, default=1000, help="of the school (records)")
    parser.add_argument("--class-size", type=int, default=40, help="of the class (issuing)")
    parser.add_argument("--rounds", type=int, default=3, help="medians of so many (issuing)")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.*")
    arguments = parser.parse_args()
    groups: dict[str, list[Row]] = {}
    if arguments.rows != "records":
        groups["Issuing"] = bench_issuing_rows.measure_rows(arguments.class_size, arguments.rounds)
    if arguments.rows != "issuing":
        groups["Records of a school"] = bench_records.measure_rows(arguments.pupils)
    text = "\n".join(f"## {name}\n\n{to_markdown(rows)}" for name, rows in groups.items())
    print(text)
    if arguments.write:
        _write(text, groups)
    return 0


def _write(text: str, groups: dict[str, list[Row]]) -> None:
    versions = {name: metadata.version(name) for name in LIBRARIES}
    machine = {
        "processors": len(os.sched_getaffinity(0)),
        "machine": platform.machine(),
        "python": platform.python_version(),
    }
    said = ", ".join(f"{name} {value}" for name, value in {**machine, **versions}.items())
    (DOCS / "benchmarks.md").write_text(
        "# Benchmarks\n\nWritten by `scripts/bench --write`. Ratios within one run count, not"
        f" milliseconds.\n\n{said}\n\n{text}",
        encoding="utf-8",
    )
    found = {"machine": machine, "versions": versions}
    found |= {name: to_json(rows) for name, rows in groups.items()}
    (DOCS / "benchmarks.json").write_text(
        json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    raise SystemExit(main())
