"""docs/reliability.md: the figures that show what cvbuild may be trusted with, each written by the tool that counted it.

A tool counts something, prints a table, and with `--write` puts it into its section of the page, between two comments.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"


def write_section(name: str, text: str) -> None:
    """Put `text`, in Markdown, into the section of this name. Raises ValueError if the page has none."""
    page = PAGE.read_text(encoding="utf-8")
    section = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- /{re.escape(name)} -->)", re.DOTALL)
    page, count = section.subn(lambda found: found[1] + text.strip() + "\n" + found[2], page)
    if count != 1:
        raise ValueError(f"docs/reliability.md has {count} sections `{name}`")
    PAGE.write_text(page, encoding="utf-8")


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """A table in Markdown; numbers are set right, with commas."""
    right = [all(isinstance(row[n], int | float) for row in rows) for n in range(len(head))]
    lines = [" | ".join(head), "|".join("--:" if r else "---" for r in right)]
    lines += [" | ".join(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row) for row in rows]
    return "\n".join(f"| {line} |" if n != 1 else f"|{line}|" for n, line in enumerate(lines))


def parser(about: str) -> argparse.ArgumentParser:
    """The command line that all these tools share."""
    found = argparse.ArgumentParser(description=about)
    found.add_argument("--write", action="store_true", help="write the figures into docs/reliability.md")
    return found
