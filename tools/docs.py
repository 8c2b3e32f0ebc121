"""Write the pages of docs/ that are made from the code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from cvbuild.diagnostics import CODES
from cvbuild.explain import cure_of, example_of, report_of
from cvbuild.schema.reference import reference_page
from tools.shell import Command, commands
from tools.shell.completions import bash, fish, zsh
from tools.shell.manual import commands_page, man_page
from tools.styles import styles_page

DOCS = Path(__file__).parents[1] / "docs"


def diagnostics_page() -> str:
    """All codes, with what they mean; and below, each with an example and its report."""
    codes = sorted(CODES.values(), key=lambda c: c.number)
    lines = [
        "# Diagnostics",
        "",
        "This page is made from `src/cvbuild/diagnostics/codes.py` and `src/cvbuild/explain/cases/` by `make docs`; do not edit it.",
        "",
        "An error stops cvbuild, and the last good PDF stays in its place; a warning does not. `cvbuild explain CV105` prints",
        "what stands here of a code. [formats.md](formats.md) tells how other programs can read what is said.",
        "",
        "| code | | what |",
        "|---|---|---|",
    ]
    lines += [f"| [{c.number}](#{c.number.lower()}) | {c.severity} | {c.title} |" for c in codes]
    for code in codes:
        lines += ["", f"## {code.number}", "", f"*{code.severity}: {code.title}.* {code.about}"]
        example = example_of(code)
        if example is None:
            continue
        lines += [
            "",
            "```text",
            example.text.rstrip("\n"),
            "```",
            "",
            "```text",
            report_of(example).rstrip("\n"),
            "```",
        ]
        if example.cured is not None:
            lines += ["", "Cured:", "", "```text", cure_of(example).rstrip("\n"), "```"]
    return "\n".join(lines) + "\n"


PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "reference.md": reference_page,
    "diagnostics.md": diagnostics_page,
    "styles.md": styles_page,
    "commands.md": lambda: commands_page(commands()),
}
# What goes into the package: `cvbuild completion` and `cvbuild man` print it, and it is installed where shells look.
SHELL = DOCS.parent / "src" / "cvbuild" / "shell"
FILES: Final[Mapping[str, Callable[[Command], str]]] = {
    "cvbuild.1": man_page,
    "cvbuild.bash": bash,
    "_cvbuild": zsh,
    "cvbuild.fish": fish,
}


def main() -> None:
    """Write every page, and every file for shells."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
    for name, text in FILES.items():
        (SHELL / name).write_text(text(commands()), encoding="utf-8")


if __name__ == "__main__":
    main()
