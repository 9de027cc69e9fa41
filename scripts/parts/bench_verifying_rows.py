"""The benchmark rows of verifying and of the registry: what was measured, put side by side."""

import tempfile
from pathlib import Path

import bench_registry
from bench_issuing import make_ground
from bench_rows import Row
from bench_verifying import Found, measure

DOCUMENTS = 200
"""So many real documents are issued; more files are these under other names."""
GAS_BOUND = 110_000
MEMORY_BOUND_MIB = 1024


def measure_verifying(files: int, rounds: int) -> list[Row]:
    """
    Measure verifying.

    Args:
        files: in one command; a tenth of them is what its memory is held against.
        rounds: a document is verified ten times as often.
    """
    with tempfile.TemporaryDirectory(prefix="hocba-bench-") as name:
        issued = make_ground(Path(name) / "class", min(DOCUMENTS, files)).issued
        one = measure(issued, "one", 10 * rounds)
        few, many = (measure(issued, "many", count) for count in (files // 10, files))
    return [_one_row(one), *_many_rows(files, few, many)]


def measure_starting(rounds: int) -> list[Row]:
    """Measure what comes before the first file, five times *rounds* times: it varies most."""
    return _start_rows(measure(Path(), "start", 5 * rounds))


def measure_registry(entries: int) -> list[Row]:
    """Measure a tree of so many entries, the replay of half of them and of a quarter, and gas."""
    return [*_tree_rows(entries), *_replay_rows(entries // 2), _gas_row(entries)]


def _one_row(one: Found) -> Row:
    return Row(
        what="verify one transcript: signatures, difference analysis, receipt, registry",
        ours=_ms(one["ours"]),
        against=f"pyHanko's bare validation of both signatures: {_ms(one['pyhanko'])}",
        ratio=one["ours"] / one["pyhanko"],
        bound="≤ 1.5, aim ≤ 1.0",
    )


def _many_rows(files: int, few: Found, many: Found) -> list[Row]:
    names = f"{min(DOCUMENTS, files)} documents under {files} names"
    return [
        Row(
            what=f"memory of verifying {files} files in one command, its greatest process",
            ours=f"{many['peak']:.0f} MiB ({names})",
            against=f"{few['peak']:.0f} MiB for {files // 10}",
            ratio=many["peak"] / few["peak"],
            bound="≤ 1.2",
        ),
        Row(
            what=f"verifying {files} files in one command, each",
            ours=f"{_ms(many['processor'] / files)} ({many['seconds']:.0f} s on two processes)",
            against=f"{_ms(10 * few['processor'] / files)} of {files // 10}",
            ratio=many["processor"] / few["processor"] / 10,
        ),
    ]


def _start_rows(start: Found) -> list[Row]:
    bare = f"import of pyHanko's validation: {_ms(start['pyhanko'])}"
    return [
        Row(
            what="start of `hocba-verify`, with all that verifying a file loads",
            ours=_ms(start["ours"]),
            against=bare,
            ratio=start["ours"] / start["pyhanko"],
            bound="≤ 1.3",
        ),
        Row(
            what="start of `hocba-verify --help`",
            ours=_ms(start["help"]),
            against=bare,
            ratio=start["help"] / start["pyhanko"],
        ),
    ]


def _tree_rows(entries: int) -> list[Row]:
    tree = bench_registry.measure("tree", entries)
    written = bench_registry.measure("receipts", entries)
    return [
        Row(
            what=f"tree and all inclusion proofs of {entries} entries",
            ours=f"{tree['ours']:.2f} s",
            against=f"its hashes alone: {tree['alone']:.2f} s",
            ratio=tree["ours"] / tree["alone"],
            bound="≤ 4, aim ≤ 2",
        ),
        Row(
            what=f"memory of that with {entries} receipts written to the disk",
            ours=f"{written['peak']:.0f} MiB ({written['bytes'] / 2**20:.0f} MiB written)",
            against="1 GiB",
            ratio=written["peak"] / MEMORY_BOUND_MIB,
            bound="≤ 1",
        ),
    ]


def _replay_rows(entries: int) -> list[Row]:
    half, whole = (bench_registry.measure("replay", count) for count in (entries // 2, entries))
    each = whole["ours"] / entries
    return [
        Row(
            what=f"replay of {entries} entries from local manifests, with all of the audit",
            ours=f"{whole['ours']:.2f} s, {whole['peak']:.0f} MiB",
            against=f"the hashes of their trees alone: {whole['alone']:.2f} s",
            ratio=whole["ours"] / whole["alone"],
            bound="≤ 3, aim ≤ 1.5",
        ),
        Row(
            what=f"the same, each entry: is the cost linear from {entries // 2} to {entries}",
            ours=f"{1e6 * each:.1f} µs",
            against=f"{1e6 * half['ours'] * 2 / entries:.1f} µs of {entries // 2}",
            ratio=whole["ours"] / half["ours"] / 2,
            bound="about 1",
        ),
    ]


def _gas_row(entries: int) -> Row:
    gas = bench_registry.measure("gas", entries)
    said = ", ".join(f"{amount:.0f} for {size}" for size, amount in gas.items())
    return Row(
        what="gas of a batch, root only, whatever its size",
        ours=f"{said} entries",
        against=f"{GAS_BOUND}",
        ratio=max(gas.values()) / GAS_BOUND,
        bound="≤ 1",
    )


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.1f} ms"
