"""All commands, as values: what the man page, docs/commands.md and the completions of shells are made of.

`python -m tools.docs` writes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import typer.main

from cvbuild.cli import app

Kind = Literal[
    "none", "choice", "cv", "works", "file", "folder", "theme", "theme-or-cv", "template", "formats", "code", "variant"
]
"""What a value is, for a shell that completes it."""

_BY_METAVAR: Final[dict[str, Kind]] = {
    "CV.yaml": "cv",
    "CV.yaml…": "cv",
    "FILE…": "works",
    "FILE": "template",
    "[FILE…]": "template",
    "FOLDER": "folder",
    "THEME": "theme",
    "[THEME…] [CV.yaml]": "theme-or-cv",
    "FORMAT,…": "formats",
    "CODE": "code",
}
_BY_OPTION: Final[dict[str, Kind]] = {"--theme": "theme", "--output": "file", "--variant": "variant"}
_WORDS: Final[dict[Kind, str]] = {"file": "FILE", "theme": "THEME", "variant": "VARIANT"}


@dataclass(frozen=True)
class Parameter:
    """An argument, or an option with its names; one without a `metavar` is a switch."""

    names: tuple[str, ...]
    metavar: str
    about: str
    kind: Kind
    choices: tuple[str, ...] = ()
    required: bool = False
    many: bool = False

    @property
    def words(self) -> str:
        """As it is written in a line of usage."""
        if not self.names:
            shown = self.metavar
            return shown if self.required or shown.startswith("[") else f"[{shown}]"
        return self.names[-1] + (f" {self.metavar}" if self.metavar else "")


@dataclass(frozen=True)
class Command:
    """A command, by the words that call it; one with `commands` is only there to hold them."""

    path: tuple[str, ...]
    about: str
    arguments: tuple[Parameter, ...]
    options: tuple[Parameter, ...]
    commands: tuple[Command, ...]

    @property
    def name(self) -> str:
        """As it is called."""
        return " ".join(self.path)

    @property
    def usage(self) -> str:
        """How it is called, in one line."""
        words = [argument.words for argument in self.arguments]
        return " ".join([self.name, *words, *(["[options]"] if len(self.options) > 1 else [])])

    def every(self) -> Iterator[Command]:
        """This one, and all below it, in order."""
        yield self
        for command in self.commands:
            yield from command.every()

    def leaves(self) -> list[Command]:
        """All that do something."""
        return [command for command in self.every() if not command.commands]


def commands(typed: typer.Typer = app, name: str = "cvbuild") -> Command:
    """The command line of cvbuild."""
    return _walk(typer.main.get_command(typed), (name,))


def _walk(command: Any, path: tuple[str, ...]) -> Command:
    options = [_parameter(p) for p in command.params if p.param_type_name == "option"]
    options.append(Parameter(("--help",), "", "Show what the command does, and exit.", "none"))
    below = {name: command.get_command(None, name) for name in getattr(command, "list_commands", lambda _: ())(None)}
    return Command(
        path,
        _sentence(command.help or ""),
        tuple(_parameter(p) for p in command.params if p.param_type_name == "argument"),
        tuple(options),
        tuple(_walk(found, (*path, name)) for name, found in below.items()),
    )


def _parameter(found: Any) -> Parameter:
    option = found.param_type_name == "option"
    switch = option and found.is_flag
    choices = tuple(str(choice) for choice in getattr(found.type, "choices", ()))
    kind: Kind = "choice" if choices else "none"
    if not switch and not choices:
        kind = next((_BY_OPTION[name] for name in found.opts if name in _BY_OPTION), kind)
        kind = _BY_METAVAR.get(found.metavar or "", kind)
    metavar = found.metavar or ("|".join(choices) or _WORDS.get(kind) or _number(found.type) or "TEXT")
    about = _sentence(found.help or "")
    if option and not switch and "default" not in about and found.default not in (None, ""):
        default = getattr(found.default, "value", found.default)
        said = f"{default:g}" if isinstance(default, float) else str(default)
        about = about.removesuffix(".")
        about = f"{about[:-1]}; default: {said})." if about.endswith(")") else f"{about} (default: {said})."
    return Parameter(
        tuple(found.opts) if option else (),
        "" if switch else metavar,
        about,
        kind,
        choices,
        bool(found.required),
        found.nargs == -1,
    )


def _number(kind: Any) -> str:
    return {"FloatRange": "NUMBER", "IntRange": "NUMBER", "Float": "NUMBER", "Int": "NUMBER"}.get(
        type(kind).__name__, ""
    )


def _sentence(text: str) -> str:
    return " ".join(text.split())
