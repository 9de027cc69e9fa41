"""The cells that a page draws, and the words in them: lines by pikepdf, words by poppler."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from typing import Any, NamedTuple

import pikepdf

THIN = 1.5
"""Points: a filled rectangle that is no thicker is a line."""
Point = tuple[float, float]


class Box(NamedTuple):
    """A rectangle in points from the top left corner of the page."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a page, as boxes without breadth."""

    vertical: tuple[Box, ...]
    horizontal: tuple[Box, ...]


class Cell(NamedTuple):
    """What four lines enclose."""

    left: float
    top: float
    right: float
    bottom: float


def lines_of(pdf: bytes) -> list[Lines]:
    """Give the lines that each page draws, stroked or filled."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return [_page_lines(page) for page in opened.pages]


def _page_lines(page: pikepdf.Page) -> Lines:
    height = float(page.mediabox[3])
    drawn = list(_drawn(page, height))
    return Lines(
        vertical=tuple(box for box in drawn if box.x1 - box.x0 <= THIN < box.y1 - box.y0),
        horizontal=tuple(box for box in drawn if box.y1 - box.y0 <= THIN < box.x1 - box.x0),
    )


def _drawn(page: pikepdf.Page, height: float) -> Iterator[Box]:
    """Give a box around each stroked segment and each filled path."""
    matrix, stack, path = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), [], []
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "q":
                stack.append(matrix)
            case "Q":
                matrix = stack.pop()
            case "cm":
                matrix = _product([float(value) for value in operands], matrix)
            case "m" | "l" as kind:
                x, y = _moved((float(operands[0]), float(operands[1])), matrix)
                path.append((kind, (x, height - y)))
            case "S":
                pairs = pairwise(path)
                yield from (_around([a[1], b[1]]) for a, b in pairs if b[0] == "l")
                path = []
            case "f":
                yield _around([point for _kind, point in path])
                path = []
            case "n":
                path = []
    assert not path


def _product(first: list[float], then: tuple[float, ...]) -> Any:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def _moved(point: Point, matrix: tuple[float, ...]) -> Point:
    a, b, c, d, e, f = matrix
    x, y = point
    return a * x + c * y + e, b * x + d * y + f


def _around(points: list[Point]) -> Box:
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


def cell_around(word: Box, lines: Lines) -> Cell | None:
    """Give the cell in which the middle of a word lies; None outside of tables."""
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    beside = [line.x0 for line in lines.vertical if line.y0 - 1 <= y <= line.y1 + 1]
    across = [line.y0 for line in lines.horizontal if line.x0 - 1 <= x <= line.x1 + 1]
    left = max((at for at in beside if at <= x), default=None)
    right = min((at for at in beside if at > x), default=None)
    top = max((at for at in across if at <= y), default=None)
    bottom = min((at for at in across if at > y), default=None)
    if left is None or right is None or top is None or bottom is None:
        return None
    return Cell(left, top, right, bottom)


def crosses(word: Box, line: Box) -> bool:
    """Tell whether a line runs through a word, or along its letters."""
    return word.x0 < line.x1 and line.x0 < word.x1 and word.y0 < line.y1 and line.y0 < word.y1
