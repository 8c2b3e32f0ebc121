"""Write the pages of docs/ that are made from the code."""

from __future__ import annotations

from pathlib import Path

from cvbuild.diagnostics import CODES
from cvbuild.explain import cure_of, example_of, report_of
from cvbuild.schema.reference import reference_page
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


PAGES = {"reference.md": reference_page, "diagnostics.md": diagnostics_page, "styles.md": styles_page}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
