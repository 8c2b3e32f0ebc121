"""Write the pages of docs/ that are made from the code."""

from __future__ import annotations

from pathlib import Path

from cvbuild.diagnostics import CODES
from cvbuild.schema import reference_page
from tools.styles import styles_page

DOCS = Path(__file__).parents[1] / "docs"


def diagnostics_page() -> str:
    """All codes, with what they mean."""
    lines = [
        "# Diagnostics",
        "",
        "This page is made from `src/cvbuild/diagnostics/codes.py` by `make docs`; do not edit it.",
        "",
        "An error stops cvbuild, and the last good PDF stays in its place; a warning does not.",
        "",
        "| code | | what | meaning |",
        "|---|---|---|---|",
    ]
    for code in sorted(CODES.values(), key=lambda c: c.number):
        about = code.about.replace("|", "\\|")
        lines.append(f"| {code.number} | {code.severity} | {code.title} | {about} |")
    return "\n".join(lines) + "\n"


PAGES = {"reference.md": reference_page, "diagnostics.md": diagnostics_page, "styles.md": styles_page}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
