"""
Hold the bounds that keep every part readable: files of at most 300 lines, functions of 40.

Without arguments every file that git tracks, or would track, is measured: Python (also scripts
without an ending), shell, JavaScript, Java, Solidity and Typst. Docstrings do not count as lines
of a function. Prints one line per excess; exit code 1 when there is one.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_FUNCTION = 40
MEASURED = {".py", ".sol", ".typ", ".js", ".java"}

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """Measure the files named in *arguments*, or those of the repository."""
    paths = [Path(argument) for argument in arguments] or list(repository_files())
    excesses = [excess for path in paths for excess in find_excesses(path)]
    for excess in excesses:
        print(excess.removeprefix(f"{ROOT}/"))
    return 1 if excesses else 0


def repository_files() -> Iterator[Path]:
    """Give the source files of the repository that are tracked or new and not ignored."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in listing.stdout.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file() and (path.suffix in MEASURED or is_script(path)):
            yield path


def is_script(path: Path) -> bool:
    """Tell a script without an ending by its first two bytes."""
    if path.suffix:
        return False
    with path.open("rb") as file:
        return file.read(2) == b"#!"


def is_python(path: Path) -> bool:
    """Tell Python by the file's ending, or by the first line of a script."""
    if path.suffix == ".py":
        return True
    return is_script(path) and b"python" in path.read_bytes().split(b"\n", 1)[0]


def find_excesses(path: Path) -> Iterator[str]:
    """Give a line of text for each bound that *path* breaks."""
    text = path.read_text(encoding="utf-8")
    lines = len(text.splitlines())
    if lines > MOST_LINES_OF_A_FILE:
        yield f"{path}: {lines} lines, at most {MOST_LINES_OF_A_FILE}: one idea a file"
    if is_python(path):
        yield from find_long_functions(path, ast.parse(text, filename=str(path)))


def find_long_functions(path: Path, tree: ast.Module) -> Iterator[str]:
    """Give a line of text for each function that is too long, its docstring not counted."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        lines = (node.end_lineno or node.lineno) - node.lineno + 1 - docstring_lines(node)
        if lines > MOST_LINES_OF_A_FUNCTION:
            yield (
                f"{path}:{node.lineno}: {node.name} has {lines} lines, "
                f"at most {MOST_LINES_OF_A_FUNCTION} fit on a screen"
            )


def docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function's docstring."""
    first = node.body[0]
    if ast.get_docstring(node) is None or first.end_lineno is None:
        return 0
    return first.end_lineno - first.lineno + 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
