"""The benchmark rows of issuing: what `bench_issuing` measures, put side by side."""

import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

import bench_memory
from bench_issuing import Found, make_ground, measure
from bench_rows import Row

from transcript_service.issuance import batches


def measure_rows(pupils: int, rounds: int) -> list[Row]:
    """Measure a class of so many *pupils*."""
    with tempfile.TemporaryDirectory(prefix="hocba-bench-") as name:
        ground = make_ground(Path(name) / "class", pupils)
        both = [(measure(ground, "ours"), measure(ground, "usual")) for _ in range(rounds)]
        ours = _medians([mine for mine, _theirs in both])
        usual = _medians([theirs for _mine, theirs in both])
        rendering, signing = measure(ground, "render"), measure(ground, "sign")
    return [*_class_rows(pupils, ours, usual), *_library_rows(rendering, signing)]


def measure_memory(counts: Sequence[int]) -> list[Row]:
    """Measure what issuing schools of so many pupils needs, against the first of them."""
    first, *others = map(bench_memory.measure, counts)
    return [
        Row(
            what="memory of issuing a school class by class, workers included",
            ours=f"{one['peak']:.0f} MiB ({one['own']:.0f} MiB of that in the main process)"
            f" for {one['documents']:.0f} documents in {one['minutes']:.0f} minutes",
            against=f"{first['peak']:.0f} MiB for {first['documents']:.0f}",
            ratio=one["peak"] / first["peak"],
            bound="≤ 1.2",
        )
        for one in others
    ]


def _class_rows(pupils: int, ours: Found, usual: Found) -> list[Row]:
    ms = {name: f"{1000 * seconds:.1f} ms" for name, seconds in ours.items()}
    steps = ", ".join(f"{name} {took}" for name, took in ms.items() if name in batches.STEPS)
    return [
        Row(
            what=f"issue a class of {pupils}: render, sign, seal, tree, anchor; each document",
            ours=ms["bound"],
            against=f"usual stack: {1000 * usual['whole']:.1f} ms",
            ratio=usual["whole"] / ours["bound"],
            bound="≥ 12",
        ),
        Row(
            what="the same with everything that is done before a document is handed out",
            ours=f"{ms['whole']} ({steps})",
            against=f"usual stack: {1000 * usual['whole']:.1f} ms",
            ratio=usual["whole"] / ours["whole"],
        ),
    ]


def _library_rows(rendering: Found, signing: Found) -> list[Row]:
    signed = f"{1000 * signing['ours']:.1f} ms"
    return [
        Row(
            what="rendering a YEAR document",
            ours=f"{1000 * rendering['ours']:.1f} ms",
            against=f"Typst alone: {1000 * rendering['typst']:.1f} ms",
            ratio=rendering["ours"] / rendering["typst"],
            bound="≤ 1.1",
        ),
        Row(
            what="PAdES B-B signature, RSA-2048",
            ours=signed,
            against=f"pyHanko's prepared path: {1000 * signing['pyhanko']:.1f} ms",
            ratio=signing["ours"] / signing["pyhanko"],
            bound="≤ 0.7",
        ),
        Row(
            what="PAdES B-B signature, RSA-2048",
            ours=signed,
            against=f"the RSA operation: {1000 * signing['rsa']:.2f} ms",
            ratio=signing["ours"] / signing["rsa"],
            bound="aim ≤ 12",
        ),
    ]


def _medians(found: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(one[name] for one in found) for name in found[0]}
