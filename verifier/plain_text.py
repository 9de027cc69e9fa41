"""
Text from strangers on a terminal: names in files, certificates and events may hold anything.

Control characters could move the cursor and write another verdict over ours, and marks that turn
the direction of writing could show a name backwards. Whatever cannot be printed is spelled out.
"""


def plain(text: str) -> str:
    r"""Return *text* on one line, with everything that cannot be printed spelled as `\x1b`."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else ascii(character)[1:-1] for character in text
    )


def plain_json(text: str) -> str:
    r"""Return the same JSON on one line, with what cannot be printed spelled as `\u001b`."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else _json_escape(character) for character in text
    )


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be", errors="surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
