"""Typed text as paragraphs and tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """A paragraph (`text`), or a table (`head` and `rows`, each row as long as the head)."""

    text: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def blocks(text: str) -> list[Block]:
    """Lines with tabs that follow each other, as a table pasted from a word processor leaves them, become one table
    with its first line as head; what stands between is text. Short rows are filled up with empty cells."""
    found: list[Block] = []
    lines: list[str] = []
    rows: list[list[str]] = []

    def close() -> None:
        if len(rows) > 1:
            width = max(len(row) for row in rows)
            whole = [tuple(row + [""] * (width - len(row))) for row in rows]
            found.append(Block(head=whole[0], rows=tuple(whole[1:])))
        elif rows:
            lines.append(" · ".join(cell for cell in rows[0] if cell))
        rows.clear()

    def say() -> None:
        said = "\n".join(lines).strip("\n")
        if said:
            found.append(Block(text=said))
        lines.clear()

    for line in text.split("\n"):
        if "\t" in line:
            rows.append([cell.strip() for cell in line.split("\t")])
        else:
            if len(rows) > 1:
                say()
            close()
            lines.append(line)
    if len(rows) > 1:
        say()
    close()
    say()
    return found
