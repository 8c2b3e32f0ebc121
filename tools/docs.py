"""Write the pages of docs/ that are made from the code."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from cvbuild.diagnostics import CODES, Sink
from cvbuild.explain import cure_of, example_of, report_of
from cvbuild.files import Files
from cvbuild.model import ThemeChoice
from cvbuild.schema.reference import reference_page
from cvbuild.theme import OptionSpec, find_theme
from tools.shell import Command, commands
from tools.shell.completions import bash, fish, zsh
from tools.shell.manual import commands_page, man_page
from tools.styles import styles_page
from tools.themes import THEMES

DOCS = Path(__file__).parents[1] / "docs"

_OPTIONS = re.compile(r"(<!-- options -->\n).*?(<!-- /options -->)", re.DOTALL)


def themes_page() -> str:
    """docs/themes.md, where the tables of options are made from the themes."""
    page = (DOCS / "themes.md").read_text(encoding="utf-8")
    return _OPTIONS.sub(lambda found: f"{found[1]}\n{options_tables()}\n{found[2]}", page)


def options_tables() -> str:
    """The options that all themes have, with the defaults of each; then those that only some have."""
    themes = {name: _specs(name) for name in ("base", *THEMES)}
    shared = list(themes["base"])
    names = [name for name in themes if name != "base"]
    rows = [("option", "values", *(f"`{name}`" for name in names), "about")]
    rows += [
        (
            f"`{option}`",
            _values(themes["base"][option]),
            *(_default(themes[name][option]) for name in names),
            themes["base"][option].about,
        )
        for option in shared
    ]
    text = table(rows)
    for name in names:
        own = [spec for option, spec in themes[name].items() if spec != themes["base"].get(option)]
        own = [spec for spec in own if spec.about != getattr(themes["base"].get(spec.name), "about", None)]
        if own:
            rows = [("option", "values", "default", "about")]
            rows += [(f"`{spec.name}`", _values(spec), _default(spec), spec.about) for spec in own]
            text += f"\nIn `{name}`:\n\n{table(rows)}"
    return text


def _specs(name: str) -> Mapping[str, OptionSpec]:
    theme = find_theme(ThemeChoice(name=name), DOCS, Files(), Sink())
    assert theme is not None, name
    return theme.specs


def _values(spec: OptionSpec) -> str:
    match spec.type:
        case "choice":
            return ", ".join(f"`{choice}`" for choice in spec.choices)
        case "bool":
            return "`true`, `false`"
        case "length":
            return f"a length from {spec.min} to {spec.max}"
        case "colour":
            return "a colour: `'#1a4f8a'` or a name such as `navy`"
        case "titles":
            return "titles, `auto`, `none`"
    return f"a {spec.type}"


def _default(spec: OptionSpec) -> str:
    return f'`"{spec.default}"`' if spec.type == "text" else f"`{spec.default}`"


def table(rows: list[tuple[str, ...]]) -> str:
    """A table in Markdown; the first row is its head."""
    lines = [f"| {' | '.join(row)} |\n" for row in rows]
    return "".join([lines[0], "|---" * len(rows[0]) + "|\n", *lines[1:]])


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
    "themes.md": themes_page,
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
