"""The manual: what it says beside the commands, as a man page, and as docs/commands.md.

The man page keeps to the macros of man(7) that groff and mandoc both know.
"""

from __future__ import annotations

import re
from textwrap import wrap
from typing import Final

from cvbuild import __version__
from tools.shell import Command, Parameter

_DESCRIPTION: Final = (
    "`cvbuild` makes a typeset CV of a YAML file: `cvbuild render me.yaml` writes `me.pdf` beside it.",
    "What is wrong with a CV is told at its line and column, with a code and a hint; `cvbuild explain CODE` tells more.",
    "The last good PDF stays in its place until a new one is whole.",
)
STATUS: Final = {
    "0": "All is well.",
    "1": "The CV, or a theme, is wrong. What is wrong is told.",
    "2": "The command line is wrong, or the machine lacks something: a file, the engine, a place to write to.",
    "3": "A mistake in cvbuild itself. Please report it.",
    "130": "The command was interrupted by Ctrl-C; other signals give 128 and their number.",
}
ENVIRONMENT: Final = {
    "SOURCE_DATE_EPOCH": "Seconds since 1970: the time that a PDF bears, and the day that counts as today.",
    "NO_COLOR": "If it is set, messages have no colours.",
    "XDG_CONFIG_HOME": "Where themes of your own lie, in `cvbuild/themes` (default: `~/.config`).",
    "XDG_DATA_HOME": "Where the embedded engine is installed, in `cvbuild` (default: `~/.local/share`; not on macOS and Windows).",
    "XDG_CACHE_HOME": "Where `cvbuild` keeps what can be made again at any time (default: `~/.cache`; not on Windows).",
    "LOCALAPPDATA": "On Windows, where the engine and the cache are, in `cvbuild`.",
    "BROWSER": "The browser that `cvbuild watch --open` opens.",
    "TERM": "If it is `dumb`, the terminal is written to line by line.",
    "CVBUILD_ENGINE_DIR": "The folder of an embedded engine that shall be used instead of the installed one.",
    "CVBUILD_SCRIPTS_DIR": "The folder of the fonts for more scripts.",
    "CVBUILD_DEBUG": "If it is set, a mistake in cvbuild itself is told with a traceback.",
    "GITHUB_WORKSPACE": "With `--format github`: the folder from which files are named.",
}
FILES: Final = {
    "me.yaml": "A CV. Files that it names are looked for beside it.",
    "me.pdf": "What `cvbuild render me.yaml` writes.",
    "themes/NAME/": "A theme of your own, for the CVs beside `themes`.",
    "~/.config/cvbuild/themes/NAME/": "A theme of your own, for all CVs.",
    "~/.local/share/cvbuild/": "The embedded engine.",
    "~/.cache/cvbuild/": "What can be made again; in `failed`, the last documents that could not be typeset, with TeX's log.",
}
EXAMPLES: Final = {
    "cvbuild render me.yaml": "Write `me.pdf`.",
    "cvbuild watch me.yaml": "Write it again each time that something is saved that it is made of.",
    "cvbuild validate me.yaml --lint": "Tell what is wrong, and what is probably not meant.",
    "cvbuild render me.yaml --theme turing -o site/cv.pdf": "Another theme, another file.",
    "cvbuild render - -o - < me.yaml > me.pdf": "As a filter.",
    "cvbuild theme preview me.yaml": "The CV in every theme, in the folder `preview`.",
    "cvbuild import refs.bib -o works.yaml": "The works of a .bib file as YAML.",
}


def man_page(root: Command) -> str:
    """The man page of all commands, as roff."""
    lines = [
        '.\\" Made by `make docs`; do not edit it.',
        f'.TH CVBUILD 1 "" "cvbuild {__version__}" "User Commands"',
        ".SH NAME",
        f"cvbuild \\- {_roff(_lower(root.about)).removesuffix('.')}",
        ".SH SYNOPSIS",
    ]
    for command in root.leaves():
        lines += [".br"] * (lines[-1] != ".SH SYNOPSIS") + [_roff_usage(command)]
    lines += [".SH DESCRIPTION", *map(_roff, _DESCRIPTION), ".SH COMMANDS"]
    for command in root.leaves():
        lines += [f".SS {_roff(command.name)}", _roff_usage(command), ".PP", _roff(command.about)]
        for parameter in (*command.arguments, *command.options[:-1]):
            lines += [".TP", _roff_names(parameter), _roff(parameter.about)]
    lines += [".SH OPTIONS", "Every command takes"]
    for option in root.options:
        lines += [".TP", _roff_names(option), _roff(option.about)]
    for title, table in (("EXIT STATUS", STATUS), ("ENVIRONMENT", ENVIRONMENT), ("FILES", FILES)):
        lines.append(f".SH {title}")
        for name, about in table.items():
            font = "I" if title == "FILES" else "B"
            lines += [".TP", f"\\f{font}{_roff(name)}\\fR", _roff(about)]
    lines.append(".SH EXAMPLES")
    for line, about in EXAMPLES.items():
        lines += [".TP", f"\\fB{_roff(line)}\\fR", _roff(about)]
    return "\n".join(lines) + "\n"


def _roff_usage(command: Command) -> str:
    """A line of usage: what is typed as it stands in bold, what stands for something else in italics."""
    words = [rf"\fI{_roff(argument.words)}\fR" for argument in command.arguments]
    options = [r"[\fIoptions\fR]"] if len(command.options) > 1 else []
    return " ".join([rf"\fB{_roff(command.name)}\fR", *words, *options])


def _roff_names(parameter: Parameter) -> str:
    if not parameter.names:
        return rf"\fI{_roff(parameter.metavar)}\fR"
    names = ", ".join(rf"\fB{_roff(name)}\fR" for name in parameter.names)
    return names + (rf" \fI{_roff(parameter.metavar)}\fR" if parameter.metavar else "")


_SPECIAL: Final = {"\\": r"\e", "-": r"\-", "'": r"\(aq", "~": r"\(ti", "^": r"\(ha", '"': r"\(dq", "`": r"\(ga"}


def _roff(text: str) -> str:
    """Text as roff; what stands between backticks in bold. It never begins a line with what would be a request."""
    parts = re.split(r"`([^`]+)`", text)
    out = "".join(rf"\fB{_escaped(part)}\fR" if n % 2 else _escaped(part) for n, part in enumerate(parts))
    return "\n".join(f"\\&{line}" if line[0] == "." else line for line in _broken(out))


def _broken(text: str) -> list[str]:
    """Lines of a source that people can read, too."""
    return wrap(text, 78, break_long_words=False, break_on_hyphens=False) or [r"\&"]


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(c) or (c if c.isascii() else rf"\[u{ord(c):04X}]") for c in text)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def commands_page(root: Command) -> str:
    """docs/commands.md: all commands with all that they take."""
    lines = [
        "# Commands",
        "",
        "This page is made from the command line itself by `make docs`; do not edit it. `cvbuild COMMAND --help` tells the",
        "same of one command, and `cvbuild man` prints it as a [man page](shell.md#the-man-page).",
        "",
        "| command | |",
        "|---|---|",
    ]
    leaves = root.leaves()
    lines += [f"| [`{c.name}`](#{'-'.join(c.path)}) | {_cell(c.about)} |" for c in leaves]
    for command in leaves:
        lines += ["", f"## {command.name}", "", "```text", command.usage, "```", "", command.about]
        if command.arguments or len(command.options) > 1:
            lines += ["", "| | |", "|---|---|"]
        lines += [f"| `{_cell(a.metavar)}` | {_cell(a.about)} |" for a in command.arguments]
        for option in command.options[:-1]:
            names = ", ".join(f"`{name}`" for name in option.names)
            value = f" `{_cell(option.metavar)}`" if option.metavar else ""
            lines.append(f"| {names}{value} | {_cell(option.about)} |")
    for title, table in (("Exit status", STATUS), ("Environment", ENVIRONMENT), ("Files", FILES)):
        lines += ["", f"## {title}", "", "| | |", "|---|---|"]
        lines += [f"| `{name}` | {_cell(about)} |" for name, about in table.items()]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """Text in a cell of a table, with no HTML in it."""
    return text.replace("|", "\\|").replace("<", "&lt;")
